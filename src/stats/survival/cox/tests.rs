//! Witnesses: published fits, sums by hand, and laws.

use super::super::columns::{Collinear, RegressionError, Rows, scales};
use super::fit::fit_with;
use super::residuals::score_residuals;
use super::sorted::Sorted;
use super::*;
use crate::watch::Unwatched;

/// Columns with names, durations and events that own their values.
struct Data {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    durations: Vec<f64>,
    events: Vec<bool>,
}

impl Data {
    fn new(durations: &[f64], events: &[u8], columns: &[(&str, &[f64])]) -> Self {
        Self {
            names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            columns: columns.iter().map(|(_, values)| values.to_vec()).collect(),
            durations: durations.to_vec(),
            events: events.iter().map(|&event| event == 1).collect(),
        }
    }

    fn subjects(&self) -> Subjects<'_> {
        Subjects {
            rows: Rows { names: &self.names, columns: &self.columns, durations: &self.durations, events: &self.events },
            strata: None,
            weights: None,
            clusters: None,
        }
    }

    fn fit(&self, choices: Choices) -> Result<CoxFit, RegressionError> {
        fit(&self.subjects(), choices, &Unwatched)
    }
}

const BRESLOW: Choices = Choices { ties: Ties::Breslow, penalty: 0.0, robust: false };
const EFRON: Choices = Choices { ties: Ties::Efron, penalty: 0.0, robust: false };
const ROBUST: Choices = Choices { ties: Ties::Efron, penalty: 0.0, robust: true };

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

/// Rossi, Berk and Lenihan (1980): 432 men released from prison, weeks to the first arrest. Copy of the lifelines
/// package, MIT.
fn rossi() -> Data {
    let mut lines = include_str!("../rossi.csv").lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(|value| value.parse().unwrap()).collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<f64>>();
    Data {
        names: names[2..].iter().map(|name| (*name).to_owned()).collect(),
        columns: (2..names.len()).map(column).collect(),
        durations: column(0),
        events: column(1).iter().map(|&event| event == 1.0).collect(),
    }
}

/// Edmunson et al. (1979), Cancer Treatment Reports 63, 241–247: 26 women with ovarian cancer, days. Figures as printed
/// in Collett (1994), Modelling Survival Data in Medical Research, and used by R's `survival` as `ovarian`.
fn ovarian() -> Data {
    let rows: [[f64; 6]; 26] = [
        [59., 1., 72.3315, 2., 1., 1.],
        [115., 1., 74.4932, 2., 1., 1.],
        [156., 1., 66.4658, 2., 1., 2.],
        [421., 0., 53.3644, 2., 2., 1.],
        [431., 1., 50.3397, 2., 1., 1.],
        [448., 0., 56.4301, 1., 1., 2.],
        [464., 1., 56.9370, 2., 2., 2.],
        [475., 1., 59.8548, 2., 2., 2.],
        [477., 0., 64.1753, 2., 1., 1.],
        [563., 1., 55.1781, 1., 2., 2.],
        [638., 1., 56.7562, 1., 1., 2.],
        [744., 0., 50.1096, 1., 2., 1.],
        [769., 0., 59.6301, 2., 2., 2.],
        [770., 0., 57.0521, 2., 2., 1.],
        [803., 0., 39.2712, 1., 1., 1.],
        [855., 0., 43.1233, 1., 1., 2.],
        [1040., 0., 38.8932, 2., 1., 2.],
        [1106., 0., 44.6000, 1., 1., 1.],
        [1129., 0., 53.9068, 1., 2., 1.],
        [1206., 0., 44.2055, 2., 2., 1.],
        [1227., 0., 59.5890, 1., 2., 2.],
        [268., 1., 74.5041, 2., 1., 2.],
        [329., 1., 43.1370, 2., 1., 1.],
        [353., 1., 63.2192, 1., 2., 2.],
        [365., 1., 64.4247, 2., 2., 1.],
        [377., 0., 58.3096, 1., 2., 1.],
    ];
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<f64>>();
    Data {
        names: ["age", "resid", "rx", "ecog"].map(str::to_owned).to_vec(),
        columns: (2..6).map(column).collect(),
        durations: column(0),
        events: column(1).iter().map(|&event| event == 1.0).collect(),
    }
}

fn without(mut data: Data, names: &[&str]) -> Data {
    for name in names {
        let place = data.names.iter().position(|known| known == name).unwrap();
        data.names.remove(place);
        data.columns.remove(place);
    }
    data
}

