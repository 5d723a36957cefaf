//! Plugins in a process of their own: a crash there is a failure here, and the session goes on.
//!
//! The child is this same program. Parent and child talk over a pair of sockets, one JSON message after another; tables lie
//! in files of a private folder, in memory where the system has such folders, and the child maps them without a copy.
//!
//! It keeps a crash, an endless loop and a lack of memory away from the session. It is no wall against malice: the child
//! runs with the rights of the user.

mod child;
mod wire;

use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use polars::prelude::{CompatLevel, DataFrame, IpcReader, IpcWriter, SerReader, SerWriter};
use regulars_plugin::{Context, Failure, Host, Result};
use tempfile::TempDir;

use super::Isolation;
use super::border::Told;
use super::verify::fault;
use super::way::{Answered, Asked, Way};
use wire::{Ask, FromChild, ToChild, Wire};

pub use child::serve;

/// The word on the command line by which the program knows that it is the child.
pub const CHILD: &str = "isolated-plugin";

/// How often an interrupt is looked for while the child works.
const TURN: Duration = Duration::from_millis(20);
/// How long a plugin that was told to stop has to do so before its process is ended.
const GRACE: Duration = Duration::from_millis(200);
/// How long a plugin may take to load.
const BEGINNING: Duration = Duration::from_secs(30);

/// The way to a plugin in a child process. One call at a time; a child that ended is started again for the next.
pub(super) struct Isolated {
    library: PathBuf,
    /// The folder of the library, where it is a copy: a child that is started again loads it again.
    _folder: Option<TempDir>,
    isolation: Isolation,
    running: Mutex<Option<Running>>,
}

/// A child and what belongs to it.
struct Running {
    child: Child,
    wire: Wire,
    heard: Receiver<FromChild>,
    folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whatever it is doing, nobody waits for it any more; errors mean that it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Isolated {
    /// Starts the child and lets it load the library.
    pub(super) fn start(library: &Path, folder: Option<TempDir>, isolation: &Isolation) -> Result<(Told, Isolated)> {
        let (told, running) = begin(library, isolation)?;
        let (library, isolation) = (library.to_owned(), isolation.clone());
        Ok((told, Isolated { library, _folder: folder, isolation, running: Mutex::new(Some(running)) }))
    }
}

fn begin(library: &Path, isolation: &Isolation) -> Result<(Told, Running)> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("no process can be started for the plugin `{}`: {error}", library.display()))
    };
    let folder = private_folder().map_err(cannot)?;
    let (wire, theirs) = Wire::pair().map_err(cannot)?;
    let last_words = File::create(folder.path().join(LAST_WORDS)).map_err(cannot)?;
    let mut command = Command::new(&isolation.program);
    command.arg(CHILD).arg(library).arg(folder.path());
    if let Some(bytes) = isolation.memory {
        command.arg(bytes.to_string());
    }
    // A group of its own: Ctrl-C is for the session, which tells the child to stop.
    command.stdin(Stdio::from(theirs)).stdout(Stdio::null()).stderr(last_words).process_group(0);
    let child = command.spawn().map_err(cannot)?;
    // The child's end of the wire is in its hands alone, so that its death is heard here.
    drop(command);
    let (tell, heard) = channel();
    let ear = wire.another().map_err(cannot)?;
    std::thread::spawn(move || {
        while let Ok(Some(message)) = ear.read() {
            if tell.send(message).is_err() {
                break;
            }
        }
    });
    let mut running = Running { child, wire, heard, folder };
    match running.heard.recv_timeout(BEGINNING) {
        Ok(FromChild::Hello { abi, name, version, manuals }) => Ok((Told { abi, name, version, manuals }, running)),
        Ok(FromChild::Failed(failure)) => Err(failure),
        Ok(_) => Err(fault(format!("the plugin `{}` answered before it was asked", library.display()))),
        Err(RecvTimeoutError::Timeout) => {
            Err(fault(format!("the plugin `{}` did not load within {BEGINNING:?}", library.display())))
        }
        Err(RecvTimeoutError::Disconnected) => Err(running.crashed("while it was loaded")),
    }
}

/// A folder for this user alone, in memory where the system offers that.
fn private_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("regulars-plugin-");
    builder.tempdir_in("/dev/shm").or_else(|_| builder.tempdir())
}

/// The file that the child's standard error goes to.
const LAST_WORDS: &str = "stderr";

