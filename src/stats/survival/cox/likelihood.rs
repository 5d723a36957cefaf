//! The partial likelihood, its gradient and its information, in one pass from the last duration to the first.

use rayon::prelude::*;

use super::Ties;
use super::sorted::{Instant, Sorted};
use crate::watch::Watch;

/// The state of the risk set when an event happens. With Efron's ties each of several simultaneous events is a moment
/// of its own, at which a part of the others has gone; with Breslow's they are one.
pub(super) struct Moment<'a> {
    pub(super) instant: &'a Instant,
    /// Which of the simultaneous events, from 0 (Efron), and the share of the tied rows that has gone.
    pub(super) gone: f64,
    /// Weight of the events that happen at this moment.
    pub(super) mass: f64,
    /// Logarithm of the sum of the weighted hazard ratios at risk.
    pub(super) log_sum: f64,
    /// Mean of the standardised covariates at risk.
    pub(super) mean: &'a [f64],
    /// Second moments about 0 of the standardised covariates at risk: the lower triangle, row by row.
    second: &'a [f64],
}

impl Moment<'_> {
    /// Adds `factor` times the covariance of the covariates at risk to a lower triangle.
    pub(super) fn add_covariance(&self, factor: f64, triangle: &mut [f64]) {
        let mut place = 0;
        for (j, mean) in self.mean.iter().enumerate() {
            let scaled = factor * mean;
            for (k, other) in self.mean[..=j].iter().enumerate() {
                triangle[place + k] += factor * self.second[place + k] - scaled * other;
            }
            place += j + 1;
        }
    }
}

/// Sums over rows: of hazard ratios, of covariates times them, of products of covariates times them.
struct Sums {
    zeroth: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Sums {
    fn new(p: usize) -> Self {
        Self { zeroth: 0.0, first: vec![0.0; p], second: vec![0.0; p * (p + 1) / 2] }
    }

    fn add(&mut self, hazard: f64, x: &[f64]) {
        self.zeroth += hazard;
        let mut place = 0;
        for (j, value) in x.iter().enumerate() {
            let scaled = hazard * value;
            self.first[j] += scaled;
            for (sum, other) in self.second[place..=place + j].iter_mut().zip(x) {
                *sum += scaled * other;
            }
            place += j + 1;
        }
    }

    fn scale(&mut self, factor: f64) {
        self.zeroth *= factor;
        self.first.iter_mut().chain(&mut self.second).for_each(|sum| *sum *= factor);
    }

    fn clear(&mut self) {
        self.zeroth = 0.0;
        self.first.fill(0.0);
        self.second.fill(0.0);
    }
}

/// Walks one stratum from its last duration to its first and shows every moment at which an event happens.
/// `predictors` are the linear predictors of all sorted rows. Where somebody asks to stop it ends early: the caller
/// looks at the watch before it believes the result.
pub(super) fn walk(
    sorted: &Sorted,
    stratum: usize,
    predictors: &[f64],
    ties: Ties,
    watch: &dyn Watch,
    mut see: impl FnMut(&Moment<'_>),
) {
    let p = sorted.p;
    let mut risk = Sums::new(p);
    let mut tied = Sums::new(p);
    let mut mean = vec![0.0; p];
    let mut second = vec![0.0; p * (p + 1) / 2];
    // Hazard ratios are kept relative to the largest seen so far, so that no linear predictor is too large.
    let mut largest = f64::NEG_INFINITY;
    for (place, instant) in sorted.instants[sorted.strata[stratum].clone()].iter().rev().enumerate() {
        if place % 4096 == 0 && watch.stopped() {
            return;
        }
        let top = predictors[instant.rows()].iter().copied().fold(largest, f64::max);
        if top > largest {
            risk.scale((largest - top).exp());
            largest = top;
        }
        tied.clear();
        let mut mass = 0.0;
        for (row, predictor) in instant.rows().zip(&predictors[instant.rows()]) {
            let hazard = sorted.weights[row] * (predictor - largest).exp();
            risk.add(hazard, sorted.row(row));
            if row < instant.start + instant.deaths {
                mass += sorted.weights[row];
                if instant.deaths > 1 && ties == Ties::Efron {
                    tied.add(hazard, sorted.row(row));
                }
            }
        }
        if mass <= 0.0 {
            continue;
        }
        let steps = if ties == Ties::Efron { instant.deaths } else { 1 };
        for step in 0..steps {
            let gone = step as f64 / steps as f64;
            let total = risk.zeroth - gone * tied.zeroth;
            for ((mean, sum), part) in mean.iter_mut().zip(&risk.first).zip(&tied.first) {
                *mean = (sum - gone * part) / total;
            }
            for ((second, sum), part) in second.iter_mut().zip(&risk.second).zip(&tied.second) {
                *second = (sum - gone * part) / total;
            }
            see(&Moment {
                instant,
                gone,
                mass: mass / steps as f64,
                log_sum: total.ln() + largest,
                mean: &mean,
                second: &second,
            });
        }
    }
}

/// The log-likelihood with its first and second derivatives by the standardised coefficients.
#[derive(Debug, Clone)]
pub(super) struct Derivatives {
    pub(super) value: f64,
    pub(super) score: Vec<f64>,
    /// Minus the second derivatives: the lower triangle, row by row.
    pub(super) information: Vec<f64>,
}

/// The linear predictor of each sorted row, of standardised coefficients.
pub(super) fn predictors(sorted: &Sorted, coefficients: &[f64]) -> Vec<f64> {
    let rows = 16_384;
    let mut predictors = vec![0.0; sorted.original.len()];
    predictors.par_chunks_mut(rows).zip(sorted.x.par_chunks(rows * sorted.p)).for_each(|(out, x)| {
        for (predictor, row) in out.iter_mut().zip(x.chunks_exact(sorted.p)) {
            *predictor = row.iter().zip(coefficients).map(|(value, coefficient)| value * coefficient).sum();
        }
    });
    predictors
}

/// The partial log-likelihood and its derivatives: strata side by side, their sums in the order of the strata.
pub(super) fn derivatives(sorted: &Sorted, coefficients: &[f64], ties: Ties, watch: &dyn Watch) -> Derivatives {
    let p = sorted.p;
    let predictors = predictors(sorted, coefficients);
    let zero = || Derivatives { value: 0.0, score: vec![0.0; p], information: vec![0.0; p * (p + 1) / 2] };
    let parts: Vec<Derivatives> = (0..sorted.strata.len())
        .into_par_iter()
        .map(|stratum| {
            let mut part = zero();
            for instant in &sorted.instants[sorted.strata[stratum].clone()] {
                for row in instant.dead() {
                    let weight = sorted.weights[row];
                    part.value += weight * predictors[row];
                    for (score, value) in part.score.iter_mut().zip(sorted.row(row)) {
                        *score += weight * value;
                    }
                }
            }
            walk(sorted, stratum, &predictors, ties, watch, |moment| {
                part.value -= moment.mass * moment.log_sum;
                for (score, mean) in part.score.iter_mut().zip(moment.mean) {
                    *score -= moment.mass * mean;
                }
                moment.add_covariance(moment.mass, &mut part.information);
            });
            part
        })
        .collect();
    parts.into_iter().fold(zero(), |mut sum, part| {
        sum.value += part.value;
        sum.score.iter_mut().zip(&part.score).for_each(|(sum, part)| *sum += part);
        sum.information.iter_mut().zip(&part.information).for_each(|(sum, part)| *sum += part);
        sum
    })
}
