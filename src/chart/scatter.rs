//! Dots: one at `x` and `y` for each row; of very many rows how many lie where.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use regulars_plugin::{AxisScale, ColumnKind, Result};
use regulars_stats::{StraightLine, straight_line};

use super::axes::{Across, Axes, Kind, Reach, Slots};
use super::format::{Format, Measure, counted};
use super::groups::Groups;
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series, step};
use super::scale::{is_drawable, rounded};
use super::table::{Table, Values};
use super::text;
use super::theme::{Colour, INK, MAIN, QUIET, WHITE, sequential};
use super::told::Told;
use crate::table::NumberPairs;

/// Rows above which single dots would only make a blot.
const MOST_DOTS: usize = 4000;
/// Side of the cells in which very many rows are counted, in units of the picture.
const CELL: f64 = 2.5;
/// Cells with so many rows are common: their shades are worked out once.
const COMMON: u32 = 1000;
/// Rows that one processor takes at a time.
const PIECE: usize = 65_536;
/// Groups beyond these are drawn in grey.
const MOST_GROUPS: usize = 8;
/// Steps along the horizontal axis at which the trend is computed, on straight and on bent scales.
const STEPS: (usize, usize) = (40, 240);
/// Confidence of the interval around the trend.
const CONFIDENCE: f64 = 0.95;

/// The rows that are drawn. Of very many only the columns are kept as they stand in memory.
enum Points {
    Rows(Vec<(f64, f64)>),
    Columns(NumberPairs),
}

/// Some rows that one processor takes at a time.
enum Piece<'a> {
    Rows(&'a [(f64, f64)]),
    Columns(&'a [f64], &'a [f64]),
}

impl Points {
    fn count(&self) -> usize {
        match self {
            Points::Rows(points) => points.len(),
            Points::Columns(pairs) => pairs.count(),
        }
    }

    fn pieces(&self) -> Vec<Piece<'_>> {
        match self {
            Points::Rows(points) => points.chunks(PIECE).map(Piece::Rows).collect(),
            Points::Columns(pairs) => pairs.pieces(PIECE).into_iter().map(|(x, y)| Piece::Columns(x, y)).collect(),
        }
    }

    /// How many of them lie in each of so many cells; `cell` tells where one lies.
    fn counted(&self, cells: usize, cell: impl Fn(f64, f64) -> i32 + Sync) -> Vec<u32> {
        let pieces = self.pieces();
        let at_once = pieces.len().div_ceil(rayon::current_num_threads()).max(1);
        // The counts of all threads side by side: apart, the kernel would have to clear more memory than they take.
        let mut counts = vec![0_u32; cells * pieces.len().div_ceil(at_once).max(1)];
        counts.par_chunks_mut(cells).zip(pieces.par_chunks(at_once)).for_each(|(counts, pieces)| {
            for piece in pieces {
                match piece {
                    Piece::Rows(points) => count_in(counts, points.iter().copied(), &cell),
                    Piece::Columns(x, y) => count_in(counts, x.iter().copied().zip(y.iter().copied()), &cell),
                }
            }
        });
        let (all, others) = counts.split_at_mut(cells);
        for counts in others.chunks(cells) {
            all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        }
        counts.truncate(cells);
        counts
    }

    /// The least and the greatest of them, across and up, and whether all of them can be drawn.
    fn ends(&self) -> (Ends, bool) {
        const NONE: (bool, Ends) = (true, [(f64::INFINITY, f64::NEG_INFINITY); 2]);
        let wider = |(low, high): (f64, f64), (lower, higher): (f64, f64)| {
            (if lower < low { lower } else { low }, if higher > high { higher } else { high })
        };
        let both = |(is_good, [across, up]): (bool, Ends), (is_other_good, [other, above]): (bool, Ends)| {
            (is_good & is_other_good, [wider(across, other), wider(up, above)])
        };
        let of_piece = |piece: Piece<'_>| {
            let mut found = NONE;
            piece.each(|x, y| found = both(found, (is_drawable(x) & is_drawable(y), [(x, x), (y, y)])));
            found
        };
        let (are_good, ends) = self.pieces().into_par_iter().map(of_piece).reduce(|| NONE, both);
        (ends, are_good)
    }
}

