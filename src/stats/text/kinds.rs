//! What a text holds.

use super::dates::{DateForm, read_date};
use super::missing::missing_word;
use super::numbers::{NumberForm, read_number};
use super::{is_card, is_email, is_iban, is_phone, is_web_address};

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
    /// What it holds.
    pub kind: Kind,
    /// The number, where it is one.
    pub number: Option<f64>,
    /// The day since 1970-01-01, where it is one.
    pub day: Option<i32>,
}

const FLAGS: [&str; 18] =
    ["yes", "no", "true", "false", "y", "n", "t", "f", "ja", "nein", "oui", "non", "si", "sí", "on", "off", "是", "否"];

/// Looks at a text. White space around it does not matter.
pub fn look(text: &str) -> Look {
    let of = |kind| Look { kind, number: None, day: None };
    if let Some(word) = missing_word(text) {
        return of(Kind::Missing(word));
    }
    let bare = text.trim_matches(|letter: char| {
        letter.is_whitespace() || ('\u{200b}'..='\u{200f}').contains(&letter) || letter == '\u{feff}'
    });
    if let Some((day, form)) = read_date(bare) {
        return Look { day: Some(day), ..of(Kind::Date(form)) };
    }
    if is_card(bare) {
        return of(Kind::Card);
    }
    if let Some((number, form)) = read_number(bare) {
        // A plus, and as many digits as a telephone has.
        if bare.starts_with('+') && is_phone(bare) {
            return of(Kind::Phone);
        }
        let is_whole = number.fract() == 0.0 && !(form == NumberForm::Plain && bare.contains('.'));
        let kind = if is_whole { Kind::Whole(form) } else { Kind::Decimal(form) };
        return Look { number: Some(number), ..of(kind) };
    }
    let letters = bare.len();
    if letters <= 5 && FLAGS.contains(&bare.to_lowercase().as_str()) {
        return of(Kind::Flag);
    }
    if bare.contains('@') {
        let is_handle = bare.starts_with('@') || bare.contains(' ') && !bare.contains('.');
        return of(if is_email(bare) {
            Kind::Email
        } else if is_handle || bare.starts_with('=') {
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
        ] {
            assert_eq!(look(text).kind.word(), word, "{text}");
        }
    }
}
