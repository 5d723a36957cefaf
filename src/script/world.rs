//! What a script can reach: the catalogue, the listener of the session, parameters, seed and day.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regulars_plugin::{Context, Date, Host, Place};

use super::{Answers, Modules, Params, Snapshots};
use crate::catalogue::Catalogue;
use crate::show::Value;
use crate::table::Frame;

/// Something that happens while a script runs.
pub enum Event {
    /// `print(…)`: a line of text.
    Print(String),
    /// `show(…)`: a value to be shown at once.
    Show(Box<Value>, Option<usize>),
    /// `view(…)`: a frame to be looked through.
    View(Box<Value>),
    /// A file was written.
    Wrote(String),
}

/// Hears what happens while a script runs, and says whether it should stop.
pub trait Listener: Host + Send {
    /// Hears an event.
    fn hear(&self, event: Event);

    /// A word such as `read_csv` has read what lies at a path or an address; the frame, where it made one.
    fn has_read(&self, _word: &str, _path: &str, _frame: Option<&Frame>) {}

    /// Whether something costly is to be done all the same. Where nobody can be asked, it is not.
    fn confirm(&self, _question: &str) -> bool {
        false
    }
}

/// What a script can reach.
pub struct World {
    /// Every function and every word.
    pub catalogue: Catalogue,
    /// The session's ear.
    pub listener: Arc<dyn Listener>,
    /// The parameters given on the command line.
    pub params: Params,
    /// Seed for everything random.
    pub seed: u64,
    /// The current day.
    pub today: Date,
    /// What the places of the text that runs are told with.
    pub texts: Texts,
    /// What the cells that ran have answered.
    pub answers: Answers,
    /// The modules that it may import.
    pub modules: Modules,
    /// The snapshots of the test that runs, if one does.
    pub snapshots: Snapshots,
}

/// A text that runs in place of the piece.
#[derive(Debug, Clone)]
enum Running {
    /// The file of a plugin.
    Plugin(Arc<str>),
    /// A module, by its file and its text.
    Module(Arc<str>, Arc<str>),
    /// The piece again: a closure of it, called by a module.
    Piece,
}

/// The texts that a session runs: one script in pieces, or line after line of the prompt, each with its own line 1.
#[derive(Debug, Default)]
pub struct Texts {
    is_one: AtomicBool,
    count: AtomicUsize,
    /// The other texts whose functions run, the innermost last, each with the levels of calls down to it.
    inside: Mutex<Vec<(Running, usize)>>,
    /// Levels of calls, within the text that runs, down to the function of the catalogue that was called last.
    level: AtomicUsize,
}

impl Texts {
    /// From here on every piece belongs to one text, and its lines are counted through.
    pub fn are_one(&self) {
        self.is_one.store(true, Ordering::Relaxed);
    }

    /// What comes next is counted from 1 again.
    pub fn restart(&self) {
        self.count.store(0, Ordering::Relaxed);
    }

    /// What comes next has the number behind this one again.
    pub(super) fn go_back_to(&self, number: usize) {
        self.count.store(number, Ordering::Relaxed);
    }

    /// A further piece begins.
    pub fn begin(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of the piece that runs, or ran last.
    pub(super) fn number(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// The number of the piece that comes next, counted from 1.
    pub fn next(&self) -> usize {
        self.count.load(Ordering::Relaxed) + 1
    }

    /// What the piece that runs is called where another one tells a place in it.
    pub fn name(&self) -> Option<String> {
        if let Some((Running::Plugin(file) | Running::Module(file, _), _)) = self.inside().last() {
            return Some(file.to_string());
        }
        let is_one = self.is_one.load(Ordering::Relaxed);
        (!is_one).then(|| format!("input {}", self.count.load(Ordering::Relaxed)))
    }

    /// A place in the text that runs, with its line where that text is a module: who shows the place may not have it.
    pub(super) fn place(&self, line: usize, column: usize) -> Place {
        let text = match self.inside().last() {
            Some((Running::Module(_, text), _)) => line_of(text, line),
            _ => None,
        };
        Place { source: self.name(), line, column, text }
    }

    /// A function of the catalogue is called from so many levels of calls within the text that runs.
    pub(super) fn reach(&self, level: usize) {
        self.level.store(level, Ordering::Relaxed);
    }

    /// From here on a file runs in place of the piece, until the guard is dropped; none where that would be more than
    /// `deepest` levels of calls, of all texts together.
    pub(super) fn enter(&self, file: &Arc<str>, deepest: usize) -> Option<Inside<'_>> {
        let mut inside = self.inside();
        let above = inside.last().map_or(0, |(_, level)| *level);
        let level = above + self.level.load(Ordering::Relaxed) + LEVELS_OF_A_PLUGIN;
        if level > deepest {
            return None;
        }
        inside.push((Running::Plugin(Arc::clone(file)), level));
        Some(Inside(self))
    }

    /// From here on a module runs in place of the piece, until the guard is dropped. Its levels of calls are counted on by the
    /// engine.
    pub(super) fn enter_module(&self, file: &Arc<str>, text: &Arc<str>) -> Inside<'_> {
        self.enter_as(Running::Module(Arc::clone(file), Arc::clone(text)))
    }

    /// From here on the piece itself runs again, within a module, until the guard is dropped.
    pub(super) fn enter_piece(&self) -> Inside<'_> {
        self.enter_as(Running::Piece)
    }

    fn enter_as(&self, running: Running) -> Inside<'_> {
        let mut inside = self.inside();
        let above = inside.last().map_or(0, |(_, level)| *level);
        inside.push((running, above));
        Inside(self)
    }

    fn inside(&self) -> MutexGuard<'_, Vec<(Running, usize)>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line of a text.
pub(super) fn line_of(text: &str, line: usize) -> Option<String> {
    text.lines().nth(line.checked_sub(1)?).map(str::to_owned)
}

/// What a call of a plugin counts for among the levels of calls: it goes through many hands.
const LEVELS_OF_A_PLUGIN: usize = 4;

/// Another text that runs.
pub(super) struct Inside<'a>(&'a Texts);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside().pop();
    }
}

impl World {
    /// The host that frames and functions report to.
    pub fn host(&self) -> &dyn Host {
        self.listener.as_ref()
    }

    /// The name of the text that runs, where it needs one.
    pub(super) fn source(&self) -> Option<String> {
        self.texts.name()
    }

    /// The context in which functions run.
    pub fn context(&self) -> Context<'_> {
        Context::new(self.host(), self.seed, self.today)
    }
}
