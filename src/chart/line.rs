//! Lines: `y` along `x`, one line for each value of `color`.

use regulars_plugin::{ColumnKind, Result};

use super::calendar::{Span, date_of, date_ticks};
use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::histogram::number_ticks;
use super::names::{self, Name};
use super::page::{self, Figure, Page, Plan, ticks_for};
use super::scale::{Scale, rounded};
use super::table::{Column, Table, Values};
use super::text;
use super::theme::{BASE, Colour, DIRECT, QUIET, SERIES, WHITE, sequential};

/// Lines behind the named ones; more would only blacken the picture.
const MOST_BEHIND: usize = 100;

struct Series {
    name: String,
    /// In the order of `x`; none where the line has a gap.
    points: Vec<(f64, Option<f64>)>,
}

struct Lines {
    named: Vec<Series>,
    /// Drawn in grey, without names.
    behind: Vec<Series>,
    /// Whether the lines have an order, such as cohorts, and are too many for colours of their own: then they are
    /// coloured from light to dark.
    ramp: bool,
    x: Column,
    measure: Measure,
    /// Names along the horizontal axis, where it holds words.
    words: Vec<String>,
    x_caption: String,
    y_caption: String,
}

/// Computes the lines.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (lines, title, told) = compute(table)?;
    let figure = (!lines.named.is_empty()).then(|| Box::new(lines) as Box<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Figure for Lines {
    fn lay_out(&self, page: &mut Page) {
        lay_out(page, self);
    }

    fn summary(&self) -> String {
        summary(self)
    }
}

fn compute(table: &Table<'_>) -> Result<(Lines, String, Vec<String>)> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let color = chart.color.as_deref().unwrap_or_default();
    let y_named = chart.y.as_deref().unwrap_or_default();
    let kinds: [&[ColumnKind]; 4] = [&[Date], &[Any], &[Integer, Number], &[Text, Flag]];
    let x = chart.x.clone().or_else(|| table.choose(&kinds, &[color, y_named]));
    let x = x.ok_or_else(|| table.nothing_for("x", "numbers, dates or text in order"))?;
    let y = chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x, color]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    let (x, y) = (table.column(&x)?, table.measured("y", &y)?);
    let color = chart.color.as_deref().map(|name| table.column(name)).transpose()?;
    let along = Groups::of(&x, usize::MAX);
    let of = color.as_ref().map(|column| Groups::of(column, usize::MAX));
    let names = of.as_ref().map_or_else(|| vec![String::new()], |groups| groups.labels.clone());
    let (values, endless) = y.drawable();
    table.check()?;

    let how = if y.measure == Measure::Share { Gather::Mean } else { Gather::Sum };
    // Rows by line first, so that work and memory follow the rows and not lines times places.
    let mut rows: Vec<Vec<(usize, Option<f64>)>> = vec![Vec::new(); names.len()];
    let mut lost = 0;
    for (row, value) in values.iter().enumerate() {
        let line = of.as_ref().map_or(Some(0), |groups| groups.of_row[row]);
        match (line, along.of_row[row]) {
            (Some(line), Some(place)) => rows[line].push((place, *value)),
            _ => lost += 1,
        }
    }
    let (mut several, mut gaps) = (false, 0);
    let mut all: Vec<Series> = Vec::new();
    for (name, rows) in names.into_iter().zip(rows) {
        table.check()?;
        let mut places: Vec<usize> = rows.iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        places.dedup();
        let found = rows.into_iter().map(|(place, value)| (places.binary_search(&place).ok(), value));
        let gathered = gather(places.len(), found, how);
        several |= gathered.several;
        gaps += gathered.without;
        let at = |place: usize| along.places.get(place).copied().unwrap_or(place as f64);
        let points: Vec<(f64, Option<f64>)> = places.into_iter().map(at).zip(gathered.values).collect();
        if points.iter().any(|(_, value)| value.is_some()) {
            all.push(Series { name: text::clean(&name), points });
        }
    }
    let mut told = Vec::new();
    if several {
        let done = if how == Gather::Mean { "averaged" } else { "summed" };
        told.push(format!("{} {done} where several rows share one {}", y.words, x.words));
    }
    let without = (lost + gaps).saturating_sub(endless);
    if without > 0 {
        told.push(format!("{} without a value left out", counted(without, "row", "rows")));
    }
    if endless > 0 {
        told.push(format!("{} left out", counted(endless, "value that is not finite", "values that are not finite")));
    }
    let most = (((page::size(table.chart).1 - 100.0) / names::HEIGHT) as usize).clamp(1, SERIES.len());
    let ramp = of.as_ref().is_some_and(Groups::ordered) && all.len() > most;
    if ramp && all.len() > MOST_BEHIND {
        told.push(format!("the last {MOST_BEHIND} of {}", counted(all.len(), "line", "lines")));
        all.drain(..all.len() - MOST_BEHIND);
    }
    let (named, mut behind) = if ramp { (all, Vec::new()) } else { largest(all, most) };
    if !behind.is_empty() {
        let total = count(named.len() + behind.len());
        let what = if behind.len() > MOST_BEHIND { "100 more in grey" } else { "the others in grey" };
        told.push(format!("the {} largest of {total} named, {what}", named.len()));
        behind.truncate(MOST_BEHIND);
    }
    let title = match &color {
        Some(color) => format!("{} by {} and {}", y.words, x.words, color.words),
        None => format!("{} by {}", y.words, x.words),
    };
    let words = if along.ordered() || !matches!(x.values, Values::Words(_)) { Vec::new() } else { along.labels };
    let (x_caption, y_caption) = (x.caption(chart.x_label.as_deref()), y.caption(chart.y_label.as_deref()));
    let x = Column { values: x.values.emptied(), ..x };
    Ok((Lines { named, behind, ramp, x, measure: y.measure, words, x_caption, y_caption }, title, told))
}

