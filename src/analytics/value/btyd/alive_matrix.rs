use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Family, Fitted, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::grid::places;
use super::state::BuyingModel;
use crate::stats::btyd::BuyTillYouDie;
use crate::table::{Frame, FrameBuilder};

/// Shows how likely a customer is still one by how often and how recently there was a purchase.
///
/// # Choices
/// For somebody who was observed about as long as the oldest customer, in round steps. Recency is the time of the last purchase since the first,
/// so a high one is a recent one. At most 40 steps each way.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AliveMatrix {
    /// Values of the model's covariates, such as `#{channel: "store", age: 40}`. Left out: the commonest text, the mean
    /// number, false.
    pub covariates: BTreeMap<String, Value>,
}

/// One row per number of purchases and time of the last one.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct AliveMatrixRow {
    /// Repeat purchases.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Time from the first to the last purchase, in the model's unit.
    recency: f64,
    /// Probability of not having stopped for good.
    #[schemars(extend("unit" = "share"))]
    p_alive: f64,
}

impl Function for AliveMatrix {
    const FAMILY: Family = Family::Value;
    type Input = Fitted<BuyingModel, Frame>;
    type Row = AliveMatrixRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Heatmap).x("recency").y("frequency").color("p_alive");
        Some(
            chart
                .title("P(alive) by frequency and recency")
                .labels("time of the last purchase since the first, in the model's unit", "repeat purchases"),
        )
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let (row, who) = state.of_somebody(&self.covariates)?;
        let rows = [row];
        let model = state.population(&rows)?.of(0);
        let places = places(&state);
        context.check()?;
        let table = FrameBuilder::empty()
            .integers("frequency", places.iter().map(|place| i64::from(place.repeats)))
            .numbers("recency", places.iter().map(|place| place.last))
            .numbers("p_alive", places.iter().map(|place| model.outlook(*place).alive))
            .build()?;
        Ok(Output::table(table)
            .note(format!(
                "of somebody observed for {}; recency is in {}s",
                state.words(places[0].age),
                state.unit.word()
            ))
            .notes(who))
    }
}
