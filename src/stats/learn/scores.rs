//! How good probabilities of a yes are, beside what happened.

use super::super::interval::standard_errors;
use super::super::{Interval, average_ranks};

/// The area under the ROC curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auc {
    /// The chance that a row with "yes" has a higher probability than one with "no"; equal ones count one half.
    pub area: f64,
    /// Its interval; none where every pair is ordered rightly, or all wrongly, and the variance cannot be estimated.
    pub interval: Option<Interval>,
}

/// The area under the ROC curve, none where a class has no row.
///
/// Variance: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), Biometrics 44, 837–845, computed from ranks as in
/// X. Sun and W. Xu (2014), IEEE Signal Processing Letters 21, 1389–1393. The interval is symmetric and cut at 0 and 1.
pub fn auc(scores: &[f64], labels: &[bool], confidence: f64) -> Option<Auc> {
    let of_class = |wanted: bool| -> Vec<f64> {
        scores.iter().zip(labels).filter(|(_, label)| **label == wanted).map(|(score, _)| *score).collect()
    };
    let (yes, no) = (of_class(true), of_class(false));
    if yes.is_empty() || no.is_empty() {
        return None;
    }
    let (m, n) = (yes.len() as f64, no.len() as f64);
    let ranks = average_ranks(scores);
    let (yes_ranks, no_ranks) = (average_ranks(&yes), average_ranks(&no));
    let (mut above, mut below) = (Vec::with_capacity(yes.len()), Vec::with_capacity(no.len()));
    for (rank, label) in ranks.iter().zip(labels) {
        // Share of the other class that the row stands above, or below.
        if *label {
            above.push((rank - yes_ranks[above.len()]) / n);
        } else {
            below.push(1.0 - (rank - no_ranks[below.len()]) / m);
        }
    }
    let area = above.iter().sum::<f64>() / m;
    let interval = (yes.len() > 1 && no.len() > 1)
        .then(|| (variance(&above) / m + variance(&below) / n).sqrt())
        .filter(|error| *error > 0.0)
        .map(|error| {
            let reach = standard_errors(confidence) * error;
            Interval { lower: (area - reach).max(0.0), upper: (area + reach).min(1.0) }
        });
    Some(Auc { area, interval })
}

/// Average precision, Σ (recall gained) × precision over the distinct probabilities from the highest down, with the logit
/// interval. It is not the trapezoid's area, which is too large. None where no row has "yes".
///
/// Interval: K. Boyd, K. H. Eng and C. D. Page (2013), ECML PKDD, LNCS 8190, 451–466.
pub fn average_precision(scores: &[f64], labels: &[bool], confidence: f64) -> Option<(f64, Option<Interval>)> {
    let positive = labels.iter().filter(|label| **label).count();
    if positive == 0 {
        return None;
    }
    let (mut hits, mut rows, mut area) = (0_usize, 0_usize, 0.0);
    for (found, count) in runs_from_above(scores, labels) {
        hits += found;
        rows += count;
        area += found as f64 / positive as f64 * (hits as f64 / rows as f64);
    }
    let interval = (area > 0.0 && area < 1.0).then(|| {
        let logit = (area / (1.0 - area)).ln();
        let reach = standard_errors(confidence) / (positive as f64 * area * (1.0 - area)).sqrt();
        let back = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        Interval { lower: back(logit - reach), upper: back(logit + reach) }
    });
    Some((area, interval))
}

/// Brier score: the mean squared distance of the probabilities from 0 or 1, with its interval as of a mean.
pub fn brier(probabilities: &[f64], labels: &[bool], confidence: f64) -> Option<(f64, Option<Interval>)> {
    mean(probabilities.iter().zip(labels).map(|(p, label)| (p - f64::from(u8::from(*label))).powi(2)), confidence)
}

/// Mean log loss in nats, with its interval as of a mean. Probabilities are held 1e-15 away from 0 and 1.
pub fn log_loss(probabilities: &[f64], labels: &[bool], confidence: f64) -> Option<(f64, Option<Interval>)> {
    let loss = |(p, label): (&f64, &bool)| {
        let p = p.clamp(1e-15, 1.0 - 1e-15);
        if *label { -p.ln() } else { -(-p).ln_1p() }
    };
    mean(probabilities.iter().zip(labels).map(loss), confidence)
}

/// The log loss of whoever tells everybody the base rate: what a model has to stay below.
pub fn log_loss_of_base_rate(rate: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    part(rate) + part(1.0 - rate)
}

