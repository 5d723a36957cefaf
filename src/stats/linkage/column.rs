//! A column made ready: its different values, folded and numbered, so that pairs of rows compare numbers first.

use std::collections::HashMap;

use super::distance::letters;
use super::fold;
use super::nicknames::Nicknames;
use crate::text::{code_key, email_key, name_key, phone_key};

/// The number of a missing value.
pub const MISSING: u32 = u32::MAX;

/// What a column holds, which says how its values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Given names: nicknames and initials count.
    Given,
    /// Family names.
    Family,
    /// Whole names, whose words may stand in any order.
    Name,
    /// Other text: cities, streets, firms.
    Text,
    /// Codes, such as postcodes and numbers of cards.
    Code,
    /// Dates, as `YYYY-MM-DD`.
    Date,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
}

/// A column of the records. Values that are folded to the same text are one value.
#[derive(Debug, Clone)]
pub struct Column {
    /// How its values are compared.
    pub kind: Kind,
    /// For each row the number of its value, or [`MISSING`].
    pub codes: Vec<u32>,
    /// How many rows have each value.
    pub counts: Vec<u32>,
    /// All values in a row, and where each begins.
    characters: Vec<char>,
    starts: Vec<u32>,
    letters: Vec<u64>,
    /// What else the kind compares by.
    pub(super) more: More,
}

/// What is known of each value besides its characters.
#[derive(Debug, Clone)]
pub(super) enum More {
    /// Nothing.
    Nothing,
    /// The numbers of the formal names of nicknames, and the sound of Chinese names.
    Names { formal: Vec<Vec<u32>>, sounds: Vec<u32> },
    /// The value with its words in the order of the alphabet.
    Words { sorted: Vec<u32>, sounds: Vec<u32> },
    /// Days since the year 0 and year, month and day; of values that are no dates none.
    Days(Vec<Option<Day>>),
    /// How many characters of an address stand before the @.
    Local(Vec<u32>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) number: i64,
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
}

impl Column {
    /// Prepares a column whose rows have the numbers `codes` of `values`. A value of which nothing is left when it is
    /// folded, such as "-", is missing.
    pub fn new(kind: Kind, codes: &[u32], values: &[String], nicknames: &Nicknames) -> Column {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut texts: Vec<String> = Vec::new();
        let own: Vec<u32> = values
            .iter()
            .map(|value| {
                let text = match kind {
                    Kind::Email => email_key(value),
                    Kind::Phone => phone_key(value),
                    Kind::Date => value.trim().to_owned(),
                    Kind::Code => code_key(value),
                    _ => name_key(value),
                };
                if text.is_empty() {
                    return MISSING;
                }
                let next = texts.len() as u32;
                *known.entry(text).or_insert_with_key(|text| {
                    texts.push(text.clone());
                    next
                })
            })
            .collect();
        let codes: Vec<u32> = codes.iter().map(|code| own.get(*code as usize).copied().unwrap_or(MISSING)).collect();
        let mut counts = vec![0; texts.len()];
        for code in codes.iter().filter(|code| **code != MISSING) {
            counts[*code as usize] += 1;
        }
        let mut characters = Vec::new();
        let mut starts = Vec::with_capacity(texts.len() + 1);
        let mut masks = Vec::with_capacity(texts.len());
        starts.push(0);
        for text in &texts {
            let begin = characters.len();
            characters.extend(text.chars().take(super::distance::LONGEST));
            masks.push(letters(&characters[begin..]));
            starts.push(characters.len() as u32);
        }
        let more = More::of(kind, &texts, nicknames);
        Column { kind, codes, counts, characters, starts, letters: masks, more }
    }

    /// The characters of a value, up to 64.
    pub fn value(&self, code: u32) -> &[char] {
        let code = code as usize;
        &self.characters[self.starts[code] as usize..self.starts[code + 1] as usize]
    }

    /// A value as text, as it is compared.
    pub fn text(&self, code: u32) -> String {
        self.value(code).iter().collect()
    }

    /// Length and letters of a value.
    pub(super) fn shape(&self, code: u32) -> (usize, u64) {
        (self.value(code).len(), self.letters[code as usize])
    }

    /// How many different values there are.
    pub fn distinct(&self) -> usize {
        self.counts.len()
    }

    /// How many rows have a value.
    pub fn present(&self) -> usize {
        self.codes.iter().filter(|code| **code != MISSING).count()
    }
}

impl More {
    fn of(kind: Kind, texts: &[String], nicknames: &Nicknames) -> More {
        match kind {
            Kind::Given | Kind::Family | Kind::Text => More::Names {
                formal: match kind {
                    Kind::Given => texts.iter().map(|text| nicknames.formal(text).to_vec()).collect(),
                    _ => Vec::new(),
                },
                sounds: sounds(texts),
            },
            Kind::Name => {
                let sorted = texts.iter().map(|text| {
                    let mut words: Vec<&str> = text.split(' ').collect();
                    words.sort_unstable();
                    words.join(" ")
                });
                More::Words { sorted: numbered(sorted.map(Some)), sounds: sounds(texts) }
            }
            Kind::Date => More::Days(texts.iter().map(|text| Day::of(text)).collect()),
            Kind::Email => More::Local(
                texts
                    .iter()
                    .map(|text| {
                        let local = text.rsplit_once('@').map_or(text.as_str(), |(local, _)| local);
                        local.chars().take(super::distance::LONGEST).count() as u32
                    })
                    .collect(),
            ),
            Kind::Code | Kind::Phone => More::Nothing,
        }
    }
}

fn sounds(texts: &[String]) -> Vec<u32> {
    let any = texts.iter().any(|text| !text.is_ascii() && fold::sound(text).is_some());
    if !any {
        return Vec::new();
    }
    // Names in Latin letters sound as they are written, so "Zhang Wei" meets "张伟".
    numbered(texts.iter().map(|text| Some(fold::sound(text).unwrap_or_else(|| text.replace(' ', "")))))
}

/// Numbers different texts in the order in which they come.
fn numbered(texts: impl Iterator<Item = Option<String>>) -> Vec<u32> {
    let mut known: HashMap<String, u32> = HashMap::new();
    texts
        .map(|text| match text {
            None => MISSING,
            Some(text) => {
                let next = known.len() as u32;
                *known.entry(text).or_insert(next)
            }
        })
        .collect()
}

impl Day {
    /// Reads `YYYY-MM-DD`.
    pub(super) fn of(text: &str) -> Option<Day> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let (year, month, day): (i32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
            return None;
        }
        // Days of the civil calendar since the first of March of the year 0: years begin in March, so that the leap day
        // is the last one.
        let shifted = i64::from(year) - i64::from(month <= 2);
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let of_year = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
        let number = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Some(Day { number, year, month, day })
    }
}
