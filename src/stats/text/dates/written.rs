//! Dates with signs or words between their parts. Nothing is copied: this is asked of every text of a table.

use super::clock::{Half, time_of_day};
use super::words::{Word, word};
use super::{DateForm, Order, WrittenDate, day_number, short_year};

/// A part of a written day.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Number { value: u32, digits: usize },
    Month(u32),
    Year,
    MonthSign,
    DaySign,
}

/// Parts with the sign before each: none, a blank, `/`, `-`, `.`, or another one.
#[derive(Default)]
struct Parts {
    parts: [Option<(Part, char)>; 6],
    count: usize,
    sign: char,
}

const NO_SIGN: char = '\0';
/// Several signs on end.
const SEVERAL: char = '+';
/// The longest dates are words of the day and the month, a time and a zone.
const LONGEST: usize = 72;

impl Parts {
    fn push(&mut self, part: Part) -> Option<()> {
        *self.parts.get_mut(self.count)? = Some((part, self.sign));
        self.count += 1;
        self.sign = NO_SIGN;
        Some(())
    }

    /// Hears a word that says nothing: what stood before it belongs to it.
    fn pass(&mut self) {
        if matches!(self.sign, ' ' | ',') {
            self.sign = NO_SIGN;
        }
    }

    /// Hears a sign between parts.
    fn sign(&mut self, sign: char) -> Option<()> {
        self.sign = match (self.count, self.sign, sign) {
            // No date begins with a sign.
            (0, _, ' ' | ',' | '.') => NO_SIGN,
            (0, ..) => return None,
            (_, NO_SIGN | ' ', sign) => sign,
            (_, before, ' ') => before,
            _ => SEVERAL,
        };
        Some(())
    }
}

/// The date that a text writes, and how it does; none where it writes none. The text must be [`plain`](crate::text::plain).
/// Years of two digits are the latest that are not after `latest_year`. A time with a zone comes to UTC, and its day with it.
pub fn read_date(text: &str, latest_year: i32) -> Option<WrittenDate> {
    // The shortest is 1.1.24.
    if text.len() < 6 || text.len() > LONGEST || !has_two_numbers(text.as_bytes()) {
        return None;
    }
    let mut parts = Parts::default();
    let (mut half, mut time, mut is_behind_t) = (None, None, false);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '0'..='9' => {
                let length = rest.bytes().take_while(u8::is_ascii_digit).count();
                let behind = &rest[length..];
                if parts.count > 0 && behind.starts_with([':', '时', '時', '点', '點', '시']) {
                    time = Some(time_of_day(rest, half)?);
                    break;
                }
                if is_behind_t {
                    time = Some(packed_time(rest)?);
                    break;
                }
                if length > 8 {
                    return None;
                }
                parts.push(Part::Number { value: rest[..length].parse().ok()?, digits: length })?;
                length
            }
            '年' | '년' => parts.push(Part::Year).map(|()| letter.len_utf8())?,
            '月' | '월' => parts.push(Part::MonthSign).map(|()| letter.len_utf8())?,
            '日' | '号' | '號' | '일' => parts.push(Part::DaySign).map(|()| letter.len_utf8())?,
            '/' | '-' | '.' | ',' | ' ' | '\'' | '’' => parts.sign(letter).map(|()| letter.len_utf8())?,
            // Hyphens and the dash of typesetting.
            '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{2212}' => parts.sign('-').map(|()| letter.len_utf8())?,
            _ if letter.is_alphabetic() => match in_ideographs(rest, &mut half) {
                Some(length) => {
                    parts.pass();
                    length
                }
                None => {
                    let is_outside = |letter: char| !letter.is_alphabetic() || is_mark(letter);
                    let length = rest.find(is_outside).unwrap_or(rest.len());
                    let (run, behind) = rest.split_at(length);
                    is_behind_t = run.eq_ignore_ascii_case("t") && parts.count > 0;
                    match is_behind_t {
                        true => behind.starts_with(|next: char| next.is_ascii_digit()).then_some(())?,
                        false => match word(run)? {
                            Word::Month(month) => parts.push(Part::Month(month))?,
                            Word::Filler => parts.pass(),
                        },
                    }
                    length
                }
            },
            _ => return None,
        };
        rest = &rest[length..];
    }
    // `2019. 8. 8.` is how it is written in Korea and Hungary.
    if time.is_none() && !matches!(parts.sign, NO_SIGN | '.') {
        return None;
    }
    let (day, month_first, form) = meaning(&parts, time.is_some(), latest_year)?;
    let time_is = time.unwrap_or_default();
    let shift = time_is.div_euclid(MICROS_A_DAY) as i32;
    Some(WrittenDate {
        day: day + shift,
        month_first: month_first + shift,
        time: time.map(|time| time.rem_euclid(MICROS_A_DAY)),
        form,
    })
}

const MICROS_A_DAY: i64 = 86_400_000_000;

/// Whether there are digits in two places: most texts have not, and are told by it.
fn has_two_numbers(bytes: &[u8]) -> bool {
    let mut runs = 0;
    let mut before = false;
    for byte in bytes {
        let is_digit = byte.is_ascii_digit();
        runs += u32::from(is_digit && !before);
        before = is_digit;
    }
    runs >= 2
}

