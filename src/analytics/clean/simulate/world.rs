//! The made-up world: what holds for everybody, each customer's hidden life, and what came of it.

use std::ops::Range;

use regulars_plugin::{Context, Date, Result};

use super::words::{CATEGORIES, CHANNELS, COUNTRIES, HOURS, LIVING, OWNERS};
use crate::stats::in_chunks;
use crate::stats::simulate::{Buying, Life, Stream, Weights};
use crate::table::Frame;

/// Customers that are made in one go: enough to be worth a thread, few enough to be interrupted soon.
const CHUNK: usize = 16_384;

/// What random numbers are drawn for: each purpose has streams of its own, so that asking for one table alone, or adding a
/// column to it, changes nothing in another.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Products = 1,
    Lives,
    Orders,
    People,
    Visits,
    Feedback,
    Tickets,
    Deals,
    Dirt,
}

/// A product: its kind, by place.
pub(super) struct Product {
    pub(super) category: usize,
}

/// What holds for everybody.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) customers: usize,
    /// Days since 1970-01-01.
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) joined_by: i32,
    pub(super) buying: Buying,
    /// Days in the unit of the parameters.
    pub(super) unit: f64,
    /// Shape of a customer's spends; shape and rate of what they scatter around.
    pub(super) spend: [f64; 3],
    pub(super) physical: f64,
    pub(super) products: Vec<Product>,
    pub(super) popularity: Weights,
    countries: Weights,
    hours: Weights,
}

/// A customer, with what nobody sees in the tables.
pub(super) struct Customer {
    pub(super) life: Life,
    /// Day of the first order, since 1970-01-01.
    pub(super) start: i32,
    /// Day on which the customer stopped; none who is still there.
    pub(super) stopped: Option<i32>,
    /// Mean of the orders that the customer tends to.
    pub(super) spend: f64,
    /// How content, standard normal.
    pub(super) content: f64,
    pub(super) country: usize,
    pub(super) place: usize,
    /// The channel of most orders.
    pub(super) home: usize,
    pub(super) business: bool,
}

/// An order.
#[derive(Clone, Copy)]
pub(super) struct Order {
    /// Since 1970-01-01.
    pub(super) day: i32,
    /// Seconds since midnight.
    pub(super) second: i32,
    /// What was paid, in hundredths.
    pub(super) cents: i64,
    pub(super) discount: i64,
    pub(super) cost: i64,
    pub(super) quantity: u32,
    pub(super) product: u32,
    pub(super) channel: u8,
}

impl Order {
    /// Seconds since 1970-01-01.
    pub(super) fn moment(&self) -> i64 {
        i64::from(self.day) * 86_400 + i64::from(self.second)
    }
}

/// Room for the orders of one customer, used again for the next.
#[derive(Default)]
pub(super) struct Scratch {
    times: Vec<f64>,
    pub(super) orders: Vec<Order>,
}

impl World {
    /// A world; days are days since 1970-01-01.
    pub(super) fn new(
        seed: u64,
        customers: usize,
        [from, until, joined_by]: [Date; 3],
        (buying, unit): (Buying, f64),
        spend: [f64; 3],
        (products, zipf): (usize, f64),
        physical: f64,
    ) -> World {
        let product = |row: usize| {
            let mut stream = Stream::new(seed, Purpose::Products as u64, row as u64);
            // Every kind has a product among the first, so that none is missing where there are enough.
            let category = if row < CATEGORIES.len() { row } else { stream.below(CATEGORIES.len()) };
            Product { category }
        };
        World {
            seed,
            customers,
            from: from.to_epoch_days(),
            until: until.to_epoch_days(),
            joined_by: joined_by.to_epoch_days(),
            buying,
            unit,
            spend,
            physical,
            products: (0..products).map(product).collect(),
            popularity: Weights::zipf(products, zipf),
            countries: Weights::new(&LIVING),
            hours: Weights::new(&HOURS),
        }
    }

    pub(super) fn stream(&self, purpose: Purpose, row: usize) -> Stream {
        Stream::new(self.seed, purpose as u64, row as u64)
    }

    /// The second of a day at which something happens, more often in the evening than at night.
    pub(super) fn second(&self, stream: &mut Stream) -> i32 {
        self.hours.choose(stream) as i32 * 3600 + stream.below(3600) as i32
    }

