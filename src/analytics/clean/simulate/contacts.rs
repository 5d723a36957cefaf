//! What customers say and ask for: feedback and tickets.

use std::ops::Range;

use regulars_plugin::Result;

use super::orders::product_code;
use super::words::{PRIORITIES, SAID, TOPICS};
use super::world::{Purpose, World, number};
use crate::stats::simulate::{Stream, Weights};
use crate::table::{Frame, FrameBuilder};

/// Share of the orders after which somebody says something.
const ANSWERED: f64 = 0.25;
/// Requests that are expected after an order of somebody who is as content as most.
const ASKED: f64 = 0.08;
/// How the answers came, the one in `SHOP` after an order in a shop.
const WAYS: [&str; 3] = ["email", "web", "shop"];
const SHOP: u32 = 2;

struct Answer {
    customer: i64,
    day: i32,
    score: i64,
    /// Which of the texts in `SAID`, all of them in one row.
    text: Option<u32>,
    way: u32,
    topic: u32,
    product: u32,
}

/// The answers of a chunk of customers.
pub(super) fn feedback(world: &World, rows: Range<usize>) -> Result<Frame> {
    let texts: Vec<&str> = SAID.concat();
    let mut all: Vec<Answer> = Vec::new();
    world.each(rows, |row, customer, orders| {
        let mut stream = world.stream(Purpose::Feedback, row);
        for order in orders {
            let day = order.day + 1 + stream.below(14) as i32;
            if !stream.chance(ANSWERED) || day > world.until {
                continue;
            }
            let score = (7.3 + 1.8 * customer.content + 1.2 * stream.normal()).round().clamp(0.0, 10.0) as i64;
            let mood = usize::from(score > 6) + usize::from(score > 8);
            let before: usize = SAID[..mood].iter().map(|said| said.len()).sum();
            all.push(Answer {
                customer: number(row),
                day,
                score,
                text: stream.chance(2.0 / 3.0).then(|| (before + stream.below(SAID[mood].len())) as u32),
                way: if order.channel == 2 { SHOP } else { stream.below(2) as u32 },
                topic: stream.below(3) as u32,
                product: order.product,
            });
        }
    });
    let topics: Vec<&str> = TOPICS.iter().map(|(topic, _)| *topic).collect();
    FrameBuilder::empty()
        .integers("customer", all.iter().map(|answer| answer.customer))
        .days("date", all.iter().map(|answer| Some(answer.day)))?
        .integers("score", all.iter().map(|answer| answer.score))
        .chosen("text", &texts, all.iter().map(|answer| answer.text))?
        .chosen("channel", &WAYS, all.iter().map(|answer| Some(answer.way)))?
        .chosen("topic", &topics, all.iter().map(|answer| Some(answer.topic)))?
        .texts("product", all.iter().map(|answer| product_code(answer.product as usize)))
        .build()
}

/// A request for help.
pub(super) struct Request {
    customer: i64,
    opened: i64,
    first_response: Option<i64>,
    resolved: Option<i64>,
    topic: u32,
    priority: u32,
    satisfaction: Option<i64>,
}

/// Hours that are mostly so many, as seconds: lognormal, so that some take long.
fn hours(stream: &mut Stream, median: f64) -> i64 {
    (median * 3600.0 * (0.8 * stream.normal()).exp()) as i64
}

/// The requests of a chunk of customers.
pub(super) fn requests(world: &World, rows: Range<usize>) -> Vec<Request> {
    let priorities = Weights::new(&PRIORITIES.map(|(_, share, ..)| share));
    let end = (i64::from(world.until) + 1) * 86_400;
    let mut all: Vec<Request> = Vec::new();
    world.each(rows, |row, customer, orders| {
        let mut stream = world.stream(Purpose::Tickets, row);
        // Who is less content asks more often.
        let expected = ASKED * (-0.5 * customer.content).exp();
        for order in orders {
            for _ in 0..stream.poisson(expected) {
                let opened = order.moment() + 3600 + (stream.exponential(1.0 / 6.0) * 86_400.0) as i64;
                let priority = priorities.choose(&mut stream);
                let (_, _, answered, solved) = PRIORITIES[priority];
                let first = opened + 120 + hours(&mut stream, answered);
                let resolved = first + 300 + hours(&mut stream, solved);
                // One in fifty is forgotten.
                let forgotten = stream.chance(0.02);
                let late = (resolved - opened) as f64 / (3600.0 * (answered + solved));
                let mark = (3.9 + 0.7 * customer.content - 0.5 * late.ln() + 0.6 * stream.normal()).round();
                let marked = stream.chance(0.5);
                let topic = stream.below(TOPICS.len()) as u32;
                if opened >= end {
                    continue;
                }
                let is_solved = resolved < end && !forgotten;
                all.push(Request {
                    customer: number(row),
                    opened,
                    first_response: (first < end).then_some(first),
                    resolved: is_solved.then_some(resolved),
                    topic,
                    priority: priority as u32,
                    satisfaction: (is_solved && marked).then_some(mark.clamp(1.0, 5.0) as i64),
                });
            }
        }
    });
    all
}

/// The table of requests; numbers count on from `first`.
pub(super) fn tickets(all: &[Request], first: i64) -> Result<Frame> {
    let topics: Vec<&str> = TOPICS.iter().map(|(topic, _)| *topic).collect();
    let texts: Vec<&str> = TOPICS.iter().map(|(_, text)| *text).collect();
    let priorities = PRIORITIES.map(|(priority, ..)| priority);
    FrameBuilder::empty()
        .integers("ticket", first..first + all.len() as i64)
        .integers("customer", all.iter().map(|request| request.customer))
        .moments("opened", all.iter().map(|request| Some(request.opened)))?
        .moments("first_response", all.iter().map(|request| request.first_response))?
        .moments("resolved", all.iter().map(|request| request.resolved))?
        .chosen("category", &topics, all.iter().map(|request| Some(request.topic)))?
        .chosen("priority", &priorities, all.iter().map(|request| Some(request.priority)))?
        .optional_integers("satisfaction", all.iter().map(|request| request.satisfaction))
        .chosen("text", &texts, all.iter().map(|request| Some(request.topic)))?
        .build()
}
