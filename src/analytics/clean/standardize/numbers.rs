//! Numbers, amounts of money and quantities with a unit, as people write them.

use super::reading::{Distinct, Read, Unreadable};
use crate::table::Cell;

/// A number as it is written: digits, and which signs may be the decimal one.
struct Written<'a> {
    negative: bool,
    digits: &'a str,
    percent: bool,
}

/// What the signs of a number say about the decimal sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// There is none, or it does not matter.
    Any,
    Point,
    Comma,
    /// One sign with three digits behind it: thousands, or three decimals.
    Undecided(char),
}

/// Reads a column of numbers. `decimal_comma` is what is known beforehand.
pub(super) fn read(values: &[Distinct], decimal_comma: Option<bool>) -> Read {
    let (comma, mut evidence) = decide(values.iter().map(|value| (value.text.as_str(), value.rows)), decimal_comma);
    let mut percents = 0;
    let cells = values.iter().map(|value| match &value.cell {
        number @ (Cell::Integer(_) | Cell::Number(_)) => Ok(number.clone()),
        _ => {
            let (number, percent) = number(&value.text, comma)?;
            percents += if percent { value.rows } else { 0 };
            Ok(Cell::Number(number))
        }
    });
    let cells = cells.collect();
    if percents > 0 {
        evidence.push(format!("{percents} with %, as shares of one"));
    }
    Read { cells, evidence }
}

/// Whether the comma is the decimal sign of a column, and what speaks for it.
pub(super) fn decide<'a>(
    values: impl Iterator<Item = (&'a str, usize)>,
    decimal_comma: Option<bool>,
) -> (bool, Vec<String>) {
    let (mut points, mut commas, mut undecided) = (0, 0, 0);
    for (text, rows) in values {
        match written(text).map(|written| mark(written.digits)) {
            Some(Mark::Point) => points += rows,
            Some(Mark::Comma) => commas += rows,
            Some(Mark::Undecided(_)) => undecided += rows,
            Some(Mark::Any) | None => {}
        }
    }
    if points + commas + undecided == 0 {
        return (decimal_comma.unwrap_or(false), Vec::new());
    }
    let counts = format!("{points} can only have a decimal point, {commas} only a comma, {undecided} either");
    let comma = decimal_comma.unwrap_or(commas > points);
    let sign = if comma { "the comma is the decimal sign" } else { "the point is the decimal sign" };
    let why = match decimal_comma {
        Some(_) => format!("{sign}, as told ({counts})"),
        None if points + commas == 0 => {
            format!(
                "no value says which sign is the decimal one: {sign} ({counts}); say `decimal_comma: true` otherwise"
            )
        }
        None if points > 0 && commas > 0 => {
            format!("{sign} where a value can be read both ways ({counts}); the others are read as they can only be")
        }
        None => format!("{sign} ({counts})"),
    };
    (comma, vec![why])
}

/// The number that a text holds, and whether it was a percentage.
pub(super) fn number(text: &str, comma: bool) -> Result<(f64, bool), Unreadable> {
    let unreadable = || Unreadable::because("no number that can be read");
    let written = written(text).ok_or_else(unreadable)?;
    let is_comma = match mark(written.digits) {
        Mark::Comma => true,
        Mark::Point => false,
        Mark::Any | Mark::Undecided(_) => comma,
    };
    let (decimal, thousands) = if is_comma { (',', '.') } else { ('.', ',') };
    let (whole, fraction) = written.digits.split_once(decimal).unwrap_or((written.digits, ""));
    let groups: Vec<&str> = whole.split([thousands, ' ', '\'', '’', '_']).collect();
    if !are_groups(&groups) || fraction.contains([thousands, decimal]) {
        return Err(unreadable());
    }
    let plain = if fraction.is_empty() { groups.concat() } else { format!("{}.{fraction}", groups.concat()) };
    let number: f64 = plain.parse().map_err(|_| unreadable())?;
    let signed = if written.negative { -number } else { number };
    Ok((if written.percent { signed / 100.0 } else { signed }, written.percent))
}

/// Whether the parts of a whole number are thousands: three digits each, as in India two but for the last.
fn are_groups(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return true };
    let is_middle = |group: &&str| matches!(group.len(), 2 | 3);
    (1..=3).contains(&first.len()) && last.len() == 3 && middle.iter().all(is_middle)
}

