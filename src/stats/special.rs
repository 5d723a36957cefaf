//! Logarithms of the gamma and beta functions and their derivatives, and sums and differences of logarithms.

/// Half of ln 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// From here on Stirling's series is good to the last digit with the terms below.
const STIRLING_FROM: f64 = 10.0;

/// What Stirling's formula leaves out of ln Γ(x): 1/12x − 1/360x³ + …; for x ≥ 10.
fn stirling_rest(x: f64) -> f64 {
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    inverse
        * (1.0 / 12.0
            - square
                * (1.0 / 360.0
                    - square
                        * (1.0 / 1260.0
                            - square
                                * (1.0 / 1680.0
                                    - square
                                        * (1.0 / 1188.0 - square * (691.0 / 360_360.0 - square * (1.0 / 156.0)))))))
}

/// ln Γ(x) for x > 0; infinite at 0, NaN below.
///
/// Stirling's series from 10 on, and the recurrence Γ(x + 1) = x Γ(x) below.
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x.is_infinite() {
        return f64::INFINITY;
    }
    let (mut at, mut product) = (x, 1.0);
    while at < STIRLING_FROM {
        product *= at;
        at += 1.0;
    }
    (at - 0.5) * at.ln() - at + HALF_LN_TAU + stirling_rest(at) - product.ln()
}

/// The first derivative of ln Γ at x > 0; NaN elsewhere.
pub fn digamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut at, mut below) = (x, 0.0);
    while at < STIRLING_FROM {
        below += 1.0 / at;
        at += 1.0;
    }
    let square = 1.0 / (at * at);
    let series = square
        * (1.0 / 12.0
            - square
                * (1.0 / 120.0
                    - square
                        * (1.0 / 252.0
                            - square
                                * (1.0 / 240.0
                                    - square * (1.0 / 132.0 - square * (691.0 / 32_760.0 - square / 12.0))))));
    at.ln() - 0.5 / at - series - below
}

/// The second derivative of ln Γ at x > 0; NaN elsewhere.
pub fn trigamma(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    let (mut at, mut below) = (x, 0.0);
    while at < STIRLING_FROM {
        below += 1.0 / (at * at);
        at += 1.0;
    }
    let inverse = 1.0 / at;
    let square = inverse * inverse;
    let series = inverse
        * square
        * (1.0 / 6.0
            - square
                * (1.0 / 30.0
                    - square
                        * (1.0 / 42.0
                            - square
                                * (1.0 / 30.0
                                    - square * (5.0 / 66.0 - square * (691.0 / 2730.0 - square * (7.0 / 6.0)))))));
    inverse + 0.5 * square + series + below
}

/// ln B(a, b) for a, b > 0. Where one is large, Stirling's formulas are subtracted before they are evaluated, so that
/// nothing cancels.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if small.is_nan() || small <= 0.0 || large < STIRLING_FROM {
        return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    }
    let rests = stirling_rest(large) - stirling_rest(small + large);
    let shrink = (large - 0.5) * (-(small / (small + large))).ln_1p();
    if small < STIRLING_FROM {
        ln_gamma(small) + rests + shrink + small - small * (small + large).ln()
    } else {
        (small - 0.5) * (small / (small + large)).ln() + shrink - 0.5 * (small + large).ln()
            + HALF_LN_TAU
            + stirling_rest(small)
            + rests
    }
}

/// ln Γ(a + k) − ln Γ(a), the logarithm of a (a + 1) … (a + k − 1) for whole k, without cancellation for large a.
pub fn ln_rising(a: f64, k: f64) -> f64 {
    if k == 0.0 {
        return 0.0;
    }
    if k <= 64.0 && k.fract() == 0.0 && a > 0.0 && k > 0.0 {
        let (mut sum, mut product, mut at) = (0.0, 1.0_f64, a);
        let mut left = k;
        while left > 0.0 {
            product *= at;
            if !(1e-200..1e200).contains(&product) {
                sum += product.ln();
                product = 1.0;
            }
            at += 1.0;
            left -= 1.0;
        }
        return sum + product.ln();
    }
    if a >= STIRLING_FROM && k > 0.0 {
        // (a + k − ½) ln(a + k) − (a − ½) ln a − k, with ln(a + k) = ln a + ln(1 + k/a).
        return (a + k - 0.5) * (k / a).ln_1p() + k * a.ln() - k + stirling_rest(a + k) - stirling_rest(a);
    }
    ln_gamma(a + k) - ln_gamma(a)
}

