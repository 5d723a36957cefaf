//! Numbers as people write them: with signs between thousands, in brackets, with a currency or a unit. What a value can mean
//! is read from itself; whether the comma or the point is the decimal sign where it may be either is decided for its
//! column, by [`DecimalSign`](super::DecimalSign).

use super::currency::{Currency, without_currency};
use super::digits::read_digits;
use super::units::{Measure, Unit, split_unit};

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberForm {
    /// Digits, with a point before the decimals.
    Plain,
    /// Digits that begin with zeros: a name rather than a number.
    LeadingZeros,
    /// Commas between the thousands, as in 1,234.50.
    Thousands,
    /// A comma before the decimals, points or blanks between the thousands.
    DecimalComma,
    /// One comma before three digits, which may be either.
    Either,
    /// Points, blanks or apostrophes between the thousands.
    OtherThousands,
    /// Ten to a power, as in 1.23E+15.
    Scientific,
    /// With a currency.
    Currency,
    /// With a per cent sign: a share of one.
    Percent,
    /// In brackets, or with the minus behind: below zero, as in accounts.
    Accounting,
    /// With digits of double width.
    FullWidth,
    /// With a unit of weight, length or volume behind, or pieces.
    Unit(&'static str),
}

impl NumberForm {
    /// The form in words.
    pub fn word(self) -> String {
        match self {
            NumberForm::Plain => "numbers".to_owned(),
            NumberForm::LeadingZeros => "digits with leading zeros".to_owned(),
            NumberForm::Thousands => "numbers with commas between thousands".to_owned(),
            NumberForm::DecimalComma => "numbers with a decimal comma".to_owned(),
            NumberForm::Either => "numbers with one comma before three digits".to_owned(),
            NumberForm::OtherThousands => "numbers with points or blanks between thousands".to_owned(),
            NumberForm::Scientific => "numbers with a power of ten".to_owned(),
            NumberForm::Currency => "numbers with a currency".to_owned(),
            NumberForm::Percent => "numbers with a per cent sign".to_owned(),
            NumberForm::Accounting => "negative numbers in brackets or with the minus behind".to_owned(),
            NumberForm::FullWidth => "numbers in full-width digits".to_owned(),
            NumberForm::Unit(unit) => format!("numbers in {unit}"),
        }
    }
}

/// What the signs of a number say about the decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// There is none, or it does not matter.
    Any,
    /// Only the point can be it.
    Point,
    /// Only the comma can be it.
    Comma,
    /// One point with three digits behind it: thousands, or three decimals.
    EitherPoint,
    /// One comma with three digits behind it.
    EitherComma,
}

impl Mark {
    /// Whether the column has to say which sign is the decimal one.
    pub fn is_either(self) -> bool {
        matches!(self, Mark::EitherPoint | Mark::EitherComma)
    }
}

/// A number that a text writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenNumber {
    /// Its value where the point is the decimal sign, or where there is one way of reading only. Per cents are shares of one.
    pub by_point: f64,
    /// Its value where the comma is the decimal sign of the column.
    pub by_comma: f64,
    /// What its signs say about the decimal sign.
    pub mark: Mark,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Its unit.
    pub unit: Option<&'static Unit>,
    /// Whether it is written as a share.
    pub is_percent: bool,
    is_accounting: bool,
    /// How the digits are written.
    digits: NumberForm,
}

impl WrittenNumber {
    /// The number in a column whose decimal sign is the comma, or is not.
    pub fn value(&self, comma: bool) -> f64 {
        if comma { self.by_comma } else { self.by_point }
    }

    /// Whether it stands for itself: no amount of a currency, and no quantity but pieces.
    pub fn is_bare(&self) -> bool {
        self.currency.is_none() && self.unit.is_none_or(|unit| unit.measure == Measure::Pieces)
    }

    /// How it is written.
    pub fn form(&self, comma: bool) -> NumberForm {
        if self.currency.is_some() {
            NumberForm::Currency
        } else if let Some(unit) = self.unit {
            NumberForm::Unit(unit.names[0])
        } else if self.is_percent {
            NumberForm::Percent
        } else if self.is_accounting {
            NumberForm::Accounting
        } else {
            match (self.mark, comma) {
                (Mark::EitherPoint, true) => NumberForm::OtherThousands,
                (Mark::EitherPoint, false) => NumberForm::Plain,
                (Mark::EitherComma, true) => NumberForm::DecimalComma,
                _ => self.digits,
            }
        }
    }

    /// Whether it is written without decimals.
    pub fn is_whole(&self, comma: bool) -> bool {
        let has_decimals = match self.mark {
            Mark::EitherPoint => !comma,
            Mark::EitherComma => comma,
            Mark::Point => self.digits == NumberForm::Plain,
            _ => false,
        };
        !has_decimals && self.value(comma).fract() == 0.0
    }
}

