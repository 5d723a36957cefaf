//! Dates as people write them. What a value can mean is read from itself; which of two readings holds is decided for the
//! column, from the values that can be read in one way only.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::reading::{Distinct, Read, Unreadable};
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

/// What a value can mean.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// One moment; the flag says whether there was a time of day.
    One(NaiveDateTime, bool),
    /// Two numbers of which one is the day, with the sign between them.
    Either { first: u32, second: u32, year: i32, time: Option<NaiveTime>, sign: char },
}

/// The evidence for one sign between the numbers: values by rows.
#[derive(Default, Clone, Copy)]
struct Evidence {
    day_first: usize,
    month_first: usize,
    undecided: usize,
}

/// Reads a column of dates.
pub(super) fn read(values: &[Distinct], habits: Habits) -> Read {
    let meanings: Vec<Option<Meaning>> = values.iter().map(|value| meaning(value, habits)).collect();
    let mut evidence: BTreeMap<char, Evidence> = BTreeMap::new();
    for (value, found) in values.iter().zip(&meanings) {
        if let Some(Meaning::Either { first, second, sign, .. }) = found
            && first != second
        {
            let seen = evidence.entry(*sign).or_default();
            match (*first > 12, *second > 12) {
                (true, false) => seen.day_first += value.rows,
                (false, true) => seen.month_first += value.rows,
                (false, false) => seen.undecided += value.rows,
                (true, true) => {}
            }
        }
    }
    let orders: BTreeMap<char, Option<bool>> =
        evidence.iter().map(|(sign, seen)| (*sign, order(*sign, *seen, habits))).collect();
    let mut read = Read::default();
    let (mut times_lost, mut serials) = (0, 0);
    for (value, found) in values.iter().zip(meanings) {
        serials += if is_serial(&value.text) && found.is_some() { value.rows } else { 0 };
        let moment = match found {
            Some(Meaning::One(moment, timed)) => Ok((moment, timed)),
            Some(Meaning::Either { first, second, year, time, sign }) => {
                let known = orders.get(&sign).copied().flatten();
                either(first, second, year, known).map(|day| (day.and_time(time.unwrap_or_default()), time.is_some()))
            }
            None => Err(Unreadable::because("no date that can be read")),
        };
        let has_time = moment.as_ref().is_ok_and(|(moment, timed)| *timed && moment.time() != NaiveTime::MIN);
        times_lost += if has_time && !habits.timed { value.rows } else { 0 };
        read.cells.push(moment.map(|(moment, _)| match habits.timed {
            true => Cell::Time(moment),
            false => Cell::Date(moment.date()),
        }));
    }
    read.evidence.extend(evidence.iter().map(|(sign, seen)| told(*sign, *seen, orders[sign], habits)));
    if serials > 0 {
        read.evidence.push(format!("{serials} as day numbers of a spreadsheet, counted from 1899-12-30"));
    }
    if times_lost > 0 {
        read.evidence.push(format!("the time of day of {times_lost} left out: the kind `datetime` keeps it"));
    }
    read
}

/// Whether the day comes first between such signs.
fn order(sign: char, seen: Evidence, habits: Habits) -> Option<bool> {
    match (habits.day_first, seen.day_first > 0, seen.month_first > 0) {
        (Some(told), _, _) => Some(told),
        (None, true, false) => Some(true),
        (None, false, true) => Some(false),
        // Nobody writes the month first between dots.
        (None, false, false) if sign == '.' => Some(true),
        _ => None,
    }
}

fn told(sign: char, seen: Evidence, order: Option<bool>, habits: Habits) -> String {
    let Evidence { day_first, month_first, undecided } = seen;
    let shown = if sign == '0' { "without a sign between the numbers".to_owned() } else { format!("with `{sign}`") };
    let counts = format!("{day_first} can only have the day first, {month_first} only the month, {undecided} either");
    match (order, habits.day_first) {
        (Some(first), Some(_)) => {
            format!("{shown}: the {} first, as told ({counts})", if first { "day" } else { "month" })
        }
        (Some(first), None) => format!("{shown}: the {} first ({counts})", if first { "day" } else { "month" }),
        (None, _) if undecided == 0 => format!("{shown}: each as it can only be read ({counts})"),
        (None, _) => format!("{shown}: the {undecided} are not read ({counts}); say `day_first: true` or `false`"),
    }
}

