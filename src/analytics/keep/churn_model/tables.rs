//! The further tables of a churn model.

use regulars_plugin::Result;
use schemars::JsonSchema;

use super::learn::Crossed;
use super::preflight::blame;
use super::{ChurnModel, Intervals};
use crate::stats::learn::{Features, Logistic, calibration_bins, confusion, gain_steps, summarise_drops};
use crate::stats::{Interval, Watch};
use crate::table::{Frame, FrameBuilder};

/// What leaving goes with, the strongest first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct DriverRow {
    /// The column; for a text column of a logistic regression each of its texts but the most frequent.
    driver: String,
    /// Logistic: change of the log odds by one standard deviation. Trees: fall of the AUC when the column is dealt anew.
    effect: f64,
    /// Lower end of its interval.
    lower: Option<f64>,
    /// Upper end of its interval.
    upper: Option<f64>,
    /// Logistic: change of the log odds by one unit of the column.
    coefficient: Option<f64>,
    /// Logistic: its standard error.
    standard_error: Option<f64>,
    /// Logistic: factor of the odds by one unit of the column.
    odds_ratio: Option<f64>,
    /// Lower end of its interval.
    odds_ratio_lower: Option<f64>,
    /// Upper end of its interval.
    odds_ratio_upper: Option<f64>,
}

/// Told and seen, in bins of about as many rows.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct CalibrationRow {
    /// Mean probability that was told.
    #[schemars(extend("unit" = "share"))]
    predicted: f64,
    /// Share whose target is true.
    #[schemars(extend("unit" = "share"))]
    observed: f64,
    /// Lower end of its interval, after Wilson.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
    /// Rows in the bin.
    rows: i64,
}

/// How many leavers are among the customers with the highest probabilities.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct GainRow {
    /// Share of the customers, the most probable first.
    #[schemars(extend("unit" = "share"))]
    share: f64,
    /// Share of the leavers among them.
    #[schemars(extend("unit" = "share"))]
    gain: f64,
    /// How many times as many as among as many customers by chance.
    lift: f64,
}

/// What calling everybody from a probability on would catch.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct ThresholdRow {
    /// The probability.
    #[schemars(extend("unit" = "share"))]
    threshold: f64,
    /// Leavers who are called.
    true_positive: i64,
    /// Stayers who are called.
    false_positive: i64,
    /// Leavers who are not called.
    false_negative: i64,
    /// Stayers who are not called.
    true_negative: i64,
    /// Share of leavers among those who are called; empty where nobody is.
    #[schemars(extend("unit" = "share"))]
    precision: Option<f64>,
    /// Share of the leavers who are called.
    #[schemars(extend("unit" = "share"))]
    recall: f64,
}

/// Steps of the table of gain.
const STEPS: usize = 20;

struct Driver {
    name: String,
    effect: f64,
    interval: Option<Interval>,
    coefficient: Option<PerUnit>,
}

/// Change of the log odds by one unit.
struct PerUnit {
    estimate: f64,
    standard_error: Option<f64>,
    interval: Option<Interval>,
}

impl ChurnModel {
    pub(super) fn logistic_drivers(
        &self,
        fit: &Logistic,
        features: &Features,
        labels: &[bool],
        watch: &dyn Watch,
    ) -> Result<Frame> {
        let mut drivers = Vec::with_capacity(fit.coefficients.len());
        for (column, coefficient) in fit.coefficients.iter().enumerate() {
            let interval = match self.intervals {
                Intervals::Wald => coefficient.interval(self.confidence),
                Intervals::Profile => {
                    let found = fit.profile_interval(features, labels, column, self.confidence, watch);
                    Some(found.map_err(|error| blame(error, self, labels))?)
                }
            };
            let by = coefficient.deviation;
            drivers.push(Driver {
                name: coefficient.name.clone(),
                effect: coefficient.standardised,
                interval: interval.map(|it| Interval { lower: it.lower * by, upper: it.upper * by }),
                coefficient: Some(PerUnit {
                    estimate: coefficient.estimate,
                    standard_error: coefficient.standard_error,
                    interval,
                }),
            });
        }
        frame_of(drivers)
    }

