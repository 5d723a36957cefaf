//! The only room that names Rhai: engine, binding from the catalogue, conversion, translation of errors.

mod answers;
mod apart;
mod arguments;
mod bind;
mod caught;
mod check;
mod convert;
mod engine;
mod failure;
mod growing;
mod last;
mod modules;
mod options;
mod params;
mod plugin;
mod said;
mod snapshots;
mod state;
mod tokens;
mod verbs;
mod world;

pub use answers::Answers;
pub use check::{Finding, Severity};
pub use convert::{Opened, opened, value_of};
pub use engine::{Script, engine};
pub use modules::{Importable, ModuleFunction, ModuleManual, Modules, Places};
pub use params::{Param, ParamKind, Params};
pub use plugin::{ScriptPlugin, Stage, is_plugin};
pub use snapshots::{PENDING, SNAPSHOT, Snapshots, SnapshotsUsed, Unlike};
pub use state::State;
pub use tokens::{Highlight, highlight, is_complete};
pub use world::{Event, Listener, Texts, World};

use regulars_plugin::{Result, StandardTable};

use crate::catalogue::{Catalogue, Verb};
use crate::plugin::Plugin;

/// The catalogue without any plugin.
fn plain_catalogue() -> Catalogue {
    Catalogue::new(words(&[]))
}

fn words(own_tables: &[StandardTable]) -> Vec<Verb> {
    verbs::all(own_tables).iter().map(|bound| bound.verb.clone()).collect()
}

/// The parameters that a piece of script declares, found without an engine that could run it.
pub fn declared_params(source: &str) -> Result<Vec<Param>> {
    let places = last::Places::default();
    places.find(source);
    plugin::compiled(source, &places).map(|ast| params::declared(&ast))
}

/// A function that a piece of script declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// How many arguments it takes.
    pub arguments: usize,
    /// The line on which its body begins.
    pub line: usize,
}

/// The functions that a piece of script declares, found without an engine that could run it.
pub fn declared_functions(source: &str) -> Result<Vec<Declared>> {
    let places = last::Places::default();
    places.find(source);
    let ast = plugin::compiled(source, &places)?;
    let written = ast.shared_lib().iter_script_fn_info().filter(|(_, _, name, _, _)| !name.starts_with("anon$"));
    let declared = written.map(|(_, _, name, arguments, function)| Declared {
        name: name.to_owned(),
        arguments,
        line: function.body.start_position().line().unwrap_or(1),
    });
    Ok(declared.collect())
}

/// The catalogue of the built-in functions, of the words that this room binds, and of what plugins add to both.
pub fn catalogue(plugins: &[Plugin]) -> Result<Catalogue> {
    let mut catalogue = plain_catalogue();
    for plugin in plugins {
        catalogue.add(plugin)?;
    }
    let own = catalogue.own_tables().to_vec();
    if !own.is_empty() {
        catalogue.set_verbs(words(&own));
    }
    Ok(catalogue)
}
