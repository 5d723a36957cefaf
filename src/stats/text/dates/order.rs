//! Whether the day or the month comes first, decided for a column: what `profile`, `validate` and `standardize` have in
//! common.

use std::collections::BTreeMap;

use super::{Order, WrittenDate};

/// What the values of a column say about dates with one sign between the numbers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// Values that can only have the day first.
    pub day_first: u64,
    /// Values that can only have the month first.
    pub month_first: u64,
    /// Values that may be either, and are different days.
    pub undecided: u64,
}

/// What the values of a column say, for each sign between the numbers: two systems that wrote into one column may differ
/// in both.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct DayOrder {
    by_sign: BTreeMap<char, Evidence>,
}

impl DayOrder {
    /// Hears a value that so many rows have.
    pub fn hear(&mut self, date: &WrittenDate, rows: u64) {
        let seen = match date.form.order {
            Order::Day | Order::Month | Order::DayOrMonth => self.by_sign.entry(date.form.separator).or_default(),
            Order::Year | Order::Word => return,
        };
        match date.form.order {
            Order::Day => seen.day_first += rows,
            Order::Month => seen.month_first += rows,
            // The eighth of August is the same day either way.
            _ if date.day == date.month_first => {}
            _ => seen.undecided += rows,
        }
    }

    /// Whether the day comes first between such signs; none where no value decides it, or values of both kinds are there.
    pub fn day_first(&self, sign: char, told: Option<bool>) -> Option<bool> {
        let seen = self.by_sign.get(&sign).copied().unwrap_or_default();
        match (told, seen.day_first > 0, seen.month_first > 0) {
            (Some(told), _, _) => Some(told),
            (None, true, false) => Some(true),
            (None, false, true) => Some(false),
            // Nobody writes the month first between dots.
            (None, false, false) if sign == '.' => Some(true),
            _ => None,
        }
    }

    /// The day that a value writes in this column; none where day and month cannot be told apart.
    pub fn day(&self, date: &WrittenDate, told: Option<bool>) -> Option<i32> {
        if date.day == date.month_first {
            return Some(date.day);
        }
        let first = self.day_first(date.form.separator, told)?;
        Some(if first { date.day } else { date.month_first })
    }

    /// Values of which nothing decides whether the day or the month comes first.
    pub fn undecided(&self, told: Option<bool>) -> u64 {
        self.signs().filter(|(sign, _)| self.day_first(*sign, told).is_none()).map(|(_, seen)| seen.undecided).sum()
    }

    /// The signs between the numbers, with what is known of each.
    pub fn signs(&self) -> impl Iterator<Item = (char, Evidence)> {
        self.by_sign.iter().map(|(sign, seen)| (*sign, *seen))
    }

    /// What decided, in words, one sentence for each sign.
    pub fn told(&self, told: Option<bool>) -> Vec<String> {
        let one = |(sign, seen): (char, Evidence)| {
            let Evidence { day_first, month_first, undecided } = seen;
            let shown = match sign {
                '0' => "without a sign between the numbers".to_owned(),
                sign => format!("with `{sign}`"),
            };
            let counts =
                format!("{day_first} can only have the day first, {month_first} only the month, {undecided} either");
            let word = |first: bool| if first { "day" } else { "month" };
            match self.day_first(sign, told) {
                Some(first) if told.is_some() => format!("{shown}: the {} first, as told ({counts})", word(first)),
                Some(first) => format!("{shown}: the {} first ({counts})", word(first)),
                None if undecided == 0 => format!("{shown}: each as it can only be read ({counts})"),
                None => format!("{shown}: the {undecided} are not read ({counts}); say `day_first: true` or `false`"),
            }
        };
        self.signs().map(one).collect()
    }
}