    pub(super) fn tree_drivers(&self, names: &[&str], crossed: &Crossed) -> Result<Frame> {
        let driver = |(group, name): (usize, &&str)| {
            let of_folds: Vec<f64> = crossed.drops.iter().map(|drops| drops[group]).collect();
            let found = summarise_drops(&of_folds, self.confidence);
            Driver { name: (*name).to_owned(), effect: found.drop, interval: found.interval, coefficient: None }
        };
        frame_of(names.iter().enumerate().map(driver).collect())
    }

    pub(super) fn calibration_table(&self, told: &[f64], labels: &[bool]) -> Result<Frame> {
        let bins = calibration_bins(told, labels, self.bins as usize, self.confidence);
        FrameBuilder::empty()
            .numbers("predicted", bins.iter().map(|bin| bin.predicted))
            .numbers("observed", bins.iter().map(|bin| bin.observed))
            .optional_numbers("lower", bins.iter().map(|bin| bin.interval.map(|it| it.lower)))
            .optional_numbers("upper", bins.iter().map(|bin| bin.interval.map(|it| it.upper)))
            .integers("rows", bins.iter().map(|bin| bin.rows as i64))
            .build()
    }
}

fn frame_of(mut drivers: Vec<Driver>) -> Result<Frame> {
    drivers.sort_by(|left, right| right.effect.abs().total_cmp(&left.effect.abs()));
    let coefficient = |part: fn(&PerUnit) -> Option<f64>| {
        drivers.iter().map(move |driver| driver.coefficient.as_ref().and_then(part))
    };
    FrameBuilder::empty()
        .texts("driver", drivers.iter().map(|driver| driver.name.as_str()))
        .numbers("effect", drivers.iter().map(|driver| driver.effect))
        .optional_numbers("lower", drivers.iter().map(|driver| driver.interval.map(|it| it.lower)))
        .optional_numbers("upper", drivers.iter().map(|driver| driver.interval.map(|it| it.upper)))
        .optional_numbers("coefficient", coefficient(|it| Some(it.estimate)))
        .optional_numbers("standard_error", coefficient(|it| it.standard_error))
        .optional_numbers("odds_ratio", coefficient(|it| Some(it.estimate.exp())))
        .optional_numbers("odds_ratio_lower", coefficient(|it| it.interval.map(|it| it.lower.exp())))
        .optional_numbers("odds_ratio_upper", coefficient(|it| it.interval.map(|it| it.upper.exp())))
        .build()
}

pub(super) fn gain(told: &[f64], labels: &[bool]) -> Result<Frame> {
    let steps = gain_steps(told, labels, STEPS);
    FrameBuilder::empty()
        .numbers("share", steps.iter().map(|step| step.share))
        .numbers("gain", steps.iter().map(|step| step.gain))
        .numbers("lift", steps.iter().map(|step| step.lift))
        .build()
}

pub(super) fn thresholds(told: &[f64], labels: &[bool]) -> Result<Frame> {
    let at: Vec<f64> = (1..20).map(|step| f64::from(step) / 20.0).collect();
    let found: Vec<_> = at.iter().map(|&threshold| confusion(told, labels, threshold)).collect();
    let share = |part: usize, rest: usize| (part + rest > 0).then(|| part as f64 / (part + rest) as f64);
    FrameBuilder::empty()
        .numbers("threshold", at.iter().copied())
        .integers("true_positive", found.iter().map(|it| it.true_positive as i64))
        .integers("false_positive", found.iter().map(|it| it.false_positive as i64))
        .integers("false_negative", found.iter().map(|it| it.false_negative as i64))
        .integers("true_negative", found.iter().map(|it| it.true_negative as i64))
        .optional_numbers("precision", found.iter().map(|it| share(it.true_positive, it.false_positive)))
        .numbers("recall", found.iter().map(|it| share(it.true_positive, it.false_negative).unwrap_or_default()))
        .build()
}
