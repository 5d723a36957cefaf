//! Values of a check that may be read in two ways, such as 3/4/2024 and 1,234: their column decides, when all of it was seen.

use std::collections::BTreeMap;

use crate::stats::text::{DayOrder, DecimalSign, WrittenDate, WrittenNumber};
use crate::table::row_set::RowSet;

/// What is known of a column beforehand.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Told {
    /// Whether the day comes first in 3/4/2024.
    pub(crate) day_first: Option<bool>,
    /// Whether the comma is the decimal sign in 1,234.
    pub(crate) decimal_comma: Option<bool>,
}

/// Rows whose outcome depends on the reading, and the first value of each kind.
#[derive(Default)]
struct Pending {
    /// Rows that fail with the day first, or with a decimal point.
    first: RowSet,
    /// Rows that fail with the month first, or with a decimal comma.
    second: RowSet,
    examples: [Option<String>; 2],
}

/// What the values of a column say about their reading, and the rows that wait for it.
#[derive(Default)]
pub(super) struct Readings {
    told: Told,
    order: DayOrder,
    sign: DecimalSign,
    /// Rows with days, by the sign between the numbers.
    days: BTreeMap<char, Pending>,
    numbers: Pending,
}

/// What came of the rows that waited.
pub(super) struct Settled {
    pub(super) looked: u64,
    pub(super) failing: Vec<RowSet>,
    pub(super) example: Option<String>,
    /// Rows that were not looked at, because nothing decides how they are read.
    pub(super) unread: u64,
    /// What decided, where anything was to decide.
    pub(super) evidence: Vec<String>,
}

impl Pending {
    fn hear(&mut self, row: u64, text: &str, fails_first: bool) {
        let (rows, place) = if fails_first { (&mut self.first, 0) } else { (&mut self.second, 1) };
        rows.add(row);
        self.examples[place].get_or_insert_with(|| text.to_owned());
    }
}

impl Readings {
    pub(super) fn new(told: Told) -> Readings {
        Readings { told, ..Readings::default() }
    }

    /// Whether a day holds; none where the column has to say how it is read.
    pub(super) fn day(
        &mut self,
        date: &WrittenDate,
        row: u64,
        text: &str,
        holds: impl Fn(i32) -> bool,
    ) -> Option<bool> {
        self.order.hear(date, 1);
        let (first, second) = (holds(date.day), holds(date.month_first));
        if first == second {
            return Some(first);
        }
        self.days.entry(date.form.separator).or_default().hear(row, text, !first);
        None
    }

    /// Whether a number holds, in the same way.
    pub(super) fn number(
        &mut self,
        number: &WrittenNumber,
        row: u64,
        text: &str,
        holds: impl Fn(&WrittenNumber, bool) -> bool,
    ) -> Option<bool> {
        self.sign.hear(number, 1);
        let (first, second) = (holds(number, false), holds(number, true));
        if first == second {
            return Some(first);
        }
        self.numbers.hear(row, text, !first);
        None
    }

    /// Decides on the rows that waited.
    pub(super) fn settle(&mut self) -> Settled {
        let mut settled = Settled { looked: 0, failing: Vec::new(), example: None, unread: 0, evidence: Vec::new() };
        let mut take = |pending: Pending, is_first: Option<bool>| {
            let rows = pending.first.len() + pending.second.len();
            let [first, second] = pending.examples;
            match is_first {
                None => settled.unread += rows,
                Some(is_first) => {
                    settled.looked += rows;
                    let (failing, example) = if is_first { (pending.first, first) } else { (pending.second, second) };
                    settled.failing.push(failing);
                    settled.example = settled.example.take().or(example);
                }
            }
        };
        for (sign, pending) in std::mem::take(&mut self.days) {
            take(pending, self.order.day_first(sign, self.told.day_first));
        }
        take(std::mem::take(&mut self.numbers), Some(!self.sign.is_comma(self.told.decimal_comma)));
        if self.order.signs().any(|(_, seen)| seen.undecided > 0) {
            settled.evidence.extend(self.order.told(self.told.day_first));
        }
        if self.sign.either > 0 {
            settled.evidence.extend(self.sign.told(self.told.decimal_comma));
        }
        settled
    }
}
