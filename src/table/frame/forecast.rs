//! How large a result would be, told before it is made.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::{Frame, run};
use crate::table::bounds::{reads_only, rows_at_most};
use crate::table::thousands;

/// Rows up to which a result is made unasked.
pub(super) const MANY_ROWS: u64 = 100_000_000;
/// Rows that a frame can have at all.
const MOST_ROWS: u64 = IdxSize::MAX as u64;

impl Frame {
    /// How many rows it has at most, without running its plan: of files only the footers are looked at.
    pub(super) fn rows_at_most(&self, host: &dyn Host) -> Result<Option<u64>> {
        let footers = |scan: &DslPlan| {
            let footers = LazyFrame::from_logical_plan(scan.clone(), OptFlags::default()).select([len().alias("rows")]);
            let counted = run(footers, true, &[], host)?.integers("rows")?;
            Ok(counted.first().copied().flatten().and_then(|rows| u64::try_from(rows).ok()))
        };
        rows_at_most(&self.plan().logical_plan, &footers)
    }

    /// How many rows it has, where that is worth a look because there may be many: a frame in memory counts them, one that
    /// reads files tells its bound where it does no more than read, choose and change rows. All else would be run twice.
    pub(super) fn rows_if_easy(&self, host: &dyn Host) -> Result<Option<u64>> {
        match self.reads_files() {
            false => self.height(host).map(|rows| Some(rows as u64)),
            true if reads_only(&self.plan().logical_plan) => self.rows_at_most(host),
            true => Ok(None),
        }
    }

    /// What a row takes in memory, roughly: a text as much as one of sixteen letters.
    pub(super) fn bytes_a_row(&self) -> f64 {
        self.polars_schema().iter_values().map(bytes_of).sum()
    }

    /// What a row of some of the columns takes in memory.
    pub(super) fn bytes_a_row_of(&self, names: &[String]) -> f64 {
        names.iter().filter_map(|name| self.dtype(name)).map(|kind| bytes_of(&kind)).sum()
    }
}

fn bytes_of(kind: &DataType) -> f64 {
    match kind {
        DataType::Boolean => 0.125,
        DataType::Int8 | DataType::UInt8 => 1.0,
        DataType::Int16 | DataType::UInt16 => 2.0,
        DataType::Int32
        | DataType::UInt32
        | DataType::Float32
        | DataType::Date
        | DataType::Categorical(..)
        | DataType::Enum(..) => 4.0,
        DataType::String | DataType::Decimal(..) | DataType::List(_) | DataType::Struct(_) => 16.0,
        _ => 8.0,
    }
}

/// A number of rows in words.
pub(super) fn many(rows: u64) -> String {
    thousands(usize::try_from(rows).unwrap_or(usize::MAX))
}

/// The rows that a result may have, unless a call allows others.
pub(super) fn rows_allowed(told: Option<u64>) -> u64 {
    told.unwrap_or(MANY_ROWS).min(MOST_ROWS)
}

/// What was counted; nothing where that failed. The result will fail for the same reason, and tells which step is at fault.
pub(super) fn if_counted<T>(counted: Result<T>) -> Result<Option<T>> {
    match counted {
        Err(failure) if !failure.cancelled => Ok(None),
        counted => counted.map(Some),
    }
}

/// Why a result is not made unasked.
#[derive(Debug)]
pub struct NotUnasked {
    /// What would come of it, or what else went wrong.
    pub failure: Failure,
    /// Whether it can be made all the same, if that is meant.
    pub is_possible: bool,
}

impl From<Failure> for NotUnasked {
    fn from(failure: Failure) -> NotUnasked {
        NotUnasked { failure, is_possible: false }
    }
}

/// Whether a result is made unasked.
pub type Fits = std::result::Result<(), NotUnasked>;

/// How to go on all the same: the beginning of a call whose last option is the number of rows that is allowed.
pub(super) fn if_meant(failure: Failure, call: &str, rows: u64) -> NotUnasked {
    let is_possible = rows <= MOST_ROWS;
    let failure = match is_possible {
        true => failure.help(format!("if you mean it: `{call}allow: {rows}}})`")),
        false => failure.help(format!("no frame holds more than {} rows", many(MOST_ROWS))),
    };
    NotUnasked { failure, is_possible }
}

/// Bytes in the unit that suits them.
pub(super) fn memory(bytes: f64) -> String {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6)];
    let (unit, size) = units.into_iter().find(|(_, size)| bytes >= *size).unwrap_or(("kB", 1e3));
    format!("{:.0} {unit}", (bytes / size).max(1.0))
}
