use regulars_plugin::{Chart, ColumnName, Context, Date, Family, Function, Output, Result, SpanUnit, TableManual};
use schemars::JsonSchema;
use serde::Deserialize;

use super::btyd::{self, Ask, BuyingFigures, BuyingRow, Kind};
use crate::analytics::BuiltIn;
use crate::table::{Frame, Transactions};

/// Fits MBG/NBD: as BG/NBD, but somebody may stop after the first purchase too.
///
/// Customers buy at a pace of their own, gamma-distributed with shape `r` and rate `alpha`, until they stop for good, unseen,
/// right after a purchase, the first included, each time with a chance of their own, beta-distributed with `a` and `b`.
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
/// logarithms, so that none reaches below 0. Orders after `until` are the hold-out.
///
/// With `covariates` the pace of buying is multiplied by e^(γ z) for customers with the values z, and `a` and `b` each with a γ of its own; "dropout" in `.effects` is their difference, which moves the mean odds of
/// stopping, a / b. Numbers count
/// from their mean, each value of a text is compared with the commonest, and `.effects` has each γ, its interval, and the
/// factor it stands for: .3 is 1.35 times. The columns lie in the table of orders; from a table of customers they come
/// with `tx.join(customers, #{on: "customer", how: "left"})`. Predictions then want the same columns.
///
/// # Source
/// E. P. Batislam, M. Denizel and A. Filiztekin (2007), Empirical validation and comparison of models for customer base
/// analysis, International Journal of Research in Marketing 24(3), 201–209. D. Hoppe and U. Wagner (2007), Customer base
/// analysis: the case for a central variant of the Betageometric/NBD model, Marketing – JRM 3(2), 75–90.
///
/// # Example
/// ```rhai
/// sample("cdnow").mbg_nbd(#{until: "1997-09-30"}).parameters
/// ```
/// ```text
/// parameter  estimate  standard_error   lower   upper
/// text         number          number  number  number
/// ───────────────────────────────────────────────────
/// r             0.525          0.0833   0.385   0.716
/// alpha         6.183          0.6956   4.960   7.708
/// a             0.891          0.1548   0.634   1.253
/// b             1.614          0.5375   0.840   3.100
/// 4 rows × 5 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MbgNbd {
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

impl Default for MbgNbd {
    fn default() -> Self {
        MbgNbd { until: None, holdout_until: None, unit: SpanUnit::Week, confidence: 0.95, covariates: Vec::new() }
    }
}

impl Function for MbgNbd {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["bg_nbd", "pareto_nbd"];
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
            kind: Kind::MbgNbd,
            until: self.until,
            holdout_until: self.holdout_until,
            unit: self.unit,
            confidence: self.confidence,
            covariates: &self.covariates,
        };
        btyd::answer(&ask, &orders, context)
    }
}
