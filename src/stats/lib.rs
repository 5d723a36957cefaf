//! Mathematics on slices, over well-kept numeric crates. No frames, no customers.

pub mod btyd;
mod chunks;
mod inequality;
mod interval;
pub mod optimise;
mod order;
pub mod special;
mod watch;

pub use chunks::in_chunks;
pub use inequality::{Inequality, inequality};
pub use interval::{Interval, log_interval, ratio, wilson};
pub use order::{average_ranks, quantile_sorted};
pub use watch::{Unwatched, Watch};
