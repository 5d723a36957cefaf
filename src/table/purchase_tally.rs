//! Counting purchase periods per customer: one pass over the rows, a line of 40 bytes per customer.
//!
//! Several orders in one period are one purchase, so a row counts only if its period was not seen before. Where the rows
//! of each customer come in the order of their dates, the latest period says that already. Where they do not, every pair
//! of customer and period has to be remembered: [`Arrival::Any`]. The caller tries the first and, told
//! [`disordered`](PurchaseTally::disordered), begins again with the second.

mod pairs;

use pairs::Pairs;
use polars::prelude::*;

use super::Calendar;
use super::cell::day;
use super::keys::{Keys, mixed};
use super::tally::{BLOCK, FEW_ROWS, MOST_SHARES, PARTS, days, parts, ticks_a_day};

/// What is known about the order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Each customer's rows come in the order of their dates, as far as anybody knows.
    Ordered,
    /// They do not.
    Any,
}

/// What is counted of one customer up to the end of the window.
#[derive(Clone, Copy)]
struct Line {
    key: i64,
    /// Money of the first period and of the later ones: ten-thousandths while the line is exact, the bits of an `f64`
    /// from the first amount on that is none.
    first_sum: i64,
    later_sum: i64,
    first: i32,
    last: i32,
    /// Distinct periods; the highest bit marks sums that are not exact any more.
    periods: u32,
    /// Counted from 1 in order of appearance; 0 marks a line that is not taken.
    id: u32,
}

/// What is counted of one customer after the window.
#[derive(Clone, Copy)]
struct Held {
    sum: i64,
    last: i32,
    periods: u32,
}

const FREE: Line = Line { key: 0, first_sum: 0, later_sum: 0, first: 0, last: 0, periods: 0, id: 0 };
const NOTHING_HELD: Held = Held { sum: 0, last: 0, periods: 0 };
const INEXACT: u32 = 1 << 31;

/// A sum of ten-thousandths as the bits of a number.
fn inexact(sum: i64) -> i64 {
    (sum as f64 / PARTS).to_bits() as i64
}

fn added(sum: i64, amount: f64) -> i64 {
    (f64::from_bits(sum as u64) + amount).to_bits() as i64
}

fn amount_of(sum: i64, periods: u32) -> f64 {
    if periods & INEXACT == 0 { sum as f64 / PARTS } else { f64::from_bits(sum as u64) }
}

impl Line {
    fn add(&mut self, period: i32, amount: f64, is_new: bool) {
        if self.periods & !INEXACT == 0 {
            (self.first, self.last) = (period, period);
        } else if period < self.first {
            // What was the first period is a later one now.
            let together = if self.periods & INEXACT == 0 { self.later_sum.checked_add(self.first_sum) } else { None };
            match together {
                Some(together) => self.later_sum = together,
                None => {
                    self.give_up_exactness();
                    self.later_sum = added(self.later_sum, f64::from_bits(self.first_sum as u64));
                }
            }
            self.first_sum = 0; // Nought in either reading.
            self.first = period;
        }
        self.last = self.last.max(period);
        self.periods += u32::from(is_new);
        let is_first = period == self.first;
        let sum = if is_first { self.first_sum } else { self.later_sum };
        let exact = (self.periods & INEXACT == 0).then(|| parts(amount).and_then(|parts| sum.checked_add(parts)));
        let sum = match exact.flatten() {
            Some(sum) => sum,
            None => {
                self.give_up_exactness();
                added(if is_first { self.first_sum } else { self.later_sum }, amount)
            }
        };
        if is_first {
            self.first_sum = sum;
        } else {
            self.later_sum = sum;
        }
    }

    fn give_up_exactness(&mut self) {
        if self.periods & INEXACT == 0 {
            (self.first_sum, self.later_sum) = (inexact(self.first_sum), inexact(self.later_sum));
            self.periods |= INEXACT;
        }
    }
}

impl Held {
    fn add(&mut self, period: i32, amount: f64, is_new: bool) {
        self.last = if self.periods & !INEXACT == 0 { period } else { self.last.max(period) };
        self.periods += u32::from(is_new);
        let exact = (self.periods & INEXACT == 0).then(|| parts(amount).and_then(|parts| self.sum.checked_add(parts)));
        self.sum = match exact.flatten() {
            Some(sum) => sum,
            None => {
                if self.periods & INEXACT == 0 {
                    self.sum = inexact(self.sum);
                    self.periods |= INEXACT;
                }
                added(self.sum, amount)
            }
        };
    }
}

/// The pairs within the window and those after it: the window may end within a period.
struct Remembered {
    within: Pairs,
    after: Pairs,
}

/// Whether a period is new to a customer: none where the rows are out of order and nobody remembers.
fn is_new(known: Option<bool>, pairs: Option<&mut Pairs>, pair: u64) -> Option<bool> {
    match (known, pairs) {
        (Some(false), _) => Some(false),
        (_, Some(pairs)) => Some(pairs.insert(pair)),
        (known, None) => known,
    }
}

