//! What tests of scripts claim: `regulars test` runs them, and anywhere else they stop the script where they do not hold.

mod difference;
mod frames;

use regulars_plugin::{Failure, Result};
use rhai::{Dynamic, EvalAltResult, ImmutableString, Map};

use crate::catalogue::VerbGroup::Tests;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, verb};
use crate::script::convert::{cell, kind, value_of};
use crate::script::failure::{Reading, translate};
use crate::show;
use crate::table::{Cell, Frame};
use difference::{Tolerance, differences, shown};
use frames::Manner;

/// Differences within one value that are told.
const TOLD: usize = 5;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Tests, "assert", "assert(condition, message)", "Stops with the message unless the condition is true; in a test, that is a failure.")
            .example("assert(sample(\"cdnow\").height > 0, \"there are orders\")")
            .does(1, 2, assert)
            .ahead(nothing),
        verb(
            Tests,
            "assert_eq",
            "assert_eq(left, right)",
            "Stops unless both values are the same: numbers, text, dates, lists and maps, `1` and `1.0` alike. It tells where they differ.",
        )
        .example("assert_eq([1, 2, 3].len(), 3)")
        .does(2, 2, |call| same("assert_eq", call, Tolerance::NONE))
        .ahead(nothing),
        verb(
            Tests,
            "assert_close",
            "assert_close(left, right, #{absolute, relative})",
            "Stops unless both numbers, or the numbers in both lists or maps, lie within a tolerance: 1e-9 of the larger one, or 1e-12, unless told.",
        )
        .example("assert_close(0.1 + 0.2, 0.3)")
        .does(2, 3, |call| {
            let options = call.map(2)?;
            only(&options, &["absolute", "relative"])?;
            same("assert_close", call, Tolerance::of(&options, Tolerance::CLOSE)?)
        })
        .ahead(nothing),
        verb(
            Tests,
            "assert_frame",
            "assert_frame(left, right, #{absolute, relative, order, types})",
            "Stops unless both frames hold the same: columns in any order, types, rows. It tells the rows that differ. `order: false` leaves the \
             order of the rows aside, `types: false` the types; a tolerance is none unless told.",
        )
        .example("assert_frame(frame(#{a: [1, 2]}), frame(#{a: [2, 1]}), #{order: false})")
        .does(2, 3, frames)
        .ahead(nothing),
        verb(
            Tests,
            "assert_fails",
            "assert_fails(function, part)",
            "Stops unless the function fails, with this part in its message where one is given: `assert_fails(|| c::by_month(1), \"a frame\")`.",
        )
        .does(1, 2, fails)
        .ahead(nothing),
        verb(
            Tests,
            "assert_snapshot",
            "assert_snapshot(value, name)",
            "Stops unless the value shows what the file beside the test says, in the folder `snapshots`. `regulars test --review` accepts what is new.",
        )
        .does(1, 2, snapshot)
        .ahead(nothing),
    ]
}

/// A claim is not tried before the script runs: that it does not hold is what a test finds out.
fn nothing(_: &Arguments<'_>) -> Result<Ahead> {
    Ok(Ahead::Is(Dynamic::UNIT))
}

fn assert(call: &Arguments<'_>) -> Result<()> {
    let holds = call.values[0].as_bool().map_err(|_| {
        let failure =
            Failure::new(format!("`assert` was given {}, but true or false is wanted", kind(&call.values[0])));
        match kind(&call.values[0]) {
            "an expression" => {
                failure.help("a condition on a column holds row by row: `assert(frame.filter(!condition).height == 0)`")
            }
            _ => failure.help("compare something: `assert(x > 10)`"),
        }
    })?;
    match (holds, call.count()) {
        (true, _) => Ok(()),
        (false, 1) => {
            Err(Failure::new("the condition does not hold").help("`assert_eq(left, right)` would tell both values"))
        }
        (false, _) => Err(Failure::new(call.text(1)?).help("the condition does not hold")),
    }
}

