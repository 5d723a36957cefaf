//! What a model loses when a column tells it nothing any more.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::super::{Interval, Watch};
use super::folds::shuffle;
use super::scores::auc;
use super::{Features, LearnError};

/// By how much the area under the ROC curve falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importance {
    /// Mean over the folds.
    pub drop: f64,
    /// Interval of that mean by Student's t over the folds; none with one fold.
    pub interval: Option<Interval>,
}

/// The fall of the AUC on rows the model has not seen, when the values of a group of columns are dealt out anew among
/// them: one number for each group, the mean of several deals. Columns of one group, such as the marks of one text column,
/// are dealt together.
///
/// Source: L. Breiman (2001), Machine Learning 45, 5–32, section 10.
pub fn permutation_drops(
    held_out: &Features,
    labels: &[bool],
    groups: &[Vec<usize>],
    predict: &(dyn Fn(&Features) -> Vec<f64> + Sync),
    repeats: usize,
    seed: u64,
    watch: &dyn Watch,
) -> Result<Vec<f64>, LearnError> {
    let area = |features: &Features| auc(&predict(features), labels, 0.95).map(|it| it.area);
    let Some(whole) = area(held_out) else {
        return Err(LearnError::OneClass { positive: labels.first().copied().unwrap_or_default() });
    };
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut dealt = held_out.clone();
    let mut drops = Vec::with_capacity(groups.len());
    for group in groups {
        let mut sum = 0.0;
        for _ in 0..repeats {
            if watch.stopped() {
                return Err(LearnError::Stopped);
            }
            let mut order: Vec<usize> = (0..labels.len()).collect();
            shuffle(&mut order, &mut random);
            for &column in group {
                let values = &held_out.columns[column];
                dealt.columns[column].iter_mut().zip(&order).for_each(|(value, &row)| *value = values[row]);
            }
            sum += whole - area(&dealt).unwrap_or(whole);
        }
        for &column in group {
            dealt.columns[column].clone_from(&held_out.columns[column]);
        }
        drops.push(sum / repeats as f64);
    }
    Ok(drops)
}

/// Mean and interval of what the folds found for one group.
pub fn summarise_drops(of_folds: &[f64], confidence: f64) -> Importance {
    let folds = of_folds.len() as f64;
    let drop = of_folds.iter().sum::<f64>() / folds;
    let interval = (of_folds.len() > 1).then(|| {
        let variance = of_folds.iter().map(|one| (one - drop).powi(2)).sum::<f64>() / (folds - 1.0);
        let t = StudentsT::new(0.0, 1.0, folds - 1.0).map_or(f64::NAN, |t| t.inverse_cdf(0.5 + confidence / 2.0));
        let reach = t * (variance / folds).sqrt();
        Interval { lower: drop - reach, upper: drop + reach }
    });
    Importance { drop, interval }
}

#[cfg(test)]
mod tests {
    use super::super::super::Unwatched;
    use super::*;

    #[test]
    fn only_the_column_that_is_asked_counts() {
        let column = |by: f64| (0..400).map(|row| (f64::from(row) * by).sin()).collect::<Vec<f64>>();
        let features = Features {
            names: vec!["asked".to_owned(), "ignored".to_owned()],
            columns: vec![column(12.9898), column(78.233)],
        };
        let labels: Vec<bool> = features.columns[0].iter().map(|value| *value > 0.2).collect();
        let predict = |features: &Features| features.columns[0].clone();
        let groups = [vec![0], vec![1]];
        let drops = permutation_drops(&features, &labels, &groups, &predict, 4, 3, &Unwatched);
        // A perfect order becomes none: from 1 to about one half, with a standard error of .03 / √4.
        assert!(drops.as_ref().is_ok_and(|it| (it[0] - 0.5).abs() < 0.06 && it[1] == 0.0), "{drops:?}");
    }

    #[test]
    fn the_interval_by_hand() {
        // Mean 2, standard deviation 1, three folds: t = 4.302652730 at two degrees of freedom.
        let found = summarise_drops(&[1.0, 2.0, 3.0], 0.95);
        let reach = 4.302_652_729_696_142 / 3.0_f64.sqrt();
        assert!(found.interval.is_some_and(|it| (it.upper - 2.0 - reach).abs() < 1e-9), "{found:?}");
        assert_eq!(summarise_drops(&[1.0], 0.95).interval, None);
    }
}
