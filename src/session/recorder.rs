//! What cells say while they run, kept in its order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regulars_plugin::Host;

use crate::script::{Event, Listener};
use crate::show::Value;
use crate::table::Frame;

/// Something that a cell said while it ran.
#[derive(Clone)]
pub enum Said {
    /// `print(…)`: a line of text.
    Text(String),
    /// `show(…)` or `view(…)`: a value, and how many of its rows were asked for.
    Value {
        /// The value.
        value: Box<Value>,
        /// Rows of a table that were asked for.
        rows: Option<usize>,
    },
    /// A note or a warning of the work under way.
    Note(String),
    /// A file was written.
    Wrote(String),
}

/// Keeps what is said. Whether work should stop, and how far it is, stays a matter of the listener behind it.
pub struct Recorder {
    behind: Arc<dyn Listener>,
    passes_on: bool,
    said: Mutex<Vec<Said>>,
}

impl Recorder {
    /// Keeps everything, and passes it on.
    pub fn new(behind: Arc<dyn Listener>) -> Recorder {
        Recorder { behind, passes_on: true, said: Mutex::default() }
    }

    /// Keeps everything, and passes nothing on but questions and how far the work is.
    pub fn silent(behind: Arc<dyn Listener>) -> Recorder {
        Recorder { passes_on: false, ..Recorder::new(behind) }
    }

    /// What was said since it was last asked for.
    pub fn take(&self) -> Vec<Said> {
        std::mem::take(&mut *self.said())
    }

    fn said(&self) -> MutexGuard<'_, Vec<Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Recorder {
    fn is_cancelled(&self) -> bool {
        self.behind.is_cancelled()
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        self.behind.progress(done, total, what);
    }

    fn warn(&self, text: &str) {
        self.said().push(Said::Note(text.to_owned()));
        if self.passes_on {
            self.behind.warn(text);
        }
    }
}

impl Listener for Recorder {
    fn hear(&self, event: Event) {
        let said = match &event {
            Event::Print(text) => Said::Text(text.clone()),
            Event::Show(value, rows) => Said::Value { value: value.clone(), rows: *rows },
            Event::View(value) => Said::Value { value: value.clone(), rows: None },
            Event::Wrote(path) => Said::Wrote(path.clone()),
        };
        self.said().push(said);
        if self.passes_on {
            self.behind.hear(event);
        }
    }

    fn has_read(&self, word: &str, path: &str, frame: Option<&Frame>) {
        self.behind.has_read(word, path, frame);
    }

    fn confirm(&self, question: &str) -> bool {
        self.behind.confirm(question)
    }
}
