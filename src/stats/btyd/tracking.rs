//! What a model expects of a whole cohort: purchases over time, and customers by their number of purchases.

use std::collections::BTreeMap;

use super::fit::NoFit;
use super::histories::Histories;
use super::outlook::BuyTillYouDie;
use super::population::Population;
use crate::{Watch, in_chunks};

/// Customers who came on one day and have one pattern of covariates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Newcomers {
    /// Day of the first purchase.
    pub day: i32,
    /// Pattern of their covariates; 0 where there are none.
    pub pattern: u32,
    /// How many they are.
    pub customers: f64,
}

/// Repeat purchases that are expected up to the end of each day, of customers who came on different days. `unit` is the
/// number of days in the model's unit of time.
///
/// # Errors
/// When told to stop.
pub fn expected_by_day(
    population: &Population<'_>,
    unit: f64,
    newcomers: &[Newcomers],
    days: &[i32],
    watch: &dyn Watch,
) -> Result<Vec<f64>, NoFit> {
    let mut patterns: BTreeMap<u32, Vec<&Newcomers>> = BTreeMap::new();
    for group in newcomers {
        patterns.entry(group.pattern).or_default().push(group);
    }
    let patterns: Vec<(u32, Vec<&Newcomers>)> = patterns.into_iter().collect();
    let parts = in_chunks(patterns.len(), 16, |range| {
        let mut expected = vec![0.0; days.len()];
        for (pattern, groups) in &patterns[range] {
            if watch.stopped() {
                return None;
            }
            let age = |group: &Newcomers, day: i32| usize::try_from(i64::from(day) - i64::from(group.day)).ok();
            let ages = || groups.iter().flat_map(|group| days.iter().filter_map(move |day| age(group, *day)));
            let mut wanted = vec![false; ages().max().map_or(0, |oldest| oldest + 1)];
            ages().for_each(|age| wanted[age] = true);
            let newcomer = population.of(*pattern).newcomer();
            let by_age = in_chunks(wanted.len(), 64, |range| {
                let each = |age: usize| if wanted[age] { newcomer.expected(age as f64 / unit) } else { 0.0 };
                range.map(each).collect::<Vec<f64>>()
            })
            .concat();
            for (sum, day) in expected.iter_mut().zip(days) {
                let of = |group: &&Newcomers| age(group, *day).map_or(0.0, |age| group.customers * by_age[age]);
                *sum += groups.iter().map(of).sum::<f64>();
            }
        }
        Some(expected)
    });
    let mut expected = vec![0.0; days.len()];
    for part in parts {
        expected.iter_mut().zip(part.ok_or(NoFit::Stopped)?).for_each(|(sum, more)| *sum += more);
    }
    Ok(expected)
}

/// Customers with 0, 1, … up to `most` repeat purchases that are expected in the time that each was observed, and last
/// those with more.
pub fn expected_by_count(population: &Population<'_>, histories: &Histories, most: usize) -> Vec<f64> {
    let mut ages: BTreeMap<(u32, u64), f64> = BTreeMap::new();
    for one in &histories.shared {
        *ages.entry((one.pattern, one.purchases.age.to_bits())).or_insert(0.0) += one.customers;
    }
    let ages: Vec<((u32, u64), f64)> = ages.into_iter().collect();
    let parts = in_chunks(ages.len(), 64, |range| {
        let mut expected = vec![0.0; most + 2];
        for ((pattern, age), customers) in &ages[range] {
            let chances = population.of(*pattern).newcomer().probabilities(f64::from_bits(*age), most);
            expected.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += customers * chance);
        }
        expected
    });
    let mut expected = vec![0.0; most + 2];
    for part in parts {
        expected.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
    }
    expected
}
