//! Countries by any of their names, as ISO 3166-1 writes them with two letters.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::reading::{Distinct, Read, Unreadable};
use crate::table::Cell;

/// A line for each country: two letters, three letters, then its names in 22 languages and what else it is called. Codes
/// are those of ISO 3166-1, names those of the Unicode locale data.
const COUNTRIES: &str = include_str!("countries.txt");

static NAMES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for line in COUNTRIES.lines() {
        let mut words = line.split('|');
        let Some(code) = words.next() else { continue };
        names.insert(folded(code), code);
        for word in words {
            names.entry(folded(word)).or_insert(code);
        }
    }
    names
});

/// Letters without marks and signs, in small.
fn folded(text: &str) -> String {
    text.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The two letters of a country.
pub(super) fn code(text: &str) -> Option<&'static str> {
    NAMES.get(&folded(text)).copied()
}

/// Reads a column of countries.
pub(super) fn read(values: &[Distinct]) -> Read {
    Read::each(values, |text| {
        code(text)
            .map(|code| Cell::Text(code.to_owned()))
            .ok_or_else(|| Unreadable::because("no country that is known"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_many_names() {
        for (name, wanted) in [
            ("United Kingdom", "GB"),
            ("UK", "GB"),
            ("U.K.", "GB"),
            ("gbr", "GB"),
            ("EIRE", "IE"),
            ("USA", "US"),
            ("Deutschland", "DE"),
            ("中国", "CN"),
            ("CHINA", "CN"),
            ("RSA", "ZA"),
            ("Côte d’Ivoire", "CI"),
            ("Cote d'Ivoire", "CI"),
            ("Czech Republic", "CZ"),
            ("Namibia", "NA"),
            ("NA", "NA"),
            ("Holland", "NL"),
            ("日本", "JP"),
            ("Россия", "RU"),
        ] {
            assert_eq!(code(name), Some(wanted), "{name}");
        }
        assert!(["European Community", "Unspecified", "X", ""].iter().all(|name| code(name).is_none()));
    }

    #[test]
    fn every_line_is_a_country_of_its_own() {
        let codes: Vec<&str> = COUNTRIES.lines().map(|line| line.split('|').next().unwrap_or_default()).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|two| code(two) == Some(two)));
    }
}
