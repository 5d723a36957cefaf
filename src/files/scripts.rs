//! Files of scripts beside the one that runs: read whole and small, or not at all.

use std::io::Read;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

/// What stands in a folder.
pub struct Entry {
    /// Its name there; what is no UTF-8 is left out.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Whether it is a folder, and no link to one.
    pub is_folder: bool,
}

/// What stands in a folder, in the order of the names; nothing where it cannot be read.
pub fn entries(folder: &Path) -> Vec<Entry> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entry = |entry: std::fs::DirEntry| {
        let is_folder = entry.file_type().ok()?.is_dir();
        Some(Entry { name: entry.file_name().into_string().ok()?, path: entry.path(), is_folder })
    };
    let mut found: Vec<Entry> = entries.filter_map(|one| one.ok().and_then(entry)).collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The text of an ordinary file of at most so many bytes, without a byte order mark.
pub fn read_small(file: &Path, most: u64) -> Result<String> {
    let unreadable = |error: std::io::Error| Failure::new(format!("it cannot be read: {error}"));
    let kind = file.metadata().map_err(unreadable)?;
    if !kind.is_file() {
        let what = if kind.is_dir() { "it is a folder" } else { "it is no ordinary file" };
        return Err(Failure::new(what).help("a text file is wanted, with `.rhai` behind its name"));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(Failure::new(format!("it is larger than {} MB", most / 1_000_000)));
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::new("it is not UTF-8 text").help("save it as UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Makes a folder and those above it, where they are not there.
pub fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("the folder `{}` cannot be made: {error}", folder.display())))
}
