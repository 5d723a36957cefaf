//! The periods in which each customer bought: one pass over the rows, which are shared out by customer, and then a count of
//! every share by itself.
//!
//! Polars could do it as a group-by over customers and periods. Here nothing depends on the number of threads, sums
//! included, and the shares are small enough to be counted where memory is near.

use polars::prelude::*;
use regulars_plugin::{Context, Date, Failure, Host, Result};

use super::cell::day;
use super::keys::{Keys, mixed};
use super::standard::{plan_failure, usable_orders};
use super::tally::{days, ticks_a_day};
use super::{Calendar, Transactions};

/// Periods grouped by customer: customer `i` has the entries from `starts[i]` to `starts[i + 1]`, one for each period in
/// which there is an order, the earliest first. The order of the customers depends on nothing but the data.
pub struct CustomerPeriods {
    /// Where each customer's entries begin, and the end of the last.
    pub starts: Vec<usize>,
    /// Number of the calendar period.
    pub periods: Vec<i32>,
    /// Sum of the amounts in it.
    pub amounts: Vec<f64>,
    /// The latest day of any order.
    pub latest: Option<Date>,
    /// Number of rows behind it.
    pub rows: usize,
}

impl Transactions {
    /// The periods in which each customer bought, and for how much, up to a day.
    pub fn customer_periods(
        &self,
        calendar: Calendar,
        until: Option<Date>,
        context: &Context<'_>,
    ) -> Result<CustomerPeriods> {
        let frame = self.frame();
        let plan = self.with_unusable(until).select([col("customer"), col("date"), col("amount")]);
        let kind = |name: &str| frame.dtype(name).unwrap_or(DataType::Null);
        let mut shares = Shares::new(calendar, &kind("customer"), &kind("date"));
        let broken = |error| plan_failure(error, frame);
        frame.batches(plan, context.host(), |batch| {
            let usable = usable_orders(batch).map_err(broken)?;
            for start in (0..usable.height()).step_by(BATCH) {
                context.check()?;
                shares.add(&usable.slice(start as i64, BATCH)).map_err(broken)?;
            }
            Ok(())
        })?;
        let (rows, latest) = (shares.rows, shares.latest);
        let counted = shares.count(context.host());
        context.check()?;
        let mut answer = CustomerPeriods {
            starts: Vec::with_capacity(counted.iter().map(|one| one.lengths.len()).sum::<usize>() + 1),
            periods: Vec::new(),
            amounts: Vec::new(),
            latest: day(latest).filter(|_| rows > 0),
            rows,
        };
        let mut start = 0;
        answer.starts.push(start);
        for mut one in counted {
            for length in one.lengths {
                start += length as usize;
                answer.starts.push(start);
            }
            answer.periods.append(&mut one.periods);
            answer.amounts.append(&mut one.amounts);
        }
        if rows == 0 {
            return Err(Failure::new("there are no orders").help("look at `until`, and at the filters before"));
        }
        Ok(answer)
    }
}

/// Rows between two looks at whether to stop.
const BATCH: usize = 1 << 20;
/// Shares of the customers: so many that one of them, of some ten million rows, lies near the processor.
const SHARES: usize = 512;
/// Entries of a block, from the first to the largest: blocks need no moving as a share grows.
const BLOCK: (usize, usize) = (32, 4096);

/// What is kept of a row.
#[derive(Clone, Copy)]
struct Entry {
    key: i64,
    amount: f64,
    period: i32,
}

/// The rows of some of the customers, in the order of the data.
#[derive(Default)]
struct Share {
    full: Vec<Vec<Entry>>,
    filling: Vec<Entry>,
}

impl Share {
    fn push(&mut self, entry: Entry) {
        if self.filling.len() == self.filling.capacity() {
            let size = (self.filling.len() * 2).clamp(BLOCK.0, BLOCK.1);
            self.full.push(std::mem::replace(&mut self.filling, Vec::with_capacity(size)));
        }
        self.filling.push(entry);
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.full.iter().chain([&self.filling]).flatten()
    }
}

/// All rows, shared out.
struct Shares {
    shares: Vec<Share>,
    customers: Keys,
    calendar: Calendar,
    ticks_a_day: i64,
    rows: usize,
    latest: i32,
}

impl Shares {
    fn new(calendar: Calendar, customer: &DataType, date: &DataType) -> Shares {
        Shares {
            shares: (0..SHARES).map(|_| Share::default()).collect(),
            customers: Keys::of(customer),
            calendar,
            ticks_a_day: ticks_a_day(date),
            rows: 0,
            latest: i32::MIN,
        }
    }

    /// Shares out a batch of `customer`, `date` and `amount`.
    fn add(&mut self, batch: &DataFrame) -> PolarsResult<()> {
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
        let keys = self.customers.numbers(batch.column("customer")?)?;
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Ok(()) };
        self.rows += days.len();
        self.latest = self.latest.max(*last);
        let number = |days: i32| self.calendar.number(day(days).unwrap_or_default());
        // A batch mostly holds fewer days than rows: each is looked up in the calendar once.
        let looked_up: Option<Vec<i32>> = ((i64::from(*last) - i64::from(*first)) < days.len() as i64)
            .then(|| (*first..=*last).map(number).collect());
        for ((key, days), amount) in keys.iter().zip(days).zip(amounts) {
            let period = match &looked_up {
                Some(periods) => periods[(days - first) as usize],
                None => number(*days),
            };
            // The high bits choose the share, the low ones the place in its table.
            self.shares[(mixed(*key) >> 32) as usize % SHARES].push(Entry { key: *key, amount: *amount, period });
        }
        Ok(())
    }

    /// Counts share by share, on several threads. What comes of it is in the order of the shares; after an interrupt it
    /// is not complete.
    fn count(self, host: &dyn Host) -> Vec<Counted> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(SHARES);
        let mut shares = self.shares;
        let stretch = shares.len().div_ceil(threads);
        std::thread::scope(|scope| {
            let work = shares.chunks_mut(stretch).map(|shares| {
                scope.spawn(move || {
                    let mut counted = Counted::default();
                    for share in shares.iter_mut().take_while(|_| !host.is_cancelled()) {
                        counted.add(&std::mem::take(share));
                    }
                    counted
                })
            });
            // All of them are begun before the first is waited for.
            let work: Vec<_> = work.collect();
            let counted = work.into_iter().map(|thread| thread.join());
            counted.map(|one| one.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        })
    }
}

