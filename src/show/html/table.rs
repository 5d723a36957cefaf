//! Frames as tables, and named figures.

use regulars_plugin::{ColumnKind, ColumnManual, Result};

use super::escape::{prose, shortened};
use super::{Html, class, escape, note};
use crate::catalogue::Record;
use crate::show::cell::Format;
use crate::show::record::{figure_text, meaning_of, shown_tables, tables_aside};
use crate::show::text::count;
use crate::table::{Cell, Data, Frame};

/// Columns that are shown; a wider table is for a file.
const MOST_COLUMNS: usize = 100;
/// Rows to which a table is cut where the number is not told: the last however wide it is.
const TIDY: [usize; 7] = [1000, 500, 200, 100, 50, 20, 10];

impl Html<'_> {
    /// A frame and its notes.
    pub(super) fn frame(&self, frame: &Frame) -> Result<String> {
        let mut html = self.table(&frame.data(self.host)?, &frame.about().columns, None)?;
        html.extend(frame.notes(self.host)?.iter().map(|text| note(text)));
        Ok(html)
    }

    /// Named figures with their meanings, the tables behind them, and the notes.
    pub(super) fn record(&self, record: &Record) -> Result<String> {
        let mut html = format!("<p class=\"rg-title\">{}</p>\n", escape(&record.function));
        if !record.figures.is_empty() {
            html.push_str("<table class=\"rg-figures\"><tbody>\n");
            for (name, value) in &record.figures {
                let declared = meaning_of(record, name);
                let unit = declared.and_then(|declared| declared.unit.as_deref());
                let (role, shown) = figure_text(name, value, unit);
                let missing = if class(role).is_some() { " class=\"rg-missing\"" } else { "" };
                let unit = unit
                    .filter(|unit| *unit != "share")
                    .map(|unit| format!(" <span class=\"rg-type\">{}</span>", escape(unit)));
                let meaning = declared.map(|declared| prose(&declared.meaning)).unwrap_or_default();
                html.push_str(&format!(
                    "<tr><th scope=\"row\">{}</th><td><span{missing}>{}</span>{}</td><td>{meaning}</td></tr>\n",
                    escape(name),
                    shortened(&shown),
                    unit.unwrap_or_default(),
                ));
            }
            html.push_str("</tbody></table>\n");
        }
        for (name, frame) in shown_tables(record) {
            html.push_str(&self.table(&frame.data(self.host)?, &frame.about().columns, Some(name))?);
        }
        if let Some(frame) = &record.table {
            html.push_str(&self.frame(frame)?);
        }
        html.extend(record.notes_beside_table(self.host)?.iter().map(|text| note(text)));
        html.extend(tables_aside(record).map(|text| note(&text)));
        Ok(html)
    }

    /// A table: names with types and units, rows, and how many there are.
    fn table(&self, data: &Data, columns: &[ColumnManual], title: Option<&str>) -> Result<String> {
        let (first, last) = self.shown(data);
        let all = data.names();
        let names = &all[..all.len().min(MOST_COLUMNS)];
        let told = told(data.height(), first.height() + last.height(), &all, names.len());
        let title = title.map(|title| format!("<p class=\"rg-title\">{}</p>\n", escape(title))).unwrap_or_default();
        let told_line = format!("<p class=\"rg-count\">{}</p>\n", escape(&told));
        if names.is_empty() {
            return Ok(format!("{title}{told_line}"));
        }
        let mut head = String::new();
        let mut shown: Vec<Vec<String>> = Vec::with_capacity(names.len());
        let mut right = String::new();
        for (place, name) in names.iter().enumerate() {
            let mut cells = first.cells(name)?;
            cells.extend(last.cells(name)?);
            let declared = columns.iter().find(|column| column.name == *name);
            let unit = declared.and_then(|declared| declared.unit.as_deref());
            let format = Format::of(name, data.kind(name)?, unit, &cells);
            if format.is_right() {
                right.push_str(&format!(" r{}", place + 1));
            }
            head.push_str(&heading(name, &data.type_word(name)?, declared, format.is_right(), data.kind(name)?));
            shown.push(cells.iter().map(|cell| written(cell, &format)).collect());
        }
        let mut body = String::new();
        for row in 0..first.height() + last.height() {
            if row == first.height() && last.height() > 0 {
                let gap = vec!["<td class=\"rg-missing\">⋮"; names.len()].concat();
                body.push_str(&format!("<tr class=\"rg-gap\">{gap}\n"));
            }
            body.push_str("<tr>");
            body.extend(shown.iter().map(|cells| cells[row].as_str()));
            body.push('\n');
        }
        let label = match title.is_empty() {
            true => format!("table of {told}"),
            false => told,
        };
        // End tags of cells and rows may be left out, and are: a table of a thousand rows weighs a fourth less.
        Ok(format!(
            "{title}<div class=\"rg-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{}\">\n\
             <table class=\"rg-table{right}\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n\
             {told_line}",
            escape(&label),
        ))
    }

    /// The rows that are shown: the first ones, and the last ones where the cut is in the middle.
    fn shown(&self, data: &Data) -> (Data, Data) {
        let columns = data.names().len().clamp(1, MOST_COLUMNS);
        let rows = self.rows.min(tidy(self.values / columns));
        match data.height() > rows {
            false => (data.clone(), data.head(0)),
            true if self.is_from_start => (data.head(rows), data.head(0)),
            true => (data.head(rows.div_ceil(2)), data.tail(rows / 2)),
        }
    }
}

