//! Raw files become tables that can be trusted.

mod match_customers;

pub use match_customers::MatchCustomers;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![BuiltIn::of::<MatchCustomers>()]
}
