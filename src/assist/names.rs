//! The variables of the session, as the helpers of the prompt know them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use regulars_plugin::ColumnManual;

use super::help::count;
use crate::session::ModuleManual;
use crate::show::Value;
use crate::table::Frame;

/// A column or a figure, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) about: String,
}

/// Rows in which the values of a column are looked for, and how many values are few: a menu should come at once.
const LOOKED_AT: usize = 100_000;
const FEW: usize = 60;

/// The variables of the session, told anew before each line.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<RwLock<Told>>);

#[derive(Default)]
struct Told {
    variables: Vec<(String, Value)>,
    modules: Vec<ModuleManual>,
    /// Values that columns hold, by variable and column, as far as they were asked for.
    values: HashMap<(String, String), Vec<String>>,
    /// How often they were told.
    times: usize,
}

impl Names {
    pub(crate) fn set(&self, variables: Vec<(String, Value)>, modules: Vec<ModuleManual>) {
        let mut told = self.0.write().unwrap_or_else(PoisonError::into_inner);
        told.variables = variables;
        told.modules = modules;
        told.values.clear();
        told.times += 1;
    }

    /// How often the variables were told: what was made of them earlier is stale after that.
    pub(crate) fn times(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).times
    }

    /// The modules that were imported.
    pub(crate) fn modules(&self) -> Vec<ModuleManual> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).modules.clone()
    }

    /// The value of a variable.
    pub(crate) fn find(&self, name: &str) -> Option<Value> {
        let variables = &self.0.read().unwrap_or_else(PoisonError::into_inner).variables;
        variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// The values that a column holds in the first rows of a frame in memory, where they are few; of a variable that is named
    /// rather than of another one.
    pub(crate) fn values(&self, column: &str, named: &[&str]) -> Vec<String> {
        let mut told = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let has =
            |value: &Value| matches!(value, Value::Frame(frame) if frame.is_computed() && frame.need(column).is_ok());
        let mut frames = told.variables.iter().rev().filter(|(_, value)| has(value));
        let named = frames.clone().find(|(name, _)| named.contains(&name.as_str()));
        let Some((name, Value::Frame(frame))) = named.or_else(|| frames.next()) else { return Vec::new() };
        let (key, frame) = ((name.clone(), column.to_owned()), frame.clone());
        let values = told.values.entry(key);
        values.or_insert_with(|| frame.few_values(column, LOOKED_AT, FEW).unwrap_or_default()).clone()
    }

    /// Columns of every frame that a variable holds, each name once.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let variables = &self.0.read().unwrap_or_else(PoisonError::into_inner).variables;
        let mut found: Vec<Column> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (variable, value) in variables.iter() {
            let Value::Frame(frame) = value else { continue };
            for column in columns(frame) {
                if seen.insert(column.name.clone()) {
                    found.push(Column { about: format!("{} · in {variable}", column.about), ..column });
                }
            }
        }
        found
    }

    /// Every variable but `_`, with what it holds.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let variables = &self.0.read().unwrap_or_else(PoisonError::into_inner).variables;
        let named = variables.iter().filter(|(name, _)| name != "_");
        named.map(|(name, value)| (name.clone(), describe(value))).collect()
    }
}

/// The columns of a frame, each with its type and, where a function declared it, its unit and meaning.
pub(crate) fn columns(frame: &Frame) -> Vec<Column> {
    let known = &frame.about().columns;
    let about = |name: &str, kind: String| match known.iter().find(|column| column.name == name) {
        Some(column) => {
            let unit = column.unit.as_ref().map(|unit| format!(" · {unit}")).unwrap_or_default();
            format!("{kind}{unit} · {}", column.meaning)
        }
        None => kind,
    };
    frame.schema().into_iter().map(|(name, kind)| Column { about: about(&name, kind), name }).collect()
}

/// Columns or figures, as a function declares them.
pub(crate) fn columns_of(manuals: &[ColumnManual]) -> Vec<Column> {
    manuals.iter().map(|column| Column { name: column.name.clone(), about: column.meaning.clone() }).collect()
}

/// Columns of a frame that are named; a frame may have hundreds.
const NAMED: usize = 12;

/// The same with the memory that it takes, as far as it is computed.
pub(crate) fn with_size(value: &Value) -> String {
    match value {
        Value::Frame(frame) => {
            let (shape, columns) = parts(frame);
            let bytes = frame.bytes().map_or(String::new(), |bytes| format!(", {}", size(bytes)));
            format!("{shape}{bytes}: {columns}")
        }
        Value::Record(record) => {
            let bytes = record.table.as_ref().and_then(Frame::bytes);
            format!(
                "{}{}",
                describe(value),
                bytes.map_or(String::new(), |bytes| format!("; its table {}", size(bytes)))
            )
        }
        _ => describe(value),
    }
}

/// A number of bytes in words.
fn size(bytes: usize) -> String {
    match bytes as f64 {
        bytes if bytes < 1e3 => format!("{bytes} bytes"),
        bytes if bytes < 1e6 => format!("{:.0} kB", bytes / 1e3),
        bytes if bytes < 1e9 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.2} GB", bytes / 1e9),
    }
}

/// The shape of a frame, and its first columns. Nothing is computed for it.
fn parts(frame: &Frame) -> (String, String) {
    let rows = if frame.is_computed() { frame.height(&regulars_plugin::Quiet).ok() } else { None };
    let rows = rows.map_or("frame, not run yet".to_owned(), |rows| format!("frame of {}", count(rows, "row")));
    let mut names = frame.names();
    let columns = count(names.len(), "column");
    if names.len() > NAMED {
        names.truncate(NAMED);
        names.push("…".to_owned());
    }
    (format!("{rows} × {columns}"), names.join(", "))
}

/// What a value is, in a few words. Nothing is computed for it: the rows of a frame that never ran are not known.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Nothing => "nothing".to_owned(),
        Value::Flag(flag) => format!("{flag}"),
        Value::Integer(number) => format!("{number}"),
        Value::Number(number) => format!("{number}"),
        Value::Text(text) => format!("text of {}", count(text.chars().count(), "character")),
        Value::Date(date) => format!("date {date}"),
        Value::Time(time) => format!("time {time}"),
        Value::Frame(frame) => {
            let (shape, columns) = parts(frame);
            format!("{shape}: {columns}")
        }
        Value::Record(record) => {
            let figures: Vec<&str> = record.figures.keys().map(String::as_str).collect();
            format!("answer of {}: {}", record.function, figures.join(", "))
        }
        Value::Picture { title, .. } => format!("picture: {title}"),
        Value::List(items) => format!("list of {}", count(items.len(), "value")),
        Value::Map(entries) => {
            let keys: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
            format!("map of {}", keys.join(", "))
        }
        Value::Page(_) => "text with styles".to_owned(),
        Value::Other(words) => words.clone(),
    }
}
