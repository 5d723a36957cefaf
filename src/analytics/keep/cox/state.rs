//! What a fitted model keeps for its predictions.

use serde::{Deserialize, Serialize};

use super::super::regression::{Covariate, Design};
use super::Cox;
use crate::stats::survival::cox::{Baseline, CoxFit, HazardModel};
use crate::table::thousands;

/// Times of each stratum that are kept: a model is a small file.
const MOST_TIMES: usize = 2_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) duration: String,
    pub(super) covariates: Vec<Covariate>,
    pub(super) strata: Vec<String>,
    /// The values of the strata columns, by the number of the stratum.
    pub(super) keys: Vec<Vec<String>>,
    pub(super) confidence: f64,
    /// The time in the middle of the events.
    pub(super) usual_time: f64,
    estimates: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    means: Vec<f64>,
    courses: Vec<Course>,
    /// Event times of the stratum that had most of them, where not all were kept.
    thinned: Option<usize>,
}

/// The course of the hazard of one stratum, at the means of the covariates.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Course {
    times: Vec<f64>,
    hazard: Vec<f64>,
    variance: Vec<f64>,
    drift: Vec<f64>,
    last: f64,
}

impl State {
    pub(super) fn of(options: &Cox, design: &Design, found: &CoxFit) -> State {
        let baselines = &found.model.baselines;
        let most = baselines.iter().map(|baseline| baseline.times.len()).max().unwrap_or_default();
        let mut times: Vec<f64> =
            design.durations.iter().zip(&design.events).filter(|(_, event)| **event).map(|(time, _)| *time).collect();
        times.sort_unstable_by(f64::total_cmp);
        State {
            duration: options.duration.0.clone(),
            covariates: design.covariates.clone(),
            strata: options.strata.iter().map(|name| name.0.clone()).collect(),
            keys: design.strata.as_ref().map_or_else(|| vec![Vec::new()], |strata| strata.keys.clone()),
            confidence: options.confidence,
            usual_time: times.get(times.len() / 2).copied().unwrap_or_default(),
            estimates: found.model.estimates.clone(),
            covariance: found.model.covariance.clone(),
            means: found.model.means.clone(),
            courses: baselines.iter().map(Course::of).collect(),
            thinned: (most > MOST_TIMES).then_some(most),
        }
    }

    pub(super) fn thinned_note(&self) -> Option<String> {
        self.thinned.map(|most| {
            format!(
                "curves are kept at {} of up to {} event times, evenly spread over them, and stay level in between",
                thousands(MOST_TIMES),
                thousands(most)
            )
        })
    }

    /// The model for the mathematics; the number of a stratum is its place among the keys.
    pub(super) fn model(&self) -> HazardModel {
        HazardModel {
            estimates: self.estimates.clone(),
            covariance: self.covariance.clone(),
            means: self.means.clone(),
            baselines: self.courses.iter().zip(0..).map(|(course, stratum)| course.baseline(stratum)).collect(),
        }
    }
}

impl Course {
    fn of(baseline: &Baseline) -> Course {
        let Baseline { times, hazard, variance, drift, last, .. } = baseline.thinned(MOST_TIMES);
        Course { times, hazard, variance, drift, last }
    }

    fn baseline(&self, stratum: u32) -> Baseline {
        Baseline {
            stratum,
            times: self.times.clone(),
            hazard: self.hazard.clone(),
            variance: self.variance.clone(),
            drift: self.drift.clone(),
            last: self.last,
        }
    }
}
