//! What a customer is expected to do after the end of what was observed.

use statrs::function::beta::checked_beta_reg;

use super::histories::Purchases;
use super::quadrature::TEN;
use crate::special::{ln_beta, ln_rising};

/// What the continuous-time models have in common once they are fitted.
pub trait BuyTillYouDie: Sync {
    /// How a customer with this history stands.
    fn outlook(&self, purchases: Purchases) -> Outlook;

    /// How somebody stands right after the first purchase.
    fn newcomer(&self) -> Outlook;
}

/// How a customer stands: alive or not, and what follows if alive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Probability of being alive, that is, of not having stopped for good.
    pub alive: f64,
    /// What somebody alive will do.
    pub future: Future,
}

/// The distribution of further purchases of somebody alive. Paces are gamma(r, α).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Future {
    /// At each further purchase there is a chance to stop, beta(a, b).
    Beta {
        /// Shape of the pace.
        r: f64,
        /// Scale of the pace, a time.
        alpha: f64,
        /// First parameter of the chance to stop.
        a: f64,
        /// Second parameter of the chance to stop.
        b: f64,
    },
    /// Stopping comes at any time, at a rate gamma(s, β).
    Gamma {
        /// Shape of the pace.
        r: f64,
        /// Scale of the pace, a time.
        alpha: f64,
        /// Shape of the rate of stopping.
        s: f64,
        /// Scale of the rate of stopping, a time.
        beta: f64,
    },
}

/// Purchases expected within a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// Their mean.
    pub expected: f64,
    /// Lower end of the prediction interval, a number of purchases.
    pub lower: f64,
    /// Upper end of it.
    pub upper: f64,
}

/// Up to here the numbers of purchases are gone through one by one.
const ONE_BY_ONE: f64 = 400.0;

impl Outlook {
    /// Mean number of purchases within the horizon.
    pub fn expected(&self, horizon: f64) -> f64 {
        if horizon <= 0.0 { 0.0 } else { self.alive * self.future.mean(horizon) }
    }

    /// Mean and prediction interval: the ends are the smallest numbers that are not exceeded with half of what the
    /// confidence leaves, and with one less that. It covers what happens to a customer; not the error of the parameters.
    pub fn foresee(&self, horizon: f64, confidence: f64) -> Foreseen {
        if horizon <= 0.0 {
            return Foreseen { expected: 0.0, lower: 0.0, upper: 0.0 };
        }
        let outside = 0.5 * (1.0 - confidence);
        // P(X > n) may be this large at the lower and at the upper end.
        let (low, high) = (1.0 - outside, outside);
        let future = self.future;
        if future.is_long(horizon) {
            let end = |share: f64| first_true(|n| self.alive * future.tail(n + 1.0, horizon) <= share);
            return Foreseen { expected: self.alive * future.mean(horizon), lower: end(low), upper: end(high) };
        }
        let mut walk = Walk::new(future, horizon);
        let (mut lower, mut upper) = (None, None);
        let (mut n, mut sum) = (0.0, 0.0);
        let sums = future.is_summed(horizon);
        loop {
            let tail = walk.next_tail();
            let beyond = self.alive * tail;
            if tail.is_nan() {
                return Foreseen { expected: f64::NAN, lower: f64::NAN, upper: f64::NAN };
            }
            if lower.is_none() && beyond <= low {
                lower = Some(n);
            }
            if upper.is_none() && beyond <= high {
                upper = Some(n);
            }
            sum += tail;
            n += 1.0;
            if let (Some(lower), Some(upper)) = (lower, upper)
                && (!sums || tail < 1e-15)
            {
                let mean = if sums { sum } else { future.mean(horizon) };
                return Foreseen { expected: self.alive * mean, lower, upper };
            }
        }
    }

    /// Probabilities of 0, 1, … up to `most` purchases within the horizon, and last of more than that.
    pub fn probabilities(&self, horizon: f64, most: usize) -> Vec<f64> {
        let mut tails = vec![1.0];
        if horizon > 0.0 && !self.future.is_long(horizon) {
            let mut walk = Walk::new(self.future, horizon);
            tails.extend((0..=most).map(|_| self.alive * walk.next_tail()));
        } else {
            let tail = |n: usize| if horizon > 0.0 { self.alive * self.future.tail(n as f64, horizon) } else { 0.0 };
            tails.extend((1..=most + 1).map(tail));
        }
        let mut found: Vec<f64> = tails.windows(2).map(|two| (two[0] - two[1]).max(0.0)).collect();
        found.push(tails[most + 1]);
        found
    }
}

