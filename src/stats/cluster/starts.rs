//! Where k-means begins.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::points::{CHUNK, squared_distance};
use super::{ClusterError, Points};
use crate::Watch;

/// Draws the first centres by greedy k-means++: the first is a row drawn at random; for each further one 2 + ⌊ln k⌋ rows
/// are drawn with probability in proportion to the squared distance from the centres so far, and the one is taken that
/// leaves the least sum of squared distances.
///
/// Source: D. Arthur and S. Vassilvitskii (2007), "k-means++: the advantages of careful seeding", SODA, 1027–1035; the
/// greedy variant is the one of their section 6.
pub(super) fn plus_plus(
    points: &Points,
    clusters: usize,
    random: &mut ChaCha8Rng,
    watch: &dyn Watch,
) -> Result<Vec<f64>, ClusterError> {
    let first = random.random_range(0..points.rows());
    let mut centers = points.row(first).to_vec();
    centers.reserve(clusters * points.stride());
    let mut near = vec![f64::INFINITY; points.rows()];
    let mut totals = brought_nearer(points, &mut near, first);
    let trials = 2 + (clusters as f64).ln() as usize;
    for chosen in 1..clusters {
        if watch.stopped() {
            return Err(ClusterError::Stopped);
        }
        let total: f64 = totals.iter().sum();
        if total <= 0.0 {
            // Every row lies on a centre: there are no more different ones.
            return Err(ClusterError::TooFewRows { different: chosen, clusters });
        }
        let candidates: Vec<usize> =
            (0..trials).map(|_| row_at(random.random::<f64>() * total, &totals, &near)).collect();
        let best = best_of(points, &near, &candidates);
        centers.extend_from_slice(points.row(best));
        totals = brought_nearer(points, &mut near, best);
    }
    Ok(centers)
}

/// Takes a row in as a centre: the squared distance of every row from its nearest centre, and their sum in each chunk.
fn brought_nearer(points: &Points, near: &mut [f64], center: usize) -> Vec<f64> {
    let center = points.row(center);
    let sums = points.chunks().zip(near.par_chunks_mut(CHUNK)).map(|(chunk, near)| {
        for (row, near) in chunk.chunks_exact(points.stride()).zip(near.iter_mut()) {
            *near = near.min(squared_distance(row, center));
        }
        near.iter().sum()
    });
    sums.collect()
}

/// The row at which the running sum of squared distances passes a goal. Rows on a centre are never answered.
fn row_at(goal: f64, totals: &[f64], near: &[f64]) -> usize {
    let mut left = goal;
    let mut chunk = 0;
    while chunk + 1 < totals.len() && left >= totals[chunk] {
        left -= totals[chunk];
        chunk += 1;
    }
    let begin = chunk * CHUNK;
    let end = (begin + CHUNK).min(near.len());
    for (row, distance) in near.iter().enumerate().take(end).skip(begin) {
        left -= distance;
        if left < 0.0 && *distance > 0.0 {
            return row;
        }
    }
    // The last digits of the sums may leave something over behind the last row.
    near[..end].iter().rposition(|distance| *distance > 0.0).unwrap_or(end - 1)
}

/// The candidate that leaves the least sum of squared distances, the first of those that leave as little.
fn best_of(points: &Points, near: &[f64], candidates: &[usize]) -> usize {
    let parts: Vec<Vec<f64>> = points
        .chunks()
        .zip(near.par_chunks(CHUNK))
        .map(|(chunk, near)| {
            let left = |candidate: &usize| {
                let center = points.row(*candidate);
                let rows = chunk.chunks_exact(points.stride());
                rows.zip(near).map(|(row, near)| near.min(squared_distance(row, center))).sum()
            };
            candidates.iter().map(left).collect()
        })
        .collect();
    let mut best = (candidates[0], f64::INFINITY);
    for (place, candidate) in candidates.iter().enumerate() {
        let left: f64 = parts.iter().map(|part| part[place]).sum();
        if left < best.1 {
            best = (*candidate, left);
        }
    }
    best.0
}
