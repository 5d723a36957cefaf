//! Contracts in files: TOML as plain values.

use regulars_plugin::{Failure, Result};
use serde_json::{Map, Value as Json};
use toml_edit::{DocumentMut, Item, Table, Value};

/// A contract is a page or two.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a file in TOML as named values.
pub fn read_contract(path: &str) -> Result<Map<String, Json>> {
    if super::size(path)? > MOST_BYTES {
        return Err(Failure::new(format!("`{path}` is larger than 1 MB, which no contract is")).help(EXAMPLE));
    }
    let text = super::read_text(path)?;
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        let message = error.message().lines().next().unwrap_or("it is no TOML").to_owned();
        Failure::new(format!("line {line}: {message}")).help(EXAMPLE).within(path.to_owned())
    })?;
    Ok(table(document.as_table()))
}

const EXAMPLE: &str =
    "a contract is TOML: `rows = [\"amount >= 0\"]`, then `[columns.email]` with `required = true` below it";

fn table(table: &Table) -> Map<String, Json> {
    table.iter().map(|(name, item)| (name.to_owned(), of_item(item))).collect()
}

fn of_item(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => of_value(value),
        Item::Table(inner) => Json::Object(table(inner)),
        Item::ArrayOfTables(tables) => Json::Array(tables.iter().map(|inner| Json::Object(table(inner))).collect()),
    }
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::from(*number.value()),
        Value::Boolean(flag) => Json::from(*flag.value()),
        // As a script writes it: a day as text.
        Value::Datetime(moment) => Json::from(moment.value().to_string()),
        Value::Array(items) => Json::Array(items.iter().map(of_value).collect()),
        Value::InlineTable(inner) => inner.iter().map(|(name, value)| (name.to_owned(), of_value(value))).collect(),
    }
}
