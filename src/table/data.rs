//! A computed frame: columns that lie in memory and can be read.

use std::collections::HashSet;

use chrono::NaiveDate;
use polars::prelude::{
    Column, DataFrame, DataType, IdxCa, IdxSize, IntoColumn, IntoSeries, NamedFrom, Series, SortOptions, StructChunked,
    TimeUnit,
};
use polars_arrow::bitmap::Bitmap;
use regulars_plugin::{ColumnKind, ColumnManual, Failure, Result};

use super::cell::day;
use super::{Cell, NumberPairs, failure, type_word};

/// A computed frame. Cloning it is cheap: the columns are shared.
#[derive(Debug, Clone)]
pub struct Data(pub(crate) DataFrame);

impl Data {
    /// The number of rows.
    pub fn height(&self) -> usize {
        self.0.height()
    }

    /// Names of the columns, in order.
    pub fn names(&self) -> Vec<&str> {
        self.0.columns().iter().map(|column| column.name().as_str()).collect()
    }

    pub(crate) fn column(&self, name: &str) -> Result<&Column> {
        self.0.column(name).map_err(|error| {
            let known: Vec<String> = self.names().into_iter().map(str::to_owned).collect();
            failure(error, &known)
        })
    }

    /// The type of a column, in a word.
    pub fn type_word(&self, name: &str) -> Result<String> {
        Ok(type_word(self.column(name)?.dtype()))
    }

    /// What a column holds, in the six kinds that charts and tables tell apart.
    pub fn kind(&self, name: &str) -> Result<ColumnKind> {
        Ok(kind_of(self.column(name)?.dtype()))
    }

    /// One value.
    pub fn cell(&self, name: &str, row: usize) -> Result<Cell> {
        let column = self.column(name)?;
        Ok(column.get(row).map_or(Cell::Missing, Cell::of))
    }

    /// One row: names and values, in the order of the columns.
    pub fn row(&self, row: usize) -> Vec<(String, Cell)> {
        let value = |column: &Column| column.get(row).map_or(Cell::Missing, Cell::of);
        self.0.columns().iter().map(|column| (column.name().to_string(), value(column))).collect()
    }

    /// The values of a column.
    pub fn cells(&self, name: &str) -> Result<Vec<Cell>> {
        let column = self.column(name)?;
        Ok((0..column.len()).map(|row| column.get(row).map_or(Cell::Missing, Cell::of)).collect())
    }

    /// The values of a column as they are written in plain text.
    pub fn words(&self, name: &str) -> Result<Vec<Option<String>>> {
        if let Ok(text) = self.column(name)?.str() {
            return Ok(text.iter().map(|word| word.map(str::to_owned)).collect());
        }
        let cells = self.cells(name)?;
        Ok(cells.into_iter().map(|cell| (cell != Cell::Missing).then(|| cell.plain())).collect())
    }

    /// The values of a column as numbers: whole numbers and flags too, dates as days since 1970-01-01.
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>> {
        let column = self.column(name)?;
        let kind = column.dtype();
        let usable = kind.is_primitive_numeric()
            || kind.is_decimal()
            || matches!(kind, DataType::Boolean | DataType::Date | DataType::Null);
        let wrong = || Failure::new(format!("column `{name}` holds {}, but numbers are wanted", type_word(kind)));
        if !usable {
            return Err(wrong().help(format!("make it a number with `col(\"{name}\").cast(\"number\")`")));
        }
        let numbers = column.cast(&DataType::Float64).map_err(|_| wrong())?;
        Ok(numbers.f64().map_err(|_| wrong())?.iter().collect())
    }

    /// The pairs of two columns of numbers in which nothing is missing; none of others.
    pub fn pairs(&self, one: &str, other: &str) -> Result<Option<NumberPairs>> {
        let (one, other) = (self.column(one)?, self.column(other)?);
        let whole = |column: &Column| column.dtype().is_primitive_numeric() && column.null_count() == 0;
        if !whole(one) || !whole(other) {
            return Ok(None);
        }
        let (Ok(one), Ok(other)) = (one.cast(&DataType::Float64), other.cast(&DataType::Float64)) else {
            return Ok(None);
        };
        let (Ok(one), Ok(other)) = (one.f64(), other.f64()) else { return Ok(None) };
        Ok(Some(NumberPairs::of(one, other)))
    }

    /// The values of a column as whole numbers.
    pub fn integers(&self, name: &str) -> Result<Vec<Option<i64>>> {
        let column = self.column(name)?;
        let wrong = || {
            Failure::new(format!("column `{name}` holds {}, but whole numbers are wanted", type_word(column.dtype())))
        };
        if !column.dtype().is_integer() {
            return Err(wrong());
        }
        let numbers = column.cast(&DataType::Int64).map_err(|_| wrong())?;
        Ok(numbers.i64().map_err(|_| wrong())?.iter().collect())
    }

