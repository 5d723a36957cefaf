use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::regression::check_size;
use super::state::State;
use crate::analytics::spells::percent;
use crate::stats::survival::aft::Prediction;
use crate::table::{Cell, ConcatKind, Frame, FrameBuilder, thousands};

/// Tells the median duration and the survival of single rows: `model.predict(frame, #{times: [30, 90]})`.
///
/// The answer has one row for each row of the table and each of the times.
///
/// # Choices
/// Intervals come from the delta method: of the median on its logarithm, of the survival on the standardised log
/// duration, so that it stays within 0 and 1. They tell of the uncertainty of the estimates, not of how single
/// durations are spread. Rows with a missing covariate, or a text that the fit never saw, get empty values and are counted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Predict {
    /// Times at which the survival is wanted, in the unit of the durations. Left out: the middle of the event times.
    times: Vec<f64>,
    /// Column that tells the rows apart, such as the customer. Left out: the number of the row.
    id: Option<ColumnName>,
    /// Confidence of the intervals. Left out: that of the fit.
    #[schemars(range(min = 0.5, max = 0.9999))]
    confidence: Option<f64>,
}

/// One row for each row of the table and each time.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PredictRow {
    /// What tells the rows apart: the column `id`, or the number of the row.
    id: serde_json::Value,
    /// Duration by which the event has happened with probability one half.
    median: Option<f64>,
    /// Lower end of its interval.
    median_lower: Option<f64>,
    /// Upper end of its interval.
    median_upper: Option<f64>,
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

impl Function for Predict {
    const FAMILY: Family = Family::Keep;
    type Input = FittedOn<State, Frame>;
    type Row = PredictRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("time").y("survival").color("id");
        Some(chart.title("Which share is expected to be still without the event").labels("time", "survival"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, is_given } = input;
        if let Some(time) = self.times.iter().find(|time| !(time.is_finite() && **time >= 0.0)) {
            return Err(Failure::new(format!("one of the `times` is {time}, but times are 0 or more")));
        }
        let times = if self.times.is_empty() { vec![state.usual_time] } else { self.times.clone() };
        let asked = state.asked(&table, is_given, self.id.as_ref(), context)?;
        check_size(asked.len(), times.len(), "times")?;
        let confidence = self.confidence.unwrap_or(state.confidence);
        let model = state.model();
        let (mut medians, mut shares) = (Vec::new(), Vec::new());
        for row in 0..asked.len() {
            if row % 1024 == 0 {
                context.check()?;
            }
            let values = asked.row(row);
            let median = values.as_ref().map(|values| model.quantile(values, 0.5, confidence));
            for time in &times {
                medians.push(median);
                shares.push(values.as_ref().map(|values| model.survival(values, *time, confidence)));
            }
        }
        let ids = asked.ids.iter().flat_map(|id| std::iter::repeat_n(id.clone(), times.len())).collect();
        let pick = |found: &[Option<Prediction>], value: fn(Prediction) -> f64| -> Vec<Option<f64>> {
            found.iter().map(|found| found.map(value)).collect()
        };
        let values = FrameBuilder::empty()
            .optional_numbers("median", pick(&medians, |it| it.value).into_iter())
            .optional_numbers("median_lower", pick(&medians, |it| it.lower).into_iter())
            .optional_numbers("median_upper", pick(&medians, |it| it.upper).into_iter())
            .numbers("time", (0..asked.len()).flat_map(|_| times.iter().copied()))
            .optional_numbers("survival", pick(&shares, |it| it.value).into_iter())
            .optional_numbers("lower", pick(&shares, |it| it.lower).into_iter())
            .optional_numbers("upper", pick(&shares, |it| it.upper).into_iter())
            .build()?;
        Ok(Output::table(beside(ids, values)?).notes(notes(&state, confidence, asked_in_vain(&shares, times.len()))))
    }
}

/// The rows' names beside their values.
pub(super) fn beside(ids: Vec<Cell>, values: Frame) -> Result<Frame> {
    Frame::concat(&[Frame::from_cells(&[("id".to_owned(), ids)])?, values], ConcatKind::Horizontal)
}

/// How many rows have no prediction, where each has so many places.
pub(super) fn asked_in_vain(found: &[Option<Prediction>], each: usize) -> usize {
    found.iter().filter(|found| found.is_none()).count() / each.max(1)
}

/// What is told beside predictions.
pub(super) fn notes(state: &State, confidence: f64, unknown: usize) -> Vec<String> {
    let mut notes = vec![format!("times are in the unit of `{}`; {} % intervals", state.duration, percent(confidence))];
    if unknown > 0 {
        notes.push(format!(
            "{} rows have no prediction: a covariate is missing there, or has a text that the fit never saw",
            thousands(unknown)
        ));
    }
    notes
}