/// As [`Outlook::foresee`], with the interval of the mean of other outlooks, which stand for the error of the parameters.
pub fn foresee_together(outlook: &Outlook, others: &[Outlook], horizon: f64, confidence: f64) -> Foreseen {
    if others.is_empty() || horizon <= 0.0 {
        return outlook.foresee(horizon, confidence);
    }
    let expected = outlook.expected(horizon);
    let outside = 0.5 * (1.0 - confidence);
    let (low, high) = (1.0 - outside, outside);
    let share = 1.0 / others.len() as f64;
    if others.iter().any(|other| other.future.is_long(horizon)) {
        let beyond =
            |n: f64| -> f64 { others.iter().map(|one| one.alive * one.future.tail(n, horizon)).sum::<f64>() * share };
        let end = |most: f64| first_true(|n| beyond(n + 1.0) <= most);
        return Foreseen { expected, lower: end(low), upper: end(high) };
    }
    let mut walks: Vec<(f64, Walk)> = others.iter().map(|one| (one.alive, Walk::new(one.future, horizon))).collect();
    let mut lower = None;
    let mut n = 0.0;
    loop {
        let beyond: f64 = walks.iter_mut().map(|(alive, walk)| *alive * walk.next_tail()).sum::<f64>() * share;
        if beyond.is_nan() {
            return Foreseen { expected: f64::NAN, lower: f64::NAN, upper: f64::NAN };
        }
        if lower.is_none() && beyond <= low {
            lower = Some(n);
        }
        if beyond <= high {
            return Foreseen { expected, lower: lower.unwrap_or(n), upper: n };
        }
        n += 1.0;
    }
}

/// The smallest whole number from 0 on for which a condition holds that, once true, stays true.
fn first_true(holds: impl Fn(f64) -> bool) -> f64 {
    if holds(0.0) {
        return 0.0;
    }
    let mut above = 1.0;
    while !holds(above) && above < 1e15 {
        above *= 2.0;
    }
    let mut below = (above / 2.0).floor();
    while above - below > 1.0 {
        let middle = ((above + below) / 2.0).floor();
        if holds(middle) { above = middle } else { below = middle }
    }
    above
}

/// P(N ≥ n) of a negative binomial count, the purchases of somebody who never stops.
fn count_tail(n: f64, r: f64, alpha: f64, horizon: f64) -> f64 {
    if n <= 0.0 {
        return 1.0;
    }
    checked_beta_reg(n, r, horizon / (alpha + horizon)).unwrap_or(0.0)
}

impl Future {
    fn pace(self) -> (f64, f64) {
        match self {
            Future::Beta { r, alpha, .. } | Future::Gamma { r, alpha, .. } => (r, alpha),
        }
    }

    /// Whether going through the numbers one by one would take long, or begin at a probability too small to be told
    /// from nothing.
    fn is_long(self, horizon: f64) -> bool {
        let (r, alpha) = self.pace();
        r * horizon / alpha > ONE_BY_ONE || r * (horizon / alpha).ln_1p() > 600.0 || horizon / alpha > 100.0
    }

    /// Whether the mean is got by summing P(X ≥ n), which is quick where the horizon is no multiple of α.
    fn is_summed(self, horizon: f64) -> bool {
        matches!(self, Future::Beta { alpha, .. } if horizon / alpha <= 10.0) && !self.is_long(horizon)
    }

    /// Mean number of purchases within a horizon.
    pub fn mean(self, horizon: f64) -> f64 {
        match self {
            Future::Beta { r, alpha, a, b } => {
                if self.is_summed(horizon) {
                    let mut walk = Walk::new(self, horizon);
                    let mut sum = 0.0;
                    loop {
                        let tail = walk.next_tail();
                        sum += tail;
                        if tail < 1e-15 || tail.is_nan() {
                            return sum;
                        }
                    }
                }
                mean_over_chances(r, alpha, a, b, horizon)
            }
            Future::Gamma { r, alpha, s, beta } => {
                // ∫ of the chance to be alive, (β / (β + t))^s, over the horizon; s = 1 is no exception this way.
                let long = (horizon / beta).ln_1p();
                let bend = (1.0 - s) * long;
                let alive = if bend.abs() < 1e-8 { long * (1.0 + 0.5 * bend) } else { long * bend.exp_m1() / bend };
                r / alpha * beta * alive
            }
        }
    }

    /// P(X ≥ n), by itself and for any n.
    fn tail(self, n: f64, horizon: f64) -> f64 {
        if n <= 0.0 {
            return 1.0;
        }
        let (r, alpha) = self.pace();
        match self {
            Future::Beta { a, b, .. } => {
                (ln_rising(b, n - 1.0) - ln_rising(a + b, n - 1.0)).exp() * count_tail(n, r, alpha, horizon)
            }
            Future::Gamma { s, beta, .. } => lives(r, alpha, s, beta, horizon)
                .iter()
                .map(|(life, weight)| weight * count_tail(n, r, alpha, *life))
                .sum(),
        }
    }
}

