use regulars_plugin::{
    Chart, Context, Date, Family, FittedOn, Function, Mark, Nothing, Output, Result, Span, SpanUnit,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::histories::known;
use super::state::{BuyingModel, refused};
use crate::analytics::watch::Watching;
use crate::stats::btyd::foresee_all;
use crate::table::Frame;

/// Foretells how often each customer will buy within a time from the end of what was seen of them.
///
/// Works on the customers of the fit, or on a table: orders, or a summary with `frequency`, `recency` and `T` in the
/// model's unit. A model with covariates wants their columns there as well.
///
/// # Choices
/// Purchases are days with a purchase. The interval is one of prediction: the smallest numbers of purchases that are not
/// exceeded with the two probabilities. It covers what happens to a customer under the model, and the error of the
/// parameters: the probabilities are means over the normal distribution of their logarithms, by a rule of two points for
/// each parameter that is exact for cubics. It does not cover whether the model fits. The expectation is that at the
/// estimates. For whole numbers the interval holds at least its confidence. A month has 4.345 weeks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Predict {
    /// How far to look ahead.
    pub horizon: Span,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
    /// For a table of orders: the last day that counts. Left out: the last day of the calibration.
    pub until: Option<Date>,
}

impl Default for Predict {
    fn default() -> Self {
        Predict { horizon: Span::new(12.0, SpanUnit::Month), confidence: 0.95, until: None }
    }
}

/// One row per customer, in the order of the table.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct PredictRow {
    /// Who.
    customer: serde_json::Value,
    /// Mean number of purchases within the horizon.
    #[schemars(extend("unit" = "purchases"))]
    expected_purchases: f64,
    /// Lower end of the prediction interval.
    #[schemars(extend("unit" = "purchases"))]
    lower: i64,
    /// Upper end of the prediction interval.
    #[schemars(extend("unit" = "purchases"))]
    upper: i64,
    /// Probability that the customer has not stopped for good.
    #[schemars(extend("unit" = "share"))]
    p_alive: f64,
}

impl Function for Predict {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<BuyingModel, Frame>;
    type Row = PredictRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("expected_purchases");
        Some(chart.title("How often customers are expected to buy").labels("expected purchases", "customers"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let known = known(&state, &input.table, self.until, context)?;
        let horizon = self.horizon.in_units_of(state.unit);
        let watch = Watching::new(context, "looking ahead");
        let population = state.population(&known.patterns)?;
        let astray = population.astray(&state.covariance);
        let prospects = foresee_all(&population, &astray, &known.histories, horizon, self.confidence, &watch)
            .map_err(|why| refused(why, state.kind))?;
        let each = || known.histories.of.iter().map(|place| prospects[*place as usize]);
        let table = known
            .keys
            .numbers("expected_purchases", each().map(|one| one.purchases.expected))
            .integers("lower", each().map(|one| one.purchases.lower as i64))
            .integers("upper", each().map(|one| one.purchases.upper as i64))
            .numbers("p_alive", each().map(|one| one.alive))
            .build()?;
        let total: f64 = each().map(|one| one.purchases.expected).sum();
        Ok(Output::table(table)
            .notes(known.notes)
            .note(format!("{} ahead: {total:.0} purchases are expected in all", state.words(horizon))))
    }
}
