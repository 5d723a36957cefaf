//! Numbers as people read them.

pub(crate) use crate::table::grouped;

/// Beyond this a number is shown as `1.235e18`: more digits than a double holds would be made up.
const HUGE: f64 = 1e15;
/// Decimals that a column may need to show its exact values: prices, grades, halves.
const EXACT: usize = 4;

/// A number with so many decimals and its thousands grouped; very large ones, and those that would read as zero
/// but are not, in powers of ten.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    match special(value, decimals) {
        Some(text) => text,
        None => grouped(&digits(value, decimals)),
    }
}

/// A number by itself, with as few decimals as show it unless told.
pub fn number(value: f64, told: Option<usize>) -> String {
    fixed(value, told.unwrap_or_else(|| decimals(&[value])))
}

/// The same without grouping, for numbers that are names.
pub(crate) fn ungrouped(value: f64, decimals: usize) -> String {
    special(value, decimals).unwrap_or_else(|| digits(value, decimals))
}

fn special(value: f64, decimals: usize) -> Option<String> {
    if value.is_nan() {
        Some("NaN".to_owned())
    } else if value.is_infinite() {
        Some(if value > 0.0 { "inf" } else { "-inf" }.to_owned())
    } else if value.abs() >= HUGE {
        Some(powers(value, 3))
    } else if vanishes(value, decimals) {
        Some(powers(value, 2))
    } else {
        None
    }
}

/// `1.235e18`; zeros that say nothing are dropped.
fn powers(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$e}");
    match text.split_once('e') {
        Some((digits, power)) => format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => text,
    }
}

/// Whether a number that is not zero would read as zero.
pub(crate) fn vanishes(value: f64, decimals: usize) -> bool {
    value != 0.0 && !digits(value, decimals).contains(|digit: char| ('1'..='9').contains(&digit))
}

fn digits(value: f64, decimals: usize) -> String {
    // Adding zero turns -0.0 into 0.0.
    format!("{:.decimals$}", value + 0.0)
}

/// The decimals that the numbers of one column share: as few as show them exactly where that takes at most
/// four; otherwise about four digits that count, more where different values would read the same.
pub(crate) fn decimals(values: &[f64]) -> usize {
    let shown = |value: &f64| value.is_finite() && value.abs() < HUGE && *value != 0.0;
    let mut usual: Vec<f64> = values.iter().copied().filter(shown).collect();
    // Beside larger ones, tiny numbers are written in powers of ten anyway and ask for no decimals.
    let tiny = |value: &f64| value.abs() < 10_f64.powi(-(EXACT as i32));
    if !usual.iter().all(tiny) {
        usual.retain(|value| !tiny(value));
    }
    if let Some(exact) = (0..=EXACT).find(|&decimals| usual.iter().all(|value| is_exact(*value, decimals))) {
        return exact;
    }
    let largest = usual.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    // 0.45 has no digit before the point, 0.0045 has two zeros after it to make up for.
    let before = largest.log10().floor() as i32 + 1;
    let decimals = (4 - before).clamp(1, 6) as usize;
    (decimals..=EXACT).find(|&decimals| tells_apart(&usual, decimals)).unwrap_or(decimals)
}

/// Whether so many decimals show the number as it is, apart from the last bits of a double.
fn is_exact(value: f64, decimals: usize) -> bool {
    let scaled = value * 10_f64.powi(decimals as i32);
    (scaled - scaled.round()).abs() <= 1e-9 * scaled.abs().max(1e-3)
}

fn tells_apart(values: &[f64], decimals: usize) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    !values.iter().any(|value| vanishes(*value, decimals))
        && sorted.windows(2).all(|pair| {
            let same = (pair[1] - pair[0]).abs() <= 1e-9 * pair[1].abs().max(pair[0].abs());
            same || digits(pair[0], decimals) != digits(pair[1], decimals)
        })
}

/// The decimals, one or two, with which shares read as percent: two where one would make a share nothing or all
/// that is not.
pub(crate) fn percent_decimals(values: &[f64]) -> usize {
    let odd = |value: &f64| vanishes(value * 100.0, 1) || (*value != 1.0 && digits(value * 100.0, 1) == "100.0");
    if values.iter().any(odd) { 2 } else { 1 }
}

/// A share as percent.
pub(crate) fn percent(value: f64, decimals: usize) -> String {
    let hundredfold = value * 100.0;
    if !value.is_finite() {
        return fixed(value, decimals);
    }
    if vanishes(hundredfold, decimals) {
        let least = 10_f64.powi(-(decimals as i32));
        return match value > 0.0 {
            true => format!("<{least:.decimals$} %"),
            false => format!(">-{least:.decimals$} %"),
        };
    }
    format!("{} %", fixed(hundredfold, decimals))
}

/// A number that stands alone: every digit it has, and a point so that it is not taken for a whole number.
pub(crate) fn alone(value: f64) -> String {
    if value.is_finite() && value != 0.0 && !(1e-5..1e16).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let shown = ["0", "999", "1000", "-1234567", "-123", "1234.5678"].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "-1,234,567", "-123", "1,234.5678"]);
    }

    #[test]
    fn a_column_gets_the_decimals_that_its_values_need() {
        assert_eq!(decimals(&[7.0, 12.0, f64::NAN]), 0);
        assert_eq!(decimals(&[7.5, 12.0]), 1);
        assert_eq!(decimals(&[11.77, 0.1 + 0.2]), 2);
        assert_eq!(decimals(&[]), 0);
        assert_eq!(decimals(&[0.0455, 1e-12, 1e300]), 4);
        // Noise: about four digits that count.
        assert_eq!(decimals(&[1.0 / 3.0]), 4);
        assert_eq!(decimals(&[38.0 / 7.0]), 3);
        assert_eq!(decimals(&[1000.0 / 3.0]), 1);
        assert_eq!(decimals(&[0.01 / 3.0]), 6);
        // 1 decimal would do for the large one, but then the small one would read as zero.
        assert_eq!(decimals(&[1000.0 / 3.0, 0.01 / 3.0]), 3);
        // … and these two would read the same.
        assert_eq!(decimals(&[1000.0 / 3.0, 1000.0 / 3.0 + 0.001]), 3);
    }

    #[test]
    fn extremes_stay_readable() {
        assert_eq!(fixed(1234567.891, 2), "1,234,567.89");
        assert_eq!(fixed(1.2345e18, 2), "1.234e18");
        assert_eq!(fixed(1e18, 2), "1e18");
        assert_eq!(fixed(-3.2e-7, 4), "-3.2e-7");
        assert_eq!(fixed(-0.0, 1), "0.0");
        assert_eq!(fixed(f64::NAN, 1), "NaN");
        assert_eq!(fixed(f64::NEG_INFINITY, 1), "-inf");
    }

    #[test]
    fn shares_are_percent() {
        assert_eq!(percent_decimals(&[0.455, 1.0, 0.0]), 1);
        assert_eq!(percent_decimals(&[0.0002]), 2);
        assert_eq!(percent_decimals(&[0.9998]), 2);
        assert_eq!(percent(0.4551, 1), "45.5 %");
        assert_eq!(percent(-12.5, 1), "-1,250.0 %");
        assert_eq!(percent(0.0000001, 2), "<0.01 %");
        assert_eq!(percent(f64::NAN, 1), "NaN");
    }

    #[test]
    fn a_number_alone_keeps_every_digit() {
        assert_eq!([7.0, 0.1 + 0.2, 1e300, 1e-9].map(alone), ["7.0", "0.30000000000000004", "1e300", "1e-9"]);
    }
}
