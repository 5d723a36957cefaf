//! What is counted of each group: how a row changes it, and what comes of it in the end.

use polars::prelude::*;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::bitmap::Bitmap;

use super::keys::KeyRows;

/// As what the values of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Float,
    Whole,
    /// Whole numbers up to 2⁶⁴.
    Unsigned,
    Text,
    /// Only whether they are there.
    Presence,
}

/// What is counted. Each takes some words of a group's line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure {
    Rows,
    Count,
    Sum,
    Mean,
    Min,
    Max,
    /// Of so many degrees of freedom less; the root of it for the standard deviation.
    Variance {
        less: u8,
        root: bool,
    },
    Median,
    /// How many values differ; the missing one is one of them.
    Different,
}

/// A measure of a column of values, by its number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    pub(super) measure: Measure,
    pub(super) values: usize,
    pub(super) reading: Reading,
    /// The type of the answer.
    pub(super) kind: DataType,
}

impl Measured {
    /// The words of a group without rows.
    pub(super) fn fresh(&self) -> Vec<u64> {
        match (self.measure, self.reading) {
            (Measure::Rows | Measure::Sum | Measure::Mean, _) => vec![0],
            (Measure::Count | Measure::Median | Measure::Different, _) => Vec::new(),
            (Measure::Min | Measure::Max, Reading::Float) => vec![f64::NAN.to_bits()],
            (Measure::Min, Reading::Whole) => vec![i64::MAX as u64],
            (Measure::Max, Reading::Whole) => vec![i64::MIN as u64],
            (Measure::Min, _) => vec![u64::MAX],
            (Measure::Max, _) => vec![0],
            // Values so far, their mean, and the sum of squared distances from it.
            (Measure::Variance { .. }, _) => vec![0, 0, 0],
        }
    }

    pub(super) fn is_rows(&self) -> bool {
        self.measure == Measure::Rows
    }

    /// Whether the answer depends on the number of values in the group.
    pub(super) fn counts(&self) -> bool {
        matches!(self.measure, Measure::Count | Measure::Mean | Measure::Min | Measure::Max)
    }
}

/// A column of values of a batch.
pub(super) struct Values {
    pub(super) numbers: Numbers,
    pub(super) validity: Option<Bitmap>,
}

pub(super) enum Numbers {
    Float(PrimitiveArray<f64>),
    Whole(PrimitiveArray<i64>),
    Unsigned(PrimitiveArray<u64>),
    Text(KeyRows),
    Presence,
}

impl Values {
    pub(super) fn of(column: &Column, reading: Reading) -> PolarsResult<Values> {
        let column = column.rechunk();
        let validity = column.rechunk_validity();
        let numbers = match reading {
            Reading::Float => {
                Numbers::Float(column.cast(&DataType::Float64)?.rechunk().f64()?.downcast_as_array().clone())
            }
            Reading::Whole => {
                let whole = column.to_physical_repr().cast(&DataType::Int64)?.rechunk();
                Numbers::Whole(whole.i64()?.downcast_as_array().clone())
            }
            Reading::Unsigned => Numbers::Unsigned(column.u64()?.downcast_as_array().clone()),
            Reading::Text => Numbers::Text(KeyRows::of(&column)?),
            Reading::Presence => Numbers::Presence,
        };
        Ok(Values { numbers, validity })
    }
}

/// Where the words of a measure lie.
pub(super) struct Lines<'a> {
    pub(super) words: &'a mut [u64],
    pub(super) stride: usize,
    /// Of the measure, from the beginning of a line.
    pub(super) at: usize,
}

