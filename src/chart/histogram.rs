//! Histograms: how often values fall into equally wide bins.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Result};
use regulars_stats::density;

use super::axes::{Across, Axes, Margins, Reach};
use super::calendar::Span;
use super::format::{Format, Measure, counted};
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series};
use super::scale::{nice_step, quantile};
use super::table::{Column, Table, Values};
use super::theme::{BASE, MAIN, QUIET, WHITE};
use super::told::Told;

/// Bins that can be asked for, and that are chosen at most.
const MOST_ASKED: u32 = 1000;
const MOST_CHOSEN: f64 = 60.0;

/// Bins between edges, one count between each pair of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bins {
    pub(super) edges: Vec<f64>,
    pub(super) counts: Vec<usize>,
    /// Values beyond the last edge, gathered in a bar of their own.
    pub(super) beyond: usize,
}

/// A histogram ready to be laid out.
struct Shown {
    bins: Bins,
    column: Column,
    /// A smooth curve over the bins, as counts: where, and how many.
    curve: Vec<(f64, f64)>,
    x_caption: String,
    y_caption: String,
    summary: String,
}

/// Places at which the smooth curve is computed.
const CURVE: usize = 160;

/// Computes the bins.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Date, Integer, Number};
    if let Some(bins) = table.chart.bins
        && !(1..=MOST_ASKED).contains(&bins)
    {
        return Err(Failure::new(format!("{bins} bins cannot be drawn"))
            .help(format!("take between 1 and {MOST_ASKED}, or leave `bins` out")));
    }
    let x = table.chart.x.clone().or_else(|| table.choose(&[&[Number], &[Integer], &[Date]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "numbers or dates"))?;
    let column = table.column(&x)?;
    let column = if matches!(column.values, Values::Days(_)) { column } else { table.measured("x", &x)? };
    let (values, undrawn) = column.drawable();
    let mut sorted: Vec<f64> = values.into_iter().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    table.check()?;

    let title = format!("distribution of {}", column.words);
    let mut told = Told::default();
    let days = matches!(column.values, Values::Days(_));
    if !sorted.is_empty() && !days {
        let middle = quantile(&sorted, 0.5);
        told.push(format!("median {}", Format::of_values(column.measure, &[middle]).write(middle)));
    }
    // The panels of a small multiple have the bins of all rows: only so can they be compared.
    let bins = match table.is_panel() {
        true => {
            let mut whole: Vec<f64> = table.column_of_all(&x)?.drawable().0.into_iter().flatten().collect();
            whole.sort_by(f64::total_cmp);
            counted_in(bins(&whole, &column, table.chart.bins).edges, &sorted, table.chart.bins.is_some())
        }
        false => bins(&sorted, &column, table.chart.bins),
    };
    let last = bins.edges.last().copied().unwrap_or_default();
    let last = Format::of_values(column.measure, &[last]).write(last);
    let place = if table.is_panel() { "not shown" } else { "in the last bar" };
    told.count(bins.beyond, "value", "values", &format!("above {last} {place}"));
    told.left_out(table.height() - sorted.len(), undrawn);
    if sorted.is_empty() {
        return Ok(Plan::new(table, title, told, None));
    }
    let y_caption = table.chart.y_label.as_deref().unwrap_or("rows").to_owned();
    let x_caption = column.caption(table.chart.x_label.as_deref());
    let summary = summary(&sorted, &bins, &column);
    // The values themselves are not needed any more: a picture stays small.
    let column = Column { values: column.values.emptied(), ..column };
    let curve = if table.chart.density { curve(&sorted, &bins) } else { Vec::new() };
    let shown = Shown { bins, column, curve, x_caption, y_caption, summary };
    Ok(Plan::new(table, title, told, Some(Arc::new(Plot::of(shown)) as Arc<dyn Figure>)))
}

/// The density of the values, as the count that a bin there would hold.
fn curve(sorted: &[f64], bins: &Bins) -> Vec<(f64, f64)> {
    let (Some(&low), Some(&high)) = (bins.edges.first(), bins.edges.last()) else { return Vec::new() };
    let width = (high - low) / bins.counts.len().max(1) as f64;
    let found = density(sorted, low, high, CURVE).unwrap_or_default();
    let at = |index: usize| low + (high - low) * index as f64 / (CURVE - 1) as f64;
    found.into_iter().enumerate().map(|(index, height)| (at(index), height * width * sorted.len() as f64)).collect()
}

