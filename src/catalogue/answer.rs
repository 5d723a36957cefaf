//! What a call of a function answers, whatever the function.

use std::sync::Arc;

use regulars_plugin::{Chart, ColumnManual, Drawing, Host, Result};
use serde_json::{Map, Value};

use crate::table::{About, Frame};

impl Record {
    /// The table that its own picture shows: that of the answer, or the further one that the chart names.
    pub fn charted(&self) -> Option<Frame> {
        let Some(name) = self.chart.as_ref().and_then(|chart| chart.of.as_ref()) else { return self.table.clone() };
        let (_, frame) = self.further.iter().find(|(further, _)| further == name)?;
        Some(frame.with_about(About { chart: self.chart.clone(), ..frame.about().clone() }))
    }

    /// Its notes but for those that stand under its table already.
    pub fn notes_beside_table(&self, host: &dyn Host) -> Result<Vec<String>> {
        let told = self.table.as_ref().map_or(Ok(Vec::new()), |table| table.notes(host))?;
        Ok(self.notes.iter().filter(|note| !told.contains(note)).cloned().collect())
    }
}

/// The answer of a function.
#[derive(Clone)]
pub enum Answer {
    /// A table.
    Frame(Frame),
    /// Named figures, with the table behind them where there is one.
    Record(Box<Record>),
}

/// Named figures, with the tables behind them; a fitted model where it has methods.
#[derive(Clone)]
pub struct Record {
    /// The function that made it.
    pub function: String,
    /// Names and values, in the order of their declaration.
    pub figures: Map<String, Value>,
    /// Meaning and unit of the figures, as the function declares them.
    pub meanings: Vec<ColumnManual>,
    /// The table behind them.
    pub table: Option<Frame>,
    /// Further tables by name, in the order of their declaration.
    pub further: Vec<(String, Frame)>,
    /// What the methods of a fitted model are given; nothing where it is no model.
    pub model: Option<Value>,
    /// The picture that the function drew itself.
    pub drawing: Option<Arc<Drawing>>,
    /// What the reader should know.
    pub notes: Vec<String>,
    /// The chart that shows its table.
    pub chart: Option<Chart>,
}
