//! What the columns of a frame hold, in one pass over its rows: the frame's side of [`crate::stats::profile`].

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::frame::by_names;
use super::tally::ticks_a_day;
use super::{Cell, Frame, failure, type_word};
use crate::stats::profile::{ColumnProfile, DayTally, NumberTally, OtherTally, Tally, TextTally};
use crate::stats::sketch::Repeats;

/// What was found in a frame.
pub(crate) struct Profiled {
    /// Its columns, in their order.
    pub(crate) columns: Vec<ProfiledColumn>,
    /// Its rows.
    pub(crate) rows: u64,
    /// Rows that equal an earlier one in every column.
    pub(crate) duplicates: u64,
    /// Whether these were counted, and not estimated from a part of the rows.
    pub(crate) duplicates_are_exact: bool,
    /// Bytes that the rows take in memory.
    pub(crate) bytes: u64,
}

/// What was found in a column.
pub(crate) struct ProfiledColumn {
    pub(crate) name: String,
    /// Its type in a word.
    pub(crate) kind: String,
    pub(crate) found: ColumnProfile,
}

/// Rows that are looked at between two looks at whether the work should stop.
const AT_ONCE: usize = 1 << 16;
/// Values of a batch below which a second thread costs more than it brings.
const FEW: usize = 10_000;
/// Different rows that are counted exactly.
const EXACT_ROWS: usize = 1 << 21;

impl Frame {
    /// Looks at every value of the named columns once, in the order of the rows. Each column is counted by one thread, so
    /// the answer is the same at any number of threads. Years of two digits are the latest up to that of `today`.
    pub(crate) fn profiled(&self, columns: &[String], today: NaiveDate, host: &dyn Host) -> Result<Profiled> {
        let mut tallies: Vec<Tally> = Vec::new();
        for (place, name) in columns.iter().enumerate() {
            self.need(name)?;
            let kind = self.dtype(name).unwrap_or(DataType::Null);
            tallies.push(tally(name, &kind, place as u64, today.year()));
        }
        let mut repeats = Repeats::new(EXACT_ROWS);
        let (mut rows, mut bytes) = (0_u64, 0_u64);
        let plan = self.plan().select([by_names(columns)]);
        self.batches(plan, host, |batch| {
            bytes += batch.estimated_size() as u64;
            for from in (0..batch.height()).step_by(AT_ONCE) {
                if host.is_cancelled() {
                    return Err(Failure::interrupted());
                }
                let slice = batch.slice(from as i64, AT_ONCE);
                for hash in count(&mut tallies, &slice).map_err(|error| failure(error, &self.names()))? {
                    repeats.add(hash, 1);
                }
                rows += slice.height() as u64;
                host.progress(rows, 0, "looking at every value");
            }
            Ok(())
        })?;
        let columns = columns.iter().zip(tallies).map(|(name, tally)| ProfiledColumn {
            name: name.clone(),
            kind: self.dtype(name).map(|kind| type_word(&kind)).unwrap_or_default(),
            found: tally.finish(),
        });
        Ok(Profiled {
            columns: columns.collect(),
            rows,
            duplicates: repeats.repeated(),
            duplicates_are_exact: repeats.is_exact(),
            bytes,
        })
    }
}

fn tally(name: &str, kind: &DataType, place: u64, latest_year: i32) -> Tally {
    fn signed(bits: u64) -> f64 {
        bits as i64 as f64
    }
    fn unsigned(bits: u64) -> f64 {
        bits as f64
    }
    let number = |value_of, shown| Tally::Number(Box::new(NumberTally::new(place, value_of, shown)));
    match kind {
        DataType::String => Tally::Text(Box::new(TextTally::new(name, place, latest_year))),
        kind if is_named(kind) => Tally::Text(Box::new(TextTally::new(name, place, latest_year))),
        DataType::UInt64 => number(unsigned, |bits| bits.to_string()),
        kind if kind.is_integer() => number(signed, |bits| (bits as i64).to_string()),
        kind if kind.is_float() || kind.is_decimal() => {
            number(f64::from_bits, |bits| Cell::Number(f64::from_bits(bits)).plain())
        }
        DataType::Date => Tally::Day(Box::new(DayTally::new(place, 1, shown_ticks))),
        DataType::Datetime(..) => Tally::Day(Box::new(DayTally::new(place, ticks_a_day(kind), shown_ticks))),
        _ => Tally::Other(Box::new(OtherTally::new(place))),
    }
}

