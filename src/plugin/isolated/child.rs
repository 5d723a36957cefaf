//! The child's side: loads one library and answers until nobody listens any more.

use std::ffi::CString;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use regulars_plugin::{Context, Failure, Host, Result};

use super::super::border;
use super::super::way::{Asked, Way};
use super::wire::{Ask, FromChild, ToChild, Wire};
use super::{MODEL_TABLE, answer_name, table_name, write};

/// Serves the library to the session whose wire is the standard input of this process, with tables in files of `folder`.
/// Ends when the session does, or with the failure that kept it from beginning.
pub fn serve(library: &Path, folder: &Path, memory: Option<u64>) -> Result<()> {
    let wire = Wire::given().map_err(|error| Failure::new(format!("there is no session to serve: {error}")))?;
    let loaded = border::load(library).and_then(|loaded| memory.map_or(Ok(()), limit).map(|()| loaded));
    let (told, entered) = match loaded {
        Ok(loaded) => loaded,
        Err(failure) => return say(&wire, &FromChild::Failed(failure)),
    };
    let border::Told { abi, name, version, manuals } = told;
    say(&wire, &FromChild::Hello { abi, name, version, manuals })?;

    let ear = wire.another().map_err(|error| gone(&error))?;
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, asked) = channel();
    let flag = Arc::clone(&stop);
    std::thread::spawn(move || {
        while let Ok(Some(message)) = ear.read() {
            match message {
                ToChild::Cancel => flag.store(true, Ordering::Relaxed),
                ToChild::Ask(ask) => {
                    // What was cancelled was the work before.
                    flag.store(false, Ordering::Relaxed);
                    if tell.send(ask).is_err() {
                        break;
                    }
                }
            }
        }
        // The session is gone: whatever the plugin is doing, nobody waits for it.
        std::process::exit(0);
    });
    let host = Relay { wire, stop, last: Mutex::new(None) };
    while let Ok(ask) = asked.recv() {
        let message = answer(&entered, &ask, folder, &host).unwrap_or_else(FromChild::Failed);
        say(&host.wire, &message)?;
    }
    Ok(())
}

fn answer(entered: &impl Way, ask: &Ask, folder: &Path, host: &Relay) -> Result<FromChild> {
    let read = |name: String| border::mapped(&folder.join(name));
    let tables = (0..ask.tables).map(|index| read(table_name(index))).collect::<Result<Vec<_>>>()?;
    let model_table = ask.has_model_table.then(|| read(MODEL_TABLE.to_owned())).transpose()?;
    let text = |text: &str| CString::new(text).map_err(|_| Failure::new("an option holds a null byte"));
    let (options, model) = (text(&ask.options)?, ask.model.as_deref().map(text).transpose()?);
    let asked = Asked {
        function: ask.function,
        method: ask.method,
        tables: &tables,
        model_table: model_table.as_ref(),
        model: model.as_deref(),
        options: &options,
    };
    let answered = entered.call(&asked, &Context::new(host, ask.seed, ask.today))?;
    for (index, table) in answered.tables.iter().enumerate() {
        if let Some(table) = table {
            write(&folder.join(answer_name(index)), table)?;
        }
    }
    Ok(FromChild::Answered { text: answered.text, tables: answered.tables.iter().map(Option::is_some).collect() })
}

/// Memory that this process may take beyond what the program itself holds; tables that lie in files do not count.
fn limit(bytes: u64) -> Result<()> {
    let whole = held().saturating_add(bytes);
    rlimit::setrlimit(rlimit::Resource::DATA, whole, whole)
        .map_err(|error| Failure::new(format!("the memory of the plugin cannot be limited to {bytes} bytes: {error}")))
}

/// What the program has taken, its allocator's reserve included; nothing where the system does not tell.
fn held() -> u64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

fn say(wire: &Wire, message: &FromChild) -> Result<()> {
    wire.write(message).map_err(|error| gone(&error))
}

fn gone(error: &std::io::Error) -> Failure {
    Failure::new(format!("the session is gone: {error}"))
}

/// The session, reached over the wire.
struct Relay {
    wire: Wire,
    stop: Arc<AtomicBool>,
    /// When progress was told last.
    last: Mutex<Option<Instant>>,
}

/// Progress is told no more often than it can be seen.
const TURN: Duration = Duration::from_millis(50);

impl Host for Relay {
    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < TURN) {
            return;
        }
        *last = Some(Instant::now());
        // A session that is gone is noticed by the thread that listens to it.
        let _ = self.wire.write(&FromChild::Progress { done, total, what: what.to_owned() });
    }

    fn warn(&self, text: &str) {
        let _ = self.wire.write(&FromChild::Warn(text.to_owned()));
    }
}
