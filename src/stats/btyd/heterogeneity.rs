//! How customers differ: quantiles of the gamma and beta distributions that a model found.

use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::checked_gamma_lr;

/// The value below which a share of a gamma distribution lies; the scale is a rate, as α and β are.
pub fn gamma_quantile(shape: f64, rate: f64, share: f64) -> f64 {
    let below = |log: f64| checked_gamma_lr(shape, log.exp()).unwrap_or(f64::NAN);
    bisect(below, share).exp() / rate
}

/// The value below which a share of a beta distribution lies.
pub fn beta_quantile(a: f64, b: f64, share: f64) -> f64 {
    // In log-odds, so that values near 0 and near 1 keep their digits.
    let value = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    value(bisect(|odds| checked_beta_reg(a, b, value(odds)).unwrap_or(f64::NAN), share))
}

/// Where a rising function reaches a share, between −700 and 700.
fn bisect(below: impl Fn(f64) -> f64, share: f64) -> f64 {
    let (mut low, mut high) = (-700.0, 700.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if below(middle) < share { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        // An exponential's median is ln 2 / rate; a beta(2, 1) is below its root of the share; a uniform is its share.
        assert!((gamma_quantile(1.0, 4.0, 0.5) - 2f64.ln() / 4.0).abs() < 1e-9);
        assert!((beta_quantile(2.0, 1.0, 0.25) - 0.5).abs() < 1e-9);
        assert!((beta_quantile(1.0, 1.0, 0.99) - 0.99).abs() < 1e-9);
        // scipy 1.17: gamma(.2426).ppf(.1) / 4.4136 and beta(.7929, 2.4259).ppf(.9).
        for (found, wanted) in [
            (gamma_quantile(0.2426, 4.4136, 0.1), 1.1491115926044462e-05),
            (beta_quantile(0.7929, 2.4259, 0.9), 0.5627253527833368),
        ] {
            assert!((found / wanted - 1.0).abs() < 1e-8, "{found} {wanted}");
        }
    }
}