/// ln(e^a + e^b) without overflow; −∞ stands for the logarithm of nothing.
pub fn ln_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// ln(e^a − e^b) for a ≥ b without overflow, −∞ where they are equal; NaN where a < b.
pub fn ln_subtract(a: f64, b: f64) -> f64 {
    if b == f64::NEG_INFINITY {
        return a;
    }
    let gap = b - a;
    // Two ways of 1 − e^gap, each exact on its side.
    if gap > -std::f64::consts::LN_2 { a + (-gap.exp_m1()).ln() } else { a + (-gap.exp()).ln_1p() }
}

/// ln Σ e^v over the values; −∞ where there are none.
pub fn ln_sum(values: &[f64]) -> f64 {
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high.is_infinite() {
        return high;
    }
    high + values.iter().map(|value| (value - high).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Close to 3e-15 of the value, or of 1 where the value is smaller: a dozen roundings.
    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 3e-15 * wanted.abs().max(1.0), "{found:e} instead of {wanted:e}");
    }

    #[test]
    fn agrees_with_mpmath() {
        close(ln_gamma(1e-12), 27.63102111592797);
        close(digamma(1e-12), -1000000000000.5773);
        close(trigamma(1e-12), 1e+24);
        close(ln_gamma(0.2426), 1.3197854750907922);
        close(digamma(0.2426), -4.358361853222514);
        close(trigamma(0.2426), 18.198210324240314);
        close(ln_gamma(0.9), 0.06637623973474295);
        close(digamma(0.9), -0.7549269499470513);
        close(trigamma(0.9), 1.9225399594772035);
        close(ln_gamma(1.0), 0.0);
        close(digamma(1.0), -0.5772156649015329);
        close(trigamma(1.0), 1.6449340668482264);
        close(ln_gamma(1.5), -0.12078223763524522);
        close(digamma(1.5), 0.03648997397857652);
        close(trigamma(1.5), 0.9348022005446793);
        close(ln_gamma(3.7), 1.428072326665388);
        close(digamma(3.7), 1.1671535393615113);
        close(trigamma(3.7), 0.3100378576700383);
        close(ln_gamma(9.99), 12.779315214350193);
        close(digamma(9.99), 2.250700372831201);
        close(trigamma(9.99), 0.10527695014824179);
        close(ln_gamma(10.0), 12.801827480081469);
        close(digamma(10.0), 2.251752589066721);
        close(trigamma(10.0), 0.10516633568168575);
        close(ln_gamma(123.456), 469.6055471299295);
        close(digamma(123.456), 4.811829323828985);
        close(trigamma(123.456), 0.008132945834278198);
        close(ln_gamma(1000000.0), 12815504.569147611);
        close(digamma(1000000.0), 13.815510057964191);
        close(trigamma(1000000.0), 1.0000005000001667e-06);
        close(ln_beta(0.7929, 2.4259), -0.5113366260068234);
        close(ln_beta(1e-08, 3.0), 18.420680728952366);
        close(ln_beta(0.5, 1000000.0), -6.335390211057437);
        close(ln_beta(12.5, 40.0), -29.016702862091726);
        close(ln_beta(100000.0, 200000.0), -190958.88527911686);
        close(ln_beta(9.5, 10.5), -13.709925546998463);
        close(ln_beta(1000000000.0, 0.3), -5.121181756160848);
        close(ln_rising(0.2426, 5.0), 2.230052349209857);
        close(ln_rising(0.2426, 500.0), 2605.3035450345724);
        close(ln_rising(1000000.0, 3.0), 41.44653467389032);
        close(ln_rising(1000000.0, 900.0), 12434.363930924796);
        close(ln_rising(25.5, 70.0), 282.14763699787966);
        close(ln_rising(3.5, 0.25), 0.28584197624634283);
    }

    #[test]
    fn sums_and_differences_of_logarithms() {
        close(ln_add(-1000.0, -1000.0), -1000.0 + std::f64::consts::LN_2);
        close(ln_add(f64::NEG_INFINITY, 3.0), 3.0);
        close(ln_subtract(800.0 + 3f64.ln(), 800.0), 800.0 + std::f64::consts::LN_2);
        assert_eq!(ln_subtract(5.0, 5.0), f64::NEG_INFINITY);
        close(ln_sum(&[-900.0, -900.0 + 2f64.ln()]), -900.0 + 3f64.ln());
        assert_eq!(ln_sum(&[]), f64::NEG_INFINITY);
        assert!(ln_gamma(-1.0).is_nan() && digamma(0.0).is_nan() && trigamma(-2.0).is_nan());
    }
}
