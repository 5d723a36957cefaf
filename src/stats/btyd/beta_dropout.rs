//! What BG/NBD and MBG/NBD share: purchases at a gamma-distributed pace, and a beta-distributed chance to stop at a
//! purchase.

use super::histories::Purchases;
use super::likelihood::{Kernel, Local};
use crate::special::{digamma, ln_rising, trigamma};

/// At which purchases a customer may stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum BetaDropout {
    /// At repeat purchases: BG/NBD.
    AtRepeats,
    /// At the first purchase as well: MBG/NBD.
    AtEvery,
}

impl BetaDropout {
    /// How often somebody with this many repeat purchases might have stopped.
    pub(super) fn chances(self, repeats: u32) -> f64 {
        match self {
            BetaDropout::AtRepeats => f64::from(repeats),
            BetaDropout::AtEvery => f64::from(repeats) + 1.0,
        }
    }

    /// Log-odds of having stopped at the last purchase; −∞ where that cannot be.
    pub(super) fn odds_of_death(self, at: [f64; 4], purchases: Purchases) -> f64 {
        let [r, alpha, a, b] = at;
        let chances = self.chances(purchases.repeats);
        if chances == 0.0 {
            return f64::NEG_INFINITY;
        }
        let survived = (r + f64::from(purchases.repeats)) * silence(alpha, purchases);
        a.ln() - (b + chances - 1.0).ln() + survived
    }
}

/// ln((α + T) / (α + t_x)), without cancellation where both are nearly equal.
pub(super) fn silence(alpha: f64, purchases: Purchases) -> f64 {
    ((purchases.age - purchases.last) / (alpha + purchases.last)).ln_1p()
}

impl Kernel for BetaDropout {
    const NAMES: [&'static str; 4] = ["r", "alpha", "a", "b"];
    const LINKS: &'static [(usize, f64, &'static str)] =
        &[(1, -1.0, "purchase"), (2, 1.0, "dropout a"), (3, 1.0, "dropout b")];

    /// ln Γ(r + x) − ln Γ(r) + r ln α, and ln B(a, b + k) − ln B(a, b) for k survived chances to stop.
    fn of_count(&self, at: [f64; 4], repeats: u32) -> Local {
        let [r, alpha, a, b] = at;
        let x = f64::from(repeats);
        let k = self.chances(repeats);
        let mut local = Local {
            value: ln_rising(r, x) + r * alpha.ln() + ln_rising(b, k) - ln_rising(a + b, k),
            ..Local::default()
        };
        let (both, both_bend) = (digamma(a + b) - digamma(a + b + k), trigamma(a + b) - trigamma(a + b + k));
        local.gradient =
            [digamma(r + x) - digamma(r) + alpha.ln(), r / alpha, both, digamma(b + k) - digamma(b) + both];
        local.hessian[0][0] = trigamma(r + x) - trigamma(r);
        local.hessian[0][1] = 1.0 / alpha;
        local.hessian[1][1] = -r / (alpha * alpha);
        local.hessian[2][2] = both_bend;
        local.hessian[2][3] = both_bend;
        local.hessian[3][3] = trigamma(b + k) - trigamma(b) + both_bend;
        local
    }

    /// ln of (α + T)^−(r + x), alive, plus a / (b + k − 1) (α + t_x)^−(r + x), stopped at the last purchase.
    fn of_times(&self, at: [f64; 4], purchases: Purchases) -> Local {
        let [r, alpha, a, b] = at;
        let k = self.chances(purchases.repeats);
        let shape = r + f64::from(purchases.repeats);
        let (by_end, by_last) = (1.0 / (alpha + purchases.age), 1.0 / (alpha + purchases.last));
        let end = (alpha + purchases.age).ln();
        let mut local = Local { value: -shape * end, ..Local::default() };
        local.gradient[0] = -end;
        local.gradient[1] = -shape * by_end;
        local.hessian[0][1] = -by_end;
        local.hessian[1][1] = shape * by_end * by_end;
        if k == 0.0 {
            return local;
        }
        let quiet = silence(alpha, purchases);
        let odds = a.ln() - (b + k - 1.0).ln() + shape * quiet;
        // Share of the likelihood that belongs to having stopped, and what it adds.
        let (dead, more) = if odds > 0.0 {
            (1.0 / (1.0 + (-odds).exp()), odds + (-odds).exp().ln_1p())
        } else {
            (odds.exp() / (1.0 + odds.exp()), odds.exp().ln_1p())
        };
        local.value += more;
        // Derivatives of the log-odds.
        let by_b = 1.0 / (b + k - 1.0);
        let slope = [quiet, shape * (by_end - by_last), 1.0 / a, -by_b];
        let spread = dead * (1.0 - dead);
        for one in 0..4 {
            local.gradient[one] += dead * slope[one];
            for two in one..4 {
                local.hessian[one][two] += spread * slope[one] * slope[two];
            }
        }
        local.hessian[0][1] += dead * (by_end - by_last);
        local.hessian[1][1] += dead * shape * (by_last * by_last - by_end * by_end);
        local.hessian[2][2] -= dead / (a * a);
        local.hessian[3][3] += dead * by_b * by_b;
        local
    }

    fn meaning(parameter: usize, upwards: bool) -> &'static str {
        match (parameter, upwards) {
            (0 | 1, true) => "all customers seem to buy at the same pace",
            (0 | 1, false) => "the pace of customers differs without measure; is one of them not a customer?",
            (2, false) | (3, true) => "nobody seems to stop",
            (2, true) => "all customers seem equally likely to stop at a purchase",
            _ => "whoever buys again seems to stop at once",
        }
    }

    fn starts(rate: f64) -> Vec<[f64; 4]> {
        vec![
            [0.3, 0.15 / rate.clamp(1e-3, 1e3), 0.8, 2.5],
            [1.0, 1.0 / rate.clamp(1e-3, 1e3), 1.0, 8.0],
            [3.0, 1.0 / rate.clamp(1e-3, 1e3), 0.5, 1.0],
        ]
    }
}
