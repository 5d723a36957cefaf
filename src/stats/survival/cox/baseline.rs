//! The course of the hazard, and the survival of single rows with their intervals.

use rayon::prelude::*;

use super::super::columns::Scale;
use super::super::curve::IntervalKind;
use super::Ties;
use super::likelihood::{Depth, walk};
use super::sorted::Sorted;
use crate::interval::standard_errors;
use crate::watch::Watch;

/// The course of the hazard of one stratum, for a row at the means of the covariates. After Breslow, or with Efron's
/// ties after Efron: the sums at risk are those of the likelihood.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The number of the stratum in the data.
    pub stratum: u32,
    /// Times at which events happened, rising.
    pub times: Vec<f64>,
    /// Cumulative hazard up to and with each time.
    pub hazard: Vec<f64>,
    /// Its variance where the effects are known.
    pub variance: Vec<f64>,
    /// The hazard times the mean of each covariate at risk, less its mean, cumulated: one row for each time.
    pub drift: Vec<f64>,
    /// The longest duration in the stratum; nothing is known after it.
    pub last: f64,
}

impl Baseline {
    /// The same course at `most` of its times at most, spread evenly over them, the last one included. In between it
    /// stays at the last of them.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Baseline {
        let (known, width) = (self.times.len(), self.drift.len().checked_div(self.times.len()).unwrap_or(0));
        if known <= most {
            return self.clone();
        }
        let kept: Vec<usize> = (1..=most).map(|place| (place * known).div_ceil(most) - 1).collect();
        let pick = |values: &[f64]| kept.iter().map(|&place| values[place]).collect();
        Baseline {
            stratum: self.stratum,
            times: pick(&self.times),
            hazard: pick(&self.hazard),
            variance: pick(&self.variance),
            drift: kept.iter().flat_map(|place| self.drift[place * width..(place + 1) * width].to_vec()).collect(),
            last: self.last,
        }
    }

    /// The number of event times up to and with this one.
    fn before(&self, time: f64) -> usize {
        self.times.partition_point(|&known| known <= time)
    }
}

/// The course of the hazard of each stratum.
pub(super) fn baselines(
    sorted: &Sorted,
    scales: &[Scale],
    predictors: &[f64],
    ties: Ties,
    watch: &dyn Watch,
) -> Vec<Baseline> {
    let p = sorted.p;
    (0..sorted.strata.len())
        .into_par_iter()
        .map(|stratum| {
            let (mut times, mut hazard, mut variance, mut drift) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            walk(sorted, stratum, predictors, (ties, Depth::Means), watch, |moment| {
                if times.last() != Some(&moment.instant.time) {
                    times.push(moment.instant.time);
                    hazard.push(0.0);
                    variance.push(0.0);
                    drift.push(vec![0.0; p]);
                }
                let unit = (-moment.log_sum).exp();
                if let (Some(hazard), Some(variance), Some(drift)) =
                    (hazard.last_mut(), variance.last_mut(), drift.last_mut())
                {
                    *hazard += moment.mass * unit;
                    *variance += moment.mass * unit * unit;
                    for ((sum, mean), scale) in drift.iter_mut().zip(moment.mean).zip(scales) {
                        *sum += moment.mass * unit * mean * scale.deviation;
                    }
                }
            });
            times.reverse();
            let instants = &sorted.instants[sorted.strata[stratum].clone()];
            let mut sums = vec![0.0; p];
            let drift = drift.into_iter().rev().flat_map(|part| {
                sums.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
                sums.clone()
            });
            Baseline {
                stratum: sorted.stratum[stratum],
                times,
                hazard: cumulated(hazard),
                variance: cumulated(variance),
                drift: drift.collect(),
                last: instants.last().map_or(0.0, |instant| instant.time),
            }
        })
        .collect()
}

/// Sums from the end.
fn cumulated(backwards: Vec<f64>) -> Vec<f64> {
    let mut sum = 0.0;
    backwards
        .into_iter()
        .rev()
        .map(|part| {
            sum += part;
            sum
        })
        .collect()
}

/// The survival of one row at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The time.
    pub time: f64,
    /// Cumulative hazard.
    pub hazard: f64,
    /// Its standard error.
    pub hazard_error: f64,
    /// The probability that the event has not happened by then.
    pub survival: f64,
    /// Lower end of its interval.
    pub lower: f64,
    /// Upper end of its interval.
    pub upper: f64,
}

