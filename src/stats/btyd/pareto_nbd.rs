//! Pareto/NBD: customers buy at a pace of their own and stop at a time of their own.

use super::covariates::Covariates;
use super::fit::{Fitted, NoFit};
use super::histories::{Histories, Purchases};
use super::likelihood::{Kernel, Local, fit, log_likelihood, shifted};
use super::outlook::{BuyTillYouDie, Future, Outlook};
use super::quadrature::TEN;
use crate::Watch;
use crate::special::{digamma, ln_rising, trigamma};

/// The parameters of Pareto/NBD: paces are gamma(r, α), rates of stopping gamma(s, β).
///
/// Source: D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting your customers: who are they and what will
/// they do next?, Management Science 33(1), 1–24. Covariates as in P. S. Fader and B. G. S. Hardie (2007), Incorporating
/// time-invariant covariates into the Pareto/NBD and BG/NBD models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParetoNbd {
    /// Shape of the paces.
    pub r: f64,
    /// Scale of the paces, a time.
    pub alpha: f64,
    /// Shape of the rates of stopping.
    pub s: f64,
    /// Scale of the rates of stopping, a time.
    pub beta: f64,
}

impl ParetoNbd {
    fn parameters(&self) -> [f64; 4] {
        [self.r, self.alpha, self.s, self.beta]
    }

    /// Finds the parameters of the greatest likelihood.
    ///
    /// # Errors
    /// Where the data cannot tell them, with the reason; or when told to stop.
    pub fn fit(
        customers: &[Purchases],
        covariates: &Covariates,
        watch: &dyn Watch,
    ) -> Result<Fitted<ParetoNbd>, NoFit> {
        let model = |[r, alpha, s, beta]: [f64; 4]| ParetoNbd { r, alpha, s, beta };
        fit(&GammaDropout, customers, covariates, [false, true, false, true], model, watch)
    }

    /// The model of customers with these covariates; `effects` are the estimates that follow the model's own four.
    pub fn shifted(&self, effects: &[f64], covariates: &[f64]) -> ParetoNbd {
        let [r, alpha, s, beta] = shifted::<GammaDropout>(self.parameters(), effects, covariates);
        ParetoNbd { r, alpha, s, beta }
    }

    /// The log-likelihood of histories.
    pub fn log_likelihood(&self, histories: &Histories) -> f64 {
        log_likelihood(&GammaDropout, self.parameters(), histories)
    }
}

impl BuyTillYouDie for ParetoNbd {
    fn outlook(&self, purchases: Purchases) -> Outlook {
        let ParetoNbd { r, alpha, s, beta } = *self;
        let mut odds = 0.0;
        deaths(self.parameters(), purchases, |death| odds += death.weight);
        let alive = alive_weight(self.parameters(), purchases);
        let future = Future::Gamma {
            r: r + f64::from(purchases.repeats),
            alpha: alpha + purchases.age,
            s,
            beta: beta + purchases.age,
        };
        Outlook { alive: alive / (alive + odds), future }
    }

    fn newcomer(&self) -> Outlook {
        let ParetoNbd { r, alpha, s, beta } = *self;
        Outlook { alive: 1.0, future: Future::Gamma { r, alpha, s, beta } }
    }
}

/// The rates of stopping are gamma-distributed.
pub(super) struct GammaDropout;

/// The likelihood of the times is (α + T)^−(r+x) (β + T)^−s, alive at the end, and s ∫ (α + τ)^−(r+x) (β + τ)^−(s+1) dτ
/// from t_x to T, stopped at τ. Both are given divided by (α + t_x)^−(r+x) (β + t_x)^−s, so that neither is above 1 by
/// much, nor both nothing.
fn reference(at: [f64; 4], purchases: Purchases) -> f64 {
    let [r, alpha, s, beta] = at;
    -(r + f64::from(purchases.repeats)) * (alpha + purchases.last).ln() - s * (beta + purchases.last).ln()
}

fn alive_weight(at: [f64; 4], purchases: Purchases) -> f64 {
    let [r, alpha, s, beta] = at;
    let quiet = purchases.age - purchases.last;
    let shape = r + f64::from(purchases.repeats);
    (-shape * (quiet / (alpha + purchases.last)).ln_1p() - s * (quiet / (beta + purchases.last)).ln_1p()).exp()
}

/// A time of stopping τ at which the integrand is looked at.
struct Death {
    /// Its part of the integral.
    weight: f64,
    /// τ.
    time: f64,
    /// ln((α + τ) / (α + t_x)) and ln((β + τ) / (β + t_x)).
    quiet: (f64, f64),
}

