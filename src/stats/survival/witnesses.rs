//! Published values, other programs and sums by hand.

use super::*;
use crate::Unwatched;

/// The leukaemia trial of Freireich and others (1963), Blood 21, 699–716, as printed in many textbooks: weeks in
/// remission, 0 where it lasted on.
pub(super) const TREATED: [(f64, u32); 21] = [
    (6.0, 1),
    (6.0, 1),
    (6.0, 1),
    (6.0, 0),
    (7.0, 1),
    (9.0, 0),
    (10.0, 1),
    (10.0, 0),
    (11.0, 0),
    (13.0, 1),
    (16.0, 1),
    (17.0, 0),
    (19.0, 0),
    (20.0, 0),
    (22.0, 1),
    (23.0, 1),
    (25.0, 0),
    (32.0, 0),
    (32.0, 0),
    (34.0, 0),
    (35.0, 0),
];
pub(super) const CONTROL: [f64; 21] =
    [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0, 22.0, 23.0];

fn table(rows: &[(f64, u32)]) -> Result<RiskTable, SurvivalError> {
    let (durations, ends): (Vec<f64>, Vec<u32>) = rows.iter().copied().unzip();
    RiskTable::of(Observations::new(&durations, &ends), &Unwatched)
}

fn treated() -> Result<RiskTable, SurvivalError> {
    table(&TREATED)
}

fn control() -> Result<RiskTable, SurvivalError> {
    table(&CONTROL.map(|week| (week, 1)))
}

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

#[test]
fn the_treated_arm_is_as_the_textbooks_print_it() -> Result<(), SurvivalError> {
    let curve = kaplan_meier(treated()?, IntervalKind::LogLog, 0.95);
    // Klein and Moeschberger (2003), table 4.1: printed to three and four decimals.
    for (week, at_risk, share, error) in [
        (6.0, 21.0, 0.857, 0.0764),
        (7.0, 17.0, 0.807, 0.0869),
        (10.0, 15.0, 0.753, 0.0963),
        (13.0, 12.0, 0.690, 0.1068),
        (16.0, 11.0, 0.628, 0.1141),
        (22.0, 7.0, 0.538, 0.1282),
        (23.0, 6.0, 0.448, 0.1346),
    ] {
        let index = curve.index_at(week).unwrap_or_default();
        near(curve.table.at_risk[index], at_risk, 0.0);
        near(curve.survival[index], share, 6e-4);
        near(curve.error(index).unwrap_or_default(), error, 5.1e-5);
    }
    // lifelines 0.30.3 prints the log-log intervals to six decimals.
    for (week, lower, upper) in [(6.0, 0.619718, 0.951552), (16.0, 0.367511, 0.804912), (35.0, 0.188052, 0.680143)] {
        let interval = curve.interval(curve.index_at(week).unwrap_or_default());
        assert!(interval.is_some_and(|it| (it.lower - lower).abs() < 6e-7 && (it.upper - upper).abs() < 6e-7));
    }
    assert_eq!(curve.quantile(0.5), Some(23.0));
    assert_eq!(curve.quantile_interval(0.5), (Some(13.0), None));
    assert_eq!(curve.quantile(0.9), None);
    Ok(())
}

#[test]
fn the_other_intervals_by_hand() -> Result<(), SurvivalError> {
    // After week 6: S = 18/21, the variance of its logarithm 3/(21 · 18), so the error of log S is .0890871 and 1.959964 of
    // them .174607. log: S e^∓.174607 = .71982 and 1.02066, cut off at 1. plain: S (1 ∓ .174607) = .70748 and 1.
    let log = kaplan_meier(treated()?, IntervalKind::Log, 0.95).interval(0);
    assert!(log.is_some_and(|it| (it.lower - 0.719_82).abs() < 1e-5 && it.upper == 1.0), "{log:?}");
    let plain = kaplan_meier(treated()?, IntervalKind::Plain, 0.95).interval(0);
    assert!(plain.is_some_and(|it| (it.lower - 0.707_48).abs() < 1e-5 && it.upper == 1.0), "{plain:?}");
    Ok(())
}

