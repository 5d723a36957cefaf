//! Lines: `y` along `x`, one line for each value of `color`, with bands and counts where they are asked for.

mod drawing;

pub(super) use drawing::thinned;

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Mark, Result};

use super::calendar::{Span, date_of};
use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::names;
use super::page::{self, Figure, Plan};
use super::plot::Plot;
use super::table::{Column, Table, Values};
use super::text;
use super::theme::SERIES;
use super::told::Told;

/// Lines behind the named ones; more would only blacken the picture.
const MOST_BEHIND: usize = 100;

struct Series {
    name: String,
    /// Its number among all groups, which chooses its colour.
    number: usize,
    /// In the order of `x`; none where the line has a gap.
    points: Vec<(f64, Option<f64>)>,
    /// The ends of the band, in the order of `x`.
    band: Vec<(f64, f64, f64)>,
    /// The numbers that are written under the line.
    counts: Vec<(f64, f64)>,
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
    /// Whether each value holds until the next one.
    steps: bool,
    /// What the numbers under the lines are; empty where there are none.
    counts: String,
    x_caption: String,
    y_caption: String,
}

/// Computes the lines.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (lines, title, told) = compute(table)?;
    let figure = (!lines.named.is_empty()).then(|| Arc::new(Plot::of(lines)) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

fn compute(table: &Table<'_>) -> Result<(Lines, String, Told)> {
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
    let (color, of) = table.color_groups()?.unzip();
    let along = Groups::of(&x, usize::MAX);
    let names = of.as_ref().map_or_else(|| vec![String::new()], |groups| groups.labels.clone());
    let (values, undrawn) = y.drawable();
    let further = Further::of(table)?;
    if further.counts.is_some() && !matches!(x.values, Values::Numbers(_)) {
        return Err(Failure::new(format!("`counts` are written under numbers, but {} holds dates or words", x.words))
            .help("leave `counts` out, or take a number for `x`, such as days since the first order"));
    }
    table.check()?;

    let how = if y.measure == Measure::Share { Gather::Mean } else { Gather::Sum };
    // Rows by line first, so that work and memory follow the rows and not lines times places.
    let mut rows: Vec<Vec<(usize, usize)>> = vec![Vec::new(); names.len()];
    let mut lost = 0;
    for row in 0..values.len() {
        let line = of.as_ref().map_or(Some(0), |groups| groups.of_row[row]);
        match (line, along.of_row[row]) {
            (Some(line), Some(place)) => rows[line].push((place, row)),
            _ => lost += 1,
        }
    }
    let (mut several, mut gaps) = (false, 0);
    let mut all: Vec<Series> = Vec::new();
    for (number, (name, rows)) in names.into_iter().zip(rows).enumerate() {
        table.check()?;
        let mut places: Vec<usize> = rows.iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        places.dedup();
        let at = |place: usize| along.places.get(place).copied().unwrap_or(place as f64);
        let (band, counts) = further.of_line(rows.iter().map(|(place, row)| (at(*place), *row)));
        let found = rows.into_iter().map(|(place, row)| (places.binary_search(&place).ok(), values[row]));
        let gathered = gather(places.len(), found, how);
        several |= gathered.several;
        gaps += gathered.without;
        let points: Vec<(f64, Option<f64>)> = places.into_iter().map(at).zip(gathered.values).collect();
        if points.iter().any(|(_, value)| value.is_some()) {
            all.push(Series { name: text::clean(&name), number, points, band, counts });
        }
    }
    let mut told = Told::default();
    if several && further.is_there() {
        return Err(Failure::new(
            "several rows share one place of a line, so it has no one band and no one count there",
        )
        .help("summarise first: `frame.group_by(…).agg(…)`, or tell the lines apart by `color`"));
    }
    if several {
        let done = if how == Gather::Mean { "averaged" } else { "summed" };
        told.push(format!("{} {done} where several rows share one {}", y.words, x.words));
    }
    told.left_out(lost + gaps, undrawn);
    let most = (((page::size(table.chart).1 - 100.0) / names::HEIGHT) as usize).clamp(1, SERIES.len());
    let ramp = of.as_ref().is_some_and(Groups::ordered) && all.len() > most;
    if ramp && all.len() > MOST_BEHIND {
        told.push(format!("the last {MOST_BEHIND} of {}", counted(all.len(), "line", "lines")));
        all.drain(..all.len() - MOST_BEHIND);
    }
    let (named, mut behind) = if ramp { (all, Vec::new()) } else { largest(all, most) };
    if !behind.is_empty() {
        let total = count(named.len() + behind.len());
        let what = match behind.len().saturating_sub(MOST_BEHIND) {
            0 => "the others in grey".to_owned(),
            beyond => format!("{MOST_BEHIND} more in grey, {} not drawn", count(beyond)),
        };
        told.push(format!("the {} largest of {total} named, {what}", named.len()));
        behind.truncate(MOST_BEHIND);
    }
    let title = match &color {
        Some(color) => format!("{} by {} and {}", y.words, x.words, color.words),
        None => format!("{} by {}", y.words, x.words),
    };
    let words = if matches!(x.values, Values::Words(_)) { along.labels } else { Vec::new() };
    let (x_caption, y_caption) = (x.caption(chart.x_label.as_deref()), y.caption(chart.y_label.as_deref()));
    let x = Column { values: x.values.emptied(), ..x };
    let (steps, counts) = (chart.steps || chart.mark == Mark::Survival, further.counts_words);
    Ok((Lines { named, behind, ramp, x, measure: y.measure, words, steps, counts, x_caption, y_caption }, title, told))
}

/// The columns around a line: the ends of a band, and numbers under it.
struct Further {
    band: Option<(Cells, Cells)>,
    counts: Option<Vec<Option<f64>>>,
    counts_words: String,
}

/// The numbers of a column.
type Cells = Vec<Option<f64>>;

/// Ends of a band and numbers under a line, in the order of `x`.
type Around = (Vec<(f64, f64, f64)>, Vec<(f64, f64)>);

impl Further {
    fn of(table: &Table<'_>) -> Result<Further> {
        let numbers = |role: &str, name: &String| table.measured(role, name).map(|column| column.drawable().0);
        let ends = table.chart.band.as_ref();
        let counts = table.chart.counts.as_ref();
        Ok(Further {
            band: ends.map(|(lower, upper)| Ok((numbers("band", lower)?, numbers("band", upper)?))).transpose()?,
            counts: counts.map(|name| numbers("counts", name)).transpose()?,
            counts_words: counts.map(|name| name.replace('_', " ")).unwrap_or_default(),
        })
    }

    fn is_there(&self) -> bool {
        self.band.is_some() || self.counts.is_some()
    }

    /// What belongs to the rows of one line, each with its place.
    fn of_line(&self, rows: impl Iterator<Item = (f64, usize)>) -> Around {
        let (mut band, mut counts) = (Vec::new(), Vec::new());
        for (x, row) in rows {
            if let Some((lower, upper)) = &self.band
                && let (Some(lower), Some(upper)) = (lower[row], upper[row])
            {
                band.push((x, lower, upper));
            }
            if let Some(count) = self.counts.as_ref().and_then(|counts| counts[row]) {
                counts.push((x, count));
            }
        }
        band.sort_by(|left, right| left.0.total_cmp(&right.0));
        counts.sort_by(|left, right| left.0.total_cmp(&right.0));
        (band, counts)
    }
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
