//! Gamma-Gamma: how much customers spend on a purchase, and how far a customer's own mean can be trusted.
//!
//! Amounts of a customer are gamma distributed with shape p and the customer's own rate; rates differ between customers as a
//! gamma distribution with shape q and rate γ. What a customer spends is taken to be unrelated to how often they buy.
//!
//! Source: P. S. Fader and B. G. S. Hardie (2013), "The Gamma-Gamma model of monetary value",
//! <http://www.brucehardie.com/notes/025/>; after R. Colombo and W. Jiang (1999), Journal of Interactive Marketing 13(3), 2–12.

use std::fmt;

use nalgebra::DVector;
use statrs::distribution::{ContinuousCDF, Gamma};

use crate::Interval;
use crate::Watch;
use crate::in_chunks;
use crate::interval::standard_errors;
use crate::log_interval;
use crate::optimise::{Derivatives, Maximum, NoMaximum, Objective, maximise};
use crate::special::{digamma, ln_gamma, trigamma};

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    /// Shape of the amounts of one customer: the higher, the more alike their purchases.
    pub p: f64,
    /// Shape of the rates of the customers: the higher, the more alike the customers.
    pub q: f64,
    /// Rate of the rates, in money.
    pub gamma: f64,
}

impl GammaGamma {
    /// The mean amount of a purchase that is expected of a customer with mean `m` on `x` purchases: between the customer's own
    /// mean and that of all, the nearer to the own the more purchases there are. None for a customer without a purchase
    /// where the model has no mean (q ≤ 1).
    pub fn expected_spend(&self, x: f64, m: f64) -> Option<f64> {
        let shape = self.p * x + self.q;
        (shape > 1.0).then(|| self.p * (self.gamma + m * x) / (shape - 1.0))
    }

    /// The mean amount over all customers; none where the model has no mean (q ≤ 1).
    pub fn population_mean(&self) -> Option<f64> {
        self.expected_spend(0.0, 0.0)
    }

