//! Published fits and sums by hand.

use super::super::super::columns::scales;
use super::super::fit::fit_with;
use super::super::residuals::score_residuals;
use super::super::sorted::Sorted;
use super::*;

#[test]
fn breslow_by_hand() {
    // At time 1 all six are at risk, three with x = 1: 3r + 3; at 6 one of four: r + 3, twice; at 9 one with x = 0.
    // ℓ = 2β − ln(3r + 3) − 2 ln(r + 3); its slope is (6 + 3r − r²) / ((r + 1)(r + 3)), so r = (3 + √33) / 2.
    // Tolerance: rounding of a few operations.
    let fit = six().fit(BRESLOW).unwrap();
    let r = (3.0 + 33f64.sqrt()) / 2.0;
    near(fit.model.estimates[0], r.ln(), 1e-12);
    near(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - 2.0 * (r + 3.0).ln(), 1e-12);
    near(fit.null_log_likelihood, -(6f64.ln()) - 2.0 * 4f64.ln(), 1e-12);
    let information = r / (r + 1.0).powi(2) + 6.0 * r / (r + 3.0).powi(2);
    near(fit.model.covariance[0][0], 1.0 / information, 1e-12);

    // The course of the hazard of x = 0, and its variance: Σ events / sum² + (Σ (x − mean) × hazard)² / information.
    let times = [0.5, 1.0, 6.0, 8.5, 9.0, 9.5];
    let curve = fit.model.curve(0, &[0.0], &times, IntervalKind::Log, 0.95).unwrap();
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
    near(fit.model.estimates[0], r.ln(), 1e-12);
    near(fit.model.estimates[0], 1.676_857, 5e-7);
    near(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - ((r + 5.0) / 2.0).ln() - (r + 3.0).ln(), 1e-12);
    let part = |share: f64| share - share * share;
    let information = part(r / (r + 1.0)) + part(r / (r + 5.0)) + part(r / (r + 3.0));
    near(fit.model.covariance[0][0], 1.0 / information, 1e-12);
    let point = fit.model.curve(0, &[0.0], &[6.0], IntervalKind::LogLog, 0.95).unwrap()[0].unwrap();
    near(point.hazard, 1.0 / (3.0 * r + 3.0) + 1.0 / (r + 3.0) + 2.0 / (r + 5.0), 1e-12);

    // Score residuals of the same appendix, with a = r + 1, b = r + 3, d = r + 5, in the order of time.
    let data = six();
    let subjects = data.subjects();
    let scales = scales(&subjects.rows, true, &Unwatched).unwrap();
    let sorted = Sorted::of(&subjects, &scales, &Unwatched).unwrap();
    let coefficient = fit.model.estimates[0] * scales[0].deviation;
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
        near(fit.model.estimates[j], estimate, 6e-9);
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
    let fit = super::super::fit(&Subjects { strata: Some(&strata), ..data.subjects() }, EFRON, &Unwatched).unwrap();
    near(fit.log_likelihood, -580.885_746_5, 5e-8);
    near(fit.model.estimates[5], 0.090_743_64, 6e-9);
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
        near(fit.model.estimates[0], estimate, 5e-6);
        near(fit.standard_errors()[0], error, 5e-6);
    }
}

#[test]
fn ovarian_as_printed_by_r() {
    // R survival 3, the file tests/ovarian.Rout.save: to the digits printed there.
    let data = without(ovarian(), &["resid"]);
    let fit = data.fit(EFRON).unwrap();
    for (j, (estimate, error)) in [(0.1470, 0.0463), (-0.8146, 0.6342), (0.1032, 0.6064)].into_iter().enumerate() {
        near(fit.model.estimates[j], estimate, 5e-5);
        near(fit.standard_errors()[j], error, 5e-5);
    }
    near(fit.likelihood_ratio.statistic, 15.92, 5e-3);

    // Stratified by treatment: concordance .819 (.058), tests 12.71, 8.43 and 12.24, and the curves of two women.
    let strata: Vec<u32> = data.columns[1].iter().map(|&value| value as u32).collect();
    let data = without(ovarian(), &["resid", "rx"]);
    let fit = super::super::fit(&Subjects { strata: Some(&strata), ..data.subjects() }, EFRON, &Unwatched).unwrap();
    near(fit.model.estimates[0], 0.138_53, 5e-6);
    near(fit.standard_errors()[1], 0.629_94, 5e-6);
    let concordance = fit.concordance.unwrap();
    near(concordance.value, 0.819, 5e-4);
    near(concordance.standard_error, 0.058, 5e-4);
    near(fit.likelihood_ratio.statistic, 12.71, 5e-3);
    near(fit.wald.unwrap().statistic, 8.43, 5e-3);
    near(fit.score.statistic, 12.24, 5e-3);
    let curve = fit.model.curve(1, &[70.0, 3.0], &[59.0, 268.0, 638.0], IntervalKind::Log, 0.95).unwrap();
    for (point, wanted) in curve.iter().zip([0.879_05, 0.417_64, 0.001_61]) {
        near(point.unwrap().survival, wanted, 5e-6);
    }
    assert_eq!(fit.model.quantile(1, &[70.0, 3.0], 0.5), Some(268.0));
    assert_eq!(fit.model.quantile(2, &[70.0, 3.0], 0.5), Some(365.0));
    assert_eq!(fit.model.quantile(1, &[30.0, 2.0], 0.5), None);
    // At the means of the covariates, with the limits that R prints.
    let curve = fit.model.curve(1, &fit.model.means, &[59.0, 329.0, 638.0], IntervalKind::Log, 0.95).unwrap();
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
    let sorted = Sorted::of(&subjects, &scales, &Unwatched).unwrap();
    let coefficients: Vec<f64> =
        fit.model.estimates.iter().zip(&scales).map(|(it, scale)| it * scale.deviation).collect();
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
        near(fit.model.estimates[j], estimate, 5.1e-5);
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
        near(sum / 12.0, fit.model.estimates[j], 1e-10);
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
            [0.062_430, 5.973_981, 2.068_265, 4.224_596, 1.011_022, 0.018_383, 0.520_584, 17.694_415],
        ),
        (TimeScale::Rank, [1.383_808, 0.896_421, 2.259_978, 4.159_684, 0.089_592, 0.021_852, 1.640_803, 11.025_183]),
        (
            TimeScale::Identity,
            [0.008_951, 6.615_943, 2.144_426, 3.876_755, 1.031_348, 0.028_177, 0.424_798, 18.182_686],
        ),
        (TimeScale::Log, [0.137_599, 8.231_498, 1.617_085, 2.085_855, 1.125_973, 0.219_203, 0.013_479, 17.661_570]),
    ] {
        let found = proportionality(&data.subjects(), &fit, EFRON, scale, &Unwatched).unwrap();
        for (test, wanted) in found.tests.iter().chain([&found.global]).zip(wanted) {
            near(test.statistic, wanted, 3e-6);
        }
    }
}
