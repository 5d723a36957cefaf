//! One value of a frame, for showing and for scripts.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use polars::prelude::{AnyValue, Field, TimeUnit, TimeZone};
use serde_json::Value;

/// One value of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is none.
    Missing,
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// A day and a time, in the column's own zone.
    Time(NaiveDateTime),
    /// Several values.
    List(Vec<Cell>),
    /// Values with names.
    Struct(Vec<(String, Cell)>),
}

impl Cell {
    pub(crate) fn of(value: AnyValue<'_>) -> Cell {
        match value {
            AnyValue::Null => Cell::Missing,
            AnyValue::Boolean(flag) => Cell::Flag(flag),
            AnyValue::String(text) => Cell::Text(text.to_owned()),
            AnyValue::StringOwned(text) => Cell::Text(text.to_string()),
            AnyValue::Float32(number) => Cell::Number(widened(number)),
            AnyValue::Float64(number) => Cell::Number(number),
            AnyValue::Date(days) => day(days).map_or(Cell::Missing, Cell::Date),
            AnyValue::Datetime(ticks, unit, zone) => on_the_clock(moment(ticks, unit), zone),
            AnyValue::DatetimeOwned(ticks, unit, zone) => on_the_clock(moment(ticks, unit), zone.as_deref()),
            AnyValue::Duration(ticks, unit) => Cell::Text(duration(ticks, unit)),
            AnyValue::List(values) => Cell::List(values.iter().map(|value| Cell::of(value)).collect()),
            AnyValue::Struct(_, _, fields) => Cell::fields(fields, value._iter_struct_av()),
            AnyValue::StructOwned(held) => Cell::fields(&held.1, held.0.into_iter()),
            // Shown and computed with as the nearest number; the column itself stays exact.
            AnyValue::Decimal(..) => value.extract::<f64>().map_or(Cell::Missing, Cell::Number),
            AnyValue::Categorical(..)
            | AnyValue::CategoricalOwned(..)
            | AnyValue::Enum(..)
            | AnyValue::EnumOwned(..) => value.get_str().map_or(Cell::Missing, |text| Cell::Text(text.to_owned())),
            AnyValue::UInt64(number) => i64::try_from(number).map_or(Cell::Number(number as f64), Cell::Integer),
            other => match (other.get_str(), other.extract::<i64>()) {
                // A category.
                (Some(text), _) => Cell::Text(text.to_owned()),
                (None, Some(number)) if other.is_integer() => Cell::Integer(number),
                _ => Cell::Text(other.to_string()),
            },
        }
    }

