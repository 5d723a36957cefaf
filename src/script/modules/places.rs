//! Where modules lie: beside the script, in the project, in the user's library, and nowhere else.

use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use super::name;
use crate::files;
use crate::plugin::project_file;

/// Bytes past which a file is no module.
const MOST: u64 = 1_000_000;
/// Modules of one folder that are offered.
const OFFERED: usize = 500;
/// Folders within a folder of modules that are looked through for offers.
const DEEPEST: usize = 3;
/// Folders that hold no modules.
const CLOSED: [&str; 4] = ["tests", "snapshots", "target", "node_modules"];

/// The folders of one user and one script.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The folder of the script that runs; none at the prompt, where it is the current folder.
    pub script: Option<PathBuf>,
    /// The user's own library.
    pub user: Option<PathBuf>,
    /// The user's own list of plugins, which makes no folder a project.
    pub user_pins: Option<PathBuf>,
}

/// A folder in which modules are looked for.
struct Shelf {
    folder: PathBuf,
    /// What it lies in, and may not lead out of.
    bounds: PathBuf,
    /// Whether the folders in it are looked through for offers as well: whatever lies beside a script may be large.
    is_library: bool,
}

/// A module that was found and read.
pub(super) struct Found {
    /// The file, links resolved.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// A module that can be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importable {
    /// What it is imported as.
    pub name: String,
    /// What the first lines of its file say.
    pub about: String,
}

impl Places {
    /// The folder of the script that runs.
    pub(in crate::script) fn home(&self) -> PathBuf {
        match &self.script {
            Some(folder) if !folder.as_os_str().is_empty() => folder.clone(),
            _ => PathBuf::from("."),
        }
    }

    /// The folders, in the order in which they are looked through, for what stands in the folder `from`.
    fn shelves(&self, from: &Path) -> Vec<Shelf> {
        let mut shelves: Vec<Shelf> = Vec::new();
        let mut add = |folder: PathBuf, bounds: Option<&Path>| {
            let Ok(folder) = folder.canonicalize() else { return };
            let bounds = bounds.map_or_else(|| folder.clone(), Path::to_owned);
            if folder.is_dir() && shelves.iter().all(|known| known.folder != folder) {
                let is_library = !shelves.is_empty();
                shelves.push(Shelf { folder, bounds, is_library });
            }
        };
        add(from.to_owned(), None);
        let home = self.home().canonicalize().ok();
        let project = home.and_then(|home| project_file(&home, self.user_pins.as_deref()));
        if let Some(project) = project.as_deref().and_then(Path::parent) {
            add(project.join("lib"), Some(project));
            add(project.join("scripts").join("lib"), Some(project));
        }
        if let Some(user) = &self.user {
            add(user.clone(), None);
        }
        shelves
    }

    /// Finds a module by its name, for what stands in the folder `from`.
    pub(super) fn find(&self, from: &Path, name: &str) -> Result<Found> {
        name::allow(name)?;
        let shelves = self.shelves(from);
        for shelf in &shelves {
            let file = shelf.folder.join(format!("{name}.rhai"));
            // A link that leads nowhere is there as well: the next folder is not asked in its place.
            if file.symlink_metadata().is_ok() {
                return shelf.read(&file, name);
            }
        }
        Err(self.unknown(from, name, &shelves))
    }

    fn unknown(&self, from: &Path, name: &str, shelves: &[Shelf]) -> Failure {
        let failure = Failure::new(format!("there is no module `{name}`"));
        let known = self.list(from);
        let failure = match regulars_plugin::nearest(name, known.iter().map(|one| one.name.as_str())) {
            Some(near) => failure.help(format!("did you mean `import \"{near}\" as …;`?")),
            None if known.is_empty() => failure,
            None => {
                let names: Vec<String> = known.iter().take(12).map(|one| format!("`{}`", one.name)).collect();
                let more = if known.len() > names.len() { " …" } else { "" };
                failure.help(format!("there are: {}{more}", names.join(", ")))
            }
        };
        let folders: Vec<String> = shelves.iter().map(|shelf| format!("`{}`", shown(&shelf.folder))).collect();
        let failure = failure.help(format!("looked for {name}.rhai in {}", folders.join(", ")));
        match self.home().canonicalize().ok().and_then(|home| project_file(&home, self.user_pins.as_deref())) {
            Some(_) => failure,
            None => failure.help(
                "a `regulars.toml`, which may be empty, makes a folder a project, whose `lib` is looked in as well",
            ),
        }
    }

    /// The modules that can be imported from the folder `from`, each name once.
    pub(super) fn list(&self, from: &Path) -> Vec<Importable> {
        let mut found: Vec<Importable> = Vec::new();
        for shelf in self.shelves(from) {
            let mut own = Vec::new();
            shelf.list(&shelf.folder, "", if shelf.is_library { DEEPEST } else { 0 }, &mut own);
            own.retain(|one: &Importable| found.iter().all(|known| known.name != one.name));
            own.sort_by(|one, other| one.name.cmp(&other.name));
            found.extend(own);
        }
        found
    }
}

impl Shelf {
    /// Reads a file that lies in the folder also when all links are followed.
    fn read(&self, file: &Path, name: &str) -> Result<Found> {
        let within = |failure: Failure| failure.within(shown(file));
        let unreadable = |error: std::io::Error| within(Failure::new(format!("the module cannot be read: {error}")));
        let path = file.canonicalize().map_err(unreadable)?;
        let is_inside = path.starts_with(&self.folder) && self.folder.starts_with(&self.bounds);
        if !is_inside {
            return Err(Failure::new(format!("the module `{name}` is a link that leads out of its folder"))
                .help(format!("it leads to `{}`: copy the file to `{}`", shown(&path), shown(&self.folder))));
        }
        match files::read_small(&path, MOST) {
            Ok(text) => Ok(Found { path, text }),
            Err(failure) => {
                let message = failure.message.strip_prefix("it ").unwrap_or(&failure.message).to_owned();
                Err(within(Failure { message: format!("the module `{name}` {message}"), ..failure }))
            }
        }
    }

    fn list(&self, folder: &Path, before: &str, deepest: usize, found: &mut Vec<Importable>) {
        for entry in files::entries(folder) {
            if found.len() >= OFFERED {
                return;
            }
            let is_closed = entry.name.starts_with('.') || CLOSED.contains(&entry.name.as_str());
            if entry.is_folder && deepest > 0 && !is_closed {
                self.list(&entry.path, &format!("{before}{}/", entry.name), deepest - 1, found);
            }
            let Some(stem) = entry.name.strip_suffix(".rhai").filter(|_| !entry.is_folder) else { continue };
            let name = format!("{before}{stem}");
            if name::allow(&name).is_err() {
                continue;
            }
            let Ok(read) = self.read(&entry.path, &name) else { continue };
            if super::shape::is_module(&read.text) {
                found.push(Importable { name, about: super::shape::about(&read.text) });
            }
        }
    }
}

/// A path as messages have it: from the current folder on where it lies in there.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let short = here.and_then(|here| path.strip_prefix(here).ok());
    match short {
        Some(short) if short.as_os_str().is_empty() => ".".to_owned(),
        Some(short) => short.display().to_string(),
        None => path.display().to_string(),
    }
}
