//! Checks of rows, in one pass over a frame: how many rows each looked at, and which of them failed.

mod known;
mod readings;
mod repeats;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

pub(crate) use known::Known;
use readings::Readings;
pub(crate) use readings::Told;
use repeats::{Compared, Hashes};

use super::frame::by_names;
use super::row_set::RowSet;
use super::tally::{days, ticks_a_day};
use super::{Cell, Frame, failure};
use crate::stats::sketch::{hash_of, mixed};
use crate::stats::text::{Kind, WrittenNumber, look, plain, read_date, read_number};

/// What a check asks.
pub(crate) enum Test {
    /// A value is there: neither missing nor empty text.
    Present,
    /// The text of a value.
    Text(Box<dyn Fn(&str) -> bool + Send + Sync>),
    /// Whether text writes a value of a type; empty text and white space are left aside.
    Writes(Written),
    /// Its number; text must write one to be asked.
    Number(Box<dyn Fn(f64) -> bool + Send + Sync>),
    /// Its day, since 1970-01-01; text must write one to be asked.
    Day(Box<dyn Fn(i32) -> bool + Send + Sync>),
    /// A regular expression that is found in its text.
    Pattern(String),
    /// No row has the same values in these columns.
    Unique,
    /// The value is one of these.
    Known(Known),
    /// A condition in SQL.
    Condition(String),
}

/// What a text is asked to hold, as `profile` counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// A whole number.
    Whole,
    /// A number, perhaps with a currency or a unit.
    Number,
    /// A day, which way round day and month may be read.
    Day,
    /// Yes or no.
    Flag,
}

/// A check: which columns it looks at, and what it asks of them.
pub(crate) struct Check {
    /// One column for most tests, several for unique rows, none for a condition.
    pub(crate) columns: Vec<String>,
    pub(crate) test: Test,
    /// How values are read that may be read in two ways.
    pub(crate) told: Told,
}

/// What came of a check.
pub(crate) struct Outcome {
    /// Rows that it looked at.
    pub(crate) looked: u64,
    /// Rows that failed.
    pub(crate) failing: RowSet,
    /// A value that failed.
    pub(crate) example: Option<String>,
    /// Rows that were left aside, because day and month cannot be told apart.
    pub(crate) unread: u64,
    /// What decided how values are read that may be read in two ways.
    pub(crate) evidence: Vec<String>,
}

/// Rows that are looked at between two looks at whether the work should stop.
const AT_ONCE: usize = 1 << 16;

/// A check at work.
struct Work {
    check: Check,
    outcome: Outcome,
    /// The hashes of the rows so far, for unique rows.
    hashes: Hashes,
    /// Columns of the plan that it reads.
    read: Vec<String>,
    readings: Readings,
    latest_year: i32,
}

