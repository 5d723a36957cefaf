//! The likelihood of many histories under a model of four parameters, with or without covariates, and its greatest value.

use nalgebra::DMatrix;

use super::covariates::{Covariates, Patterns};
use super::fit::{Estimate, Fitted, NoFit};
use super::histories::{Histories, Purchases};
use crate::Watch;
use crate::in_chunks;
use crate::optimise::{Derivatives, Maximum, NoMaximum, Objective, maximise};

/// Histories per chunk: a millisecond's work at most.
const CHUNK: usize = 4096;

/// From twice as many different histories on, the starts are tried on about so many of them.
const SAMPLE: usize = 8192;

/// Standard error of a logarithm, or of an effect in spreads of its column, from which on nothing is known of it.
const LOST: f64 = 10.0;

/// Value and derivatives of one history's log-likelihood by the four parameters themselves. Of the second derivatives
/// only those on and above the diagonal are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Local {
    pub(super) value: f64,
    pub(super) gradient: [f64; 4],
    pub(super) hessian: [[f64; 4]; 4],
}

impl Local {
    pub(super) fn add(&mut self, other: &Local, times: f64) {
        self.value += times * other.value;
        for one in 0..4 {
            self.gradient[one] += times * other.gradient[one];
            for two in one..4 {
                self.hessian[one][two] += times * other.hessian[one][two];
            }
        }
    }

    /// By the logarithms of the parameters instead: θ ∂/∂θ, and the slope once more on the diagonal.
    fn by_logarithms(&self, at: [f64; 4]) -> Local {
        let mut local = Local { value: self.value, ..Local::default() };
        for one in 0..4 {
            local.gradient[one] = at[one] * self.gradient[one];
            for two in one..4 {
                local.hessian[one][two] = at[one] * at[two] * self.hessian[one][two];
            }
            local.hessian[one][one] += local.gradient[one];
        }
        local
    }
}

/// A model of four positive parameters, as its likelihood falls into parts.
pub(super) trait Kernel: Sync {
    /// Names of the parameters in the literature.
    const NAMES: [&'static str; 4];

    /// Where covariates act: the parameter, the sign of their effect on its logarithm, and what the effect is called.
    const LINKS: &'static [(usize, f64, &'static str)];

    /// The part that depends on the number of repeat purchases alone.
    fn of_count(&self, at: [f64; 4], repeats: u32) -> Local;

    /// The part that depends on the times too.
    fn of_times(&self, at: [f64; 4], purchases: Purchases) -> Local;

    /// What it says about the customers that a parameter ran off.
    fn meaning(parameter: usize, upwards: bool) -> &'static str;

    /// Where the search begins; times are in mean ages, `rate` is the number of repeat purchases in that time.
    fn starts(rate: f64) -> Vec<[f64; 4]>;
}

/// The log-likelihood of all histories as a function of the logarithms of the parameters and the effects.
struct Likelihood<'a, K: Kernel> {
    kernel: &'a K,
    histories: &'a Histories,
    /// Customers with each number of repeat purchases.
    counts: Vec<(u32, f64)>,
    patterns: Option<&'a Patterns>,
}

impl<'a, K: Kernel> Likelihood<'a, K> {
    fn new(kernel: &'a K, histories: &'a Histories, patterns: Option<&'a Patterns>) -> Self {
        let equal = histories.shared.chunk_by(|left, right| left.purchases.repeats == right.purchases.repeats);
        let counts =
            equal.map(|group| (group[0].purchases.repeats, group.iter().map(|one| one.customers).sum())).collect();
        Likelihood { kernel, histories, counts, patterns }
    }

    fn plain(&self, at: &[f64]) -> Derivatives {
        let natural = [at[0].exp(), at[1].exp(), at[2].exp(), at[3].exp()];
        let of_times = in_chunks(self.histories.shared.len(), CHUNK, |range| {
            let mut sum = Local::default();
            for one in &self.histories.shared[range] {
                sum.add(&self.kernel.of_times(natural, one.purchases), one.customers);
            }
            sum
        });
        let mut sum = Local::default();
        of_times.iter().for_each(|part| sum.add(part, 1.0));
        for (repeats, customers) in &self.counts {
            sum.add(&self.kernel.of_count(natural, *repeats), *customers);
        }
        let local = sum.by_logarithms(natural);
        let mut total = Derivatives::zero(4);
        total.value = local.value;
        for one in 0..4 {
            total.gradient[one] = local.gradient[one];
            for two in one..4 {
                total.hessian[(one, two)] = local.hessian[one][two];
                total.hessian[(two, one)] = local.hessian[one][two];
            }
        }
        total
    }