/// Takes the sign and the percent off. `(12)` and `12-` are negative, as bookkeepers write.
fn written(text: &str) -> Option<Written<'_>> {
    let mut rest = text.trim();
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (negative, rest) = (true, inner.trim());
    }
    let percent = rest.ends_with('%');
    rest = rest.trim_end_matches('%').trim();
    for minus in ['-', '−', '–'] {
        if let Some(inner) = rest.strip_prefix(minus).or_else(|| rest.strip_suffix(minus)) {
            (negative, rest) = (!negative, inner.trim());
            break;
        }
    }
    rest = rest.strip_prefix('+').unwrap_or(rest).trim();
    let is_number = rest.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '.' | ','))
        && rest.chars().any(|sign| sign.is_ascii_digit())
        && rest.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | ' ' | '\'' | '’' | '_'));
    let scientific = rest.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && rest.parse::<f64>().is_ok_and(f64::is_finite)
        && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    (is_number || scientific).then_some(Written { negative, digits: rest, percent })
}

fn mark(digits: &str) -> Mark {
    // Only programs write powers of ten, and they write points.
    if digits.contains(['e', 'E']) {
        return Mark::Point;
    }
    let last = |sign: char| digits.rfind(sign);
    let count = |sign: char| digits.matches(sign).count();
    match (last('.'), last(',')) {
        (None, None) => Mark::Any,
        (Some(point), Some(comma)) => {
            if point > comma {
                Mark::Point
            } else {
                Mark::Comma
            }
        }
        (Some(at), None) | (None, Some(at)) => {
            let sign = if digits.as_bytes()[at] == b'.' { '.' } else { ',' };
            let behind = digits.len() - at - 1;
            let before = digits.find(sign).unwrap_or(at);
            if count(sign) > 1 {
                // Several are thousands, so the other one is the decimal sign.
                return if sign == '.' { Mark::Comma } else { Mark::Point };
            }
            let groups = behind == 3 && (1..=3).contains(&before) && !digits.starts_with('0');
            match (groups, sign) {
                (true, sign) => Mark::Undecided(sign),
                (false, '.') => Mark::Point,
                (false, _) => Mark::Comma,
            }
        }
    }
}

/// A unit: its spellings, what it measures, and how many of the first unit of its kind it is.
type Unit = (&'static [&'static str], &'static str, f64);

/// Kilograms, metres, litres; the foot and the pound of 1959, the gallon and the ounces of the United States.
const UNITS: [Unit; 24] = [
    (&["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"], "weight", 1.0),
    (&["g", "gr", "gram", "grams", "gramm", "克"], "weight", 0.001),
    (&["mg"], "weight", 1e-6),
    (&["t", "ton", "tons", "tonne", "tonnes", "吨"], "weight", 1000.0),
    (&["lb", "lbs", "pound", "pounds"], "weight", 0.453_592_37),
    (&["oz", "ounce", "ounces"], "weight", 0.028_349_523_125),
    (&["斤"], "weight", 0.5),
    (&["m", "metre", "metres", "meter", "meters", "米"], "length", 1.0),
    (&["cm", "厘米", "公分"], "length", 0.01),
    (&["mm", "毫米"], "length", 0.001),
    (&["km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"], "length", 1000.0),
    (&["in", "inch", "inches", "\"", "″"], "length", 0.0254),
    (&["ft", "foot", "feet", "'", "′"], "length", 0.3048),
    (&["yd", "yard", "yards"], "length", 0.9144),
    (&["mi", "mile", "miles"], "length", 1609.344),
    (&["l", "litre", "litres", "liter", "liters", "升"], "volume", 1.0),
    (&["ml", "毫升"], "volume", 0.001),
    (&["cl"], "volume", 0.01),
    (&["dl"], "volume", 0.1),
    (&["gal", "gallon", "gallons"], "volume", 3.785_411_784),
    (&["fl oz", "floz", "fl. oz."], "volume", 0.029_573_529_562_5),
    (&["pt", "pint", "pints"], "volume", 0.473_176_473),
    (&["m3", "m³"], "volume", 1000.0),
    (&["cm3", "cm³", "cc"], "volume", 0.001),
];