impl Frame {
    /// Carries out checks, each by one thread in the order of the rows. The answer has an outcome for each check, in
    /// their order, and the number of rows. Years of two digits are the latest up to that of `today`.
    pub(crate) fn checked(&self, checks: Vec<Check>, today: NaiveDate, host: &dyn Host) -> Result<(Vec<Outcome>, u64)> {
        let mut frame = self.clone();
        let mut work: Vec<Work> = Vec::new();
        let mut wanted: Vec<String> = Vec::new();
        for (place, check) in checks.into_iter().enumerate() {
            let read = match &check.test {
                Test::Condition(condition) => {
                    let answer = format!("{ANSWER}{place}");
                    frame = frame.with_condition(condition, &answer)?;
                    vec![answer]
                }
                _ => check.columns.clone(),
            };
            if let Test::Pattern(pattern) = &check.test {
                let tried = Column::new("".into(), [""]).str().and_then(|text| text.contains(pattern, true));
                tried.map_err(|error| failure(error, &[]).within(format!("columns.{}", check.columns.join(", "))))?;
            }
            wanted.extend(read.iter().filter(|name| !wanted.contains(name)).cloned().collect::<Vec<_>>());
            let failing = RowSet::default();
            let outcome = Outcome { looked: 0, failing, example: None, unread: 0, evidence: Vec::new() };
            let (readings, latest_year) = (Readings::new(check.told), today.year());
            work.push(Work { check, outcome, hashes: Hashes::default(), read, readings, latest_year });
        }
        let mut rows = 0_u64;
        let plan = frame.plan().select([by_names(&wanted)]);
        if wanted.is_empty() {
            rows = self.height(host)? as u64;
        } else {
            frame.batches(plan, host, |batch| {
                for from in (0..batch.height()).step_by(AT_ONCE) {
                    if host.is_cancelled() {
                        return Err(Failure::interrupted());
                    }
                    let slice = batch.slice(from as i64, AT_ONCE);
                    look_at(&mut work, &slice, rows).map_err(|error| failure(error, &self.names()))?;
                    rows += slice.height() as u64;
                    host.progress(rows, 0, "checking");
                }
                Ok(())
            })?;
        }
        for work in &mut work {
            self.repeated(work, host)?;
            work.settle();
        }
        Ok((work.into_iter().map(|work| work.outcome).collect(), rows))
    }

    /// All rows whose values come more than once. With several columns a missing value fails as well: such a row is not named.
    /// Only where hashes come twice is anything read once more.
    fn repeated(&self, work: &mut Work, host: &dyn Host) -> Result<()> {
        if !matches!(work.check.test, Test::Unique) {
            return Ok(());
        }
        let Work { hashes, outcome, read, .. } = work;
        let unnamed = || hashes.0.iter().enumerate().filter(|(_, hash)| **hash == 0).map(|(row, _)| row as u64);
        outcome.looked = hashes.0.len() as u64;
        match read.len() {
            1 => outcome.looked -= unnamed().count() as u64,
            _ => unnamed().for_each(|row| outcome.failing.add(row)),
        }
        for some in hashes.repeated().chunks(repeats::AT_ONCE) {
            let mut compared = Compared::new(some);
            self.batches(self.plan().select([by_names(read)]), host, |batch| {
                if host.is_cancelled() {
                    return Err(Failure::interrupted());
                }
                let compare = compared.add(batch, read, hashes, &mut outcome.failing);
                compare.map_err(|error| failure(error, &self.names()))
            })?;
        }
        Ok(())
    }

    /// The rows of a set, in their order, no more than so many.
    pub(crate) fn rows_in(&self, set: &RowSet, most: usize, host: &dyn Host) -> Result<Frame> {
        if !self.reads_files() {
            let rows: IdxCa = set.rows().take(most).map(|row| Some(row as IdxSize)).collect();
            let data = self.data(host)?.0.take(&rows).map_err(|error| failure(error, &[]))?;
            return Ok(Frame::from_data(data).with_rows_of(self, "those that were found"));
        }
        let last = set.rows().take(most).last().map_or(0, |row| row + 1);
        let first: RowSet = {
            let mut first = RowSet::default();
            set.rows().take(most).for_each(|row| first.add(row));
            first
        };
        // Rows after the last one that is wanted are not read.
        let kept = self.extend(|plan| plan.slice(0, last as IdxSize))?.where_rows(first, true)?;
        Ok(Frame::from_data(kept.data(host)?.0).with_rows_of(self, "those that were found"))
    }

    /// The rows that are not in a set. Files are read again when it is used.
    pub(crate) fn rows_outside(&self, set: &RowSet) -> Result<Frame> {
        self.where_rows(set.clone(), false)
    }

