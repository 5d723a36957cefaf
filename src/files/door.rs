//! Opening and writing files: the one place that touches the file system for scripts.

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use super::net;

/// A file that is there and can be read; the failure names what is near it in its folder.
pub(super) fn existing(path: &str) -> Result<PathBuf> {
    let found = PathBuf::from(path);
    match std::fs::metadata(&found) {
        Ok(about) if about.is_dir() => {
            Err(Failure::new(format!("`{path}` is a folder, but a file is wanted")).help(inside(&found)))
        }
        Ok(_) => std::fs::File::open(&found).map(|_| found).map_err(|error| refused("read", path, &error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing(path)),
        Err(error) => Err(refused("read", path, &error)),
    }
}

/// The size of a file in bytes; a failure where there is none that can be read.
pub fn size(path: &str) -> Result<u64> {
    let found = existing(path)?;
    std::fs::metadata(found).map(|about| about.len()).map_err(|error| refused("read", path, &error))
}

fn missing(path: &str) -> Failure {
    if net::is_address(path) {
        return Failure::new(format!(
            "`{}` is an address of the web, but a file is wanted",
            net::without_password(path)
        ))
        .help("download it first, then read the file; from the web only Parquet is read, where `--allow-net` says so");
    }
    let whole = Path::new(path);
    let folder = whole.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failure = Failure::new(format!("there is no file `{path}`"));
    if !folder.is_dir() {
        let here = std::env::current_dir().map(|here| here.display().to_string()).unwrap_or_default();
        return failure.help(format!("there is no folder `{}` either; paths begin at {here}", folder.display()));
    }
    let names = names_in(folder);
    let wanted = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if names.is_empty() {
        return failure.help(format!("the folder `{}` is empty", folder.display()));
    }
    // Files of the same kind help most; a folder may hold thousands.
    let ending = whole.extension();
    let alike: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| ending.is_some() && Path::new(name).extension() == ending)
        .collect();
    match regulars_plugin::nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if alike.is_empty() => failure.help(listed(&names.iter().map(String::as_str).collect::<Vec<_>>())),
        None => failure.help(listed(&alike)),
    }
}

/// The first names of a folder.
fn listed(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("the folder holds {}{tail}", shown.join(", "))
}

fn inside(folder: &Path) -> String {
    let names = names_in(folder);
    if names.is_empty() {
        "the folder is empty".to_owned()
    } else {
        listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// The names in a folder, sorted, without the hidden ones; the current folder where none is named.
pub(super) fn names(folder: &str) -> Result<Vec<String>> {
    let place = if folder.is_empty() { "." } else { folder };
    std::fs::read_dir(place).map_err(|error| refused("read", place, &error))?;
    Ok(names_in(Path::new(place)))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

pub(super) fn refused(what: &str, path: &str, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!(
        "`{path}` cannot be {}: {}",
        if what == "read" { "read" } else { "written" },
        reason(error)
    ));
    match error.kind() {
        ErrorKind::PermissionDenied => failure.help("ask for the right to it, or choose another place"),
        ErrorKind::NotFound if what == "write" => failure.help("make the folder first, or choose another one"),
        _ if what == "write" => failure.help("choose another place"),
        _ => failure.help("look at the file with another program: is it there, and whole?"),
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "it is not allowed".to_owned(),
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::NotADirectory => "part of the path is a file, not a folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads a whole file.
pub fn read_bytes(path: &str) -> Result<Vec<u8>> {
    let found = existing(path)?;
    std::fs::read(found).map_err(|error| refused("read", path, &error))
}

/// The first bytes of a file; fewer where it ends before.
pub(super) fn first_bytes(path: &str, count: u64) -> Result<Vec<u8>> {
    let found = existing(path)?;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(found).and_then(|file| file.take(count).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| refused("read", path, &error))
}

/// Reads a whole text file.
pub fn read_text(path: &str) -> Result<String> {
    String::from_utf8(read_bytes(path)?).map_err(|error| {
        let line =
            1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Failure::new(format!("`{path}` is not UTF-8 text: line {line} holds other bytes")).help("save it as UTF-8")
    })
}

/// Writes a file whole or not at all: into a new file beside it, which takes its place when it is complete.
pub fn write(path: &str, fill: impl FnOnce(&mut std::fs::File) -> Result<()>) -> Result<()> {
    beside(path, |made| {
        fill(made.as_file_mut())?;
        made.as_file_mut().flush().map_err(|error| refused("write", path, &error))
    })
}

/// Writes a text file whole or not at all.
pub fn write_text(path: &str, text: &str) -> Result<()> {
    write_bytes(path, text.as_bytes())
}

/// Writes bytes as a file, whole or not at all.
pub fn write_bytes(path: &str, bytes: &[u8]) -> Result<()> {
    write(path, |file| file.write_all(bytes).map_err(|error| refused("write", path, &error)))
}

/// A new folder among the temporary ones, for this user only. It stays: its files may still be looked at when the
/// session has ended, and the system tidies up.
pub fn temporary_folder() -> Result<PathBuf> {
    let made = tempfile::Builder::new().prefix("regulars-").tempdir();
    let place = std::env::temp_dir().display().to_string();
    made.map(tempfile::TempDir::keep).map_err(|error| refused("write", &place, &error))
}

/// The same for what is filled by its name, as databases are.
pub(super) fn write_at(path: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    beside(path, |made| fill(made.path()))
}

fn beside(path: &str, fill: impl FnOnce(&mut tempfile::NamedTempFile) -> Result<()>) -> Result<()> {
    let target = Path::new(path);
    if net::is_address(path) {
        return Err(Failure::new(format!("`{}` is an address, but a file is wanted", net::without_password(path)))
            .help("nothing is written outside this machine: write a file, then send it"));
    }
    if target.is_dir() {
        return Err(Failure::new(format!("`{path}` is a folder, but a file is wanted")).help("add a file name"));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut options = tempfile::Builder::new();
    options.prefix(".regulars-");
    // A temporary file is private by default; the finished one gets the rights that any new file would get.
    #[cfg(unix)]
    options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut made = options.tempfile_in(folder).map_err(|error| refused("write", path, &error))?;
    fill(&mut made)?;
    made.persist(target).map(|_| ()).map_err(|error| refused("write", path, &error.error))
}

/// What went wrong while a file was being filled.
pub(super) fn writing(path: &str, error: &std::io::Error) -> Failure {
    refused("write", path, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_what_was_there() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("out.txt");
        std::fs::write(&path, "before")?;
        let name = path.display().to_string();
        let failed = write(&name, |file| {
            file.write_all(b"half").map_err(|error| writing(&name, &error))?;
            Err(Failure::new("something else"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read_to_string(&path)?, "before");
        assert_eq!(names_in(folder.path()), ["out.txt"]);
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_missing_file_names_the_near_one() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("orders.csv"), "")?;
        let name = folder.path().join("ordres.csv").display().to_string();
        assert!(existing(&name).is_err_and(|failure| failure.help == ["did you mean `orders.csv`?"]));
        Ok(())
    }
}
