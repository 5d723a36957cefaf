//! Modules: files of functions that scripts import. Where they lie and what they may hold is decided here; Rhai only asks.

mod call;
mod load;
mod manual;
mod name;
mod places;
mod resolver;
mod shape;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regulars_plugin::Failure;
use rhai::{AST, Dynamic, ImmutableString, Module, Position, Shared};

pub(super) use call::{HANDED_OVER, reached};
pub(super) use manual::manual;
pub use manual::{ModuleFunction, ModuleManual};
pub use places::{Importable, Places};
pub(super) use resolver::{Resolver, prologue};
pub(super) use shape::{is_module, without_alias};

/// The modules that scripts of a session may import, and those that they did.
#[derive(Default)]
pub struct Modules {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    places: Places,
    /// By file, links resolved: what was made of it last.
    loaded: HashMap<PathBuf, Arc<Loaded>>,
    /// The files that are being loaded, each importing the next.
    loading: Vec<PathBuf>,
    /// What the next piece begins with.
    kept: Kept,
    /// What the piece that runs has imported, with the place of each name.
    imported: Vec<(Position, Arc<Loaded>)>,
}

/// Imports and constants that a piece begins with.
#[derive(Default, Clone)]
pub(super) struct Kept {
    pub(super) imports: Vec<(ImmutableString, Arc<Loaded>)>,
    pub(super) constants: Vec<(ImmutableString, Dynamic)>,
    /// Whether the imports stand in the very text that begins.
    are_own: bool,
}

impl Kept {
    pub(super) fn is_empty(&self) -> bool {
        self.imports.is_empty() && self.constants.is_empty()
    }
}

/// A file of functions, as messages speak of it.
pub(super) struct Home {
    /// What it is called in messages.
    pub(super) file: Arc<str>,
    pub(super) text: Arc<str>,
    /// The folder in which it lies.
    folder: PathBuf,
    functions: Vec<Declared>,
    /// The modules that it imports, each under its name there.
    modules: Vec<(String, Arc<Loaded>)>,
}

/// A function of a module.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) is_private: bool,
    pub(super) line: usize,
    /// The `///` comment above it.
    pub(super) about: Option<String>,
}

/// A module.
pub(super) struct Loaded {
    /// The name by which it was imported first.
    pub(super) name: String,
    path: PathBuf,
    pub(super) home: Arc<Home>,
    pub(super) constants: Vec<(String, Dynamic)>,
    module: Shared<Module>,
    pub(super) ast: AST,
}

impl Home {
    /// The functions and their arguments, as messages want them.
    pub(super) fn arguments(&self) -> Vec<(String, Vec<String>)> {
        self.functions.iter().map(|one| (one.name.clone(), one.arguments.clone())).collect()
    }

    pub(super) fn modules(&self) -> &[(String, Arc<Loaded>)] {
        &self.modules
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Loaded {
    /// The functions that are seen from outside.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Declared> {
        self.home.functions.iter().filter(|one| !one.is_private)
    }

    /// Every function of that name, also those that are not seen.
    pub(super) fn of_name(&self, name: &str) -> Vec<&Declared> {
        self.home.functions.iter().filter(|one| one.name == name).collect()
    }
}

impl Modules {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on modules are looked for in these folders.
    pub fn set_places(&self, places: Places) {
        self.state().places = places;
    }

    /// The folders in which modules are looked for.
    pub fn places(&self) -> Places {
        self.state().places.clone()
    }

    /// The modules that the script may import, beside those that its modules may.
    pub fn importable(&self) -> Vec<Importable> {
        let places = self.places();
        places.list(&places.home())
    }

    /// What the next piece begins with.
    pub(super) fn keep(&self, kept: Kept) {
        let mut state = self.state();
        state.kept = kept;
        state.imported.clear();
    }

    /// What the piece that ran has imported.
    pub(super) fn take_imported(&self) -> Vec<(Position, Arc<Loaded>)> {
        std::mem::take(&mut self.state().imported)
    }

    /// Adds the line to a failure whose place lies in a module.
    pub(super) fn fill(&self, failure: &mut Failure) {
        let Some(place) = failure.place.as_mut().filter(|place| place.text.is_none()) else { return };
        let state = self.state();
        let found = state.loaded.values().find(|one| place.source.as_deref() == Some(&*one.home.file));
        if let Some(found) = found {
            place.text = super::world::line_of(&found.home.text, place.line);
        }
    }
}