/// The lines with the largest sums, in their order, and the others, larger ones first.
fn largest(all: Vec<Series>, most: usize) -> (Vec<Series>, Vec<Series>) {
    let size = |series: &Series| series.points.iter().filter_map(|(_, value)| *value).map(f64::abs).sum::<f64>();
    let mut by_size: Vec<(usize, f64)> = all.iter().map(size).enumerate().collect();
    by_size.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let mut rank = vec![0; all.len()];
    for (position, (index, _)) in by_size.into_iter().enumerate() {
        rank[index] = position;
    }
    let mut ranked = rank.into_iter();
    let (named, mut behind): (Vec<_>, Vec<_>) =
        all.into_iter().map(|series| (ranked.next().unwrap_or_default(), series)).partition(|(rank, _)| *rank < most);
    behind.sort_by_key(|(rank, _)| *rank);
    let plain = |ranked: Vec<(usize, Series)>| ranked.into_iter().map(|(_, series)| series).collect();
    (plain(named), plain(behind))
}

fn lay_out(page: &mut Page, lines: &Lines) {
    let all = || lines.named.iter().chain(&lines.behind).flat_map(|series| &series.points);
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (low, high) = ends(&mut all().filter_map(|(_, value)| *value));
    let (first, last) = ends(&mut all().map(|(place, _)| *place));
    page.caption_above(&lines.y_caption, page.area.left);
    page.caption_below(&lines.x_caption, page.area.left);
    let days = matches!(lines.x.values, Values::Days(_));
    page.area.bottom -= if days { 40.0 } else { 24.0 };
    let count = (page.area.height() / 64.0).clamp(2.0, 6.0) as usize;
    let (low, high, grid) = rounded(low, high, count, false);
    let format = Format::of_ticks(lines.measure, &grid);
    page.leave_for_numbers(&grid, &format);
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
        for tick in shown {
            page.label_below(along.place(tick), area.bottom + 18.0, &format.write(tick));
        }
    }
    for series in &lines.behind {
        draw_line(page, series, &along, &up, QUIET.towards(WHITE, 0.35), 1.0);
    }
    // The first line lies on top: it is the one that is read first.
    for (index, series) in lines.named.iter().enumerate().rev() {
        let width = if lines.ramp { 1.75 } else { 2.25 };
        draw_line(page, series, &along, &up, lines.colour(index), width);
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

fn draw_line(page: &mut Page, series: &Series, along: &Scale, up: &Scale, colour: Colour, width: f64) {
    let placed: Vec<Option<(f64, f64)>> =
        series.points.iter().map(|(x, y)| y.map(|y| (along.place(*x), up.place(y)))).collect();
    let known = placed.iter().flatten().count();
    // Dots tell single values from the line between them, as long as they are few.
    let dots = width > 2.0 && (along.to - along.from) / known.max(1) as f64 > 22.0;
    for stretch in placed.split(Option::is_none) {
        let points: Vec<(f64, f64)> = stretch.iter().flatten().copied().collect();
        if let ([only], false) = (points.as_slice(), dots) {
            page.scene.dot(only.0, only.1, width, colour);
        }
        if points.len() > 1 {
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

fn summary(lines: &Lines) -> String {
    let at = |place: f64| match (&lines.x.values, lines.words.get(place as usize)) {
        (_, Some(word)) => word.clone(),
        (Values::Days(_), _) if date_of(place).is_some() => Span::Day.label(place),
        _ => Format::of_values(lines.x.measure, &[place]).write(place),
    };
    let described: Vec<String> = lines
        .named
        .iter()
        .filter_map(|series| {
            let mut known = series.points.iter().filter_map(|(x, y)| y.map(|y| (*x, y)));
            let first = known.next()?;
            let last = known.next_back().unwrap_or(first);
            let format = Format::of_values(lines.measure, &[first.1, last.1]);
            let name = if series.name.is_empty() { String::new() } else { format!("{}: ", series.name) };
            let (from, to) = (format.write(first.1), format.write(last.1));
            Some(format!("{name}{from} at {} to {to} at {}", at(first.0), at(last.0)))
        })
        .take(3)
        .collect();
    let number = counted(lines.named.len() + lines.behind.len(), "line", "lines");
    format!("{number}; {}", described.join(", "))
}
