//! Who comes back, who leaves.

mod churn_features;
mod cohort_retention;

pub use churn_features::ChurnFeatures;
pub use cohort_retention::CohortRetention;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<CohortRetention>(), BuiltIn::of::<ChurnFeatures>()]
}
