//! Running cells: one that was typed, or those of a script, one after the other.

use std::path::Path;

use regulars_plugin::Failure;

use super::dialog::Dialog;
use super::left_out::LeftOut;
use super::numbers;
use super::past::Fate;
use crate::assist::{count, tokens};
use crate::console::{Timing, took};
use crate::notebook::{Cell, Document};
use crate::show::{Page, Role, Value};

/// Work that takes longer than this tells its time.
const WORTH_TELLING_SECONDS: f64 = 1.0;

/// A cell, and where it stands.
struct Piece<'a> {
    /// The cell as `:save` writes it.
    source: &'a str,
    /// The same behind as many empty lines as stand before it in its script.
    placed: &'a str,
    /// The script, with its name; none for what was typed.
    script: Option<(&'a str, &'a str)>,
    /// Whether what comes behind it runs although it failed.
    continues: bool,
}

impl Dialog<'_> {
    /// Runs a cell that was typed and shows what it answers.
    pub(super) fn run(&mut self, source: &str, timed: bool) -> Fate {
        self.run_piece(&Piece { source, placed: source, script: None, continues: false }, timed)
    }

    /// Runs the cells of a script one after the other, as `regulars run` does; stops at the first that fails, unless that
    /// cell says otherwise.
    pub(super) fn run_script(&mut self, text: &str, name: &str) -> Fate {
        let document = Document::read(text);
        if let Some(mistake) = document.mistakes.first() {
            self.fail(mistake.clone(), text, Some(name));
            return Fate::Failed;
        }
        let cells: Vec<&Cell> = document.code().collect();
        // `out(1)` of a script is its own first cell.
        let before = self.number() - 1;
        let new = |number: usize| (1..=cells.len()).contains(&number).then_some(before + number);
        for (done, cell) in cells.iter().enumerate() {
            let piece = Piece {
                source: &numbers::renumbered(&cell.source, new),
                placed: &numbers::renumbered(&cell.placed(), new),
                script: Some((text, name)),
                continues: cell.continues,
            };
            self.console.part(cell.part(done + 1, cells.len()));
            let fate = self.run_piece(&piece, false);
            self.console.part(None);
            let ends = fate == Fate::Interrupted || fate == Fate::Failed && !cell.continues;
            if ends {
                self.tell_rest(cells.len() - done - 1);
                return fate;
            }
        }
        Fate::Worked
    }

    /// Tells how many cells did not run because of one before them.
    pub(super) fn tell_rest(&self, cells: usize) {
        if cells > 0 {
            self.console.note(&format!("{} behind it did not run", count(cells, "cell")));
        }
    }

    /// An interrupt may come while a cell runs and while its answer is shown.
    fn run_piece(&mut self, piece: &Piece<'_>, timed: bool) -> Fate {
        let (text, name) = piece.script.unzip();
        let text = text.unwrap_or(piece.source);
        let before = self.names();
        self.console.begin();
        // A script imports what lies beside it.
        self.session.stands_at(name.map(Path::new));
        let outcome = self.session.run(piece.placed);
        self.session.stands_at(None);
        self.console.end();
        let number = self.number() - 1;
        let fate = match &outcome.answer {
            Ok(_) => Fate::Worked,
            Err(failure) if failure.cancelled => Fate::Interrupted,
            Err(_) => Fate::Failed,
        };
        if fate == Fate::Worked {
            self.worked.push((number, piece.source.to_owned()));
        } else {
            let made: Vec<String> = self.names().into_iter().filter(|name| !before.contains(name)).collect();
            let cell = (number, piece.source.to_owned());
            self.left_out.extend(LeftOut::of(cell, self.worked.len(), fate == Fate::Interrupted, made));
        }
        let shown = outcome.answer.and_then(|value| self.show(&value, piece.source));
        self.console.end();
        match shown {
            Err(failure) if piece.continues && !failure.cancelled => {
                self.console.warn_of(&failure, Some(text), name);
            }
            Err(failure) => self.fail(failure, text, name),
            Ok(()) => {}
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

    fn show(&self, value: &Value, source: &str) -> regulars_plugin::Result<()> {
        if is_quiet(source) {
            return Ok(());
        }
        self.console.show_last(value)?;
        if matches!(value, Value::Picture { .. }) && self.console.is_for_people() {
            self.console.note("`.save(\"chart.png\")` writes it, or .svg; `:open` shows it");
        }
        Ok(())
    }

    /// The names of the variables and of the modules that were imported.
    fn names(&self) -> Vec<String> {
        let variables = self.session.variables().into_iter().map(|(name, _)| name);
        variables.chain(self.session.modules().into_iter().map(|module| module.alias)).collect()
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
}

/// Whether a cell says with a `;` at its end that its value need not be shown; `_` holds it all the same.
fn is_quiet(source: &str) -> bool {
    tokens(source).last().is_some_and(|token| token.is(";"))
}
