//! `regulars kernel`: telling Jupyter of this program, and being its kernel.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};
use regulars_plugin::{Failure, Result};
use serde_json::{Value as Json, json};

use super::arguments::{Arguments, KernelCommand, KernelPlace};
use super::plugins;
use super::plugins::Asking;
use crate::console::Console;
use crate::files;
use crate::kernel::{self, Start};
use crate::script::{Listener, Params};

/// The picture that Jupyter shows beside the name.
const LOGO: &str = include_str!("kernel_logo.svg");

/// `regulars kernel …`
pub(super) fn command(
    arguments: &Arguments,
    console: &Arc<Console>,
    command: &KernelCommand,
    cancelled: &Arc<AtomicBool>,
) -> Result<u8> {
    match command {
        KernelCommand::Install { place, display_name } => install(arguments, console, place, display_name.as_deref())?,
        KernelCommand::Uninstall { place } => uninstall(console, place)?,
        KernelCommand::Run { connection_file } => run(arguments, console, connection_file, cancelled)?,
    }
    Ok(0)
}

fn run(arguments: &Arguments, console: &Arc<Console>, connection: &str, cancelled: &Arc<AtomicBool>) -> Result<()> {
    if arguments.allow_net {
        files::allow_net();
    }
    let session = |listener: Arc<dyn Listener>| {
        let plugins = plugins::at_start(arguments, console, Asking::No)?;
        super::begin_heard(plugins, listener, Params::new())
    };
    let told = Arc::clone(console);
    kernel::run(Start {
        connection,
        session: &session,
        rows: console.settings().rows,
        now,
        is_orphan: orphan(console),
        log: Arc::new(move |text| told.note(text)),
        cancelled: Arc::clone(cancelled),
    })
}

/// The moment, in UTC, as ISO 8601 has it.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    let moment = DateTime::from_timestamp(seconds, since.subsec_nanos()).unwrap_or_default();
    moment.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Whether whoever started the kernel is gone. Jupyter names itself in the environment; by hand nobody does.
fn orphan(console: &Console) -> Box<dyn Fn() -> bool + Send> {
    #[cfg(unix)]
    if let Some(parent) = console.environment("JPY_PARENT_PID").and_then(|text| text.parse::<u32>().ok())
        && parent == std::os::unix::process::parent_id()
    {
        return Box::new(move || std::os::unix::process::parent_id() != parent);
    }
    let _ = console;
    Box::new(|| false)
}

fn install(arguments: &Arguments, console: &Console, place: &KernelPlace, display_name: Option<&str>) -> Result<()> {
    let folder = folder(console, place)?;
    if folder.exists() {
        own(&folder)?;
    }
    let shown = match (display_name, place.name.as_str()) {
        (Some(shown), _) => shown.to_owned(),
        (None, "regulars") => "Regulars".to_owned(),
        (None, name) => format!("Regulars ({name})"),
    };
    let spec = json!({
        "argv": argv(arguments)?,
        "display_name": shown,
        "language": "rhai",
        "interrupt_mode": "message",
        "metadata": { "debugger": false },
    });
    fs::create_dir_all(&folder).map_err(|error| refused("written", &folder, &error))?;
    let write = |name: &str, text: &str| files::write_text(&folder.join(name).display().to_string(), text);
    write("kernel.json", &format!("{spec:#}\n"))?;
    write("logo-svg.svg", LOGO)?;
    console.note(&format!("installed `{}` in {}", place.name, folder.display()));
    console.note(&format!("`jupyter lab` offers {shown} for notebooks from now on"));
    Ok(())
}

