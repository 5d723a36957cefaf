//! Named figures, each with its meaning.

use regulars_plugin::{ColumnKind, ColumnManual, Host, Result};
use serde_json::Value as Json;

use super::cell::Format;
use super::entries::{Entry, entries};
use super::value::notes;
use super::{Page, Role, table, width as columns_of};
use crate::catalogue::Record;
use crate::table::{Cell, Frame};

/// Rows of a further table that are shown beside the figures.
const FURTHER_ROWS: usize = 12;

/// A longer value stands where the meaning does.
const LONG: usize = 28;

/// Shows named figures as aligned lines of name, value, unit and meaning, then the table behind them and the notes.
pub fn record(record: &Record, host: &dyn Host, width: usize, rows: usize) -> Result<Page> {
    let mut page = Page::new();
    page.role(Role::Heading, &record.function).line();
    let figures: Vec<Entry> = record.figures.iter().map(|(name, value)| figure(record, name, value)).collect();
    entries(&mut page, &figures, Some(1), width, 2);
    for (name, frame) in shown_tables(record) {
        page.line().role(Role::Name, name).line();
        page.append(table(&frame.data(host)?, &frame.about().columns, width, rows.min(FURTHER_ROWS)));
    }
    if let Some(frame) = &record.table {
        page.line();
        page.append(table(&frame.data(host)?, &frame.about().columns, width, rows));
        notes(&mut page, &frame.notes(host)?, width);
    }
    notes(&mut page, &record.notes_beside_table(host)?, width);
    notes(&mut page, tables_aside(record).as_slice(), width);
    Ok(page)
}

/// The further tables that are shown with the answer.
pub(super) fn shown_tables(record: &Record) -> impl Iterator<Item = &(String, Frame)> {
    record.further.iter().filter(|(_, frame)| !frame.about().aside)
}

/// A sentence that names the others.
pub(super) fn tables_aside(record: &Record) -> Option<String> {
    let aside = record.further.iter().filter(|(_, frame)| frame.about().aside);
    let names: Vec<String> = aside.map(|(name, _)| format!("`.{name}`")).collect();
    (!names.is_empty()).then(|| format!("there is more to ask for: {}", names.join(", ")))
}

fn figure(record: &Record, name: &str, value: &Json) -> Entry {
    let declared = meaning_of(record, name);
    let unit = declared.and_then(|declared| declared.unit.as_deref());
    let (role, shown) = figure_text(name, value, unit);
    let mut meaning: Vec<String> = declared.map(|declared| declared.meaning.clone()).into_iter().collect();
    let unit = unit.filter(|unit| *unit != "share").unwrap_or_default();
    let mut cells = vec![(Role::Name, name.to_owned()), (role, shown.clone()), (Role::Type, unit.to_owned())];
    if columns_of(&shown) > LONG {
        cells[1].1.clear();
        meaning.insert(0, shown);
    }
    Entry { cells, meaning }
}

/// What a figure means, as the function declares it.
pub(crate) fn meaning_of<'a>(record: &'a Record, name: &str) -> Option<&'a ColumnManual> {
    record.meanings.iter().find(|meaning| meaning.name == name)
}

/// A figure as people read it.
pub(crate) fn figure_text(name: &str, value: &Json, unit: Option<&str>) -> (Role, String) {
    let cell = cell(value);
    let role = if cell == Cell::Missing { Role::Missing } else { Role::Plain };
    // The numbers of a list, such as the two ends of an interval, share their decimals.
    let text = match &cell {
        Cell::List(cells) if !cells.is_empty() && cells.iter().all(is_number) => {
            let format = Format::of(name, ColumnKind::Number, unit, cells);
            let inner: Vec<String> = cells.iter().map(|cell| format.cell(cell)).collect();
            format!("[{}]", inner.join(", "))
        }
        _ => Format::of(name, ColumnKind::Any, unit, [&cell]).cell(&cell),
    };
    (role, text)
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Integer(_) | Cell::Number(_) | Cell::Missing)
}

fn cell(value: &Json) -> Cell {
    match value {
        Json::Null => Cell::Missing,
        Json::Bool(flag) => Cell::Flag(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Cell::Integer(whole),
            None => number.as_f64().map_or(Cell::Missing, Cell::Number),
        },
        Json::String(text) => Cell::Text(text.clone()),
        Json::Array(items) => Cell::List(items.iter().map(cell).collect()),
        Json::Object(_) => Cell::Text(value.to_string()),
    }
}