/// Customers one after the other.
#[derive(Default)]
struct Counted {
    /// Number of periods of each customer.
    lengths: Vec<u32>,
    periods: Vec<i32>,
    amounts: Vec<f64>,
}

impl Counted {
    fn add(&mut self, share: &Share) {
        let rows = share.entries().count();
        // Customers by number, in order of appearance; 0 in the table marks a free place.
        let mut places = vec![0_u32; (rows * 2).next_power_of_two()];
        let last = places.len() - 1;
        let mut keys: Vec<i64> = Vec::new();
        let mut ends: Vec<usize> = Vec::new();
        let mut numbers: Vec<u32> = Vec::with_capacity(rows);
        for entry in share.entries() {
            let mut place = mixed(entry.key) as usize & last;
            while places[place] != 0 && keys[places[place] as usize - 1] != entry.key {
                place = (place + 1) & last;
            }
            if places[place] == 0 {
                keys.push(entry.key);
                ends.push(0);
                places[place] = keys.len() as u32;
            }
            numbers.push(places[place] - 1);
            ends[places[place] as usize - 1] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        // Each entry goes to its customer's next place; afterwards every number there is the end of a customer.
        let mut sorted = vec![(0_i32, 0.0_f64); rows];
        for (entry, number) in share.entries().zip(&numbers) {
            let place = &mut ends[*number as usize];
            sorted[*place] = (entry.period, entry.amount);
            *place += 1;
        }
        let mut start = 0;
        for end in ends {
            let entries = &mut sorted[start..end];
            start = end;
            // By amount within a period, so that sums come out the same in whatever order the rows arrived.
            entries.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
            let before = self.periods.len();
            for period in entries.chunk_by(|left, right| left.0 == right.0) {
                self.periods.push(period[0].0);
                self.amounts.push(period.iter().map(|entry| entry.1).sum());
            }
            self.lengths.push((self.periods.len() - before) as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulars_plugin::Input;

    /// The same by Polars' group-by, on random rows of every kind of key: the law that the step must keep.
    #[test]
    fn it_counts_as_a_group_by_does() -> Result<()> {
        let broken = |error| super::super::failure(error, &[]);
        let mut state = 7_u64;
        let mut roll = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        for (rows, customers) in [(1, 1), (700, 20), (9_000, 4_000)] {
            let keys: Vec<i64> = (0..rows).map(|_| roll(customers) as i64 - 3).collect();
            let days: Vec<i32> = (0..rows).map(|_| 8_000 + roll(900) as i32).collect();
            // Quarters add without rounding, so that both ways must agree to the last digit.
            let amounts: Vec<f64> = (0..rows).map(|_| roll(4_000) as f64 / 4.0 - 100.0).collect();
            let plain = df!("customer" => keys, "date" => days, "amount" => amounts).map_err(broken)?;
            let plain = plain.lazy().with_column(col("date").cast(DataType::Date));
            for kind in [DataType::Int64, DataType::String] {
                let data = plain.clone().with_column(col("customer").cast(kind)).collect().map_err(broken)?;
                let wanted = data
                    .clone()
                    .lazy()
                    .group_by([col("customer"), col("date").dt().truncate(lit("1mo")).alias("month")])
                    .agg([col("amount").sum()])
                    .sort(["customer", "month"], SortMultipleOptions::default())
                    .collect()
                    .map_err(broken)?;
                let orders = Transactions::from_tables(vec![super::super::Frame::from_data(data)])?;
                let found = orders.customer_periods(Calendar::Month, None, &Context::quiet())?;
                assert_eq!(found.rows, rows);
                // The customers have no names here, so their lists are compared as a whole, in order.
                let mut lists: Vec<Vec<(i32, f64)>> = found
                    .starts
                    .windows(2)
                    .map(|range| {
                        let of = range[0]..range[1];
                        found.periods[of.clone()].iter().copied().zip(found.amounts[of].iter().copied()).collect()
                    })
                    .collect();
                let data = super::super::Data(wanted);
                let (cells, months) = (data.cells("customer")?, data.dates("month")?);
                let sums = data.numbers("amount")?;
                let mut wanted: Vec<Vec<(i32, f64)>> = Vec::new();
                for row in 0..cells.len() {
                    if row == 0 || cells[row] != cells[row - 1] {
                        wanted.push(Vec::new());
                    }
                    let entry =
                        (Calendar::Month.number(months[row].unwrap_or_default()), sums[row].unwrap_or_default());
                    wanted.last_mut().into_iter().for_each(|list| list.push(entry));
                }
                let in_order = |left: &Vec<(i32, f64)>, right: &Vec<(i32, f64)>| left.partial_cmp(right);
                lists.sort_by(|left, right| in_order(left, right).unwrap_or(std::cmp::Ordering::Equal));
                wanted.sort_by(|left, right| in_order(left, right).unwrap_or(std::cmp::Ordering::Equal));
                assert_eq!(lists, wanted);
            }
        }
        Ok(())
    }
}
