//! Identifiers as they are compared, to find out who is the same. Each is read as `standardize` reads it; what is folded
//! beyond that stands here and nowhere else: capitals, zeros in front of a telephone number, signs in a code.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::email::read_email;
use super::missing::missing_word;
use super::names::without_spaces_between_ideographs;
use super::phone::read_phone;
use super::width::{is_unseen, plain};

/// Letters without accents, small. Compatibility forms, such as full-width letters, become the usual ones.
fn letters_of(text: &str) -> impl Iterator<Item = char> + '_ {
    let simple = |letter: char| match letter {
        'ß' => 's',
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ı' => 'i',
        other => other,
    };
    let is_dropped = |letter: &char| is_combining_mark(*letter) || is_unseen(*letter);
    text.nfkd().filter(move |letter| !is_dropped(letter)).map(simple).flat_map(char::to_lowercase)
}

/// A name or another text as it is compared: small letters without accents and digits, with single spaces between the words.
///
/// ```
/// use regulars_stats::text::name_key;
/// assert_eq!(name_key("  O’Neill-SMITH "), "oneill smith");
/// ```
pub fn name_key(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut gap = false;
    for letter in letters_of(text) {
        if letter.is_alphanumeric() {
            if gap && !found.is_empty() {
                found.push(' ');
            }
            gap = false;
            found.push(letter);
        } else if !matches!(letter, '\'' | '’' | '`' | '´' | '.') {
            gap = true;
        }
    }
    if found.is_ascii() { found } else { without_spaces_between_ideographs(&found) }
}

/// An e-mail address as it is compared: in small letters. A text without an address is only folded, so that it may still be
/// like another one.
pub fn email_key(text: &str) -> String {
    let plain = plain(text);
    let folded = |text: &str| letters_of(text).filter(|letter| !letter.is_whitespace()).collect();
    read_email(&plain).map_or_else(|_| folded(&plain), |address| address.to_lowercase())
}

/// A telephone number as it is compared: the digits behind the plus of E.164 where it says its country. Of others the digits
/// without zeros in front, which spreadsheets drop.
///
/// ```
/// use regulars_stats::text::phone_key;
/// assert_eq!(phone_key("+44 (0)20 7946 0018"), phone_key("0044 20 7946 0018"));
/// ```
pub fn phone_key(text: &str) -> String {
    let plain = plain(text);
    match read_phone(&plain, None) {
        Ok(number) => number.trim_start_matches('+').to_owned(),
        Err(_) => {
            let bare = plain.replace("(0)", "");
            let digits: String = bare.nfkd().filter(char::is_ascii_digit).collect();
            digits.trim_start_matches('0').to_owned()
        }
    }
}

/// A code as it is compared: small letters without accents and digits, nothing between them.
pub fn code_key(text: &str) -> String {
    letters_of(text).filter(|letter| letter.is_alphanumeric()).collect()
}

/// Fewest digits of a telephone number that says who somebody is.
const DIGITS: usize = 7;

/// What an identifier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identifier {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number of a customer, a card, an account.
    Code,
}

/// An identifier as it is compared; none where it says nothing of who somebody is: a word for a missing value, an address
/// that is none, `0000000`.
pub fn identity(kind: Identifier, text: &str) -> Option<String> {
    let bare = plain(text);
    if missing_word(&bare).is_some() || bare.eq_ignore_ascii_case("x") {
        return None;
    }
    match kind {
        Identifier::Email => read_email(&bare).ok().map(|address| address.to_lowercase()),
        Identifier::Phone => {
            let digits = phone_key(&bare);
            let says = digits.len() >= DIGITS && digits.chars().any(|digit| !digits.starts_with(digit));
            says.then_some(digits)
        }
        Identifier::Code => {
            let code = code_key(&bare);
            // 000000 is nobody's number.
            (!code.chars().all(|letter| letter == '0')).then_some(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded() {
        for (text, key) in [
            ("  O’Neill-SMITH ", "oneill smith"),
            ("Müller", "muller"),
            ("Ｊｏｈｎ", "john"),
            ("jo\u{200b}hn", "john"),
            ("張偉", "張偉"),
            ("李 小龙", "李小龙"),
            ("… ??", ""),
        ] {
            assert_eq!(name_key(text), key, "{text}");
        }
        assert_eq!(email_key(" J.Doe@Example.COM "), "j.doe@example.com");
        assert_eq!(email_key("Ann <ann@x.org>"), "ann@x.org");
        assert_eq!(email_key("ann lee@x"), "annlee@x");
        assert_eq!(phone_key("+44 (0)20 7946-0018"), "442079460018");
        assert_eq!(phone_key("0049 30 1234567"), "49301234567");
        assert_eq!(phone_key("020 7946 0018"), "2079460018");
        assert_eq!(code_key("C-001 234é"), "c001234e");
    }

    #[test]
    fn what_is_the_same_looks_the_same() {
        let same = |kind, texts: &[&str], wanted: Option<&str>| {
            for text in texts {
                assert_eq!(identity(kind, text).as_deref(), wanted, "{text}");
            }
        };
        same(
            Identifier::Email,
            &["Ann@Example.com", " ann@example.com\u{a0}", "ａｎｎ@example.com", "Ann <ann@example.com>"],
            Some("ann@example.com"),
        );
        same(Identifier::Email, &["", "n/a", "ann", "@example.com", "ann@home", "keine Angabe"], None);
        same(
            Identifier::Phone,
            &["+49 151 2345678", "0049-151-2345678", "(+49) 151 / 234 56 78"],
            Some("491512345678"),
        );
        same(Identifier::Phone, &["12345", "0000000000", "-", "1111111"], None);
        same(Identifier::Code, &["c-001 234", "C001234", "Ｃ００１２３４"], Some("c001234"));
        same(Identifier::Code, &["000", "NULL", "--", "x"], None);
    }
}
