//! Values taken out of a frame, one by one or row by row.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, EvalAltResult, FnPtr, Map, Module};

use crate::catalogue::VerbGroup::Frames;
use crate::script::World;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, thrown, verb};
use crate::script::convert::{cell, kind};
use crate::table::{Cell, Data, Frame};

/// Rows that `rows()` makes a list of; `for row in frame` goes through any number.
const MOST_ROWS: usize = 1_000_000;
/// The column of what a function answers for a row, where it answers no map.
const VALUE: &str = "value";

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "to_list", "frame.to_list(column)", "The values of a column as a list.")
            .on::<Frame>()
            .does(1, 1, |call| {
                let data = call.frame(0)?.data(call.world.host())?;
                let values: Array = data.cells(&call.text(1)?)?.iter().map(dynamic_of_cell).collect();
                Ok(Dynamic::from(values))
            })
            .fails_early(),
        verb(Frames, "row", "frame.row(place)", "A row as a map, counted from 0; -1 is the last.")
            .example("sample(\"cdnow\").row(0).amount")
            .on::<Frame>()
            .does(1, 1, |call| {
                let data = call.frame(0)?.data(call.world.host())?;
                Ok(Dynamic::from(map_of_row(&data, row_at(&data, call.integer(1)?)?)))
            }),
        verb(Frames, "rows", "frame.rows()", "The rows as a list of maps, for up to a million rows. `for row in frame { … }` goes through the rows one by one and needs no list.")
            .example("sample(\"cdnow\").head(2).rows()")
            .on::<Frame>()
            .does(0, 0, |call| {
                let data = call.frame(0)?.data(call.world.host())?;
                if data.height() > MOST_ROWS {
                    return Err(Failure::new(format!("the list would hold {} rows", data.height()))
                        .help("go through them one by one: `for row in frame { … }`")
                        .help("quicker by far is to work on columns: `frame.with_columns(…)`"));
                }
                Ok(Dynamic::from((0..data.height()).map(|row| map_of_row(&data, row).into()).collect::<Array>()))
            }),
        verb(Frames, "item", "frame.item(row, column)", "The only value of a frame of one row and one column, or the value at a place.")
            .example("sample(\"cdnow\").select(col(\"amount\").sum()).item()")
            .on::<Frame>()
            .does(0, 2, item),
        verb(Frames, "map_rows", "frame.map_rows(|row| …)", "What a function answers for each row, given as a map: a map becomes a row of new columns, any other value a row of the column \"value\". Slow, as the function runs row by row; expressions do the same hundreds of times quicker.")
            .example("frame(#{a: [1, 2], b: [10, 20]}).map_rows(|row| #{sum: row.a + row.b})")
            .on::<Frame>()
            .does(1, 1, map_rows),
        verb(Frames, "pipe", "frame.pipe(function)", "What a function answers for the frame: steps of your own between others. `frame.pipe(clean)` is `clean.call(frame)`.")
            .example("let large = |orders| orders.filter(col(\"amount\") > 100);\nsample(\"cdnow\").pipe(large).height")
            .on::<Frame>()
            .does(1, 1, |call| {
                let function = call.function(1, "frame.pipe(|orders| orders.head(3))")?;
                call.call(&function, vec![Dynamic::from(call.frame(0)?)], None)
            }),
    ]
}

/// What `for row in frame` goes through: the rows as maps, made one by one.
pub(in crate::script) fn iterators(world: &Arc<World>) -> Module {
    type Rows = Box<dyn Iterator<Item = std::result::Result<Dynamic, Box<EvalAltResult>>>>;
    let mut module = Module::new();
    let world = Arc::clone(world);
    module.set_iter_result(TypeId::of::<Frame>(), move |value| {
        let data = match value.read_lock::<Frame>() {
            Some(frame) => frame.data(world.host()),
            None => Err(Failure::new("this is no frame")),
        };
        match data {
            Ok(data) => Box::new((0..data.height()).map(move |row| Ok(map_of_row(&data, row).into()))) as Rows,
            Err(failure) => Box::new(std::iter::once(Err(thrown(failure)))),
        }
    });
    module
}

fn map_of_row(data: &Data, row: usize) -> Map {
    data.row(row).into_iter().map(|(name, cell)| (name.into(), dynamic_of_cell(&cell))).collect()
}

fn row_at(data: &Data, place: i64) -> Result<usize> {
    let height = data.height();
    let from_start = if place < 0 { place.checked_add(height as i64) } else { Some(place) };
    from_start.and_then(|place| usize::try_from(place).ok()).filter(|row| *row < height).ok_or_else(|| {
        Failure::new(format!("row {place} is asked for, but the frame has {height}"))
            .help("rows are counted from 0; -1 is the last")
    })
}