    fn fields<'a>(fields: &[Field], values: impl Iterator<Item = AnyValue<'a>>) -> Cell {
        let named = |(field, value): (&Field, AnyValue<'a>)| (field.name().to_string(), Cell::of(value));
        Cell::Struct(fields.iter().zip(values).map(named).collect())
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Cell::Missing => "missing",
            Cell::Integer(_) => "a whole number",
            Cell::Number(_) => "a number",
            Cell::Text(_) => "text",
            Cell::Flag(_) => "true or false",
            Cell::Date(_) => "a date",
            Cell::Time(_) => "a time",
            Cell::List(_) => "a list",
            Cell::Struct(_) => "a map",
        }
    }

    /// Whether both can stand in one column.
    pub fn goes_with(&self, other: &Cell) -> bool {
        let number = |cell: &Cell| matches!(cell, Cell::Integer(_) | Cell::Number(_));
        *self == Cell::Missing
            || *other == Cell::Missing
            || (number(self) && number(other))
            || std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The value as JSON: dates as ISO text, numbers in full precision, what JSON cannot write as null.
    pub fn to_json(&self) -> Value {
        match self {
            Cell::Missing => Value::Null,
            Cell::Integer(number) => Value::from(*number),
            Cell::Number(number) => Value::from(*number),
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Flag(flag) => Value::from(*flag),
            Cell::Date(_) | Cell::Time(_) => Value::from(self.plain()),
            Cell::List(cells) => Value::Array(cells.iter().map(Cell::to_json).collect()),
            Cell::Struct(fields) => {
                Value::Object(fields.iter().map(|(name, cell)| (name.clone(), cell.to_json())).collect())
            }
        }
    }

    /// The value as plain text in full precision; empty where there is none.
    pub fn plain(&self) -> String {
        match self {
            Cell::Missing => String::new(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => text.clone(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Time(time) => time.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            Cell::List(cells) => {
                let inner: Vec<String> = cells.iter().map(Cell::plain).collect();
                format!("[{}]", inner.join(", "))
            }
            Cell::Struct(fields) => {
                let inner: Vec<String> =
                    fields.iter().map(|(name, cell)| format!("{name}: {}", cell.plain())).collect();
                format!("{{{}}}", inner.join(", "))
            }
        }
    }
}

pub(crate) fn day(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(days)
}

fn moment(ticks: i64, unit: TimeUnit) -> Option<NaiveDateTime> {
    let moment = match unit {
        TimeUnit::Nanoseconds => DateTime::from_timestamp_nanos(ticks),
        TimeUnit::Microseconds => DateTime::from_timestamp_micros(ticks)?,
        TimeUnit::Milliseconds => DateTime::from_timestamp_millis(ticks)?,
    };
    Some(moment.naive_utc())
}

/// The time as the clock of its zone shows it.
fn on_the_clock(moment: Option<NaiveDateTime>, zone: Option<&TimeZone>) -> Cell {
    let Some(moment) = moment else { return Cell::Missing };
    match zone.map(TimeZone::to_chrono) {
        Some(Ok(zone)) => Cell::Time(moment.and_utc().with_timezone(&zone).naive_local()),
        _ => Cell::Time(moment),
    }
}

fn duration(ticks: i64, unit: TimeUnit) -> String {
    let a_second: u64 = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let sign = if ticks < 0 { "-" } else { "" };
    let (seconds, parts) = (ticks.unsigned_abs() / a_second, ticks.unsigned_abs() % a_second);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // 0.25 s as `.250`: digits by threes, as few as say it all.
    let parts = match parts * (1_000_000_000 / a_second) {
        0 => String::new(),
        nanos if nanos % 1_000_000 == 0 => format!(".{:03}", nanos / 1_000_000),
        nanos if nanos % 1_000 == 0 => format!(".{:06}", nanos / 1_000),
        nanos => format!(".{nanos:09}"),
    };
    let clock = format!("{:02}:{:02}:{:02}{parts}", rest / 3600, rest / 60 % 60, rest % 60);
    match (days, rest == 0 && parts.is_empty()) {
        (days, true) => format!("{sign}{days}d"),
        (0, false) => format!("{sign}{clock}"),
        (days, false) => format!("{sign}{days}d {clock}"),
    }
}

/// A number of single precision as it is written: `0.1`, and not the digits that follow from its bits.
fn widened(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_keeps_its_sign_and_its_parts() {
        let shown = |millis: i64| duration(millis, TimeUnit::Milliseconds);
        let day = 86_400_000;
        assert_eq!(
            [0, 3 * day, -day, -5_000, day + 3_600_000, -(day + 1), 250].map(shown),
            ["0d", "3d", "-1d", "-00:00:05", "1d 01:00:00", "-1d 00:00:00.001", "00:00:00.250"]
        );
        assert_eq!(duration(i64::MIN, TimeUnit::Nanoseconds), "-106751d 23:47:16.854775808");
        assert_eq!(duration(1_500, TimeUnit::Nanoseconds), "00:00:00.000001500");
    }

    #[test]
    fn single_precision_reads_as_it_was_written() {
        assert_eq!(Cell::of(AnyValue::Float32(0.1)), Cell::Number(0.1));
        assert_eq!(Cell::of(AnyValue::Float32(f32::NEG_INFINITY)), Cell::Number(f64::NEG_INFINITY));
        assert!(matches!(Cell::of(AnyValue::Float32(f32::NAN)), Cell::Number(number) if number.is_nan()));
    }

    #[test]
    fn a_time_is_shown_as_the_clock_of_its_zone_shows_it() {
        // 2024-02-01 04:30 in Greenwich is half past eleven of the evening before in New York.
        let zone = TimeZone::opt_try_new(Some("America/New_York")).unwrap();
        let ticks = 1_706_761_800_000_000;
        let cell = Cell::of(AnyValue::Datetime(ticks, TimeUnit::Microseconds, zone.as_ref()));
        assert_eq!(cell.plain(), "2024-01-31T23:30:00");
        assert_eq!(Cell::of(AnyValue::Datetime(ticks, TimeUnit::Microseconds, None)).plain(), "2024-02-01T04:30:00");
    }
}
