//! Bars of several groups: beside each other, on each other, or as parts of a whole.

use std::collections::HashMap;

use regulars_plugin::Arrange;

use super::super::axes::{Across, Axes, Reach, Side, Slots};
use super::super::format::{Format, Measure, counted};
use super::super::legend::{self, Key};
use super::super::page::Page;
use super::super::plot::{Layer, Turn, series, step};
use super::super::scale::{Scale, rounded};
use super::super::scene::Align;
use super::super::text;
use super::super::theme::{BASE, BELOW, Colour, DIRECT, FAINT, LABEL, QUIET};

/// One group of bars.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Group {
    pub(super) name: String,
    /// Its number among all groups, which chooses its colour; none: what is gathered of the smallest.
    pub(super) number: Option<usize>,
    /// One for each slot.
    pub(super) values: Vec<Option<f64>>,
}

/// Bars of groups over the same slots.
#[derive(Debug, Clone)]
pub(in crate::chart) struct Grouped {
    pub(super) slots: Slots,
    pub(super) groups: Vec<Group>,
    /// Whether the last slot stands for all that have none of their own.
    pub(super) has_rest: bool,
    /// Whether the groups have an order, which their colours then show.
    pub(super) ramp: bool,
    pub(super) arrange: Arrange,
    pub(super) measure: Measure,
    pub(super) x_caption: String,
    pub(super) y_caption: String,
}

/// A piece of a bar: from where to where, and whose.
struct Piece {
    group: usize,
    from: f64,
    to: f64,
}

impl Grouped {
    /// The pieces of a slot, in the order in which they are drawn.
    fn pieces(&self, slot: usize) -> Vec<Piece> {
        let values = self.groups.iter().enumerate().filter_map(|(group, of)| Some((group, of.values[slot]?)));
        if self.arrange == Arrange::Beside {
            return values.map(|(group, value)| Piece { group, from: 0.0, to: value }).collect();
        }
        let whole: f64 = self.groups.iter().filter_map(|group| group.values[slot]).map(f64::abs).sum();
        let (mut above, mut below) = (0.0, 0.0);
        values
            .map(|(group, value)| {
                let value = if self.arrange == Arrange::Share && whole > 0.0 { value / whole } else { value };
                let end = if value < 0.0 { &mut below } else { &mut above };
                let from = *end;
                *end += value;
                Piece { group, from, to: *end }
            })
            .collect()
    }

    fn ends(&self) -> (f64, f64) {
        let all =
            (0..self.slots.labels.len()).flat_map(|slot| self.pieces(slot)).flat_map(|piece| [piece.from, piece.to]);
        all.fold((0.0, 0.0), |(low, high), end| (f64::min(low, end), f64::max(high, end)))
    }

    fn measure(&self) -> Measure {
        if self.arrange == Arrange::Share { Measure::Share } else { self.measure }
    }

    fn colour(&self, group: usize, first: usize) -> Colour {
        match self.groups[group].number {
            None => QUIET,
            Some(number) if self.ramp => step(number, self.groups.len()),
            Some(number) => series(first + number),
        }
    }

    /// Whether a single group tells below from above by colour, as bars without groups do.
    fn piece_colour(&self, piece: &Piece, turn: Turn) -> Colour {
        match self.groups.len() {
            1 if turn.alone && piece.to < 0.0 => BELOW,
            _ => self.colour(piece.group, turn.first),
        }
    }

    /// The slots of all panels where it is one of them, otherwise its own: what is chosen by them is the same in all.
    pub(super) fn slots_of_all(&self, page: &Page) -> Slots {
        match page.shared.as_ref().map(|shared| &shared.across) {
            Some(Across::Slots(all)) => all.clone(),
            _ => self.slots.clone(),
        }
    }

