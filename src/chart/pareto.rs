//! Pareto charts: bars from the largest down, and the share that they hold together.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Result};

use super::axes::{Across, Axes, Kind, Reach, Slots};
use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series};
use super::table::Table;
use super::text;
use super::theme::{BASE, MAIN, QUIET, WHITE};
use super::told::{Told, Undrawn};

/// More bars than this are no picture any more.
const MOST_BARS: usize = 24;

struct Bars {
    labels: Vec<String>,
    values: Vec<f64>,
    has_rest: bool,
    measure: Measure,
    x_caption: String,
    y_caption: String,
}

struct Together {
    labels: Vec<String>,
    shares: Vec<f64>,
}

/// Computes the bars and the line.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let x =
        table.chart.x.clone().or_else(|| table.choose(&[&[Text], &[Flag], &[Any], &[Integer], &[Date, Number]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "any column"))?;
    let y = match (&table.chart.y, &table.chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, None) => table.choose(&[&[Number], &[Integer]], &[&x]),
        (None, Some(_)) => None,
    };
    let (x, y) = (table.column(&x)?, y.map(|name| table.measured("y", &name)).transpose()?);
    let groups = Groups::of(&x, usize::MAX);
    let (values, undrawn) =
        y.as_ref().map_or_else(|| (vec![Some(1.0); table.height()], Undrawn::default()), |column| column.drawable());
    let gathered = gather(groups.len(), groups.of_row.iter().copied().zip(values), Gather::Sum);
    table.check()?;
    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let mut all: Vec<(usize, f64)> =
        gathered.values.iter().enumerate().filter_map(|(group, value)| Some((group, (*value)?))).collect();
    if let Some((group, value)) = all.iter().find(|(_, value)| *value < 0.0) {
        return Err(Failure::new(format!(
            "`{}` has {value}, and values below zero are no part of a whole",
            groups.labels[*group]
        ))
        .help("leave them out first, or draw bars: `.bar(#{…})`"));
    }
    all.sort_by(|left, right| right.1.total_cmp(&left.1));
    let total: f64 = all.iter().map(|(_, value)| value).sum();
    let (mut told, mut left_out) = (Told::default(), Told::default());
    left_out.left_out(gathered.without, undrawn);
    let title = format!("{words} by {}", x.words);
    if all.is_empty() || total <= 0.0 {
        return Ok(Plan::new(table, title, left_out, None));
    }
    let mut labels: Vec<String> = all.iter().map(|(group, _)| text::clean(&groups.labels[*group])).collect();
    let mut values: Vec<f64> = all.iter().map(|(_, value)| *value).collect();
    // How many it takes for four fifths: what the picture is drawn for.
    let mut sum = 0.0;
    let vital = values.iter().position(|value| {
        sum += value;
        sum >= 0.8 * total
    });
    if let Some(vital) = vital {
        let part = sum / total;
        let held = Format::of_values(Measure::Share, &[part]).write(part);
        let hold = if vital == 0 { "holds" } else { "hold" };
        told.push(format!("{} of {} {hold} {held} of {words}", count(vital + 1), count(values.len())));
    }
    let told = told.with(&left_out);
    let has_rest = values.len() > MOST_BARS;
    if has_rest {
        let rest: f64 = values.split_off(MOST_BARS - 1).iter().sum();
        labels.truncate(MOST_BARS - 1);
        labels.push(format!("other ({} more)", count(all.len() - MOST_BARS + 1)));
        values.push(rest);
    }
    let shares = values.iter().scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum / total)
    });
    let y_caption = match (&y, table.chart.y_label.as_deref()) {
        (Some(column), asked) => column.caption(asked),
        (None, asked) => asked.unwrap_or("rows").to_owned(),
    };
    let line = Together { labels: labels.clone(), shares: shares.collect() };
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let bars =
        Bars { labels, values, has_rest, measure, x_caption: x.caption(table.chart.x_label.as_deref()), y_caption };
    let plot = Plot::of(bars).with(&Plot::of(line))?;
    Ok(Plan::new(table, title, told, Some(Arc::new(plot) as Arc<dyn Figure>)))
}

impl Layer for Bars {
    fn reach(&self) -> Reach {
        Reach {
            across: slots(&self.labels),
            low: 0.0,
            high: self.values.iter().copied().fold(0.0, f64::max),
            measure: self.measure,
            whole: false,
            from_zero: true,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        vec![Key { name: self.y_caption.clone(), colour: if turn.first == 0 { MAIN } else { series(turn.first) } }]
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let half = axes.slot().map_or(10.0, |slot| (slot * 0.36).min(44.0));
        for (index, value) in self.values.iter().enumerate() {
            let x = axes.x(&self.labels, index as f64);
            let colour =
                if self.has_rest && index + 1 == self.values.len() { QUIET } else { self.keys(turn)[0].colour };
            page.scene.rect(x - half, up.place(*value), x + half, up.place(0.0), colour);
        }
        page.scene.rule(axes.area.left, axes.area.right, up.place(0.0), BASE);
    }

    fn summary(&self) -> String {
        let format = Format::of_values(self.measure, &self.values);
        let first = self
            .values
            .first()
            .map_or_else(String::new, |value| format!(": {} with {}", self.labels[0], format.write(*value)));
        format!("{}{first}", counted(self.values.len(), "bar", "bars"))
    }
}

impl Layer for Together {
    fn reach(&self) -> Reach {
        Reach {
            across: slots(&self.labels),
            low: 0.0,
            high: 1.0,
            measure: Measure::Share,
            whole: false,
            from_zero: true,
            tight: false,
            x_caption: String::new(),
            y_caption: "share together".to_owned(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        vec![Key { name: "share together".to_owned(), colour: series(turn.first) }]
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let points: Vec<(f64, f64)> = self
            .shares
            .iter()
            .enumerate()
            .map(|(index, share)| (axes.x(&self.labels, index as f64), up.place(*share)))
            .collect();
        page.scene.stroke(points.clone(), 2.0, series(turn.first));
        for (x, y) in points {
            page.scene.dot(x, y, 4.0, WHITE);
            page.scene.dot(x, y, 3.0, series(turn.first));
        }
    }

    fn summary(&self) -> String {
        let first = self.shares.first().copied().unwrap_or_default();
        format!("the first holds {} of all", Format::of_values(Measure::Share, &[first]).write(first))
    }
}

fn slots(labels: &[String]) -> Across {
    Across::Slots(Slots { kind: Kind::Words, labels: labels.to_vec(), places: Vec::new() })
}
