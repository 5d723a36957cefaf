//! What a function of a script plugin answered, compared with its manual as a native plugin's answer is.

use regulars_plugin::{ColumnKind, ColumnManual, Date, Failure, Host, Manual, Output, Result};
use rhai::{Array, Dynamic, ImmutableString, Map as Entries};
use serde_json::{Map, Value};

use super::super::convert::{json, kind};
use crate::catalogue::Record;
use crate::table::{Frame, columns_of};

/// The parts of an answer.
#[derive(Default)]
struct Parts {
    table: Option<Frame>,
    further: Vec<(String, Frame)>,
    figures: Map<String, Value>,
    notes: Vec<String>,
}

/// Takes an answer apart and compares it with the manual. `notes` are those of the tables that it was made of.
pub(super) fn output(
    manual: &Manual,
    answer: &Dynamic,
    mut notes: Vec<String>,
    host: &dyn Host,
) -> Result<Output<Frame, Map<String, Value>>> {
    let parts = parts(manual, answer)?;
    let table = match (parts.table, manual.columns.is_empty() && !manual.keeps_columns) {
        (Some(_), true) => return Err(Failure::new("the answer has a table, but its manual declares none")),
        (None, true) => None,
        (None, false) => {
            let failure = Failure::new("the answer has no table, but its manual declares its columns");
            return Err(failure.help("put it into the map: `#{table: frame, …}`"));
        }
        (Some(table), false) => {
            let advice =
                "bring the columns into order with `.select([…])`, their kinds with `.cast(#{name: \"float\"})`";
            columns_of(&manual.columns, manual.keeps_columns, &table.kinds()).map_err(|one| one.help(advice))?;
            // Here, so that a value that does not fit is told as a fault of this call.
            table.data(host)?;
            Some(table)
        }
    };
    let mut further = Vec::new();
    for declared in &manual.further {
        let (_, frame) = parts.further.iter().find(|(name, _)| *name == declared.name).ok_or_else(|| {
            Failure::new(format!("the answer lacks the table `{}`, which its manual declares", declared.name))
        })?;
        columns_of(&declared.columns, false, &frame.kinds()).map_err(|failure| failure.within(&declared.name))?;
        frame.data(host)?;
        further.push((declared.name.clone(), frame.clone()));
    }
    let figures = manual.figures.iter().map(|figure| Ok((figure.name.clone(), self::figure(figure, &parts.figures)?)));
    let figures = figures.collect::<Result<_>>()?;
    for frame in table.iter() {
        notes.extend(frame.notes(host)?);
    }
    notes.extend(parts.notes);
    let mut told: Vec<String> = Vec::new();
    for note in notes {
        if !told.contains(&note) {
            told.push(note);
        }
    }
    Ok(Output { table, further, figures, model: None, drawing: None, notes: told })
}

fn parts(manual: &Manual, answer: &Dynamic) -> Result<Parts> {
    if let Some(frame) = answer.read_lock::<Frame>() {
        if manual.is_record() {
            return Err(Failure::new("the answer is a frame, but its manual declares figures or further tables")
                .help("answer with a map: `#{share: 0.5, table: frame}`"));
        }
        return Ok(Parts { table: Some(frame.clone()), ..Parts::default() });
    }
    let Some(entries) = answer.read_lock::<Entries>() else { return Err(no_answer(answer)) };
    let mut parts = Parts::default();
    for (name, value) in entries.iter() {
        let name = name.as_str();
        let frame = || {
            value.read_lock::<Frame>().map(|frame| frame.clone()).ok_or_else(|| {
                Failure::new(format!("`{name}` of the answer is {}, but a frame is declared", kind(value)))
            })
        };
        if name == "table" {
            parts.table = Some(frame()?);
        } else if name == "notes" {
            parts.notes = self::notes(value)?;
        } else if manual.further.iter().any(|table| table.name == name) {
            parts.further.push((name.to_owned(), frame()?));
        } else if manual.figures.iter().any(|figure| figure.name == name) {
            let value = json(value).map_err(|_| {
                Failure::new(format!("figure `{name}` of the answer is {}", kind(value)))
                    .help("figures are numbers, text, dates, true and false")
            })?;
            parts.figures.insert(name.to_owned(), value);
        } else {
            let figures = manual.figures.iter().map(|figure| figure.name.as_str());
            let known = figures.chain(manual.further.iter().map(|table| table.name.as_str())).chain(["table", "notes"]);
            return Err(Failure::new(format!("the answer has an entry `{name}`, which its manual does not declare"))
                .near(name, known));
        }
    }
    Ok(parts)
}

fn no_answer(answer: &Dynamic) -> Failure {
    if answer.is_unit() {
        return Failure::new("the function answered nothing")
            .help("its last statement is its answer: end with a frame or a map of figures, or `return` one");
    }
    if answer.is::<Record>() {
        return Failure::new("the answer is that of another function, as it is")
            .help("make a map of its parts: `#{share: answer.share, table: answer.table()}`");
    }
    Failure::new(format!("the answer is {}, but a frame or a map of figures is wanted", kind(answer)))
        .help("a single figure is put into a map under its name: `#{share: 0.5}`")
}

fn notes(value: &Dynamic) -> Result<Vec<String>> {
    let texts = value.read_lock::<Array>().and_then(|list| {
        list.iter().map(|one| one.read_lock::<ImmutableString>().map(|text| text.to_string())).collect()
    });
    texts.ok_or_else(|| {
        Failure::new("`notes` of the answer is no list of texts").help("write `notes: [\"a sentence\"]`")
    })
}

/// A figure as its manual declares it.
fn figure(declared: &ColumnManual, found: &Map<String, Value>) -> Result<Value> {
    let name = &declared.name;
    let Some(value) = found.get(name) else {
        return Err(Failure::new(format!("the answer lacks the figure `{name}`, which its manual declares"))
            .help(format!("put it into the map: `#{{{name}: …}}`; `()` where there is none")));
    };
    let exact = match (declared.holds, value) {
        (_, Value::Null) | (ColumnKind::Any, _) => Some(value.clone()),
        (ColumnKind::Integer, value) => {
            let whole = value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
            value.as_i64().or(whole).map(Value::from)
        }
        (ColumnKind::Number, value) => value.as_f64().map(Value::from),
        (ColumnKind::Text, Value::String(_)) | (ColumnKind::Flag, Value::Bool(_)) => Some(value.clone()),
        (ColumnKind::Date, Value::String(text)) => text.parse::<Date>().ok().map(|_| value.clone()),
        _ => None,
    };
    exact.ok_or_else(|| {
        let wanted = declared.holds.word();
        Failure::new(format!("figure `{name}` of the answer is {value}, but its manual declares {wanted}"))
    })
}
