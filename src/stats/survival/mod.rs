//! Times until something happens, where for some it has not happened yet.

pub mod aft;
mod columns;
mod competing;
mod concordance;
pub mod cox;
mod curve;
mod kaplan_meier;
#[cfg(test)]
mod laws;
mod log_rank;
mod nelson_aalen;
mod refusal;
mod risk_table;
mod sorting;
mod tails;
#[cfg(test)]
mod witnesses;

pub use columns::{Collinear, RegressionError, Rows};
pub use competing::{Incidence, cumulative_incidence};
pub use concordance::{Concordance, Scored, concordance};
pub use curve::{Curve, IntervalKind, RestrictedMean};
pub use kaplan_meier::kaplan_meier;
pub use log_rank::{Compared, LogRank, Pair, Weighting, log_rank, pairwise};
pub use nelson_aalen::nelson_aalen;
pub use refusal::SurvivalError;
pub use risk_table::{Observations, RiskTable};
pub use tails::{ChiSquared, reach, two_sided};
