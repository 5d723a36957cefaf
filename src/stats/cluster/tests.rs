//! k-means, silhouettes and stability against known answers, and their laws.

use super::*;
use crate::{Unwatched, Watch};

/// The iris measurements of E. Anderson, as printed by R. A. Fisher (1936), Annals of Eugenics 7, 179–188, in millimetres:
/// four for each of 150 flowers. In the public domain.
const IRIS: [u8; 600] = [
    51, 35, 14, 2, 49, 30, 14, 2, 47, 32, 13, 2, 46, 31, 15, 2, 50, 36, 14, 2, 54, 39, 17, 4, 46, 34, 14, 3, 50, 34,
    15, 2, 44, 29, 14, 2, 49, 31, 15, 1, 54, 37, 15, 2, 48, 34, 16, 2, 48, 30, 14, 1, 43, 30, 11, 1, 58, 40, 12, 2, 57,
    44, 15, 4, 54, 39, 13, 4, 51, 35, 14, 3, 57, 38, 17, 3, 51, 38, 15, 3, 54, 34, 17, 2, 51, 37, 15, 4, 46, 36, 10, 2,
    51, 33, 17, 5, 48, 34, 19, 2, 50, 30, 16, 2, 50, 34, 16, 4, 52, 35, 15, 2, 52, 34, 14, 2, 47, 32, 16, 2, 48, 31,
    16, 2, 54, 34, 15, 4, 52, 41, 15, 1, 55, 42, 14, 2, 49, 31, 15, 2, 50, 32, 12, 2, 55, 35, 13, 2, 49, 36, 14, 1, 44,
    30, 13, 2, 51, 34, 15, 2, 50, 35, 13, 3, 45, 23, 13, 3, 44, 32, 13, 2, 50, 35, 16, 6, 51, 38, 19, 4, 48, 30, 14, 3,
    51, 38, 16, 2, 46, 32, 14, 2, 53, 37, 15, 2, 50, 33, 14, 2, 70, 32, 47, 14, 64, 32, 45, 15, 69, 31, 49, 15, 55, 23,
    40, 13, 65, 28, 46, 15, 57, 28, 45, 13, 63, 33, 47, 16, 49, 24, 33, 10, 66, 29, 46, 13, 52, 27, 39, 14, 50, 20, 35,
    10, 59, 30, 42, 15, 60, 22, 40, 10, 61, 29, 47, 14, 56, 29, 36, 13, 67, 31, 44, 14, 56, 30, 45, 15, 58, 27, 41, 10,
    62, 22, 45, 15, 56, 25, 39, 11, 59, 32, 48, 18, 61, 28, 40, 13, 63, 25, 49, 15, 61, 28, 47, 12, 64, 29, 43, 13, 66,
    30, 44, 14, 68, 28, 48, 14, 67, 30, 50, 17, 60, 29, 45, 15, 57, 26, 35, 10, 55, 24, 38, 11, 55, 24, 37, 10, 58, 27,
    39, 12, 60, 27, 51, 16, 54, 30, 45, 15, 60, 34, 45, 16, 67, 31, 47, 15, 63, 23, 44, 13, 56, 30, 41, 13, 55, 25, 40,
    13, 55, 26, 44, 12, 61, 30, 46, 14, 58, 26, 40, 12, 50, 23, 33, 10, 56, 27, 42, 13, 57, 30, 42, 12, 57, 29, 42, 13,
    62, 29, 43, 13, 51, 25, 30, 11, 57, 28, 41, 13, 63, 33, 60, 25, 58, 27, 51, 19, 71, 30, 59, 21, 63, 29, 56, 18, 65,
    30, 58, 22, 76, 30, 66, 21, 49, 25, 45, 17, 73, 29, 63, 18, 67, 25, 58, 18, 72, 36, 61, 25, 65, 32, 51, 20, 64, 27,
    53, 19, 68, 30, 55, 21, 57, 25, 50, 20, 58, 28, 51, 24, 64, 32, 53, 23, 65, 30, 55, 18, 77, 38, 67, 22, 77, 26, 69,
    23, 60, 22, 50, 15, 69, 32, 57, 23, 56, 28, 49, 20, 77, 28, 67, 20, 63, 27, 49, 18, 67, 33, 57, 21, 72, 32, 60, 18,
    62, 28, 48, 18, 61, 30, 49, 18, 64, 28, 56, 21, 72, 30, 58, 16, 74, 28, 61, 19, 79, 38, 64, 20, 64, 28, 56, 22, 63,
    28, 51, 15, 61, 26, 56, 14, 77, 30, 61, 23, 63, 34, 56, 24, 64, 31, 55, 18, 60, 30, 48, 18, 69, 31, 54, 21, 67, 31,
    56, 24, 69, 31, 51, 23, 58, 27, 51, 19, 68, 32, 59, 23, 67, 33, 57, 25, 67, 30, 52, 23, 63, 25, 50, 19, 65, 30, 52,
    20, 62, 34, 54, 23, 59, 30, 51, 18,
];

