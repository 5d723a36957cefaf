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
pub use curve::{Curve, IntervalKind, RestrictedMean};
pub use kaplan_meier::kaplan_meier;
pub use log_rank::{Compared, LogRank, Pair, Weighting, log_rank, pairwise};
pub use nelson_aalen::nelson_aalen;
pub use refusal::SurvivalError;
pub use risk_table::{Observations, RiskTable};
