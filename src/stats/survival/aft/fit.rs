//! The maximum of the likelihood.

use nalgebra::{Cholesky, DMatrix, DVector};
use rayon::prelude::*;

use super::super::columns::{RegressionError, Rows, Scale, independent, scales};
use super::super::concordance::{Concordance, Scored, concordance};
use super::super::tails::ChiSquared;
use super::{Distribution, DurationModel};
use crate::watch::Watch;

/// Newton's steps after which a search has failed; a fit takes about ten.
const STEPS: usize = 100;
/// A step that moves no row's standardised log duration by more than this is the last: the next would be its square.
const SETTLED: f64 = 1e-6;
/// Rows whose sums are taken together; fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 8_192;

/// A fitted accelerated failure time model.
#[derive(Debug, Clone)]
pub struct AftFit {
    /// The estimates with their covariances.
    pub model: DurationModel,
    /// Names of the covariates.
    pub names: Vec<String>,
    /// Log-likelihood of the durations as given.
    pub log_likelihood: f64,
    /// The same without covariates.
    pub null_log_likelihood: f64,
    /// Test of all effects by the two likelihoods.
    pub likelihood_ratio: ChiSquared,
    /// How well the predicted durations order the events; none where no two rows can be compared.
    pub concordance: Option<Concordance>,
    /// Newton's steps taken.
    pub steps: usize,
    /// The largest component of the gradient at the end, on standardised covariates.
    pub gradient: f64,
    /// Number of rows.
    pub rows: usize,
    /// Number of rows with the event.
    pub events: usize,
}

impl AftFit {
    /// The standard error of each estimate.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.model.covariance.iter().enumerate().map(|(j, covariances)| covariances[j].sqrt()).collect()
    }

    /// Akaike's criterion: twice the number of estimates less twice the log-likelihood.
    pub fn aic(&self) -> f64 {
        2.0 * self.model.estimates.len() as f64 - 2.0 * self.log_likelihood
    }
}

/// Fits the model by maximum likelihood.
///
/// # Errors
/// Tells which covariate or duration stands in the way of an estimate, that the search did not end, or that it was
/// stopped.
pub fn fit(rows: &Rows<'_>, distribution: Distribution, watch: &dyn Watch) -> Result<AftFit, RegressionError> {
    let scales = scales(rows, false, watch)?;
    check_columns(rows, &scales, watch)?;
    let design = Design::of(rows, &scales, distribution);
    let found = design.maximise(rows.names, watch)?;
    let null = Design::of(&Rows { columns: &[], names: &[], ..*rows }, &[], distribution).maximise(&[], watch)?;
    let (estimates, covariance) = design.in_units(&found, &scales);
    let scores: Vec<f64> = (0..rows.durations.len())
        .map(|row| -rows.columns.iter().zip(&estimates[1..]).map(|(column, effect)| column[row] * effect).sum::<f64>())
        .collect();
    let (durations, events) = (rows.durations, rows.events);
    let concordance =
        concordance(&Scored { durations, events, scores: &scores, weights: None, strata: None, clusters: None }, watch);
    Ok(AftFit {
        model: DurationModel { distribution, estimates, covariance },
        names: rows.names.to_vec(),
        log_likelihood: found.value,
        null_log_likelihood: null.value,
        likelihood_ratio: ChiSquared::new(2.0 * (found.value - null.value), rows.columns.len() as f64),
        concordance,
        steps: found.steps,
        gradient: found.gradient,
        rows: durations.len(),
        events: events.iter().filter(|event| **event).count(),
    })
}

/// Refuses covariates that others make up, and those whose one end alone has all events.
fn check_columns(rows: &Rows<'_>, scales: &[Scale], watch: &dyn Watch) -> Result<(), RegressionError> {
    let (n, p) = (rows.durations.len(), rows.columns.len());
    let mut gram = vec![0.0; p * p];
    for j in 0..p {
        if watch.stopped() {
            return Err(RegressionError::Stopped);
        }
        for k in 0..=j {
            let product = |(left, right): (&f64, &f64)| {
                (left - scales[j].mean) / scales[j].deviation * ((right - scales[k].mean) / scales[k].deviation)
            };
            let sum: f64 = rows.columns[j].iter().zip(&rows.columns[k]).map(product).sum();
            gram[j * p + k] = sum;
            gram[k * p + j] = sum;
        }
    }
    independent(rows.names, scales, &gram, &vec![n as f64 - 1.0; p], false)?;
    for (name, column) in rows.names.iter().zip(rows.columns) {
        let mut seen = column.iter().zip(rows.events).filter(|(_, event)| **event).map(|(value, _)| *value);
        let Some(value) = seen.next() else { continue };
        if seen.any(|other| other != value) {
            continue;
        }
        let (least, most) = column.iter().fold((value, value), |(least, most), &it| (least.min(it), most.max(it)));
        if least == value || most == value {
            let other = if least == value { most } else { least };
            let two = column.iter().all(|&it| it == value || it == other);
            return Err(RegressionError::Separated {
                column: name.clone(),
                highest: most == value,
                values: two.then_some((value, other)),
            });
        }
    }
    Ok(())
}