fn either(first: u32, second: u32, year: i32, day_first: Option<bool>) -> Result<NaiveDate, Unreadable> {
    let day_month = NaiveDate::from_ymd_opt(year, second, first);
    let month_day = NaiveDate::from_ymd_opt(year, first, second);
    match (day_month, month_day, day_first) {
        (Some(one), Some(other), _) if one == other => Ok(one),
        (Some(day), Some(_), Some(true)) | (Some(day), None, _) => Ok(day),
        (Some(_), Some(day), Some(false)) | (None, Some(day), _) => Ok(day),
        (Some(_), Some(_), None) => Err(Unreadable::because("day and month cannot be told apart")),
        (None, None, _) => Err(Unreadable::because("no such day in the calendar")),
    }
}

fn is_serial(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|number| (10_000.0..80_000.0).contains(&number))
}

fn meaning(value: &Distinct, habits: Habits) -> Option<Meaning> {
    match &value.cell {
        Cell::Date(day) => return Some(Meaning::One(day.and_time(NaiveTime::MIN), false)),
        Cell::Time(moment) => return Some(Meaning::One(*moment, true)),
        _ => {}
    }
    let text = value.text.as_str();
    if is_serial(text) {
        return serial(text.parse().ok()?);
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return eight_digits(text);
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(Meaning::One(moment.naive_utc(), true));
    }
    if let Some(seconds) = unix(text) {
        return Some(Meaning::One(DateTime::from_timestamp(seconds, 0)?.naive_utc(), true));
    }
    let (day, time) = without_time(text)?;
    let parts = Parts::of(&day)?;
    parts.meaning(time, habits)
}

/// A day number of a spreadsheet, with the time of day as its fraction.
fn serial(number: f64) -> Option<Meaning> {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let day = start.checked_add_days(Days::new(number.trunc() as u64))?;
    let seconds = (number.fract() * 86_400.0).round() as i64;
    let moment = day.and_time(NaiveTime::MIN).checked_add_signed(chrono::TimeDelta::seconds(seconds))?;
    Some(Meaning::One(moment, seconds > 0))
}

/// `20190808`, or `08082019`.
fn eight_digits(text: &str) -> Option<Meaning> {
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    let year = number(0, 4)? as i32;
    if (1900..2100).contains(&year)
        && let Some(day) = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)
    {
        return Some(Meaning::One(day.and_time(NaiveTime::MIN), false));
    }
    let year = number(4, 8)? as i32;
    let plausible = (1900..2100).contains(&year);
    plausible.then_some(Meaning::Either { first: number(0, 2)?, second: number(2, 4)?, year, time: None, sign: '0' })
}

/// Seconds or milliseconds since 1970, of this century and the end of the last.
fn unix(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9 | 10 if (500_000_000..5_000_000_000).contains(&number) => Some(number),
        12 | 13 if (500_000_000_000..5_000_000_000_000).contains(&number) => Some(number / 1000),
        _ => None,
    }
}

/// The day as written, and the time of day behind it.
fn without_time(text: &str) -> Option<(String, Option<NaiveTime>)> {
    let lower = text.to_lowercase();
    // 下午 and PM turn twelve hours round.
    let afternoon = lower.ends_with("pm") || lower.ends_with("p.m.") || text.contains("下午");
    let morning = lower.ends_with("am") || lower.ends_with("a.m.") || text.contains("上午");
    let mut words = text.to_owned();
    for mark in ["下午", "上午"] {
        words = words.replace(mark, " ");
    }
    if afternoon || morning {
        let end = words.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '.' || letter == ' ').len();
        words.truncate(end);
    }
    for (sign, mark) in [("时", ":"), ("時", ":"), ("点", ":"), ("分", ":"), ("秒", "")] {
        words = words.replace(sign, mark);
    }
    let Some(colon) = words.find(':') else {
        return (!afternoon && !morning).then_some((words, None));
    };
    let start = words[..colon]
        .trim_end()
        .rfind(|letter: char| !letter.is_ascii_digit())
        .map_or(0, |at| at + words[at..].chars().next().map_or(1, char::len_utf8));
    let clock = words[start..].trim().trim_end_matches([':', 'Z', 'z']);
    let day = words[..start].trim_end_matches(['T', 't', ',', ' ']).to_owned();
    let mut numbers = clock.split(':').map(str::trim);
    let hour: u32 = numbers.next()?.parse().ok()?;
    let minute: u32 = numbers.next()?.parse().ok()?;
    let seconds: f64 = numbers.next().map_or(Some(0.0), |text| text.parse().ok())?;
    let hour = match (afternoon, morning, hour) {
        (true, _, 1..12) => hour + 12,
        (_, true, 12) => 0,
        _ => hour,
    };
    let micros = (seconds * 1e6).round() as u32;
    let time = NaiveTime::from_hms_micro_opt(hour, minute, micros / 1_000_000, micros % 1_000_000)?;
    numbers.next().is_none().then_some((day, Some(time)))
}

