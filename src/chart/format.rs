//! How numbers are written: separators between thousands, as many decimals as their differences need, shares in
//! percent.

use crate::table::grouped;

/// What a number measures, as far as its writing depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Measure {
    /// Anything: large numbers may be written with k, M, B or T.
    #[default]
    Number,
    /// A part of a whole, 1 being all of it: written in percent.
    Share,
    /// Money, in whatever currency: written out, with separators.
    Money,
}

/// How all numbers of one axis or one set of labels are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    factor: f64,
    suffix: &'static str,
    decimals: usize,
    /// Numbers too large or small to be written out.
    scientific: bool,
    /// Whether each number has its own decimals and abbreviation.
    each: bool,
    /// What labels measure and the largest of them; none: ticks, which lie evenly.
    labels: Option<(Measure, f64)>,
}

/// The most that a label in the unit of a larger one may differ from its value, as a share of it.
const MOST_OFF: f64 = 0.05;
/// The most decimals that are written; smaller differences are written with a power of ten.
const MOST_DECIMALS: usize = 6;

impl Format {
    /// For ticks: each can be told from its neighbours, and none has decimals it does not need.
    pub(super) fn of_ticks(measure: Measure, ticks: &[f64]) -> Format {
        let size = largest(ticks);
        let step = ticks.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(size, f64::min);
        let (factor, suffix) = match measure {
            Measure::Share => (100.0, "%"),
            Measure::Number if size >= 10_000.0 => fine_abbreviation(size, step),
            Measure::Money if size >= 1e9 => fine_abbreviation(size, step),
            Measure::Number | Measure::Money => (1.0, ""),
        };
        let decimals = decimals_of(step * factor);
        let scientific = needs_power(size * factor) || decimals.is_none();
        Format { factor, suffix, decimals: decimals.unwrap_or(2), scientific, each: false, labels: None }
    }

    /// For ticks that are powers of ten apart: each as it is, without the decimals that others need.
    pub(super) fn of_ratios(measure: Measure) -> Format {
        let (factor, suffix) = if measure == Measure::Share { (100.0, "%") } else { (1.0, "") };
        Format { factor, suffix, decimals: 0, scientific: false, each: true, labels: None }
    }

    /// For single values: about three figures that count, the same decimals for all of them.
    pub(super) fn of_values(measure: Measure, values: &[f64]) -> Format {
        let size = largest(values);
        let whole = values.iter().all(|value| value.fract() == 0.0);
        let (factor, suffix) = match measure {
            Measure::Share => (100.0, "%"),
            Measure::Number if size >= 1e6 => abbreviation(size),
            Measure::Money if size >= 1e9 => abbreviation(size),
            Measure::Number | Measure::Money => (1.0, ""),
        };
        let shown = size * factor;
        let decimals = match shown {
            _ if whole && factor == 1.0 => 0,
            // 1T, not 1.00T, where no value shows more in this unit.
            _ if factor < 1.0 && values.iter().all(|value| is_whole_or_nothing(value * factor)) => 0,
            shown if measure == Measure::Share && shown >= 10.0 => 0,
            shown if shown >= 100.0 => 0,
            _ if measure == Measure::Money => 2,
            shown if shown >= 10.0 => 1,
            shown if shown >= 1.0 => 2,
            shown if shown > 0.0 => (2 - shown.log10().floor() as i64).clamp(0, 9) as usize,
            _ => 0,
        };
        let scientific = needs_power(shown) || decimals > MOST_DECIMALS;
        Format { factor, suffix, decimals, scientific, each: false, labels: Some((measure, size)) }
    }

    /// One label that would be nothing, or far from what it is, in the unit of the largest one: in its own.
    fn of_small(&self, value: f64) -> Option<Format> {
        let (measure, largest) = self.labels.filter(|(_, largest)| value.abs() < *largest)?;
        let power = 10_f64.powi(self.decimals as i32);
        let shown = (value * self.factor * power).abs();
        let is_far = (shown.round() - shown).abs() > shown * MOST_OFF;
        let is_abbreviated = self.factor < 1.0;
        // Sums of fractions that cancel each other out leave some dust, which is nothing.
        let is_dust = value.fract() != 0.0 && value.abs() < largest * 1e-14;
        if self.scientific || is_dust || !(shown.round() == 0.0 || is_abbreviated && is_far) {
            return None;
        }
        let own = Format::of_values(measure, &[value]);
        let needed = (-(value.abs() * own.factor).log10().floor()).max(0.0) as usize;
        // One figure that counts says how small it is; money has its cents as before.
        let decimals = match measure {
            _ if own.factor < 1.0 || value.fract() == 0.0 => own.decimals,
            Measure::Money => needed.max(2),
            Measure::Number | Measure::Share => needed,
        };
        Some(Format { decimals, scientific: own.scientific || decimals > MOST_DECIMALS, labels: None, ..own })
    }

    /// One number.
    pub(super) fn write(&self, value: f64) -> String {
        let shown = value * self.factor;
        if self.each && shown != 0.0 {
            let measure = if self.suffix == "%" { Measure::Share } else { Measure::Number };
            return Format::of_ticks(measure, &[value]).write(value);
        }
        if shown != 0.0
            && let Some(own) = self.of_small(value)
        {
            return own.write(value);
        }
        // Nothing is nothing in thousands, too; only percent is kept, which says what is measured.
        if shown == 0.0 && ABBREVIATIONS.iter().any(|(_, letter)| *letter == self.suffix) {
            return "0".to_owned();
        }
        if self.scientific && shown != 0.0 {
            return format!("{shown:.1e}{}", self.suffix).replace('-', "−");
        }
        let digits = format!("{:.*}", self.decimals, shown.abs());
        let (whole, rest) = digits.split_once('.').map_or((digits.as_str(), ""), |(whole, rest)| (whole, rest));
        let mut text = String::new();
        if shown < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            text.push('−');
        }
        text += &grouped(whole);
        if !rest.is_empty() {
            text.push('.');
            text += rest;
        }
        text + self.suffix
    }
}

