//! Rows compared with each other.

use polars::prelude::*;
use regulars_plugin::Result;

use super::{Data, Frame, failure};

impl Data {
    /// For each row the number of the set of rows that are equal in these columns, sets in the order of their first rows. A
    /// missing value is equal to a missing value.
    pub(crate) fn same_rows(&self, names: &[String]) -> Result<Vec<u32>> {
        let known: Vec<String> = self.names().into_iter().map(str::to_owned).collect();
        let mut sets = vec![0_u32; self.height()];
        if names.is_empty() || self.height() == 0 {
            return Ok(sets);
        }
        let groups =
            self.0.group_by_stable(names.iter().map(String::as_str)).map_err(|error| failure(error, &known))?;
        for (set, members) in groups.get_groups().iter().enumerate() {
            match members {
                GroupsIndicator::Idx((_, members)) => members.iter().for_each(|row| sets[*row as usize] = set as u32),
                GroupsIndicator::Slice([first, length]) => {
                    sets[first as usize..(first + length) as usize].fill(set as u32);
                }
            }
        }
        Ok(sets)
    }

    /// Whether a value of these columns is missing, for each row.
    pub(crate) fn lacking(&self, names: &[String]) -> Result<Vec<bool>> {
        let mut lacking = vec![false; self.height()];
        for name in names {
            let column = self.column(name)?;
            if column.null_count() > 0 {
                let is_null = column.is_null();
                lacking.iter_mut().zip(is_null.iter()).for_each(|(lacking, null)| *lacking |= null == Some(true));
            }
        }
        Ok(lacking)
    }

    /// How many values are missing in each row.
    pub(crate) fn gaps(&self) -> Result<Vec<u32>> {
        let mut gaps = vec![0; self.height()];
        for column in self.0.columns().iter().filter(|column| column.null_count() > 0) {
            let is_null = column.is_null();
            gaps.iter_mut().zip(is_null.iter()).for_each(|(gaps, null)| *gaps += u32::from(null == Some(true)));
        }
        Ok(gaps)
    }

    /// The place of each row in the order of a column, from 0; equal values have equal places, missing ones the last.
    pub(crate) fn ranks(&self, name: &str, descending: bool) -> Result<Vec<u32>> {
        let order = self.order(name, descending)?;
        let column = self.column(name)?.as_materialized_series();
        let sorted = column.take(&IdxCa::from_vec("".into(), order.clone())).map_err(|error| failure(error, &[]))?;
        // Where a value is another one than that before it, a new place begins.
        let changes = sorted.not_equal_missing(&sorted.shift(1)).map_err(|error| failure(error, &[]))?;
        let mut ranks = vec![0; self.height()];
        let mut rank = 0;
        for (place, (row, changes)) in order.into_iter().zip(changes.iter()).enumerate() {
            rank += u32::from(place > 0 && changes == Some(true));
            ranks[row as usize] = rank;
        }
        Ok(ranks)
    }

    /// Some of the rows, by their places.
    pub(crate) fn rows(&self, rows: &[usize]) -> Result<Data> {
        let rows: Vec<IdxSize> = rows.iter().map(|row| *row as IdxSize).collect();
        self.take(&rows)
    }

    /// A frame on this data.
    pub(crate) fn into_frame(self) -> Frame {
        Frame::from_data(self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_one_set_and_equal_values_one_place() {
        let data = Data(df!("a" => [Some("x"), None, Some("x"), None], "b" => [2, 1, 2, 3]).unwrap());
        assert_eq!(data.same_rows(&["a".to_owned(), "b".to_owned()]).unwrap(), [0, 1, 0, 2]);
        assert_eq!(data.same_rows(&["a".to_owned()]).unwrap(), [0, 1, 0, 1]);
        assert_eq!(data.lacking(&["a".to_owned()]).unwrap(), [false, true, false, true]);
        assert_eq!(data.gaps().unwrap(), [0, 1, 0, 1]);
        assert_eq!(data.ranks("b", false).unwrap(), [1, 0, 1, 2]);
        assert_eq!(data.ranks("b", true).unwrap(), [1, 2, 1, 0]);
        assert_eq!(data.ranks("a", true).unwrap(), [0, 1, 0, 1]);
        assert_eq!(data.head(0).same_rows(&["a".to_owned()]).unwrap(), [0_u32; 0]);
    }
}
