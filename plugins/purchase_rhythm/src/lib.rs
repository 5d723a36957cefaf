//! An example plugin: one function that the built-ins lack. Copy this folder to begin your own.

use regulars_plugin::{
    Chart, Column, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result, Transactions, export,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// Tells how regularly each customer buys, and who is overdue.
///
/// A customer who buys every week and has been silent for a month is in more danger than one who buys twice a
/// year and has been silent for two. So the silence is measured against the customer's own rhythm: the median
/// number of days between one purchase day and the next.
///
/// # Choices
/// Several orders on one day are one purchase. A customer with fewer than `least` purchase days has no rhythm
/// yet: `gap`, `ratio` and `overdue` are empty. The median of an even number of gaps is the mean of the two in
/// the middle. Orders after `until` are left out and counted in a note.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "ann", "bob", "bob"],
///     date: ["1997-01-01", "1997-01-08", "1997-01-15", "1997-01-22", "1997-01-10", "1997-03-01"],
///     amount: [10, 12, 9, 11, 40, 35],
/// });
/// orders.transactions().purchase_rhythm()
/// ```
/// ```text
/// customer       purchases            gap         silence   ratio  overdue
/// text      integer · days  number · days  integer · days  number  flag
/// ────────────────────────────────────────────────────────────────────────
/// ann                    4              7              38   5.429  true
/// bob                    2              –               0       –  –
/// 2 rows × 6 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PurchaseRhythm {
    /// Last day of the window; silence is counted up to it. Left out: the latest purchase in the data.
    pub until: Option<Date>,
    /// Purchase days that a customer must have before a rhythm is told.
    #[schemars(range(min = 2, max = 1000))]
    pub least: u32,
    /// How many times the usual gap a silence must last to be called overdue.
    #[schemars(range(min = 1, max = 100))]
    pub patience: f64,
}

impl Default for PurchaseRhythm {
    fn default() -> Self {
        PurchaseRhythm { until: None, least: 3, patience: 2.0 }
    }
}

/// One row per customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Row {
    /// Who.
    customer: serde_json::Value,
    /// Days on which the customer bought.
    #[schemars(extend("unit" = "days"))]
    purchases: i64,
    /// Median number of days between one purchase day and the next.
    #[schemars(extend("unit" = "days"))]
    gap: Option<f64>,
    /// Days from the last purchase to the end of the window.
    #[schemars(extend("unit" = "days"))]
    silence: i64,
    /// Silence divided by the usual gap.
    ratio: Option<f64>,
    /// Whether the silence has lasted longer than `patience` times the usual gap.
    overdue: Option<bool>,
}

impl Function for PurchaseRhythm {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["rfm", "cohort_retention"];
    type Input = Transactions;
    type Row = Row;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Histogram).x("gap").title("How many days pass between purchases"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<regulars_plugin::Table, Nothing>> {
        let (codes, customers) = orders.column("customer")?.groups()?;
        let days: Vec<i32> = orders.column("date")?.as_days()?.map(Option::unwrap_or_default).collect();
        let latest = days.iter().copied().max().ok_or_else(|| Failure::new("there are no orders"))?;
        let until = self.until.map_or(latest, |date| (date - Date::default()).num_days() as i32);

        let mut bought: Vec<Vec<i32>> = vec![Vec::new(); customers.len()];
        let mut late = 0;
        for (&customer, &day) in codes.iter().zip(&days) {
            if day > until {
                late += 1;
            } else {
                bought[customer as usize].push(day);
            }
        }
        context.check()?;

        let rhythms: Vec<Option<Rhythm>> = bought.into_iter().map(|days| Rhythm::of(days, until, self)).collect();
        let present: Vec<&Rhythm> = rhythms.iter().flatten().collect();
        let kept: Vec<bool> = rhythms.iter().map(Option::is_some).collect();
        let table = regulars_plugin::Table::new(vec![
            customers.keep(&kept),
            Column::integers("purchases", present.iter().map(|one| Some(one.purchases))),
            Column::numbers("gap", present.iter().map(|one| one.gap)),
            Column::integers("silence", present.iter().map(|one| Some(one.silence))),
            Column::numbers("ratio", present.iter().map(|one| one.ratio())),
            Column::flags("overdue", present.iter().map(|one| one.ratio().map(|ratio| ratio > self.patience))),
        ])?;
        let late = (late > 0).then(|| format!("{late} orders after the end of the window were left out"));
        Ok(Output::table(table).notes(late))
    }
}

struct Rhythm {
    purchases: i64,
    gap: Option<f64>,
    silence: i64,
}

impl Rhythm {
    fn of(mut days: Vec<i32>, until: i32, options: &PurchaseRhythm) -> Option<Rhythm> {
        days.sort_unstable();
        days.dedup();
        let silence = i64::from(until - days.last()?);
        let gaps: Vec<i32> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let gap = (days.len() >= options.least as usize).then(|| median(gaps));
        Some(Rhythm { purchases: days.len() as i64, gap, silence })
    }

    fn ratio(&self) -> Option<f64> {
        self.gap.map(|gap| self.silence as f64 / gap)
    }
}

/// The median of at least one number.
fn median(mut numbers: Vec<i32>) -> f64 {
    numbers.sort_unstable();
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        f64::from(numbers[middle])
    } else {
        f64::from(numbers[middle - 1] + numbers[middle]) / 2.0
    }
}

export!(PurchaseRhythm);
