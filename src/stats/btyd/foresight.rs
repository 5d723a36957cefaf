//! What many customers are expected to do: each different history is looked at once.

use super::fit::NoFit;
use super::histories::Histories;
use super::outlook::{BuyTillYouDie, Foreseen, foresee_together};
use super::population::Population;
use crate::Watch;
use crate::in_chunks;

/// What is foreseen of one customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prospects {
    /// Probability of being alive.
    pub alive: f64,
    /// Purchases within the horizon.
    pub purchases: Foreseen,
}

/// Histories between two looks at whether the work should stop.
const CHUNK: usize = 1024;

/// Looks ahead for everybody; one answer for each of the shared histories, in their order. `astray` are populations that
/// stand for the error of the parameters, see [`Population::astray`]: the intervals are those of the mean over them, and
/// without any they cover chance alone.
///
/// # Errors
/// When told to stop.
pub fn foresee_all(
    population: &Population<'_>,
    astray: &[Population<'_>],
    histories: &Histories,
    horizon: f64,
    confidence: f64,
    watch: &dyn Watch,
) -> Result<Vec<Prospects>, NoFit> {
    let shared = &histories.shared;
    let parts = in_chunks(shared.len(), CHUNK, |range| {
        if watch.stopped() {
            return Vec::new();
        }
        let look = |one: &super::Shared| {
            let outlook = population.of(one.pattern).outlook(one.purchases);
            let others: Vec<_> = astray.iter().map(|other| other.of(one.pattern).outlook(one.purchases)).collect();
            Prospects { alive: outlook.alive, purchases: foresee_together(&outlook, &others, horizon, confidence) }
        };
        shared[range].iter().map(look).collect()
    });
    let found = parts.concat();
    if found.len() < shared.len() { Err(NoFit::Stopped) } else { Ok(found) }
}
