//! Where modules lie: beside the script, in the project, in the user's library, and nowhere else.

use std::io::Read;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use super::name;
use crate::plugin::project_file;

/// Bytes past which a file is no module.
const MOST: u64 = 1_000_000;
/// Modules of one folder that are offered.
const OFFERED: usize = 500;
/// Folders within a folder of modules that are looked through for offers.
const DEEPEST: usize = 3;

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
                shelves.push(Shelf { folder, bounds });
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
            None => failure.help("a `regulars.toml`, which may be empty, makes a folder a project, whose `lib` is looked in as well"),
        }
    }

    /// The modules that can be imported from the folder `from`, each name once.
    pub(super) fn list(&self, from: &Path) -> Vec<Importable> {
        let mut found: Vec<Importable> = Vec::new();
        for shelf in self.shelves(from) {
            let mut own = Vec::new();
            shelf.list(&shelf.folder, "", DEEPEST, &mut own);
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
        let kind = path.metadata().map_err(unreadable)?;
        if !kind.is_file() {
            let what = if kind.is_dir() { "a folder" } else { "no ordinary file" };
            return Err(within(Failure::new(format!("the module `{name}` is {what}"))
                .help("a module is a text file of functions, with `.rhai` behind its name")));
        }
        let mut bytes = Vec::new();
        let opened = std::fs::File::open(&path).map_err(unreadable)?;
        opened.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST {
            return Err(within(Failure::new(format!("the module `{name}` is larger than 1 MB"))
                .help("a module holds functions; data is read from a file by `read_csv` and its like")));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            within(Failure::new(format!("the module `{name}` is not UTF-8 text")).help("save it as UTF-8"))
        })?;
        Ok(Found { path, text: text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text) })
    }

    fn list(&self, folder: &Path, before: &str, deepest: usize, found: &mut Vec<Importable>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.filter_map(std::result::Result::ok) {
            let file = entry.file_name();
            let Some(file) = file.to_str() else { continue };
            if found.len() >= OFFERED {
                return;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && deepest > 0 && !file.starts_with('.') && file != "tests" && file != "target" && file != "node_modules" {
                self.list(&entry.path(), &format!("{before}{file}/"), deepest - 1, found);
            }
            let Some(stem) = file.strip_suffix(".rhai") else { continue };
            let name = format!("{before}{stem}");
            if kind.is_dir() || name::allow(&name).is_err() {
                continue;
            }
            let Ok(read) = self.read(&entry.path(), &name) else { continue };
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
