//! What a cell says while it runs, told to the clients: lines of text, values, questions, how far it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use regulars_plugin::{Failure, Host};
use serde_json::{Value as Json, json};

use super::message::Message;
use super::outbox::Outbox;
use super::progress::Progress;
use crate::script::{Event, Listener};
use crate::show;
use crate::show::media;

/// How often text that was printed is sent, and how often progress is told: one message for every line would be too much
/// for a browser.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// Printed text is sent at once from this size on.
const MUCH_TEXT: usize = 1 << 16;

/// A cell that prints waits while so much is not sent yet: its text would otherwise fill the memory.
const TOO_MUCH: usize = 1 << 25;

/// How often a question looks whether the work was stopped.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Hears a cell, and tells the clients.
pub(super) struct Ear {
    outbox: Outbox,
    cancelled: Arc<AtomicBool>,
    /// Rows of a table that are shown.
    pub(super) rows: usize,
    cell: Mutex<Option<Cell>>,
    progress: Mutex<Progress>,
    answers: Mutex<Receiver<Message>>,
}

/// The cell that runs.
struct Cell {
    request: Message,
    is_silent: bool,
    /// Text that was printed and not sent yet.
    printed: [String; 2],
    /// Whether anything was sent for it.
    has_shown: bool,
}

/// The streams of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Errors,
}

impl Stream {
    const ALL: [Stream; 2] = [Stream::Output, Stream::Errors];

    fn name(self) -> &'static str {
        match self {
            Stream::Output => "stdout",
            Stream::Errors => "stderr",
        }
    }
}

impl Cell {
    fn flush(&mut self, stream: Stream, outbox: &Outbox) {
        let text = std::mem::take(&mut self.printed[stream as usize]);
        if !text.is_empty() {
            self.has_shown = true;
            outbox.publish(&self.request.header, "stream", json!({ "name": stream.name(), "text": text }));
        }
    }

    fn flush_all(&mut self, outbox: &Outbox) {
        Stream::ALL.into_iter().for_each(|stream| self.flush(stream, outbox));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ear {
    pub(super) fn new(outbox: Outbox, cancelled: Arc<AtomicBool>, answers: Receiver<Message>, rows: usize) -> Ear {
        let (cell, progress) = (Mutex::new(None), Mutex::default());
        Ear { outbox, cancelled, rows, cell, progress, answers: Mutex::new(answers) }
    }

    /// A cell begins; an earlier interrupt is forgotten.
    pub(super) fn begin(&self, request: &Message, is_silent: bool) {
        let mut cell = locked(&self.cell);
        self.cancelled.store(false, Ordering::Relaxed);
        let request = request.clone();
        *cell = Some(Cell { request, is_silent, printed: Default::default(), has_shown: false });
    }

    /// The cell is over: what it printed is sent, and it cannot be interrupted any more.
    pub(super) fn end(&self) {
        let mut cell = locked(&self.cell);
        self.end_progress(&mut cell);
        if let Some(mut cell) = cell.take() {
            cell.flush_all(&self.outbox);
        }
    }

    /// Stops the cell that runs, if one does.
    pub(super) fn interrupt(&self) {
        let cell = locked(&self.cell);
        if cell.is_some() {
            self.cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Sends what was printed, and how far the work is.
    pub(super) fn tick(&self) {
        let mut cell = locked(&self.cell);
        let Some(cell) = cell.as_mut().filter(|cell| !cell.is_silent) else { return };
        cell.flush_all(&self.outbox);
        if let Some((kind, content)) = locked(&self.progress).tick() {
            self.outbox.publish(&cell.request.header, kind, content);
        }
    }

    /// Shows a value for the cell that runs.
    fn show(&self, value: &show::Value, rows: usize) -> Result<(), Failure> {
        if locked(&self.cell).as_ref().is_none_or(|cell| cell.is_silent) {
            return Ok(());
        }
        let made = media(value, self, rows)?;
        self.publish("display_data", made.content());
        Ok(())
    }

    /// Sends something of the cell that runs, behind what it printed.
    pub(super) fn publish(&self, kind: &str, content: Json) {
        let mut held = locked(&self.cell);
        self.end_progress(&mut held);
        if let Some(cell) = held.as_mut().filter(|cell| !cell.is_silent) {
            cell.flush_all(&self.outbox);
            cell.has_shown |= kind != "execute_input";
            self.outbox.publish(&cell.request.header, kind, content);
        }
    }

    /// Takes away what told how far the work is.
    fn end_progress(&self, cell: &mut Option<Cell>) {
        let Some(cell) = cell else { return };
        if let Some(gone) = locked(&self.progress).end() {
            self.outbox.publish(&cell.request.header, "update_display_data", gone);
            if !cell.has_shown {
                self.outbox.publish(&cell.request.header, "clear_output", json!({ "wait": false }));
            }
        }
    }

    fn print(&self, stream: Stream, text: &str) {
        while self.outbox.waiting() > TOO_MUCH && !self.is_cancelled() {
            std::thread::sleep(LOOK_EVERY);
        }
        let mut cell = locked(&self.cell);
        let Some(cell) = cell.as_mut().filter(|cell| !cell.is_silent) else { return };
        // Text of the other stream came first.
        Stream::ALL.into_iter().filter(|other| *other != stream).for_each(|other| cell.flush(other, &self.outbox));
        let printed = &mut cell.printed[stream as usize];
        printed.push_str(text);
        printed.push('\n');
        if printed.len() > MUCH_TEXT {
            cell.flush(stream, &self.outbox);
        }
    }

    /// Whoever sent the cell, if a question may be asked there.
    fn asked(&self) -> Option<Message> {
        let mut cell = locked(&self.cell);
        let cell = cell.as_mut().filter(|cell| cell.request.flag("allow_stdin", false))?;
        cell.flush_all(&self.outbox);
        Some(cell.request.clone())
    }
}

impl Host for Ear {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        // Told a million times: where somebody reads it right now, the next time will do.
        if let Ok(mut progress) = self.progress.try_lock() {
            progress.hear(done, total, what);
        }
    }

    fn warn(&self, text: &str) {
        self.print(Stream::Errors, &show::harmless(text));
    }
}

impl Listener for Ear {
    fn hear(&self, event: Event) {
        let shown = match event {
            Event::Print(text) => {
                self.print(Stream::Output, &text);
                Ok(())
            }
            Event::Show(value, rows) => self.show(&value, rows.unwrap_or(self.rows)),
            // There is no terminal to look through it.
            Event::View(value) => self.show(&value, self.rows),
            Event::Wrote(path) => {
                self.print(Stream::Output, &format!("wrote {}", show::harmless(&path)));
                Ok(())
            }
        };
        if let Err(failure) = shown.map_err(|failure| show::failure(&failure, None, None, show::MEDIA_WIDTH)) {
            self.print(Stream::Errors, failure.plain().trim_end());
        }
    }

    fn confirm(&self, question: &str) -> bool {
        let Some(request) = self.asked() else { return false };
        let answers = locked(&self.answers);
        // Lines that were typed too late for an earlier question.
        while answers.try_recv().is_ok() {}
        self.outbox.ask(&request, &format!("{}; go on? [y/N] ", show::harmless(question)));
        while !self.is_cancelled() {
            match answers.recv_timeout(LOOK_EVERY) {
                Ok(answer) if answer.kind() == "input_reply" => {
                    return matches!(answer.text("value").trim().to_lowercase().as_str(), "y" | "yes");
                }
                Ok(_) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return false,
            }
        }
        false
    }
}
