use regulars_plugin::{Chart, Context, Date, Family, Function, Mark, Nothing, Output, Result, SpanUnit};
use schemars::JsonSchema;
use serde::Deserialize;

use super::window;
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Transactions};

/// Sums up each customer as the models of buying want it: how often, how recently, how long known, how much.
///
/// It is what `bg_nbd`, `pareto_nbd`, `gamma_gamma` and `clv` work on; they make it themselves.
///
/// # Choices
/// Frequency counts the days with a purchase *after* the first day: several orders on one day are one purchase, and
/// somebody who bought once has 0. `rfm` counts orders instead. Recency is the time from the first to the last purchase, so
/// a high one is a recent one; `rfm` counts back from the end instead. `T` is the time from the first purchase to `until`.
/// Both are in `unit`, with fractions; a month has 4.345 weeks. The monetary value is the mean spend of the days after the
/// first and is missing for those who bought on one day only.
///
/// # Source
/// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "RFM and CLV: using iso-value curves for customer base analysis",
/// Journal of Marketing Research 42(4), 415–430.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "ann", "bob"],
///     date: ["1997-01-01", "1997-01-15", "1997-01-15", "1997-02-26", "1997-02-05"],
///     amount: [20, 35, 15, 30, 10],
/// });
/// orders.customer_summary(#{until: "1997-03-05"})
/// ```
/// ```text
/// customer            frequency  recency       T  monetary_value
/// text      integer · purchases   number  number  number · money
/// ──────────────────────────────────────────────────────────────
/// ann                         2        8       9           40.00
/// bob                         0        0       4               –
/// 2 rows × 5 columns
/// note: frequency counts days with a purchase after the first (several orders on one day are one);
///       recency is the time from the first to the last of them, T from the first to 1997-03-05, in
///       weeks of 7 days
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerSummary {
    /// Last day of the window. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// Unit of recency and T.
    pub unit: SpanUnit,
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct CustomerSummaryRow {
    /// Who.
    customer: serde_json::Value,
    /// Number of days with a purchase after the first.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Time from the first to the last purchase, in `unit`.
    recency: f64,
    /// Time from the first purchase to the end of the window, in `unit`.
    #[schemars(rename = "T")]
    age: f64,
    /// Mean spend of the days after the first; missing where there is none.
    #[schemars(extend("unit" = "money"))]
    monetary_value: Option<f64>,
}

impl Function for CustomerSummary {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["rfm", "gamma_gamma", "clv", "historic_value"];
    type Input = Transactions;
    type Row = CustomerSummaryRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("frequency");
        Some(chart.title("How often customers came back").labels("repeat purchases", "customers"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let purchases = window::counted(&orders, Calendar::Day, self.until, HoldOut::None, context)?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        notes.push(window::definitions(&purchases, self.unit));
        let everyone = 0..purchases.len();
        if everyone.clone().all(|customer| purchases.repeats(customer) == 0) {
            notes.push("nobody bought on a second day: models of buying have nothing to learn from".to_owned());
        }
        let unit = self.unit.days();
        let since_first = |customer: usize, day: i32| f64::from(day - purchases.first[customer]) / unit;
        let table = FrameBuilder::new(purchases.customers())
            .integers("frequency", everyone.clone().map(|customer| i64::from(purchases.repeats(customer))))
            .numbers("recency", everyone.clone().map(|customer| since_first(customer, purchases.last[customer])))
            .numbers("T", everyone.clone().map(|customer| since_first(customer, purchases.until)))
            .optional_numbers("monetary_value", everyone.map(|customer| purchases.mean_repeat_spend(customer)))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}
