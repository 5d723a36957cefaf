//! An example plugin: a model that is fitted, asked, saved and loaded, on a standard table of its own.

mod fit;
mod lifetime;
mod predict;

use regulars_plugin::{
    Chart, Column, Context, Failure, Family, Function, Holds, Mark, Output, OwnTable, Registered, Result,
    StandardColumn, StandardTable, Table, TakesTable, export,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fit::{Fit, Survivors};
pub use crate::lifetime::Lifetime;
pub use crate::predict::Predict;

/// How many customers are left, period by period: what a firm with contracts knows of those that began together.
pub struct Renewals(Table);

const RENEWALS: OwnTable = OwnTable {
    word: "renewals",
    summary: "Declares a frame as a table of renewals: how many of the customers that began together are left after each period.",
    row: "one period of those customers that began together",
    needed: &[
        StandardColumn {
            name: "period",
            holds: Holds::Number,
            meaning: "periods since they began; 0 is the beginning",
        },
        StandardColumn { name: "customers", holds: Holds::Number, meaning: "how many are left" },
    ],
    known: &[],
};

impl TakesTable for Renewals {
    type Table = Table;
    const TABLE: StandardTable = StandardTable::Own(&RENEWALS);
    fn take(table: Table) -> Result<Self> {
        Ok(Renewals(table))
    }
}

/// Tells how long customers with a contract stay, and why the loyal ones seem to become ever more loyal.
///
/// At each renewal a customer tosses a coin of their own; the coins differ from customer to customer as a beta
/// distribution has it. Those with bad coins leave early, so the retention rate of those who are left rises, although no
/// customer ever changes. A curve through the first few periods then tells of the later ones: `predict(#{periods: 12})`,
/// `lifetime(#{discount: 0.1})`.
///
/// # Choices
/// The periods run from 0 without a gap, and nobody comes back. Parameters are those of the greatest likelihood; their
/// intervals come from the curvature of the likelihood in their logarithms. Left out periods after `until` are kept for
/// comparison in the table. Where all customers have the same coin, the model has no parameters to be found, and says so.
///
/// # Source
/// Fader and Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1).
///
/// # Example
/// ```rhai
/// let left = frame(#{
///     period: [0, 1, 2, 3, 4, 5, 6, 7],
///     customers: [1000, 869, 743, 653, 593, 551, 517, 491],
/// });
/// let model = left.renewals().contract_retention();
/// model.parameters
/// ```
/// ```text
/// parameter  estimate  standard_error   lower   upper
/// text         number          number  number  number
/// ───────────────────────────────────────────────────
/// alpha         0.668          0.1037   0.493   0.906
/// beta          3.806          0.7855   2.540   5.704
/// 2 rows × 5 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContractRetention {
    /// Last period that the fit looks at; later ones are kept for comparison. Left out: all.
    #[schemars(range(min = 2, max = 10_000))]
    pub until: Option<u32>,
}

/// One row per period.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Row {
    /// Periods since the beginning.
    #[schemars(extend("unit" = "periods"))]
    period: i64,
    /// Share of the customers that is left.
    #[schemars(extend("unit" = "share"))]
    observed: f64,
    /// The share that the model expects.
    #[schemars(extend("unit" = "share"))]
    expected: f64,
    /// Whether the fit looked at this period.
    fitted: bool,
}

/// The parameters of the beta distribution of the chance to leave.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct Parameter {
    /// `alpha` or `beta`.
    parameter: String,
    /// Its value.
    estimate: f64,
    /// Standard error.
    standard_error: f64,
    /// Lower end of the interval that holds the true value in 95 of 100 samples.
    lower: f64,
    /// Upper end.
    upper: f64,
}

/// What the fit found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Figures {
    /// Customers at the beginning.
    #[schemars(extend("unit" = "customers"))]
    pub customers: i64,
    /// Chance of a customer, chosen at random, to leave at the first renewal.
    #[schemars(extend("unit" = "share"))]
    pub first_churn: f64,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
}

/// What the methods of the model need to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// First parameter of the beta distribution.
    pub alpha: f64,
    /// Second parameter.
    pub beta: f64,
    /// The last period that was observed.
    pub last: u32,
    /// Customers at the beginning.
    pub customers: f64,
}

impl Function for ContractRetention {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["survival", "churn_rate"];
    type Input = Renewals;
    type Row = Row;
    type Figures = Figures;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Line).x("period").y("expected").title("How many customers the model expects to stay"))
    }

    fn further_tables() -> Vec<regulars_plugin::TableManual> {
        vec![regulars_plugin::TableManual::of::<Parameter>("parameters")]
    }

    fn methods() -> Vec<Registered<Table>> {
        vec![Registered::of::<Predict>(), Registered::of::<Lifetime>()]
    }

    fn run(&self, input: Renewals, context: &Context<'_>) -> Result<Output<Table, Figures>> {
        let all = Survivors::read(&input.0)?;
        let seen = all.until(self.until)?;
        let fit = Fit::of(&seen, context)?;
        let periods = 0..all.counts.len();
        let table = Table::new(vec![
            Column::integers("period", periods.clone().map(|period| Some(period as i64))),
            Column::numbers("observed", all.counts.iter().map(|left| Some(left / all.counts[0]))),
            Column::numbers("expected", fit.survival(all.counts.len()).map(Some)),
            Column::flags("fitted", periods.map(|period| Some(period < seen.counts.len()))),
        ])?;
        let rows = [("alpha", fit.alpha, fit.errors[0]), ("beta", fit.beta, fit.errors[1])];
        // The interval is symmetric in the logarithm: a parameter is above zero.
        let end = |sign: f64| rows.map(|(_, value, error)| Some(value * (sign * 1.959_963_985 * error / value).exp()));
        let parameters = Table::new(vec![
            Column::texts("parameter", rows.map(|(name, _, _)| Some(name))),
            Column::numbers("estimate", rows.map(|(_, value, _)| Some(value))),
            Column::numbers("standard_error", rows.map(|(_, _, error)| Some(error))),
            Column::numbers("lower", end(-1.0)),
            Column::numbers("upper", end(1.0)),
        ])?;
        let customers = all.counts[0];
        let figures = Figures {
            customers: customers as i64,
            first_churn: fit.alpha / (fit.alpha + fit.beta),
            log_likelihood: fit.log_likelihood,
        };
        let last = (all.counts.len() - 1) as u32;
        Output::record(figures, table).with_table("parameters", parameters).with_model(&State {
            alpha: fit.alpha,
            beta: fit.beta,
            last,
            customers,
        })
    }
}

export!(ContractRetention);

/// Share of customers left after each period from 0 on, for parameters of the beta distribution.
pub(crate) fn survival(alpha: f64, beta: f64) -> impl Iterator<Item = f64> {
    // After t renewals the mean chance to stay at the next one is (beta + t) / (alpha + beta + t).
    (0u32..).scan(1.0, move |left, period| {
        let now = *left;
        *left *= (beta + f64::from(period)) / (alpha + beta + f64::from(period));
        Some(now)
    })
}

/// What is wrong about a table, in the words of all of this plugin.
pub(crate) fn refused(found: impl Into<String>) -> Failure {
    Failure::new(found).help("a row per period, from 0 on, with the number of customers that are left")
}
