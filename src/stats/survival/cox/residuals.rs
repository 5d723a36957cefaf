//! What each row adds to the gradient.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::super::columns::RegressionError;
use super::Ties;
use super::likelihood::{Depth, predictors, walk};
use super::sorted::Sorted;
use crate::watch::Watch;

/// Score residuals of the sorted rows by the standardised covariates, without weights: they add up, weighted, to the
/// gradient.
pub(super) struct ScoreResiduals {
    values: Vec<f64>,
}

/// Cumulative sums up to and with an instant: of the hazard, and of the hazard times the mean covariates; and the same
/// at this instant for a row that has the event itself.
struct Course {
    hazard: f64,
    drift: Vec<f64>,
    own_hazard: f64,
    own_drift: Vec<f64>,
    own_mean: Vec<f64>,
}

/// Computes the score residuals: for a row with the event its covariates less their mean at risk, less what the row was
/// expected to add while it was at risk. Among simultaneous events Efron's parts are taken.
pub(super) fn score_residuals(
    sorted: &Sorted,
    coefficients: &[f64],
    ties: Ties,
    watch: &dyn Watch,
) -> Result<ScoreResiduals, RegressionError> {
    let p = sorted.p;
    let predictors = predictors(sorted, coefficients);
    let parts: Vec<Vec<f64>> = (0..sorted.strata.len())
        .into_par_iter()
        .map(|stratum| {
            // Increments by instant, from the last to the first as the walk sees them.
            let mut courses: Vec<(usize, Course)> = Vec::new();
            walk(sorted, stratum, &predictors, (ties, Depth::Means), watch, |moment| {
                let start = moment.instant.start;
                if courses.last().is_none_or(|(known, _)| *known != start) {
                    let zero = || vec![0.0; p];
                    let course =
                        Course { hazard: 0.0, drift: zero(), own_hazard: 0.0, own_drift: zero(), own_mean: zero() };
                    courses.push((start, course));
                }
                let Some((_, course)) = courses.last_mut() else { return };
                let hazard = moment.mass * (-moment.log_sum).exp();
                let own = hazard * (1.0 - moment.gone);
                let steps = if ties == Ties::Efron { moment.instant.deaths as f64 } else { 1.0 };
                course.hazard += hazard;
                course.own_hazard += own;
                for (j, mean) in moment.mean.iter().enumerate() {
                    course.drift[j] += hazard * mean;
                    course.own_drift[j] += own * mean;
                    course.own_mean[j] += mean / steps;
                }
            });
            let instants = &sorted.instants[sorted.strata[stratum].clone()];
            let rows = instants.first().map_or(0, |it| it.start)..instants.last().map_or(0, |it| it.end);
            let mut values = Vec::with_capacity(rows.len() * p);
            let (mut hazard, mut drift, mut x) = (0.0, vec![0.0; p], vec![0.0; p]);
            let mut ahead = courses.into_iter().rev().peekable();
            for instant in instants {
                let here = ahead.next_if(|(start, _)| *start == instant.start).map(|(_, course)| course);
                for (row, predictor) in instant.rows().zip(&predictors[instant.rows()]) {
                    let ratio = predictor.exp();
                    sorted.read(row, &mut x);
                    match &here {
                        Some(course) if row < instant.start + instant.deaths => {
                            let total = hazard + course.own_hazard;
                            values.extend((0..p).map(|j| {
                                x[j] - course.own_mean[j] - ratio * (x[j] * total - drift[j] - course.own_drift[j])
                            }));
                        }
                        Some(course) => {
                            let total = hazard + course.hazard;
                            values.extend((0..p).map(|j| -ratio * (x[j] * total - drift[j] - course.drift[j])));
                        }
                        None => values.extend((0..p).map(|j| -ratio * (x[j] * hazard - drift[j]))),
                    }
                }
                if let Some(course) = here {
                    hazard += course.hazard;
                    drift.iter_mut().zip(&course.drift).for_each(|(sum, part)| *sum += part);
                }
            }
            values
        })
        .collect();
    if watch.stopped() {
        return Err(RegressionError::Stopped);
    }
    Ok(ScoreResiduals { values: parts.concat() })
}

impl ScoreResiduals {
    /// The sum of the outer products of the weighted residuals, of each row or of the sums over each cluster.
    pub(super) fn outer(&self, sorted: &Sorted, clusters: Option<&[u32]>) -> DMatrix<f64> {
        let p = sorted.p;
        let mut outer = DMatrix::zeros(p, p);
        let mut add = |part: &[f64]| {
            for j in 0..p {
                for k in 0..=j {
                    outer[(j, k)] += part[j] * part[k];
                }
            }
        };
        match clusters {
            None => {
                let mut part = vec![0.0; p];
                for (row, values) in self.values.chunks_exact(p).enumerate() {
                    part.iter_mut().zip(values).for_each(|(part, value)| *part = sorted.weights[row] * value);
                    add(&part);
                }
            }
            Some(clusters) => {
                let mut sums = vec![0.0; p * clusters.iter().max().map_or(0, |&last| last as usize + 1)];
                for (row, values) in self.values.chunks_exact(p).enumerate() {
                    let place = clusters[sorted.original[row]] as usize * p;
                    for (sum, value) in sums[place..place + p].iter_mut().zip(values) {
                        *sum += sorted.weights[row] * value;
                    }
                }
                sums.chunks_exact(p).for_each(add);
            }
        }
        outer.fill_upper_triangle_with_lower_triangle();
        outer
    }

    /// The residuals in the order of the data, in units of the standardised covariates.
    #[cfg(test)]
    pub(super) fn by_original(&self, sorted: &Sorted) -> Vec<Vec<f64>> {
        let mut rows = vec![Vec::new(); sorted.original.len()];
        for (values, &row) in self.values.chunks_exact(sorted.p).zip(&sorted.original) {
            rows[row] = values.to_vec();
        }
        rows
    }
}
