//! Whether clusters would be found again.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::silhouette::sample;
use super::{ClusterError, KMeansOptions, Points, kmeans, nearest};
use crate::Watch;

/// How often and on how much the clusters are sought again.
#[derive(Debug, Clone, Copy)]
pub struct StabilityOptions {
    /// Number of bootstrap samples.
    pub samples: usize,
    /// Most rows of a sample, and most rows on which labels are compared.
    pub most_rows: usize,
    /// How clusters are sought in each.
    pub kmeans: KMeansOptions,
}

/// How much the clusters of bootstrap samples agree with those of all rows, by the adjusted Rand index.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// Mean over the samples: 1 where each finds the same clusters, about 0 where they agree as by chance.
    pub mean: f64,
    /// The worst of the samples.
    pub least: f64,
    /// Number of samples in which as many clusters could be found.
    pub samples: usize,
}

/// Seeks the clusters anew in bootstrap samples (rows drawn with replacement), gives every row the nearest of the new
/// centres, and compares with the labels that were found in all rows. None where no sample had enough different rows.
///
/// Source: A. Fang and J. Wang (2012), "Selection of the number of clusters via the bootstrap method", Computational
/// Statistics and Data Analysis 56, 468–477, for the bootstrap; L. Hubert and P. Arabie (1985), "Comparing partitions",
/// Journal of Classification 2, 193–218, for the index.
///
/// # Errors
/// Where it is stopped, or a run does not come to its end.
pub fn stability(
    points: &Points,
    labels: &[u32],
    options: &StabilityOptions,
    watch: &dyn Watch,
) -> Result<Option<Stability>, ClusterError> {
    let rows = points.rows();
    let size = rows.min(options.most_rows);
    let compared = sample(rows, options.most_rows, options.kmeans.seed);
    let compared_points = points.chosen(&compared);
    let wanted: Vec<u32> = compared.iter().map(|row| labels[*row]).collect();
    let mut found = Vec::with_capacity(options.samples);
    for number in 0..options.samples {
        let mut random = ChaCha8Rng::seed_from_u64(options.kmeans.seed);
        // The streams from 0 are those of the starts.
        random.set_stream(u64::MAX - number as u64);
        let drawn: Vec<usize> = (0..size).map(|_| random.random_range(0..rows)).collect();
        let again = match kmeans(&points.chosen(&drawn), &options.kmeans, watch) {
            Ok(again) => again,
            Err(ClusterError::TooFewRows { .. }) => continue,
            Err(other) => return Err(other),
        };
        let here: Vec<u32> = nearest(&compared_points, &again.centers)?.into_iter().map(|(label, _)| label).collect();
        found.push(adjusted_rand(&wanted, &here));
    }
    if found.is_empty() {
        return Ok(None);
    }
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    let least = found.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(Some(Stability { mean, least, samples: found.len() }))
}

/// The adjusted Rand index of two divisions of the same rows: 1 where they are the same, 0 on average where they are
/// independent. Two divisions that both put all rows together, or all apart, are the same.
///
/// Source: L. Hubert and P. Arabie (1985), "Comparing partitions", Journal of Classification 2, 193–218.
pub fn adjusted_rand(left: &[u32], right: &[u32]) -> f64 {
    let size = |labels: &[u32]| labels.iter().max().map_or(0, |most| *most as usize + 1);
    let (rows, columns) = (size(left), size(right));
    let mut table = vec![0_u64; rows * columns];
    for (left, right) in left.iter().zip(right) {
        table[*left as usize * columns + *right as usize] += 1;
    }
    let pairs = |count: u64| count as f64 * (count as f64 - 1.0) / 2.0;
    let together: f64 = table.iter().map(|count| pairs(*count)).sum();
    let in_left: f64 = table.chunks(columns.max(1)).map(|row| pairs(row.iter().sum())).sum();
    let in_right: f64 = (0..columns).map(|place| pairs(table.iter().skip(place).step_by(columns).sum())).sum();
    let all = pairs(left.len() as u64);
    let expected = if all > 0.0 { in_left * in_right / all } else { 0.0 };
    let most = (in_left + in_right) / 2.0;
    if most == expected { 1.0 } else { (together - expected) / (most - expected) }
}