/// Categories: texts that are kept once.
fn is_named(kind: &DataType) -> bool {
    matches!(kind, DataType::Categorical(..) | DataType::Enum(..))
}

/// A day, or a moment to the second, as it is written.
fn shown_ticks(ticks: i64, ticks_a_day: i64) -> String {
    let day = i32::try_from(ticks.div_euclid(ticks_a_day)).ok().and_then(NaiveDate::from_epoch_days);
    let Some(day) = day else { return String::new() };
    if ticks_a_day == 1 {
        return day.to_string();
    }
    let second = ticks.rem_euclid(ticks_a_day) / (ticks_a_day / 86_400);
    format!("{day}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Counts a batch, column by column side by side; the answer is a hash for each of its rows.
fn count(tallies: &mut [Tally], batch: &DataFrame) -> PolarsResult<Vec<u64>> {
    let height = batch.height();
    let is_small = height * tallies.len() < FEW;
    let threads =
        if is_small { 1 } else { std::thread::available_parallelism().map_or(1, usize::from).min(tallies.len()) };
    let work = Mutex::new(tallies.iter_mut().zip(batch.columns()));
    let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
    let one = || -> PolarsResult<Vec<u64>> {
        let mut hashes = vec![0; height];
        while let Some((tally, column)) = next() {
            add(tally, column, &mut hashes)?;
        }
        Ok(hashes)
    };
    if threads <= 1 {
        return one();
    }
    let made: Vec<PolarsResult<Vec<u64>>> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let broken = || Err(PolarsError::ComputeError("a thread broke off".into()));
        started.into_iter().map(|thread| thread.join().unwrap_or_else(|_| broken())).collect()
    });
    // The hash of a row is a sum over its columns: who counted which does not matter.
    let mut all = vec![0_u64; height];
    for hashes in made {
        for (all, hash) in all.iter_mut().zip(hashes?) {
            *all = all.wrapping_add(hash);
        }
    }
    Ok(all)
}

fn add(tally: &mut Tally, column: &Column, rows: &mut [u64]) -> PolarsResult<()> {
    match tally {
        Tally::Text(tally) if *column.dtype() == DataType::String => tally.add(column.str()?.iter(), rows),
        Tally::Text(tally) => tally.add(column.cast(&DataType::String)?.str()?.iter(), rows),
        Tally::Number(tally) => match column.dtype() {
            DataType::UInt64 => tally.add(column.u64()?.iter(), rows),
            kind if kind.is_integer() => {
                let numbers = column.cast(&DataType::Int64)?;
                tally.add(numbers.i64()?.iter().map(|value| value.map(|it| it as u64)), rows);
            }
            DataType::Float32 => {
                // As it is written, and not with the digits that follow from its bits.
                let wide = |it: f32| it.to_string().parse().unwrap_or(f64::from(it));
                tally.add(column.f32()?.iter().map(|value| value.map(|it| bits(wide(it)))), rows);
            }
            _ => {
                let numbers = column.cast(&DataType::Float64)?;
                tally.add(numbers.f64()?.iter().map(|value| value.map(bits)), rows);
            }
        },
        Tally::Day(tally) => {
            let ticks = column.to_physical_repr().cast(&DataType::Int64)?;
            tally.add(ticks.i64()?.iter(), rows);
        }
        Tally::Other(tally) => {
            let written = (0..column.len()).map(|row| match column.get(row).map_or(Cell::Missing, Cell::of) {
                Cell::Missing => None,
                Cell::Flag(flag) => Some(Cow::Borrowed(if flag { "true" } else { "false" })),
                cell => Some(Cow::Owned(cell.plain())),
            });
            tally.add(written, rows);
        }
    }
    Ok(())
}

/// The bits of a number: one zero, one "no number".
fn bits(value: f64) -> u64 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        f64::NAN.to_bits()
    } else {
        value.to_bits()
    }
}
