//! The maximum of the partial likelihood, and what is told of it.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::super::columns::{RegressionError, scales};
use super::super::concordance::{Concordance, Scored, concordance};
use super::super::tails::ChiSquared;
use super::baseline::{HazardModel, baselines};
use super::derivatives::{Derivatives, derivatives};
use super::likelihood::predictors;
use super::residuals::score_residuals;
use super::sorted::Sorted;
use super::{Choices, Subjects};
use crate::watch::Watch;

/// Newton's steps after which a search has failed; a fit takes five or six.
const STEPS: usize = 60;
/// A step that moves no row's linear predictor by more than this is the last: the next would be its square.
const SETTLED: f64 = 1e-6;

/// A fitted proportional hazards model.
#[derive(Debug, Clone)]
pub struct CoxFit {
    /// Names of the covariates.
    pub names: Vec<String>,
    /// Log hazard ratios with their covariances, and the course of the hazard.
    pub model: HazardModel,
    /// Standard errors from the information, also where the covariances are robust.
    pub model_errors: Vec<f64>,
    /// The partial log-likelihood, without the penalty.
    pub log_likelihood: f64,
    /// The same without any effect.
    pub null_log_likelihood: f64,
    /// Test of all effects by the two likelihoods.
    pub likelihood_ratio: ChiSquared,
    /// Test of all effects by the estimates and their covariances; none with a penalty.
    pub wald: Option<ChiSquared>,
    /// Test of all effects by the gradient without effects.
    pub score: ChiSquared,
    /// How well the hazard ratios order the events; none where no two rows can be compared.
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

impl CoxFit {
    /// The standard error of each estimate.
    pub fn standard_errors(&self) -> Vec<f64> {
        self.model.covariance.iter().enumerate().map(|(j, covariances)| covariances[j].sqrt()).collect()
    }
}

/// Fits the model.
///
/// # Errors
/// Tells which covariate or duration stands in the way of an estimate, that the search did not end, or that it was
/// stopped.
pub fn fit(subjects: &Subjects<'_>, choices: Choices, watch: &dyn Watch) -> Result<CoxFit, RegressionError> {
    let names = subjects.rows.names;
    let penalties = vec![choices.penalty; names.len()];
    fit_with(subjects, choices, &penalties, watch)
}

/// Fits the model with a penalty for each covariate.
pub(super) fn fit_with(
    subjects: &Subjects<'_>,
    choices: Choices,
    penalties: &[f64],
    watch: &dyn Watch,
) -> Result<CoxFit, RegressionError> {
    let names = subjects.rows.names;
    let scales = scales(&subjects.rows, true, watch)?;
    if let Some(weights) = subjects.weights
        && let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0))
    {
        return Err(RegressionError::Weight { value: weights[row], row });
    }
    let sorted = Sorted::of(subjects, &scales, watch)?;
    if penalties.iter().any(|penalty| *penalty <= 0.0) {
        sorted.check_columns(names, &scales, watch)?;
        sorted.check_separation(names, &scales)?;
    }
    let found = maximise(&sorted, choices, penalties, names, watch)?;
    let Maximum { coefficients, at, null, curvature, steps, gradient } = found;
    let p = names.len();

    let inverse = curvature.inverse();
    let information = full(&at.information, p);
    let penalised = penalties.iter().any(|penalty| *penalty > 0.0);
    let degrees = if penalised { (&inverse * &information).trace() } else { p as f64 };
    let covariance = if choices.robust || subjects.clusters.is_some() {
        let outer = score_residuals(&sorted, &coefficients, choices.ties, watch)?.outer(&sorted, subjects.clusters);
        &inverse * outer * &inverse
    } else {
        inverse.clone()
    };
    let beta = DVector::from_column_slice(&coefficients);
    let wald = if penalised {
        None
    } else {
        let settled = Cholesky::new(covariance.clone()).map(|it| beta.dot(&it.solve(&beta)));
        settled.map(|statistic| ChiSquared::new(statistic, degrees))
    };
    let null_score = DVector::from_column_slice(&null.score);
    let score_statistic = Cholesky::new(full(&null.information, p))
        .map_or(f64::NAN, |information| null_score.dot(&information.solve(&null_score)));
    let predictors = predictors(&sorted, &coefficients);
    let mut scores = vec![0.0; predictors.len()];
    for (&row, &predictor) in sorted.original.iter().zip(&predictors) {
        scores[row] = predictor;
    }
    let scored = Scored {
        durations: subjects.rows.durations,
        events: subjects.rows.events,
        scores: &scores,
        weights: subjects.weights,
        strata: subjects.strata,
        clusters: subjects.clusters,
    };
    let (baselines, concordance) =
        rayon::join(|| baselines(&sorted, &scales, &predictors, choices.ties, watch), || concordance(&scored, watch));
    if watch.stopped() {
        return Err(RegressionError::Stopped);
    }
    let deviation = |j: usize| scales[j].deviation;
    if !covariance.iter().all(|value| value.is_finite()) {
        return Err(RegressionError::NotConverged { steps, gradient });
    }
    Ok(CoxFit {
        names: names.to_vec(),
        model: HazardModel {
            estimates: (0..p).map(|j| coefficients[j] / deviation(j)).collect(),
            covariance: (0..p)
                .map(|j| (0..p).map(|k| covariance[(j, k)] / (deviation(j) * deviation(k))).collect())
                .collect(),
            means: scales.iter().map(|scale| scale.mean).collect(),
            baselines,
        },
        model_errors: (0..p).map(|j| inverse[(j, j)].sqrt() / deviation(j)).collect(),
        log_likelihood: at.value,
        null_log_likelihood: null.value,
        likelihood_ratio: ChiSquared::new(2.0 * (at.value - null.value), degrees),
        wald,
        score: ChiSquared::new(score_statistic, p as f64),
        concordance,
        steps,
        gradient,
        rows: subjects.rows.durations.len(),
        events: subjects.rows.events.iter().filter(|event| **event).count(),
    })
}

