//! Raw files become tables that can be trusted.

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    Vec::new()
}
