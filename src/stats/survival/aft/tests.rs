//! Witnesses: published fits and laws.

use super::super::columns::{RegressionError, Rows};
use super::*;
use crate::watch::Unwatched;

struct Data {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    durations: Vec<f64>,
    events: Vec<bool>,
}

impl Data {
    fn fit(&self, distribution: Distribution) -> Result<AftFit, RegressionError> {
        let rows =
            Rows { names: &self.names, columns: &self.columns, durations: &self.durations, events: &self.events };
        fit(&rows, distribution, &Unwatched)
    }
}

const ALL: [Distribution; 4] =
    [Distribution::Weibull, Distribution::Exponential, Distribution::LogNormal, Distribution::LogLogistic];

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

/// Rossi, Berk and Lenihan (1980), in the copy of the lifelines package, MIT.
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

/// Schmee and Hahn (1979), Technometrics 21, 417–432: hours until motor insulation fails at 170, 190 and 220 °C; the
/// covariate is 1000 over the absolute temperature.
fn motors() -> Data {
    let failed = [
        1764., 2772., 3444., 3542., 3780., 4860., 5196., 408., 408., 1344., 1344., 1440., 408., 408., 504., 504., 504.,
    ];
    let warmth = [170., 170., 170., 170., 170., 170., 170., 190., 190., 190., 190., 190., 220., 220., 220., 220., 220.];
    let running = [5448., 5448., 5448., 1680., 1680., 1680., 1680., 1680., 528., 528., 528., 528., 528.];
    let other = [170., 170., 170., 190., 190., 190., 190., 190., 220., 220., 220., 220., 220.];
    let temperature = [warmth.as_slice(), other.as_slice()].concat();
    Data {
        names: vec!["inverse".into()],
        columns: vec![temperature.iter().map(|it| 1000.0 / (273.2 + it)).collect()],
        durations: [failed.as_slice(), running.as_slice()].concat(),
        events: (0..30).map(|row| row < 17).collect(),
    }
}

#[test]
fn motors_as_in_the_manuals() {
    // SAS LIFEREG example 1, and R's tests/r_sas.Rout.save: to the digits printed there; log-normal.
    let fit = motors().fit(Distribution::LogNormal).unwrap();
    for (j, (estimate, error)) in [(-10.471, 2.772), (8.322, 1.284), (-0.504, 0.183)].into_iter().enumerate() {
        near(fit.model.estimates[j], estimate, 5e-4);
        near(fit.standard_errors()[j], error, 5e-4);
    }
    near(fit.model.scale(), 0.604, 5e-4);
    near(fit.log_likelihood, -145.9, 0.05);
    near(fit.null_log_likelihood, -155.0, 0.05);
    near(fit.likelihood_ratio.statistic, 18.3, 0.05);
    // Quantiles at 130 °C and the errors of their logarithms: 12033.18 (.4556015), 26095.68 (.4353001) and
    // 56592.20 (.4600796).
    let row = [1000.0 / (273.2 + 130.0)];
    for (probability, hours, error) in
        [(0.1, 12_033.18, 0.455_601_5), (0.5, 26_095.68, 0.435_300_1), (0.9, 56_592.20, 0.460_079_6)]
    {
        let found = fit.model.quantile(&row, probability, 0.95);
        near(found.value, hours, 5e-3);
        near((found.upper / found.lower).ln() / (2.0 * 1.959_963_984_540_054), error, 5e-8);
    }
}

#[test]
fn rossi_weibull() {
    // Newton's method on the same likelihood with derivatives by autograd 1.9.1 (Python): twelve digits. lifelines
    // 0.30.3 prints −679.9166, AIC 1377.8331 and estimates that agree to four.
    let fit = rossi().fit(Distribution::Weibull).unwrap();
    near(fit.log_likelihood, -679.916_563_937_091, 1e-9);
    near(fit.aic(), 1_377.833_127_87, 1e-7);
    let wanted = [
        (3.990_134_797_205, 0.419_095_189_179),
        (0.272_163_359_746, 0.137_961_916_849),
        (0.040_713_798_324, 0.016_003_551_075),
        (-0.224_802_443_173, 0.220_158_883_600),
        (0.106_556_586_906, 0.151_540_967_050),
        (0.311_273_264_955, 0.273_302_246_603),
        (0.058_827_252_616, 0.139_638_239_723),
        (-0.065_816_904_822, 0.020_940_575_280),
        (-0.339_108_240_428, 0.089_026_690_699),
    ];
    for (j, (estimate, error)) in wanted.into_iter().enumerate() {
        near(fit.model.estimates[j], estimate, 1e-9);
        near(fit.standard_errors()[j], error, 1e-9);
    }
    // The first man: median and its interval, survival at 30 weeks and its interval, from the same sums in Python.
    let data = rossi();
    let row: Vec<f64> = data.columns.iter().map(|column| column[0]).collect();
    let median = fit.model.quantile(&row, 0.5, 0.95);
    for (found, wanted) in
        [median.value, median.lower, median.upper].into_iter().zip([86.910_224_8, 62.624_210_2, 120.614_490_1])
    {
        near(found, wanted, 1e-6);
    }
    let survival = fit.model.survival(&row, 30.0, 0.95);
    for (found, wanted) in
        [survival.value, survival.lower, survival.upper].into_iter().zip([0.855_785_104, 0.782_756_689, 0.905_723_139])
    {
        near(found, wanted, 1e-8);
    }
    near(fit.model.survival(&row, median.value, 0.95).value, 0.5, 1e-12);
}

