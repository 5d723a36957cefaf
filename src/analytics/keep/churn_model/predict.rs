use regulars_plugin::{Chart, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::columns::{Taken, encode};
use super::learn::Learnt;
use crate::table::{Frame, FrameBuilder, thousands};

/// What a churn model has to remember.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// Column of the keys, where there was one.
    pub(super) id: Option<String>,
    /// Columns of the frame that are needed.
    pub(super) taken: Vec<Taken>,
    /// Those of the columns made of them that are used.
    pub(super) kept: Vec<usize>,
    /// Whether missing numbers are filled.
    pub(super) fills: bool,
    /// What was learnt.
    pub(super) learnt: Learnt,
}

/// Tells for each row of a frame how probable it is that the customer leaves.
///
/// The frame needs the columns that the model learnt from, read as they were then; other columns are left alone.
///
/// # Choices
/// Missing numbers become the median of the rows that the logistic model learnt from; trees have learnt a side for them. A text
/// that the model has not seen counts as the most frequent one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Predict {}

/// One row per row of the frame.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PredictedRow {
    /// The key, or the number of the row where the model has none.
    customer: serde_json::Value,
    /// Probability that the target is true.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
}

impl Function for Predict {
    const FAMILY: Family = Family::Keep;
    type Input = FittedOn<State, Frame>;
    type Row = PredictedRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("probability").title("How probable it is that customers leave");
        Some(chart.labels("probability", "customers"))
    }

    fn run(&self, input: FittedOn<State, Frame>, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table: frame, is_given } = input;
        if !is_given {
            return Err(Failure::new("`predict` wants a frame of customers")
                .help("write `model.predict(frame)`, with the columns that the model learnt from")
                .help("the probabilities of the customers it learnt from are in `model.table()`"));
        }
        for column in &state.taken {
            frame.need(&column.name)?;
        }
        let data = frame.data(context.host())?;
        let rows: Vec<usize> = (0..data.height()).collect();
        context.check()?;
        let encoded = encode(&data, &state.taken, state.fills, &rows)?;
        if state.kept.iter().any(|&column| column >= encoded.features.columns.len()) {
            return Err(Failure::new("the model does not fit its own columns")
                .help("was its file changed, or written by another version? fit it again"));
        }
        let (unknown, filled) = (encoded.unknown.clone(), encoded.filled.clone());
        let told = state.learnt.predict(&encoded.select(&state.kept).features)?;
        let keys = match state.id.as_deref().filter(|id| frame.need(id).is_ok()) {
            Some(id) => FrameBuilder::new(data.keys(id, &rows, "customer")?),
            None => FrameBuilder::empty().integers("customer", 1..=rows.len() as i64),
        };
        let mut notes = Vec::new();
        notes.extend(unknown.into_iter().map(|(name, rows)| {
            format!(
                "{} rows have a text in `{name}` that the model has not seen: it counts as the most frequent",
                thousands(rows)
            )
        }));
        notes.extend(filled.into_iter().map(|(name, rows)| {
            format!("{} rows have no number in `{name}`: it counts as the median", thousands(rows))
        }));
        let table = keys.numbers("probability", told.into_iter()).build()?;
        Ok(Output::table(table).notes(notes))
    }
}
