//! What became of a column, and the tables that tell it.

use std::collections::BTreeMap;

use regulars_plugin::Result;

use super::kinds::Kind;
use super::numbers::EXACT;
use super::reading::{Distinct, Unreadable, shape};
use crate::table::{Cell, Frame, FrameBuilder, thousands};

/// A value that was changed.
struct Change {
    before: String,
    /// None where it stood for nothing.
    after: Option<String>,
    rows: usize,
}

/// A value that could not be read.
pub(super) struct Problem {
    row: usize,
    value: String,
    reason: String,
}

/// What became of a column.
pub(super) struct Outcome {
    name: String,
    pub(super) kind: Kind,
    because: String,
    pub(super) evidence: Vec<String>,
    kept: usize,
    pub(super) changed: usize,
    pub(super) missing: usize,
    changes: Vec<Change>,
    pub(super) problems: Vec<Problem>,
    /// Rows whose amount is in another currency now.
    pub(super) brought: Vec<usize>,
}

impl Outcome {
    pub(super) fn new(name: &str, kind: Kind, because: String) -> Outcome {
        Outcome {
            name: name.to_owned(),
            kind,
            because,
            evidence: Vec::new(),
            kept: 0,
            changed: 0,
            missing: 0,
            changes: Vec::new(),
            problems: Vec::new(),
            brought: Vec::new(),
        }
    }

    /// Hears what became of a value that could be read, or stands for nothing.
    pub(super) fn take(&mut self, value: &Distinct, becomes: &std::result::Result<Cell, Unreadable>) {
        let (before, rows) = (value.cell.plain(), value.rows);
        match becomes {
            Err(_) => {}
            Ok(Cell::Missing) => {
                self.missing += rows;
                if value.cell != Cell::Missing {
                    self.changes.push(Change { before, after: None, rows });
                }
            }
            Ok(cell) if is_same(&before, cell) => self.kept += rows,
            Ok(cell) => {
                self.changed += rows;
                self.changes.push(Change { before, after: Some(cell.plain()), rows });
            }
        }
    }

    pub(super) fn problem(&mut self, row: usize, value: &Distinct, why: &Unreadable) {
        self.problems.push(Problem { row, value: value.cell.plain(), reason: why.reason.clone() });
    }

    /// What has to be said of it at once.
    pub(super) fn notes(&self) -> Vec<String> {
        let (name, kind) = (&self.name, self.kind.word());
        let mut notes: Vec<String> =
            self.evidence.iter().map(|evidence| format!("`{name}`, {kind}: {evidence}")).collect();
        if let Some(first) = self.problems.first() {
            notes.push(format!(
                "`{name}`, {kind}: {} could not be read and {} missing now, such as `{}` in row {}: {}",
                match self.problems.len() {
                    1 => "1 value".to_owned(),
                    many => format!("{} values", thousands(many)),
                },
                if self.problems.len() == 1 { "is" } else { "are" },
                first.value,
                thousands(first.row + 1),
                first.reason
            ));
        }
        notes
    }
}

/// Whether a value is what it was, but for its type.
fn is_same(before: &str, cell: &Cell) -> bool {
    match cell {
        // Of more digits than a number with decimals holds the last ones are lost.
        Cell::Number(number) if number.abs() >= EXACT => before == cell.plain(),
        Cell::Number(number) => before.parse() == Ok(*number),
        cell => before == cell.plain(),
    }
}

pub(super) fn columns(outcomes: &[Outcome]) -> Result<Frame> {
    let all = || outcomes.iter();
    let evidence: Vec<Option<String>> =
        all().map(|one| (!one.evidence.is_empty()).then(|| one.evidence.join("; "))).collect();
    FrameBuilder::empty()
        .texts("column", all().map(|one| &one.name))
        .texts("kind", all().map(|one| one.kind.word()))
        .texts("because", all().map(|one| &one.because))
        .optional_texts("evidence", evidence.iter().map(Option::as_deref))
        .integers("kept", all().map(|one| one.kept as i64))
        .integers("changed", all().map(|one| one.changed as i64))
        .integers("missing", all().map(|one| one.missing as i64))
        .integers("unreadable", all().map(|one| one.problems.len() as i64))
        .build()
}

pub(super) fn changes(outcomes: &[Outcome]) -> Result<Frame> {
    struct Class<'a> {
        column: &'a str,
        from: String,
        to: Option<String>,
        values: i64,
        rows: usize,
        most: &'a Change,
    }
    let mut classes: Vec<Class<'_>> = Vec::new();
    for outcome in outcomes {
        let mut own: BTreeMap<(String, Option<String>), Class<'_>> = BTreeMap::new();
        for change in &outcome.changes {
            let (from, to) = (shape(&change.before), change.after.as_deref().map(shape));
            let class = own.entry((from.clone(), to.clone())).or_insert_with(|| Class {
                column: &outcome.name,
                from,
                to,
                values: 0,
                rows: 0,
                most: change,
            });
            class.values += 1;
            class.rows += change.rows;
            if change.rows > class.most.rows {
                class.most = change;
            }
        }
        let mut own: Vec<Class<'_>> = own.into_values().collect();
        own.sort_by_key(|class| std::cmp::Reverse(class.rows));
        classes.extend(own);
    }
    let all = || classes.iter();
    FrameBuilder::empty()
        .texts("column", all().map(|class| class.column))
        .texts("from", all().map(|class| &class.from))
        .optional_texts("to", all().map(|class| class.to.as_deref()))
        .integers("values", all().map(|class| class.values))
        .integers("rows", all().map(|class| class.rows as i64))
        .texts("example", all().map(|class| &class.most.before))
        .optional_texts("becomes", all().map(|class| class.most.after.as_deref()))
        .build()
}

pub(super) fn values(outcomes: &[Outcome]) -> Result<Frame> {
    let all = || outcomes.iter().flat_map(|one| one.changes.iter().map(move |change| (one, change)));
    FrameBuilder::empty()
        .texts("column", all().map(|(one, _)| &one.name))
        .texts("before", all().map(|(_, change)| &change.before))
        .optional_texts("after", all().map(|(_, change)| change.after.as_deref()))
        .integers("rows", all().map(|(_, change)| change.rows as i64))
        .build()
}

pub(super) fn problems(outcomes: &[Outcome]) -> Result<Frame> {
    let all = || outcomes.iter().flat_map(|one| one.problems.iter().map(move |problem| (one, problem)));
    FrameBuilder::empty()
        .integers("row", all().map(|(_, problem)| problem.row as i64 + 1))
        .texts("column", all().map(|(one, _)| &one.name))
        .texts("value", all().map(|(_, problem)| &problem.value))
        .texts("reason", all().map(|(_, problem)| &problem.reason))
        .build()
}
