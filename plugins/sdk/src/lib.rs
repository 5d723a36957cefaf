//! The contract that built-in functions and plugins of Regulars both sign.
//!
//! A function is a struct: its fields are its options, its doc comment is its manual, its
//! [`run`](Function::run) is its computation. The host's own functions and a plugin's are declared the same
//! way; `plugins/README.md` takes an author from nothing to a tested plugin.

pub mod abi;
mod border;
mod chart;
mod context;
mod drawing;
mod failure;
mod function;
mod manual;
mod model;
mod option;
mod output;
mod panics;
mod registered;
mod standard;
mod table;
pub mod testing;

pub use border::Plugin;
pub use chart::{Arrange, AxisScale, Chart, Mark, PictureTheme};
pub use chrono::NaiveDate as Date;
pub use context::{Context, Host, Quiet};
pub use drawing::{Anchor, Drawing, Ink, Shape, Style};
pub use failure::{Failure, Place, Result, Rows, nearest};
pub use function::{Beside, Family, Function, Input, NoTable, TakesTable};
pub use manual::{ColumnKind, ColumnManual, Example, Manual, OptionKind, OptionManual, TableManual};
pub use model::{Fitted, FittedOn, Given, Model};
pub use option::{ColumnName, GivenTable, Span, SpanUnit};
pub use output::{Nothing, Output};
pub use registered::Registered;
pub use standard::{Holds, OwnTable, StandardColumn, StandardTable};
pub use table::{Column, Table, Transactions, Values};

#[doc(hidden)]
pub use border::{Entered, entry};
#[doc(hidden)]
pub use panics::hush;
