//! What holds of every estimate, on random rows and at the edges.

use super::*;
use crate::Unwatched;

/// Random rows: durations from 0 up with ties, ends up to `causes`.
fn rows(seed: u64, number: usize, longest: u64, causes: u64) -> (Vec<f64>, Vec<u32>) {
    let mut state = seed;
    let mut roll = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let durations = (0..number).map(|_| roll(longest) as f64).collect();
    (durations, (0..number).map(|_| roll(causes + 1) as u32).collect())
}

fn table(durations: &[f64], ends: &[u32]) -> Result<RiskTable, SurvivalError> {
    RiskTable::of(Observations::new(durations, ends), &Unwatched)
}

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

#[test]
fn without_censoring_the_curve_is_the_share_that_is_left() -> Result<(), SurvivalError> {
    let (durations, _) = rows(5, 400, 30, 1);
    let curve = kaplan_meier(table(&durations, &[1; 400])?, IntervalKind::LogLog, 0.95);
    for (index, time) in curve.table.times.iter().enumerate() {
        let left = durations.iter().filter(|duration| *duration > time).count() as f64 / 400.0;
        near(curve.survival[index], left, 1e-14);
        // Greenwood's error is then that of a proportion.
        match curve.error(index) {
            Some(error) => near(error, (left * (1.0 - left) / 400.0).sqrt(), 1e-14),
            None => assert_eq!(left, 0.0),
        }
    }
    Ok(())
}

