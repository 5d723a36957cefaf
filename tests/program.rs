//! The program, started as a person starts it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What came of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program in a folder, laid out for 100 columns, without the plugins that happen to lie beside it.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regulars"));
    command.current_dir(folder).arg("--no-plugins").env("COLUMNS", "100").env_remove("NO_COLOR").stdin(Stdio::null());
    // Nobody's own settings.
    command.env("REGULARS_CONFIG", "");
    command
}

/// Runs it with these arguments.
pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    told(program(folder).args(arguments).output().unwrap())
}

/// Runs it with these arguments and this text on standard input.
pub fn run_with_input(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = program(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    told(child.wait_with_output().unwrap())
}

/// The output as text.
pub fn told(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The names in a folder, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
