//! Digits with what stands between them: points, commas, blanks, a power of ten.

use super::numbers::{Mark, NumberForm};

/// Digits of the longest number with signs between them, and signs at most.
const LONGEST: usize = 64;
const MOST_SIGNS: usize = 12;

/// Digits copied to where they can be read, without a visit to the heap.
struct Copied {
    bytes: [u8; LONGEST + 2],
    length: usize,
}

impl Copied {
    fn new() -> Copied {
        Copied { bytes: [0; LONGEST + 2], length: 0 }
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }

    fn value(&self) -> Option<f64> {
        std::str::from_utf8(&self.bytes[..self.length]).ok()?.parse().ok().filter(|value: &f64| value.is_finite())
    }
}

/// Unsigned digits with what stands between them: the value by point and by comma.
pub(super) fn read_digits(text: &str) -> Option<(f64, f64, Mark, NumberForm)> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    if bytes.iter().all(u8::is_ascii_digit) {
        let form = if bytes.len() > 1 && first == b'0' { NumberForm::LeadingZeros } else { NumberForm::Plain };
        let value = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        return Some((value, value, Mark::Any, form));
    }
    if !bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    if bytes.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        return scientific(text);
    }
    let mut digits = Copied::new();
    // Each sign with the number of digits before it.
    let mut signs = [(0_usize, ' '); MOST_SIGNS];
    let mut count = 0;
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter as u8)?,
            '.' | ',' | ' ' | '\'' => {
                *signs.get_mut(count)? = (digits.length, letter);
                count += 1;
            }
            '’' => {
                *signs.get_mut(count)? = (digits.length, '\'');
                count += 1;
            }
            _ => return None,
        }
    }
    let (signs, all) = (&signs[..count], digits.length);
    let (at, last) = *signs.last()?;
    let behind = all - at;
    let whole = || digits.value();
    let with_decimals = || {
        let mut written = Copied::new();
        for (place, digit) in digits.bytes[..all].iter().enumerate() {
            if place == at {
                written.push(b'.')?;
            }
            written.push(*digit)?;
        }
        written.value()
    };
    let both = |value: f64, mark, form| Some((value, value, mark, form));
    let is_one_kind = signs.iter().all(|(_, sign)| *sign == last);
    let may_be_thousands = behind == 3 && (1..=3).contains(&at) && first != b'0';
    match (count, last) {
        (1, '.') if may_be_thousands => Some((with_decimals()?, whole()?, Mark::EitherPoint, NumberForm::Plain)),
        (1, '.') if behind > 0 => both(with_decimals()?, Mark::Point, NumberForm::Plain),
        // `5.` is a number of old programs.
        (1, '.') => both(whole()?, Mark::Point, NumberForm::Plain),
        (1, ',') if may_be_thousands => Some((whole()?, with_decimals()?, Mark::EitherComma, NumberForm::Either)),
        (1, ',') if behind > 0 => both(with_decimals()?, Mark::Comma, NumberForm::DecimalComma),
        _ if is_one_kind => {
            let (mark, form) = match last {
                // Several are thousands, so the other one is the decimal sign.
                ',' => (Mark::Point, NumberForm::Thousands),
                '.' => (Mark::Comma, NumberForm::OtherThousands),
                _ => (Mark::Any, NumberForm::OtherThousands),
            };
            are_groups(signs, all).then(|| both(whole()?, mark, form))?
        }
        (_, '.' | ',') => {
            let front = &signs[..count - 1];
            let is_same = front.iter().all(|(_, sign)| *sign == front[0].1 && *sign != last);
            let (mark, form) = match (last, front[0].1) {
                (',', _) => (Mark::Comma, NumberForm::DecimalComma),
                (_, ',') => (Mark::Point, NumberForm::Thousands),
                _ => (Mark::Point, NumberForm::OtherThousands),
            };
            (is_same && behind > 0 && are_groups(front, at)).then(|| both(with_decimals()?, mark, form))?
        }
        _ => None,
    }
}

/// Whether signs part a whole number into thousands: three digits each, or in the Indian way two but for the last.
fn are_groups(signs: &[(usize, char)], all: usize) -> bool {
    let (Some(first), Some(last)) = (signs.first(), signs.last()) else { return false };
    let are_of = |width: usize| signs.windows(2).all(|pair| pair[1].0 - pair[0].0 == width);
    let begins = |most: usize| (1..=most).contains(&first.0);
    all - last.0 == 3 && (are_of(3) && begins(3) || are_of(2) && begins(2))
}

/// `1.23E+15`, as programs write it; a spreadsheet may have a comma in it.
fn scientific(text: &str) -> Option<(f64, f64, Mark, NumberForm)> {
    let power = text.find(['e', 'E'])?;
    let (front, back) = (&text[..power], &text[power + 1..]);
    let bare = back.strip_prefix(['+', '-']).unwrap_or(back);
    let is_power = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    let signs = front.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    let is_front = signs <= 1 && front.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    if !is_power || !is_front || front.len() == signs {
        return None;
    }
    let mut written = Copied::new();
    for byte in text.bytes() {
        written.push(if byte == b',' { b'.' } else { byte })?;
    }
    let mark = if front.contains(',') { Mark::Comma } else { Mark::Point };
    let value = written.value()?;
    Some((value, value, mark, NumberForm::Scientific))
}
