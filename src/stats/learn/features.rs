//! The columns that are learnt from, and what is wrong with them.

use nalgebra::DMatrix;

use super::super::{Watch, in_chunks};
use super::LearnError;

/// Rows that one thread works on at a time.
pub(super) const ROWS: usize = 4096;

/// Named columns of numbers of one length; NaN is a missing value.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// Their names.
    pub names: Vec<String>,
    /// Their values.
    pub columns: Vec<Vec<f64>>,
}

/// Mean and population standard deviation of each column.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    pub(super) means: Vec<f64>,
    pub(super) deviations: Vec<f64>,
}

impl Features {
    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Some of the rows, in the order given.
    pub fn take(&self, rows: &[usize]) -> Features {
        let columns = self.columns.iter().map(|column| rows.iter().map(|&row| column[row]).collect()).collect();
        Features { names: self.names.clone(), columns }
    }

    /// Some of the columns, in the order given.
    pub fn select(&self, columns: &[usize]) -> Features {
        Features {
            names: columns.iter().map(|&column| self.names[column].clone()).collect(),
            columns: columns.iter().map(|&column| self.columns[column].clone()).collect(),
        }
    }

    /// Refuses what no model can learn from: no rows, no columns, an answer that is always the same.
    pub(super) fn check(&self, labels: &[bool]) -> Result<(), LearnError> {
        if self.columns.is_empty() || labels.is_empty() {
            return Err(LearnError::Nothing);
        }
        if labels.iter().all(|label| *label == labels[0]) {
            return Err(LearnError::OneClass { positive: labels[0] });
        }
        Ok(())
    }

    /// Refuses values that are missing or infinite.
    pub(super) fn check_finite(&self) -> Result<(), LearnError> {
        for (name, column) in self.names.iter().zip(&self.columns) {
            let rows = column.iter().filter(|value| !value.is_finite()).count();
            if rows > 0 {
                return Err(LearnError::Missing { column: name.clone(), rows });
            }
        }
        Ok(())
    }

    /// Columns whose values, as far as they are there, are all the same: they cannot tell anything.
    pub fn constant(&self) -> Vec<usize> {
        let mut constant = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let mut missing = false;
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for &value in column {
                missing |= value.is_nan();
                least = least.min(value);
                most = most.max(value);
            }
            // A mark of missing values is information to a tree, even beside one value only.
            if most.partial_cmp(&least) != Some(std::cmp::Ordering::Greater) && !(missing && most.is_finite()) {
                constant.push(index);
            }
        }
        constant
    }

    /// Columns that follow exactly from columns before them, each with those it follows from.
    pub fn collinear(&self, watch: &dyn Watch) -> Result<Vec<(usize, Vec<usize>)>, LearnError> {
        self.check_finite()?;
        let scale = self.scale();
        let correlation = self.correlation(&scale, watch)?;
        // The rows of a Cholesky factor that grows by each column that says something new.
        let mut factor: Vec<Vec<f64>> = Vec::new();
        let mut kept: Vec<usize> = Vec::new();
        let mut found = Vec::new();
        for column in 0..self.columns.len() {
            let mut row: Vec<f64> = Vec::with_capacity(kept.len() + 1);
            for (index, &other) in kept.iter().enumerate() {
                let known: f64 = row.iter().zip(&factor[index]).map(|(a, b)| a * b).sum();
                row.push((correlation[(other, column)] - known) / factor[index][index]);
            }
            let left = correlation[(column, column)] - row.iter().map(|value| value * value).sum::<f64>();
            // Rounding leaves some 1e-14 of a variance of 1; a correlation of .99999 leaves 2e-5.
            if left < 1e-10 {
                let mut weights = row;
                for index in (0..kept.len()).rev() {
                    weights[index] /= factor[index][index];
                    let weight = weights[index];
                    weights[..index].iter_mut().zip(&factor[index]).for_each(|(rest, value)| *rest -= weight * value);
                }
                let largest = weights.iter().fold(0.0_f64, |largest, weight| largest.max(weight.abs()));
                let from = weights.iter().zip(&kept).filter(|(weight, _)| weight.abs() > 1e-6 * largest);
                found.push((column, from.map(|(_, &column)| column).collect()));
            } else {
                row.push(left.sqrt());
                factor.push(row);
                kept.push(column);
            }
        }
        Ok(found)
    }

    /// Columns that alone tell the answer of every row: all values of one class lie above all of the other, or the
    /// value is missing exactly in one class.
    pub fn separating(&self, labels: &[bool]) -> Vec<usize> {
        let mut found = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let mut ends = [(f64::INFINITY, f64::NEG_INFINITY); 2];
            let (mut missing, mut present) = ([0_usize; 2], [0_usize; 2]);
            for (&value, &label) in column.iter().zip(labels) {
                let class = usize::from(label);
                if value.is_nan() {
                    missing[class] += 1;
                } else {
                    present[class] += 1;
                    ends[class] = (ends[class].0.min(value), ends[class].1.max(value));
                }
            }
            let by_value = missing == [0, 0] && (ends[0].1 < ends[1].0 || ends[1].1 < ends[0].0);
            let by_absence = (missing[0] == 0 && present[1] == 0) || (missing[1] == 0 && present[0] == 0);
            if by_value || by_absence {
                found.push(index);
            }
        }
        found
    }

    pub(super) fn scale(&self) -> Scale {
        let mut means = Vec::with_capacity(self.columns.len());
        let mut deviations = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let sum = |part: &(dyn Fn(f64) -> f64 + Sync)| -> f64 {
                in_chunks(column.len(), ROWS, |range| column[range].iter().map(|&value| part(value)).sum::<f64>())
                    .iter()
                    .sum()
            };
            let rows = column.len() as f64;
            // A first guess taken off keeps the digits of columns that are large and vary little.
            let guess = column.first().copied().unwrap_or_default();
            let mean = guess + sum(&|value| value - guess) / rows;
            let deviation = (sum(&|value| (value - mean).powi(2)) / rows).sqrt();
            means.push(mean);
            deviations.push(deviation);
        }
        Scale { means, deviations }
    }

    /// Writes some rows of every column, standardised, one column after the other.
    pub(super) fn standardised(&self, scale: &Scale, rows: std::ops::Range<usize>, out: &mut Vec<f64>) {
        out.clear();
        for (index, column) in self.columns.iter().enumerate() {
            let (mean, by) = (scale.means[index], 1.0 / scale.deviations[index]);
            out.extend(column[rows.clone()].iter().map(|value| (value - mean) * by));
        }
    }

    fn correlation(&self, scale: &Scale, watch: &dyn Watch) -> Result<DMatrix<f64>, LearnError> {
        let width = self.columns.len();
        let parts = in_chunks(self.rows(), ROWS, |range| {
            let mut sums = vec![0.0; width * width];
            if watch.stopped() {
                return sums;
            }
            let size = range.len();
            let mut rows = Vec::new();
            self.standardised(scale, range, &mut rows);
            for left in 0..width {
                for right in 0..=left {
                    sums[left * width + right] = dot(&rows[left * size..][..size], &rows[right * size..][..size]);
                }
            }
            sums
        });
        if watch.stopped() {
            return Err(LearnError::Stopped);
        }
        let rows = self.rows() as f64;
        let mut total = vec![0.0; width * width];
        for part in parts {
            total.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
        }
        Ok(DMatrix::from_fn(width, width, |row, column| total[row.max(column) * width + row.min(column)] / rows))
    }
}

