//! Rows and columns chosen, ordered and renamed.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::forecast::{Fits, if_meant, many, memory, rows_allowed};
use super::{Frame, by_name, exprs};
use crate::table::{Expression, type_word};

/// One key of a sort.
#[derive(Debug, Clone)]
pub struct SortBy {
    /// What is compared.
    pub key: Expression,
    /// Greatest first.
    pub descending: bool,
    /// Missing values at the end.
    pub nulls_last: bool,
}

impl Frame {
    /// Rows for which a condition holds.
    pub fn filter(&self, condition: &Expression) -> Result<Frame> {
        let answer = self.rowless().select([condition.0.clone().alias("condition")]).collect_schema();
        match answer.ok().and_then(|schema| schema.get("condition").cloned()) {
            Some(DataType::Boolean) | None => {}
            Some(other) => {
                return Err(Failure::new(format!("the condition answers {}, but a flag is wanted", type_word(&other)))
                    .help("compare something: `col(\"amount\") > 10`"));
            }
        }
        self.allows(|plan| plan.filter(condition.0.clone()))?;
        self.extend(|plan| plan.filter(condition.0.clone()))
    }

    /// These columns and no others.
    pub fn select(&self, columns: &[Expression]) -> Result<Frame> {
        self.allows(|plan| plan.select(exprs(columns)))?;
        self.extend(|plan| plan.select(exprs(columns)))
    }

    /// Further columns, or columns of the same name replaced.
    pub fn with_columns(&self, columns: &[Expression]) -> Result<Frame> {
        self.allows(|plan| plan.with_columns(exprs(columns)))?;
        self.extend(|plan| plan.with_columns(exprs(columns)))
    }

    /// Sorted; rows that compare equal keep their order.
    pub fn sort(&self, by: &[SortBy]) -> Result<Frame> {
        let keys: Vec<Expr> = by.iter().map(|one| one.key.0.clone()).collect();
        let options = SortMultipleOptions::default()
            .with_order_descending_multi(by.iter().map(|one| one.descending))
            .with_nulls_last_multi(by.iter().map(|one| one.nulls_last))
            .with_maintain_order(true);
        self.allows(|plan| plan.sort_by_exprs(keys.clone(), options.clone()))?;
        self.extend(|plan| plan.sort_by_exprs(&keys, options.clone()))
    }

    /// The first rows.
    pub fn head(&self, rows: u32) -> Result<Frame> {
        self.extend(|plan| plan.limit(rows))
    }

    /// The last rows.
    pub fn tail(&self, rows: u32) -> Result<Frame> {
        self.extend(|plan| plan.tail(rows))
    }

    /// Each different row once, or one row for each different value of the named columns; the first is kept.
    pub fn unique(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        let subset = (!columns.is_empty()).then(|| by_name(columns, true));
        self.extend(|plan| plan.unique_stable(subset.clone(), UniqueKeepStrategy::First))
    }

    /// Columns under other names.
    pub fn rename(&self, names: &[(String, String)]) -> Result<Frame> {
        for (old, _) in names {
            self.need(old)?;
        }
        for (old, new) in names {
            let is_kept = !names.iter().any(|(renamed, _)| renamed == new);
            if old != new && is_kept && self.inner.schema.contains(new) {
                return Err(Failure::new(format!(
                    "`{old}` cannot be called `{new}`: there is a column `{new}` already"
                ))
                .help(format!("choose another name, or leave that column out first: `.drop(\"{new}\")`")));
            }
        }
        let side = |pick: fn(&(String, String)) -> &String| names.iter().map(pick).collect::<Vec<_>>();
        let (old, new) = (side(|(old, _)| old), side(|(_, new)| new));
        self.extend(|plan| plan.rename(&old, &new, true))
    }

    /// Without these columns.
    pub fn drop_columns(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        self.extend(|plan| plan.drop(by_name(columns, true)))
    }

