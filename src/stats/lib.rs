//! Mathematics on slices, over well-kept numeric crates. No frames, no customers.

mod association;
pub mod btyd;
mod chunks;
pub mod cluster;
mod components;
mod density;
pub mod drift;
mod effect;
mod inequality;
mod interval;
pub mod learn;
pub mod linkage;
pub mod optimise;
mod order;
pub mod profile;
pub mod simulate;
pub mod sketch;
pub mod special;
mod straight_line;
pub mod survival;
pub mod text;
mod watch;

pub use association::{Association, ChiSquare, association, fisher_exact};
pub use chunks::in_chunks;
pub use components::Components;
pub use density::density;
pub use effect::{Effect, Moments, eta_squared, hedges_g, share_difference};
pub use inequality::{Inequality, inequality};
pub use interval::{Interval, log_interval, ratio, wilson};
pub use order::{average_ranks, quantile_sorted};
pub use straight_line::{StraightLine, straight_line};
pub use watch::{Unwatched, Watch};
