//! k-means from several starts.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::lloyd::{GiveUp, Run, lloyd};
use super::points::CHUNK;
use super::starts::plus_plus;
use super::{ClusterError, Points};
use crate::Watch;

/// How clusters are sought.
#[derive(Debug, Clone, Copy)]
pub struct KMeansOptions {
    /// Number of clusters.
    pub clusters: usize,
    /// Number of starts, of which the best is kept.
    pub starts: usize,
    /// Seed of the starts.
    pub seed: u64,
    /// A run that needs more iterations is an error.
    pub most_iterations: usize,
}

/// Clusters, the largest first; of equal size those with the lower centre first, by its first value, then its second …
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// The cluster of each row, from 0.
    pub labels: Vec<u32>,
    /// The mean of each cluster.
    pub centers: Vec<Vec<f64>>,
    /// Number of rows of each cluster.
    pub sizes: Vec<usize>,
    /// Sum of the squared distances of the rows from the means of their clusters.
    pub inertia: f64,
    /// Iterations of the best run.
    pub iterations: usize,
    /// The inertia that each start came to, in the order of the starts; of one that was given up, where it was then.
    pub inertias: Vec<f64>,
    /// How many starts came to the best inertia, within a millionth of it.
    pub found: usize,
}

/// The centres of a start have come to rest where their squared ways in one iteration add up to less than this share of
/// the mean variance of the columns.
const REST: f64 = 1e-4;
/// A start whose centres have come to rest goes on to its end where its inertia is no more than this share above the
/// best one so far: less than that is still to be won.
const HOPE: f64 = 1e-4;

/// Finds clusters whose rows lie near their means: the best of several runs of Lloyd's iteration from greedy k-means++
/// starts, each run until no row changes its cluster. Where there are many rows, a start is given up when its centres have
/// nearly come to rest and it has no hope of being the best. The answer does not depend on the number of threads.
///
/// # Errors
/// Where fewer rows differ than there are clusters, where a run does not come to its end, and where it is stopped.
pub fn kmeans(points: &Points, options: &KMeansOptions, watch: &dyn Watch) -> Result<KMeans, ClusterError> {
    let clusters = options.clusters;
    if clusters == 0 || options.starts == 0 {
        return Err(ClusterError::Empty);
    }
    let run = |start: usize, give_up: Option<GiveUp>| {
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        random.set_stream(start as u64);
        let centers = plus_plus(points, clusters, &mut random, watch)?;
        let run = lloyd(points, centers, give_up, options.most_iterations, watch)?;
        watch.progress(start as u64 + 1, options.starts as u64);
        Ok(run)
    };
    let mut inertias = Vec::with_capacity(options.starts);
    let mut best: Option<Run> = None;
    let mut keep = |run: Run| {
        inertias.push(run.inertia);
        if best.as_ref().is_none_or(|best| run.inertia < best.inertia) {
            best = Some(run);
        }
    };
    if points.rows() <= CHUNK {
        // Rows of one chunk occupy one thread: the starts are shared out instead.
        let runs: Vec<Result<Run, ClusterError>> =
            (0..options.starts).into_par_iter().map(|start| run(start, None)).collect();
        for run in runs {
            keep(run?);
        }
    } else {
        let rest = REST * points.mean_variance();
        let mut least = f64::INFINITY;
        for start in 0..options.starts {
            let run = run(start, Some(GiveUp { rest, above: least * (1.0 + HOPE) }))?;
            least = least.min(run.inertia);
            keep(run);
        }
    }
    let best = best.ok_or(ClusterError::Empty)?;
    // A millionth of the inertia; where all rows lie on their centres, the last digits of 0.
    let found = inertias.iter().filter(|inertia| **inertia <= best.inertia * (1.0 + 1e-6)).count();
    Ok(in_order(points, best, inertias, found))
}

/// Numbers the clusters by their size.
fn in_order(points: &Points, run: Run, inertias: Vec<f64>, found: usize) -> KMeans {
    let centers: Vec<Vec<f64>> =
        run.centers.chunks_exact(points.stride()).map(|center| center[..points.columns()].to_vec()).collect();
    let mut order: Vec<usize> = (0..centers.len()).collect();
    order.sort_by(|&left, &right| {
        let by_center = || {
            let pairs = centers[left].iter().zip(&centers[right]);
            pairs.map(|(left, right)| left.total_cmp(right)).find(|order| order.is_ne())
        };
        run.counts[right].cmp(&run.counts[left]).then_with(|| by_center().unwrap_or(std::cmp::Ordering::Equal))
    });
    let mut place = vec![0_u32; order.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new as u32;
    }
    KMeans {
        labels: run.labels.iter().map(|label| place[*label as usize]).collect(),
        sizes: order.iter().map(|old| run.counts[*old]).collect(),
        centers: order.iter().map(|old| centers[*old].clone()).collect(),
        inertia: run.inertia,
        iterations: run.iterations,
        inertias,
        found,
    }
}
