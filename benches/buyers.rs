//! Generated orders of customers who buy at rates of their own and stop one day, each after an order: what models of buying
//! are fitted to.

use std::path::{Path, PathBuf};

use polars::prelude::*;

use crate::orders::{DAYS, Dice, FIRST_DAY, frame, written};

/// The file of the orders of so many customers, made if it is not there yet: one customer after the other.
pub fn buyers(folder: &Path, customers: usize) -> PathBuf {
    let mut next = 0;
    written(folder, &format!("buyers_{customers}.parquet"), customers, |dice, count| {
        next += count as i64;
        lives(dice, next - count as i64..next)
    })
}

/// A year in which customers come, an order every two months on the average.
fn lives(dice: &mut Dice, customers: std::ops::Range<i64>) -> DataFrame {
    let mut share = || ((dice.roll() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    let (mut customer, mut date, mut amount) = (Vec::new(), Vec::new(), Vec::new());
    for number in customers {
        let (mut day, rate, stops) = (share() * 365.0, -share().ln() / 60.0, share() * share());
        let spend = 10.0 + 40.0 * share();
        while day < DAYS as f64 {
            customer.push(number);
            date.push(FIRST_DAY + day as i32);
            amount.push((spend * (0.5 + share()) * 100.0).round() / 100.0);
            if share() < stops {
                break;
            }
            day += -share().ln() / rate;
        }
    }
    frame(customer, date, amount)
}
