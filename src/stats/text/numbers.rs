//! Numbers as people write them.

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
    /// With a per cent sign.
    Percent,
    /// In brackets, or with the minus behind: below zero, as in accounts.
    Accounting,
    /// With digits of double width.
    FullWidth,
    /// With a unit of weight, length or volume behind.
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

const SIGNS: [char; 9] = ['$', '€', '£', '¥', '￥', '₹', '元', '円', '₩'];
const CODES: [&str; 17] = [
    "USD", "EUR", "GBP", "JPY", "CNY", "RMB", "CHF", "SEK", "NOK", "DKK", "PLN", "INR", "AUD", "CAD", "US$", "kr", "zł",
];
const UNITS: [&str; 16] =
    ["kg", "g", "mg", "t", "lb", "lbs", "oz", "l", "ml", "cl", "km", "m", "cm", "mm", "pcs", "Stk"];

/// The number that a text writes, and how; none where it writes none. Text around it must be gone already.
pub fn read_number(text: &str) -> Option<(f64, NumberForm)> {
    if text.is_ascii() {
        return read_ascii(text);
    }
    let narrow: String = text.chars().map(narrowed).collect();
    let was_wide = text.chars().any(|letter| ('０'..='９').contains(&letter));
    let (value, form) = read_ascii_like(&narrow)?;
    Some((value, if was_wide { NumberForm::FullWidth } else { form }))
}

/// Letters of double width as those of single width, no-break and thin spaces as spaces, the minus of typesetting as a hyphen.
pub(super) fn narrowed(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2212}' => '-',
        other => other,
    }
}

fn read_ascii(text: &str) -> Option<(f64, NumberForm)> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    // Nearly all text is none, and says so with its first or last letter.
    let could_be = first.is_ascii_digit() || b"+-.($".contains(&first) || bytes.last()?.is_ascii_digit();
    if could_be { read_ascii_like(text) } else { None }
}

fn read_ascii_like(text: &str) -> Option<(f64, NumberForm)> {
    let mut rest = text.trim();
    let mut form = None;
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (rest, negative, form) = (inner.trim(), true, Some(NumberForm::Accounting));
    }
    if let Some(inner) = rest.strip_suffix('-') {
        if negative {
            return None;
        }
        (rest, negative, form) = (inner.trim_end(), true, Some(NumberForm::Accounting));
    }
    let sign = |rest: &mut &str, negative: &mut bool| {
        if let Some(inner) = rest.strip_prefix('-') {
            (*rest, *negative) = (inner.trim_start(), true);
        } else if let Some(inner) = rest.strip_prefix('+') {
            *rest = inner;
        }
    };
    let before = rest;
    sign(&mut rest, &mut negative);
    if let Some(inner) = rest.strip_suffix('%') {
        (rest, form) = (inner.trim_end(), Some(NumberForm::Percent));
    }
    if let Some(inner) = without_currency(rest) {
        (rest, form) = (inner, Some(NumberForm::Currency));
        if before.len() == text.trim().len() {
            sign(&mut rest, &mut negative);
        }
    }
    if form.is_none()
        && let Some(unit) = UNITS.iter().find(|unit| rest.strip_suffix(**unit).is_some_and(ends_as_number))
    {
        (rest, form) = (rest[..rest.len() - unit.len()].trim_end(), Some(NumberForm::Unit(unit)));
    }
    let (value, written) = digits(rest)?;
    let value = if negative { -value } else { value };
    Some((value, form.unwrap_or(written)))
}

fn ends_as_number(rest: &str) -> bool {
    rest.trim_end().ends_with(|letter: char| letter.is_ascii_digit())
}

fn without_currency(text: &str) -> Option<&str> {
    for sign in SIGNS {
        if let Some(inner) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return Some(inner.trim());
        }
    }
    for code in CODES {
        if let Some(inner) = text.strip_prefix(code).or_else(|| text.strip_suffix(code)) {
            return Some(inner.trim());
        }
    }
    None
}