/// Bins of sorted values: as many as are asked for, or as wide as the rule of Freedman and Diaconis says
/// (twice the middle half's width over the cube root of the count), rounded to a nice width.
pub(super) fn bins(sorted: &[f64], column: &Column, asked: Option<u32>) -> Bins {
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        return Bins { edges: Vec::new(), counts: Vec::new(), beyond: 0 };
    };
    let whole = column.whole || matches!(column.values, Values::Days(_));
    let edges: Vec<f64> = if high - low <= low.abs().max(high.abs()) * 1e-9 {
        // One value: a bin around it and an empty one on either side, so that it looks like the one value it is.
        let half = if whole { 0.5 } else { (low.abs() * 0.05).max(0.5) };
        [-3.0, -1.0, 1.0, 3.0].map(|steps| low + steps * half).to_vec()
    } else if let Some(asked) = asked {
        (0..=asked).map(|index| low + (high - low) * f64::from(index) / f64::from(asked)).collect()
    } else if matches!(column.values, Values::Days(_)) {
        let span = Span::for_stretch(low, high, MOST_CHOSEN as usize);
        let first = span.number(low);
        // Centuries of years need not each have a bar: at most as many as pixels are of use.
        let spans = (span.number(high) - first + 1).clamp(1, 400);
        (0..=spans).map(|index| span.start(first + index)).collect()
    } else {
        let count = sorted.len() as f64;
        let middle_half = quantile(sorted, 0.75) - quantile(sorted, 0.25);
        let rule = 2.0 * middle_half / count.cbrt();
        let top = tail_end(sorted, low, high);
        let fallback = (top - low) / (count.log2() + 1.0).clamp(1.0, 30.0);
        let rough = if rule > 0.0 { rule } else { fallback };
        let mut width = nice_step(rough.max((top - low) / MOST_CHOSEN));
        if whole {
            width = width.round().max(1.0);
        }
        // Whole numbers lie in the middle of bins of width one, on the left edge of wider ones.
        let shift = if whole && width == 1.0 { 0.5 } else { 0.0 };
        let first = ((low + shift) / width).floor();
        let spans = ((top + shift) / width).floor() - first + 1.0;
        // The last bin holds its right edge too: shares of exactly 100 % need no bin of their own.
        let ends_on_edge = !whole && ((first + spans - 1.0) * width - top).abs() < width * 1e-9;
        let spans = if top < high || ends_on_edge { spans - 1.0 } else { spans }.clamp(1.0, 2.0 * MOST_CHOSEN) as usize;
        (0..=spans).map(|index| (first + index as f64) * width - shift).collect()
    };
    counted_in(edges, sorted, asked.is_some())
}

/// The values between each pair of edges; those above all edges stand apart unless these were asked for.
fn counted_in(edges: Vec<f64>, sorted: &[f64], is_asked: bool) -> Bins {
    let Some(&top) = edges.last().filter(|_| edges.len() > 1) else {
        return Bins { edges: Vec::new(), counts: Vec::new(), beyond: 0 };
    };
    let mut counts = vec![0; edges.len() - 1];
    let mut beyond = 0;
    let last = counts.len() - 1;
    for value in sorted {
        // A bin holds its left edge; the last one also its right edge.
        let place = edges.partition_point(|edge| edge <= value).saturating_sub(1);
        if *value > top && !is_asked {
            beyond += 1;
        } else {
            counts[place.min(last)] += 1;
        }
    }
    Bins { edges, counts, beyond }
}

/// Where a long tail begins: purchases have a few values far beyond all others, for which everything else would be
/// pressed into a few bins. Then the highest values, at least one and at most five in a hundred, get a bar of their own.
fn tail_end(sorted: &[f64], low: f64, high: f64) -> f64 {
    let (lower, upper) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
    let usual = upper + 4.0 * (upper - lower);
    let end = usual.clamp(quantile(sorted, 0.95), quantile(sorted, 0.99));
    if sorted.len() >= 200 && end > low && high - low > 2.0 * (end - low) { end } else { high }
}

/// Room between the bins and the bar of what lies beyond them, and the least width of that bar.
const APART: f64 = 14.0;
const LEAST_BAR: f64 = 26.0;

