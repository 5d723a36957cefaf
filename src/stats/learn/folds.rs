//! Rows dealt out to folds, and weights of the classes.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LearnError;

/// Deals the rows out to folds by chance, each class on its own, so that its share is the same in every fold up to one
/// row: the fold of each row, from 0. The same seed deals the same way.
pub fn stratified_folds(labels: &[bool], folds: usize, seed: u64) -> Result<Vec<usize>, LearnError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut fold_of = vec![0; labels.len()];
    let mut next = 0;
    for positive in [true, false] {
        let mut rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == positive).collect();
        if rows.len() < folds {
            return Err(LearnError::FewerThanFolds { positive, rows: rows.len(), folds });
        }
        shuffle(&mut rows, &mut random);
        for row in rows {
            fold_of[row] = next % folds;
            next += 1;
        }
    }
    Ok(fold_of)
}

/// Puts values into an order by chance (Fisher and Yates); `rand`'s own shuffle may change between its versions.
pub(super) fn shuffle<T>(values: &mut [T], random: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        // The upper half of the product is uniform up to one part in 2^64 / n.
        let place = ((u128::from(random.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        values.swap(last, place);
    }
}

/// Weights that give both classes the same total, and a mean of 1: n / (2 × rows of the class).
pub fn class_weights(labels: &[bool]) -> Vec<f64> {
    let positive = labels.iter().filter(|label| **label).count();
    let weight = |rows: usize| if rows == 0 { 0.0 } else { labels.len() as f64 / (2.0 * rows as f64) };
    let (yes, no) = (weight(positive), weight(labels.len() - positive));
    labels.iter().map(|&label| if label { yes } else { no }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fold_has_its_share_of_both_classes() {
        let labels: Vec<bool> = (0..103).map(|row| row % 4 == 0).collect();
        let folds = stratified_folds(&labels, 5, 7).unwrap_or_default();
        for fold in 0..5 {
            let rows = folds.iter().filter(|it| **it == fold).count();
            let positive = folds.iter().zip(&labels).filter(|(it, label)| **it == fold && **label).count();
            assert!((20..=21).contains(&rows) && (5..=6).contains(&positive), "{rows} {positive}");
        }
        assert_eq!(Ok(folds.clone()), stratified_folds(&labels, 5, 7));
        assert_ne!(Ok(folds), stratified_folds(&labels, 5, 8));
    }

    #[test]
    fn too_few_of_a_class_are_refused() {
        let found = stratified_folds(&[true, true, false, false, false, false], 3, 1);
        assert_eq!(found, Err(LearnError::FewerThanFolds { positive: true, rows: 2, folds: 3 }));
    }

    #[test]
    fn both_classes_weigh_the_same() {
        assert_eq!(class_weights(&[true, false, false, false]), [2.0, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]);
    }
}
