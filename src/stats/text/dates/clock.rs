//! The time of day behind a date.

/// Which half of the day was told before or behind the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

const SECOND: i64 = 1_000_000;

/// Microseconds since midnight of Greenwich where a zone is told, and of the place otherwise: so they may be below 0, or beyond
/// a day. The text begins with the hour and holds nothing else.
pub(super) fn time_of_day(text: &str, half: Option<Half>) -> Option<i64> {
    let (hour, rest) = small(text)?;
    let mut rest = after(rest, &[":", "时", "時", "点", "點", "시"])?.trim_start();
    let (mut minute, mut second, mut micros) = (0, 0, 0);
    if let Some((found, behind)) = small(rest) {
        (minute, rest) = (found, behind);
        let minutes_end = after(rest, &["分", "분"]);
        if let Some(behind) = minutes_end.or_else(|| rest.strip_prefix(':')) {
            rest = behind.trim_start();
            if let Some((found, behind)) = small(rest) {
                (second, rest) = (found, behind);
                if let Some(fraction) = rest.strip_prefix(['.', ',']) {
                    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
                    micros = micros_of(&fraction[..length])?;
                    rest = &fraction[length..];
                }
                rest = after(rest, &["秒", "초"]).unwrap_or(rest);
            } else if minutes_end.is_none() {
                return None;
            }
        }
    } else if text.contains(':') {
        return None;
    }
    let (behind, told) = half_of_day(rest.trim_start());
    let hour = match (half.or(told), hour) {
        (Some(Half::Afternoon), 1..12) => hour + 12,
        (Some(Half::Morning), 12) => 0,
        _ => hour,
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * SECOND + micros;
    Some(local - zone(behind.trim_start())? * SECOND)
}

/// One digit or two.
fn small(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=2).contains(&length) {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

fn after<'a>(text: &'a str, marks: &[&str]) -> Option<&'a str> {
    marks.iter().find_map(|mark| text.strip_prefix(mark))
}

/// A fraction of a second to the microsecond.
fn micros_of(digits: &str) -> Option<i64> {
    let kept = &digits[..digits.len().min(6)];
    let value: i64 = kept.parse().ok()?;
    Some(value * 10_i64.pow(6 - kept.len() as u32))
}

/// `pm`, `P.M.`, and what stands behind.
fn half_of_day(text: &str) -> (&str, Option<Half>) {
    for (marks, half) in [(["am", "a.m."], Half::Morning), (["pm", "p.m."], Half::Afternoon)] {
        for mark in marks {
            if text.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark)) {
                return (&text[mark.len()..], Some(half));
            }
        }
    }
    (text, None)
}

/// Seconds east of Greenwich; 0 where no zone is told.
fn zone(text: &str) -> Option<i64> {
    if ["", "Z", "z", "UTC", "GMT"].contains(&text) {
        return Some(0);
    }
    let east = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = &text[1..];
    let (hours, minutes) = match (digits.len(), digits.split_once(':')) {
        (5, Some((hours, minutes))) => (hours, minutes),
        (4, None) if digits.is_ascii() => digits.split_at(2),
        (2, None) => (digits, "0"),
        _ => return None,
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(hours) || !is_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(east * (hours * 3600 + minutes * 60))
}