    fn where_rows(&self, set: RowSet, inside: bool) -> Result<Frame> {
        let set = Arc::new(set);
        let keep = col(INDEX).map(
            move |numbers: Column| {
                let numbers = numbers.cast(&DataType::UInt64)?;
                let keep: BooleanChunked =
                    numbers.u64()?.iter().map(|row| Some(row.is_some_and(|row| set.has(row) == inside))).collect();
                Ok(keep.with_name(INDEX.into()).into_column())
            },
            |_, field| Ok(Field::new(field.name().clone(), DataType::Boolean)),
        );
        let names = self.names();
        let told = if inside { "those that were found" } else { "those that were not found" };
        self.extend_rows(told, |plan| plan.with_row_index(INDEX, None).filter(keep.clone()).select([by_names(&names)]))
    }
}

/// Stands for the number of a row, and for the answer of a condition.
const INDEX: &str = "\u{1}row";
const ANSWER: &str = "\u{1}condition ";

/// Looks at a batch, check by check side by side.
fn look_at(work: &mut [Work], batch: &DataFrame, first: u64) -> PolarsResult<()> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(work.len());
    let queue = Mutex::new(work.iter_mut());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let one = || -> PolarsResult<()> {
        while let Some(work) = next() {
            work.look(batch, first)?;
        }
        Ok(())
    };
    if threads <= 1 || batch.height() < 1000 {
        return one();
    }
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let broken = || Err(PolarsError::ComputeError("a thread broke off".into()));
        started.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| broken()))
    })
}

impl Work {
    fn look(&mut self, batch: &DataFrame, first: u64) -> PolarsResult<()> {
        if let Test::Unique = self.check.test {
            return self.hashes.add(batch, &self.read);
        }
        let column = batch.column(&self.read[0])?;
        let (outcome, test) = (&mut self.outcome, &self.check.test);
        let (readings, latest_year) = (&mut self.readings, self.latest_year);
        let mut hear = |row: usize, holds: Option<bool>| {
            outcome.looked += u64::from(holds.is_some());
            if holds == Some(false) {
                outcome.failing.add(first + row as u64);
                if outcome.example.is_none() && !matches!(test, Test::Condition(_)) {
                    let value = column.get(row).ok().map(|value| Cell::of(value).plain());
                    outcome.example = value.filter(|value| !value.trim().is_empty());
                }
            }
        };
        match test {
            Test::Present => match column.str() {
                Ok(texts) => texts.iter().enumerate().for_each(|(row, text)| {
                    hear(row, Some(text.is_some_and(|text| !text.trim().is_empty())));
                }),
                Err(_) => column.is_not_null().iter().enumerate().for_each(|(row, is_there)| hear(row, is_there)),
            },
            Test::Text(holds) => {
                texts(column)?.str()?.iter().enumerate().for_each(|(row, text)| hear(row, text.map(holds)));
            }
            Test::Writes(wanted) => {
                for (row, text) in texts(column)?.str()?.iter().enumerate() {
                    let Some(text) = text else { continue };
                    let found = look(text, latest_year);
                    let holds = match (found.kind, wanted) {
                        (Kind::Missing("" | " "), _)
                        | (Kind::Date(_), Written::Day)
                        | (Kind::Flag, Written::Flag)
                        | (Kind::Whole(_) | Kind::Decimal(_), Written::Number) => Some(true),
                        (Kind::Whole(_) | Kind::Decimal(_), Written::Whole) => found.number.and_then(|number| {
                            readings.number(&number, first + row as u64, text, WrittenNumber::is_whole)
                        }),
                        _ => Some(false),
                    };
                    hear(row, holds);
                }
            }
            Test::Pattern(pattern) => {
                texts(column)?
                    .str()?
                    .contains(pattern, true)?
                    .iter()
                    .enumerate()
                    .for_each(|(row, found)| hear(row, found));
            }
            Test::Known(known) => {
                let texts = texts(column)?;
                texts.str()?.iter().enumerate().for_each(|(row, text)| hear(row, text.map(|text| known.has(text))));
            }
            Test::Number(holds) => match column.str() {
                Ok(texts) => texts.iter().enumerate().for_each(|(row, text)| {
                    let found = text.map(plain);
                    let number = found.as_ref().and_then(|text| read_number(text));
                    let at = first + row as u64;
                    hear(
                        row,
                        number.and_then(|number| {
                            readings.number(&number, at, text.unwrap_or_default(), |number, comma| {
                                holds(number.value(comma))
                            })
                        }),
                    );
                }),
                Err(_) => {
                    let numbers = column.cast(&DataType::Float64)?;
                    numbers.f64()?.iter().enumerate().for_each(|(row, number)| hear(row, number.map(holds)));
                }
            },
            Test::Day(holds) => match column.str() {
                Ok(texts) => texts.iter().enumerate().for_each(|(row, text)| {
                    let date = text.and_then(|text| read_date(&plain(text), latest_year));
                    let at = first + row as u64;
                    hear(row, date.and_then(|date| readings.day(&date, at, text.unwrap_or_default(), holds)));
                }),
                Err(_) => {
                    let there = column.is_not_null();
                    let days = days(&column.fill_null(FillNullStrategy::Zero)?, ticks_a_day(column.dtype()))?;
                    for (row, (day, is_there)) in days.into_iter().zip(there.iter()).enumerate() {
                        hear(row, (is_there == Some(true)).then(|| holds(day)));
                    }
                }
            },
            // A condition that asks for a missing value cannot be answered, and is not looked at.
            Test::Condition(_) => column.bool()?.iter().enumerate().for_each(|(row, holds)| hear(row, holds)),
            Test::Unique => {}
        }
        Ok(())
    }

