use std::collections::BTreeMap;

use regulars_plugin::{
    Chart, Context, Failure, Family, Fitted, Function, Mark, Nothing, Output, Result, Span, SpanUnit,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::state::BuyingModel;
use crate::stats::btyd::{BuyTillYouDie, foresee_together};
use crate::table::{Frame, FrameBuilder};

/// Foretells how often a new customer will come back after the first purchase.
///
/// # Choices
/// One row for each unit of time up to the horizon, and one for the horizon. The interval is one of prediction for a single
/// new customer, and covers the error of the parameters as that of `predict` does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// How far to look ahead.
    pub horizon: Span,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
    /// Values of the model's covariates, such as `#{channel: "store", age: 40}`. Left out: the commonest text, the mean
    /// number, false.
    pub covariates: BTreeMap<String, Value>,
}

impl Default for Expect {
    fn default() -> Self {
        Expect { horizon: Span::new(12.0, SpanUnit::Month), confidence: 0.95, covariates: BTreeMap::new() }
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
                .labels("time since the first purchase, in the model's unit", "repeat purchases, mean and interval"),
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
        let (row, who) = state.of_somebody(&self.covariates)?;
        let rows = [row];
        let population = state.population(&rows)?;
        let newcomer = population.of(0).newcomer();
        let others: Vec<_> = population.astray(&state.covariance).iter().map(|one| one.of(0).newcomer()).collect();
        let mut found = Vec::with_capacity(times.len());
        for time in &times {
            context.check()?;
            found.push(foresee_together(&newcomer, &others, *time, self.confidence));
        }
        let table = FrameBuilder::empty()
            .numbers("time", times.iter().copied())
            .numbers("expected_purchases", found.iter().map(|one| one.expected))
            .integers("lower", found.iter().map(|one| one.lower as i64))
            .integers("upper", found.iter().map(|one| one.upper as i64))
            .build()?;
        Ok(Output::table(table).note(format!("time is in {}s since the first purchase", state.unit.word())).notes(who))
    }
}
