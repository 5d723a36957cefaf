//! Generated measurements in Parquet, laid out as the group-by and join questions of db-benchmark ask: three text keys,
//! three whole keys, two small counts and a number.

use std::path::{Path, PathBuf};

use polars::prelude::*;

use crate::orders::{Dice, written};

/// Different values of the short keys; the long ones have one value in a hundred rows.
const SHORT: u64 = 100;

/// The file of so many rows, made if it is not there yet.
pub fn measurements(folder: &Path, rows: usize) -> PathBuf {
    let long = (rows as u64 / SHORT).max(1);
    written(folder, &format!("measurements_{rows}.parquet"), rows, |dice, count| batch(dice, long, count))
}

/// A name and a weight for each value of `id6`.
pub fn things(folder: &Path, rows: usize) -> PathBuf {
    let long = (rows / SHORT as usize).max(1);
    let mut next = 0_i64;
    written(folder, &format!("things_{long}.parquet"), long, |dice, count| {
        let ids: Vec<i64> = (next..next + count as i64).map(|id| id + 1).collect();
        next += count as i64;
        let names: Vec<String> = ids.iter().map(|id| format!("thing {}", id % 50)).collect();
        let weights: Vec<f64> = ids.iter().map(|_| (dice.roll() % 10_000) as f64 / 100.0).collect();
        df!("id6" => ids, "thing" => names, "weight" => weights).expect("columns of one length")
    })
}

fn batch(dice: &mut Dice, long: u64, rows: usize) -> DataFrame {
    let mut whole = |most: u64| (0..rows).map(|_| (dice.roll() % most) as i64 + 1).collect::<Vec<i64>>();
    let text = |numbers: Vec<i64>, digits: usize| -> Vec<String> {
        numbers.into_iter().map(|number| format!("id{number:0digits$}")).collect()
    };
    df!(
        "id1" => text(whole(SHORT), 3),
        "id2" => text(whole(SHORT), 3),
        "id3" => text(whole(long), 10),
        "id4" => whole(SHORT),
        "id5" => whole(SHORT),
        "id6" => whole(long),
        "v1" => whole(5),
        "v2" => whole(15),
        "v3" => whole(100_000_000).into_iter().map(|number| number as f64 / 1e6).collect::<Vec<f64>>()
    )
    .expect("columns of one length")
}
