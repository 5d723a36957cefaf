//! BG/BB: customers who have an opportunity to buy once a period, and use it or not, until, unseen, they stop for good.
//!
//! At each opportunity a living customer buys with a chance of their own, and before each may have stopped for good, with
//! another chance of their own; both differ between customers as beta distributions, of shapes α, β and γ, δ.
//!
//! Source: P. S. Fader, B. G. S. Hardie and J. Shang (2010), "Customer-base analysis in a discrete-time noncontractual
//! setting", Marketing Science 29(6), 1086–1108.

use std::fmt;

use nalgebra::{DMatrix, DVector};

use crate::optimise::{Derivatives, Maximum, NoMaximum, Objective, maximise};
use crate::special::{ln_gamma, ln_sum};
use crate::{Interval, Watch, in_chunks, log_interval};

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
mod tests {
    use super::*;
    use crate::Unwatched;

    /// Table 3 of the paper: donors of 1995 by number and year of their later gifts, 1996 to 2001, and how many there are.
    const DONATIONS: [(u32, u32, u64); 22] = [
        (0, 0, 3464),
        (1, 1, 1091),
        (1, 2, 277),
        (1, 3, 129),
        (1, 4, 78),
        (1, 5, 119),
        (1, 6, 129),
        (2, 2, 613),
        (2, 3, 255),
        (2, 4, 155),
        (2, 5, 173),
        (2, 6, 234),
        (3, 3, 322),
        (3, 4, 181),
        (3, 5, 225),
        (3, 6, 357),
        (4, 4, 240),
        (4, 5, 284),
        (4, 6, 512),
        (5, 5, 335),
        (5, 6, 728),
        (6, 6, 1203),
    ];

    const PUBLISHED: BgBb = BgBb { alpha: 1.204, beta: 0.750, gamma: 0.657, delta: 2.783 };

    fn donations() -> Vec<(History, u64)> {
        DONATIONS.iter().map(|&(x, t_x, count)| (History { x, t_x, n: 6 }, count)).collect()
    }

    #[test]
    fn donations_as_published() {
        // Fader, Hardie and Shang (2010): 11,104 donors; α 1.204, β .750, γ .657, δ 2.783, log-likelihood −33,225.58, printed
        // to as many decimals.
        let fit = fit_bg_bb(&donations(), &Unwatched).unwrap();
        assert_eq!(fit.customers, 11_104);
        assert!((fit.log_likelihood + 33_225.58).abs() < 0.005, "{}", fit.log_likelihood);
        let BgBb { alpha, beta, gamma, delta } = fit.model;
        assert!((alpha - 1.204).abs() < 6e-4 && (beta - 0.750).abs() < 6e-4, "{:?}", fit.model);
        assert!((gamma - 0.657).abs() < 6e-4 && (delta - 2.783).abs() < 6e-4, "{:?}", fit.model);
        assert_eq!(fit.maximum.agreeing, fit.maximum.starts);
        assert!(
            fit.intervals(0.95).iter().zip([alpha, beta, gamma, delta]).all(|(it, at)| it.lower < at && at < it.upper)
        );
    }