    /// Between which amounts a customer's mean lies with a given probability, for each of many numbers of purchases `x`
    /// and means `m`: the quantiles of what is known of the customer's rate, the parameters taken as exact.
    pub fn spend_intervals(&self, x: &[f64], m: &[f64], confidence: f64) -> Vec<Interval> {
        // The quantiles depend on x only, of which there are few.
        let mut distinct: Vec<f64> = x.to_vec();
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
        let tail = (1.0 - confidence) / 2.0;
        let quantiles: Vec<(f64, f64)> = distinct
            .iter()
            .map(|x| match Gamma::new(self.p * x + self.q, 1.0) {
                Ok(rates) => (rates.inverse_cdf(tail), rates.inverse_cdf(1.0 - tail)),
                Err(_) => (f64::NAN, f64::NAN),
            })
            .collect();
        x.iter()
            .zip(m)
            .map(|(x, m)| {
                let place = distinct.partition_point(|one| one.total_cmp(x).is_lt());
                let (low, high) = quantiles[place];
                let scale = self.p * (self.gamma + m * x);
                Interval { lower: scale / high, upper: scale / low }
            })
            .collect()
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct GammaGammaFit {
    /// The parameters.
    pub model: GammaGamma,
    /// Logarithm of the likelihood there.
    pub log_likelihood: f64,
    /// How the search ended; its parameters are ln p, ln q and the logarithm of γ over the mean amount.
    pub maximum: Maximum,
    /// Number of customers behind it.
    pub customers: usize,
    /// Correlation of the number of purchases with their mean amount, which the model takes to be nothing.
    pub correlation: f64,
    /// Its interval.
    pub correlation_interval: Option<Interval>,
}

impl GammaGammaFit {
    /// Standard errors of p, q and γ, carried over from their logarithms.
    pub fn standard_errors(&self) -> [f64; 3] {
        let GammaGamma { p, q, gamma } = self.model;
        let error = |parameter| self.maximum.standard_error(parameter);
        [p * error(0), q * error(1), gamma * error(2)]
    }

    /// Intervals of p, q and γ, symmetric in their logarithms.
    pub fn intervals(&self, confidence: f64) -> [Interval; 3] {
        let GammaGamma { p, q, gamma } = self.model;
        let interval = |value, parameter| log_interval(value, self.maximum.standard_error(parameter), confidence);
        [interval(p, 0), interval(q, 1), interval(gamma, 2)]
    }
}

/// Why there is no model of spend.
#[derive(Debug, Clone, PartialEq)]
pub enum NoSpendModel {
    /// It was told to stop.
    Stopped,
    /// Lists of different lengths, or a value that is none: not a purchase number above 0 or an amount above 0.
    Unusable {
        /// The place of the first.
        place: usize,
    },
    /// Fewer customers than parameters.
    Few {
        /// How many.
        customers: usize,
    },
    /// Every customer spends the same on average: the likelihood grows without bound.
    Identical,
    /// Customers differ by no more than chance: q runs off.
    Alike,
    /// The purchases of a customer are all alike: p runs off.
    Steady,
    /// A parameter runs off in another way: the amounts lie too far apart.
    Wild,
    /// The search did not come to rest.
    Unsettled {
        /// Steps taken.
        iterations: usize,
    },
}

impl fmt::Display for NoSpendModel {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoSpendModel::Stopped => to.write_str("stopped"),
            NoSpendModel::Unusable { place } => {
                write!(to, "customer {} has no purchase, or no mean amount above 0", place + 1)
            }
            NoSpendModel::Few { customers } => {
                let are = if *customers == 1 { "customer" } else { "customers" };
                write!(
                    to,
                    "the three parameters of the spend model cannot be found from {customers} {are} with a repeat purchase; \
                     at least four are wanted"
                )
            }
            NoSpendModel::Identical => to.write_str(
                "all customers spend the same on average: there is nothing to model, the expected spend is that amount",
            ),
            NoSpendModel::Alike => to.write_str(
                "the customers' mean amounts differ by no more than chance: the expected spend of each is the mean of all",
            ),
            NoSpendModel::Steady => to.write_str(
                "the amounts are too alike for the model of spend: each customer seems to spend the same each time, or many spend \
                 exactly the same",
            ),
            NoSpendModel::Wild => to.write_str("the amounts lie too far apart for the spend model to have a greatest likelihood"),
            NoSpendModel::Unsettled { iterations } => write!(
                to,
                "the search did not come to rest within {iterations} steps: the data do not tell the three parameters apart"
            ),
        }
    }
}

impl std::error::Error for NoSpendModel {}

