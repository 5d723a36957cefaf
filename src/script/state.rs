//! What pieces of script leave behind for the pieces after them.

use std::sync::Arc;

use rhai::{AST, Array, Dynamic, Position, Scope, Stmt};

use super::convert::value_of;
use super::modules::{Kept, Loaded};
use crate::show::{self, Value};

/// The variables and functions that pieces of script have left behind.
#[derive(Default)]
pub struct State {
    pub(super) scope: Scope<'static>,
    pub(super) functions: AST,
    /// The modules that were imported, each under its name.
    pub(super) modules: Vec<(String, Arc<Loaded>)>,
    /// Whether a piece reads constants with `global::`.
    pub(super) reads_constants: bool,
}

impl State {
    /// Keeps what a piece has imported at its outermost level, under the names that it gave.
    pub(super) fn import(&mut self, piece: &AST, imported: Vec<(Position, Arc<Loaded>)>) {
        for (position, module) in imported {
            let statements = piece.statements().iter();
            let alias = statements.filter_map(|statement| match statement {
                Stmt::Import(parts, _) if parts.0.start_position() == position => Some(parts.1.name.to_string()),
                _ => None,
            });
            for alias in alias.filter(|alias| !alias.is_empty()) {
                self.modules.retain(|(known, _)| *known != alias);
                self.modules.push((alias, Arc::clone(&module)));
            }
        }
    }

    /// What the next piece begins with.
    pub(super) fn kept(&self) -> Kept {
        let mut kept = Kept::default();
        for (alias, module) in &self.modules {
            kept.imports.push((alias.as_str().into(), Arc::clone(module)));
        }
        if self.reads_constants {
            let constants = self.scope.iter_raw().filter(|(_, is_constant, _)| *is_constant);
            kept.constants = constants.map(|(name, _, value)| (name.into(), value.clone())).collect();
            // The newest stands first.
            kept.constants.reverse();
        }
        kept
    }

    /// Forgets all but the newest of several variables of one name.
    pub(super) fn forget_shadowed(&mut self) {
        forget_shadowed(&mut self.scope);
    }

    /// The functions, each with the names of its arguments; those without a name are left out.
    pub fn functions(&self) -> Vec<(String, Vec<String>)> {
        let named = self.functions.iter_functions().filter(|one| !one.name.starts_with("anon$"));
        named.map(|one| (one.name.to_owned(), one.params.iter().map(|name| (*name).to_owned()).collect())).collect()
    }

    /// Names and values of the variables, in the order of their declaration.
    /// A list of thousands is told by its length only: these are asked for before every line that is typed.
    pub fn variables(&self) -> Vec<(String, Value)> {
        let mut found: Vec<(String, Value)> =
            self.scope.iter_raw().map(|(name, _, value)| (name.to_owned(), glance(value))).collect();
        // Rhai gives the newest first.
        found.reverse();
        found
    }
}

/// A value as far as a glance goes.
fn glance(value: &Dynamic) -> Value {
    /// Values of a list that are looked at.
    const SOME: usize = 1000;
    match value.read_lock::<Array>() {
        Some(list) if list.len() > SOME => {
            Value::Other(format!("list of {} values", show::number(list.len() as f64, Some(0))))
        }
        _ => value_of(value),
    }
}

/// Every `let` adds an entry, also for a name that is there: the older ones would keep their frames in memory. Values are
/// moved, never copied: a list may hold millions.
fn forget_shadowed(scope: &mut Scope<'static>) {
    // The newest stands first in this list of Rhai's.
    let mut names: Vec<String> = scope.iter_raw().map(|(name, _, _)| name.to_owned()).collect();
    names.reverse();
    let last = |place: usize| !names[place + 1..].contains(&names[place]);
    let stays: Vec<bool> = (0..names.len()).map(last).collect();
    if stays.iter().all(|stays| *stays) {
        return;
    }
    let mut kept: Vec<(String, bool, Dynamic)> = Vec::new();
    for place in (0..names.len()).rev() {
        let is_constant = scope.is_constant(&names[place]).unwrap_or(false);
        // A name means its last entry, and that is the one at the end.
        let value = scope.remove::<Dynamic>(&names[place]).unwrap_or_default();
        if stays[place] {
            kept.push((names[place].clone(), is_constant, value));
        }
    }
    for (name, is_constant, value) in kept.into_iter().rev() {
        match is_constant {
            true => scope.push_constant_dynamic(name, value),
            false => scope.push_dynamic(name, value),
        };
    }
}
