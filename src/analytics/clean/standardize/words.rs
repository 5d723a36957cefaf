//! Names, addresses and categories.

use std::collections::HashMap;

use super::reading::{Distinct, Read};
use crate::stats::text::{proper_name, read_flag, tidy_address};
use crate::table::Cell;

/// Names: a name that is written in capitals or in small letters only gets its capitals; others keep theirs.
pub(super) fn names(values: &[Distinct]) -> Read {
    Read::each(values, |text| Ok(Cell::Text(proper_name(text))))
}

/// Addresses: capitals as names have them, single commas, streets in full.
pub(super) fn addresses(values: &[Distinct]) -> Read {
    Read::each(values, |text| Ok(Cell::Text(tidy_address(text))))
}

/// Categories: spellings that differ in capitals and marks become the most frequent one of them; of several that are equally
/// frequent the first by the alphabet.
pub(super) fn categories(values: &[Distinct]) -> Read {
    let folded =
        |text: &str| -> String { text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect() };
    let mut spellings: HashMap<String, HashMap<&str, usize>> = HashMap::new();
    for value in values {
        *spellings.entry(folded(&value.text)).or_default().entry(&value.text).or_default() += value.rows;
    }
    let best: HashMap<&String, &str> = spellings
        .iter()
        .filter_map(|(key, texts)| {
            let most = texts.iter().max_by(|one, other| one.1.cmp(other.1).then(other.0.cmp(one.0)));
            most.map(|(text, _)| (key, *text))
        })
        .collect();
    let several = spellings.values().filter(|texts| texts.len() > 1).count();
    let read = Read::each(values, |text| {
        let key = folded(text);
        // Signs alone are a category of their own.
        let spelling = if key.is_empty() { text } else { best.get(&key).copied().unwrap_or(text) };
        Ok(Cell::Text(spelling.to_owned()))
    });
    match several {
        0 => read,
        _ => read.telling(format!("categories in several spellings: {several}; the most frequent one stands for all")),
    }
}

/// Yes and no in several languages.
pub(super) fn flags(values: &[Distinct]) -> Read {
    Read::each(values, |text| match read_flag(text) {
        Some(flag) => Ok(Cell::Flag(flag)),
        None => Err(super::reading::Unreadable::because("neither yes nor no")),
    })
}

/// Text: of ordinary width, with single spaces, and nothing else.
pub(super) fn texts(values: &[Distinct]) -> Read {
    Read::each(values, |text| Ok(Cell::Text(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_take_the_most_frequent_spelling() {
        let values = [("red", 3), ("Red", 5), ("RED", 1), ("blue", 1), ("Blue", 1), ("--", 1)];
        let values: Vec<Distinct> = values.iter().map(|(text, rows)| Distinct::of_text(text, *rows)).collect();
        let read = categories(&values);
        let words: Vec<String> = read.cells.iter().flatten().map(Cell::plain).collect();
        assert_eq!(words, ["Red", "Red", "Red", "Blue", "Blue", "--"]);
    }
}