/// Fits the model to customers with `x` purchases of mean amount `m`, both above 0. `x` are the purchases that `m` is the mean
/// of: the repeat purchases.
///
/// # Errors
/// Where the data cannot tell the parameters; see [`NoSpendModel`].
pub fn fit_gamma_gamma(x: &[f64], m: &[f64], watch: &dyn Watch) -> Result<GammaGammaFit, NoSpendModel> {
    let usable = |value: &f64| value.is_finite() && *value > 0.0;
    if let Some(place) = x.iter().zip(m).position(|(x, m)| !usable(x) || !usable(m)) {
        return Err(NoSpendModel::Unusable { place });
    }
    if x.len() != m.len() {
        return Err(NoSpendModel::Unusable { place: x.len().min(m.len()) });
    }
    if x.len() < 4 {
        return Err(NoSpendModel::Few { customers: x.len() });
    }
    // Amounts over their mean: yen by the billion are fitted as dollars are.
    let mean = in_order(x.len(), |customer| m[customer]) / x.len() as f64;
    let scaled: Vec<f64> = m.iter().map(|m| m / mean).collect();
    let spread = scaled.iter().copied().fold(0.0, |spread: f64, m| spread.max((m - scaled[0]).abs()));
    if spread < 1e-9 {
        return Err(NoSpendModel::Identical);
    }
    let spends = Spends::new(x, &scaled);
    let starts: Vec<Vec<f64>> = [(6.0_f64, 4.0_f64), (1.0, 2.0), (2.0, 12.0), (0.5, 1.2)]
        .iter()
        // γ so that the model's mean is the mean of the data, which is 1.
        .map(|(p, q)| vec![p.ln(), q.ln(), ((q - 1.0) / p).ln()])
        .collect();
    let maximum = maximise(&spends, &starts, watch).map_err(|why| match why {
        NoMaximum::Stopped => NoSpendModel::Stopped,
        NoMaximum::RanOff { parameter: 0, upwards: true } => NoSpendModel::Steady,
        // q and γ run off together, their ratio staying what it is.
        NoMaximum::RanOff { parameter: 1 | 2, upwards: true } => NoSpendModel::Alike,
        NoMaximum::Unsettled { iterations, .. } => NoSpendModel::Unsettled { iterations },
        NoMaximum::Undefined | NoMaximum::RanOff { .. } => NoSpendModel::Wild,
    })?;
    let model = GammaGamma { p: maximum.at[0].exp(), q: maximum.at[1].exp(), gamma: maximum.at[2].exp() * mean };
    let correlation = correlation(x, &scaled);
    Ok(GammaGammaFit {
        model,
        log_likelihood: maximum.value - x.len() as f64 * mean.ln(),
        maximum,
        customers: x.len(),
        correlation,
        correlation_interval: correlation_interval(correlation, x.len(), 0.95),
    })
}

/// Customers whose sums are taken together.
const CHUNK: usize = 16_384;

/// A sum over customers that is the same at any number of threads.
fn in_order(count: usize, term: impl Fn(usize) -> f64 + Sync) -> f64 {
    in_chunks(count, CHUNK, |range| range.map(&term).sum::<f64>()).into_iter().sum()
}

/// Pearson's correlation; 0 where one of the two does not vary.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = |values: &[f64]| in_order(values.len(), |place| values[place]) / n;
    let (centre_x, centre_y) = (mean(x), mean(y));
    let product = |one: &[f64], centre: f64, other: &[f64], other_centre: f64| {
        in_order(one.len(), |place| (one[place] - centre) * (other[place] - other_centre))
    };
    let (xx, yy) = (product(x, centre_x, x, centre_x), product(y, centre_y, y, centre_y));
    let both = (xx * yy).sqrt();
    if both > 0.0 { (product(x, centre_x, y, centre_y) / both).clamp(-1.0, 1.0) } else { 0.0 }
}

/// The interval of a correlation by Fisher's transformation.
fn correlation_interval(correlation: f64, n: usize, confidence: f64) -> Option<Interval> {
    if n < 4 || correlation.abs() >= 1.0 {
        return None;
    }
    let reach = standard_errors(confidence) / (n as f64 - 3.0).sqrt();
    let centre = correlation.atanh();
    Some(Interval { lower: (centre - reach).tanh(), upper: (centre + reach).tanh() })
}

/// The data of the likelihood.
struct Spends<'a> {
    x: &'a [f64],
    m: &'a [f64],
    /// Each number of purchases and how many customers have it: the gamma functions depend on nothing else.
    counts: Vec<(f64, f64)>,
    /// Sums of ln m, of x ln m and of x ln x.
    ln_m: f64,
    x_ln_m: f64,
    x_ln_x: f64,
}

impl<'a> Spends<'a> {
    fn new(x: &'a [f64], m: &'a [f64]) -> Self {
        let mut sorted = x.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let counts = sorted.chunk_by(|left, right| left == right).map(|equal| (equal[0], equal.len() as f64)).collect();
        let sum = |term: &(dyn Fn(usize) -> f64 + Sync)| in_order(x.len(), term);
        Spends {
            x,
            m,
            counts,
            ln_m: sum(&|place| m[place].ln()),
            x_ln_m: sum(&|place| x[place] * m[place].ln()),
            x_ln_x: sum(&|place| x[place] * x[place].ln()),
        }
    }

