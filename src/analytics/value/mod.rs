//! What the customers are worth.

mod pareto_share;

pub use pareto_share::ParetoShare;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<ParetoShare>()]
}
