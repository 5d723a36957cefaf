//! The different values of a column, and which of them each row has.

use polars::prelude::*;
use regulars_plugin::Result;

use super::{Cell, Data, FrameBuilder, failure};

/// The different values of a column in their order, a missing one last, and which of them each row has.
#[derive(Debug, Clone)]
pub struct Levels {
    values: Column,
    /// For each row the index of its value.
    pub codes: Vec<u32>,
}

impl Levels {
    /// How many different values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// One of the values.
    pub fn value(&self, index: usize) -> Cell {
        self.values.get(index).map_or(Cell::Missing, Cell::of)
    }

    /// A column of values, in the type that the data had, by their indices.
    pub(crate) fn column(&self, name: &str, indices: impl Iterator<Item = usize>) -> Column {
        let indices: IdxCa = indices.map(|index| Some(index as IdxSize)).collect();
        // Every index is one of a level.
        self.values.take(&indices).unwrap_or_else(|_| self.values.clear()).with_name(name.into())
    }
}

impl Levels {
    /// A column of values, some of them missing, in the type that the data had, by their indices.
    pub(crate) fn optional_column(&self, name: &str, indices: impl Iterator<Item = Option<usize>>) -> Column {
        let indices: IdxCa = indices.map(|index| index.map(|index| index as IdxSize)).collect();
        self.values.take(&indices).unwrap_or_else(|_| self.values.clear()).with_name(name.into())
    }
}

impl Data {
    /// The different values of a column.
    pub fn levels(&self, name: &str) -> Result<Levels> {
        let column = self.column(name)?.clone();
        let rows = column.len();
        let known: Vec<String> = self.names().into_iter().map(str::to_owned).collect();
        let broken = |error| failure(error, &known);
        let frame = DataFrame::new(rows, vec![column]).map_err(broken)?;
        let groups = frame.group_by_stable([name]).map_err(broken)?;
        let Some(values) = groups.keys().into_iter().next() else {
            return Ok(Levels { values: Column::new_empty(name.into(), &DataType::Null), codes: Vec::new() });
        };
        let order = values.arg_sort(SortOptions::default().with_nulls_last(true));
        let mut place = vec![0_u32; order.len()];
        for (rank, group) in order.iter().flatten().enumerate() {
            place[group as usize] = rank as u32;
        }
        let mut codes = vec![0_u32; rows];
        for (group, members) in groups.get_groups().iter().enumerate() {
            match members {
                GroupsIndicator::Idx((_, members)) => {
                    members.iter().for_each(|row| codes[*row as usize] = place[group]);
                }
                GroupsIndicator::Slice([first, length]) => {
                    codes[first as usize..(first + length) as usize].fill(place[group]);
                }
            }
        }
        Ok(Levels { values: values.take(&order).map_err(broken)?, codes })
    }
}

impl FrameBuilder {
    /// Adds values of a column, in the type that the data had, by their indices; "all" where rows were not told apart.
    #[must_use]
    pub fn levels(self, name: &str, levels: Option<&Levels>, indices: impl Iterator<Item = usize>) -> Self {
        let Some(levels) = levels else { return self.texts(name, indices.map(|_| "all")) };
        self.column(levels.column(name, indices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_in_order_and_every_row_has_its_own() -> Result<()> {
        let broken = |error| failure(error, &[]);
        let data = df!("plan" => [Some("pro"), None, Some("basic"), Some("pro")]).map_err(broken)?;
        let levels = Data(data).levels("plan")?;
        assert_eq!(levels.codes, [1, 2, 0, 1]);
        assert_eq!(levels.value(0).plain(), "basic");
        assert_eq!(levels.value(2), Cell::Missing);
        let frame = FrameBuilder::empty().levels("group", Some(&levels), [2, 0, 0].into_iter()).build()?;
        let cells = frame.data(&regulars_plugin::Quiet)?.cells("group")?;
        assert_eq!(cells, [Cell::Missing, levels.value(0), levels.value(0)]);
        Ok(())
    }

    #[test]
    fn whole_numbers_stay_whole_numbers() -> Result<()> {
        let data = df!("year" => [1998_i64, 1997, 1998]).map_err(|error| failure(error, &[]))?;
        let levels = Data(data).levels("year")?;
        assert_eq!((levels.len(), levels.codes.as_slice()), (2, [1, 0, 1].as_slice()));
        assert_eq!(levels.value(0), Cell::Integer(1997));
        Ok(())
    }
}
