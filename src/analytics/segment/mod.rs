//! Who the customers are.

mod rfm;

pub use rfm::Rfm;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Rfm>()]
}
