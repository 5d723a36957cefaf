//! How far groups are apart: standardised differences of means, differences of shares, explained variance.

use super::Interval;
use super::interval::{standard_errors, wilson};

/// Number, mean and variance of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Their sample variance, with n − 1; 0 for one value.
    pub variance: f64,
}

impl Moments {
    /// The moments of values, in two passes. None where there are none.
    pub fn of(values: &[f64]) -> Option<Moments> {
        let first = *values.first()?;
        let n = values.len() as f64;
        // From the first value, so that digits far from 0 are kept.
        let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let variance = if values.len() > 1 { squares / (n - 1.0) } else { 0.0 };
        Some(Moments { n: values.len() as u64, mean, variance })
    }

    /// The moments of all values of several groups. None where there is no group.
    pub fn together(groups: &[Moments]) -> Option<Moments> {
        let n: u64 = groups.iter().map(|group| group.n).sum();
        let first = groups.first()?.mean;
        let mean = first + groups.iter().map(|group| (group.mean - first) * group.n as f64).sum::<f64>() / n as f64;
        let squares: f64 =
            groups.iter().map(|group| group.squares() + group.n as f64 * (group.mean - mean).powi(2)).sum();
        let variance = if n > 1 { squares / (n as f64 - 1.0) } else { 0.0 };
        Some(Moments { n, mean, variance })
    }

    fn squares(&self) -> f64 {
        self.variance * (self.n as f64 - 1.0)
    }
}

/// An effect with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The effect.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// Hedges' g: the difference of two means by the pooled standard deviation, less the bias of small samples, with the
/// interval of its approximate standard error. None with fewer than two values on either side, or without any spread.
///
/// Source: L. V. Hedges (1981), Journal of Educational Statistics 6, 107–128; the standard error as in M. Borenstein,
/// L. Hedges, J. Higgins and H. Rothstein (2009), Introduction to Meta-Analysis, formulas 4.20 to 4.24.
pub fn hedges_g(one: &Moments, other: &Moments, confidence: f64) -> Option<Effect> {
    let (left, right) = (one.n as f64, other.n as f64);
    if one.n < 2 || other.n < 2 {
        return None;
    }
    let freedom = left + right - 2.0;
    let spread = ((one.squares() + other.squares()) / freedom).sqrt();
    if spread <= 0.0 || !spread.is_finite() {
        return None;
    }
    let difference = (one.mean - other.mean) / spread;
    let smaller = 1.0 - 3.0 / (4.0 * freedom - 1.0);
    let variance = (left + right) / (left * right) + difference * difference / (2.0 * (left + right));
    let value = smaller * difference;
    let reach = standard_errors(confidence) * smaller * variance.sqrt();
    Some(Effect { value, interval: Interval { lower: value - reach, upper: value + reach } })
}

/// The difference of two independent shares, with Newcombe's interval out of two Wilson intervals: never outside
/// [−1, 1], sensible at 0 and 1. None where one side has no trials.
///
/// Source: R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions", Statistics in
/// Medicine 17, 873–890, method 10 (without correction for continuity).
pub fn share_difference(one: (u64, u64), other: (u64, u64), confidence: f64) -> Option<Effect> {
    let left = wilson(one.0, one.1, confidence)?;
    let right = wilson(other.0, other.1, confidence)?;
    let (p, q) = (one.0 as f64 / one.1 as f64, other.0 as f64 / other.1 as f64);
    let value = p - q;
    let lower = value - ((p - left.lower).powi(2) + (right.upper - q).powi(2)).sqrt();
    let upper = value + ((left.upper - p).powi(2) + (q - right.lower).powi(2)).sqrt();
    Some(Effect { value, interval: Interval { lower: lower.max(-1.0), upper: upper.min(1.0) } })
}

/// η²: the share of the variance that lies between groups. None where nothing varies, or with one group only.
///
/// Source: R. A. Fisher (1925), Statistical Methods for Research Workers, chapter VIII (the correlation ratio).
pub fn eta_squared(groups: &[Moments]) -> Option<f64> {
    let n: f64 = groups.iter().map(|group| group.n as f64).sum();
    if groups.len() < 2 {
        return None;
    }
    let mean = groups.iter().map(|group| group.n as f64 / n * group.mean).sum::<f64>();
    let between: f64 = groups.iter().map(|group| group.n as f64 * (group.mean - mean).powi(2)).sum();
    let within: f64 = groups.iter().map(Moments::squares).sum();
    let total = between + within;
    (total > 0.0 && total.is_finite()).then(|| between / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hedges_as_printed() {
        // Borenstein et al. (2009), pages 26–29: means 103 and 100, deviations 5.5 and 4.5, 50 each: d 0.5970, its
        // variance 0.0418, J 0.9923, g 0.5924 with standard error 0.2028. Printed to four decimals.
        let one = Moments { n: 50, mean: 103.0, variance: 5.5 * 5.5 };
        let other = Moments { n: 50, mean: 100.0, variance: 4.5 * 4.5 };
        let found = hedges_g(&one, &other, 0.95).expect("an effect");
        assert!((found.value - 0.5924).abs() < 5e-5, "{found:?}");
        let error = (found.interval.upper - found.value) / 1.959_963_984_540_054;
        assert!((error - 0.2028).abs() < 5e-5, "{error}");
        let turned = hedges_g(&other, &one, 0.95).expect("an effect");
        assert_eq!(turned.value, -found.value);
        assert_eq!(hedges_g(&one, &Moments { n: 1, mean: 1.0, variance: 0.0 }, 0.95), None);
        let flat = Moments { n: 9, mean: 1.0, variance: 0.0 };
        assert_eq!(hedges_g(&flat, &flat, 0.95), None);
    }

    #[test]
    fn newcombe_as_printed() {
        // Newcombe (1998), table II, method 10, the examples (a) to (h); printed to four decimals.
        for (one, other, lower, upper) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((6, 7), (2, 7), 0.0582, 0.8062),
            ((5, 56), (0, 29), -0.0381, 0.1926),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((0, 10), (0, 10), -0.2775, 0.2775),
            ((10, 10), (0, 20), 0.6791, 1.0),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ] {
            let found = share_difference(one, other, 0.95).expect("an effect").interval;
            assert!((found.lower - lower).abs() < 5e-5 && (found.upper - upper).abs() < 5e-5, "{one:?} {found:?}");
        }
        assert_eq!(share_difference((0, 0), (1, 2), 0.95), None);
    }

    #[test]
    fn explained_variance_by_hand() {
        // 1, 2, 3 and 7, 8, 9: means 2 and 8, between 6 × 9 = 54, within 2 + 2: 54/58.
        let of = |values: &[f64]| Moments::of(values).expect("values");
        let (low, high) = (of(&[1.0, 2.0, 3.0]), of(&[7.0, 8.0, 9.0]));
        assert_eq!(low, Moments { n: 3, mean: 2.0, variance: 1.0 });
        assert!((eta_squared(&[low, high]).expect("a share") - 54.0 / 58.0).abs() < 1e-12);
        // All six: mean 5, squares 54 + 4, by n − 1 = 5.
        assert_eq!(Moments::together(&[low, high]), Some(Moments { n: 6, mean: 5.0, variance: 58.0 / 5.0 }));
        assert_eq!(eta_squared(&[low]), None);
        assert_eq!(eta_squared(&[of(&[4.0]), of(&[4.0, 4.0])]), None);
        assert_eq!(Moments::of(&[]), None);
        let far = of(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]);
        assert_eq!((far.mean, far.variance), (1e9 + 2.0, 1.0));
    }
}
