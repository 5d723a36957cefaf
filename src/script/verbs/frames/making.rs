//! Frames made by hand.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, ImmutableString, Map};

use crate::catalogue::VerbGroup::Frames;
use crate::script::bind::{Bound, verb};
use crate::script::convert::{cell, kind};
use crate::table::{Cell, Frame};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(
            Frames,
            "frame",
            "frame(#{name: [values]})",
            "Makes a frame of lists, one for each column, or of a list of maps, one for each row, as `frame.rows()` \
             gives them; columns stand in the order of the alphabet. A value may be a list or a map itself.",
        )
        .example("frame(#{customer: [\"ann\", \"bob\"], amount: [10, 20]})")
        .does(1, 1, |call| {
            if let Some(rows) = call.values[0].read_lock::<Array>() {
                return of_rows(&rows);
            }
            if !call.values[0].is_map() {
                return Err(call
                    .refuse(0, "a map of lists")
                    .help("write one list for each column: `frame(#{name: [\"Ann\", \"Bob\"], amount: [10, 20]})`"));
            }
            let columns: Result<Vec<(String, Vec<Cell>)>> =
                call.map(0)?.iter().map(|(name, value)| column(name, value)).collect();
            Frame::from_cells(&columns?)
        }),
    ]
}

/// One row for each map; what a map does not have is missing in its row.
fn of_rows(rows: &Array) -> Result<Frame> {
    let mut columns: BTreeMap<ImmutableString, Vec<Cell>> = BTreeMap::new();
    for (row, value) in rows.iter().enumerate() {
        let map = value.read_lock::<Map>().ok_or_else(|| {
            Failure::new(format!("entry {row} of the list is {}, but a map is wanted for each row", kind(value)))
                .help("write rows as maps: `frame([#{name: \"Ann\", amount: 10}, #{name: \"Bob\", amount: 20}])`")
                .help("or one list for each column: `frame(#{name: [\"Ann\", \"Bob\"], amount: [10, 20]})`")
        })?;
        for (name, value) in map.iter() {
            let value = cell(value).map_err(|failure| failure.within(format!("column `{name}`")))?;
            let cells = columns.entry(name.as_str().into()).or_default();
            cells.resize(row, Cell::Missing);
            cells.push(value);
        }
    }
    let full = |(name, mut cells): (ImmutableString, Vec<Cell>)| {
        cells.resize(rows.len(), Cell::Missing);
        (name.to_string(), cells)
    };
    Frame::from_cells(&columns.into_iter().map(full).collect::<Vec<_>>())
}

fn column(name: &str, value: &Dynamic) -> Result<(String, Vec<Cell>)> {
    let list = value.read_lock::<Array>().ok_or_else(|| {
        Failure::new(format!("column `{name}` is {}, but a list is wanted", kind(value)))
            .help(format!("write `{name}: [1, 2, 3]`"))
    })?;
    let cells: Result<Vec<Cell>> = list.iter().map(cell).collect();
    cells.map(|cells| (name.to_owned(), cells)).map_err(|failure| failure.within(format!("column `{name}`")))
}
