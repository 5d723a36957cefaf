//! Raw files become tables that can be trusted.

mod profile;

pub use profile::Profile;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Profile>()]
}
