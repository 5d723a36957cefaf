//! What one value of a text file looks like, and how it is read as a number, a day or a flag.

use crate::files::moments::moment;

/// How values are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Writing {
    /// Whether a comma stands before the fraction.
    pub(super) decimal_comma: bool,
    /// How dates are written, besides the ways that leave no doubt.
    pub(super) date_format: Option<String>,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing but blanks.
    Blank,
    /// One of the words that programs write where there is no value.
    Marker,
    /// A whole number of at most 15 digits: every number type holds it.
    Whole,
    /// A longer whole number that a whole-number column holds, but not a column of fractions.
    Long,
    /// A whole number with zeros before it: 00042 is not 42.
    Padded,
    /// A whole number that no column of numbers holds.
    Huge,
    /// A number with a point or an exponent.
    Fraction,
    /// A number with a comma before its fraction.
    Comma,
    /// A number with a comma and three digits behind it: thousands, or a fraction.
    Thousands,
    Flag,
    Day,
    Moment,
    /// Text without any digit.
    Word,
    /// Text with a digit in it.
    Other,
}

pub(super) const LOOKS: usize = Look::Other as usize + 1;

/// Words that mean "no value" in a column of numbers, dates or flags.
const MARKERS: [&str; 16] = [
    "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "missing", "\\n", "#null!", "#value!",
    "#ref!",
];

/// What a value looks like.
pub(super) fn look(value: &[u8], writing: &Writing) -> Look {
    let value = value.trim_ascii();
    let Some(first) = value.first() else { return Look::Blank };
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.' | b',') {
        if let Some(found) = number_look(value, writing.decimal_comma) {
            return found;
        }
        match moment(value, None) {
            Some((_, false)) => return Look::Day,
            Some((_, true)) => return Look::Moment,
            None => {}
        }
    }
    if writing.date_format.is_some()
        && let Some((_, timed)) = moment(value, writing.date_format.as_deref())
    {
        return if timed { Look::Moment } else { Look::Day };
    }
    if flag(value).is_some() {
        return Look::Flag;
    }
    if value.len() <= 8 && MARKERS.iter().any(|marker| value.eq_ignore_ascii_case(marker.as_bytes())) {
        return Look::Marker;
    }
    if value == b"inf" || value == b"-inf" {
        return Look::Fraction;
    }
    // What MySQL writes where there is no date.
    if value.starts_with(b"0000-00-00") {
        return Look::Marker;
    }
    if value.iter().any(u8::is_ascii_digit) { Look::Other } else { Look::Word }
}

fn number_look(value: &[u8], decimal_comma: bool) -> Option<Look> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    if digits.iter().all(u8::is_ascii_digit) && !digits.is_empty() {
        return Some(match digits.len() {
            2.. if digits[0] == b'0' => Look::Padded,
            ..=15 => Look::Whole,
            _ if whole(value).is_some() => Look::Long,
            _ => Look::Huge,
        });
    }
    if value.first() == Some(&b'+') && value[1..].iter().all(u8::is_ascii_digit) {
        // A telephone number keeps its sign.
        return None;
    }
    let point = fraction_shape(value, b'.');
    let comma = fraction_shape(value, b',');
    match (decimal_comma, point, comma) {
        (true, _, Some(_)) => Some(Look::Fraction),
        (true, Some(_), _) if !value.contains(&b'.') => Some(Look::Fraction),
        (true, ..) => None,
        (false, Some(_), _) => Some(Look::Fraction),
        (false, None, Some(3)) => Some(Look::Thousands),
        (false, None, Some(_)) => Some(Look::Comma),
        (false, None, None) => None,
    }
}

/// Whether a value is a sign, digits, perhaps a mark and digits, perhaps an exponent; answers the digits behind the mark.
fn fraction_shape(value: &[u8], mark: u8) -> Option<usize> {
    let mut rest = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let digits = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let before = digits(rest);
    rest = &rest[before..];
    let mut behind = 0;
    if rest.first() == Some(&mark) {
        behind = digits(&rest[1..]);
        rest = &rest[1 + behind..];
    }
    if before + behind == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = rest.first() {
        rest = &rest[1..];
        rest = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b"+")).unwrap_or(rest);
        let exponent = digits(rest);
        if exponent == 0 {
            return None;
        }
        rest = &rest[exponent..];
    }
    rest.is_empty().then_some(behind)
}

/// A whole number.
pub(super) fn whole(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()
}

/// A number.
pub(super) fn number(value: &[u8], decimal_comma: bool) -> Option<f64> {
    let value = value.trim_ascii();
    let mark = if decimal_comma { b',' } else { b'.' };
    if fraction_shape(value, mark).is_none() && value != b"inf" && value != b"-inf" {
        return None;
    }
    let text = std::str::from_utf8(value).ok()?;
    if decimal_comma { text.replacen(',', ".", 1).parse().ok() } else { text.parse().ok() }
}

/// A flag.
pub(super) fn flag(value: &[u8]) -> Option<bool> {
    let value = value.trim_ascii();
    if value.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if value.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(value: &str) -> Look {
        look(value.as_bytes(), &Writing::default())
    }

    #[test]
    fn values_look_like_what_they_are() {
        for (value, wanted) in [
            ("", Look::Blank),
            ("  ", Look::Blank),
            ("N/A", Look::Marker),
            ("-", Look::Marker),
            ("0", Look::Whole),
            ("-12", Look::Whole),
            ("00042", Look::Padded),
            ("1234567890123456", Look::Long),
            ("12345678901234567890", Look::Huge),
            ("1.5", Look::Fraction),
            (".5", Look::Fraction),
            ("2.", Look::Fraction),
            ("-1e-5", Look::Fraction),
            ("1,5", Look::Comma),
            ("1,500", Look::Thousands),
            ("+4930", Look::Other),
            ("1e", Look::Other),
            ("True", Look::Flag),
            ("1997-09-30", Look::Day),
            ("1997/9/3", Look::Day),
            ("1997-09-31", Look::Other),
            ("01/02/2024", Look::Other),
            ("2024-01-31T23:59", Look::Moment),
            ("2024-01-31 23:59:58.123", Look::Moment),
            ("2024-01-31 24:00", Look::Other),
            ("0000-00-00", Look::Marker),
            ("C536379", Look::Other),
            ("unknown", Look::Word),
        ] {
            assert_eq!(looks(value), wanted, "{value}");
        }
    }

    #[test]
    fn a_decimal_comma_makes_the_point_a_letter() {
        let german = Writing { decimal_comma: true, date_format: None };
        assert_eq!(look(b"1,500", &german), Look::Fraction);
        assert_eq!(look(b"1.500", &german), Look::Other);
        assert_eq!(look(b"7", &german), Look::Whole);
        assert_eq!(number(b"-1,25", true), Some(-1.25));
        assert_eq!(number(b"1,25", false), None);
    }
}