/// What comes of calling everybody a "yes" whose probability is not below a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion {
    /// Called yes, and it is.
    pub true_positive: usize,
    /// Called yes, and it is not.
    pub false_positive: usize,
    /// Called no, and it is yes.
    pub false_negative: usize,
    /// Called no, and it is.
    pub true_negative: usize,
}

/// Counts the four cases at a threshold.
pub fn confusion(probabilities: &[f64], labels: &[bool], threshold: f64) -> Confusion {
    let mut found = Confusion { true_positive: 0, false_positive: 0, false_negative: 0, true_negative: 0 };
    for (probability, label) in probabilities.iter().zip(labels) {
        match (*probability >= threshold, *label) {
            (true, true) => found.true_positive += 1,
            (true, false) => found.false_positive += 1,
            (false, true) => found.false_negative += 1,
            (false, false) => found.true_negative += 1,
        }
    }
    found
}

/// The ROC curve: share of false alarms and share of "yes" found, as the threshold falls past each distinct score, from
/// (0, 0) to (1, 1). Empty where a class has no row. The trapezoids below it add up to [`auc`].
pub fn roc_points(scores: &[f64], labels: &[bool]) -> Vec<(f64, f64)> {
    let yes = labels.iter().filter(|label| **label).count();
    let no = labels.len() - yes;
    if yes == 0 || no == 0 {
        return Vec::new();
    }
    let (mut hits, mut alarms) = (0, 0);
    let mut points = vec![(0.0, 0.0)];
    for (found, rows) in runs_from_above(scores, labels) {
        hits += found;
        alarms += rows - found;
        points.push((alarms as f64 / no as f64, hits as f64 / yes as f64));
    }
    points
}

/// What the rows with the highest probabilities hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GainStep {
    /// Share of all rows.
    pub share: f64,
    /// Share of all "yes" among them.
    pub gain: f64,
    /// How many times as many as among as many rows by chance.
    pub lift: f64,
}

/// Gain and lift at equal steps of the rows, from the highest probability down. Rows of one probability that a step
/// cuts are counted in part.
pub fn gain_steps(probabilities: &[f64], labels: &[bool], steps: usize) -> Vec<GainStep> {
    let positive = labels.iter().filter(|label| **label).count();
    if positive == 0 || steps == 0 {
        return Vec::new();
    }
    let runs = runs_from_above(probabilities, labels);
    let (mut run, mut hits, mut rows) = (0, 0_usize, 0_usize);
    let mut found = Vec::with_capacity(steps);
    for step in 1..=steps {
        let share = step as f64 / steps as f64;
        let place = share * labels.len() as f64;
        while run < runs.len() && (rows + runs[run].1) as f64 <= place {
            hits += runs[run].0;
            rows += runs[run].1;
            run += 1;
        }
        let part = runs.get(run).map_or(0.0, |(hits, count)| (place - rows as f64) / *count as f64 * *hits as f64);
        let gain = (hits as f64 + part) / positive as f64;
        found.push(GainStep { share, gain, lift: gain / share });
    }
    found
}

