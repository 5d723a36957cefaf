//! Rows in the order in which the likelihood wants them: sorted once, read many times.

use std::ops::Range;

use rayon::slice::ParallelSliceMut;

use super::super::columns::{RegressionError, Scale, independent};
use super::Subjects;
use crate::watch::Watch;

/// Rows of one stratum with the same duration; those with the event come first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of rows with the event: they are the first ones.
    pub(super) deaths: usize,
    pub(super) time: f64,
}

impl Instant {
    pub(super) fn rows(&self) -> Range<usize> {
        self.start..self.end
    }

    pub(super) fn dead(&self) -> Range<usize> {
        self.start..self.start + self.deaths
    }
}

/// The rows by stratum, duration and event, with standardised covariates.
pub(super) struct Sorted {
    /// Number of covariates.
    pub(super) p: usize,
    /// Standardised covariates, row by row.
    pub(super) x: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// The place of each sorted row in the data.
    pub(super) original: Vec<usize>,
    pub(super) instants: Vec<Instant>,
    /// The instants of each stratum, in the order of `stratum`.
    pub(super) strata: Vec<Range<usize>>,
    /// The number of each stratum in the data.
    pub(super) stratum: Vec<u32>,
}

impl Sorted {
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.x[row * self.p..(row + 1) * self.p]
    }

    /// Sorts the rows and standardises their covariates.
    pub(super) fn of(subjects: &Subjects<'_>, scales: &[Scale]) -> Self {
        let rows = &subjects.rows;
        let n = rows.durations.len();
        let p = rows.columns.len();
        let stratum = |row: usize| subjects.strata.map_or(0, |strata| strata[row]);
        let mut keyed: Vec<(u32, f64, bool, usize)> =
            (0..n).map(|row| (stratum(row), rows.durations[row] + 0.0, !rows.events[row], row)).collect();
        keyed.par_sort_unstable_by(|left, right| {
            (left.0.cmp(&right.0))
                .then(left.1.total_cmp(&right.1))
                .then(left.2.cmp(&right.2))
                .then(left.3.cmp(&right.3))
        });
        let mut x = Vec::with_capacity(n * p);
        for &(.., row) in &keyed {
            x.extend(
                scales.iter().zip(rows.columns).map(|(scale, column)| (column[row] - scale.mean) / scale.deviation),
            );
        }
        let (mut instants, mut strata, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for group in keyed.chunk_by(|left, right| left.0 == right.0) {
            let first = instants.len();
            for run in group.chunk_by(|left, right| left.1 == right.1) {
                let deaths = run.iter().filter(|row| !row.2).count();
                instants.push(Instant { start, end: start + run.len(), deaths, time: run[0].1 });
                start += run.len();
            }
            strata.push(first..instants.len());
            numbers.push(group[0].0);
        }
        let weights = keyed.iter().map(|&(.., row)| subjects.weights.map_or(1.0, |weights| weights[row])).collect();
        let original = keyed.into_iter().map(|(.., row)| row).collect();
        Self { p, x, weights, original, instants, strata, stratum: numbers }
    }

    /// The rows of a stratum that are at risk at its first event, hence all that its likelihood ever compares.
    fn compared(&self, stratum: &Range<usize>) -> Range<usize> {
        let instants = &self.instants[stratum.clone()];
        let end = instants.last().map_or(0, |instant| instant.end);
        instants.iter().find(|instant| instant.deaths > 0).map_or(end..end, |instant| instant.start..end)
    }

    /// Refuses covariates that are constant or made up of others among the rows that are compared.
    pub(super) fn check_columns(
        &self,
        names: &[String],
        scales: &[Scale],
        watch: &dyn Watch,
    ) -> Result<(), RegressionError> {
        let p = self.p;
        let mut gram = vec![0.0; p * p];
        let mut away = vec![0.0; p];
        for stratum in &self.strata {
            if watch.stopped() {
                return Err(RegressionError::Stopped);
            }
            let compared = self.compared(stratum);
            if compared.is_empty() {
                continue;
            }
            let mut mean = vec![0.0; p];
            for row in compared.clone() {
                for (sum, value) in mean.iter_mut().zip(self.row(row)) {
                    *sum += value;
                }
            }
            for sum in &mut mean {
                *sum /= compared.len() as f64;
            }
            for row in compared {
                for ((part, value), mean) in away.iter_mut().zip(self.row(row)).zip(&mean) {
                    *part = value - mean;
                }
                for j in 0..p {
                    for k in 0..=j {
                        gram[j * p + k] += away[j] * away[k];
                    }
                }
            }
        }
        for j in 0..p {
            for k in 0..j {
                gram[k * p + j] = gram[j * p + k];
            }
        }
        // Standardised columns have a sum of squares of n − 1 about their mean.
        let totals = vec![self.original.len() as f64 - 1.0; p];
        independent(names, scales, &gram, &totals, self.strata.len() > 1)
    }

    /// Refuses a covariate whose highest (or lowest) value at risk has the event every time: the likelihood then rises
    /// for ever with its coefficient, whatever the others are.
    pub(super) fn check_separation(&self, names: &[String], scales: &[Scale]) -> Result<(), RegressionError> {
        let p = self.p;
        let mut highest = vec![true; p];
        let mut lowest = vec![true; p];
        let (mut most, mut least) = (vec![0.0; p], vec![0.0; p]);
        for stratum in &self.strata {
            most.fill(f64::NEG_INFINITY);
            least.fill(f64::INFINITY);
            for instant in self.instants[stratum.clone()].iter().rev() {
                for row in instant.rows() {
                    for (j, &value) in self.row(row).iter().enumerate() {
                        most[j] = most[j].max(value);
                        least[j] = least[j].min(value);
                    }
                }
                for row in instant.dead().filter(|&row| self.weights[row] > 0.0) {
                    for (j, &value) in self.row(row).iter().enumerate() {
                        highest[j] &= value >= most[j];
                        lowest[j] &= value <= least[j];
                    }
                }
            }
            if !highest.contains(&true) && !lowest.contains(&true) {
                return Ok(());
            }
        }
        let Some(column) = (0..p).find(|&j| highest[j] || lowest[j]) else { return Ok(()) };
        let mut values: Vec<f64> = self.x.iter().skip(column).step_by(p).copied().collect();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        let raw = |value: f64| {
            let back = value * scales[column].deviation + scales[column].mean;
            if (back - back.round()).abs() < 1e-9 * scales[column].deviation { back.round() } else { back }
        };
        let values = match values[..] {
            [low, high] if highest[column] => Some((raw(high), raw(low))),
            [low, high] => Some((raw(low), raw(high))),
            _ => None,
        };
        Err(RegressionError::Separated { column: names[column].clone(), highest: highest[column], values })
    }
}
