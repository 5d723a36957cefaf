//! Raw files become tables that can be trusted.

mod standardize;

pub use standardize::Standardize;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Standardize>()]
}
