//! The table that a plugin works on: columns read in place, without a copy, and columns it makes.

use std::collections::HashMap;
use std::sync::Arc;

use crate::border::{Bits, Slice};
use crate::{Date, Failure, Result, StandardTable, TakesTable};

/// A table of columns of one length.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
}

/// A named column. Cloning it is cheap: the values are shared.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    kind: Values,
    pub(crate) chunks: Arc<Vec<Chunk>>,
}

/// The six kinds of values that cross the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Whole numbers, `i64`.
    Integers,
    /// Numbers, `f64`.
    Numbers,
    /// Text.
    Texts,
    /// `true` or `false`.
    Flags,
    /// Days since 1970-01-01.
    Dates,
    /// Microseconds since 1970-01-01.
    Times,
}

/// A run of values that lie together in memory.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) length: usize,
    /// One bit a value, set where there is one; none where every value is there.
    pub(crate) valid: Option<Bits>,
    pub(crate) data: Data,
}

#[derive(Debug)]
pub(crate) enum Data {
    Integers(Slice<i64>),
    Numbers(Slice<f64>),
    Flags(Bits),
    Dates(Slice<i32>),
    Times(Slice<i64>),
    /// Arrow's string views: 16 bytes a text, short ones inside.
    Views {
        views: Slice<[u8; 16]>,
        buffers: Vec<Slice<u8>>,
    },
    /// Texts one after the other, text `i` from `offsets[i]` to `offsets[i + 1]`.
    Joined {
        offsets: Slice<i64>,
        bytes: Slice<u8>,
    },
}

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

impl Chunk {
    fn is_valid(&self, index: usize) -> bool {
        self.valid.as_ref().is_none_or(|bits| bits.get(index))
    }

    fn integer(&self, index: usize) -> Option<i64> {
        match &self.data {
            Data::Integers(values) | Data::Times(values) => Some(values.as_slice()[index]),
            Data::Dates(values) => Some(i64::from(values.as_slice()[index])),
            _ => None,
        }
    }

    fn text(&self, index: usize) -> Option<&str> {
        let bytes = match &self.data {
            Data::Joined { offsets, bytes } => {
                let offsets = offsets.as_slice();
                let from = usize::try_from(offsets[index]).ok()?;
                bytes.as_slice().get(from..usize::try_from(offsets[index + 1]).ok()?)?
            }
            Data::Views { views, buffers } => {
                let view = &views.as_slice()[index];
                let word =
                    |at: usize| u32::from_le_bytes([view[at], view[at + 1], view[at + 2], view[at + 3]]) as usize;
                match word(0) {
                    length @ 0..=12 => &view[4..4 + length],
                    length => buffers.get(word(8))?.as_slice().get(word(12)..word(12) + length)?,
                }
            }
            _ => return None,
        };
        std::str::from_utf8(bytes).ok()
    }
}

impl Column {
    pub(crate) fn from_chunks(name: &str, kind: Values, chunks: Vec<Chunk>) -> Column {
        Column { name: name.to_owned(), kind, chunks: Arc::new(chunks) }
    }

    /// A column of whole numbers.
    pub fn integers(name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
        let (values, valid) = split(values);
        Column::one_chunk(name, Values::Integers, values.len(), valid, Data::Integers(values.into()))
    }

