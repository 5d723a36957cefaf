//! Long made wide.

use std::sync::Arc;

use polars::frame::PivotColumnNaming;
use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::forecast::{Fits, if_meant, many, memory};
use super::{Frame, by_name, run};
use crate::table::thousands;

/// What is told of a pivot.
#[derive(Debug, Clone, Default)]
pub struct Pivot {
    /// Columns whose values become names of columns.
    pub on: Vec<String>,
    /// Columns that stay; all others unless told.
    pub index: Vec<String>,
    /// Columns whose values fill the new columns; all others unless told.
    pub values: Vec<String>,
    /// How several values of one place are made one; none, and there may be one only.
    pub aggregate: Option<Aggregate>,
}

/// How several values are made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The first.
    First,
    /// The last.
    Last,
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// Their median.
    Median,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many there are.
    Len,
}

impl Aggregate {
    /// The ways by the word that scripts write.
    pub const WORDS: [(&'static str, Aggregate); 8] = [
        ("sum", Aggregate::Sum),
        ("mean", Aggregate::Mean),
        ("median", Aggregate::Median),
        ("min", Aggregate::Min),
        ("max", Aggregate::Max),
        ("first", Aggregate::First),
        ("last", Aggregate::Last),
        ("len", Aggregate::Len),
    ];

    fn of(self, values: Expr) -> Expr {
        match self {
            Aggregate::First => values.first(),
            Aggregate::Last => values.last(),
            Aggregate::Sum => values.sum(),
            Aggregate::Mean => values.mean(),
            Aggregate::Median => values.median(),
            Aggregate::Min => values.min(),
            Aggregate::Max => values.max(),
            Aggregate::Len => values.len(),
        }
    }
}

/// Columns that a pivot may make: more are a mistake far more often than a table that somebody reads.
const MOST_COLUMNS: usize = 5_000;
/// Values that a pivot makes unasked: two gigabytes of numbers.
const MANY_VALUES: u64 = 250_000_000;

/// A pivot whose columns are known. They are looked up before it is made, because the names of columns are known before a
/// plan runs.
pub struct Wide {
    frame: Frame,
    on: Vec<String>,
    index: Vec<String>,
    values: Vec<String>,
    one: Expr,
    /// The values of `on`, one row for each new column.
    titles: DataFrame,
}

impl Frame {
    /// The columns that a pivot would have: the values of some columns, in order of first appearance.
    pub fn widen(&self, told: &Pivot, host: &dyn Host) -> Result<Wide> {
        for name in told.on.iter().chain(&told.index).chain(&told.values) {
            self.need(name)?;
        }
        if let Some(twice) = told.index.iter().chain(&told.values).find(|name| told.on.contains(name)) {
            return Err(Failure::new(format!("`{twice}` cannot stand in `on` and elsewhere at once")).help(
                "`on` names the column whose values become columns, `index` what stays, `values` what fills them",
            ));
        }
        let rest = |given: &[String], others: &[String]| -> Vec<String> {
            if !given.is_empty() {
                return given.to_vec();
            }
            self.names().into_iter().filter(|name| !told.on.contains(name) && !others.contains(name)).collect()
        };
        if told.index.is_empty() && told.values.is_empty() {
            return Err(Failure::new("a pivot needs `index` or `values`").help(
                "write `frame.pivot(#{on: \"month\", index: \"customer\", values: \"amount\", aggregate: \"sum\"})`",
            ));
        }
        let (index, values) = (rest(&told.index, &told.values), rest(&told.values, &told.index));
        if values.is_empty() {
            return Err(Failure::new("no column is left to fill the new ones").help("name it: `values: \"amount\"`"));
        }
        let titles = self.plan().select([by_name(&told.on, true).as_expr()]);
        let titles = titles.unique_stable(None, UniqueKeepStrategy::First);
        let titles = run(titles, self.reads_files(), &self.names(), host)?.0;
        let wide = titles.height().saturating_mul(values.len());
        if wide > MOST_COLUMNS {
            return Err(Failure::new(format!("the pivot would have {} columns", thousands(wide)))
                .help(format!(
                    "up to {} are made: `on` is a column of few values, such as a month",
                    thousands(MOST_COLUMNS)
                ))
                .help("a value for each group is `frame.group_by(…).agg(…)`"));
        }
        let one = match told.aggregate {
            Some(aggregate) => aggregate.of(element()),
            None => element().item(true),
        };
        Ok(Wide { frame: self.clone(), on: told.on.clone(), index, values, one, titles })
    }
}

impl Wide {
    /// Refuses a pivot of more values than are made unasked, unless so many rows are allowed.
    pub fn fits(&self, allowed: Option<u64>, host: &dyn Host) -> Fits {
        let columns = self.titles.height().saturating_mul(self.values.len()) as u64;
        let is_large = |rows: u64| rows.saturating_mul(columns) > MANY_VALUES && allowed.is_none_or(|most| rows > most);
        let frame = &self.frame;
        if frame.rows_at_most(host)?.is_some_and(|rows| !is_large(rows)) {
            return Ok(());
        }
        let rows = frame.plan().select([by_name(&self.index, true).as_expr()]);
        let rows = rows.unique(None, UniqueKeepStrategy::Any).select([len().alias("rows")]);
        let rows = run(rows, frame.reads_files(), &frame.names(), host)?.integers("rows")?;
        let rows = rows.first().copied().flatten().and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default();
        if !is_large(rows) {
            return Ok(());
        }
        let a_place = frame.bytes_a_row_of(&self.values) / self.values.len() as f64;
        let bytes = rows as f64 * (columns as f64 * a_place + frame.bytes_a_row_of(&self.index));
        let (rows_told, columns, memory) = (many(rows), many(columns), memory(bytes));
        let failure = Failure::new(format!(
            "the pivot would have {rows_told} rows of {columns} new columns, about {memory} of memory"
        ))
        .help("`index` is what a row is for, `on` a column of few values, such as a month")
        .help("a value for each group is `frame.group_by(…).agg(…)`: it holds no places without a value");
        Err(if_meant(failure, "frame.pivot(#{…, ", rows))
    }

    /// The pivot.
    pub fn make(&self) -> Result<Frame> {
        let step = |plan: LazyFrame| {
            let titles = Arc::new(self.titles.clone());
            let (on, index, values) =
                (by_name(&self.on, true), by_name(&self.index, true), by_name(&self.values, true));
            plan.pivot(on, titles, index, values, self.one.clone(), true, "_".into(), PivotColumnNaming::Auto)
        };
        self.frame.allows(step)?;
        self.frame.extend(step)
    }
}
