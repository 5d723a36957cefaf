//! Keys of customers and orders as whole numbers, for the steps that count by key.

use std::collections::HashMap;

use polars::prelude::*;

/// The keys of a column as whole numbers.
pub(super) enum Keys {
    /// Whole numbers are their own.
    Whole(DataType),
    /// Numbers above those with a sign, moved so that their order stays.
    Unsigned,
    /// Texts, numbered.
    Text(Numbers),
}

/// Texts as numbers, in order of first appearance.
#[derive(Default)]
pub(super) struct Numbers(HashMap<Box<str>, i64>);

impl Numbers {
    fn of(&mut self, text: &str) -> i64 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let number = self.0.len() as i64;
        self.0.insert(text.into(), number);
        number
    }
}

/// Stands for a missing whole number: no key of a file is as low.
const MISSING: i64 = i64::MIN;
const SIGN: u64 = 1 << 63;

impl Keys {
    pub(super) fn of(kind: &DataType) -> Keys {
        match kind {
            DataType::UInt64 => Keys::Unsigned,
            kind if kind.is_integer() => Keys::Whole(kind.clone()),
            _ => Keys::Text(Numbers::default()),
        }
    }

    pub(super) fn numbers(&mut self, column: &Column) -> PolarsResult<Vec<i64>> {
        match self {
            Keys::Whole(_) => {
                let column = column.cast(&DataType::Int64)?.rechunk();
                let keys = column.i64()?;
                // A copy in one go where nothing is missing.
                match keys.cont_slice() {
                    Ok(keys) => Ok(keys.to_vec()),
                    Err(_) => Ok(keys.iter().map(|key| key.unwrap_or(MISSING)).collect()),
                }
            }
            Keys::Unsigned => {
                Ok(column.u64()?.iter().map(|key| key.map_or(MISSING, |key| (key ^ SIGN) as i64)).collect())
            }
            Keys::Text(numbers) => {
                let column = column.cast(&DataType::String)?;
                Ok(column.str()?.iter().map(|text| text.map_or(MISSING, |text| numbers.of(text))).collect())
            }
        }
    }

    /// The lines sorted by the keys that their numbers stand for, and the column of these keys.
    pub(super) fn in_order<Line>(
        self,
        mut lines: Vec<Line>,
        key: impl Fn(&Line) -> i64,
    ) -> PolarsResult<(Vec<Line>, Column)> {
        let name = PlSmallStr::from_static("customer");
        let keys = match self {
            Keys::Whole(kind) => {
                lines.sort_unstable_by_key(&key);
                Column::new(name, lines.iter().map(key).collect::<Vec<i64>>()).cast(&kind)?
            }
            Keys::Unsigned => {
                lines.sort_unstable_by_key(&key);
                Column::new(name, lines.iter().map(|line| key(line) as u64 ^ SIGN).collect::<Vec<u64>>())
            }
            Keys::Text(numbers) => {
                let mut names: Vec<Box<str>> = vec![Box::default(); numbers.0.len()];
                for (name, number) in numbers.0 {
                    names[number as usize] = name;
                }
                let text = |line: &Line| &*names[key(line) as usize];
                lines.sort_unstable_by(|left, right| text(left).cmp(text(right)));
                Column::new(name, lines.iter().map(text).collect::<Vec<&str>>())
            }
        };
        Ok((lines, keys))
    }
}

/// A number in which every bit of the key has mixed with every other.
pub(super) fn mixed(key: i64) -> u64 {
    let product = u128::from(key as u64 ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product >> 64) as u64 ^ product as u64
}
