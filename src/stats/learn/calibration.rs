//! Whether of those who are told 30 %, 30 % do it.

use super::super::interval::{standard_errors, wilson};
use super::super::{Interval, Watch};
use super::{Features, LearnError, Logistic, LogisticOptions};

/// Rows of about one probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Rows.
    pub rows: usize,
    /// Mean probability that was told.
    pub predicted: f64,
    /// Share of "yes" that was seen.
    pub observed: f64,
    /// Wilson's interval of that share.
    pub interval: Option<Interval>,
}

/// Bins of about one number of rows, from the lowest probability up; rows of one probability stay together, so there can
/// be fewer bins than asked for.
pub fn calibration_bins(probabilities: &[f64], labels: &[bool], bins: usize, confidence: f64) -> Vec<CalibrationBin> {
    let rows = probabilities.len();
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_unstable_by(|&left, &right| probabilities[left].total_cmp(&probabilities[right]).then(left.cmp(&right)));
    let mut found = Vec::new();
    let mut start = 0;
    for bin in 1..=bins {
        let mut end = (rows * bin) / bins.max(1);
        while end > start && end < rows && probabilities[order[end]] == probabilities[order[end - 1]] {
            end += 1;
        }
        if end <= start {
            continue;
        }
        let inside = &order[start..end];
        let yes = inside.iter().filter(|&&row| labels[row]).count();
        found.push(CalibrationBin {
            rows: inside.len(),
            predicted: inside.iter().map(|&row| probabilities[row]).sum::<f64>() / inside.len() as f64,
            observed: yes as f64 / inside.len() as f64,
            interval: wilson(yes as u64, inside.len() as u64, confidence),
        });
        start = end;
    }
    found
}

/// How the log odds that were told go with those that were seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// By how much the log odds were told too low; 0 is right.
    pub intercept: f64,
    /// Its interval.
    pub intercept_interval: Interval,
    /// Rise of the true log odds by one told; 1 is right, below 1 the probabilities are too far apart.
    pub slope: f64,
    /// Its interval.
    pub slope_interval: Option<Interval>,
}

/// Calibration in the large (the intercept, with the slope held at 1) and the slope of a logistic regression on the log
/// odds that were told. An error where the probabilities do not allow it: all equal, or separating.
///
/// Source: D. R. Cox (1958), Biometrika 45, 562–565; E. W. Steyerberg (2019), Clinical Prediction Models, section 15.3.
pub fn calibration(
    probabilities: &[f64],
    labels: &[bool],
    confidence: f64,
    watch: &dyn Watch,
) -> Result<Calibration, LearnError> {
    let odds: Vec<f64> = probabilities
        .iter()
        .map(|p| {
            let p = p.clamp(1e-15, 1.0 - 1e-15);
            (p / (1.0 - p)).ln()
        })
        .collect();
    let (intercept, error) = offset(&odds, labels);
    let features = Features { names: vec!["log odds".to_owned()], columns: vec![odds] };
    let fit = Logistic::fit(&features, labels, LogisticOptions::default(), watch)?;
    let reach = standard_errors(confidence) * error;
    Ok(Calibration {
        intercept,
        intercept_interval: Interval { lower: intercept - reach, upper: intercept + reach },
        slope: fit.coefficients[0].estimate,
        slope_interval: fit.coefficients[0].interval(confidence),
    })
}

/// What has to be added to all log odds so that their sum of probabilities is the number of "yes", and its standard error.
/// The sum rises with it, so halving finds it where Newton's method would overshoot.
fn offset(odds: &[f64], labels: &[bool]) -> (f64, f64) {
    let yes = labels.iter().filter(|label| **label).count() as f64;
    let probability = |odds: f64, by: f64| 1.0 / (1.0 + (-(odds + by)).exp());
    let (mut low, mut high) = (-100.0, 100.0);
    let mut by = 0.0;
    for _ in 0..200 {
        let (mut sum, mut bend) = (0.0, 0.0);
        for odds in odds {
            let p = probability(*odds, by);
            sum += p;
            bend += p * (1.0 - p);
        }
        if sum > yes {
            high = by
        } else {
            low = by
        }
        let next = by - (sum - yes) / bend;
        let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
        let moved = (next - by).abs();
        by = next;
        if moved < 1e-12 {
            break;
        }
    }
    let bend: f64 = odds.iter().map(|odds| probability(*odds, by)).map(|p| p * (1.0 - p)).sum();
    (by, 1.0 / bend.sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::super::Unwatched;
    use super::*;

    #[test]
    fn bins_by_hand() {
        let told = [0.1, 0.1, 0.1, 0.4, 0.5, 0.9];
        let labels = [false, false, true, false, true, true];
        let bins = calibration_bins(&told, &labels, 3, 0.95);
        // A third is two rows, but the third row has the same probability.
        assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<_>>(), [3, 1, 2]);
        assert!((bins[0].predicted - 0.1).abs() < 1e-15 && (bins[0].observed - 1.0 / 3.0).abs() < 1e-15);
        assert!((bins[2].predicted - 0.7).abs() < 1e-15 && bins[2].observed == 1.0);
    }

    #[test]
    fn odds_told_twice_as_far_apart_have_a_slope_of_one_half() {
        // Of each 100 rows told p, as many are yes as the odds at half the distance, moved by .3, say.
        let (mut told, mut labels) = (Vec::new(), Vec::new());
        for step in 1..40 {
            let odds = f64::from(step - 20) / 5.0;
            let seen = (100_000.0 / (1.0 + (-(odds / 2.0 + 0.3)).exp())).round() as usize;
            told.extend(std::iter::repeat_n(1.0 / (1.0 + (-odds).exp()), 100_000 / 100));
            labels.extend((0..1000).map(|row| row * 100 < seen));
        }
        let found = calibration(&told, &labels, 0.95, &Unwatched);
        assert!(found.is_ok_and(|it| (it.slope - 0.5).abs() < 5e-3), "shares are rounded to thousandths");
        // With the slope held at 1, the sum of the probabilities is the number of yes.
        let by = calibration(&told, &labels, 0.95, &Unwatched).map_or(f64::NAN, |it| it.intercept);
        let sum: f64 = told.iter().map(|p| 1.0 / (1.0 + (1.0 - p) / p * (-by).exp())).sum();
        assert!((sum - labels.iter().filter(|label| **label).count() as f64).abs() < 1e-6);
    }
}
