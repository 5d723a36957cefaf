//! Arguments, exit codes, environment, clock.

mod arguments;
mod check;
mod config;
mod convert;
mod given;
mod kernel;
mod matrix;
mod params;
mod plugins;
mod report;
mod run;
mod test;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime};
use clap::Parser;
use regulars_plugin::{Date, Failure, Result};

use crate::console::{Console, Images};
use crate::repl::{self, Start};
use crate::script::{Listener, Params};
use crate::session::{Loaded, Session, Settings};
use arguments::{Arguments, Command};
use plugins::Asking;

/// The script failed, or has a mistake.
const FAILED: u8 = 1;
/// The command line was wrong.
const WRONG_USAGE: u8 = 2;
/// The user stopped the work: 128 and the number of the signal, as shells have it.
const INTERRUPTED: u8 = 130;

/// How long work may take to stop before a second Ctrl-C leaves.
const PATIENCE: Duration = Duration::from_secs(1);

/// The seed unless one is given: any fixed number does, as long as it is always the same.
const SEED: u64 = 20_050_401;

/// Runs the program as the command line says, and answers with its exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let cancelled = Arc::new(AtomicBool::new(false));
    let console = Arc::new(Console::new(arguments.manner(), Arc::clone(&cancelled)));
    listen_for_interrupts(Arc::clone(&cancelled));
    quiet_panics();
    choose_images(&console);
    let code = match act(arguments, &console, &cancelled) {
        Ok(code) => code,
        Err(failure) => {
            console.fail(&failure, None, None);
            match failure.cancelled {
                true if console.is_closed() => 0,
                true => INTERRUPTED,
                false => FAILED,
            }
        }
    };
    leave(code)
}

/// Ends the process. Giving every page of memory back one by one first would be for nothing.
#[cfg(unix)]
fn leave(code: u8) -> ExitCode {
    use std::io::Write;
    // A reader that went away is no reason to stay.
    let _ = std::io::stdout().flush();
    signal_hook::low_level::exit(i32::from(code))
}

#[cfg(not(unix))]
fn leave(code: u8) -> ExitCode {
    ExitCode::from(code)
}

fn act(arguments: Arguments, console: &Arc<Console>, cancelled: &Arc<AtomicBool>) -> Result<u8> {
    match (&arguments.command, &arguments.code) {
        (Some(Command::Run { script, .. }), _) => run::script(&arguments, console, script),
        (Some(Command::Report { script, .. }), _) => report::script(&arguments, console, script),
        (Some(Command::Check { scripts }), _) => check::scripts(&arguments, console, scripts),
        (Some(Command::Test(asked)), _) => test::run(&arguments, console, asked),
        (Some(Command::Convert { from, to }), _) => convert::convert(console, from, to.as_deref()).map(|()| 0),
        (Some(Command::Help { words }), _) => {
            let session = begin(&arguments, console, Params::new())?;
            let words = words.join(" ");
            if let Some(page) = repl::help_on_module(&session, &words, console.width()) {
                console.print(&page);
                return Ok(0);
            }
            let (page, found) = repl::help(session.catalogue(), &words, console.width());
            if found {
                console.print(&page);
                return Ok(0);
            }
            console.tell(&page);
            Ok(FAILED)
        }
        (Some(Command::Functions), _) => {
            let session = begin(&arguments, console, Params::new())?;
            console.print(&crate::show::functions(&session.catalogue().by_family(), console.width()));
            Ok(0)
        }
        (Some(Command::Plugin { command }), _) => plugins::command(&arguments, console, command),
        (Some(Command::Kernel { command }), _) => kernel::command(&arguments, console, command, cancelled),
        (Some(Command::Config { template }), _) => Ok(config::show(&arguments, console, *template)),
        (Some(Command::Reference), _) => {
            let session = begin(&arguments, console, Params::new())?;
            console.print_plain(&crate::notebook::reference(session.catalogue()));
            Ok(0)
        }
        #[cfg(unix)]
        (Some(Command::IsolatedPlugin { library, folder, memory }), _) => {
            crate::plugin::serve(library, folder, *memory).map(|()| 0)
        }
        (None, Some(code)) => run::code(&arguments, console, code),
        // `echo '1 + 1' | regulars`: no one is there to be asked.
        (None, None) if !std::io::stdin().is_terminal() => run::file(&arguments, console, "-", &[]),
        (None, None) => {
            let config = config::file(&arguments);
            if let Some(file) = &config {
                let (settings, wrong) = config::read(file, console.settings());
                console.set(arguments.over(settings));
                for failure in &wrong {
                    console.fail(failure, None, None);
                }
                choose_images(console);
            }
            let mut session = begin_asking(&arguments, console, Params::new(), Asking::Yes)?;
            repl::run(&mut session, console, Start { data: data(), config, began: now(), resume: arguments.resume })?;
            Ok(0)
        }
    }
}

/// A session with the plugins of this start. Those of a project that nobody has accepted are refused.
fn begin(arguments: &Arguments, console: &Arc<Console>, params: Params) -> Result<Session> {
    begin_asking(arguments, console, params, Asking::No)
}

fn begin_asking(arguments: &Arguments, console: &Arc<Console>, params: Params, asking: Asking) -> Result<Session> {
    if arguments.allow_net {
        crate::files::allow_net();
    }
    begin_with(plugins::at_start(arguments, console, asking)?, console, params)
}

fn begin_with(plugins: Vec<Loaded>, console: &Arc<Console>, params: Params) -> Result<Session> {
    begin_heard(plugins, Arc::clone(console) as Arc<dyn Listener>, params)
}

fn begin_heard(plugins: Vec<Loaded>, listener: Arc<dyn Listener>, params: Params) -> Result<Session> {
    let settings = Settings { plugins, params, seed: SEED, today: today() };
    let session = Session::new(settings, listener)?;
    session.look_in(plugins::places());
    Ok(session)
}

/// How pictures are shown, where the environment variable REGULARS_IMAGES says so: for this start, whatever is set.
fn choose_images(console: &Console) {
    match console.environment("REGULARS_IMAGES").map(|word| Images::parse(&word)) {
        Some(Ok(images)) => console.set(crate::console::Settings { images, ..console.settings() }),
        Some(Err(failure)) => console.warn_of(&failure.within("REGULARS_IMAGES"), None, None),
        None => {}
    }
}

/// Ctrl-C stops the work. One that comes a while later, when the work still has not stopped, leaves at once; an impatient
/// second press right behind the first does not cost the variables.
fn listen_for_interrupts(cancelled: Arc<AtomicBool>) {
    let mut first = None;
    let handler = move || {
        if !cancelled.swap(true, Ordering::Relaxed) {
            first = Some(SystemTime::now());
        } else if first.is_none_or(|first: SystemTime| first.elapsed().is_ok_and(|since| since > PATIENCE)) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    };
    // Where no handler can be set, Ctrl-C ends the program as it does everywhere: nothing to tell.
    let _ = ctrlc::set_handler(handler);
}

/// A panic becomes a failure at the guard that catches it; the default report on standard error would only frighten.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|how| how != "full") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// The folder in which the history of the prompt lies.
fn data() -> Option<std::path::PathBuf> {
    dirs::data_dir().map(|folder| folder.join("regulars"))
}

fn now() -> NaiveDateTime {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    now.unwrap_or_default().naive_utc()
}

fn today() -> Date {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    Date::from_epoch_days(days as i32).unwrap_or_default()
}

/// A failure of the command line.
fn usage(message: impl Into<String>) -> Failure {
    Failure::new(message)
}
