use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window;
use crate::stats::wilson;
use crate::table::{Frame, FrameBuilder, Transactions, thousands};

/// Tells which customers earn money: sales less costs less what it takes to serve them, the best first.
///
/// The picture is the whale curve: profit added up from the best customer to the worst. It rises above the whole profit and falls back to it, and
/// what lies above is what the unprofitable customers cost.
///
/// # Choices
/// The cost of what was sold is, in this order: `1 − margin` of the sales where a `margin` is given; the column `cost` of the
/// transactions, the cost of each row, where there is one; nothing. Costs to serve are `cost_per_order` for each order and
/// `cost_per_customer` for each customer. Orders are distinct values of `order` where there is such a column, and rows
/// otherwise. A customer is unprofitable where the profit is below nothing. The interval of the share is Wilson's and takes
/// the customers as a sample.
///
/// # Source
/// R. Cooper and R. S. Kaplan (1991), "Profit priorities from activity-based costing", Harvard Business Review 69(3), 130–135,
/// for costs to serve; the whale curve is custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "bob", "cyd"],
///     date: ["1997-01-01", "1997-03-01", "1997-03-20", "1997-03-21"],
///     amount: [20, 40, 90, 10],
///     cost: [10, 22, 50, 8],
/// });
/// orders.customer_profit(#{cost_per_order: 3})
/// ```
/// ```text
/// customer_profit
///   revenue             160.00  money      Sum of the amounts.
///   cost                 90.00  money      Cost of what was sold.
///   cost_to_serve        12.00  money      Cost of the orders and of the customers.
///   profit               58.00  money      Revenue less both costs.
///   unprofitable        33.3 %             Share of the customers whose profit is below nothing.
///   unprofitable_lower   6.1 %             Lower end of its interval.
///   unprofitable_upper  79.2 %             Upper end of its interval.
///   losses               -1.00  money      What the unprofitable customers lose together.
///   peak                 59.00  money      Top of the whale curve: the profit of all customers who are
///                                          not unprofitable.
///   customers                3  customers  Number of customers.
///
/// customer  revenue   cost  cost_to_serve  profit  rank  cumulative_profit  cumulative_customers
/// text       number    num         number  number   int     number · money        number · share
/// ──────────────────────────────────────────────────────────────────────────────────────────────
/// bob         90.00  50.00           3.00   37.00     1              37.00                33.3 %
/// ann         60.00  32.00           6.00   22.00     2              59.00                66.7 %
/// cyd         10.00   8.00           3.00   -1.00     3              58.00               100.0 %
/// 3 rows × 8 columns
/// note: the cost of what was sold is the column `cost`
/// note: there is no `order` column: every row counts as one order
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerProfit {
    /// Last day that counts. Left out: all orders.
    pub until: Option<Date>,
    /// Share of the sales that is left after the cost of what was sold; instead of the column `cost`.
    #[schemars(range(min = -10.0, max = 1.0))]
    pub margin: Option<f64>,
    /// What it costs to handle one order.
    #[schemars(range(min = 0.0))]
    pub cost_per_order: f64,
    /// What it costs to keep one customer over the window.
    #[schemars(range(min = 0.0))]
    pub cost_per_customer: f64,
    /// Confidence of the interval.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for CustomerProfit {
    fn default() -> Self {
        CustomerProfit { until: None, margin: None, cost_per_order: 0.0, cost_per_customer: 0.0, confidence: 0.95 }
    }
}

/// One row per customer, the most profitable first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct CustomerProfitRow {
    /// Who.
    customer: serde_json::Value,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    revenue: f64,
    /// Cost of what was sold.
    #[schemars(extend("unit" = "money"))]
    cost: f64,
    /// Cost of the orders and of the customer.
    #[schemars(extend("unit" = "money"))]
    cost_to_serve: f64,
    /// Revenue less both costs.
    #[schemars(extend("unit" = "money"))]
    profit: f64,
    /// Place in the order, the best is 1.
    rank: i64,
    /// Profit of this customer and all better ones.
    #[schemars(extend("unit" = "money"))]
    cumulative_profit: f64,
    /// Share of the customers up to this one.
    #[schemars(extend("unit" = "share"))]
    cumulative_customers: f64,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CustomerProfitFigures {
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    revenue: f64,
    /// Cost of what was sold.
    #[schemars(extend("unit" = "money"))]
    cost: f64,
    /// Cost of the orders and of the customers.
    #[schemars(extend("unit" = "money"))]
    cost_to_serve: f64,
    /// Revenue less both costs.
    #[schemars(extend("unit" = "money"))]
    profit: f64,
    /// Share of the customers whose profit is below nothing.
    #[schemars(extend("unit" = "share"))]
    unprofitable: f64,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    unprofitable_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    unprofitable_upper: Option<f64>,
    /// What the unprofitable customers lose together.
    #[schemars(extend("unit" = "money"))]
    losses: f64,
    /// Top of the whale curve: the profit of all customers who are not unprofitable.
    #[schemars(extend("unit" = "money"))]
    peak: f64,
    /// Number of customers.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
}

