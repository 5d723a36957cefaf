//! What is done with a line, once it is typed: help, a command, or a cell that the session runs.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};

use super::command::{self, Command};
use super::reading::tokens;
use super::{guide, names};
use crate::console::{Console, took};
use crate::files;
use crate::session::Session;
use crate::show::{self, Page, Role, Value};

/// Work that takes longer than this tells its time.
const WORTH_TELLING_SECONDS: f64 = 1.0;

/// A session at the prompt.
pub(super) struct Dialog<'a> {
    session: &'a mut Session,
    console: &'a Arc<Console>,
    /// Cells that ran without a failure.
    worked: Vec<String>,
}

impl<'a> Dialog<'a> {
    pub(super) fn new(session: &'a mut Session, console: &'a Arc<Console>) -> Dialog<'a> {
        Dialog { session, console, worked: Vec::new() }
    }

    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// Answers a line. Breaks off where the line says so.
    pub(super) fn hear(&mut self, line: &str) -> ControlFlow<()> {
        if matches!(line.trim_end_matches(';'), "exit" | "quit" | "exit()" | "quit()") {
            return ControlFlow::Break(());
        }
        if let Some(page) = guide::asked(self.session.catalogue(), line, self.console.width()) {
            self.console.print(&page);
        } else if line.starts_with(':') {
            match command::read(line) {
                Ok(Command::Quit) => return ControlFlow::Break(()),
                Ok(command) => self.obey(&command),
                Err(failure) => self.console.fail(&failure, None, None),
            }
        } else {
            self.run(line, None, false);
        }
        ControlFlow::Continue(())
    }

    fn obey(&mut self, command: &Command<'_>) {
        match command {
            Command::Help => self.console.print(&guide::keys(self.console.width())),
            Command::Vars => self.console.print(&self.variables()),
            Command::Time(line) => self.run(line, None, true),
            Command::Save(file) => match self.save(file) {
                Ok(()) => self.console.note(&format!("wrote {file}")),
                Err(failure) => self.console.fail(&failure, None, None),
            },
            Command::Load(file) => match files::read_text(file) {
                Ok(script) => self.run(&script, Some(file), false),
                Err(failure) => self.console.fail(&failure, None, None),
            },
            Command::Quit => {}
        }
    }

    /// Runs a cell and shows what it answers. An interrupt may come while it runs and while it is shown.
    fn run(&mut self, source: &str, name: Option<&str>, timed: bool) {
        self.console.begin();
        let outcome = self.session.run(source);
        self.console.end();
        if outcome.answer.is_ok() {
            self.worked.push(source.to_owned());
        }
        let shown = outcome.answer.and_then(|value| {
            if is_quiet(source) {
                return Ok(());
            }
            self.console.show(&value)?;
            if matches!(value, Value::Picture { .. }) {
                self.console.note("`.save(\"chart.png\")` writes it, or .svg");
            }
            Ok(())
        });
        self.console.end();
        if let Err(mut failure) = shown {
            // A frame of this very line tells its place as if from elsewhere.
            let here = self.session.world().texts.name();
            if let Some(place) = failure.place.as_mut().filter(|place| name.is_none() && place.source == here) {
                place.source = None;
            }
            if failure.cancelled {
                // Behind the `^C` that the terminal shows.
                self.console.ask("\n");
            }
            self.console.fail(&failure, Some(source), name);
        }
        if timed || outcome.took.as_secs_f64() > WORTH_TELLING_SECONDS {
            let mut page = Page::new();
            page.role(Role::Note, &took(outcome.took)).line();
            self.console.tell(&page);
        }
    }

    /// The variables, without running anything for it.
    fn variables(&self) -> Page {
        let mut lines: Vec<(String, String)> =
            self.session.variables().iter().map(|(name, value)| (name.clone(), names::describe(value))).collect();
        // The last value stands last; it is no name that somebody gave.
        lines.sort_by_key(|(name, _)| name == "_");
        if lines.is_empty() {
            let mut page = Page::new();
            page.role(Role::Note, "no variables yet: `let tx = sample(\"cdnow\")` makes one").line();
            return page;
        }
        show::found(&lines, self.console.width())
    }

    /// Writes the cells that worked as a script that runs them again, each in a cell of its own.
    fn save(&self, file: &str) -> Result<()> {
        if self.worked.is_empty() {
            return Err(Failure::new("nothing has been run yet that could be saved"));
        }
        let script = self.worked.join("\n// %%\n");
        files::write(file, |out| {
            writeln!(out, "{script}").map_err(|error| Failure::new(format!("`{file}` cannot be written: {error}")))
        })
    }
}

/// Whether a cell says with a `;` at its end that its value need not be shown; `_` holds it all the same.
fn is_quiet(source: &str) -> bool {
    tokens(source).last().is_some_and(|token| token.is(";"))
}