    /// The customer in a row, whose orders are written into the scratch, in their order.
    pub(super) fn customer(&self, row: usize, scratch: &mut Scratch) -> Customer {
        let mut stream = self.stream(Purpose::Lives, row);
        let began = f64::from(self.from) + stream.uniform() * f64::from(self.joined_by - self.from + 1);
        let age = (f64::from(self.until + 1) - began) / self.unit;
        let life = self.buying.live(&mut stream, age, &mut scratch.times);
        let [p, q, gamma] = self.spend;
        let pace = stream.gamma(q) / gamma;
        // Those who tend to stop are less content, and the rest is their own.
        let content = -0.6 * life.unsteady.clamp(-3.0, 3.0) + 0.8 * stream.normal();
        let physical = stream.chance(self.physical);
        let home = usize::from(physical) * 2 + usize::from(stream.chance(if physical { 0.15 } else { 0.35 }));
        let country = self.countries.choose(&mut stream);
        let customer = Customer {
            life,
            start: began.floor() as i32,
            stopped: life.stopped.map(|time| (began + time * self.unit).floor() as i32),
            spend: p / pace,
            content,
            country,
            place: stream.below(COUNTRIES[country].places.len()),
            home,
            business: stream.chance(0.15),
        };
        let mut stream = self.stream(Purpose::Orders, row);
        scratch.orders.clear();
        let mut before = i64::MIN;
        for time in std::iter::once(0.0).chain(scratch.times.iter().copied()) {
            let mut order = self.order(&mut stream, &customer, (began + time * self.unit).floor() as i32, p / pace, p);
            // The orders of a day follow each other.
            if order.moment() <= before && order.day as i64 == before.div_euclid(86_400) {
                order.second = (before.rem_euclid(86_400) as i32 + 60).min(86_399);
            }
            before = order.moment();
            scratch.orders.push(order);
        }
        customer
    }

    fn order(&self, stream: &mut Stream, customer: &Customer, day: i32, mean: f64, shape: f64) -> Order {
        let paid = stream.gamma(shape) * mean / shape;
        let cents = ((paid * 100.0).round() as i64).max(1);
        let product = self.popularity.choose(stream);
        let (_, cost) = CATEGORIES[self.products[product].category];
        let taken_off = if stream.chance(0.2) { 0.05 * (1 + stream.below(6)) as f64 } else { 0.0 };
        let listed = cents as f64 / (1.0 - taken_off);
        let quantity = 1 + stream.poisson(0.4);
        let channel = if stream.chance(0.75) { customer.home } else { stream.below(CHANNELS.len()) };
        Order {
            day,
            second: self.second(stream),
            cents,
            discount: listed.round() as i64 - cents,
            cost: (listed * cost).round() as i64,
            quantity,
            product: product as u32,
            channel: channel as u8,
        }
    }

    /// Makes something of all customers, chunk by chunk on all cores, in their order; chunks are numbered from 0.
    pub(super) fn chunks<Part: Send>(
        &self,
        context: &Context<'_>,
        part: impl Fn(usize, Range<usize>) -> Result<Part> + Sync,
    ) -> Result<Vec<Part>> {
        in_chunks(self.customers, CHUNK, |rows| {
            context.check()?;
            part(rows.start / CHUNK, rows)
        })
        .into_iter()
        .collect()
    }

    /// A table of all customers, chunk by chunk.
    pub(super) fn table(
        &self,
        context: &Context<'_>,
        part: impl Fn(usize, Range<usize>) -> Result<Frame> + Sync,
    ) -> Result<Frame> {
        Frame::stacked(self.chunks(context, part)?)
    }

    /// The customers of a chunk and their orders, one after the other.
    pub(super) fn each(&self, rows: Range<usize>, mut see: impl FnMut(usize, &Customer, &[Order])) {
        let mut scratch = Scratch::default();
        for row in rows {
            let customer = self.customer(row, &mut scratch);
            see(row, &customer, &scratch.orders);
        }
    }

    /// Who sells to a customer.
    pub(super) fn owner(row: usize) -> &'static str {
        OWNERS[row % OWNERS.len()]
    }
}

/// The number of a customer, from 1.
pub(super) fn number(row: usize) -> i64 {
    row as i64 + 1
}