/// The sum of products, in eight runs beside each other, which the compiler turns into vector instructions.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (wide_left, wide_right) = (left.chunks_exact(8), right.chunks_exact(8));
    let rest: f64 = wide_left.remainder().iter().zip(wide_right.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in wide_left.zip(wide_right) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::super::super::Unwatched;
    use super::*;

    fn features(columns: &[(&str, &[f64])]) -> Features {
        Features {
            names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            columns: columns.iter().map(|(_, values)| values.to_vec()).collect(),
        }
    }

    #[test]
    fn a_sum_of_columns_is_found_at_any_scale() {
        let a = [1.0, 2.0, 4.0, 3.0, 9.0, 1.0];
        let b = [5.0, 1.0, 1.0, 2.0, 0.0, 7.0];
        let noise = [0.3, -0.2, 0.8, 0.1, -0.9, 0.4];
        let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 1e9 + 1e6 * (a - 2.0 * b)).collect();
        let found = features(&[("a", &a), ("n", &noise), ("b", &b), ("sum", &sum)]).collinear(&Unwatched);
        assert_eq!(found, Ok(vec![(3, vec![0, 2])]));
    }

    #[test]
    fn one_value_is_constant_but_not_beside_a_missing_one() {
        let table = features(&[("c", &[3.0, 3.0, 3.0]), ("m", &[1.0, f64::NAN, 1.0]), ("n", &[f64::NAN; 3])]);
        assert_eq!(table.constant(), [0, 2]);
    }

    #[test]
    fn a_column_that_tells_the_answer() {
        let labels = [false, false, true, true];
        let table = features(&[
            ("tells", &[1.0, 2.0, 3.0, 9.0]),
            ("turned", &[9.0, 3.0, 2.0, 1.0]),
            ("touches", &[1.0, 3.0, 3.0, 9.0]),
            ("absent", &[f64::NAN, f64::NAN, 3.0, 9.0]),
            ("half", &[1.0, f64::NAN, 3.0, 9.0]),
        ]);
        assert_eq!(table.separating(&labels), [0, 1, 3]);
    }
}
