//! Mathematics on slices, over well-kept numeric crates. No frames, no customers.

mod inequality;
mod interval;
mod order;
pub mod survival;
mod watch;

pub use inequality::{Inequality, inequality};
pub use interval::{Interval, ratio, wilson};
pub use order::{average_ranks, quantile_sorted};
pub use watch::{Unwatched, Watch};
