//! A kit for authors: make a small table, run the function, look at the answer, all in plain Rust.

use serde_json::{Map, Value};

use crate::{Column, Context, Date, Failure, Function, Input, Output, Result, Table};

/// A table of orders from `(customer, date, amount)`, dates written `"1997-01-31"`.
///
/// ```
/// let orders = regulars_plugin::testing::orders(&[("ann", "1997-01-01", 10.0), ("bob", "1997-01-05", 2.5)])?;
/// assert_eq!(orders.height(), 2);
/// # Ok::<(), regulars_plugin::Failure>(())
/// ```
pub fn orders(rows: &[(&str, &str, f64)]) -> Result<Table> {
    let dates: Vec<Option<Date>> = rows
        .iter()
        .map(|(_, date, _)| {
            date.parse().map(Some).map_err(|_| Failure::new(format!("`{date}` is no date such as \"1997-01-31\"")))
        })
        .collect::<Result<_>>()?;
    Table::new(vec![
        Column::texts("customer", rows.iter().map(|(customer, _, _)| Some(customer))),
        Column::dates("date", dates),
        Column::numbers("amount", rows.iter().map(|(_, _, amount)| Some(*amount))),
    ])
}

/// Runs a function as the host would: options are JSON text and are checked against the declaration.
pub fn run<F: Function>(options: &str, tables: Vec<Table>) -> Result<Output<Table, F::Figures>>
where
    F::Input: Input<Table = Table>,
{
    let options: Map<String, Value> =
        serde_json::from_str(options).map_err(|error| Failure::new(format!("the options are no JSON map: {error}")))?;
    let function: F = F::manual().configure(&options)?;
    let output = function.run(F::Input::from_tables(tables)?, &Context::quiet())?;
    agrees::<F>(&output)?;
    Ok(output)
}

/// Whether the answer's table has the columns that the manual declares, in that order; behind those of the input, where
/// they are kept.
fn agrees<F: Function>(output: &Output<Table, F::Figures>) -> Result<()> {
    let declared: Vec<String> = F::manual().columns.into_iter().map(|column| column.name).collect();
    let found: Vec<String> =
        output.table.iter().flat_map(Table::columns).map(|column| column.name().to_owned()).collect();
    if declared == found || (F::KEEPS_COLUMNS && found.ends_with(&declared)) {
        return Ok(());
    }
    Err(Failure::new(format!("the manual declares the columns {declared:?}, the answer has {found:?}")))
}
