//! Record linkage after Fellegi and Sunter: which rows are the same customer.

mod blocks;
mod clusters;
mod column;
mod distance;
mod fold;
mod joining;
mod levels;
mod nicknames;
mod records;
mod score;
mod weights;

pub use blocks::{Chosen, Part, Rule, Sized, choose, compare, compare_all};
pub use clusters::{Agreement, Clusters};
pub use column::{Column, Kind, MISSING};
pub use distance::{edits, jaro, jaro_winkler};
pub use fold::sound;
pub use joining::{Conflict, Joined, Joining, Merge, belonging, join};
pub use levels::{DIFFER, UNKNOWN};
pub use nicknames::Nicknames;
pub use records::{MOST_COLUMNS, Pair, Records, level_of};
pub use score::{Scored, Scorer, threshold_for};
pub use weights::{Background, Weights, patterns, probability};

/// Why records could not be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkageError {
    /// The user asked for the stop.
    Stopped,
    /// There is no pair to compare.
    NothingToCompare,
}

#[cfg(test)]
mod tests;
