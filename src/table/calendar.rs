//! Calendar periods: weeks, months, quarters, years, and counting them.

use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Calendar {
    /// Days.
    Day,
    /// Weeks from Monday to Sunday (ISO 8601).
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Calendar {
    /// The number of the period in which a day lies, counted from the one that holds 1970-01-01.
    pub fn number(self, day: NaiveDate) -> i32 {
        match self {
            Calendar::Day => day.to_epoch_days(),
            // 1970-01-01 was a Thursday: its week began three days before.
            Calendar::Week => (day.to_epoch_days() + 3).div_euclid(7),
            Calendar::Month => (day.year() - 1970) * 12 + day.month0() as i32,
            Calendar::Quarter => (day.year() - 1970) * 4 + day.month0() as i32 / 3,
            Calendar::Year => day.year() - 1970,
        }
    }

    /// The first day of the period with that number.
    pub fn first_day(self, number: i32) -> NaiveDate {
        let epoch = NaiveDate::default();
        let months = |months: i32| {
            let moved = if months < 0 {
                epoch.checked_sub_months(Months::new(months.unsigned_abs()))
            } else {
                epoch.checked_add_months(Months::new(months.unsigned_abs()))
            };
            moved.unwrap_or(epoch)
        };
        match self {
            Calendar::Day => NaiveDate::from_epoch_days(number).unwrap_or(epoch),
            Calendar::Week => NaiveDate::from_epoch_days(number * 7 - 3).unwrap_or(epoch),
            Calendar::Month => months(number),
            Calendar::Quarter => months(number * 3),
            Calendar::Year => months(number * 12),
        }
    }

    /// The last day of the period with that number.
    pub fn last_day(self, number: i32) -> NaiveDate {
        let next = self.first_day(number + 1);
        next.checked_sub_days(Days::new(1)).unwrap_or(next)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Calendar::Day => "day",
            Calendar::Week => "week",
            Calendar::Month => "month",
            Calendar::Quarter => "quarter",
            Calendar::Year => "year",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_lies_in_its_period() {
        for calendar in [Calendar::Day, Calendar::Week, Calendar::Month, Calendar::Quarter, Calendar::Year] {
            for offset in (-40_000..40_000).step_by(17) {
                let day = NaiveDate::from_epoch_days(offset).unwrap_or_default();
                let number = calendar.number(day);
                assert!(calendar.first_day(number) <= day && day <= calendar.last_day(number), "{calendar:?} {day}");
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        let first = Calendar::Week.first_day(Calendar::Week.number(NaiveDate::default()));
        assert_eq!(first.weekday(), chrono::Weekday::Mon);
    }
}
