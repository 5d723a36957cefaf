//! Which tests there are: functions `test_…` without arguments, in files whose names say so, or in files that are named.

use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use crate::files;
use crate::notebook::{CellKind, Document};
use crate::script::{Declared, declared_functions};

/// Folders that hold no tests of scripts.
const LEFT_OUT: [&str; 3] = ["target", "node_modules", "snapshots"];
/// Files that are looked through at most.
const MOST: usize = 10_000;

/// A file with its tests, or why they are not known.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) tests: Result<Vec<Declared>>,
}

/// The files of the paths that were named, in the order of their names; without any those of the current folder.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<File>> {
    let here = [PathBuf::from(".")];
    let mut found: Vec<PathBuf> = Vec::new();
    for path in if paths.is_empty() { &here[..] } else { paths } {
        if path.is_dir() {
            let before = found.len();
            gather(path, &mut found)?;
            found[before..].sort();
        } else if path.exists() {
            found.push(path.clone());
        } else {
            return Err(Failure::new(format!("there is no file `{}`", path.display()))
                .help("name a script, or a folder in which files `…_test.rhai` or `test_….rhai` lie"));
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    Ok(found.into_iter().map(read).collect())
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable =
        |error: std::io::Error| Failure::new(format!("the folder `{}` cannot be read: {error}", folder.display()));
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map_err(unreadable)?.filter_map(std::result::Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link to a folder may lead in a circle.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
            gather(&entry.path(), found)?;
        } else if !is_folder && is_test(&name) {
            let path = entry.path();
            found.push(path.strip_prefix(".").map(Path::to_owned).unwrap_or(path));
        }
        if found.len() > MOST {
            return Err(Failure::new(format!(
                "there are more than {MOST} files of tests below `{}`",
                folder.display()
            ))
            .help("name a folder of them"));
        }
    }
    Ok(())
}

fn is_test(name: &str) -> bool {
    let stem = name.strip_suffix(".rhai").unwrap_or_default();
    stem.ends_with("_test") || stem.starts_with("test_")
}

fn read(path: PathBuf) -> File {
    let text = match files::read_text(&path.display().to_string()) {
        Ok(text) => text,
        Err(failure) => return File { path, text: String::new(), tests: Err(failure) },
    };
    let tests = tests(&text);
    File { path, text, tests }
}

fn tests(text: &str) -> Result<Vec<Declared>> {
    let mut tests: Vec<Declared> = Vec::new();
    for cell in cells(text) {
        tests.extend(declared_functions(&cell)?.into_iter().filter(|one| one.name.starts_with("test_")));
    }
    tests.sort_by_key(|one| one.line);
    match tests.is_empty() {
        true => Err(Failure::new("the file holds no test")
            .help("a test is a function without arguments whose name begins with `test_`: `fn test_totals() { assert_eq(1 + 1, 2) }`")),
        false => Ok(tests),
    }
}

/// The code of a file, cell by cell, each on its own lines.
pub(super) fn cells(text: &str) -> Vec<String> {
    let cells = Document::read(text).cells.into_iter();
    cells.filter(|cell| cell.kind == CellKind::Code).map(|cell| cell.placed()).collect()
}

#[cfg(test)]
mod tests_of_names {
    use super::*;

    #[test]
    fn names_say_what_holds_tests() {
        assert!(is_test("cohorts_test.rhai") && is_test("test_cohorts.rhai"));
        assert!(!is_test("cohorts.rhai") && !is_test("cohorts_test.txt") && !is_test("testing.rhai"));
    }

    #[test]
    fn tests_are_told_in_the_order_of_the_file() -> Result<()> {
        let found = tests("fn test_b() {}\nfn helper() {}\nfn test_a(x) {}\n// %% more\nfn test_c() {}\n")?;
        let told: Vec<(&str, usize, usize)> =
            found.iter().map(|one| (one.name.as_str(), one.arguments, one.line)).collect();
        assert_eq!(told, [("test_b", 0, 1), ("test_a", 1, 3), ("test_c", 0, 5)]);
        assert!(tests("fn helper() {}").is_err());
        Ok(())
    }
}
