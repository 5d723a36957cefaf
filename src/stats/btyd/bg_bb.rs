//! BG/BB: customers who have an opportunity to buy once a period, and use it or not, until, unseen, they stop for good.
//!
//! At each opportunity a living customer buys with a chance of their own, and before each may have stopped for good, with
//! another chance of their own; both differ between customers as beta distributions, of shapes α, β and γ, δ.
//!
//! Source: P. S. Fader, B. G. S. Hardie and J. Shang (2010), "Customer-base analysis in a discrete-time noncontractual
//! setting", Marketing Science 29(6), 1086–1108.

use std::fmt;

use nalgebra::{DMatrix, DVector};

use crate::Interval;
use crate::Watch;
use crate::in_chunks;
use crate::log_interval;
use crate::optimise::{Derivatives, Maximum, NoMaximum, Objective, maximise};
use crate::special::{ln_gamma, ln_sum};

/// The model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgBb {
    /// First shape of the chance of buying; its mean is α / (α + β).
    pub alpha: f64,
    /// Second shape of the chance of buying.
    pub beta: f64,
    /// First shape of the chance of stopping; its mean is γ / (γ + δ).
    pub gamma: f64,
    /// Second shape of the chance of stopping.
    pub delta: f64,
}

/// What is known of a customer: purchases after the first, and when the last of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct History {
    /// Opportunities used.
    pub x: u32,
    /// The last opportunity that was used, 0 where none was.
    pub t_x: u32,
    /// Opportunities there were.
    pub n: u32,
}

impl History {
    /// Whether the three numbers fit each other.
    pub fn is_possible(self) -> bool {
        self.t_x <= self.n && self.x <= self.t_x && (self.x > 0) == (self.t_x > 0)
    }
}

/// ln a (a + 1) … (a + k − 1) for k = 0, 1, …, with its first and second derivatives by a.
struct Rising(Vec<[f64; 3]>);

impl Rising {
    fn new(a: f64, most: u32) -> Self {
        let mut here = [0.0; 3];
        let mut all = vec![here];
        for k in 0..most {
            let factor = a + f64::from(k);
            here = [here[0] + factor.ln(), here[1] + 1.0 / factor, here[2] - 1.0 / (factor * factor)];
            all.push(here);
        }
        Rising(all)
    }

    fn at(&self, k: u32) -> [f64; 3] {
        self.0[k as usize]
    }

    fn ln(&self, k: u32) -> f64 {
        self.0[k as usize][0]
    }
}

/// The products that all histories up to a number of opportunities share.
struct Tables {
    alpha: Rising,
    beta: Rising,
    both: Rising,
    delta: Rising,
    gamma_delta: Rising,
    gamma: f64,
}

impl Tables {
    fn new(model: &BgBb, most: u32) -> Self {
        Tables {
            alpha: Rising::new(model.alpha, most),
            beta: Rising::new(model.beta, most),
            both: Rising::new(model.alpha + model.beta, most),
            delta: Rising::new(model.delta, most),
            gamma_delta: Rising::new(model.gamma + model.delta, most + 1),
            gamma: model.gamma,
        }
    }

    /// ln B(α + x, β + m − x) / B(α, β): to have used these x of m opportunities.
    fn buying(&self, x: u32, m: u32) -> f64 {
        self.alpha.ln(x) + self.beta.ln(m - x) - self.both.ln(m)
    }

    /// ln B(γ, δ + m) / B(γ, δ): to live through m opportunities.
    fn living(&self, m: u32) -> f64 {
        self.delta.ln(m) - self.gamma_delta.ln(m)
    }

    /// ln B(γ + 1, δ + m) / B(γ, δ): to live through m and to stop then.
    fn stopping(&self, m: u32) -> f64 {
        self.gamma.ln() + self.delta.ln(m) - self.gamma_delta.ln(m + 1)
    }

    /// The logarithms of the ways in which a history can have come about: alive throughout first, then stopped after
    /// opportunity t_x, t_x + 1 …
    fn ways(&self, history: History, ways: &mut Vec<f64>) {
        let History { x, t_x, n } = history;
        ways.clear();
        ways.push(self.buying(x, n) + self.living(n));
        ways.extend((t_x..n).map(|last| self.buying(x, last) + self.stopping(last)));
    }

    fn ln_likelihood(&self, history: History, ways: &mut Vec<f64>) -> f64 {
        self.ways(history, ways);
        ln_sum(ways)
    }
}

