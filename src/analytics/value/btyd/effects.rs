//! The table of what covariates do.

use regulars_plugin::Result;
use schemars::JsonSchema;

use super::state::Kind;
use crate::stats::survival::{reach, two_sided};
use crate::table::{Frame, FrameBuilder};

/// What covariates do, two rows for each: to the pace of buying, and to stopping. Without rows where there are none.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct EffectRow {
    /// "purchase" or "dropout", and the covariate; of a text with the value that is compared with the commonest one.
    effect: String,
    /// Logarithm of the factor for one unit more: 0.3 is a factor of 1.35.
    estimate: f64,
    /// Its standard error.
    standard_error: f64,
    /// By what one unit more multiplies the pace of buying; or the rate of stopping (Pareto/NBD), or the mean odds of
    /// stopping at a purchase (BG/NBD, MBG/NBD).
    factor: f64,
    /// Lower end of the factor's interval.
    lower: f64,
    /// Upper end of the factor's interval.
    upper: f64,
    /// How probable an estimate as far from 0 is without an effect.
    p_value: f64,
}

/// The effects of one fit: estimates and covariance are those that follow the four parameters of the model.
pub(super) fn frame(
    kind: Kind,
    terms: &[String],
    effects: &[f64],
    covariance: &[Vec<f64>],
    confidence: f64,
) -> Result<Frame> {
    let count = terms.len();
    let mut rows: Vec<(String, f64, f64)> = Vec::new();
    for (place, term) in terms.iter().enumerate() {
        rows.push((format!("purchase: {term}"), effects[place], covariance[4 + place][4 + place]));
        let (one, two) = (count + place, 2 * count + place);
        rows.push(match kind {
            Kind::ParetoNbd => (format!("dropout: {term}"), effects[one], covariance[4 + one][4 + one]),
            // The mean odds of stopping are a / b.
            Kind::BgNbd | Kind::MbgNbd => (
                format!("dropout: {term}"),
                effects[one] - effects[two],
                covariance[4 + one][4 + one] + covariance[4 + two][4 + two] - 2.0 * covariance[4 + one][4 + two],
            ),
        });
    }
    let reach = reach(confidence);
    let rows: Vec<(String, f64, f64)> =
        rows.into_iter().map(|(name, estimate, variance)| (name, estimate, variance.max(0.0).sqrt())).collect();
    FrameBuilder::empty()
        .texts("effect", rows.iter().map(|row| row.0.as_str()))
        .numbers("estimate", rows.iter().map(|row| row.1))
        .numbers("standard_error", rows.iter().map(|row| row.2))
        .numbers("factor", rows.iter().map(|row| row.1.exp()))
        .numbers("lower", rows.iter().map(|row| (row.1 - reach * row.2).exp()))
        .numbers("upper", rows.iter().map(|row| (row.1 + reach * row.2).exp()))
        .numbers("p_value", rows.iter().map(|row| two_sided(row.1 / row.2)))
        .build()
}
