//! Values as JSON, CSV and Markdown: JSON and CSV in full precision for programs, Markdown as people read it.

use chrono::NaiveDateTime;
use regulars_plugin::{Host, Result};
use serde_json::{Map, Value as Json};

use super::record::shown_tables;
use super::{Value, markdown};
use crate::catalogue::Record;
use crate::table::{Cell, Frame};

/// How a value is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As the prompt shows it at 100 columns, 20 rows, without colours.
    Table,
    /// JSON: a frame is an array of objects, a record an object of its figures with the table behind them as
    /// `table`. Dates are ISO text; what JSON cannot write, such as NaN, is null.
    Json,
    /// CSV with a header, quoted as RFC 4180 says, lines ended by LF. A missing value is empty, empty text is `""`.
    /// A record gives its table, or lines of name and value where it has none; so does a map. A list gives lines
    /// of `value`.
    Csv,
    /// A Markdown table, written as the prompt shows numbers, with all rows.
    Markdown,
}

/// Writes a value out; the text ends with a line end unless it is empty.
pub fn export(value: &Value, format: Format, host: &dyn Host) -> Result<String> {
    match format {
        Format::Table => Ok(super::page(value, host, 100, 20)?.plain()),
        Format::Json => match value {
            Value::Frame(frame) => json_rows(frame, host),
            other => {
                let json = json(other, host)?;
                Ok(format!("{}\n", serde_json::to_string_pretty(&json).unwrap_or_else(|_| json.to_string())))
            }
        },
        Format::Csv => csv(value, host),
        Format::Markdown => markdown::markdown(value, host),
    }
}

/// A frame as JSON text, one object a line: every value is looked up once, column by column.
fn json_rows(frame: &Frame, host: &dyn Host) -> Result<String> {
    let data = frame.data(host)?;
    let names = data.names();
    let keys: Vec<String> = names.iter().map(|name| Json::from(*name).to_string()).collect();
    let columns: Vec<Vec<Cell>> = names.iter().map(|name| data.cells(name)).collect::<Result<_>>()?;
    let mut text = String::from("[");
    for row in 0..data.height() {
        text.push_str(if row == 0 { "\n  {" } else { ",\n  {" });
        for (index, (key, cells)) in keys.iter().zip(&columns).enumerate() {
            text.push_str(if index == 0 { "" } else { ", " });
            text.push_str(key);
            text.push_str(": ");
            text.push_str(&cells[row].to_json().to_string());
        }
        text.push('}');
    }
    text.push_str(if data.height() > 0 { "\n]\n" } else { "]\n" });
    Ok(text)
}

/// Any value as JSON.
pub(crate) fn json(value: &Value, host: &dyn Host) -> Result<Json> {
    Ok(match value {
        Value::Nothing => Json::Null,
        Value::Flag(flag) => Json::from(*flag),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Json::from(*number),
        Value::Text(text) | Value::Other(text) => Json::from(text.as_str()),
        Value::Date(date) => Json::from(date.to_string()),
        Value::Time(time) => Json::from(iso(time)),
        Value::Page(page) => Json::from(page.plain()),
        Value::Picture { title, description, .. } => {
            let parts = [("title", title), ("description", description)];
            Json::Object(parts.map(|(name, text)| (name.to_owned(), Json::from(text.as_str()))).into_iter().collect())
        }
        Value::List(items) => Json::Array(items.iter().map(|item| json(item, host)).collect::<Result<_>>()?),
        Value::Map(items) => {
            Json::Object(items.iter().map(|(name, item)| Ok((name.clone(), json(item, host)?))).collect::<Result<_>>()?)
        }
        Value::Frame(frame) => json_of(frame, host)?,
        Value::Record(record) => {
            let mut object = record.figures.clone();
            for (name, frame) in shown_tables(record) {
                object.insert(name.clone(), json_of(frame, host)?);
            }
            if let Some(frame) = &record.table {
                object.insert("table".to_owned(), json_of(frame, host)?);
            }
            Json::Object(object)
        }
    })
}

fn json_of(frame: &Frame, host: &dyn Host) -> Result<Json> {
    let data = frame.data(host)?;
    let mut rows = vec![Map::new(); data.height()];
    for name in data.names() {
        for (row, cell) in rows.iter_mut().zip(data.cells(name)?) {
            row.insert(name.to_owned(), cell.to_json());
        }
    }
    Ok(Json::Array(rows.into_iter().map(Json::Object).collect()))
}

fn iso(time: &NaiveDateTime) -> String {
    Cell::Time(*time).plain()
}

fn csv(value: &Value, host: &dyn Host) -> Result<String> {
    match value {
        Value::Nothing => Ok(String::new()),
        Value::Frame(frame) | Value::Record(Record { table: Some(frame), .. }) => csv_of(frame, host),
        Value::Record(record) => {
            Ok(pairs(record.figures.iter().map(|(name, value)| (name.as_str(), json_field(value)))))
        }
        Value::Map(items) => {
            let fields: Vec<String> =
                items.iter().map(|(_, item)| Ok(json_field(&json(item, host)?))).collect::<Result<_>>()?;
            Ok(pairs(items.iter().map(|(name, _)| name.as_str()).zip(fields)))
        }
        Value::List(items) => {
            let mut text = "value\n".to_owned();
            for item in items {
                text.push_str(&only(json_field(&json(item, host)?)));
                text.push('\n');
            }
            Ok(text)
        }
        scalar => Ok(format!("{}\n", json_field(&json(scalar, host)?))),
    }
}