    #[test]
    fn what_is_foreseen_agrees_with_mpmath() {
        // The paper's formulas (its closed form of the expectation, not the sum used here) in 40 digits of mpmath, at the
        // published parameters. The paper's tables print .11 and .93 for the first and last chance, .07 and 3.75 purchases.
        let wanted = [
            ((0, 0), 0.108_016_584_168_674_19, 0.072_802_877_475_012_43, -1.167_262_472_673_893_8),
            ((1, 1), 0.069_408_093_206_549_67, 0.085_635_398_337_870_307, -2.288_531_685_666_257_98),
            ((2, 5), 0.804_471_594_641_560_02, 1.442_895_370_405_118_9, -5.506_584_592_618_568_5),
            ((4, 4), 0.200_133_434_200_639_04, 0.583_026_847_902_404_19, -3.848_303_519_431_099_5),
            ((6, 6), 0.930_402_542_372_881_34, 3.752_115_607_599_814_8, -2.182_248_447_618_299_8),
        ];
        let histories: Vec<History> = wanted.iter().map(|((x, t_x), ..)| History { x: *x, t_x: *t_x, n: 6 }).collect();
        let found = PUBLISHED.foresee(&histories, 5);
        for ((history, found), (_, alive, purchases, ln)) in histories.iter().zip(&found).zip(wanted) {
            // Some twenty roundings of numbers of size 10.
            assert!((found.alive - alive).abs() < 1e-13, "{found:?}");
            assert!((found.purchases - purchases).abs() < 1e-12, "{found:?}");
            assert!((PUBLISHED.ln_likelihood(*history) - ln).abs() < 1e-13);
        }
        let chances = PUBLISHED.distribution(History { x: 2, t_x: 5, n: 6 }, 3);
        let wanted =
            [0.427_146_801_950_744_77, 0.302_025_997_309_383_9, 0.200_570_453_443_957_16, 0.070_256_747_295_914_16];
        assert!(chances.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-12), "{chances:?}");
    }

    #[test]
    fn chances_add_to_one_and_to_the_expectation() {
        for history in [(0, 0, 0), (0, 0, 6), (3, 4, 9), (9, 9, 9)] {
            let history = History { x: history.0, t_x: history.1, n: history.2 };
            let chances = PUBLISHED.distribution(history, 8);
            let mean: f64 = chances.iter().enumerate().map(|(more, chance)| more as f64 * chance).sum();
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let foreseen = PUBLISHED.foresee(&[history], 8)[0];
            assert!((foreseen.purchases - mean).abs() < 1e-11, "{foreseen:?} {mean}");
            assert!((0.0..=1.0).contains(&foreseen.alive));
        }
        // Before anything was seen, the expectation is that of a fresh customer.
        let fresh = PUBLISHED.foresee(&[History { x: 0, t_x: 0, n: 0 }], 5)[0];
        assert!((fresh.purchases - PUBLISHED.expected_purchases(5)).abs() < 1e-12);
    }

    #[test]
    fn all_histories_together_are_certain() {
        // Every sequence of five opportunities: the likelihoods of all histories, each as often as it can come about, are 1.
        let mut total = 0.0;
        for used in 0_u32..32 {
            let history = History { x: used.count_ones(), t_x: 32 - used.leading_zeros(), n: 5 };
            total += PUBLISHED.ln_likelihood(history).exp();
        }
        assert!((total - 1.0).abs() < 1e-13, "{total}");
    }

    #[test]
    fn formulas_and_differences_agree() {
        let counted = Counted::new(&donations());
        let at = [0.1, -0.2, -0.5, 0.9];
        let formulas = counted.derivatives(&at);
        let differences = crate::optimise::by_differences(&|at| counted.value(at), &at);
        // The differences lose about 1e-16 of the value over the square of the distance, 1e-6.
        assert!((&formulas.gradient - &differences.gradient).amax() < 1e-5, "{formulas:?} {differences:?}");
        assert!((&formulas.hessian - &differences.hessian).amax() < 1e-2, "{formulas:?} {differences:?}");
    }

    #[test]
    fn what_tells_no_parameters_says_why() {
        let fit = |histories: &[(u32, u32, u32, u64)]| {
            let histories: Vec<(History, u64)> =
                histories.iter().map(|&(x, t_x, n, count)| (History { x, t_x, n }, count)).collect();
            fit_bg_bb(&histories, &Unwatched).map(|fit| fit.model)
        };
        assert_eq!(fit(&[]), Err(NoBgBb::NoOpportunity));
        assert_eq!(fit(&[(0, 0, 0, 5)]), Err(NoBgBb::NoOpportunity));
        assert_eq!(fit(&[(0, 0, 6, 5)]), Err(NoBgBb::NobodyRepeats));
        assert_eq!(fit(&[(6, 6, 6, 5), (3, 3, 3, 5)]), Err(NoBgBb::EverybodyBuys));
        assert_eq!(fit(&[(0, 0, 2, 5), (1, 1, 2, 5)]), Err(NoBgBb::Few { histories: 2 }));
        assert!(matches!(fit(&[(3, 2, 6, 5)]), Err(NoBgBb::Impossible(_))));
        assert!(matches!(fit(&[(1, 0, 6, 5)]), Err(NoBgBb::Impossible(_))));
        // Coins thrown by all alike, who never stop: neither kind of difference is there to be found.
        let coins: Vec<(u32, u32, u32, u64)> =
            (0_u32..32).map(|used| (used.count_ones(), 32 - used.leading_zeros(), 5, 100)).collect();
        let found = fit(&coins);
        assert!(
            matches!(found, Err(NoBgBb::BuyingAlike | NoBgBb::StoppingAlike | NoBgBb::Unsettled { .. })),
            "{found:?}"
        );
    }
}
