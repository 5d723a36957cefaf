//! Times until something happens, some of them not seen to their end.

pub mod aft;
mod columns;
mod concordance;
pub mod cox;
mod tails;

pub use columns::{Collinear, RegressionError, Rows};
pub use concordance::{Concordance, Scored, concordance};
pub use tails::{ChiSquared, two_sided};