/// What is foreseen of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prospect {
    /// Chance to be alive at the next opportunity.
    pub alive: f64,
    /// Purchases expected at the opportunities of the horizon.
    pub purchases: f64,
}

impl BgBb {
    /// The logarithm of the likelihood of one history.
    pub fn ln_likelihood(&self, history: History) -> f64 {
        Tables::new(self, history.n).ln_likelihood(history, &mut Vec::new())
    }

    /// What is foreseen for each history over the next `horizon` opportunities.
    pub fn foresee(&self, histories: &[History], horizon: u32) -> Vec<Prospect> {
        let most = histories.iter().map(|history| history.n).max().unwrap_or_default();
        let tables = Tables::new(self, most + horizon + 1);
        in_chunks(histories.len(), CHUNK, |range| {
            let mut ways = Vec::new();
            let mut found = Vec::with_capacity(range.len());
            for history in &histories[range] {
                let History { x, n, .. } = *history;
                let total = tables.ln_likelihood(*history, &mut ways);
                let alive = (tables.buying(x, n) + tables.living(n + 1) - total).exp();
                let buys = tables.buying(x + 1, n + 1) - total;
                let purchases = (1..=horizon).map(|ahead| (buys + tables.living(n + ahead)).exp()).sum();
                found.push(Prospect { alive, purchases });
            }
            found
        })
        .concat()
    }

    /// The chances that a customer uses 0, 1, … of the next `horizon` opportunities.
    pub fn distribution(&self, history: History, horizon: u32) -> Vec<f64> {
        let History { x, n, .. } = history;
        let tables = Tables::new(self, n + horizon + 1);
        let total = tables.ln_likelihood(history, &mut Vec::new());
        let choose = |of: u32, k: u32| {
            let ln_factorial = |k: u32| ln_gamma(f64::from(k) + 1.0);
            ln_factorial(of) - ln_factorial(k) - ln_factorial(of - k)
        };
        (0..=horizon)
            .map(|more| {
                let throughout =
                    choose(horizon, more) + tables.buying(x + more, n + horizon) + tables.living(n + horizon) - total;
                let stopped = (more..horizon).map(|last| {
                    (choose(last, more) + tables.buying(x + more, n + last) + tables.stopping(n + last) - total).exp()
                });
                // Stopped before the end of what was seen: nothing more is bought.
                let before = if more == 0 { 1.0 - (tables.buying(x, n) + tables.living(n) - total).exp() } else { 0.0 };
                throughout.exp() + stopped.sum::<f64>() + before
            })
            .collect()
    }

    /// The purchases that a fresh customer is expected to make at the first `n` opportunities.
    pub fn expected_purchases(&self, n: u32) -> f64 {
        let tables = Tables::new(self, n);
        self.alpha / (self.alpha + self.beta) * (1..=n).map(|at| tables.living(at).exp()).sum::<f64>()
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct BgBbFit {
    /// The parameters.
    pub model: BgBb,
    /// Logarithm of the likelihood there.
    pub log_likelihood: f64,
    /// How the search ended; its parameters are the logarithms of α, β, γ and δ.
    pub maximum: Maximum,
    /// Number of customers behind it.
    pub customers: u64,
}

impl BgBbFit {
    /// Standard errors of α, β, γ and δ, carried over from their logarithms.
    pub fn standard_errors(&self) -> [f64; 4] {
        let values = [self.model.alpha, self.model.beta, self.model.gamma, self.model.delta];
        std::array::from_fn(|parameter| values[parameter] * self.maximum.standard_error(parameter))
    }

    /// Intervals of α, β, γ and δ, symmetric in their logarithms.
    pub fn intervals(&self, confidence: f64) -> [Interval; 4] {
        let values = [self.model.alpha, self.model.beta, self.model.gamma, self.model.delta];
        std::array::from_fn(|parameter| {
            log_interval(values[parameter], self.maximum.standard_error(parameter), confidence)
        })
    }
}

/// Why there is no BG/BB model.
#[derive(Debug, Clone, PartialEq)]
pub enum NoBgBb {
    /// It was told to stop.
    Stopped,
    /// A history that cannot be: more purchases than opportunities, or a last purchase without one.
    Impossible(History),
    /// Nobody had an opportunity to buy again.
    NoOpportunity,
    /// Nobody bought again.
    NobodyRepeats,
    /// Everybody used every opportunity.
    EverybodyBuys,
    /// Too few different histories to tell four parameters.
    Few {
        /// How many different ones.
        histories: usize,
    },
    /// The chances of buying do not differ between customers: α and β run off together.
    BuyingAlike,
    /// The chances of stopping do not differ between customers, or nobody seems to stop: γ or δ runs off.
    StoppingAlike,
    /// The search did not come to rest.
    Unsettled {
        /// Steps taken.
        iterations: usize,
    },
}

impl fmt::Display for NoBgBb {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoBgBb::Stopped => to.write_str("stopped"),
            NoBgBb::Impossible(History { x, t_x, n }) => {
                write!(to, "{x} purchases, the last at opportunity {t_x} of {n}, cannot be")
            }
            NoBgBb::NoOpportunity => to.write_str("nobody had an opportunity to buy again"),
            NoBgBb::NobodyRepeats => to.write_str("nobody bought again, so nothing can be said about who will"),
            NoBgBb::EverybodyBuys => {
                to.write_str("everybody bought at every opportunity, so nothing can be said about who stops")
            }
            NoBgBb::Few { histories: 1 } => {
                to.write_str("everybody has the same history of buying, of which four parameters cannot be found")
            }
            NoBgBb::Few { histories } => {
                write!(to, "the four parameters cannot be found from {histories} different histories of buying")
            }
            NoBgBb::BuyingAlike => {
                to.write_str("the data do not tell how the chances of buying differ between customers")
            }
            NoBgBb::StoppingAlike => {
                to.write_str("the data do not tell how the chances of stopping differ between customers")
            }
            NoBgBb::Unsettled { iterations } => write!(
                to,
                "the search did not come to rest within {iterations} steps: the data do not tell the four parameters apart"
            ),
        }
    }
}

