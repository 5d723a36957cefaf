//! The rows at risk at each event, in one pass from the last duration to the first.

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
    /// Second moments about 0 of the standardised covariates at risk: the lower triangle, row by row. Empty where only
    /// means were asked for.
    second: &'a [f64],
}

/// How far the covariates at risk are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Means,
    Covariances,
}

impl Moment<'_> {
    /// Adds `factor` times the covariance of the covariates at risk to a lower triangle.
    pub(super) fn add_covariance(&self, factor: f64, triangle: &mut [f64]) {
        debug_assert_eq!(self.second.len(), triangle.len(), "covariances were not asked for");
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
    fn new(p: usize, depth: Depth) -> Self {
        let second = if depth == Depth::Means { 0 } else { p * (p + 1) / 2 };
        Self { zeroth: 0.0, first: vec![0.0; p], second: vec![0.0; second] }
    }

    fn add(&mut self, hazard: f64, x: &[f64]) {
        self.zeroth += hazard;
        for (sum, value) in self.first.iter_mut().zip(x) {
            *sum += hazard * value;
        }
        if self.second.is_empty() {
            return;
        }
        let mut place = 0;
        for (j, value) in x.iter().enumerate() {
            let scaled = hazard * value;
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
    (ties, depth): (Ties, Depth),
    watch: &dyn Watch,
    mut see: impl FnMut(&Moment<'_>),
) {
    let p = sorted.p;
    let mut risk = Sums::new(p, depth);
    let mut tied = Sums::new(p, depth);
    let mut mean = vec![0.0; p];
    let mut second = risk.second.clone();
    let mut x = vec![0.0; p];
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
            sorted.read(row, &mut x);
            risk.add(hazard, &x);
            if row < instant.start + instant.deaths {
                mass += sorted.weights[row];
                if instant.deaths > 1 && ties == Ties::Efron {
                    tied.add(hazard, &x);
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

/// The linear predictor of each sorted row, of standardised coefficients.
pub(super) fn predictors(sorted: &Sorted, coefficients: &[f64]) -> Vec<f64> {
    let rows = 16_384;
    let mut predictors = vec![0.0; sorted.original.len()];
    predictors.par_chunks_mut(rows).enumerate().for_each(|(chunk, out)| {
        for (j, coefficient) in coefficients.iter().enumerate() {
            for (predictor, value) in out.iter_mut().zip(&sorted.column(j)[chunk * rows..]) {
                *predictor += coefficient * value;
            }
        }
    });
    predictors
}
