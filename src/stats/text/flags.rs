//! Yes and no in several languages.

use super::width::lowered;

const YES: [&str; 13] = ["true", "t", "yes", "y", "1", "on", "ja", "oui", "si", "sí", "是", "有", "x"];
const NO: [&str; 11] = ["false", "f", "no", "n", "0", "off", "nein", "non", "否", "没有", "无"];

/// The words that say yes and those that say no, in small letters.
pub fn flag_words() -> (&'static [&'static str], &'static [&'static str]) {
    (&YES, &NO)
}

/// Bytes of the longest of them.
const LONGEST: usize = 8;

/// What a text says in a column of yes and no. `1`, `x` and `无` are read here; elsewhere they are a number, a letter and a
/// word for a missing value.
///
/// ```
/// use regulars_stats::text::read_flag;
/// assert_eq!([read_flag("Ja"), read_flag("0.0"), read_flag("perhaps")], [Some(true), Some(false), None]);
/// ```
pub fn read_flag(text: &str) -> Option<bool> {
    let bare = text.strip_suffix(".0").unwrap_or(text);
    let mut place = [0; LONGEST];
    let low = lowered(bare, &mut place)?;
    match (YES.contains(&low), NO.contains(&low)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Whether a text says yes or no by itself, whatever its column holds.
pub(super) fn is_flag(text: &str) -> bool {
    text.len() <= 6
        && !matches!(text, "x" | "X" | "有")
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && read_flag(text).is_some()
}
