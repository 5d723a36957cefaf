//! Columns of numbers and of quantities with a unit, with the decimal sign that the column has.

use super::reading::{Distinct, Read, Unreadable};
use crate::stats::text::{DecimalSign, Measure, Unit, WrittenNumber, read_number, split_unit, unit_named};
use crate::table::Cell;

/// Whole numbers beyond which a number with decimals cannot hold every digit.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

/// What the texts of a column write, and its decimal sign. `decimal_comma` is what is known beforehand.
pub(super) struct Numbers {
    pub(super) written: Vec<Option<WrittenNumber>>,
    pub(super) is_comma: bool,
    pub(super) evidence: Vec<String>,
}

impl Numbers {
    pub(super) fn of(values: &[Distinct], decimal_comma: Option<bool>) -> Numbers {
        let mut sign = DecimalSign::default();
        let written: Vec<Option<WrittenNumber>> = values
            .iter()
            .map(|value| {
                // What is a number already has no sign to decide on.
                if matches!(value.cell, Cell::Integer(_) | Cell::Number(_)) {
                    return None;
                }
                let number = read_number(&value.text)?;
                sign.hear(&number, value.rows as u64);
                Some(number)
            })
            .collect();
        Numbers {
            written,
            is_comma: sign.is_comma(decimal_comma),
            evidence: sign.told(decimal_comma).into_iter().collect(),
        }
    }
}

/// Reads a column of numbers. Where all are whole they stay whole.
pub(super) fn read(values: &[Distinct], decimal_comma: Option<bool>) -> Read {
    let Numbers { written, is_comma, mut evidence } = Numbers::of(values, decimal_comma);
    let (mut percents, mut is_whole) = (0, true);
    let mut cells: Vec<Result<Cell, Unreadable>> = Vec::with_capacity(values.len());
    for (value, number) in values.iter().zip(written) {
        let cell = match (&value.cell, number) {
            (Cell::Integer(number), _) => Ok(Cell::Integer(*number)),
            (Cell::Number(number), _) => {
                is_whole = false;
                Ok(Cell::Number(*number))
            }
            (_, Some(number)) if number.is_bare() => {
                percents += if number.is_percent { value.rows } else { 0 };
                let exact = number.value(is_comma);
                is_whole &= number.is_whole(is_comma) && !number.is_percent && exact.abs() < EXACT;
                Ok(Cell::Number(exact))
            }
            (_, Some(number)) => Err(Unreadable::because(match number.currency {
                Some(_) => "an amount of a currency: the kind `money` reads it",
                None => "a quantity with a unit: the kinds `weight`, `length` and `volume` read it",
            })),
            (_, None) => Err(Unreadable::because("no number that can be read")),
        };
        cells.push(cell);
    }
    for cell in cells.iter_mut().flatten() {
        match cell {
            Cell::Number(number) if is_whole => *cell = Cell::Integer(*number as i64),
            Cell::Integer(number) if !is_whole => *cell = Cell::Number(*number as f64),
            _ => {}
        }
    }
    if percents > 0 {
        evidence.push(format!("{percents} with %, as shares of one"));
    }
    Read { cells, evidence }
}

