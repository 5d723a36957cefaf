//! Characters that look alike or are not seen: full and half width, spaces.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text with the characters of ordinary width, without those that are not seen, and with single spaces. Every reader is
/// given such a text, so that all of them read the same values. Nothing is copied where nothing is to be put right.
///
/// ```
/// use regulars_stats::text::plain;
/// assert_eq!(plain(" ＡＢＣ\u{a0} １２ "), "ABC 12");
/// ```
pub fn plain(text: &str) -> Cow<'_, str> {
    let bare = text.trim_matches(|letter: char| letter.is_whitespace() || is_unseen(letter));
    if is_plain(bare) { Cow::Borrowed(bare) } else { Cow::Owned(put_right(bare)) }
}

fn is_plain(bare: &str) -> bool {
    if bare.is_ascii() {
        let bytes = bare.as_bytes();
        return bytes.iter().all(|byte| (32..127).contains(byte)) && !bytes.windows(2).any(|pair| pair == b"  ");
    }
    let mut before = 'a';
    let odd = |letter: char| {
        let twice = letter == ' ' && before == ' ';
        before = letter;
        twice || letter != ' ' && letter.is_whitespace() || is_wide_or_narrow(letter) || is_unseen(letter)
    };
    !bare.chars().any(odd) && (bare.chars().all(stands_alone) || is_nfc_quick(bare.chars()) == IsNormalized::Yes)
}

/// Letters of the usual scripts that are never put together with others, so that nobody has to look them up.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\0'..='\u{2ff}' | '\u{400}'..='\u{45f}' | '\u{2010}'..='\u{2027}' | '€' | '\u{4e00}'..='\u{9fff}')
        || matches!(letter, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{ac00}'..='\u{d7a3}')
}

fn put_right(bare: &str) -> String {
    let narrow = if bare.chars().any(is_wide_or_narrow) { narrowed(bare) } else { bare.to_owned() };
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

/// A short text in small letters, in a place that is there already; none where it is longer than the place.
pub(super) fn lowered<'place>(text: &str, place: &'place mut [u8]) -> Option<&'place str> {
    let mut length = 0;
    if text.is_ascii() {
        length = text.len();
        place.get_mut(..length)?.copy_from_slice(text.as_bytes());
        place[..length].make_ascii_lowercase();
    } else {
        for letter in text.chars().flat_map(char::to_lowercase) {
            let at = place.get_mut(length..length + letter.len_utf8())?;
            length += letter.encode_utf8(at).len();
        }
    }
    std::str::from_utf8(&place[..length]).ok()
}

/// Zero-width characters, marks of direction, control characters but those that are spaces.
pub(super) fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
        || (letter.is_control() && !letter.is_whitespace())
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
            ("a \u{200b} b", "a b"),
            ("", ""),
        ] {
            assert_eq!(plain(found), wanted, "{found:?}");
            assert_eq!(plain(&plain(found)), wanted, "{found:?}, twice");
        }
    }

    #[test]
    fn nothing_is_copied_where_nothing_is_put_right() {
        for text in ["Ann Lee", " Ann Lee ", "Müller", "李小龙", "12,50 €", "\u{feff}ann"] {
            assert!(matches!(plain(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
