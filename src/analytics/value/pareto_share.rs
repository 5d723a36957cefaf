use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::inequality;
use crate::table::{Frame, FrameBuilder, Transactions, thousands};

/// Tells how much of the sales the best customers bring: the 80/20 question, the Gini coefficient and ABC classes.
///
/// Customers are put in order of what they paid, the best first. The figures say which share of the sales the top of
/// them brings and how few customers bring four fifths of it; the table says where each customer stands.
///
/// # Choices
/// The top share is read from the Lorenz curve, linearly between two customers, so it does not depend on how a fraction
/// of a customer is rounded. The Gini coefficient has no small-sample correction. Both intervals take the customers as
/// a sample of those there could have been. Customers whose amounts add up to less than nothing (more returned than
/// bought) count as nothing in the shares and
/// the Gini coefficient; the table shows their sum, and `total` takes it as it is. ABC classes go by the share that is reached
/// *before* the customer, so the one who crosses a border still belongs to the better class, and somebody is always in
/// class A. Customers with equal sums are ordered by their keys.
///
/// # Source
/// V. Pareto (1896), Cours d'économie politique; C. Gini (1912), Variabilità e mutabilità. Intervals: jackknife after
/// Karagiannis and Kovačević (2000) for the Gini coefficient, Beach and Davidson (1983) for the top share.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "bob", "cyd", "dan", "eve"],
///     date: ["1997-01-01", "1997-01-02", "1997-01-03", "1997-01-04", "1997-01-05"],
///     amount: [700, 200, 50, 30, 20],
/// });
/// orders.pareto_share().top_share
/// ```
/// ```text
/// 0.7
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ParetoShare {
    /// Last day that counts. Left out: all orders.
    pub until: Option<Date>,
    /// The part of the customers that is called the top.
    #[schemars(range(min = 0.0001, max = 0.9999))]
    pub top: f64,
    /// Shares of the sales at which class A and class B end.
    #[schemars(length(min = 2, max = 2))]
    pub classes: Vec<f64>,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for ParetoShare {
    fn default() -> Self {
        ParetoShare { until: None, top: 0.2, classes: vec![0.8, 0.95], confidence: 0.95 }
    }
}

/// Shares that differ by less than this are one: a sum of thousands of doubles is off by no more.
const ROUNDING: f64 = 1e-12;

/// One row per customer, the best first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ParetoRow {
    /// Who.
    customer: serde_json::Value,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    amount: f64,
    /// Place in the order, the best is 1.
    rank: i64,
    /// Share of the sales.
    #[schemars(extend("unit" = "share"))]
    share: f64,
    /// Share of the sales of this customer and all better ones.
    #[schemars(extend("unit" = "share"))]
    cumulative_share: f64,
    /// Share of the customers up to this one.
    #[schemars(extend("unit" = "share"))]
    cumulative_customers: f64,
    /// "A", "B" or "C".
    class: String,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ParetoFigures {
    /// Share of the sales that the top customers bring.
    #[schemars(extend("unit" = "share"))]
    top_share: f64,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    top_share_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    top_share_upper: Option<f64>,
    /// Gini coefficient: 0 where all customers bring the same, towards 1 where one brings everything.
    gini: f64,
    /// Lower end of its interval.
    gini_lower: Option<f64>,
    /// Upper end of its interval.
    gini_upper: Option<f64>,
    /// Share of the customers who together bring 80 % of the sales.
    #[schemars(extend("unit" = "share"))]
    customers_for_80_percent: f64,
    /// Number of customers.
    customers: i64,
    /// Sum of the amounts, returns taken off.
    #[schemars(extend("unit" = "money"))]
    total: f64,
}

impl Function for ParetoShare {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["rfm"];
    type Input = Transactions;
    type Row = ParetoRow;
    type Figures = ParetoFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("cumulative_customers").y("cumulative_share");
        Some(
            chart
                .title("How much of the sales the best customers bring")
                .labels("share of customers, the best first", "share of sales"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, ParetoFigures>> {
        let (end_of_a, end_of_b) = self.borders()?;
        let summary = orders.customer_summary(self.until, context)?;
        if summary.is_empty() {
            return Err(Failure::new("there are no orders").help("look at `until`, or at the filters before"));
        }
        // Best first; equal sums stay in the order of the keys, which is that of the summary.
        let mut order: Vec<usize> = (0..summary.len()).collect();
        order.sort_by(|&left, &right| summary.amount[right].total_cmp(&summary.amount[left]));
        let amounts: Vec<f64> = order.iter().map(|&index| summary.amount[index]).collect();
        let paid: Vec<f64> = amounts.iter().map(|amount| amount.max(0.0)).collect();
        let total: f64 = paid.iter().sum();
        let rising: Vec<f64> = paid.iter().rev().copied().collect();
        let spread = inequality(&rising, self.top, self.confidence).ok_or_else(|| {
            Failure::new("no customer paid more than nothing, so there is nothing to share out")
                .help("are these returns only? look at the column `amount` and at the filters before")
        })?;
        context.check()?;

        let mut reached = 0.0;
        let cumulative: Vec<f64> = paid
            .iter()
            .map(|amount| {
                reached += amount;
                (reached / total).min(1.0)
            })
            .collect();
        let n = amounts.len() as f64;
        let before = |index: usize| if index == 0 { 0.0 } else { cumulative[index - 1] };
        let class = |index: usize| match before(index) {
            share if share < end_of_a - ROUNDING => "A",
            share if share < end_of_b - ROUNDING => "B",
            _ => "C",
        };
        let four_fifths = cumulative.partition_point(|share| *share < 0.8 - ROUNDING);
        let figures = ParetoFigures {
            top_share: spread.top_share,
            top_share_lower: spread.top_interval.map(|it| it.lower),
            top_share_upper: spread.top_interval.map(|it| it.upper),
            gini: spread.gini,
            gini_lower: spread.gini_interval.map(|it| it.lower),
            gini_upper: spread.gini_interval.map(|it| it.upper),
            customers_for_80_percent: (four_fifths + 1).min(amounts.len()) as f64 / n,
            customers: amounts.len() as i64,
            total: amounts.iter().sum(),
        };
        let mut notes = orders.notes(self.until.is_none().then_some(summary.rows), context.host())?;
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after the end of the window were left out", thousands(late)));
        }
        let negative = amounts.iter().filter(|amount| **amount < 0.0).count();
        if negative > 0 {
            notes.push(format!(
                "{} customers returned more than they bought: they count as nothing in the shares and the Gini coefficient",
                thousands(negative)
            ));
        }
        let table = FrameBuilder::new(summary.customers_in(&order)?)
            .numbers("amount", amounts.iter().copied())
            .integers("rank", 1..=amounts.len() as i64)
            .numbers("share", paid.iter().map(|amount| amount / total))
            .numbers("cumulative_share", cumulative.iter().copied())
            .numbers("cumulative_customers", (1..=amounts.len()).map(|rank| rank as f64 / n))
            .texts("class", (0..amounts.len()).map(class))
            .build()?;
        Ok(Output::record(figures, table).notes(notes))
    }
}

impl ParetoShare {
    fn borders(&self) -> Result<(f64, f64)> {
        match self.classes.as_slice() {
            [a, b] if 0.0 < *a && a < b && *b < 1.0 => Ok((*a, *b)),
            _ => Err(Failure::new(format!(
                "`classes` is {:?}, but two rising shares between 0 and 1 are wanted",
                self.classes
            ))
            .help("write `classes: [0.8, 0.95]`: class A ends at 80 % of the sales, class B at 95 %")),
        }
    }
}
