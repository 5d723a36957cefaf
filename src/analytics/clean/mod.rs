//! Raw files become tables that can be trusted.

mod profile;
mod standardize;
mod validate;

pub use profile::Profile;
pub use standardize::Standardize;
pub use validate::{ColumnRules, ColumnType, DriftRule, Format, Fresh, OnFailure, Reference, Validate};

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Profile>(), BuiltIn::of::<Validate>(), BuiltIn::of::<Standardize>()]
}
