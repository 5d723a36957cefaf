//! Days and times written as text: only what can be read in one way is a date.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// A day, perhaps with a time; the flag says whether there is one. Only what can be read in one way is a date, which is
/// where the year comes first: `01/02/2024` is left for a person to say what it is, as `format` does.
pub(super) fn moment(value: &[u8], format: Option<&str>) -> Option<(NaiveDateTime, bool)> {
    let value = value.trim_ascii();
    if let Some(format) = format {
        let text = std::str::from_utf8(value).ok()?;
        let (found, timed) = match format.contains("%H") || format.contains("%I") || format.contains("%T") {
            true => (NaiveDateTime::parse_from_str(text, format).ok(), true),
            false => (NaiveDate::parse_from_str(text, format).ok().map(|day| day.and_time(NaiveTime::MIN)), false),
        };
        // `%Y` accepts two digits as well, and 24 is not the year in which anybody bought.
        let sensible = |found: &NaiveDateTime| chrono::Datelike::year(found) >= 1000;
        if let Some(found) = found.filter(sensible) {
            return Some((found, timed));
        }
    }
    let (year, rest) = digits(value, 4, 4)?;
    let mark = *rest.first().filter(|mark| matches!(mark, b'-' | b'/'))?;
    let (month, rest) = digits(&rest[1..], 1, 2)?;
    let rest = rest.strip_prefix(&[mark])?;
    let (day, rest) = digits(rest, 1, 2)?;
    let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;
    if rest.is_empty() {
        return Some((date.and_time(NaiveTime::MIN), false));
    }
    let rest = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"T"))?;
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?, 2, 2)?;
    let (second, rest) = match rest.strip_prefix(b":") {
        Some(rest) => digits(rest, 2, 2)?,
        None if rest.is_empty() => (0, rest),
        None => return None,
    };
    let micros = match rest.strip_prefix(b".") {
        Some(rest) => {
            // Microseconds are what a column of times holds.
            let (fraction, left) = digits(rest, 1, 6)?;
            if left.iter().any(|byte| *byte != b'0') {
                return None;
            }
            fraction * 10_u32.pow(6 - (rest.len() - left.len()) as u32)
        }
        None if rest.is_empty() => 0,
        None => return None,
    };
    Some((date.and_hms_micro_opt(hour, minute, second, micros)?, true))
}

/// A number of so many digits at the beginning, and what follows it.
fn digits(value: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let count = value.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if count < least {
        return None;
    }
    let number = value[..count].iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Some((number, &value[count..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_second_are_read_to_the_last_digit() {
        let (found, _) = moment(b"2024-01-31 00:00:01.000250", None).unwrap();
        assert_eq!(found.and_utc().timestamp_subsec_micros(), 250);
        assert!(moment(b"2024-01-31 00:00:01.0000001", None).is_none());
    }
}
