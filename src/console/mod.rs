//! The terminal: what a session says, printed. Data goes to standard output, messages to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this room is where printing happens")]

mod ending;
mod images;
mod pager;
mod pictures;
mod progress;
mod settings;

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use regulars_plugin::{Failure, Host};

use crate::catalogue::Record;
use crate::script::{Event, Listener};
use crate::show::{self, Format, Page, Shade, Value};
use crate::table::Frame;
pub use ending::give_back_when_told_to_end;
pub use images::Images;
use pictures::Shown;
use progress::Progress;

pub use settings::{Edit, Pager, SETTINGS, Setting, Settings, Takes, Theme, Timing};

/// How values are shown and messages told.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What the last value is shown as.
    pub output: Format,
    /// Say nothing besides data and failures.
    pub quiet: bool,
    /// Use no colours, whatever the terminal.
    pub plain: bool,
    /// Rows of a table that are shown.
    pub rows: usize,
}

/// The terminal.
pub struct Console {
    manner: Manner,
    settings: Mutex<Settings>,
    cancelled: Arc<AtomicBool>,
    /// Whether the reader of standard output has had enough (`| head`).
    closed: AtomicBool,
    progress: Arc<Mutex<Progress>>,
    /// Whether anybody sees it; asked once, as work may tell of itself a million times.
    tells_progress: bool,
    /// The pictures that were shown.
    pictures: Mutex<Shown>,
    /// The title of a cell that has printed nothing yet.
    title: Mutex<Option<String>>,
    /// Whether somebody sits at a prompt.
    converses: AtomicBool,
    /// Whether what was printed last ends with an empty line, or nothing was printed.
    is_apart: AtomicBool,
}

/// Columns where the output is no terminal.
const WIDTH_OF_A_PIPE: usize = 120;

impl Console {
    /// A console; setting `cancelled` stops the work under way.
    pub fn new(manner: Manner, cancelled: Arc<AtomicBool>) -> Console {
        Console {
            manner,
            settings: Mutex::new(Settings { output: manner.output, rows: manner.rows, ..Settings::default() }),
            cancelled,
            closed: AtomicBool::new(false),
            progress: Arc::default(),
            tells_progress: !manner.quiet && can_edit(),
            pictures: Mutex::new(Shown::default()),
            title: Mutex::new(None),
            converses: AtomicBool::new(false),
            is_apart: AtomicBool::new(true),
        }
    }

    /// The same terminal in another manner.
    pub fn with_manner(&self, manner: Manner) -> Console {
        let console = Console::new(manner, Arc::clone(&self.cancelled));
        console.set(Settings { images: self.settings().images, ..console.settings() });
        console
    }

    /// What is set now.
    pub fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets all anew.
    pub fn set(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The ground on which colours must be readable; none where there are no colours.
    pub fn shade(&self) -> Option<Shade> {
        let theme = self.settings().theme;
        let told = self.environment("COLORFGBG");
        (!self.manner.plain && theme != Theme::None).then(|| settings::shade(theme, told.as_deref()))
    }

    /// What the environment says under a name, where it says something.
    pub fn environment(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|told| !told.is_empty())
    }

    /// Whether the reader of standard output has had enough: nothing more is to be done or told.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Work begins: an earlier interrupt is forgotten, and how far it is will be told.
    pub fn begin(&self) {
        self.forget_interrupt();
        if self.tells_progress {
            Progress::watch(&self.progress, false, columns);
        }
    }

    /// Forgets an earlier Ctrl-C, without any work of our own beginning.
    pub fn forget_interrupt(&self) {
        self.cancelled.store(false, Ordering::Relaxed);
    }

    /// Work is over: the progress line goes away.
    pub fn end(&self) {
        self.progress().end();
    }

    /// Says what the work from here on belongs to: it stands before how far it is.
    pub fn part(&self, part: Option<String>) {
        self.progress().part(part);
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Columns that are used: those that are set, or those of the terminal.
    pub fn width(&self) -> usize {
        self.settings().width.unwrap_or_else(columns)
    }

    /// Columns of the terminal itself, whatever is set.
    pub fn columns(&self) -> usize {
        columns()
    }

    fn render(&self, page: &Page, to_terminal: bool) -> String {
        match self.shade().filter(|_| to_terminal) {
            Some(shade) => page.ansi(shade),
            None => page.plain(),
        }
    }

    /// Prints a page as data.
    pub fn print(&self, page: &Page) {
        self.write_out(&self.render(page, std::io::stdout().is_terminal()));
    }

    /// Prints text as it is.
    pub fn print_plain(&self, text: &str) {
        self.write_out(text);
    }

    /// Puts a title above what is printed next, apart from what was printed before. A cell that prints nothing has none.
    pub fn entitle(&self, title: Option<&str>) {
        *self.title.lock().unwrap_or_else(PoisonError::into_inner) = title.map(str::to_owned);
    }

    /// The title that waits, laid out, as this is the first that is printed under it.
    fn title(&self) -> String {
        let Some(title) = self.title.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return String::new();
        };
        let mut page = Page::new();
        page.role(show::Role::Heading, &show::harmless(&title)).line();
        let gap = if self.is_apart.load(Ordering::Relaxed) { "" } else { "\n" };
        format!("{gap}{}", self.render(&page, std::io::stdout().is_terminal()))
    }

