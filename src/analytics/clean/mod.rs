//! Raw files become tables that can be trusted.

mod match_customers;
mod standardize;

pub use match_customers::MatchCustomers;
pub use standardize::Standardize;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<Standardize>(), BuiltIn::of::<MatchCustomers>()]
}
