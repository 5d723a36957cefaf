//! The likelihood of many histories under a model of four parameters, with or without covariates, and its greatest value.

use nalgebra::{DMatrix, DVector};

use super::fit::{Estimate, Fitted, NoFit};
use super::histories::{Histories, Purchases};
use crate::Watch;
use crate::in_chunks;
use crate::optimise::{Derivatives, Maximum, NoMaximum, Objective, maximise};

/// Histories per chunk: a millisecond's work at most.
const CHUNK: usize = 4096;

/// From twice as many different histories on, the starts are tried on about so many of them.
const SAMPLE: usize = 8192;

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

/// Properties of customers that do not change, each a column with a value for every customer.
#[derive(Debug, Clone, Default)]
pub struct Covariates {
    /// Names and values.
    pub columns: Vec<(String, Vec<f64>)>,
}

/// The different rows of covariates, each divided by its column's spread.
struct Patterns {
    names: Vec<String>,
    spreads: Vec<f64>,
    rows: Vec<Vec<f64>>,
    of: Vec<u32>,
}

impl Patterns {
    fn new(covariates: &Covariates, customers: usize) -> Result<Patterns, NoFit> {
        let mut spreads = Vec::new();
        for (name, values) in &covariates.columns {
            let fault = |fault: String| NoFit::Covariate { name: name.clone(), fault };
            if values.len() != customers {
                return Err(fault(format!("has {} values for {customers} customers", values.len())));
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                return Err(fault(format!("has no number for customer {}", row + 1)));
            }
            let mean = values.iter().sum::<f64>() / customers as f64;
            let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / customers as f64).sqrt();
            if spread.is_nan() || spread <= mean.abs() * 1e-12 {
                return Err(fault("is the same for every customer, so nothing can be learned of its effect".into()));
            }
            spreads.push(spread);
        }
        let row = |customer: usize| -> Vec<f64> {
            covariates.columns.iter().zip(&spreads).map(|((_, values), spread)| values[customer] / spread).collect()
        };
        let mut order: Vec<(Vec<f64>, u32)> = (0..customers).map(|customer| (row(customer), customer as u32)).collect();
        order.sort_by(|left, right| {
            let values = left.0.iter().zip(&right.0).map(|(one, two)| one.total_cmp(two));
            values.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(left.1.cmp(&right.1))
        });
        let (mut rows, mut of) = (Vec::new(), vec![0; customers]);
        for equal in order.chunk_by(|left, right| left.0 == right.0) {
            for (_, customer) in equal {
                of[*customer as usize] = rows.len() as u32;
            }
            rows.push(equal[0].0.clone());
        }
        let names: Vec<String> = covariates.columns.iter().map(|(name, _)| name.clone()).collect();
        let patterns = Patterns { names, spreads, rows, of };
        patterns.refuse_copies()?;
        Ok(patterns)
    }

    /// A column that the ones before it already tell has no effect of its own.
    fn refuse_copies(&self) -> Result<(), NoFit> {
        let mut basis: Vec<DVector<f64>> = Vec::new();
        let weights: Vec<f64> = {
            let mut counts = vec![0.0; self.rows.len()];
            self.of.iter().for_each(|pattern| counts[*pattern as usize] += 1.0);
            counts.iter().map(|count: &f64| count.sqrt()).collect()
        };
        let column = |of: &dyn Fn(usize) -> f64| DVector::from_fn(self.rows.len(), |row, _| weights[row] * of(row));
        basis.push(column(&|_| 1.0).normalize());
        for (place, name) in self.names.iter().enumerate() {
            let whole = column(&|row| self.rows[row][place]);
            let spread = (self.of.len() as f64).sqrt();
            let rest =
                (0..2).fold(whole, |rest, _| basis.iter().fold(rest, |rest, known| &rest - known * known.dot(&rest)));
            if rest.norm() < 1e-6 * spread {
                let before = self.names[..place].join("`, `");
                let fault = format!("is told by `{before}` already; leave one of them out");
                return Err(NoFit::Covariate { name: name.clone(), fault });
            }
            basis.push(rest.normalize());
        }
        Ok(())
    }
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
    histories.check()?;
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
    let estimates = names
        .into_iter()
        .enumerate()
        .map(|(place, name)| estimate(place, name, &search.at, &search.covariance, scale, times, &patterns))
        .collect::<Vec<_>>();
    let four = [0, 1, 2, 3].map(|place| estimates[place].value);
    Ok(Fitted {
        model: model(four),
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