/// Ideographs that are parts of a date or of a time.
fn is_mark(letter: char) -> bool {
    "年년月월日号號일时時点點시".contains(letter)
}

/// Halves of the day and days of the week in East Asian writing: the bytes that they take.
fn in_ideographs(rest: &str, half: &mut Option<Half>) -> Option<usize> {
    for (mark, told) in [
        ("下午", Half::Afternoon),
        ("午後", Half::Afternoon),
        ("오후", Half::Afternoon),
        ("上午", Half::Morning),
        ("午前", Half::Morning),
        ("오전", Half::Morning),
    ] {
        if rest.starts_with(mark) {
            *half = Some(told);
            return Some(mark.len());
        }
    }
    let name =
        ["星期", "礼拜", "周", "週"].into_iter().find_map(|week| rest.strip_prefix(week).map(|rest| (week, rest)));
    let (week, behind) = name?;
    let day = behind.chars().next().filter(|day| "一二三四五六日天".contains(*day))?;
    Some(week.len() + day.len_utf8())
}

/// `1427`, `142731Z`.
fn packed_time(text: &str) -> Option<i64> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length != 4 && length != 6 {
        return None;
    }
    let (clock, zone) = text.split_at(length);
    let mut spread = String::with_capacity(16);
    for (place, digit) in clock.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            spread.push(':');
        }
        spread.push(digit);
    }
    spread.push_str(zone);
    time_of_day(&spread, None)
}

/// The day of parts, with the day first and with the month first.
fn meaning(parts: &Parts, has_time: bool, latest_year: i32) -> Option<(i32, i32, DateForm)> {
    use Part::{DaySign, Month, MonthSign, Number, Year};
    let year_of = |value: u32, digits: usize| match digits {
        4 if value > 0 => Some((value as i32, false)),
        2 => Some((short_year(value, latest_year), true)),
        _ => None,
    };
    let form = |order, separator, short_year| DateForm { order, separator, short_year, has_time };
    let one = |year: (i32, bool), month: u32, day: u32, order, separator| {
        let day = day_number(year.0, month, day)?;
        Some((day, day, form(order, separator, year.1)))
    };
    let of_words = |sign: char| if matches!(sign, '-' | '/' | '.') { sign } else { ' ' };
    let small = |digits: usize| digits <= 2;
    let mut found = [(DaySign, NO_SIGN); 6];
    for (slot, part) in found.iter_mut().zip(parts.parts.iter().flatten()) {
        *slot = *part;
    }
    match &found[..parts.count] {
        [
            (Number { value: y, digits }, _),
            (Year, _),
            (Number { value: m, .. }, _),
            (MonthSign, _),
            (Number { value: d, .. }, _),
        ]
        | [
            (Number { value: y, digits }, _),
            (Year, _),
            (Number { value: m, .. }, _),
            (MonthSign, _),
            (Number { value: d, .. }, _),
            (DaySign, _),
        ] => one(year_of(*y, *digits)?, *m, *d, Order::Year, '年'),
        [(Number { value: y, digits: 4 }, _), (Month(m), _), (Number { value: d, digits }, sign)] if small(*digits) => {
            one(year_of(*y, 4)?, *m, *d, Order::Word, of_words(*sign))
        }
        [(Number { value: d, digits: of_day }, _), (Month(m), _), (Number { value: y, digits }, sign)]
        | [(Month(m), _), (Number { value: d, digits: of_day }, _), (Number { value: y, digits }, sign)]
            if small(*of_day) =>
        {
            one(year_of(*y, *digits)?, *m, *d, Order::Word, of_words(*sign))
        }
        [(Number { value: all, digits: 8 }, _)] if has_time => {
            one(year_of(all / 10_000, 4)?, all / 100 % 100, all % 100, Order::Year, '0')
        }
        [
            (Number { value: a, digits: of_a }, _),
            (Number { value: b, digits: of_b }, sign),
            (Number { value: c, digits: of_c }, last),
        ] if sign == last && matches!(sign, '/' | '-' | '.' | ' ') && small(*of_b) => {
            let is_four = *of_a == 4 || *of_c == 4;
            if *sign == ' ' && !is_four {
                return None;
            }
            if *of_a == 4 && small(*of_c) {
                return one(year_of(*a, 4)?, *b, *c, Order::Year, *sign);
            }
            if !small(*of_a) {
                return None;
            }
            // 92-08-31: no day has that number.
            if *a > 31 && *of_c == 2 {
                return one(year_of(*a, 2)?, *b, *c, Order::Year, *sign);
            }
            let (year, is_short) = year_of(*c, *of_c)?;
            let (order, day, month_first) = either(*a, *b, year)?;
            Some((day, month_first, form(order, *sign, is_short)))
        }
        _ => None,
    }
}

/// The day of two numbers of which one is the day: how it can be read, with the day first and with the month first.
pub(super) fn either(first: u32, second: u32, year: i32) -> Option<(Order, i32, i32)> {
    let (day_month, month_day) = (day_number(year, second, first), day_number(year, first, second));
    match (day_month, month_day) {
        (Some(day), Some(other)) => Some((Order::DayOrMonth, day, other)),
        (Some(day), None) => Some((Order::Day, day, day)),
        (None, Some(day)) => Some((Order::Month, day, day)),
        (None, None) => None,
    }
}
