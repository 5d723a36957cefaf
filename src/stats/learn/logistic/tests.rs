use super::super::super::Unwatched;
use super::super::class_weights;
use super::*;

const WEIGHT: [f64; 32] = [
    2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424, 5.345, 2.2,
    1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78,
];
const DISPLACEMENT: [f64; 32] = [
    160.0, 160.0, 108.0, 258.0, 360.0, 225.0, 360.0, 146.7, 140.8, 167.6, 167.6, 275.8, 275.8, 275.8, 472.0, 460.0,
    440.0, 78.7, 75.7, 71.1, 120.1, 318.0, 304.0, 350.0, 400.0, 79.0, 120.3, 95.1, 351.0, 145.0, 301.0, 121.0,
];
const STRAIGHT_ENGINE: [u8; 32] =
    [0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1];
const TEMPERATURE: [f64; 23] = [
    53.0, 57.0, 58.0, 63.0, 66.0, 67.0, 67.0, 67.0, 68.0, 69.0, 70.0, 70.0, 70.0, 70.0, 72.0, 73.0, 75.0, 75.0, 76.0,
    76.0, 78.0, 79.0, 81.0,
];
const DAMAGE: [u8; 23] = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0];

fn features(columns: &[(&str, &[f64])]) -> Features {
    Features {
        names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        columns: columns.iter().map(|(_, values)| values.to_vec()).collect(),
    }
}

fn flags(values: &[u8]) -> Vec<bool> {
    values.iter().map(|value| *value == 1).collect()
}

/// The 32 cars of Motor Trend 1974 (`mtcars`): does the engine stand straight, from weight and displacement.
fn cars() -> (Features, Vec<bool>) {
    (features(&[("wt", &WEIGHT), ("disp", &DISPLACEMENT)]), flags(&STRAIGHT_ENGINE))
}

fn fit(features: &Features, labels: &[bool], options: LogisticOptions<'_>) -> Logistic {
    match Logistic::fit(features, labels, options, &Unwatched) {
        Ok(fit) => fit,
        Err(error) => panic!("{error}"),
    }
}

fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack, "{found} is not {wanted}");
}

#[test]
fn the_published_fit_of_the_cars() {
    // R's glm(vs ~ wt + disp, binomial) as printed in its course books: 1.60859 (2.43903), 1.62635 (1.49068),
    // −0.03443 (0.01536), residual deviance 21.40, null deviance 43.86. The further digits by Newton in NumPy to 1e-13.
    let (features, labels) = cars();
    let fit = fit(&features, &labels, LogisticOptions::default());
    near(fit.intercept, 1.608_592_600_102_735, 1e-9);
    near(fit.coefficients[0].estimate, 1.626_353_248_149_433, 1e-9);
    near(fit.coefficients[1].estimate, -0.034_433_726_744_866, 1e-11);
    near(fit.intercept_error.unwrap_or(f64::NAN), 2.439_030_497_630_665, 1e-8);
    near(fit.coefficients[0].standard_error.unwrap_or(f64::NAN), 1.490_684_162_433_128, 1e-8);
    near(fit.coefficients[1].standard_error.unwrap_or(f64::NAN), 0.015_364_961_633_183, 1e-10);
    near(-2.0 * fit.log_likelihood, 21.400_385_016_211_48, 1e-10);
    near(-2.0 * fit.null_log_likelihood, 43.86, 5e-3);
    assert!(fit.slope < 1e-9 && fit.iterations < 15, "{} {}", fit.slope, fit.iterations);
}

#[test]
fn the_published_fit_of_the_shuttle() {
    // Dalal, Fowlkes and Hoadley (1989), JASA 84: 15.043 (7.379) and −0.2322 (0.1082), deviance 20.32. The profile
    // interval: R prints −0.51547 to −0.06082 from a spline; the exact ends by root finding in SciPy to 1e-13.
    let (features, labels) = (features(&[("temperature", &TEMPERATURE)]), flags(&DAMAGE));
    let fit = fit(&features, &labels, LogisticOptions::default());
    near(fit.intercept, 15.042_901_647_702_443, 1e-7);
    near(fit.coefficients[0].estimate, -0.232_162_744_218_596, 1e-9);
    near(fit.coefficients[0].standard_error.unwrap_or(f64::NAN), 0.108_236_521_649_286, 1e-8);
    near(-2.0 * fit.log_likelihood, 20.315_192_687_866_84, 1e-10);
    let interval = fit.profile_interval(&features, &labels, 0, 0.95, &Unwatched);
    let interval = interval.unwrap_or(Interval { lower: f64::NAN, upper: f64::NAN });
    near(interval.lower, -0.515_432_537_595_283, 1e-8);
    near(interval.upper, -0.060_786_257_198_654, 1e-8);
}

