//! Countries by any of their names, as ISO 3166-1 writes them with two letters.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

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

/// The two letters of a country, by any of its names.
///
/// ```
/// use regulars_stats::text::country_code;
/// assert_eq!((country_code("U.K."), country_code("中国"), country_code("Atlantis")), (Some("GB"), Some("CN"), None));
/// ```
pub fn country_code(text: &str) -> Option<&'static str> {
    NAMES.get(&folded(text)).copied()
}

/// The names of the countries, as they are written.
pub fn country_names() -> impl Iterator<Item = &'static str> {
    COUNTRIES.lines().flat_map(|line| line.split('|').skip(2))
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
            assert_eq!(country_code(name), Some(wanted), "{name}");
        }
        assert!(["European Community", "Unspecified", "X", ""].iter().all(|name| country_code(name).is_none()));
    }

    #[test]
    fn every_line_is_a_country_of_its_own() {
        let codes: Vec<&str> = COUNTRIES.lines().map(|line| line.split('|').next().unwrap_or_default()).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|two| country_code(two) == Some(two)));
    }
}
