//! The places of the two matrices: repeat purchases by the time of the last one.

use super::state::BuyingModel;
use crate::stats::btyd::Purchases as History;

/// Rows and columns of a matrix at the most.
const FINEST: u32 = 40;

/// Histories by repeat purchases and by the time of the last one, of somebody who was observed as long as the oldest
/// customer, in round steps of time; who has no repeat purchase has one place only.
pub(super) fn places(model: &BuyingModel) -> Vec<History> {
    let longest = model.longest();
    let step = round_step(longest / f64::from(FINEST));
    let steps = ((longest / step).round() as u32).max(1);
    // Nine digits: 3 × 0.1 is 0.3.
    let time = |steps: u32| (f64::from(steps) * step * 1e9).round() / 1e9;
    let age = time(steps);
    let mut places = vec![History { repeats: 0, last: 0.0, age }];
    for repeats in 1..=model.most.clamp(1, FINEST) {
        places.extend((1..=steps).map(|step| History { repeats, last: time(step), age }));
    }
    places
}

/// The least of 1, 2, 5 and their tenfolds and tenths that is not below a value.
fn round_step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.max(1e-6).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * decade).find(|step| *step >= least).unwrap_or(least)
}
