//! One run of k-means from given centres.

use rayon::prelude::*;

use super::points::{CHUNK, squared_distance};
use super::{ClusterError, Points};
use crate::Watch;

/// A partition with the means of its clusters.
pub(super) struct Run {
    pub(super) labels: Vec<u32>,
    /// Means of the clusters, one behind the other.
    pub(super) centers: Vec<f64>,
    pub(super) counts: Vec<usize>,
    pub(super) inertia: f64,
    pub(super) iterations: usize,
}

/// The label of a row that has none yet.
const NOWHERE: u32 = u32::MAX;

/// Another centre must be nearer by more than the last digits for a row to leave: else rows could go to and fro.
const ROUNDING: f64 = 1e-13;

/// What one chunk of rows found.
struct Moved {
    /// What the sums of the clusters gain and lose.
    sums: Vec<f64>,
    counts: Vec<isize>,
    rows: usize,
}

/// When a run is given up: the squared ways of its centres in one iteration add up to less than `rest`, and its inertia is
/// then still above `above`.
pub(super) struct GiveUp {
    pub(super) rest: f64,
    pub(super) above: f64,
}

/// Lloyd's iteration until no row changes its cluster, or until it is given up, with a deadline per row in place of most distances.
///
/// After Hamerly a row cannot change its cluster before the drift of its own centre and the largest drift of another
/// one have together used up the difference of its distances to the second and to the first. Both drifts are added up
/// per cluster, so a row needs one number, the sum at which it must be looked at again, which stays as it is meanwhile.
///
/// Sources: S. Lloyd (1982), "Least squares quantization in PCM", IEEE Transactions on Information Theory 28, 129–137;
/// G. Hamerly (2010), "Making k-means even faster", SIAM International Conference on Data Mining, 130–140.
pub(super) fn lloyd(
    points: &Points,
    mut centers: Vec<f64>,
    mut give_up: Option<GiveUp>,
    most_iterations: usize,
    watch: &dyn Watch,
) -> Result<Run, ClusterError> {
    let stride = points.stride();
    let clusters = centers.len() / stride;
    let mut labels = vec![NOWHERE; points.rows()];
    let mut deadlines = vec![f64::NEG_INFINITY; points.rows()];
    let mut drifts = vec![0.0; clusters];
    let mut sums = vec![0.0; centers.len()];
    let mut counts = vec![0_usize; clusters];
    // Whether sums and deadlines are fresh, so that an iteration without a change is the end.
    let mut fresh = false;
    for iteration in 1..=most_iterations {
        if watch.stopped() {
            return Err(ClusterError::Stopped);
        }
        let moved = assign(points, &centers, &drifts, &mut labels, &mut deadlines);
        let rows: usize = moved.iter().map(|part| part.rows).sum();
        if rows == 0 && fresh {
            let inertia = inertia(points, &centers, &labels);
            return Ok(Run { labels, centers, counts, inertia, iterations: iteration });
        }
        for part in &moved {
            sums.iter_mut().zip(&part.sums).for_each(|(sum, gain)| *sum += gain);
            counts.iter_mut().zip(&part.counts).for_each(|(count, gain)| *count = count.wrapping_add_signed(*gain));
        }
        let filled = fill_empty(points, &centers, &mut labels, &mut counts);
        fresh = rows == 0 || filled;
        if fresh {
            // Sums kept by gains and losses have lost digits: they are taken anew, and every row is looked at again.
            sums = sums_of(points, &labels, clusters);
            deadlines.fill(f64::NEG_INFINITY);
        }
        let new = means(&sums, &counts, stride);
        if !filled && give_up.as_ref().is_some_and(|it| squared_distance(&centers, &new) < it.rest) {
            let inertia = inertia(points, &new, &labels);
            if give_up.take().is_some_and(|it| inertia > it.above) {
                return Ok(Run { labels, centers: new, counts, inertia, iterations: iteration });
            }
        }
        add_drifts(&mut drifts, &centers, &new, stride);
        centers = new;
    }
    Err(ClusterError::NotConverged { iterations: most_iterations })
}

/// Gives every row whose deadline has passed its nearest centre.
fn assign(points: &Points, centers: &[f64], drifts: &[f64], labels: &mut [u32], deadlines: &mut [f64]) -> Vec<Moved> {
    let stride = points.stride();
    let work = points.chunks().zip(labels.par_chunks_mut(CHUNK)).zip(deadlines.par_chunks_mut(CHUNK));
    let parts = work.map(|((chunk, labels), deadlines)| {
        let mut moved = Moved { sums: Vec::new(), counts: Vec::new(), rows: 0 };
        for ((row, label), deadline) in chunk.chunks_exact(stride).zip(labels).zip(deadlines) {
            if *label != NOWHERE && drifts[*label as usize] < *deadline {
                continue;
            }
            let found = two_nearest(row, centers, stride, *label);
            let drifted = drifts[found.label as usize];
            let (near, second) = (found.near.sqrt(), found.second.sqrt());
            // The last digits of distances and drifts must not let a row stay a moment too long.
            *deadline = drifted + (second - near) - (second + near + drifted) * ROUNDING;
            if found.label != *label {
                if moved.rows == 0 {
                    moved.sums = vec![0.0; centers.len()];
                    moved.counts = vec![0; centers.len() / stride];
                }
                if *label != NOWHERE {
                    let old = *label as usize;
                    moved.sums[old * stride..][..stride].iter_mut().zip(row).for_each(|(sum, value)| *sum -= value);
                    moved.counts[old] -= 1;
                }
                let new = found.label as usize;
                moved.sums[new * stride..][..stride].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                moved.counts[new] += 1;
                moved.rows += 1;
                *label = found.label;
            }
        }
        moved
    });
    parts.collect()
}

