//! Whether effects stay the same over time.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::super::columns::{RegressionError, Scale, scales};
use super::super::tails::ChiSquared;
use super::fit::{CoxFit, full};
use super::likelihood::{Depth, predictors, walk};
use super::sorted::Sorted;
use super::{Choices, Subjects};
use crate::order::average_ranks;
use crate::watch::Watch;

/// The scale of time against which a change of the effects is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeScale {
    /// One less the Kaplan–Meier estimate just before: long gaps at the end weigh little.
    #[default]
    KaplanMeier,
    /// The rank of the duration among all rows.
    Rank,
    /// The duration as it is.
    Identity,
    /// Its logarithm.
    Log,
}

/// One event: its time, and for each covariate an estimate of the effect at that time.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaledResidual {
    /// The row in the data.
    pub row: usize,
    /// Its duration.
    pub time: f64,
    /// Its place on the scale of time.
    pub place: f64,
    /// Scaled Schoenfeld residual plus the estimate, for each covariate; none where the covariate is constant in the
    /// stratum of the row.
    pub effects: Vec<Option<f64>>,
}

/// Tests of the proportionality of each covariate and of all together, and the residuals behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportionality {
    /// For each covariate.
    pub tests: Vec<ChiSquared>,
    /// For all together.
    pub global: ChiSquared,
    /// Events in the order of stratum and time.
    pub residuals: Vec<ScaledResidual>,
}

/// Tests whether the effects change with time: the score test of adding to the model each covariate times the
/// transformed time, with its exact variance, as R's `survival` computes it since version 3 (earlier versions took
/// the covariance at risk to be the same at all times).
///
/// Source: Grambsch and Therneau (1994), Proportional hazards tests and diagnostics based on weighted residuals,
/// Biometrika 81, 515–526; Therneau and Grambsch (2000), Modeling Survival Data, section 6.2.
///
/// # Errors
/// As for the fit; and where the logarithm of a duration of 0 would be taken.
pub fn proportionality(
    subjects: &Subjects<'_>,
    fit: &CoxFit,
    choices: Choices,
    scale: TimeScale,
    watch: &dyn Watch,
) -> Result<Proportionality, RegressionError> {
    let scales = scales(&subjects.rows, scale != TimeScale::Log, watch)?;
    let sorted = Sorted::of(subjects, &scales, watch)?;
    let p = sorted.p;
    let coefficients: Vec<f64> = fit
        .model
        .estimates
        .iter()
        .zip(&scales)
        .map(|(estimate, scale): (_, &Scale)| estimate * scale.deviation)
        .collect();
    let times = transformed(subjects, scale);
    let places: Vec<f64> = sorted.original.iter().map(|&row| times[row]).collect();
    let dead = || sorted.instants.iter().flat_map(|instant| instant.dead());
    let events = dead().count() as f64;
    let centre = dead().map(|row| places[row]).sum::<f64>() / events;

    let size = p * (p + 1) / 2;
    // Sums of the covariance at risk, times 1, the time, and its square; and the slope by covariate times time.
    let mut moments = [vec![0.0; size], vec![0.0; size], vec![0.0; size]];
    let mut slope = vec![0.0; p];
    let mut residuals = Vec::with_capacity(events as usize);
    let mut informed = vec![vec![0.0; p]; sorted.strata.len()];
    let predictors = predictors(&sorted, &coefficients);
    for (stratum, informed) in informed.iter_mut().enumerate() {
        let instants = &sorted.instants[sorted.strata[stratum].clone()];
        let mut own = vec![0.0; size];
        let mut means: Vec<(usize, Vec<f64>)> = Vec::new();
        walk(&sorted, stratum, &predictors, (choices.ties, Depth::Covariances), watch, |moment| {
            let time = places[moment.instant.start] - centre;
            moment.add_covariance(moment.mass, &mut own);
            moment.add_covariance(moment.mass * time, &mut moments[1]);
            moment.add_covariance(moment.mass * time * time, &mut moments[2]);
            let start = moment.instant.start;
            if means.last().is_none_or(|(known, _)| *known != start) {
                means.push((start, vec![0.0; p]));
            }
            let weight: f64 = moment.instant.dead().map(|row| sorted.weights[row]).sum();
            if let Some((_, means)) = means.last_mut() {
                for (sum, mean) in means.iter_mut().zip(moment.mean) {
                    *sum += mean * moment.mass / weight;
                }
            }
        });
        moments[0].iter_mut().zip(&own).for_each(|(sum, part)| *sum += part);
        let mut means = means.into_iter().rev();
        let deaths: usize = instants.iter().map(|instant| instant.deaths).sum();
        for (j, informed) in informed.iter_mut().enumerate() {
            let varies = own[j * (j + 1) / 2 + j] > 1e-12 * deaths as f64;
            *informed = if varies { deaths as f64 } else { 0.0 };
        }
        for instant in instants.iter().filter(|instant| instant.deaths > 0) {
            let Some((_, mean)) = means.next() else { break };
            for row in instant.dead() {
                let time = places[row] - centre;
                let away: Vec<f64> = mean.iter().enumerate().map(|(j, mean)| sorted.column(j)[row] - mean).collect();
                for (slope, away) in slope.iter_mut().zip(&away) {
                    *slope += sorted.weights[row] * time * away;
                }
                residuals.push((stratum, row, away));
            }
        }
        if watch.stopped() {
            return Err(RegressionError::Stopped);
        }
    }

    let [plain, timed, squared] = moments.map(|moment| full(&moment, p));
    let all: Vec<usize> = (0..p).collect();
    let tests = (0..p).map(|j| score_test(&plain, &timed, &squared, &slope, &[j], choices.penalty)).collect();
    let global = score_test(&plain, &timed, &squared, &slope, &all, choices.penalty);

    // The mean covariance at risk scales the residuals; a stratum in which a covariate is constant tells nothing of it.
    let mean_covariance = DMatrix::from_fn(p, p, |j, k| {
        let weight: f64 = informed.iter().map(|stratum| stratum[j].min(stratum[k])).sum();
        plain[(j, k)] / if weight > 0.0 { weight } else { 1.0 }
    });
    let scaled = scaled(&sorted, residuals, &informed, &mean_covariance, &coefficients, &scales, &places);
    Ok(Proportionality { tests, global, residuals: scaled })
}