/// A loop of its own for each kind of piece and of axes: with everything else around it the place of each point would be
/// worked out in a call.
fn count_in(counts: &mut [u32], points: impl Iterator<Item = (f64, f64)>, cell: &impl Fn(f64, f64) -> i32) {
    for (x, y) in points {
        if let Some(count) = counts.get_mut(cell(x, y) as u32 as usize) {
            *count += 1;
        }
    }
}

/// The least and the greatest across, and up.
type Ends = [(f64, f64); 2];

impl Piece<'_> {
    fn each(&self, mut look: impl FnMut(f64, f64)) {
        match self {
            Piece::Rows(points) => points.iter().for_each(|(x, y)| look(*x, *y)),
            Piece::Columns(x, y) => x.iter().zip(*y).for_each(|(x, y)| look(*x, *y)),
        }
    }
}

struct Dots {
    points: Points,
    ends: Ends,
    /// The group of each point; empty where there is only one.
    group: Vec<usize>,
    names: Vec<String>,
    /// Whether the groups are ranges, coloured from weak to strong.
    ramp: bool,
    trend: Option<StraightLine>,
    words: Vec<String>,
    kind: Kind,
    measures: (Measure, Measure),
    whole: bool,
    x_caption: String,
    y_caption: String,
}

/// Computes the dots.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Integer, Number};
    let chart = table.chart;
    let color = chart.color.as_deref().unwrap_or_default();
    let y_named = chart.y.as_deref().unwrap_or_default();
    let x = chart.x.clone().or_else(|| table.choose(&[&[Number], &[Integer], &[Date], &[Any]], &[color, y_named]));
    let x = x.ok_or_else(|| table.nothing_for("x", "numbers or dates"))?;
    let y = chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x, color]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    let split = table.color_groups()?.map(|(column, groups)| match groups.in_ranges(&column, MOST_GROUPS) {
        Some(ranges) => (column, ranges, true),
        None => (column, groups, false),
    });
    let pairs = if split.is_none() { table.pairs(&x, &y)? } else { None };
    let (x, y) = match pairs {
        Some(_) => (table.column_without_values(&x)?, table.column_without_values(&y)?),
        None => (table.column(&x)?, table.measured("y", &y)?),
    };
    let (kind, across, words) = match &x.values {
        Values::Numbers(values) => (Kind::Numbers, Cow::Borrowed(values.as_slice()), Vec::new()),
        Values::Days(values) => (Kind::Days, Cow::Borrowed(values.as_slice()), Vec::new()),
        Values::Words(_) => {
            let groups = Groups::of(&x, usize::MAX);
            let places = groups.of_row.iter().map(|place| place.map(|place| place as f64)).collect();
            (Kind::Words, Cow::Owned(places), groups.labels.iter().map(|label| text::clean(label)).collect())
        }
    };
    let Values::Numbers(up) = &y.values else { return Ok(Plan::new(table, y.words, Told::default(), None)) };
    let of_row = split.as_ref().map(|(_, groups, _)| groups.of_row.as_slice());
    let Sorted { points, ends, group, without, endless } = match pairs {
        Some(pairs) => drawable(pairs, chart.trend),
        None => sorted(&across, up, of_row),
    };
    table.check()?;
    let mut told = Told::default();
    let trend = match &points {
        Points::Rows(points) if chart.trend && kind != Kind::Words => straight_line(points),
        _ => None,
    };
    if let Some(line) = &trend {
        let fit = line.r_squared.map_or_else(String::new, |part| format!(", r² {part:.2}"));
        let slope = Format::of_values(Measure::Number, &[line.slope]).write(line.slope.abs());
        let moves = if line.slope < 0.0 { "falls" } else { "rises" };
        let one = if kind == Kind::Days { "a day".to_owned() } else { format!("for one more of {}", x.words) };
        told.push(format!("the line {moves} by {slope} {one}{fit}"));
    } else if chart.trend {
        told.push("no line: it needs two different numbers along".to_owned());
    }
    if points.count() > MOST_DOTS && split.is_none() {
        told.push(format!(
            "{}; the stronger the colour, the more share a place",
            counted(points.count(), "row", "rows")
        ));
    }
    told.count(without, "row", "rows", "without a value left out");
    told.count(endless, "row", "rows", "with a value that is not finite or too large to draw left out");
    let title = format!("{} by {}", y.words, x.words);
    let mut names: Vec<String> = split
        .as_ref()
        .map_or_else(Vec::new, |(_, groups, _)| groups.labels.iter().map(|label| text::clean(label)).collect());
    if names.len() > MOST_GROUPS {
        told.push(format!("the first {MOST_GROUPS} of {} in colour", counted(names.len(), "group", "groups")));
        names.truncate(MOST_GROUPS);
    }
    if points.count() == 0 {
        return Ok(Plan::new(table, title, told, None));
    }
    if let Some((column, _, true)) = &split {
        told.push(format!(
            "the stronger the colour, the {} the {}",
            if matches!(column.values, Values::Days(_)) { "later" } else { "higher" },
            column.words
        ));
    }
    let dots = Dots {
        ends,
        points,
        group,
        names,
        ramp: split.is_some_and(|(_, _, ramp)| ramp),
        trend,
        words,
        kind,
        measures: (x.measure, y.measure),
        whole: x.whole,
        x_caption: x.caption(chart.x_label.as_deref()),
        y_caption: y.caption(chart.y_label.as_deref()),
    };
    Ok(Plan::new(table, title, told, Some(Arc::new(Plot::of(dots)) as Arc<dyn Figure>)))
}

