//! Plugins: which are loaded at the start, and the commands around them.

mod author;
mod pinned;
mod trial;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::{Arguments, PluginCommand};
use crate::console::Console;
use crate::plugin::{PINS_FILE, Pin, Pins, Plugin, Trust, in_folder, project_file, untrusted};
use crate::session::open_plugins;

/// `regulars plugin …`
pub(super) fn command(arguments: &Arguments, console: &Arc<Console>, command: &PluginCommand) -> Result<u8> {
    match command {
        PluginCommand::New { name, into } => author::new(console, name, into),
        PluginCommand::Build { folder, dev } => author::build(console, folder, *dev),
        PluginCommand::Test { what, release } => trial::test(arguments, console, what, *release),
        PluginCommand::Add { file, user } => pinned::add(console, file, *user),
        PluginCommand::Remove { name, user } => pinned::remove(console, name, *user),
        PluginCommand::List => pinned::list(arguments, console),
        PluginCommand::Info { what } => pinned::info(arguments, console, what),
        PluginCommand::Verify => pinned::verify(console),
        PluginCommand::Trust { yes, forget } => pinned::trust(console, *yes, *forget),
    }
}

/// A loaded plugin, and why it is there.
struct Loaded {
    plugin: Plugin,
    origin: String,
    /// What it is pinned to.
    sha256: Option<String>,
}

/// Whether a project's plugins may be asked for at the terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    Yes,
    No,
}

/// The plugins that this start has: those named on the command line, those pinned by the user and the project, and those
/// beside the program.
pub(super) fn at_start(arguments: &Arguments, console: &Console, asking: Asking) -> Result<Vec<Plugin>> {
    let mut loaded = named(arguments)?;
    if !arguments.no_plugins {
        let files = Files::read()?;
        let project = match files.trust() {
            Some((project, trust)) if trust != Trust::Given => match asking {
                Asking::Yes => pinned::ask(console, project, trust)?.then_some(project),
                Asking::No => return Err(untrusted(project, trust)),
            },
            _ => files.project.as_ref(),
        };
        for pins in [Some(&files.user), project].into_iter().flatten() {
            for pin in pins.list() {
                load_pin(pins, pin, &mut loaded)?;
            }
        }
        loaded.extend(beside(&loaded, console));
    }
    Ok(loaded.into_iter().map(|one| one.plugin).collect())
}

/// Loads a pinned plugin, unless the other file pins the very same one.
fn load_pin(pins: &Pins, pin: &Pin, loaded: &mut Vec<Loaded>) -> Result<()> {
    if loaded.iter().any(|one| one.sha256.as_ref() == Some(&pin.sha256)) {
        return Ok(());
    }
    let plugin = pins.load(pin)?;
    unlike(loaded, &plugin)?;
    loaded.push(Loaded { plugin, origin: format!("pinned in {}", pins.shown()), sha256: Some(pin.sha256.clone()) });
    Ok(())
}

/// Those named with `--plugin`.
fn named(arguments: &Arguments) -> Result<Vec<Loaded>> {
    let mut loaded: Vec<Loaded> = Vec::new();
    for plugin in open_plugins(&arguments.plugin)? {
        unlike(&loaded, &plugin)?;
        loaded.push(Loaded { plugin, origin: "named with --plugin".to_owned(), sha256: None });
    }
    Ok(loaded)
}

/// Whether a plugin has a name of its own.
fn unlike(loaded: &[Loaded], plugin: &Plugin) -> Result<()> {
    match loaded.iter().find(|one| one.plugin.name() == plugin.name()) {
        Some(one) => Err(two_of_a_name(plugin.name(), one.plugin.path(), plugin.path())),
        None => Ok(()),
    }
}

fn two_of_a_name(name: &str, one: &Path, other: &Path) -> Failure {
    Failure::new(format!("two plugins are called `{name}`: `{}` and `{}`", one.display(), other.display())).help(
        format!(
            "load one of them only: `--no-plugins` leaves pinned ones out, `regulars plugin remove {name}` for good"
        ),
    )
}

/// Plugins in the folder of the program, by their file name. Whoever can write there can replace the program itself, so
/// loading them asks for no more trust than starting it. One that cannot be loaded is told and left out.
fn beside(loaded: &[Loaded], console: &Console) -> Vec<Loaded> {
    let mut plugins: Vec<Loaded> = Vec::new();
    for file in files_beside() {
        match Plugin::open(&file) {
            Ok(plugin) if loaded.iter().chain(&plugins).any(|one| one.plugin.name() == plugin.name()) => {}
            Ok(plugin) => plugins.push(Loaded { plugin, origin: "beside the program".to_owned(), sha256: None }),
            Err(failure) => console.note(&failure.to_string()),
        }
    }
    plugins
}

fn files_beside() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    program.as_deref().and_then(Path::parent).map(in_folder).unwrap_or_default()
}

/// The two files that pin plugins: the user's, and that of the project in which the program was started.
struct Files {
    user: Pins,
    project: Option<Pins>,
}

impl Files {
    fn read() -> Result<Files> {
        let user = user_file();
        let project = project_file(&here()?, user.as_deref()).map(|file| Pins::of_project(&file)).transpose()?;
        // Where there is no home there is nothing that its owner asked for.
        let user = Pins::read(&user.unwrap_or_default())?;
        Ok(Files { user, project })
    }

    /// The project's file, if there is one, and whether the user accepted it.
    fn trust(&self) -> Option<(&Pins, Trust)> {
        self.project.as_ref().map(|project| (project, self.user.trust_in(project)))
    }

    /// Every file that is there.
    fn all(&self) -> impl Iterator<Item = &Pins> {
        [Some(&self.user), self.project.as_ref()].into_iter().flatten()
    }
}

fn here() -> Result<PathBuf> {
    std::env::current_dir().map_err(|error| Failure::new(format!("the working directory cannot be found: {error}")))
}

/// The user's own file. `REGULARS_CONFIG` names another one.
fn user_file() -> Option<PathBuf> {
    match std::env::var_os("REGULARS_CONFIG").filter(|name| !name.is_empty()) {
        Some(name) => std::path::absolute(name).ok(),
        None => dirs::config_dir().map(|folder| folder.join("regulars").join(PINS_FILE)),
    }
}
