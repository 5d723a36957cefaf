//! Drawing lines: bands, steps, names, and numbers below.

use super::{Lines, Series};
use crate::chart::calendar::date_ticks;
use crate::chart::format::{Format, count};
use crate::chart::histogram::number_ticks;
use crate::chart::names::{self, Name};
use crate::chart::page::{Page, ticks_for};
use crate::chart::scale::{Scale, rounded};
use crate::chart::scene::Align;
use crate::chart::table::Values;
use crate::chart::text;
use crate::chart::theme::{AXIS, BASE, Colour, DIRECT, MARGIN, QUIET, SERIES, WHITE, sequential};

/// Height of a line of counts.
const COUNT_HEIGHT: f64 = 18.0;
/// The widest name before a line of counts.
const MOST_NAME: f64 = 110.0;

pub(super) fn lay_out(page: &mut Page, lines: &Lines) {
    let all = || lines.named.iter().chain(&lines.behind).flat_map(|series| &series.points);
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let bands = || lines.named.iter().flat_map(|series| &series.band).flat_map(|(_, lower, upper)| [*lower, *upper]);
    let (low, high) = ends(&mut all().filter_map(|(_, value)| *value).chain(bands()));
    let (first, last) = ends(&mut all().map(|(place, _)| *place));
    page.caption_above(&lines.y_caption, page.area.left);
    let counted: Vec<usize> = (0..lines.named.len()).filter(|line| !lines.named[*line].counts.is_empty()).collect();
    if !counted.is_empty() {
        page.area.bottom -= 20.0 + counted.len() as f64 * COUNT_HEIGHT;
    }
    let counts_top = page.area.bottom;
    page.caption_below(&lines.x_caption, page.area.left);
    let days = matches!(lines.x.values, Values::Days(_));
    page.area.bottom -= if days { 40.0 } else { 24.0 };
    let count = (page.area.height() / 64.0).clamp(2.0, 6.0) as usize;
    let (low, high, grid) = rounded(low, high, count, false);
    let format = Format::of_ticks(lines.measure, &grid);
    page.leave_for_numbers(&grid, &format);
    if !counted.is_empty() {
        // The names of the lines stand before their counts.
        let widest = counted.iter().map(|line| text::width(&lines.named[*line].name, AXIS)).fold(0.0, f64::max);
        page.area.left = page.area.left.max(MARGIN + widest.min(MOST_NAME) + 34.0);
    }
    let has_names = lines.named.iter().any(|series| !series.name.is_empty());
    let names_room = if has_names {
        let widest = lines.named.iter().map(|series| text::width(&series.name, DIRECT)).fold(0.0, f64::max);
        widest.min(page.area.width() * 0.25) + 34.0
    } else {
        0.0
    };
    let up = Scale { low, high, from: page.area.bottom, to: page.area.top + 6.0 };
    page.area.right -= names_room;
    page.gridlines(&grid, &format, &up);
    let area = page.area;
    if low <= 0.0 && high >= 0.0 {
        page.scene.rule(area.left, area.right, up.place(0.0), BASE);
    }
    let inset = 8.0;
    let along = Scale { low: first, high: last, from: area.left + inset, to: area.right - inset };
    if !lines.words.is_empty() {
        let slot = if last > first { (along.to - along.from) / (last - first) } else { area.width() };
        page.names_below(&lines.words, along.place(0.0), slot);
    } else if days {
        let ticks = date_ticks(first, last, ticks_for(along.to - along.from, 44.0));
        page.dates_below(&ticks, &along);
    } else {
        let shown = number_ticks(&along, &lines.x);
        let format = Format::of_ticks(lines.x.measure, &shown);
        for tick in &shown {
            page.label_below(along.place(*tick), area.bottom + 18.0, &format.write(*tick));
        }
        write_counts(page, lines, &counted, &shown, &along, counts_top);
    }
    for (index, series) in lines.named.iter().enumerate() {
        draw_band(page, series, lines, lines.colour(index), &along, &up);
    }
    for series in &lines.behind {
        draw_line(page, series, lines.steps, (&along, &up), QUIET.towards(WHITE, 0.35), 1.0);
    }
    // The first line lies on top: it is the one that is read first.
    for (index, series) in lines.named.iter().enumerate().rev() {
        let width = if lines.ramp { 1.75 } else { 2.25 };
        draw_line(page, series, lines.steps, (&along, &up), lines.colour(index), width);
    }
    if has_names {
        let named = lines.named.iter().enumerate().map(|(index, series)| {
            let last = series.points.iter().rev().find_map(|(x, y)| y.map(|y| (along.place(*x), up.place(y))));
            Name { text: &series.name, colour: lines.colour(index), end: last.unwrap_or((area.right, area.bottom)) }
        });
        let named: Vec<Name<'_>> = named.collect();
        let end_early = named.iter().filter(|name| along.to - name.end.0 > 24.0).count();
        // Names at the ends of lines, unless many end elsewhere: leaders would cross the picture.
        if lines.ramp || end_early > 2 { names::listed(page, &named) } else { names::at_ends(page, named) }
    }
}

impl Lines {
    fn colour(&self, index: usize) -> Colour {
        match self.ramp {
            true => sequential(0.25 + 0.75 * index as f64 / (self.named.len().max(2) - 1) as f64),
            false => SERIES[index % SERIES.len()],
        }
    }
}

fn draw_line(page: &mut Page, series: &Series, steps: bool, scales: (&Scale, &Scale), colour: Colour, width: f64) {
    let (along, up) = scales;
    let placed: Vec<Option<(f64, f64)>> =
        series.points.iter().map(|(x, y)| y.map(|y| (along.place(*x), up.place(y)))).collect();
    let known = placed.iter().flatten().count();
    // Dots tell single values from the line between them, as long as they are few.
    let dots = !steps && width > 2.0 && (along.to - along.from) / known.max(1) as f64 > 22.0;
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
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
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

fn draw_band(page: &mut Page, series: &Series, lines: &Lines, colour: Colour, along: &Scale, up: &Scale) {
    if series.band.len() < 2 {
        return;
    }
    let end = |of: fn(&(f64, f64, f64)) -> f64| {
        let points: Vec<(f64, f64)> =
            series.band.iter().map(|point| (along.place(point.0), up.place(of(point)))).collect();
        thinned(&if lines.steps { stepped(&points) } else { points })
    };
    let mut around = end(|(_, lower, _)| *lower);
    around.extend(end(|(_, _, upper)| *upper).into_iter().rev());
    page.scene.veil(around, colour);
}

/// Under each tick the number that held there: the first one at or after it, since a count is of those who are left
/// just before a step.
fn write_counts(page: &mut Page, lines: &Lines, counted: &[usize], ticks: &[f64], along: &Scale, top: f64) {
    if counted.is_empty() {
        return;
    }
    let heading = lines.counts.clone();
    page.scene.text(MARGIN, top + 12.0, &heading, AXIS, Align::Left);
    let mut y = top + 12.0;
    for &index in counted {
        y += COUNT_HEIGHT;
        let series = &lines.named[index];
        let name = text::fit(&series.name, AXIS, MOST_NAME);
        page.scene.text(MARGIN, y, &name, AXIS.coloured(lines.colour(index)), Align::Left);
        for tick in ticks {
            let held = series.counts.iter().find(|(x, _)| x >= tick).map_or(0.0, |(_, held)| *held);
            page.label_below(along.place(*tick), y, &count(held as usize));
        }
    }
}
