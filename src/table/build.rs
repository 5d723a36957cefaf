//! How functions build their answers: column by column.

use chrono::NaiveDate;
use polars::prelude::{
    Column, DataFrame, DataType, IdxCa, IdxSize, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray, Series,
    StringChunked, TimeUnit,
};
use regulars_plugin::{Quiet, Result};

use super::data::column_of_cells;
use super::{Cell, Data, Frame, Levels, failure};

/// A frame in the making.
#[derive(Default)]
pub struct FrameBuilder {
    columns: Vec<Column>,
    /// Whether a column takes the place of one of that name.
    replaces: bool,
}

impl FrameBuilder {
    /// A frame without columns yet.
    pub fn empty() -> Self {
        FrameBuilder::default()
    }

    /// A frame that begins with a column of keys, in the type that the data had.
    pub(crate) fn new(keys: Column) -> Self {
        FrameBuilder { columns: vec![keys], replaces: false }
    }

    /// A frame that begins with the columns of another one of as many rows, but for those that are added later on.
    pub(crate) fn beside(data: &Data, added: &[&str]) -> Self {
        let kept = data.0.columns().iter().filter(|column| !added.contains(&column.name().as_str()));
        FrameBuilder { columns: kept.cloned().collect(), replaces: false }
    }

    /// A frame with the columns of another one, in whose places come those that are added under their names.
    pub(crate) fn in_place_of(data: &Data) -> Self {
        FrameBuilder { columns: data.0.columns().to_vec(), replaces: true }
    }

    /// Adds a column as it is: keys, or groups, in the type that the data had.
    #[must_use]
    pub(crate) fn column(mut self, column: Column) -> Self {
        match self.columns.iter_mut().find(|known| self.replaces && known.name() == column.name()) {
            Some(known) => *known = column,
            None => self.columns.push(column),
        }
        self
    }

    /// Adds cells, all of one kind or missing.
    pub(crate) fn cells(self, name: &str, cells: &[Cell]) -> Result<Self> {
        Ok(self.column(column_of_cells(name, cells)?))
    }

    /// Adds for each row the cell that stands for its level.
    pub(crate) fn mapped(self, name: &str, levels: &Levels, cells: &[Cell]) -> Result<Self> {
        let cells = column_of_cells(name, cells)?;
        let codes: IdxCa = levels.codes.iter().map(|code| Some(*code as IdxSize)).collect();
        Ok(self.column(cells.take(&codes).map_err(|error| failure(error, &[]))?))
    }

    /// Adds whole numbers.
    #[must_use]
    pub fn integers(self, name: &str, values: impl Iterator<Item = i64>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds whole numbers, some of them missing.
    #[must_use]
    pub fn optional_integers(self, name: &str, values: impl Iterator<Item = Option<i64>>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds numbers.
    #[must_use]
    pub fn numbers(self, name: &str, values: impl Iterator<Item = f64>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds numbers, some of them missing.
    #[must_use]
    pub fn optional_numbers(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds text, some of it missing.
    #[must_use]
    pub fn optional_texts<'a>(self, name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds text.
    #[must_use]
    pub fn texts<Text: AsRef<str>>(self, name: &str, values: impl Iterator<Item = Text>) -> Self {
        self.series(StringChunked::from_iter_values(name.into(), values).into_series())
    }

    /// Adds flags.
    #[must_use]
    pub fn flags(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds flags, some of them missing.
    #[must_use]
    pub fn optional_flags(self, name: &str, values: impl Iterator<Item = Option<bool>>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds dates.
    #[must_use]
    pub fn dates(self, name: &str, values: impl Iterator<Item = NaiveDate>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    /// Adds days, some of them missing, each as the number of days since 1970-01-01.
    pub fn days(self, name: &str, values: impl Iterator<Item = Option<i32>>) -> Result<Self> {
        let days = Series::new(name.into(), values.collect::<Vec<_>>());
        days.cast(&DataType::Date).map(|days| self.series(days)).map_err(|error| failure(error, &[]))
    }

    /// Adds moments, some of them missing, each as the number of seconds since 1970-01-01.
    pub fn moments(self, name: &str, values: impl Iterator<Item = Option<i64>>) -> Result<Self> {
        let ticks = values.map(|seconds| seconds.map(|seconds| seconds * 1_000_000)).collect::<Vec<_>>();
        let kind = DataType::Datetime(TimeUnit::Microseconds, None);
        Series::new(name.into(), ticks).cast(&kind).map(|times| self.series(times)).map_err(|error| failure(error, &[]))
    }

    /// Adds text of which there are few different ones, each value as its place among them; some may be missing.
    pub fn chosen<Text: AsRef<str>>(
        self,
        name: &str,
        words: &[Text],
        places: impl Iterator<Item = Option<u32>>,
    ) -> Result<Self> {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        let places: IdxCa = places.collect();
        let texts = Series::new(name.into(), words).take(&places).map_err(|error| failure(error, &[]))?;
        Ok(self.series(texts.with_name(name.into())))
    }

    /// Adds dates, some of them missing.
    #[must_use]
    pub fn optional_dates(self, name: &str, values: impl Iterator<Item = Option<NaiveDate>>) -> Self {
        self.series(Series::new(name.into(), values.collect::<Vec<_>>()))
    }

    fn series(self, series: Series) -> Self {
        self.column(series.into_column())
    }

    /// The frame.
    pub fn build(self) -> Result<Frame> {
        Frame::from_columns(self.columns)
    }
}

impl Frame {
    /// Frames in memory of the same columns, on top of one another.
    pub fn stacked(parts: Vec<Frame>) -> Result<Frame> {
        let mut whole: Option<DataFrame> = None;
        for part in parts {
            let part = part.data(&Quiet)?.0;
            match &mut whole {
                Some(whole) => {
                    whole.vstack_mut_owned(part).map_err(|error| failure(error, &[]))?;
                }
                None => whole = Some(part),
            }
        }
        Ok(Frame::from_data(whole.unwrap_or_default()))
    }

    /// A frame of other values under the names of this one. A column in which nothing is left keeps its type.
    pub fn with_cells(&self, columns: &[(String, Vec<Cell>)]) -> Result<Frame> {
        let made = columns.iter().map(|(name, cells)| {
            let made = column_of_cells(name, cells)?;
            match self.dtype(name).filter(|_| made.dtype().is_null()) {
                Some(kind) => made.cast(&kind).map_err(|error| failure(error, &[])),
                None => Ok(made),
            }
        });
        Frame::from_columns(made.collect::<Result<_>>()?)
    }
}
