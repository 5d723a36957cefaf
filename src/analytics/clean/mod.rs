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

use regulars_plugin::{Failure, Result};

use super::BuiltIn;
use crate::table::Frame;

/// A failure where a frame has columns that a further table, which keeps all of its columns, needs for itself.
fn leaves_names(frame: &Frame, names: &[&str], table: &str) -> Result<()> {
    match names.iter().find(|name| frame.need(name).is_ok()) {
        Some(name) => Err(Failure::new(format!("the table has a column `{name}`, which `{table}` needs for itself"))
            .help(format!("give it another name first: `.rename(#{{{name}: \"{name}_before\"}})`"))),
        None => Ok(()),
    }
}

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
