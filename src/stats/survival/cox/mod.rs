//! Proportional hazards after Cox: which covariates go with an earlier event, whatever the course of the hazard.
//!
//! Source: D. R. Cox (1972), Regression models and life-tables, Journal of the Royal Statistical Society B 34, 187–220;
//! ties after Efron (1977), Journal of the American Statistical Association 72, 557–565, or Breslow (1974), Biometrics
//! 30, 89–99; robust errors after Lin and Wei (1989), Journal of the American Statistical Association 84, 1074–1078.

mod baseline;
mod derivatives;
mod fit;
mod likelihood;
mod proportionality;
mod residuals;
mod sorted;
mod sums;
#[cfg(test)]
mod tests;

pub use baseline::{Baseline, CurvePoint, HazardModel};
pub use fit::{CoxFit, fit};
pub use proportionality::{Proportionality, ScaledResidual, TimeScale, proportionality};

use super::columns::Rows;

/// How several events at the same time are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// As if they came one after the other, in the mean of all orders (Efron): the usual choice.
    #[default]
    Efron,
    /// Each as if it were the only one (Breslow).
    Breslow,
}

/// The rows of a fit with what goes beside the covariates.
#[derive(Debug, Clone, Copy)]
pub struct Subjects<'a> {
    /// Durations, events and covariates.
    pub rows: Rows<'a>,
    /// Stratum of each row: each has a course of the hazard of its own, and rows are compared within it only.
    pub strata: Option<&'a [u32]>,
    /// Weight of each row; 1 where left out.
    pub weights: Option<&'a [f64]>,
    /// Cluster of each row, numbered from 0, for robust errors: rows of one cluster may depend on each other.
    pub clusters: Option<&'a [u32]>,
}

/// What may be chosen about a fit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Choices {
    /// How simultaneous events are counted.
    pub ties: Ties,
    /// Strength λ of the ridge penalty λ/2 Σ (sⱼ βⱼ)², where sⱼ is the standard deviation of covariate j.
    pub penalty: f64,
    /// Whether the errors come from the sandwich, which holds also where the model does not; always with clusters.
    pub robust: bool,
}
