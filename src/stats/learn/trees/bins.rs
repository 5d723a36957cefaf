//! Columns cut into at most 255 bins, so that a split is searched among their borders only.

use rayon::prelude::*;

use super::super::Features;

/// The bin of missing values.
pub(super) const MISSING: u8 = 255;
/// Bins of present values at the most.
const MOST: usize = 255;

/// A column in bins.
pub(super) struct Binned {
    /// The bin of each row.
    pub(super) bins: Vec<u8>,
    /// Bin `b` holds what lies below `cuts[b]` and not below the cut before it; the last bin has no cut.
    pub(super) cuts: Vec<f64>,
}

/// Cuts every column. Values are cut between each two neighbours where there are few, at quantiles where there are many;
/// a cut lies half-way between two values that occur.
pub(super) fn binned(features: &Features) -> Vec<Binned> {
    features.columns.par_iter().map(|column| bin(column)).collect()
}

fn bin(column: &[f64]) -> Binned {
    let mut sorted: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rows = sorted.len();
    let runs: Vec<(f64, usize)> = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    let mut cuts = Vec::new();
    if runs.len() <= MOST {
        cuts.extend(runs.windows(2).map(|pair| between(pair[0].0, pair[1].0)));
    } else {
        // A bin is closed as soon as it holds its part of the rows that are left.
        let (mut in_bin, mut left) = (0, rows);
        for pair in runs.windows(2) {
            in_bin += pair[0].1;
            let bins_left = MOST - cuts.len();
            if bins_left > 1 && in_bin * bins_left >= left {
                cuts.push(between(pair[0].0, pair[1].0));
                left -= in_bin;
                in_bin = 0;
            }
        }
    }
    let bins = column
        .iter()
        .map(|&value| if value.is_nan() { MISSING } else { cuts.partition_point(|&cut| cut <= value) as u8 })
        .collect();
    Binned { bins, cuts }
}

/// A value above the lower one, not above the upper one, and half-way where there is room.
fn between(lower: f64, upper: f64) -> f64 {
    let middle = lower + (upper - lower) / 2.0;
    if middle > lower && middle <= upper { middle } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each() {
        let binned = bin(&[3.0, 1.0, f64::NAN, 1.0, 7.0]);
        assert_eq!(binned.cuts, [2.0, 5.0]);
        assert_eq!(binned.bins, [1, 0, MISSING, 0, 2]);
    }

    #[test]
    fn many_values_share_bins_of_about_one_size() {
        let column: Vec<f64> = (0..10_000).map(f64::from).collect();
        let binned = bin(&column);
        let mut sizes = [0; 256];
        binned.bins.iter().for_each(|bin| sizes[usize::from(*bin)] += 1);
        assert!(sizes[..255].iter().all(|size| (39..=40).contains(size)), "{sizes:?}");
        assert_eq!(sizes[usize::from(MISSING)], 0);
    }

    #[test]
    fn infinite_and_neighbouring_values_are_kept_apart() {
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        let binned = bin(&[f64::NEG_INFINITY, 1.0, next, f64::INFINITY]);
        assert_eq!(binned.bins, [0, 1, 2, 3]);
    }
}
