//! Plugins that lie beside the program, and the list of those that are loaded.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::Arguments;
use crate::console::Console;
#[cfg(unix)]
use crate::plugin::Isolation;
use crate::plugin::{Plugin, in_folder};
use crate::show::{self, Page, Role};

/// Plugins in the folder of the program, by their file name. Whoever can write there can replace the program itself, so
/// loading them asks for no more trust than starting it. One that cannot be loaded is told and left out.
pub(super) fn beside(loaded: &[Plugin], console: &Console) -> Vec<Plugin> {
    let mut plugins = Vec::new();
    for file in files_beside() {
        match Plugin::open(&file) {
            Ok(plugin) if loaded.iter().any(|one| one.name() == plugin.name()) => {}
            Ok(plugin) => plugins.push(plugin),
            Err(failure) => console.note(&failure.to_string()),
        }
    }
    plugins
}

/// Plugins that the command line names.
pub(super) fn asked_for(arguments: &Arguments) -> Result<Vec<Plugin>> {
    arguments.plugin.iter().map(|file| open(file, arguments.isolate)).collect()
}

#[cfg(unix)]
fn open(file: &Path, isolate: bool) -> Result<Plugin> {
    if !isolate {
        return Plugin::open(file);
    }
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(format!("this program cannot be found to be started for a plugin: {error}")))?;
    Plugin::open_isolated(file, &Isolation { program, memory: None })
}

#[cfg(not(unix))]
fn open(file: &Path, isolate: bool) -> Result<Plugin> {
    if isolate {
        return Err(Failure::new("plugins cannot be isolated on this system").help("leave `--isolate` out"));
    }
    Plugin::open(file)
}

fn files_beside() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    program.as_deref().and_then(std::path::Path::parent).map(in_folder).unwrap_or_default()
}

/// `regulars plugin list`
pub(super) fn list(arguments: &Arguments, console: &Arc<Console>) -> Result<u8> {
    let mut plugins = asked_for(arguments)?;
    if !arguments.no_plugins {
        plugins.extend(beside(&plugins, console));
    }
    let mut page = Page::new();
    if plugins.is_empty() {
        page.text("no plugin is loaded").line();
        page.role(Role::Advice, "`--plugin FILE` loads one; plugins/README.md tells how to write one").line();
    }
    for plugin in &plugins {
        page.role(Role::Heading, plugin.name()).text(&format!(" {}", plugin.version()));
        page.role(Role::Note, &format!("  ABI {} · {}", plugin.abi(), plugin.path().display())).line();
        let lines: Vec<(String, String)> =
            plugin.manuals().iter().map(|manual| (manual.name.clone(), manual.summary.clone())).collect();
        page.append(show::found(&lines, console.width()));
    }
    console.print(&page);
    Ok(0)
}
