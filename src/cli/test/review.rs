//! `regulars test --review`: what tests show now beside what they showed, one after another, accepted or not.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use crate::console::Console;
use crate::files;
use crate::notebook::{Side, difference};
use crate::script::{PENDING, SNAPSHOT};
use crate::show::{self, Page, Role};

/// Lines around a difference that are shown with it.
const AROUND: usize = 3;

/// Asks for every snapshot that waits beside the files; whether all were decided on.
pub(super) fn review(console: &Console, files_of_tests: &[PathBuf]) -> Result<bool> {
    let waiting = waiting(files_of_tests);
    if waiting.is_empty() {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("nobody is there to review snapshots: standard input is no terminal")
            .help("`regulars test --update` accepts all, and `git diff` shows them"));
    }
    let mut left = 0;
    for (number, pending) in waiting.iter().enumerate() {
        let file = accepted(pending);
        let name = pending.display().to_string();
        let found = files::read_text(&name)?;
        let wanted = if file.exists() { Some(files::read_text(&file.display().to_string())?) } else { None };
        console.tell(&beside(&file, wanted.as_deref(), &found, number + 1, waiting.len()));
        match asked(console) {
            Some('a') => {
                files::write_text(&file.display().to_string(), &found)?;
                files::remove(pending);
                console.note(&format!("accepted {}", file.display()));
            }
            Some('r') => {
                files::remove(pending);
                console.note("rejected: the snapshot stays as it was");
            }
            Some('s') => left += 1,
            _ => {
                left += waiting.len() - number;
                console.note(&format!("{left} left for later"));
                return Ok(false);
            }
        }
    }
    Ok(left == 0)
}

/// The snapshots that wait, in the folders beside the files.
fn waiting(files_of_tests: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for file in files_of_tests {
        let folder = file.parent().unwrap_or(Path::new("")).join("snapshots");
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let paths = entries.filter_map(std::result::Result::ok).map(|entry| entry.path());
        found.extend(paths.filter(|path| path.to_string_lossy().ends_with(&format!(".{PENDING}"))));
    }
    found.sort();
    found
}

/// The snapshot that a waiting one would become.
fn accepted(pending: &Path) -> PathBuf {
    let name = pending.to_string_lossy();
    let stem = name.strip_suffix(PENDING).unwrap_or(&name);
    PathBuf::from(format!("{stem}{SNAPSHOT}"))
}

fn asked(console: &Console) -> Option<char> {
    loop {
        console.ask("[a]ccept, [r]eject, [s]kip, [q]uit? ");
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
        match answer.trim().to_lowercase().chars().next() {
            Some(letter @ ('a' | 'r' | 's')) => return Some(letter),
            Some('q') => return None,
            _ => {}
        }
    }
}

/// Both texts, line by line, as far as they lie around differences.
fn beside(file: &Path, wanted: Option<&str>, found: &str, number: usize, of: usize) -> Page {
    let mut page = Page::new();
    let what = if wanted.is_some() { "changed" } else { "new" };
    page.role(Role::Heading, &format!("{number} of {of}")).text(&format!("  {} · {what}", file.display())).line();
    let lines = difference(wanted.unwrap_or_default(), found);
    let near = |place: usize| {
        let from = place.saturating_sub(AROUND);
        lines[from..(place + AROUND + 1).min(lines.len())].iter().any(|(side, _)| *side != Side::Both)
    };
    let mut is_gap = false;
    for (place, (side, line)) in lines.iter().enumerate() {
        if !near(place) {
            if !is_gap {
                page.role(Role::Missing, "  …").line();
            }
            is_gap = true;
            continue;
        }
        is_gap = false;
        let line = show::harmless(line);
        match side {
            Side::Both => page.text(&format!("  {line}")),
            Side::Wanted => page.role(Role::Error, &format!("- {line}")),
            Side::Found => page.role(Role::Advice, &format!("+ {line}")),
        };
        page.line();
    }
    page
}
