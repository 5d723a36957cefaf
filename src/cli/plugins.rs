//! Plugins that lie beside the program, and the list of those that are loaded.

use std::path::PathBuf;
use std::sync::Arc;

use regulars_plugin::Result;

use super::arguments::Arguments;
use crate::console::Console;
use crate::plugin::in_folder;
use crate::session::{Loaded, open_plugin, open_plugins};
use crate::show::{self, Page, Role};

/// Plugins in the folder of the program, by their file name. Whoever can write there can replace the program itself, so
/// loading them asks for no more trust than starting it. One that cannot be loaded is told and left out.
fn beside(loaded: &[Loaded], console: &Console) -> Vec<Loaded> {
    let mut plugins = Vec::new();
    for file in files_beside() {
        match open_plugin(&file, None) {
            Ok(plugin) if loaded.iter().any(|one| one.name() == plugin.name()) => {}
            Ok(plugin) => plugins.push(plugin),
            Err(failure) => console.note(&failure.to_string()),
        }
    }
    plugins
}

fn files_beside() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    program.as_deref().and_then(std::path::Path::parent).map(in_folder).unwrap_or_default()
}

/// The plugins that were asked for and those that lie beside the program.
pub(super) fn asked_for(arguments: &Arguments, console: &Console) -> Result<Vec<Loaded>> {
    let program = arguments.isolate.then(std::env::current_exe).and_then(std::io::Result::ok);
    let mut plugins = open_plugins(&arguments.plugin, program.as_deref())?;
    if !arguments.no_plugins {
        plugins.extend(beside(&plugins, console));
    }
    Ok(plugins)
}

/// `regulars plugin list`
pub(super) fn list(arguments: &Arguments, console: &Arc<Console>) -> Result<u8> {
    let plugins = asked_for(arguments, console)?;
    let mut page = Page::new();
    if plugins.is_empty() {
        page.text("no plugin is loaded").line();
        page.role(Role::Advice, "`--plugin FILE` loads one; plugins/README.md tells how to write one").line();
    }
    for plugin in &plugins {
        page.role(Role::Heading, plugin.name()).text(format!(" {}", plugin.version()).trim_end());
        page.role(Role::Note, &format!("  {} · {}", plugin.kind(), plugin.path().display())).line();
        let lines: Vec<(String, String)> =
            plugin.manuals().iter().map(|manual| (manual.name.clone(), manual.summary.clone())).collect();
        page.append(show::found(&lines, console.width()));
    }
    console.print(&page);
    Ok(0)
}
