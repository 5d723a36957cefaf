//! Rows of numbers as points.

use rayon::prelude::*;

use super::ClusterError;

/// Rows that one piece of work looks at. It is fixed, so that sums are put together from the same parts, in the same
/// order, at any number of threads.
pub(super) const CHUNK: usize = 4096;

/// Numbers that are added side by side: a row's length is filled up to a multiple with zeros.
const LANES: usize = 4;

/// Points, one row behind the other.
#[derive(Debug, Clone)]
pub struct Points {
    values: Vec<f64>,
    rows: usize,
    columns: usize,
    stride: usize,
}

impl Points {
    /// Points from columns of one length.
    ///
    /// # Errors
    /// Where there is nothing, where lengths differ, where a value is not finite, and where squares would overflow.
    pub fn from_columns(columns: &[Vec<f64>]) -> Result<Points, ClusterError> {
        let rows = columns.first().map_or(0, Vec::len);
        if rows == 0 {
            return Err(ClusterError::Empty);
        }
        let stride = columns.len().next_multiple_of(LANES);
        let mut values = vec![0.0; rows * stride];
        let mut squares = 0.0;
        for (place, column) in columns.iter().enumerate() {
            if column.len() != rows {
                return Err(ClusterError::UnequalColumns(place));
            }
            for (row, value) in column.iter().enumerate() {
                if !value.is_finite() {
                    return Err(ClusterError::NotFinite(place));
                }
                squares += value * value;
                values[row * stride + place] = *value;
            }
        }
        // Twice the value, squared, is the largest distance there can be.
        if !(squares * 4.0).is_finite() {
            return Err(ClusterError::OutOfRange);
        }
        Ok(Points { values, rows, columns: columns.len(), stride })
    }

    /// The chosen rows, in the order in which they were chosen; a row may be chosen again.
    pub(super) fn chosen(&self, rows: &[usize]) -> Points {
        let values = rows.iter().flat_map(|row| self.row(*row)).copied().collect();
        Points { values, rows: rows.len(), ..*self }
    }

    /// The mean over the columns of their variances.
    pub(super) fn mean_variance(&self) -> f64 {
        let sum_of = |part: &(dyn Fn(&[f64], &mut [f64]) + Sync)| {
            let parts: Vec<Vec<f64>> = self
                .chunks()
                .map(|chunk| {
                    let mut sums = vec![0.0; self.stride];
                    chunk.chunks_exact(self.stride).for_each(|row| part(row, &mut sums));
                    sums
                })
                .collect();
            let mut sums = vec![0.0; self.stride];
            for part in parts {
                sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
            sums
        };
        let add = |row: &[f64], sums: &mut [f64]| sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        let means: Vec<f64> = sum_of(&add).into_iter().map(|sum| sum / self.rows as f64).collect();
        let squares = sum_of(&|row, sums| {
            for ((sum, value), mean) in sums.iter_mut().zip(row).zip(&means) {
                *sum += (value - mean) * (value - mean);
            }
        });
        squares.iter().sum::<f64>() / (self.rows as f64 * self.columns as f64)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Length of a row, zeros at its end included.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// A row, zeros at its end included.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.stride..(row + 1) * self.stride]
    }

    /// The rows in chunks, zeros at the rows' ends included.
    pub(super) fn chunks(&self) -> rayon::slice::Chunks<'_, f64> {
        self.values.par_chunks(CHUNK * self.stride)
    }

    /// Every row, one after the other.
    pub(super) fn each(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.stride)
    }
}

/// Squared distance of two rows whose length is a multiple of the lanes.
#[inline]
pub(super) fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (left, right) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for lane in 0..LANES {
            let difference = left[lane] - right[lane];
            sums[lane] += difference * difference;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// For every point the number of the nearest centre and the squared distance to it; of centres equally near the first.
///
/// # Errors
/// Where there are no centres, or a centre has another number of values than a point.
pub fn nearest(points: &Points, centers: &[Vec<f64>]) -> Result<Vec<(u32, f64)>, ClusterError> {
    let flat = flat(centers, points)?;
    Ok(points
        .chunks()
        .flat_map_iter(|chunk| {
            chunk.chunks_exact(points.stride).map(|row| {
                let mut best = (0, f64::INFINITY);
                for (place, center) in flat.chunks_exact(points.stride).enumerate() {
                    let distance = squared_distance(row, center);
                    if distance < best.1 {
                        best = (place as u32, distance);
                    }
                }
                best
            })
        })
        .collect())
}

/// Centres one behind the other, filled up with zeros as the points are.
fn flat(centers: &[Vec<f64>], points: &Points) -> Result<Vec<f64>, ClusterError> {
    if centers.is_empty() {
        return Err(ClusterError::Empty);
    }
    if centers.iter().any(|center| center.len() != points.columns) {
        return Err(ClusterError::UnequalColumns(points.columns));
    }
    let mut flat = vec![0.0; centers.len() * points.stride];
    for (place, center) in flat.chunks_exact_mut(points.stride).zip(centers) {
        place[..center.len()].copy_from_slice(center);
    }
    Ok(flat)
}
