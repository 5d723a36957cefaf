//! A model: it is fitted once, and then asked.

use regulars_plugin::{
    Column, Context, Failure, Family, FittedOn, Function, Nothing, Output, Registered, Result,
    Table, Transactions,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Learns what an order costs, to tell what each customer's next one will.
///
/// A customer with many orders is believed, one with few is not yet: the mean of the customer's own orders and the
/// mean of all orders are mixed, and the own ones count the more the more there are.
///
/// # Choices
/// The mean of all orders counts as much as `weight` orders of the customer.
///
/// # Source
/// Custom of the trade; insurers call it credibility.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob"],
///     date: ["1997-01-01", "1997-01-08", "1997-01-15", "1997-01-10"],
///     amount: [10, 10, 10, 50],
/// });
/// let model = orders.transactions().new_plugin_model(#{weight: 1});
/// model.predict()
/// ```
/// ```text
/// customer        expected
/// text      number · money
/// ────────────────────────
/// ann                12.50
/// bob                35.00
/// 2 rows × 2 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewPluginModel {
    /// How many orders of a customer the mean of all orders is worth.
    #[schemars(range(min = 0, max = 1000))]
    pub weight: f64,
}

impl Default for NewPluginModel {
    fn default() -> Self {
        NewPluginModel { weight: 3.0 }
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
    /// Mean amount of an order.
    #[schemars(extend("unit" = "money"))]
    mean: f64,
}

/// What the fit found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Figures {
    /// Number of customers.
    pub customers: i64,
    /// Number of orders.
    pub orders: i64,
    /// Mean amount of all orders.
    #[schemars(extend("unit" = "money"))]
    pub mean: f64,
}

/// What the methods need to know of the fit; it is also what a saved model holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct State {
    mean: f64,
    weight: f64,
}

impl Function for NewPluginModel {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["new_plugin"];
    type Input = Transactions;
    type Row = Row;
    type Figures = Figures;

    fn methods() -> Vec<Registered<Table>> {
        vec![Registered::of::<Predict>()]
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Table, Figures>> {
        let (customers, amounts) = crate::amounts_of(&orders)?;
        context.check()?;
        let count: usize = amounts.iter().map(Vec::len).sum();
        if count == 0 {
            return Err(Failure::new("there are no orders").help("widen the window"));
        }
        let mean = amounts.iter().flatten().sum::<f64>() / count as f64;
        let means = amounts
            .iter()
            .map(|own| Some(own.iter().sum::<f64>() / own.len() as f64));
        let table = Table::new(vec![
            customers,
            Column::integers("orders", amounts.iter().map(|own| Some(own.len() as i64))),
            Column::numbers("mean", means),
        ])?;
        let figures = Figures {
            customers: amounts.len() as i64,
            orders: count as i64,
            mean,
        };
        Output::record(figures, table).with_model(&State {
            mean,
            weight: self.weight,
        })
    }
}

/// Tells what the next order of each customer is expected to cost.
///
/// Without a table it answers for the customers that the model was fitted on; a table of other customers needs the columns
/// `customer`, `orders` and `mean`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Predict {}

/// One row per customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Expected {
    /// Who.
    customer: serde_json::Value,
    /// Expected amount of the next order.
    #[schemars(extend("unit" = "money"))]
    expected: Option<f64>,
}

impl Function for Predict {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<State, Table>;
    type Row = Expected;
    type Figures = Nothing;

    fn run(&self, fitted: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let State { mean: all, weight } = fitted.state;
        let orders = fitted.table.column("orders")?.as_numbers()?;
        let means = fitted.table.column("mean")?.as_numbers()?;
        let expected = orders.zip(means).map(|(orders, mean)| {
            let (orders, mean) = (orders?, mean?);
            Some((orders * mean + weight * all) / (orders + weight))
        });
        let table = Table::new(vec![
            fitted.table.column("customer")?.clone(),
            Column::numbers("expected", expected),
        ])?;
        Ok(Output::table(table))
    }
}