#[test]
fn rossi_other_spreads() {
    // The same search in Python with autograd 1.9.1. lifelines 0.30.3 agrees to four digits of the estimates; its
    // log-likelihoods are a little lower, because its search ends early.
    for (distribution, value, effects, errors) in [
        (
            Distribution::LogNormal,
            -683.234_625_278_391,
            [4.267_665_703_822, 0.342_847_679_243, -0.065_517_510_138, 0.258_178_536_616],
            [0.461_689_501_665, 0.164_086_332_143, 0.027_090_658_623, 0.076_435_880_084],
        ),
        (
            Distribution::LogLogistic,
            -679.938_411_052_732,
            [3.918_304_143_029, 0.288_876_139_390, -0.069_182_244_297, -0.435_200_727_945],
            [0.427_434_137_649, 0.145_585_226_178, 0.022_741_843_642, 0.086_416_338_515],
        ),
    ] {
        let fit = rossi().fit(distribution).unwrap();
        // The normal tail of statrs has eleven digits below 3.
        near(fit.log_likelihood, value, 1e-8);
        for (j, place) in [0, 1, 7, 8].into_iter().enumerate() {
            near(fit.model.estimates[place], effects[j], 1e-9);
            near(fit.standard_errors()[place], errors[j], 1e-9);
        }
    }
}

#[test]
fn the_exponential_by_hand() {
    // Two groups with 2 events in 10 and 1 event in 20 units of time: rates 1/5 and 1/20, so the mean log duration is
    // ln 5 and moves by ln 4; the variances are 1/2 and 1/1 by the number of events.
    let data = Data {
        names: vec!["second".into()],
        columns: vec![vec![0.0, 0.0, 0.0, 1.0, 1.0]],
        durations: vec![3.0, 5.0, 2.0, 12.0, 8.0],
        events: vec![true, true, false, true, false],
    };
    let fit = data.fit(Distribution::Exponential).unwrap();
    near(fit.model.estimates[0], 5f64.ln(), 1e-12);
    near(fit.model.estimates[1], 4f64.ln(), 1e-12);
    near(fit.model.covariance[0][0], 0.5, 1e-12);
    near(fit.model.covariance[1][1], 1.5, 1e-12);
    near(fit.log_likelihood, -2.0 * 5f64.ln() - 2.0 - 20f64.ln() - 1.0, 1e-12);
    near(fit.model.survival(&[0.0], 5.0, 0.95).value, (-1f64).exp(), 1e-12);
}

#[test]
fn the_unit_of_time_moves_the_intercept_alone() {
    let data = rossi();
    let mut days = rossi();
    days.durations.iter_mut().for_each(|duration| *duration *= 7.0);
    for distribution in ALL {
        let (weekly, daily) = (data.fit(distribution).unwrap(), days.fit(distribution).unwrap());
        near(daily.model.estimates[0] - weekly.model.estimates[0], 7f64.ln(), 1e-8);
        near(daily.model.estimates[2], weekly.model.estimates[2], 1e-9);
        near(daily.log_likelihood, weekly.log_likelihood - 114.0 * 7f64.ln(), 1e-8);
        assert!(weekly.log_likelihood >= weekly.null_log_likelihood);
    }
}

#[test]
fn what_has_no_estimate_is_named() {
    let data = |column: Vec<f64>, events: Vec<bool>| Data {
        names: vec!["x".into()],
        columns: vec![column],
        durations: vec![1.0, 2.0, 3.0, 5.0, 4.0, 7.0],
        events,
    };
    let some = vec![true, true, false, true, false, false];
    for distribution in ALL {
        assert_eq!(
            data(vec![0.0, 0.0, 1.0, 0.0, 1.0, 1.0], some.clone()).fit(distribution).unwrap_err(),
            RegressionError::Separated { column: "x".into(), highest: false, values: Some((0.0, 1.0)) }
        );
        assert_eq!(
            data(vec![3.0; 6], some.clone()).fit(distribution).unwrap_err(),
            RegressionError::Constant { column: "x".into(), value: 3.0 }
        );
        assert_eq!(
            data(vec![3.0, 1.0, 2.0, 5.0, 4.0, 1.0], vec![false; 6]).fit(distribution).unwrap_err(),
            RegressionError::NoEvents { rows: 6 }
        );
    }
    let mut zero = data(vec![3.0, 1.0, 2.0, 5.0, 4.0, 1.0], some.clone());
    zero.durations[2] = 0.0;
    let refused = zero.fit(Distribution::Weibull).unwrap_err();
    assert_eq!(refused, RegressionError::Duration { value: 0.0, row: 2, zero_allowed: false });
    // A covariate that is the logarithm of the duration leaves no spread.
    let exact = Data {
        names: vec!["x".into()],
        columns: vec![[1.0f64, 2.0, 3.0, 5.0, 4.0, 7.0].iter().map(|time| time.ln()).collect()],
        durations: vec![1.0, 2.0, 3.0, 5.0, 4.0, 7.0],
        events: vec![true; 6],
    };
    assert_eq!(exact.fit(Distribution::LogNormal).unwrap_err(), RegressionError::NoSpread);
    assert_eq!(exact.fit(Distribution::Weibull).unwrap_err(), RegressionError::NoSpread);
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let data = rossi();
    let many = Data {
        names: data.names.clone(),
        columns: data.columns.iter().map(|column| column.repeat(50)).collect(),
        durations: data.durations.repeat(50),
        events: data.events.repeat(50),
    };
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| many.fit(Distribution::Weibull).unwrap())
    };
    let (one, three) = (run(1), run(3));
    assert_eq!(one.model.estimates, three.model.estimates);
    assert_eq!(one.model.covariance, three.model.covariance);
}
