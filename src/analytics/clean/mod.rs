//! Raw files become tables that can be trusted.

mod simulate;

pub use simulate::Simulate;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Simulate>()]
}
