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
mod tokens;
mod verbs;
mod world;

pub use check::{Finding, Severity};
pub use convert::value_of;
pub use engine::{Script, State, engine};
pub use params::{Param, Params};
pub use tokens::{Highlight, highlight, is_complete};
pub use world::{Event, Listener, Texts, World};

use regulars_plugin::{Result, StandardTable};

use crate::catalogue::Catalogue;
use crate::plugin::Plugin;

/// The catalogue of the built-in functions, of the words that this room binds, and of what plugins add to both.
pub fn catalogue(plugins: &[Plugin]) -> Result<Catalogue> {
    let words = |own: &[StandardTable]| verbs::all(own).into_iter().map(|bound| bound.verb).collect();
    let mut catalogue = Catalogue::new(words(&[]));
    for plugin in plugins {
        catalogue.add(plugin)?;
    }
    let own = catalogue.own_tables().to_vec();
    if !own.is_empty() {
        catalogue.set_verbs(words(&own));
    }
    Ok(catalogue)
}
