//! Frames, expressions and the standard tables. The only room besides `files` and the plugin border that names Polars.

mod build;
mod calendar;
mod cell;
mod data;
mod expression;
mod foresee;
mod frame;
mod group;
mod import;
mod keys;
mod levels;
mod misfit;
mod periods;
mod purchase_tally;
mod purchases;
mod sql;
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
pub use expression::{Expression, Horizontal, Operand, When};
pub use expression::{Method, SELECTORS, SelectorWord, Selectors, methods};
pub use foresee::{Foreseen, foresee};
pub use frame::{About, Frame, LeftOut};
pub use frame::{Aggregate, ConcatKind, Filling, Pivot, Sample, SampleSize, SortBy};
pub use frame::{AsofKind, AsofOptions, JoinCheck, JoinKind, JoinOptions, Tolerance};
pub use group::{Closed, DynamicWindows, Groups, RollingWindows, WindowLabel, WindowStart};
pub(crate) use import::EXAMPLES;
pub use import::{Import, ImportColumn};
pub use levels::Levels;
pub use periods::CustomerPeriods;
pub use purchases::{HeldOut, HoldOut, Purchases};
pub(crate) use standard::ready;
pub use standard::{Mapping, Transactions, declare};
pub use summary::CustomerSummary;
pub(crate) use words::{failure, grouped, thousands, type_word, values_word};

pub(crate) use data::columns_of;
pub(crate) use frame::run;
