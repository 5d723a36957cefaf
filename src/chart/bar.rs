//! Bars: one for each value of `x`, as long as `y` summed, or as the number of rows.

use regulars_plugin::{ColumnKind, Result};

use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::page::{self, Figure, Page, Plan};
use super::scale::{Scale, rounded};
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{AXIS, BASE, BELOW, Colour, DIRECT, LABEL, MAIN, QUIET};

/// More bars than this are no picture any more.
const MOST_BARS: usize = 30;
/// Height of a row in which a label can be read.
const ROW: f64 = 13.5;

struct Bars {
    labels: Vec<String>,
    values: Vec<f64>,
    /// Whether the last bar stands for all that have none of their own.
    has_rest: bool,
    ordered: bool,
    measure: Measure,
    x_caption: String,
    y_caption: String,
}

/// Computes the bars.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (bars, title, told) = compute(table)?;
    let figure = (!bars.values.is_empty()).then(|| Box::new(bars) as Box<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Figure for Bars {
    fn lay_out(&self, page: &mut Page) {
        let format = Format::of_values(self.measure, &self.values);
        let slot = page.area.width() / self.labels.len() as f64;
        let widest = self.labels.iter().map(|label| text::width(label, AXIS)).fold(0.0, f64::max);
        if self.ordered || (self.labels.len() <= 12 && widest + 12.0 <= slot) {
            upright(page, self, &format);
        } else {
            lying(page, self, &format);
        }
    }

    fn summary(&self) -> String {
        summary(self, &Format::of_values(self.measure, &self.values))
    }
}

fn compute(table: &Table<'_>) -> Result<(Bars, String, Vec<String>)> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    table.refuse("color", table.chart.color.as_deref(), "a line or a heatmap tells groups apart by colour")?;
    let named = table.chart.x.clone();
    let x = named.or_else(|| table.choose(&[&[Text], &[Flag], &[Date], &[Any], &[Integer, Number]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "any column"))?;
    // Without any word about the axes the first measure is shown; with `x` alone, rows are counted.
    let y = match (&table.chart.y, &table.chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, None) => table.choose(&[&[Number], &[Integer]], &[&x]),
        (None, Some(_)) => None,
    };
    let x = table.column(&x)?;
    let y = y.map(|name| table.measured("y", &name)).transpose()?;
    let limit = (((page::size(table.chart).1 - 150.0) / ROW) as usize).clamp(3, MOST_BARS);
    let groups = Groups::of(&x, 40);
    let (values, endless) = match &y {
        Some(column) => column.drawable(),
        None => (vec![Some(1.0); table.height()], 0),
    };
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let how = if measure == Measure::Share { Gather::Mean } else { Gather::Sum };
    let gathered = gather(groups.len(), groups.of_row.iter().copied().zip(values), how);
    table.check()?;

    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let mut told = Vec::new();
    if let Some(span) = groups.gathered {
        told.push(format!("dates gathered by {}", span.word()));
    }
    if gathered.several && y.is_some() {
        let done = if how == Gather::Mean { "averaged" } else { "summed" };
        told.push(format!("{words} {done} over {}", counted(table.height(), "row", "rows")));
    }
    if gathered.without > endless {
        told.push(format!("{} without a value left out", counted(gathered.without - endless, "row", "rows")));
    }
    if endless > 0 {
        told.push(format!("{} left out", counted(endless, "value that is not finite", "values that are not finite")));
    }
    let mut all: Vec<(usize, f64)> =
        gathered.values.iter().enumerate().filter_map(|(index, value)| value.map(|value| (index, value))).collect();
    if !groups.ordered() {
        all.sort_by(|left, right| right.1.total_cmp(&left.1));
    }
    let most = if groups.ordered() { limit.max(40) } else { limit };
    let rest = (all.len() > most).then(|| keep_largest(&mut all, most - 1));
    let mut labels: Vec<String> = all.iter().map(|(index, _)| text::clean(&groups.labels[*index])).collect();
    let mut values: Vec<f64> = all.iter().map(|(_, value)| *value).collect();
    if let Some(rest) = &rest {
        let sum: f64 = rest.iter().sum();
        let what = if how == Gather::Mean { "averaged" } else { "together" };
        values.push(if how == Gather::Mean { sum / rest.len() as f64 } else { sum });
        labels.push(format!("other ({} more)", count(rest.len())));
        told.push(format!("the {} largest of {}, all others {what}", most - 1, count(most - 1 + rest.len())));
    }
    let title = format!("{words} by {}", x.words);
    let y_caption = match (&y, table.chart.y_label.as_deref()) {
        (Some(column), asked) => column.caption(asked),
        (None, asked) => asked.unwrap_or("rows").to_owned(),
    };
    let x_caption = x.caption(table.chart.x_label.as_deref());
    let ordered = groups.ordered();
    Ok((Bars { labels, values, has_rest: rest.is_some(), ordered, measure, x_caption, y_caption }, title, told))
}

/// Keeps the values that reach furthest from zero, in their order, and answers with the others.
fn keep_largest(all: &mut Vec<(usize, f64)>, most: usize) -> Vec<f64> {
    let mut by_size: Vec<usize> = (0..all.len()).collect();
    by_size.sort_by(|left, right| all[*right].1.abs().total_cmp(&all[*left].1.abs()).then(left.cmp(right)));
    let mut kept = vec![false; all.len()];
    for index in by_size.into_iter().take(most) {
        kept[index] = true;
    }
    let rest = all.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|((_, value), _)| *value).collect();
    let mut flags = kept.into_iter();
    all.retain(|_| flags.next().unwrap_or(false));
    rest
}

