//! What a test says while it runs: kept, and shown only where it fails.

use std::sync::{Arc, Mutex, PoisonError};

use regulars_plugin::{Host, Quiet};

use crate::console::Console;
use crate::script::{Event, Listener};
use crate::show::{self, Value};

/// The ear of the session in which tests run.
pub(super) struct Ear {
    console: Arc<Console>,
    said: Mutex<String>,
}

/// Letters that are kept of one test.
const MOST: usize = 100_000;

impl Ear {
    pub(super) fn new(console: &Arc<Console>) -> Ear {
        Ear { console: Arc::clone(console), said: Mutex::default() }
    }

    /// What was said since this was asked last.
    pub(super) fn take(&self) -> String {
        std::mem::take(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, text: &str) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() + text.len() > MOST {
            if !said.ends_with("… (more was said)\n") {
                said.push_str("… (more was said)\n");
            }
            return;
        }
        said.push_str(text);
        said.push('\n');
    }

    fn show(&self, value: &Value, rows: usize) {
        match show::page(value, &Quiet, self.console.width(), rows) {
            Ok(page) => self.keep(page.plain().trim_end()),
            Err(failure) => self.keep(&failure.to_string()),
        }
    }
}

impl Host for Ear {
    fn is_cancelled(&self) -> bool {
        self.console.is_cancelled()
    }

    // The progress is that of the tests.
    fn progress(&self, _: u64, _: u64, _: &str) {}

    fn warn(&self, text: &str) {
        self.keep(text);
    }
}

impl Listener for Ear {
    fn hear(&self, event: Event) {
        match event {
            Event::Print(text) => self.keep(&text),
            Event::Show(value, rows) => self.show(&value, rows.unwrap_or(20)),
            Event::View(value) => self.show(&value, 20),
            Event::Wrote(path) => self.keep(&format!("wrote {path}")),
        }
    }
}