/// Data set 1 of Therneau and Grambsch (2000), Modeling Survival Data, appendix E.1: with r = exp β everything can be
/// written down.
fn six() -> Data {
    Data::new(&[9., 1., 1., 6., 6., 8.], &[1, 1, 0, 1, 1, 0], &[("x", &[0., 1., 1., 1., 0., 0.])])
}

#[test]
fn breslow_by_hand() {
    // At time 1 all six are at risk, three with x = 1: 3r + 3; at 6 one of four: r + 3, twice; at 9 one with x = 0.
    // ℓ = 2β − ln(3r + 3) − 2 ln(r + 3); its slope is (6 + 3r − r²) / ((r + 1)(r + 3)), so r = (3 + √33) / 2.
    // Tolerance: rounding of a few operations.
    let fit = six().fit(BRESLOW).unwrap();
    let r = (3.0 + 33f64.sqrt()) / 2.0;
    near(fit.estimates[0], r.ln(), 1e-12);
    near(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - 2.0 * (r + 3.0).ln(), 1e-12);
    near(fit.null_log_likelihood, -(6f64.ln()) - 2.0 * 4f64.ln(), 1e-12);
    let information = r / (r + 1.0).powi(2) + 6.0 * r / (r + 3.0).powi(2);
    near(fit.covariance[0][0], 1.0 / information, 1e-12);

    // The course of the hazard of x = 0, and its variance: Σ events / sum² + (Σ (x − mean) × hazard)² / information.
    let times = [0.5, 1.0, 6.0, 8.5, 9.0, 9.5];
    let curve = fit.curve(0, &[0.0], &times, IntervalKind::Log, 0.95).unwrap();
    let steps = [1.0 / (3.0 * r + 3.0), 2.0 / (r + 3.0), 1.0];
    let own = [1.0 / (3.0 * r + 3.0).powi(2), 2.0 / (r + 3.0).powi(2), 1.0];
    let drift = [steps[0] * r / (r + 1.0), steps[1] * r / (r + 3.0), 0.0];
    for (place, last) in [(1, 1), (2, 2), (3, 2), (4, 3)] {
        let point = curve[place].unwrap();
        near(point.hazard, steps[..last].iter().sum(), 1e-12);
        let moved: f64 = drift[..last].iter().sum();
        let variance = own[..last].iter().sum::<f64>() + moved * moved / information;
        near(point.hazard_error.powi(2), variance, 1e-12);
    }
    assert_eq!(curve[0].map(|point| point.survival), Some(1.0));
    assert_eq!(curve[5], None);
}

#[test]
fn efron_by_hand() {
    // At time 6 the second of the two events sees half of both tied rows gone: r/2 + 1/2 + 2 = (r + 5) / 2. The slope
    // (30 + 23r − r³) / ((r + 1)(r + 3)(r + 5)) is 0 at a root of a cubic.
    let fit = six().fit(EFRON).unwrap();
    let beta = (((45.0 / 23.0) * (3.0 / 23.0f64).sqrt()).acos() / 3.0).cos() * 2.0 * (23.0 / 3.0f64).sqrt();
    let r = beta;
    near(fit.estimates[0], r.ln(), 1e-12);
    near(fit.estimates[0], 1.676_857, 5e-7);
    near(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - ((r + 5.0) / 2.0).ln() - (r + 3.0).ln(), 1e-12);
    let part = |share: f64| share - share * share;
    let information = part(r / (r + 1.0)) + part(r / (r + 5.0)) + part(r / (r + 3.0));
    near(fit.covariance[0][0], 1.0 / information, 1e-12);
    let point = fit.curve(0, &[0.0], &[6.0], IntervalKind::LogLog, 0.95).unwrap()[0].unwrap();
    near(point.hazard, 1.0 / (3.0 * r + 3.0) + 1.0 / (r + 3.0) + 2.0 / (r + 5.0), 1e-12);

    // Score residuals of the same appendix, with a = r + 1, b = r + 3, d = r + 5, in the order of time.
    let data = six();
    let subjects = data.subjects();
    let scales = scales(&subjects.rows, true, &Unwatched).unwrap();
    let sorted = Sorted::of(&subjects, &scales);
    let coefficient = fit.estimates[0] * scales[0].deviation;
    let found = score_residuals(&sorted, &[coefficient], Ties::Efron, &Unwatched).unwrap().by_original(&sorted);
    let (a, b, d) = (r + 1.0, r + 3.0, r + 5.0);
    let common = 3.0 * (a * b * d).powi(2);
    let last = 2.0 * r * (177.0 + r * (282.0 + r * (182.0 + r * (50.0 + 5.0 * r)))) / common;
    let first = 675.0 + r * (1305.0 + r * (756.0 + r * (-4.0 + r * (-79.0 - 13.0 * r))));
    let second = r * (1.0 / (3.0 * a * a) - a / (2.0 * b * b) - b / (2.0 * d * d));
    let wanted = [last, (2.0 * r + 3.0) / (3.0 * a * a), -r / (3.0 * a * a), first / common, second, last];
    for (found, wanted) in found.iter().zip(wanted) {
        near(found[0] * scales[0].deviation, wanted, 1e-12);
    }
}