fn csv_of(frame: &Frame, host: &dyn Host) -> Result<String> {
    let data = frame.data(host)?;
    let names = data.names();
    let columns: Vec<Vec<Cell>> = names.iter().map(|name| data.cells(name)).collect::<Result<_>>()?;
    let header: Vec<String> = names.iter().map(|name| field(name)).collect();
    let mut text = header.join(",");
    text.push('\n');
    for row in 0..data.height() {
        let fields: Vec<String> = columns.iter().map(|cells| cell_field(&cells[row])).collect();
        match <[String; 1]>::try_from(fields) {
            Ok([single]) => text.push_str(&only(single)),
            Err(fields) => text.push_str(&fields.join(",")),
        }
        text.push('\n');
    }
    Ok(text)
}

/// The only field of a line: readers skip a line that is empty.
fn only(field: String) -> String {
    if field.is_empty() { "\"\"".to_owned() } else { field }
}

fn pairs<'a>(lines: impl Iterator<Item = (&'a str, String)>) -> String {
    let lines: String = lines.map(|(name, value)| format!("{},{value}\n", field(name))).collect();
    format!("name,value\n{lines}")
}

fn cell_field(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        // With its point, so that a column of numbers is one again when it is read back.
        Cell::Number(number) => format!("{number:?}"),
        Cell::List(_) | Cell::Struct(_) => field(&cell.to_json().to_string()),
        other => field(&other.plain()),
    }
}

fn json_field(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => field(text),
        other => field(&other.to_string()),
    }
}

fn field(text: &str) -> String {
    let needs_quotes = text.is_empty()
        || text.contains([',', '"', '\n', '\r'])
        || text.starts_with(char::is_whitespace)
        || text.ends_with(char::is_whitespace);
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use regulars_plugin::Quiet;

    use super::*;
    use crate::show::example::{orders, record_of};

    fn shown(value: &Value, format: Format) -> String {
        export(value, format, &Quiet).unwrap()
    }

    #[test]
    fn a_frame_as_json_keeps_full_precision() {
        assert_eq!(
            shown(&Value::Frame(orders()), Format::Json),
            r#"[
  {"customer": "ann, \"A\"", "date": "1997-01-31", "amount": 0.30000000000000004, "order": 1234567},
  {"customer": "李雷\n|", "date": null, "amount": 7.0, "order": null},
  {"customer": "", "date": "1997-02-01", "amount": null, "order": 3}
]
"#
        );
    }

    #[test]
    fn a_frame_as_csv_is_quoted_and_tells_missing_from_empty() {
        assert_eq!(
            shown(&Value::Frame(orders()), Format::Csv),
            "customer,date,amount,order\n\
             \"ann, \"\"A\"\"\",1997-01-31,0.30000000000000004,1234567\n\
             \"李雷\n|\",,7.0,\n\
             \"\",1997-02-01,,3\n"
        );
        let one = Frame::from_cells(&[("x".into(), vec![Cell::Integer(1), Cell::Missing])]).unwrap();
        assert_eq!(shown(&Value::Frame(one), Format::Csv), "x\n1\n\"\"\n");
    }

    #[test]
    fn a_record_is_its_figures_and_its_table() {
        let json: Json = serde_json::from_str(&shown(&Value::Record(record_of(Some(orders()))), Format::Json)).unwrap();
        assert_eq!(json["repeat_rate"], Json::from(0.4551));
        assert_eq!(json["table"][1]["amount"], Json::from(7.0));
        assert!(shown(&Value::Record(record_of(Some(orders()))), Format::Csv).starts_with("customer,date"));
        assert_eq!(
            shown(&Value::Record(record_of(None)), Format::Csv),
            "name,value\ncustomers,2357\nrepeat_rate,0.4551\nspent,60.5\ninterval,\"[0.41,0.5]\"\nuntil,\n"
        );
    }

    #[test]
    fn scalars_lists_and_maps() {
        let list = Value::List(vec![Value::Integer(1), Value::Text("a,b".into()), Value::Nothing]);
        let map = Value::Map(vec![("a b".into(), list.clone()), ("c".into(), Value::Number(f64::NAN))]);
        assert_eq!(shown(&Value::Number(7.0), Format::Json), "7.0\n");
        assert_eq!(shown(&Value::Nothing, Format::Json), "null\n");
        assert_eq!(shown(&list, Format::Csv), "value\n1\n\"a,b\"\n\"\"\n");
        assert_eq!(shown(&map, Format::Csv), "name,value\na b,\"[1,\"\"a,b\"\",null]\"\nc,\n");
        assert_eq!(shown(&map, Format::Table), "#{\"a b\": [1, \"a,b\", ()], c: NaN}\n");
        let none = Frame::from_cells(&[("x".into(), vec![])]).unwrap();
        assert_eq!(shown(&Value::Frame(none), Format::Json), "[]\n");
    }
}
