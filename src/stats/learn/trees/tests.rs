use super::super::super::Unwatched;
use super::super::{auc, log_loss};
use super::*;

fn wave(rows: usize, by: f64) -> Vec<f64> {
    (0..rows).map(|row| (row as f64 * by).sin()).collect()
}

fn features(columns: Vec<Vec<f64>>) -> Features {
    Features { names: (0..columns.len()).map(|column| format!("c{column}")).collect(), columns }
}

fn fit(features: &Features, labels: &[bool], options: TreeOptions) -> BoostedTrees {
    match BoostedTrees::fit(features, labels, None, options, &Unwatched) {
        Ok(trees) => trees,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn one_tree_of_one_split_by_hand() {
    // Ten rows, four yes: base log odds ln(4/6), p = .4, slopes p − y, curvature .24 a row. Below 5 there is one yes:
    // slope 5 × .4 − 1 = 1, curvature 1.2; above slope −1. Leaves ∓ 1 / (1.2 + 1) × .5.
    let features = features(vec![vec![1.0, 1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0, 9.0, 9.0]]);
    let labels = [true, false, false, false, false, true, true, true, false, false];
    let options = TreeOptions { trees: 1, depth: 1, rate: 0.5, least_rows: 1, ..TreeOptions::default() };
    let found = fit(&features, &labels, options);
    let told = found.predict(&features);
    let odds = (4.0_f64 / 6.0).ln();
    let wanted = |by: f64| 1.0 / (1.0 + (-(odds + by)).exp());
    assert!((told[0] - wanted(-0.5 / 2.2)).abs() < 1e-12 && (told[9] - wanted(0.5 / 2.2)).abs() < 1e-12, "{told:?}");
}

#[test]
fn missing_values_go_where_they_fit() {
    // Missing behaves as the high values do; a second column's missing values as its low ones.
    let nan = f64::NAN;
    let rows = 200;
    let high: Vec<bool> = wave(rows, 12.9898).iter().map(|value| *value > 0.0).collect();
    let gone: Vec<bool> = wave(rows, 78.233).iter().map(|value| *value > 0.3).collect();
    let column =
        (0..rows).map(|row| if high[row] && gone[row] { nan } else { f64::from(u8::from(high[row])) }).collect();
    let other =
        (0..rows).map(|row| if !high[row] && gone[row] { nan } else { f64::from(u8::from(high[row])) }).collect();
    for table in [features(vec![column]), features(vec![other])] {
        let found = fit(&table, &high, TreeOptions { trees: 30, depth: 1, ..TreeOptions::default() });
        assert!(auc(&found.predict(&table), &high, 0.95).is_some_and(|it| it.area == 1.0));
    }
}

#[test]
fn an_interaction_needs_depth() {
    // Yes where the signs differ: no single split tells anything, two tell all.
    let table = features(vec![wave(2000, 12.9898), wave(2000, 78.233)]);
    let labels: Vec<bool> =
        (0..2000).map(|row| (table.columns[0][row] > 0.0) != (table.columns[1][row] > 0.2)).collect();
    let area = |depth: usize| {
        let found = fit(&table, &labels, TreeOptions { depth, trees: 50, ..TreeOptions::default() });
        auc(&found.predict(&table), &labels, 0.95).map_or(f64::NAN, |it| it.area)
    };
    assert!(area(3) > 0.999, "{}", area(3));
    assert!(area(1) < 0.75, "{}", area(1));
}

#[test]
fn each_tree_takes_off_the_loss_and_the_told_loss_is_the_true_one() {
    let table = features(vec![wave(1000, 12.9898), wave(1000, 78.233), wave(1000, 5.1)]);
    let noise = wave(1000, 3.7);
    let labels: Vec<bool> = (0..1000).map(|row| table.columns[0][row] + noise[row] > 0.4).collect();
    let found = fit(&table, &labels, TreeOptions { trees: 40, ..TreeOptions::default() });
    assert!(found.losses.windows(2).all(|pair| pair[1] < pair[0] + 1e-12));
    let loss = log_loss(&found.predict(&table), &labels, 0.95).map_or(f64::NAN, |it| it.0);
    assert!((found.losses[39] - loss).abs() < 1e-12);
    let staged = found.losses_on(&table, &labels);
    assert!((staged[39] / 1000.0 - loss).abs() < 1e-12 && staged.len() == 40);
    assert!(found.uses(3)[0] > found.uses(3)[2]);
}

#[test]
fn only_the_order_of_a_column_counts() {
    let table = features(vec![wave(500, 12.9898), wave(500, 78.233)]);
    let labels: Vec<bool> = (0..500).map(|row| table.columns[0][row] > table.columns[1][row] * 0.5).collect();
    let mut other = table.clone();
    other.columns[0].iter_mut().for_each(|value| *value = (20.0 * *value).exp());
    let options = TreeOptions { trees: 20, ..TreeOptions::default() };
    // 500 values are cut at quantiles, which see ranks only.
    let (one, two) = (fit(&table, &labels, options).predict(&table), fit(&other, &labels, options).predict(&other));
    assert_eq!(one, two);
}

#[test]
fn a_weight_of_two_is_a_row_seen_twice() {
    let table = features(vec![wave(300, 12.9898), wave(300, 78.233)]);
    let labels: Vec<bool> = (0..300).map(|row| table.columns[0][row] + table.columns[1][row].abs() > 0.4).collect();
    let weights: Vec<f64> = (0..300).map(|row| if row % 3 == 0 { 2.0 } else { 1.0 }).collect();
    let rows: Vec<usize> = (0..300).chain((0..300).filter(|row| row % 3 == 0)).collect();
    let twice: Vec<bool> = rows.iter().map(|&row| labels[row]).collect();
    // 300 values fall into bins at quantiles of the rows; rounding to fewer values makes the bins the same for both.
    let coarse = |mut table: Features| {
        table.columns.iter_mut().flatten().for_each(|value| *value = (*value * 50.0).round());
        table
    };
    let table = coarse(table);
    let options = TreeOptions { trees: 10, least_rows: 1, ..TreeOptions::default() };
    let weighted = BoostedTrees::fit(&table, &labels, Some(&weights), options, &Unwatched);
    let repeated = fit(&table.take(&rows), &twice, options).predict(&table);
    let weighted = weighted.map(|found| found.predict(&table)).unwrap_or_default();
    assert_eq!(weighted.len(), 300);
    assert!(weighted.iter().zip(&repeated).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn the_same_to_the_last_bit_at_any_number_of_threads_and_by_seed() {
    let table = features(vec![wave(30_000, 12.9898), wave(30_000, 78.233)]);
    let noise = wave(30_000, 3.7);
    let labels: Vec<bool> = (0..30_000).map(|row| table.columns[0][row] + 2.0 * noise[row] > 0.4).collect();
    let on = |threads: usize, seed: u64| {
        let options = TreeOptions { trees: 5, subsample: 0.5, seed, ..TreeOptions::default() };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(|pool| pool.install(|| fit(&table, &labels, options))).ok()
    };
    assert_eq!(on(1, 1), on(4, 1));
    assert_ne!(on(1, 1), on(1, 2));
}

#[test]
fn columns_that_tell_nothing_leave_the_base_rate() {
    let table = features(vec![vec![3.0; 50], vec![f64::NAN; 50]]);
    let labels: Vec<bool> = (0..50).map(|row| row % 5 == 0).collect();
    let found = fit(&table, &labels, TreeOptions::default());
    assert!(found.predict(&table).iter().all(|p| (p - 0.2).abs() < 1e-12));
    assert_eq!(fit_error(&table, &[true; 50]), Some(LearnError::OneClass { positive: true }));
    assert_eq!(fit_error(&features(Vec::new()), &[]), Some(LearnError::Nothing));
}

fn fit_error(table: &Features, labels: &[bool]) -> Option<LearnError> {
    BoostedTrees::fit(table, labels, None, TreeOptions::default(), &Unwatched).err()
}

#[test]
fn trees_that_were_written_down_say_the_same() {
    let table = features(vec![wave(500, 12.9898), wave(500, 78.233)]);
    let labels: Vec<bool> = (0..500).map(|row| table.columns[0][row] > table.columns[1][row] * 0.5).collect();
    let found = fit(&table, &labels, TreeOptions { trees: 10, ..TreeOptions::default() });
    let nodes = found.nodes();
    let again = BoostedTrees::from_nodes(found.base(), &nodes, 2).map(|trees| trees.predict(&table));
    assert_eq!(again, Some(found.predict(&table)));
    // A loop, or a column that is not there, would hang or break off later.
    assert_eq!(BoostedTrees::from_nodes(found.base(), &nodes, 1), None);
    let back = TreeNode::Split { column: 0, cut: 0.0, missing_left: true, left: 0, right: 0 };
    assert_eq!(BoostedTrees::from_nodes(0.0, &[vec![back]], 2), None);
}