impl Lines<'_> {
    /// Changes one word of each row's group.
    fn each<T: Copy>(&mut self, rows: &Rows<'_>, values: &[T], change: impl Fn(u64, T) -> u64) {
        let Lines { words, stride, at } = self;
        match rows.validity {
            None => {
                for (row, group) in rows.rows.iter().zip(rows.groups) {
                    let word = &mut words[*group as usize * *stride + *at];
                    *word = change(*word, values[*row as usize]);
                }
            }
            Some(validity) => {
                for (row, group) in rows.rows.iter().zip(rows.groups) {
                    if validity.get_bit(*row as usize) {
                        let word = &mut words[*group as usize * *stride + *at];
                        *word = change(*word, values[*row as usize]);
                    }
                }
            }
        }
    }

    /// Welford's way, which loses no digits where values are large and close together.
    fn vary(&mut self, rows: &Rows<'_>, values: &[f64]) {
        for (row, group) in rows.rows.iter().zip(rows.groups) {
            let row = *row as usize;
            if rows.validity.is_some_and(|validity| !validity.get_bit(row)) {
                continue;
            }
            let begin = *group as usize * self.stride + self.at;
            let [count, mean, squares] = &mut self.words[begin..begin + 3] else { continue };
            let value = values[row];
            *count += 1;
            let old = f64::from_bits(*mean);
            let new = old + (value - old) / *count as f64;
            *mean = new.to_bits();
            *squares = (f64::from_bits(*squares) + (value - old) * (value - new)).to_bits();
        }
    }

    /// Adds the rows of a block to what is counted of their groups.
    pub(super) fn add(&mut self, measured: &Measured, rows: &Rows<'_>, values: Option<&Values>) {
        match (measured.measure, values.map(|values| &values.numbers)) {
            (Measure::Rows, _) => {
                for group in rows.groups {
                    self.words[*group as usize * self.stride + self.at] += 1;
                }
            }
            (Measure::Sum | Measure::Mean, Some(Numbers::Float(values))) => {
                self.each(rows, values.values(), |word, value| (f64::from_bits(word) + value).to_bits());
            }
            (Measure::Sum, Some(Numbers::Whole(values))) => {
                self.each(rows, values.values(), |word, value: i64| word.wrapping_add(value as u64));
            }
            (Measure::Sum, Some(Numbers::Unsigned(values))) => {
                self.each(rows, values.values(), |word, value: u64| word.wrapping_add(value));
            }
            (Measure::Min, Some(Numbers::Float(values))) => {
                self.each(
                    rows,
                    values.values(),
                    on_floats(|least, value| if stays(least, value, value > least) { least } else { value }),
                );
            }
            (Measure::Max, Some(Numbers::Float(values))) => {
                self.each(
                    rows,
                    values.values(),
                    on_floats(|most, value| if stays(most, value, value < most) { most } else { value }),
                );
            }
            (Measure::Min, Some(Numbers::Whole(values))) => {
                self.each(rows, values.values(), on_wholes(|least, value| least.min(value)));
            }
            (Measure::Max, Some(Numbers::Whole(values))) => {
                self.each(rows, values.values(), on_wholes(|most, value| most.max(value)));
            }
            (Measure::Min, Some(Numbers::Unsigned(values))) => {
                self.each(rows, values.values(), |least, value: u64| least.min(value));
            }
            (Measure::Max, Some(Numbers::Unsigned(values))) => {
                self.each(rows, values.values(), |most, value: u64| most.max(value));
            }
            (Measure::Variance { .. }, Some(Numbers::Float(values))) => self.vary(rows, values.values()),
            // Values are counted by those that are missing; medians and different values are gathered.
            _ => {}
        }
    }
}

/// Whether the extreme so far stays: not a number gives way to any number, and to nothing else.
fn stays(extreme: f64, value: f64, is_beyond: bool) -> bool {
    is_beyond || value.is_nan() && !extreme.is_nan()
}

fn on_floats(change: impl Fn(f64, f64) -> f64) -> impl Fn(u64, f64) -> u64 {
    move |word, value| change(f64::from_bits(word), value).to_bits()
}

fn on_wholes(change: impl Fn(i64, i64) -> i64) -> impl Fn(u64, i64) -> u64 {
    move |word, value| change(word as i64, value) as u64
}

/// Rows of a batch, each with its group.
pub(super) struct Rows<'a> {
    pub(super) rows: &'a [u32],
    pub(super) groups: &'a [u32],
    /// Where the values of the measure are missing.
    pub(super) validity: Option<&'a Bitmap>,
}

