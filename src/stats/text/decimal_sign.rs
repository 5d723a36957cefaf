//! Whether the comma or the point is the decimal sign of a column: what `profile`, `validate` and `standardize` have in common.

use super::numbers::{Mark, WrittenNumber};

/// What the values of a column say about the decimal sign.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct DecimalSign {
    /// Values that can only have a decimal point.
    pub points: u64,
    /// Values that can only have a decimal comma.
    pub commas: u64,
    /// Values that may be either.
    pub either: u64,
}

impl DecimalSign {
    /// Hears a value that so many rows have.
    pub fn hear(&mut self, number: &WrittenNumber, rows: u64) {
        match number.mark {
            Mark::Any => {}
            Mark::Point => self.points += rows,
            Mark::Comma => self.commas += rows,
            Mark::EitherPoint | Mark::EitherComma => self.either += rows,
        }
    }

    /// Whether the comma is the decimal sign: as told, or as more values say; the point where none does.
    pub fn is_comma(&self, told: Option<bool>) -> bool {
        told.unwrap_or(self.commas > self.points)
    }

    /// Whether some value says it, and none the opposite.
    pub fn is_decided(&self) -> bool {
        (self.points > 0) != (self.commas > 0)
    }

    /// Whether values of both kinds stand beside some that may be either.
    pub fn is_contradicted(&self) -> bool {
        self.either > 0 && self.points > 0 && self.commas > 0
    }

    /// What decided, in words; none where nothing was to decide.
    pub fn told(&self, told: Option<bool>) -> Option<String> {
        let DecimalSign { points, commas, either } = *self;
        if points + commas + either == 0 {
            return None;
        }
        let counts = format!("{points} can only have a decimal point, {commas} only a comma, {either} either");
        let sign = match self.is_comma(told) {
            true => "the comma is the decimal sign",
            false => "the point is the decimal sign",
        };
        Some(match told {
            Some(_) => format!("{sign}, as told ({counts})"),
            None if points + commas == 0 => format!(
                "no value says which sign is the decimal one: {sign} ({counts}); say `decimal_comma: true` otherwise"
            ),
            None if points > 0 && commas > 0 => format!(
                "{sign} where a value can be read both ways ({counts}); the others are read as they can only be"
            ),
            None => format!("{sign} ({counts})"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::read_number;

    #[test]
    fn the_decimal_sign_is_that_of_the_column() {
        let read = |texts: &[&str], told: Option<bool>| -> Vec<f64> {
            let numbers: Vec<WrittenNumber> = texts.iter().filter_map(|text| read_number(text)).collect();
            let mut sign = DecimalSign::default();
            numbers.iter().for_each(|number| sign.hear(number, 1));
            numbers.iter().map(|number| number.value(sign.is_comma(told))).collect()
        };
        assert_eq!(read(&["1.234,56", "1.234", "7,5"], None), [1234.56, 1234.0, 7.5]);
        assert_eq!(read(&["1,234.56", "1,234", "7.5"], None), [1234.56, 1234.0, 7.5]);
        assert_eq!(read(&["1,234", "2,345"], None), [1234.0, 2345.0]);
        assert_eq!(read(&["1,234", "2,345"], Some(true)), [1.234, 2.345]);
        assert_eq!(read(&["1.234.567", "0,125"], None), [1_234_567.0, 0.125]);
    }
}