    /// Each pattern has parameters of its own, whose logarithms are sums of the common ones and the effects.
    fn with_effects(&self, at: &[f64], patterns: &Patterns) -> Derivatives {
        let parts = in_chunks(self.histories.shared.len(), CHUNK / 8, |range| {
            let mut total = Derivatives::zero(at.len());
            for one in &self.histories.shared[range] {
                let row = &patterns.rows[one.pattern as usize];
                let logs = logs_of::<K>(at, row);
                let natural = logs.map(f64::exp);
                let mut sum = self.kernel.of_times(natural, one.purchases);
                sum.add(&self.kernel.of_count(natural, one.purchases.repeats), 1.0);
                let local = sum.by_logarithms(natural);
                total.value += one.customers * local.value;
                let weight = |place: usize| Self::place(place, row);
                for mine in 0..at.len() {
                    let (a, by) = weight(mine);
                    total.gradient[mine] += one.customers * by * local.gradient[a];
                    for other in mine..at.len() {
                        let (b, its) = weight(other);
                        total.hessian[(mine, other)] += one.customers * by * its * local.hessian[a.min(b)][a.max(b)];
                    }
                }
            }
            total
        });
        let mut total = Derivatives::zero(at.len());
        parts.iter().for_each(|part| total.add(part));
        total.hessian.fill_lower_triangle_with_upper_triangle();
        total
    }

    /// Which of the four a searched parameter moves, and by how much.
    fn place(parameter: usize, row: &[f64]) -> (usize, f64) {
        match parameter.checked_sub(4) {
            None => (parameter, 1.0),
            Some(effect) => {
                let (target, sign, _) = K::LINKS[effect / row.len()];
                (target, sign * row[effect % row.len()])
            }
        }
    }
}

/// Logarithms of the four parameters of customers with these covariates.
fn logs_of<K: Kernel>(at: &[f64], row: &[f64]) -> [f64; 4] {
    let mut logs = [at[0], at[1], at[2], at[3]];
    for (effects, (target, sign, _)) in at[4..].chunks(row.len().max(1)).zip(K::LINKS) {
        logs[*target] += sign * effects.iter().zip(row).map(|(effect, value)| effect * value).sum::<f64>();
    }
    logs
}

/// The four parameters of customers with these covariates.
pub(super) fn shifted<K: Kernel>(at: [f64; 4], effects: &[f64], covariates: &[f64]) -> [f64; 4] {
    let logs: Vec<f64> = at.iter().map(|value| value.ln()).chain(effects.iter().copied()).collect();
    logs_of::<K>(&logs, covariates).map(f64::exp)
}

impl<K: Kernel> Objective for Likelihood<'_, K> {
    fn parameters(&self) -> usize {
        4 + self.patterns.map_or(0, |patterns| patterns.names.len() * K::LINKS.len())
    }

    fn value(&self, at: &[f64]) -> f64 {
        self.derivatives(at).value
    }

    fn cheap_derivatives(&self) -> bool {
        true
    }

    fn derivatives(&self, at: &[f64]) -> Derivatives {
        match self.patterns {
            None => self.plain(at),
            Some(patterns) => self.with_effects(at, patterns),
        }
    }
}

/// The log-likelihood of histories at given parameters, in the histories' own unit of time.
pub(super) fn log_likelihood<K: Kernel>(kernel: &K, at: [f64; 4], histories: &Histories) -> f64 {
    Likelihood::new(kernel, histories, None).plain(&at.map(f64::ln)).value
}

