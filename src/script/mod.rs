//! The only room that names Rhai: engine, binding from the catalogue, conversion, translation of errors.

mod arguments;
mod bind;
mod check;
mod convert;
mod engine;
mod failure;
mod last;
mod options;
mod params;
mod plugin;
mod tokens;
mod verbs;
mod world;

pub use check::{Finding, Severity};
pub use convert::value_of;
pub use engine::{Script, State, engine};
pub use params::{Param, Params};
pub use plugin::{ScriptPlugin, Stage, is_plugin};
pub use tokens::{Highlight, highlight, is_complete};
pub use world::{Event, Listener, Texts, World};

use crate::catalogue::Catalogue;

/// The catalogue of the built-in functions and of the words that this room binds.
pub fn catalogue() -> Catalogue {
    Catalogue::new(verbs::all().into_iter().map(|bound| bound.verb).collect())
}
