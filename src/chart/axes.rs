//! A frame of coordinates, laid out once for all that is drawn in it.

use std::collections::{HashMap, HashSet};

use super::calendar::date_ticks;
use super::format::{Format, Measure};
use super::page::{Area, Page, ticks_for};
use super::scale::{Scale, Steps, rounded, rounded_ratios, ticks};
use super::scene::Align;
use super::text;
use super::theme::{AXIS, BASE};
use regulars_plugin::AxisScale;

/// What evenly spaced places stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Numbers,
    Days,
    Words,
}

/// Places beside each other, each as wide as the next.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slots {
    pub(super) kind: Kind,
    pub(super) labels: Vec<String>,
    /// Each as a number; empty for words.
    pub(super) places: Vec<f64>,
}

/// What lies along the horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Across {
    Numbers { low: f64, high: f64, whole: bool, measure: Measure },
    Days { low: f64, high: f64 },
    Slots(Slots),
}

/// How far a drawing reaches along both axes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reach {
    pub(super) across: Across,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) measure: Measure,
    /// Whether the vertical axis counts things.
    pub(super) whole: bool,
    /// Whether what is drawn grows from zero, so that no other scale would be true.
    pub(super) from_zero: bool,
    /// Whether the horizontal axis ends where the values end, without any room beside them.
    pub(super) tight: bool,
    pub(super) x_caption: String,
    pub(super) y_caption: String,
}

impl Reach {
    /// Both together, on the axes of the first; none where the horizontal axes are of different kinds.
    pub(super) fn joined(&self, other: &Reach) -> Option<Reach> {
        Some(Reach {
            across: self.across.joined(&other.across)?,
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            whole: self.whole && other.whole,
            from_zero: self.from_zero || other.from_zero,
            tight: self.tight && other.tight,
            ..self.clone()
        })
    }
}

impl Across {
    /// What the places are, in words.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Across::Numbers { .. } => Kind::Numbers,
            Across::Days { .. } => Kind::Days,
            Across::Slots(slots) => slots.kind,
        }
    }

    fn joined(&self, other: &Across) -> Option<Across> {
        if self.kind() != other.kind() {
            return None;
        }
        Some(match (self, other) {
            (
                Across::Numbers { low, high, whole, measure },
                Across::Numbers { low: other_low, high: other_high, whole: other_whole, .. },
            ) => Across::Numbers {
                low: low.min(*other_low),
                high: high.max(*other_high),
                whole: *whole && *other_whole,
                measure: *measure,
            },
            (Across::Days { low, high }, Across::Days { low: other_low, high: other_high }) => {
                Across::Days { low: low.min(*other_low), high: high.max(*other_high) }
            }
            (Across::Slots(slots), Across::Slots(others)) => Across::Slots(slots.joined(others)),
            // What lies between two slots lies between their places.
            (Across::Slots(slots), _) | (_, Across::Slots(slots)) => Across::Slots(slots.clone()),
            _ => return None,
        })
    }
}

impl Slots {
    fn joined(&self, other: &Slots) -> Slots {
        let mut all: Vec<(f64, String)> = Vec::new();
        let (mut known_places, mut known_labels) = (HashSet::new(), HashSet::new());
        for slots in [self, other] {
            for (index, label) in slots.labels.iter().enumerate() {
                let place = slots.places.get(index).copied();
                // Adding zero turns −0 into 0: they are one place.
                let is_new = match place {
                    Some(place) => known_places.insert((place + 0.0).to_bits()),
                    None => known_labels.insert(label.as_str()),
                };
                if is_new {
                    all.push((place.unwrap_or(all.len() as f64), label.clone()));
                }
            }
        }
        if self.kind != Kind::Words {
            all.sort_by(|left, right| left.0.total_cmp(&right.0));
        }
        let places = if self.kind == Kind::Words { Vec::new() } else { all.iter().map(|(place, _)| *place).collect() };
        Slots { kind: self.kind, labels: all.into_iter().map(|(_, label)| label).collect(), places }
    }
}

/// Which vertical axis something is measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Side {
    #[default]
    Left,
    Right,
}

/// Room that a drawing wants beside the axes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Margins {
    /// Between the axes and the right end, such as for the names of lines.
    pub(super) right: f64,
    /// Below the horizontal axis, such as for counts.
    pub(super) below: f64,
    /// From the left end to the axis, at least.
    pub(super) left: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Along {
    Even(Scale),
    Slots {
        slots: Slots,
        /// Where each label stands among them.
        known: HashMap<String, usize>,
        from: f64,
        slot: f64,
    },
}

/// Axes that were laid out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axes {
    along: Along,
    up: Scale,
    right: Option<Scale>,
    /// What lies between the axes.
    pub(super) area: Area,
    /// The numbers that stand along a horizontal axis of numbers.
    pub(super) ticks: Vec<f64>,
    /// Where the room below the axis begins.
    pub(super) below: f64,
}

