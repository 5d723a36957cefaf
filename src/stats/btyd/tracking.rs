//! What a model expects of a whole cohort: purchases over time, and customers by their number of purchases.

use std::collections::BTreeMap;

use super::histories::Histories;
use super::outlook::BuyTillYouDie;
use crate::in_chunks;

/// Repeat purchases that are expected up to the end of each day, of customers who came on different days. `newcomers` has
/// days of first purchases and their customers, `unit` is the number of days in the model's unit of time.
pub fn expected_by_day(model: &dyn BuyTillYouDie, unit: f64, newcomers: &[(i32, f64)], days: &[i32]) -> Vec<f64> {
    let first = newcomers.iter().map(|(day, _)| *day).min().unwrap_or(0);
    let latest = days.iter().copied().max().unwrap_or(first);
    let ages = usize::try_from(i64::from(latest) - i64::from(first) + 1).unwrap_or(0);
    let newcomer = model.newcomer();
    let by_age: Vec<f64> =
        in_chunks(ages, 64, |range| range.map(|age| newcomer.expected(age as f64 / unit)).collect::<Vec<f64>>())
            .concat();
    let expected = |day: i32| {
        let of = |(start, customers): &(i32, f64)| {
            let age = usize::try_from(i64::from(day) - i64::from(*start)).ok();
            age.and_then(|age| by_age.get(age)).map_or(0.0, |each| customers * each)
        };
        newcomers.iter().map(of).sum()
    };
    days.iter().map(|day| expected(*day)).collect()
}

/// Customers with 0, 1, … up to `most` repeat purchases that are expected in the time that each was observed, and last
/// those with more.
pub fn expected_by_count(model: &dyn BuyTillYouDie, histories: &Histories, most: usize) -> Vec<f64> {
    let mut ages: BTreeMap<u64, f64> = BTreeMap::new();
    for one in &histories.shared {
        *ages.entry(one.purchases.age.to_bits()).or_insert(0.0) += one.customers;
    }
    let ages: Vec<(u64, f64)> = ages.into_iter().collect();
    let newcomer = model.newcomer();
    let parts = in_chunks(ages.len(), 64, |range| {
        let mut expected = vec![0.0; most + 2];
        for (age, customers) in &ages[range] {
            let chances = newcomer.probabilities(f64::from_bits(*age), most);
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