#[test]
fn restricted_means_as_published_and_by_hand() -> Result<(), SurvivalError> {
    let RestrictedMean { mean, error, .. } =
        kaplan_meier(treated()?, IntervalKind::LogLog, 0.95).restricted_mean(None)?;
    // Klein and Moeschberger (2003), section 4.5: 23.29 weeks up to 35, standard error 2.83; lifelines 0.30.3: 23.287395.
    near(mean, 23.287_395, 5e-7);
    near(error, 2.83, 5e-3);
    // Nobody is censored among the controls: the mean of the 21 weeks, 182/21, and the root of their variance
    // (836.571/21 = 39.8367 with the divisor n) over 21: 1.3773.
    let weeks = CONTROL;
    let plain = weeks.iter().sum::<f64>() / 21.0;
    let variance = weeks.iter().map(|week| (week - plain).powi(2)).sum::<f64>() / 21.0;
    let curve = kaplan_meier(control()?, IntervalKind::LogLog, 0.95);
    let RestrictedMean { mean, error, .. } = curve.restricted_mean(None)?;
    near(mean, plain, 1e-12);
    near(error, (variance / 21.0).sqrt(), 1e-12);
    // Beyond the last relapse nothing is added: nobody is left.
    near(curve.restricted_mean(Some(40.0))?.mean, plain, 1e-12);
    near(curve.restricted_mean(Some(0.5))?.mean, 0.5, 0.0);
    // lifelines 0.30.3 up to week 20.
    let RestrictedMean { mean, .. } =
        kaplan_meier(treated()?, IntervalKind::LogLog, 0.95).restricted_mean(Some(20.0))?;
    near(mean, 16.116_526_610_644_254, 1e-12);
    let beyond = kaplan_meier(treated()?, IntervalKind::LogLog, 0.95).restricted_mean(Some(36.0));
    assert_eq!(beyond, Err(SurvivalError::Horizon { asked: 36.0, last: 35.0 }));
    Ok(())
}

#[test]
fn the_cumulative_hazard_by_hand() -> Result<(), SurvivalError> {
    // Σ d/n and Σ d/n²: after week 6 3/21 and 3/441; then 1/17, 1/15, 1/12, 1/11, 1/7, 1/6 and their squares. Klein and
    // Moeschberger (2003), table 4.2, prints the same hazards, and errors from sums rounded on the way (.1015 after week
    // 7). lifelines takes Σ d(n − d)/n³ for the variance, which differs where there are ties.
    let curve = nelson_aalen(treated()?, IntervalKind::LogLog, 0.95);
    for (week, hazard, error) in
        [(6.0, 0.1429, 0.0825), (7.0, 0.2017, 0.1013), (16.0, 0.4426, 0.1730), (23.0, 0.7521, 0.2795)]
    {
        let index = curve.index_at(week).unwrap_or_default();
        near(-curve.survival[index].ln(), hazard, 5.1e-5);
        near(curve.log_variance[index].sqrt(), error, 5.1e-5);
        // The interval of H is H exp(∓ 1.959964 · error of H / H); the errors above have four decimals.
        let power = (1.959_964 * error / hazard).exp();
        let interval = curve.interval(index);
        assert!(interval.is_some_and(|it| (-it.upper.ln() - hazard / power).abs() < 2e-4));
        assert!(interval.is_some_and(|it| (-it.lower.ln() - hazard * power).abs() < 2e-3));
    }
    Ok(())
}

