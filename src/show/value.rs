//! The values that a script can answer with, as far as showing them goes.

use chrono::{NaiveDate, NaiveDateTime};
use regulars_plugin::{Host, Result};

use super::number::{alone, grouped};
use super::text::harmless;
use super::{Page, Role, record, several, table};
use crate::catalogue::Record;
use crate::chart::Picture;
use crate::table::Frame;

/// A value that a script answered with.
#[derive(Clone)]
#[allow(
    clippy::large_enum_variant,
    reason = "records are matched by name in other rooms; long lists hold scalars, once"
)]
pub enum Value {
    /// `()`.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A day and a time.
    Time(NaiveDateTime),
    /// A table.
    Frame(Frame),
    /// Named figures.
    Record(Record),
    /// A picture. This room tells of it in words; the terminal may show it.
    Picture {
        /// What it says.
        title: String,
        /// What it is: `bar chart, 800 × 500`.
        description: String,
        /// The picture itself.
        picture: Picture,
    },
    /// Several values.
    List(Vec<Value>),
    /// Values with names.
    Map(Vec<(String, Value)>),
    /// Text that is styled already, such as a manual.
    Page(Page),
    /// Anything else, in its own words.
    Other(String),
}

/// Shows a value. `rows` bounds the rows of a table and the lines of a list. Text at the top stands as it is, line
/// by line; text inside a list or a map is quoted.
pub fn page(value: &Value, host: &dyn Host, width: usize, rows: usize) -> Result<Page> {
    let mut page = Page::new();
    match value {
        Value::Nothing => {}
        Value::Text(text) | Value::Other(text) => {
            for line in text.lines() {
                page.text(&line.replace('\t', "    ")).line();
            }
            if text.is_empty() {
                page.role(Role::Missing, "\"\"").line();
            }
        }
        Value::Frame(frame) => {
            page = table(&frame.data(host)?, &frame.about().columns, width, rows);
            notes(&mut page, &frame.notes(host)?, width);
        }
        Value::Record(inner) => page = record(inner, host, width, rows)?,
        Value::Picture { title, description, .. } => {
            page.role(Role::Heading, title).line();
            for line in super::prose::wrap(description, width) {
                page.role(Role::Note, &line).line();
            }
        }
        Value::Page(inner) => page = inner.clone(),
        Value::List(_) | Value::Map(_) => {
            // Every entry takes three columns at least, so a longer one need not be tried in one line.
            let line = if entry_count(value) * 3 <= width { Some(inline(value, host)?) } else { None };
            match line.filter(|line| super::width(&line.plain()) <= width) {
                Some(line) => page.append(line).line(),
                None => page.append(several::several(value, host, width, rows)?),
            };
        }
        Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Date(_) | Value::Time(_) => {
            page.append(inline(value, host)?).line();
        }
    }
    Ok(page)
}

/// Notes below an answer.
pub(crate) fn notes(page: &mut Page, notes: &[String], width: usize) {
    for note in notes {
        page.role(Role::Note, "note: ");
        super::prose::after(page, note, width, 6, 6);
    }
}

pub(crate) fn entry_count(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Map(items) => items.len(),
        _ => 0,
    }
}

/// More entries than this are not written into one line, wherever it is shown.
const INLINE: usize = 200;

/// A value in one line.
pub(crate) fn inline(value: &Value, host: &dyn Host) -> Result<Page> {
    let mut page = Page::new();
    match value {
        Value::Nothing => page.role(Role::Missing, "()"),
        Value::Flag(flag) => page.role(Role::Literal, &flag.to_string()),
        Value::Integer(number) => page.role(Role::Number, &number.to_string()),
        Value::Number(number) => page.role(Role::Number, &alone(*number)),
        Value::Text(text) => page.role(Role::Text, &quoted(text)),
        Value::Date(date) => page.role(Role::Literal, &date.to_string()),
        Value::Time(time) => page.role(Role::Literal, &time.format("%Y-%m-%d %H:%M:%S%.f").to_string()),
        Value::Frame(frame) => {
            let rows = grouped(&frame.height(host)?.to_string());
            page.role(Role::Type, &format!("frame {rows} × {}", frame.names().len()))
        }
        Value::Record(record) => {
            let names: Vec<&str> = record.figures.keys().map(String::as_str).collect();
            page.role(Role::Type, &format!("{} #{{{}}}", record.function, names.join(", ")))
        }
        Value::Picture { title, description, .. } => {
            page.role(Role::Type, &format!("picture {title:?} ({description})"))
        }
        Value::Page(inner) => page.role(Role::Text, &quoted(&inner.plain())),
        Value::Other(text) => page.text(text),
        Value::List(items) => {
            page.text("[");
            for (index, item) in items.iter().take(INLINE).enumerate() {
                page.text(if index > 0 { ", " } else { "" }).append(inline(item, host)?);
            }
            more(&mut page, items.len()).text("]")
        }
        Value::Map(items) => {
            page.text("#{");
            for (index, (name, item)) in items.iter().take(INLINE).enumerate() {
                page.text(if index > 0 { ", " } else { "" });
                page.role(Role::Name, &key(name)).text(": ").append(inline(item, host)?);
            }
            more(&mut page, items.len()).text("}")
        }
    };
    Ok(page)
}

fn more(page: &mut Page, count: usize) -> &mut Page {
    match count.checked_sub(INLINE) {
        Some(rest @ 1..) => page.role(Role::Missing, &format!(", … {} more", grouped(&rest.to_string()))),
        _ => page,
    }
}

/// A key as a script writes it: quoted unless it is a plain word.
pub(crate) fn key(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_word = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    if is_word && name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

/// Text in quotes, harmless.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", harmless(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}