/// Finds the parameters. `model` makes the model of the four; `time` says which of them is a time (α, β) and so is
/// given back in the unit of the histories.
pub(super) fn fit<K: Kernel, M>(
    kernel: &K,
    customers: &[Purchases],
    covariates: &Covariates,
    times: [bool; 4],
    model: impl Fn([f64; 4]) -> M,
    watch: &dyn Watch,
) -> Result<Fitted<M>, NoFit> {
    let patterns = if covariates.columns.is_empty() { None } else { Some(Patterns::new(covariates, customers.len())?) };
    let mut histories = Histories::new(customers, patterns.as_ref().map_or(&[], |patterns| &patterns.of))?;
    histories.check(4 + patterns.as_ref().map_or(0, |patterns| patterns.names.len() * K::LINKS.len()))?;
    let scale = histories.mean_age();
    for one in &mut histories.shared {
        one.purchases.last /= scale;
        one.purchases.age /= scale;
    }
    let names: Vec<String> =
        K::NAMES.iter().map(|name| (*name).to_string()).chain(effect_names::<K>(&patterns)).collect();
    let likelihood = Likelihood::new(kernel, &histories, patterns.as_ref());
    let rate = histories.purchases() / histories.of.len() as f64;
    let starts: Vec<Vec<f64>> = K::starts(rate)
        .iter()
        .map(|start| start.iter().map(|value| value.ln()).chain(vec![0.0; names.len() - 4]).collect())
        .collect();
    let told = |why| {
        NoFit::from_search(why, &names, |parameter, upwards| {
            if parameter < 4 { K::meaning(parameter, upwards) } else { "it separates the customers without a mistake" }
        })
    };
    let search = match thinned(&histories) {
        None => maximise(&likelihood, &starts, watch).map_err(told)?,
        Some(sample) => match maximise(&Likelihood::new(kernel, &sample, patterns.as_ref()), &starts, watch) {
            // From where all starts led on the sample it is two or three steps.
            Ok(near) => {
                let found = maximise(&likelihood, &[near.at], watch).map_err(told)?;
                Maximum { starts: near.starts, agreeing: near.agreeing, ..found }
            }
            Err(NoMaximum::Stopped) => return Err(NoFit::Stopped),
            Err(_) => maximise(&likelihood, &starts, watch).map_err(told)?,
        },
    };
    // A ridge that is level to rounding looks like a top: nothing is known of a parameter whose error is a factor of e^10.
    if let Some(place) = (0..names.len()).find(|place| search.standard_error(*place) > LOST) {
        let at = if place < 4 { search.at[place] } else { search.at[place].signum() };
        return Err(told(NoMaximum::RanOff { parameter: place, upwards: at > 0.0 }));
    }
    let estimates = names
        .into_iter()
        .enumerate()
        .map(|(place, name)| estimate(place, name, &search.at, &search.covariance, scale, times, &patterns))
        .collect::<Vec<_>>();
    let four = [0, 1, 2, 3].map(|place| estimates[place].value);
    let spread = |place: usize| match (place.checked_sub(4), &patterns) {
        (Some(effect), Some(patterns)) => patterns.spreads[effect % patterns.spreads.len()],
        _ => 1.0,
    };
    let size = estimates.len();
    Ok(Fitted {
        model: model(four),
        covariance: DMatrix::from_fn(size, size, |one, two| {
            search.covariance[(one, two)] / (spread(one) * spread(two))
        }),
        // A density of x times in another unit is smaller by the unit to the power of x.
        log_likelihood: search.value - histories.purchases() * scale.ln(),
        estimates,
        search,
        customers: histories.of.len() as u64,
        histories: histories.shared.len() as u64,
    })
}

/// Every so many-th of very many histories, on which the starts are tried; none where there are few.
fn thinned(histories: &Histories) -> Option<Histories> {
    let every = histories.shared.len() / SAMPLE;
    (every > 1).then(|| Histories {
        // The order is by x first, so every number of purchases is there in its share.
        shared: histories.shared.iter().step_by(every).copied().collect(),
        of: Vec::new(),
    })
}

fn effect_names<K: Kernel>(patterns: &Option<Patterns>) -> Vec<String> {
    let names = patterns.as_ref().map_or(&[] as &[String], |patterns| &patterns.names);
    K::LINKS.iter().flat_map(|(_, _, effect)| names.iter().map(move |name| format!("{effect}: {name}"))).collect()
}

/// A searched parameter on its own scale.
fn estimate(
    place: usize,
    name: String,
    at: &[f64],
    covariance: &DMatrix<f64>,
    scale: f64,
    times: [bool; 4],
    patterns: &Option<Patterns>,
) -> Estimate {
    let error = covariance[(place, place)].max(0.0).sqrt();
    match (place.checked_sub(4), patterns) {
        (Some(effect), Some(patterns)) => {
            let spread = patterns.spreads[effect % patterns.spreads.len()];
            Estimate { name, value: at[place] / spread, standard_error: error / spread, positive: false }
        }
        _ => {
            let value = at[place].exp() * if times[place] { scale } else { 1.0 };
            Estimate { name, value, standard_error: error * value, positive: true }
        }
    }
}
