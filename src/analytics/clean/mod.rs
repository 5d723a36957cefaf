//! Raw files become tables that can be trusted.

mod deduplicate;
mod match_returns;
mod standardize;

pub use deduplicate::Deduplicate;
pub use match_returns::MatchReturns;
pub use standardize::Standardize;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Standardize>(), BuiltIn::of::<Deduplicate>(), BuiltIn::of::<MatchReturns>()]
}
