//! What a column holds, found out in one pass over its values in their order.
//!
//! Values are counted first and looked at once each: what is slow is done for every different value, not for every row.

mod days;
mod looked;
mod numbers;
mod tally;
mod text;

pub use days::Days;
pub use numbers::{DECADE_BINS, Numbers, decade_of};
pub use tally::{DayTally, NumberTally, OtherTally, Tally};
pub use text::{Held, TextTally, Texts, Variant};

use super::sketch::{Counter, Key};

/// Different values of a column that are counted exactly.
pub const EXACT_VALUES: usize = 1 << 16;
/// Most frequent values that are kept of a column.
pub const TOP: usize = 50;

/// What was found of a column.
pub struct ColumnProfile {
    /// Its rows.
    pub rows: u64,
    /// Rows without a value.
    pub missing: u64,
    /// How many different values there are.
    pub distinct: u64,
    /// Whether they were counted, and not estimated.
    pub distinct_is_exact: bool,
    /// Whether any value occurs twice.
    pub has_repeats: bool,
    /// The most frequent values as they are, each with how often it occurs.
    pub top: Vec<(String, u64)>,
    /// By how much these counts may be too low.
    pub missed: u64,
    /// All values with their counts, where they were all kept.
    pub all: Option<Vec<(String, u64)>>,
    /// The numbers that it holds, also inside text.
    pub numbers: Option<Numbers>,
    /// The days that it holds, also inside text.
    pub days: Option<Days>,
    /// What its texts are.
    pub texts: Option<Texts>,
    /// A number that two columns share when they hold the same in every row.
    pub fingerprint: u64,
}

/// A value that is missing, as a hash.
const GAP: u64 = 0x51_7C_C1_B7_27_22_0A_95;

/// Values with how often each occurs.
type Counted = Vec<(String, u64)>;

/// The most frequent values as text, and all of them where they were all kept.
fn counted<K: Key>(counter: &Counter<K>, shown: impl Fn(&K) -> String) -> (Counted, Option<Counted>) {
    let top = counter.top(TOP).into_iter().map(|(key, count)| (shown(key), count)).collect();
    let all = counter.is_exact().then(|| counter.entries().map(|(key, count)| (shown(key), count)).collect());
    (top, all)
}
