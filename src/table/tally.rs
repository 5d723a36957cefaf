//! Counting per customer: one pass over the rows, a table of one line per customer.
//!
//! Polars could do it as a group-by. This is quicker, needs a fraction of the memory, and adds each customer's amounts in
//! the order of the rows, so that the sum is the same to the last digit at any number of threads.

use std::collections::HashSet;

use polars::prelude::*;

use super::keys::{Keys, mixed};

/// What is counted of one customer: 24 bytes, because most of the time goes into fetching lines from memory.
#[derive(Clone, Copy)]
struct Line {
    key: i64,
    /// Ten-thousandths while the line is exact, the bits of an `f64` from the first amount on that is none.
    sum: i64,
    /// Day of the latest order, in days since 1970-01-01.
    last: i32,
    /// Orders; 0 marks a line that is not taken. The highest bit marks a sum that is not exact any more.
    orders: u32,
}

const FREE: Line = Line { key: 0, sum: 0, last: i32::MIN, orders: 0 };
const INEXACT: u32 = 1 << 31;

/// Ten-thousandths: money has two decimals, prices of small goods up to four.
pub(super) const PARTS: f64 = 10_000.0;
/// A row's amount beyond this many parts is not added exactly: 9,000 of them would leave an `i64`.
const MOST_PARTS: f64 = 1e15;

/// An amount of money as a whole number of ten-thousandths; none where it is none, or too large to be added exactly.
pub(super) fn parts(amount: f64) -> Option<i64> {
    let parts = amount * PARTS;
    // Adding and taking off 1.5 · 2⁵² rounds to a whole number; `round` is a call where the processor is not known.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    let whole = (parts + ROUNDER) - ROUNDER;
    // A double near a decimal is off by half a unit in its last place, which the product doubles at most.
    let is_money = whole.abs() <= MOST_PARTS && (parts - whole).abs() <= (parts.abs() * f64::EPSILON).max(1e-9);
    is_money.then_some(whole as i64)
}

impl Line {
    fn add(&mut self, day: i32, amount: f64) {
        self.last = self.last.max(day);
        if self.orders & INEXACT == 0 {
            if let Some(sum) = parts(amount).and_then(|parts| self.sum.checked_add(parts)) {
                self.sum = sum;
                return;
            }
            self.sum = (self.sum as f64 / PARTS).to_bits() as i64;
            self.orders |= INEXACT;
        }
        self.sum = (f64::from_bits(self.sum as u64) + amount).to_bits() as i64;
    }

    /// The sum of the amounts: exact, .1 + .2 is .3, as long as every one of them was money.
    fn amount(&self) -> f64 {
        if self.orders & INEXACT == 0 { self.sum as f64 / PARTS } else { f64::from_bits(self.sum as u64) }
    }
}

/// The lines, found by their key. Whole keys lie inside the lines, so that a row touches one place in memory.
struct Lines {
    lines: Vec<Line>,
    taken: usize,
}

impl Lines {
    fn new() -> Lines {
        Lines { lines: vec![FREE; 1 << 10], taken: 0 }
    }

    /// Looks at the lines of some rows, so that the processor fetches them side by side: one after the other, each row
    /// would wait for memory.
    fn fetch(&self, rows: &[(usize, u64)]) {
        let last = self.lines.len() - 1;
        std::hint::black_box(rows.iter().fold(0, |all, (_, mixed)| all ^ self.lines[*mixed as usize & last].orders));
    }

    /// The line of a key; a fresh one has no orders yet and must be given one.
    fn line(&mut self, key: i64, mixed: u64) -> &mut Line {
        if (self.taken + 1) * 2 > self.lines.len() {
            self.grow();
        }
        let size = self.lines.len();
        let mut place = mixed as usize & (size - 1);
        while self.lines[place].orders != 0 && self.lines[place].key != key {
            place = (place + 1) & (size - 1);
        }
        let line = &mut self.lines[place];
        if line.orders == 0 {
            line.key = key;
            self.taken += 1;
        }
        line
    }

    fn grow(&mut self) {
        let size = self.lines.len() * 2;
        let old = std::mem::replace(&mut self.lines, vec![FREE; size]);
        for line in old.into_iter().filter(|line| line.orders != 0) {
            let mut place = mixed(line.key) as usize & (size - 1);
            while self.lines[place].orders != 0 {
                place = (place + 1) & (size - 1);
            }
            self.lines[place] = line;
        }
    }
}

