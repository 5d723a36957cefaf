//! Columns gathered value by value from formats in which every value has a type of its own: JSON, workbooks, databases.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::moments::moment;
use crate::table::{Frame, Import, ImportColumn};

/// A value as it was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Missing,
    Whole(i64),
    Number(f64),
    /// A number in digits, of a scale of its own.
    Exact(String),
    Text(String),
    Flag(bool),
    Day(NaiveDate),
    Moment(NaiveDateTime),
    Clock(NaiveTime),
}

/// Whole numbers up to here are numbers to their last digit.
const EXACT: i64 = 1 << 53;

impl Found {
    /// The value as text.
    fn said(&self) -> Option<String> {
        Some(match self {
            Found::Missing => return None,
            Found::Whole(number) => number.to_string(),
            Found::Number(number) => number.to_string(),
            Found::Exact(text) | Found::Text(text) => text.clone(),
            Found::Flag(flag) => flag.to_string(),
            Found::Day(day) => day.to_string(),
            Found::Moment(moment) => moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Found::Clock(time) => time.format("%H:%M:%S%.f").to_string(),
        })
    }
}

/// A table that is being gathered.
pub(super) struct Gather {
    names: Vec<String>,
    places: HashMap<String, usize>,
    columns: Vec<Vec<Found>>,
    about: Vec<ImportColumn>,
    rows: usize,
    /// Whether text that is all dates, written with the year first, becomes dates.
    pub(super) dates: bool,
    /// Whether numbers without a fraction are whole numbers: workbooks know no others.
    pub(super) wholes: bool,
}

impl Gather {
    pub(super) fn new(names: Vec<String>) -> Gather {
        let mut gather = Gather {
            names: Vec::new(),
            places: HashMap::new(),
            columns: Vec::new(),
            about: Vec::new(),
            rows: 0,
            dates: false,
            wholes: false,
        };
        for name in names {
            gather.place(&name);
        }
        gather
    }

    /// Rows so far.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The place of a column; one that is new is missing in the rows before.
    pub(super) fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.places.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.columns.push(vec![Found::Missing; self.rows]);
        self.about.push(ImportColumn { name: name.to_owned(), ..ImportColumn::default() });
        self.names.len() - 1
    }

    /// Sets a value of the row that is being read.
    pub(super) fn set(&mut self, place: usize, value: Found) {
        let column = &mut self.columns[place];
        column.truncate(self.rows);
        column.push(value);
    }

    /// Counts a value that was made something else.
    pub(super) fn coerced(&mut self, place: usize, reason: &str, example: &str) {
        let about = &mut self.about[place];
        reason.clone_into(&mut about.reason);
        let row = self.rows + 1;
        about.coerce(|| format!("`{example}` (row {row})"));
    }

    /// Ends the row; columns that were not set are missing in it.
    pub(super) fn end_row(&mut self) {
        self.rows += 1;
        for column in &mut self.columns {
            column.resize(self.rows, Found::Missing);
        }
    }

    /// The frame, with its report.
    pub(super) fn frame(self, mut import: Import) -> Result<Frame> {
        let mut columns = Vec::new();
        for ((name, values), mut about) in self.names.iter().zip(self.columns).zip(self.about) {
            columns.push(column(name, values, &mut about, self.dates, self.wholes)?);
            import.columns.push(about);
        }
        import.rows = Some(self.rows);
        let data = DataFrame::new(self.rows, columns)
            .map_err(|_| Failure::new(format!("`{}` cannot be made a frame", import.source)))?;
        Ok(Frame::from_data(data).imported(import))
    }
}