    /// A column of numbers.
    pub fn numbers(name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Column {
        let (values, valid) = split(values);
        Column::one_chunk(name, Values::Numbers, values.len(), valid, Data::Numbers(values.into()))
    }

    /// A column of dates.
    pub fn dates(name: &str, values: impl IntoIterator<Item = Option<Date>>) -> Column {
        let (values, valid) = split(values.into_iter().map(|date| date.map(days)));
        Column::one_chunk(name, Values::Dates, values.len(), valid, Data::Dates(values.into()))
    }

    /// A column of days with a time, in microseconds since 1970-01-01.
    pub fn times(name: &str, microseconds: impl IntoIterator<Item = Option<i64>>) -> Column {
        let (values, valid) = split(microseconds);
        Column::one_chunk(name, Values::Times, values.len(), valid, Data::Times(values.into()))
    }

    /// A column of flags.
    pub fn flags(name: &str, values: impl IntoIterator<Item = Option<bool>>) -> Column {
        let (values, valid) = split(values);
        Column::one_chunk(name, Values::Flags, values.len(), valid, Data::Flags(values.into_iter().collect()))
    }

    /// A column of text.
    pub fn texts<Text: AsRef<str>>(name: &str, values: impl IntoIterator<Item = Option<Text>>) -> Column {
        let mut offsets = vec![0];
        let mut bytes = Vec::new();
        let mut present = Vec::new();
        for value in values {
            present.push(value.is_some());
            if let Some(text) = value {
                bytes.extend_from_slice(text.as_ref().as_bytes());
            }
            offsets.push(bytes.len() as i64);
        }
        let length = present.len();
        let valid = (!present.iter().all(|there| *there)).then(|| present.into_iter().collect());
        let data = Data::Joined { offsets: offsets.into(), bytes: bytes.into() };
        Column::one_chunk(name, Values::Texts, length, valid, data)
    }

    fn one_chunk(name: &str, kind: Values, length: usize, valid: Option<Bits>, data: Data) -> Column {
        Column::from_chunks(name, kind, vec![Chunk { length, valid, data }])
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same values under another name.
    #[must_use]
    pub fn named(&self, name: &str) -> Column {
        Column { name: name.to_owned(), ..self.clone() }
    }

    /// What it holds.
    pub fn kind(&self) -> Values {
        self.kind
    }

    /// The number of values, missing ones included.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.length).sum()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn walk<'a, T: 'a>(
        &'a self,
        read: impl Fn(&'a Chunk, usize) -> Option<T> + Copy + 'a,
    ) -> impl Iterator<Item = Option<T>> + 'a {
        self.chunks.iter().flat_map(move |chunk| {
            (0..chunk.length).map(move |index| if chunk.is_valid(index) { read(chunk, index) } else { None })
        })
    }

    fn refuse(&self, wanted: &str) -> Failure {
        let found = match self.kind {
            Values::Integers => "whole numbers",
            Values::Numbers => "numbers",
            Values::Texts => "text",
            Values::Flags => "true or false",
            Values::Dates => "dates",
            Values::Times => "dates with a time",
        };
        Failure::new(format!("column `{}` holds {found}, but {wanted} are wanted", self.name))
    }

    /// Its values as numbers; whole numbers become numbers.
    pub fn as_numbers(&self) -> Result<impl Iterator<Item = Option<f64>> + '_> {
        if !matches!(self.kind, Values::Integers | Values::Numbers) {
            return Err(self.refuse("numbers"));
        }
        Ok(self.walk(|chunk, index| match &chunk.data {
            Data::Numbers(values) => Some(values.as_slice()[index]),
            _ => chunk.integer(index).map(|value| value as f64),
        }))
    }

    /// Its values as whole numbers.
    pub fn as_integers(&self) -> Result<impl Iterator<Item = Option<i64>> + '_> {
        if self.kind != Values::Integers {
            return Err(self.refuse("whole numbers"));
        }
        Ok(self.walk(Chunk::integer))
    }

    /// Its values as text.
    pub fn as_texts(&self) -> Result<impl Iterator<Item = Option<&str>> + '_> {
        if self.kind != Values::Texts {
            return Err(self.refuse("texts"));
        }
        Ok(self.walk(Chunk::text))
    }

    /// Its values as flags.
    pub fn as_flags(&self) -> Result<impl Iterator<Item = Option<bool>> + '_> {
        if self.kind != Values::Flags {
            return Err(self.refuse("true or false"));
        }
        Ok(self.walk(|chunk, index| match &chunk.data {
            Data::Flags(bits) => Some(bits.get(index)),
            _ => None,
        }))
    }

    /// Its values as days since 1970-01-01; a time of day is cut off.
    pub fn as_days(&self) -> Result<impl Iterator<Item = Option<i32>> + '_> {
        if !matches!(self.kind, Values::Dates | Values::Times) {
            return Err(self.refuse("dates"));
        }
        let divisor = if self.kind == Values::Times { MICROSECONDS_A_DAY } else { 1 };
        Ok(self.walk(move |chunk, index| chunk.integer(index).map(|value| value.div_euclid(divisor) as i32)))
    }

    /// Its values as microseconds since 1970-01-01. Where the host's column has a time zone they count in UTC.
    pub fn as_microseconds(&self) -> Result<impl Iterator<Item = Option<i64>> + '_> {
        if self.kind != Values::Times {
            return Err(self.refuse("dates with a time"));
        }
        Ok(self.walk(Chunk::integer))
    }

    /// The rows for which `kept` is true.
    #[must_use]
    pub fn keep(&self, kept: &[bool]) -> Column {
        fn chosen<'a, T: 'a>(values: impl Iterator<Item = T> + 'a, kept: &'a [bool]) -> impl Iterator<Item = T> + 'a {
            values.zip(kept).filter(|(_, keep)| **keep).map(|(value, _)| value)
        }
        // Each reader is asked for its own kind, so none of these can refuse.
        match self.kind {
            Values::Integers => Column::integers(&self.name, chosen(self.as_integers().into_iter().flatten(), kept)),
            Values::Numbers => Column::numbers(&self.name, chosen(self.as_numbers().into_iter().flatten(), kept)),
            Values::Texts => Column::texts(&self.name, chosen(self.as_texts().into_iter().flatten(), kept)),
            Values::Flags => Column::flags(&self.name, chosen(self.as_flags().into_iter().flatten(), kept)),
            Values::Times => Column::times(&self.name, chosen(self.as_microseconds().into_iter().flatten(), kept)),
            Values::Dates => {
                let dates = self.as_days().into_iter().flatten().map(|day| day.and_then(date_of));
                Column::dates(&self.name, chosen(dates, kept))
            }
        }
    }

    /// For every row the number of its group, counted from 0 in order of first appearance (missing values are
    /// a group of their own), and the value of each group as a column.
    pub fn groups(&self) -> Result<(Vec<u32>, Column)> {
        match self.kind {
            Values::Integers => {
                let (codes, keys) = number_groups(self.as_integers()?);
                Ok((codes, Column::integers(&self.name, keys)))
            }
            Values::Texts => {
                let (codes, keys) = number_groups(self.as_texts()?);
                Ok((codes, Column::texts(&self.name, keys)))
            }
            _ => Err(self.refuse("text or whole numbers")),
        }
    }
}