    /// The values of a column as days; a time of day is cut off.
    pub fn dates(&self, name: &str) -> Result<Vec<Option<NaiveDate>>> {
        let column = self.column(name)?;
        let wrong =
            || Failure::new(format!("column `{name}` holds {}, but dates are wanted", type_word(column.dtype())));
        if !column.dtype().is_temporal() {
            return Err(wrong());
        }
        let dates = column.cast(&DataType::Date).map_err(|_| wrong())?;
        let days = dates.date().map_err(|_| wrong())?;
        Ok(days.physical().iter().map(|value| value.and_then(day)).collect())
    }

    /// Some values of a column of keys, in the type that they have, under another name.
    pub(crate) fn keys(&self, name: &str, rows: &[usize], renamed: &str) -> Result<Column> {
        let rows: IdxCa = rows.iter().map(|row| Some(*row as IdxSize)).collect();
        let keys = self.column(name)?.take(&rows).map_err(|error| failure(error, &[]))?;
        Ok(keys.with_name(renamed.into()))
    }

    /// The first rows.
    #[must_use]
    pub fn head(&self, rows: usize) -> Data {
        Data(self.0.head(Some(rows)))
    }

    /// The last rows.
    #[must_use]
    pub fn tail(&self, rows: usize) -> Data {
        Data(self.0.tail(Some(rows)))
    }

    /// Rows from one on, as many as there are up to a count.
    #[must_use]
    pub fn slice(&self, from: usize, count: usize) -> Data {
        Data(self.0.slice(i64::try_from(from).unwrap_or(i64::MAX), count))
    }

    /// The rows with these numbers, in this order.
    pub fn take(&self, rows: &[IdxSize]) -> Result<Data> {
        let rows = IdxCa::from_vec("".into(), rows.to_vec());
        self.0.take(&rows).map(Data).map_err(|error| failure(error, &[]))
    }

    /// The numbers of the rows in the order of a column; equal values keep their order, missing ones come last.
    pub fn order(&self, name: &str, descending: bool) -> Result<Vec<IdxSize>> {
        let column = self.column(name)?;
        if column.dtype().is_nested() || column.dtype().is_null() {
            return Err(Failure::new(format!(
                "column `{name}` holds {}, which has no order",
                type_word(column.dtype())
            )));
        }
        let options = SortOptions { descending, nulls_last: true, maintain_order: true, ..SortOptions::default() };
        Ok(column.arg_sort(options).into_no_null_iter().collect())
    }
}

/// What a type holds.
pub(crate) fn kind_of(kind: &DataType) -> ColumnKind {
    match kind {
        kind if kind.is_integer() => ColumnKind::Integer,
        kind if kind.is_primitive_numeric() || kind.is_decimal() => ColumnKind::Number,
        DataType::Boolean => ColumnKind::Flag,
        DataType::Date => ColumnKind::Date,
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) => ColumnKind::Text,
        _ => ColumnKind::Any,
    }
}

/// A column made of cells, all of one kind or missing; whole numbers beside numbers become numbers.
pub(crate) fn column_of_cells(name: &str, cells: &[Cell]) -> Result<Column> {
    let mixed = || {
        let first = cells.iter().find(|cell| **cell != Cell::Missing).unwrap_or(&Cell::Missing);
        let other = cells.iter().find(|cell| !first.goes_with(cell)).unwrap_or(first);
        Failure::new(format!(
            "column `{name}` would hold values of different kinds: {} and {}",
            first.kind(),
            other.kind()
        ))
        .help("a column holds one kind: all numbers, all text, all dates …")
    };
    let any = |matches: fn(&Cell) -> bool| cells.iter().any(matches);
    let all = |matches: fn(&Cell) -> bool| cells.iter().all(|cell| *cell == Cell::Missing || matches(cell));
    let name_of = name.into();
    let series = if all(|cell| matches!(cell, Cell::Missing)) {
        Series::new_null(name_of, cells.len())
    } else if all(|cell| matches!(cell, Cell::Integer(_))) {
        let values = cells.iter().map(|cell| if let Cell::Integer(value) = cell { Some(*value) } else { None });
        Series::new(name_of, values.collect::<Vec<_>>())
    } else if all(|cell| matches!(cell, Cell::Integer(_) | Cell::Number(_))) {
        let values = cells.iter().map(|cell| match cell {
            Cell::Integer(value) => Some(*value as f64),
            Cell::Number(value) => Some(*value),
            _ => None,
        });
        Series::new(name_of, values.collect::<Vec<_>>())
    } else if all(|cell| matches!(cell, Cell::Flag(_))) {
        let values = cells.iter().map(|cell| if let Cell::Flag(value) = cell { Some(*value) } else { None });
        Series::new(name_of, values.collect::<Vec<_>>())
    } else if all(|cell| matches!(cell, Cell::Date(_))) {
        let values = cells.iter().map(|cell| if let Cell::Date(value) = cell { Some(*value) } else { None });
        Series::new(name_of, values.collect::<Vec<_>>())
    } else if all(|cell| matches!(cell, Cell::Time(_))) {
        let values = cells.iter().map(|cell| match cell {
            Cell::Time(value) => Some(value.and_utc().timestamp_micros()),
            _ => None,
        });
        let ticks = Series::new(name_of, values.collect::<Vec<_>>());
        ticks.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).map_err(|error| failure(error, &[]))?
    } else if all(|cell| matches!(cell, Cell::Text(_))) && any(|cell| matches!(cell, Cell::Text(_))) {
        // Text that is all ISO dates stays text: nothing is guessed where a script wrote the values itself.
        let values = cells.iter().map(|cell| if let Cell::Text(value) = cell { Some(value.as_str()) } else { None });
        Series::new(name_of, values.collect::<Vec<_>>())
    } else if all(|cell| matches!(cell, Cell::List(_))) {
        lists_of_cells(name, cells)?
    } else if all(|cell| matches!(cell, Cell::Struct(_))) {
        structs_of_cells(name, cells)?
    } else {
        return Err(mixed());
    };
    Ok(series.into_column())
}

