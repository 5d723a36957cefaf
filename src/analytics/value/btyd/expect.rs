use regulars_plugin::{
    Chart, Context, Failure, Family, Fitted, Function, Mark, Nothing, Output, Result, Span, SpanUnit,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::state::BuyingModel;
use crate::table::{Frame, FrameBuilder};

/// Foretells how often a new customer will come back after the first purchase.
///
/// # Choices
/// One row for each unit of time up to the horizon, and one for the horizon. The interval is one of prediction for a single
/// new customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// How far to look ahead.
    pub horizon: Span,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for Expect {
    fn default() -> Self {
        Expect { horizon: Span::new(12.0, SpanUnit::Month), confidence: 0.95 }
    }
}

/// One row per unit of time since the first purchase.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ExpectRow {
    /// Time since the first purchase, in the model's unit.
    time: f64,
    /// Mean number of repeat purchases up to then.
    #[schemars(extend("unit" = "purchases"))]
    expected_purchases: f64,
    /// Lower end of the prediction interval.
    #[schemars(extend("unit" = "purchases"))]
    lower: i64,
    /// Upper end of the prediction interval.
    #[schemars(extend("unit" = "purchases"))]
    upper: i64,
}

/// Rows of an answer at the most.
const MOST_ROWS: f64 = 20_000.0;

impl Function for Expect {
    const FAMILY: Family = Family::Value;
    type Input = Fitted<BuyingModel, Frame>;
    type Row = ExpectRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("time").y("expected_purchases").band("lower", "upper");
        Some(
            chart
                .title("How often a new customer comes back")
                .labels("time since the first purchase", "repeat purchases"),
        )
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let horizon = self.horizon.in_units_of(state.unit);
        if horizon > MOST_ROWS {
            return Err(Failure::new(format!("the horizon is {}, one row each", state.words(horizon)))
                .help(format!("ask for {MOST_ROWS} {}s at the most", state.unit.word())));
        }
        let mut times: Vec<f64> = (1..=horizon.floor() as u32).map(f64::from).collect();
        if times.last() != Some(&horizon) {
            times.push(horizon);
        }
        let newcomer = state.model()?.newcomer();
        let mut found = Vec::with_capacity(times.len());
        for time in &times {
            context.check()?;
            found.push(newcomer.foresee(*time, self.confidence));
        }
        let table = FrameBuilder::empty()
            .numbers("time", times.iter().copied())
            .numbers("expected_purchases", found.iter().map(|one| one.expected))
            .integers("lower", found.iter().map(|one| one.lower as i64))
            .integers("upper", found.iter().map(|one| one.upper as i64))
            .build()?;
        Ok(Output::table(table).note(format!("time is in {}s since the first purchase", state.unit.word())))
    }
}
