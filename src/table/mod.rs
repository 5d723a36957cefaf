//! Frames, expressions and the standard tables. The only room besides `files` and the plugin border that names Polars.

mod build;
mod calendar;
mod cell;
mod data;
mod expression;
mod frame;
mod group;
mod import;
mod standard;
mod stream;
mod summary;
mod tally;
mod words;

pub use build::FrameBuilder;
pub use calendar::Calendar;
pub use cell::Cell;
pub use data::Data;
pub(crate) use expression::type_of_word;
pub use expression::{Expression, Operand, When};
pub use expression::{METHODS, Method};
pub use frame::{About, Frame, JoinKind, LeftOut, SortBy};
pub use group::Groups;
pub(crate) use import::EXAMPLES;
pub use import::{Import, ImportColumn};
pub(crate) use standard::ready;
pub use standard::{Mapping, Transactions, declare};
pub use summary::{CustomerPeriods, CustomerSummary};
pub(crate) use words::{failure, grouped, thousands, type_word, values_word};

pub(crate) use data::columns_of;
pub(crate) use frame::run;
