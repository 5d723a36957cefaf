//! The reach of days, and the days that are missing in it.

use regulars_plugin::Date;

use crate::stats::profile::Days;

/// What was found of the days of a column.
pub(super) struct Reach {
    /// First and last day, placeholders left out; none where there are no others.
    pub(super) ends: Option<(i32, i32)>,
    /// Different days between them that have a value.
    pub(super) days: u64,
    /// Days without a value, where nearly every day has one.
    pub(super) missing_days: Option<u64>,
    /// Weeks without a value, where nearly every week has one.
    pub(super) missing_weeks: Option<u64>,
    /// The longest stretch of missing days: its first and its last.
    pub(super) longest: Option<(i32, i32)>,
    /// Rows after today, placeholders left out.
    pub(super) future: u64,
    /// The last of them.
    pub(super) latest: Option<i32>,
    /// Rows on days that stand for a missing one, with the first such day.
    pub(super) placeholders: (u64, Option<i32>),
}

/// A day of days since 1970-01-01.
pub(super) fn date(day: i32) -> Option<Date> {
    Date::from_epoch_days(day)
}

/// A day as it is written.
pub(in crate::analytics::clean) fn written(day: i32) -> String {
    date(day).map_or_else(|| "a day outside the calendar".to_owned(), |day| day.to_string())
}

const fn day(year: i32, month: u32, of: u32) -> i32 {
    match Date::from_ymd_opt(year, month, of) {
        Some(day) => day.to_epoch_days(),
        None => 0,
    }
}

/// Days that are never meant.
const NEVER: [i32; 9] = [
    day(1, 1, 1),
    day(1753, 1, 1),
    day(1899, 12, 30),
    day(1899, 12, 31),
    day(1900, 1, 1),
    day(1900, 1, 2),
    day(2099, 12, 31),
    day(2999, 12, 31),
    day(9999, 12, 31),
];
/// The day from which machines count: it is meant where other days are near.
const ZERO: i32 = 0;
/// Stretches shorter than this say nothing about days that are missing.
const SHORT: i32 = 14;

/// The day of the week, 0 for Monday.
fn weekday(day: i32) -> usize {
    (day + 3).rem_euclid(7) as usize
}

impl Reach {
    pub(super) fn of(days: &Days, today: Date) -> Reach {
        let is_alone = |place: &i32| days.by_day.range(place + 1..).next().is_none_or(|(next, _)| next - place > 366);
        let is_placeholder = |place: &i32| {
            NEVER.contains(place)
                || *place == ZERO
                    && is_alone(place)
                    && days.by_day.range(..*place).next().is_none()
                    && days.by_day.len() > 1
        };
        let held: Vec<(i32, u64)> = days.by_day.iter().map(|(day, rows)| (*day, *rows)).collect();
        let placeholders: Vec<&(i32, u64)> = held.iter().filter(|(day, _)| is_placeholder(day)).collect();
        let meant: Vec<(i32, u64)> = held.iter().filter(|(day, _)| !is_placeholder(day)).copied().collect();
        let today = today.to_epoch_days();
        let future: Vec<&(i32, u64)> = meant.iter().filter(|(day, _)| *day > today).collect();
        let mut reach = Reach {
            ends: meant.first().zip(meant.last()).map(|(first, last)| (first.0, last.0)),
            days: meant.len() as u64,
            missing_days: None,
            missing_weeks: None,
            longest: None,
            future: future.iter().map(|(_, rows)| rows).sum(),
            latest: future.last().map(|(day, _)| *day),
            placeholders: (placeholders.iter().map(|(_, rows)| rows).sum(), placeholders.first().map(|(day, _)| *day)),
        };
        reach.look_for_gaps(&meant);
        reach
    }

    /// A day of the week on which there is never a value, such as Sunday, is not missed.
    fn look_for_gaps(&mut self, meant: &[(i32, u64)]) {
        let Some((first, last)) = self.ends.filter(|(first, last)| last - first >= SHORT) else { return };
        // Further than this it is no log of anything.
        if last - first > 100_000 {
            return;
        }
        let mut on = [0_u64; 7];
        for (day, _) in meant {
            on[weekday(*day)] += 1;
        }
        let expected = |day: &i32| on[weekday(*day)] > 0;
        let wanted = (first..=last).filter(expected).count() as u64;
        if self.days * 3 >= wanted * 2 {
            self.missing_days = Some(wanted - self.days);
            let gaps = meant.windows(2).map(|pair| (pair[0].0 + 1, pair[1].0 - 1));
            let length = |gap: &(i32, i32)| (gap.0..=gap.1).filter(expected).count();
            let gaps = gaps.filter(|gap| length(gap) > 0);
            // The first of equal ones.
            self.longest = gaps.fold(None, |best: Option<(i32, i32)>, gap| match best {
                Some(best) if length(&best) >= length(&gap) => Some(best),
                _ => Some(gap),
            });
            return;
        }
        let week = |day: i32| (day + 3).div_euclid(7);
        let mut weeks: Vec<i32> = meant.iter().map(|(day, _)| week(*day)).collect();
        weeks.dedup();
        let wanted = (week(last) - week(first) + 1) as u64;
        if wanted >= 8 && weeks.len() as u64 * 3 >= wanted * 2 {
            self.missing_weeks = Some(wanted - weeks.len() as u64);
            let gaps = meant.windows(2).map(|pair| (pair[0].0 + 1, pair[1].0 - 1));
            self.longest =
                gaps.max_by_key(|(from, until)| (until - from, -from)).filter(|(from, until)| until - from >= 6);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(days: &[i32]) -> Reach {
        let mut all = Days::default();
        days.iter().for_each(|day| all.add(*day, 1));
        Reach::of(&all, Date::from_epoch_days(20_000).unwrap_or_default())
    }

    /// Three weeks from a Monday on, Sundays never, one Wednesday and the two days after it gone.
    #[test]
    fn missing_days_are_counted_without_those_that_never_have_a_value() {
        let monday = 19_723;
        assert_eq!(weekday(monday), 0);
        let gone = [monday + 9, monday + 10, monday + 11];
        let days: Vec<i32> = (monday..monday + 20).filter(|day| weekday(*day) != 6 && !gone.contains(day)).collect();
        let found = reach(&days);
        assert_eq!((found.missing_days, found.longest), (Some(3), Some((monday + 9, monday + 11))));
        assert_eq!(found.missing_weeks, None);
    }

    #[test]
    fn placeholders_and_future_days_are_told_apart() {
        let found = reach(&[day(1900, 1, 1), 19_000, 19_001, 20_005, day(9999, 12, 31)]);
        assert_eq!(found.placeholders, (2, Some(day(1900, 1, 1))));
        assert_eq!((found.future, found.latest), (1, Some(20_005)));
        assert_eq!(found.ends, Some((19_000, 20_005)));
    }
}
