//! Other programs that the prompt calls: a shell, an editor, a viewer.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use regulars_plugin::{Failure, Result};

use crate::console::Console;

/// How often a program is asked whether it has come to its end.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Runs a line in the shell; without one the shell itself, until it is left.
pub(super) fn shell(line: &str, console: &Console) -> Result<()> {
    let shell = console.environment(if cfg!(windows) { "COMSPEC" } else { "SHELL" });
    let shell = shell.unwrap_or_else(|| if cfg!(windows) { "cmd" } else { "sh" }.to_owned());
    let mut command = if line.is_empty() { Command::new(&shell) } else { in_shell(line, None) };
    let status = wait(command.spawn().map_err(|error| no_program(&shell, &error))?, console)?;
    match status.code() {
        _ if status.success() => {}
        Some(code) => console.note(&format!("it ended with code {code}")),
        None => console.note("it was stopped"),
    }
    Ok(())
}

/// Opens a file in the editor of the user, and waits until that is closed.
pub(super) fn edit(file: &Path, console: &Console) -> Result<()> {
    let told = ["VISUAL", "EDITOR"].into_iter().find_map(|name| console.environment(name));
    let editor = told.clone().unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.to_owned());
    let mut command = in_shell(&editor, Some(file));
    let status = wait(command.spawn().map_err(|error| no_program(&editor, &error))?, console)?;
    if status.success() {
        return Ok(());
    }
    let failure = Failure::new(format!("the editor `{editor}` failed, so nothing was run"));
    Err(match told {
        Some(_) => failure,
        None => failure.help("name another one in the environment variable EDITOR: `EDITOR=nano`"),
    })
}

/// Hands a file to the viewer that is set, or to that of the system; whether there is one.
pub(super) fn view(file: &Path, viewer: &str, console: &Console) -> bool {
    let mut command = if !viewer.is_empty() {
        in_shell(viewer, Some(file))
    } else if cfg!(target_os = "macos") {
        let mut command = Command::new("open");
        command.arg(file);
        command
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]).arg(file);
        command
    } else {
        // Without a display it would look for a browser in this very terminal.
        if ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| console.environment(name).is_none()) {
            return false;
        }
        let mut command = Command::new("xdg-open");
        command.arg(file);
        command
    };
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match started {
        Ok(mut child) => {
            // Nobody waits for a viewer, but one that has ended must be taken leave of.
            std::thread::spawn(move || child.wait());
            true
        }
        Err(_) => false,
    }
}

/// A line as the user's shell would run it, with a file behind it.
fn in_shell(line: &str, file: Option<&Path>) -> Command {
    let mut command;
    if cfg!(windows) {
        command = Command::new("cmd");
        command.arg("/C").arg(line);
        command.args(file);
    } else {
        command = Command::new("sh");
        match file {
            Some(file) => command.arg("-c").arg(format!("{line} \"$1\"")).arg("sh").arg(file),
            None => command.arg("-c").arg(line),
        };
    }
    command
}

/// Waits for a program. Ctrl-C is for it alone: the second one would otherwise end this session.
fn wait(mut child: Child, console: &Console) -> Result<ExitStatus> {
    let status = loop {
        console.forget_interrupt();
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => std::thread::sleep(LOOK_EVERY),
            Err(error) => return Err(Failure::new(format!("the program cannot be waited for: {error}"))),
        }
    };
    console.forget_interrupt();
    Ok(status)
}

fn no_program(name: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{name}` cannot be started: {error}"))
}