fn item(call: &Arguments<'_>) -> Result<Dynamic> {
    let frame = call.frame(0)?;
    if call.count() == 2 {
        return Err(
            Failure::new("`item` takes nothing, or a row and a column").help("write `frame.item(0, \"amount\")`")
        );
    }
    let data = frame.data(call.world.host())?;
    if call.count() == 3 {
        let row = row_at(&data, call.integer(1)?)?;
        return Ok(dynamic_of_cell(&data.cell(&call.text(2)?, row)?));
    }
    let names = data.names();
    match (names.as_slice(), data.height()) {
        ([name], 1) => Ok(dynamic_of_cell(&data.cell(name, 0)?)),
        (names, rows) => Err(Failure::new(format!(
            "a frame of one value is wanted, but this one has {rows} rows and {} columns",
            names.len()
        ))
        .help("choose the place: `frame.item(0, \"amount\")`")
        .help("or make it one value first: `frame.select(col(\"amount\").sum()).item()`")),
    }
}

fn map_rows(call: &Arguments<'_>) -> Result<Frame> {
    let frame = call.frame(0)?;
    let function: FnPtr = call.function(1, "frame.map_rows(|row| row.amount * 2)")?;
    let host = call.world.host();
    let data = frame.data(host)?;
    let height = data.height();
    let mut answers = Answers::default();
    for row in 0..height {
        if host.is_cancelled() {
            return Err(Failure::interrupted());
        }
        if row % 1_000 == 0 {
            host.progress(row as u64, height as u64, "rows");
        }
        let answer = call.call(&function, vec![map_of_row(&data, row).into()], Some(row))?;
        answers.add(row, &answer).map_err(|failure| failure.within(format!("row {row}")))?;
    }
    if height == 0 {
        // Nobody knows what the function would have answered.
        return Frame::from_cells(&[]);
    }
    let made = answers.frame(&frame.names())?;
    Ok(made.with_about(frame.origin_of_other_columns()))
}

/// What a function has answered for the rows so far.
#[derive(Default)]
struct Answers {
    columns: BTreeMap<String, Vec<Cell>>,
    /// Whether the rows before were answered with maps.
    maps: Option<bool>,
}

impl Answers {
    fn add(&mut self, row: usize, answer: &Dynamic) -> Result<()> {
        if *self.maps.get_or_insert(answer.is_map()) != answer.is_map() {
            return Err(Failure::new(format!(
                "the function answers {} here, unlike for the rows before",
                kind(answer)
            ))
            .help("answer a map for every row, or for none"));
        }
        match answer.read_lock::<Map>() {
            Some(map) => map.iter().try_for_each(|(name, value)| self.put(row, name, value))?,
            None => self.put(row, VALUE, answer)?,
        }
        for cells in self.columns.values_mut().filter(|cells| cells.len() == row) {
            cells.push(Cell::Missing);
        }
        Ok(())
    }

    fn put(&mut self, row: usize, name: &str, value: &Dynamic) -> Result<()> {
        let cell = cell(value)?;
        // What the rows before did not answer is missing there.
        let cells = self.columns.entry(name.to_owned()).or_insert_with(|| vec![Cell::Missing; row]);
        let before = match cell {
            Cell::Missing => None,
            _ => cells.iter().rfind(|before| **before != Cell::Missing),
        };
        if let Some(before) = before.filter(|before| !before.goes_with(&cell)) {
            return Err(Failure::new(format!(
                "`{name}` is {} here, but {} in the rows before",
                cell.kind(),
                before.kind()
            ))
            .help("a column holds one kind: make the values of one kind, for example with `to_string(x)`"));
        }
        cells.push(cell);
        Ok(())
    }

    /// Maps have no order: columns whose names are known come first, in their order.
    fn frame(mut self, known: &[String]) -> Result<Frame> {
        if self.columns.is_empty() {
            return Err(Failure::new("the function answered no column for any row")
                .help("answer a map or a value: `|row| #{sum: row.a + row.b}`"));
        }
        let first = known.iter().filter_map(|name| self.columns.remove_entry(name));
        let mut columns: Vec<(String, Vec<Cell>)> = first.collect();
        columns.extend(self.columns);
        Frame::from_cells(&columns)
    }
}

fn dynamic_of_cell(cell: &Cell) -> Dynamic {
    match cell {
        Cell::Missing => Dynamic::UNIT,
        Cell::Integer(number) => (*number).into(),
        Cell::Number(number) => (*number).into(),
        Cell::Text(text) => text.clone().into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Date(date) => Dynamic::from(crate::script::convert::Day(*date)),
        Cell::Time(time) => Dynamic::from(crate::script::convert::Moment(*time)),
        Cell::List(cells) => cells.iter().map(dynamic_of_cell).collect::<Array>().into(),
        Cell::Struct(fields) => {
            let entries = fields.iter().map(|(name, cell)| (name.as_str().into(), dynamic_of_cell(cell)));
            entries.collect::<Map>().into()
        }
    }
}

/// A column that a script tries to set in place.
pub(in crate::script) fn unchangeable(name: &str) -> Failure {
    Failure::new(format!("a frame is not changed in place, so `{name}` cannot be assigned"))
        .help(format!("make a new frame: `let tx = tx.with_columns((col(\"amount\") * 2).alias(\"{name}\"));`"))
}
