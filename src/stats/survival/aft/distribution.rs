//! The spread of the logarithm of the duration, standardised: its logarithms and their derivatives.

use std::f64::consts::{PI, SQRT_2};

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::erf::erfc;

/// How durations are spread where the covariates are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Distribution {
    /// Weibull: the hazard rises or falls with a power of time. Its time ratios are hazard ratios as well.
    #[default]
    Weibull,
    /// Exponential: a hazard that stays the same.
    Exponential,
    /// Log-normal: the hazard rises and falls again.
    LogNormal,
    /// Log-logistic: the same with longer tails.
    LogLogistic,
}

/// A logarithm with its first and second derivative.
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) first: f64,
    pub(super) second: f64,
}

impl Distribution {
    /// Whether the spread of log durations is estimated.
    pub fn has_scale(self) -> bool {
        self != Self::Exponential
    }

    /// The logarithm of the density at `z` for an event, or of the survival for a censored row.
    pub(super) fn log(self, z: f64, event: bool) -> Jet {
        let seen = if event { 1.0 } else { 0.0 };
        match self {
            Self::Weibull | Self::Exponential => {
                let hazard = z.exp();
                Jet { value: seen * z - hazard, first: seen - hazard, second: -hazard }
            }
            Self::LogLogistic => {
                let softplus = if z > 0.0 { z + (-z).exp().ln_1p() } else { z.exp().ln_1p() };
                let share = 1.0 / (1.0 + (-z).exp());
                let rest = 1.0 / (1.0 + z.exp());
                Jet {
                    value: seen * z - (1.0 + seen) * softplus,
                    first: seen - (1.0 + seen) * share,
                    second: -(1.0 + seen) * share * rest,
                }
            }
            Self::LogNormal if event => Jet { value: -z * z / 2.0 - (2.0 * PI).ln() / 2.0, first: -z, second: -1.0 },
            Self::LogNormal => {
                let (value, hazard) = upper_tail(z);
                // λ (λ − z) is near 1 far out, where the difference loses digits; it never leaves (0, 1).
                Jet { value, first: -hazard, second: -(hazard * (hazard - z)).clamp(0.0, 1.0) }
            }
        }
    }

    /// The probability of a value above `z`.
    pub(super) fn survival(self, z: f64) -> f64 {
        match self {
            Self::Weibull | Self::Exponential => (-z.exp()).exp(),
            Self::LogLogistic => 1.0 / (1.0 + z.exp()),
            Self::LogNormal => erfc(z / SQRT_2) / 2.0,
        }
    }

    /// The value below which this probability lies.
    pub(super) fn quantile(self, probability: f64) -> f64 {
        match self {
            Self::Weibull | Self::Exponential => (-(-probability).ln_1p()).ln(),
            Self::LogLogistic => (probability / (1.0 - probability)).ln(),
            Self::LogNormal => Normal::standard().inverse_cdf(probability),
        }
    }
}

/// The logarithm of the normal probability above `z`, and the density over that probability.
fn upper_tail(z: f64) -> (f64, f64) {
    let log_density = -z * z / 2.0 - (2.0 * PI).ln() / 2.0;
    if z < 3.0 {
        let above = erfc(z / SQRT_2) / 2.0;
        return (above.ln(), log_density.exp() / above);
    }
    // Laplace's continued fraction of the density over the tail: z + 1 / (z + 2 / (z + 3 / …)). From 3 on, sixty
    // levels give every digit, where `erfc` has eleven.
    let hazard = (1..=60).rev().fold(z, |below, level| z + f64::from(level) / below);
    (log_density - hazard.ln(), hazard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_tail_joins_and_goes_far() {
        // mpmath 1.4.1, 40 digits: log of the tail and the hazard. Below 3 the digits are those of statrs' erfc.
        for (z, log, hazard) in [
            (1.0, -1.841_021_645_009_263_6, 1.525_135_276_160_981),
            (3.0, -6.607_726_221_510_349, 3.283_098_654_930_436_4),
            (5.0, -15.064_998_393_988_725, 5.186_503_967_125_842),
            (10.0, -53.231_285_150_512_47, 10.098_093_233_962_512),
            (60.0, -1_805.013_560_680_567_3, 60.016_657_420_241_124),
        ] {
            let found = upper_tail(z);
            let tolerance = if z < 3.0 { 1e-10 } else { 1e-13 };
            let near = |found: f64, wanted: f64| (found / wanted - 1.0).abs() < tolerance;
            assert!(near(found.0, log) && near(found.1, hazard), "{z}: {found:?}");
        }
    }

    #[test]
    fn derivatives_are_differences() {
        for distribution in
            [Distribution::Weibull, Distribution::Exponential, Distribution::LogNormal, Distribution::LogLogistic]
        {
            for z in [-3.0, -0.4, 0.0, 1.3, 2.5] {
                for event in [true, false] {
                    let at = |z: f64| distribution.log(z, event);
                    let step = 1e-5;
                    // Central differences of a smooth function: the error is of the order of the squared step.
                    let slope = (at(z + step).value - at(z - step).value) / (2.0 * step);
                    let bend = (at(z + step).first - at(z - step).first) / (2.0 * step);
                    assert!((slope - at(z).first).abs() < 1e-8 && (bend - at(z).second).abs() < 1e-8);
                }
                let survival = distribution.survival(z);
                assert!((distribution.log(z, false).value - survival.ln()).abs() < 1e-12);
                assert!((distribution.quantile(1.0 - survival) - z).abs() < 1e-9);
            }
        }
    }
}
