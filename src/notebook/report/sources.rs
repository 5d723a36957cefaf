//! Hears what is read while a script runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regulars_plugin::{Host, Result};

use crate::files::{self, Stamp};
use crate::script::{Event, Listener};
use crate::table::Frame;

/// A listener that keeps what was read, and passes everything on.
pub struct Sources {
    behind: Arc<dyn Listener>,
    heard: Mutex<Vec<Heard>>,
}

/// What was heard of one source.
struct Heard {
    word: String,
    path: String,
    rows: Rows,
    stamps: Vec<Stamp>,
}

/// The rows of a source.
enum Rows {
    Known(Option<usize>),
    /// A file that is read lazily: it is counted in the end.
    Later(Frame),
}

/// Something that a script read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The word that read it.
    pub word: String,
    /// Its path or address, without password.
    pub path: String,
    /// Rows of the table that was read, on its first line where it consists of several files.
    pub rows: Option<usize>,
    /// Size in bytes, where it is a file.
    pub bytes: Option<u64>,
    /// SHA-256 of the file, where it is one that is still as it was.
    pub sha256: Option<String>,
    /// Whether the file was changed or removed after it had been read.
    pub is_changed: bool,
}

impl Sources {
    /// Listens in front of another one.
    pub fn new(behind: Arc<dyn Listener>) -> Sources {
        Sources { behind, heard: Mutex::default() }
    }

    /// Forgets what was heard: looking through a script before it runs reads files as well.
    pub fn forget(&self) {
        self.heard().clear();
    }

    fn heard(&self) -> MutexGuard<'_, Vec<Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read, in order, each once. The files are read once more for their SHA-256, and rows are counted where they
    /// are not known.
    pub fn account(&self, host: &dyn Host) -> Result<Vec<Read>> {
        let heard: Vec<Heard> = std::mem::take(&mut *self.heard());
        let mut account: Vec<Read> = Vec::new();
        for one in heard {
            // A frame on a file that is gone cannot be counted any more.
            let rows = match one.rows {
                Rows::Known(rows) => rows,
                Rows::Later(frame) => frame.height(host).ok(),
            };
            let whole = Read {
                word: one.word.clone(),
                path: files::shown_path(&one.path),
                rows,
                bytes: None,
                sha256: None,
                is_changed: false,
            };
            if one.stamps.is_empty() {
                account.push(whole);
                continue;
            }
            let several = one.stamps.len() > 1;
            for (place, stamp) in one.stamps.iter().enumerate() {
                // What cannot be read any more is no reason to have no report.
                let sha256 = match stamp.is_changed() {
                    true => None,
                    false => match stamp.sha256(host) {
                        Err(failure) if failure.cancelled => return Err(failure),
                        hash => hash.ok(),
                    },
                };
                let is_changed = sha256.is_none();
                account.push(Read {
                    path: stamp.path().display().to_string(),
                    rows: if several && place > 0 { None } else { rows },
                    bytes: Some(stamp.bytes()),
                    sha256,
                    is_changed,
                    ..whole.clone()
                });
            }
        }
        account.dedup();
        Ok(account)
    }
}

impl Host for Sources {
    fn is_cancelled(&self) -> bool {
        self.behind.is_cancelled()
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        self.behind.progress(done, total, what);
    }

    fn warn(&self, text: &str) {
        self.behind.warn(text);
    }
}

impl Listener for Sources {
    fn hear(&self, event: Event) {
        self.behind.hear(event);
    }

    fn confirm(&self, question: &str) -> bool {
        self.behind.confirm(question)
    }

    fn has_read(&self, word: &str, path: &str, frame: Option<&Frame>) {
        let stamps = if word == "sample" { Vec::new() } else { files::stamps(word, path) };
        let mut heard = self.heard();
        // Read again without having changed, it is the same source.
        let is_known =
            |one: &&mut Heard| one.word == word && one.path == path && !one.stamps.iter().any(Stamp::is_changed);
        if heard.iter_mut().rev().find(is_known).is_none() {
            // A table whose rows are known is not kept alive for them.
            let known = frame.and_then(|frame| frame.about().import.as_ref()?.rows);
            let rows = match (known, frame) {
                (None, Some(frame)) => Rows::Later(frame.clone()),
                (known, _) => Rows::Known(known),
            };
            heard.push(Heard { word: word.to_owned(), path: path.to_owned(), rows, stamps });
        }
        drop(heard);
        self.behind.has_read(word, path, frame);
    }
}
