//! Who comes back, who leaves.

mod accelerated_failure_time;
mod cohort_retention;
mod cox;
mod regression;

pub use accelerated_failure_time::AcceleratedFailureTime;
pub use cohort_retention::CohortRetention;
pub use cox::Cox;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<CohortRetention>(), BuiltIn::of::<Cox>(), BuiltIn::of::<AcceleratedFailureTime>()]
}