impl Function for CustomerProfit {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["pareto_share", "historic_value"];
    type Input = Transactions;
    type Row = CustomerProfitRow;
    type Figures = CustomerProfitFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("cumulative_customers").y("cumulative_profit");
        Some(
            chart
                .title("Profit added up from the best customer to the worst")
                .labels("share of customers, the best first", "profit"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, CustomerProfitFigures>> {
        let summary = orders.customer_summary(self.until, context)?;
        if summary.is_empty() {
            return Err(match self.until {
                Some(until) => {
                    Failure::new(format!("there are no orders up to {until}")).help("give a later day as `until`")
                }
                None => window::no_orders(),
            });
        }
        let mut notes = orders.notes(self.until.is_none().then_some(summary.rows), context.host())?;
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after the end of the window were left out", thousands(late)));
        }
        notes.extend(window::returns(summary.negative));
        let (cost, told) = self.costs(&orders, &summary.amount, context)?;
        notes.extend(told);
        context.check()?;
        let per_order = |orders: &i64| *orders as f64 * self.cost_per_order + self.cost_per_customer;
        let to_serve: Vec<f64> = summary.orders.iter().map(per_order).collect();
        let profit: Vec<f64> =
            summary.amount.iter().zip(&cost).zip(&to_serve).map(|((sum, cost), serve)| sum - cost - serve).collect();
        // Best first; equal profits stay in the order of the keys, which is that of the summary.
        let mut order: Vec<usize> = (0..summary.len()).collect();
        order.sort_by(|&left, &right| profit[right].total_cmp(&profit[left]));
        let mut sum = 0.0;
        let cumulative: Vec<f64> = order
            .iter()
            .map(|&customer| {
                sum += profit[customer];
                sum
            })
            .collect();
        let n = order.len();
        let unprofitable = profit.iter().filter(|profit| **profit < 0.0).count();
        let interval = wilson(unprofitable as u64, n as u64, self.confidence);
        let losses: f64 = order.iter().map(|&customer| profit[customer]).filter(|profit| *profit < 0.0).sum();
        let figures = CustomerProfitFigures {
            revenue: summary.amount.iter().sum(),
            cost: cost.iter().sum(),
            cost_to_serve: to_serve.iter().sum(),
            profit: sum,
            unprofitable: unprofitable as f64 / n as f64,
            unprofitable_lower: interval.map(|it| it.lower),
            unprofitable_upper: interval.map(|it| it.upper),
            losses,
            peak: if unprofitable < n { cumulative[n - unprofitable - 1] } else { 0.0 },
            customers: n as i64,
        };
        if !orders.has("order") && self.cost_per_order > 0.0 {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        let sorted = |values: &[f64]| order.iter().map(|&customer| values[customer]).collect::<Vec<f64>>().into_iter();
        let table = FrameBuilder::new(summary.customers_in(&order)?)
            .numbers("revenue", sorted(&summary.amount))
            .numbers("cost", sorted(&cost))
            .numbers("cost_to_serve", sorted(&to_serve))
            .numbers("profit", sorted(&profit))
            .integers("rank", 1..=n as i64)
            .numbers("cumulative_profit", cumulative.iter().copied())
            .numbers("cumulative_customers", (1..=n).map(|rank| rank as f64 / n as f64))
            .build()?;
        Ok(Output::record(figures, table).notes(notes))
    }
}

impl CustomerProfit {
    /// The cost of what each customer bought, and what is to be said of it.
    fn costs(&self, orders: &Transactions, revenue: &[f64], context: &Context<'_>) -> Result<(Vec<f64>, Vec<String>)> {
        let has_cost = orders.has("cost");
        if let Some(margin) = self.margin {
            let unused = if has_cost { ", the column `cost` is not used" } else { "" };
            let told = format!("the cost of what was sold is {} of the sales{unused}", window::percent(1.0 - margin));
            return Ok((revenue.iter().map(|sum| sum * (1.0 - margin)).collect(), vec![told]));
        }
        if !has_cost {
            let told = "there is neither a column `cost` nor a `margin`: what was sold counts as having cost nothing, so \
                        this is not yet a profit; write `margin: 0.4`, or name the column in `transactions(#{cost: \"…\"})`";
            return Ok((vec![0.0; revenue.len()], vec![told.to_owned()]));
        }
        let (costs, lacking) = orders.with_amount_of("cost", self.until, context)?;
        let summary = costs.customer_summary(self.until, context)?;
        if summary.len() != revenue.len() {
            return Err(Failure::new("the costs are not those of the same customers"));
        }
        let mut told = vec!["the cost of what was sold is the column `cost`".to_owned()];
        if lacking > 0 {
            told.push(format!(
                "{} rows have no cost: they count as having cost nothing, so their customers look better than they are",
                thousands(lacking)
            ));
        }
        Ok((summary.amount, told))
    }
}
