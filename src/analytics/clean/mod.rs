//! Raw files become tables that can be trusted.

mod customer_360;
mod deduplicate;
mod dictionary;
mod match_customers;
mod match_returns;
mod profile;
mod simulate;
mod standardize;
mod unify;
mod validate;

pub use customer_360::Customer360;
pub use deduplicate::Deduplicate;
pub use dictionary::Dictionary;
pub use match_customers::MatchCustomers;
pub use match_returns::MatchReturns;
pub use profile::Profile;
pub use simulate::Simulate;
pub use standardize::Standardize;
pub use unify::Unify;
pub use validate::{ColumnRules, ColumnType, DriftRule, Format, Fresh, OnFailure, Reference, Validate};

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![
        BuiltIn::of::<Profile>(),
        BuiltIn::of::<Validate>(),
        BuiltIn::of::<Standardize>(),
        BuiltIn::of::<Deduplicate>(),
        BuiltIn::of::<MatchReturns>(),
        BuiltIn::of::<MatchCustomers>(),
        BuiltIn::of::<Unify>(),
        BuiltIn::of::<Customer360>(),
        BuiltIn::of::<Dictionary>(),
        BuiltIn::of::<Simulate>(),
    ]
}
