//! Drawing lines: bands, steps, names, and numbers below.

use super::{Lines, Series, summary};
use crate::chart::axes::{Across, Axes, Kind, Margins, Reach, Slots};
use crate::chart::format::count;
use crate::chart::legend::Key;
use crate::chart::names::{self, Name};
use crate::chart::page::Page;
use crate::chart::plot::{Layer, Turn, series};
use crate::chart::scene::Align;
use crate::chart::table::Values;
use crate::chart::text;
use crate::chart::theme::{AXIS, Colour, DIRECT, MARGIN, QUIET, WHITE, sequential};

/// Height of a line of counts.
const COUNT_HEIGHT: f64 = 18.0;
/// The widest name before a line of counts.
const MOST_NAME: f64 = 110.0;

impl Layer for Lines {
    fn reach(&self) -> Reach {
        let all = || self.named.iter().chain(&self.behind).flat_map(|series| &series.points);
        let bands = || self.named.iter().flat_map(|series| &series.band).flat_map(|(_, lower, upper)| [*lower, *upper]);
        let (low, high) = ends(all().filter_map(|(_, value)| *value).chain(bands()));
        let (first, last) = ends(all().map(|(place, _)| *place));
        let across = match &self.x.values {
            _ if !self.words.is_empty() => {
                Across::Slots(Slots { kind: Kind::Words, labels: self.words.clone(), places: Vec::new() })
            }
            Values::Days(_) => Across::Days { low: first, high: last },
            _ => Across::Numbers { low: first, high: last, whole: self.x.whole, measure: self.x.measure },
        };
        Reach {
            across,
            low,
            high,
            measure: self.measure,
            whole: false,
            from_zero: false,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn margins(&self, page: &Page) -> Margins {
        let counted = self.counted().count();
        let widest = |kind, lines: &mut dyn Iterator<Item = &Series>| {
            lines.map(|series| text::width(&series.name, kind)).fold(0.0, f64::max)
        };
        let right = match self.has_names() {
            true => widest(DIRECT, &mut self.named.iter()).min(page.area.width() * 0.25) + 34.0,
            false => 0.0,
        };
        match counted {
            0 => Margins { right, ..Margins::default() },
            // The names of the lines stand before their counts.
            _ => Margins {
                right,
                below: 20.0 + counted as f64 * COUNT_HEIGHT,
                left: widest(AXIS, &mut self.counted()).min(MOST_NAME) + 34.0,
            },
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        let name = |series: &Series| if series.name.is_empty() { self.y_caption.clone() } else { series.name.clone() };
        let keys = self.named.iter().enumerate();
        keys.map(|(index, series)| Key { name: name(series), colour: self.colour(index, turn) }).collect()
    }

    fn names_itself(&self) -> bool {
        true
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let place = |x: f64, y: f64| (axes.x(&self.words, x), up.place(y));
        for (index, series) in self.named.iter().enumerate() {
            draw_band(page, series, self.steps, self.colour(index, turn), &place);
        }
        for series in &self.behind {
            draw_line(page, series, self.steps, &place, QUIET.towards(WHITE, 0.35), 1.0);
        }
        // The first line lies on top: it is the one that is read first.
        for (index, series) in self.named.iter().enumerate().rev() {
            let width = if self.ramp || page.compact { 1.75 } else { 2.25 };
            draw_line(page, series, self.steps, &place, self.colour(index, turn), width);
        }
        if !turn.alone {
            return;
        }
        write_counts(page, self, axes, turn);
        if self.has_names() {
            let area = axes.area;
            let named = self.named.iter().enumerate().map(|(index, line)| {
                let last = line.points.iter().rev().find_map(|(x, y)| y.map(|y| place(*x, y)));
                let end = last.unwrap_or((area.right, area.bottom));
                Name { text: &line.name, colour: self.colour(index, turn), end }
            });
            let named: Vec<Name<'_>> = named.collect();
            let end_early = named.iter().filter(|name| area.right - name.end.0 > 32.0).count();
            // Names at the ends of lines, unless many end elsewhere: leaders would cross the picture.
            if self.ramp || end_early > 2 { names::listed(page, &named) } else { names::at_ends(page, named) }
        }
    }

    fn summary(&self) -> String {
        summary(self)
    }
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

impl Lines {
    fn colour(&self, index: usize, turn: Turn) -> Colour {
        match self.ramp {
            true => sequential(0.25 + 0.75 * index as f64 / (self.named.len().max(2) - 1) as f64),
            // In panels a group has the same colour everywhere; otherwise the largest have the first colours.
            false if turn.alone => series(turn.first + index),
            false => series(turn.first + self.named[index].number),
        }
    }

    fn has_names(&self) -> bool {
        self.named.iter().any(|series| !series.name.is_empty())
    }

    /// The lines that have counts under them.
    fn counted(&self) -> impl Iterator<Item = &Series> {
        self.named.iter().filter(|series| !series.counts.is_empty())
    }
}

/// Where a value along and a value up lie.
type Place<'a> = dyn Fn(f64, f64) -> (f64, f64) + 'a;

fn draw_line(page: &mut Page, series: &Series, steps: bool, place: &Place<'_>, colour: Colour, width: f64) {
    let placed: Vec<Option<(f64, f64)>> = series.points.iter().map(|(x, y)| y.map(|y| place(*x, y))).collect();
    let known = placed.iter().flatten().count();
    // Dots tell single values from the line between them, as long as they are few.
    let dots = !steps && width > 2.0 && page.area.width() / known.max(1) as f64 > 22.0;
    for stretch in placed.split(Option::is_none) {
        let points: Vec<(f64, f64)> = stretch.iter().flatten().copied().collect();
        if let ([only], false) = (points.as_slice(), dots) {
            page.scene.dot(only.0, only.1, width, colour);
        }
        if points.len() > 1 {
            let points = if steps { stepped(&points) } else { points.clone() };
            page.scene.stroke(thinned(&points), width, colour);
        }
        if dots {
            for (x, y) in points {
                page.scene.dot(x, y, 4.0, WHITE);
                page.scene.dot(x, y, 3.0, colour);
            }
        }
    }
}

/// At most the first, lowest, highest and last point of each half unit: more cannot be seen.
pub(in crate::chart) fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() < 2000 {
        return points.to_vec();
    }
    let mut kept = Vec::new();
    for column in points.chunk_by(|left, right| (left.0 * 2.0).floor() == (right.0 * 2.0).floor()) {
        let height = |index: &usize| column[*index].1;
        let lowest = (0..column.len()).min_by(|left, right| height(left).total_cmp(&height(right)));
        let highest = (0..column.len()).max_by(|left, right| height(left).total_cmp(&height(right)));
        let mut chosen: Vec<usize> = [0, column.len() - 1].into_iter().chain(lowest).chain(highest).collect();
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|index| column[index]));
    }
    kept
}

/// The corners of a line that holds each value until the next one.
fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::with_capacity(points.len() * 2);
    for (x, y) in points {
        if let Some((_, before)) = corners.last().copied() {
            corners.push((*x, before));
        }
        corners.push((*x, *y));
    }
    corners
}

