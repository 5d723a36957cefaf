//! Days of the calendar by their number.

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
}
