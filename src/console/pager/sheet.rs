//! A computed frame as it is looked through: windows of rows, and how each column is written.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, ColumnManual, Result};

use crate::show::{CellFormat, harmless, width};
use crate::table::{Cell, Data};

/// Rows looked at from the beginning, the middle and the end to choose how a column is written.
const LOOKED_AT: usize = 100;
/// No column takes more than this unasked: the whole text of a cell is a key away.
const WIDEST: usize = 48;
const WIDEST_NAME: usize = 24;

/// The numbers of the rows in another order.
pub(super) type Order = Arc<Vec<u32>>;

/// Rows of a frame from a place on, in an order.
pub(super) fn window(data: &Data, order: Option<&Order>, from: usize, count: usize) -> Result<Data> {
    match order {
        None => Ok(data.slice(from, count)),
        Some(order) => {
            let until = (from + count).min(order.len());
            data.take(&order[from.min(until)..until])
        }
    }
}

struct Look {
    format: CellFormat,
    width: usize,
}

/// A frame and how it looks.
pub(super) struct Sheet {
    data: Data,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    shown: String,
    type_line: String,
    unit: Option<String>,
    look: Option<Look>,
}

impl Sheet {
    pub(super) fn new(data: Data, manuals: &[ColumnManual]) -> Sheet {
        let column = |name: &str| {
            let unit = manuals.iter().find(|column| column.name == name).and_then(|column| column.unit.clone());
            let word = data.type_word(name).unwrap_or_default();
            let type_line = unit.as_ref().map_or(word.clone(), |unit| format!("{word} · {}", harmless(unit)));
            Column { name: name.to_owned(), shown: harmless(name).into_owned(), type_line, unit, look: None }
        };
        let columns = data.names().into_iter().map(column).collect();
        Sheet { columns, data }
    }

    pub(super) fn height(&self) -> usize {
        self.data.height()
    }

    pub(super) fn count(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn name(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| column.shown.as_str())
    }

    /// The name as the frame has it.
    pub(super) fn key(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| column.name.as_str())
    }

    pub(super) fn type_line(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |column| column.type_line.as_str())
    }

    pub(super) fn is_right(&mut self, column: usize) -> bool {
        self.look(column).is_some_and(|look| look.format.is_right())
    }

    /// The columns that a column takes on the terminal. It only ever grows, so that a table does not tremble.
    pub(super) fn width(&mut self, column: usize) -> usize {
        self.look(column).map_or(1, |look| look.width)
    }

    fn look(&mut self, column: usize) -> Option<&mut Look> {
        let height = self.data.height();
        let known = self.columns.get_mut(column)?;
        if known.look.is_none() {
            let starts = [0, (height / 2).saturating_sub(LOOKED_AT / 2), height.saturating_sub(LOOKED_AT)];
            let cells: Vec<Cell> = starts
                .iter()
                .flat_map(|from| self.data.slice(*from, LOOKED_AT).cells(&known.name).unwrap_or_default())
                .collect();
            let kind = self.data.kind(&known.name).unwrap_or(ColumnKind::Any);
            let format = CellFormat::of(&known.name, kind, known.unit.as_deref(), &cells);
            let widest = cells.iter().map(|cell| width(&format.cell(cell))).max().unwrap_or(0);
            // Room for the mark of the order behind the name.
            let name = (width(&known.shown) + 2).min(WIDEST_NAME);
            let least = name.max(width(&known.type_line).min(WIDEST_NAME));
            known.look = Some(Look { format, width: widest.min(WIDEST).max(least) });
        }
        known.look.as_mut()
    }

    /// The cells of a column in a window of rows, each whether it is missing, and its text.
    pub(super) fn texts(&mut self, rows: &Data, column: usize) -> Vec<(bool, String)> {
        let cells = rows.cells(&self.columns[column].name).unwrap_or_default();
        let Some(look) = self.look(column) else { return Vec::new() };
        let texts: Vec<(bool, String)> =
            cells.iter().map(|cell| (*cell == Cell::Missing, look.format.cell(cell))).collect();
        let widest = texts.iter().map(|(_, text)| width(text)).max().unwrap_or(0);
        look.width = look.width.max(widest.min(WIDEST));
        texts
    }

    pub(super) fn window(&self, order: Option<&Order>, from: usize, count: usize) -> Data {
        // The numbers of an order are those of this frame's rows, so taking them cannot fail.
        window(&self.data, order, from, count).unwrap_or_else(|_| self.data.slice(from, count))
    }
}
