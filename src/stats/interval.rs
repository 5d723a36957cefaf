//! Confidence intervals of proportions and ratios.

use statrs::distribution::{ContinuousCDF, Normal};

/// The two ends of a confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// How many standard errors a two-sided interval of this confidence reaches to each side: 1.96 for 0.95.
pub(crate) fn standard_errors(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + confidence / 2.0)
}

/// The interval of a proportion after Wilson: never outside [0, 1], sensible at 0 and at `n`.
///
/// Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22, 209–212; without continuity correction.
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let share = successes as f64 / n;
    let z = standard_errors(confidence);
    let centre = share + z * z / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // At none and at all the formula gives 0 and 1, but for the last digit.
    let lower = if successes == 0 { 0.0 } else { ((centre - spread) / scale).max(0.0) };
    let upper = if successes == trials { 1.0 } else { ((centre + spread) / scale).min(1.0) };
    Some(Interval { lower, upper })
}

/// The interval of a ratio of sums, Σy / Σx over `n` units, by linearisation (the delta method): the standard error is
/// that of the mean of the residuals y − R x. Takes the sums of x, y, x², y² and xy.
///
/// Source: W. G. Cochran (1977), Sampling Techniques, 3rd edition, section 6.3.
pub fn ratio(n: u64, x: f64, y: f64, xx: f64, yy: f64, xy: f64, confidence: f64) -> Option<Interval> {
    if n < 2 || x <= 0.0 {
        return None;
    }
    let ratio = y / x;
    let residuals = (yy - 2.0 * ratio * xy + ratio * ratio * xx).max(0.0);
    let units = n as f64;
    let error = (units / (units - 1.0) * residuals).sqrt() / x;
    let reach = standard_errors(confidence) * error;
    Some(Interval { lower: ratio - reach, upper: ratio + reach })
}

/// The interval of a value above 0 whose logarithm has this standard error, symmetric in the logarithm: never below 0.
pub fn log_interval(value: f64, error: f64, confidence: f64) -> Interval {
    let factor = (standard_errors(confidence) * error).exp();
    Interval { lower: value / factor, upper: value * factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_a_published_example() {
        // Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3: 81 of 263 gives 0.2553 to 0.3662,
        // 15 of 148 gives 0.0624 to 0.1605, 0 of 20 gives 0 to 0.1611. Printed to four decimals.
        for (successes, trials, lower, upper) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)]
        {
            let interval = wilson(successes, trials, 0.95);
            assert!(
                interval.is_some_and(|it| (it.lower - lower).abs() < 5e-5 && (it.upper - upper).abs() < 5e-5),
                "{interval:?}"
            );
        }
        assert_eq!(wilson(0, 0, 0.95), None);
    }

    #[test]
    fn a_ratio_of_indicator_sums_is_a_proportion() {
        // With x = 1 for everybody, Σy/Σx is a mean and the interval that of a mean: here of 3 ones among 12.
        let interval = ratio(12, 12.0, 3.0, 12.0, 3.0, 3.0, 0.95);
        let error = (0.25_f64 * 0.75 / 11.0).sqrt();
        assert!(interval.is_some_and(|it| (it.upper - (0.25 + 1.959_963_985 * error)).abs() < 1e-9));
    }
}