#[test]
fn both_arms_are_compared_as_published() -> Result<(), SurvivalError> {
    let strata = [vec![treated()?, control()?]];
    let test = log_rank(&strata, Weighting::LogRank, &Unwatched)?;
    // Published: 16.793; expected relapses 19.25 and 10.75. The further digits are those of lifelines 0.30.3.
    near(test.statistic, 16.792_940_989_216_547, 1e-11);
    near(test.p_value, 4.168_809_109_334_511e-5, 1e-16);
    near(test.groups[0].expected, 19.25, 5e-3);
    near(test.groups[1].expected, 10.75, 5e-3);
    assert_eq!((test.groups[0].observed, test.groups[1].observed, test.degrees_of_freedom), (9.0, 21.0, 1));
    // lifelines 0.30.3; 13.458 and 15.124 are also what SAS prints for Wilcoxon and Tarone–Ware.
    for (weighting, statistic) in [
        (Weighting::Gehan, 13.457_852_049_631_065),
        (Weighting::TaroneWare, 15.123_575_301_872_705),
        (Weighting::Peto, 14.084_139_866_856_54),
        (Weighting::FlemingHarrington { p: 1.0, q: 0.0 }, 14.457_150_818_717_132),
        (Weighting::FlemingHarrington { p: 0.0, q: 1.0 }, 13.048_448_624_020_732),
        (Weighting::FlemingHarrington { p: 0.5, q: 0.5 }, 13.780_019_567_498_02),
    ] {
        near(log_rank(&strata, weighting, &Unwatched)?.statistic, statistic, 1e-11);
    }
    Ok(())
}

#[test]
fn three_groups_are_compared_as_by_another_program() -> Result<(), SurvivalError> {
    // The example of lifelines 0.30.3.
    let durations = [5.0, 3.0, 9.0, 8.0, 7.0, 4.0, 4.0, 3.0, 2.0, 5.0, 6.0, 7.0];
    let ends = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0];
    let groups = [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2];
    let tables = RiskTable::by_group(Observations::new(&durations, &ends), &groups, 3, &Unwatched)?;
    for (weighting, statistic) in [
        (Weighting::LogRank, 1.080_046_731_489_190_6),
        (Weighting::Gehan, 0.875_586_854_460_093_9),
        (Weighting::TaroneWare, 0.929_726_667_821_365_8),
        (Weighting::Peto, 0.946_786_248_905_500_2),
    ] {
        let test = log_rank(std::slice::from_ref(&tables), weighting, &Unwatched)?;
        assert_eq!(test.degrees_of_freedom, 2);
        near(test.statistic, statistic, 1e-12);
    }
    let pairs = pairwise(&[tables], Weighting::LogRank, &Unwatched)?;
    assert_eq!(pairs.len(), 3);
    for (pair, p_value) in pairs.iter().zip([0.423_315, 0.939_812, 0.459_218]) {
        near(pair.p_value, p_value, 1e-6);
        assert_eq!(pair.adjusted_p_value, 1.0);
    }
    Ok(())
}

#[test]
fn competing_causes_as_by_another_program() -> Result<(), SurvivalError> {
    // lifelines 0.30.3 on twelve rows without ties; its last variance is missing, and so left out here.
    let rows: Vec<(f64, u32)> = [1, 2, 0, 1, 1, 2, 0, 1, 2, 0, 1, 2]
        .into_iter()
        .enumerate()
        .map(|(row, end)| (row as f64 + 1.0, end))
        .collect();
    let table = table(&rows)?;
    // Share and variance of each cause after some of the times.
    let wanted: [(usize, usize, f64, f64); 8] = [
        (1, 1, 0.083_333_333_333_333_33, 0.006_365_740_740_740_74),
        (1, 4, 0.175_925_925_925_925_92, 0.012_843_411_827_465_328),
        (1, 5, 0.268_518_518_518_518_5, 0.017_701_665_142_508_767),
        (1, 8, 0.379_629_629_629_629_6, 0.023_040_028_196_921_2),
        (1, 11, 0.546_296_296_296_296_3, 0.029_761_564_548_087_15),
        (2, 2, 0.083_333_333_333_333_34, 0.006_365_740_740_740_741),
        (2, 6, 0.175_925_925_925_925_92, 0.012_843_411_827_465_324),
        (2, 9, 0.287_037_037_037_037_03, 0.020_125_076_207_895_137),
    ];
    for (cause, time, share, variance) in wanted {
        let found = cumulative_incidence(&table, cause, 0.95)?;
        near(found.incidence[time - 1], share, 1e-14);
        near(found.variance[time - 1], variance, 1e-14);
    }
    // The same program's interval after 8, printed to six decimals.
    let interval = cumulative_incidence(&table, 1, 0.95)?.interval(7);
    assert!(interval.is_some_and(|it| (it.lower - 0.113577).abs() < 6e-7 && (it.upper - 0.649691).abs() < 6e-7));
    Ok(())
}
