//! Summaries of a column that are made in one pass and stay small: how often values occur, how many different ones there
//! are, quantiles. None of them draws lots: values in the same order give the same answer.

mod counter;
mod distinct;
mod hash;
mod quantiles;
mod repeats;

pub use counter::{Counter, Key};
pub use distinct::{Distinct, RELATIVE_ERROR};
pub use hash::{hash_of, mixed};
pub use quantiles::Quantiles;
pub use repeats::Repeats;