    /// Prints data. A reader that has had enough (`| head`) is no failure.
    fn write_out(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        // Held until all is written, so that no line is drawn between.
        let mut progress = self.progress();
        progress.make_room();
        let title = self.title();
        self.is_apart.store(text == "\n" || text.ends_with("\n\n"), Ordering::Relaxed);
        let mut out = std::io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        if write!(out, "{title}{text}{end}").and_then(|()| out.flush()).is_err() {
            self.closed.store(true, Ordering::Relaxed);
            self.cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Prints a message. Where nobody can read it, nothing is lost by going on.
    fn write_err(&self, text: &str) {
        let _ = write!(std::io::stderr().lock(), "{text}");
    }

    /// Whether the terminal can move its cursor: the line editor draws on standard error.
    pub fn can_edit(&self) -> bool {
        can_edit()
    }

    /// Prints the beginning of a line that is then typed.
    pub fn ask(&self, text: &str) {
        self.end();
        self.write_err(text);
    }

    /// Prints a page as a message.
    pub fn tell(&self, page: &Page) {
        let mut progress = self.progress();
        progress.make_room();
        self.write_err(&self.render(page, std::io::stderr().is_terminal()));
    }

    /// Prints a failure, with its place in the script.
    pub fn fail(&self, failure: &Failure, script: Option<&str>, name: Option<&str>) {
        if failure.cancelled && self.is_closed() {
            return;
        }
        self.tell(&show::failure(failure, script, name, self.width()));
    }

    /// Prints what may become a failure, unless it should be quiet.
    pub fn warn_of(&self, failure: &Failure, script: Option<&str>, name: Option<&str>) {
        if !self.manner.quiet {
            self.tell(&show::warning(failure, script, name, self.width()));
        }
    }

    /// Whether values are asked for as JSON.
    pub fn is_json(&self) -> bool {
        self.settings().output == Format::Json
    }

    /// Prints a line as a message, unless it should be quiet.
    pub fn note(&self, text: &str) {
        if !self.manner.quiet {
            let text = show::harmless(text);
            // A line of a file stays one line.
            let lines = match std::io::stderr().is_terminal() {
                true => show::wrap(&text, self.columns()),
                false => vec![text.into_owned()],
            };
            let mut page = Page::new();
            for line in &lines {
                page.role(show::Role::Note, line).line();
            }
            self.tell(&page);
        }
    }

    /// Shows a value as a table for people; one that does not fit can be looked through first, where that is set.
    pub fn show(&self, value: &Value) -> Result<(), Failure> {
        let settings = self.settings();
        if settings.pager == Pager::Long
            && self.converses.load(Ordering::Relaxed)
            && let Value::Frame(frame) = value
            && show::is_cut(&frame.data(self)?, &frame.about().columns, self.width(), settings.rows)
        {
            self.look_through(frame)?;
        }
        self.show_rows(value, settings.rows)
    }

    /// Opens a frame, or the table of an answer, to be looked through; where nobody sits at a terminal, and for any other
    /// value, the same as [`Console::show`].
    pub fn view(&self, value: &Value) -> Result<(), Failure> {
        let frame = match value {
            Value::Frame(frame) => frame,
            Value::Record(Record { table: Some(frame), .. }) => frame,
            _ => return self.show_rows(value, self.settings().rows),
        };
        match self.look_through(frame)? {
            true => Ok(()),
            false => self.show_rows(value, self.settings().rows),
        }
    }

    /// Opens a frame to be looked through, and says whether there is a terminal for it.
    fn look_through(&self, frame: &Frame) -> Result<bool, Failure> {
        let is_seated = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let is_able = std::env::var_os("TERM").is_none_or(|name| name != "dumb");
        if !is_seated || !is_able || frame.names().is_empty() {
            return Ok(false);
        }
        let data = frame.data(self)?;
        self.end();
        let opened = pager::open(&data, &frame.about().columns, self.shade(), &|| self.is_cancelled());
        opened.map(|()| true).map_err(|error| {
            Failure::new(format!("the terminal cannot be filled: {error}")).help("`show(…)` prints it")
        })
    }

    fn show_rows(&self, value: &Value, rows: usize) -> Result<(), Failure> {
        if let Value::Picture { picture, .. } = value
            && std::io::stdout().is_terminal()
        {
            return self.show_picture(value, picture);
        }
        let value = if self.manner.quiet { without_notes(value) } else { value.clone() };
        let page = show::page(&value, self, self.width(), rows)?;
        self.print(&page);
        Ok(())
    }

    /// Shows the last value in the manner that was asked for.
    pub fn show_last(&self, value: &Value) -> Result<(), Failure> {
        let output = self.settings().output;
        if output == Format::Table {
            return self.show(value);
        }
        if let Value::Frame(frame) = value {
            for note in frame.notes(self)? {
                self.note(&note);
            }
        }
        let text = show::export(value, output, self)?;
        match std::io::stdout().is_terminal() {
            // A file or a program gets every character; a terminal would be steered by some.
            true => {
                let lines: String = text.lines().flat_map(|line| [show::harmless(line), "\n".into()]).collect();
                self.write_out(&lines);
            }
            false => self.write_out(&text),
        }
        Ok(())
    }

    /// From here on somebody talks: everything that a cell shows is shown, whatever values are shown as.
    pub fn converse(&self) {
        self.converses.store(true, Ordering::Relaxed);
    }

    /// Whether values are shown as tables for people.
    pub fn is_for_people(&self) -> bool {
        self.settings().output == Format::Table
    }
}

fn can_edit() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|name| name != "dumb")
}

