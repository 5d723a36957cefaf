//! Generated orders in Parquet, for every bench: the same file for the same number of rows.

use std::path::{Path, PathBuf};

use polars::prelude::*;

/// One customer in twenty rows, as in a shop with regulars; a few buy very often.
const ROWS_PER_CUSTOMER: u64 = 20;
const BATCH: usize = 1_000_000;
pub const DAYS: u64 = 3 * 365;
pub const FIRST_DAY: i32 = 18_993;

/// A generator with a state of one word: quick, and the same on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// The file of so many orders, made if it is not there yet: `customer` (integer), `date`, `amount`.
pub fn orders(folder: &Path, rows: usize) -> PathBuf {
    let customers = (rows as u64 / ROWS_PER_CUSTOMER).max(1);
    written(folder, &format!("orders_{rows}.parquet"), rows, |dice, count| batch(dice, customers, count))
}

/// A Parquet file of so many generated rows, or of what else a batch is counted in, made batch by batch if it is not there yet.
pub fn written(
    folder: &Path,
    name: &str,
    rows: usize,
    mut batch: impl FnMut(&mut Dice, usize) -> DataFrame,
) -> PathBuf {
    let path = folder.join(name);
    if path.exists() {
        return path;
    }
    std::fs::create_dir_all(folder).expect("a folder for the data");
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let file = std::fs::File::create(path.with_extension("part")).expect("a file for the data");
    let mut writer = None;
    let mut left = rows;
    while left > 0 {
        let data = batch(&mut dice, left.min(BATCH));
        if writer.is_none() {
            writer =
                Some(ParquetWriter::new(file.try_clone().expect("a file")).batched(data.schema()).expect("a writer"));
        }
        writer.as_mut().expect("a writer").write_batch(&data).expect("room for the data");
        left -= left.min(BATCH);
    }
    writer.expect("at least one row").finish().expect("room for the data");
    std::fs::rename(path.with_extension("part"), &path).expect("a finished file");
    path
}

fn batch(dice: &mut Dice, customers: u64, rows: usize) -> DataFrame {
    let mut customer = Vec::with_capacity(rows);
    let mut date = Vec::with_capacity(rows);
    let mut amount = Vec::with_capacity(rows);
    for _ in 0..rows {
        // The product of two uniform shares favours small numbers: some customers buy far more often than others.
        let share = (dice.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        let other = (dice.roll() >> 11) as f64 / (1_u64 << 53) as f64;
        customer.push((share * other * customers as f64) as i64);
        date.push(FIRST_DAY + (dice.roll() % DAYS) as i32);
        amount.push((dice.roll() % 20_000) as f64 / 100.0);
    }
    frame(customer, date, amount)
}

/// Orders as columns.
pub fn frame(customer: Vec<i64>, date: Vec<i32>, amount: Vec<f64>) -> DataFrame {
    let rows = customer.len();
    let date = Series::new("date".into(), date).cast(&DataType::Date).expect("days are dates");
    let columns = vec![
        Series::new("customer".into(), customer).into_column(),
        date.into_column(),
        Series::new("amount".into(), amount).into_column(),
    ];
    DataFrame::new(rows, columns).expect("columns of one length")
}