/// Among how many drawers the groups are shared out: enough that the values of one drawer, brought together by group, stay in
/// the processor's cache.
const DRAWERS: usize = 64;
/// Values in one piece of a drawer. Pieces are never moved, where one growing list would be copied and its memory fetched anew
/// each time that it doubles: fresh memory is what costs most here.
const PIECE: usize = 1024;

/// A value of a group, which is told by its number within its drawer, in words of half the size so that none is lost to
/// alignment.
type Entry = [u32; 3];

/// The values of a column with their groups, kept until all are there.
#[derive(Default)]
pub(super) struct Gathered {
    /// Filled pieces but for the last of each drawer. None as long as there are no values.
    drawers: Vec<Vec<Vec<Entry>>>,
}

/// A number as a word with the same order; not a number comes last.
fn ordered(value: f64) -> i64 {
    let bits = if value.is_nan() { f64::NAN.abs() } else { value }.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

fn number(ordered: i64) -> f64 {
    f64::from_bits((ordered ^ ((ordered >> 63) as u64 >> 1) as i64) as u64)
}

impl Gathered {
    pub(super) fn add(&mut self, rows: &Rows<'_>, values: &Values) {
        let Numbers::Float(numbers) = &values.numbers else { return };
        let numbers = numbers.values();
        if self.drawers.is_empty() {
            self.drawers.resize_with(DRAWERS, || vec![Vec::with_capacity(PIECE)]);
        }
        match rows.validity {
            None => {
                for (row, group) in rows.rows.iter().zip(rows.groups) {
                    self.put(*group, numbers[*row as usize]);
                }
            }
            Some(validity) => {
                for (row, group) in rows.rows.iter().zip(rows.groups) {
                    if validity.get_bit(*row as usize) {
                        self.put(*group, numbers[*row as usize]);
                    }
                }
            }
        }
    }

    fn put(&mut self, group: u32, value: f64) {
        let pieces = &mut self.drawers[group as usize % DRAWERS];
        let word = ordered(value) as u64;
        let entry = [group / DRAWERS as u32, word as u32, (word >> 32) as u32];
        match pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(entry),
            _ => pieces.push(started(entry)),
        }
    }

    /// The median of each group; none where a group has no values.
    pub(super) fn medians(self, groups: usize) -> Vec<Option<f64>> {
        let mut medians = vec![None; groups];
        let mut sorted: Vec<i64> = Vec::new();
        for (drawer, pieces) in self.drawers.into_iter().enumerate().take(groups) {
            // Values are brought together by group: where each begins is known from their number.
            let mut ends = vec![0_usize; (groups - drawer).div_ceil(DRAWERS) + 1];
            for [group, ..] in pieces.iter().flatten() {
                ends[*group as usize + 1] += 1;
            }
            for group in 1..ends.len() {
                ends[group] += ends[group - 1];
            }
            sorted.clear();
            sorted.resize(ends.last().copied().unwrap_or_default(), 0);
            let mut next = ends.clone();
            for [group, low, high] in pieces.iter().flatten() {
                let place = &mut next[*group as usize];
                sorted[*place] = (u64::from(*low) | u64::from(*high) << 32) as i64;
                *place += 1;
            }
            for (group, begin) in ends[..ends.len() - 1].iter().enumerate() {
                medians[group * DRAWERS + drawer] = median(&mut sorted[*begin..ends[group + 1]]);
            }
        }
        medians
    }
}

fn started(entry: Entry) -> Vec<Entry> {
    let mut piece = Vec::with_capacity(PIECE);
    piece.push(entry);
    piece
}

fn median(values: &mut [i64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let is_odd = values.len() % 2 == 1;
    let (below, above, _) = values.select_nth_unstable(middle);
    let above = number(*above);
    if is_odd {
        return Some(above);
    }
    let below = below.iter().copied().max().map_or(above, number);
    Some(if above == below { above } else { below + (above - below) / 2.0 })
}