impl Way for Isolated {
    fn call(&self, asked: &Asked<'_>, context: &Context<'_>) -> Result<Answered> {
        let mut place = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out: a child that does not answer as it should is not put back.
        let mut running = match place.take() {
            Some(running) => running,
            None => begin(&self.library, &self.isolation)?.1,
        };
        let answered = running.call(asked, context);
        match answered {
            Ok(Heard::Answered(answered)) => {
                *place = Some(running);
                Ok(answered)
            }
            Ok(Heard::Failed(failure)) => {
                *place = Some(running);
                Err(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// What a child that works as it should says in the end.
enum Heard {
    Answered(Answered),
    Failed(Failure),
}

impl Running {
    fn call(&mut self, asked: &Asked<'_>, context: &Context<'_>) -> Result<Heard> {
        for (index, table) in asked.tables.iter().enumerate() {
            write(&self.file(&table_name(index)), table)?;
            context.check()?;
        }
        if let Some(table) = asked.model_table {
            write(&self.file(MODEL_TABLE), table)?;
        }
        let words = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
        let ask = ToChild::Ask(Ask {
            function: asked.function,
            method: asked.method,
            tables: asked.tables.len(),
            has_model_table: asked.model_table.is_some(),
            model: asked.model.map(words),
            options: words(asked.options),
            seed: context.seed,
            today: context.today,
        });
        if self.wire.write(&ask).is_err() {
            return Err(self.crashed("before it was asked"));
        }
        let heard = self.listen(context.host());
        for index in 0..asked.tables.len() {
            self.forget(&table_name(index));
        }
        self.forget(MODEL_TABLE);
        heard
    }

    /// Waits for the end of a call.
    fn listen(&mut self, host: &dyn Host) -> Result<Heard> {
        let mut told_to_stop: Option<Instant> = None;
        loop {
            match self.heard.recv_timeout(TURN) {
                Ok(FromChild::Progress { done, total, what }) => host.progress(done, total, &what),
                Ok(FromChild::Warn(text)) => host.warn(&text),
                Ok(FromChild::Answered { text, tables }) => return self.read(text, &tables).map(Heard::Answered),
                Ok(FromChild::Failed(failure)) => return Ok(Heard::Failed(failure)),
                Ok(FromChild::Hello { .. }) => return Err(fault("the plugin began anew in the middle of a call")),
                Err(RecvTimeoutError::Disconnected) => return Err(self.crashed("while it worked")),
                Err(RecvTimeoutError::Timeout) => {}
            }
            match told_to_stop {
                None if host.is_cancelled() => {
                    // Where it cannot be told, it is gone, which is heard in the next turn.
                    let _ = self.wire.write(&ToChild::Cancel);
                    told_to_stop = Some(Instant::now());
                }
                // It does not look: its process is ended with `self`, which nobody puts back.
                Some(since) if since.elapsed() > GRACE => return Err(Failure::interrupted()),
                _ => {}
            }
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Files that are not there any more need not be forgotten.
    fn forget(&self, name: &str) {
        let _ = std::fs::remove_file(self.file(name));
    }

    fn read(&self, text: String, tables: &[bool]) -> Result<Answered> {
        let read = |(index, is_there): (usize, &bool)| -> Result<Option<DataFrame>> {
            if !is_there {
                return Ok(None);
            }
            let path = self.file(&answer_name(index));
            // Read and not mapped: what the child may still change must not change under the session.
            let table = File::open(&path)
                .map_err(|error| error.to_string())
                .and_then(|file| IpcReader::new(file).finish().map_err(|error| error.to_string()))
                .map_err(|error| fault(format!("table {index} of the answer cannot be read: {error}")))?;
            self.forget(&answer_name(index));
            Ok(Some(table))
        };
        Ok(Answered { text, tables: tables.iter().enumerate().map(read).collect::<Result<_>>()? })
    }

    /// The failure of a child that is gone, with how it ended and what it said last.
    fn crashed(&mut self, when: &str) -> Failure {
        let ended = self.child.wait().map(how).unwrap_or_else(|_| "it is gone".to_owned());
        let failure = Failure::new(format!("the plugin crashed {when}: {ended}"));
        let said = std::fs::read(self.file(LAST_WORDS)).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let failure = match said.lines().map(str::trim).rfind(|line| !line.is_empty()) {
            Some(line) => failure.help(format!("its last words: {}", line.chars().take(200).collect::<String>())),
            None => failure,
        };
        failure.help("the session is as it was; the plugin is started again when it is next called")
    }
}

/// How a process ended, in words.
fn how(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(11), _) => "it touched memory that is not its own (segmentation fault)".to_owned(),
        (Some(7), _) => "it touched memory that is not there (bus error)".to_owned(),
        (Some(6), _) => "it ended itself (abort), as programs do that run out of memory or find it damaged".to_owned(),
        (Some(9), _) => "it was killed, as the system does with programs that take too much memory".to_owned(),
        (Some(signal), _) => format!("signal {signal} ended it"),
        (None, Some(code)) => format!("it left with code {code}"),
        (None, None) => "nobody knows how".to_owned(),
    }
}

fn table_name(index: usize) -> String {
    format!("table-{index}.arrow")
}

fn answer_name(index: usize) -> String {
    format!("answer-{index}.arrow")
}

/// The file of the table that a model came with.
const MODEL_TABLE: &str = "model.arrow";

/// Writes a table as it lies in memory.
fn write(path: &Path, table: &DataFrame) -> Result<()> {
    let failed = |error: String| {
        Failure::new(format!("a table of {} rows cannot be given to the isolated plugin: {error}", table.height()))
            .help("is there enough memory, and room in the folder for temporary files?")
    };
    let mut file = File::create(path).map_err(|error| failed(error.to_string()))?;
    // A cheap copy of the handles: the writer wants a table of its own.
    let mut table = table.clone();
    let mut writer = IpcWriter::new(&mut file).with_compat_level(CompatLevel::newest());
    writer.finish(&mut table).map_err(|error| failed(error.to_string()))
}