fn iris() -> Vec<Vec<f64>> {
    (0..4).map(|column| IRIS.iter().skip(column).step_by(4).map(|value| f64::from(*value) / 10.0).collect()).collect()
}

fn scaled(scale: Scale, columns: &[Vec<f64>]) -> Points {
    let scaled: Vec<Vec<f64>> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let scaling = Scaling::of(scale, place, column).expect("a spread");
            column.iter().map(|value| scaling.scaled(*value)).collect()
        })
        .collect();
    Points::from_columns(&scaled).expect("points")
}

fn options(clusters: usize, starts: usize) -> KMeansOptions {
    KMeansOptions { clusters, starts, seed: 7, most_iterations: 1000 }
}

fn found(points: &Points, clusters: usize) -> KMeans {
    kmeans(points, &options(clusters, 20), &Unwatched).expect("clusters")
}

fn silhouette(points: &Points, found: &KMeans, most_rows: usize) -> Silhouette {
    let divisions = [(found.labels.as_slice(), found.centers.len())];
    silhouettes(points, &divisions, most_rows, 3, &Unwatched).expect("silhouettes").remove(0)
}

/// A crowd around each of three spots, and rows in between; the numbers come from a small generator of its own.
fn crowds(rows: usize) -> Points {
    let mut state = 99_u64;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut columns = vec![Vec::new(); 3];
    for row in 0..rows {
        for (place, column) in columns.iter_mut().enumerate() {
            let spot = if row % 3 == place { 4.0 } else { 0.0 };
            column.push(spot + (0..4).map(|_| uniform()).sum::<f64>());
        }
    }
    Points::from_columns(&columns).expect("points")
}

#[test]
fn iris_has_the_inertia_and_the_silhouettes_that_are_known() {
    // Inertia 78.8514 at k = 3 is the published optimum (also R's kmeans). All others: scikit-learn 1.9.1, KMeans with
    // 200 starts and tol 0, silhouette_score; the numbers are those of the same sums in another order, hence 1e-9.
    let raw = scaled(Scale::None, &iris());
    let standard = scaled(Scale::Standard, &iris());
    for (points, clusters, inertia, mean) in [
        (&raw, 2, 152.347_951_760_357_9, 0.681_046_169_211_746_2),
        (&raw, 3, 78.851_441_426_146, 0.552_819_012_356_409_5),
        (&raw, 4, 57.228_473_214_285_72, 0.498_050_504_997_287_4),
        (&standard, 2, 222.361_704_965_023_02, 0.581_750_049_198_280_8),
        (&standard, 3, 139.820_496_359_749_82, 0.459_948_239_205_186_35),
    ] {
        let found = found(points, clusters);
        assert!((found.inertia - inertia).abs() < 1e-9, "{clusters}: {}", found.inertia);
        let seen = silhouette(points, &found, 1000);
        assert!(seen.mean.is_some_and(|it| (it - mean).abs() < 1e-9), "{clusters}: {seen:?}");
        assert_eq!(seen.rows, 150);
    }
    let three = found(&raw, 3);
    assert_eq!(three.sizes, [62, 50, 38]);
    assert!(three.found > 1 && three.found <= 20, "{}", three.found);
    let by_cluster = silhouette(&raw, &three, 1000).by_cluster;
    for (seen, known) in by_cluster.iter().zip([0.417_319_921_540_933, 0.798_140_488_428_622, 0.451_105_060_434_012]) {
        assert!(seen.is_some_and(|it| (it - known).abs() < 1e-9), "{by_cluster:?}");
    }
    // Against the species, 50 flowers of each: scikit-learn 1.9.1, adjusted_rand_score.
    let species: Vec<u32> = (0..150).map(|row| row / 50).collect();
    assert!((adjusted_rand(&species, &three.labels) - 0.730_238_272_283_469_7).abs() < 1e-12);
}

