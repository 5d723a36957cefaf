//! Where two frames differ: columns, types, numbers of rows, and the rows themselves.

use regulars_plugin::{Failure, Host, Result};

use super::difference::{Tolerance, is_same, shown};
use crate::table::{Cell, Data, Frame};

/// Rows that are shown; how many more differ is told.
const SHOWN: usize = 5;

/// How two frames are compared.
pub(super) struct Manner {
    pub(super) tolerance: Tolerance,
    /// Whether the rows have to stand in the same order.
    pub(super) order: bool,
    /// Whether the types of the columns have to be the same.
    pub(super) types: bool,
}

/// What differs between two frames; nothing where they are the same.
pub(super) fn compare(left: &Frame, right: &Frame, manner: &Manner, host: &dyn Host) -> Result<Option<Failure>> {
    let mut wrong = columns(left, right, manner);
    let shared: Vec<String> = left.names().into_iter().filter(|name| right.need(name).is_ok()).collect();
    let (one, other) = (left.data(host)?, right.data(host)?);
    let mut message = "the frames differ".to_owned();
    if one.height() != other.height() {
        wrong.push(format!("left has {}, right {}", counted(one.height()), counted(other.height())));
    } else if let Some((total, lines)) = rows(&one, &other, &shared, manner)? {
        message = format!("the frames differ in {total} of {}", counted(one.height()));
        wrong.extend(lines);
    }
    if wrong.is_empty() {
        return Ok(None);
    }
    if manner.tolerance.is_any() {
        wrong.push(format!("numbers were compared with a tolerance: {}", manner.tolerance.words()));
    }
    Ok(Some(wrong.into_iter().fold(Failure::new(message), Failure::help)))
}

fn counted(rows: usize) -> String {
    format!("{} {}", crate::show::number(rows as f64, Some(0)), if rows == 1 { "row" } else { "rows" })
}

fn columns(left: &Frame, right: &Frame, manner: &Manner) -> Vec<String> {
    let (one, other) = (left.schema(), right.schema());
    let only = |these: &[(String, String)], those: &[(String, String)]| -> Vec<String> {
        let missing = these.iter().filter(|(name, _)| those.iter().all(|(known, _)| known != name));
        missing.map(|(name, _)| format!("`{name}`")).collect()
    };
    let mut wrong = Vec::new();
    for (side, names) in [("left", only(&one, &other)), ("right", only(&other, &one))] {
        if !names.is_empty() {
            wrong.push(format!("only {side} has the column {}", names.join(", ")));
        }
    }
    for (name, kind) in one.iter().filter(|_| manner.types) {
        if let Some((_, there)) = other.iter().find(|(known, there)| known == name && there != kind) {
            wrong.push(format!("`{name}` is {kind} on the left and {there} on the right"));
        }
    }
    wrong
}

/// How many rows differ, and the first of them in words.
fn rows(left: &Data, right: &Data, names: &[String], manner: &Manner) -> Result<Option<(usize, Vec<String>)>> {
    let cells = |data: &Data| names.iter().map(|name| data.cells(name)).collect::<Result<Vec<_>>>();
    let (one, other) = (cells(left)?, cells(right)?);
    let (ours, theirs) = match manner.order {
        true => ((0..left.height()).collect(), (0..right.height()).collect()),
        false => (sorted(&one, left.height()), sorted(&other, right.height())),
    };
    let (mut lines, mut total): (Vec<String>, usize) = (Vec::new(), 0);
    for (ours, theirs) in ours.into_iter().zip::<Vec<usize>>(theirs) {
        let differ: Vec<String> = names
            .iter()
            .zip(one.iter().zip(&other))
            .filter(|(_, (one, other))| !is_same(&one[ours], &other[theirs], manner.tolerance))
            .map(|(name, (one, other))| format!("`{name}` left {}, right {}", shown(&one[ours]), shown(&other[theirs])))
            .collect();
        if differ.is_empty() {
            continue;
        }
        total += 1;
        if lines.len() < SHOWN {
            let place = if ours == theirs {
                format!("row {}", ours + 1)
            } else {
                format!("row {} and {}", ours + 1, theirs + 1)
            };
            lines.push(format!("{place}: {}", differ.join("; ")));
        }
    }
    if total > lines.len() {
        lines.push(format!("and {} more", counted(total - lines.len())));
    }
    Ok((total > 0).then_some((total, lines)))
}

/// The rows in the order of their values, what has no fractions first: those may differ a little.
fn sorted(columns: &[Vec<Cell>], height: usize) -> Vec<usize> {
    let is_fraction = |column: &&Vec<Cell>| column.iter().any(|cell| matches!(cell, Cell::Number(_)));
    let (fractions, exact): (Vec<&Vec<Cell>>, Vec<&Vec<Cell>>) = columns.iter().partition(is_fraction);
    let mut places: Vec<usize> = (0..height).collect();
    let value = |cell: &Cell| match cell {
        Cell::Number(number) => *number,
        Cell::Integer(number) => *number as f64,
        _ => f64::NEG_INFINITY,
    };
    let key: Vec<Vec<String>> =
        (0..height).map(|row| exact.iter().map(|column| shown(&column[row])).collect()).collect();
    places.sort_by(|one, other| {
        let mut order = key[*one].cmp(&key[*other]);
        for column in &fractions {
            order = order.then_with(|| value(&column[*one]).total_cmp(&value(&column[*other])));
        }
        order
    });
    places
}