#[test]
fn rossi_as_published() {
    // Allison (1984); R survival and lifelines 0.30.3 agree on these figures; tolerance: half of the last digit.
    let fit = rossi().fit(EFRON).unwrap();
    near(fit.log_likelihood, -658.747_659_4, 5e-8);
    let wanted = [
        (-0.379_422_17, 0.191_379_48),
        (-0.057_437_74, 0.021_999_47),
        (0.313_899_79, 0.307_992_78),
        (-0.149_795_70, 0.212_224_30),
        (-0.433_703_88, 0.381_868_06),
        (-0.084_871_08, 0.195_756_67),
        (0.091_497_08, 0.028_648_55),
    ];
    for (j, (estimate, error)) in wanted.into_iter().enumerate() {
        near(fit.estimates[j], estimate, 6e-9);
        near(fit.standard_errors()[j], error, 6e-9);
    }
    near(fit.likelihood_ratio.statistic, 33.265_945_80, 6e-9);
    near(fit.concordance.unwrap().value, 0.640_329_25, 1e-8);
    // Printed by R: Wald 32.11, score 33.53.
    near(fit.wald.unwrap().statistic, 32.11, 5e-3);
    near(fit.score.statistic, 33.53, 5e-3);

    // Stratified by work experience: lifelines 0.30.3.
    let data = rossi();
    let strata: Vec<u32> = data.columns[3].iter().map(|&value| value as u32).collect();
    let data = without(data, &["wexp"]);
    let fit = super::fit(&Subjects { strata: Some(&strata), ..data.subjects() }, EFRON, &Unwatched).unwrap();
    near(fit.log_likelihood, -580.885_746_5, 5e-8);
    near(fit.estimates[5], 0.090_743_64, 6e-9);
    near(fit.standard_errors()[5], 0.028_683_59, 6e-9);
}

#[test]
fn freireich_as_published() {
    // Freireich et al. (1963), weeks to relapse. Breslow 1.509 (.410): Kalbfleisch and Prentice (1980); Efron 1.572
    // (.412): R. To the digits printed there.
    let treated = [6., 6., 6., 6., 7., 9., 10., 10., 11., 13., 16., 17., 19., 20., 22., 23., 25., 32., 32., 34., 35.];
    let relapsed = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
    let placebo = [1., 1., 2., 2., 3., 4., 4., 5., 5., 8., 8., 8., 8., 11., 11., 12., 12., 15., 17., 22., 23.];
    let durations = [treated, placebo].concat();
    let events = [relapsed, [1; 21]].concat();
    let group: Vec<f64> = (0..42).map(|row| f64::from(u8::from(row >= 21))).collect();
    let data = Data::new(&durations, &events, &[("placebo", &group)]);
    for (choices, estimate, error) in [(BRESLOW, 1.509_19, 0.409_56), (EFRON, 1.572_13, 0.412_40)] {
        let fit = data.fit(choices).unwrap();
        near(fit.estimates[0], estimate, 5e-6);
        near(fit.standard_errors()[0], error, 5e-6);
    }
}