/// Standardised covariates with a leading 1, and log durations about their mean.
struct Design {
    distribution: Distribution,
    /// Number of effects, the intercept among them.
    width: usize,
    x: Vec<f64>,
    y: Vec<f64>,
    events: Vec<bool>,
    /// Mean of the log durations.
    centre: f64,
    /// Sum of the log durations of the events: the likelihood of durations has it beside that of their logarithms.
    logs: f64,
    seen: f64,
}

/// Value and derivatives by the effects over σ and, where it is estimated, by 1/σ.
struct Derivatives {
    value: f64,
    slope: DVector<f64>,
    bend: DMatrix<f64>,
}

struct Maximum {
    value: f64,
    parameters: DVector<f64>,
    covariance: DMatrix<f64>,
    steps: usize,
    gradient: f64,
}

impl Design {
    fn of(rows: &Rows<'_>, scales: &[Scale], distribution: Distribution) -> Self {
        let n = rows.durations.len();
        let width = rows.columns.len() + 1;
        let mut x = Vec::with_capacity(n * width);
        for row in 0..n {
            x.push(1.0);
            x.extend(
                rows.columns.iter().zip(scales).map(|(column, scale)| (column[row] - scale.mean) / scale.deviation),
            );
        }
        let logs: Vec<f64> = rows.durations.iter().map(|duration| duration.ln()).collect();
        let centre = logs.iter().sum::<f64>() / n as f64;
        let of_events = || logs.iter().zip(rows.events).filter(|(_, event)| **event).map(|(log, _)| *log);
        Self {
            distribution,
            width,
            x,
            centre,
            logs: of_events().sum(),
            seen: of_events().count() as f64,
            y: logs.iter().map(|log| log - centre).collect(),
            events: rows.events.to_vec(),
        }
    }

    /// The number of parameters.
    fn size(&self) -> usize {
        self.width + usize::from(self.distribution.has_scale())
    }

    /// 1/σ of these parameters.
    fn rate(&self, parameters: &DVector<f64>) -> f64 {
        if self.distribution.has_scale() { parameters[self.width] } else { 1.0 }
    }

    fn derivatives(&self, parameters: &DVector<f64>, watch: &dyn Watch) -> Derivatives {
        let (size, width) = (self.size(), self.width);
        let rate = self.rate(parameters);
        let parts: Vec<(f64, Vec<f64>, Vec<f64>)> = self
            .y
            .par_chunks(CHUNK)
            .zip(self.x.par_chunks(CHUNK * width))
            .zip(self.events.par_chunks(CHUNK))
            .map(|((y, x), events)| {
                let (mut value, mut slope, mut bend) = (0.0, vec![0.0; size], vec![0.0; size * size]);
                if watch.stopped() {
                    return (value, slope, bend);
                }
                let mut along = vec![0.0; size];
                for ((&y, x), &event) in y.iter().zip(x.chunks_exact(width)).zip(events) {
                    let effects: f64 = x.iter().zip(parameters.iter()).map(|(value, effect)| value * effect).sum();
                    let jet = self.distribution.log(rate * y - effects, event);
                    value += jet.value;
                    along[..width].iter_mut().zip(x).for_each(|(along, value)| *along = -value);
                    if size > width {
                        along[width] = y;
                    }
                    for j in 0..size {
                        slope[j] += jet.first * along[j];
                        let scaled = jet.second * along[j];
                        for k in 0..=j {
                            bend[j * size + k] += scaled * along[k];
                        }
                    }
                }
                (value, slope, bend)
            })
            .collect();
        let mut value = self.seen * rate.ln() - self.logs;
        let mut slope = DVector::zeros(size);
        let mut bend = DMatrix::zeros(size, size);
        for (part, slopes, bends) in parts {
            value += part;
            for j in 0..size {
                slope[j] += slopes[j];
                for k in 0..=j {
                    bend[(j, k)] += bends[j * size + k];
                }
            }
        }
        if size > width {
            slope[width] += self.seen / rate;
            bend[(width, width)] -= self.seen / (rate * rate);
        }
        bend.fill_upper_triangle_with_lower_triangle();
        Derivatives { value, slope, bend }
    }