fn colour(bars: &Bars, index: usize) -> Colour {
    match bars.values[index] {
        _ if bars.has_rest && index + 1 == bars.values.len() => QUIET,
        value if value < 0.0 => BELOW,
        _ => MAIN,
    }
}

fn lying(page: &mut Page, bars: &Bars, format: &Format) {
    let room = page.area.width();
    let widest = bars.labels.iter().map(|label| text::width(label, LABEL)).fold(0.0, f64::max);
    let left = page.area.left + widest.min(room * 0.38) + 10.0;
    page.caption_above(&bars.y_caption, left);
    let area = page.area;
    let row = (area.height() / bars.values.len() as f64).min(52.0);
    let size = (row * 0.86).min(LABEL.size);
    let (names, numbers) = (LABEL.sized(size), DIRECT.sized(size));
    let written: Vec<String> = bars.values.iter().map(|value| format.write(*value)).collect();
    // Room for the numbers on the side to which their bars point.
    let beside = |below: bool| {
        let those = bars.values.iter().zip(&written).filter(|(value, _)| (**value < 0.0) == below);
        those.map(|(_, text)| text::width(text, numbers) + 8.0).fold(0.0, f64::max)
    };
    let low = bars.values.iter().copied().fold(0.0, f64::min);
    let high = bars.values.iter().copied().fold(0.0, f64::max);
    let from = left + if low < 0.0 { beside(true) } else { 0.0 };
    let scale = Scale { low, high: if high > low { high } else { low + 1.0 }, from, to: area.right - beside(false) };
    let zero = scale.place(0.0);
    for (index, value) in bars.values.iter().enumerate() {
        let middle = area.top + row * (index as f64 + 0.5);
        let end = scale.place(*value);
        let half = (row * 0.36).min(16.0);
        page.scene.rect(zero.min(end), middle - half, zero.max(end), middle + half, colour(bars, index));
        let shown = text::fit(&bars.labels[index], names, left - 10.0 - area.left);
        page.scene.text_at(left - 10.0, middle, &shown, names, Align::Right);
        let (x, align) = if *value < 0.0 { (end - 6.0, Align::Right) } else { (end + 6.0, Align::Left) };
        page.scene.text_at(x, middle, &written[index], numbers, align);
    }
    let bottom = area.top + row * bars.values.len() as f64;
    page.scene.rect(zero - 0.5, area.top - 2.0, zero + 0.5, bottom + 2.0, BASE);
}

fn upright(page: &mut Page, bars: &Bars, format: &Format) {
    let written: Vec<String> = bars.values.iter().map(|value| format.write(*value)).collect();
    page.caption_above(&bars.y_caption, page.area.left);
    page.caption_below(&bars.x_caption, page.area.left);
    page.area.bottom -= 24.0;
    let low = bars.values.iter().copied().fold(0.0, f64::min);
    let high = bars.values.iter().copied().fold(0.0, f64::max);
    let widest = written.iter().map(|text| text::width(text, DIRECT)).fold(0.0, f64::max);
    // Numbers on the bars where each has room for its own; otherwise a vertical axis.
    let direct = widest + 6.0 <= page.area.width() / bars.values.len() as f64;
    let scale = if direct {
        let (above, below) = (18.0, if low < 0.0 { 18.0 } else { 0.0 });
        let high = if high > low { high } else { low + 1.0 };
        Scale { low, high, from: page.area.bottom - below, to: page.area.top + above }
    } else {
        let count = (page.area.height() / 60.0).clamp(2.0, 6.0) as usize;
        let (low, high, ticks) = rounded(low, high, count, false);
        let format = Format::of_ticks(bars.measure, &ticks);
        let scale = Scale { low, high, from: page.area.bottom, to: page.area.top + 6.0 };
        page.leave_for_numbers(&ticks, &format);
        page.gridlines(&ticks, &format, &scale);
        scale
    };
    let area = page.area;
    let slot = area.width() / bars.values.len() as f64;
    let half = (slot * 0.36).min(44.0);
    let zero = scale.place(0.0);
    for (index, value) in bars.values.iter().enumerate() {
        let middle = area.left + slot * (index as f64 + 0.5);
        let end = scale.place(*value);
        page.scene.rect(middle - half, zero.min(end), middle + half, zero.max(end), colour(bars, index));
        if direct {
            let baseline = if *value < 0.0 { end + 14.0 } else { end - 5.0 };
            page.scene.text(middle, baseline, &written[index], DIRECT, Align::Centre);
        }
    }
    page.scene.rule(area.left, area.right, zero, BASE);
    page.names_below(&bars.labels, area.left + slot / 2.0, slot);
}

fn summary(bars: &Bars, format: &Format) -> String {
    let named = bars.values.iter().zip(&bars.labels).take(bars.values.len() - usize::from(bars.has_rest));
    let largest = named.clone().max_by(|left, right| left.0.total_cmp(right.0));
    let smallest = named.min_by(|left, right| left.0.total_cmp(right.0));
    let number = counted(bars.values.len(), "bar", "bars");
    match (largest, smallest) {
        (Some((most, first)), Some((least, last))) if first != last => {
            format!(
                "{number}; most is {first} with {}, least {last} with {}",
                format.write(*most),
                format.write(*least)
            )
        }
        (Some((most, first)), _) => format!("{number}: {first} with {}", format.write(*most)),
        _ => number,
    }
}
