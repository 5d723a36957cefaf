use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::regression::{Asked, check_size};
use super::state::State;
use crate::analytics::spells::percent;
use crate::stats::survival::cox::CurvePoint;
use crate::stats::survival::{IntervalKind, reach};
use crate::table::{Cell, ConcatKind, Frame, FrameBuilder, thousands};

/// Tells the hazard and the survival of single rows: `model.predict(frame, #{times: [30, 90]})`.
///
/// The answer has one row for each row of the table and each of the times.
///
/// # Choices
/// The partial hazard is relative to a row at the means of the fitted covariates. The interval of a survival adds the
/// uncertainty of the course of the hazard to that of the effects (Tsiatis, Link). Nothing is known after the longest
/// duration of the fit (of the stratum): survival is empty there. Rows with a missing covariate, or a text or stratum
/// that the fit never saw, get empty values and are counted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Predict {
    /// Times at which the survival is wanted, in the unit of the durations. Left out: the middle of the event times.
    times: Vec<f64>,
    /// Column that tells the rows apart, such as the customer. Left out: the number of the row.
    id: Option<ColumnName>,
    /// On which scale the intervals of the survival are symmetric.
    interval: Scale,
    /// Confidence of the intervals. Left out: that of the fit.
    #[schemars(range(min = 0.5, max = 0.9999))]
    confidence: Option<f64>,
}

/// Scales of intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Scale {
    /// log(−log) of the survival.
    #[default]
    LogLog,
    /// Its logarithm.
    Log,
    /// The survival itself.
    Plain,
}

/// One row for each row of the table and each time.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PredictRow {
    /// What tells the rows apart: the column `id`, or the number of the row.
    id: serde_json::Value,
    /// Hazard relative to a row at the means of the covariates.
    partial_hazard: Option<f64>,
    /// Lower end of its interval.
    hazard_lower: Option<f64>,
    /// Upper end of its interval.
    hazard_upper: Option<f64>,
    /// Time by which the event has happened with probability one half; empty where the curve stays above.
    median: Option<f64>,
    /// The time.
    time: f64,
    /// Probability that the event has not happened by then.
    #[schemars(extend("unit" = "share"))]
    survival: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

/// What is known of one row.
struct Found {
    hazard: (f64, f64),
    median: Option<f64>,
    points: Vec<Option<CurvePoint>>,
}

impl Function for Predict {
    const FAMILY: Family = Family::Keep;
    type Input = FittedOn<State, Frame>;
    type Row = PredictRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("time").y("survival").color("id").steps();
        Some(chart.title("Which share is expected to be still without the event").labels("time", "survival"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, is_given } = input;
        if !is_given {
            return Err(Failure::new("the rows to predict for are wanted: a model keeps none")
                .help("write `model.predict(frame)`; the frame has the columns of the covariates"));
        }
        if let Some(time) = self.times.iter().find(|time| !(time.is_finite() && **time >= 0.0)) {
            return Err(Failure::new(format!("one of the `times` is {time}, but times are 0 or more")));
        }
        let times = if self.times.is_empty() { vec![state.usual_time] } else { self.times.clone() };
        let asked = Asked::read(&table, &state.covariates, &state.strata, self.id.as_ref(), context)?;
        check_size(asked.len(), times.len(), "times")?;
        let confidence = self.confidence.unwrap_or(state.confidence);
        let kind = match self.interval {
            Scale::LogLog => IntervalKind::LogLog,
            Scale::Log => IntervalKind::Log,
            Scale::Plain => IntervalKind::Plain,
        };
        let model = state.model();
        let mut found: Vec<Option<Found>> = Vec::with_capacity(asked.len());
        for row in 0..asked.len() {
            if row % 1024 == 0 {
                context.check()?;
            }
            let stratum = state.keys.iter().position(|key| *key == asked.stratum(row));
            found.push(asked.row(row).zip(stratum).and_then(|(values, stratum)| {
                let stratum = stratum as u32;
                let points = model.curve(stratum, &values, &times, kind, confidence)?;
                let median = model.quantile(stratum, &values, 0.5);
                Some(Found { hazard: model.log_partial_hazard(&values), median, points })
            }));
        }

        let reach = reach(confidence);
        let each = |value: &dyn Fn(&Found) -> Option<f64>| -> Vec<Option<f64>> {
            let values = found.iter().map(|found| found.as_ref().and_then(value));
            values.flat_map(|value| std::iter::repeat_n(value, times.len())).collect()
        };
        let points = |value: fn(&CurvePoint) -> f64| -> Vec<Option<f64>> {
            let at = |found: &Option<Found>, place: usize| found.as_ref()?.points[place].as_ref().map(value);
            found.iter().flat_map(|found| (0..times.len()).map(move |place| at(found, place))).collect()
        };
        let ids: Vec<Cell> = asked.ids.iter().flat_map(|id| std::iter::repeat_n(id.clone(), times.len())).collect();
        let values = FrameBuilder::empty()
            .optional_numbers("partial_hazard", each(&|found| Some(found.hazard.0.exp())).into_iter())
            .optional_numbers("hazard_lower", each(&|it| Some((it.hazard.0 - reach * it.hazard.1).exp())).into_iter())
            .optional_numbers("hazard_upper", each(&|it| Some((it.hazard.0 + reach * it.hazard.1).exp())).into_iter())
            .optional_numbers("median", each(&|found| found.median).into_iter())
            .numbers("time", found.iter().flat_map(|_| times.iter().copied()))
            .optional_numbers("survival", points(|point| point.survival).into_iter())
            .optional_numbers("lower", points(|point| point.lower).into_iter())
            .optional_numbers("upper", points(|point| point.upper).into_iter())
            .build()?;
        let ids = Frame::from_cells(&[("id".to_owned(), ids)])?;
        let frame = Frame::concat(&[ids, values], ConcatKind::Horizontal)?;

        let mut output = Output::table(frame).note(format!(
            "times are in the unit of `{}`; {} % intervals",
            state.duration,
            percent(confidence)
        ));
        let unknown = found.iter().filter(|found| found.is_none()).count();
        if unknown > 0 {
            output = output.note(format!(
                "{} rows have no prediction: a covariate is missing there, or has a text or a stratum that the fit never \
                 saw",
                thousands(unknown)
            ));
        }
        let late = found.iter().flatten().filter(|found| found.points.iter().any(Option::is_none)).count();
        if late > 0 {
            output = output.note(format!(
                "for {} rows some of the times lie after the longest duration of the fit: nothing is known there",
                thousands(late)
            ));
        }
        Ok(output)
    }
}
