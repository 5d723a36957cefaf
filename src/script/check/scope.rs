//! The variables that are visible where the script is being walked.

use std::collections::HashSet;

use rhai::{Dynamic, Position, Shared};

use super::functions::Function;
use super::seen::Seen;
use crate::script::last::LAST;
use crate::script::verbs::SELECTORS;
use crate::table::Selectors;

/// A variable.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) seen: Seen,
    pub(super) is_constant: bool,
    /// Where it was declared with `let`, if an unused one is worth a word.
    declared: Option<Position>,
    is_used: bool,
    /// Whether a closure holds it too, and may change its value in place whenever it is called.
    is_shared: bool,
    /// Changes with every new value.
    stamp: u64,
}

/// The variables, the innermost last.
#[derive(Default)]
pub(super) struct Variables {
    all: Vec<Variable>,
    /// The first one that is visible: a `fn` sees its own only.
    first: usize,
    stamp: u64,
    /// Names to which closures give values, whenever they are called.
    changed_by_closures: HashSet<String>,
}

/// The values of the variables at some point.
pub(super) struct Snapshot(Vec<(Seen, u64)>);

impl Variables {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Remembers to which variables the closures of a cell give values.
    pub(super) fn declare_assigned(&mut self, functions: &[Shared<Function>]) {
        let closures = functions.iter().filter(|function| function.is_closure);
        self.changed_by_closures.extend(closures.flat_map(|closure| closure.assigned.iter().cloned()));
        for variable in &mut self.all {
            if self.changed_by_closures.contains(&variable.name) {
                variable.seen = Seen::unknown();
            }
        }
    }

    /// A closure takes a variable along.
    pub(super) fn share(&mut self, name: &str) {
        if let Some(place) = self.place(name) {
            self.all[place].is_shared = true;
            let seen = self.all[place].seen.clone();
            self.set(name, seen);
        }
    }

    /// A constant of the outermost scope is read from anywhere.
    pub(super) fn use_outermost(&mut self, name: &str) {
        if let Some(variable) = self.all.iter_mut().find(|variable| variable.name == name) {
            variable.is_used = true;
        }
    }

    pub(super) fn declare(&mut self, name: &str, seen: Seen, is_constant: bool, declared: Option<Position>) {
        self.stamp += 1;
        let seen = if self.changed_by_closures.contains(name) { Seen::unknown() } else { seen };
        let declared = declared.filter(|_| !name.starts_with('_'));
        self.all.push(Variable {
            name: name.to_owned(),
            seen,
            is_constant,
            declared,
            is_used: false,
            is_shared: false,
            stamp: self.stamp,
        });
    }

    fn place(&self, name: &str) -> Option<usize> {
        (self.first..self.all.len()).rev().find(|place| self.all[*place].name == name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.place(name).map(|place| &self.all[place])
    }

    /// What is known of a variable that is read; none if there is no such variable.
    pub(super) fn read(&mut self, name: &str) -> Option<Seen> {
        if name == LAST {
            return Some(Seen::unknown());
        }
        let Some(place) = self.place(name) else {
            // A value that stands in every script, unless a variable of that name hides it.
            return (name == SELECTORS).then(|| Seen::is(Dynamic::from(Selectors)));
        };
        self.all[place].is_used = true;
        Some(self.all[place].seen.clone())
    }

    pub(super) fn set(&mut self, name: &str, seen: Seen) {
        self.stamp += 1;
        let seen = if self.changed_by_closures.contains(name) { Seen::unknown() } else { seen };
        if let Some(place) = self.place(name) {
            let variable = &mut self.all[place];
            variable.seen = if variable.is_shared && !seen.is_fixed() { Seen::unknown() } else { seen };
            variable.stamp = self.stamp;
        }
    }

    /// Forgets what is known of a variable.
    pub(super) fn forget(&mut self, name: &str) {
        self.set(name, Seen::unknown());
    }

    /// Forgets what is not certain.
    pub(super) fn forget_unsure(&mut self) {
        for variable in &mut self.all {
            if !variable.seen.is_sure {
                variable.seen = Seen::unknown();
            }
        }
    }

    /// Leaves a scope: its variables that nobody has read, each with its place.
    pub(super) fn leave(&mut self, length: usize) -> Vec<(String, Position)> {
        let gone = self.all.drain(length.min(self.all.len())..);
        gone.filter(|one| !one.is_used).filter_map(|one| Some((one.name, one.declared?))).collect()
    }

    /// Enters a `fn`, which sees nothing of what is outside; answers what `leave_function` wants back.
    pub(super) fn enter_function(&mut self) -> usize {
        std::mem::replace(&mut self.first, self.all.len())
    }

    pub(super) fn leave_function(&mut self, first: usize) {
        self.first = first;
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(self.all.iter().map(|variable| (variable.seen.clone(), variable.stamp)).collect())
    }

    pub(super) fn restore(&mut self, snapshot: &Snapshot) {
        for (variable, (seen, stamp)) in self.all.iter_mut().zip(&snapshot.0) {
            variable.seen = seen.clone();
            variable.stamp = *stamp;
        }
    }

    /// Joins what one branch has made of the variables with what the other has, which is what they are now.
    pub(super) fn join(&mut self, before: &Snapshot, other: Snapshot) {
        for ((variable, (_, before)), (seen, stamp)) in self.all.iter_mut().zip(&before.0).zip(other.0) {
            if variable.stamp != *before || stamp != *before {
                variable.seen = variable.seen.clone().either(seen);
                self.stamp += 1;
                variable.stamp = self.stamp;
            }
        }
    }

    /// A name that nobody answers to most likely stands for this variable: it is not also told to be unused.
    pub(super) fn is_meant(&mut self, name: &str) {
        let names = self.names_to_offer();
        let meant = regulars_plugin::nearest(name, names.iter().map(String::as_str));
        for variable in self.all.iter_mut().filter(|one| Some(one.name.as_str()) == meant) {
            variable.is_used = true;
        }
    }

    /// The names from which a message picks the near one: also those that a `fn` does not see.
    pub(super) fn names_to_offer(&self) -> Vec<String> {
        self.all.iter().map(|variable| variable.name.clone()).collect()
    }
}
