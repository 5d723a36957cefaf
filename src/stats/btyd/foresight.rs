//! What many customers are expected to do: each different history is looked at once.

use super::fit::NoFit;
use super::histories::Histories;
use super::outlook::{BuyTillYouDie, Foreseen};
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

/// Looks ahead for everybody; one answer for each of the shared histories, in their order.
///
/// # Errors
/// When told to stop.
pub fn foresee_all(
    model: &dyn BuyTillYouDie,
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
            let outlook = model.outlook(one.purchases);
            Prospects { alive: outlook.alive, purchases: outlook.foresee(horizon, confidence) }
        };
        shared[range].iter().map(look).collect()
    });
    let found = parts.concat();
    if found.len() < shared.len() { Err(NoFit::Stopped) } else { Ok(found) }
}
