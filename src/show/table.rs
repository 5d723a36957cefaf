//! A frame as a table that fits the width.

use regulars_plugin::{ColumnKind, ColumnManual};

use super::cell::Format;
use super::layout::{GAP, Layout, Wish};
use super::prose::wrap;
use super::text::{count, cut, harmless, headings, padding, width as columns_of};
use super::{Page, Role};
use crate::table::{Cell, Data};

/// Text columns are narrowed to this before a column is left out.
const NARROW: usize = 8;
/// Names above numbers keep this much: a number whose name cannot be read says nothing.
const NARROW_NAME: usize = 12;

/// Shows a frame: names, types with their units, the rows (head and tail where there are more than `rows`), and
/// the numbers of rows and columns. `columns` declares units and may lack columns, or be empty.
pub fn table(data: &Data, columns: &[ColumnManual], width: usize, rows: usize) -> Page {
    let cuts = data.height() > rows;
    let (head, tail) = shown(data, rows);
    let columns = columns_shown(data, columns, rows);
    let layout = layout(&columns, width);
    let mut table = Table { columns, layout };

    let mut page = Page::new();
    if table.columns.is_empty() {
        table.footer(&mut page, data.height(), width);
        return page;
    }
    table.shorten_names();
    table.line(&mut page, "…", |column, _| (Role::Name, column.heading.clone()));
    table.line(&mut page, "", |column, width| (Role::Type, column.type_line(width)));
    page.role(Role::Type, &"─".repeat(table.width())).line();
    for row in 0..head + tail {
        if cuts && row == head {
            table.line(&mut page, "⋮", |_, _| (Role::Missing, "⋮".to_owned()));
        }
        table.line(&mut page, "…", |column, _| column.cell(row));
    }
    if cuts && tail == 0 {
        table.line(&mut page, "⋮", |_, _| (Role::Missing, "⋮".to_owned()));
    }
    table.footer(&mut page, data.height(), width);
    page
}

/// Whether rows or columns would be left out.
pub fn is_cut(data: &Data, columns: &[ColumnManual], width: usize, rows: usize) -> bool {
    let columns = columns_shown(data, columns, rows);
    data.height() > rows || layout(&columns, width).leaves_out(columns.len())
}

/// How many rows are shown from the beginning, and from the end.
fn shown(data: &Data, rows: usize) -> (usize, usize) {
    if data.height() > rows { (rows.div_ceil(2), rows / 2) } else { (data.height(), 0) }
}

fn columns_shown(data: &Data, columns: &[ColumnManual], rows: usize) -> Vec<Column> {
    let (head, tail) = shown(data, rows);
    let (first, last) = (data.head(head), data.tail(tail));
    let column = |name| {
        let declared = columns.iter().find(|column| column.name == name);
        Column::of(name, &first, &last, declared.and_then(|column| column.unit.as_deref()))
    };
    data.names().into_iter().map(column).collect()
}

/// A column with the cells that are shown.
struct Column {
    name: String,
    /// What is written of the name.
    heading: String,
    type_word: String,
    unit: Option<String>,
    format: Format,
    cells: Vec<Cell>,
    texts: Vec<String>,
}

impl Column {
    fn of(name: &str, first: &Data, last: &Data, unit: Option<&str>) -> Column {
        // The names come from the data itself, so none of these can fail.
        let mut cells = first.cells(name).unwrap_or_default();
        cells.extend(last.cells(name).unwrap_or_default());
        let format = Format::of(name, first.kind(name).unwrap_or(ColumnKind::Any), unit, &cells);
        let texts = cells.iter().map(|cell| format.cell(cell)).collect();
        Column {
            name: harmless(name).into_owned(),
            heading: harmless(name).into_owned(),
            type_word: first.type_word(name).unwrap_or_default(),
            unit: unit.map(|unit| harmless(unit).into_owned()),
            format,
            cells,
            texts,
        }
    }

    fn cell(&self, row: usize) -> (Role, String) {
        let role = if self.cells.get(row) == Some(&Cell::Missing) { Role::Missing } else { Role::Plain };
        (role, self.texts.get(row).cloned().unwrap_or_default())
    }

    /// Type and unit, as much of them as fits.
    fn type_line(&self, width: usize) -> String {
        let long = self.unit.as_ref().map(|unit| format!("{} · {unit}", self.type_word));
        let fits = |text: &String| columns_of(text) <= width;
        long.filter(fits)
            .or_else(|| Some(self.type_word.clone()).filter(fits))
            .unwrap_or_else(|| short(&self.type_word).to_owned())
    }

