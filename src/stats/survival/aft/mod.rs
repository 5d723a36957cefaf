//! Accelerated failure time: covariates that stretch or shorten the time until the event.
//!
//! The logarithm of the duration is a sum of effects and a spread of known form: log T = β₀ + Σ βⱼ xⱼ + σ ε.
//!
//! Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, chapter 3; that
//! the likelihood has one maximum in (β/σ, 1/σ): Burridge (1981), Journal of the Royal Statistical Society B 43, 41–45.

mod distribution;
mod fit;
mod predict;
#[cfg(test)]
mod tests;

pub use distribution::Distribution;
pub use fit::{AftFit, fit};
pub use predict::{DurationModel, Prediction};
