//! Texts with how often each occurs, and what they are.

use std::collections::{BTreeMap, HashMap};

use super::looked::Looked;
use super::tally::Seen;
use super::{ColumnProfile, EXACT_VALUES};
use crate::sketch::{Counter, Key, mixed};
use crate::text::{DIRTS, DayOrder, DecimalSign, Dirt, Kind, folded};

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
    pub(super) fn add(&mut self, text: &str, times: u64) {
        if self.rows == 0 {
            self.example = shortened(text);
        }
        self.rows += times;
    }
}

pub(super) fn shortened(text: &str) -> String {
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
    /// Whole numbers that are days where a spreadsheet counts them, of 1927 to 2119.
    pub serials: Held,
    /// Whole numbers that are days without separators, 20240131.
    pub packed_days: Held,
    /// Values that are written in several ways, among those that are kept.
    pub variants: Vec<Variant>,
    /// What the texts say about which of day and month comes first.
    pub order: DayOrder,
    /// What they say about the decimal sign.
    pub sign: DecimalSign,
    /// Whether each value stands once above rows without one, as in merged cells.
    pub stands_above_gaps: bool,
    /// Letters of the shortest and of the longest text.
    pub lengths: Option<(usize, usize)>,
}

/// Text that is being counted.
pub struct TextTally {
    name: String,
    latest_year: i32,
    salt: u64,
    seen: Seen,
    counter: Counter<Box<str>>,
    looked: Looked,
    /// The hash of the last value that was there, whether the first row had one, values that repeat the one before.
    before: Option<u64>,
    begins_with_gap: bool,
    repeats_before: u64,
}

impl TextTally {
    /// A column of text; `place` is its place in the table. Years of two digits are the latest up to `latest_year`.
    pub fn new(name: &str, place: u64, latest_year: i32) -> Self {
        TextTally {
            name: name.to_owned(),
            latest_year,
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
                self.looked.look(&mut self.counter, &self.name, self.latest_year);
                self.counter.prune();
            }
        }
    }

    pub(super) fn finish(mut self) -> ColumnProfile {
        self.looked.look(&mut self.counter, &self.name, self.latest_year);
        self.looked.decide_on_days();
        self.looked.decide_on_numbers();
        let variants = variants(&self.counter);
        let empty = self.looked.kinds.get(&Kind::Missing("")).map_or(0, |held| held.rows);
        let gaps = self.seen.missing + empty;
        let there = self.seen.rows - gaps;
        let stands_above_gaps =
            gaps * 5 >= self.seen.rows * 2 && there >= 2 && !self.begins_with_gap && self.repeats_before == 0;
        let profile = self.seen.profile(&self.counter, |text| text.to_string());
        let Looked { kinds, dirt, totals, tests, headings, serials, packed_days, numbers, days, lengths, .. } =
            &self.looked;
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
            order: self.looked.order.clone(),
            sign: self.looked.sign,
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
    use crate::text::day_number;

    fn profile(values: &[Option<&str>]) -> ColumnProfile {
        let mut tally = TextTally::new("city", 0, 2026);
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

    /// Dots say nothing about slashes; between dots the day comes first where nothing speaks against it.
    #[test]
    fn days_are_decided_for_each_sign() {
        let found = profile(&[Some("02.01.2024"), Some("02/03/2024"), Some("03/31/2024")]);
        let days = found.days.unwrap();
        let wanted = [(2024, 1, 2), (2024, 2, 3), (2024, 3, 31)].map(|(year, month, day)| day_number(year, month, day));
        assert!(days.by_day.keys().copied().map(Some).eq(wanted), "{:?}", days.by_day);
    }

    /// A comma that can only be the decimal one says that 1.234 is more than a thousand.
    #[test]
    fn one_number_decides_how_the_others_are_meant() {
        for (certain, value, word) in [
            ("7,5", 1234.0, "numbers with points or blanks between thousands"),
            ("7.5", 1.234, "numbers with decimals"),
        ] {
            let found = profile(&[Some("1.234"), Some(certain)]);
            let numbers = found.numbers.unwrap();
            assert_eq!((numbers.count, numbers.min + numbers.max), (2, value + 7.5), "{certain}");
            assert!(found.texts.unwrap().kinds.keys().any(|kind| kind.word() == word), "{certain}");
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
