//! The built-in functions. Each family's list stands in its folder; each function is one file.

pub mod clean;
pub mod keep;
mod parameters;
mod ratios;
pub mod segment;
mod spells;
pub mod value;
mod watch;

pub use parameters::ParameterRow;
use regulars_plugin::Registered;

use crate::table::Frame;

/// A built-in function.
pub type BuiltIn = Registered<Frame>;

/// Every built-in function, family by family, in the order in which help lists them.
pub fn functions() -> Vec<BuiltIn> {
    [clean::functions(), segment::functions(), value::functions(), keep::functions()].into_iter().flatten().collect()
}