/// What predictions for single rows are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct HazardModel {
    /// Log hazard ratios for one unit of each covariate.
    pub estimates: Vec<f64>,
    /// Their covariances, row by row; robust ones where they were asked for.
    pub covariance: Vec<Vec<f64>>,
    /// Means of the covariates: partial hazards and baselines are those of a row at the means.
    pub means: Vec<f64>,
    /// Course of the hazard at the means, by stratum.
    pub baselines: Vec<Baseline>,
}

impl HazardModel {
    /// The logarithm of the hazard of a row relative to a row at the means of the covariates, and its standard error.
    pub fn log_partial_hazard(&self, row: &[f64]) -> (f64, f64) {
        let away = self.away(row);
        let value = away.iter().zip(&self.estimates).map(|(away, estimate)| away * estimate).sum();
        (value, self.spread(&away).sqrt())
    }

    fn away(&self, row: &[f64]) -> Vec<f64> {
        row.iter().zip(&self.means).map(|(value, mean)| value - mean).collect()
    }

    /// The variance of the sum of the estimates times these numbers.
    fn spread(&self, along: &[f64]) -> f64 {
        let of = |(covariances, left): (&Vec<f64>, &f64)| {
            left * covariances.iter().zip(along).map(|(covariance, right)| covariance * right).sum::<f64>()
        };
        self.covariance.iter().zip(along).map(of).sum::<f64>().max(0.0)
    }

    /// The survival of a row in a stratum at the given times; none for a time after the longest duration of the
    /// stratum. Where the stratum was not in the data, there is no answer.
    ///
    /// The variance adds that of the course of the hazard to that of the effects (Tsiatis 1981, Annals of Statistics 9,
    /// 93–108; Link 1984, Biometrics 40, 601–609).
    pub fn curve(
        &self,
        stratum: u32,
        row: &[f64],
        times: &[f64],
        kind: IntervalKind,
        confidence: f64,
    ) -> Option<Vec<Option<CurvePoint>>> {
        let baseline = self.baselines.iter().find(|baseline| baseline.stratum == stratum)?;
        let p = self.estimates.len();
        let ratio = self.log_partial_hazard(row).0.exp();
        let away = self.away(row);
        let reach = standard_errors(confidence);
        let point = |&time: &f64| {
            if time > baseline.last {
                return None;
            }
            let Some(place) = baseline.before(time).checked_sub(1) else {
                let (survival, lower, upper) = (1.0, 1.0, 1.0);
                return Some(CurvePoint { time, hazard: 0.0, hazard_error: 0.0, survival, lower, upper });
            };
            let base = baseline.hazard[place];
            let drift: Vec<f64> = (0..p).map(|j| base * away[j] - baseline.drift[place * p + j]).collect();
            let variance = baseline.variance[place] + self.spread(&drift);
            let hazard = base * ratio;
            let hazard_error = variance.sqrt() * ratio;
            let survival = (-hazard).exp();
            let (lower, upper) = match kind {
                IntervalKind::Log => {
                    ((-hazard - reach * hazard_error).exp(), (-hazard + reach * hazard_error).min(0.0).exp())
                }
                IntervalKind::Plain => {
                    let spread = reach * hazard_error * survival;
                    ((survival - spread).max(0.0), (survival + spread).min(1.0))
                }
                IntervalKind::LogLog => {
                    let spread = (reach * hazard_error / hazard).exp();
                    ((-hazard * spread).exp(), (-hazard / spread).exp())
                }
            };
            Some(CurvePoint { time, hazard, hazard_error, survival, lower, upper })
        };
        Some(times.iter().map(point).collect())
    }

    /// The time by which the event has happened to a row with this probability; none where the curve does not come so
    /// far down, or the stratum was not in the data.
    pub fn quantile(&self, stratum: u32, row: &[f64], probability: f64) -> Option<f64> {
        let baseline = self.baselines.iter().find(|baseline| baseline.stratum == stratum)?;
        // ln 2 of the median is reached although a last digit may be missing.
        let wanted = -(-probability).ln_1p() * (1.0 - 1e-12) / self.log_partial_hazard(row).0.exp();
        let place = baseline.hazard.partition_point(|&hazard| hazard < wanted);
        baseline.times.get(place).copied()
    }
}
