use regulars_plugin::{Chart, ColumnName, Context, Date, Family, Function, Output, Result, SpanUnit, TableManual};
use schemars::JsonSchema;
use serde::Deserialize;

use super::btyd::{self, Ask, BuyingFigures, BuyingRow, Kind};
use crate::analytics::BuiltIn;
use crate::table::{Frame, Transactions};

/// Fits Pareto/NBD: who is still a customer, and how often each will buy.
///
/// Customers buy at a pace of their own, gamma-distributed with shape `r` and rate `alpha`, until they stop for good, unseen,
/// at any time, at a rate of their own, gamma-distributed with shape `s` and rate `beta`.
///
/// The answer is a model: `.parameters`, `.effects`, `.frequencies` and `.holdout` are its tables, `.predict(#{horizon: "39w"})` looks
/// ahead for each customer, `.expect(#{horizon: "52w"})` for a new one; `.tracking(orders)`, `.frequency_recency()`,
/// `.alive_matrix()` and `.heterogeneity()` show it.
///
/// # Choices
/// Repeat purchases are days with a purchase after the first; several orders on one day are one. Times are days over the
/// days of `unit` (a month has 4.345 weeks), fractions kept, and every prediction counts in the same unit. The likelihood
/// is maximised by Newton's method over the logarithms of the parameters from three starts; a search that does not come to
/// rest is an error, never an answer. Standard errors come from the observed information; the intervals are those of the
/// logarithms, so that none reaches below 0. Orders after `until` are the hold-out. `beta` is often hardly told by the
/// data, which the notes then say: compare likelihoods and hold-outs, not this parameter.
///
/// With `covariates` the pace of buying is multiplied by e^(γ z) for customers with the values z, and the rate of stopping likewise. Numbers count
/// from their mean, each value of a text is compared with the commonest, and `.effects` has each γ, its interval, and the
/// factor it stands for: .3 is 1.35 times. The columns lie in the table of orders; from a table of customers they come
/// with `tx.join(customers, #{on: "customer", how: "left"})`. Predictions then want the same columns.
///
/// # Source
/// D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting your customers: who are they and what will they do
/// next?, Management Science 33(1), 1–24. Predictions: P. S. Fader and B. G. S. Hardie (2005), A note on deriving the
/// Pareto/NBD model.
///
/// # Example
/// ```rhai
/// sample("cdnow").pareto_nbd(#{until: "1997-09-30"}).parameters
/// ```
/// ```text
/// parameter  estimate  standard_error   lower   upper
/// text         number          number  number  number
/// ───────────────────────────────────────────────────
/// r              0.55           0.048   0.467    0.65
/// alpha         10.58           0.843   9.048   12.37
/// s              0.61           0.187   0.331    1.11
/// beta          11.67           6.211   4.111   33.12
/// 4 rows × 5 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ParetoNbd {
    /// Last day of the calibration. Left out: the latest day in the data, and no hold-out.
    pub until: Option<Date>,
    /// Last day of the hold-out. Left out: the latest day in the data.
    pub holdout_until: Option<Date>,
    /// Unit of time of the model.
    pub unit: SpanUnit,
    /// Confidence of the parameters' intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
    /// Columns that say who the customers are, such as a channel or an age: numbers, true or false, or text. The value
    /// beside a customer's first purchase counts.
    pub covariates: Vec<ColumnName>,
}

impl Default for ParetoNbd {
    fn default() -> Self {
        ParetoNbd { until: None, holdout_until: None, unit: SpanUnit::Week, confidence: 0.95, covariates: Vec::new() }
    }
}

impl Function for ParetoNbd {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["bg_nbd", "mbg_nbd"];
    const CARRIES: Option<&'static str> = Some("covariates");
    type Input = Transactions;
    type Row = BuyingRow;
    type Figures = BuyingFigures;

    fn chart() -> Option<Chart> {
        btyd::chart()
    }

    fn further_tables() -> Vec<TableManual> {
        btyd::further_tables()
    }

    fn methods() -> Vec<BuiltIn> {
        btyd::methods()
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, BuyingFigures>> {
        let ask = Ask {
            kind: Kind::ParetoNbd,
            until: self.until,
            holdout_until: self.holdout_until,
            unit: self.unit,
            confidence: self.confidence,
            covariates: &self.covariates,
        };
        btyd::answer(&ask, &orders, context)
    }
}
