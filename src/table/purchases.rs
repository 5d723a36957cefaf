//! The summary step behind the models of buying: when each customer bought first, last and how often.

use polars::prelude::*;
use regulars_plugin::{Context, Date, Failure, Result};

use super::cell::day;
use super::purchase_tally::{Arrival, PurchaseTally, PurchasesTallied};
use super::standard::{plan_failure, usable_orders};
use super::{Calendar, Frame, Transactions};

/// What is done with the rows after the end of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldOut {
    /// They are left out.
    None,
    /// They are counted apart, up to and including a day; left out: to the latest in the data.
    Until(Option<Date>),
}

/// One entry per customer who bought in the window, in the order of the customers' keys. Several rows in one period are
/// one purchase.
pub struct Purchases {
    customers: Column,
    /// The periods that were counted.
    pub calendar: Calendar,
    /// Last day of the window, in days since 1970-01-01: the one that was asked for, or the latest in the data.
    pub until: i32,
    /// Day of the latest row, in days since 1970-01-01; it may lie before the end of the window, or after it.
    pub latest: i32,
    /// Period of the first purchase, as [`Calendar::number`] counts them; days since 1970-01-01 where periods are days.
    pub first: Vec<i32>,
    /// Period of the last purchase.
    pub last: Vec<i32>,
    /// Number of distinct periods with a purchase, the first included.
    pub periods: Vec<u32>,
    /// Sum of the amounts of the first period.
    pub first_spend: Vec<f64>,
    /// Sum of the amounts of the later ones.
    pub repeat_spend: Vec<f64>,
    /// What the same customers bought after the window, where that was asked for.
    pub held_out: Option<HeldOut>,
    /// Number of rows in the window.
    pub rows: usize,
    /// Number of all rows that could be used, whatever their day.
    pub usable: usize,
    /// Number of rows in the window with a negative amount: returns, cancellations, corrections.
    pub negative: usize,
    /// Number of rows after the last day that counts.
    pub late: usize,
}

/// What customers bought after the window; entries as those of [`Purchases`].
pub struct HeldOut {
    /// Last day that counts, in days since 1970-01-01.
    pub end: i32,
    /// Number of distinct periods with a purchase.
    pub periods: Vec<u32>,
    /// Sum of the amounts.
    pub spend: Vec<f64>,
    /// Number of customers who bought after the window only; they have no entry.
    pub newcomers: usize,
}

impl Purchases {
    /// The number of customers.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Number of purchase periods after the first.
    pub fn repeats(&self, customer: usize) -> u32 {
        self.periods[customer] - 1
    }

    /// Mean spend of a customer's periods after the first; none where there is none.
    pub fn mean_repeat_spend(&self, customer: usize) -> Option<f64> {
        let repeats = self.repeats(customer);
        (repeats > 0).then(|| self.repeat_spend[customer] / f64::from(repeats))
    }

    /// The customers.
    pub(crate) fn customers(&self) -> Column {
        self.customers.clone()
    }

    /// The last day of the window.
    pub fn until(&self) -> Date {
        day(self.until).unwrap_or_default()
    }
}

/// Rows between two looks at whether the work should stop.
const AT_ONCE: usize = 1_000_000;

