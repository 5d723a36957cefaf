//! Texts with how often each occurs, and what they are.

use std::collections::{BTreeMap, HashMap};

use super::numbers::Numbers;
use super::tally::Seen;
use super::{ColumnProfile, Days, EXACT_VALUES};
use crate::sketch::{Counter, Key, mixed};
use crate::text::{
    DIRTS, DateForm, Dirt, Kind, NumberForm, Order, calendar_day, day_number, dirt_of, folded, is_test_word,
    is_total_word, look, mask,
};

/// Different shapes of texts that are counted exactly.
const SHAPES: usize = 1 << 12;
/// Examples longer than this are cut where they are shown.
const SHOWN: usize = 60;

/// Something found in some rows, with the first value that shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The rows.
    pub rows: u64,
    /// The first value.
    pub example: String,
}

impl Held {
    fn add(&mut self, text: &str, times: u64) {
        if self.rows == 0 {
            self.example = shortened(text);
        }
        self.rows += times;
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Texts that differ only in capitals, white space, width, or letters that nobody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The ways it is written, the most frequent first.
    pub written: Vec<(String, u64)>,
}

/// Summary of texts.
pub struct Texts {
    /// What they hold, each with its rows.
    pub kinds: BTreeMap<Kind, Held>,
    /// Their most frequent shapes, each with its rows and the first text of that shape.
    pub shapes: Vec<(String, Held)>,
    /// By how much the rows of a shape may be too few.
    pub shapes_missed: u64,
    /// Damage that was found.
    pub dirt: Vec<(Dirt, Held)>,
    /// Words that begin a line of sums.
    pub totals: Held,
    /// Words that were put in to try a system out.
    pub tests: Held,
    /// Values that are the name of the column.
    pub headings: u64,
    /// Whole numbers that a spreadsheet shows as a day of 1954 to 2064.
    pub serials: Held,
    /// Whole numbers that are days without separators, 20240131.
    pub packed_days: Held,
    /// Values that are written in several ways, among those that are kept.
    pub variants: Vec<Variant>,
    /// Whether day and month, or decimals and thousands, were told apart for all numbers.
    pub numbers_are_certain: bool,
    /// Whether each value stands once above rows without one, as in merged cells.
    pub stands_above_gaps: bool,
    /// Letters of the shortest and of the longest text.
    pub lengths: Option<(usize, usize)>,
}

/// Text that is being counted.
pub struct TextTally {
    name: String,
    salt: u64,
    seen: Seen,
    counter: Counter<Box<str>>,
    looked: Looked,
    /// The hash of the last value that was there, whether the first row had one, values that repeat the one before.
    before: Option<u64>,
    begins_with_gap: bool,
    repeats_before: u64,
}

#[derive(Default)]
struct Looked {
    kinds: BTreeMap<Kind, Held>,
    dirt: [Held; DIRTS.len()],
    totals: Held,
    tests: Held,
    headings: u64,
    serials: Held,
    packed_days: Held,
    numbers: Numbers,
    days: Days,
    /// Days of which the first two parts may be either: with the day first, and with the month first.
    day_first: Days,
    month_first: Days,
    lengths: Option<(usize, usize)>,
    shape_names: HashMap<String, Held>,
    shapes: Option<Counter<Box<str>>>,
}

impl TextTally {
    /// A column of text; `place` is its place in the table.
    pub fn new(name: &str, place: u64) -> Self {
        TextTally {
            name: name.to_owned(),
            salt: mixed(place),
            seen: Seen::default(),
            counter: Counter::new(EXACT_VALUES),
            looked: Looked::default(),
            before: None,
            begins_with_gap: false,
            repeats_before: 0,
        }
    }

    /// Counts the values of a batch; `rows` holds the hashes of its rows so far.
    pub fn add<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>, rows: &mut [u64]) {
        for (value, row) in values.zip(rows) {
            let hash = value.map(Box::<str>::hash);
            if self.seen.rows == 0 {
                self.begins_with_gap = value.is_none_or(str::is_empty);
            }
            self.seen.row(hash, self.salt, row);
            let (Some(value), Some(hash)) = (value, hash) else { continue };
            if !value.is_empty() {
                self.repeats_before += u64::from(self.before == Some(hash));
                self.before = Some(hash);
            }
            if self.counter.add(value, hash) {
                self.looked.look(&mut self.counter, &self.name);
                self.counter.prune();
            }
        }
    }

