//! Summary steps: the heavy relational part of the analytics, each with one declared answer.

use polars::prelude::*;
use regulars_plugin::{Context, Date, Result};

use super::Transactions;
use super::cell::day;
use super::standard::{plan_failure, usable_orders};
use super::tally::Tally;

/// One entry per customer, in the order of the customers' keys.
pub struct CustomerSummary {
    customers: Column,
    /// Day of the last order, in days since 1970-01-01.
    pub last: Vec<i32>,
    /// Number of orders: distinct values of `order` where there is such a column, rows otherwise.
    pub orders: Vec<i64>,
    /// Sum of the amounts.
    pub amount: Vec<f64>,
    /// Number of rows behind it.
    pub rows: usize,
    /// Number of rows with a negative amount: returns, cancellations, corrections.
    pub negative: usize,
}

impl CustomerSummary {
    /// The number of customers.
    pub fn len(&self) -> usize {
        self.last.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    pub(crate) fn customers(&self) -> Column {
        self.customers.clone()
    }

    /// The customers in another order.
    pub(crate) fn customers_in(&self, order: &[usize]) -> Result<Column> {
        let order: IdxCa = order.iter().map(|index| Some(*index as IdxSize)).collect();
        self.customers.take(&order).map_err(|error| super::failure(error, &[]))
    }

    /// The latest day on which anybody bought.
    pub fn latest(&self) -> Option<Date> {
        self.last.iter().copied().max().and_then(day)
    }
}

impl Transactions {
    /// Orders up to and including a day.
    fn up_to(&self, until: Option<Date>) -> LazyFrame {
        let plan = self.0.plan();
        match until {
            // A time of day on the last day itself still belongs to it.
            Some(until) => plan.filter(col("date").cast(DataType::Date).lt_eq(lit(until))),
            None => plan,
        }
    }

    /// The same for steps that look for rows that cannot be used themselves: so their filter can be left out of the plan.
    pub(super) fn with_unusable(&self, until: Option<Date>) -> LazyFrame {
        let unfiltered = self.0.about().left_out.iter().find_map(|left_out| left_out.before(&self.0));
        match unfiltered {
            Some(before) if until.is_none() => before.plan(),
            _ => self.up_to(until),
        }
    }

    /// How many orders lie after a day.
    pub(crate) fn rows_after(&self, until: Option<Date>, context: &Context<'_>) -> Result<usize> {
        let Some(until) = until else { return Ok(0) };
        let late = self.0.extend(|plan| plan.filter(col("date").cast(DataType::Date).gt(lit(until))))?;
        late.height(context.host())
    }

    /// Last order, number of orders and sum of amounts per customer, up to a day.
    pub fn customer_summary(&self, until: Option<Date>, context: &Context<'_>) -> Result<CustomerSummary> {
        let mut columns = vec!["customer", "date", "amount"];
        let order = self.0.dtype("order");
        columns.extend(order.as_ref().map(|_| "order"));
        let columns: Vec<Expr> = columns.into_iter().map(col).collect();
        let plan = self.with_unusable(until).select(columns);
        let kind = |name: &str| self.0.dtype(name).unwrap_or(DataType::Null);
        let mut tally = Tally::new(&kind("customer"), &kind("date"), order.as_ref());
        let broken = |error| plan_failure(error, &self.0);
        let mut count = |batch: &DataFrame| tally.add(usable_orders(batch)?.as_ref());
        self.0.batches(plan, context.host(), |batch| count(batch).map_err(broken))?;
        let (rows, negative) = (tally.rows, tally.negative);
        let found = tally.finish().map_err(broken)?;
        Ok(CustomerSummary {
            customers: found.customers,
            last: found.last,
            orders: found.orders,
            amount: found.amount,
            rows,
            negative,
        })
    }
}
