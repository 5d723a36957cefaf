//! What the customers are worth.

mod bg_nbd;
pub mod btyd;
mod mbg_nbd;
mod pareto_nbd;
mod pareto_share;

pub use bg_nbd::BgNbd;
pub use mbg_nbd::MbgNbd;
pub use pareto_nbd::ParetoNbd;
pub use pareto_share::ParetoShare;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<ParetoShare>(), BuiltIn::of::<BgNbd>(), BuiltIn::of::<MbgNbd>(), BuiltIn::of::<ParetoNbd>()]
}
