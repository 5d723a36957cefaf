//! What help and completion know of modules.

use std::sync::Arc;

use rhai::Engine;

use super::super::World;
use super::{Declared, Loaded, Modules};
use regulars_plugin::Result;

/// A module, as help tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleManual {
    /// What it is imported as: `cohorts`.
    pub name: String,
    /// The name under which the session has it; empty where it has not imported it.
    pub alias: String,
    /// Its file.
    pub file: String,
    /// What the comment says with which the file begins.
    pub about: String,
    /// Its functions, in the order of the file.
    pub functions: Vec<ModuleFunction>,
    /// Its constants, each with its value as text.
    pub constants: Vec<(String, String)>,
}

/// A function of a module, as help tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleFunction {
    /// Its name.
    pub name: String,
    /// The names of its arguments.
    pub arguments: Vec<String>,
    /// Its `///` comment.
    pub about: String,
    /// The line on which it is declared.
    pub line: usize,
}

impl Modules {
    /// The manual of a module that can be imported by this name.
    pub(in crate::script) fn manual_of(&self, engine: &Engine, world: &Arc<World>, name: &str) -> Result<ModuleManual> {
        let home = self.places().home();
        self.load(engine, world, &home, name).map(|loaded| manual(&loaded, ""))
    }
}

pub(in crate::script) fn manual(loaded: &Loaded, alias: &str) -> ModuleManual {
    let function = |one: &Declared| ModuleFunction {
        name: one.name.clone(),
        arguments: one.arguments.clone(),
        about: one.about.clone().unwrap_or_default(),
        line: one.line,
    };
    ModuleManual {
        name: loaded.name.clone(),
        alias: alias.to_owned(),
        file: loaded.home.file.to_string(),
        about: super::shape::about(&loaded.home.text),
        functions: loaded.functions().map(function).collect(),
        constants: loaded.constants.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
    }
}