/// Unsigned digits with what stands between them.
fn digits(text: &str) -> Option<(f64, NumberForm)> {
    let bytes = text.as_bytes();
    if !bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if bytes.iter().all(u8::is_ascii_digit) {
        let form = if bytes.len() > 1 && bytes[0] == b'0' { NumberForm::LeadingZeros } else { NumberForm::Plain };
        return Some((text.parse().ok()?, form));
    }
    if let Some(power) = text.find(['e', 'E']) {
        let (front, back) = (&text[..power], &text[power + 1..]);
        let back = back.strip_prefix(['+', '-']).unwrap_or(back);
        let is_power = !back.is_empty() && back.bytes().all(|byte| byte.is_ascii_digit());
        let front = front.replace(',', ".");
        let is_front =
            front.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && front.matches('.').count() <= 1;
        return (is_power && is_front && !front.is_empty())
            .then(|| format!("{front}{}", &text[power..]).parse().ok())?
            .map(|value| (value, NumberForm::Scientific));
    }
    let others: Vec<(usize, u8)> =
        bytes.iter().copied().enumerate().filter(|(_, byte)| !byte.is_ascii_digit()).collect();
    if others.iter().any(|(_, byte)| !b".,' ".contains(byte)) {
        return None;
    }
    let (last_place, last) = *others.last()?;
    let behind = bytes.len() - last_place - 1;
    let groups_hold = |others: &[(usize, u8)], end: usize| {
        let starts = std::iter::once(None).chain(others.iter().map(|(place, _)| Some(*place)));
        let ends = others.iter().map(|(place, _)| *place).chain([end]);
        starts.zip(ends).all(|(start, end)| match start {
            None => (1..=3).contains(&end),
            Some(start) => end - start - 1 == 3,
        })
    };
    let plain = |decimal: Option<usize>| -> Option<f64> {
        let letters = bytes.iter().enumerate().filter_map(|(place, byte)| match byte {
            digit if digit.is_ascii_digit() => Some(char::from(*digit)),
            _ if Some(place) == decimal => Some('.'),
            _ => None,
        });
        letters.collect::<String>().parse().ok()
    };
    let separators: Vec<u8> = others.iter().map(|(_, byte)| *byte).collect();
    let is_one_kind = separators.iter().all(|byte| *byte == last);
    match (separators.len(), last) {
        (1, b'.') => Some((plain(Some(last_place))?, NumberForm::Plain)),
        (1, b',') if behind == 3 && (1..=3).contains(&last_place) && bytes[0] != b'0' => {
            Some((plain(None)?, NumberForm::Either))
        }
        (1, b',') if behind > 0 => Some((plain(Some(last_place))?, NumberForm::DecimalComma)),
        (1.., b',') if is_one_kind => {
            groups_hold(&others, bytes.len()).then(|| plain(None))?.map(|it| (it, NumberForm::Thousands))
        }
        (1.., _) if is_one_kind => {
            groups_hold(&others, bytes.len()).then(|| plain(None))?.map(|it| (it, NumberForm::OtherThousands))
        }
        (_, b'.' | b',') => {
            let front = &others[..others.len() - 1];
            let is_same = front.iter().all(|(_, byte)| *byte == front[0].1 && *byte != last);
            let form = if last == b',' {
                NumberForm::DecimalComma
            } else if front[0].1 == b',' {
                NumberForm::Thousands
            } else {
                NumberForm::OtherThousands
            };
            (is_same && groups_hold(front, last_place)).then(|| plain(Some(last_place)))?.map(|it| (it, form))
        }
        _ => None,
    }
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
            ("00421", 421.0, NumberForm::LeadingZeros),
            ("1,234.50", 1234.5, NumberForm::Thousands),
            ("1,234,567", 1_234_567.0, NumberForm::Thousands),
            ("1,234", 1234.0, NumberForm::Either),
            ("12,50", 12.5, NumberForm::DecimalComma),
            ("0,125", 0.125, NumberForm::DecimalComma),
            ("1.234,50", 1234.5, NumberForm::DecimalComma),
            ("1 234,50", 1234.5, NumberForm::DecimalComma),
            ("1\u{a0}234,50", 1234.5, NumberForm::DecimalComma),
            ("1.234.567", 1_234_567.0, NumberForm::OtherThousands),
            ("1'234.50", 1234.5, NumberForm::OtherThousands),
            ("1.23E+15", 1.23e15, NumberForm::Scientific),
            ("$12.50", 12.5, NumberForm::Currency),
            ("-$12.50", -12.5, NumberForm::Currency),
            ("12,50 €", 12.5, NumberForm::Currency),
            ("EUR 1.234,50", 1234.5, NumberForm::Currency),
            ("12.5 %", 12.5, NumberForm::Percent),
            ("(12.50)", -12.5, NumberForm::Accounting),
            ("12.50-", -12.5, NumberForm::Accounting),
            ("１２３", 123.0, NumberForm::FullWidth),
            ("500 g", 500.0, NumberForm::Unit("g")),
            ("0.5kg", 0.5, NumberForm::Unit("kg")),
            ("−3", -3.0, NumberForm::Plain),
        ] {
            assert_eq!(read_number(text), Some((value, form)), "{text}");
        }
        for text in ["", "-", "abc", "1.2.3", "12-34", "1,23,456", "2024-01-31", "+", "e5", "1e", "$", "12 34", "a1"] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }
}