impl std::error::Error for NoBgBb {}

/// Fits the model to histories and the number of customers who have each.
///
/// # Errors
/// Where the data cannot tell the parameters; see [`NoBgBb`].
pub fn fit_bg_bb(histories: &[(History, u64)], watch: &dyn Watch) -> Result<BgBbFit, NoBgBb> {
    let counted = Counted::new(histories);
    let seen = &counted.histories;
    if let Some((impossible, _)) = seen.iter().find(|(history, _)| !history.is_possible()) {
        return Err(NoBgBb::Impossible(*impossible));
    }
    if counted.most == 0 {
        return Err(NoBgBb::NoOpportunity);
    }
    if seen.iter().all(|(history, _)| history.x == 0) {
        return Err(NoBgBb::NobodyRepeats);
    }
    if seen.iter().all(|(history, _)| history.x == history.n) {
        return Err(NoBgBb::EverybodyBuys);
    }
    if seen.len() < 5 {
        return Err(NoBgBb::Few { histories: seen.len() });
    }
    let starts: Vec<Vec<f64>> = [[1.0_f64, 1.0, 0.7, 3.0], [0.5, 2.0, 1.0, 10.0], [3.0, 3.0, 0.3, 1.0]]
        .iter()
        .map(|start| start.iter().map(|one| one.ln()).collect())
        .collect();
    let maximum = maximise(&counted, &starts, watch).map_err(|why| match why {
        NoMaximum::Stopped => NoBgBb::Stopped,
        NoMaximum::RanOff { parameter: 0 | 1, .. } => NoBgBb::BuyingAlike,
        NoMaximum::RanOff { .. } => NoBgBb::StoppingAlike,
        NoMaximum::Unsettled { iterations, .. } => NoBgBb::Unsettled { iterations },
        NoMaximum::Undefined => NoBgBb::Unsettled { iterations: 1 },
    })?;
    let [alpha, beta, gamma, delta] = std::array::from_fn(|parameter| maximum.at[parameter].exp());
    Ok(BgBbFit {
        model: BgBb { alpha, beta, gamma, delta },
        log_likelihood: maximum.value,
        maximum,
        customers: seen.iter().map(|(_, count)| count).sum(),
    })
}

/// Histories whose sums are taken together.
const CHUNK: usize = 1024;

/// The data of the likelihood: each history once.
struct Counted {
    histories: Vec<(History, u64)>,
    most: u32,
}

impl Counted {
    fn new(histories: &[(History, u64)]) -> Self {
        let mut sorted: Vec<(History, u64)> = histories.iter().filter(|(_, count)| *count > 0).copied().collect();
        sorted.sort_unstable();
        sorted.dedup_by(|next, before| {
            let equal = next.0 == before.0;
            before.1 += if equal { next.1 } else { 0 };
            equal
        });
        let most = sorted.iter().map(|(history, _)| history.n).max().unwrap_or_default();
        Counted { histories: sorted, most }
    }
}

