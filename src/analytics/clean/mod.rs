//! Raw files become tables that can be trusted.

mod customer_360;
mod simulate;
mod standardize;
mod unify;

pub use customer_360::Customer360;
pub use simulate::Simulate;
pub use standardize::Standardize;
pub use unify::Unify;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Standardize>(), BuiltIn::of::<Unify>(), BuiltIn::of::<Customer360>(), BuiltIn::of::<Simulate>()]
}
