//! Between Rhai's values and those of the other rooms.

use chrono::{NaiveDate, NaiveDateTime};
use regulars_plugin::{Failure, GivenTable, Result};
use rhai::{Array, Dynamic, ImmutableString, Map};
use serde_json::Value as Json;

use crate::catalogue::{Answer, Record};
use crate::chart::Picture;
use crate::show::{Page, Value};
use crate::table::{Cell, Expression, Frame, Groups, Operand, Selectors, When};

/// A day, as `date("1997-09-30")` makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day(pub(super) NaiveDate);

/// A day with a time, as `datetime("1997-09-30 14:00")` makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(pub(super) NaiveDateTime);

/// `col("x").str`
#[derive(Clone)]
pub(super) struct TextSpace(pub(super) Expression);
/// `col("x").dt`
#[derive(Clone)]
pub(super) struct DateSpace(pub(super) Expression);
/// `col("x").list`
#[derive(Clone)]
pub(super) struct ListSpace(pub(super) Expression);
/// `col("x").struct`
#[derive(Clone)]
pub(super) struct StructSpace(pub(super) Expression);
/// `col("x").name`
#[derive(Clone)]
pub(super) struct NameSpace(pub(super) Expression);

/// What a value is, in words.
pub(super) fn kind(value: &Dynamic) -> &'static str {
    kind_of_name(value.type_name())
}

/// A Rust or Rhai type name in words.
pub(super) fn kind_of_name(name: &str) -> &'static str {
    let last = name.rsplit("::").next().unwrap_or(name).trim();
    match last {
        "()" => "nothing",
        "i64" | "i32" | "INT" => "a whole number",
        "f64" | "FLOAT" => "a number",
        "bool" => "true or false",
        "string" | "ImmutableString" | "String" | "&str" | "&str | ImmutableString | String" => "text",
        "char" => "a character",
        "array" | "Array" | "Vec<Dynamic>" | "Vec<rhai::Dynamic>" | "Dynamic>" => "a list",
        "map" | "Map" => "a map",
        "Fn" | "FnPtr" => "a function",
        "Frame" => "a frame",
        "Expression" => "an expression",
        "Groups" => "groups of a frame",
        "When" => "an unfinished when(…)",
        "Record" => "a record",
        "Picture" => "a picture",
        "Day" => "a date",
        "Moment" => "a date with a time",
        "TextSpace" | "DateSpace" | "ListSpace" | "StructSpace" | "NameSpace" => "a namespace of an expression",
        "Selectors" => "the selectors `cs`",
        "Failure" => "an error",
        "Page" => "help",
        "range" | "Range<i64>" | "RangeInclusive<i64>" | "range=" => "a range",
        "timestamp" | "Instant" => "a timestamp",
        "?" => "some value",
        _ => "something else",
    }
}

/// A value beside an operator or in the parentheses of an expression's method.
pub(super) fn operand(value: &Dynamic) -> Result<Operand> {
    if let Some(expression) = value.read_lock::<Expression>() {
        return Ok(Operand::Expression(expression.clone()));
    }
    if let Some(day) = value.read_lock::<Day>() {
        return Ok(Operand::Date(day.0));
    }
    if let Some(moment) = value.read_lock::<Moment>() {
        return Ok(Operand::Time(moment.0));
    }
    if value.is_unit() {
        return Ok(Operand::Missing);
    }
    if let Ok(number) = value.as_int() {
        return Ok(Operand::Integer(number));
    }
    if let Ok(number) = value.as_float() {
        return Ok(Operand::Number(number));
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(Operand::Flag(flag));
    }
    if let Ok(letter) = value.as_char() {
        return Ok(Operand::Text(letter.to_string()));
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Operand::Text(text.to_string()));
    }
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().map(operand).collect::<Result<_>>().map(Operand::List);
    }
    if let Some(map) = value.read_lock::<Map>() {
        let entries = map.iter().map(|(name, value)| Ok((name.to_string(), operand(value)?)));
        return entries.collect::<Result<_>>().map(Operand::Map);
    }
    let failure = Failure::new(format!("{} cannot stand in an expression", kind(value)));
    Err(if value.is::<Frame>() {
        failure.help("name a column of it: `frame.amount`, or join the two frames first")
    } else if value.is::<When>() {
        failure.help("end it with the value for all other rows: `.otherwise(value)`")
    } else if kind(value) == "a namespace of an expression" {
        failure.help("a namespace goes on with a method: `.str.to_uppercase()`, `.dt.year()`, `.name.suffix(\"_x\")`")
    } else {
        failure.help("expressions are made of columns, numbers, text, dates and other expressions")
    })
}