#[test]
fn curves_fall_and_lie_inside_their_intervals() -> Result<(), SurvivalError> {
    for seed in 1..30 {
        let (durations, ends) = rows(seed, 60, 25, 1);
        for kind in [IntervalKind::LogLog, IntervalKind::Log, IntervalKind::Plain] {
            let table = table(&durations, &ends)?;
            for curve in [kaplan_meier(table.clone(), kind, 0.9), nelson_aalen(table, kind, 0.9)] {
                assert!(curve.survival.windows(2).all(|pair| pair[1] <= pair[0]));
                for (share, interval) in curve.survival.iter().zip(curve.intervals()) {
                    assert!((0.0..=1.0).contains(share));
                    let inside = |it: crate::Interval| {
                        0.0 <= it.lower && it.lower <= *share && *share <= it.upper && it.upper <= 1.0
                    };
                    assert!(interval.map_or(*share == 0.0, inside), "{share} {interval:?}");
                }
                let (lower, upper) = curve.quantile_interval(0.5);
                if let (Some(median), Some(lower)) = (curve.quantile(0.5), lower) {
                    assert!(lower <= median && upper.is_none_or(|upper| median <= upper));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_unit_of_time_and_the_order_of_the_rows_do_not_matter() -> Result<(), SurvivalError> {
    let (durations, ends) = rows(9, 5_000, 400, 1);
    let curve = kaplan_meier(table(&durations, &ends)?, IntervalKind::LogLog, 0.95);
    let weeks: Vec<f64> = durations.iter().rev().map(|days| days / 7.0).collect();
    let turned: Vec<u32> = ends.iter().rev().copied().collect();
    let other = kaplan_meier(table(&weeks, &turned)?, IntervalKind::LogLog, 0.95);
    assert_eq!(curve.survival, other.survival);
    assert_eq!(curve.intervals(), other.intervals());
    near(curve.restricted_mean(Some(350.0))?.mean, other.restricted_mean(Some(50.0))?.mean * 7.0, 1e-9);
    Ok(())
}

#[test]
fn intervals_are_the_same_at_any_number_of_threads() -> Result<(), Box<dyn std::error::Error>> {
    let (durations, ends) = rows(2, 40_000, 30_000, 1);
    let curve = kaplan_meier(table(&durations, &ends)?, IntervalKind::LogLog, 0.95);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(|| curve.intervals());
    let four = rayon::ThreadPoolBuilder::new().num_threads(4).build()?.install(|| curve.intervals());
    assert_eq!(one, four);
    Ok(())
}

#[test]
fn at_the_edges_there_is_an_answer_or_none_but_no_nonsense() -> Result<(), SurvivalError> {
    // Nobody has the event: the curve stays at 1, the median is not known, the mean is the whole time.
    let nobody = kaplan_meier(table(&[2.0, 5.0, 5.0], &[0, 0, 0])?, IntervalKind::LogLog, 0.95);
    assert_eq!((nobody.survival.as_slice(), nobody.quantile(0.5)), ([1.0, 1.0].as_slice(), None));
    assert_eq!(nobody.interval(1), Some(crate::Interval { lower: 1.0, upper: 1.0 }));
    let mean = nobody.restricted_mean(None)?;
    assert_eq!((mean.mean, mean.error, mean.interval.upper), (5.0, 0.0, 5.0));
    // One row with the event: from 1 to 0 at once.
    let one = kaplan_meier(table(&[4.0], &[1])?, IntervalKind::LogLog, 0.95);
    assert_eq!((one.survival.as_slice(), one.quantile(0.5), one.interval(0)), ([0.0].as_slice(), Some(4.0), None));
    assert_eq!((one.error(0), one.restricted_mean(None)?.mean), (None, 4.0));
    // An event at once: it counts at time 0, as does the one who is censored there.
    let at_once = kaplan_meier(table(&[0.0, 0.0, -0.0, 3.0], &[1, 0, 0, 1])?, IntervalKind::LogLog, 0.95);
    assert_eq!((at_once.table.times.as_slice(), at_once.survival[0]), ([0.0, 3.0].as_slice(), 0.75));
    // Half of them exactly: the first time at which survival is a half, not the middle to the next.
    let half = kaplan_meier(table(&[1.0, 2.0, 3.0, 4.0], &[1; 4])?, IntervalKind::LogLog, 0.95);
    assert_eq!(half.quantile(0.5), Some(2.0));
    Ok(())
}

#[test]
fn what_happened_and_what_did_not_add_up_to_one() -> Result<(), SurvivalError> {
    for seed in 1..20 {
        let (durations, ends) = rows(seed, 300, 40, 3);
        let table = table(&durations, &ends)?;
        let curve = kaplan_meier(table.clone(), IntervalKind::LogLog, 0.95);
        let causes: Vec<Incidence> =
            (1..=3).map(|cause| cumulative_incidence(&table, cause, 0.95)).collect::<Result<_, _>>()?;
        for index in 0..table.len() {
            let happened: f64 = causes.iter().map(|cause| cause.incidence[index]).sum();
            near(happened + curve.survival[index], 1.0, 1e-13);
        }
    }
    Ok(())
}

#[test]
fn with_one_cause_the_incidence_is_what_survival_lacks_and_its_variance_greenwoods() -> Result<(), SurvivalError> {
    let (durations, mut ends) = rows(4, 300, 40, 1);
    // The last is censored, so that somebody is always left.
    let mut durations = durations;
    durations.push(40.0);
    ends.push(0);
    let table = table(&durations, &ends)?;
    let curve = kaplan_meier(table.clone(), IntervalKind::LogLog, 0.95);
    let only = cumulative_incidence(&table, 1, 0.95)?;
    for index in 0..table.len() {
        near(only.incidence[index], 1.0 - curve.survival[index], 1e-13);
        near(only.variance[index].sqrt(), curve.error(index).unwrap_or_default(), 1e-13);
    }
    Ok(())
}

#[test]
fn the_running_variance_is_the_sum_of_the_formula() -> Result<(), SurvivalError> {
    // Marubini and Valsecchi's formula, summed anew for every time.
    let (durations, ends) = rows(8, 200, 60, 2);
    let table = table(&durations, &ends)?;
    let found = cumulative_incidence(&table, 2, 0.95)?;
    let curve = kaplan_meier(table.clone(), IntervalKind::LogLog, 0.95);
    for now in 0..table.len() {
        let mut wanted = 0.0;
        for step in 0..=now {
            let (n, d, own) = (table.at_risk[step], table.events[step], table.events_of(2, step));
            let before = if step == 0 { 1.0 } else { curve.survival[step - 1] };
            let rise = found.incidence[now] - found.incidence[step];
            if n > d {
                wanted += rise * rise * d / (n * (n - d));
            }
            wanted += before * before * own * (n - own) / (n * n * n) - 2.0 * rise * before * own / (n * n);
        }
        near(found.variance[now], wanted, 1e-14);
    }
    Ok(())
}

#[test]
fn groups_without_a_difference_have_none_and_their_order_does_not_matter() -> Result<(), SurvivalError> {
    let (durations, ends) = rows(6, 150, 20, 1);
    let same = table(&durations, &ends)?;
    let test = log_rank(&[vec![same.clone(), same]], Weighting::Gehan, &Unwatched)?;
    near(test.statistic, 0.0, 1e-20);
    near(test.p_value, 1.0, 1e-9);
    let groups: Vec<u32> = (0..150).map(|row| row % 4).collect();
    let mut tables = RiskTable::by_group(Observations::new(&durations, &ends), &groups, 4, &Unwatched)?;
    let one = log_rank(std::slice::from_ref(&tables), Weighting::Peto, &Unwatched)?;
    tables.rotate_left(1);
    let other = log_rank(&[tables], Weighting::Peto, &Unwatched)?;
    near(one.statistic, other.statistic, 1e-11);
    assert_eq!(one.degrees_of_freedom, 3);
    // Observed and expected events balance over the groups.
    near(one.groups.iter().map(|group| group.observed - group.expected).sum(), 0.0, 1e-10);
    Ok(())
}

#[test]
fn strata_add_their_differences_and_their_variances() -> Result<(), SurvivalError> {
    let mut strata = Vec::new();
    let (mut difference, mut variance) = (0.0, 0.0);
    for seed in [3, 14] {
        let (durations, ends) = rows(seed, 80, 30, 1);
        let groups: Vec<u32> = (0..80).map(|row| row % 2).collect();
        let tables = RiskTable::by_group(Observations::new(&durations, &ends), &groups, 2, &Unwatched)?;
        let alone = log_rank(std::slice::from_ref(&tables), Weighting::LogRank, &Unwatched)?;
        // Of two groups the statistic is the squared difference over its variance.
        near(alone.statistic, alone.groups[0].difference.powi(2) / alone.groups[0].variance, 1e-11);
        difference += alone.groups[0].difference;
        variance += alone.groups[0].variance;
        strata.push(tables);
    }
    near(log_rank(&strata, Weighting::LogRank, &Unwatched)?.statistic, difference * difference / variance, 1e-11);
    Ok(())
}

#[test]
fn groups_of_which_nothing_can_be_said_take_no_degree_of_freedom() -> Result<(), SurvivalError> {
    // The third group is gone before anything happens, the fourth has one row.
    let durations = [3.0, 4.0, 6.0, 5.0, 7.0, 8.0, 1.0, 2.0, 5.0];
    let ends = [1, 0, 1, 1, 1, 0, 0, 0, 1];
    let groups = [0, 0, 0, 1, 1, 1, 2, 2, 3];
    let tables = RiskTable::by_group(Observations::new(&durations, &ends), &groups, 4, &Unwatched)?;
    let test = log_rank(std::slice::from_ref(&tables), Weighting::LogRank, &Unwatched)?;
    assert_eq!(test.degrees_of_freedom, 2);
    assert!(test.statistic.is_finite() && (0.0..=1.0).contains(&test.p_value));
    // 0 and 1, 0 and 3, 1 and 3: with the third group there is nothing to compare.
    let pairs = pairwise(std::slice::from_ref(&tables), Weighting::LogRank, &Unwatched)?;
    assert_eq!(pairs.iter().map(|pair| (pair.left, pair.right)).collect::<Vec<_>>(), [(0, 1), (0, 3), (1, 3)]);
    let refusal = |tables: &[usize], all: &[RiskTable]| {
        let chosen = tables.iter().map(|table| all[*table].clone()).collect();
        log_rank(&[chosen], Weighting::LogRank, &Unwatched).err()
    };
    assert_eq!(refusal(&[0, 2], &tables), Some(SurvivalError::OneGroup));
    assert_eq!(refusal(&[2, 2], &tables), Some(SurvivalError::NoEvents));
    assert_eq!(refusal(&[], &tables), Some(SurvivalError::NoRows));
    Ok(())
}

#[test]
fn late_entries_are_compared_as_the_risk_sets_say() -> Result<(), SurvivalError> {
    // Two groups, by hand. A: ends 4 (event), entered 0; ends 9 (event), entered 5. B: ends 6 (event), entered 0.
    // At 4: A has 1 at risk (the second is not there), B 1: expected of A 1/2, variance 1/4. At 6: A 1, B 1: 1/2, 1/4.
    // At 9: A alone. Observed of A 2, expected 1/2 + 1/2 + 1 = 2: difference 0, variance 1/2.
    let rows =
        Observations { durations: &[4.0, 9.0, 6.0], ends: &[1, 1, 1], entries: Some(&[0.0, 5.0, 0.0]), weights: None };
    let tables = RiskTable::by_group(rows, &[0, 0, 1], 2, &Unwatched)?;
    let test = log_rank(&[tables], Weighting::LogRank, &Unwatched)?;
    near(test.groups[0].expected, 2.0, 1e-15);
    near(test.groups[0].variance, 0.5, 1e-15);
    near(test.statistic, 0.0, 1e-20);
    Ok(())
}

#[test]
fn holm_by_hand() {
    // .01 × 4, .02 × 3, then .03 × 2 = .06 as before, then .9.
    let pairs = super::log_rank::holm(&[0.02, 0.9, 0.01, 0.03]);
    for (found, wanted) in pairs.iter().zip([0.06, 0.9, 0.04, 0.06]) {
        near(*found, wanted, 1e-15);
    }
}
