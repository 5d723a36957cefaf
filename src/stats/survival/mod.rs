//! Times until something happens, where for some it has not happened yet.

mod competing;
mod curve;
mod kaplan_meier;
#[cfg(test)]
mod laws;
mod log_rank;
mod nelson_aalen;
mod refusal;
mod risk_table;
mod sorting;
#[cfg(test)]
mod witnesses;

pub use competing::{Incidence, cumulative_incidence};
pub use curve::{Curve, IntervalKind};
pub use kaplan_meier::kaplan_meier;
pub use log_rank::{Compared, LogRank, Pair, Weighting, log_rank, pairwise};
pub use nelson_aalen::nelson_aalen;
pub use refusal::SurvivalError;
pub use risk_table::{Observations, RiskTable};
//! Times until something happens, some of them not seen to their end.
mod columns;
mod concordance;
pub mod cox;
mod tails;
pub use columns::{Collinear, RegressionError, Rows};
pub use concordance::{Concordance, Scored, concordance};
pub use tails::{ChiSquared, two_sided};