/// The score test of the covariates in `of` times the time, beside all covariates as they are.
fn score_test(
    plain: &DMatrix<f64>,
    timed: &DMatrix<f64>,
    squared: &DMatrix<f64>,
    slope: &[f64],
    of: &[usize],
    penalty: f64,
) -> ChiSquared {
    let (p, q) = (plain.nrows(), of.len());
    let ridge = |j: usize, k: usize| if j == k { penalty } else { 0.0 };
    let information = DMatrix::from_fn(p + q, p + q, |j, k| match (j.checked_sub(p), k.checked_sub(p)) {
        (None, None) => plain[(j, k)] + ridge(j, k),
        (Some(j), None) => timed[(of[j], k)],
        (None, Some(k)) => timed[(j, of[k])],
        (Some(j), Some(k)) => squared[(of[j], of[k])] + ridge(of[j], of[k]),
    });
    let slope = DVector::from_fn(p + q, |j, _| j.checked_sub(p).map_or(0.0, |j| slope[of[j]]));
    // Where all events come at one time, there is no course of time to test against.
    let statistic = Cholesky::new(information).map_or(f64::NAN, |it| slope.dot(&it.solve(&slope)));
    ChiSquared::new(statistic, q as f64)
}

/// Residuals over the mean covariance, moved to the estimates, in units of the covariates.
fn scaled(
    sorted: &Sorted,
    residuals: Vec<(usize, usize, Vec<f64>)>,
    informed: &[Vec<f64>],
    covariance: &DMatrix<f64>,
    coefficients: &[f64],
    scales: &[Scale],
    places: &[f64],
) -> Vec<ScaledResidual> {
    let p = sorted.p;
    // For each stratum the covariates that vary in it, and their covariance, factored.
    let solvers: Vec<(Vec<usize>, _)> = informed
        .iter()
        .map(|stratum| {
            let known: Vec<usize> = (0..p).filter(|&j| stratum[j] > 0.0).collect();
            let part = DMatrix::from_fn(known.len(), known.len(), |j, k| covariance[(known[j], known[k])]);
            (known, Cholesky::new(part))
        })
        .collect();
    let mut times = vec![0.0; sorted.original.len()];
    for instant in &sorted.instants {
        times[instant.rows()].fill(instant.time);
    }
    residuals
        .into_iter()
        .map(|(stratum, row, away)| {
            let mut effects = vec![None; p];
            let (known, solver) = &solvers[stratum];
            if let Some(solver) = solver {
                let away = DVector::from_fn(known.len(), |j, _| away[known[j]]);
                for (&j, value) in known.iter().zip(solver.solve(&away).iter()) {
                    effects[j] = Some((value + coefficients[j]) / scales[j].deviation);
                }
            }
            ScaledResidual { row: sorted.original[row], time: times[row], place: places[row], effects }
        })
        .collect()
}

/// The durations on the scale of time.
fn transformed(subjects: &Subjects<'_>, scale: TimeScale) -> Vec<f64> {
    let durations = subjects.rows.durations;
    match scale {
        TimeScale::Identity => durations.to_vec(),
        TimeScale::Log => durations.iter().map(|time| time.ln()).collect(),
        TimeScale::Rank => average_ranks(durations),
        TimeScale::KaplanMeier => {
            let mut order: Vec<usize> = (0..durations.len()).collect();
            order.sort_unstable_by(|&left, &right| durations[left].total_cmp(&durations[right]));
            let mut places = vec![0.0; durations.len()];
            let (mut survival, mut at_risk) = (1.0, durations.len());
            for run in order.chunk_by(|&left, &right| durations[left] == durations[right]) {
                for &row in run {
                    places[row] = 1.0 - survival;
                }
                let deaths = run.iter().filter(|&&row| subjects.rows.events[row]).count();
                survival *= 1.0 - deaths as f64 / at_risk as f64;
                at_risk -= run.len();
            }
            places
        }
    }
}