/// Reads a column of quantities into kilograms, metres or litres. A number without a unit has the unit that most values have.
pub(super) fn quantities(values: &[Distinct], measure: &str, decimal_comma: Option<bool>) -> Read {
    let parts: Vec<(&str, Option<&Unit>, bool)> = values.iter().map(|value| with_unit(&value.text)).collect();
    let numbers = parts.iter().zip(values).map(|((number, ..), value)| (*number, value.rows));
    let (comma, mut evidence) = decide(numbers, decimal_comma);
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut bare = 0;
    for ((_, unit, unknown), value) in parts.iter().zip(values) {
        match unit {
            Some((names, of, _)) if *of == measure => match counts.iter_mut().find(|(name, _)| name == &names[0]) {
                Some((_, rows)) => *rows += value.rows,
                None => counts.push((names[0], value.rows)),
            },
            None if !unknown => bare += value.rows,
            _ => {}
        }
    }
    counts.sort_by_key(|(name, rows)| (std::cmp::Reverse(*rows), *name));
    let found: Vec<String> = counts.iter().map(|(name, rows)| format!("{rows} in {name}")).collect();
    let usual = counts.first().and_then(|(name, _)| UNITS.iter().find(|(names, ..)| names[0] == *name));
    if !found.is_empty() {
        evidence.push(found.join(", "));
    }
    if let (1.., Some((names, ..))) = (bare, usual) {
        evidence.push(format!("{bare} without a unit, taken as {} as most are", names[0]));
    }
    let cells = parts.iter().map(|(text, unit, unknown)| {
        let (_, of, factor) = match (unit, unknown) {
            (Some(unit), _) => unit,
            (None, true) => return Err(Unreadable::because(format!("no unit of {measure} that is known"))),
            (None, false) => usual.ok_or_else(|| Unreadable::because("a number without a unit"))?,
        };
        if *of != measure {
            return Err(Unreadable::because(format!("a unit of {of}, not of {measure}")));
        }
        let (number, _) = number(text, comma)?;
        Ok(Cell::Number(number * factor))
    });
    Read { cells: cells.collect(), evidence }
}

/// The number, its unit, and whether there is a unit that is not known.
fn with_unit(text: &str) -> (&str, Option<&'static Unit>, bool) {
    let end = text.rfind(|sign: char| sign.is_ascii_digit()).map_or(0, |at| at + 1);
    // m3 and cm3 end with a digit that is not one of the number.
    let end = ["m3", "M3"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .map_or(end, |rest| rest.rfind(|sign: char| sign.is_ascii_digit()).map_or(end, |at| at + 1));
    let (number, unit) = (text[..end].trim(), text[end..].trim().trim_end_matches('.').to_lowercase());
    if unit.is_empty() {
        return (number, None, false);
    }
    let found = UNITS.iter().find(|(names, ..)| names.contains(&unit.as_str()));
    (number, found, found.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(texts: &[&str], comma: Option<bool>) -> Vec<Option<f64>> {
        let values: Vec<Distinct> = texts.iter().map(|text| Distinct::of_text(text, 1)).collect();
        numbers(&read(&values, comma))
    }

    fn numbers(read: &Read) -> Vec<Option<f64>> {
        read.cells.iter().map(|cell| if let Ok(Cell::Number(number)) = cell { Some(*number) } else { None }).collect()
    }

    #[test]
    fn the_decimal_sign_is_that_of_the_column() {
        assert_eq!(read_all(&["1.234,56", "1.234", "7,5"], None), [Some(1234.56), Some(1234.0), Some(7.5)]);
        assert_eq!(read_all(&["1,234.56", "1,234", "7.5"], None), [Some(1234.56), Some(1234.0), Some(7.5)]);
        assert_eq!(read_all(&["1,234", "2,345"], None), [Some(1234.0), Some(2345.0)]);
        assert_eq!(read_all(&["1,234", "2,345"], Some(true)), [Some(1.234), Some(2.345)]);
        assert_eq!(read_all(&["1.234.567", "0,125"], None), [Some(1_234_567.0), Some(0.125)]);
        assert_eq!(read_all(&["12,34,567.5"], None), [Some(1_234_567.5)]);
    }

    #[test]
    fn signs_and_spaces_are_understood() {
        let texts = ["(12.50)", "12-", "- 3", "+4", "1 234", "1'234.5", "25 %", "１２．５", "1e3", ".5"];
        let wanted = [-12.5, -12.0, -3.0, 4.0, 1234.0, 1234.5, 0.25, 12.5, 1000.0, 0.5];
        assert_eq!(read_all(&texts, None), wanted.map(Some));
        for text in ["", "abc", "1-2", "12 34x", "--5", "1..2", "NaN", "inf", "1e999", ".", "12 34", "1,2,3.5"] {
            assert_eq!(read_all(&[text], None), [None], "{text}");
        }
    }

    #[test]
    fn quantities_come_to_one_unit() {
        let column = |texts: &[&str]| texts.iter().map(|text| Distinct::of_text(text, 1)).collect::<Vec<_>>();
        let read = quantities(&column(&["1.5 kg", "500g", "2", "1 lb", "3 m", "5 blobs", "2 kg"]), "weight", None);
        assert_eq!(numbers(&read), [Some(1.5), Some(0.5), Some(2.0), Some(0.453_592_37), None, None, Some(2.0)]);
        assert_eq!(read.evidence[1], "2 in kg, 1 in g, 1 in lb");
        assert_eq!(read.evidence[2], "1 without a unit, taken as kg as most are");
        let read = quantities(&column(&["2 m3", "33 cl"]), "volume", None);
        assert_eq!(numbers(&read), [Some(2000.0), Some(0.33)]);
    }
}
