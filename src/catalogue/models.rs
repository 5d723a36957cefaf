//! Fitted models: asking them, and their text in files.

use regulars_plugin::{ColumnKind, Context, Failure, Given, Host, Manual, Model, Result};
use serde_json::{Map, Value, json};

use super::entry::{answer, foresee_answer, prepare};
use super::{Answer, Catalogue, Entry, Record};
use crate::table::{About, Cell, Frame};

impl Catalogue {
    /// Asks a model: calls one of its methods, on a table where one is given.
    pub fn ask(
        &self,
        model: &Record,
        name: &str,
        tables: Vec<Frame>,
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Answer> {
        let method = self.maker(model)?.method(name)?;
        let manual = method.manual();
        let fits = if tables.is_empty() { model.table.as_slice() } else { &tables };
        refuse_tables(manual, &tables)?;
        prepare(manual, fits, options, context)?;
        let state = model.model.clone().unwrap_or_default();
        let given = Given { tables, model: Some(Model { state, table: model.table.clone() }) };
        answer(manual, method.run(options, given, context).map_err(|failure| failure.within(&manual.name))?)
    }

    /// What a method of a model will answer, without running it.
    pub fn foresee_ask(
        &self,
        model: &Record,
        name: &str,
        tables: &[Frame],
        options: &Map<String, Value>,
    ) -> Result<Option<Answer>> {
        let manual = self.maker(model)?.method(name)?.manual();
        refuse_tables(manual, tables)?;
        foresee_answer(manual, if tables.is_empty() { model.table.as_slice() } else { tables }, options)
    }

    /// The function that made a record.
    fn maker(&self, model: &Record) -> Result<&Entry> {
        self.get(&model.function).ok_or_else(|| {
            Failure::new(format!("the function `{}` that made this is not there", model.function))
                .help("was its plugin loaded when the model was fitted?")
        })
    }

    /// The names of all methods of models, each once.
    pub fn method_names(&self) -> Vec<&str> {
        let methods = self.entries.iter().flat_map(|entry| &entry.manual().methods);
        let mut names: Vec<&str> = methods.map(|method| method.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// A method that works on no table refuses one.
fn refuse_tables(manual: &Manual, tables: &[Frame]) -> Result<()> {
    if tables.len() <= manual.tables.len() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` works on the model alone, but a table was given", manual.name))
        .help(format!("write `model.{}(…)` without it", manual.name)))
}

/// What a file must say of itself to be read as a model.
const MARK: &str = "regulars_model";
/// The version of the file's shape.
const SHAPE: u64 = 1;

impl Catalogue {
    /// A model as readable text: figures, further tables, notes and state, without the rows that it was fitted on.
    pub fn text_of_model(&self, model: &Record, host: &dyn Host) -> Result<String> {
        let Some(state) = &model.model else {
            return Err(Failure::new(format!("the answer of `{}` is no model", model.function))
                .help("only fitted models are saved so; write a table with `answer.table().save(\"file.csv\")`"));
        };
        let mut tables = Map::new();
        for (name, frame) in &model.further {
            let data = frame.data(host)?;
            let mut columns = Map::new();
            for column in data.names() {
                columns.insert(column.to_owned(), data.cells(column)?.iter().map(Cell::to_json).collect());
            }
            tables.insert(name.clone(), Value::Object(columns));
        }
        let file = json!({
            MARK: SHAPE,
            "function": model.function,
            "figures": model.figures,
            "tables": tables,
            "notes": model.notes,
            "state": state,
        });
        Ok(format!("{file:#}\n"))
    }

    /// Reads what [`text_of_model`](Catalogue::text_of_model) wrote.
    pub fn read_model(&self, text: &str) -> Result<Record> {
        let no_model = |what: &str| {
            Failure::new(format!("this is no file of a model: {what}"))
                .help("`model.save(\"model.json\")` writes one, `load_model(\"model.json\")` reads it")
        };
        let file: Value = serde_json::from_str(text).map_err(|_| no_model("it is not JSON"))?;
        match file.get(MARK).and_then(Value::as_u64) {
            Some(SHAPE) => {}
            Some(other) => {
                return Err(Failure::new(format!("the file has shape {other}, this program reads shape {SHAPE}"))
                    .help("it was written by a later version: fit the model again, or take that version"));
            }
            None => return Err(no_model(&format!("it does not say `{MARK}`"))),
        }
        let function = file.get("function").and_then(Value::as_str).ok_or_else(|| no_model("no function is named"))?;
        let manual = self
            .get(function)
            .ok_or_else(|| {
                Failure::new(format!("it is a model of `{function}`, and there is no such function"))
                    .help("is it one of a plugin? load the plugin first")
            })?
            .manual();
        let figures =
            file.get("figures").and_then(Value::as_object).ok_or_else(|| no_model("`figures` are missing"))?;
        let state = file.get("state").ok_or_else(|| no_model("`state` is missing"))?;
        let mut further = Vec::new();
        for declared in &manual.further {
            let Some(found) = file.get("tables").and_then(|tables| tables.get(&declared.name)) else { continue };
            let mut columns = Vec::new();
            for column in &declared.columns {
                let cells = found.get(&column.name).and_then(Value::as_array).ok_or_else(|| {
                    no_model(&format!("the table `{}` has no column `{}`", declared.name, column.name))
                })?;
                columns.push((column.name.clone(), cells.iter().map(|cell| cell_of(cell, column.holds)).collect()));
            }
            let about = About { columns: declared.columns.clone(), chart: declared.chart.clone(), ..About::default() };
            further.push((declared.name.clone(), Frame::from_cells(&columns)?.with_about(about)));
        }
        let notes = file.get("notes").and_then(Value::as_array).into_iter().flatten();
        Ok(Record {
            function: function.to_owned(),
            figures: figures.clone(),
            meanings: manual.figures.clone(),
            table: None,
            further,
            model: Some(state.clone()),
            notes: notes.filter_map(Value::as_str).map(str::to_owned).collect(),
            chart: manual.chart.clone(),
        })
    }
}

fn cell_of(value: &Value, holds: ColumnKind) -> Cell {
    match value {
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => match number.as_i64().filter(|_| holds != ColumnKind::Number) {
            Some(whole) => Cell::Integer(whole),
            None => number.as_f64().map_or(Cell::Missing, Cell::Number),
        },
        Value::String(text) if holds == ColumnKind::Date => text.parse().map_or(Cell::Missing, Cell::Date),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Cell::Missing,
    }
}
