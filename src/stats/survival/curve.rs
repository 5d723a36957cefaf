//! A survival curve and what is read from it.

use rayon::prelude::*;

use super::{RiskTable, SurvivalError};
use crate::Interval;
use crate::interval::standard_errors;

/// The scale on which a pointwise interval of survival is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IntervalKind {
    /// log(−log S): stays between 0 and 1 and keeps its confidence in small samples.
    #[default]
    LogLog,
    /// log S: cut off at 1.
    Log,
    /// S itself: cut off at 0 and 1.
    Plain,
}

/// An estimate of the share that is still without the event after each time.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Who was at risk when.
    pub table: RiskTable,
    /// The share after each time of the table; before the first it is 1.
    pub survival: Vec<f64>,
    /// The variance of its logarithm.
    pub log_variance: Vec<f64>,
    /// What each time adds to that variance.
    pub(super) added: Vec<f64>,
    /// How the intervals are made.
    pub kind: IntervalKind,
    reach: f64,
}

/// The mean time without the event up to a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// Its interval, on its own scale, cut off at 0 and at the horizon.
    pub interval: Interval,
}

/// Steps whose shares differ by less are at one height: products of a million factors are off by no more.
const ROUNDING: f64 = 1e-11;

impl Curve {
    /// A curve from the factor by which each time multiplies the share, and the variance which it adds to the
    /// logarithm, given the numbers at risk and of events.
    pub(super) fn of(
        table: RiskTable,
        factor: impl Fn(f64, f64) -> f64,
        variance: impl Fn(f64, f64) -> f64,
        kind: IntervalKind,
        confidence: f64,
    ) -> Curve {
        let (mut share, mut sum) = (1.0, 0.0);
        let mut survival = Vec::with_capacity(table.len());
        let mut log_variance = Vec::with_capacity(table.len());
        let mut added = Vec::with_capacity(table.len());
        for (at_risk, events) in table.at_risk.iter().zip(&table.events) {
            if *events > 0.0 {
                share *= factor(*at_risk, *events);
            }
            // Once nobody is left the share is 0 for certain, and its logarithm has no variance.
            added.push(if *events > 0.0 && share > 0.0 { variance(*at_risk, *events) } else { 0.0 });
            sum += added.last().copied().unwrap_or_default();
            survival.push(share);
            log_variance.push(sum);
        }
        Curve { table, survival, log_variance, added, kind, reach: standard_errors(confidence) }
    }

    /// The standard error of the share after the time with this index; none where nobody is left, because the formula
    /// says nothing there.
    pub fn error(&self, index: usize) -> Option<f64> {
        (self.survival[index] > 0.0).then(|| self.survival[index] * self.log_variance[index].sqrt())
    }

    /// The pointwise interval of the share after the time with this index; none where nobody is left.
    pub fn interval(&self, index: usize) -> Option<Interval> {
        let share = self.survival[index];
        if share <= 0.0 {
            return None;
        }
        let error = self.reach * self.log_variance[index].sqrt();
        if error == 0.0 {
            return Some(Interval { lower: share, upper: share });
        }
        let log = share.ln();
        let (lower, upper) = match self.kind {
            IntervalKind::LogLog => {
                let power = (error / -log).exp();
                ((log * power).exp(), (log / power).exp())
            }
            IntervalKind::Log => ((log - error).exp(), (log + error).exp()),
            IntervalKind::Plain => (share - share * error, share + share * error),
        };
        Some(Interval { lower: lower.max(0.0), upper: upper.min(1.0) })
    }

    /// All the pointwise intervals.
    pub fn intervals(&self) -> Vec<Option<Interval>> {
        (0..self.survival.len()).into_par_iter().with_min_len(4_096).map(|index| self.interval(index)).collect()
    }

    /// The index of the last step at or before a time; none before the first.
    pub fn index_at(&self, time: f64) -> Option<usize> {
        self.table.times.partition_point(|step| *step <= time).checked_sub(1)
    }

    /// The last time of the table.
    pub fn last_time(&self) -> Option<f64> {
        self.table.times.last().copied()
    }

    /// The time by which the share `q` has had the event: the first at which survival is 1 − q or less. None where the
    /// curve does not come down that far.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.first(|curve, index| curve.survival[index] <= 1.0 - q + ROUNDING)
    }

    /// The interval of a quantile: the times that are not refused by the pointwise intervals, so from the first at which
    /// the lower end is 1 − q or less to the first at which the upper end is. An end is none where it is not reached.
    ///
    /// Source: R. Brookmeyer and J. Crowley (1982), "A confidence interval for the median survival time",
    /// Biometrics 38, 29–41, with the scale of the pointwise intervals.
    pub fn quantile_interval(&self, q: f64) -> (Option<f64>, Option<f64>) {
        let lower = self
            .first(|curve, index| curve.interval(index).map_or(0.0, |interval| interval.lower) <= 1.0 - q + ROUNDING);
        let upper = self
            .first(|curve, index| curve.interval(index).is_some_and(|interval| interval.upper <= 1.0 - q + ROUNDING));
        (lower, upper)
    }

    fn first(&self, holds: impl Fn(&Curve, usize) -> bool) -> Option<f64> {
        // Shares fall only where there are events.
        let mut steps = (0..self.survival.len()).filter(|index| self.table.events[*index] > 0.0);
        steps.find(|index| holds(self, *index)).map(|index| self.table.times[index])
    }

    /// The mean time without the event up to a horizon (the area under the curve); without a horizon, up to the last time
    /// of the table.
    ///
    /// Source: J. P. Klein and M. L. Moeschberger (2003), Survival Analysis, 2nd edition, section 4.5.
    pub fn restricted_mean(&self, horizon: Option<f64>) -> Result<RestrictedMean, SurvivalError> {
        let (Some(last), Some(end)) = (self.last_time(), self.survival.last()) else {
            return Err(SurvivalError::NoRows);
        };
        let horizon = horizon.unwrap_or(last);
        if horizon.is_nan() || horizon < 0.0 || (horizon > last && *end > 0.0) {
            return Err(SurvivalError::Horizon { asked: horizon, last });
        }
        // From the end back: the area behind each step is what the variance needs.
        let (mut area, mut variance, mut right) = (0.0, 0.0, horizon);
        for index in (0..self.table.times.partition_point(|time| *time <= horizon)).rev() {
            area += self.survival[index] * (right - self.table.times[index]);
            right = self.table.times[index];
            variance += area * area * self.added[index];
        }
        let (mean, error) = (area + right, variance.sqrt());
        let reach = self.reach * error;
        let interval = Interval { lower: (mean - reach).max(0.0), upper: (mean + reach).min(horizon) };
        Ok(RestrictedMean { mean, error, interval })
    }
}
