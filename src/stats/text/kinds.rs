//! What a text holds, as far as it says so by itself.
//!
//! This is what `profile` counts and what `type` of a contract asks for. `standardize` reads the same values in the same way; as it is
//! told what a column holds, it asks the readers directly and gets more out of some texts: digits alone may be a day
//! ([`read_told_date`](super::read_told_date)) or a telephone number, `1` and `x` a yes ([`read_flag`](super::read_flag)),
//! `TOP 5` an amount in paʻanga, `5G` five grams, and `Ann <ann@x.org>` has an address in it. By itself each of them is what
//! it is taken for here. `tests/readers.rs` holds the list, and that there is no other difference.

use super::dates::{DateForm, WrittenDate, read_date};
use super::email::{is_email, read_email};
use super::flags::is_flag;
use super::missing::{SIGNS_ALONE, missing_word};
use super::numbers::{NumberForm, WrittenNumber, read_number};
use super::{is_card, is_iban, is_phone, is_web_address, plain};

/// What a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing: a word that stands for a missing value.
    Missing(&'static str),
    /// A whole number.
    Whole(NumberForm),
    /// A number with decimals.
    Decimal(NumberForm),
    /// A day, with or without a time.
    Date(DateForm),
    /// A time of day.
    Time,
    /// Yes or no.
    Flag,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An address of the web.
    WebAddress,
    /// A card number.
    Card,
    /// A bank account.
    Iban,
    /// Something with an `@` that is no e-mail address.
    BrokenEmail,
    /// Any other text.
    Text,
}

impl Kind {
    /// The kind in words.
    pub fn word(self) -> String {
        match self {
            Kind::Missing("") => "empty text".to_owned(),
            Kind::Missing(" ") => "white space only".to_owned(),
            Kind::Missing(SIGNS_ALONE) => SIGNS_ALONE.to_owned(),
            Kind::Missing(word) => format!("the word `{word}`"),
            Kind::Whole(NumberForm::Plain) => "whole numbers".to_owned(),
            Kind::Whole(form) | Kind::Decimal(form) if form != NumberForm::Plain => form.word(),
            Kind::Whole(_) | Kind::Decimal(_) => "numbers with decimals".to_owned(),
            Kind::Date(form) => format!("dates {}", form.word()),
            Kind::Time => "times of day".to_owned(),
            Kind::Flag => "yes or no".to_owned(),
            Kind::Email => "e-mail addresses".to_owned(),
            Kind::Phone => "telephone numbers".to_owned(),
            Kind::WebAddress => "addresses of the web".to_owned(),
            Kind::Card => "card numbers".to_owned(),
            Kind::Iban => "bank accounts".to_owned(),
            Kind::BrokenEmail => "broken e-mail addresses".to_owned(),
            Kind::Text => "text".to_owned(),
        }
    }
}

/// What was read of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// What it holds, numbers read with a decimal point where they may have either sign.
    pub kind: Kind,
    /// The number, where it is one.
    pub number: Option<WrittenNumber>,
    /// The day, where it is one.
    pub date: Option<WrittenDate>,
    is_wide: bool,
}

impl Look {
    /// What it holds in a column whose decimal sign is the comma, or is not.
    pub fn kind_by(&self, comma: bool) -> Kind {
        self.number.map_or(self.kind, |number| kind_of(&number, comma, self.is_wide))
    }
}

fn kind_of(number: &WrittenNumber, comma: bool, is_wide: bool) -> Kind {
    let form = if is_wide { NumberForm::FullWidth } else { number.form(comma) };
    if number.is_whole(comma) { Kind::Whole(form) } else { Kind::Decimal(form) }
}