#[test]
fn ovarian_as_printed_by_r() {
    // R survival 3, the file tests/ovarian.Rout.save: to the digits printed there.
    let data = without(ovarian(), &["resid"]);
    let fit = data.fit(EFRON).unwrap();
    for (j, (estimate, error)) in [(0.1470, 0.0463), (-0.8146, 0.6342), (0.1032, 0.6064)].into_iter().enumerate() {
        near(fit.estimates[j], estimate, 5e-5);
        near(fit.standard_errors()[j], error, 5e-5);
    }
    near(fit.likelihood_ratio.statistic, 15.92, 5e-3);

    // Stratified by treatment: concordance .819 (.058), tests 12.71, 8.43 and 12.24, and the curves of two women.
    let strata: Vec<u32> = data.columns[1].iter().map(|&value| value as u32).collect();
    let data = without(ovarian(), &["resid", "rx"]);
    let fit = super::fit(&Subjects { strata: Some(&strata), ..data.subjects() }, EFRON, &Unwatched).unwrap();
    near(fit.estimates[0], 0.138_53, 5e-6);
    near(fit.standard_errors()[1], 0.629_94, 5e-6);
    let concordance = fit.concordance.unwrap();
    near(concordance.value, 0.819, 5e-4);
    near(concordance.standard_error, 0.058, 5e-4);
    near(fit.likelihood_ratio.statistic, 12.71, 5e-3);
    near(fit.wald.unwrap().statistic, 8.43, 5e-3);
    near(fit.score.statistic, 12.24, 5e-3);
    let curve = fit.curve(1, &[70.0, 3.0], &[59.0, 268.0, 638.0], IntervalKind::Log, 0.95).unwrap();
    for (point, wanted) in curve.iter().zip([0.879_05, 0.417_64, 0.001_61]) {
        near(point.unwrap().survival, wanted, 5e-6);
    }
    assert_eq!(fit.quantile(1, &[70.0, 3.0], 0.5), Some(268.0));
    assert_eq!(fit.quantile(2, &[70.0, 3.0], 0.5), Some(365.0));
    assert_eq!(fit.quantile(1, &[30.0, 2.0], 0.5), None);
    // At the means of the covariates, with the limits that R prints.
    let curve = fit.curve(1, &fit.means, &[59.0, 329.0, 638.0], IntervalKind::Log, 0.95).unwrap();
    for (point, wanted) in curve.iter().zip([[0.978, 0.9275], [0.737, 0.4909], [0.333, 0.0865]]) {
        near(point.unwrap().survival, wanted[0], 5e-4);
        near(point.unwrap().lower, wanted[1], 5.1e-5);
        assert!(point.unwrap().upper <= 1.0);
    }
}

#[test]
fn score_residuals_as_printed_by_r() {
    // The same file: resid(fit, "score") of four rows, eight digits.
    let data = ovarian();
    let subjects = data.subjects();
    let fit = data.fit(EFRON).unwrap();
    let scales = scales(&subjects.rows, true, &Unwatched).unwrap();
    let sorted = Sorted::of(&subjects, &scales);
    let coefficients: Vec<f64> = fit.estimates.iter().zip(&scales).map(|(it, scale)| it * scale.deviation).collect();
    let found = score_residuals(&sorted, &coefficients, Ties::Efron, &Unwatched).unwrap().by_original(&sorted);
    for (row, wanted) in [
        (0, [2.265_032_49, 0.056_863_57, -0.105_653_79, -0.426_616_88]),
        (3, [0.945_976_23, -0.025_415_10, -0.064_234_96, 0.059_717_29]),
        (22, [-14.866_237_58, 0.281_370_17, -0.522_792_08, -0.438_811_51]),
        (25, [0.314_906_41, 0.070_917_64, -0.052_121_98, 0.048_456_23]),
    ] {
        for j in 0..4 {
            near(found[row][j] * scales[j].deviation, wanted[j], 2e-8);
        }
    }
}

#[test]
fn ridge_as_printed_by_r() {
    // R survival 3, example of `ridge`: rx without a penalty, age and ecog with theta = 1 on the scale of their
    // standard deviations: −.8564 (.6161), .1229 (.0385), .1093 (.5734).
    let data = without(ovarian(), &["resid"]);
    let fit = fit_with(&data.subjects(), EFRON, &[1.0, 0.0, 1.0], &Unwatched).unwrap();
    for (j, (estimate, error)) in [(0.1229, 0.0385), (-0.8564, 0.6161), (0.1093, 0.5734)].into_iter().enumerate() {
        near(fit.estimates[j], estimate, 5.1e-5);
        near(fit.standard_errors()[j], error, 5.1e-5);
    }
    near(fit.likelihood_ratio.statistic, 15.6, 0.05);
    near(fit.likelihood_ratio.degrees, 2.76, 5e-3);
    assert_eq!(fit.wald, None);
}