#[test]
fn profile_intervals_of_two_columns() {
    // By root finding in SciPy to 1e-13.
    let (features, labels) = cars();
    let fit = fit(&features, &labels, LogisticOptions::default());
    let ends = [(-1.146_918_756_909_398, 4.993_085_484_001_099), (-0.072_928_135_663_425, -0.010_540_147_888_607)];
    for (column, (lower, upper)) in ends.into_iter().enumerate() {
        let interval = fit.profile_interval(&features, &labels, column, 0.95, &Unwatched);
        let interval = interval.unwrap_or(Interval { lower: f64::NAN, upper: f64::NAN });
        near(interval.lower, lower, 1e-8);
        near(interval.upper, upper, 1e-8);
    }
}

#[test]
fn penalties_as_another_library_has_them() {
    // scikit-learn 1.9.1, solver saga to 1e-14, C = 1 / (strength × 32) on columns divided by their population standard
    // deviation; printed to eight digits.
    let (features, labels) = cars();
    for (strength, lasso_share, intercept, first, second) in [
        (0.1, 0.0, -0.399_342_63, -0.412_666_78, -0.984_894_19),
        (0.1, 1.0, -0.400_172_07, 0.0, -1.303_877_39),
        (0.1, 0.5, -0.386_102_43, -0.141_020_17, -1.134_497_04),
        (0.02, 0.5, -0.623_264_18, 0.0, -2.056_249_41),
    ] {
        let penalty = Penalty { strength, lasso_share };
        let fit = fit(&features, &labels, LogisticOptions { penalty, weights: None });
        near(fit.beta[0], intercept, 1e-7);
        near(fit.coefficients[0].standardised, first, 1e-7);
        near(fit.coefficients[1].standardised, second, 1e-7);
        assert_eq!(fit.coefficients[1].standard_error, None);
    }
}

#[test]
fn a_lasso_solution_meets_its_conditions() {
    // Where a coefficient is 0 the slope is within the penalty, elsewhere it is the penalty: nothing else is a minimum.
    let wave = |by: f64| (0..500).map(|row| (f64::from(row) * by).sin()).collect::<Vec<f64>>();
    let columns: Vec<Vec<f64>> = [1.3, 2.7, 12.9898, 78.233, 0.37, 5.1].into_iter().map(wave).collect();
    let labels: Vec<bool> =
        (0..500).map(|row| columns[2][row] + 0.8 * columns[3][row] > columns[4][row] * 0.3).collect();
    let names = (0..6).map(|column| format!("c{column}")).collect();
    let features = Features { names, columns };
    let strength = 0.05;
    let options = LogisticOptions { penalty: Penalty { strength, lasso_share: 1.0 }, weights: None };
    let fit = fit(&features, &labels, options);
    let told = fit.predict(&features);
    let mut zeros = 0;
    for (index, coefficient) in fit.coefficients.iter().enumerate() {
        let slope: f64 = (0..500)
            .map(|row| {
                let value = (features.columns[index][row] - fit.means[index]) / coefficient.deviation;
                (told[row] - f64::from(u8::from(labels[row]))) * value / 500.0
            })
            .sum();
        if coefficient.standardised == 0.0 {
            zeros += 1;
            assert!(slope.abs() <= strength + 1e-9, "{slope}");
        } else {
            near(slope, -strength * coefficient.standardised.signum(), 1e-8);
        }
    }
    assert!((1..6).contains(&zeros), "{zeros}");
}

#[test]
fn balanced_classes_have_errors_of_a_sandwich() {
    // Weighted Newton and the sandwich by NumPy; printed to eight digits.
    let (features, labels) = cars();
    let weights = class_weights(&labels);
    let fit = fit(&features, &labels, LogisticOptions { penalty: Penalty::default(), weights: Some(&weights) });
    assert!(fit.robust);
    near(fit.intercept, 1.967_995_88, 1e-7);
    near(fit.coefficients[0].estimate, 1.520_832_97, 1e-7);
    near(fit.coefficients[1].estimate, -0.033_238_22, 1e-8);
    near(fit.intercept_error.unwrap_or(f64::NAN), 1.905_629_59, 1e-7);
    near(fit.coefficients[0].standard_error.unwrap_or(f64::NAN), 1.189_847_82, 1e-7);
    near(fit.coefficients[1].standard_error.unwrap_or(f64::NAN), 0.013_231_45, 1e-8);
}

#[test]
fn a_weight_of_two_is_a_row_seen_twice() {
    let (features, labels) = cars();
    let weights: Vec<f64> = (0..32).map(|row| if row % 3 == 0 { 2.0 } else { 1.0 }).collect();
    let rows: Vec<usize> = (0..32).chain((0..32).filter(|row| row % 3 == 0)).collect();
    let twice: Vec<bool> = rows.iter().map(|&row| labels[row]).collect();
    let penalty = Penalty { strength: 0.05, lasso_share: 0.3 };
    let weighted = fit(&features, &labels, LogisticOptions { penalty: Penalty::default(), weights: Some(&weights) });
    let repeated = fit(&features.take(&rows), &twice, LogisticOptions::default());
    for (weighted, repeated) in weighted.coefficients.iter().zip(&repeated.coefficients) {
        near(weighted.estimate, repeated.estimate, 1e-8);
    }
    // A penalty acts on standardised columns, and the repeated ones have another deviation; the fit must still settle.
    fit(&features, &labels, LogisticOptions { penalty, weights: Some(&weights) });
}