/// A part of a written day.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Number { value: u32, digits: usize },
    Month(u32),
    Year,
    MonthSign,
    DaySign,
}

struct Parts {
    parts: Vec<Part>,
    /// The first sign between two numbers.
    sign: char,
}

impl Parts {
    fn of(text: &str) -> Option<Parts> {
        let mut parts = Vec::new();
        let mut sign = None;
        let mut rest = text.trim();
        while let Some(letter) = rest.chars().next() {
            let run = |is: fn(char) -> bool| rest.find(|letter| !is(letter)).unwrap_or(rest.len());
            let length = if letter.is_ascii_digit() {
                let length = run(|letter| letter.is_ascii_digit());
                parts.push(Part::Number { value: rest[..length].parse().ok()?, digits: length });
                length
            } else if let Some(part) = cjk(letter) {
                parts.push(part);
                letter.len_utf8()
            } else if letter.is_alphabetic() {
                let length = run(char::is_alphabetic);
                match word(&rest[..length])? {
                    Word::Month(month) => parts.push(Part::Month(month)),
                    Word::Filler => {}
                }
                length
            } else if matches!(letter, '/' | '-' | '.' | ',' | ' ' | '\'' | '’') {
                if !parts.is_empty() && letter != ' ' {
                    sign.get_or_insert(letter);
                }
                letter.len_utf8()
            } else {
                return None;
            };
            rest = &rest[length..];
        }
        Some(Parts { parts, sign: sign.unwrap_or(' ') })
    }

    fn meaning(&self, time: Option<NaiveTime>, habits: Habits) -> Option<Meaning> {
        use Part::{DaySign, Month, MonthSign, Number, Year};
        let one = |year: i32, month: u32, day: u32| {
            let day = NaiveDate::from_ymd_opt(year, month, day)?;
            Some(Meaning::One(day.and_time(time.unwrap_or_default()), time.is_some()))
        };
        let full = |value: u32, digits: usize| year_of(value, digits, habits.latest);
        match self.parts.as_slice() {
            [Number { value: y, digits }, Year, Number { value: m, .. }, MonthSign, Number { value: d, .. }]
            | [
                Number { value: y, digits },
                Year,
                Number { value: m, .. },
                MonthSign,
                Number { value: d, .. },
                DaySign,
            ] => one(full(*y, *digits)?, *m, *d),
            [Number { value: y, digits: 4 }, Number { value: m, .. }, Number { value: d, .. }]
            | [Number { value: y, digits: 4 }, Month(m), Number { value: d, .. }] => one(full(*y, 4)?, *m, *d),
            [Number { value: d, digits: 1 | 2 }, Month(m), Number { value: y, digits }]
            | [Month(m), Number { value: d, digits: 1 | 2 }, Number { value: y, digits }] => {
                one(full(*y, *digits)?, *m, *d)
            }
            [
                Number { value: first, digits: 1 | 2 },
                Number { value: second, digits: 1 | 2 },
                Number { value: y, digits },
            ] => {
                // 92-08-31: no day has that number.
                if *first > 31 && *digits <= 2 {
                    return one(full(*first, 2)?, *second, *y);
                }
                let year = full(*y, *digits)?;
                Some(Meaning::Either { first: *first, second: *second, year, time, sign: self.sign })
            }
            _ => None,
        }
    }
}

/// A year of four digits as it is; one of two digits as the latest that is not behind the latest day.
fn year_of(value: u32, digits: usize, latest: NaiveDate) -> Option<i32> {
    match digits {
        4 if (1000..=9999).contains(&value) => Some(value as i32),
        2 => {
            let century = latest.year() - latest.year().rem_euclid(100);
            let year = century + value as i32;
            Some(if year > latest.year() { year - 100 } else { year })
        }
        _ => None,
    }
}

fn cjk(letter: char) -> Option<Part> {
    match letter {
        '年' | '년' => Some(Part::Year),
        '月' | '월' => Some(Part::MonthSign),
        '日' | '号' | '號' | '일' => Some(Part::DaySign),
        _ => None,
    }
}

enum Word {
    Month(u32),
    /// A day of the week, `th` behind a number, `de` in `8 de agosto de 2019`.
    Filler,
}

