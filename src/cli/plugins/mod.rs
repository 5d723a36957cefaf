//! Plugins: which are loaded at the start, and the commands around them.

mod author;
mod pinned;
mod trial;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::arguments::{Arguments, PluginCommand};
use crate::console::Console;
use crate::plugin::{Isolation, PINS_FILE, Pin, Pins, Trust, in_folder, project_file, untrusted};
use crate::session::{Loaded, Places, open_plugin, open_read};

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
struct Started {
    plugin: Loaded,
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
pub(super) fn at_start(arguments: &Arguments, console: &Console, asking: Asking) -> Result<Vec<Loaded>> {
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
                load_pin(arguments, pins, pin, &mut loaded)?;
            }
        }
        loaded.extend(beside(arguments, &loaded, console));
    }
    Ok(loaded.into_iter().map(|one| one.plugin).collect())
}

/// Loads a pinned plugin, unless the other file pins the very same one.
fn load_pin(arguments: &Arguments, pins: &Pins, pin: &Pin, loaded: &mut Vec<Started>) -> Result<()> {
    if loaded.iter().any(|one| one.sha256.as_ref() == Some(&pin.sha256)) {
        return Ok(());
    }
    let library = pins.verify(pin)?;
    let isolation = match pin.isolate || arguments.isolate {
        true => Some(isolation(pin.memory_mb)?),
        false => None,
    };
    let plugin = open_read(&library, isolation.as_ref())
        .and_then(|plugin| pins.fits(pin, plugin.version()).map(|()| plugin))
        .map_err(|failure| failure.within(format!("plugin {}", pin.name)))?;
    unlike(loaded, &plugin)?;
    loaded.push(Started { plugin, origin: format!("pinned in {}", pins.shown()), sha256: Some(pin.sha256.clone()) });
    Ok(())
}

/// Isolation where the command line asks for it.
fn asked_isolation(arguments: &Arguments) -> Result<Option<Isolation>> {
    arguments.isolate.then(|| isolation(None)).transpose()
}

/// Isolation in a child of this program.
fn isolation(memory_mb: Option<u64>) -> Result<Isolation> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(format!("this program cannot be found to be started for a plugin: {error}")))?;
    Ok(Isolation { program, memory: memory_mb.map(|megabytes| megabytes * 1_000_000) })
}

/// Those named with `--plugin`.
fn named(arguments: &Arguments) -> Result<Vec<Started>> {
    let mut loaded: Vec<Started> = Vec::new();
    let isolation = asked_isolation(arguments)?;
    for file in &arguments.plugin {
        let plugin = open_plugin(file, isolation.as_ref())?;
        unlike(&loaded, &plugin)?;
        loaded.push(Started { plugin, origin: "named with --plugin".to_owned(), sha256: None });
    }
    Ok(loaded)
}

/// Whether a plugin has a name of its own.
fn unlike(loaded: &[Started], plugin: &Loaded) -> Result<()> {
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
fn beside(arguments: &Arguments, loaded: &[Started], console: &Console) -> Vec<Started> {
    // Where the program cannot be found, no plugin lies beside it.
    let isolation = asked_isolation(arguments).unwrap_or_default();
    let mut plugins: Vec<Started> = Vec::new();
    for file in files_beside() {
        match open_plugin(&file, isolation.as_ref()) {
            Ok(plugin) if loaded.iter().chain(&plugins).any(|one| one.plugin.name() == plugin.name()) => {}
            Ok(plugin) => plugins.push(Started { plugin, origin: "beside the program".to_owned(), sha256: None }),
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

/// Where modules lie: the user's own ones in the folder `lib` beside the user's list of plugins.
pub(super) fn places() -> Places {
    let user_pins = user_file();
    let user = user_pins.as_deref().and_then(Path::parent).map(|folder| folder.join("lib"));
    Places { script: None, user, user_pins }
}

/// The user's own file. `REGULARS_CONFIG` names another one.
fn user_file() -> Option<PathBuf> {
    match std::env::var_os("REGULARS_CONFIG").filter(|name| !name.is_empty()) {
        Some(name) => std::path::absolute(name).ok(),
        None => dirs::config_dir().map(|folder| folder.join("regulars").join(PINS_FILE)),
    }
}
