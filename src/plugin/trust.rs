//! Which projects' `regulars.toml` the user has accepted: a file that somebody else wrote makes no code run.
//!
//! What was accepted is one file in one place with these bytes, written down in the user's own `regulars.toml`. Any change
//! asks anew.

use regulars_plugin::{Failure, Result};
use toml_edit::{ArrayOfTables, Item, Table, value};

use super::pins::Pins;

/// Whether a project's pins may be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user accepted the file as it is, or it pins nothing.
    Given,
    /// The user accepted it, but it has changed since.
    Changed,
    /// The user was never asked.
    Never,
}

impl Pins {
    /// Whether the owner of this file accepted that project.
    pub fn trust_in(&self, project: &Pins) -> Trust {
        if project.list().is_empty() {
            return Trust::Given;
        }
        let file = resolved(project);
        let found = self.trusted().find(|table| table.get("path").and_then(Item::as_str) == Some(&file));
        match found.and_then(|table| table.get("sha256")).and_then(Item::as_str) {
            Some(sha256) if sha256 == project.sha256() => Trust::Given,
            Some(_) => Trust::Changed,
            None => Trust::Never,
        }
    }

    /// Accepts a project's file as it is, in the place of what it was before.
    pub fn trust(&mut self, project: &Pins) -> Result<()> {
        self.distrust(project)?;
        let mut table = Table::new();
        table.decor_mut().set_prefix(if self.document.is_empty() { "" } else { "\n" });
        table.insert("path", value(resolved(project)));
        table.insert("sha256", value(project.sha256()));
        let item = self.document.entry("trusted").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        item.as_array_of_tables_mut().ok_or_else(no_tables)?.push(table);
        Ok(())
    }

    /// Takes the acceptance of a project back; whether there was one.
    pub fn distrust(&mut self, project: &Pins) -> Result<bool> {
        let file = resolved(project);
        let Some(item) = self.document.get_mut("trusted") else {
            return Ok(false);
        };
        let tables = item.as_array_of_tables_mut().ok_or_else(no_tables)?;
        let before = tables.len();
        tables.retain(|table| table.get("path").and_then(Item::as_str) != Some(&file));
        let (is_less, is_empty) = (tables.len() < before, tables.is_empty());
        if is_empty {
            self.document.remove("trusted");
        }
        Ok(is_less)
    }

    fn trusted(&self) -> impl Iterator<Item = &Table> {
        self.document.get("trusted").and_then(Item::as_array_of_tables).into_iter().flatten()
    }
}

/// Why a project's pins are not loaded.
pub fn untrusted(project: &Pins, trust: Trust) -> Failure {
    let why = match trust {
        Trust::Changed => "it has changed since you trusted it",
        _ => "you have not trusted it yet",
    };
    Failure::new(format!("the plugins that `{}` asks for are not loaded: {why}", project.shown()))
        .help("a plugin is code with full rights: look at the file, then accept it with `regulars plugin trust`")
        .help("`--no-plugins` goes on without them")
}

/// Where the file really is.
fn resolved(project: &Pins) -> String {
    project.file().canonicalize().unwrap_or_else(|_| project.file().to_owned()).to_string_lossy().into_owned()
}

fn no_tables() -> Failure {
    Failure::new("`trusted` is no list of files").help("`regulars plugin trust` writes it")
}