/// The number that a text writes, and how; none where it writes none. The text must be [`plain`](super::plain).
pub fn read_number(text: &str) -> Option<WrittenNumber> {
    if !could_be(text) {
        return None;
    }
    let mut rest = text;
    let (mut negative, mut is_accounting) = (false, false);
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (rest, negative, is_accounting) = (inner.trim(), true, true);
    } else if let Some(inner) = rest.strip_suffix(['-', '−', '–']) {
        (rest, negative, is_accounting) = (inner.trim_end(), true, true);
    }
    let (mut currency, mut unit, mut is_percent, mut signed) = (None, None, false, negative);
    take_sign(&mut rest, &mut negative, &mut signed)?;
    if let Some(inner) = rest.strip_suffix('%') {
        (rest, is_percent) = (inner.trim_end(), true);
    } else if let Some((inner, found)) = without_currency(rest) {
        (rest, currency) = (inner, Some(found));
        take_sign(&mut rest, &mut negative, &mut signed)?;
    } else if (!rest.ends_with(|last: char| last.is_ascii_digit()) || rest.ends_with(['3']))
        && let Some((inner, found)) = split_unit(rest)
    {
        (rest, unit) = (inner, Some(found));
    }
    let (by_point, by_comma, mark, digits) = read_digits(rest)?;
    let scale = |value: f64| {
        let value = if negative && value != 0.0 { -value } else { value };
        if is_percent { value / 100.0 } else { value }
    };
    Some(WrittenNumber {
        by_point: scale(by_point),
        by_comma: scale(by_comma),
        mark,
        currency,
        unit,
        is_percent,
        is_accounting,
        digits,
    })
}

/// Nearly all text is no number, and says so with its first or last letter.
fn could_be(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    first.is_ascii_digit()
        || last.is_ascii_digit()
        || (b"+-.,($".contains(first) || !first.is_ascii()) && bytes.iter().any(u8::is_ascii_digit)
}

/// Takes a sign off. Two signs are none that is understood.
fn take_sign(rest: &mut &str, negative: &mut bool, signed: &mut bool) -> Option<()> {
    let minus = rest.strip_prefix(['-', '−', '–']);
    let Some(inner) = minus.or_else(|| rest.strip_prefix('+')) else { return Some(()) };
    if *signed {
        return None;
    }
    *signed = true;
    *negative |= minus.is_some();
    *rest = inner.trim_start();
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_way_they_are_written() {
        for (text, value, form) in [
            ("12", 12.0, NumberForm::Plain),
            ("-1.5", -1.5, NumberForm::Plain),
            (".5", 0.5, NumberForm::Plain),
            ("5.", 5.0, NumberForm::Plain),
            ("00421", 421.0, NumberForm::LeadingZeros),
            ("1,234.50", 1234.5, NumberForm::Thousands),
            ("1,234,567", 1_234_567.0, NumberForm::Thousands),
            ("1,234", 1234.0, NumberForm::Either),
            ("1.234", 1.234, NumberForm::Plain),
            ("12,50", 12.5, NumberForm::DecimalComma),
            ("0,125", 0.125, NumberForm::DecimalComma),
            ("1.234,50", 1234.5, NumberForm::DecimalComma),
            ("1 234,50", 1234.5, NumberForm::DecimalComma),
            ("1.234.567", 1_234_567.0, NumberForm::OtherThousands),
            ("1'234.50", 1234.5, NumberForm::OtherThousands),
            ("1’234’567", 1_234_567.0, NumberForm::OtherThousands),
            ("12,34,567.5", 1_234_567.5, NumberForm::Thousands),
            ("1.23E+15", 1.23e15, NumberForm::Scientific),
            ("1,23E+15", 1.23e15, NumberForm::Scientific),
            ("$12.50", 12.5, NumberForm::Currency),
            ("-$12.50", -12.5, NumberForm::Currency),
            ("$-12.50", -12.5, NumberForm::Currency),
            ("($12.50)", -12.5, NumberForm::Currency),
            ("12,50 €", 12.5, NumberForm::Currency),
            ("12,50 €-", -12.5, NumberForm::Currency),
            ("EUR 1.234,50", 1234.5, NumberForm::Currency),
            ("99 kr", 99.0, NumberForm::Currency),
            ("12.5 %", 0.125, NumberForm::Percent),
            ("(12.50)", -12.5, NumberForm::Accounting),
            ("12.50-", -12.5, NumberForm::Accounting),
            ("500 g", 500.0, NumberForm::Unit("g")),
            ("0.5kg", 0.5, NumberForm::Unit("kg")),
            ("2 m3", 2.0, NumberForm::Unit("m3")),
            ("−3", -3.0, NumberForm::Plain),
            ("- 3", -3.0, NumberForm::Plain),
            ("+4", 4.0, NumberForm::Plain),
            ("-0", 0.0, NumberForm::Plain),
        ] {
            let found = read_number(text).map(|found| (found.by_point, found.form(false)));
            assert_eq!(found, Some((value, form)), "{text}");
        }
        for text in [
            "",
            "-",
            "abc",
            "1.2.3",
            "12-34",
            "1,2345,678",
            "2024-01-31",
            "+",
            "e5",
            "1e",
            "$",
            "12 34",
            "a1",
            "--5",
            "(-5)",
            "-5-",
            "1..2",
            "1,2,3.5",
            "NaN",
            "inf",
            "1e999",
            ".",
            "5,",
            "1_234",
            "ABC 12",
            "5 blobs",
            "5 % 6",
            "1,234 567.5",
        ] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }

    #[test]
    fn the_column_says_what_one_sign_before_three_digits_means() {
        let both =
            |text: &str| read_number(text).map(|it| (it.by_point, it.by_comma, it.form(true), it.is_whole(true)));
        assert_eq!(both("1,234"), Some((1234.0, 1.234, NumberForm::DecimalComma, false)));
        assert_eq!(both("-1.234"), Some((-1.234, -1234.0, NumberForm::OtherThousands, true)));
        assert_eq!(both("1.5"), Some((1.5, 1.5, NumberForm::Plain, false)));
    }
}