/// A share of the customers, chosen by their key: shares are counted side by side, each customer in one of them and in
/// the order of the rows, so that nothing depends on how many shares there are.
struct Share {
    lines: Vec<Line>,
    /// Beside the lines, at the same places; empty where nothing after the window is counted.
    held: Vec<Held>,
    taken: u32,
    /// What is remembered of rows in any order.
    pairs: Option<Remembered>,
    disordered: bool,
}

/// What a batch holds, as plain numbers.
struct Rows<'a> {
    keys: &'a [i64],
    days: &'a [i32],
    periods: &'a [i32],
    amounts: &'a [f64],
    /// The last day of the window, and the last day that counts after it.
    until: i32,
    end: i32,
}

impl Share {
    fn new(arrival: Arrival, holds_out: bool) -> Share {
        Share {
            lines: vec![FREE; 1 << 10],
            held: vec![NOTHING_HELD; if holds_out { 1 << 10 } else { 0 }],
            taken: 0,
            pairs: (arrival == Arrival::Any).then(|| Remembered { within: Pairs::new(), after: Pairs::new() }),
            disordered: false,
        }
    }

    fn add(&mut self, rows: &Rows<'_>, share: u64, shares: u64) {
        let mut block = [(0, 0); BLOCK];
        let mut filled = 0;
        for (row, key) in rows.keys.iter().enumerate() {
            let mixed = mixed(*key);
            // The high bits choose the share, the low ones the place.
            if (shares == 1 || (mixed >> 32) % shares == share) && rows.days[row] <= rows.end {
                block[filled] = (row, mixed as usize);
                filled += 1;
            }
            if filled == BLOCK || (row + 1 == rows.keys.len() && filled > 0) {
                self.add_block(rows, &mut block[..filled]);
                filled = 0;
                if self.disordered {
                    return;
                }
            }
        }
    }

    /// Counts some rows, whose lines are looked at first, so that the processor fetches them side by side: one after the
    /// other, each row would wait for memory. The same holds for the pairs.
    fn add_block(&mut self, rows: &Rows<'_>, block: &mut [(usize, usize)]) {
        self.reserve();
        let last = self.lines.len() - 1;
        std::hint::black_box(block.iter().fold(0, |all, (_, mixed)| all ^ self.lines[mixed & last].id));
        for (row, place) in block.iter_mut() {
            *place = self.place(rows.keys[*row], *place);
        }
        if let Some(Remembered { within: pairs, .. }) = &self.pairs {
            let look = |(row, place): &(usize, usize)| pairs.look(self.lines[*place].id, rows.periods[*row]);
            std::hint::black_box(block.iter().fold(0, |all, entry| all ^ look(entry)));
        }
        for (row, place) in block {
            self.count(rows, *row, *place);
        }
    }

    fn count(&mut self, rows: &Rows<'_>, row: usize, place: usize) {
        let (period, amount) = (rows.periods[row], rows.amounts[row]);
        let line = &mut self.lines[place];
        let pair = Pairs::pair(line.id, period);
        let within = rows.days[row] <= rows.until;
        let (periods, first, last) = match within {
            true => (line.periods, line.first, line.last),
            false => (self.held[place].periods, i32::MIN, self.held[place].last),
        };
        let known = match periods & !INEXACT {
            0 => Some(true),
            _ if period == first || period == last => Some(false),
            _ if period < first || period > last => Some(true),
            _ => None,
        };
        let pairs = self.pairs.as_mut().map(|pairs| if within { &mut pairs.within } else { &mut pairs.after });
        match is_new(known, pairs, pair) {
            Some(is_new) if within => line.add(period, amount, is_new),
            Some(is_new) => self.held[place].add(period, amount, is_new),
            None => self.disordered = true,
        }
    }

    /// The place of a key's line; a line that was free is taken.
    fn place(&mut self, key: i64, mixed: usize) -> usize {
        let last = self.lines.len() - 1;
        let mut place = mixed & last;
        while self.lines[place].id != 0 && self.lines[place].key != key {
            place = (place + 1) & last;
        }
        if self.lines[place].id == 0 {
            self.taken += 1;
            self.lines[place] = Line { key, id: self.taken, ..FREE };
        }
        place
    }

    /// Makes room for a block, so that no place changes while it is counted.
    fn reserve(&mut self) {
        if let Some(pairs) = &mut self.pairs {
            pairs.within.reserve(BLOCK);
            pairs.after.reserve(BLOCK);
        }
        if (self.taken as usize + BLOCK) * 2 <= self.lines.len() {
            return;
        }
        let size = self.lines.len() * 2;
        let old = std::mem::replace(&mut self.lines, vec![FREE; size]);
        let held_size = if self.held.is_empty() { 0 } else { size };
        let old_held = std::mem::replace(&mut self.held, vec![NOTHING_HELD; held_size]);
        for (old_place, line) in old.into_iter().enumerate().filter(|(_, line)| line.id != 0) {
            let mut place = mixed(line.key) as usize & (size - 1);
            while self.lines[place].id != 0 {
                place = (place + 1) & (size - 1);
            }
            self.lines[place] = line;
            if let Some(held) = old_held.get(old_place) {
                self.held[place] = *held;
            }
        }
    }
}

