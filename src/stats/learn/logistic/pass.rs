//! One pass over the rows: the loss, its slope and its curvature.

use nalgebra::{DMatrix, DVector};

use super::super::super::{Watch, in_chunks};
use super::super::LearnError;
use super::super::features::{Features, ROWS, Scale, dot};

/// What is fitted to: columns, standardised on the way, and answers with weights.
pub(super) struct Problem<'a> {
    pub(super) features: &'a Features,
    pub(super) labels: &'a [bool],
    pub(super) weights: Option<&'a [f64]>,
    pub(super) scale: Scale,
    /// Sum of the weights.
    pub(super) total: f64,
    pub(super) watch: &'a dyn Watch,
}

/// Loss (mean negative log-likelihood), slope and curvature at some coefficients, the intercept first.
pub(super) struct Pass {
    pub(super) loss: f64,
    pub(super) slope: DVector<f64>,
    pub(super) curvature: DMatrix<f64>,
}

/// How far two things go for which rows differ: see [`Problem::direction`].
pub(super) struct Direction {
    pub(super) least: f64,
    pub(super) most: f64,
    pub(super) strictly: usize,
}

impl Problem<'_> {
    /// Coefficients, the intercept among them.
    pub(super) fn width(&self) -> usize {
        self.features.columns.len() + 1
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// The linear predictor of some rows from their standardised columns.
    fn predictor(&self, beta: &DVector<f64>, rows: &[f64], size: usize, out: &mut Vec<f64>) {
        out.clear();
        out.resize(size, beta[0]);
        for column in 0..self.width() - 1 {
            let factor = beta[column + 1];
            if factor != 0.0 {
                out.iter_mut().zip(&rows[column * size..][..size]).for_each(|(sum, value)| *sum += factor * value);
            }
        }
    }

    pub(super) fn pass(&self, beta: &DVector<f64>) -> Result<Pass, LearnError> {
        let width = self.width();
        let parts = in_chunks(self.labels.len(), ROWS, |range| {
            let mut sums = vec![0.0; 1 + width + width * width];
            if self.watch.stopped() {
                return sums;
            }
            let (start, size) = (range.start, range.len());
            let (mut rows, mut eta) = (Vec::with_capacity(size * width), Vec::with_capacity(size));
            self.features.standardised(&self.scale, range, &mut rows);
            self.predictor(beta, &rows, size, &mut eta);
            rows.extend(std::iter::repeat_n(1.0, size)); // The column of the intercept, last.
            let (mut rest, mut bend) = (vec![0.0; size], vec![0.0; size]);
            for (index, eta) in eta.iter().enumerate() {
                let weight = self.weight(start + index);
                let (loss, probability) = loss_and_probability(*eta, self.labels[start + index]);
                sums[0] += weight * loss;
                rest[index] = weight * (probability - f64::from(u8::from(self.labels[start + index])));
                bend[index] = weight * probability * (1.0 - probability);
            }
            let mut bent = vec![0.0; size];
            for left in 0..width {
                let values = &rows[place(left, width) * size..][..size];
                sums[1 + left] = dot(values, &rest);
                bent.iter_mut().zip(values).zip(&bend).for_each(|((out, value), bend)| *out = value * bend);
                for right in 0..=left {
                    sums[1 + width + left * width + right] = dot(&bent, &rows[place(right, width) * size..][..size]);
                }
            }
            sums
        });
        let sums = self.sum(parts)?;
        let curvature =
            DMatrix::from_fn(width, width, |row, column| sums[1 + width + row.max(column) * width + row.min(column)]);
        Ok(Pass { loss: sums[0], slope: DVector::from_column_slice(&sums[1..=width]), curvature })
    }

    /// The loss alone.
    pub(super) fn loss(&self, beta: &DVector<f64>) -> Result<f64, LearnError> {
        let parts = self.over_predictor(beta, |start, eta| {
            let losses = eta.iter().enumerate().map(|(index, eta)| {
                self.weight(start + index) * loss_and_probability(*eta, self.labels[start + index]).0
            });
            vec![losses.sum()]
        });
        Ok(self.sum(parts)?[0])
    }

    /// Along a direction of the coefficients: the least and the most by which it moves any row towards its own answer.
    pub(super) fn direction(&self, step: &DVector<f64>) -> Result<Direction, LearnError> {
        let parts = self.over_predictor(step, |start, eta| {
            let mut found = Direction { least: f64::INFINITY, most: f64::NEG_INFINITY, strictly: 0 };
            for (index, eta) in eta.iter().enumerate() {
                let towards = if self.labels[start + index] { *eta } else { -eta };
                found.least = found.least.min(towards);
                found.most = found.most.max(towards);
                found.strictly += usize::from(towards > 1e-3);
            }
            found
        });
        if self.watch.stopped() {
            return Err(LearnError::Stopped);
        }
        Ok(parts.into_iter().fold(
            Direction { least: f64::INFINITY, most: f64::NEG_INFINITY, strictly: 0 },
            |all, part| Direction {
                least: all.least.min(part.least),
                most: all.most.max(part.most),
                strictly: all.strictly + part.strictly,
            },
        ))
    }

    /// The mean of the outer products of the slopes of single rows, for errors that do not trust the weights.
    pub(super) fn squared_slopes(&self, beta: &DVector<f64>) -> Result<DMatrix<f64>, LearnError> {
        let width = self.width();
        let parts = in_chunks(self.labels.len(), ROWS, |range| {
            let mut sums = vec![0.0; width * width];
            if self.watch.stopped() {
                return sums;
            }
            let (start, size) = (range.start, range.len());
            let (mut rows, mut eta) = (Vec::new(), Vec::new());
            self.features.standardised(&self.scale, range, &mut rows);
            self.predictor(beta, &rows, size, &mut eta);
            rows.extend(std::iter::repeat_n(1.0, size));
            let rest: Vec<f64> = eta
                .iter()
                .enumerate()
                .map(|(index, eta)| {
                    let label = self.labels[start + index];
                    self.weight(start + index) * (loss_and_probability(*eta, label).1 - f64::from(u8::from(label)))
                })
                .collect();
            for left in 0..width {
                let values = &rows[place(left, width) * size..][..size];
                let bent: Vec<f64> = values.iter().zip(&rest).map(|(value, rest)| value * rest * rest).collect();
                for right in 0..=left {
                    sums[left * width + right] = dot(&bent, &rows[place(right, width) * size..][..size]);
                }
            }
            sums
        });
        let sums = self.sum(parts)?;
        Ok(DMatrix::from_fn(width, width, |row, column| sums[row.max(column) * width + row.min(column)]))
    }

    fn over_predictor<T: Send>(&self, beta: &DVector<f64>, part: impl Fn(usize, &[f64]) -> T + Sync) -> Vec<T> {
        in_chunks(self.labels.len(), ROWS, |range| {
            if self.watch.stopped() {
                return part(range.start, &[]);
            }
            let (start, size) = (range.start, range.len());
            let (mut rows, mut eta) = (Vec::with_capacity(size * self.width()), Vec::with_capacity(size));
            self.features.standardised(&self.scale, range, &mut rows);
            self.predictor(beta, &rows, size, &mut eta);
            part(start, &eta)
        })
    }

    /// Adds the parts up in their order and divides by the sum of the weights.
    fn sum(&self, parts: Vec<Vec<f64>>) -> Result<Vec<f64>, LearnError> {
        if self.watch.stopped() {
            return Err(LearnError::Stopped);
        }
        let mut parts = parts.into_iter();
        let mut total = parts.next().unwrap_or_default();
        for part in parts {
            total.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
        }
        total.iter_mut().for_each(|sum| *sum /= self.total);
        Ok(total)
    }
}

/// Where a coefficient's column stands among the standardised ones: the intercept, which is coefficient 0, is last.
fn place(coefficient: usize, width: usize) -> usize {
    if coefficient == 0 { width - 1 } else { coefficient - 1 }
}

/// Negative log-likelihood of one answer and the probability of "yes", without overflow on either side.
fn loss_and_probability(eta: f64, label: bool) -> (f64, f64) {
    let small = (-eta.abs()).exp();
    let probability = if eta >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
    let towards = if label { eta } else { -eta };
    ((-towards).max(0.0) + small.ln_1p(), probability)
}

/// The probability that belongs to a linear predictor.
pub(super) fn probability(eta: f64) -> f64 {
    loss_and_probability(eta, true).1
}