fn model_at(at: &[f64]) -> BgBb {
    BgBb { alpha: at[0].exp(), beta: at[1].exp(), gamma: at[2].exp(), delta: at[3].exp() }
}

impl Objective for Counted {
    fn parameters(&self) -> usize {
        4
    }

    fn value(&self, at: &[f64]) -> f64 {
        let tables = Tables::new(&model_at(at), self.most);
        in_chunks(self.histories.len(), CHUNK, |range| {
            let mut ways = Vec::new();
            self.histories[range]
                .iter()
                .map(|(history, count)| *count as f64 * tables.ln_likelihood(*history, &mut ways))
                .sum::<f64>()
        })
        .into_iter()
        .sum()
    }

    fn derivatives(&self, at: &[f64]) -> Derivatives {
        let model = model_at(at);
        let tables = Tables::new(&model, self.most);
        let parts = in_chunks(self.histories.len(), CHUNK, |range| {
            let mut ways = Vec::new();
            let mut sum = Sum::default();
            for (history, count) in &self.histories[range] {
                sum.add(&tables, *history, *count as f64, &mut ways);
            }
            sum
        });
        let mut all = Sum::default();
        for part in parts {
            all.value += part.value;
            all.gradient.iter_mut().zip(part.gradient).for_each(|(sum, term)| *sum += term);
            all.hessian.iter_mut().flatten().zip(part.hessian.iter().flatten()).for_each(|(sum, term)| *sum += term);
        }
        // From the parameters to their logarithms.
        let scale = [model.alpha, model.beta, model.gamma, model.delta];
        let gradient = DVector::from_fn(4, |one, _| scale[one] * all.gradient[one]);
        let mut hessian = DMatrix::from_fn(4, 4, |one, other| scale[one] * scale[other] * all.hessian[one][other]);
        for one in 0..4 {
            hessian[(one, one)] += gradient[one];
        }
        Derivatives { value: all.value, gradient, hessian }
    }
}

/// Value and derivatives by α, β, γ, δ.
#[derive(Default)]
struct Sum {
    value: f64,
    gradient: [f64; 4],
    hessian: [[f64; 4]; 4],
}

impl Sum {
    /// Adds a history: the derivatives of the logarithm of a sum are means over its terms, weighted by their share.
    fn add(&mut self, tables: &Tables, history: History, count: f64, ways: &mut Vec<f64>) {
        let total = tables.ln_likelihood(history, ways);
        let mut mean = [0.0; 4];
        let mut second = [[0.0; 4]; 4];
        for (place, way) in ways.iter().enumerate() {
            let share = (way - total).exp();
            // The first way is to be alive throughout; the next ones are to have stopped after t_x, t_x + 1 …
            let (last, stopped) = match place {
                0 => (history.n, 0),
                _ => (history.t_x + place as u32 - 1, 1),
            };
            let [_, alpha, alpha_2] = tables.alpha.at(history.x);
            let [_, beta, beta_2] = tables.beta.at(last - history.x);
            let [_, both, both_2] = tables.both.at(last);
            let [_, delta, delta_2] = tables.delta.at(last);
            let [_, gamma_delta, gamma_delta_2] = tables.gamma_delta.at(last + stopped);
            let of_gamma = f64::from(stopped) / tables.gamma;
            let slope = [alpha - both, beta - both, of_gamma - gamma_delta, delta - gamma_delta];
            let bend = [
                [alpha_2 - both_2, -both_2, 0.0, 0.0],
                [-both_2, beta_2 - both_2, 0.0, 0.0],
                [0.0, 0.0, -of_gamma / tables.gamma - gamma_delta_2, -gamma_delta_2],
                [0.0, 0.0, -gamma_delta_2, delta_2 - gamma_delta_2],
            ];
            for one in 0..4 {
                mean[one] += share * slope[one];
                for other in 0..4 {
                    second[one][other] += share * (bend[one][other] + slope[one] * slope[other]);
                }
            }
        }
        self.value += count * total;
        for one in 0..4 {
            self.gradient[one] += count * mean[one];
            for other in 0..4 {
                self.hessian[one][other] += count * (second[one][other] - mean[one] * mean[other]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
