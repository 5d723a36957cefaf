//! Counting the values of a column, batch by batch.

use super::numbers::Numbers;
use super::text::TextTally;
use super::{ColumnProfile, Days, EXACT_VALUES, GAP, counted};
use crate::sketch::{Counter, Key, mixed};

/// A column that is being counted.
pub enum Tally {
    /// Text.
    Text(Box<TextTally>),
    /// Numbers.
    Number(Box<NumberTally>),
    /// Days and times.
    Day(Box<DayTally>),
    /// What has no order and no form to look at: lists, structs.
    Other(Box<OtherTally>),
}

impl Tally {
    /// What was found.
    pub fn finish(self) -> ColumnProfile {
        match self {
            Tally::Text(tally) => tally.finish(),
            Tally::Number(tally) => tally.finish(),
            Tally::Day(tally) => tally.finish(),
            Tally::Other(tally) => tally.finish(),
        }
    }
}

/// The rows that were seen: how many, how many without a value, and what the column is like as a whole.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) rows: u64,
    pub(super) missing: u64,
    fingerprint: u64,
}

impl Seen {
    /// Counts a row with the hash of its value, and mixes it into the hash of the row.
    pub(super) fn row(&mut self, hash: Option<u64>, salt: u64, of_row: &mut u64) {
        let hash = hash.unwrap_or_else(|| {
            self.missing += 1;
            GAP
        });
        self.rows += 1;
        self.fingerprint = self.fingerprint.wrapping_add(mixed(hash ^ mixed(self.rows)));
        *of_row = of_row.wrapping_add(mixed(hash ^ salt));
    }

    pub(super) fn profile<K: Key>(self, counter: &Counter<K>, shown: impl Fn(&K) -> String) -> ColumnProfile {
        let (top, all) = counted(counter, shown);
        ColumnProfile {
            rows: self.rows,
            missing: self.missing,
            distinct: counter.distinct(),
            distinct_is_exact: counter.is_exact(),
            has_repeats: counter.has_repeats(),
            top,
            missed: counter.missed(),
            all,
            numbers: None,
            days: None,
            texts: None,
            fingerprint: self.fingerprint,
        }
    }
}

/// Numbers that are being counted: each value as eight bytes, and what number these are.
pub struct NumberTally {
    salt: u64,
    seen: Seen,
    counter: Counter<u64>,
    numbers: Numbers,
    value_of: fn(u64) -> f64,
    shown: fn(u64) -> String,
}

impl NumberTally {
    /// A column of numbers; `place` is its place in the table.
    pub fn new(place: u64, value_of: fn(u64) -> f64, shown: fn(u64) -> String) -> Self {
        let counter = Counter::new(EXACT_VALUES);
        NumberTally { salt: mixed(place), seen: Seen::default(), counter, numbers: Numbers::default(), value_of, shown }
    }

    /// Counts the values of a batch; `rows` holds the hashes of its rows so far.
    pub fn add(&mut self, values: impl Iterator<Item = Option<u64>>, rows: &mut [u64]) {
        for (value, row) in values.zip(rows) {
            let hash = value.map(mixed);
            self.seen.row(hash, self.salt, row);
            if let (Some(value), Some(hash)) = (value, hash)
                && self.counter.add(&value, hash)
            {
                self.look();
                self.counter.prune();
            }
        }
    }

    fn look(&mut self) {
        let (numbers, value_of) = (&mut self.numbers, self.value_of);
        self.counter.look(|bits, times| numbers.add(value_of(*bits), times));
    }

    fn finish(mut self) -> ColumnProfile {
        self.look();
        let shown = self.shown;
        let profile = self.seen.profile(&self.counter, |bits| shown(*bits));
        ColumnProfile { numbers: Some(self.numbers), ..profile }
    }
}

/// Days or times that are being counted, as ticks.
pub struct DayTally {
    salt: u64,
    seen: Seen,
    counter: Counter<u64>,
    days: Days,
    ticks_a_day: i64,
    shown: fn(i64, i64) -> String,
}

impl DayTally {
    /// A column of ticks since 1970-01-01; `place` is its place in the table.
    pub fn new(place: u64, ticks_a_day: i64, shown: fn(i64, i64) -> String) -> Self {
        let counter = Counter::new(EXACT_VALUES);
        DayTally { salt: mixed(place), seen: Seen::default(), counter, days: Days::default(), ticks_a_day, shown }
    }