    /// The `rows` rows with the greatest keys, greatest first, or with the least, least first. Of equal ones the earlier
    /// row comes first; missing values are neither.
    pub fn top_k(&self, rows: u32, by: &[Expression], least: bool) -> Result<Frame> {
        let keys = exprs(by);
        let options = SortMultipleOptions::default()
            .with_order_descending(!least)
            .with_nulls_last(true)
            .with_maintain_order(true);
        self.allows(|plan| plan.sort_by_exprs(&keys, options.clone()))?;
        self.extend(|plan| plan.sort_by_exprs(&keys, options.clone()).limit(rows))
    }

    /// Rows from a place on; a negative place is counted from the end. All that follow unless a number is told.
    pub fn slice(&self, offset: i64, rows: Option<u32>) -> Result<Frame> {
        self.extend(|plan| plan.slice(offset, rows.unwrap_or(IdxSize::MAX)))
    }

    /// The last row first.
    pub fn reverse(&self) -> Result<Frame> {
        self.extend_rows("the last one first", LazyFrame::reverse)
    }

    /// Every so-many-th row, from a place on.
    pub fn gather_every(&self, every: usize, offset: usize) -> Result<Frame> {
        if every == 0 {
            return Err(Failure::new("every 0th row is no row").help("`frame.gather_every(10)` takes every tenth one"));
        }
        self.extend_rows("every so-many-th", |plan| plan.select([all().as_expr().gather_every(every, offset)]))
    }

    /// The columns without a row.
    pub fn clear(&self) -> Result<Frame> {
        Ok(Frame::from_data(DataFrame::empty_with_schema(&self.inner.schema)).with_rows_of(self, "none"))
    }

    /// The rows that have a value in each of these columns; in all of them unless told.
    pub fn drop_nulls(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        let subset = (!columns.is_empty()).then(|| by_name(columns, true));
        self.extend_as("those with a value in each of these columns", |plan| plan.drop_nulls(subset.clone()))
    }

    /// Rows drawn at random: the same ones for the same seed.
    pub fn sample(&self, told: &Sample) -> Result<Frame> {
        let seed = Some(told.seed);
        let drawn = |values: Expr| match told.size {
            SampleSize::Rows(rows) => values.sample_n(lit(rows), told.replace, Some(told.shuffle), seed),
            SampleSize::Share(share) => values.sample_frac(lit(share), told.replace, Some(told.shuffle), seed),
        };
        self.extend_rows("drawn at random", |plan| plan.select([drawn(all().as_expr())]))
    }

    /// Refuses to draw more rows than are made unasked, unless so many are allowed: rows that may be drawn again do not end.
    pub fn sample_fits(&self, told: &Sample, allowed: Option<u64>, host: &dyn Host) -> Fits {
        let most = rows_allowed(allowed);
        let rows = match told.size {
            _ if !told.replace => return Ok(()),
            SampleSize::Rows(rows) => u64::from(rows),
            SampleSize::Share(share) => {
                let drawn = |rows: u64| (rows as f64 * share) as u64;
                match self.rows_at_most(host)?.is_some_and(|rows| drawn(rows) <= most) {
                    true => return Ok(()),
                    false => drawn(self.height(host)? as u64),
                }
            }
        };
        if rows <= most {
            return Ok(());
        }
        let memory = memory(self.bytes_a_row() * rows as f64);
        let failure = Failure::new(format!("{} rows would be drawn, about {memory} of memory", many(rows)));
        Err(if_meant(failure, "frame.sample(#{…, ", rows))
    }
}

/// Rows to be drawn at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// How many.
    pub size: SampleSize,
    /// Whether a row may be drawn again.
    pub replace: bool,
    /// Whether they come in random order.
    pub shuffle: bool,
    /// The same seed draws the same rows.
    pub seed: u64,
}

/// How many rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SampleSize {
    /// So many.
    Rows(u32),
    /// This share of all of them, from 0 to 1; more where rows may be drawn again.
    Share(f64),
}

/// A length of time such as `7d`; a failure where the text is none.
pub(super) fn length_of_time(text: &str) -> Result<()> {
    match polars::time::Duration::try_parse(text) {
        Ok(length) if !length.parsed_int && !text.trim().is_empty() => Ok(()),
        _ => Err(Failure::new(format!("\"{text}\" is no length of time"))
            .help("write a number and a unit: \"7d\", \"2w\", \"1mo\", \"6h\", \"30m\"")),
    }
}
