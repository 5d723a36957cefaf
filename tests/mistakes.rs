//! The museum of mistakes: one wrong script per file in `tests/mistakes`, named by the mistake, and beside it the exact
//! message that greets it, in a file of the same name that ends in `.message`.
//!
//! `REWRITE_MESSAGES=1 cargo test --test all mistakes::` writes the messages anew; read the difference before keeping it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Set, it rewrites the messages instead of comparing them.
pub const SWITCH: &str = "REWRITE_MESSAGES";
/// Columns of the terminal for which the messages are laid out.
const WIDTH: &str = "100";

/// What must never reach a person: names of types of Rust and Polars, plans, panics.
pub const LEAKS: [&str; 17] = [
    "dtype",
    "Resolved plan",
    "FAILED HERE",
    "::",
    "RExpr",
    "panicked",
    "Int64",
    "Float64",
    "Boolean",
    "Utf8",
    "i64",
    "f64",
    "Dynamic",
    "ImmutableString",
    "FnPtr",
    "strict=",
    "Err(",
];

/// Mistakes whose words are the script's own: it threw them, so there is nothing to advise.
const WORDS_OF_THE_SCRIPT: [&str; 1] = ["throw_of_text"];

fn museum() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes")
}

fn exhibits() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(museum())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rhai"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Runs a copy of the script in a folder that holds nothing else, and looks that nothing else is there afterwards.
fn run(name: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{name}.rhai");
    std::fs::copy(museum().join(&script), folder.path().join(&script)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_regulars"))
        .args(["--no-plugins", "run", &script])
        .current_dir(folder.path())
        .env("COLUMNS", WIDTH)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{name} left something behind");
    output
}

/// What is wrong with how the mistake is met, if anything.
fn faults(name: &str) -> Vec<String> {
    let output = run(name);
    let told = String::from_utf8(output.stderr).unwrap();
    let mut faults = Vec::new();
    let mut hold = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{name}: {what}\n{told}"));
        }
    };
    hold(output.status.code() == Some(1), &format!("it ends with {}, not 1", output.status));
    hold(output.stdout.is_empty(), "something stands on standard output");
    hold(told.starts_with("error: "), "it does not begin with `error: `");
    // The excerpt of the script may hold anything.
    let ours: Vec<&str> = told.lines().filter(|line| !line.contains(" │ ")).collect();
    let script = std::fs::read_to_string(museum().join(format!("{name}.rhai"))).unwrap();
    // What a module holds is written so.
    let speaks_of_modules = script.contains("::") || script.contains("import ");
    for leak in LEAKS.into_iter().filter(|leak| *leak != "::" || !speaks_of_modules) {
        hold(!ours.iter().any(|line| line.contains(leak)), &format!("`{leak}` leaks"));
    }
    hold(told.contains(&format!("┌ {name}.rhai, line ")), "the place is not told");
    hold(told.contains("\n  = ") || WORDS_OF_THE_SCRIPT.contains(&name), "there is no advice");
    let message = museum().join(format!("{name}.message"));
    if std::env::var_os(SWITCH).is_some() {
        std::fs::write(&message, &told).unwrap();
    } else {
        let wanted = std::fs::read_to_string(&message).unwrap_or_default();
        hold(wanted == told, &format!("the message has changed from\n{wanted}to"));
    }
    faults
}

#[test]
fn every_mistake_is_met_with_its_message() {
    let names = exhibits();
    assert!(names.len() >= 60, "the museum holds {} mistakes only", names.len());
    let each = names.len().div_ceil(std::thread::available_parallelism().map_or(2, usize::from));
    let faults: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = names
            .chunks(each)
            .map(|some| scope.spawn(|| some.iter().flat_map(|name| faults(name)).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} faults\n\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_message_has_its_mistake() {
    let names = exhibits();
    for entry in std::fs::read_dir(museum()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let known = path.extension().is_some_and(|end| end == "rhai" || end == "message");
        assert!(known && names.contains(&name), "{} belongs to no script", path.display());
    }
}

/// The same mistake twice teaches nothing.
#[test]
fn no_mistake_is_shown_twice() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for name in exhibits() {
        let script = std::fs::read_to_string(museum().join(format!("{name}.rhai"))).unwrap();
        if let Some(other) = seen.insert(script, name.clone()) {
            panic!("{name} and {other} hold the same script");
        }
    }
}
