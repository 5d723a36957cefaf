//! Dates as people write them, and how.

/// Which part of a date comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Year, month, day.
    Year,
    /// Day, month, year: the first part is above 12, or the form is never written otherwise.
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
    /// What stands between the parts; `年` for 2019年8月8日, a blank where months are words apart from the rest.
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
        let between = self.separator;
        let date = match self.order {
            Order::Year if between == '年' => "yyyy年m月d日".to_owned(),
            Order::Year => format!("{year}{between}mm{between}dd"),
            Order::Day => format!("dd{between}mm{between}{year}"),
            Order::Month => format!("mm{between}dd{between}{year}"),
            Order::DayOrMonth => format!("dd{between}mm{between}{year} or mm{between}dd{between}{year}"),
            Order::Word => format!("dd{between}Mon{between}{year}"),
        };
        if self.has_time { format!("{date} hh:mm") } else { date }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Months as they are written in other languages, where they begin otherwise.
const OTHER_MONTHS: [(&str, u32); 9] = [
    ("januar", 1),
    ("februar", 2),
    ("märz", 3),
    ("mai", 5),
    ("juni", 6),
    ("juli", 7),
    ("oktober", 10),
    ("okt", 10),
    ("dezember", 12),
];

/// Days since 1970-01-01 of a day of the calendar; none where there is no such day.
pub fn day_number(year: i32, month: u32, day: u32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > last {
        return None;
    }
    // The year is counted from March on, so that the leap day is its last.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month as i32 + 2) / 5 + day as i32 - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day of the month of a day since 1970-01-01.
pub fn calendar_day(day: i32) -> (i32, u32, u32) {
    // As above: years from March on, in eras of 400.
    let shifted = i64::from(day) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    ((year + era * 400) as i32 + i32::from(month <= 2), month, day)
}

/// The day that a text writes, and how it does; none where it writes none. Where day and month may be either, the day is
/// the one with the day first.
pub fn read_date(text: &str) -> Option<(i32, DateForm)> {
    // The shortest is 1.1.24, the longest has a zone behind the time.
    if text.len() < 6 || text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Some(found) = in_chinese(text) {
        return Some(found);
    }
    let (date, has_time) = without_time(text)?;
    let with = |order, separator, short_year| DateForm { order, separator, short_year, has_time };
    if let Some(separator) = ['-', '/', '.'].into_iter().find(|it| date.matches(*it).count() == 2) {
        let parts: Vec<&str> = date.split(separator).collect();
        let [first, second, third] = parts.try_into().ok()?;
        if let Some(month) = month_of(second) {
            let (year, short) = year_of(third)?;
            return Some((day_number(year, month, small(first)?)?, with(Order::Word, separator, short)));
        }
        if first.len() == 4 {
            let day = day_number(number(first)?, small(second)?, small(third)?)?;
            return Some((day, with(Order::Year, separator, false)));
        }
        let (year, short) = year_of(third)?;
        let (first, second) = (small(first)?, small(second)?);
        return match (first > 12, second > 12, separator) {
            (true, _, _) => Some((day_number(year, second, first)?, with(Order::Day, separator, short))),
            (_, true, _) => Some((day_number(year, first, second)?, with(Order::Month, separator, short))),
            // With points the day comes first wherever dates are written so.
            (_, _, '.') => Some((day_number(year, second, first)?, with(Order::Day, separator, short))),
            _ => Some((day_number(year, second, first)?, with(Order::DayOrMonth, separator, short))),
        };
    }
    in_words(date, has_time)
}

fn number(text: &str) -> Option<i32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A day or a month: one or two digits.
fn small(text: &str) -> Option<u32> {
    (text.len() <= 2).then(|| number(text))?.map(i32::unsigned_abs)
}

/// A year of four digits or of two, and whether of two: those below 70 are of this century.
fn year_of(text: &str) -> Option<(i32, bool)> {
    match text.len() {
        4 => Some((number(text)?, false)),
        2 => number(text).map(|year| (if year < 70 { 2000 + year } else { 1900 + year }, true)),
        _ => None,
    }
}

fn month_of(text: &str) -> Option<u32> {
    if !text.chars().next()?.is_alphabetic() {
        return None;
    }
    let low = text.trim_end_matches('.').to_lowercase();
    // Three letters or four stand for the whole word.
    let names = |whole: &str| whole == low || (3..=4).contains(&low.chars().count()) && whole.starts_with(&low);
    let months = MONTHS.iter().zip(1..).chain(OTHER_MONTHS.iter().map(|(month, number)| (month, *number)));
    months.into_iter().find(|(month, _)| names(month)).map(|(_, number)| number)
}

/// The date before a time of day, if there is one.
fn without_time(text: &str) -> Option<(&str, bool)> {
    let Some(colon) = text.find(':') else { return Some((text, false)) };
    let break_at = text[..colon].rfind(['T', ' '])?;
    let (date, time) = (text[..break_at].trim_end_matches([' ', ',']), &text[break_at + 1..]);
    let clock: Vec<&str> = time.splitn(3, ':').collect();
    let is_clock = small(clock[0]).is_some_and(|hour| hour < 24)
        && clock.get(1).is_some_and(|minute| minute.get(..2).and_then(small).is_some_and(|minute| minute < 60));
    is_clock.then_some((date, true))
}

/// `2019年8月8日`.
fn in_chinese(text: &str) -> Option<(i32, DateForm)> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, rest) = rest.split_once('日')?;
    let day = day_number(number(year.trim())?, small(month.trim())?, small(day.trim())?)?;
    Some((day, DateForm { order: Order::Year, separator: '年', short_year: false, has_time: rest.contains(':') }))
}