/// Room at both ends of an axis of values, so that dots are not cut.
const INSET: f64 = 8.0;

impl Axes {
    /// Lays out axes with their captions, ticks and grid, and takes the room for them.
    pub(super) fn lay_out(page: &mut Page, left: &Reach, right: Option<&Reach>, margins: Margins) -> Axes {
        let (x_scale, y_scale) = (page.style.x_scale, page.style.y_scale);
        let start = page.area.left;
        page.captions_above(&left.y_caption, right.map_or("", |right| right.y_caption.as_str()));
        page.area.bottom -= margins.below;
        let below = page.area.bottom;
        page.caption_below(&left.x_caption, start);
        page.area.bottom -=
            if left.across.kind() == Kind::Days && !matches!(left.across, Across::Slots(_)) { 40.0 } else { 24.0 };
        let count = (page.area.height() / 62.0).clamp(2.0, 6.0) as usize;
        let vertical = |reach: &Reach| match y_scale {
            AxisScale::Log => rounded_ratios(reach.low, reach.high, count),
            AxisScale::Linear => {
                let (low, high) =
                    if reach.from_zero { (reach.low.min(0.0), reach.high.max(0.0)) } else { (reach.low, reach.high) };
                rounded(low, high, count, reach.whole)
            }
        };
        let numbers = |measure: Measure, grid: &[f64]| match y_scale {
            AxisScale::Log => Format::of_ratios(measure),
            AxisScale::Linear => Format::of_ticks(measure, grid),
        };
        let (low, high, grid) = vertical(left);
        let format = numbers(left.measure, &grid);
        page.leave_for_numbers(&grid, &format);
        page.area.left = page.area.left.max(start + margins.left);
        let (from, to) = (page.area.bottom, page.area.top + 6.0);
        let log = y_scale == AxisScale::Log;
        let up = Scale { log, ..Scale::new(low, high, from, to) };
        let second = right.map(|reach| {
            let (low, high, grid) = vertical(reach);
            let format = numbers(reach.measure, &grid);
            (Scale { log, ..Scale::new(low, high, from, to) }, grid, format)
        });
        if let Some((_, grid, format)) = &second {
            let widest = grid.iter().map(|tick| text::width(&format.write(*tick), AXIS)).fold(0.0, f64::max);
            page.area.right -= widest + 10.0;
        }
        page.area.right -= margins.right;
        page.gridlines(&grid, &format, &up);
        if let Some((scale, grid, format)) = &second {
            for tick in grid {
                page.scene.text_at(page.area.right + 10.0, scale.place(*tick), &format.write(*tick), AXIS, Align::Left);
            }
        }
        let area = page.area;
        if !log && low <= 0.0 && high >= 0.0 {
            page.scene.rule(area.left, area.right, up.place(0.0), BASE);
        }
        let right = second.map(|(scale, _, _)| scale);
        let (along, ticks) = across(page, &left.across, left.tight, x_scale);
        Axes { along, up, right, area, ticks, below }
    }

    /// Where a number, a day, or the word of an index among these words lies.
    pub(super) fn x(&self, words: &[String], value: f64) -> f64 {
        match &self.along {
            Along::Even(scale) => scale.place(value),
            Along::Slots { slots, known, from, slot } => {
                let place = match (slots.kind, words.get(value.max(0.0) as usize)) {
                    (Kind::Words, Some(word)) => known.get(word).map_or(value, |at| *at as f64),
                    (Kind::Words, None) => value,
                    _ => between(&slots.places, value),
                };
                from + (place + 0.5) * slot
            }
        }
    }

    /// As [`Axes::x`] in steps from its left end, for very many values; none where it is made of slots.
    pub(super) fn x_steps(&self, step: f64) -> Option<Steps> {
        match &self.along {
            Along::Even(scale) => Some(scale.steps(self.area.left, step)),
            Along::Slots { .. } => None,
        }
    }

    /// How wide a slot is; none where values have their own places.
    pub(super) fn slot(&self) -> Option<f64> {
        match &self.along {
            Along::Even(_) => None,
            Along::Slots { slot, .. } => Some(*slot),
        }
    }

    /// Where a word of the axis lies; none where it has no such word.
    pub(super) fn word(&self, word: &str) -> Option<f64> {
        match &self.along {
            Along::Slots { known, from, slot, .. } => {
                let index = known.get(word)?;
                Some(from + (*index as f64 + 0.5) * slot)
            }
            Along::Even(_) => None,
        }
    }

    /// The vertical axis of a side.
    pub(super) fn up(&self, side: Side) -> &Scale {
        match (side, &self.right) {
            (Side::Right, Some(scale)) => scale,
            _ => &self.up,
        }
    }
}