    fn wish(&self, with_type: bool) -> Wish {
        let cells = self.texts.iter().map(|text| columns_of(text)).max().unwrap_or(0);
        let name = columns_of(&self.name);
        let kind = if with_type { columns_of(&self.type_line(usize::MAX)) } else { columns_of(short(&self.type_word)) };
        let natural = cells.max(name).max(kind);
        // A number, a date or a flag is whole or worthless.
        let is_text = self.cells.iter().any(|cell| matches!(cell, Cell::Text(_) | Cell::List(_) | Cell::Struct(_)));
        let least = if is_text { cells.min(NARROW).max(name.min(NARROW)) } else { cells.max(name.min(NARROW_NAME)) };
        Wish { natural, least: least.max(columns_of(short(&self.type_word))) }
    }
}

/// A type in at most four letters, for narrow columns.
fn short(type_word: &str) -> &str {
    match type_word {
        "integer" => "int",
        "number" => "num",
        "datetime" | "duration" => "time",
        "category" => "cat",
        "empty" => "–",
        word => super::text::beginning(word, 4).trim_end(),
    }
}

/// Types and units are written out where the whole table has room for them.
fn layout(columns: &[Column], width: usize) -> Layout {
    let roomy: Vec<Wish> = columns.iter().map(|column| column.wish(true)).collect();
    let needed: usize = roomy.iter().map(|wish| wish.natural + GAP).sum();
    if needed <= width.saturating_add(GAP) {
        return Layout::fit(&roomy, width);
    }
    let tight: Vec<Wish> = columns.iter().map(|column| column.wish(false)).collect();
    Layout::fit(&tight, width)
}

struct Table {
    columns: Vec<Column>,
    layout: Layout,
}

impl Table {
    fn leaves_out(&self) -> bool {
        self.layout.leaves_out(self.columns.len())
    }

    fn width(&self) -> usize {
        let shown = self.layout.widths.len() + usize::from(self.leaves_out());
        self.layout.widths.iter().sum::<usize>() + usize::from(self.leaves_out()) + GAP * shown.saturating_sub(1)
    }

    /// Cuts the names of the shown columns to their widths.
    fn shorten_names(&mut self) {
        let from_right = self.columns.len() - self.layout.right;
        let places: Vec<usize> = (0..self.layout.left).chain(from_right..self.columns.len()).collect();
        let names: Vec<&str> = places.iter().map(|at| self.columns[*at].name.as_str()).collect();
        let headings = headings(&names, &self.layout.widths);
        for (at, heading) in places.into_iter().zip(headings) {
            self.columns[at].heading = heading;
        }
    }

    /// One line across the shown columns; `left_out` stands in for the columns that are not.
    fn line(&self, page: &mut Page, left_out: &str, part: impl Fn(&Column, usize) -> (Role, String)) {
        let from_right = self.columns.len() - self.layout.right;
        let shown = self.columns[..self.layout.left].iter().chain(&self.columns[from_right..]);
        let mark = |page: &mut Page| {
            page.role(Role::Missing, left_out).space(1 - columns_of(left_out).min(1) + GAP);
        };
        for (index, (column, &width)) in shown.zip(&self.layout.widths).enumerate() {
            if index == self.layout.left && self.leaves_out() {
                mark(page);
            }
            let (role, text) = part(column, width);
            let text = cut(&text, width);
            let padding = padding(&text, width);
            if column.format.is_right() {
                page.text(&padding).role(role, &text);
            } else {
                page.role(role, &text).text(&padding);
            }
            page.space(GAP);
        }
        if self.layout.right == 0 && self.leaves_out() {
            mark(page);
        }
        page.line();
    }

    /// `2,357 rows × 9 columns (3 columns not shown: a, b, c)`.
    fn footer(&self, page: &mut Page, height: usize, width: usize) {
        let rows = if height == 0 { "no rows".to_owned() } else { count(height, "row") };
        let mut text = format!("{rows} × {}", count(self.columns.len(), "column"));
        let hidden = &self.columns[self.layout.left..self.columns.len() - self.layout.right];
        if !hidden.is_empty() {
            let names: Vec<&str> = hidden.iter().map(|column| column.name.as_str()).collect();
            // Two lines of names; who has more asks for the schema.
            let mut listed = String::new();
            let mut taken = 0;
            for name in &names {
                if taken > 0 && columns_of(&listed) + columns_of(name) > 2 * width.saturating_sub(24) {
                    break;
                }
                listed.push_str(if taken == 0 { "" } else { ", " });
                listed.push_str(name);
                taken += 1;
            }
            let more = names.len() - taken;
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            text.push_str(&format!(" ({} not shown: {listed}{rest})", count(hidden.len(), "column")));
        }
        for line in wrap(&text, width) {
            page.role(Role::Note, &line).line();
        }
    }
}