    pub(super) fn finish(mut self) -> ColumnProfile {
        self.looked.look(&mut self.counter, &self.name);
        self.looked.decide_on_days();
        let variants = variants(&self.counter);
        let empty = self.looked.kinds.get(&Kind::Missing("")).map_or(0, |held| held.rows);
        let gaps = self.seen.missing + empty;
        let there = self.seen.rows - gaps;
        let stands_above_gaps =
            gaps * 5 >= self.seen.rows * 2 && there >= 2 && !self.begins_with_gap && self.repeats_before == 0;
        let profile = self.seen.profile(&self.counter, |text| text.to_string());
        let Looked { kinds, dirt, totals, tests, headings, serials, packed_days, numbers, days, lengths, .. } =
            &self.looked;
        let held = |wanted: fn(NumberForm) -> bool| {
            kinds.keys().any(|kind| matches!(kind, Kind::Whole(form) | Kind::Decimal(form) if wanted(*form)))
        };
        let has_either = held(|form| form == NumberForm::Either);
        let has_comma = held(|form| form == NumberForm::DecimalComma);
        let texts = Texts {
            kinds: kinds.clone(),
            shapes: self.looked.top_shapes(),
            shapes_missed: self.looked.shapes.as_ref().map_or(0, Counter::missed),
            dirt: DIRTS.into_iter().zip(dirt.iter().cloned()).filter(|(_, held)| held.rows > 0).collect(),
            totals: totals.clone(),
            tests: tests.clone(),
            headings: *headings,
            serials: serials.clone(),
            packed_days: packed_days.clone(),
            variants,
            numbers_are_certain: !(has_either && has_comma),
            stands_above_gaps,
            lengths: *lengths,
        };
        let (has_numbers, has_days) = (numbers.count > 0, days.count > 0);
        ColumnProfile {
            numbers: has_numbers.then_some(self.looked.numbers),
            days: has_days.then_some(self.looked.days),
            texts: Some(texts),
            ..profile
        }
    }
}

impl Looked {
    /// Where some days of the column can be read in one way only, the others are meant so as well.
    fn decide_on_days(&mut self) {
        let has = |order: Order| self.kinds.keys().any(|kind| matches!(kind, Kind::Date(form) if form.order == order));
        let decided = match (has(Order::Day), has(Order::Month)) {
            (true, false) => Some(Order::Day),
            (false, true) => Some(Order::Month),
            _ => None,
        };
        let months = std::mem::take(&mut self.month_first);
        let days = std::mem::take(&mut self.day_first);
        let meant = if decided == Some(Order::Month) { months } else { days };
        for (day, times) in meant.by_day {
            self.days.add(day, times);
        }
        let Some(decided) = decided else { return };
        for (kind, held) in std::mem::take(&mut self.kinds) {
            let kind = match kind {
                Kind::Date(form) if form.order == Order::DayOrMonth => Kind::Date(DateForm { order: decided, ..form }),
                other => other,
            };
            let known = self.kinds.entry(kind).or_insert_with(|| Held { rows: 0, example: held.example });
            known.rows += held.rows;
        }
    }

    fn look(&mut self, counter: &mut Counter<Box<str>>, name: &str) {
        counter.look(|text, times| self.one(text, times, name));
    }