/// Where a row belongs, with the squared distances to its centre and to the next one.
struct Place {
    label: u32,
    near: f64,
    second: f64,
}

/// The nearest centre, the first of those equally near; but a row stays where it is unless another is nearer.
#[inline]
fn two_nearest(row: &[f64], centers: &[f64], stride: usize, now: u32) -> Place {
    let mut found = Place { label: 0, near: f64::INFINITY, second: f64::INFINITY };
    let mut here = f64::INFINITY;
    for (place, center) in centers.chunks_exact(stride).enumerate() {
        let distance = squared_distance(row, center);
        if place == now as usize {
            here = distance;
        }
        if distance < found.near {
            found = Place { label: place as u32, near: distance, second: found.near };
        } else if distance < found.second {
            found.second = distance;
        }
    }
    if found.label != now && here <= found.near * (1.0 + ROUNDING) {
        return Place { label: now, near: here, second: found.near };
    }
    found
}

/// Gives each cluster without rows the row that lies farthest from its centre, the first of those equally far, out of
/// the clusters with more than one row. Answers whether there was such a cluster.
fn fill_empty(points: &Points, centers: &[f64], labels: &mut [u32], counts: &mut [usize]) -> bool {
    let stride = points.stride();
    let mut filled = false;
    for empty in 0..counts.len() {
        if counts[empty] > 0 {
            continue;
        }
        let mut farthest = (0, -1.0);
        for (index, (row, label)) in points.each().zip(labels.iter()).enumerate() {
            let own = *label as usize;
            // Whoever was just given a cluster of his own may not be taken out of it: it has one row.
            if counts[own] > 1 {
                let distance = squared_distance(row, &centers[own * stride..][..stride]);
                if distance > farthest.1 {
                    farthest = (index, distance);
                }
            }
        }
        counts[labels[farthest.0] as usize] -= 1;
        counts[empty] = 1;
        labels[farthest.0] = empty as u32;
        filled = true;
    }
    filled
}

/// Sums of the rows of each cluster, chunk by chunk.
fn sums_of(points: &Points, labels: &[u32], clusters: usize) -> Vec<f64> {
    let stride = points.stride();
    let parts: Vec<Vec<f64>> = points
        .chunks()
        .zip(labels.par_chunks(CHUNK))
        .map(|(chunk, labels)| {
            let mut sums = vec![0.0; clusters * stride];
            for (row, label) in chunk.chunks_exact(stride).zip(labels) {
                let own = &mut sums[*label as usize * stride..][..stride];
                own.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            }
            sums
        })
        .collect();
    let mut sums = vec![0.0; clusters * stride];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    sums
}

fn means(sums: &[f64], counts: &[usize], stride: usize) -> Vec<f64> {
    let each = sums.chunks_exact(stride).zip(counts);
    each.flat_map(|(sums, count)| sums.iter().map(move |sum| sum / *count as f64)).collect()
}

/// Adds to every cluster how far its centre went, and how far another one went at most.
fn add_drifts(drifts: &mut [f64], old: &[f64], new: &[f64], stride: usize) {
    let went: Vec<f64> = old
        .chunks_exact(stride)
        .zip(new.chunks_exact(stride))
        .map(|(old, new)| squared_distance(old, new).sqrt())
        .collect();
    let mut farthest = (usize::MAX, 0.0);
    let mut next = 0.0;
    for (place, distance) in went.iter().enumerate() {
        if *distance > farthest.1 {
            next = farthest.1;
            farthest = (place, *distance);
        } else if *distance > next {
            next = *distance;
        }
    }
    for (place, drift) in drifts.iter_mut().enumerate() {
        *drift += went[place] + if place == farthest.0 { next } else { farthest.1 };
    }
}

/// Sum of the squared distances of all rows from their centres.
fn inertia(points: &Points, centers: &[f64], labels: &[u32]) -> f64 {
    let stride = points.stride();
    let parts: Vec<f64> = points
        .chunks()
        .zip(labels.par_chunks(CHUNK))
        .map(|(chunk, labels)| {
            let rows = chunk.chunks_exact(stride).zip(labels);
            rows.map(|(row, label)| squared_distance(row, &centers[*label as usize * stride..][..stride])).sum()
        })
        .collect();
    parts.iter().sum()
}