/// The values as a column of the type that holds them all; see the table of conversions.
fn column(name: &str, mut values: Vec<Found>, about: &mut ImportColumn, dates: bool, wholes: bool) -> Result<Column> {
    if wholes {
        whole_numbers(&mut values);
    }
    if dates {
        moments(&mut values);
    }
    let all = |fits: fn(&Found) -> bool| values.iter().all(|value| *value == Found::Missing || fits(value));
    let some = |fits: fn(&Found) -> bool| values.iter().any(fits);
    let title = PlSmallStr::from(name);
    macro_rules! picked {
        ($($pattern:pat => $value:expr),+) => {
            values.iter().map(|value| match value { $($pattern => Some($value),)+ _ => None }).collect::<Vec<_>>()
        };
    }
    let exact = |value: &Found| !matches!(value, Found::Whole(number) if !(-EXACT..=EXACT).contains(number));
    let series = if all(|value| *value == Found::Missing) {
        Series::new_null(title, values.len())
            .cast(&DataType::String)
            .unwrap_or_else(|_| Series::new_null(name.into(), values.len()))
    } else if all(|value| matches!(value, Found::Whole(_))) {
        Series::new(title, picked!(Found::Whole(number) => *number))
    } else if all(|value| matches!(value, Found::Whole(_) | Found::Number(_))) && values.iter().all(exact) {
        Series::new(title, picked!(Found::Whole(number) => *number as f64, Found::Number(number) => *number))
    } else if all(|value| matches!(value, Found::Whole(_) | Found::Exact(_))) {
        return decimals(name, &values);
    } else if all(|value| matches!(value, Found::Flag(_))) {
        Series::new(title, picked!(Found::Flag(flag) => *flag))
    } else if all(|value| matches!(value, Found::Day(_))) {
        Series::new(title, picked!(Found::Day(day) => *day))
    } else if all(|value| matches!(value, Found::Day(_) | Found::Moment(_))) {
        let moments = picked!(Found::Day(day) => day.and_time(NaiveTime::MIN), Found::Moment(moment) => *moment);
        DatetimeChunked::from_naive_datetime_options(title, moments, TimeUnit::Microseconds).into_series()
    } else if all(|value| matches!(value, Found::Clock(_))) {
        let times = picked!(Found::Clock(time) => nanoseconds(time));
        Series::new(title, times)
            .cast(&DataType::Time)
            .map_err(|_| Failure::new(format!("the times of `{name}` cannot be read")))?
    } else {
        let is_text = |value: &Found| matches!(value, Found::Text(_));
        if some(|value| !matches!(value, Found::Text(_) | Found::Missing)) {
            for (row, value) in values.iter().enumerate().filter(|(_, value)| !is_text(value)) {
                if let Some(said) = value.said() {
                    about.coerce(|| format!("`{said}` (row {})", row + 1));
                    about.reason = "became text: the column holds values of different kinds".to_owned();
                }
            }
        }
        Series::new(title, values.iter().map(Found::said).collect::<Vec<_>>())
    };
    Ok(series.into_column())
}

/// Numbers in digits as an exact decimal of the largest scale among them.
fn decimals(name: &str, values: &[Found]) -> Result<Column> {
    let texts: Vec<Option<String>> = values.iter().map(Found::said).collect();
    let behind = |text: &String| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let before = |text: &String| text.trim_start_matches('-').split('.').next().map_or(0, str::len);
    let scale = texts.iter().flatten().map(behind).max().unwrap_or_default();
    let whole = texts.iter().flatten().map(before).max().unwrap_or_default();
    let text = Series::new(name.into(), &texts);
    if scale + whole > 38 {
        // No decimal holds them: their digits do.
        return Ok(text.into_column());
    }
    let made = text.cast(&DataType::Decimal(38, scale)).ok().filter(|made| made.null_count() == text.null_count());
    Ok(made.unwrap_or(text).into_column())
}

/// Numbers without a fraction as whole numbers, where all of a column are so.
fn whole_numbers(values: &mut [Found]) {
    let is_whole = |number: f64| number.fract() == 0.0 && number.abs() <= EXACT as f64;
    let fits = values.iter().all(|value| match value {
        Found::Number(number) => is_whole(*number),
        _ => true,
    });
    for value in values {
        if let Found::Number(number) = value
            && (fits || is_whole(*number))
        {
            // In a mixed column 42 is to be written 42 as well; among fractions it becomes a number again.
            *value = Found::Whole(*number as i64);
        }
    }
}

/// Text as dates, where all of a column can be read in one way only.
fn moments(values: &mut [Found]) {
    let mut read = Vec::with_capacity(values.len());
    for value in values.iter() {
        read.push(match value {
            Found::Missing => None,
            Found::Text(text) => match moment(text.as_bytes(), None) {
                Some(found) => Some(found),
                None => return,
            },
            _ => return,
        });
    }
    for (value, read) in values.iter_mut().zip(read) {
        if let Some((moment, timed)) = read {
            *value = if timed { Found::Moment(moment) } else { Found::Day(moment.date()) };
        }
    }
}

fn nanoseconds(time: &NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(time.nanosecond())
}
