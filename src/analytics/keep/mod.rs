//! Who comes back, who leaves.

mod churn_features;
mod churn_model;
mod cohort_retention;

pub use churn_features::ChurnFeatures;
pub use churn_model::ChurnModel;
pub use cohort_retention::CohortRetention;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<CohortRetention>(), BuiltIn::of::<ChurnFeatures>(), BuiltIn::of::<ChurnModel>()]
}