    /// Bars that lie, their names to the left.
    pub(super) fn lie(&self, page: &mut Page) {
        if self.groups.len() > 1 && page.shared.is_none() {
            let keys = self.keys(Turn { first: 0, alone: true, side: Side::Left });
            legend::row(page, &keys);
        }
        let room = page.area.width();
        let all = self.slots_of_all(page).labels;
        let widest = all.iter().map(|label| text::width(label, LABEL)).fold(0.0, f64::max);
        let left = page.area.left + widest.min(room * 0.38) + 10.0;
        page.caption_above(&self.y_caption, left);
        let (low, high) =
            page.shared.as_ref().map_or_else(|| self.ends(), |shared| (shared.low.min(0.0), shared.high.max(0.0)));
        let area = page.area;
        let count = super::super::page::ticks_for(area.right - left, 50.0).min(6);
        let (low, high, ticks) = rounded(low, high, count, false);
        let format = Format::of_ticks(self.measure(), &ticks);
        let bottom_room = 24.0;
        let row = ((area.height() - bottom_room) / self.slots.labels.len().max(1) as f64)
            .min(if self.arrange == Arrange::Beside { 84.0 } else { 46.0 });
        let bottom = area.top + row * self.slots.labels.len() as f64;
        let ends_in =
            text::width(&ticks.last().map_or_else(String::new, |tick| format.write(*tick)), super::super::theme::AXIS)
                / 2.0;
        let along = Scale::new(low, high, left, area.right - ends_in);
        for tick in &ticks {
            let x = along.place(*tick);
            page.scene.rect(x - 0.5, area.top, x + 0.5, bottom, if *tick == 0.0 { BASE } else { FAINT });
            page.label_below(x, bottom + 18.0, &format.write(*tick));
        }
        let kind = LABEL.sized((row * 0.86).min(LABEL.size));
        let names: Vec<&str> = all.iter().map(String::as_str).collect();
        let shown = text::fit_all(&names, kind, left - 10.0 - area.left);
        let shown: HashMap<&str, String> = names.into_iter().zip(shown).collect();
        for (slot, label) in self.slots.labels.iter().enumerate() {
            let middle = area.top + row * (slot as f64 + 0.5);
            let label = shown.get(label.as_str()).unwrap_or(label);
            page.scene.text_at(left - 10.0, middle, label, kind, Align::Right);
            for piece in self.pieces(slot) {
                let (top, end) = self.across(&piece, middle, row, 0.76);
                let (from, to) = (along.place(piece.from), along.place(piece.to));
                page.scene.rect(from.min(to), top, from.max(to), end, self.colour(piece.group, 0));
            }
        }
        page.end_below(bottom + 14.0);
    }

    /// The two sides of a piece around the middle of its slot.
    fn across(&self, piece: &Piece, middle: f64, slot: f64, part: f64) -> (f64, f64) {
        let wide = (slot * part).min(if self.arrange == Arrange::Beside { 120.0 } else { 88.0 });
        match self.arrange {
            Arrange::Beside => {
                let one = wide / self.groups.len().max(1) as f64;
                let start = middle - wide / 2.0 + one * piece.group as f64;
                (start, start + one - if one > 6.0 && self.groups.len() > 1 { 1.0 } else { 0.0 })
            }
            Arrange::Stacked | Arrange::Share => (middle - wide / 2.0, middle + wide / 2.0),
        }
    }
}

impl Layer for Grouped {
    fn reach(&self) -> Reach {
        let (low, high) = self.ends();
        Reach {
            across: Across::Slots(self.slots.clone()),
            low,
            high,
            measure: self.measure(),
            whole: false,
            from_zero: true,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        if let [only] = self.groups.as_slice() {
            let name = if only.name.is_empty() { self.y_caption.clone() } else { only.name.clone() };
            return vec![Key { name, colour: series(turn.first) }];
        }
        let all = self.groups.iter().enumerate();
        all.map(|(group, of)| Key { name: of.name.clone(), colour: self.colour(group, turn.first) }).collect()
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let wide = axes.slot().unwrap_or(24.0);
        for slot in 0..self.slots.labels.len() {
            let middle = axes.x(&self.slots.labels, self.slots.places.get(slot).copied().unwrap_or(slot as f64));
            for piece in self.pieces(slot) {
                let (left, right) = self.across(&piece, middle, wide, 0.72);
                let (from, to) = (up.place(piece.from), up.place(piece.to));
                page.scene.rect(left, from.min(to), right, from.max(to), self.piece_colour(&piece, turn));
            }
        }
        page.scene.rule(axes.area.left, axes.area.right, up.place(0.0), BASE);
        self.write_parts(page, axes, turn);
    }

    fn summary(&self) -> String {
        let bars = counted(self.slots.labels.len(), "bar", "bars");
        let names: Vec<&str> =
            self.groups.iter().map(|group| group.name.as_str()).filter(|name| !name.is_empty()).collect();
        if names.is_empty() { bars } else { format!("{bars} for each of {}", names.join(", ")) }
    }
}

impl Grouped {
    /// Shares inside the pieces that are large enough to hold them.
    fn write_parts(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        if self.arrange != Arrange::Share || !turn.alone {
            return;
        }
        let up = axes.up(turn.side);
        let wide = axes.slot().unwrap_or(24.0) * 0.72;
        for slot in 0..self.slots.labels.len() {
            let middle = axes.x(&self.slots.labels, self.slots.places.get(slot).copied().unwrap_or(slot as f64));
            for piece in self.pieces(slot) {
                let part = Format::of_values(Measure::Share, &[0.5]).write((piece.to - piece.from).abs());
                let tall = (up.place(piece.from) - up.place(piece.to)).abs();
                let kind = DIRECT.sized(12.0);
                if tall > 18.0 && text::width(&part, kind) + 6.0 < wide {
                    let ink = self.colour(piece.group, turn.first).ink();
                    let height = (up.place(piece.from) + up.place(piece.to)) / 2.0;
                    page.scene.text_at(middle, height, &part, kind.coloured(ink), Align::Centre);
                }
            }
        }
    }
}
