//! What was written beside each customer's first purchase: properties of customers in a table of orders.

use polars::prelude::*;
use regulars_plugin::{Context, Date, Failure, Result};

use super::{Data, Transactions, run};

/// One row per customer, in the order of the keys that were asked for.
pub struct FirstValues {
    /// The columns, as they were at the first purchase.
    pub values: Data,
    /// For each column, how many customers have several values in it.
    pub changing: Vec<usize>,
}

impl Transactions {
    /// The values of columns in each customer's first row: the earliest day, and there the first in the order of the rows.
    /// `customers` are the keys wanted, all of them with a row up to `until`.
    pub(crate) fn first_values(
        &self,
        columns: &[&str],
        customers: Column,
        until: Date,
        context: &Context<'_>,
    ) -> Result<FirstValues> {
        for (place, name) in columns.iter().enumerate() {
            self.0.need(name)?;
            if ["customer", "date"].contains(name) {
                return Err(Failure::new(format!("`{name}` is no property of a customer"))
                    .help("name columns that say who the customers are, such as a channel or an age"));
            }
            if columns[..place].contains(name) {
                return Err(Failure::new(format!("`{name}` is named twice")).help("name each column once"));
            }
        }
        let day = || col("date").cast(DataType::Date);
        let earliest = SortMultipleOptions::default().with_maintain_order(true);
        let mut asked = Vec::new();
        for (place, name) in columns.iter().enumerate() {
            asked.push(col(*name).sort_by([day()], earliest.clone()).first().alias(*name));
            asked.push(col(*name).drop_nulls().n_unique().gt(lit(1)).alias(format!("changing {place}")));
        }
        let known = self.0.plan().filter(day().lt_eq(lit(until)));
        let values = known.group_by([col("customer")]).agg(asked);
        let keys = customers.with_name("customer".into());
        let height = keys.len();
        let keys = DataFrame::new(height, vec![keys]).map_err(|error| super::failure(error, &[]))?;
        let beside = JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) };
        let plan = keys.lazy().join(values, [col("customer")], [col("customer")], beside);
        // In memory, because the streaming engine does not promise the order of the rows.
        let found = run(plan, false, &self.0.names(), context.host())?;
        let mut changing = Vec::new();
        for place in 0..columns.len() {
            let flags = found.numbers(&format!("changing {place}"))?;
            changing.push(flags.into_iter().filter(|flag| *flag == Some(1.0)).count());
        }
        Ok(FirstValues { values: found, changing })
    }
}
