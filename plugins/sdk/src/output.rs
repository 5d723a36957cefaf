//! What a function answers with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The answer of a function: a table, named figures, or both, and notes on how to read them.
#[derive(Debug, Clone)]
pub struct Output<Table, Figures> {
    /// One row per whatever the function's `Row` describes.
    pub table: Option<Table>,
    /// The named figures of a record; [`Nothing`] for a function that answers with a table alone.
    pub figures: Figures,
    /// What was left out, which convention was chosen, what to be careful about. One sentence an entry.
    pub notes: Vec<String>,
}

impl<Table> Output<Table, Nothing> {
    /// An answer that is a table.
    pub fn table(table: Table) -> Self {
        Output { table: Some(table), figures: Nothing {}, notes: Vec::new() }
    }
}

impl<Table, Figures> Output<Table, Figures> {
    /// An answer of named figures with the table behind them.
    pub fn record(figures: Figures, table: Table) -> Self {
        Output { table: Some(table), figures, notes: Vec::new() }
    }

    /// An answer of named figures alone.
    pub fn figures(figures: Figures) -> Self {
        Output { table: None, figures, notes: Vec::new() }
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds notes.
    #[must_use]
    pub fn notes(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(texts);
        self
    }
}

/// No figures, or no columns: for functions that answer with a table alone, or with figures alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Nothing {}