    fn one(&mut self, text: &str, times: u64, name: &str) {
        let found = look(text);
        self.kinds.entry(found.kind).or_default().add(text, times);
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
        if let Some(number) = found.number {
            self.numbers.add(number, times);
            if found.kind == Kind::Whole(NumberForm::Plain) {
                if (20_000.0..=60_000.0).contains(&number) {
                    self.serials.add(text, times);
                }
                if is_packed_day(number) {
                    self.packed_days.add(text, times);
                }
            }
        }
        if let (Some(day), Kind::Date(form)) = (found.day, found.kind) {
            if form.has_time {
                self.days.with_time += times;
            }
            if form.order == Order::DayOrMonth {
                self.day_first.add(day, times);
                self.month_first.add(month_first(day), times);
            } else {
                self.days.add(day, times);
            }
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

    fn top_shapes(&self) -> Vec<(String, Held)> {
        let top = self.shapes.as_ref().map(|shapes| shapes.top(super::TOP)).unwrap_or_default();
        let held = |(shape, rows): (&str, u64)| {
            let example = self.shape_names.get(shape).map(|held| held.example.clone()).unwrap_or_default();
            (shape.to_string(), Held { rows, example })
        };
        top.into_iter().map(|(shape, rows)| held((shape, rows))).collect()
    }
}

/// The day whose month and day of the month are those of another the other way round.
fn month_first(day: i32) -> i32 {
    let (year, month, of_month) = calendar_day(day);
    day_number(year, of_month, month).unwrap_or(day)
}

/// A day from 1900 to 2099 without separators.
pub(crate) fn is_packed_day(number: f64) -> bool {
    if !(19_000_101.0..=20_991_231.0).contains(&number) || number.fract() != 0.0 {
        return false;
    }
    let packed = number as u32;
    crate::text::day_number((packed / 10_000) as i32, packed / 100 % 100, packed % 100).is_some()
}

/// Values that are written in several ways.
fn variants(counter: &Counter<Box<str>>) -> Vec<Variant> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<(String, u64)>> = Vec::new();
    for (text, count) in counter.entries() {
        if count == 0 || text.trim().is_empty() {
            continue;
        }
        let place = *places.entry(folded(text)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push((text.to_string(), count));
    }
    groups.retain(|group| group.len() > 1);
    for group in &mut groups {
        group.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    }
    groups.into_iter().map(|written| Variant { written }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[Option<&str>]) -> ColumnProfile {
        let mut tally = TextTally::new("city", 0);
        tally.add(values.iter().copied(), &mut vec![0; values.len()]);
        tally.finish()
    }

    #[test]
    fn kinds_shapes_and_missing_words_add_up_to_all_rows() {
        let found = profile(&[Some("12"), Some("n/a"), None, Some("2024-01-31"), Some("12"), Some(""), Some("A-1")]);
        let texts = found.texts.as_ref().unwrap();
        let rows: u64 = texts.kinds.values().map(|held| held.rows).sum();
        assert_eq!((found.rows, found.missing, rows), (7, 1, 6));
        let words: Vec<(String, u64)> = texts.kinds.iter().map(|(kind, held)| (kind.word(), held.rows)).collect();
        assert!(words.contains(&("whole numbers".to_owned(), 2)) && words.contains(&("empty text".to_owned(), 1)));
        let shapes: u64 = texts.shapes.iter().map(|(_, held)| held.rows).sum();
        assert_eq!(shapes, 4);
        assert_eq!(texts.shapes[0].0, "99");
    }

    /// The 31st says that the day comes first: so 02/01 is the second of January. With the month first it is the first of
    /// February.
    #[test]
    fn one_day_decides_how_the_others_are_meant() {
        for (certain, first) in [("31/01/2024", (2024, 1, 2)), ("01/31/2024", (2024, 2, 1))] {
            let found = profile(&[Some("02/01/2024"), Some(certain)]);
            let days = found.days.unwrap();
            let (year, month, day) = first;
            assert!(days.by_day.contains_key(&day_number(year, month, day).unwrap()), "{certain}");
            assert_eq!((days.count, found.texts.unwrap().kinds.len()), (2, 1));
        }
    }

    #[test]
    fn variants_of_a_value_are_put_together() {
        let found = profile(&[Some("UK"), Some("uk"), Some("UK"), Some("FR"), Some(" UK")]);
        let variants = found.texts.unwrap().variants;
        assert_eq!(variants.len(), 1);
        assert_eq!(variants[0].written, [("UK".to_owned(), 2), ("uk".to_owned(), 1), (" UK".to_owned(), 1)]);
    }

    #[test]
    fn values_of_merged_cells_stand_above_gaps() {
        let merged = profile(&[Some("north"), None, None, Some("south"), None, Some("north"), None]);
        assert!(merged.texts.unwrap().stands_above_gaps);
        let sparse = profile(&[None, Some("x"), None, Some("y"), None]);
        assert!(!sparse.texts.unwrap().stands_above_gaps);
    }
}