/// Codes of currencies that are words as well.
const WORDS: [&str; 14] =
    ["ALL", "BAM", "BOB", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY", "DEM", "RON"];

/// Whether a number is one only where the column says so: `TOP 5`, `5G`.
fn is_doubtful(text: &str, number: &WrittenNumber) -> bool {
    let is_word = |code: &str| WORDS.contains(&code) && text.contains(code);
    let is_letter = || match text.as_bytes() {
        [.., before, last] => before.is_ascii_digit() && last.is_ascii_uppercase() && *last != b'L',
        _ => false,
    };
    number.currency.and_then(|currency| currency.code()).is_some_and(is_word) || number.unit.is_some() && is_letter()
}

/// Looks at a text. White space around it, its width and what is not seen do not matter. Years of two digits are the latest
/// that are not after `latest_year`.
pub fn look(text: &str, latest_year: i32) -> Look {
    let of = |kind| Look { kind, number: None, date: None, is_wide: false };
    let bare = plain(text);
    let bare = bare.as_ref();
    if bare.is_empty() {
        return of(Kind::Missing(if text.is_empty() { "" } else { " " }));
    }
    if let Some(word) = missing_word(bare) {
        return of(Kind::Missing(word));
    }
    if let Some(date) = read_date(bare, latest_year) {
        return Look { date: Some(date), ..of(Kind::Date(date.form)) };
    }
    if is_card(bare) {
        return of(Kind::Card);
    }
    if let Some(number) = read_number(bare).filter(|number| !is_doubtful(bare, number)) {
        // A plus, and as many digits as a telephone has.
        if bare.starts_with('+') && is_phone(bare) {
            return of(Kind::Phone);
        }
        let is_wide = !text.is_ascii() && text.chars().any(|letter| ('０'..='９').contains(&letter));
        return Look { number: Some(number), is_wide, ..of(kind_of(&number, false, is_wide)) };
    }
    if is_flag(bare) {
        return of(Kind::Flag);
    }
    if bare.contains('@') {
        let is_handle = bare.starts_with('@') || bare.contains(' ') && !bare.contains('.');
        return of(if is_email(bare) {
            Kind::Email
        } else if (is_handle || bare.starts_with('=')) && read_email(bare).is_err() {
            Kind::Text
        } else {
            Kind::BrokenEmail
        });
    }
    let has_digit = bare.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && is_phone(bare) {
        return of(Kind::Phone);
    }
    if has_digit && is_time(bare) {
        return of(Kind::Time);
    }
    if has_digit && is_iban(bare) {
        return of(Kind::Iban);
    }
    of(if is_web_address(bare) { Kind::WebAddress } else { Kind::Text })
}

/// `9:05`, `14:27:31`.
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let within = |part: &&str, below: u32| part.len() <= 2 && part.parse::<u32>().is_ok_and(|number| number < below);
    match parts.as_slice() {
        [hour, minute] => within(hour, 24) && minute.len() == 2 && within(minute, 60),
        [hour, minute, second] => {
            let second = second.split('.').next().unwrap_or(second);
            within(hour, 24) && within(minute, 60) && within(&second, 60)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        for (text, word) in [
            ("", "empty text"),
            ("N/A", "the word `n/a`"),
            ("12", "whole numbers"),
            ("12.0", "numbers with decimals"),
            ("12.5", "numbers with decimals"),
            ("00123", "digits with leading zeros"),
            ("1,234.50", "numbers with commas between thousands"),
            ("2019-08-08", "dates yyyy-mm-dd"),
            ("9:05", "times of day"),
            ("Yes", "yes or no"),
            ("ann@shop.com", "e-mail addresses"),
            ("ann@shop", "broken e-mail addresses"),
            ("+49 30 1234567", "telephone numbers"),
            ("+493012345678", "telephone numbers"),
            ("4111111111111111", "card numbers"),
            ("DE89370400440532013000", "bank accounts"),
            ("https://shop.com/a?b=1", "addresses of the web"),
            ("@ann", "text"),
            ("WHITE METAL LANTERN", "text"),
            ("536365", "whole numbers"),
            ("C536379", "text"),
            ("Ann Lee <ann@x.org>", "broken e-mail addresses"),
            ("0044 20 7946 0958", "telephone numbers"),
            ("２０１９／８／８", "dates yyyy/mm/dd"),
            ("１２", "numbers in full-width digits"),
            ("-/-", "signs alone"),
            ("\u{200b}", "white space only"),
            ("TOP 5", "text"),
            ("EUR 5", "numbers with a currency"),
            ("5G", "text"),
            ("5 kg", "numbers in kg"),
            ("x", "text"),
            ("无", "the word `无`"),
            ("43685", "whole numbers"),
            ("0301234567", "digits with leading zeros"),
        ] {
            assert_eq!(look(text, 2026).kind.word(), word, "{text}");
        }
    }
}