/// The greatest tidy number of rows up to a limit.
fn tidy(limit: usize) -> usize {
    match limit {
        usize::MAX => usize::MAX,
        limit => TIDY.into_iter().find(|rows| *rows <= limit).unwrap_or(TIDY[TIDY.len() - 1]),
    }
}

/// `1,000 of 2,357 rows × 9 columns (3 columns not shown: a, b, c)`.
fn told(height: usize, rows: usize, names: &[&str], columns: usize) -> String {
    let mut text = match (height, rows == height) {
        (0, _) => "no rows".to_owned(),
        (_, true) => count(height, "row"),
        (_, false) => format!("{} of {}", crate::show::grouped(&rows.to_string()), count(height, "row")),
    };
    text.push_str(&format!(" × {}", count(names.len(), "column")));
    let hidden = &names[columns..];
    if !hidden.is_empty() {
        text.push_str(&format!(" ({} not shown: {})", count(hidden.len(), "column"), hidden.join(", ")));
    }
    text
}

fn heading(name: &str, type_word: &str, declared: Option<&ColumnManual>, is_right: bool, kind: ColumnKind) -> String {
    let unit = declared.and_then(|declared| declared.unit.as_deref());
    let kind_told = match unit {
        Some(unit) => format!("{type_word} · {unit}"),
        None => type_word.to_owned(),
    };
    let meaning = declared.map(|declared| declared.meaning.replace('`', "")).filter(|meaning| !meaning.is_empty());
    let meaning = meaning.map(|meaning| format!(" title=\"{}\"", escape(&meaning))).unwrap_or_default();
    // Numbers are sorted as numbers; everything else sorts as it is written.
    let numeric = is_right || matches!(kind, ColumnKind::Integer | ColumnKind::Number);
    let numeric = if numeric { " data-number" } else { "" };
    format!(
        "<th scope=\"col\"{numeric}{meaning}><span class=\"rg-column\">{}</span> <span class=\"rg-type\">{}</span></th>",
        escape(name),
        escape(&kind_told),
    )
}

/// Words; long ones may take several lines.
fn words(text: &str) -> String {
    const LONG: usize = 60;
    let class = if text.chars().nth(LONG).is_some() { " class=\"rg-long\"" } else { "" };
    format!("<td{class}>{}", shortened(text))
}

/// One cell. A number whose shown text has lost digits carries the whole number to be sorted by.
fn written(cell: &Cell, format: &Format) -> String {
    let shown = format.cell(cell);
    let number = match cell {
        Cell::Missing => return format!("<td class=\"rg-missing\">{}", escape(&shown)),
        Cell::Number(number) if number.is_infinite() => {
            let sign = if *number > 0.0 { "" } else { "-" };
            return format!("<td data-v=\"{sign}Infinity\">{}", escape(&shown));
        }
        Cell::Number(number) => *number,
        Cell::Integer(number) => *number as f64,
        Cell::Text(text) => return words(text),
        _ => return words(&shown),
    };
    let is_whole = shown.replace(',', "").parse::<f64>() == Ok(number) || number.is_nan();
    // Nine digits are enough for the order, and a table of fractions weighs a fourth less.
    let near: f64 = format!("{number:.8e}").parse().unwrap_or(number);
    let key = if is_whole { String::new() } else { format!(" data-v=\"{near:?}\"") };
    format!("<td{key}>{}", escape(&shown))
}
