//! What is done with a line, once it is typed: help, a command, or a cell that the session runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reedline::History;
use regulars_plugin::{Failure, Result};

use super::ask::Asks;
use super::command::{self, Command};
use super::past::{self, Earlier, Fate, Past};
use super::{guide, numbers, set};
use crate::assist::{self, modules, tokens};
use crate::console::{Console, Timing, took};
use crate::files;
use crate::session::Session;
use crate::show::{Page, Role, Value};

/// Work that takes longer than this tells its time.
const WORTH_TELLING_SECONDS: f64 = 1.0;

/// A session at the prompt.
pub(super) struct Dialog<'a> {
    pub(super) session: &'a mut Session,
    pub(super) console: &'a Arc<Console>,
    pub(super) asks: Asks,
    /// The configuration file, where one is read.
    pub(super) config: Option<PathBuf>,
    pub(super) past: Option<Past>,
    /// A session that was cut off, as far as one is known.
    pub(super) cut_off: Option<Earlier>,
    /// Cells that ran without a failure, each with its number; the start-up file has the number 0.
    pub(super) worked: Vec<(usize, String)>,
    /// The cell that was typed last.
    pub(super) last: String,
}

/// What became of a line.
pub(super) struct Heard {
    pub(super) leaves: bool,
    pub(super) fate: Fate,
    /// What stands in the history in its place: what was written in the editor.
    pub(super) text: Option<String>,
}

impl Heard {
    fn as_(fate: Fate) -> Heard {
        Heard { leaves: false, fate, text: None }
    }
}

