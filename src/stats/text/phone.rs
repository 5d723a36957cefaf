//! Telephone numbers, as ITU-T E.164 writes them: `+442079460958`.

use phonelib::PhoneNumber;

/// Why a text holds no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneFault {
    /// There are letters in it.
    Letters,
    /// It has fewer digits than any number.
    Short,
    /// It does not say of which country it is.
    NoCountry,
    /// No country has such numbers.
    Nobody,
}

impl PhoneFault {
    /// The fault in words.
    pub fn word(self) -> &'static str {
        match self {
            PhoneFault::Letters => "letters in a telephone number",
            PhoneFault::Short => "too few digits for a telephone number",
            PhoneFault::NoCountry => "a telephone number without a country",
            PhoneFault::Nobody => "no telephone number of any country that it can be of",
        }
    }
}

/// Digits of the shortest number that is read.
const FEWEST: usize = 5;

/// Whether a number says its country: it begins with a plus, or with the two zeros that are dialled for it.
pub fn is_international(text: &str) -> bool {
    text.trim_start_matches(['(', ' ']).starts_with('+') || text.starts_with("00")
}

/// The telephone number in a text; one that does not say its country is of `country`, two letters of ISO 3166-1. The text
/// must be [`plain`](super::plain).
pub fn read_phone(text: &str, country: Option<&str>) -> Result<String, PhoneFault> {
    if text.chars().any(|sign| sign.is_alphabetic() && !"extEXTtelTEL".contains(sign)) {
        return Err(PhoneFault::Letters);
    }
    // Spreadsheets make numbers of numbers.
    let text = text.strip_suffix(".0").unwrap_or(text);
    if text.bytes().filter(u8::is_ascii_digit).count() < FEWEST {
        return Err(PhoneFault::Short);
    }
    let found = match (is_international(text), country) {
        (true, _) => {
            let plain = text.trim_start_matches(['(', ' ']);
            let plain = plain.strip_prefix("00").map_or_else(|| plain.to_owned(), |rest| format!("+{rest}"));
            // The zero in brackets is dialled inside the country only; others part the number, as in (+1) 212.
            PhoneNumber::parse(&plain.replace("(0)", "").replace(['(', ')'], " "))
        }
        (false, Some(country)) => PhoneNumber::parse_with_country(text, country),
        (false, None) => return Err(PhoneFault::NoCountry),
    };
    found.map(|number| number.e164().to_owned()).ok_or(PhoneFault::Nobody)
}

/// Whether a text is a telephone number beyond doubt, whatever its column is called: one that says its country and is one of
/// it, or digits in groups behind a zero, or in the groups of North America. Digits alone may be anything.
pub fn is_phone(text: &str) -> bool {
    if text.len() < 7
        || text.len() > 30
        || !text.bytes().all(|letter| letter.is_ascii_digit() || b"+-/ ().".contains(&letter))
    {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(7..=15).contains(&digits) || text.matches('+').count() > 1 {
        return false;
    }
    let groups = text.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    match text.trim_start_matches(['(', ' ']).as_bytes() {
        [b'+', ..] => read_phone(text, None).is_ok(),
        [b'0', b'0', ..] if groups >= 2 => read_phone(text, None).is_ok(),
        [b'0', ..] => groups >= 2 && digits >= 8,
        // (555) 123-4567 and 555-123-4567
        _ => digits == 10 && groups == 3,
    }
}

/// Whether a text can be a telephone number where its column is said to hold them: one that says its country must be of it,
/// digits that do not may be of any.
pub fn may_be_phone(text: &str) -> bool {
    match read_phone(text, None) {
        Ok(_) => true,
        Err(PhoneFault::NoCountry) => {
            let of_numbers = |letter: u8| letter.is_ascii_digit() || b"+-/ ().".contains(&letter);
            text.bytes().all(of_numbers) && (7..=15).contains(&text.bytes().filter(u8::is_ascii_digit).count())
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_become_international() {
        for (country, found, wanted) in [
            ("GB", "020 7946 0958", "+442079460958"),
            ("US", "+44 (0)20 7946 0958", "+442079460958"),
            ("GB", "0044 20 7946 0958", "+442079460958"),
            ("DE", "0151/23456789", "+4915123456789"),
            ("US", "(212) 555-0123", "+12125550123"),
            ("GB", "(+1) 212-555-0142", "+12125550142"),
            ("GB", "+1 (212) 555-0142", "+12125550142"),
            ("CN", "138 0013 8000", "+8613800138000"),
        ] {
            assert_eq!(read_phone(found, Some(country)).as_deref(), Ok(wanted), "{found}");
            // What was read is read again as it is.
            assert_eq!(read_phone(wanted, None).as_deref(), Ok(wanted));
            assert!(may_be_phone(found) && is_phone(wanted), "{found}");
        }
        for wrong in ["12", "call me", "020 7946 0958", "+999 1234567"] {
            assert!(read_phone(wrong, None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn telephone_numbers_are_known() {
        assert!(
            ["+49 30 1234567", "+14155550132", "0044 20 7946 0958", "030/1234567", "(555) 123-4567", "555-123-4567"]
                .into_iter()
                .all(is_phone)
        );
        assert!(
            !["2024-01-31", "1234567", "12.50", "1 234 567", "+49", "+999 1234567", "0301234567"]
                .into_iter()
                .any(is_phone)
        );
        assert!(may_be_phone("0301234567") && !may_be_phone("+999 1234567") && !may_be_phone("12"));
    }
}
