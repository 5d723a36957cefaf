//! The different values of a column, numbered.

use std::cmp::Ordering;
use std::collections::HashMap;

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Cell, Data, failure, thousands, type_word};

/// The different values of a column in rising order, and which of them each row has. A column of values in the type that
/// the data had can be made of their numbers.
pub(crate) struct Classes {
    /// The number of each row's value, from 0; none where it is missing.
    pub(crate) of: Vec<Option<u32>>,
    /// The values.
    pub(crate) cells: Vec<Cell>,
    values: Column,
}

impl Classes {
    /// Numbers the values of a column. A missing value, or one that is not a number, has none.
    ///
    /// # Errors
    /// Where there are more than `most` different ones, and where the values cannot be told apart or put in order.
    pub(crate) fn of(data: &Data, name: &str, most: usize) -> Result<Classes> {
        let column = data.column(name)?;
        let broken = |error| failure(error, &[]);
        let (rows, firsts) = match column.dtype() {
            DataType::String | DataType::Categorical(..) | DataType::Enum(..) => {
                let texts = column.cast(&DataType::String).map_err(broken)?;
                numbered(texts.str().map_err(broken)?.iter())
            }
            DataType::Float32 | DataType::Float64 => {
                let numbers = column.cast(&DataType::Float64).map_err(broken)?;
                // Nought has two signs, and no number is another one than itself.
                let bits = |value: Option<f64>| value.filter(|it| !it.is_nan()).map(|it| (it + 0.0).to_bits());
                numbered(numbers.f64().map_err(broken)?.iter().map(bits))
            }
            DataType::UInt64 => numbered(column.u64().map_err(broken)?.iter()),
            kind if kind.is_integer()
                || matches!(kind, DataType::Boolean | DataType::Date | DataType::Datetime(..)) =>
            {
                let numbers = column.to_physical_repr().cast(&DataType::Int64).map_err(broken)?;
                numbered(numbers.i64().map_err(broken)?.iter())
            }
            DataType::Null => (vec![None; column.len()], Vec::new()),
            other => {
                return Err(Failure::new(format!(
                    "column `{name}` holds {}, which does not part rows into groups",
                    type_word(other)
                ))
                .help("take a column of text, whole numbers, flags or dates"));
            }
        };
        if firsts.len() > most {
            return Err(Failure::new(format!(
                "column `{name}` has {} different values, and more than {} groups tell nobody anything",
                thousands(firsts.len()),
                thousands(most)
            ))
            .help(match column.dtype().is_primitive_numeric() {
                true => format!("make classes of it first: `.with_columns(col(\"{name}\").cut([10, 100]))`"),
                false => "take a column with fewer values, or put the rare ones together first".to_owned(),
            }));
        }
        let cell = |row: &IdxSize| column.get(*row as usize).map_or(Cell::Missing, Cell::of);
        let mut order: Vec<usize> = (0..firsts.len()).collect();
        let found: Vec<Cell> = firsts.iter().map(cell).collect();
        order.sort_by(|&left, &right| in_order(&found[left], &found[right]));
        let mut place = vec![0_u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new as u32;
        }
        let taken: IdxCa = order.iter().map(|old| Some(firsts[*old])).collect();
        Ok(Classes {
            of: rows.into_iter().map(|level| level.map(|level| place[level as usize])).collect(),
            cells: order.iter().map(|old| found[*old].clone()).collect(),
            values: column.take(&taken).map_err(broken)?,
        })
    }

    /// How many different values there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A column of values by their numbers.
    pub(crate) fn column(&self, name: &str, levels: impl Iterator<Item = usize>) -> Result<Column> {
        let taken: IdxCa = levels.map(|level| Some(level as IdxSize)).collect();
        self.values.take(&taken).map(|column| column.with_name(name.into())).map_err(|error| failure(error, &[]))
    }

    /// The values as text.
    pub(crate) fn words(&self) -> Vec<String> {
        self.cells.iter().map(Cell::plain).collect()
    }
}

/// Values numbered in the order of their first appearance, and the rows in which they first appear.
fn numbered<Key: std::hash::Hash + Eq>(values: impl Iterator<Item = Option<Key>>) -> (Vec<Option<u32>>, Vec<IdxSize>) {
    let mut known: HashMap<Key, u32> = HashMap::new();
    let mut firsts = Vec::new();
    let rows = values
        .enumerate()
        .map(|(row, value)| {
            value.map(|value| {
                *known.entry(value).or_insert_with(|| {
                    firsts.push(row as IdxSize);
                    firsts.len() as u32 - 1
                })
            })
        })
        .collect();
    (rows, firsts)
}

/// The order of two values of one column.
fn in_order(left: &Cell, right: &Cell) -> Ordering {
    match (left, right) {
        (Cell::Integer(left), Cell::Integer(right)) => left.cmp(right),
        (Cell::Number(left), Cell::Number(right)) => left.total_cmp(right),
        (Cell::Flag(left), Cell::Flag(right)) => left.cmp(right),
        (Cell::Date(left), Cell::Date(right)) => left.cmp(right),
        (Cell::Time(left), Cell::Time(right)) => left.cmp(right),
        _ => left.plain().cmp(&right.plain()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;
    use crate::table::Frame;
    use regulars_plugin::Quiet;

    fn classes(cells: Vec<Cell>, most: usize) -> Result<Classes> {
        let frame = Frame::from_cells(&[("x".to_owned(), cells)]).unwrap();
        Classes::of(&frame.data(&Quiet).unwrap(), "x", most)
    }

    #[test]
    fn values_are_numbered_in_rising_order_in_their_own_type() {
        let texts = ["b", "a", "b"].map(|text| Cell::Text(text.to_owned()));
        let found = classes([texts.as_slice(), &[Cell::Missing]].concat(), 10).unwrap();
        assert_eq!(found.of, [Some(1), Some(0), Some(1), None]);
        assert_eq!(found.words(), ["a", "b"]);
        let numbers =
            classes(vec![Cell::Number(2.5), Cell::Number(f64::NAN), Cell::Number(-0.0), Cell::Number(0.0)], 10);
        let numbers = numbers.unwrap();
        assert_eq!((numbers.of.as_slice(), numbers.len()), ([Some(1), None, Some(0), Some(0)].as_slice(), 2));
        let whole = classes(vec![Cell::Integer(10), Cell::Integer(9)], 10).unwrap();
        let column = whole.column("y", [1, 0, 1].into_iter()).unwrap();
        assert_eq!((column.dtype(), column.name().as_str()), (&DataType::Int64, "y"));
        assert_eq!(column.i64().unwrap().iter().flatten().collect::<Vec<_>>(), [10, 9, 10]);
    }

    #[test]
    fn too_many_values_are_told() {
        let told = classes((0..30).map(Cell::Integer).collect(), 20).err().unwrap().to_string();
        assert!(told.contains("30 different values") && told.contains(".cut("), "{told}");
    }
}