impl<'a> Dialog<'a> {
    pub(super) fn new(session: &'a mut Session, console: &'a Arc<Console>, asks: Asks) -> Dialog<'a> {
        let (config, past, cut_off) = (None, None, None);
        Dialog { session, console, asks, config, past, cut_off, worked: Vec::new(), last: String::new() }
    }

    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// The number of the cell that comes next.
    pub(super) fn number(&self) -> usize {
        self.session.world().texts.next()
    }

    /// Answers a line. Every line has a number of its own, also one that ran nothing.
    pub(super) fn hear(&mut self, line: &str, history: Option<&mut dyn History>) -> Heard {
        let number = self.number();
        let heard = self.answer(line, history);
        if self.number() == number && heard.fate != Fate::Uncounted {
            self.session.world().texts.begin();
        }
        heard
    }

    fn answer(&mut self, line: &str, history: Option<&mut dyn History>) -> Heard {
        let leaving = Heard { leaves: true, fate: Fate::Other, text: None };
        if matches!(line.trim_end_matches(';'), "exit" | "quit" | "exit()" | "quit()") {
            return leaving;
        }
        if let Some(page) = self.asked(line) {
            self.console.print(&page);
            return Heard::as_(Fate::Other);
        }
        if !line.starts_with(':') {
            self.last = line.to_owned();
            return Heard::as_(self.run(line, None, false));
        }
        let done = match command::read(line) {
            Ok(Command::Quit) => return leaving,
            Ok(Command::Edit(file)) => self.edit(file),
            Ok(Command::Resume(number)) => self.resume(number, history).map(Heard::as_),
            Ok(command) => self.obey(&command, history).map(Heard::as_),
            Err(failure) => Err(failure),
        };
        done.unwrap_or_else(|failure| {
            self.console.fail(&failure, None, None);
            Heard::as_(Fate::Other)
        })
    }

    /// What a line asks of a module, of a variable, or of all that is known.
    fn asked(&self, line: &str) -> Option<Page> {
        let (session, width) = (&*self.session, self.console.width());
        let of_module = modules::asked(session, line, width);
        of_module
            .or_else(|| assist::asked_of_variable(session.catalogue(), &session.variables(), line, width))
            .or_else(|| guide::asked(session.catalogue(), line, width))
    }

    fn obey(&mut self, command: &Command<'_>, history: Option<&mut dyn History>) -> Result<Fate> {
        let width = self.console.width();
        match command {
            Command::Help => self.console.print(&guide::keys(width)),
            Command::Vars => self.console.print(&self.variables()),
            Command::Dictionary => return self.dictionary(),
            Command::Time(line) => return Ok(self.run(line, None, true)),
            Command::Explain(line) => return self.explain(line),
            Command::Save(file) => self.save(file)?,
            Command::Report(file) => self.report(file)?,
            Command::Load(file) => {
                let script = files::read_text(file)?;
                return Ok(self.run(&script, Some(file), false));
            }
            Command::Open(number) => self.open(*number)?,
            Command::Set(rest) => self.set(rest)?,
            Command::Plugins => self.console.print(&self.plugins()),
            Command::Shell(line) => super::outside::shell(line, self.console)?,
            Command::Sessions => self.list_sessions(history),
            // These are done where more is known of the line.
            Command::Edit(_) | Command::Resume(_) | Command::Quit => {}
        }
        Ok(Fate::Other)
    }

    /// Runs a cell and shows what it answers. An interrupt may come while it runs and while it is shown.
    pub(super) fn run(&mut self, source: &str, name: Option<&str>, timed: bool) -> Fate {
        self.console.begin();
        // A file that is loaded imports what lies beside it.
        self.session.stands_at(name.map(Path::new));
        let outcome = self.session.run(source);
        self.session.stands_at(None);
        self.console.end();
        let fate = if outcome.answer.is_ok() { Fate::Worked } else { Fate::Failed };
        if fate == Fate::Worked {
            self.worked.push((self.number() - 1, source.to_owned()));
        }
        let shown = outcome.answer.and_then(|value| {
            if is_quiet(source) {
                return Ok(());
            }
            self.console.show_last(&value)?;
            if matches!(value, Value::Picture { .. }) && self.console.is_for_people() {
                self.console.note("`.save(\"chart.png\")` writes it, or .svg; `:open` shows it");
            }
            Ok(())
        });
        self.console.end();
        if let Err(failure) = shown {
            self.fail(failure, source, name);
        }
        let tells = match self.console.settings().timing {
            Timing::Slow => outcome.took.as_secs_f64() > WORTH_TELLING_SECONDS,
            Timing::Always => true,
            Timing::Never => false,
        };
        if timed || tells {
            let mut page = Page::new();
            page.role(Role::Note, &took(outcome.took)).line();
            self.console.tell(&page);
        }
        fate
    }

    /// Tells why a cell failed.
    pub(super) fn fail(&self, mut failure: Failure, source: &str, name: Option<&str>) {
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

    fn set(&self, rest: &str) -> Result<()> {
        let mut settings = self.console.settings();
        let width = self.console.width();
        match set::read(rest)? {
            set::Asked::All => self.console.print(&set::settings(&settings, self.config.as_deref(), width)),
            set::Asked::One(setting) => self.console.print(&set::one(setting, &settings, width)),
            set::Asked::Change(name, value) => {
                set::change(&mut settings, name, value)?;
                self.console.set(settings);
            }
        }
        Ok(())
    }

    /// Runs the cells of an earlier session again, each shown before it runs, if that is wanted.
    fn resume(&mut self, number: Option<i64>, history: Option<&mut dyn History>) -> Result<Fate> {
        let (Some(past), Some(history)) = (&self.past, history) else {
            return Err(Failure::new("no sessions are known here: no history is kept"));
        };
        let own = past.number();
        let earlier = match number {
            None => self.cut_off.clone().ok_or_else(|| {
                Failure::new("no session was cut off")
                    .help("`:sessions` lists those of late; `:resume NUMBER` runs one again")
            })?,
            Some(number) => {
                past::sessions(history).into_iter().find(|session| session.number == number).ok_or_else(|| {
                    Failure::new(format!("no session has the number {number}")).help("`:sessions` lists those of late")
                })?
            }
        };
        self.console.print(&guide::earlier(&earlier, past::here().as_deref(), self.console.width()));
        let count = earlier.worked().count();
        if count == 0 {
            return Err(Failure::new("nothing worked in it that could run again"));
        }
        if !self.asks.yes(&format!("run {} again?", assist::count(count, "cell")), self.console) {
            return Ok(Fate::Other);
        }
        if let Some(past) = &self.past {
            past.taken_up(earlier.number);
        }
        self.cut_off = None;
        let mut known: Vec<(usize, usize)> = Vec::new();
        for (done, line) in earlier.worked().enumerate() {
            let new = |old| known.iter().find(|(other, _)| *other == old).map(|(_, new)| *new);
            let text = numbers::renumbered(&line.text, new);
            self.console.print(&guide::echo(self.number(), &text));
            known.push((line.number, self.number()));
            let heard = self.hear(&text, None);
            past::keep(history, own, &text, heard.fate, line);
            if heard.fate == Fate::Failed {
                let rest = count - done - 1;
                if rest > 0 {
                    self.console.note(&format!("{} behind it did not run", assist::count(rest, "cell")));
                }
                break;
            }
        }
        Ok(Fate::Uncounted)
    }

    fn list_sessions(&self, history: Option<&mut dyn History>) {
        let own = self.past.as_ref().map(Past::number);
        let mut all = history.map_or_else(Vec::new, |history| past::sessions(history));
        all.retain(|session| Some(session.number) != own && session.worked().next().is_some());
        self.console.print(&guide::sessions(&all, self.console.width()));
    }
}

/// Whether a cell says with a `;` at its end that its value need not be shown; `_` holds it all the same.
fn is_quiet(source: &str) -> bool {
    tokens(source).last().is_some_and(|token| token.is(";"))
}
