//! How well clusters are apart.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::{ClusterError, Points};
use crate::Watch;

/// Mean silhouettes: near 1 where rows lie far nearer to their own cluster than to any other, 0 at the border.
#[derive(Debug, Clone, PartialEq)]
pub struct Silhouette {
    /// Mean over the rows looked at; none where they lie in fewer than two clusters, or each in one of its own.
    pub mean: Option<f64>,
    /// Mean of each cluster; none where no row of it was looked at.
    pub by_cluster: Vec<Option<f64>>,
    /// How many rows were looked at: all, or the size of the sample.
    pub rows: usize,
}

/// Mean silhouettes of several divisions of the same points, each a label per row and the number of clusters. With more
/// than `most_rows` rows a seeded sample of that size, drawn without replacement, stands for all: distances are then
/// taken within the sample only, which is the same for each division.
///
/// A row's silhouette is (b − a) / max(a, b), with a the mean distance to the other rows of its cluster and b the least
/// mean distance to the rows of another one; 0 for a row alone in its cluster.
///
/// Source: P. J. Rousseeuw (1987), "Silhouettes: a graphical aid to the interpretation and validation of cluster
/// analysis", Journal of Computational and Applied Mathematics 20, 53–65.
///
/// # Errors
/// Where it is stopped.
pub fn silhouettes(
    points: &Points,
    divisions: &[(&[u32], usize)],
    most_rows: usize,
    seed: u64,
    watch: &dyn Watch,
) -> Result<Vec<Silhouette>, ClusterError> {
    let chosen = sample(points.rows(), most_rows, seed);
    let n = chosen.len();
    // Column by column, so that the distances of one row to all others are taken side by side.
    let columns: Vec<Vec<f64>> =
        (0..points.columns()).map(|column| chosen.iter().map(|row| points.row(*row)[column]).collect()).collect();
    let labels: Vec<Vec<u32>> =
        divisions.iter().map(|(labels, _)| chosen.iter().map(|row| labels[*row]).collect()).collect();
    let counts: Vec<Vec<usize>> = labels.iter().zip(divisions).map(|(labels, (_, k))| counted(labels, *k)).collect();

    let of_rows: Result<Vec<Vec<f64>>, ClusterError> = (0..n)
        .into_par_iter()
        .map_init(
            || vec![0.0; n],
            |distances, row| {
                if watch.stopped() {
                    return Err(ClusterError::Stopped);
                }
                distances_from(&columns, row, distances);
                Ok(labels.iter().zip(&counts).map(|(labels, counts)| one(row, distances, labels, counts)).collect())
            },
        )
        .collect();
    let of_rows = of_rows?;

    let found = (0..divisions.len()).map(|division| {
        let mut sums = vec![0.0; counts[division].len()];
        for (values, label) in of_rows.iter().zip(&labels[division]) {
            sums[*label as usize] += values[division];
        }
        let taken = counts[division].iter().filter(|count| **count > 0).count();
        let by_cluster = sums.iter().zip(&counts[division]);
        Silhouette {
            mean: (taken > 1 && taken < n).then(|| sums.iter().sum::<f64>() / n as f64),
            by_cluster: by_cluster.map(|(sum, count)| (*count > 0 && taken > 1).then(|| sum / *count as f64)).collect(),
            rows: n,
        }
    });
    Ok(found.collect())
}

/// The rows to look at, in rising order.
pub(super) fn sample(rows: usize, most: usize, seed: u64) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut chosen = Vec::with_capacity(most);
    for row in 0..rows {
        // Each row with the share of the places still free among the rows still to come.
        if random.random_range(0..rows - row) < most - chosen.len() {
            chosen.push(row);
        }
    }
    chosen
}

fn counted(labels: &[u32], clusters: usize) -> Vec<usize> {
    let mut counts = vec![0; clusters];
    for label in labels {
        counts[*label as usize] += 1;
    }
    counts
}

fn distances_from(columns: &[Vec<f64>], row: usize, distances: &mut [f64]) {
    distances.fill(0.0);
    for column in columns {
        let own = column[row];
        for (sum, value) in distances.iter_mut().zip(column) {
            *sum += (value - own) * (value - own);
        }
    }
    distances.iter_mut().for_each(|distance| *distance = distance.sqrt());
}

/// The silhouette of one row.
fn one(row: usize, distances: &[f64], labels: &[u32], counts: &[usize]) -> f64 {
    let own = labels[row] as usize;
    if counts[own] < 2 {
        return 0.0;
    }
    let mut sums = vec![0.0; counts.len()];
    for (distance, label) in distances.iter().zip(labels) {
        sums[*label as usize] += distance;
    }
    let inside = sums[own] / (counts[own] - 1) as f64;
    let others = sums.iter().zip(counts).enumerate().filter(|(place, (_, count))| *place != own && **count > 0);
    let outside = others.map(|(_, (sum, count))| sum / *count as f64).fold(f64::INFINITY, f64::min);
    let larger = inside.max(outside);
    // One cluster only: there is no other to compare with. Two clusters on one spot: neither is nearer.
    if larger > 0.0 && larger.is_finite() { (outside - inside) / larger } else { 0.0 }
}
