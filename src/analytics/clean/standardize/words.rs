//! Names, addresses and categories.

use std::collections::HashMap;

use super::reading::{Distinct, Read};
use crate::table::Cell;

/// Small words in names that stay small.
const PARTICLES: [&str; 22] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ten", "ter", "zu", "zum",
    "zur", "y", "e", "bin", "al",
];

/// Names: a name that is written in capitals or in small letters only gets its capitals; others keep theirs.
pub(super) fn names(values: &[Distinct]) -> Read {
    Read::each(values, |text| Ok(Cell::Text(name(text))))
}

fn name(text: &str) -> String {
    let text = without_spaces_between_ideographs(text);
    let has_small = text.chars().any(char::is_lowercase);
    let has_capital = text.chars().any(char::is_uppercase);
    if has_small && has_capital {
        return text;
    }
    let words = text.split(' ').enumerate().map(|(place, word)| {
        let lower = word.to_lowercase();
        if place > 0 && PARTICLES.contains(&lower.as_str()) { lower } else { capital(&lower) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `o'brien-smith` as `O'Brien-Smith`, `mcdonald` as `McDonald`; `d'` and `l'` of Romance names stay with a capital.
fn capital(word: &str) -> String {
    let mut begins = true;
    let mut result = String::with_capacity(word.len());
    for letter in word.chars() {
        if begins && letter.is_alphabetic() {
            // ß and its like would become two letters.
            let mut capital = letter.to_uppercase();
            result.push(capital.next().filter(|_| capital.len() == 0).unwrap_or(letter));
            begins = false;
        } else {
            result.push(letter);
            begins = matches!(letter, '-' | '\'' | '’' | '.');
        }
    }
    // `Mc` is a name's beginning where a letter more than a syllable follows.
    if let Some(rest) = result.strip_prefix("Mc")
        && rest.chars().count() > 2
    {
        let mut rest = rest.chars();
        let first = rest.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        return format!("Mc{first}{}", rest.as_str());
    }
    result
}

/// `李 小龙` is `李小龙`; spaces beside other letters stay.
fn without_spaces_between_ideographs(text: &str) -> String {
    let is_ideograph = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let letters: Vec<char> = text.chars().collect();
    let stays = |place: usize| {
        let between = place > 0 && place + 1 < letters.len();
        !(letters[place] == ' ' && between && is_ideograph(letters[place - 1]) && is_ideograph(letters[place + 1]))
    };
    (0..letters.len()).filter(|place| stays(*place)).map(|place| letters[place]).collect()
}

/// What addresses shorten, and what it is in full; the last word of a part only, so that `St. James` stays a saint.
const SHORT: [(&str, &str); 12] = [
    ("st", "Street"),
    ("str", "Street"),
    ("rd", "Road"),
    ("ave", "Avenue"),
    ("av", "Avenue"),
    ("blvd", "Boulevard"),
    ("ln", "Lane"),
    ("dr", "Drive"),
    ("sq", "Square"),
    ("ct", "Court"),
    ("pl", "Place"),
    ("hwy", "Highway"),
];

/// Addresses: capitals as names have them, single commas, streets in full.
pub(super) fn addresses(values: &[Distinct]) -> Read {
    Read::each(values, |text| Ok(Cell::Text(address(text))))
}

fn address(text: &str) -> String {
    let parts = text.split([',', ';', '，']).map(|part| {
        let part = name(part.trim());
        let (begin, last) = part.rsplit_once(' ').map_or(("", part.as_str()), |(begin, last)| (begin, last));
        let bare = last.trim_end_matches('.').to_lowercase();
        match SHORT.iter().find(|(short, _)| *short == bare && !begin.is_empty()) {
            Some((_, full)) => format!("{begin} {full}"),
            None => part,
        }
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
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
    const YES: [&str; 13] = ["true", "t", "yes", "y", "1", "on", "ja", "oui", "si", "sí", "是", "有", "x"];
    const NO: [&str; 11] = ["false", "f", "no", "n", "0", "off", "nein", "non", "否", "没有", "无"];
    Read::each(values, |text| {
        let lower = text.to_lowercase();
        let lower = lower.strip_suffix(".0").unwrap_or(&lower);
        match (YES.contains(&lower), NO.contains(&lower)) {
            (true, _) => Ok(Cell::Flag(true)),
            (_, true) => Ok(Cell::Flag(false)),
            _ => Err(super::reading::Unreadable::because("neither yes nor no")),
        }
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
    fn names_get_their_capitals_once() {
        for (found, wanted) in [
            ("ANN O'BRIEN-SMITH", "Ann O'Brien-Smith"),
            ("ludwig van beethoven", "Ludwig van Beethoven"),
            ("RONALD MCDONALD", "Ronald McDonald"),
            ("Leonardo DiCaprio", "Leonardo DiCaprio"),
            ("李 小龙", "李小龙"),
            ("élodie", "Élodie"),
            ("j. r. r. tolkien", "J. R. R. Tolkien"),
            ("VAN DYKE", "Van Dyke"),
            ("MCA", "Mca"),
        ] {
            assert_eq!(name(found), wanted);
            assert_eq!(name(wanted), wanted);
        }
    }

    #[test]
    fn streets_are_written_in_full_and_saints_stay() {
        assert_eq!(address("12 HIGH ST., st. james ,LONDON"), "12 High Street, St. James, London");
        assert_eq!(address("5 Elm Rd"), "5 Elm Road");
        assert_eq!(address("St"), "St");
    }

    #[test]
    fn categories_take_the_most_frequent_spelling() {
        let values = [("red", 3), ("Red", 5), ("RED", 1), ("blue", 1), ("Blue", 1), ("--", 1)];
        let values: Vec<Distinct> = values.iter().map(|(text, rows)| Distinct::of_text(text, *rows)).collect();
        let read = categories(&values);
        let words: Vec<String> = read.cells.iter().flatten().map(Cell::plain).collect();
        assert_eq!(words, ["Red", "Red", "Red", "Blue", "Blue", "--"]);
    }
}
