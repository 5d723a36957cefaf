//! Durations and survival of single rows, with intervals by the delta method.

use super::Distribution;
use crate::interval::standard_errors;

/// A predicted value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The value.
    pub value: f64,
    /// Lower end of the interval.
    pub lower: f64,
    /// Upper end of the interval.
    pub upper: f64,
}

/// What predictions for single rows are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationModel {
    /// The spread.
    pub distribution: Distribution,
    /// The intercept, the effect of each covariate on the log duration, and log σ where it is estimated.
    pub estimates: Vec<f64>,
    /// Their covariances, row by row, from the observed information.
    pub covariance: Vec<Vec<f64>>,
}

impl DurationModel {
    /// The spread σ of the log duration.
    pub fn scale(&self) -> f64 {
        if self.distribution.has_scale() { self.estimates.last().map_or(1.0, |log| log.exp()) } else { 1.0 }
    }

    /// The duration by which the event has happened to a row with this probability; ½ gives the median. The interval is
    /// symmetric on the logarithm.
    pub fn quantile(&self, row: &[f64], probability: f64, confidence: f64) -> Prediction {
        let place = self.distribution.quantile(probability);
        let scale = self.scale();
        let log = self.mean_log(row) + scale * place;
        let error = self.error(row, scale * place);
        let reach = standard_errors(confidence) * error;
        Prediction { value: log.exp(), lower: (log - reach).exp(), upper: (log + reach).exp() }
    }

    /// The probability that the event has not happened to a row by this time. The interval is symmetric on the
    /// standardised log duration, so it stays within [0, 1].
    pub fn survival(&self, row: &[f64], time: f64, confidence: f64) -> Prediction {
        if time <= 0.0 {
            return Prediction { value: 1.0, lower: 1.0, upper: 1.0 };
        }
        let scale = self.scale();
        let place = (time.ln() - self.mean_log(row)) / scale;
        // z = (log t − μ)/σ changes by −1/σ with μ and by −z with log σ.
        let reach = standard_errors(confidence) * self.error(row, place * scale) / scale;
        let at = |place| self.distribution.survival(place);
        Prediction { value: at(place), lower: at(place + reach), upper: at(place - reach) }
    }

    /// The location of a row's log duration.
    fn mean_log(&self, row: &[f64]) -> f64 {
        self.estimates[0] + row.iter().zip(&self.estimates[1..]).map(|(value, effect)| value * effect).sum::<f64>()
    }

    /// The standard error of the location plus `by_scale` times log σ.
    fn error(&self, row: &[f64], by_scale: f64) -> f64 {
        let along: Vec<f64> = std::iter::once(1.0).chain(row.iter().copied()).chain([by_scale]).collect();
        let variance: f64 = (self.covariance.iter().zip(&along))
            .map(|(covariances, left)| {
                left * covariances.iter().zip(&along).map(|(covariance, right)| covariance * right).sum::<f64>()
            })
            .sum();
        variance.max(0.0).sqrt()
    }
}
