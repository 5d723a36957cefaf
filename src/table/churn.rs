//! The summary step behind churn models: what each customer had done by a day, and whether an order came after it.

use std::ops::Range;

use polars::prelude::*;
use regulars_plugin::{Context, Date, Failure, Result};

use super::cell::day;
use super::standard::plan_failure;
use super::{Transactions, run};

/// The day on which the knowledge of a churn model ends, and what is asked of the time after it.
#[derive(Debug, Clone, Copy)]
pub struct Cut<'a> {
    /// Last day of which anything is known.
    pub until: Date,
    /// Last day on which an order counts as coming back; none where that is not asked.
    pub end: Option<Date>,
    /// Lengths in days of the windows, each ending with `until`, in which orders are counted.
    pub windows: &'a [i32],
}

/// One entry per customer known by the cut, in the order of the keys. Everything but `came_back` is made of rows up to
/// the cut, and `came_back` of rows after it.
pub struct KnownByCut {
    customers: Column,
    starts: Vec<usize>,
    /// Day of each row, in days since 1970-01-01; a customer's rows are sorted by day, then by amount.
    pub days: Vec<i32>,
    /// Amount of each row.
    pub amounts: Vec<f64>,
    /// Distinct orders of each customer: in all, then in each of the windows.
    pub orders: Vec<Vec<i64>>,
    /// Distinct values of `product`, `category` and `channel`, where there is such a column.
    pub distinct: [Option<Vec<i64>>; 3],
    /// Whether there is a row after the cut and not after the end; none where that was not asked.
    pub came_back: Option<Vec<bool>>,
    /// Customers whose first row lies after the cut; they have no entry.
    pub newcomers: usize,
}

/// The columns whose distinct values are counted.
pub const COUNTED: [&str; 3] = ["product", "category", "channel"];

impl KnownByCut {
    /// The number of customers.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of a customer.
    pub fn rows(&self, customer: usize) -> Range<usize> {
        self.starts[customer]..self.starts[customer + 1]
    }

    pub(crate) fn customers(&self) -> Column {
        self.customers.clone()
    }
}

impl Transactions {
    /// The days of the first and of the last row; none without rows.
    pub fn first_and_last_day(&self, context: &Context<'_>) -> Result<Option<(Date, Date)>> {
        let date = || col("date").cast(DataType::Date);
        let plan = self.0.plan().select([date().min().alias("first"), date().max().alias("last")]);
        let data = run(plan, self.0.reads_files(), &self.0.names(), context.host())?;
        Ok(data.dates("first")?[0].zip(data.dates("last")?[0]))
    }

    /// Columns with dates, other than that of the order, that hold days after the cut in rows up to the cut: whoever
    /// wrote them knew the future. With the number of such rows.
    pub fn dates_after(&self, until: Date, context: &Context<'_>) -> Result<Vec<(String, usize)>> {
        let is_date = |kind: &DataType| matches!(kind, DataType::Date | DataType::Datetime(..));
        let schema = self.0.polars_schema();
        let columns: Vec<&str> = schema
            .iter()
            .filter(|(name, kind)| name.as_str() != "date" && is_date(kind))
            .map(|(name, _)| name.as_str())
            .collect();
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let late = |name: &&str| col(*name).cast(DataType::Date).gt(lit(until)).sum().cast(DataType::Int64);
        let known = self.0.plan().filter(col("date").cast(DataType::Date).lt_eq(lit(until)));
        let plan = known.select(columns.iter().map(late).collect::<Vec<_>>());
        let data = run(plan, self.0.reads_files(), &self.0.names(), context.host())?;
        let mut found = Vec::new();
        for name in columns {
            let rows = data.integers(name)?.first().copied().flatten().unwrap_or_default();
            if rows > 0 {
                found.push((name.to_owned(), rows as usize));
            }
        }
        Ok(found)
    }