/// Columns of the terminal, or what is taken for them.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let found = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = if std::io::stdout().is_terminal() { found.or(told) } else { told };
    width.unwrap_or(WIDTH_OF_A_PIPE).max(20)
}

fn without_notes(value: &Value) -> Value {
    match value {
        Value::Frame(frame) => {
            let about = crate::table::About { notes: Vec::new(), left_out: Vec::new(), ..frame.about().clone() };
            Value::Frame(frame.with_about(about))
        }
        Value::Record(record) => {
            let mut record = record.clone();
            record.notes.clear();
            Value::Record(record)
        }
        other => other.clone(),
    }
}

impl Host for Console {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        if !self.tells_progress {
            return;
        }
        // Work outside a cell, such as that of showing its value, is watched from when it first tells of itself.
        if !self.progress().is_watched() {
            Progress::watch(&self.progress, true, columns);
        }
        self.progress().hear(done, total, what);
    }

    fn warn(&self, text: &str) {
        self.note(text);
    }
}

impl Listener for Console {
    fn confirm(&self, question: &str) -> bool {
        if !self.converses.load(Ordering::Relaxed) {
            return false;
        }
        self.end();
        let question = format!("{}; go on? [y/N]", show::harmless(question));
        // The answer has its room behind the last word.
        self.ask(&format!("{} ", show::wrap(&question, self.columns().saturating_sub(5)).join("\n")));
        let mut answer = String::new();
        // What cannot be read is no yes, and Ctrl-C is none either.
        let read = std::io::stdin().read_line(&mut answer);
        read.is_ok() && !self.is_cancelled() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    fn hear(&self, event: Event) {
        match event {
            Event::Print(text) if self.is_for_people() => self.write_out(&format!("{text}\n")),
            // Data of another form must stay whole on standard output.
            Event::Print(text) => {
                let mut progress = self.progress();
                progress.make_room();
                self.write_err(&format!("{text}\n"));
            }
            Event::Show(value, rows) if self.is_for_people() => {
                if let Err(failure) = self.show_rows(&value, rows.unwrap_or_else(|| self.settings().rows)) {
                    self.fail(&failure, None, None);
                }
            }
            Event::Show(value, _) if self.converses.load(Ordering::Relaxed) => {
                if let Err(failure) = self.show_last(&value) {
                    self.fail(&failure, None, None);
                }
            }
            Event::View(value) if self.is_for_people() => {
                if let Err(failure) = self.view(&value) {
                    self.fail(&failure, None, None);
                }
            }
            Event::Show(..) | Event::View(..) => {}
            Event::Wrote(path) => self.note(&format!("wrote {path}")),
        }
    }
}

/// How long a piece of work took, in words.
pub fn took(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 0.001 => format!("{:.0} µs", seconds * 1e6),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds < 60.0 => format!("{seconds:.1} s"),
        seconds => format!("{} min {:.0} s", (seconds / 60.0) as u64, seconds % 60.0),
    }
}
