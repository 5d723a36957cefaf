//! Plugins of either kind: libraries and scripts.

use std::path::Path;

use regulars_plugin::{Manual, Result};

use crate::plugin::Plugin;
use crate::script::ScriptPlugin;

/// A plugin that was opened.
#[derive(Clone)]
pub enum Loaded {
    /// A library, with full rights.
    Library(Plugin),
    /// A script, with the rights of the session that calls it.
    Script(ScriptPlugin),
}

impl Loaded {
    /// The library, where it is one.
    pub fn library(&self) -> Option<&Plugin> {
        match self {
            Loaded::Library(plugin) => Some(plugin),
            Loaded::Script(_) => None,
        }
    }

    /// Its name, as its author gave it.
    pub fn name(&self) -> &str {
        match self {
            Loaded::Library(plugin) => plugin.name(),
            Loaded::Script(plugin) => plugin.name(),
        }
    }

    /// Its version, as its author gave it; empty where a script says none.
    pub fn version(&self) -> &str {
        match self {
            Loaded::Library(plugin) => plugin.version(),
            Loaded::Script(plugin) => plugin.version(),
        }
    }

    /// The file it was loaded from.
    pub fn path(&self) -> &Path {
        match self {
            Loaded::Library(plugin) => plugin.path(),
            Loaded::Script(plugin) => plugin.path(),
        }
    }

    /// The manuals of its functions.
    pub fn manuals(&self) -> &[Manual] {
        match self {
            Loaded::Library(plugin) => plugin.manuals(),
            Loaded::Script(plugin) => plugin.manuals(),
        }
    }

    /// What it is made as: `ABI 1`, or `script`.
    pub fn kind(&self) -> String {
        match self {
            Loaded::Library(plugin) => format!("ABI {}", plugin.abi()),
            Loaded::Script(_) => "script".to_owned(),
        }
    }
}

impl From<Plugin> for Loaded {
    fn from(plugin: Plugin) -> Loaded {
        Loaded::Library(plugin)
    }
}

impl From<ScriptPlugin> for Loaded {
    fn from(plugin: ScriptPlugin) -> Loaded {
        Loaded::Script(plugin)
    }
}

/// Opens a plugin by its path: a script where the name ends in `.rhai`, otherwise a library, in a process of its own where
/// the program is named that serves it there. A script needs none: it cannot crash the session.
pub fn open_plugin(path: &Path, isolated_by: Option<&Path>) -> Result<Loaded> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("rhai")) {
        return ScriptPlugin::open(path).map(Loaded::from);
    }
    match isolated_by {
        None => Plugin::open(path).map(Loaded::from),
        Some(program) => isolated(path, program).map(Loaded::from),
    }
}

#[cfg(unix)]
fn isolated(path: &Path, program: &Path) -> Result<Plugin> {
    let isolation = crate::plugin::Isolation { program: program.to_owned(), memory: None };
    Plugin::open_isolated(path, &isolation)
}

#[cfg(not(unix))]
fn isolated(_: &Path, _: &Path) -> Result<Plugin> {
    Err(regulars_plugin::Failure::new("plugins cannot be isolated on this system").help("leave `--isolate` out"))
}

/// Opens plugins by path.
pub fn open_plugins<P: AsRef<Path>>(paths: &[P], isolated_by: Option<&Path>) -> Result<Vec<Loaded>> {
    paths.iter().map(|path| open_plugin(path.as_ref(), isolated_by)).collect()
}
