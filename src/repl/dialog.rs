//! What is done with a line, once it is typed: help, a command, or a cell that the session runs.

use std::path::PathBuf;
use std::sync::Arc;

use reedline::History;
use regulars_plugin::{Failure, Result};

use super::ask::Asks;
use super::command::{self, Command};
use super::left_out::LeftOut;
use super::past::{self, Earlier, Fate, Past};
use super::{guide, numbers, set};
use crate::assist::{self, modules};
use crate::console::Console;
use crate::files;
use crate::session::Session;
use crate::show::Page;

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
    /// Cells that did not come to their end, and left something behind.
    pub(super) left_out: Vec<LeftOut>,
    /// The cell that was typed last.
    pub(super) last: String,
}

/// What became of a line.
pub(super) struct Heard {
    pub(super) leaves: bool,
    pub(super) fate: Fate,
    /// How many numbers it took at the prompt: a script that is loaded takes one for each of its cells.
    pub(super) numbers: usize,
    /// What stands in the history in its place: what was written in the editor.
    pub(super) text: Option<String>,
}

impl Heard {
    pub(super) fn as_(fate: Fate) -> Heard {
        Heard { leaves: false, fate, numbers: 1, text: None }
    }
}

impl<'a> Dialog<'a> {
    pub(super) fn new(session: &'a mut Session, console: &'a Arc<Console>, asks: Asks) -> Dialog<'a> {
        let (config, past, cut_off) = (None, None, None);
        let (worked, left_out, last) = (Vec::new(), Vec::new(), String::new());
        Dialog { session, console, asks, config, past, cut_off, worked, left_out, last }
    }

    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// The number of the cell that comes next.
    pub(super) fn number(&self) -> usize {
        self.session.world().texts.next()
    }

    /// Answers a line. Every line has a number of its own, also one that ran nothing; a script has one for each cell.
    pub(super) fn hear(&mut self, line: &str, history: Option<&mut dyn History>) -> Heard {
        let number = self.number();
        let heard = self.answer(line, history);
        if self.number() == number && heard.fate != Fate::Uncounted {
            self.session.world().texts.begin();
        }
        Heard { numbers: self.number().saturating_sub(number).max(1), ..heard }
    }

    fn answer(&mut self, line: &str, history: Option<&mut dyn History>) -> Heard {
        let leaving = Heard { leaves: true, ..Heard::as_(Fate::Other) };
        if matches!(line.trim_end_matches(';'), "exit" | "quit" | "exit()" | "quit()") {
            return leaving;
        }
        if let Some(page) = self.asked(line) {
            self.console.print(&page);
            return Heard::as_(Fate::Other);
        }
        if !line.starts_with(':') {
            self.last = line.to_owned();
            return Heard::as_(self.run(line, false));
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
            .or_else(|| assist::asked_of_session(session, line, width))
            .or_else(|| guide::asked(session.catalogue(), line, width))
    }

    fn obey(&mut self, command: &Command<'_>, history: Option<&mut dyn History>) -> Result<Fate> {
        let width = self.console.width();
        match command {
            Command::Help => self.console.print(&guide::keys(width)),
            Command::Vars => self.console.print(&self.variables()),
            Command::Dictionary => return self.dictionary(),
            Command::Time(line) => return Ok(self.run(line, true)),
            Command::Explain(line) => return self.explain(line),
            Command::Save(file) => self.save(file)?,
            Command::Report(file) => self.report(file)?,
            Command::Load(file) => {
                let script = files::read_text(file)?;
                return Ok(self.run_script(&script, file));
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
        let mut failed: Vec<String> = Vec::new();
        for (done, line) in earlier.worked().enumerate() {
            let new = |old| known.iter().find(|(other, _)| *other == old).map(|(_, new)| *new);
            let text = numbers::renumbered(&line.text, new);
            self.console.print(&guide::echo(self.number(), &text));
            let number = self.number();
            known.extend((0..line.numbers).map(|further| (line.number + further, number + further)));
            let heard = self.hear(&text, None);
            past::keep(history, own, &text, &heard, line);
            match heard.fate {
                Fate::Failed => failed.push(number.to_string()),
                Fate::Interrupted => {
                    self.tell_rest(count - done - 1);
                    break;
                }
                _ => {}
            }
        }
        if !failed.is_empty() {
            let all = assist::count(count, "cell");
            self.console.note(&format!("{} of {all} failed: {}", failed.len(), failed.join(", ")));
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