/// The rows that can be drawn, and how many cannot.
struct Sorted {
    points: Points,
    ends: Ends,
    group: Vec<usize>,
    without: usize,
    endless: usize,
}

/// Piece by piece on all processors, put together in the order of the rows.
fn sorted(across: &[Option<f64>], up: &[Option<f64>], of_row: Option<&[Option<usize>]>) -> Sorted {
    let pieces = across.par_chunks(PIECE).zip(up.par_chunks(PIECE)).enumerate().map(|(piece, (across, up))| {
        let mut found = Sifted { points: Vec::with_capacity(up.len()), ..Sifted::default() };
        for (place, pair) in across.iter().zip(up).enumerate() {
            let of = of_row.map_or(Some(0), |of_row| of_row[piece * PIECE + place]);
            match (pair, of) {
                ((Some(x), Some(y)), Some(of)) if is_drawable(*x) && is_drawable(*y) => {
                    found.points.push((*x, *y));
                    if of_row.is_some() {
                        found.group.push(of);
                    }
                }
                ((Some(_), Some(_)), Some(_)) => found.endless += 1,
                _ => found.without += 1,
            }
        }
        found
    });
    let mut pieces = pieces.collect::<Vec<_>>().into_iter();
    let mut all = pieces.next().unwrap_or_default();
    for piece in pieces {
        all.points.extend(piece.points);
        all.group.extend(piece.group);
        all.without += piece.without;
        all.endless += piece.endless;
    }
    let Sifted { points, group, without, endless } = all;
    let points = Points::Rows(points);
    Sorted { ends: points.ends().0, points, group, without, endless }
}

/// What one processor found.
#[derive(Default)]
struct Sifted {
    points: Vec<(f64, f64)>,
    group: Vec<usize>,
    without: usize,
    endless: usize,
}

