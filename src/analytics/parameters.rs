//! The table of a model's parameters.

use regulars_plugin::{Chart, Mark, Result, TableManual};
use schemars::JsonSchema;

use crate::table::{Frame, FrameBuilder};

/// What the fit found: each parameter with its standard error and interval.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ParameterRow {
    /// Name of the parameter, as the model's source writes it.
    parameter: String,
    /// Its estimate.
    estimate: f64,
    /// Standard error of the estimate, from the curvature of the likelihood.
    standard_error: Option<f64>,
    /// Lower end of its interval.
    lower: Option<f64>,
    /// Upper end of its interval.
    upper: Option<f64>,
}

/// The declaration of the table among the further ones of a model, with its picture.
pub(crate) fn parameter_table() -> TableManual {
    let chart = Chart::new(Mark::Interval).x("parameter").y("estimate").band("lower", "upper");
    TableManual::of::<ParameterRow>("parameters")
        .chart(chart.title("The parameters with their intervals").labels("", "estimate"))
}

/// A parameter with what is known of its uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) estimate: f64,
    pub(crate) standard_error: Option<f64>,
    pub(crate) interval: Option<(f64, f64)>,
}

/// The table that [`ParameterRow`] declares.
pub(crate) fn parameter_frame(parameters: &[Parameter]) -> Result<Frame> {
    FrameBuilder::empty()
        .texts("parameter", parameters.iter().map(|one| one.name.as_str()))
        .numbers("estimate", parameters.iter().map(|one| one.estimate))
        .optional_numbers("standard_error", parameters.iter().map(|one| one.standard_error))
        .optional_numbers("lower", parameters.iter().map(|one| one.interval.map(|ends| ends.0)))
        .optional_numbers("upper", parameters.iter().map(|one| one.interval.map(|ends| ends.1)))
        .build()
}
