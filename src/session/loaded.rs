//! Plugins of either kind: libraries and scripts.

use std::path::Path;

use regulars_plugin::{Failure, Manual, Result};

use crate::plugin::{Isolation, Library, Plugin};
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
/// that is asked for. A script needs none: it cannot crash the session.
pub fn open_plugin(path: &Path, isolation: Option<&Isolation>) -> Result<Loaded> {
    match isolation {
        _ if is_script(path) => ScriptPlugin::open(path).map(Loaded::from),
        None => Plugin::open(path).map(Loaded::from),
        Some(isolation) => Plugin::open_isolated(path, isolation).map(Loaded::from),
    }
}

/// The same for a file that was read already: exactly what was read is opened.
pub fn open_read(library: &Library, isolation: Option<&Isolation>) -> Result<Loaded> {
    match isolation {
        _ if is_script(library.path()) => {
            let shown = library.path().display();
            let text = std::str::from_utf8(library.bytes())
                .map_err(|_| Failure::new(format!("`{shown}` is not UTF-8 text")).help("save it as UTF-8"))?;
            let plugin = ScriptPlugin::of(library.path(), text);
            // The first mistake; `regulars check` tells all.
            plugin.map(Loaded::from).map_err(|failures| {
                failures.into_iter().next().unwrap_or_else(|| Failure::new(format!("`{shown}` is no plugin")))
            })
        }
        None => library.open().map(Loaded::from),
        Some(isolation) => library.open_isolated(isolation).map(Loaded::from),
    }
}

fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("rhai"))
}