/// Pairs without a gap, less those that are not finite. A line through them needs the rows themselves.
fn drawable(pairs: NumberPairs, in_rows: bool) -> Sorted {
    let columns = Points::Columns(pairs.clone());
    let (ends, are_good) = columns.ends();
    let all = columns.count();
    if are_good && all > MOST_DOTS && !in_rows {
        return Sorted { points: columns, ends, group: Vec::new(), without: 0, endless: 0 };
    }
    let rows = pairs.copied().into_iter().filter(|(x, y)| is_drawable(*x) && is_drawable(*y));
    let points = Points::Rows(rows.collect());
    Sorted { endless: all - points.count(), ends: points.ends().0, points, group: Vec::new(), without: 0 }
}

impl Dots {
    fn colour(&self, group: usize, turn: Turn) -> Colour {
        if self.names.is_empty() && turn.alone {
            return MAIN;
        }
        match group < self.names.len().max(1) {
            true if self.ramp => step(group, self.names.len()),
            true => series(turn.first + group),
            false => QUIET,
        }
    }

    /// Each occupied cell once, with the number of its rows: more cannot be seen.
    fn draw_cells(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let area = axes.area;
        let (columns, rows) = ((area.width() / CELL).ceil() as usize + 1, (area.height() / CELL).ceil() as usize + 1);
        let down = axes.up(turn.side).steps(area.top, CELL);
        let (last_column, last_row) = (columns as i32 - 1, rows as i32 - 1);
        let place = |across: f64, down: f64| {
            (down as i32).clamp(0, last_row) * (last_column + 1) + (across as i32).clamp(0, last_column)
        };
        let counts = match axes.x_steps(CELL) {
            Some(along) if along.is_even() && down.is_even() => {
                self.points.counted(columns * rows, |x, y| place(along.of_even(x), down.of_even(y)))
            }
            Some(along) => self.points.counted(columns * rows, |x, y| place(along.of(x), down.of(y))),
            None => {
                let across = |x: f64| (axes.x(&self.words, x) - area.left) / CELL;
                self.points.counted(columns * rows, |x, y| place(across(x), down.of(y)))
            }
        };
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        // By the logarithm: one row must be seen beside a thousand.
        let share = |count: u32| if most > 1 { f64::from(count).ln() / f64::from(most).ln() } else { 1.0 };
        let shade = |count: u32| sequential(0.3 + 0.7 * share(count));
        let common: Vec<Colour> = (0..=most.min(COMMON)).map(shade).collect();
        page.scene.reserve(counts.iter().filter(|count| **count > 0).count());
        for (place, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let colour = common.get(count as usize).copied().unwrap_or_else(|| shade(count));
            let (x, y) = (area.left + (place % columns) as f64 * CELL, area.top + (place / columns) as f64 * CELL);
            page.scene.rect(x, y, x + CELL, y + CELL, colour);
        }
    }

