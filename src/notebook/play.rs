//! Playing a document: its cells run in order, and what comes of each is handed on.

use std::time::Duration;

use regulars_plugin::Result;

use super::document::{Cell, CellKind, Document};
use crate::session::{Outcome, Recorder, Said, Session};
use crate::show::Value;

/// A cell with what came of it.
pub struct Played {
    /// The cell.
    pub cell: Cell,
    /// What a cell of code answered, and how long it took; none for prose.
    pub outcome: Option<Outcome>,
    /// What it said while it ran, where that was kept.
    pub said: Vec<Said>,
}

/// Who a document is played to.
pub trait Audience {
    /// A cell begins: the so-manieth of so many.
    fn begins(&mut self, _cell: &Cell, _number: usize, _count: usize) {}

    /// A cell has ended; whether there is to be another one.
    fn ended(&mut self, played: Played) -> bool;
}

/// Plays a document in a session; what the recorder has kept goes with the cell that said it. After a failure it goes on
/// where the cell says so, or all should; never after an interrupt. Answers with the number of cells that were not reached.
pub fn play(
    document: &Document,
    session: &mut Session,
    recorder: Option<&Recorder>,
    goes_on: bool,
    audience: &mut dyn Audience,
) -> usize {
    let cells: Vec<&Cell> = document.cells.iter().filter(|cell| !cell.is_empty()).collect();
    for (index, cell) in cells.iter().enumerate() {
        audience.begins(cell, index + 1, cells.len());
        let outcome = (cell.kind == CellKind::Code).then(|| session.run(&cell.placed()));
        let said = recorder.map_or_else(Vec::new, Recorder::take);
        let ends = match outcome.as_ref().map(|outcome| &outcome.answer) {
            Some(Err(failure)) => failure.cancelled || !(goes_on || cell.continues),
            _ => false,
        };
        if !audience.ended(Played { cell: (*cell).clone(), outcome, said }) || ends {
            return cells.len() - index - 1;
        }
    }
    0
}

impl Played {
    /// What it answered: nothing for prose.
    pub fn answer(&self) -> Result<&Value> {
        match &self.outcome {
            Some(Outcome { answer, .. }) => answer.as_ref().map_err(Clone::clone),
            None => Ok(&Value::Nothing),
        }
    }

    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        self.outcome.as_ref().map(|outcome| outcome.took)
    }
}
