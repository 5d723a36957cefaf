//! Frames made by hand.

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic};

use crate::catalogue::VerbGroup::Frames;
use crate::script::bind::{Bound, verb};
use crate::script::convert::cell;
use crate::table::{Cell, Frame};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(
            Frames,
            "frame",
            "frame(#{name: [values]})",
            "Makes a frame of lists, one for each column; columns stand in the order of the alphabet.",
        )
        .example("frame(#{customer: [\"ann\", \"bob\"], amount: [10, 20]})")
        .does(1, 1, |call| {
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

fn column(name: &str, value: &Dynamic) -> Result<(String, Vec<Cell>)> {
    let list = value.read_lock::<Array>().ok_or_else(|| {
        Failure::new(format!("column `{name}` is {}, but a list is wanted", crate::script::convert::kind(value)))
            .help(format!("write `{name}: [1, 2, 3]`"))
    })?;
    let cells: Result<Vec<Cell>> = list.iter().map(cell).collect();
    cells.map(|cells| (name.to_owned(), cells)).map_err(|failure| failure.within(format!("column `{name}`")))
}
