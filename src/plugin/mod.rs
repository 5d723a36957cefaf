//! The host side of plugins: find, load, verify, call.
//!
//! A plugin is a library that exports one C symbol; `plugins/sdk/ABI.md` describes the border and
//! `plugins/README.md` takes an author there. Its functions sign the same contract as the built-in ones: a
//! [`Manual`] is all that the rest of the house sees of either.
//!
//! What a plugin says is checked once, here: its manuals when it is opened, its answers after each call. What
//! it *does* cannot be checked: it is code with full rights. So it is loaded because the user asked for it,
//! never because a script did. Absent on purpose: unloading. Tables that a plugin made, and threads that it
//! started, may outlive every handle on it.

mod border;
mod cross;
#[cfg(unix)]
mod isolated;
pub mod kit;
mod library;
mod pins;
mod trust;
mod verify;
mod way;

#[cfg(test)]
mod tests;

#[cfg(unix)]
pub use isolated::{CHILD, serve};

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use regulars_plugin::{Context, Entered, Failure, Given, Manual, Output, Result};
use serde_json::{Map, Value};

pub use library::Library;
pub use pins::{PINS_FILE, Pin, Pins, project_file, quoted, short};
pub use trust::{Trust, untrusted};

use self::way::{Asked, Way};
use crate::table::{Frame, ready};

/// How a plugin is kept apart from the session: in a process of its own.
#[derive(Debug, Clone)]
pub struct Isolation {
    /// This program, which is started once more for the plugin.
    pub program: PathBuf,
    /// Bytes of memory that the plugin may take beyond what the program holds; none for as many as there are.
    pub memory: Option<u64>,
}

/// A loaded plugin. Cloning it is cheap; the library stays loaded as long as the process lives.
#[derive(Clone)]
pub struct Plugin {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    name: String,
    version: String,
    abi: u32,
    manuals: Vec<Manual>,
    way: Box<dyn Way>,
}

impl Plugin {
    /// Loads a library and verifies that it is a plugin whose manuals can be used. Its code runs with full rights.
    pub fn open(path: &Path) -> Result<Plugin> {
        one_file(path)?;
        let (told, entered) = border::load(path)?;
        Plugin::verified(path, told, Box::new(entered))
    }

    /// Loads the copy of a library; whoever asks, and every failure, hears of the library itself.
    fn open_copy(copy: &Path, of: &Path) -> Result<Plugin> {
        let (told, entered) = border::load(copy).map_err(|failure| about(failure, copy, of))?;
        Plugin::verified(of, told, Box::new(entered))
    }

    /// A plugin that is linked into this program and not loaded. It is called over the same border.
    pub fn linked(cell: &'static OnceLock<Entered>, make: fn() -> regulars_plugin::Plugin) -> Result<Plugin> {
        let (told, entered) = border::linked(cell, make)?;
        Plugin::verified(Path::new("this program"), told, Box::new(entered))
    }

    /// Loads a library in a process of its own: a crash of it is a failure of the call, and nothing else.
    pub fn open_isolated(path: &Path, isolation: &Isolation) -> Result<Plugin> {
        one_file(path)?;
        Plugin::apart(path, path, None, isolation)
    }

    /// Loads a library, or the copy of one in a folder that is kept as long as the child may be started again.
    #[cfg(unix)]
    fn apart(copy: &Path, of: &Path, folder: Option<tempfile::TempDir>, isolation: &Isolation) -> Result<Plugin> {
        let started = isolated::Isolated::start(copy, folder, isolation);
        let (told, way) = started.map_err(|failure| about(failure, copy, of))?;
        Plugin::verified(of, told, Box::new(way))
    }

    #[cfg(not(unix))]
    fn apart(_: &Path, _: &Path, _: Option<tempfile::TempDir>, _: &Isolation) -> Result<Plugin> {
        Err(Failure::new("plugins cannot be isolated on this system").help("leave the isolation out"))
    }

    fn verified(path: &Path, told: border::Told, way: Box<dyn Way>) -> Result<Plugin> {
        let manuals = verify::manuals(&told.name, &told.manuals)?;
        let inner =
            Inner { path: path.to_owned(), name: told.name, version: told.version, abi: told.abi, manuals, way };
        Ok(Plugin { inner: Arc::new(inner) })
    }

    /// Its name, as its author gave it.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Its version, as its author gave it.
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// The file it was loaded from.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The version of the border that it was built for.
    pub fn abi(&self) -> u32 {
        self.inner.abi
    }

