//! Pages as a person sees them, letter by letter.

mod help;
mod table;
mod value;

use super::example::{day, frame, text, unit, with_units};
use crate::table::{Cell, Frame};

/// The wanted text begins on a line of its own.
#[track_caller]
fn same(shown: String, wanted: &str) {
    assert_eq!(shown, wanted.strip_prefix('\n').unwrap_or(wanted));
}

/// Scores of customers: nine columns, as many rows as asked for.
fn scores(rows: i64) -> Frame {
    let integers = |value: fn(i64) -> i64| (1..=rows).map(|row| Cell::Integer(value(row))).collect::<Vec<_>>();
    let scores = frame(&[
        ("customer", integers(|row| 10_000 + row)),
        ("last_order", (1..=rows).map(|_| day("1998-06-30")).collect()),
        ("recency", integers(|row| row % 7)),
        ("frequency", integers(|row| row * 500)),
        ("monetary", (1..=rows).map(|row| Cell::Number(row as f64 * 10.5)).collect()),
        ("r", integers(|row| row % 5 + 1)),
        ("f", integers(|row| row % 4 + 1)),
        ("m", integers(|row| row % 3 + 1)),
        ("segment", (1..=rows).map(|row| text(if row % 2 == 0 { "champions" } else { "about to sleep" })).collect()),
    ]);
    let units = [("recency", "days"), ("frequency", "orders"), ("monetary", "money")];
    with_units(&scores, units.map(|(name, word)| unit(name, Some(word), "")).to_vec())
}
