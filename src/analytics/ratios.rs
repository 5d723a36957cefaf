//! Ratios that no number can hold.

use crate::table::thousands;

/// Logarithms beyond which a ratio is nought or infinite.
const MOST: f64 = 700.0;

/// Tells of columns of which one unit is so much more than the rows differ by that the ratio for it, or an end of its
/// interval, is nought or infinite. Of each: its name, the logarithm of the ratio, and half the width of its interval.
pub(crate) fn unreadable<'a>(ratio: &str, effects: impl Iterator<Item = (&'a str, f64, f64)>) -> Vec<String> {
    let told = effects.filter_map(|(name, logarithm, half)| {
        let most = logarithm.abs() + half.abs();
        // Not a number is beyond everything as well.
        if most <= MOST {
            return None;
        }
        let advice = match most.log10().ceil() - 1.0 {
            power if power.is_finite() => format!("count it in smaller units: `col(\"{name}\") * 1e{power:.0}`"),
            _ => "count it in smaller units".to_owned(),
        };
        let log = if logarithm.abs() < 1e15 { thousands(logarithm.abs() as usize) } else { format!("{logarithm:.0e}") };
        let sign = if logarithm < 0.0 && logarithm.abs() < 1e15 { "−" } else { "" };
        Some(format!(
            "one unit of `{name}` is far more than the rows differ by: its {ratio} is e to the power of {sign}{log}, which, or \
             an end of its interval, no number can hold; {advice}"
        ))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::unreadable;

    #[test]
    fn ratios_beyond_all_numbers_are_told() {
        let effects = [("age", 0.5, 0.1), ("share", -1_776_465.0, 3_000_000.0), ("odd", 3.0, f64::NAN)];
        let told = unreadable("hazard ratio", effects.into_iter());
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("`share`") && told[0].contains("−1,776,465") && told[0].contains("* 1e6`"),
            "{}",
            told[0]
        );
    }
}