/// How Jupyter starts the kernel: this program, with what was said here of every start.
fn argv(arguments: &Arguments) -> Result<Vec<String>> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(format!("this program does not know where it lies: {error}")))?;
    let mut argv = vec![text(&program)?, "kernel".to_owned(), "run".to_owned()];
    for plugin in &arguments.plugin {
        // Jupyter starts it elsewhere.
        let whole = fs::canonicalize(plugin).map_err(|error| refused("read", plugin, &error))?;
        argv.extend(["--plugin".to_owned(), text(&whole)?]);
    }
    let flags = [
        (arguments.no_plugins, "--no-plugins"),
        (arguments.isolate, "--isolate"),
        (arguments.allow_net, "--allow-net"),
    ];
    argv.extend(flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag.to_owned()));
    if let Some(rows) = arguments.rows {
        argv.extend(["--rows".to_owned(), rows.to_string()]);
    }
    argv.extend(["--connection-file".to_owned(), "{connection_file}".to_owned()]);
    Ok(argv)
}

fn text(path: &Path) -> Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        Failure::new(format!("`{}` is no Unicode text, so Jupyter cannot be told of it", path.display()))
    })
}

fn uninstall(console: &Console, place: &KernelPlace) -> Result<()> {
    let folder = folder(console, place)?;
    if !folder.exists() {
        return Err(Failure::new(format!("no kernel `{}` is installed in {}", place.name, folder.display())).help(
            "`jupyter kernelspec list` tells where kernels are installed; --prefix and --sys-prefix look elsewhere",
        ));
    }
    own(&folder)?;
    fs::remove_dir_all(&folder).map_err(|error| refused("removed", &folder, &error))?;
    console.note(&format!("removed {}", folder.display()));
    Ok(())
}

/// Whether a folder holds a kernel that was installed from here: nothing else is written over or removed.
fn own(folder: &Path) -> Result<()> {
    let text = fs::read_to_string(folder.join("kernel.json")).unwrap_or_default();
    let spec: Json = serde_json::from_str(&text).unwrap_or_default();
    let argv: Vec<&str> = spec["argv"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    match argv.get(1..3) {
        Some(["kernel", "run"]) => Ok(()),
        _ => Err(Failure::new(format!("{} holds another kernel, not one of Regulars", folder.display()))
            .help("choose another name: `--name NAME`")),
    }
}

/// The folder of a kernel.
fn folder(console: &Console, place: &KernelPlace) -> Result<PathBuf> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-".contains(letter);
    if place.name.is_empty() || !place.name.chars().all(is_plain) || place.name.starts_with('.') {
        return Err(Failure::new(format!("`{}` cannot name a kernel", place.name))
            .help("small letters, digits, `.`, `_` and `-` can"));
    }
    let data = match (&place.prefix, place.sys_prefix) {
        (Some(prefix), _) => prefix.join("share").join("jupyter"),
        (None, true) => {
            let found = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().find_map(|name| console.environment(name));
            let prefix = found.ok_or_else(|| {
                Failure::new("no virtual environment is active")
                    .help("activate one, or name its folder: `--prefix DIR`")
            })?;
            Path::new(&prefix).join("share").join("jupyter")
        }
        (None, false) => own_data(console)
            .ok_or_else(|| Failure::new("your own folder is not known").help("name a folder: `--prefix DIR`"))?,
    };
    Ok(data.join("kernels").join(&place.name))
}

/// Where Jupyter looks for what is the user's own.
fn own_data(console: &Console) -> Option<PathBuf> {
    if let Some(told) = console.environment("JUPYTER_DATA_DIR") {
        return Some(PathBuf::from(told));
    }
    if cfg!(target_os = "macos") {
        return dirs::home_dir().map(|home| home.join("Library").join("Jupyter"));
    }
    // On Windows the folder of applications, elsewhere XDG_DATA_HOME or what stands for it.
    let data = if cfg!(windows) { dirs::config_dir() } else { dirs::data_dir() };
    data.map(|data| data.join("jupyter"))
}

fn refused(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("`{}` cannot be {what}: {error}", path.display()));
    match error.kind() {
        ErrorKind::PermissionDenied => {
            failure.help("without --prefix it goes into your own folder, which needs no rights")
        }
        _ => failure,
    }
}
