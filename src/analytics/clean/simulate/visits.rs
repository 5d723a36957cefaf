//! The table of events: visits of the web shop and of the app, with and without an order at their end.

use std::ops::Range;

use regulars_plugin::Result;

use super::orders::product_code;
use super::people::money;
use super::words::{CAMPAIGNS, CHANNELS, is_online};
use super::world::{Customer, Order, Purpose, World, number};
use crate::stats::simulate::Stream;
use crate::table::{Frame, FrameBuilder};

/// The steps of a visit, each with the page and with the chance to take it after the one before, where nothing is bought.
const STEPS: [(&str, &str, f64); 5] = [
    ("visit", "home", 1.0),
    ("view", "product", 0.75),
    ("cart", "cart", 0.3),
    ("checkout", "checkout", 0.4),
    ("purchase", "thanks", 0.0),
];

/// Visits without an order for each with one, so many are expected.
const IDLE: f64 = 2.5;

/// A step of a visit.
struct Step {
    customer: i64,
    moment: i64,
    step: u32,
    /// Number of the visit among those of the customer, from 1.
    visit: u32,
    channel: u32,
    cents: Option<i64>,
    product: Option<u32>,
    campaign: Option<u32>,
}

/// A visit: it ends with an order, or begins at a moment.
struct Visit<'a> {
    begins: i64,
    channel: u32,
    bought: Option<&'a Order>,
}

/// The visits of a customer, in their order.
fn visits<'a>(world: &World, stream: &mut Stream, customer: &Customer, orders: &'a [Order]) -> Vec<Visit<'a>> {
    let mut visits = Vec::new();
    let online = if is_online(customer.home) { customer.home as u32 } else { 0 };
    for order in orders.iter().filter(|order| is_online(usize::from(order.channel))) {
        // The order is the end of its visit, which takes some minutes.
        let begins = order.moment() - 180 - stream.below(900) as i64;
        visits.push(Visit { begins, channel: u32::from(order.channel), bought: Some(order) });
    }
    // Whoever has stopped comes no more.
    let end = customer.stopped.unwrap_or(world.until).max(customer.start);
    for _ in 0..stream.poisson(IDLE * visits.len().min(200) as f64) {
        let day = customer.start + stream.below((end - customer.start + 1) as usize) as i32;
        let begins = i64::from(day) * 86_400 + i64::from(world.second(stream));
        visits.push(Visit { begins, channel: online, bought: None });
    }
    visits.sort_by_key(|visit| visit.begins);
    visits
}

fn steps(world: &World, row: usize, customer: &Customer, orders: &[Order], into: &mut Vec<Step>) {
    let mut stream = world.stream(Purpose::Visits, row);
    for (place, visit) in visits(world, &mut stream, customer, orders).into_iter().enumerate() {
        let campaign = stream.chance(0.35).then(|| stream.below(CAMPAIGNS.len()) as u32);
        let product = match visit.bought {
            Some(order) => order.product,
            None => world.popularity.choose(&mut stream) as u32,
        };
        let mut moment = visit.begins;
        // A visit before an order is over when the order is made.
        let gap = visit.bought.map(|order| (order.moment() - moment) / 4);
        for (step, (_, page, chance)) in STEPS.iter().enumerate() {
            if visit.bought.is_none() && !stream.chance(*chance) {
                break;
            }
            into.push(Step {
                customer: number(row),
                moment,
                step: step as u32,
                visit: place as u32 + 1,
                channel: visit.channel,
                cents: visit.bought.filter(|_| step == 4).map(|order| order.cents),
                product: (*page == "product").then_some(product),
                campaign,
            });
            moment = match (gap, visit.bought) {
                (Some(_), Some(order)) if step == 3 => order.moment(),
                (Some(gap), _) => moment + gap,
                (None, _) => moment + 20 + stream.below(240) as i64,
            };
        }
    }
}

/// The events of a chunk of customers.
pub(super) fn table(world: &World, rows: Range<usize>) -> Result<Frame> {
    let mut all: Vec<Step> = Vec::new();
    world.each(rows, |row, customer, orders| steps(world, row, customer, orders, &mut all));
    let words: Vec<&str> = STEPS.iter().map(|(step, ..)| *step).collect();
    // The pages of the steps, then those of the products.
    let pages: Vec<String> = STEPS
        .iter()
        .map(|(_, page, _)| (*page).to_owned())
        .chain((0..world.products.len()).map(|product| format!("product/{}", product_code(product))))
        .collect();
    let page = |step: &Step| step.product.map_or(step.step, |product| STEPS.len() as u32 + product);
    FrameBuilder::empty()
        .integers("customer", all.iter().map(|step| step.customer))
        .moments("time", all.iter().map(|step| Some(step.moment)))?
        .chosen("event", &words, all.iter().map(|step| Some(step.step)))?
        .texts("session", all.iter().map(|step| format!("{}-{}", step.customer, step.visit)))
        .chosen("channel", &CHANNELS, all.iter().map(|step| Some(step.channel)))?
        .optional_numbers("value", all.iter().map(|step| step.cents.map(money)))
        .chosen("page", &pages, all.iter().map(|step| Some(page(step))))?
        .chosen("campaign", &CAMPAIGNS, all.iter().map(|step| step.campaign))?
        .build()
}
