//! Mathematics on slices, over well-kept numeric crates. No frames, no customers.

pub mod btyd;
mod chunks;
pub mod cluster;
mod inequality;
mod interval;
pub mod learn;
pub mod optimise;
mod order;
pub mod special;
pub mod survival;
mod watch;

pub use chunks::in_chunks;
pub use inequality::{Inequality, inequality};
pub use interval::{Interval, log_interval, ratio, wilson};
pub use order::{average_ranks, quantile_sorted};
pub use watch::{Unwatched, Watch};
