//! A plugin of Regulars: a metric here, a model in `model.rs`. Change them, or put your own in their place.

mod model;

use regulars_plugin::{
    Chart, Column, Context, Family, Function, Mark, Nothing, Output, Result, Table, Transactions,
    export,
};
use schemars::JsonSchema;
use serde::Deserialize;

pub use model::{NewPluginModel, Predict};

/// Tells what each customer usually pays for an order.
///
/// The usual amount is the median: half of the orders cost less, half of them more. One large order does not move it.
///
/// # Choices
/// The median of an even number of amounts is the mean of the two in the middle. Customers with fewer than `least`
/// orders are left out and counted in a note.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob", "bob"],
///     date: ["1997-01-01", "1997-01-08", "1997-01-15", "1997-01-10", "1997-03-01"],
///     amount: [10, 12, 90, 40, 35],
/// });
/// orders.transactions().new_plugin()
/// ```
/// ```text
/// customer   orders           usual
/// text      integer  number · money
/// ─────────────────────────────────
/// ann             3           12.00
/// bob             2           37.50
/// 2 rows × 3 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPlugin {
    /// Orders that a customer must have to be told.
    #[schemars(range(min = 1, max = 1000))]
    pub least: u32,
}

impl Default for NewPlugin {
    fn default() -> Self {
        NewPlugin { least: 1 }
    }
}

/// One row per customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Row {
    /// Who.
    customer: serde_json::Value,
    /// Number of orders.
    orders: i64,
    /// Median amount of an order.
    #[schemars(extend("unit" = "money"))]
    usual: f64,
}

impl Function for NewPlugin {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["new_plugin_model"];
    type Input = Transactions;
    type Row = Row;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(
            Chart::new(Mark::Histogram)
                .x("usual")
                .title("What customers usually pay for an order"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let (customers, mut amounts) = amounts_of(&orders)?;
        context.check()?;
        let kept: Vec<bool> = amounts
            .iter()
            .map(|amounts| amounts.len() >= self.least as usize)
            .collect();
        amounts.retain(|amounts| amounts.len() >= self.least as usize);
        let table = Table::new(vec![
            customers.keep(&kept),
            Column::integers(
                "orders",
                amounts.iter().map(|amounts| Some(amounts.len() as i64)),
            ),
            Column::numbers("usual", amounts.iter().map(|amounts| median(amounts))),
        ])?;
        let few = kept.iter().filter(|kept| !**kept).count();
        let note = (few > 0).then(|| {
            format!(
                "{few} customers with fewer than {} orders were left out",
                self.least
            )
        });
        Ok(Output::table(table).notes(note))
    }
}

/// The customers in the order of their first rows, and the amounts of each.
fn amounts_of(orders: &Transactions) -> Result<(Column, Vec<Vec<f64>>)> {
    let (codes, customers) = orders.column("customer")?.groups()?;
    let mut amounts = vec![Vec::new(); customers.len()];
    for (&code, amount) in codes.iter().zip(orders.column("amount")?.as_numbers()?) {
        // The host leaves rows without an amount out before it calls.
        amounts[code as usize].extend(amount);
    }
    Ok((customers, amounts))
}

fn median(amounts: &[f64]) -> Option<f64> {
    let mut sorted = amounts.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

export!(NewPlugin, NewPluginModel);
