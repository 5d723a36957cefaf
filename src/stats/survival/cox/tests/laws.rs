//! What holds of every fit.

use super::super::super::columns::{Collinear, scales};
use super::super::derivatives::derivatives;
use super::super::likelihood::{Depth, predictors, walk};
use super::super::sorted::Sorted;
use super::*;

/// Rows enough for several runs, in strata of which some end within a run and some reach over several.
fn many(rows: usize, days: f64) -> (Data, Vec<f64>, Vec<u32>) {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
    let mut column = |spread: f64| (0..rows).map(|_| random.random::<f64>().powi(3) * spread).collect::<Vec<f64>>();
    let (x, y, z) = (column(2.0), column(-5.0), column(1e6));
    let durations = (0..rows).map(|row| ((1.0 + row as f64 * 0.618_033_988_7).fract() * days).ceil()).collect();
    let events = (0..rows).map(|row| row % 3 != 0).collect();
    let names = ["x", "y", "z"].map(str::to_owned).to_vec();
    let weights = (0..rows).map(|row| 0.5 + (row % 7) as f64 / 4.0).collect();
    let strata = (0..rows).map(|row| if row % 5 < 3 { 0 } else { (row % 40) as u32 }).collect();
    (Data { names, columns: vec![x, y, z], durations, events }, weights, strata)
}

#[test]
fn derivatives_are_the_sums_over_the_moments() {
    for (rows, days) in [(15_000, 40.0), (15_000, 1e9), (300, 12.0)] {
        let (data, weights, strata) = many(rows, days);
        for (strata, ties) in [(None, Ties::Efron), (Some(strata.as_slice()), Ties::Efron), (None, Ties::Breslow)] {
            let subjects = Subjects { weights: Some(&weights), strata, ..data.subjects() };
            let scales = scales(&subjects.rows, true, &Unwatched).unwrap();
            let sorted = Sorted::of(&subjects, &scales, &Unwatched).unwrap();
            // The last of them sets hazard ratios e^600 apart, which do not fit beside each other.
            for coefficients in [[0.0; 3], [0.3, -0.2, 1.0], [90.0, 0.0, -60.0]] {
                let found = derivatives(&sorted, &coefficients, ties, &Unwatched).unwrap();
                let predictors = predictors(&sorted, &coefficients);
                let (mut value, mut score, mut information) = (0.0, vec![0.0; 3], vec![0.0; 6]);
                for row in sorted.instants.iter().flat_map(|instant| instant.dead()) {
                    value += sorted.weights[row] * predictors[row];
                    (0..3).for_each(|j| score[j] += sorted.weights[row] * sorted.column(j)[row]);
                }
                for stratum in 0..sorted.strata.len() {
                    walk(&sorted, stratum, &predictors, (ties, Depth::Covariances), &Unwatched, |moment| {
                        value -= moment.mass * moment.log_sum;
                        (0..3).for_each(|j| score[j] -= moment.mass * moment.mean[j]);
                        moment.add_covariance(moment.mass, &mut information);
                    });
                }
                near(found.value, value, 1e-12 * (value.abs() + rows as f64));
                (0..3).for_each(|j| near(found.score[j], score[j], 1e-11 * rows as f64));
                (0..6).for_each(|place| near(found.information[place], information[place], 1e-11 * rows as f64));
            }
        }
    }
}

#[test]
fn weights_count_rows_and_clusters_join_them() {
    let data = rossi();
    let once = data.fit(ROBUST).unwrap();
    // Every row twice with half a weight, the two in one cluster, is the data itself.
    let twice = |values: &[f64]| [values, values].concat();
    let doubled = Data {
        names: data.names.clone(),
        columns: data.columns.iter().map(|column| twice(column)).collect(),
        durations: twice(&data.durations),
        events: [data.events.clone(), data.events.clone()].concat(),
    };
    let halves = vec![0.5; 864];
    let clusters: Vec<u32> = (0..864).map(|row| row % 432).collect();
    let subjects = Subjects { weights: Some(&halves), clusters: Some(&clusters), ..doubled.subjects() };
    // With Breslow's ties the two likelihoods are equal; with Efron's the doubled ties are other ties.
    let choices = Choices { ties: Ties::Breslow, ..ROBUST };
    let breslow = data.fit(choices).unwrap();
    let joined = fit(&subjects, choices, &Unwatched).unwrap();
    for j in 0..7 {
        near(joined.model.estimates[j], breslow.model.estimates[j], 1e-10);
        near(joined.standard_errors()[j], breslow.standard_errors()[j], 1e-10);
        assert!(once.standard_errors()[j] != once.model_errors[j]);
    }
}

#[test]
fn order_units_and_strata_of_one_change_nothing() {
    let data = rossi();
    let fit = data.fit(EFRON).unwrap();
    let order: Vec<usize> = (0..432).map(|row| (row * 185 + 7) % 432).collect();
    let other = Data {
        names: data.names.clone(),
        columns: data
            .columns
            .iter()
            .enumerate()
            .map(|(j, column)| {
                order.iter().map(|&row| if j == 1 { column[row] * 1e9 + 5e12 } else { column[row] }).collect()
            })
            .collect(),
        durations: order.iter().map(|&row| data.durations[row] * 7.0).collect(),
        events: order.iter().map(|&row| data.events[row]).collect(),
    };
    let changed = other.fit(EFRON).unwrap();
    near(changed.log_likelihood, fit.log_likelihood, 1e-9);
    near(changed.model.estimates[1] * 1e9, fit.model.estimates[1], 1e-9);
    near(changed.model.estimates[6], fit.model.estimates[6], 1e-9);
    near(changed.concordance.unwrap().value, fit.concordance.unwrap().value, 1e-15);
}