#[test]
fn units_do_not_matter() {
    let (features, labels) = cars();
    let mut other = features.clone();
    other.columns[0].iter_mut().for_each(|value| *value = 1e9 + 1e6 * *value);
    let (fit, other_fit) =
        (fit(&features, &labels, LogisticOptions::default()), fit(&other, &labels, LogisticOptions::default()));
    near(other_fit.coefficients[0].estimate * 1e6, fit.coefficients[0].estimate, 1e-6);
    near(other_fit.log_likelihood, fit.log_likelihood, 1e-8);
    for (left, right) in fit.predict(&features).iter().zip(other_fit.predict(&other)) {
        near(*left, right, 1e-8);
    }
}

#[test]
fn what_separates_is_named() {
    let wave: Vec<f64> = (0..60).map(|row| (f64::from(row) * 12.9898).sin()).collect();
    let other: Vec<f64> = (0..60).map(|row| (f64::from(row) * 78.233).sin()).collect();
    let refused =
        |table: &Features, labels: &[bool]| Logistic::fit(table, labels, LogisticOptions::default(), &Unwatched).err();
    // One column tells everything.
    let labels: Vec<bool> = wave.iter().map(|value| *value > 0.1).collect();
    let table = features(&[("other", &other), ("wave", &wave)]);
    let wanted = LearnError::Separated { columns: vec!["wave".to_owned()], every_row: true };
    assert_eq!(refused(&table, &labels), Some(wanted));
    // Two columns tell everything together.
    let labels: Vec<bool> = wave.iter().zip(&other).map(|(a, b)| a + b > 0.05).collect();
    let wanted = LearnError::Separated { columns: vec!["other".to_owned(), "wave".to_owned()], every_row: true };
    assert_eq!(refused(&table, &labels), Some(wanted));
    // A flag that is never set among the one class.
    let labels: Vec<bool> = (0..60).map(|row| row % 3 == 0 || (row % 5 == 0 && row > 20)).collect();
    let flag: Vec<f64> = (0..60).map(|row| f64::from(u8::from(row % 12 == 0))).collect();
    let table = features(&[("wave", &wave), ("flag", &flag), ("other", &other)]);
    let wanted = LearnError::Separated { columns: vec!["flag".to_owned()], every_row: false };
    assert_eq!(refused(&table, &labels), Some(wanted));
    // A ridge penalty has an answer to each.
    let penalty = Penalty { strength: 0.01, lasso_share: 0.0 };
    fit(&table, &labels, LogisticOptions { penalty, weights: None });
}

#[test]
fn what_cannot_be_learnt_from_is_named() {
    let labels = [true, false, true, false, true];
    let refused = |columns: &[(&str, &[f64])], labels: &[bool]| {
        Logistic::fit(&features(columns), labels, LogisticOptions::default(), &Unwatched).err()
    };
    let a: &[f64] = &[1.0, 2.0, 3.0, 5.0, 4.0];
    assert_eq!(refused(&[], &labels), Some(LearnError::Nothing));
    assert_eq!(refused(&[("a", a)], &[true; 5]), Some(LearnError::OneClass { positive: true }));
    let constant = refused(&[("a", a), ("c", &[7.0; 5])], &labels);
    assert_eq!(constant, Some(LearnError::Constant { column: "c".to_owned() }));
    let missing = refused(&[("a", &[1.0, f64::NAN, 3.0, 5.0, f64::INFINITY])], &labels);
    assert_eq!(missing, Some(LearnError::Missing { column: "a".to_owned(), rows: 2 }));
    let double = [3.0, 5.0, 7.0, 11.0, 9.0];
    let collinear = refused(&[("a", a), ("b", &double)], &labels);
    assert_eq!(collinear, Some(LearnError::Collinear { column: "b".to_owned(), of: vec!["a".to_owned()] }));
}

#[test]
fn the_same_to_the_last_bit_at_any_number_of_threads() {
    let wave = |by: f64| (0..30_000).map(|row| (f64::from(row) * by).sin()).collect::<Vec<f64>>();
    let table = features(&[("a", &wave(12.9898)), ("b", &wave(78.233))]);
    let noise = wave(3.7);
    let labels: Vec<bool> = (0..30_000).map(|row| table.columns[0][row] + 2.0 * noise[row] > 0.4).collect();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(|pool| pool.install(|| fit(&table, &labels, LogisticOptions::default()).beta)).ok()
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn stopped_work_says_so() {
    struct Stopped;
    impl Watch for Stopped {
        fn stopped(&self) -> bool {
            true
        }
        fn progress(&self, _done: u64, _total: u64) {}
    }
    let (features, labels) = cars();
    let found = Logistic::fit(&features, &labels, LogisticOptions::default(), &Stopped);
    assert_eq!(found.err(), Some(LearnError::Stopped));
}
