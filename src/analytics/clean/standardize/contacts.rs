//! Addresses of mail and numbers of telephones.

use phonelib::PhoneNumber;

use super::reading::{Distinct, Read, Unreadable};
use crate::table::Cell;

/// Reads a column of e-mail addresses: in small letters, without what programs put around them.
pub(super) fn emails(values: &[Distinct]) -> Read {
    Read::each(values, |text| email(text).map(Cell::Text))
}

fn email(text: &str) -> Result<String, Unreadable> {
    let no_address = |why: &str| Err(Unreadable::because(format!("no e-mail address: {why}")));
    // `Ann Lee <ann@x.org>`
    let inner = match (text.rfind('<'), text.rfind('>')) {
        (Some(start), Some(end)) if start < end => &text[start + 1..end],
        _ => text,
    };
    let inner = inner.strip_prefix("mailto:").or_else(|| inner.strip_prefix("MAILTO:")).unwrap_or(inner);
    let address: String = inner.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_lowercase).collect();
    let address = address.trim_matches(|sign: char| ".,;:\"'`()[]".contains(sign));
    let Some((local, domain)) = address.rsplit_once('@') else { return no_address("there is no @") };
    if local.is_empty() || domain.is_empty() {
        return no_address("nothing before or behind the @");
    }
    let is_local = |sign: char| sign.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(sign);
    if !local.chars().all(is_local) || local.contains("..") || local.starts_with('.') || local.ends_with('.') {
        return no_address("signs that cannot stand before the @");
    }
    let parts: Vec<&str> = domain.split('.').collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && part.chars().all(|sign| sign.is_alphanumeric() || sign == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let ends_well = parts.last().is_some_and(|end| end.chars().count() >= 2 && end.chars().any(char::is_alphabetic));
    if parts.len() < 2 || !parts.iter().all(is_part) || !ends_well {
        return no_address("what stands behind the @ is no name of a place on the net");
    }
    Ok(address.to_owned())
}

/// Reads a column of telephone numbers as E.164 writes them: `+442079460958`. Numbers without a country are of `country`.
pub(super) fn phones(values: &[Distinct], country: Option<&str>) -> Read {
    let mut without = 0;
    let cells = values
        .iter()
        .map(|value| {
            let found = phone(&value.text, country);
            without +=
                if found.is_err() && country.is_none() && !is_international(&value.text) { value.rows } else { 0 };
            found.map(Cell::Text)
        })
        .collect();
    let mut read = Read { cells, evidence: Vec::new() };
    match country {
        Some(country) => read = read.telling(format!("numbers without a country are taken as of {country}")),
        None if without > 0 => {
            read = read.telling(format!("{without} say no country: give `country`, such as `country: \"GB\"`"));
        }
        None => {}
    }
    read
}

fn is_international(text: &str) -> bool {
    text.trim_start_matches(['(', ' ']).starts_with('+') || text.starts_with("00")
}

fn phone(text: &str, country: Option<&str>) -> Result<String, Unreadable> {
    if text.chars().any(|sign| sign.is_alphabetic() && !"extEXTtelTEL".contains(sign)) {
        return Err(Unreadable::because("letters in a telephone number"));
    }
    // Spreadsheets make numbers of numbers.
    let text = text.strip_suffix(".0").unwrap_or(text);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits < 5 {
        return Err(Unreadable::because("too few digits for a telephone number"));
    }
    let found = match (is_international(text), country) {
        (true, _) => {
            let plain = text.trim_start_matches(['(', ' ']);
            let plain = plain.strip_prefix("00").map_or_else(|| plain.to_owned(), |rest| format!("+{rest}"));
            // The zero in brackets is dialled inside the country only.
            PhoneNumber::parse(&plain.replace("(0)", ""))
        }
        (false, Some(country)) => PhoneNumber::parse_with_country(text, country),
        (false, None) => return Err(Unreadable::because("a telephone number without a country")),
    };
    match found {
        Some(number) => Ok(number.e164().to_owned()),
        None => Err(Unreadable::because("no telephone number of any country that it can be of")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_is_around_them() {
        for (found, wanted) in [
            ("Ann.Lee@Example.ORG ", "ann.lee@example.org"),
            ("Ann Lee <ann@x.org>", "ann@x.org"),
            ("mailto:ann@x.org", "ann@x.org"),
            ("ann @ x.org", "ann@x.org"),
            ("ann+news@x.co.uk.", "ann+news@x.co.uk"),
            ("李@例子.中国", "李@例子.中国"),
        ] {
            assert_eq!(email(found).as_deref(), Ok(wanted), "{found}");
        }
        for wrong in
            ["ann", "ann@", "@x.org", "ann@x", "ann@@x.org", "a..b@x.org", "ann@x..org", "ann@-x.org", "ann@x.1"]
        {
            assert!(email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn telephone_numbers_become_international() {
        for (country, found, wanted) in [
            ("GB", "020 7946 0958", "+442079460958"),
            ("US", "+44 (0)20 7946 0958", "+442079460958"),
            ("GB", "0044 20 7946 0958", "+442079460958"),
            ("DE", "0151/23456789", "+4915123456789"),
            ("US", "(212) 555-0123", "+12125550123"),
            ("CN", "138 0013 8000", "+8613800138000"),
        ] {
            assert_eq!(phone(found, Some(country)).as_deref(), Ok(wanted), "{found}");
            // What was read is read again as it is.
            assert_eq!(phone(wanted, None).as_deref(), Ok(wanted));
        }
        for wrong in ["12", "call me", "020 7946 0958", "+999 1234567"] {
            assert!(phone(wrong, None).is_err(), "{wrong}");
        }
    }
}