    /// Rows whose reading the column decides.
    fn settle(&mut self) {
        let settled = self.readings.settle();
        self.outcome.looked += settled.looked;
        settled.failing.iter().for_each(|rows| self.outcome.failing.add_all(rows));
        self.outcome.example = self.outcome.example.take().or(settled.example);
        self.outcome.unread = settled.unread;
        self.outcome.evidence = settled.evidence;
    }
}

/// The hash of a row with one more value; 0 where one is missing.
fn mix(so_far: u64, text: Option<&str>) -> u64 {
    match (text, so_far) {
        (None, _) | (_, 0) => 0,
        // The lowest bit keeps it apart from the mark of a missing value.
        (Some(text), so_far) => mixed(so_far ^ hash_of(text.as_bytes())) | 1,
    }
}

/// The values as they are written.
fn texts(column: &Column) -> PolarsResult<Column> {
    column.cast(&DataType::String)
}

/// Whether texts and whole numbers of two columns can be compared as they are written: a column of numbers with decimals
/// writes `1.0` where another one writes `1`.
pub(crate) fn written_alike(left: &DataType, right: &DataType) -> bool {
    let is_exact = |kind: &DataType| {
        kind.is_integer() || matches!(kind, DataType::String | DataType::Categorical(..) | DataType::Enum(..))
    };
    left == right || is_exact(left) && is_exact(right)
}

impl Frame {
    /// The different values of a column, by which another column is looked up.
    pub(crate) fn known_values(&self, name: &str, host: &dyn Host) -> Result<Known> {
        self.need(name)?;
        let mut known = Known::default();
        let plan = self.plan().select([by_names(&[name.to_owned()])]);
        self.batches(plan, host, |batch| {
            let column = batch.column(name).and_then(texts).map_err(|error| failure(error, &[]))?;
            let texts = column.str().map_err(|error| failure(error, &[]))?;
            texts.iter().flatten().for_each(|text| known.add(text));
            Ok(())
        })?;
        Ok(known)
    }

    /// Whether two columns of two frames can be compared as they are written.
    pub(crate) fn is_written_alike(&self, name: &str, other: &Frame, other_name: &str) -> bool {
        match (self.dtype(name), other.dtype(other_name)) {
            (Some(left), Some(right)) => written_alike(&left, &right),
            _ => false,
        }
    }
}