#[test]
fn a_silhouette_by_hand() {
    // On a line: 0 and 2 together, 10 apart from them with 14. Row 0: a = 2, b = (10 + 14) / 2 = 12, s = 10/12; row 2:
    // a = 2, b = 10, s = 8/10; row 10: a = 4, b = 9, s = 5/9; row 14: a = 4, b = 13, s = 9/13.
    let points = Points::from_columns(&[vec![0.0, 2.0, 10.0, 14.0]]).expect("points");
    let of = |labels: &[u32], clusters| {
        silhouettes(&points, &[(labels, clusters)], 100, 1, &Unwatched).expect("silhouettes").remove(0)
    };
    let two = of(&[0, 0, 1, 1], 2);
    let mean = (10.0 / 12.0 + 0.8 + 5.0 / 9.0 + 9.0 / 13.0) / 4.0;
    assert!(two.mean.is_some_and(|it| (it - mean).abs() < 1e-12), "{two:?}");
    // A row alone has silhouette 0; all in one cluster, or each in its own, have none.
    let alone = of(&[0, 0, 0, 1], 2);
    assert_eq!(alone.by_cluster[1], Some(0.0));
    assert_eq!(of(&[0, 0, 0, 0], 1).mean, None);
    assert_eq!(of(&[0, 1, 2, 3], 4).mean, None);
}

#[test]
fn a_rand_index_by_hand() {
    // scikit-learn's own example: 4/7. Renamed labels are the same division; independent ones come to about 0.
    assert!((adjusted_rand(&[0, 0, 1, 1], &[0, 0, 1, 2]) - 4.0 / 7.0).abs() < 1e-12);
    assert_eq!(adjusted_rand(&[0, 0, 1, 1], &[1, 1, 0, 0]), 1.0);
    assert_eq!(adjusted_rand(&[0, 0, 0], &[0, 0, 0]), 1.0);
    // Pairs together in both 0, in each 2 of 6: (0 − 4/6) / (2 − 4/6) = −1/2.
    assert!((adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]) + 0.5).abs() < 1e-12);
}

#[test]
fn no_row_would_rather_be_elsewhere_and_centres_are_means() {
    let points = crowds(20_000);
    for clusters in [1, 2, 3, 7] {
        let found = kmeans(&points, &options(clusters, 2), &Unwatched).expect("clusters");
        let wanted = nearest(&points, &found.centers).expect("places");
        assert!(wanted.iter().zip(&found.labels).all(|(wanted, label)| wanted.0 == *label), "{clusters}");
        let inertia: f64 = wanted.iter().map(|(_, distance)| distance).sum();
        assert!((inertia - found.inertia).abs() < 1e-9 * inertia);
        assert!(found.sizes.is_sorted_by(|left, right| left >= right));
        assert_eq!(found.sizes.iter().sum::<usize>(), 20_000);
        for (cluster, center) in found.centers.iter().enumerate() {
            let own = points.each().zip(&found.labels).filter(|(_, label)| **label as usize == cluster);
            let first = own.map(|(row, _)| row[0]).sum::<f64>() / found.sizes[cluster] as f64;
            assert!((first - center[0]).abs() < 1e-10, "{clusters}");
        }
    }
}

