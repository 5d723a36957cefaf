//! Columns of dates: what the values can mean, with the order of day and month that the column has.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};

use super::reading::{Distinct, Read, Unreadable};
use crate::stats::text::{DateForm, DayOrder, DigitsForm, Order, WrittenDate, day_in_digits, read_told_date};
use crate::table::Cell;

/// What is known before any value is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// Which comes first in `3/4/2024`; none where the column is to tell.
    pub(super) day_first: Option<bool>,
    /// Two-digit years up to this one are of this century.
    pub(super) latest: NaiveDate,
    /// Whether the time of day is kept.
    pub(super) timed: bool,
}

/// Reads a column of dates.
pub(super) fn read(values: &[Distinct], habits: Habits) -> Read {
    let dates: Vec<Option<WrittenDate>> = values.iter().map(|value| written(value, habits)).collect();
    let mut order = DayOrder::default();
    for (value, date) in values.iter().zip(&dates) {
        if let Some(date) = date {
            order.hear(date, value.rows as u64);
        }
    }
    let mut read = Read::default();
    let (mut times_lost, mut serials) = (0, 0);
    for (value, date) in values.iter().zip(&dates) {
        let cell = match date {
            None => Err(Unreadable::because(match looks_like_one(&value.text) {
                true => "no such day in the calendar",
                false => "no date that can be read",
            })),
            Some(date) => match order.day(date, habits.day_first).and_then(NaiveDate::from_epoch_days) {
                None => Err(Unreadable::because("day and month cannot be told apart")),
                Some(day) => {
                    let is_serial = matches!(day_in_digits(&value.text), Some((DigitsForm::Serial, _)));
                    serials += if is_serial { value.rows } else { 0 };
                    let time = date.time.unwrap_or_default();
                    times_lost += if time > 0 && !habits.timed { value.rows } else { 0 };
                    Ok(match habits.timed {
                        true => Cell::Time(day.and_time(NaiveTime::MIN) + TimeDelta::microseconds(time)),
                        false => Cell::Date(day),
                    })
                }
            },
        };
        read.cells.push(cell);
    }
    read.evidence.extend(order.told(habits.day_first));
    if serials > 0 {
        read.evidence.push(format!("{serials} as day numbers of a spreadsheet, counted from 1899-12-30"));
    }
    if times_lost > 0 {
        read.evidence.push(format!("the time of day of {times_lost} left out: the kind `datetime` keeps it"));
    }
    read
}

/// The date of a value: as its column has it, or as its text writes it.
fn written(value: &Distinct, habits: Habits) -> Option<WrittenDate> {
    let of = |day: i32, time: Option<i64>| {
        let form = DateForm { order: Order::Year, separator: '-', short_year: false, has_time: time.is_some() };
        Some(WrittenDate { day, month_first: day, time, form })
    };
    match &value.cell {
        Cell::Date(day) => of(day.to_epoch_days(), None),
        Cell::Time(moment) => {
            let time = (moment.time() - NaiveTime::MIN).num_microseconds();
            of(moment.date().to_epoch_days(), time)
        }
        _ => read_told_date(&value.text, habits.latest.year()),
    }
}

/// Whether a text has the shape of a date, so that its day is at fault: `31/04/2024`.
fn looks_like_one(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits() -> Habits {
        Habits { day_first: None, latest: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default(), timed: false }
    }

    fn column(texts: &[&str]) -> Vec<Distinct> {
        texts.iter().map(|text| Distinct::of_text(text, 1)).collect()
    }

    fn days(texts: &[&str], habits: Habits) -> Vec<String> {
        let read = read(&column(texts), habits);
        read.cells.iter().map(|cell| cell.as_ref().map_or_else(|why| why.reason.clone(), Cell::plain)).collect()
    }

    #[test]
    fn which_comes_first_is_told_by_the_other_values() {
        assert_eq!(days(&["03/04/2024", "13/04/2024"], habits()), ["2024-04-03", "2024-04-13"]);
        let undecided = days(&["03/04/2024", "08/08/2024"], habits());
        assert_eq!(undecided, ["day and month cannot be told apart", "2024-08-08"]);
        let told = Habits { day_first: Some(true), ..habits() };
        assert_eq!(days(&["03/04/2024", "04/13/2024"], told), ["2024-04-03", "2024-04-13"]);
    }

    #[test]
    fn what_is_no_day_says_why() {
        assert_eq!(
            days(&["2019-02-29", "hello", "43685.6", ""], habits()),
            ["no such day in the calendar", "no date that can be read", "2019-08-08", "no date that can be read"]
        );
    }

    #[test]
    fn times_are_kept_where_they_are_asked_for() {
        let timed = Habits { timed: true, ..habits() };
        assert_eq!(
            days(&["8 Aug 2019 12:05 am", "2019-08-08T14:27:00+02:00"], timed),
            ["2019-08-08T00:05:00", "2019-08-08T12:27:00"]
        );
        let read = read(&column(&["8 Aug 2019 12:05"]), habits());
        assert_eq!(read.evidence, ["the time of day of 1 left out: the kind `datetime` keeps it"]);
    }
}
