//! Characters that look alike or are not seen: full and half width, spaces, what stands for nothing.

use unicode_normalization::UnicodeNormalization;

/// A text with the characters of ordinary width, without those that are not seen, and with single spaces.
pub(super) fn plain(text: &str) -> String {
    let narrow = if text.chars().any(is_wide_or_narrow) { narrowed(text) } else { text.to_owned() };
    let mut plain = String::with_capacity(narrow.len());
    for letter in narrow.chars().filter(|letter| !is_unseen(*letter)) {
        if !letter.is_whitespace() {
            plain.push(letter);
        } else if !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    // Letters and marks that were written apart, such as e and ´, are one letter.
    plain.nfc().collect()
}

/// Full-width letters, digits and signs, half-width katakana and hangul.
fn is_wide_or_narrow(letter: char) -> bool {
    matches!(letter, '\u{ff01}'..='\u{ffef}' | '\u{3000}')
}

/// Only forms of width are changed: the other likenesses of Unicode, such as ½ and ², mean something.
fn narrowed(text: &str) -> String {
    let mut narrow = String::with_capacity(text.len());
    let mut run = String::new();
    for letter in text.chars() {
        match is_wide_or_narrow(letter) {
            true => run.push(letter),
            false => {
                narrow.extend(run.drain(..).nfkc());
                narrow.push(letter);
            }
        }
    }
    narrow.extend(run.nfkc());
    narrow
}

/// Zero-width characters, marks of direction, control characters but those that are spaces.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
        || (letter.is_control() && !letter.is_whitespace())
}

/// Whether a text stands for a missing value in any column.
pub(super) fn is_nothing(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '-' | '.' | '?' | '—' | '–' | '/' | '_' | ' '))
        || ["n/a", "#n/a", "#null!", "<na>", "nan"].contains(&text.to_lowercase().as_str())
}

/// Whether a text is a word for a missing value. A person may be called None or Null, so names are not asked this.
pub(super) fn is_word_for_nothing(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "na",
        "null",
        "none",
        "nil",
        "unknown",
        "missing",
        "not available",
        "not given",
        "unbekannt",
        "inconnu",
        "desconocido",
        "未知",
        "无",
        "無",
        "不明",
        "(null)",
    ];
    WORDS.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_spaces_and_unseen_characters_are_put_right() {
        for (found, wanted) in [
            ("ＡＢＣ１２３＠ｘ．ｃｏｍ", "ABC123@x.com"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("　李　 小龙 ", "李 小龙"),
            ("a\u{200b}nn\u{feff}", "ann"),
            ("line\r\nbreak\tand\u{a0}space", "line break and space"),
            ("Zoe\u{308}", "Zoë"),
            ("½ m²", "½ m²"),
            ("", ""),
        ] {
            assert_eq!(plain(found), wanted, "{found:?}");
            assert_eq!(plain(&plain(found)), wanted, "{found:?}, twice");
        }
    }

    #[test]
    fn what_stands_for_nothing_is_known() {
        assert!(["", "-", "--", "n/a", "N/A", "?"].iter().all(|text| is_nothing(text)));
        assert!(!is_nothing("None") && is_word_for_nothing("None") && is_word_for_nothing("未知"));
        assert!(!is_word_for_nothing("Nona"));
    }
}
