//! Digits alone that are a day where the column holds days. By itself `43685` is a number, so nobody but a reader that knows
//! of a column of days asks for them.

use super::{DateForm, Order, WrittenDate, day_number};

/// How digits are a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigitsForm {
    /// Days since 1899-12-30, as spreadsheets count; the fraction is the time of day.
    Serial,
    /// 20190808, or 08082019.
    Packed,
    /// Seconds or milliseconds since 1970.
    Unix,
}

/// 1970-01-01 as a spreadsheet counts it.
const EPOCH: i32 = 25_569;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// The day that digits write in a column of days.
pub fn day_in_digits(text: &str) -> Option<(DigitsForm, WrittenDate)> {
    let bytes = text.as_bytes();
    if !(5..=24).contains(&bytes.len()) || !bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    let form = |order, has_time| DateForm { order, separator: '0', short_year: false, has_time };
    let one = |day: i32, time: Option<i64>| WrittenDate {
        day,
        month_first: day,
        time,
        form: form(Order::Year, time.is_some()),
    };
    if let Ok(number) = text.parse::<f64>()
        && (10_000.0..80_000.0).contains(&number)
    {
        let seconds = (number.fract() * 86_400.0).round() as i64;
        // The last half second of a day belongs to the next one.
        let day = number.trunc() as i32 - EPOCH + i32::from(seconds == 86_400);
        let time = (seconds > 0).then_some(seconds % 86_400 * 1_000_000);
        return Some((DigitsForm::Serial, one(day, time)));
    }
    if bytes.contains(&b'.') {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    if bytes.len() == 8 {
        return packed(number(0, 4)?, number(4, 6)?, number(6, 8)?, form(Order::Year, false))
            .or_else(|| turned(number(0, 2)?, number(2, 4)?, number(4, 8)?, form))
            .map(|date| (DigitsForm::Packed, date));
    }
    let count: i64 = text.parse().ok()?;
    let seconds = match bytes.len() {
        9 | 10 if (500_000_000..5_000_000_000).contains(&count) => count,
        12 | 13 if (500_000_000_000..5_000_000_000_000).contains(&count) => count / 1000,
        _ => return None,
    };
    let micros = seconds * 1_000_000;
    Some((DigitsForm::Unix, one(micros.div_euclid(MICROS_A_DAY) as i32, Some(micros.rem_euclid(MICROS_A_DAY)))))
}

/// Years in which a packed day is believed.
const PLAUSIBLE: std::ops::Range<u32> = 1900..2100;

fn packed(year: u32, month: u32, day: u32, form: DateForm) -> Option<WrittenDate> {
    let day = PLAUSIBLE.contains(&year).then(|| day_number(year as i32, month, day))??;
    Some(WrittenDate { day, month_first: day, time: None, form })
}

fn turned(first: u32, second: u32, year: u32, form: impl Fn(Order, bool) -> DateForm) -> Option<WrittenDate> {
    if !PLAUSIBLE.contains(&year) {
        return None;
    }
    let (order, day, month_first) = super::written::either(first, second, year as i32)?;
    Some(WrittenDate { day, month_first, time: None, form: form(order, false) })
}