impl Layer for Shown {
    fn reach(&self) -> Reach {
        let (low, high) = (self.bins.edges[0], self.bins.edges[self.bins.edges.len() - 1]);
        let most = self.bins.counts.iter().copied().chain([self.bins.beyond]).max().unwrap_or_default() as f64;
        let across = match self.column.values {
            Values::Days(_) => Across::Days { low, high },
            _ => Across::Numbers { low, high, whole: self.column.whole, measure: self.column.measure },
        };
        Reach {
            across,
            low: 0.0,
            high: self.curve.iter().map(|(_, count)| *count).fold(most, f64::max),
            measure: Measure::Number,
            whole: true,
            from_zero: true,
            tight: true,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn margins(&self, page: &Page) -> Margins {
        // The bar of all values beyond stands apart, as wide as a bin or as its label needs.
        let slot = page.area.width() / (self.bins.counts.len() + 2) as f64;
        let right = if self.bins.beyond > 0 { slot.max(LEAST_BAR) + APART } else { 0.0 };
        Margins { right, ..Margins::default() }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        vec![Key { name: self.y_caption.clone(), colour: if turn.alone { MAIN } else { series(turn.first) } }]
    }

    fn names_itself(&self) -> bool {
        true
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let (zero, area) = (up.place(0.0), axes.area);
        let colour = if turn.alone { MAIN } else { series(turn.first) };
        let colour = if self.curve.is_empty() { colour } else { colour.towards(WHITE, 0.45) };
        let edges: Vec<f64> = self.bins.edges.iter().map(|edge| axes.x(&[], *edge)).collect();
        let gap = if area.width() / self.bins.counts.len() as f64 > 6.0 { 0.5 } else { 0.0 };
        for (index, count) in self.bins.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (left, right) = (edges[index] + gap, edges[index + 1] - gap);
            // One value among thousands is still seen.
            let top = up.place(*count as f64).min(zero - 1.0);
            page.scene.rect(left, top, right.max(left + 0.5), zero, colour);
        }
        // Panels have no room beside their axes: what lies beyond stands in the notes there.
        if self.bins.beyond > 0 && turn.alone {
            let wide = self.margins(page).right.max(LEAST_BAR + APART) - APART;
            let (left, right) =
                (area.right + APART, area.right + APART + wide.min(page.scene.width - area.right - APART - 4.0));
            page.scene.rect(left, up.place(self.bins.beyond as f64), right, zero, QUIET);
            page.scene.rule(left, right, zero, BASE);
            page.label_below((left + right) / 2.0, area.bottom + 18.0, "more");
        }
        if self.curve.len() > 1 {
            let points = self.curve.iter().map(|(x, count)| (axes.x(&[], *x), up.place(*count))).collect();
            page.scene.stroke(points, 2.0, if turn.alone { MAIN } else { series(turn.first) });
        }
    }

    fn summary(&self) -> String {
        self.summary.clone()
    }
}

fn summary(sorted: &[f64], bins: &Bins, column: &Column) -> String {
    let (low, high) = (quantile(sorted, 0.0), quantile(sorted, 1.0));
    let number = counted(sorted.len(), "value", "values");
    let many = counted(bins.counts.len(), "bin", "bins");
    if matches!(column.values, Values::Days(_)) {
        return format!("{number} from {} to {} in {many}", Span::Day.label(low), Span::Day.label(high));
    }
    let ends = [low, high];
    let format = Format::of_values(column.measure, &ends);
    format!("{number} from {} to {} in {many}", format.write(low), format.write(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(whole: bool) -> Column {
        let values = Values::Numbers(Vec::new());
        Column { words: String::new(), unit: None, measure: Measure::Number, whole, values }
    }

    #[test]
    fn bins_have_round_edges_and_hold_every_value() {
        let sorted: Vec<f64> = (0..1000).map(|index| f64::from(index) / 10.0).collect();
        let bins = bins(&sorted, &column(false), None);
        // Twice the middle half (50) over the cube root of 1000 is 10.
        assert_eq!(bins.edges, (0..=10).map(|edge| f64::from(edge) * 10.0).collect::<Vec<_>>());
        assert_eq!(bins.counts, [100; 10]);
    }

    #[test]
    fn no_value_is_lost_whatever_the_values() {
        let skewed: Vec<f64> = (0..500).map(|index| 1.03_f64.powi(index)).collect();
        for values in [vec![3.0], vec![3.0, 3.0], vec![-1e6, 1e6], vec![0.1, 0.2, 1e12], skewed] {
            for asked in [None, Some(1), Some(7)] {
                for whole in [false, true] {
                    let bins = bins(&values, &column(whole), asked);
                    assert_eq!(bins.counts.iter().sum::<usize>() + bins.beyond, values.len(), "{values:?} {asked:?}");
                    assert!(bins.counts.len() <= 125, "{}", bins.counts.len());
                }
            }
        }
    }

    #[test]
    fn whole_numbers_lie_in_the_middle_of_their_bins() {
        let bins = bins(&[1.0, 2.0, 2.0, 3.0], &column(true), None);
        assert_eq!(bins.edges, [0.5, 1.5, 2.5, 3.5]);
        assert_eq!(bins.counts, [1, 2, 1]);
    }
}
