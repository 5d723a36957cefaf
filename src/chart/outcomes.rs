//! Scores beside what happened: gain, ROC and calibration.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Mark, Result};
use regulars_stats::learn::{auc, calibration_bins, gain_steps, roc_points};

use super::axes::{Across, Axes, Reach};
use super::format::{Format, Measure, counted};
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series};
use super::table::{Table, Values};
use super::text;
use super::theme::{BASE, Colour, GREY, MAIN, WHITE};
use super::told::Told;

/// Steps of the rows at which gain is computed.
const STEPS: usize = 100;
/// Bins of a calibration plot where none are asked for.
const BINS: usize = 10;
/// Curves that can be told apart.
const MOST_CURVES: usize = 8;
const CONFIDENCE: f64 = 0.95;

/// Lower and upper ends at each point of a curve, where it has them.
type Ends = Vec<Option<(f64, f64)>>;

struct Curve {
    name: String,
    number: usize,
    points: Vec<(f64, f64)>,
    ends: Ends,
}

struct Curves {
    curves: Vec<Curve>,
    /// Whether single points matter more than the line between them.
    dots: bool,
    x_caption: String,
    y_caption: String,
}

/// Computes the curves.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Flag, Integer, Number};
    let chart = table.chart;
    let color = chart.color.as_deref().unwrap_or_default();
    let y_named = chart.y.as_deref().unwrap_or_default();
    let x = chart.x.clone().or_else(|| table.choose(&[&[Number]], &[y_named, color]));
    let x = x.ok_or_else(|| table.nothing_for("x", "the scores"))?;
    let y = chart.y.clone().or_else(|| table.choose(&[&[Flag], &[Integer]], &[&x, color]));
    let y = y.ok_or_else(|| table.nothing_for("y", "what happened: true or false, 1 or 0"))?;
    let (scores, outcomes) = (table.measured("x", &x)?, table.measured("y", &y)?);
    let split = table.color_groups()?;
    let (found, undrawn) = scores.drawable();
    let Values::Numbers(happened) = &outcomes.values else {
        return Ok(Plan::new(table, outcomes.words, Told::default(), None));
    };
    if let Some(odd) = happened.iter().flatten().find(|value| !(**value == 0.0 || **value == 1.0)) {
        return Err(Failure::new(format!(
            "`y`, {}, holds {odd}, but what happened is true or false, 1 or 0",
            outcomes.words
        ))
        .help("make it so: `frame.with_columns((col(\"orders\") > 0).alias(\"came_back\"))`"));
    }
    if chart.mark == Mark::Calibration
        && let Some(odd) = found.iter().flatten().find(|value| !(0.0..=1.0).contains(*value))
    {
        return Err(Failure::new(format!(
            "`x`, {}, holds {odd}, but a forecast is a probability from 0 to 1",
            scores.words
        ))
        .help("whatever the scores, a gain chart ranks by them: `.chart(\"lift\", #{…})`"));
    }
    let names = split.as_ref().map_or_else(|| vec![String::new()], |(_, groups)| groups.labels.clone());
    let mut rows: Vec<(Vec<f64>, Vec<bool>)> = vec![(Vec::new(), Vec::new()); names.len()];
    let mut without = 0;
    for (row, pair) in found.iter().zip(happened).enumerate() {
        match (pair, split.as_ref().map_or(Some(0), |(_, groups)| groups.of_row[row])) {
            ((Some(score), Some(happened)), Some(group)) => {
                rows[group].0.push(*score);
                rows[group].1.push(*happened == 1.0);
            }
            _ => without += 1,
        }
    }
    table.check()?;
    let mut told = Told::default();
    let mut curves = Vec::new();
    let share = |value: f64| Format::of_values(Measure::Share, &[value]).write(value);
    for (number, (name, (scores, happened))) in names.iter().zip(&rows).enumerate().take(MOST_CURVES) {
        table.check()?;
        let bins = chart.bins.map_or(BINS, |bins| bins as usize);
        let (points, ends): (Vec<(f64, f64)>, Ends) = match chart.mark {
            Mark::Roc => roc_points(scores, happened).into_iter().map(|point| (point, None)).unzip(),
            Mark::Lift => {
                let steps = gain_steps(scores, happened, STEPS);
                let from = (!steps.is_empty()).then_some(((0.0, 0.0), None));
                from.into_iter().chain(steps.into_iter().map(|step| ((step.share, step.gain), None))).unzip()
            }
            _ => calibration_bins(scores, happened, bins, CONFIDENCE)
                .into_iter()
                .map(|bin| ((bin.predicted, bin.observed), bin.interval.map(|ends| (ends.lower, ends.upper))))
                .unzip(),
        };
        if points.is_empty() {
            continue;
        }
        let name = text::clean(name);
        let of = if name.is_empty() { String::new() } else { format!("{name}: ") };
        match chart.mark {
            Mark::Roc => {
                if let Some(area) = auc(scores, happened, CONFIDENCE) {
                    let ends = area
                        .interval
                        .map_or_else(String::new, |ends| format!(" ({:.3} to {:.3})", ends.lower, ends.upper));
                    told.push(format!("{of}area {:.3}{ends}", area.area));
                }
            }
            Mark::Lift => {
                let tenth = points.iter().find(|(part, _)| *part >= 0.1 - 1e-9).map_or(0.0, |(_, gain)| *gain);
                told.push(format!("{of}the first tenth holds {}", share(tenth)));
            }
            _ => {}
        }
        curves.push(Curve { name, number, points, ends });
    }
    if names.len() > MOST_CURVES {
        told.push(format!("the first {MOST_CURVES} of {}", counted(names.len(), "group", "groups")));
    }
    told.left_out(without, undrawn);
    if curves.is_empty() && rows.iter().any(|(scores, _)| !scores.is_empty()) {
        told.push("of both outcomes at least one row is needed".to_owned());
    }
    let (title, x_caption, y_caption) = match chart.mark {
        Mark::Roc => {
            (format!("{} found by {}", outcomes.words, scores.words), "false alarms".to_owned(), "found".to_owned())
        }
        Mark::Lift => (
            format!("{} found by {}", outcomes.words, scores.words),
            "rows, highest score first".to_owned(),
            format!("{} found", outcomes.words),
        ),
        _ => (
            format!("{} as foreseen by {}", outcomes.words, scores.words),
            scores.words.clone(),
            format!("{} seen", outcomes.words),
        ),
    };
    let x_caption = chart.x_label.clone().unwrap_or(x_caption);
    let y_caption = chart.y_label.clone().unwrap_or(y_caption);
    let dots = chart.mark == Mark::Calibration;
    let any = !curves.is_empty();
    let figure = any.then(|| Arc::new(Plot::of(Curves { curves, dots, x_caption, y_caption })) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Curves {
    fn colour(&self, curve: &Curve, turn: Turn) -> Colour {
        if turn.alone && self.curves.len() == 1 { MAIN } else { series(turn.first + curve.number) }
    }
}

impl Layer for Curves {
    fn reach(&self) -> Reach {
        Reach {
            across: Across::Numbers { low: 0.0, high: 1.0, whole: false, measure: Measure::Share },
            low: 0.0,
            high: 1.0,
            measure: Measure::Share,
            whole: false,
            from_zero: false,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        let name = |curve: &Curve| if curve.name.is_empty() { self.y_caption.clone() } else { curve.name.clone() };
        self.curves.iter().map(|curve| Key { name: name(curve), colour: self.colour(curve, turn) }).collect()
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let place = |x: f64, y: f64| (axes.x(&[], x), up.place(y));
        page.scene.dashes(place(0.0, 0.0), place(1.0, 1.0), GREY.towards(BASE, 0.5));
        for curve in &self.curves {
            let colour = self.colour(curve, turn);
            for ((x, _), ends) in curve.points.iter().zip(&curve.ends) {
                if let Some((lower, upper)) = ends {
                    page.scene.stroke(vec![place(*x, *lower), place(*x, *upper)], 1.5, colour.towards(WHITE, 0.35));
                }
            }
            let points: Vec<(f64, f64)> = curve.points.iter().map(|(x, y)| place(*x, *y)).collect();
            page.scene.stroke(super::line::thinned(&points), 2.25, colour);
            if self.dots {
                for (x, y) in points {
                    page.scene.dot(x, y, 5.0, WHITE);
                    page.scene.dot(x, y, 4.0, colour);
                }
            }
        }
    }

    fn summary(&self) -> String {
        let number = counted(self.curves.len(), "curve", "curves");
        let names: Vec<&str> =
            self.curves.iter().map(|curve| curve.name.as_str()).filter(|name| !name.is_empty()).collect();
        if names.is_empty() { number } else { format!("{number}: {}", names.join(", ")) }
    }
}