/// A symmetric matrix of its lower triangle.
pub(super) fn full(triangle: &[f64], p: usize) -> DMatrix<f64> {
    DMatrix::from_fn(p, p, |j, k| {
        let (row, column) = if j >= k { (j, k) } else { (k, j) };
        triangle[row * (row + 1) / 2 + column]
    })
}

struct Maximum {
    coefficients: Vec<f64>,
    at: Derivatives,
    null: Derivatives,
    /// Minus the second derivatives of the penalised likelihood, factored.
    curvature: Cholesky<f64, Dyn>,
    steps: usize,
    gradient: f64,
}

/// Newton's method with halved steps, from no effect.
fn maximise(
    sorted: &Sorted,
    choices: Choices,
    penalties: &[f64],
    names: &[String],
    watch: &dyn Watch,
) -> Result<Maximum, RegressionError> {
    let p = sorted.p;
    let penalised = |coefficients: &[f64], value: f64| {
        value - coefficients.iter().zip(penalties).map(|(it, penalty)| penalty * it * it / 2.0).sum::<f64>()
    };
    let see =
        |coefficients: &[f64]| derivatives(sorted, coefficients, choices.ties, watch).ok_or(RegressionError::Stopped);
    let mut coefficients = vec![0.0; p];
    let null = see(&coefficients)?;
    let mut at = null.clone();
    let mut last = DVector::zeros(p);
    let mut settled = false;
    let mut gradient = f64::INFINITY;
    for steps in 0..=STEPS {
        watch.progress(steps as u64, 0);
        let slope = DVector::from_fn(p, |j, _| at.score[j] - penalties[j] * coefficients[j]);
        gradient = slope.amax();
        let mut curvature = full(&at.information, p);
        for j in 0..p {
            curvature[(j, j)] += penalties[j];
        }
        let Some(curvature) = Cholesky::new(curvature) else {
            return Err(unbounded(names, &last));
        };
        if settled {
            return Ok(Maximum { coefficients, at, null, curvature, steps, gradient });
        }
        let step = curvature.solve(&slope);
        let reach = predictors(sorted, step.as_slice()).iter().fold(0.0_f64, |most, it| most.max(it.abs()));
        // Where there is next to nothing to win but far to go, the likelihood is level: it rises for ever.
        if slope.dot(&step) < 1e-9 && reach > 1e-2 {
            return Err(unbounded(names, &step));
        }
        let start = penalised(&coefficients, at.value);
        let mut share = 1.0;
        let candidate = loop {
            let candidate: Vec<f64> =
                coefficients.iter().zip(step.iter()).map(|(it, step)| it + share * step).collect();
            let found = see(&candidate)?;
            let value = penalised(&candidate, found.value);
            if value >= start - 1e-11 * start.abs() {
                break Some((candidate, found));
            }
            share /= 2.0;
            if share < 1e-9 {
                break None;
            }
        };
        let Some((candidate, found)) = candidate else { break };
        settled = share == 1.0 && reach <= SETTLED;
        coefficients = candidate;
        at = found;
        last = step;
    }
    Err(RegressionError::NotConverged { steps: STEPS, gradient })
}

/// Names the covariates that take part in a direction.
fn unbounded(names: &[String], direction: &DVector<f64>) -> RegressionError {
    let most = direction.amax();
    let columns = names.iter().zip(direction.iter()).filter(|(_, part)| part.abs() >= 0.05 * most);
    RegressionError::Unbounded { columns: columns.map(|(name, _)| name.clone()).collect() }
}