    /// What depends on the parameters, but not on the amounts one by one.
    fn by_count(&self, p: f64, q: f64, gamma: f64) -> f64 {
        let n = self.x.len() as f64;
        let gammas: f64 = self.counts.iter().map(|(x, count)| count * (ln_gamma(p * x + q) - ln_gamma(p * x))).sum();
        gammas + n * (q * gamma.ln() - ln_gamma(q)) + p * (self.x_ln_m + self.x_ln_x) - self.ln_m
    }
}

impl Objective for Spends<'_> {
    fn parameters(&self) -> usize {
        3
    }

    fn cheap_derivatives(&self) -> bool {
        true
    }

    fn value(&self, at: &[f64]) -> f64 {
        let (p, q, gamma) = (at[0].exp(), at[1].exp(), at[2].exp());
        let amounts = in_order(self.x.len(), |place| {
            let x = self.x[place];
            (p * x + q) * (gamma + self.m[place] * x).ln()
        });
        self.by_count(p, q, gamma) - amounts
    }

    fn derivatives(&self, at: &[f64]) -> Derivatives {
        let (p, q, gamma) = (at[0].exp(), at[1].exp(), at[2].exp());
        // Sums over customers, with d = γ + m x: (px + q) ln d, x ln d, ln d, x/d, 1/d, (px + q)/d, (px + q)/d².
        let parts = in_chunks(self.x.len(), CHUNK, |range| {
            let mut sums = [0.0; 7];
            for place in range {
                let x = self.x[place];
                let total = gamma + self.m[place] * x;
                let (ln, inverse, shape) = (total.ln(), 1.0 / total, p * x + q);
                let terms = [shape * ln, x * ln, ln, x * inverse, inverse, shape * inverse, shape * inverse * inverse];
                sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            }
            sums
        });
        let mut sums = [0.0; 7];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, term)| *sum += term);
        }
        let [shape_ln, x_ln, ln, x_inverse, inverse, shape_inverse, shape_inverse_square] = sums;
        let n = self.x.len() as f64;
        let mut found = Derivatives::zero(3);
        found.value = self.by_count(p, q, gamma) - shape_ln;
        let (mut by_p, mut by_q) = (self.x_ln_m + self.x_ln_x - x_ln, n * (gamma.ln() - digamma(q)) - ln);
        let (mut pp, mut pq, mut qq) = (0.0, 0.0, -n * trigamma(q));
        for (x, count) in &self.counts {
            let (first, second) = (digamma(p * x + q), trigamma(p * x + q));
            by_p += count * x * (first - digamma(p * x));
            by_q += count * first;
            pp += count * x * x * (second - trigamma(p * x));
            pq += count * x * second;
            qq += count * second;
        }
        let by_gamma = n * q / gamma - shape_inverse;
        let (p_gamma, q_gamma) = (-x_inverse, n / gamma - inverse);
        let gamma_gamma = shape_inverse_square - n * q / (gamma * gamma);
        let scale = [p, q, gamma];
        let gradient = [by_p, by_q, by_gamma];
        let hessian = [[pp, pq, p_gamma], [pq, qq, q_gamma], [p_gamma, q_gamma, gamma_gamma]];
        // From the parameters to their logarithms.
        found.gradient = DVector::from_fn(3, |one, _| scale[one] * gradient[one]);
        for one in 0..3 {
            for other in 0..3 {
                found.hessian[(one, other)] = scale[one] * scale[other] * hessian[one][other];
            }
            found.hessian[(one, one)] += found.gradient[one];
        }
        found
    }
}

#[cfg(test)]
mod tests;