/// Lists, whose values are all of one kind.
fn lists_of_cells(name: &str, cells: &[Cell]) -> Result<Series> {
    let inside = |cell: &Cell| if let Cell::List(values) = cell { values.clone() } else { Vec::new() };
    let values: Vec<Cell> = cells.iter().flat_map(inside).collect();
    let values = column_of_cells(name, &values)?.take_materialized_series();
    let mut begin = 0;
    let mut list = |cell: &Cell| match cell {
        Cell::List(own) => {
            begin += own.len();
            Some(values.slice((begin - own.len()) as i64, own.len()))
        }
        _ => None,
    };
    Ok(Series::new(name.into(), cells.iter().map(&mut list).collect::<Vec<_>>()))
}

/// Structs with the fields of all of them; what one does not have is missing in it.
fn structs_of_cells(name: &str, cells: &[Cell]) -> Result<Series> {
    fn own(cell: &Cell) -> &[(String, Cell)] {
        if let Cell::Struct(fields) = cell { fields } else { &[] }
    }
    let mut names: Vec<&str> = Vec::new();
    let mut known: HashSet<&str> = HashSet::new();
    for (field, _) in cells.iter().flat_map(own) {
        if known.insert(field) {
            names.push(field);
        }
    }
    if names.is_empty() {
        return Err(Failure::new(format!("the maps in column `{name}` have no entry"))
            .help("write what they hold: `#{city: \"Rome\", zip: \"00100\"}`"));
    }
    let value = |cell: &Cell, field: &str| {
        own(cell).iter().find(|(own, _)| own == field).map_or(Cell::Missing, |(_, value)| value.clone())
    };
    let column = |field: &&str| -> Result<Series> {
        let values: Vec<Cell> = cells.iter().map(|cell| value(cell, field)).collect();
        Ok(column_of_cells(field, &values)?.take_materialized_series())
    };
    let fields: Vec<Series> = names.iter().map(column).collect::<Result<_>>()?;
    let made =
        StructChunked::from_series(name.into(), cells.len(), fields.iter()).map_err(|error| failure(error, &[]))?;
    let is_there: Bitmap = cells.iter().map(|cell| *cell != Cell::Missing).collect();
    Ok(made.with_outer_validity(Some(is_there)).into_series())
}

/// Whether an answer begins with the columns that its manual declares; others may stand behind them.
pub(crate) fn begins_with(declared: &[ColumnManual], found: &[(String, ColumnKind)]) -> Result<()> {
    columns_of(declared, false, &found[..declared.len().min(found.len())])
}

/// Whether the columns of an answer are those that its manual declares: same names, same order, same kinds. Where it
/// `keeps` the columns of the input, others may stand before them.
pub(crate) fn columns_of(declared: &[ColumnManual], keeps: bool, found: &[(String, ColumnKind)]) -> Result<()> {
    let others = if keeps { found.len().saturating_sub(declared.len()) } else { 0 };
    let found = &found[others..];
    let names: Vec<&str> = declared.iter().map(|column| column.name.as_str()).collect();
    let present: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    if names != present {
        return Err(Failure::new(format!(
            "the answer has the columns {}, but its manual declares {}",
            present.join(", "),
            names.join(", ")
        )));
    }
    for (column, (name, kind)) in declared.iter().zip(found) {
        let agrees = column.holds == *kind || column.holds == ColumnKind::Any;
        if !agrees {
            return Err(Failure::new(format!(
                "column `{name}` of the answer holds {}, but its manual declares {}",
                kind.word(),
                column.holds.word()
            )));
        }
    }
    Ok(())
}