/// A share of the customers, chosen by their key: shares are counted side by side, each customer in one of them and in
/// the order of the rows, so that nothing depends on how many shares there are.
struct Share {
    lines: Lines,
    /// Customer and order of every row so far, where orders are told apart.
    seen: HashSet<(i64, i64)>,
}

/// What a batch holds, as plain numbers.
struct Rows<'a> {
    keys: &'a [i64],
    orders: Option<&'a [i64]>,
    days: &'a [i32],
    amounts: &'a [f64],
}

/// Rows whose lines are fetched from memory together.
pub(super) const BLOCK: usize = 64;

impl Share {
    fn add(&mut self, rows: &Rows<'_>, share: u64, shares: u64) {
        // The lines of an order mostly follow each other: the one before is asked first.
        let mut before = None;
        let mut block = [(0, 0); BLOCK];
        let mut filled = 0;
        for (row, key) in rows.keys.iter().enumerate() {
            let mixed = mixed(*key);
            // The high bits choose the share, the low ones the place.
            if shares == 1 || (mixed >> 32) % shares == share {
                block[filled] = (row, mixed);
                filled += 1;
            }
            if filled == BLOCK || row + 1 == rows.keys.len() {
                self.lines.fetch(&block[..filled]);
                for (row, mixed) in &block[..filled] {
                    self.count(rows, *row, *mixed, &mut before);
                }
                filled = 0;
            }
        }
    }

    fn count(&mut self, rows: &Rows<'_>, row: usize, mixed: u64, before: &mut Option<(i64, i64)>) {
        let key = rows.keys[row];
        let is_new = rows.orders.is_none_or(|orders| {
            let pair = (key, orders[row]);
            before.replace(pair) != Some(pair) && self.seen.insert(pair)
        });
        let line = self.lines.line(key, mixed);
        line.orders += u32::from(is_new);
        line.add(rows.days[row], rows.amounts[row]);
    }
}

/// The counting of orders, batch by batch.
pub(super) struct Tally {
    shares: Vec<Share>,
    customers: Keys,
    orders: Option<Keys>,
    ticks_a_day: i64,
    /// Rows seen.
    pub(super) rows: usize,
    /// Rows with a negative amount.
    pub(super) negative: usize,
}

/// What came of it: one entry per customer, in the order of the keys.
pub(super) struct Tallied {
    pub(super) customers: Column,
    /// Days since 1970-01-01.
    pub(super) last: Vec<i32>,
    pub(super) orders: Vec<i64>,
    pub(super) amount: Vec<f64>,
}

/// Rows below which a second thread costs more than it brings.
pub(super) const FEW_ROWS: usize = 20_000;
/// Every share looks at every row: beyond this many the looking is what takes the time.
pub(super) const MOST_SHARES: usize = 4;

/// How many units of a column of dates or times make a day.
pub(super) fn ticks_a_day(date: &DataType) -> i64 {
    match date {
        DataType::Datetime(TimeUnit::Nanoseconds, _) => 86_400_000_000_000,
        DataType::Datetime(TimeUnit::Microseconds, _) => 86_400_000_000,
        DataType::Datetime(TimeUnit::Milliseconds, _) => 86_400_000,
        _ => 1,
    }
}

/// Days as numbers, of dates or times.
pub(super) fn days(column: &Column, ticks_a_day: i64) -> PolarsResult<Vec<i32>> {
    let ticks = column.to_physical_repr().cast(&DataType::Int64)?.rechunk();
    Ok(ticks.i64()?.cont_slice()?.iter().map(|ticks| ticks.div_euclid(ticks_a_day) as i32).collect())
}