/// `8 Aug 2019`, `Aug 8, 2019`, `8. August 2019`.
fn in_words(date: &str, has_time: bool) -> Option<(i32, DateForm)> {
    let mut parts = date.split([' ', ',']).filter(|part| !part.is_empty());
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (day, month) = match (month_of(first), month_of(second)) {
        (None, Some(month)) => (first, month),
        (Some(month), None) => (second, month),
        _ => return None,
    };
    let day = day.trim_end_matches(|letter: char| letter == '.' || letter.is_alphabetic());
    let (year, short_year) = year_of(third)?;
    let form = DateForm { order: Order::Word, separator: ' ', short_year, has_time };
    Some((day_number(year, month, small(day)?)?, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_on() {
        assert_eq!(day_number(1970, 1, 1), Some(0));
        assert_eq!(day_number(2000, 3, 1), Some(11_017));
        assert_eq!(day_number(1969, 12, 31), Some(-1));
        assert_eq!(day_number(9999, 12, 31), Some(2_932_896));
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, of_month) = calendar_day(day);
            assert_eq!(day_number(year, month, of_month), Some(day));
        }
        assert_eq!([day_number(2023, 2, 29), day_number(2024, 13, 1), day_number(2024, 4, 0)], [None; 3]);
    }

    #[test]
    fn dates_are_read_in_the_way_they_are_written() {
        let day = day_number(2019, 8, 8);
        for (text, form) in [
            ("2019-08-08", "yyyy-mm-dd"),
            ("2019/8/8", "yyyy/mm/dd"),
            ("2019-08-08T14:27", "yyyy-mm-dd hh:mm"),
            ("2019-08-08 14:27:31.5+02:00", "yyyy-mm-dd hh:mm"),
            ("2019年8月8日", "yyyy年m月d日"),
            ("08-Aug-2019", "dd-Mon-yyyy"),
            ("8 August 2019", "dd Mon yyyy"),
            ("Aug 8, 2019", "dd Mon yyyy"),
            ("8.8.19", "dd.mm.yy"),
            ("08/08/2019", "dd/mm/yyyy or mm/dd/yyyy"),
            ("8/8/19 9:05", "dd/mm/yy or mm/dd/yy hh:mm"),
        ] {
            let found = read_date(text);
            assert_eq!(found.map(|(day, form)| (Some(day), form.word())), Some((day, form.to_owned())), "{text}");
        }
        assert_eq!(read_date("31/01/2024").map(|(_, form)| form.order), Some(Order::Day));
        assert_eq!(read_date("01/31/2024").map(|(_, form)| form.order), Some(Order::Month));
        for text in
            ["2024-13-01", "31.04.2024", "1.2.3", "10-20-30-40", "12:30", "A-1-2024", "1/2", "20240131", "mayor 3 2024"]
        {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