/// Calls with times of stopping, whose weights add up to the integral.
///
/// In place of the usual difference of two hypergeometric functions, which cancels where t_x is near T: every term here
/// is positive. The variable is ln(m + τ), m the smaller of α and β, in which the integrand is smooth however small m is;
/// the parts are so short that it falls by no more than e^8 in each, and they end where nothing is left to add.
fn deaths(at: [f64; 4], purchases: Purchases, mut each: impl FnMut(Death)) {
    let [r, alpha, s, beta] = at;
    let Purchases { repeats, last, age } = purchases;
    let shape = r + f64::from(repeats);
    let (least, most) = if alpha < beta { (alpha, beta) } else { (beta, alpha) };
    let whole = ((age - last) / (least + last)).ln_1p();
    let by_most = 1.0 / (most + last);
    let fall = |quiet: f64| {
        let scale = least + last + quiet;
        (shape * scale / (alpha + last + quiet) + (s + 1.0) * scale / (beta + last + quiet) - 1.0).abs()
    };
    let passed = |place: f64| (least + last) * place.exp_m1();
    // ln((least + τ) / (least + t_x)), from 0 to `whole`.
    let mut from = 0.0;
    let mut sum = 0.0;
    while from < whole {
        let mut width = (8.0 / fall(passed(from))).min(2.5);
        if width < whole - from {
            width = width.min(8.0 / fall(passed(from + width)));
        } else {
            width = (whole - from).min(8.0 / fall(age - last));
        }
        let mut part = 0.0;
        for (place, share) in TEN {
            let small = from + width * place;
            let quiet = passed(small);
            let large = (quiet * by_most).ln_1p();
            let time = last + quiet;
            let quiet = if alpha < beta { (small, large) } else { (large, small) };
            let log = -shape * quiet.0 - s * quiet.1;
            let weight = s * width * share * log.exp() * (least + time) / (beta + time);
            part += weight;
            each(Death { weight, time, quiet });
        }
        sum += part;
        from += width;
        if part < sum * 1e-18 {
            break;
        }
    }
}

impl Kernel for GammaDropout {
    const NAMES: [&'static str; 4] = ["r", "alpha", "s", "beta"];
    const LINKS: &'static [(usize, f64, &'static str)] = &[(1, -1.0, "purchase"), (3, -1.0, "dropout")];

    /// ln Γ(r + x) − ln Γ(r) + r ln α + s ln β.
    fn of_count(&self, at: [f64; 4], repeats: u32) -> Local {
        let [r, alpha, s, beta] = at;
        let x = f64::from(repeats);
        let mut local = Local { value: ln_rising(r, x) + r * alpha.ln() + s * beta.ln(), ..Local::default() };
        local.gradient = [digamma(r + x) - digamma(r) + alpha.ln(), r / alpha, beta.ln(), s / beta];
        local.hessian[0][0] = trigamma(r + x) - trigamma(r);
        local.hessian[0][1] = 1.0 / alpha;
        local.hessian[1][1] = -r / (alpha * alpha);
        local.hessian[2][3] = 1.0 / beta;
        local.hessian[3][3] = -s / (beta * beta);
        local
    }

    /// The logarithm of a sum of weights has as gradient the weights' mean of the terms' gradients, and as second
    /// derivatives the mean of theirs plus the covariance of the gradients. The terms are taken relative to being alive.
    fn of_times(&self, at: [f64; 4], purchases: Purchases) -> Local {
        let [r, alpha, s, beta] = at;
        let shape = r + f64::from(purchases.repeats);
        let (by_alpha, by_beta) = (1.0 / (alpha + purchases.age), 1.0 / (beta + purchases.age));
        let mut local = Local {
            gradient: [-(alpha + purchases.age).ln(), -shape * by_alpha, -(beta + purchases.age).ln(), -s * by_beta],
            ..Local::default()
        };
        local.hessian[0][1] = -by_alpha;
        local.hessian[1][1] = shape * by_alpha * by_alpha;
        local.hessian[2][3] = -by_beta;
        local.hessian[3][3] = s * by_beta * by_beta;

        let alive = alive_weight(at, purchases);
        let mut total = alive;
        let mut more = Local::default();
        let quiet = purchases.age - purchases.last;
        let to_end = ((quiet / (alpha + purchases.last)).ln_1p(), (quiet / (beta + purchases.last)).ln_1p());
        deaths(at, purchases, |Death { weight, time, quiet }| {
            total += weight;
            let (alpha_then, beta_then) = (1.0 / (alpha + time), 1.0 / (beta + time));
            let slope = [
                to_end.0 - quiet.0,
                shape * (by_alpha - alpha_then),
                1.0 / s + to_end.1 - quiet.1,
                s * by_beta - (s + 1.0) * beta_then,
            ];
            for one in 0..4 {
                more.gradient[one] += weight * slope[one];
                for two in one..4 {
                    more.hessian[one][two] += weight * slope[one] * slope[two];
                }
            }
            more.hessian[0][1] += weight * (by_alpha - alpha_then);
            more.hessian[1][1] += weight * shape * (alpha_then * alpha_then - by_alpha * by_alpha);
            more.hessian[2][2] -= weight / (s * s);
            more.hessian[2][3] += weight * (by_beta - beta_then);
            more.hessian[3][3] += weight * ((s + 1.0) * beta_then * beta_then - s * by_beta * by_beta);
        });
        local.value = reference(at, purchases) + total.ln();
        for one in 0..4 {
            more.gradient[one] /= total;
        }
        for one in 0..4 {
            local.gradient[one] += more.gradient[one];
            for two in one..4 {
                local.hessian[one][two] += more.hessian[one][two] / total - more.gradient[one] * more.gradient[two];
            }
        }
        local
    }

    fn meaning(parameter: usize, upwards: bool) -> &'static str {
        match (parameter, upwards) {
            (0 | 1, true) => "all customers seem to buy at the same pace",
            (0 | 1, false) => "the pace of customers differs without measure; is one of them not a customer?",
            (2, false) => "nobody seems to stop",
            (2 | 3, true) => "all customers seem to stop at the same rate, or nobody does",
            _ => "some customers seem to stop at once and the others never",
        }
    }

    fn starts(rate: f64) -> Vec<[f64; 4]> {
        let rate = rate.clamp(1e-3, 1e3);
        vec![[0.5, 0.4 / rate, 0.6, 0.4], [1.0, 1.0 / rate, 1.0, 2.0], [2.0, 1.0 / rate, 0.3, 0.1]]
    }
}