/// Whether two decimals would say no more of a number than none.
fn is_whole_or_nothing(shown: f64) -> bool {
    shown.abs() < 0.005 || (shown - shown.round()).abs() < 1e-9 && shown.abs() >= 0.5
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| value.abs().max(most))
}

fn needs_power(size: f64) -> bool {
    size >= 1e15 || (size > 0.0 && size < 1e-6)
}

const ABBREVIATIONS: [(f64, &str); 4] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

/// The abbreviation for values up to a size.
fn abbreviation(size: f64) -> (f64, &'static str) {
    let found = ABBREVIATIONS.into_iter().find(|(unit, _)| size >= *unit && !needs_power(size));
    found.map_or((1.0, ""), |(unit, letter)| (1.0 / unit, letter))
}

/// The abbreviation that fits the step between values, so that neighbours are not written alike.
fn fine_abbreviation(size: f64, step: f64) -> (f64, &'static str) {
    let fits = |unit: f64| {
        size >= unit && !needs_power(size) && decimals_of(step / unit).is_some_and(|decimals| decimals <= 2)
    };
    let found = ABBREVIATIONS.into_iter().find(|(unit, _)| fits(*unit));
    found.map_or((1.0, ""), |(unit, letter)| (1.0 / unit, letter))
}

/// The decimals that a step needs, if they are few enough.
fn decimals_of(step: f64) -> Option<usize> {
    (0..=MOST_DECIMALS).find(|decimals| {
        let shifted = step * 10_f64.powi(*decimals as i32);
        (shifted - shifted.round()).abs() < 1e-6 * shifted.abs().max(1e-3) && shifted.round() != 0.0 || step == 0.0
    })
}

/// A count with separators.
pub(super) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// `1 row`, `2 rows`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(measure: Measure, ticks: &[f64]) -> Vec<String> {
        let format = Format::of_ticks(measure, ticks);
        ticks.iter().map(|tick| format.write(*tick)).collect()
    }

    #[test]
    fn ticks_have_the_decimals_that_tell_them_apart() {
        assert_eq!(ticks(Measure::Number, &[0.0, 0.25, 0.5]), ["0.00", "0.25", "0.50"]);
        assert_eq!(ticks(Measure::Number, &[0.0, 2_500.0, 5_000.0]), ["0", "2,500", "5,000"]);
        assert_eq!(ticks(Measure::Number, &[0.0, 10_000.0, 20_000.0]), ["0", "10k", "20k"]);
        assert_eq!(ticks(Measure::Share, &[0.0, 0.25, 0.5]), ["0%", "25%", "50%"]);
        assert_eq!(ticks(Measure::Money, &[0.0, 50_000.0, 100_000.0]), ["0", "50,000", "100,000"]);
        assert_eq!(ticks(Measure::Number, &[-2.0, 0.0, 2.0]), ["−2", "0", "2"]);
        assert_eq!(ticks(Measure::Number, &[1_000_000.0, 1_000_001.0]), ["1,000,000", "1,000,001"]);
    }

    #[test]
    fn values_are_written_short() {
        let one = |measure, value: f64| Format::of_values(measure, &[value]).write(value);
        assert_eq!(one(Measure::Number, 1234.0), "1,234");
        assert_eq!(one(Measure::Number, 12.345), "12.3");
        assert_eq!(one(Measure::Number, 1_234_567.0), "1.23M");
        assert_eq!(one(Measure::Money, 1_234_567.0), "1,234,567");
        assert_eq!(one(Measure::Money, 23.4), "23.40");
        assert_eq!(one(Measure::Share, 0.4321), "43%");
        assert_eq!(one(Measure::Share, 0.0321), "3.21%");
        assert_eq!(one(Measure::Number, 0.0), "0");
        assert_eq!(one(Measure::Number, -0.4), "−0.400");
        assert_eq!(one(Measure::Number, 1e-12), "1.0e−12");
        assert_eq!(one(Measure::Number, 5e50), "5.0e50");
    }

    #[test]
    fn no_label_but_that_of_nothing_is_nothing() {
        let all = |measure, values: &[f64]| {
            let format = Format::of_values(measure, values);
            values.iter().map(|value| format.write(*value)).collect::<Vec<_>>()
        };
        assert_eq!(all(Measure::Number, &[1e12, 1e6, 8.0, -5.0, 0.0]), ["1T", "1M", "8", "−5", "0"]);
        assert_eq!(all(Measure::Number, &[3e9, 2.5e9, 1e7, 14.6e6]), ["3.00B", "2.50B", "0.01B", "14.6M"]);
        assert_eq!(all(Measure::Number, &[2e6, 7.0]), ["2M", "7"]);
        assert_eq!(all(Measure::Number, &[340.25, 0.004, 1e-9]), ["340", "0.004", "1.0e−9"]);
        assert_eq!(all(Measure::Share, &[0.34, 0.0042, 0.0]), ["34%", "0.4%", "0%"]);
        assert_eq!(all(Measure::Money, &[2e9, 12.5, 0.001]), ["2B", "12.50", "0.001"]);
        // What remains of 0.1 + 0.2 − 0.3 is no value.
        assert_eq!(all(Measure::Number, &[0.3, 5.55e-17]), ["0.300", "0.000"]);
    }
}
