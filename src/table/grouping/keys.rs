//! The keys of rows as words of 64 bits, and the groups' keys as columns again.

use polars::prelude::*;
use polars_arrow::array::{PrimitiveArray, Utf8ViewArray, View};
use polars_arrow::bitmap::Bitmap;

/// What kind of column a key is, and with it how many words it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// A whole number, or a time, which is one: one word.
    Whole,
    /// A text: two words. Short ones are in them as they are; of long ones the words are length, beginning and hash.
    Text,
}

impl KeyKind {
    /// The kind for a type; none for types that are not counted here.
    pub(super) fn of(kind: &DataType) -> Option<KeyKind> {
        match kind {
            DataType::String => Some(KeyKind::Text),
            DataType::Int128 | DataType::UInt128 => None,
            DataType::Boolean | DataType::Date | DataType::Datetime(..) | DataType::Duration(_) | DataType::Time => {
                Some(KeyKind::Whole)
            }
            kind if kind.is_integer() => Some(KeyKind::Whole),
            _ => None,
        }
    }

    pub(super) fn words(self) -> usize {
        match self {
            KeyKind::Whole => 1,
            KeyKind::Text => 2,
        }
    }
}

/// A key column of a batch.
pub(super) struct KeyRows {
    values: KeyValues,
    /// Where values are missing; none where none is.
    pub(super) validity: Option<Bitmap>,
}

enum KeyValues {
    Whole(PrimitiveArray<i64>),
    Text(Utf8ViewArray),
}

/// Texts up to this length lie in their words.
const SHORT: u32 = View::MAX_INLINE_SIZE;

impl KeyRows {
    pub(super) fn of(column: &Column) -> PolarsResult<KeyRows> {
        let column = column.rechunk();
        let validity = column.rechunk_validity();
        let values = match column.dtype() {
            DataType::String => KeyValues::Text(column.str()?.downcast_as_array().clone()),
            DataType::UInt64 => {
                let words = column.u64()?.downcast_as_array().values_iter().map(|value| *value as i64).collect();
                KeyValues::Whole(PrimitiveArray::from_vec(words))
            }
            _ => {
                let whole = column.to_physical_repr().cast(&DataType::Int64)?.rechunk();
                KeyValues::Whole(whole.i64()?.downcast_as_array().clone())
            }
        };
        Ok(KeyRows { values, validity })
    }

    /// Writes the words of some rows into their keys, from word `at` on; tells whether a long text was among them.
    pub(super) fn write<const WORDS: usize>(&self, from: usize, keys: &mut [[u64; WORDS]], at: usize) -> bool {
        let mut is_long = false;
        match &self.values {
            KeyValues::Whole(values) => {
                for (key, value) in keys.iter_mut().zip(&values.values()[from..]) {
                    key[at] = *value as u64;
                }
            }
            KeyValues::Text(values) => {
                for (key, view) in keys.iter_mut().zip(&values.views()[from..]) {
                    key[at] = u64::from(view.length) | u64::from(view.prefix) << 32;
                    key[at + 1] = u64::from(view.buffer_idx) | u64::from(view.offset) << 32;
                    is_long |= view.length > SHORT;
                }
                if is_long {
                    for (place, key) in keys.iter_mut().enumerate().filter(|(_, key)| is_long_text(key[at])) {
                        key[at + 1] = hash_of(values.value(from + place).as_bytes());
                    }
                }
            }
        }
        if let Some(validity) = &self.validity {
            for (place, key) in keys.iter_mut().enumerate() {
                if !validity.get_bit(from + place) {
                    key[at..at + self.words()].fill(0);
                }
            }
        }
        is_long
    }

    pub(super) fn words(&self) -> usize {
        match self.values {
            KeyValues::Whole(_) => KeyKind::Whole.words(),
            KeyValues::Text(_) => KeyKind::Text.words(),
        }
    }

    /// The text of a row.
    pub(super) fn text(&self, row: usize) -> &str {
        match &self.values {
            KeyValues::Text(values) => values.value(row),
            KeyValues::Whole(_) => "",
        }
    }

    pub(super) fn is_missing(&self, row: usize) -> bool {
        self.validity.as_ref().is_some_and(|validity| !validity.get_bit(row))
    }
}

/// Whether the first word of a text belongs to one that does not lie in its words.
pub(super) fn is_long_text(first: u64) -> bool {
    first as u32 > SHORT
}

/// The bytes of a short text, of which the first so many count.
pub(super) fn short_text(first: u64, second: u64) -> ([u8; 12], usize) {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&((first >> 32) as u32).to_le_bytes());
    bytes[4..].copy_from_slice(&second.to_le_bytes());
    (bytes, (first as u32).min(SHORT) as usize)
}

/// The product of two words, folded: every bit of both has its say.
fn folded(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product >> 64) as u64 ^ product as u64
}

const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;
const THIRD: u64 = 0xA076_1D64_78BD_642F;

/// A number in which every bit of a key has mixed with every other.
pub(super) fn mixed<const WORDS: usize>(key: &[u64; WORDS], missing: u8) -> u64 {
    let seed = SECOND ^ u64::from(missing);
    match key.as_slice() {
        [one] => folded(one ^ FIRST, seed),
        [one, two] => folded(folded(one ^ FIRST, two ^ SECOND), seed),
        [one, two, three] => folded(folded(one ^ FIRST, two ^ SECOND) ^ three, seed),
        [one, two, three, four] => {
            folded(folded(one ^ FIRST, two ^ SECOND) ^ folded(three ^ SECOND, four ^ THIRD), seed ^ FIRST)
        }
        words => words.iter().fold(FIRST, |all, word| folded(all ^ word, seed)),
    }
}

fn hash_of(bytes: &[u8]) -> u64 {
    let (whole, rest) = bytes.as_chunks::<8>();
    let mut hash = FIRST ^ bytes.len() as u64;
    for word in whole {
        hash = folded(hash ^ u64::from_le_bytes(*word), SECOND);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    folded(hash ^ u64::from_le_bytes(last), THIRD)
}

/// A column of keys out of whole numbers.
pub(super) fn whole_column(name: &PlSmallStr, values: Vec<Option<i64>>, kind: &DataType) -> PolarsResult<Column> {
    match kind {
        DataType::UInt64 => {
            let values: Vec<Option<u64>> = values.into_iter().map(|value| value.map(|value| value as u64)).collect();
            Ok(Column::new(name.clone(), values))
        }
        DataType::Boolean => {
            let values: Vec<Option<bool>> = values.into_iter().map(|value| value.map(|value| value != 0)).collect();
            Ok(Column::new(name.clone(), values))
        }
        DataType::Date => Column::new(name.clone(), values).cast(&DataType::Int32)?.cast(kind),
        kind => Column::new(name.clone(), values).cast(kind),
    }
}