    /// The manuals of its functions; the place of a manual is the number of its function.
    pub fn manuals(&self) -> &[Manual] {
        &self.inner.manuals
    }

    /// Asks the function with this number or, with a model, one of its methods. Tables are made ready as the manual asks
    /// and lent without a copy; what comes back is compared with the manual.
    pub fn run(
        &self,
        function: usize,
        method: Option<usize>,
        options: &Map<String, Value>,
        given: Given<Frame>,
        context: &Context<'_>,
    ) -> Result<Output<Frame, Map<String, Value>>> {
        let manual = self
            .inner
            .manuals
            .get(function)
            .and_then(|manual| method.map_or(Some(manual), |method| manual.methods.get(method)))
            .ok_or_else(|| Failure::new(format!("plugin `{}` has no function number {function}", self.name())))?;
        let tables = given.tables.len();
        // Behind the tables come those that options hold, which the manual does not count.
        let fits = match method {
            // A method works on the model's own table where none is given.
            Some(_) => tables <= manual.tables.len(),
            None => tables == manual.tables.len(),
        };
        if !fits {
            let wanted = manual.tables.len();
            return Err(Failure::new(format!("{tables} tables were given, but {wanted} are wanted"))
                .help(format!("call it as `{}`", manual.signature()))
                .within(&manual.name));
        }
        self.work((function, method), manual, options, given, context).map_err(|failure| failure.within(&manual.name))
    }

    fn work(
        &self,
        (function, method): (usize, Option<usize>),
        manual: &Manual,
        options: &Map<String, Value>,
        given: Given<Frame>,
        context: &Context<'_>,
    ) -> Result<Output<Frame, Map<String, Value>>> {
        let options = in_c("an option", &Value::Object(manual.check_options(options)?))?;
        let mut notes = Vec::new();
        let mut lend = |frame: &Frame| -> Result<_> {
            let data = frame.data(context.host())?;
            notes.extend(frame.notes(context.host())?);
            cross::fit(data, &mut notes)
        };
        let mut tables = Vec::new();
        for (frame, wanted) in given.tables.iter().zip(&manual.tables) {
            tables.push(lend(&ready(frame, *wanted)?)?);
        }
        let has_table = !tables.is_empty();
        for frame in &given.beside {
            tables.push(lend(frame)?);
        }
        let state = given.model.as_ref().map(|model| in_c("the model", &model.state)).transpose()?;
        // Where a table is given, the model's own is not looked at.
        let own = given.model.as_ref().and_then(|model| model.table.as_ref()).filter(|_| !has_table);
        let model_table = own.map(lend).transpose()?;
        context.check()?;
        let asked = Asked {
            function,
            method,
            tables: &tables,
            model_table: model_table.as_ref(),
            model: state.as_deref(),
            options: &options,
        };
        let answered = self.inner.way.call(&asked, context)?;
        let mut output = verify::answer(manual, answered)?;
        output.notes.splice(0..0, notes);
        Ok(output)
    }
}

/// Whether a path names one file that can be found; what it holds is not looked at.
fn one_file(path: &Path) -> Result<()> {
    let shown = path.display();
    let found = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::new(format!("there is no file `{shown}`"))
            .help("a plugin is a library that `cargo build --release` puts under target/release"),
        _ => Failure::new(format!("`{shown}` cannot be read: {error}")),
    })?;
    if found.is_dir() {
        return Err(Failure::new(format!("`{shown}` is a folder, but one library is wanted"))
            .help("name the file in it, such as target/release/libregulars_purchase_rhythm.so"));
    }
    match found.is_file() {
        true => Ok(()),
        false => Err(Failure::new(format!("`{shown}` is no ordinary file"))),
    }
}

/// A failure that names a library where it named the copy of it.
fn about(failure: Failure, copy: &Path, of: &Path) -> Failure {
    let (copied, own) = (copy.display().to_string(), of.display().to_string());
    Failure { message: failure.message.replace(&copied, &own), ..failure }
}

/// JSON as C reads it.
fn in_c(what: &str, value: &Value) -> Result<CString> {
    CString::new(value.to_string()).map_err(|_| Failure::new(format!("{what} holds a null byte")))
}

/// The plugins in a folder: libraries named `libregulars_*.so`, or as this system names them, in order of their names.
pub fn in_folder(folder: &Path) -> Vec<PathBuf> {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    let first = format!("{DLL_PREFIX}regulars_");
    let is_plugin = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with(&first) && name.ends_with(DLL_SUFFIX)
    };
    // A folder that cannot be listed holds no plugins: nobody asked for any.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_plugin).collect();
    found.sort();
    found
}