    /// Counts the values of a batch; `rows` holds the hashes of its rows so far.
    pub fn add(&mut self, values: impl Iterator<Item = Option<i64>>, rows: &mut [u64]) {
        for (value, row) in values.zip(rows) {
            let hash = value.map(|ticks| mixed(ticks as u64));
            self.seen.row(hash, self.salt, row);
            if let (Some(value), Some(hash)) = (value, hash)
                && self.counter.add(&(value as u64), hash)
            {
                self.look();
                self.counter.prune();
            }
        }
    }

    fn look(&mut self) {
        let (days, ticks_a_day) = (&mut self.days, self.ticks_a_day);
        self.counter.look(|bits, times| {
            let ticks = *bits as i64;
            let day = ticks.div_euclid(ticks_a_day);
            days.add(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }), times);
            if ticks.rem_euclid(ticks_a_day) != 0 {
                days.with_time += times;
            }
        });
    }

    fn finish(mut self) -> ColumnProfile {
        self.look();
        let (shown, ticks_a_day) = (self.shown, self.ticks_a_day);
        let profile = self.seen.profile(&self.counter, |bits| shown(*bits as i64, ticks_a_day));
        ColumnProfile { days: Some(self.days), ..profile }
    }
}

/// Values of any other type, as they are written.
pub struct OtherTally {
    salt: u64,
    seen: Seen,
    counter: Counter<Box<str>>,
}

impl OtherTally {
    /// A column; `place` is its place in the table.
    pub fn new(place: u64) -> Self {
        OtherTally { salt: mixed(place), seen: Seen::default(), counter: Counter::new(EXACT_VALUES) }
    }

    /// Counts the values of a batch; `rows` holds the hashes of its rows so far.
    pub fn add<'a>(&mut self, values: impl Iterator<Item = Option<std::borrow::Cow<'a, str>>>, rows: &mut [u64]) {
        for (value, row) in values.zip(rows) {
            let hash = value.as_deref().map(Box::<str>::hash);
            self.seen.row(hash, self.salt, row);
            if let (Some(value), Some(hash)) = (value, hash)
                && self.counter.add(&value, hash)
            {
                self.counter.look(|_, _| {});
                self.counter.prune();
            }
        }
    }

    fn finish(mut self) -> ColumnProfile {
        self.counter.look(|_, _| {});
        self.seen.profile(&self.counter, |text| text.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bits: u64) -> f64 {
        bits as i64 as f64
    }
    fn written(bits: u64) -> String {
        (bits as i64).to_string()
    }

    /// Batches of any length give the same, and what is missing and what is there are all rows.
    #[test]
    fn batches_do_not_matter_and_rows_balance() {
        let values: Vec<Option<u64>> = (0..200_000_u64).map(|row| (row % 7 != 0).then_some(row % 90_000)).collect();
        let counted = |length: usize| {
            let mut tally = NumberTally::new(0, whole, written);
            for batch in values.chunks(length) {
                tally.add(batch.iter().copied(), &mut vec![0; batch.len()]);
            }
            tally.finish()
        };
        let (one, many) = (counted(200_000), counted(777));
        let missing = values.iter().filter(|value| value.is_none()).count() as u64;
        assert_eq!((one.rows, one.missing), (200_000, missing));
        let numbers = |profile: &ColumnProfile| {
            let numbers = profile.numbers.as_ref().unwrap();
            (numbers.count, numbers.mean.to_bits(), numbers.quantiles.sorted().quantile(0.5), profile.fingerprint)
        };
        assert_eq!(numbers(&one), numbers(&many));
        assert_eq!(numbers(&one).0 + one.missing, one.rows);
        assert_eq!((one.top, one.distinct), (many.top, many.distinct));
        assert!(!one.distinct_is_exact);
    }

    #[test]
    fn equal_columns_have_one_fingerprint_and_orders_matter() {
        let profile = |values: &[i64]| {
            let mut tally = NumberTally::new(values[0] as u64, whole, written);
            tally.add(values.iter().map(|value| Some(*value as u64)), &mut vec![0; values.len()]);
            tally.finish().fingerprint
        };
        assert_eq!(profile(&[1, 2, 3]), profile(&[1, 2, 3]));
        assert_ne!(profile(&[1, 2, 3]), profile(&[3, 2, 1]));
    }
}
