//! What to be careful about: one line for each thing that was found.

use regulars_plugin::Date;

use super::rules;
use crate::table::{Profiled, ProfiledColumn};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// Results are likely to be wrong.
    High,
    /// It wants a decision.
    Medium,
    /// Good to know.
    Low,
}

impl Severity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

/// One thing to be careful about.
pub(in crate::analytics::clean) struct Finding {
    /// The column; none where it is about the rows.
    pub(in crate::analytics::clean) column: Option<String>,
    /// The thing, in a word that does not change.
    pub(in crate::analytics::clean) finding: &'static str,
    pub(super) severity: Severity,
    /// Rows that show it.
    pub(super) rows: u64,
    /// A value that shows it.
    pub(super) example: Option<String>,
    /// Why it matters, and what to do next.
    pub(super) advice: String,
}

/// Findings about one column, as they are collected.
pub(super) struct Notebook<'a> {
    pub(super) column: &'a ProfiledColumn,
    pub(super) found: Vec<Finding>,
}

impl Notebook<'_> {
    pub(super) fn add(
        &mut self,
        severity: Severity,
        finding: &'static str,
        rows: u64,
        example: &str,
        advice: impl Into<String>,
    ) {
        self.found.push(Finding {
            column: Some(self.column.name.clone()),
            finding,
            severity,
            rows,
            example: (!example.is_empty()).then(|| example.to_owned()),
            advice: advice.into(),
        });
    }
}

/// All findings, those of high severity first, else in the order of the columns.
pub(in crate::analytics::clean) fn of(profiled: &Profiled, today: Date) -> Vec<Finding> {
    let mut all = Vec::new();
    if profiled.duplicates > 0 {
        all.push(Finding {
            column: None,
            finding: "duplicate_rows",
            severity: Severity::Medium,
            rows: profiled.duplicates,
            example: None,
            advice: "these rows equal an earlier one in every column: are they the same thing twice? `frame.unique()` keeps the \
                     first of each"
                .to_owned(),
        });
    }
    let mut above_gaps = true;
    for (place, column) in profiled.columns.iter().enumerate() {
        let mut notebook = Notebook { column, found: Vec::new() };
        rules::column(&mut notebook, profiled.rows, today);
        // Merged cells stand at the left.
        above_gaps &= column.found.texts.as_ref().is_some_and(|texts| texts.stands_above_gaps);
        if above_gaps {
            let gaps = column.found.rows - rules::there(&column.found);
            notebook.add(
                Severity::High,
                "merged_cells",
                gaps,
                "",
                "each value stands once above rows without one, as in merged cells: `fill_null(#{strategy: \"forward\"})` writes it \
                 into them",
            );
        }
        let twin = profiled.columns[..place].iter().find(|other| {
            other.found.fingerprint == column.found.fingerprint
                && other.kind == column.kind
                && profiled.rows > 1
                && column.found.distinct > 1
        });
        if let Some(twin) = twin {
            notebook.add(
                Severity::Low,
                "duplicate_column",
                profiled.rows,
                &twin.name,
                format!("it holds the same as `{}` in every row: `drop` one of them", twin.name),
            );
        }
        all.extend(notebook.found);
    }
    if rules::second_heading(profiled) {
        all.push(Finding {
            column: None,
            finding: "second_header_line",
            severity: Severity::High,
            rows: 1,
            example: None,
            advice: "one row has words where all others have numbers or days: a second line of headings; read the file with \
                     `skip_rows`, or filter it out"
                .to_owned(),
        });
    }
    all.sort_by_key(|finding| finding.severity);
    all
}
