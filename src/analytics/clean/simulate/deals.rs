//! What firms among the customers may buy.

use std::ops::Range;

use regulars_plugin::Result;

use super::words::{SOURCES, STAGES};
use super::world::{Purpose, World, number};
use crate::table::{Frame, FrameBuilder};

/// Opportunities that are expected of a firm.
const EACH: f64 = 2.0;
/// Days in each stage, so many in the mean.
const DAYS: f64 = 14.0;

pub(super) struct Deal {
    row: usize,
    /// The place of the stage: those before the end, then won, then lost.
    stage: u32,
    amount: f64,
    opened: i32,
    closed: Option<i32>,
    won: Option<bool>,
    source: u32,
    expected: i32,
}

/// The opportunities of a chunk of customers.
pub(super) fn deals(world: &World, rows: Range<usize>) -> Vec<Deal> {
    let mut all = Vec::new();
    world.each(rows, |row, customer, _| {
        if !customer.business {
            return;
        }
        let mut stream = world.stream(Purpose::Deals, row);
        for _ in 0..stream.poisson(EACH) {
            let opened = customer.start + stream.below((world.until - customer.start + 1) as usize) as i32;
            let amount = (2_000.0 * stream.normal().exp() / 10.0).round() * 10.0;
            let expected = opened + 30 + 15 * stream.below(5) as i32;
            let source = stream.below(SOURCES.len()) as u32;
            let (mut day, mut stage, mut won) = (f64::from(opened), 0, None);
            // Content firms buy a little more often.
            let mood = 0.03 * customer.content;
            while won.is_none() {
                day += stream.exponential(1.0 / DAYS);
                if day.floor() > f64::from(world.until) {
                    break;
                }
                match stream.chance((STAGES[stage].1 + mood).clamp(0.05, 0.95)) {
                    true if stage + 1 == STAGES.len() => won = Some(true),
                    true => stage += 1,
                    false => won = Some(false),
                }
            }
            let place = won.map_or(stage, |won| STAGES.len() + usize::from(!won));
            all.push(Deal {
                row,
                stage: place as u32,
                amount: amount.max(100.0),
                opened,
                closed: won.map(|_| day.floor() as i32),
                won,
                source,
                expected,
            });
        }
    });
    all
}

/// The table of opportunities; numbers count on from `first`.
pub(super) fn table(all: &[Deal], first: i64) -> Result<Frame> {
    let stages: Vec<&str> = STAGES.iter().map(|(stage, _)| *stage).chain(["won", "lost"]).collect();
    FrameBuilder::empty()
        .integers("deal", first..first + all.len() as i64)
        .integers("customer", all.iter().map(|deal| number(deal.row)))
        .chosen("stage", &stages, all.iter().map(|deal| Some(deal.stage)))?
        .numbers("amount", all.iter().map(|deal| deal.amount))
        .days("opened", all.iter().map(|deal| Some(deal.opened)))?
        .days("closed", all.iter().map(|deal| deal.closed))?
        .optional_flags("won", all.iter().map(|deal| deal.won))
        .texts("owner", all.iter().map(|deal| World::owner(deal.row)))
        .chosen("source", &SOURCES, all.iter().map(|deal| Some(deal.source)))?
        .days("expected_close", all.iter().map(|deal| Some(deal.expected)))?
        .build()
}