fn draw_band(page: &mut Page, series: &Series, steps: bool, colour: Colour, place: &Place<'_>) {
    if series.band.len() < 2 {
        return;
    }
    let end = |of: fn(&(f64, f64, f64)) -> f64| {
        let points: Vec<(f64, f64)> = series.band.iter().map(|point| place(point.0, of(point))).collect();
        thinned(&if steps { stepped(&points) } else { points })
    };
    let mut around = end(|(_, lower, _)| *lower);
    around.extend(end(|(_, _, upper)| *upper).into_iter().rev());
    page.scene.veil(around, colour);
}

/// Under each tick the number that held there: the first one at or after it, since a count is of those who are left
/// just before a step.
fn write_counts(page: &mut Page, lines: &Lines, axes: &Axes, turn: Turn) {
    if lines.counted().next().is_none() {
        return;
    }
    let left = if page.compact { page.area.left } else { MARGIN };
    let mut y = axes.below + 12.0;
    page.scene.text(left, y, &lines.counts, AXIS, Align::Left);
    for (index, series) in lines.named.iter().enumerate().filter(|(_, series)| !series.counts.is_empty()) {
        y += COUNT_HEIGHT;
        let name = text::fit(&series.name, AXIS, MOST_NAME);
        page.scene.text(left, y, &name, AXIS.coloured(lines.colour(index, turn)), Align::Left);
        for tick in &axes.ticks {
            let held = series.counts.iter().find(|(x, _)| x >= tick).map_or(0.0, |(_, held)| *held);
            page.label_below(axes.x(&[], *tick), y, &count(held as usize));
        }
    }
}
