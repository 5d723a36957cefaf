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
pub mod kit;
mod library;
mod pins;
mod trust;
mod verify;

#[cfg(test)]
mod tests;

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Context, Failure, Manual, Result};
use serde_json::{Map, Value};

pub use library::Library;
pub use pins::{PINS_FILE, Pin, Pins, project_file, quoted, short};
pub use trust::{Trust, untrusted};

use crate::table::{About, Frame, columns_of, ready};

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
    border: border::Entered,
}

/// What a function of a plugin answered.
#[derive(Clone)]
pub struct Reply {
    /// The table, with what its manual tells of the columns.
    pub table: Option<Frame>,
    /// Names and values of the figures, as the manual declares them.
    pub figures: Map<String, Value>,
    /// What the reader should know: of the input, of what could not cross the border, of the answer.
    pub notes: Vec<String>,
}

impl Plugin {
    /// Loads a library and verifies that it is a plugin whose manuals can be used. Its code runs with full rights.
    pub fn open(path: &Path) -> Result<Plugin> {
        one_file(path)?;
        let (told, border) = border::load(path)?;
        Plugin::verified(path, told, border)
    }

    /// Loads the copy of a library; whoever asks, and every failure, hears of the library itself.
    fn open_copy(copy: &Path, of: &Path) -> Result<Plugin> {
        let (copied, own) = (copy.display().to_string(), of.display().to_string());
        let (told, border) = border::load(copy)
            .map_err(|failure| Failure { message: failure.message.replace(&copied, &own), ..failure })?;
        Plugin::verified(of, told, border)
    }

    fn verified(path: &Path, told: border::Told, border: border::Entered) -> Result<Plugin> {
        let manuals = verify::manuals(&told.name, &told.manuals)?;
        let inner =
            Inner { path: path.to_owned(), name: told.name, version: told.version, abi: told.abi, manuals, border };
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

    /// Calls a function by its number. Tables are made ready as the manual asks and lent without a copy.
    pub fn call(
        &self,
        function: usize,
        tables: &[Frame],
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Reply> {
        let manual = self
            .inner
            .manuals
            .get(function)
            .ok_or_else(|| Failure::new(format!("plugin `{}` has no function number {function}", self.name())))?;
        self.work(function, manual, tables, options, context).map_err(|failure| failure.within(&manual.name))
    }

    fn work(
        &self,
        function: usize,
        manual: &Manual,
        tables: &[Frame],
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Reply> {
        if tables.len() != manual.tables.len() {
            let (given, wanted) = (tables.len(), manual.tables.len());
            return Err(Failure::new(format!("{given} tables were given, but {wanted} are wanted"))
                .help(format!("call it as `{}`", manual.signature())));
        }
        let options = Value::Object(manual.check_options(options)?).to_string();
        let options = CString::new(options).map_err(|_| Failure::new("an option holds a null byte"))?;
        let mut notes = Vec::new();
        let mut lent = Vec::new();
        for (frame, wanted) in tables.iter().zip(&manual.tables) {
            let frame = ready(frame, *wanted)?;
            let data = frame.data(context.host())?;
            notes.extend(frame.notes(context.host())?);
            lent.push(cross::fit(data, &mut notes)?);
        }
        context.check()?;
        let number = u32::try_from(function).unwrap_or(u32::MAX);
        let answer = self.inner.border.call(number, &lent, &options, context)?;
        let said = verify::answer(manual, &answer.text)?;
        notes.extend(said.notes);
        let table = answer.table.map(Frame::from_data);
        let kinds = table.as_ref().map(Frame::kinds);
        match &kinds {
            None if manual.columns.is_empty() => {}
            None => return Err(verify::fault("the answer has no table, but its manual declares one")),
            Some(_) if manual.columns.is_empty() => {
                return Err(verify::fault("the answer has a table, but its manual declares none"));
            }
            Some(kinds) => columns_of(&manual.columns, manual.keeps_columns, kinds).map_err(verify::blame)?,
        }
        let about = About {
            columns: manual.columns.clone(),
            chart: manual.chart.clone(),
            notes: notes.clone(),
            ..About::default()
        };
        Ok(Reply { table: table.map(|table| table.with_about(about)), figures: said.figures, notes })
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