/// The table of an answer, which stands for it.
pub(super) fn table_of(record: &Record) -> Result<Frame> {
    let lacking = || Failure::new(format!("the answer of `{}` has no table to work on", record.function));
    record.table.clone().ok_or_else(lacking)
}

/// A value as JSON, for the options of a function. Tables in it go into the list, and their places stand for them.
pub(super) fn json_and_tables(value: &Dynamic, tables: &mut Vec<Frame>) -> Result<Json> {
    let frame = match value.read_lock::<Record>() {
        Some(record) => Some(table_of(&record)?),
        None => value.read_lock::<Frame>().map(|frame| frame.clone()),
    };
    if let Some(frame) = frame {
        tables.push(frame);
        return Ok(serde_json::json!(GivenTable::at(tables.len() - 1)));
    }
    if let Some(list) = value.read_lock::<Array>() {
        return list.iter().map(|value| json_and_tables(value, tables)).collect::<Result<_>>().map(Json::Array);
    }
    if let Some(map) = value.read_lock::<Map>() {
        let entries = map.iter().map(|(name, value)| Ok((name.to_string(), json_and_tables(value, tables)?)));
        return entries.collect::<Result<_>>().map(Json::Object);
    }
    json(value)
}

/// A value as JSON, for options.
pub(super) fn json(value: &Dynamic) -> Result<Json> {
    json_of_operand(operand(value)?)
}

fn json_of_operand(operand: Operand) -> Result<Json> {
    Ok(match operand {
        Operand::Missing => Json::Null,
        Operand::Integer(number) => number.into(),
        Operand::Number(number) => number.into(),
        Operand::Flag(flag) => flag.into(),
        Operand::Text(text) => text.into(),
        Operand::Date(date) => date.to_string().into(),
        Operand::Time(time) => time.to_string().into(),
        Operand::List(items) => Json::Array(items.into_iter().map(json_of_operand).collect::<Result<_>>()?),
        Operand::Map(entries) => {
            let entries = entries.into_iter().map(|(name, value)| Ok((name, json_of_operand(value)?)));
            Json::Object(entries.collect::<Result<_>>()?)
        }
        Operand::Expression(_) => {
            return Err(
                Failure::new("an expression cannot stand in this map").help("name a column as text: \"amount\"")
            );
        }
    })
}

/// JSON as a value of a script.
pub(super) fn dynamic_of_json(value: &Json) -> Dynamic {
    match value {
        Json::Null => Dynamic::UNIT,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| number.as_f64().unwrap_or(f64::NAN).into(), Dynamic::from)
        }
        Json::String(text) => text.clone().into(),
        Json::Array(items) => items.iter().map(dynamic_of_json).collect::<Array>().into(),
        Json::Object(entries) => {
            entries.iter().map(|(name, value)| (name.as_str().into(), dynamic_of_json(value))).collect::<Map>().into()
        }
    }
}

/// The answer of a function as a value of a script.
pub(super) fn dynamic_of_answer(answer: Answer) -> Dynamic {
    match answer {
        Answer::Frame(frame) => Dynamic::from(frame),
        Answer::Record(record) => Dynamic::from(*record),
    }
}

/// A value of a script as a cell of a frame.
pub(super) fn cell(value: &Dynamic) -> Result<Cell> {
    let refused = || {
        Failure::new(format!("{} cannot be a value of a column", kind(value))).help(
            "values are numbers, text, true and false, dates, lists and maps of them, and `()` where one is missing",
        )
    };
    operand(value).ok().and_then(cell_of).ok_or_else(refused)
}

