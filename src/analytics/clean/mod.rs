//! Raw files become tables that can be trusted.

mod customer_360;
mod simulate;
mod unify;

pub use customer_360::Customer360;
pub use simulate::Simulate;
pub use unify::Unify;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Simulate>(), BuiltIn::of::<Unify>(), BuiltIn::of::<Customer360>()]
}