/// The index at which a value lies among sorted places, between two where it lies between them.
fn between(places: &[f64], value: f64) -> f64 {
    let above = places.partition_point(|place| *place < value);
    match (above.checked_sub(1).and_then(|below| places.get(below)), places.get(above)) {
        (Some(below), Some(next)) => (above - 1) as f64 + (value - below) / (next - below),
        (None, Some(first)) => {
            if value < *first && places.len() > 1 {
                (value - first) / (places[1] - first)
            } else {
                0.0
            }
        }
        (Some(last), None) => match places.len().checked_sub(2).and_then(|index| places.get(index)) {
            Some(before) => (places.len() - 1) as f64 + (value - last) / (last - before),
            None => 0.0,
        },
        (None, None) => 0.0,
    }
}

/// The horizontal axis with its labels, and the numbers that stand along it.
fn across(page: &mut Page, across: &Across, tight: bool, scale: AxisScale) -> (Along, Vec<f64>) {
    let area = page.area;
    let inset = if tight { 0.0 } else { INSET };
    let even = |low: f64, high: f64| Scale::new(low, high, area.left + inset, area.right - inset);
    match across {
        Across::Slots(slots) => {
            let slot = area.width() / slots.labels.len().max(1) as f64;
            page.names_below(&slots.labels, area.left + slot / 2.0, slot);
            let mut known = HashMap::with_capacity(slots.labels.len());
            for (index, label) in slots.labels.iter().enumerate() {
                known.entry(label.clone()).or_insert(index);
            }
            (Along::Slots { slots: slots.clone(), known, from: area.left, slot }, Vec::new())
        }
        Across::Days { low, high } => {
            let along = even(*low, *high);
            let ticks = date_ticks(*low, *high, ticks_for(along.to - along.from, 44.0));
            page.dates_below(&ticks, &along);
            (Along::Even(along), Vec::new())
        }
        Across::Numbers { low, high, measure, .. } if scale == AxisScale::Log => {
            let many = ticks_for(area.width(), 44.0);
            let (low, high, shown) = rounded_ratios(*low, *high, many);
            let along = Scale { log: true, ..even(low, high) };
            let format = Format::of_ratios(*measure);
            for tick in &shown {
                page.label_below(along.place(*tick), area.bottom + 18.0, &format.write(*tick));
            }
            (Along::Even(along), shown)
        }
        Across::Numbers { low, high, whole, measure } => {
            let along = even(*low, *high);
            let shown = number_ticks(&along, *measure, *whole);
            let format = Format::of_ticks(*measure, &shown);
            for tick in &shown {
                page.label_below(along.place(*tick), area.bottom + 18.0, &format.write(*tick));
            }
            (Along::Even(along), shown)
        }
    }
}

/// As many ticks along a horizontal axis as can stand beside each other.
pub(super) fn number_ticks(along: &Scale, measure: Measure, whole: bool) -> Vec<f64> {
    let room = (along.to - along.from).abs();
    let mut shown = Vec::new();
    for count in [10, 8, 6, 5, 4, 3, 2, 1] {
        shown = ticks(along.low, along.high, count, whole);
        let format = Format::of_ticks(measure, &shown);
        let widest = shown.iter().map(|tick| text::width(&format.write(*tick), AXIS)).fold(0.0, f64::max);
        if (widest + 16.0) * (shown.len() as f64) <= room {
            return shown;
        }
    }
    shown.truncate(1);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_slots_lie_between_them() {
        let places = [10.0, 20.0, 40.0];
        let at: Vec<f64> = [10.0, 15.0, 30.0, 40.0, 60.0, 0.0].map(|value| between(&places, value)).to_vec();
        assert_eq!(at, [0.0, 0.5, 1.5, 2.0, 3.0, -1.0]);
        assert_eq!((between(&[], 3.0), between(&[5.0], 7.0)), (0.0, 0.0));
    }

    #[test]
    fn slots_of_two_drawings_are_joined() {
        let words = |labels: &[&str]| Slots {
            kind: Kind::Words,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            places: Vec::new(),
        };
        assert_eq!(words(&["b", "a"]).joined(&words(&["a", "c"])).labels, ["b", "a", "c"]);
        let days = |places: &[f64]| Slots {
            kind: Kind::Days,
            labels: places.iter().map(f64::to_string).collect(),
            places: places.to_vec(),
        };
        assert_eq!(days(&[1.0, 3.0]).joined(&days(&[2.0, 3.0])).labels, ["1", "2", "3"]);
        let numbers = Across::Numbers { low: 0.0, high: 1.0, whole: false, measure: Measure::Number };
        assert_eq!(Across::Slots(days(&[1.0])).joined(&numbers), None);
    }
}