#[test]
fn proportionality_as_printed_by_r() {
    // R survival 3, example of `cox.zph` (survival-Ex.Rout.save): .698, 2.371 and 3.633 on the scale of Kaplan–Meier.
    let data = without(ovarian(), &["resid", "rx"]);
    let fit = data.fit(EFRON).unwrap();
    let found = proportionality(&data.subjects(), &fit, EFRON, TimeScale::KaplanMeier, &Unwatched).unwrap();
    near(found.tests[0].statistic, 0.698, 5e-4);
    near(found.tests[1].statistic, 2.371, 5e-4);
    near(found.global.statistic, 3.633, 5e-4);
    assert_eq!(found.global.degrees, 2.0);
    assert_eq!(found.residuals.len(), 12);
    // Scaled residuals have the estimates as their mean.
    for j in 0..2 {
        let sum: f64 = found.residuals.iter().map(|it| it.effects[j].unwrap()).sum();
        near(sum / 12.0, fit.estimates[j], 1e-10);
    }
}

#[test]
fn proportionality_with_ties_is_the_score_test_of_the_larger_model() {
    // The likelihood of the model with every covariate times the time, with Efron's ties, differentiated by autograd
    // and by differences of its gradient (Python, autograd 1.9.1): six digits hold.
    let data = rossi();
    let fit = data.fit(EFRON).unwrap();
    for (scale, wanted) in [
        (
            TimeScale::KaplanMeier,
            [0.062_430, 5.973_982, 2.068_265, 4.224_596, 1.011_022, 0.018_383, 0.520_584, 17.694_415],
        ),
        (TimeScale::Rank, [1.383_809, 0.896_386, 2.259_978, 4.159_685, 0.089_592, 0.021_852, 1.640_789, 11.025_060]),
        (
            TimeScale::Identity,
            [0.008_951, 6.615_940, 2.144_426, 3.876_755, 1.031_348, 0.028_177, 0.424_798, 18.182_680],
        ),
        (TimeScale::Log, [0.137_599, 8.231_498, 1.617_085, 2.085_855, 1.125_973, 0.219_203, 0.013_479, 17.661_570]),
    ] {
        let found = proportionality(&data.subjects(), &fit, EFRON, scale, &Unwatched).unwrap();
        for (test, wanted) in found.tests.iter().chain([&found.global]).zip(wanted) {
            near(test.statistic, wanted, 2e-5);
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
    let joined = super::fit(&subjects, choices, &Unwatched).unwrap();
    for j in 0..7 {
        near(joined.estimates[j], breslow.estimates[j], 1e-10);
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
    near(changed.estimates[1] * 1e9, fit.estimates[1], 1e-9);
    near(changed.estimates[6], fit.estimates[6], 1e-9);
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
        super::fit(&subjects, EFRON, &Unwatched).unwrap_err(),
        RegressionError::ConstantAmongCompared { column: "half".into(), strata: true }
    );
    // A penalty gives even a separating covariate an estimate.
    let data = Data::new(&durations, &events, &[("late", &downwards)]);
    assert!(data.fit(Choices { penalty: 0.5, ..EFRON }).unwrap().estimates[0] > 0.0);
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let data = rossi();
    let strata: Vec<u32> = (0..432).map(|row| row % 5).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| super::fit(&Subjects { strata: Some(&strata), ..data.subjects() }, ROBUST, &Unwatched).unwrap())
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one.estimates, four.estimates);
    assert_eq!(one.covariance, four.covariance);
    assert_eq!(one.baselines, four.baselines);
}

#[test]
fn a_hundred_thousand_rows() {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let n = 100_000;
    let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| random.random::<f64>() * 2.0 - 1.0).collect()).collect();
    let effects = [0.5, -0.3, 0.0, 1.0, 0.1];
    let mut durations = Vec::with_capacity(n);
    let mut events = Vec::with_capacity(n);
    for row in 0..n {
        let predictor: f64 = (0..5).map(|j| effects[j] * columns[j][row]).sum();
        let time = -random.random::<f64>().ln() / predictor.exp();
        let end = random.random::<f64>() * 2.0;
        durations.push(time.min(end));
        events.push(u8::from(time <= end));
    }
    let named: Vec<(&str, &[f64])> =
        ["a", "b", "c", "d", "e"].into_iter().zip(columns.iter().map(Vec::as_slice)).collect();
    let data = Data::new(&durations, &events, &named);
    let start = std::time::Instant::now();
    let fit = data.fit(EFRON).unwrap();
    println!("{:?} {:?}", start.elapsed(), fit.steps);
    for j in 0..5 {
        // Four standard errors: one seed in three thousand would miss one of five.
        near(fit.estimates[j], effects[j], 4.0 * fit.standard_errors()[j]);
    }
}
