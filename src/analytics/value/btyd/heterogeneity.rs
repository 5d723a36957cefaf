use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Family, Fitted, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::{BuyingModel, Kind};
use crate::stats::btyd::{beta_quantile, gamma_quantile};
use crate::table::{Frame, FrameBuilder};

/// Shows how customers differ: which share of them buys, or stops, more slowly than a value.
///
/// # Choices
/// Quantiles of the gamma distribution of paces, of the beta distribution of the chance to stop at a purchase, or of the
/// gamma distribution of the rate of stopping: those of all customers when they come, not of those who are left.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Heterogeneity {
    /// In what they differ.
    pub of: Trait,
    /// Values of the model's covariates, such as `#{channel: "store", age: 40}`. Left out: the commonest text, the mean
    /// number, false.
    pub covariates: BTreeMap<String, Value>,
}

/// In what customers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trait {
    /// Purchases per unit of time, while alive.
    #[default]
    Pace,
    /// The chance to stop at a purchase, or stops per unit of time.
    Dropout,
}

/// One row per percent of the customers.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct HeterogeneityRow {
    /// Share of the customers who lie below the value.
    #[schemars(extend("unit" = "share"))]
    share: f64,
    /// The pace, the chance or the rate.
    value: f64,
}

impl Function for Heterogeneity {
    const FAMILY: Family = Family::Value;
    type Input = Fitted<BuyingModel, Frame>;
    type Row = HeterogeneityRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("value").y("share");
        Some(
            chart
                .title("How customers differ")
                .labels("purchases per unit of time, or chance or rate of stopping", "share of customers below it"),
        )
    }

    fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let (row, who) = state.of_somebody(&self.covariates)?;
        let rows = [row];
        let [r, alpha, third, fourth] = state.population(&rows)?.of(0).parameters();
        let unit = state.unit.word();
        let (quantile, mean, what): (Box<dyn Fn(f64) -> f64>, f64, String) = match (self.of, state.kind) {
            (Trait::Pace, _) => (
                Box::new(move |share| gamma_quantile(r, alpha, share)),
                r / alpha,
                format!("purchases per {unit}, while alive"),
            ),
            (Trait::Dropout, Kind::ParetoNbd) => (
                Box::new(move |share| gamma_quantile(third, fourth, share)),
                third / fourth,
                format!("rate of stopping per {unit}"),
            ),
            (Trait::Dropout, Kind::BgNbd | Kind::MbgNbd) => (
                Box::new(move |share| beta_quantile(third, fourth, share)),
                third / (third + fourth),
                "chance to stop at a purchase".to_owned(),
            ),
        };
        let shares: Vec<f64> = (1..100).map(|percent| f64::from(percent) / 100.0).collect();
        let table = FrameBuilder::empty()
            .numbers("share", shares.iter().copied())
            .numbers("value", shares.iter().map(|share| quantile(*share)))
            .build()?;
        Ok(Output::table(table).note(format!("value: {what}; the mean is {mean:.4}")).notes(who))
    }
}
