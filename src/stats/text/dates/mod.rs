//! Dates as people write them, and how. What a value can mean is read from itself; which of two readings holds is decided
//! for its column, by [`DayOrder`].

mod calendar;
mod clock;
mod digits;
mod order;
mod words;
mod written;

pub use calendar::{calendar_day, day_number};
pub use digits::{DigitsForm, day_in_digits};
pub use order::{DayOrder, Evidence};
pub use written::read_date;

/// Which part of a date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Year, month, day.
    Year,
    /// Day, month, year: the first part is above 12.
    Day,
    /// Month, day, year: the second part is above 12.
    Month,
    /// Day or month: both parts are at most 12.
    DayOrMonth,
    /// The month is a word.
    Word,
}

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateForm {
    /// Which part comes first.
    pub order: Order,
    /// What stands between the parts; `年` for 2019年8月8日, a blank where months are words apart from the rest, `0` where
    /// nothing does.
    pub separator: char,
    /// Whether the year has two digits.
    pub short_year: bool,
    /// Whether a time of day follows.
    pub has_time: bool,
}

impl DateForm {
    /// The form as a pattern, such as `dd.mm.yyyy`.
    pub fn word(self) -> String {
        let year = if self.short_year { "yy" } else { "yyyy" };
        let between = if self.separator == '0' { String::new() } else { self.separator.to_string() };
        let date = match self.order {
            Order::Year if self.separator == '年' => format!("{year}年m月d日"),
            Order::Year => format!("{year}{between}mm{between}dd"),
            Order::Day => format!("dd{between}mm{between}{year}"),
            Order::Month => format!("mm{between}dd{between}{year}"),
            Order::DayOrMonth => format!("dd{between}mm{between}{year} or mm{between}dd{between}{year}"),
            Order::Word => format!("dd{between}Mon{between}{year}"),
        };
        if self.has_time { format!("{date} hh:mm") } else { date }
    }
}

/// A date that a text writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenDate {
    /// The day since 1970-01-01; where day and month may be either, with the day first.
    pub day: i32,
    /// The same day with the month first; `day` itself where there is one way of reading only.
    pub month_first: i32,
    /// Microseconds since midnight, where a time of day is written.
    pub time: Option<i64>,
    /// How it is written.
    pub form: DateForm,
}

/// The year that the last digits of a year stand for: the latest one that is not after `latest_year`.
fn short_year(digits: u32, latest_year: i32) -> i32 {
    let year = latest_year - latest_year.rem_euclid(100) + digits as i32;
    if year > latest_year { year - 100 } else { year }
}

/// The date in a text that is told to hold one: digits alone, such as the day numbers of a spreadsheet, count as well.
/// The text must be [`plain`](super::plain).
pub fn read_told_date(text: &str, latest_year: i32) -> Option<WrittenDate> {
    day_in_digits(text).map(|(_, date)| date).or_else(|| read_date(text, latest_year))
}

#[cfg(test)]
mod tests;
