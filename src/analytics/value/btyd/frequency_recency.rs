use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Family, Fitted, Function, Mark, Nothing, Output, Result, Span, SpanUnit};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::grid::places;
use super::state::BuyingModel;
use crate::stats::btyd::BuyTillYouDie;
use crate::table::{Frame, FrameBuilder};

/// Shows how many purchases are expected of a customer by how often and how recently there was one.
///
/// # Choices
/// For somebody who was observed about as long as the oldest customer, in round steps. Recency is the time of the last purchase since the first,
/// so a high one is a recent one. At most 40 steps each way.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FrequencyRecency {
    /// How far to look ahead.
    pub horizon: Span,
    /// Values of the model's covariates, such as `#{channel: "store", age: 40}`. Left out: the commonest text, the mean
    /// number, false.
    pub covariates: BTreeMap<String, Value>,
}

impl Default for FrequencyRecency {
    fn default() -> Self {
        FrequencyRecency { horizon: Span::new(1.0, SpanUnit::Month), covariates: BTreeMap::new() }
    }
}

/// One row per number of purchases and time of the last one.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct FrequencyRecencyRow {
    /// Repeat purchases.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Time from the first to the last purchase, in the model's unit.
    recency: f64,
    /// Mean number of purchases within the horizon.
    #[schemars(extend("unit" = "purchases"))]
    expected_purchases: f64,
}

impl Function for FrequencyRecency {
    const FAMILY: Family = Family::Value;
    type Input = Fitted<BuyingModel, Frame>;
    type Row = FrequencyRecencyRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Heatmap).x("recency").y("frequency").color("expected_purchases");
        Some(
            chart
                .title("Purchases expected by frequency and recency")
                .labels("time of the last purchase since the first, in the model's unit", "repeat purchases"),
        )
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let (row, who) = state.of_somebody(&self.covariates)?;
        let rows = [row];
        let model = state.population(&rows)?.of(0);
        let horizon = self.horizon.in_units_of(state.unit);
        let places = places(&state);
        context.check()?;
        let table = FrameBuilder::empty()
            .integers("frequency", places.iter().map(|place| i64::from(place.repeats)))
            .numbers("recency", places.iter().map(|place| place.last))
            .numbers("expected_purchases", places.iter().map(|place| model.outlook(*place).expected(horizon)))
            .build()?;
        Ok(Output::table(table)
            .note(format!(
                "{} ahead, of somebody observed for {}; recency is in {}s",
                state.words(horizon),
                state.words(places[0].age),
                state.unit.word()
            ))
            .notes(who))
    }
}