#[test]
fn a_start_without_hope_is_given_up_and_the_best_is_not() {
    let points = crowds(20_000);
    // By hand: each column is 4 higher in a third of the rows, plus four uniform numbers.
    let variance = 16.0 * 2.0 / 9.0 + 4.0 / 12.0;
    assert!((points.mean_variance() - variance).abs() < 0.02 * variance, "{}", points.mean_variance());
    let centers = || {
        let mut random = <rand_chacha::ChaCha8Rng as rand::SeedableRng>::seed_from_u64(3);
        super::starts::plus_plus(&points, 7, &mut random, &Unwatched).expect("centres")
    };
    let run = |above: f64| {
        let give_up = super::lloyd::GiveUp { rest: 1e-3 * variance, above };
        super::lloyd::lloyd(&points, centers(), Some(give_up), 1000, &Unwatched).expect("a run")
    };
    let (given_up, to_the_end) = (run(0.0), run(f64::INFINITY));
    assert!(given_up.iterations < to_the_end.iterations);
    assert!(given_up.inertia > to_the_end.inertia && given_up.inertia < 1.01 * to_the_end.inertia);
    let unasked = super::lloyd::lloyd(&points, centers(), None, 1000, &Unwatched).expect("a run");
    assert_eq!((unasked.iterations, unasked.inertia), (to_the_end.iterations, to_the_end.inertia));
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let points = crowds(20_000);
    let few = crowds(900);
    let work = || {
        let many = kmeans(&points, &options(4, 3), &Unwatched).expect("clusters");
        let less = kmeans(&few, &options(4, 9), &Unwatched).expect("clusters");
        let seen = silhouette(&points, &many, 500);
        let samples = StabilityOptions { samples: 4, most_rows: 400, kmeans: options(4, 2) };
        let again = stability(&points, &many.labels, &samples, &Unwatched).expect("samples");
        (many, less, seen, again)
    };
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work);
    assert_eq!(with(1), with(3));
}

#[test]
fn what_is_apart_is_stable_and_what_is_not_is_not() {
    let points = crowds(3000);
    let samples = |clusters| StabilityOptions { samples: 10, most_rows: 1000, kmeans: options(clusters, 5) };
    let of = |clusters| {
        let found = found(&points, clusters);
        stability(&points, &found.labels, &samples(clusters), &Unwatched).expect("samples").expect("some")
    };
    let (three, eight) = (of(3), of(8));
    assert!(three.mean > 0.99 && three.least <= three.mean, "{three:?}");
    assert!(eight.mean < 0.8, "{eight:?}");
}

#[test]
fn too_few_different_rows_are_told() {
    let points = Points::from_columns(&[vec![1.0, 1.0, 2.0, 2.0, 3.0]]).expect("points");
    let of = |clusters| kmeans(&points, &options(clusters, 5), &Unwatched);
    assert_eq!(of(4), Err(ClusterError::TooFewRows { different: 3, clusters: 4 }));
    assert_eq!(of(6), Err(ClusterError::TooFewRows { different: 3, clusters: 6 }));
    // As many clusters as different rows: nothing is left over, and each start finds it.
    let all = of(3).expect("clusters");
    assert_eq!((all.inertia, all.found, all.sizes), (0.0, 5, vec![2, 2, 1]));
    assert_eq!(all.labels, [0, 0, 1, 1, 2]);
    assert_eq!(Points::from_columns(&[vec![1.0], vec![]]).err(), Some(ClusterError::UnequalColumns(1)));
    assert_eq!(Points::from_columns(&[vec![1e200]]).err(), Some(ClusterError::OutOfRange));
    assert_eq!(Points::from_columns(&[]).err(), Some(ClusterError::Empty));
}

#[test]
fn a_cluster_left_empty_gets_the_row_that_lies_worst() {
    // Two of the three first centres lie behind all rows: nobody comes to the last one.
    let points = Points::from_columns(&[vec![0.0, 1.0, 2.0, 50.0]]).expect("points");
    let centers = [1.0, 900.0, 1000.0].iter().flat_map(|center| [*center, 0.0, 0.0, 0.0]).collect();
    let run = super::lloyd::lloyd(&points, centers, None, 100, &Unwatched).expect("a run");
    assert!(run.counts.iter().all(|count| *count > 0), "{:?}", run.counts);
    assert_eq!(run.labels[3], 1);
    // {0, 1}, {2}, {50} or {0}, {1, 2}, {50}: either way one half is left.
    assert_eq!(run.inertia, 0.5);
}

#[test]
fn who_is_stopped_says_so_and_limits_are_kept() {
    struct Stop;
    impl Watch for Stop {
        fn stopped(&self) -> bool {
            true
        }
        fn progress(&self, _done: u64, _total: u64) {}
    }
    let points = crowds(300);
    assert_eq!(kmeans(&points, &options(3, 2), &Stop), Err(ClusterError::Stopped));
    assert_eq!(silhouettes(&points, &[(&[0; 300], 1)], 100, 1, &Stop).err(), Some(ClusterError::Stopped));
    let hurried = KMeansOptions { most_iterations: 2, ..options(8, 2) };
    assert_eq!(kmeans(&points, &hurried, &Unwatched), Err(ClusterError::NotConverged { iterations: 2 }));
}