/// Mean purchases as the mean over the chance to stop p of (1 − (1 + p t/α)^−r) / p, by the trapezoidal rule in the
/// log-odds of p: the integrand fades out on both sides and is analytic within ±πi/2 of the line, so that steps of a
/// quarter lose e^−39.
fn mean_over_chances(r: f64, alpha: f64, a: f64, b: f64, horizon: f64) -> f64 {
    let step = 0.25_f64.min(0.5 * (1.0 / a + 1.0 / b).sqrt());
    let middle = (a / b).ln();
    let norm = ln_beta(a, b);
    let term = |place: f64| {
        let (ln_p, ln_q) = (-ln_1p_exp(-place), -ln_1p_exp(place));
        let p = ln_p.exp();
        let bought = -(-r * (p * horizon / alpha).ln_1p()).exp_m1();
        // Where p is too small for a double, 1 − (1 + p t/α)^−r is r p t/α.
        let per_chance = if p > 1e-300 { bought / p } else { r * horizon / alpha };
        (a * ln_p + b * ln_q - norm).exp() * per_chance
    };
    let mut sum = term(middle);
    for side in [-1.0, 1.0] {
        for count in 1..1_000_000 {
            let more = term(middle + side * step * f64::from(count));
            sum += more;
            if more <= sum * 1e-18 {
                break;
            }
        }
    }
    sum * step
}

/// ln(1 + e^v) without overflow.
fn ln_1p_exp(v: f64) -> f64 {
    if v > 0.0 { v + (-v).exp().ln_1p() } else { v.exp().ln_1p() }
}

/// Lengths of life within a horizon and their weights; the last is that of living on. The variable
/// is ln(m + life), m the smaller of α and β; its parts are the shorter the
/// surer the pace is known, because the number of purchases then depends on the life the more sharply.
fn lives(r: f64, alpha: f64, s: f64, beta: f64, horizon: f64) -> Vec<(f64, f64)> {
    let least = alpha.min(beta);
    let whole = (horizon / least).ln_1p();
    let parts = (whole * (0.5 + 0.3 * r.sqrt())).ceil().clamp(1.0, 200.0);
    let width = whole / parts;
    let mut found = Vec::with_capacity(10 * parts as usize + 1);
    for part in 0..parts as usize {
        for (place, weight) in TEN {
            let life = least * (width * (part as f64 + place)).exp_m1();
            let dying = s * (least + life) / (beta + life) * (-s * (life / beta).ln_1p()).exp();
            found.push((life, dying * width * weight));
        }
    }
    found.push((horizon, (-s * (horizon / beta).ln_1p()).exp()));
    found
}

/// Gives P(X ≥ 1), P(X ≥ 2), … one after another.
enum Walk {
    Beta { a: f64, b: f64, n: f64, surviving: f64, count: Count },
    Gamma { lives: Vec<(f64, Count)> },
}

/// A negative binomial count, from 0 upwards.
struct Count {
    r: f64,
    odds: f64,
    n: f64,
    here: f64,
    tail: f64,
}

impl Count {
    fn new(r: f64, alpha: f64, horizon: f64) -> Count {
        Count { r, odds: horizon / (alpha + horizon), n: 0.0, here: (-r * (horizon / alpha).ln_1p()).exp(), tail: 1.0 }
    }

    /// P(N ≥ n + 1), and goes one on.
    fn next_tail(&mut self) -> f64 {
        self.tail -= self.here;
        self.here *= (self.r + self.n) / (self.n + 1.0) * self.odds;
        self.n += 1.0;
        // Far out the difference is all rounding; what is left is then bounded by a geometric series of the terms.
        let ratio = ((self.r + self.n) / (self.n + 1.0)).max(1.0) * self.odds;
        if self.tail < 1e-10 && ratio < 1.0 {
            self.tail = self.tail.clamp(0.0, self.here / (1.0 - ratio));
        }
        self.tail
    }
}

impl Walk {
    fn new(future: Future, horizon: f64) -> Walk {
        match future {
            Future::Beta { r, alpha, a, b } => {
                Walk::Beta { a, b, n: 0.0, surviving: 1.0, count: Count::new(r, alpha, horizon) }
            }
            Future::Gamma { r, alpha, s, beta } => {
                let counted = |(life, weight): (f64, f64)| (weight, Count::new(r, alpha, life));
                Walk::Gamma { lives: lives(r, alpha, s, beta, horizon).into_iter().map(counted).collect() }
            }
        }
    }

    fn next_tail(&mut self) -> f64 {
        match self {
            Walk::Beta { a, b, n, surviving, count } => {
                let tail = *surviving * count.next_tail();
                *surviving *= (*b + *n) / (*a + *b + *n);
                *n += 1.0;
                tail
            }
            Walk::Gamma { lives } => lives.iter_mut().map(|(weight, count)| *weight * count.next_tail()).sum(),
        }
    }
}