fn number_groups<Key: Copy + Eq + std::hash::Hash>(values: impl Iterator<Item = Key>) -> (Vec<u32>, Vec<Key>) {
    let mut seen: HashMap<Key, u32> = HashMap::new();
    let mut keys = Vec::new();
    let codes = values
        .map(|value| {
            *seen.entry(value).or_insert_with(|| {
                keys.push(value);
                keys.len() as u32 - 1
            })
        })
        .collect();
    (codes, keys)
}

fn split<T: Copy + Default>(values: impl IntoIterator<Item = Option<T>>) -> (Vec<T>, Option<Bits>) {
    let values: Vec<Option<T>> = values.into_iter().collect();
    let valid = values.iter().any(Option::is_none).then(|| values.iter().map(Option::is_some).collect());
    (values.into_iter().map(Option::unwrap_or_default).collect(), valid)
}

fn days(date: Date) -> i32 {
    chrono::Datelike::num_days_from_ce(&date) - DAYS_TO_1970
}

/// Days from the first day of our era to 1970-01-01.
const DAYS_TO_1970: i32 = 719_163;

/// The day so many days after 1970-01-01.
pub(crate) fn date_of(days: i32) -> Option<Date> {
    Date::from_num_days_from_ce_opt(days.checked_add(DAYS_TO_1970)?)
}

impl Table {
    /// A table of columns, which must be of one length.
    pub fn new(columns: Vec<Column>) -> Result<Table> {
        if let Some(odd) = columns.iter().find(|column| column.len() != columns[0].len()) {
            return Err(Failure::new(format!(
                "column `{}` has {} rows, but `{}` has {}",
                odd.name,
                odd.len(),
                columns[0].name,
                columns[0].len()
            )));
        }
        Ok(Table { columns })
    }

    /// Its columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The number of rows.
    pub fn height(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            Failure::new(format!("no column `{name}`"))
                .near(name, self.columns.iter().map(|column| column.name.as_str()))
        })
    }

    /// The column of that name, where there is one.
    pub fn optional(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl TakesTable for Table {
    type Table = Table;
    const TABLE: StandardTable = StandardTable::Frame;
    fn take(table: Table) -> Result<Self> {
        Ok(table)
    }
}

/// The standard table of orders: `customer`, `date` and `amount` are there, and no row lacks one of them.
#[derive(Debug, Clone)]
pub struct Transactions(Table);

impl std::ops::Deref for Transactions {
    type Target = Table;
    fn deref(&self) -> &Table {
        &self.0
    }
}

impl TakesTable for Transactions {
    type Table = Table;
    const TABLE: StandardTable = StandardTable::Transactions;
    fn take(table: Table) -> Result<Self> {
        for column in StandardTable::Transactions.needed() {
            table.column(column.name)?;
        }
        Ok(Transactions(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_back_what_was_put_in() -> Result<()> {
        let texts = Column::texts("t", [Some("a"), None, Some("汉字")]);
        assert_eq!(texts.as_texts()?.collect::<Vec<_>>(), [Some("a"), None, Some("汉字")]);
        let day = date_of(0);
        assert_eq!(day, Date::from_ymd_opt(1970, 1, 1));
        let dates = Column::dates("d", [day, None]);
        assert_eq!(dates.as_days()?.collect::<Vec<_>>(), [Some(0), None]);
        assert!(dates.as_numbers().is_err());
        let flags = Column::flags("f", (0..20).map(|index| Some(index % 3 == 0)));
        assert!(flags.as_flags()?.enumerate().all(|(index, flag)| flag == Some(index % 3 == 0)));
        Ok(())
    }

    #[test]
    fn groups_are_numbered_by_first_appearance() -> Result<()> {
        let (codes, keys) = Column::integers("k", [Some(7), Some(5), Some(7), None]).groups()?;
        assert_eq!(codes, [0, 1, 0, 2]);
        assert_eq!(keys.as_integers()?.collect::<Vec<_>>(), [Some(7), Some(5), None]);
        Ok(())
    }

    #[test]
    fn a_table_of_unequal_columns_is_refused() {
        let columns = vec![Column::integers("a", [Some(1)]), Column::integers("b", [])];
        assert!(Table::new(columns).is_err());
    }
}