    /// What each customer had done by the cut, and whether an order came after it.
    pub fn known_by(&self, cut: Cut<'_>, context: &Context<'_>) -> Result<KnownByCut> {
        let date = || col("date").cast(DataType::Date);
        let known = || date().lt_eq(lit(cut.until));
        let has = |name: &str| self.0.dtype(name).is_some();
        let order = has("order");
        let mut asked = vec![
            date().filter(known()).implode(true).alias("days"),
            col("amount").filter(known()).implode(true).alias("amounts"),
        ];
        let counted: Vec<&str> = COUNTED.into_iter().filter(|name| has(name)).collect();
        for (index, name) in counted.iter().enumerate() {
            let values = col(*name).filter(known()).drop_nulls().n_unique();
            asked.push(values.cast(DataType::Int64).alias(format!("distinct {index}")));
        }
        // The first window has no beginning.
        let windows: Vec<Option<i32>> = std::iter::once(None).chain(cut.windows.iter().copied().map(Some)).collect();
        if order {
            for (index, window) in windows.iter().enumerate() {
                let inside = match window {
                    Some(days) => known().and(date().gt(lit(cut.until) - days_long(*days))),
                    None => known(),
                };
                let orders = col("order").filter(inside).n_unique();
                asked.push(orders.cast(DataType::Int64).alias(format!("orders {index}")));
            }
        }
        if let Some(end) = cut.end {
            asked.push(date().gt(lit(cut.until)).and(date().lt_eq(lit(end))).any(true).alias("came_back"));
        }
        let plan = self.0.plan().group_by([col("customer")]).agg(asked);
        let plan = plan.sort(["customer"], SortMultipleOptions::default());
        // The streaming engine takes twice the time and memory to count different values.
        let streams = self.0.reads_files() && !order && counted.is_empty();
        let data = run(plan, streams, &self.0.names(), context.host())?;
        let broken = |error| plan_failure(error, &self.0);
        let everybody = data.height();
        let Lists { starts, days, amounts, known } = sorted_rows(&data, context)?.map_err(broken)?;
        let known: BooleanChunked = known.into_iter().map(Some).collect();
        let data = super::Data(data.0.filter(&known).map_err(broken)?);
        let whole = |name: String| -> Result<Vec<i64>> {
            Ok(data.integers(&name)?.into_iter().map(Option::unwrap_or_default).collect())
        };
        let orders = if order {
            (0..windows.len()).map(|index| whole(format!("orders {index}"))).collect::<Result<Vec<_>>>()?
        } else {
            let last = cut.until.to_epoch_days();
            windows.iter().map(|window| rows_within(&starts, &days, window.map(|days| last - days))).collect()
        };
        let mut distinct = [None, None, None];
        for (index, name) in counted.iter().enumerate() {
            if let Some(place) = COUNTED.iter().position(|known| known == name) {
                distinct[place] = Some(whole(format!("distinct {index}"))?);
            }
        }
        let came_back = match cut.end {
            Some(_) => {
                let flags = data.column("came_back")?.bool().map_err(broken)?;
                Some(flags.iter().map(|flag| flag.unwrap_or_default()).collect())
            }
            None => None,
        };
        let customers = data.column("customer")?.clone();
        let newcomers = everybody - customers.len();
        Ok(KnownByCut { customers, starts, days, amounts, orders, distinct, came_back, newcomers })
    }
}

fn days_long(days: i32) -> Expr {
    lit(i64::from(days) * 86_400_000).cast(DataType::Duration(TimeUnit::Milliseconds))
}

/// The lists of the customers one after the other.
struct Lists {
    starts: Vec<usize>,
    days: Vec<i32>,
    amounts: Vec<f64>,
    /// Of every customer, whether there is a row; those without have no entry.
    known: Vec<bool>,
}

/// The lists, each sorted, so that sums come out the same in whatever order the rows arrived.
fn sorted_rows(data: &super::Data, context: &Context<'_>) -> Result<PolarsResult<Lists>> {
    let (dates, amounts) = (data.column("days")?, data.column("amounts")?);
    let opened = || -> PolarsResult<(Vec<i64>, Int32Chunked, Float64Chunked)> {
        let (dates, amounts) = (dates.list()?.rechunk(), amounts.list()?.rechunk());
        let days = dates.get_inner().cast(&DataType::Int32)?;
        let inner = amounts.get_inner().cast(&DataType::Float64)?;
        Ok((dates.offsets()?.to_vec(), days.i32()?.rechunk().into_owned(), inner.f64()?.rechunk().into_owned()))
    };
    let (offsets, days, amounts) = match opened() {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error)),
    };
    let (Ok(days), Ok(amounts)) = (days.cont_slice(), amounts.cont_slice()) else {
        return Err(Failure::new("orders without a date or an amount came through the declaration"));
    };
    let mut lists = Lists { starts: vec![0], days: Vec::new(), amounts: Vec::new(), known: Vec::new() };
    let mut rows: Vec<(i32, f64)> = Vec::new();
    for (customer, range) in offsets.windows(2).enumerate() {
        if customer % 4096 == 0 {
            context.check()?;
        }
        let (from, to) = (range[0] as usize, range[1] as usize);
        lists.known.push(to > from);
        if to == from {
            continue;
        }
        rows.clear();
        rows.extend(days[from..to].iter().copied().zip(amounts[from..to].iter().copied()));
        rows.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
        lists.days.extend(rows.iter().map(|row| row.0));
        lists.amounts.extend(rows.iter().map(|row| row.1));
        lists.starts.push(lists.days.len());
    }
    Ok(Ok(lists))
}

/// Rows of each customer after a day; of all days where there is none.
fn rows_within(starts: &[usize], days: &[i32], after: Option<i32>) -> Vec<i64> {
    let rows = |range: &[usize]| {
        let days = &days[range[0]..range[1]];
        (days.len() - after.map_or(0, |after| days.partition_point(|day| *day <= after))) as i64
    };
    starts.windows(2).map(rows).collect()
}

/// The day so many days before another.
pub(crate) fn days_before(until: Date, days: i32) -> Option<Date> {
    day(until.to_epoch_days().checked_sub(days)?)
}
