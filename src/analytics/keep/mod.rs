//! Who comes back, who leaves.

mod accelerated_failure_time;
mod churn_rate;
mod cohort_retention;
mod competing_risks;
mod cox;
mod log_rank;
mod regression;
mod survival;

pub use accelerated_failure_time::AcceleratedFailureTime;
pub use churn_rate::ChurnRate;
pub use cohort_retention::CohortRetention;
pub use competing_risks::CompetingRisks;
pub use cox::Cox;
pub use log_rank::LogRank;
pub use survival::Survival;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![
        BuiltIn::of::<CohortRetention>(),
        BuiltIn::of::<ChurnRate>(),
        BuiltIn::of::<Survival>(),
        BuiltIn::of::<LogRank>(),
        BuiltIn::of::<CompetingRisks>(),
        BuiltIn::of::<Cox>(),
        BuiltIn::of::<AcceleratedFailureTime>(),
    ]
}
