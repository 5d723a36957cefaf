//! What can be wrong with a separated text file, told with its line before any value is read.

use regulars_plugin::{Failure, Host, Result};

use super::kinds::shown;
use super::scan::{Field, Row, Rows};
use super::told::Stage;
use super::{Layout, names_twice};
use crate::files::text::line;
use crate::table::{EXAMPLES, thousands};

/// Characters of a wrong line that are told.
const SHOWN: usize = 70;

/// Bytes of a piece that one thread works on.
const PIECE: usize = 1 << 20;

/// How the rows of a file lie.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Names of the columns.
    pub(super) names: Vec<String>,
    /// Columns whose name was made here.
    pub(super) unnamed: usize,
    /// Whole rows, in pieces: beginning, end, line of the beginning.
    pub(super) pieces: Vec<(usize, usize, usize)>,
    /// Rows that can be used.
    pub(super) rows: usize,
    /// Rows that cannot.
    pub(super) rejected: usize,
    /// The first of them.
    pub(super) examples: Vec<String>,
    /// Values with text behind their closing quote, and the line of the first.
    pub(super) stray: (usize, usize),
}

/// Whether a row is a line with nothing on it. In a file of one column it is a missing value, as in pandas.
pub(super) fn is_blank(text: &[u8], fields: &[Field], wanted: usize) -> bool {
    wanted > 1 && matches!(fields, [only] if !only.quoted && only.raw(text).is_empty())
}

/// Looks at every row once: rows of another length than the first are counted, a quote that is never closed is refused.
pub(super) fn shape(
    layout: &Layout<'_>,
    text: &[u8],
    begin: (usize, usize),
    strict: bool,
    host: &dyn Host,
) -> Result<Shape> {
    let mut rows = Rows::new(text, layout.marks, begin.0, text.len(), begin.1);
    let mut fields = Vec::new();
    let mut shape = Shape::default();
    let mut wanted = 0;
    let mut piece = begin;
    let mut refusal = None;
    let told = layout.told(Stage::Rows, host);
    while let Some(row) = rows.next(&mut fields) {
        if row.unclosed {
            return Err(unclosed(layout.path, text, row));
        }
        if wanted == 0 {
            // Blank lines above the first row are none.
            if is_blank(text, &fields, 2) {
                continue;
            }
            wanted = fields.len();
            named(layout, text, row, &fields, &mut shape)?;
            if layout.has_header {
                piece = rows.place();
                continue;
            }
            piece = (row.start, row.line);
        }
        let stray = fields.iter().filter(|field| field.stray).count();
        if stray > 0 {
            if shape.stray.0 == 0 {
                shape.stray.1 = row.line;
            }
            shape.stray.0 += stray;
        }
        if fields.len() == wanted {
            shape.rows += 1;
        } else if !is_blank(text, &fields, wanted) {
            shape.rejected += 1;
            if shape.examples.len() < EXAMPLES {
                shape.examples.push(format!(
                    "line {}: {} of {wanted} fields, `{}`",
                    thousands(row.line),
                    fields.len(),
                    shown(&text_at(text, row.start))
                ));
            }
            let failure = || ragged(layout.path, text, row, fields.len(), wanted);
            if strict {
                return Err(failure());
            }
            refusal.get_or_insert_with(failure);
        }
        let (at, next_line) = rows.place();
        if at - piece.0 >= PIECE {
            shape.pieces.push((piece.0, at, piece.1));
            piece = (at, next_line);
            told.read(at, text.len());
            if host.is_cancelled() {
                return Err(Failure::interrupted());
            }
        }
    }
    if rows.place().0 > piece.0 {
        shape.pieces.push((piece.0, rows.place().0, piece.1));
    }
    match refusal {
        // Where more rows are wrong than right, the file is something else than was thought.
        Some(refusal) if shape.rejected > shape.rows => Err(refusal
            .help(format!("{} of {} rows are so", thousands(shape.rejected), thousands(shape.rejected + shape.rows)))
            .help("lines above the table are passed over with `skip_rows: 3`")),
        _ => Ok(shape),
    }
}

/// The names of the columns.
fn named(layout: &Layout<'_>, text: &[u8], row: Row, fields: &[Field], shape: &mut Shape) -> Result<()> {
    let path = layout.path;
    if let [only] = fields {
        let first = only.said(text, layout.marks);
        let other = [';', '\t', '|', ','].into_iter().find(|mark| !only.quoted && first.contains(*mark));
        if let Some(mark) = other.filter(|_| layout.has_header) {
            let shown = if mark == '\t' { "\\t".to_owned() } else { mark.to_string() };
            return Err(Failure::new(format!(
                "`{path}`, line {}: there is one column only, but the line holds `{shown}`",
                row.line
            ))
            .help(format!("say so: `read_csv(\"{path}\", #{{separator: \"{shown}\"}})`")));
        }
    }
    for (place, field) in fields.iter().enumerate() {
        let name = if layout.has_header { field.said(text, layout.marks).into_owned() } else { String::new() };
        shape.names.push(if name.trim().is_empty() {
            shape.unnamed += 1;
            format!("column_{}", place + 1)
        } else {
            name
        });
    }
    match names_twice(&shape.names) {
        Some(name) => Err(Failure::new(format!("`{path}`, line {}: two columns are called `{name}`", row.line))
            .help("give one of them another name in the header")),
        None => Ok(()),
    }
}

fn ragged(path: &str, text: &[u8], row: Row, fields: usize, wanted: usize) -> Failure {
    let plural = if fields == 1 { "field" } else { "fields" };
    let failure =
        Failure::new(format!("`{path}`, line {}: {fields} {plural}, but the first line has {wanted}", row.line))
            .help(format!("the line is: {}", text_at(text, row.start)));
    if fields > wanted {
        failure.help("put fields that hold a separator into double quotes")
    } else {
        failure.help("complete the line, or take it out; an empty field is written as nothing between two separators")
    }
}

/// A quote that is opened and takes the rest of the file with it.
fn unclosed(path: &str, text: &[u8], row: Row) -> Failure {
    Failure::new(format!("`{path}`, line {}: a double quote is opened and never closed", line(text, row.start)))
        .help(format!("the line is: {}", text_at(text, row.start)))
        .help("close it, or write it twice where it belongs to the text: `\"5\"\" disk\"`")
        .help("`quote: \"\"` reads quotes as letters like any other")
}

/// The beginning of the line that begins there.
fn text_at(text: &[u8], start: usize) -> String {
    let line = text[start..].split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut shown: String = line.chars().take(SHOWN).collect();
    if line.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}
