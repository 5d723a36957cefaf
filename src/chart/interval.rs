//! Estimates with their intervals: a dot at `y` for each row, named by `x`, with the reach of `band` around it.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Result};

use super::format::{Format, Measure, counted};
use super::page::{self, Figure, Page, Plan, ticks_for};
use super::scale::{Scale, rounded};
use super::scene::Align;
use super::table::{Table, Values};
use super::text;
use super::theme::{AXIS, BASE, BELOW, DIRECT, FAINT, LABEL, MAIN, QUIET};
use super::told::Told;

/// Height of a row in which a label can be read.
const ROW: f64 = 16.0;

struct Estimate {
    name: String,
    value: f64,
    ends: Option<(f64, f64)>,
}

struct Estimates {
    rows: Vec<Estimate>,
    measure: Measure,
    /// The estimate that would say nothing.
    neutral: f64,
    /// Whether it was told: then it is always in sight.
    is_told: bool,
    caption: String,
}

/// Computes the estimates.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (estimates, title, told) = compute(table)?;
    let figure = (!estimates.rows.is_empty()).then(|| Arc::new(estimates) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

fn compute(table: &Table<'_>) -> Result<(Estimates, String, Told)> {
    use ColumnKind::{Any, Flag, Integer, Number, Text};
    let chart = table.chart;
    let x = chart.x.clone().or_else(|| table.choose(&[&[Text], &[Any], &[Flag], &[Integer, Number]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "the names of the estimates"))?;
    let y = chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    let (names, values) = (table.column(&x)?, table.measured("y", &y)?);
    let ends = match &chart.band {
        Some((lower, upper)) => Some((table.measured("band", lower)?, table.measured("band", upper)?)),
        None => None,
    };
    let ends = ends.map(|(lower, upper)| (lower.drawable().0, upper.drawable().0));
    let (numbers, undrawn) = values.drawable();
    let written = Format::of_values(names.measure, &[]);
    let name = |row: usize| match &names.values {
        Values::Words(words) => words[row].clone().unwrap_or_else(|| "missing".to_owned()),
        Values::Numbers(numbers) => numbers[row].map_or_else(|| "missing".to_owned(), |number| written.write(number)),
        Values::Days(_) => (row + 1).to_string(),
    };
    let mut rows: Vec<Estimate> = (0..table.height())
        .filter_map(|row| {
            let value = numbers[row]?;
            let ends = ends.as_ref().and_then(|(lower, upper)| Some((lower[row]?, upper[row]?)));
            Some(Estimate { name: text::clean(&name(row)), value, ends })
        })
        .collect();
    let mut told = Told::default();
    let without = table.height() - rows.len();
    told.count(without.saturating_sub(undrawn.all()), "row", "rows", "without an estimate left out");
    told.undrawn(undrawn);
    let most = (((page::size(chart).1 - 150.0) / ROW) as usize).max(3);
    if rows.len() > most {
        told.push(format!("the first {most} of {}", counted(rows.len(), "row", "rows")));
        rows.truncate(most);
    }
    let title = format!("{} by {}", values.words, names.words);
    let caption = values.caption(chart.y_label.as_deref());
    let (neutral, is_told) = (chart.neutral.unwrap_or(0.0), chart.neutral.is_some());
    Ok((Estimates { rows, measure: values.measure, neutral, is_told, caption }, title, told))
}

impl Figure for Estimates {
    fn lay_out(&self, page: &mut Page) {
        let room = page.area.width();
        let widest = self.rows.iter().map(|row| text::width(&row.name, LABEL)).fold(0.0, f64::max);
        let left = page.area.left + widest.min(room * 0.38) + 14.0;
        page.area.bottom -= if page.compact { 24.0 } else { 46.0 };
        let written = self.written();
        let beside = written.iter().map(|text| text::width(text, DIRECT)).fold(0.0, f64::max) + 14.0;
        let area = page.area;
        let reach = self
            .rows
            .iter()
            .flat_map(|row| [row.value, row.ends.map_or(row.value, |it| it.0), row.ends.map_or(row.value, |it| it.1)]);
        let reach = reach.chain(self.is_told.then_some(self.neutral));
        let (low, high) = reach.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)));
        let right = area.right - beside;
        let (low, high, ticks) = rounded(low, high, ticks_for(right - left, 44.0), false);
        let along = Scale::new(low, high, left, right);
        let format = Format::of_ticks(self.measure, &ticks);
        let row = (area.height() / self.rows.len() as f64).min(46.0);
        let bottom = area.top + row * self.rows.len() as f64;
        for tick in &ticks {
            let x = along.place(*tick);
            page.scene.rect(x - 0.5, area.top, x + 0.5, bottom, FAINT);
            page.label_below(x, bottom + 18.0, &format.write(*tick));
        }
        if (low..=high).contains(&self.neutral) {
            let x = along.place(self.neutral);
            page.scene.rect(x - 0.5, area.top, x + 0.5, bottom, BASE);
        }
        for (index, one) in self.rows.iter().enumerate() {
            let middle = area.top + row * (index as f64 + 0.5);
            // Grey where the interval holds what says nothing: the direction is not known.
            let colour = match one.ends {
                Some((lower, upper)) if lower <= self.neutral && upper >= self.neutral => QUIET,
                _ if one.value < self.neutral => BELOW,
                _ => MAIN,
            };
            if let Some((lower, upper)) = one.ends {
                page.scene.stroke(vec![(along.place(lower), middle), (along.place(upper), middle)], 2.5, colour);
            }
            page.scene.dot(along.place(one.value), middle, 5.5, colour);
            let shown = text::fit(&one.name, LABEL, left - 14.0 - area.left);
            page.scene.text_at(left - 14.0, middle, &shown, LABEL, Align::Right);
            page.scene.text_at(area.right, middle, &written[index], AXIS, Align::Right);
        }
        if !page.compact {
            let shown = text::fit(&text::clean(&self.caption), AXIS, right - left);
            page.scene.text((left + right) / 2.0, bottom + 40.0, &shown, AXIS, Align::Centre);
        }
        page.end_below(bottom + 30.0);
    }

    fn summary(&self) -> String {
        let written = self.written();
        let named: Vec<String> =
            self.rows.iter().zip(&written).take(3).map(|(row, text)| format!("{} {text}", row.name)).collect();
        format!("{}; {}", counted(self.rows.len(), "estimate", "estimates"), named.join(", "))
    }
}

impl Estimates {
    fn written(&self) -> Vec<String> {
        let values: Vec<f64> = self.rows.iter().map(|row| row.value).collect();
        let format = Format::of_values(self.measure, &values);
        values.iter().map(|value| format.write(*value)).collect()
    }
}
