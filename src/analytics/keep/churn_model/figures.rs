//! The figures of a churn model, and what has to be said beside them.

use schemars::JsonSchema;
use serde::Serialize;

use super::learn::{Crossed, Whole};
use super::{ChurnModel, Kind, Weights};
use crate::stats::Watch;
use crate::stats::learn::{auc, average_precision, brier, calibration, log_loss, log_loss_of_base_rate};

/// How good the model is, cross-validated.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChurnModelFigures {
    /// Chance that a leaver is told a higher probability than a stayer.
    auc: Option<f64>,
    /// Lower end of its interval.
    auc_lower: Option<f64>,
    /// Upper end of its interval.
    auc_upper: Option<f64>,
    /// Average precision; by chance it is the base rate.
    pr_auc: Option<f64>,
    /// Lower end of its interval.
    pr_auc_lower: Option<f64>,
    /// Upper end of its interval.
    pr_auc_upper: Option<f64>,
    /// Mean squared distance of the probabilities from what happened.
    brier: Option<f64>,
    /// The same when everybody is told the base rate.
    brier_of_base_rate: f64,
    /// Mean log loss, in nats.
    log_loss: Option<f64>,
    /// The same when everybody is told the base rate.
    log_loss_of_base_rate: f64,
    /// Slope of calibration: 1 is right, below 1 the probabilities are too far apart.
    calibration_slope: Option<f64>,
    /// Lower end of its interval.
    calibration_slope_lower: Option<f64>,
    /// Upper end of its interval.
    calibration_slope_upper: Option<f64>,
    /// By how much the log odds are told too low on the whole; 0 is right.
    calibration_intercept: Option<f64>,
    /// Share of the rows whose target is true.
    #[schemars(extend("unit" = "share"))]
    base_rate: f64,
    /// Rows with a target.
    rows: i64,
    /// Columns of numbers that were learnt from, marks included.
    columns: i64,
    /// Log-likelihood of the logistic regression on all rows; empty for trees.
    log_likelihood: Option<f64>,
    /// Steps of its search.
    iterations: Option<i64>,
}

impl ChurnModel {
    /// The figures, and whether calibration could not be told.
    pub(super) fn figures(
        &self,
        whole: &Whole,
        crossed: &Crossed,
        labels: &[bool],
        columns: usize,
        watch: &dyn Watch,
    ) -> (ChurnModelFigures, bool) {
        let told = &crossed.told;
        let area = auc(told, labels, self.confidence);
        let precision = average_precision(told, labels, self.confidence);
        let rate = labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64;
        let calibrated = calibration(told, labels, self.confidence, watch).ok();
        let slope = calibrated.and_then(|it| it.slope_interval);
        let ends = precision.and_then(|it| it.1);
        let fit = match whole {
            Whole::Logistic(fit) => Some(fit),
            Whole::Trees(_) => None,
        };
        let figures = ChurnModelFigures {
            auc: area.map(|it| it.area),
            auc_lower: area.and_then(|it| it.interval).map(|it| it.lower),
            auc_upper: area.and_then(|it| it.interval).map(|it| it.upper),
            pr_auc: precision.map(|it| it.0),
            pr_auc_lower: ends.map(|it| it.lower),
            pr_auc_upper: ends.map(|it| it.upper),
            brier: brier(told, labels, self.confidence).map(|it| it.0),
            brier_of_base_rate: rate * (1.0 - rate),
            log_loss: log_loss(told, labels, self.confidence).map(|it| it.0),
            log_loss_of_base_rate: log_loss_of_base_rate(rate),
            calibration_slope: calibrated.map(|it| it.slope),
            calibration_slope_lower: slope.map(|it| it.lower),
            calibration_slope_upper: slope.map(|it| it.upper),
            calibration_intercept: calibrated.map(|it| it.intercept),
            base_rate: rate,
            rows: labels.len() as i64,
            columns: columns as i64,
            log_likelihood: fit.map(|fit| fit.log_likelihood),
            iterations: fit.map(|fit| fit.iterations as i64),
        };
        (figures, calibrated.is_none())
    }

    pub(super) fn notes(&self, crossed: &Crossed, labels: &[bool], uncalibrated: bool) -> Vec<String> {
        let mut notes = vec![format!(
            "figures and probabilities from {} folds, each told by a model that has not seen it",
            self.folds
        )];
        if let Some(error) = crossed.held_back.first() {
            notes.push(format!(
                "in {} of {} folds {error}: there a ridge penalty of .001 held the coefficients back",
                crossed.held_back.len(),
                self.folds
            ));
        }
        let least = (0..crossed.losses.len()).min_by(|&a, &b| crossed.losses[a].total_cmp(&crossed.losses[b]));
        if let (Some(best), Some(last)) = (least, crossed.losses.last())
            && *last > 1.005 * crossed.losses[best]
        {
            notes.push(format!(
                "on rows not seen the log loss is least after {} trees ({:.4}) and {last:.4} after all: `trees: {}` fits better",
                best + 1,
                crossed.losses[best],
                best + 1
            ));
        }
        if self.class_weights == Weights::Balanced {
            notes.push(
                "with balanced classes the probabilities are no shares: they order the customers; see `calibration`"
                    .to_owned(),
            );
        }
        if self.kind == Kind::Logistic && self.penalty > 0.0 {
            notes.push("coefficients under a penalty are drawn to 0 and have no intervals".to_owned());
        }
        if uncalibrated {
            notes.push(
                "the slope of calibration cannot be told: the probabilities are all alike, or part the classes"
                    .to_owned(),
            );
        }
        let rarer = labels.iter().filter(|label| **label).count();
        let rarer = rarer.min(labels.len() - rarer);
        if rarer < 100 {
            notes.push(format!(
                "only {rarer} rows are of the rarer class: the intervals are wide, and the folds few rows each"
            ));
        }
        notes
    }
}
