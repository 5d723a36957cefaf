//! Who the customers are.

mod contrast;
mod crosstab;
mod kmeans;
mod rfm;
mod rfm_scores;
mod rfm_segments;
mod segment_by;
mod segment_migration;
mod segment_profile;

pub use crosstab::Crosstab;
pub use kmeans::Kmeans;
pub use rfm::Rfm;
pub use segment_by::SegmentBy;
pub use segment_migration::SegmentMigration;
pub use segment_profile::SegmentProfile;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![
        BuiltIn::of::<Rfm>(),
        BuiltIn::of::<SegmentMigration>(),
        BuiltIn::of::<Kmeans>(),
        BuiltIn::of::<SegmentBy>(),
        BuiltIn::of::<SegmentProfile>(),
        BuiltIn::of::<Crosstab>(),
    ]
}