/// For each distinct score, from the highest down: rows with "yes", and rows.
fn runs_from_above(scores: &[f64], labels: &[bool]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&left, &right| scores[right].total_cmp(&scores[left]));
    order
        .chunk_by(|&left, &right| scores[left] == scores[right])
        .map(|run| (run.iter().filter(|&&row| labels[row]).count(), run.len()))
        .collect()
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn mean(values: impl Iterator<Item = f64>, confidence: f64) -> Option<(f64, Option<Interval>)> {
    let values: Vec<f64> = values.collect();
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let interval = (values.len() > 1).then(|| {
        let reach = standard_errors(confidence) * (variance(&values) / values.len() as f64).sqrt();
        Interval { lower: (mean - reach).max(0.0), upper: mean + reach }
    });
    Some((mean, interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities with ties, and answers: `sin` makes numbers without order that every machine makes alike.
    fn example(rows: usize) -> (Vec<f64>, Vec<bool>) {
        let wave = |row: usize, by: f64| ((row as f64 * by).sin() + 1.0) / 2.0;
        let scores: Vec<f64> = (0..rows).map(|row| (wave(row, 12.9898) * 20.0).round() / 20.0).collect();
        let labels = (0..rows).map(|row| wave(row, 78.233) < 0.15 + 0.6 * scores[row]).collect();
        (scores, labels)
    }

    #[test]
    fn the_trapezoids_below_the_curve_are_its_area() {
        let scores = [0.9, 0.8, 0.8, 0.6, 0.55, 0.54, 0.53, 0.52, 0.8, 0.3];
        let labels = [true, true, false, true, true, false, true, false, false, false];
        let points = roc_points(&scores, &labels);
        assert_eq!((points[0], points[points.len() - 1]), ((0.0, 0.0), (1.0, 1.0)));
        let below: f64 = points.windows(2).map(|ends| (ends[1].0 - ends[0].0) * (ends[0].1 + ends[1].1) / 2.0).sum();
        assert!((below - auc(&scores, &labels, 0.95).unwrap().area).abs() < 1e-12);
        assert!(roc_points(&[0.5], &[true]).is_empty());
    }

    #[test]
    fn the_area_is_the_share_of_pairs_and_its_variance_that_of_the_paper() {
        let (scores, labels) = example(97);
        let of = |wanted: bool| -> Vec<f64> {
            (0..97).filter(|&row| labels[row] == wanted).map(|row| scores[row]).collect()
        };
        let (yes, no) = (of(true), of(false));
        let wins = |x: f64, y: f64| if x > y { 1.0 } else { f64::from(u8::from(x == y)) / 2.0 };
        let share = |x: f64| no.iter().map(|&y| wins(x, y)).sum::<f64>() / no.len() as f64;
        let above: Vec<f64> = yes.iter().map(|&x| share(x)).collect();
        let below: Vec<f64> =
            no.iter().map(|&y| yes.iter().map(|&x| wins(x, y)).sum::<f64>() / yes.len() as f64).collect();
        let area = above.iter().sum::<f64>() / above.len() as f64;
        let error = (variance(&above) / yes.len() as f64 + variance(&below) / no.len() as f64).sqrt();
        let found = auc(&scores, &labels, 0.95);
        assert!(found.is_some_and(|it| (it.area - area).abs() < 1e-12), "{found:?} {area}");
        let interval = found.and_then(|it| it.interval);
        assert!(interval.is_some_and(|it| (it.upper - area - 1.959_963_984_540_054 * error).abs() < 1e-12));
    }

    #[test]
    fn by_hand() {
        let scores = [0.9, 0.8, 0.8, 0.3, 0.1];
        let labels = [true, true, false, true, false];
        // Pairs: .9 above both; .8 ties once and wins once; .3 loses one and wins one: (2 + 1.5 + 1) / 6.
        assert!(auc(&scores, &labels, 0.95).is_some_and(|it| (it.area - 0.75).abs() < 1e-15));
        // Recall rises by 1/3 at precision 1, 2/3 and 3/4.
        let expected = (1.0 + 2.0 / 3.0 + 0.75) / 3.0;
        assert!(average_precision(&scores, &labels, 0.95).is_some_and(|it| (it.0 - expected).abs() < 1e-15));
        let expected = (0.01 + 0.04 + 0.64 + 0.49 + 0.01) / 5.0;
        assert!(brier(&scores, &labels, 0.95).is_some_and(|it| (it.0 - expected).abs() < 1e-15));
        let found = confusion(&scores, &labels, 0.8);
        assert_eq!(found, Confusion { true_positive: 2, false_positive: 1, false_negative: 1, true_negative: 1 });
        // The best two fifths are .9 and one half of what has .8: 1.5 of 3.
        let steps = gain_steps(&scores, &labels, 5);
        let gains: Vec<f64> = steps.iter().map(|step| (step.gain * 6.0).round() / 6.0).collect();
        assert_eq!(gains, [2.0 / 6.0, 0.5, 4.0 / 6.0, 1.0, 1.0]);
        assert!((steps[1].lift - 1.25).abs() < 1e-12);
    }

    #[test]
    fn certain_and_wrong_is_a_large_but_finite_loss() {
        assert!(log_loss(&[0.0, 1.0], &[true, false], 0.95).is_some_and(|it| (it.0 - 1e15_f64.ln()).abs() < 0.2));
        assert!((log_loss_of_base_rate(0.5) - 2.0_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn one_class_has_no_area_and_a_perfect_one_no_interval() {
        assert_eq!(auc(&[0.1, 0.2], &[true, true], 0.95), None);
        assert_eq!(average_precision(&[0.1], &[false], 0.95), None);
        let perfect = auc(&[0.1, 0.2, 0.8, 0.9], &[false, false, true, true], 0.95);
        assert_eq!(perfect, Some(Auc { area: 1.0, interval: None }));
    }
}