    /// Newton's method with halved steps, from no effects; the likelihood has one maximum.
    fn maximise(&self, names: &[String], watch: &dyn Watch) -> Result<Maximum, RegressionError> {
        let see = |parameters: &DVector<f64>| {
            let found = self.derivatives(parameters, watch);
            if watch.stopped() { Err(RegressionError::Stopped) } else { Ok(found) }
        };
        let spread = (self.y.iter().map(|y| y * y).sum::<f64>() / self.y.len() as f64).sqrt();
        let mut parameters = DVector::zeros(self.size());
        if self.distribution.has_scale() {
            parameters[self.width] = if spread > 0.0 { 1.0 / spread } else { return Err(RegressionError::NoSpread) };
        }
        let mut at = see(&parameters)?;
        let mut settled = false;
        let mut last = DVector::zeros(self.size());
        let mut gradient = f64::INFINITY;
        for steps in 0..=STEPS {
            watch.progress(steps as u64, 0);
            gradient = at.slope.amax();
            if self.distribution.has_scale() && self.rate(&parameters) * spread > 1e6 {
                return Err(RegressionError::NoSpread);
            }
            let Some(curvature) = Cholesky::new(-&at.bend) else { return Err(self.unbounded(names, &last)) };
            if settled {
                return Ok(Maximum { value: at.value, parameters, covariance: curvature.inverse(), steps, gradient });
            }
            let step = curvature.solve(&at.slope);
            let reach = self.reach(&step).max(self.turn(&parameters, &step));
            // Where there is next to nothing to win but far to go, the likelihood is level: it rises for ever.
            if at.slope.dot(&step) < 1e-9 && reach > 1e-2 {
                return Err(self.unbounded(names, &step));
            }
            let mut share = 1.0;
            let better = loop {
                let candidate = &parameters + share * &step;
                if self.rate(&candidate) > 0.0 {
                    let found = see(&candidate)?;
                    if found.value >= at.value - 1e-11 * at.value.abs() {
                        break Some((candidate, found));
                    }
                }
                share /= 2.0;
                if share < 1e-9 {
                    break None;
                }
            };
            let Some((candidate, found)) = better else { break };
            settled = share == 1.0 && reach <= SETTLED;
            parameters = candidate;
            at = found;
            last = step;
        }
        Err(RegressionError::NotConverged { steps: STEPS, gradient })
    }

    /// By how much a step moves the standardised log duration of a row at most.
    fn reach(&self, step: &DVector<f64>) -> f64 {
        let rate = if self.distribution.has_scale() { step[self.width] } else { 0.0 };
        self.y
            .iter()
            .zip(self.x.chunks_exact(self.width))
            .map(|(y, x)| (rate * y - x.iter().zip(step.iter()).map(|(value, step)| value * step).sum::<f64>()).abs())
            .fold(0.0, f64::max)
    }

    /// The share by which a step changes 1/σ: where the effects leave no remainder, it alone moves.
    fn turn(&self, parameters: &DVector<f64>, step: &DVector<f64>) -> f64 {
        if self.distribution.has_scale() { (step[self.width] / parameters[self.width]).abs() } else { 0.0 }
    }

    fn unbounded(&self, names: &[String], direction: &DVector<f64>) -> RegressionError {
        let effects: Vec<f64> = direction.iter().skip(1).take(names.len()).map(|part| part.abs()).collect();
        let most = effects.iter().copied().fold(0.0, f64::max);
        let columns = names.iter().zip(&effects).filter(|(_, part)| most > 0.0 && **part >= 0.05 * most);
        let columns: Vec<String> = columns.map(|(name, _)| name.clone()).collect();
        if columns.is_empty() { RegressionError::NoSpread } else { RegressionError::Unbounded { columns } }
    }

    /// Estimates and covariances of the intercept, the effects in the units of the data, and log σ.
    fn in_units(&self, found: &Maximum, scales: &[Scale]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let size = self.size();
        let rate = self.rate(&found.parameters);
        let scaled = self.distribution.has_scale();
        let mut estimates = vec![0.0; size];
        // Derivatives of the estimates by the parameters of the search.
        let mut change = DMatrix::zeros(size, size);
        for (j, scale) in scales.iter().enumerate() {
            let place = j + 1;
            estimates[place] = found.parameters[place] / (rate * scale.deviation);
            change[(place, place)] = 1.0 / (rate * scale.deviation);
            if scaled {
                change[(place, self.width)] = -estimates[place] / rate;
            }
        }
        estimates[0] = self.centre + found.parameters[0] / rate;
        change[(0, 0)] = 1.0 / rate;
        if scaled {
            change[(0, self.width)] = -found.parameters[0] / (rate * rate);
            estimates[self.width] = -rate.ln();
            change[(self.width, self.width)] = -1.0 / rate;
        }
        for (j, scale) in scales.iter().enumerate() {
            estimates[0] -= estimates[j + 1] * scale.mean;
            let part = change.row(j + 1) * scale.mean;
            let row = change.row(0) - part;
            change.set_row(0, &row);
        }
        let covariance = &change * &found.covariance * change.transpose();
        (estimates, (0..size).map(|j| (0..size).map(|k| covariance[(j, k)]).collect()).collect())
    }
}
