//! What a fitted model keeps for its predictions.

use regulars_plugin::{ColumnName, Context, Failure, Result};
use serde::{Deserialize, Serialize};

use super::super::regression::{Asked, Covariate, Design};
use super::{AcceleratedFailureTime, Distribution};
use crate::stats::survival::aft::{AftFit, DurationModel};
use crate::table::Frame;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) duration: String,
    pub(super) confidence: f64,
    /// The time in the middle of the events.
    pub(super) usual_time: f64,
    distribution: Distribution,
    covariates: Vec<Covariate>,
    estimates: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl State {
    pub(super) fn of(options: &AcceleratedFailureTime, design: &Design, found: &AftFit) -> State {
        let mut times: Vec<f64> =
            design.durations.iter().zip(&design.events).filter(|(_, event)| **event).map(|(time, _)| *time).collect();
        times.sort_unstable_by(f64::total_cmp);
        State {
            duration: options.duration.0.clone(),
            confidence: options.confidence,
            usual_time: times.get(times.len() / 2).copied().unwrap_or_default(),
            distribution: options.distribution,
            covariates: design.covariates.clone(),
            estimates: found.model.estimates.clone(),
            covariance: found.model.covariance.clone(),
        }
    }

    /// The model for the mathematics.
    pub(super) fn model(&self) -> DurationModel {
        DurationModel {
            distribution: self.distribution.into(),
            estimates: self.estimates.clone(),
            covariance: self.covariance.clone(),
        }
    }

    /// The rows to predict for.
    pub(super) fn asked(
        &self,
        table: &Frame,
        is_given: bool,
        id: Option<&ColumnName>,
        context: &Context<'_>,
    ) -> Result<Asked> {
        if !is_given {
            return Err(Failure::new("the rows to predict for are wanted: a model keeps none")
                .help("write `model.predict(frame)`; the frame has the columns of the covariates"));
        }
        Asked::read(table, &self.covariates, &[], id, context)
    }
}