impl Transactions {
    /// When each customer bought first, last and how often, up to a day: the basis of the models of buying.
    pub fn purchases(
        &self,
        calendar: Calendar,
        until: Option<Date>,
        hold_out: HoldOut,
        context: &Context<'_>,
    ) -> Result<Purchases> {
        let days = |date: Date| date.to_epoch_days();
        let holdout = match (until, hold_out) {
            (None, HoldOut::Until(_)) => {
                return Err(Failure::new("purchases after the window need the last day of the window")
                    .help("give it as `until`, such as `until: \"1997-09-30\"`"));
            }
            (Some(until), HoldOut::Until(Some(end))) if end <= until => {
                return Err(Failure::new(format!(
                    "the window ends on {until}, and the purchases after it end on {end}"
                ))
                .help("the second day must be the later one"));
            }
            (_, HoldOut::Until(end)) => Some(end.map_or(i32::MAX, days)),
            (_, HoldOut::None) => None,
        };
        // The tally looks for rows that cannot be used itself, so their filter can be left out of the plan.
        let unfiltered = self.0.about().left_out.iter().find_map(|left_out| left_out.before(&self.0));
        let source: &Frame = unfiltered.unwrap_or(&self.0);
        let plan = source.plan().select([col("customer"), col("date"), col("amount")]);
        let kind = |name: &str| self.0.dtype(name).unwrap_or(DataType::Null);
        let (customer, date) = (kind("customer"), kind("date"));
        let broken = |error| plan_failure(error, &self.0);
        let count = |arrival| -> Result<PurchaseTally> {
            let mut tally = PurchaseTally::new(&customer, &date, calendar, until.map(days), holdout, arrival);
            let counted = self.0.batches(plan.clone(), context.host(), |batch| {
                for start in (0..batch.height()).step_by(AT_ONCE) {
                    context.check()?;
                    let part = batch.slice(start as i64, AT_ONCE);
                    usable_orders(&part).and_then(|rows| tally.add(rows.as_ref())).map_err(broken)?;
                    if tally.disordered() {
                        return Err(Failure::new("rows are not in the order of their dates"));
                    }
                }
                Ok(())
            });
            // Broken off on purpose, to begin again.
            if tally.disordered() { Ok(tally) } else { counted.map(|()| tally) }
        };
        let mut tally = count(Arrival::Ordered)?;
        if tally.disordered() {
            tally = count(Arrival::Any)?;
        }
        let (rows, usable, negative, late) = (tally.rows, tally.usable, tally.negative, tally.late);
        let latest = tally.latest.unwrap_or_default();
        let PurchasesTallied {
            customers,
            first,
            last,
            periods,
            first_spend,
            repeat_spend,
            held_periods,
            held_spend,
            newcomers,
        } = tally.finish().map_err(broken)?;
        let held_out = holdout.map(|end| HeldOut {
            end: if end == i32::MAX { latest } else { end },
            periods: held_periods,
            spend: held_spend,
            newcomers,
        });
        let until = until.map_or(latest, days);
        Ok(Purchases {
            customers,
            calendar,
            until,
            latest,
            first,
            last,
            periods,
            first_spend,
            repeat_spend,
            held_out,
            rows,
            usable,
            negative,
            late,
        })
    }

    /// The latest day of any row.
    pub(crate) fn latest_day(&self, context: &Context<'_>) -> Result<Option<Date>> {
        let latest = self.0.extend(|plan| plan.select([col("date").cast(DataType::Date).max()]))?;
        Ok(latest.data(context.host())?.dates("date")?.first().copied().flatten())
    }

    /// The same orders with another column of numbers as their amount, missing values as nothing, and in how many rows up to
    /// a day there is none.
    pub(crate) fn with_amount_of(
        &self,
        column: &str,
        until: Option<Date>,
        context: &Context<'_>,
    ) -> Result<(Transactions, usize)> {
        let number = col(column).cast(DataType::Float64);
        let known = number.clone().is_not_null().and(number.clone().is_finite());
        let mut lacking = known.clone().fill_null(false).not();
        if let Some(until) = until {
            lacking = lacking.and(col("date").cast(DataType::Date).lt_eq(lit(until)));
        }
        let counted =
            self.0.extend(|plan| plan.select([lacking.clone().sum().alias("lacking")]))?.data(context.host())?;
        let lacking = counted.numbers("lacking")?.first().copied().flatten().unwrap_or_default() as usize;
        let amount = when(known).then(number).otherwise(lit(0.0)).alias("amount");
        Ok((Transactions(self.0.extend(|plan| plan.with_columns([amount.clone()]))?), lacking))
    }
}