/// The counting of purchases, batch by batch.
pub(super) struct PurchaseTally {
    shares: Vec<Share>,
    customers: Keys,
    ticks_a_day: i64,
    calendar: Calendar,
    /// The last day of the window; none: all days lie in it.
    until: Option<i32>,
    /// The last day that counts after the window; none: nothing after it counts.
    holdout: Option<i32>,
    /// Rows seen.
    pub(super) usable: usize,
    /// Rows within the window.
    pub(super) rows: usize,
    /// Rows within the window with a negative amount.
    pub(super) negative: usize,
    /// Rows after the last day that counts.
    pub(super) late: usize,
    /// The latest day of any row.
    pub(super) latest: Option<i32>,
}

/// What came of it: one entry per customer with a purchase in the window, in the order of the keys.
pub(super) struct PurchasesTallied {
    pub(super) customers: Column,
    pub(super) first: Vec<i32>,
    pub(super) last: Vec<i32>,
    pub(super) periods: Vec<u32>,
    pub(super) first_spend: Vec<f64>,
    pub(super) repeat_spend: Vec<f64>,
    pub(super) held_periods: Vec<u32>,
    pub(super) held_spend: Vec<f64>,
    /// Customers who bought after the window only.
    pub(super) newcomers: usize,
}

impl PurchaseTally {
    pub(super) fn new(
        customer: &DataType,
        date: &DataType,
        calendar: Calendar,
        until: Option<i32>,
        holdout: Option<i32>,
        arrival: Arrival,
    ) -> PurchaseTally {
        let shares = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_SHARES);
        PurchaseTally {
            shares: (0..shares).map(|_| Share::new(arrival, holdout.is_some())).collect(),
            customers: Keys::of(customer),
            ticks_a_day: ticks_a_day(date),
            calendar,
            until,
            holdout,
            usable: 0,
            rows: 0,
            negative: 0,
            late: 0,
            latest: None,
        }
    }

    /// Whether a row came for which the order was not right: then all that was counted is of no use.
    pub(super) fn disordered(&self) -> bool {
        self.shares.iter().any(|share| share.disordered)
    }

    /// Counts a batch of `customer`, `date` and `amount`.
    pub(super) fn add(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        let days = days(batch.column("date")?, self.ticks_a_day)?;
        let keys = self.customers.numbers(batch.column("customer")?)?;
        let amounts = batch.column("amount")?.cast(&DataType::Float64)?.rechunk();
        let amounts = amounts.f64()?.cont_slice()?;
        let until = self.until.unwrap_or(i32::MAX);
        let end = self.holdout.unwrap_or(until);
        self.usable += days.len();
        for (day, amount) in days.iter().zip(amounts) {
            self.rows += usize::from(*day <= until);
            self.negative += usize::from(*day <= until && *amount < 0.0);
            self.late += usize::from(*day > end);
        }
        self.latest = self.latest.max(days.iter().copied().max());
        let counted: Vec<i32>;
        let periods: &[i32] = match self.calendar {
            Calendar::Day => &days,
            calendar => {
                counted = days.iter().map(|days| calendar.number(day(*days).unwrap_or_default())).collect();
                &counted
            }
        };
        let rows = Rows { keys: &keys, days: &days, periods, amounts, until, end };
        let shares = self.shares.len() as u64;
        if batch.height() < FEW_ROWS {
            for (place, share) in self.shares.iter_mut().enumerate() {
                share.add(&rows, place as u64, shares);
            }
            return Ok(());
        }
        let rows = &rows;
        std::thread::scope(|scope| {
            for (place, share) in self.shares.iter_mut().enumerate() {
                scope.spawn(move || share.add(rows, place as u64, shares));
            }
        });
        Ok(())
    }

    /// One entry per customer, in the order of the keys.
    pub(super) fn finish(self) -> PolarsResult<PurchasesTallied> {
        let mut newcomers = 0;
        let mut lines: Vec<(Line, Held)> = Vec::new();
        for share in self.shares {
            let held = share.held;
            for (place, line) in share.lines.into_iter().enumerate().filter(|(_, line)| line.id != 0) {
                match line.periods & !INEXACT {
                    0 => newcomers += 1,
                    _ => lines.push((line, held.get(place).copied().unwrap_or(NOTHING_HELD))),
                }
            }
        }
        let (lines, customers) = self.customers.in_order(lines, |(line, _)| line.key)?;
        Ok(PurchasesTallied {
            customers,
            first: lines.iter().map(|(line, _)| line.first).collect(),
            last: lines.iter().map(|(line, _)| line.last).collect(),
            periods: lines.iter().map(|(line, _)| line.periods & !INEXACT).collect(),
            first_spend: lines.iter().map(|(line, _)| amount_of(line.first_sum, line.periods)).collect(),
            repeat_spend: lines.iter().map(|(line, _)| amount_of(line.later_sum, line.periods)).collect(),
            held_periods: lines.iter().map(|(_, held)| held.periods & !INEXACT).collect(),
            held_spend: lines.iter().map(|(_, held)| amount_of(held.sum, held.periods)).collect(),
            newcomers,
        })
    }
}

#[cfg(test)]
mod tests;
