//! What an answer is made of: the tables that a function was given, and which of their columns it reads.

use regulars_plugin::{ColumnManual, Given, GivenTable, Manual, OptionKind, StandardTable};
use serde_json::{Map, Value};

use super::{Answer, Record};
use crate::table::{Frame, FunctionInput, Lineage, OfFunction};

/// The tables that a function works on.
pub(super) struct Inputs(Vec<(Lineage, FunctionInput)>);

impl Inputs {
    /// The tables given, and those that options hold.
    pub(super) fn of(manual: &Manual, given: &Given<Frame>, options: &Map<String, Value>) -> Inputs {
        let named = named_columns(manual, options);
        let several = manual.tables.len() > 1;
        let mut inputs: Vec<(Lineage, FunctionInput)> = given
            .tables
            .iter()
            .enumerate()
            .map(|(place, frame)| {
                let table = manual.tables.get(place).copied().unwrap_or(StandardTable::Frame);
                let label = match (several, table) {
                    (false, _) => String::new(),
                    (true, StandardTable::Frame) => format!("table {}", place + 1),
                    (true, table) => table.word().to_owned(),
                };
                let by_options = (place == 0 && !named.is_empty()).then(|| named.clone());
                (
                    frame.made_of().clone(),
                    FunctionInput { label, reads: read(table, frame).or(by_options), rows: false },
                )
            })
            .collect();
        for option in &manual.options {
            if let Some(value) = options.get(&option.name) {
                let known = StandardTable::DECLARED.into_iter().find(|table| table.word() == option.name);
                beside(&option.name, value, &option.kind, known, &given.beside, &mut inputs);
            }
        }
        Inputs(inputs)
    }

    /// The same, and a model that was asked.
    pub(super) fn and_model(mut self, model: &Record) -> Inputs {
        let table = model.table.as_ref().or(model.further.first().map(|(_, table)| table));
        if let Some(table) = table {
            let label = "the model".to_owned();
            self.0.push((table.made_of().clone(), FunctionInput { label, reads: Some(Vec::new()), rows: true }));
        }
        self
    }

    /// An answer whose tables are known to be made of these.
    pub(super) fn of_answer(&self, manual: &Manual, answer: Answer) -> Answer {
        match answer {
            Answer::Frame(frame) => Answer::Frame(self.of_table(manual, frame, manual.columns.clone())),
            Answer::Record(mut record) => {
                record.table = record.table.map(|frame| self.of_table(manual, frame, manual.columns.clone()));
                for (name, frame) in &mut record.further {
                    let declared = manual.further.iter().find(|table| table.name == *name);
                    let columns = declared.map(|table| table.columns.clone()).unwrap_or_default();
                    *frame = self.of_table(manual, frame.clone(), columns);
                }
                Answer::Record(record)
            }
        }
    }

    fn of_table(&self, manual: &Manual, frame: Frame, declared: Vec<ColumnManual>) -> Frame {
        let (before, inputs) = self.0.iter().cloned().unzip();
        let raw = frame.made_of().clone();
        let (summary, changes) = (manual.summary.clone(), manual.changes_types);
        let of = OfFunction { declared, summary, changes, inputs, raw: raw.clone() };
        let lineage = raw.function(of, before);
        frame.known_to_be(lineage)
    }
}

/// The columns of a standard table that a frame has; none of any table.
fn read(table: StandardTable, frame: &Frame) -> Option<Vec<String>> {
    if table == StandardTable::Frame {
        return None;
    }
    let names = frame.names();
    let columns = table.needed().iter().chain(table.known()).map(|column| column.name.to_owned());
    Some(columns.filter(|name| names.contains(name)).collect())
}

/// The columns that options name.
fn named_columns(manual: &Manual, options: &Map<String, Value>) -> Vec<String> {
    let mut named = Vec::new();
    for option in &manual.options {
        let Some(given) = options.get(&option.name) else { continue };
        let is_column = match &option.kind {
            OptionKind::Column => true,
            OptionKind::List(item) => **item == OptionKind::Column,
            _ => false,
        };
        match given {
            Value::String(name) if is_column => named.push(name.clone()),
            Value::Array(names) if is_column => named.extend(names.iter().filter_map(Value::as_str).map(str::to_owned)),
            _ => {}
        }
    }
    named
}

/// The tables in the value of an option, each with the way to it.
fn beside(
    path: &str,
    value: &Value,
    kind: &OptionKind,
    known: Option<StandardTable>,
    tables: &[Frame],
    inputs: &mut Vec<(Lineage, FunctionInput)>,
) {
    if let Some(frame) = GivenTable::of(value).and_then(|given| tables.get(given.place())) {
        let wanted = match kind {
            OptionKind::Table(wanted) if *wanted != StandardTable::Frame => Some(*wanted),
            _ => known,
        };
        let reads = wanted.and_then(|table| read(table, frame)).filter(|reads| !reads.is_empty());
        inputs.push((frame.made_of().clone(), FunctionInput { label: path.to_owned(), reads, rows: false }));
        return;
    }
    let item = match kind {
        OptionKind::List(item) | OptionKind::Map(item) => item,
        other => other,
    };
    match value {
        Value::Array(values) => values
            .iter()
            .enumerate()
            .for_each(|(at, one)| beside(&format!("{path} {}", at + 1), one, item, known, tables, inputs)),
        Value::Object(values) => {
            values.iter().for_each(|(name, one)| beside(&format!("{path}.{name}"), one, item, known, tables, inputs));
        }
        _ => {}
    }
}