fn cell_of(operand: Operand) -> Option<Cell> {
    Some(match operand {
        Operand::Missing => Cell::Missing,
        Operand::Integer(number) => Cell::Integer(number),
        Operand::Number(number) => Cell::Number(number),
        Operand::Flag(flag) => Cell::Flag(flag),
        Operand::Text(text) => Cell::Text(text),
        Operand::Date(date) => Cell::Date(date),
        Operand::Time(time) => Cell::Time(time),
        Operand::List(items) => Cell::List(items.into_iter().map(cell_of).collect::<Option<_>>()?),
        Operand::Map(entries) => {
            let entries = entries.into_iter().map(|(name, value)| Some((name, cell_of(value)?)));
            Cell::Struct(entries.collect::<Option<_>>()?)
        }
        Operand::Expression(_) => return None,
    })
}

/// What another program can open.
pub enum Opened {
    /// A picture.
    Picture(Picture),
    /// A table.
    Table(Frame),
}

/// A picture or a table that a value is, or that stands for it.
pub fn opened(value: &Dynamic) -> Option<Opened> {
    if let Some(picture) = value.read_lock::<Picture>() {
        return Some(Opened::Picture(picture.clone()));
    }
    if let Some(record) = value.read_lock::<Record>() {
        return record.table.clone().map(Opened::Table);
    }
    value.read_lock::<Frame>().map(|frame| Opened::Table(frame.clone()))
}

/// A value of a script, ready to be shown.
pub fn value_of(value: &Dynamic) -> Value {
    if let Some(list) = value.read_lock::<Array>() {
        return Value::List(list.iter().map(value_of).collect());
    }
    if let Some(map) = value.read_lock::<Map>() {
        return Value::Map(map.iter().map(|(name, value)| (name.to_string(), value_of(value))).collect());
    }
    if let Some(frame) = value.read_lock::<Frame>() {
        return Value::Frame(frame.clone());
    }
    if let Some(record) = value.read_lock::<Record>() {
        return Value::Record(record.clone());
    }
    if let Some(picture) = value.read_lock::<Picture>() {
        return Value::Picture {
            title: picture.title().to_owned(),
            description: picture.description(),
            picture: picture.clone(),
        };
    }
    if let Some(page) = value.read_lock::<Page>() {
        return Value::Page(page.clone());
    }
    if let Some(failure) = value.read_lock::<Failure>() {
        return Value::Text(failure.to_string());
    }
    if let Some(expression) = value.read_lock::<Expression>() {
        let name = expression.name().map(|name| format!(" on `{name}`")).unwrap_or_default();
        return Value::Other(format!("expression{name}: a frame carries it out, as in frame.select(…)"));
    }
    if let Some(groups) = value.read_lock::<Groups>() {
        return Value::Other(format!(
            "groups of a frame with {}: summarise them with .agg(…)",
            groups.names().join(", ")
        ));
    }
    if value.is::<Selectors>() {
        return Value::Other("selectors: `cs.numeric()`, `cs.starts_with(\"a\")` … choose columns".to_owned());
    }
    if value.is::<When>() {
        return Value::Other("an unfinished when(…): end it with .otherwise(value)".to_owned());
    }
    match operand(value) {
        Ok(Operand::Missing) => Value::Nothing,
        Ok(Operand::Integer(number)) => Value::Integer(number),
        Ok(Operand::Number(number)) => Value::Number(number),
        Ok(Operand::Flag(flag)) => Value::Flag(flag),
        Ok(Operand::Text(text)) => Value::Text(text),
        Ok(Operand::Date(date)) => Value::Date(date),
        Ok(Operand::Time(time)) => Value::Time(time),
        Ok(Operand::List(_) | Operand::Map(_) | Operand::Expression(_)) | Err(_) => {
            Value::Other(kind(value).to_owned())
        }
    }
}
