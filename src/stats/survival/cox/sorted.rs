//! Rows in the order in which the likelihood wants them: sorted once, read many times.

use std::ops::Range;

use rayon::prelude::*;

use super::super::columns::{RegressionError, Scale, independent};
use super::super::sorting::by_duration;
use super::Subjects;
use super::sums::{add_products, dot};
use crate::chunks::in_chunks;
use crate::watch::Watch;

/// Rows of one stratum with the same duration; those with the event come first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of rows with the event: they are the first ones.
    pub(super) deaths: usize,
    pub(super) time: f64,
    /// Whether it is the first of its stratum.
    pub(super) opens: bool,
    /// Whether it is the last of its stratum.
    pub(super) closes: bool,
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
    /// Standardised covariates, column by column.
    x: Vec<f64>,
    pub(super) weights: Vec<f64>,
    /// The place of each sorted row in the data.
    pub(super) original: Vec<usize>,
    pub(super) instants: Vec<Instant>,
    /// The instants of each stratum, in the order of `stratum`.
    pub(super) strata: Vec<Range<usize>>,
    /// The number of each stratum in the data.
    pub(super) stratum: Vec<u32>,
    /// Instants in runs of about as many rows, which are worked on side by side.
    pub(super) runs: Vec<Range<usize>>,
    /// Sum over the rows with the event of each weighted covariate.
    pub(super) events: Vec<f64>,
}

/// Rows of a run at least. The runs are those of the data, so sums in their order do not depend on the number of threads.
const RUN: usize = 4_096;
/// Runs at most, about: each holds sums of its own.
const RUNS: usize = 64;

impl Sorted {
    /// A standardised covariate of all sorted rows.
    pub(super) fn column(&self, j: usize) -> &[f64] {
        let n = self.original.len();
        &self.x[j * n..(j + 1) * n]
    }

    /// The standardised covariates of a row.
    pub(super) fn read(&self, row: usize, into: &mut [f64]) {
        for (j, value) in into.iter_mut().enumerate() {
            *value = self.x[j * self.original.len() + row];
        }
    }

    /// Sorts the rows and standardises their covariates.
    pub(super) fn of(subjects: &Subjects<'_>, scales: &[Scale], watch: &dyn Watch) -> Result<Self, RegressionError> {
        let rows = &subjects.rows;
        let n = rows.durations.len();
        let p = rows.columns.len();
        let ending = |event: bool| (0..n).filter(move |&row| rows.events[row] == event);
        let original = by_duration(ending(true).chain(ending(false)), rows.durations, subjects.strata, watch)
            .map_err(|_| RegressionError::Stopped)?;
        let mut x = vec![0.0; n * p];
        x.par_chunks_mut(n).zip(scales).zip(rows.columns).for_each(|((out, scale), column)| {
            for (out, &row) in out.iter_mut().zip(&original) {
                *out = (column[row] - scale.mean) / scale.deviation;
            }
        });
        let stratum = |row: usize| subjects.strata.map_or(0, |strata| strata[row]);
        let (mut instants, mut strata, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for group in original.chunk_by(|&left, &right| stratum(left) == stratum(right)) {
            let first = instants.len();
            for run in group.chunk_by(|&left, &right| rows.durations[left] == rows.durations[right]) {
                let (end, deaths) = (start + run.len(), run.partition_point(|&row| rows.events[row]));
                let time = rows.durations[run[0]] + 0.0;
                instants.push(Instant { start, end, deaths, time, opens: false, closes: false });
                start = end;
            }
            instants[first].opens = true;
            if let Some(last) = instants.last_mut() {
                last.closes = true;
            }
            strata.push(first..instants.len());
            numbers.push(stratum(group[0]));
        }
        let weights = original.iter().map(|&row| subjects.weights.map_or(1.0, |weights| weights[row])).collect();
        let runs = runs(&instants, RUN.max(n / RUNS));
        let mut sorted =
            Self { p, x, weights, original, instants, strata, stratum: numbers, runs, events: vec![0.0; p] };
        sorted.events = (0..p).map(|j| sorted.events_of(j)).collect();
        Ok(sorted)
    }

    fn events_of(&self, j: usize) -> f64 {
        let column = self.column(j);
        self.instants.iter().map(|instant| dot(&self.weights[instant.dead()], &column[instant.dead()])).sum()
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
        let columns: Vec<&[f64]> = (0..p).map(|j| self.column(j)).collect();
        let mut triangle = vec![0.0; p * (p + 1) / 2];
        for stratum in &self.strata {
            if watch.stopped() {
                return Err(RegressionError::Stopped);
            }
            let compared = self.compared(stratum);
            let rows = compared.len();
            let means: Vec<f64> =
                columns.iter().map(|column| column[compared.clone()].iter().sum::<f64>() / rows as f64).collect();
            let parts = in_chunks(rows, RUN, |chunk| {
                let chunk = compared.start + chunk.start..compared.start + chunk.end;
                let columns: Vec<&[f64]> = columns.iter().map(|column| &column[chunk.clone()]).collect();
                let mut part = vec![0.0; triangle.len()];
                add_products(&columns, &means, &vec![1.0; chunk.len()], &mut part);
                part
            });
            for part in parts {
                triangle.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
        }
        let place = |j: usize, k: usize| j.max(k) * (j.max(k) + 1) / 2 + j.min(k);
        let gram: Vec<f64> = (0..p * p).map(|at| triangle[place(at / p, at % p)]).collect();
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
        let (mut most, mut least, mut x) = (vec![0.0; p], vec![0.0; p], vec![0.0; p]);
        for instant in self.instants.iter().rev() {
            if instant.closes {
                most.fill(f64::NEG_INFINITY);
                least.fill(f64::INFINITY);
            }
            for row in instant.rows() {
                self.read(row, &mut x);
                for (j, &value) in x.iter().enumerate() {
                    most[j] = most[j].max(value);
                    least[j] = least[j].min(value);
                }
            }
            for row in instant.dead().filter(|&row| self.weights[row] > 0.0) {
                self.read(row, &mut x);
                for (j, &value) in x.iter().enumerate() {
                    highest[j] &= value >= most[j];
                    lowest[j] &= value <= least[j];
                }
            }
            if !highest.contains(&true) && !lowest.contains(&true) {
                return Ok(());
            }
        }
        let Some(column) = (0..p).find(|&j| highest[j] || lowest[j]) else { return Ok(()) };
        let mut values = self.column(column).to_vec();
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

/// Instants in runs of at least so many rows, except the last.
fn runs(instants: &[Instant], rows: usize) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut first = 0;
    for (place, instant) in instants.iter().enumerate() {
        if instant.end - instants[first].start >= rows || place + 1 == instants.len() {
            runs.push(first..place + 1);
            first = place + 1;
        }
    }
    runs
}
