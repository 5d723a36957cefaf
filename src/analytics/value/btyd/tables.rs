//! The further tables of a fit: what was seen beside what was expected.

use regulars_plugin::Result;
use schemars::JsonSchema;

use super::fit::Holdout;
use crate::stats::btyd::{Histories, Population, Purchases as History, expected_by_count};
use crate::table::{Frame, FrameBuilder};

/// From this number of repeat purchases on, customers are put together.
const TOGETHER: usize = 7;

/// Customers by their repeat purchases in the calibration, seen and expected: how well the model describes.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct FrequencyRow {
    /// Repeat purchases; 7 stands for 7 and more.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// "seen" or "expected".
    series: String,
    /// How many customers.
    #[schemars(extend("unit" = "customers"))]
    customers: f64,
}

/// Purchases per customer in the hold-out by repeat purchases before, seen and expected: how well the model foresees.
/// Without rows where there is no hold-out.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct HoldoutRow {
    /// Repeat purchases in the calibration; 7 stands for 7 and more.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// "seen" or "expected".
    series: String,
    /// Mean number of purchases in the hold-out.
    #[schemars(extend("unit" = "purchases"))]
    purchases: f64,
    /// How many customers.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
}

fn group(repeats: u32) -> usize {
    (repeats as usize).min(TOGETHER)
}

pub(super) fn frequencies(population: &Population<'_>, histories: &Histories) -> Result<Frame> {
    let mut seen = [0.0; TOGETHER + 1];
    for one in &histories.shared {
        seen[group(one.purchases.repeats)] += one.customers;
    }
    let expected = expected_by_count(population, histories, TOGETHER - 1);
    let both = || seen.iter().chain(&expected).copied();
    long(&["seen", "expected"], |_| true).numbers("customers", both()).build()
}

pub(super) fn holdout(customers: &[History], holdout: Option<&Holdout>) -> Result<Frame> {
    let mut sums = [(0_i64, 0.0, 0.0); TOGETHER + 1];
    if let Some(holdout) = holdout {
        for (customer, history) in customers.iter().enumerate() {
            let sum = &mut sums[group(history.repeats)];
            sum.0 += 1;
            sum.1 += f64::from(holdout.seen[customer]);
            sum.2 += holdout.expected[customer];
        }
    }
    let there: Vec<(i64, f64, f64)> = sums.into_iter().filter(|sum| sum.0 > 0).collect();
    let seen = there.iter().map(|sum| sum.1 / sum.0 as f64);
    let expected = there.iter().map(|sum| sum.2 / sum.0 as f64);
    let counts = || there.iter().map(|sum| sum.0);
    long(&["seen", "expected"], |group| sums[group].0 > 0)
        .numbers("purchases", seen.chain(expected))
        .integers("customers", counts().chain(counts()))
        .build()
}

/// The columns of groups and series, the series one after the other, of the groups that are there.
fn long(series: &[&str], there: impl Fn(usize) -> bool) -> FrameBuilder {
    let groups: Vec<usize> = (0..=TOGETHER).filter(|group| there(*group)).collect();
    let rows = || series.iter().flat_map(|series| groups.iter().map(move |group| (*group as i64, *series)));
    FrameBuilder::empty().integers("frequency", rows().map(|row| row.0)).texts("series", rows().map(|row| row.1))
}