/// Reads a column of quantities into kilograms, metres or litres. A number without a unit has the unit that most values have, and in a
/// column of numbers, where none can have one, the unit that quantities come to.
pub(super) fn quantities(values: &[Distinct], measure: Measure, decimal_comma: Option<bool>) -> Read {
    let Numbers { written, is_comma, mut evidence } = Numbers::of(values, decimal_comma);
    let mut counts: Vec<(&'static Unit, usize)> = Vec::new();
    let mut bare = 0;
    for (number, value) in written.iter().zip(values) {
        match number.map_or(Some(None), |number| number.currency.is_none().then_some(number.unit)) {
            Some(Some(unit)) if unit.measure == measure => match counts.iter_mut().find(|(known, _)| *known == unit) {
                Some((_, rows)) => *rows += value.rows,
                None => counts.push((unit, value.rows)),
            },
            Some(None) if number.is_some() || matches!(value.cell, Cell::Integer(_) | Cell::Number(_)) => {
                bare += value.rows;
            }
            _ => {}
        }
    }
    counts.sort_by_key(|(unit, rows)| (std::cmp::Reverse(*rows), unit.names[0]));
    let found: Vec<String> = counts.iter().map(|(unit, rows)| format!("{rows} in {}", unit.names[0])).collect();
    let is_of_numbers = values.iter().any(|value| matches!(value.cell, Cell::Integer(_) | Cell::Number(_)));
    let usual = match counts.first() {
        Some((unit, _)) => Some(*unit),
        // A column of numbers, not of texts, is in form already.
        None if is_of_numbers => unit_named(measure.unit()),
        None => None,
    };
    if !found.is_empty() {
        evidence.push(found.join(", "));
    }
    if let (1.., Some(unit)) = (bare, usual) {
        let because = if found.is_empty() { ": the column holds numbers" } else { " as most are" };
        evidence.push(format!("{bare} without a unit, taken as {}{because}", unit.names[0]));
    }
    let of_unit = |number: f64, unit: Option<&Unit>| {
        let unit = unit.or(usual).ok_or_else(|| Unreadable::because("a number without a unit"))?;
        match unit.measure == measure {
            true => Ok(Cell::Number(number * unit.factor)),
            false => Err(Unreadable::because(format!("a unit of {}, not of {}", unit.measure.word(), measure.word()))),
        }
    };
    let cells = written.iter().zip(values).map(|(number, value)| match (&value.cell, number) {
        (Cell::Integer(number), _) => of_unit(*number as f64, None),
        (Cell::Number(number), _) => of_unit(*number, None),
        (_, Some(number)) if number.currency.is_some() || number.is_percent => {
            Err(Unreadable::because(format!("no unit of {} that is known", measure.word())))
        }
        (_, Some(number)) => of_unit(number.value(is_comma), number.unit),
        (_, None) => Err(Unreadable::because(match begins_as_number(&value.text) {
            true => format!("no unit of {} that is known", measure.word()),
            false => "no number that can be read".to_owned(),
        })),
    });
    Read { cells: cells.collect(), evidence }
}

/// `5 blobs`.
fn begins_as_number(text: &str) -> bool {
    split_unit(text).is_none() && text.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Vec<Distinct> {
        texts.iter().map(|text| Distinct::of_text(text, 1)).collect()
    }

    fn numbers(read: &Read) -> Vec<Option<f64>> {
        let number = |cell: &Result<Cell, Unreadable>| match cell {
            Ok(Cell::Number(number)) => Some(*number),
            Ok(Cell::Integer(number)) => Some(*number as f64),
            _ => None,
        };
        read.cells.iter().map(number).collect()
    }

    #[test]
    fn the_decimal_sign_is_that_of_the_column() {
        let read_all = |texts: &[&str], comma| numbers(&read(&column(texts), comma));
        assert_eq!(read_all(&["1.234,56", "1.234", "7,5"], None), [Some(1234.56), Some(1234.0), Some(7.5)]);
        assert_eq!(read_all(&["1,234.56", "1,234", "7.5"], None), [Some(1234.56), Some(1234.0), Some(7.5)]);
        assert_eq!(read_all(&["1,234", "2,345"], Some(true)), [Some(1.234), Some(2.345)]);
    }

    #[test]
    fn whole_numbers_stay_whole_and_no_other_kind_is_taken_for_a_number() {
        let cells = |texts: &[&str]| read(&column(texts), None).cells;
        assert_eq!(cells(&["12", "1,234", "(3)"]), [12, 1234, -3].map(|it| Ok(Cell::Integer(it))));
        assert_eq!(cells(&["12", "0.5"]), [12.0, 0.5].map(|it| Ok(Cell::Number(it))));
        assert_eq!(cells(&["12.0"]), [Ok(Cell::Number(12.0))]);
        assert_eq!(cells(&["100 %"]), [Ok(Cell::Number(1.0))]);
        // The last digit of it would be lost.
        assert_eq!(cells(&["9007199254740993"]), [Ok(Cell::Number(9_007_199_254_740_992.0))]);
        assert!(cells(&["€ 5", "5 kg", "five"]).iter().all(Result::is_err));
    }

    #[test]
    fn quantities_come_to_one_unit() {
        let texts = column(&["1.5 kg", "500g", "2", "1 lb", "3 m", "5 blobs", "2 kg", "5G", "3kg"]);
        let read = quantities(&texts, Measure::Weight, None);
        let wanted =
            [Some(1.5), Some(0.5), Some(2.0), Some(0.453_592_37), None, None, Some(2.0), Some(0.005), Some(3.0)];
        assert_eq!(numbers(&read), wanted);
        assert_eq!(read.evidence[1], "3 in kg, 2 in g, 1 in lb");
        assert_eq!(read.evidence[2], "1 without a unit, taken as kg as most are");
        let read = quantities(&column(&["2 m3", "33 cl"]), Measure::Volume, None);
        assert_eq!(numbers(&read), [Some(2000.0), Some(0.33)]);
    }
}
