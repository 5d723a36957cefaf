//! Days on an axis: ticks at the beginnings of days, weeks, months and years, and how dates are written.
//!
//! A day is the number of days since 1970-01-01, as everywhere in frames.

use chrono::{Datelike, NaiveDate};

/// A tick on an axis of dates, with a second line where the year begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DateTick {
    pub(super) day: f64,
    pub(super) label: String,
    pub(super) year: String,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 20] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(60),
    Step::Months(120),
    Step::Months(300),
    Step::Months(600),
    Step::Months(1200),
    Step::Months(2400),
    Step::Months(6000),
    Step::Months(12_000),
    Step::Months(24_000),
    Step::Months(60_000),
];

/// The first Monday after 1970-01-01.
const A_MONDAY: i64 = 4;

/// The finest ticks inside a stretch of days of which there are not more than `most`.
pub(super) fn date_ticks(low: f64, high: f64, most: usize) -> Vec<DateTick> {
    // Beyond these days there are no dates to write, and whole numbers would overflow.
    let (low, high) = (low.clamp(-1e8, 1e8).ceil() as i64, high.clamp(-1e8, 1e8).floor() as i64);
    let chosen = STEPS.into_iter().find_map(|step| {
        let days = starts(low, high, step, most + 1);
        (days.len() <= most).then_some((step, days))
    });
    let Some((step, days)) = chosen else { return Vec::new() };
    let mut ticks: Vec<DateTick> = Vec::new();
    let mut year_before = None;
    for day in days {
        let Some(date) = date_of(day as f64) else { continue };
        let (label, year) = match step {
            Step::Days(_) => (date.format("%-d %b").to_string(), date.year().to_string()),
            Step::Months(months) if months < 12 => (date.format("%b").to_string(), date.year().to_string()),
            Step::Months(_) => (date.year().to_string(), String::new()),
        };
        let year = if year_before == Some(date.year()) { String::new() } else { year };
        year_before = Some(date.year());
        ticks.push(DateTick { day: day as f64, label, year });
    }
    ticks
}

/// The beginnings of steps inside a stretch, not more than asked for.
fn starts(low: i64, high: i64, step: Step, most: usize) -> Vec<i64> {
    match step {
        Step::Days(days) => {
            let first = A_MONDAY + (low - A_MONDAY + days - 1).div_euclid(days) * days;
            let all = (0..).map(|index| first + index * days);
            all.take_while(|day| *day <= high).take(most).collect()
        }
        Step::Months(months) => {
            let Some(date) = date_of(low as f64) else { return Vec::new() };
            let first = month_of(date).div_euclid(months) * months;
            let all = (0..).map(|index| start_of_month(first + index * months));
            let inside = all.map_while(|day| day).take_while(|day| *day <= high);
            inside.filter(|day| *day >= low).take(most).collect()
        }
    }
}

/// Months since the year 0.
fn month_of(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

fn start_of_month(month: i64) -> Option<i64> {
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let date = NaiveDate::from_ymd_opt(year, month.rem_euclid(12) as u32 + 1, 1)?;
    Some(day_of(date) as i64)
}

/// A date as the number of days since 1970-01-01.
pub(super) fn day_of(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce() - 719_163)
}

/// The date of a number of days since 1970-01-01.
pub(super) fn date_of(day: f64) -> Option<NaiveDate> {
    if day.is_nan() || day.abs() >= 1e8 {
        return None;
    }
    NaiveDate::from_num_days_from_ce_opt(day.floor() as i32 + 719_163)
}

