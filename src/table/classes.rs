//! The different values of a column, numbered.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Cell, Data, Levels, thousands, type_word};

/// The different values of a column in rising order, and which of them each row has: its levels without the missing one.
pub(crate) struct Classes {
    /// The number of each row's value, from 0; none where it is missing.
    pub(crate) of: Vec<Option<u32>>,
    /// The values.
    pub(crate) cells: Vec<Cell>,
    levels: Levels,
}

impl Classes {
    /// Numbers the values of a column. A missing value, or one that is not a number, has none.
    ///
    /// # Errors
    /// Where there are more than `most` different ones, and where the values cannot be told apart or put in order.
    pub(crate) fn of(data: &Data, name: &str, most: usize) -> Result<Classes> {
        let kind = data.column(name)?.dtype();
        let is_text = matches!(kind, DataType::String | DataType::Categorical(..) | DataType::Enum(..));
        let is_time = matches!(kind, DataType::Date | DataType::Datetime(..));
        let is_plain = matches!(kind, DataType::Boolean | DataType::Null | DataType::Float32 | DataType::Float64);
        if !(is_text || is_time || is_plain || kind.is_integer()) {
            return Err(Failure::new(format!(
                "column `{name}` holds {}, which does not part rows into groups",
                type_word(kind)
            ))
            .help("take a column of text, whole numbers, flags or dates"));
        }
        let levels = data.levels(name)?;
        let is_number =
            |cell: &Cell| !matches!(cell, Cell::Missing) && !matches!(cell, Cell::Number(it) if it.is_nan());
        // What is no value comes last.
        let cells: Vec<Cell> = (0..levels.len()).map(|index| levels.value(index)).take_while(is_number).collect();
        if cells.len() > most {
            return Err(Failure::new(format!(
                "column `{name}` has {} different values, and more than {} groups tell nobody anything",
                thousands(cells.len()),
                thousands(most)
            ))
            .help(match kind.is_primitive_numeric() {
                true => format!("make classes of it first: `.with_columns(col(\"{name}\").cut([10, 100]))`"),
                false => "take a column with fewer values, or put the rare ones together first".to_owned(),
            }));
        }
        let of = levels.codes.iter().map(|code| Some(*code).filter(|code| (*code as usize) < cells.len())).collect();
        Ok(Classes { of, cells, levels })
    }

    /// How many different values there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A column of values by their numbers.
    pub(crate) fn column(&self, name: &str, levels: impl Iterator<Item = usize>) -> Column {
        self.levels.column(name, levels)
    }

    /// The values as text.
    pub(crate) fn words(&self) -> Vec<String> {
        self.cells.iter().map(Cell::plain).collect()
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
        let column = whole.column("y", [1, 0, 1].into_iter());
        assert_eq!((column.dtype(), column.name().as_str()), (&DataType::Int64, "y"));
        assert_eq!(column.i64().unwrap().iter().flatten().collect::<Vec<_>>(), [10, 9, 10]);
    }

    #[test]
    fn too_many_values_are_told() {
        let told = classes((0..30).map(Cell::Integer).collect(), 20).err().unwrap().to_string();
        assert!(told.contains("30 different values") && told.contains(".cut("), "{told}");
    }
}
