use regulars_plugin::{Chart, Context, Date, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::window::{self, DAYS_IN_MONTH};
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Transactions};

/// Tells what each customer has brought so far: total, orders, mean order, and value per month.
///
/// It looks back only; `clv` looks forward.
///
/// # Choices
/// Orders are distinct values of `order` where there is such a column, and rows otherwise. The value is the total times
/// `margin`; without a margin it is the sales themselves. Tenure runs from the first order to `until`, not to the last order, so that
/// somebody who stopped long ago brings little per month. A customer younger than a month of 4.345 weeks counts as one
/// month old: one order of yesterday is not thirty a month. Returns (negative amounts) are taken off.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "bob"],
///     date: ["1997-01-01", "1997-03-01", "1997-03-20"],
///     amount: [20, 40, 90],
/// });
/// orders.historic_value(#{until: "1997-03-31", margin: 0.3})
/// ```
/// ```text
/// customer  first       last        tenure  orders  total  average_order  value  value_per_month
/// text      date        date           int     int    num         number    num   number · money
/// ──────────────────────────────────────────────────────────────────────────────────────────────
/// ann       1997-01-01  1997-03-01      89       2  60.00          30.00  18.00             6.15
/// bob       1997-03-20  1997-03-20      11       1  90.00          90.00  27.00            27.00
/// 2 rows × 9 columns
/// note: there is no `order` column: every row counts as one order
/// note: value is 30 % of the sales
/// note: tenure runs to 1997-03-31; a month has 4.345 weeks, and nobody counts as younger than one
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HistoricValue {
    /// Last day that counts. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// Share of the sales that is earned. Left out: all of it, so that value is sales.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub margin: Option<f64>,
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct HistoricValueRow {
    /// Who.
    customer: serde_json::Value,
    /// Day of the first order.
    first: Date,
    /// Day of the last order.
    last: Date,
    /// Days from the first order to the end of the window.
    #[schemars(extend("unit" = "days"))]
    tenure: i64,
    /// Number of orders.
    #[schemars(extend("unit" = "orders"))]
    orders: i64,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    total: f64,
    /// Total over orders.
    #[schemars(extend("unit" = "money"))]
    average_order: f64,
    /// Total times margin.
    #[schemars(extend("unit" = "money"))]
    value: f64,
    /// Value over the months of the tenure, at least one.
    #[schemars(extend("unit" = "money"))]
    value_per_month: f64,
}

impl Function for HistoricValue {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["clv", "simple_clv", "customer_profit", "pareto_share"];
    type Input = Transactions;
    type Row = HistoricValueRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("value");
        Some(chart.title("What customers have brought so far").labels("value", "customers"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let purchases = window::counted(&orders, Calendar::Day, self.until, HoldOut::None, context)?;
        let summary = orders.customer_summary(self.until, context)?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        let until = purchases.until();
        if !orders.has("order") {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        notes.push(match self.margin {
            Some(margin) => format!("value is {} of the sales", window::percent(margin)),
            None => "no `margin` is given: value is sales, not what is earned".to_owned(),
        });
        notes.push(format!("tenure runs to {until}; a month has 4.345 weeks, and nobody counts as younger than one"));
        let margin = self.margin.unwrap_or(1.0);
        let everyone = 0..purchases.len();
        let tenure = |customer: usize| purchases.until - purchases.first[customer];
        let day = |day: &i32| Date::from_epoch_days(*day).unwrap_or_default();
        let months = |customer: usize| (f64::from(tenure(customer)) / DAYS_IN_MONTH).max(1.0);
        let table = FrameBuilder::new(purchases.customers())
            .dates("first", purchases.first.iter().map(day))
            .dates("last", purchases.last.iter().map(day))
            .integers("tenure", everyone.clone().map(|customer| i64::from(tenure(customer))))
            .integers("orders", summary.orders.iter().copied())
            .numbers("total", summary.amount.iter().copied())
            .numbers("average_order", summary.amount.iter().zip(&summary.orders).map(|(sum, n)| sum / *n as f64))
            .numbers("value", summary.amount.iter().map(|sum| sum * margin))
            .numbers("value_per_month", everyone.map(|one| summary.amount[one] * margin / months(one)))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}
