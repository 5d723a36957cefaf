//! Types of options that mean more than their text: a column, a table, a length of time.

use std::borrow::Cow;

use chrono::{Days, Months, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of a column of the table that the function works on. The host checks that it is there, offers the names
/// while they are typed, and answers with the near one where it is not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColumnName(pub String);

impl ColumnName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ColumnName {
    fn from(name: &str) -> Self {
        ColumnName(name.to_owned())
    }
}

impl JsonSchema for ColumnName {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ColumnName".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "column" })
    }
}

/// A table that an option holds: `references: #{products: products}`. The options themselves are text and numbers; this is
/// the table's place among those that came with them, and [`Beside`](crate::Beside) finds it there. A field that wants one
/// of the standard tables says so with `#[schemars(extend("table" = "transactions"))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenTable {
    #[serde(rename = "$table")]
    place: usize,
}

impl GivenTable {
    /// The table at this place among those beside the options.
    pub fn at(place: usize) -> GivenTable {
        GivenTable { place }
    }

    /// Its place among the tables beside the options.
    pub fn place(self) -> usize {
        self.place
    }

    /// The table that a value of an option stands for, if it stands for one.
    pub fn of(value: &Value) -> Option<GivenTable> {
        let map = value.as_object().filter(|map| map.len() == 1)?;
        let place = map.get("$table").and_then(Value::as_u64)?;
        usize::try_from(place).ok().map(GivenTable::at)
    }

    /// How many tables some options hold.
    pub(crate) fn count(options: &Value) -> usize {
        match (GivenTable::of(options), options) {
            (Some(table), _) => table.place.saturating_add(1),
            (None, Value::Array(items)) => items.iter().map(GivenTable::count).max().unwrap_or(0),
            (None, Value::Object(map)) => map.values().map(GivenTable::count).max().unwrap_or(0),
            _ => 0,
        }
    }
}

impl JsonSchema for GivenTable {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "GivenTable".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "format": "table" })
    }
}

/// Weeks in a month of a model that counts in weeks: a twelfth of a year of 52.14 weeks.
const WEEKS_IN_MONTH: f64 = 4.345;

/// A length of time with its unit, such as `"39w"`, `"12mo"` or `"90 days"`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    /// How many of the unit; above zero.
    pub number: f64,
    /// The unit.
    pub unit: SpanUnit,
}

/// The unit of a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanUnit {
    /// Days.
    Day,
    /// Weeks of seven days.
    #[default]
    Week,
    /// Months; where a model counts in another unit, 4.345 weeks.
    Month,
    /// Years; where a model counts in another unit, twelve months.
    Year,
}

impl SpanUnit {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            SpanUnit::Day => "day",
            SpanUnit::Week => "week",
            SpanUnit::Month => "month",
            SpanUnit::Year => "year",
        }
    }

    /// Days in one of it; months have 4.345 weeks.
    pub fn days(self) -> f64 {
        match self {
            SpanUnit::Day => 1.0,
            SpanUnit::Week => 7.0,
            SpanUnit::Month => 7.0 * WEEKS_IN_MONTH,
            SpanUnit::Year => 7.0 * WEEKS_IN_MONTH * 12.0,
        }
    }
}

impl Span {
    /// A length of time.
    pub fn new(number: f64, unit: SpanUnit) -> Self {
        Span { number, unit }
    }

    /// Its length in days; months have 4.345 weeks.
    pub fn days(self) -> f64 {
        self.number * self.unit.days()
    }

    /// Its length in another unit: `"12mo"` is 52.14 weeks.
    pub fn in_units_of(self, unit: SpanUnit) -> f64 {
        if unit == self.unit { self.number } else { self.days() / unit.days() }
    }

    /// The day that lies so long after another, by the calendar: a month after the 31st is the last day of the next month.
    /// None outside the calendar, and for parts of a month.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        let months = |each: f64| {
            let months = self.number * each;
            let whole = (months.fract() == 0.0 && months < f64::from(u32::MAX)).then_some(months as u32)?;
            day.checked_add_months(Months::new(whole))
        };
        match self.unit {
            SpanUnit::Day | SpanUnit::Week => day.checked_add_days(Days::new(self.days().round() as u64)),
            SpanUnit::Month => months(1.0),
            SpanUnit::Year => months(12.0),
        }
    }

    fn read(text: &str) -> Option<Span> {
        let text = text.trim();
        let end = text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(text.len());
        let number: f64 = text[..end].parse().ok()?;
        let (unit, each) = match text[end..].trim() {
            "d" | "day" | "days" => (SpanUnit::Day, 1.0),
            "w" | "week" | "weeks" => (SpanUnit::Week, 1.0),
            "mo" | "month" | "months" => (SpanUnit::Month, 1.0),
            "q" | "quarter" | "quarters" => (SpanUnit::Month, 3.0),
            "y" | "year" | "years" => (SpanUnit::Year, 1.0),
            _ => return None,
        };
        let number = number * each;
        (number > 0.0 && number * unit.days() < 4e6).then_some(Span { number, unit })
    }

    /// Whether a text is a length of time.
    pub(crate) fn is_one(text: &str) -> bool {
        Span::read(text).is_some()
    }
}

impl TryFrom<String> for Span {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Span::read(&text).ok_or_else(|| format!("`{text}` is no length of time such as \"39w\" or \"12mo\""))
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            SpanUnit::Day => "d",
            SpanUnit::Week => "w",
            SpanUnit::Month => "mo",
            SpanUnit::Year => "y",
        };
        write!(f, "{}{unit}", self.number)
    }
}

impl JsonSchema for Span {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "span" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_with_their_unit_only() {
        for (text, number, unit) in [
            ("39w", 39.0, SpanUnit::Week),
            ("12 months", 12.0, SpanUnit::Month),
            ("2q", 6.0, SpanUnit::Month),
            ("1.5y", 1.5, SpanUnit::Year),
            (" 90 days ", 90.0, SpanUnit::Day),
        ] {
            assert_eq!(Span::read(text), Some(Span { number, unit }), "{text}");
        }
        for text in ["", "39", "w", "-3w", "0d", "3 fortnights", "1e9y", "99999999y", "3m"] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_is_52_weeks_and_a_little() {
        let year = Span::new(12.0, SpanUnit::Month);
        assert!((year.in_units_of(SpanUnit::Week) - 52.14).abs() < 1e-12);
        let end = NaiveDate::from_ymd_opt(1998, 2, 28);
        assert_eq!(
            NaiveDate::from_ymd_opt(1998, 1, 31).and_then(|day| Span::new(1.0, SpanUnit::Month).after(day)),
            end
        );
    }
}
