use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::regression::check_size;
use super::predict::{asked_in_vain, beside, notes};
use super::state::State;
use crate::table::{Frame, FrameBuilder};

/// Tells by when the event has happened to single rows: `model.quantiles(frame, #{probabilities: [0.1, 0.5, 0.9]})`.
///
/// The answer has one row for each row of the table and each of the probabilities.
///
/// # Choices
/// Intervals come from the delta method on the logarithm of the duration. Rows with a missing covariate, or a text that
/// the fit never saw, get empty values and are counted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Quantiles {
    /// Probabilities that the event has happened by the duration that is told.
    probabilities: Vec<f64>,
    /// Column that tells the rows apart, such as the customer. Left out: the number of the row.
    id: Option<ColumnName>,
    /// Confidence of the intervals. Left out: that of the fit.
    #[schemars(range(min = 0.5, max = 0.9999))]
    confidence: Option<f64>,
}

impl Default for Quantiles {
    fn default() -> Self {
        Quantiles { probabilities: vec![0.1, 0.25, 0.5, 0.75, 0.9], id: None, confidence: None }
    }
}

/// One row for each row of the table and each probability.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct QuantileRow {
    /// What tells the rows apart: the column `id`, or the number of the row.
    id: serde_json::Value,
    /// The probability.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// Duration by which the event has happened with this probability.
    duration: Option<f64>,
    /// Lower end of its interval.
    lower: Option<f64>,
    /// Upper end of its interval.
    upper: Option<f64>,
}

impl Function for Quantiles {
    const FAMILY: Family = Family::Keep;
    type Input = FittedOn<State, Frame>;
    type Row = QuantileRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("duration").y("probability").color("id");
        Some(chart.title("By when the event is expected to have happened").labels("duration", "probability"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, is_given } = input;
        if self.probabilities.is_empty() {
            return Err(
                Failure::new("the list of `probabilities` is empty").help("write `probabilities: [0.1, 0.5, 0.9]`")
            );
        }
        if let Some(wrong) = self.probabilities.iter().find(|it| !(**it > 0.0 && **it < 1.0)) {
            return Err(Failure::new(format!("one of the `probabilities` is {wrong}, but they lie between 0 and 1"))
                .help("0.5 asks for the median, 0.9 for the time by which nine of ten have had the event"));
        }
        let asked = state.asked(&table, is_given, self.id.as_ref(), context)?;
        let each = self.probabilities.len();
        check_size(asked.len(), each, "probabilities")?;
        let confidence = self.confidence.unwrap_or(state.confidence);
        let model = state.model();
        let mut found = Vec::with_capacity(asked.len() * each);
        for row in 0..asked.len() {
            if row % 1024 == 0 {
                context.check()?;
            }
            let values = asked.row(row);
            for probability in &self.probabilities {
                found.push(values.as_ref().map(|values| model.quantile(values, *probability, confidence)));
            }
        }
        let ids = asked.ids.iter().flat_map(|id| std::iter::repeat_n(id.clone(), each)).collect();
        let values = FrameBuilder::empty()
            .numbers("probability", (0..asked.len()).flat_map(|_| self.probabilities.iter().copied()))
            .optional_numbers("duration", found.iter().map(|found| found.map(|it| it.value)))
            .optional_numbers("lower", found.iter().map(|found| found.map(|it| it.lower)))
            .optional_numbers("upper", found.iter().map(|found| found.map(|it| it.upper)))
            .build()?;
        Ok(Output::table(beside(ids, values)?).notes(notes(&state, confidence, asked_in_vain(&found, each))))
    }
}