/// Stretches of the calendar into which dates are gathered, finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Span {
    pub(super) const ALL: [Span; 5] = [Span::Day, Span::Week, Span::Month, Span::Quarter, Span::Year];

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Span::Day => "day",
            Span::Week => "week",
            Span::Month => "month",
            Span::Quarter => "quarter",
            Span::Year => "year",
        }
    }

    /// The finest span of which a stretch of days holds not more than `most`; years where even they are more.
    pub(super) fn for_stretch(low: f64, high: f64, most: usize) -> Span {
        let holds = |span: Span| (span.number(high) - span.number(low) + 1).max(0) as usize;
        Span::ALL.into_iter().find(|span| holds(*span) <= most).unwrap_or(Span::Year)
    }

    /// The running number of the span in which a day lies.
    pub(super) fn number(self, day: f64) -> i64 {
        let months = || date_of(day).map_or(0, month_of);
        match self {
            Span::Day => day.floor() as i64,
            Span::Week => (day.floor() as i64 - A_MONDAY).div_euclid(7),
            Span::Month => months(),
            Span::Quarter => months().div_euclid(3),
            Span::Year => months().div_euclid(12),
        }
    }

    /// The first day of the span with a number.
    pub(super) fn start(self, number: i64) -> f64 {
        let month = |month: i64| start_of_month(month).unwrap_or_default() as f64;
        match self {
            Span::Day => number as f64,
            Span::Week => (number * 7 + A_MONDAY) as f64,
            Span::Month => month(number),
            Span::Quarter => month(number * 3),
            Span::Year => month(number * 12),
        }
    }

    /// How the span that begins on a day is written.
    pub(super) fn label(self, start: f64) -> String {
        let Some(date) = date_of(start) else { return String::new() };
        match self {
            Span::Day | Span::Week => date.format("%-d %b %Y").to_string(),
            Span::Month => date.format("%b %Y").to_string(),
            Span::Quarter => format!("{} Q{}", date.year(), date.month0() / 3 + 1),
            Span::Year => date.year().to_string(),
        }
    }
}

/// The coarsest way of writing dates that loses nothing: years, months or days.
pub(super) fn span_of(days: &[f64]) -> Span {
    let all = |holds: fn(NaiveDate) -> bool| days.iter().filter_map(|day| date_of(*day)).all(holds);
    if days.len() > 1 && all(|date| date.ordinal() == 1) {
        Span::Year
    } else if all(|date| date.day() == 1) {
        Span::Month
    } else {
        Span::Day
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]
mod tests {
    use super::*;

    fn day(text: &str) -> f64 {
        day_of(text.parse().unwrap())
    }

    #[test]
    fn ticks_suit_the_length_of_the_stretch() {
        let labels = |low, high| {
            let ticks = date_ticks(day(low), day(high), 8);
            ticks.into_iter().map(|tick| format!("{} {}", tick.label, tick.year).trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(labels("1997-01-01", "1997-01-04"), ["1 Jan 1997", "2 Jan", "3 Jan", "4 Jan"]);
        assert_eq!(labels("1997-10-15", "1998-02-20"), ["Nov 1997", "Dec", "Jan 1998", "Feb"]);
        assert_eq!(labels("1997-01-01", "1998-06-30"), ["Jan 1997", "Apr", "Jul", "Oct", "Jan 1998", "Apr"]);
        assert_eq!(labels("1990-01-01", "1996-06-30"), ["1990", "1991", "1992", "1993", "1994", "1995", "1996"]);
        assert_eq!(labels("1997-01-01", "1997-01-01"), ["1 Jan 1997"]);
        assert_eq!(labels("1900-01-01", "2999-12-31"), ["2000", "2200", "2400", "2600", "2800"]);
        assert_eq!(labels("1500-01-01", "1900-12-31"), ["1500", "1600", "1700", "1800", "1900"]);
    }

    #[test]
    fn no_stretch_of_years_is_without_several_ticks() {
        for years in 10..7000 {
            let ticks = date_ticks(day("1000-06-01"), day("1000-06-01") + f64::from(years) * 365.25, 8);
            assert!((3..=8).contains(&ticks.len()), "{years} years have {} ticks", ticks.len());
        }
    }

    #[test]
    fn ticks_never_fail_at_the_ends_of_time() {
        for (low, high) in [(-9e7, 9e7), (f64::NAN, f64::NAN), (5.0, 1.0), (-1e300, 1e300)] {
            assert!(date_ticks(low, high, 8).len() <= 8);
        }
    }

    #[test]
    fn spans_gather_days() {
        let span = Span::for_stretch(day("1997-01-10"), day("1998-06-20"), 20);
        assert_eq!(span, Span::Month);
        assert_eq!(span.start(span.number(day("1997-03-19"))), day("1997-03-01"));
        assert_eq!(Span::Week.start(Span::Week.number(day("2024-06-05"))), day("2024-06-03"));
        assert_eq!(Span::Quarter.label(day("1997-04-01")), "1997 Q2");
    }

    #[test]
    fn dates_are_written_as_short_as_possible() {
        assert_eq!(span_of(&[day("1997-01-01"), day("1997-02-01")]), Span::Month);
        assert_eq!(span_of(&[day("1997-01-01"), day("1998-01-01")]), Span::Year);
        assert_eq!(span_of(&[day("1997-01-02")]), Span::Day);
    }
}