#[test]
fn what_has_no_estimate_is_named() {
    let durations = [1., 2., 3., 4., 5., 6., 7., 8.];
    let events = [1, 1, 0, 1, 1, 0, 1, 1];
    let x: &[f64] = &[3., 1., 4., 1., 5., 9., 2., 6.];
    let y: &[f64] = &[2., 7., 1., 8., 2., 8., 1., 8.];
    let sum: Vec<f64> = x.iter().zip(y).map(|(x, y)| 2.0 * x - y + 5.0).collect();
    let refused = |columns: &[(&str, &[f64])]| Data::new(&durations, &events, columns).fit(EFRON).unwrap_err();
    assert_eq!(refused(&[("x", x), ("k", &[2.0; 8])]), RegressionError::Constant { column: "k".into(), value: 2.0 });
    let RegressionError::Collinear(Collinear { column, parts, constant }) =
        refused(&[("x", x), ("y", y), ("sum", &sum)])
    else {
        panic!("not found collinear")
    };
    assert_eq!((column.as_str(), parts[0].0.as_str(), parts[1].0.as_str()), ("sum", "x", "y"));
    near(parts[0].1, 2.0, 1e-9);
    near(parts[1].1, -1.0, 1e-9);
    near(constant.unwrap(), 5.0, 1e-9);
    // The first group has every event as long as it is there.
    assert_eq!(
        refused(&[("x", x), ("early", &[1., 1., 0., 1., 1., 0., 0., 0.])]),
        RegressionError::Separated { column: "early".into(), highest: true, values: Some((1.0, 0.0)) }
    );
    let downwards: Vec<f64> = durations.iter().map(|time| 100.0 - time * time).collect();
    assert_eq!(
        refused(&[("x", x), ("late", &downwards)]),
        RegressionError::Separated { column: "late".into(), highest: true, values: None }
    );
    // Neither of the two alone, but their difference.
    let left = [9., 3., 6., 2., 8., 1., 5., 0.];
    let right: Vec<f64> = left.iter().zip(&downwards).map(|(left, down)| left - down / 20.0).collect();
    let RegressionError::Unbounded { columns } = refused(&[("left", &left), ("right", &right)]) else {
        panic!("not found without bound")
    };
    assert_eq!(columns, ["left", "right"]);
    assert_eq!(
        Data::new(&durations, &[0; 8], &[("x", x)]).fit(EFRON).unwrap_err(),
        RegressionError::NoEvents { rows: 8 }
    );
    assert_eq!(Data::new(&[], &[], &[("x", &[])]).fit(EFRON).unwrap_err(), RegressionError::NoRows);
    assert_eq!(
        Data::new(&[1., 2.], &[1, 1], &[("x", &[1.0, f64::NAN])]).fit(EFRON).unwrap_err(),
        RegressionError::NotFinite { column: "x".into(), row: 1 }
    );
    // A covariate that is the stratum does not differ within it.
    let data = Data::new(&durations, &events, &[("x", x), ("half", &[0., 0., 0., 0., 1., 1., 1., 1.])]);
    let subjects = Subjects { strata: Some(&[0, 0, 0, 0, 1, 1, 1, 1]), ..data.subjects() };
    assert_eq!(
        fit(&subjects, EFRON, &Unwatched).unwrap_err(),
        RegressionError::ConstantAmongCompared { column: "half".into(), strata: true }
    );
    // A penalty gives even a separating covariate an estimate.
    let data = Data::new(&durations, &events, &[("late", &downwards)]);
    assert!(data.fit(Choices { penalty: 0.5, ..EFRON }).unwrap().model.estimates[0] > 0.0);
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let (data, weights, strata) = many(15_000, 100.0);
    for strata in [None, Some(strata.as_slice())] {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let subjects = Subjects { strata, weights: Some(&weights), ..data.subjects() };
            pool.install(|| fit(&subjects, ROBUST, &Unwatched).unwrap())
        };
        let (one, four) = (run(1), run(4));
        assert_eq!(one.model, four.model);
        assert_eq!(one.log_likelihood, four.log_likelihood);
        assert_eq!(one.concordance, four.concordance);
    }
}

#[test]
fn known_effects_are_found_again() {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let n = 100_000;
    let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| random.random::<f64>() * 2.0 - 1.0).collect()).collect();
    let effects = [0.5, -0.3, 0.0, 1.0, 0.1];
    let mut durations = Vec::with_capacity(n);
    let mut events = Vec::with_capacity(n);
    for row in 0..n {
        let predictor: f64 = effects.iter().zip(&columns).map(|(effect, column)| effect * column[row]).sum();
        let time = -random.random::<f64>().ln() / predictor.exp();
        let end = random.random::<f64>() * 2.0;
        durations.push(time.min(end));
        events.push(u8::from(time <= end));
    }
    let named: Vec<(&str, &[f64])> =
        ["a", "b", "c", "d", "e"].into_iter().zip(columns.iter().map(Vec::as_slice)).collect();
    let data = Data::new(&durations, &events, &named);
    let fit = data.fit(EFRON).unwrap();
    for ((estimate, effect), error) in fit.model.estimates.iter().zip(effects).zip(fit.standard_errors()) {
        // Four standard errors: one seed in three thousand would miss one of five.
        near(*estimate, effect, 4.0 * error);
    }
}
