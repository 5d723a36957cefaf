//! What a function answers with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Drawing, Failure, Result};

/// The answer of a function: a table, named figures, or both, and notes on how to read them.
#[derive(Debug, Clone)]
pub struct Output<Table, Figures> {
    /// One row per whatever the function's `Row` describes.
    pub table: Option<Table>,
    /// Further tables by name, those that [`Function::further_tables`](crate::Function::further_tables) declares.
    pub further: Vec<(String, Table)>,
    /// The named figures of a record; [`Nothing`] for a function that answers with a table alone.
    pub figures: Figures,
    /// What the methods of a fitted model need to know of it; nothing where the answer is no model.
    pub model: Option<Value>,
    /// The picture that the function drew itself; nothing where a chart shows the answer.
    pub drawing: Option<Drawing>,
    /// What was left out, which convention was chosen, what to be careful about. One sentence an entry.
    pub notes: Vec<String>,
}

impl<Table> Output<Table, Nothing> {
    /// An answer that is a table.
    pub fn table(table: Table) -> Self {
        Output::new(Some(table), Nothing {})
    }
}

impl<Table, Figures> Output<Table, Figures> {
    fn new(table: Option<Table>, figures: Figures) -> Self {
        Output { table, further: Vec::new(), figures, model: None, drawing: None, notes: Vec::new() }
    }

    /// An answer of named figures with the table behind them.
    pub fn record(figures: Figures, table: Table) -> Self {
        Output::new(Some(table), figures)
    }

    /// An answer of named figures alone.
    pub fn figures(figures: Figures) -> Self {
        Output::new(None, figures)
    }

    /// Adds one of the further tables.
    #[must_use]
    pub fn with_table(mut self, name: &str, table: Table) -> Self {
        self.further.push((name.to_owned(), table));
        self
    }

    /// Makes the answer a model: `state` is what its methods will be given, also after the model was saved and loaded.
    pub fn with_model(mut self, state: &impl Serialize) -> Result<Self> {
        let state = serde_json::to_value(state)
            .map_err(|error| Failure::new(format!("the model cannot be written down: {error}")))?;
        self.model = Some(state);
        Ok(self)
    }

    /// Adds the picture of the answer; the function declares [`DRAWS`](crate::Function::DRAWS).
    #[must_use]
    pub fn with_drawing(mut self, drawing: Drawing) -> Self {
        self.drawing = Some(drawing);
        self
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
