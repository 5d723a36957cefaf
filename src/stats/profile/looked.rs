//! What the texts of a column are, added up text by text, and decided on when all of them were seen.

use std::collections::{BTreeMap, HashMap};

use super::Days;
use super::numbers::Numbers;
use super::text::{Held, shortened};
use crate::sketch::{Counter, Key};
use crate::text::{
    DIRTS, DateForm, DayOrder, DecimalSign, DigitsForm, Kind, NumberForm, Order, WrittenDate, WrittenNumber,
    day_in_digits, dirt_of, is_test_word, is_total_word, look, mask,
};

/// Different shapes of texts that are counted exactly.
const SHAPES: usize = 1 << 12;

#[derive(Default)]
pub(super) struct Looked {
    pub(super) kinds: BTreeMap<Kind, Held>,
    pub(super) dirt: [Held; DIRTS.len()],
    pub(super) totals: Held,
    pub(super) tests: Held,
    pub(super) headings: u64,
    pub(super) serials: Held,
    pub(super) packed_days: Held,
    /// Numbers read with a decimal point where they may have either sign.
    pub(super) numbers: Numbers,
    /// The same with a decimal comma, from the first such number on, and these numbers by both kinds.
    pub(super) by_comma: Option<Numbers>,
    pub(super) either_kinds: BTreeMap<(Kind, Kind), Held>,
    pub(super) sign: DecimalSign,
    pub(super) days: Days,
    /// Days of which the first two parts may be either, by the sign between them: with the day first, and with the month first.
    pub(super) either_days: BTreeMap<char, (Days, Days)>,
    pub(super) order: DayOrder,
    pub(super) lengths: Option<(usize, usize)>,
    pub(super) shape_names: HashMap<String, Held>,
    pub(super) shapes: Option<Counter<Box<str>>>,
}

impl Looked {
    /// Where some days of the column can be read in one way only, the others with the same sign are meant so as well. Days that
    /// nothing decides on count with the day first: `day_or_month` tells them.
    pub(super) fn decide_on_days(&mut self) {
        for (sign, (days, months)) in std::mem::take(&mut self.either_days) {
            let meant = if self.order.day_first(sign, None) == Some(false) { months } else { days };
            for (day, times) in meant.by_day {
                self.days.add(day, times);
            }
        }
        for (kind, held) in std::mem::take(&mut self.kinds) {
            let decided = |form: DateForm| match self.order.day_first(form.separator, None) {
                Some(true) => Order::Day,
                Some(false) => Order::Month,
                None => Order::DayOrMonth,
            };
            let kind = match kind {
                Kind::Date(form) if form.order == Order::DayOrMonth => {
                    Kind::Date(DateForm { order: decided(form), ..form })
                }
                other => other,
            };
            put(&mut self.kinds, kind, held);
        }
    }

    /// The same with numbers that may have a decimal comma or a decimal point.
    pub(super) fn decide_on_numbers(&mut self) {
        let comma = self.sign.is_comma(None);
        for ((by_point, by_comma), held) in std::mem::take(&mut self.either_kinds) {
            let kind = match by_point {
                _ if comma => by_comma,
                // A point somewhere says that commas are thousands.
                Kind::Whole(NumberForm::Either) if self.sign.is_decided() => Kind::Whole(NumberForm::Thousands),
                kind => kind,
            };
            put(&mut self.kinds, kind, held);
        }
        if let Some(numbers) = self.by_comma.take().filter(|_| comma) {
            self.numbers = numbers;
        }
    }

    pub(super) fn look(&mut self, counter: &mut Counter<Box<str>>, name: &str, latest_year: i32) {
        counter.look(|text, times| self.one(text, times, name, latest_year));
    }

    fn one(&mut self, text: &str, times: u64, name: &str, latest_year: i32) {
        let found = look(text, latest_year);
        let kinds = match found.number.filter(|number| number.mark.is_either()) {
            Some(_) => self.either_kinds.entry((found.kind, found.kind_by(true))).or_default(),
            None => self.kinds.entry(found.kind).or_default(),
        };
        kinds.add(text, times);
        let dirt = dirt_of(text);
        for (_, held) in self.dirt.iter_mut().enumerate().filter(|(place, _)| dirt & (1 << place) != 0) {
            held.add(text, times);
        }
        if matches!(found.kind, Kind::Missing(_)) {
            return;
        }
        let letters = text.chars().count();
        let (shortest, longest) = self.lengths.unwrap_or((letters, letters));
        self.lengths = Some((shortest.min(letters), longest.max(letters)));
        if let Some(number) = &found.number {
            self.number(number, times);
            if found.kind == Kind::Whole(NumberForm::Plain) {
                match day_in_digits(text.trim()) {
                    Some((DigitsForm::Serial, _)) => self.serials.add(text, times),
                    Some((DigitsForm::Packed, date)) if date.form.order == Order::Year => {
                        self.packed_days.add(text, times);
                    }
                    _ => {}
                }
            }
        }
        if let Some(date) = &found.date {
            self.date(date, times);
        }
        if is_total_word(text) {
            self.totals.add(text, times);
        }
        if is_test_word(text) {
            self.tests.add(text, times);
        }
        if text.trim() == name {
            self.headings += times;
        }
        self.shape(text, times);
    }

    fn number(&mut self, number: &WrittenNumber, times: u64) {
        self.sign.hear(number, times);
        if number.mark.is_either() && self.by_comma.is_none() {
            self.by_comma = Some(self.numbers.clone());
        }
        self.numbers.add(number.by_point, times);
        if let Some(by_comma) = &mut self.by_comma {
            by_comma.add(number.by_comma, times);
        }
    }

    fn date(&mut self, date: &WrittenDate, times: u64) {
        self.order.hear(date, times);
        if date.time.is_some() {
            self.days.with_time += times;
        }
        if date.form.order == Order::DayOrMonth {
            let (day_first, month_first) = self.either_days.entry(date.form.separator).or_default();
            day_first.add(date.day, times);
            month_first.add(date.month_first, times);
        } else {
            self.days.add(date.day, times);
        }
    }

    fn shape(&mut self, text: &str, times: u64) {
        let shape = mask(text);
        let counter = self.shapes.get_or_insert_with(|| Counter::new(SHAPES));
        let hash = Box::<str>::hash(&shape);
        // A shape is counted as often as its text occurs.
        let is_full = counter.add_times(&shape, hash, times);
        self.shape_names.entry(shape).or_insert_with(|| Held { rows: 0, example: shortened(text) });
        if is_full {
            counter.look(|_, _| {});
            counter.prune();
            let kept: std::collections::HashSet<&str> = counter.entries().map(|(shape, _)| &**shape).collect();
            self.shape_names.retain(|shape, _| kept.contains(shape.as_str()));
        }
    }

    pub(super) fn top_shapes(&self) -> Vec<(String, Held)> {
        let top = self.shapes.as_ref().map(|shapes| shapes.top(super::TOP)).unwrap_or_default();
        let held = |(shape, rows): (&str, u64)| {
            let example = self.shape_names.get(shape).map(|held| held.example.clone()).unwrap_or_default();
            (shape.to_string(), Held { rows, example })
        };
        top.into_iter().map(|(shape, rows)| held((shape, rows))).collect()
    }
}

/// Puts rows to those of a kind.
fn put(kinds: &mut BTreeMap<Kind, Held>, kind: Kind, held: Held) {
    let known = kinds.entry(kind).or_insert_with(|| Held { rows: 0, example: held.example });
    known.rows += held.rows;
}
