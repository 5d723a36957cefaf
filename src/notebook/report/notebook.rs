//! A report as a notebook of Jupyter: every cell with what came out of it.

use std::collections::BTreeMap;
use std::time::Duration;

use regulars_plugin::{Failure, Host, Result};
use serde_json::{Map, Value as Json, json};

use super::account::Account;
use super::{Count, Made, Script, Time, Writer};
use crate::notebook::{CellKind, Document, Played, ipynb};
use crate::session::{Said, timed};
use crate::show::{Media, Value, media, media_of_failure};

/// A report as a notebook.
pub struct NotebookReport {
    script: Script,
    rows: usize,
    /// What came out of the cells that ran, by the line on which each begins.
    outputs: BTreeMap<usize, Vec<Json>>,
    count: Count,
    times: Vec<Time>,
}

impl NotebookReport {
    /// A report of a script; its tables show at most `rows` rows.
    pub fn new(script: Script, rows: usize) -> NotebookReport {
        NotebookReport { script, rows, outputs: BTreeMap::new(), count: Count::default(), times: Vec::new() }
    }

    fn value(
        &self,
        value: &Value,
        rows: Option<usize>,
        host: &dyn Host,
        number: Option<usize>,
    ) -> Result<Option<Json>> {
        if matches!(value, Value::Nothing) {
            return Ok(None);
        }
        let Media { data, metadata } = media(value, host, rows.unwrap_or(self.rows))?;
        Ok(Some(match number {
            Some(number) => {
                json!({"output_type": "execute_result", "execution_count": number, "data": data, "metadata": metadata})
            }
            None => json!({"output_type": "display_data", "data": data, "metadata": metadata}),
        }))
    }

    fn played(&self, played: &Played, host: &dyn Host, outputs: &mut Vec<Json>) -> Result<()> {
        for one in &played.said {
            match one {
                Said::Text(text) => stream(outputs, "stdout", text),
                Said::Note(text) => stream(outputs, "stderr", &format!("note: {text}")),
                Said::Wrote(path) => stream(outputs, "stderr", &format!("wrote {path}")),
                Said::Value { value, rows } => outputs.extend(self.value(value, *rows, host, None)?),
            }
        }
        outputs.extend(self.value(played.answer()?, None, host, Some(self.count.ran))?);
        Ok(())
    }
}

/// A line of text, joined to lines of the same stream before it.
fn stream(outputs: &mut Vec<Json>, name: &str, text: &str) {
    let line = Json::from(format!("{text}\n"));
    match outputs.last_mut().filter(|last| last["name"] == name).and_then(|last| last["text"].as_array_mut()) {
        Some(lines) => lines.push(line),
        None => outputs.push(json!({"output_type": "stream", "name": name, "text": [line]})),
    }
}

impl Writer for NotebookReport {
    fn cell(&mut self, _: usize, played: &Played, host: &dyn Host) -> Option<Failure> {
        if played.cell.kind != CellKind::Code {
            return None;
        }
        self.count.ran += 1;
        let mut outputs = Vec::new();
        let (told, writing): (_, Duration) = timed(|| self.played(played, host, &mut outputs));
        let failure = told.err();
        if let Some(failure) = &failure {
            self.count.failed += 1;
            let mut error = media_of_failure(failure, &self.script.text, self.script.name.as_deref());
            error["output_type"] = "error".into();
            outputs.push(error);
        }
        self.times.extend(Time::of(played, writing));
        self.outputs.insert(played.cell.line, outputs);
        failure
    }

    fn finish(&mut self, account: Option<&Account>, left: usize) -> Result<Made> {
        self.count.left = left;
        let document = Document::read(&self.script.text);
        let outputs = document.cells.iter().map(|cell| match cell.kind {
            CellKind::Code => self.outputs.remove(&cell.line),
            _ => None,
        });
        let outputs: Vec<Option<Vec<Json>>> = outputs.collect();
        let parts = account.map_or_else(Vec::new, |account| account.parts(&self.script, self.count, &self.times));
        let parts: Map<String, Json> =
            parts.into_iter().map(|part| (part.title.to_owned(), json!(part.rows))).collect();
        let own =
            if parts.is_empty() { Map::new() } else { Map::from_iter([("report".to_owned(), Json::Object(parts))]) };
        Ok(Made { text: ipynb::played(&document, outputs, own), beside: Vec::new() })
    }
}
