//! Statistics with their probabilities.

use crate::interval::standard_errors;
use statrs::function::{erf::erfc, gamma::checked_gamma_ur};

/// A test statistic that follows χ² where there is nothing to find.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquared {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom; not whole where coefficients are penalised.
    pub degrees: f64,
    /// How probable a statistic at least as large is where there is nothing to find.
    pub p_value: f64,
}

impl ChiSquared {
    /// The statistic with its probability. Differences of rounding below 0 count as 0.
    pub(super) fn new(statistic: f64, degrees: f64) -> Self {
        let statistic = statistic.max(0.0);
        let p_value =
            if statistic == 0.0 { 1.0 } else { checked_gamma_ur(degrees / 2.0, statistic / 2.0).unwrap_or(0.0) };
        Self { statistic, degrees, p_value }
    }
}

/// How many standard errors an interval of this confidence reaches to each side: 1.96 for 0.95.
pub fn reach(confidence: f64) -> f64 {
    standard_errors(confidence)
}

/// How probable a standard normal value at least as far from 0 is.
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_tables() {
        // The usual 5 % points: 1.959964 of the normal, 3.841459 and 5.991465 of χ² with 1 and 2 degrees (6 decimals).
        assert!((two_sided(-1.959_964) - 0.05).abs() < 1e-7);
        assert!((ChiSquared::new(3.841_459, 1.0).p_value - 0.05).abs() < 1e-7);
        assert!((ChiSquared::new(5.991_465, 2.0).p_value - 0.05).abs() < 1e-7);
        assert_eq!(ChiSquared::new(-1e-12, 2.0).p_value, 1.0);
        assert_eq!(ChiSquared::new(1e6, 2.0).p_value, 0.0);
    }
}