impl Tally {
    /// Counting for columns of these types; without a type of `order`, every row is an order.
    pub(super) fn new(customer: &DataType, date: &DataType, order: Option<&DataType>) -> Tally {
        let shares = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_SHARES);
        Tally {
            shares: (0..shares).map(|_| Share { lines: Lines::new(), seen: HashSet::new() }).collect(),
            customers: Keys::of(customer),
            orders: order.map(Keys::of),
            ticks_a_day: ticks_a_day(date),
            rows: 0,
            negative: 0,
        }
    }

    /// Counts a batch of `customer`, `date`, `amount` and, where orders are told apart, `order`.
    pub(super) fn add(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        let dates = batch.column("date")?.rechunk();
        let counted;
        let days: &[i32] = match dates.dtype() {
            DataType::Date => dates.date()?.physical().cont_slice()?,
            _ => {
                counted = days(&dates, self.ticks_a_day)?;
                &counted
            }
        };
        let amounts = batch.column("amount")?.cast(&DataType::Float64)?.rechunk();
        let amounts = amounts.f64()?.cont_slice()?;
        self.rows += batch.height();
        self.negative += amounts.iter().filter(|amount| **amount < 0.0).count();
        let customers = batch.column("customer")?;
        let whole;
        let numbered;
        let keys: &[i64] = match &mut self.customers {
            Keys::Whole(_) if !customers.has_nulls() => {
                whole = customers.cast(&DataType::Int64)?.rechunk();
                whole.i64()?.cont_slice()?
            }
            keys => {
                numbered = keys.numbers(customers)?;
                &numbered
            }
        };
        let orders = match &mut self.orders {
            Some(order_keys) => Some(order_keys.numbers(batch.column("order")?)?),
            None => None,
        };
        let rows = Rows { keys, orders: orders.as_deref(), days, amounts };
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
    pub(super) fn finish(self) -> PolarsResult<Tallied> {
        let mut lines: Vec<Line> = Vec::with_capacity(self.shares.iter().map(|share| share.lines.taken).sum());
        for share in self.shares {
            lines.extend(share.lines.lines.into_iter().filter(|line| line.orders != 0));
        }
        let (lines, customers) = self.customers.in_order(lines, |line| line.key)?;
        Ok(Tallied {
            customers,
            last: lines.iter().map(|line| line.last).collect(),
            orders: lines.iter().map(|line| i64::from(line.orders & !INEXACT)).collect(),
            amount: lines.iter().map(Line::amount).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by Polars' group-by, on random rows of every kind of key: the law that the step must keep.
    #[test]
    fn it_counts_as_a_group_by_does() -> PolarsResult<()> {
        let mut state = 7_u64;
        let mut roll = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        for (rows, customers) in [(1, 1), (500, 20), (5_000, 4_000), (60_000, 9_000)] {
            let keys: Vec<i64> = (0..rows).map(|_| roll(customers) as i64 - 3).collect();
            let orders: Vec<i64> = (0..rows).map(|_| roll(40) as i64).collect();
            let days: Vec<i32> = (0..rows).map(|_| roll(900) as i32).collect();
            // Quarters add without rounding, so that both ways must agree to the last digit.
            let amounts: Vec<f64> = (0..rows).map(|_| roll(4_000) as f64 / 4.0 - 100.0).collect();
            let plain = df!("customer" => &keys, "order" => orders, "date" => days, "amount" => amounts)?;
            let text = plain
                .clone()
                .lazy()
                .with_columns([col("customer").cast(DataType::String), col("order").cast(DataType::String)])
                .collect()?;
            let high: Vec<u64> = keys.iter().map(|key| u64::MAX - (key + 3) as u64).collect();
            let mut above = plain.clone();
            above.with_column(Column::new("customer".into(), high))?;
            for (data, with_order) in [(&plain, false), (&plain, true), (&text, false), (&text, true), (&above, false)]
            {
                let kind = |name: &str| data.schema().get(name).cloned().unwrap_or(DataType::Null);
                let mut tally =
                    Tally::new(&kind("customer"), &kind("date"), with_order.then(|| kind("order")).as_ref());
                let half = data.height() / 2;
                tally.add(&data.slice(0, half))?;
                tally.add(&data.slice(half as i64, data.height() - half))?;
                let found = tally.finish()?;
                let counted = if with_order { col("order").n_unique() } else { len() };
                let wanted = data
                    .clone()
                    .lazy()
                    .group_by([col("customer")])
                    .agg([col("date").max(), counted.cast(DataType::Int64).alias("orders"), col("amount").sum()])
                    .sort(["customer"], SortMultipleOptions::default())
                    .collect()?;
                assert!(found.customers.equals_missing(wanted.column("customer")?));
                let last: Vec<i32> = wanted.column("date")?.i32()?.iter().flatten().collect();
                assert_eq!(found.last, last);
                assert_eq!(found.orders, wanted.column("orders")?.i64()?.iter().flatten().collect::<Vec<_>>());
                assert_eq!(found.amount, wanted.column("amount")?.f64()?.iter().flatten().collect::<Vec<_>>());
            }
        }
        Ok(())
    }
}