    /// The line with its interval; on logarithmic scales it is bent.
    fn draw_trend(&self, page: &mut Page, axes: &Axes, turn: Turn, line: &StraightLine) {
        let up = axes.up(turn.side);
        let [(low, high), _] = self.ends;
        let is_log = page.style.y_scale == AxisScale::Log;
        let is_straight = !is_log && page.style.x_scale == AxisScale::Linear;
        let steps = if is_straight { STEPS.0 } else { STEPS.1 };
        // Equal lengths of the axis between the places, whatever its scale.
        let at = |step: usize| match (page.style.x_scale, step as f64 / steps as f64) {
            (AxisScale::Log, part) => (low.ln() + (high.ln() - low.ln()) * part).exp(),
            (AxisScale::Linear, part) => low + (high - low) * part,
        };
        let place = |x: f64, y: f64| (axes.x(&[], x), up.place(y).clamp(axes.area.top, axes.area.bottom));
        let ends: Vec<_> =
            (0..=steps).filter_map(|step| Some((at(step), line.interval(at(step), CONFIDENCE)?))).collect();
        if ends.len() > 1 {
            let lower = ends.iter().map(|(x, ends)| place(*x, ends.lower));
            let upper = ends.iter().rev().map(|(x, ends)| place(*x, ends.upper));
            page.scene.veil(lower.chain(upper).collect(), INK);
        }
        // Where the line leaves a logarithmic axis it ends: no number below zero has a place on it.
        let mut along: Vec<f64> = (0..=steps).step_by(if is_straight { steps } else { 1 }).map(at).collect();
        let crossing = (up.low - line.at(0.0)) / line.slope;
        if is_log && crossing > low && crossing < high {
            along.push(crossing);
            along.sort_by(f64::total_cmp);
        }
        let line: Vec<(f64, f64)> = along.into_iter().map(|x| (x, line.at(x))).collect();
        for stretch in line.split(|(_, y)| is_log && *y < up.low * 0.999) {
            if stretch.len() > 1 {
                page.scene.stroke(stretch.iter().map(|(x, y)| place(*x, *y)).collect(), 2.0, INK);
            }
        }
    }

    /// One dot for each place and group that is taken.
    fn draw_dots(&self, points: &[(f64, f64)], page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let many = points.len();
        let radius = match many {
            0..150 => 4.0,
            150..800 => 3.0,
            800..MOST_DOTS => 2.2,
            _ => 1.5,
        };
        let grid = (radius / 2.0_f64).max(0.5);
        let mut taken: HashMap<(i32, i32), usize> = HashMap::new();
        for (row, (x, y)) in points.iter().enumerate() {
            let (x, y) = (axes.x(&self.words, *x), up.place(*y));
            let group = self.group.get(row).copied().unwrap_or(0);
            // Of the rows at one place the first one of each group is drawn, later groups on top.
            if taken.insert(((x / grid) as i32, (y / grid) as i32), group) == Some(group) {
                continue;
            }
            if many < 800 {
                page.scene.dot(x, y, radius + 0.75, WHITE);
            }
            page.scene.dot(x, y, radius, self.colour(group, turn));
        }
    }
}

impl Layer for Dots {
    fn reach(&self) -> Reach {
        let [(first, last), (low, high)] = self.ends;
        let across = match self.kind {
            Kind::Words => Across::Slots(Slots { kind: Kind::Words, labels: self.words.clone(), places: Vec::new() }),
            Kind::Days => Across::Days { low: first, high: last },
            Kind::Numbers => Across::Numbers { low: first, high: last, whole: self.whole, measure: self.measures.0 },
        };
        Reach {
            across,
            low,
            high,
            measure: self.measures.1,
            whole: false,
            from_zero: false,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        if self.names.is_empty() {
            return vec![Key { name: self.y_caption.clone(), colour: self.colour(0, turn) }];
        }
        let all = self.names.iter().enumerate();
        all.map(|(group, name)| Key { name: name.clone(), colour: self.colour(group, turn) }).collect()
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        match &self.points {
            Points::Rows(points) if points.len() <= MOST_DOTS || !self.group.is_empty() => {
                self.draw_dots(points, page, axes, turn);
            }
            _ => self.draw_cells(page, axes, turn),
        }
        if let Some(line) = &self.trend {
            self.draw_trend(page, axes, turn, line);
        }
    }

    fn summary(&self) -> String {
        let [_, (low, high)] = self.ends;
        let (_, _, ticks) = rounded(low, high, 4, false);
        let format = Format::of_ticks(self.measures.1, &ticks);
        let groups = if self.names.is_empty() {
            String::new()
        } else {
            format!(" in {}", counted(self.names.len(), "group", "groups"))
        };
        format!(
            "{}{groups}, {} from {} to {}",
            counted(self.points.count(), "row", "rows"),
            self.y_caption,
            format.write(low),
            format.write(high)
        )
    }
}
