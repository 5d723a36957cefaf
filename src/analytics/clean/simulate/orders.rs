//! The table of orders, and what each month brought.

use std::ops::Range;

use regulars_plugin::{Context, Result};

use super::people::{money, region, regions};
use super::words::{CATEGORIES, CHANNELS};
use super::world::{Order, World, number};
use crate::table::{Calendar, Frame, FrameBuilder};

/// What a month brought.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Month {
    pub(super) new_customers: i64,
    pub(super) buyers: i64,
    pub(super) orders: i64,
    pub(super) cents: i64,
}

/// What came of the customers of a chunk.
pub(super) struct Sold {
    pub(super) months: Vec<Month>,
    pub(super) orders: i64,
    /// Customers who had not stopped by the end.
    pub(super) alive: i64,
}

/// The months of a world and the month of each of its days.
pub(super) struct Months {
    pub(super) first: i32,
    pub(super) count: usize,
    from: i32,
    of_day: Vec<u16>,
}

impl Months {
    pub(super) fn of(world: &World) -> Months {
        let day = |day: i32| chrono::NaiveDate::from_epoch_days(day).unwrap_or_default();
        let first = Calendar::Month.number(day(world.from));
        let of_day: Vec<u16> =
            (world.from..=world.until).map(|one| (Calendar::Month.number(day(one)) - first) as u16).collect();
        Months { first, count: of_day.last().map_or(0, |last| usize::from(*last) + 1), from: world.from, of_day }
    }

    fn of_order(&self, order: &Order) -> usize {
        self.of_day.get((order.day - self.from) as usize).copied().map_or(0, usize::from)
    }
}

/// Counts what the customers of a chunk bought.
pub(super) fn sold(world: &World, months: &Months, rows: Range<usize>) -> Sold {
    let mut sold = Sold { months: vec![Month::default(); months.count], orders: 0, alive: 0 };
    world.each(rows, |_, customer, orders| {
        let mut before = None;
        for order in orders {
            let place = months.of_order(order);
            let month = &mut sold.months[place];
            month.new_customers += i64::from(before.is_none());
            month.buyers += i64::from(before != Some(place));
            month.orders += 1;
            month.cents += order.cents;
            before = Some(place);
        }
        sold.orders += orders.len() as i64;
        sold.alive += i64::from(customer.stopped.is_none());
    });
    sold
}

/// The table of months.
pub(super) fn months(months: &Months, parts: &[Sold]) -> Result<Frame> {
    let mut all = vec![Month::default(); months.count];
    for (month, part) in parts.iter().flat_map(|part| part.months.iter().enumerate()) {
        all[month].new_customers += part.new_customers;
        all[month].buyers += part.buyers;
        all[month].orders += part.orders;
        all[month].cents += part.cents;
    }
    FrameBuilder::empty()
        .dates("month", (0..all.len()).map(|month| Calendar::Month.first_day(months.first + month as i32)))
        .integers("new_customers", all.iter().map(|month| month.new_customers))
        .integers("buyers", all.iter().map(|month| month.buyers))
        .integers("orders", all.iter().map(|month| month.orders))
        .numbers("revenue", all.iter().map(|month| money(month.cents)))
        .build()
}

/// The code of a product.
pub(super) fn product_code(product: usize) -> String {
    format!("P-{:04}", product + 1)
}

/// Numbers that count on through the parts: where each part begins, and how many there are in all.
pub(super) fn offsets(counts: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut next = 1;
    let begin = |count: i64| {
        next += count;
        next - count
    };
    counts.map(begin).collect()
}

/// The table of orders; `counts` says how many each chunk has, so that order numbers are known before.
pub(super) fn table(world: &World, currency: &str, counts: &[i64], context: &Context<'_>) -> Result<Frame> {
    let codes: Vec<String> = (0..world.products.len()).map(product_code).collect();
    let categories: Vec<&str> = world.products.iter().map(|product| CATEGORIES[product.category].0).collect();
    let regions = regions();
    let begins = offsets(counts.iter().copied());
    world.table(context, |place, rows| {
        let count = counts.get(place).copied().unwrap_or_default() as usize;
        let mut sold: Vec<Order> = Vec::with_capacity(count);
        let mut who: Vec<(i64, u32)> = Vec::with_capacity(count);
        world.each(rows, |row, customer, orders| {
            let region = region(customer) as u32;
            sold.extend_from_slice(orders);
            who.extend(std::iter::repeat_n((number(row), region), orders.len()));
        });
        let first = begins.get(place).copied().unwrap_or(1);
        FrameBuilder::empty()
            .integers("customer", who.iter().map(|(customer, _)| *customer))
            .days("date", sold.iter().map(|order| Some(order.day)))?
            .numbers("amount", sold.iter().map(|order| money(order.cents)))
            .integers("order", first..first + sold.len() as i64)
            .chosen("product", &codes, sold.iter().map(|order| Some(order.product)))?
            .chosen("category", &categories, sold.iter().map(|order| Some(order.product)))?
            .integers("quantity", sold.iter().map(|order| i64::from(order.quantity)))
            .chosen("channel", &CHANNELS, sold.iter().map(|order| Some(u32::from(order.channel))))?
            .chosen("region", &regions, who.iter().map(|(_, region)| Some(*region)))?
            .numbers("cost", sold.iter().map(|order| money(order.cost)))
            .numbers("discount", sold.iter().map(|order| money(order.discount)))
            .chosen("currency", &[currency], std::iter::repeat_n(Some(0), sold.len()))?
            .build()
    })
}