fn same(word: &str, call: &Arguments<'_>, tolerance: Tolerance) -> Result<()> {
    let value = |place: usize| -> Result<Cell> {
        let value = &call.values[place];
        match kind(value) {
            "a frame" | "a record" => Err(Failure::new(format!("`{word}` was given {}", kind(value))).help(
                "frames are compared by `assert_frame(left, right)`, figures of an answer by their names: `answer.auc`",
            )),
            _ => cell(value).map_err(|_| {
                Failure::new(format!("`{word}` cannot compare {}", kind(value)))
                    .help("it compares numbers, text, true and false, dates, lists and maps of them, and `()`")
            }),
        }
    };
    let (left, right) = (value(0)?, value(1)?);
    let found = differences(&left, &right, tolerance);
    let Some(first) = found.first() else { return Ok(()) };
    let message = if tolerance.is_any() { "the values are not close" } else { "the values differ" };
    let mut failure = Failure::new(message);
    if found.len() == 1 && first.path.is_empty() {
        failure = failure.help(first.what.clone());
    } else {
        for one in found.iter().take(TOLD) {
            let at = if one.path.is_empty() { String::new() } else { format!("at {}: ", one.path) };
            failure = failure.help(format!("{at}{}", one.what));
        }
        if found.len() > TOLD {
            failure = failure.help(format!("and at {} more places", found.len() - TOLD));
        }
        failure = failure.help(format!("left: {}", shown(&left))).help(format!("right: {}", shown(&right)));
    }
    Err(match tolerance.is_any() {
        true => failure.help(format!("the tolerance is {}", tolerance.words())),
        false => failure,
    })
}

fn frames(call: &Arguments<'_>) -> Result<()> {
    let options = call.map(2)?;
    only(&options, &["absolute", "relative", "order", "types"])?;
    let flag = |name: &str| match options.get(name) {
        None => Ok(true),
        Some(value) => value
            .as_bool()
            .map_err(|_| Failure::new(format!("`{name}` is {}, but true or false is wanted", kind(value)))),
    };
    let manner =
        Manner { tolerance: Tolerance::of(&options, Tolerance::NONE)?, order: flag("order")?, types: flag("types")? };
    let frame = |place: usize| -> Result<Frame> {
        call.frame(place).map_err(|failure| failure.help("values are compared by `assert_eq(left, right)`"))
    };
    match frames::compare(&frame(0)?, &frame(1)?, &manner, call.world.host())? {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

fn only(options: &Map, known: &[&str]) -> Result<()> {
    match options.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Failure::new(format!("there is no option `{name}`")).near(name, known.iter().copied())),
        None => Ok(()),
    }
}

fn fails(call: &Arguments<'_>) -> Result<()> {
    let function = call.function(0, "|| tx.rfm(#{bins: 1})")?;
    let part = if call.count() > 1 { Some(call.text(1)?) } else { None };
    if call.call(&function, Vec::new(), None).is_ok() {
        return Err(Failure::new("it does not fail").help("the function came to its end, but was to fail"));
    }
    let Some(error) = call.thrown() else { return Ok(()) };
    if matches!(error.unwrap_inner(), EvalAltResult::ErrorTerminated(..)) {
        return Err(Failure::interrupted());
    }
    let reading = Reading {
        catalogue: &call.world.catalogue,
        variables: &[],
        functions: &[],
        modules: &[],
        source: "",
        text: None,
    };
    let failure = translate(&error, &reading);
    if failure.cancelled {
        return Err(Failure::interrupted());
    }
    let told = failure.to_string();
    match part {
        Some(part) if !told.contains(&part) => Err(Failure::new("it fails with another message")
            .help(format!("wanted is a part of it: {part:?}"))
            .help(format!("it fails with: {told}"))),
        _ => Ok(()),
    }
}

fn snapshot(call: &Arguments<'_>) -> Result<()> {
    let name = match call.values.get(1) {
        Some(name) => Some(
            name.read_lock::<ImmutableString>()
                .map(|name| name.to_string())
                .ok_or_else(|| call.refuse(1, "text in double quotes"))?,
        ),
        None => None,
    };
    let value = value_of(&call.values[0]);
    // Wide and long enough for what a person reviews; what is left out is told in the snapshot itself.
    const WIDTH: usize = 300;
    const ROWS: usize = 500;
    let page = show::page(&value, call.world.host(), WIDTH, ROWS)?;
    let plain = page.plain();
    let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
    call.world.snapshots.compare(name.as_deref(), &lines.join("\n"))
}
