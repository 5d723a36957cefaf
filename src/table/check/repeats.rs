//! Rows that share their values: found by the hashes of all rows, and then compared, because different values may have one hash.

use std::collections::{HashMap, HashSet};

use polars::prelude::*;

use super::{mix, texts};
use crate::table::row_set::RowSet;

/// Hashes whose rows are compared in one pass, so that memory stays small where most rows repeat others.
pub(super) const AT_ONCE: usize = 1 << 20;

/// The hash of the values of each row; 0 where one is missing.
#[derive(Default)]
pub(super) struct Hashes(pub(super) Vec<u64>);

impl Hashes {
    /// Mixes the values of each row of a batch into a hash.
    pub(super) fn add(&mut self, batch: &DataFrame, names: &[String]) -> PolarsResult<()> {
        let mut hashes = vec![1_u64; batch.height()];
        for name in names {
            let texts = texts(batch.column(name)?)?;
            for (hash, text) in hashes.iter_mut().zip(texts.str()?.iter()) {
                *hash = mix(*hash, text);
            }
        }
        self.0.extend(hashes);
        Ok(())
    }

    /// The hashes that several rows have, in their order.
    pub(super) fn repeated(&self) -> Vec<u64> {
        let mut sorted: Vec<u64> = self.0.iter().copied().filter(|hash| *hash != 0).collect();
        sorted.sort_unstable();
        let mut twice: Vec<u64> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        twice
    }
}

/// The first row with some values.
struct First {
    values: Box<[u8]>,
    row: u64,
}

/// Rows of some hashes, as they are compared.
pub(super) struct Compared {
    wanted: HashSet<u64>,
    firsts: HashMap<u64, First>,
    /// Values that share their hash with those before.
    clashing: HashMap<Box<[u8]>, u64>,
    row: u64,
}

impl Compared {
    pub(super) fn new(hashes: &[u64]) -> Compared {
        Compared { wanted: hashes.iter().copied().collect(), firsts: HashMap::new(), clashing: HashMap::new(), row: 0 }
    }

    /// Compares the rows of a batch with those before; `failing` gets all rows of values that come more than once.
    pub(super) fn add(
        &mut self,
        batch: &DataFrame,
        names: &[String],
        hashes: &Hashes,
        failing: &mut RowSet,
    ) -> PolarsResult<()> {
        let columns: Vec<Column> = names.iter().map(|name| texts(batch.column(name)?)).collect::<PolarsResult<_>>()?;
        let columns: Vec<&StringChunked> = columns.iter().map(Column::str).collect::<PolarsResult<_>>()?;
        let mut values = Vec::new();
        for place in 0..batch.height() {
            let row = self.row + place as u64;
            let Some(hash) = hashes.0.get(row as usize).filter(|hash| self.wanted.contains(hash)) else { continue };
            values.clear();
            for text in columns.iter().filter_map(|column| column.get(place)) {
                // Behind its length: `a`, `bc` is not `ab`, `c`.
                values.extend((text.len() as u64).to_le_bytes());
                values.extend(text.as_bytes());
            }
            let first = self.firsts.entry(*hash).or_insert_with(|| First { values: values.as_slice().into(), row });
            let before = match *first.values == *values {
                true => first.row,
                false => *self.clashing.entry(values.as_slice().into()).or_insert(row),
            };
            if before != row {
                failing.add(before);
                failing.add(row);
            }
        }
        self.row += batch.height() as u64;
        Ok(())
    }
}