/// Names of the months in English, German, French, Spanish, Italian, Dutch and Portuguese.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "enero", "gennaio", "januari", "janeiro"],
    &["february", "februar", "février", "fevrier", "febrero", "febbraio", "februari", "fevereiro"],
    &["march", "märz", "maerz", "mars", "marzo", "maart", "março", "marco", "mrt"],
    &["april", "avril", "abril", "aprile"],
    &["may", "mai", "mayo", "maggio", "mei", "maio"],
    &["june", "juni", "juin", "junio", "giugno", "junho"],
    &["july", "juli", "juillet", "julio", "luglio", "julho"],
    &["august", "août", "aout", "agosto", "augustus"],
    &["september", "septembre", "septiembre", "settembre", "setembro"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
    &["november", "novembre", "noviembre", "novembro"],
    &["december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro"],
];

const FILLERS: [&str; 40] = [
    "st",
    "nd",
    "rd",
    "th",
    "de",
    "del",
    "of",
    "le",
    "den",
    "mon",
    "monday",
    "tue",
    "tues",
    "tuesday",
    "wed",
    "wednesday",
    "thu",
    "thur",
    "thurs",
    "thursday",
    "fri",
    "friday",
    "sat",
    "saturday",
    "sun",
    "sunday",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];

fn word(text: &str) -> Option<Word> {
    let lower = text.to_lowercase();
    if FILLERS.contains(&lower.as_str()) {
        return Some(Word::Filler);
    }
    // A name may be cut off after three letters, as long as it is that of one month only.
    let is_long_enough = lower.chars().count() >= 3;
    let fits = |names: &[&str]| is_long_enough && names.iter().any(|name| name.starts_with(&lower));
    let mut months = (1..).zip(MONTHS).filter(|(_, names)| fits(names));
    match (months.next(), months.next()) {
        (Some((month, _)), None) => Some(Word::Month(month)),
        _ => None,
    }
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
    fn one_day_in_many_hands() {
        let written = [
            "2019/8/8",
            "2019-08-08T14:27",
            "2019年8月8日",
            "08-Aug-2019",
            "8.8.19",
            "20190808",
            "43685",
            "Aug 8, 2019",
            "8 août 2019",
            "Thursday, 8th of August 2019",
            "8 de agosto de 2019",
            "8. August 2019",
            "2019-08-08 02:27:01 PM",
            "2019-08-08T14:27:00Z",
            "2019-08-08T14:27:00.5+00:00",
            "1565274420",
            "1565274420000",
            "08082019",
            "2019.08.08",
            "8/8/2019 14:27",
            "2019年8月8日 下午2时27分",
            "19年8月8日",
            "43685.6",
        ];
        for text in written {
            assert_eq!(days(&[text], habits()), ["2019-08-08"], "{text}");
        }
    }

    #[test]
    fn which_comes_first_is_told_by_the_other_values() {
        assert_eq!(days(&["03/04/2024", "13/04/2024"], habits()), ["2024-04-03", "2024-04-13"]);
        assert_eq!(days(&["03/04/2024", "04/13/2024"], habits()), ["2024-03-04", "2024-04-13"]);
        // Between dots and slashes the order may differ: two systems wrote them.
        assert_eq!(
            days(&["03/04/2024", "04/13/2024", "03.04.2024"], habits()),
            ["2024-03-04", "2024-04-13", "2024-04-03"]
        );
        let undecided = days(&["03/04/2024", "08/08/2024"], habits());
        assert_eq!(undecided, ["day and month cannot be told apart", "2024-08-08"]);
        let mixed = days(&["03/04/2024", "13/04/2024", "04/13/2024"], habits());
        assert_eq!(mixed, ["day and month cannot be told apart", "2024-04-13", "2024-04-13"]);
        let told = Habits { day_first: Some(true), ..habits() };
        assert_eq!(days(&["03/04/2024", "04/13/2024"], told), ["2024-04-03", "2024-04-13"]);
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "2019-02-29",
            "31/04/2024",
            "hello",
            "12",
            "2019",
            "8/2019",
            "25:00",
            "2019-08-08 25:61",
            "Marseille 8 2019",
            "99/99/9999",
            "1.5.2.3",
            "8 8 2019 9",
            "+8/8/2019",
            "０",
            "２０１９-",
        ] {
            let read = read(&column(&[text]), habits());
            assert!(read.cells[0].is_err(), "{text}: {:?}", read.cells[0]);
        }
    }

    #[test]
    fn years_of_two_digits_are_not_in_the_future() {
        assert_eq!(days(&["31.12.26", "31.12.27", "31.12.69"], habits()), ["2026-12-31", "1927-12-31", "1969-12-31"]);
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
