//! The rules by which a column is suspicious.

mod dates;
mod digits;
mod marks;
mod names;
mod numbers;
mod texts;

use regulars_plugin::Date;

use super::findings::{Notebook, Severity};
use crate::stats::profile::ColumnProfile;
use crate::stats::text::Kind;
use crate::table::Profiled;
pub(in crate::analytics::clean) use names::{plain, sounds_like_key};

/// Rows below which it says nothing that all are equal, and that all are different.
const FEW: u64 = 5;
const MANY: u64 = 20;

/// Rows of a column with a value that is no word for a missing one.
pub(in crate::analytics::clean) fn there(found: &ColumnProfile) -> u64 {
    found.rows - found.missing - missing_words(found)
}

/// Rows with empty text, white space, or a word for a missing value.
pub(super) fn missing_words(found: &ColumnProfile) -> u64 {
    let kinds = found.texts.iter().flat_map(|texts| &texts.kinds);
    kinds.filter(|(kind, _)| matches!(kind, Kind::Missing(_))).map(|(_, held)| held.rows).sum()
}

/// Whether two columns or more hold numbers or days but for one text each, and none holds them without one.
pub(super) fn second_heading(profiled: &Profiled) -> bool {
    let mut odd = 0;
    for column in &profiled.columns {
        let Some(texts) = &column.found.texts else { return false };
        let of = |wanted: fn(&Kind) -> bool| -> u64 {
            texts.kinds.iter().filter(|(kind, _)| wanted(kind)).map(|(_, held)| held.rows).sum()
        };
        let measured = of(|kind| matches!(kind, Kind::Whole(_) | Kind::Decimal(_) | Kind::Date(_)));
        let text = of(|kind| matches!(kind, Kind::Text));
        match (measured, text) {
            (2.., 1) => odd += 1,
            (measured, text) if measured > text => return false,
            _ => {}
        }
    }
    odd >= 2
}

/// All findings of a column.
pub(super) fn column(notebook: &mut Notebook<'_>, rows: u64, today: Date) {
    let found = &notebook.column.found;
    if rows == 0 {
        return;
    }
    let there = there(found);
    if there == 0 {
        notebook.add(Severity::Medium, "empty", rows, "", "no row has a value: `drop` it, or look where it was lost");
    }
    whole(notebook, there);
    names::look(notebook);
    texts::look(notebook, there);
    digits::look(notebook);
    numbers::look(notebook, there);
    dates::look(notebook, there, today);
}

fn whole(notebook: &mut Notebook<'_>, there: u64) {
    let found = &notebook.column.found;
    let gaps = found.missing;
    if gaps > 0 && there > 0 {
        let severity = if gaps * 20 >= found.rows { Severity::Medium } else { Severity::Low };
        notebook.add(
            severity,
            "missing",
            gaps,
            "",
            "rows without a value: why is it not there, and who is it that lacks it?",
        );
    }
    let found = &notebook.column.found;
    if found.distinct == 1 && there >= FEW && found.missing == 0 {
        let example = found.top.first().map(|(text, _)| text.clone()).unwrap_or_default();
        notebook.add(Severity::Low, "constant", there, &example, "every row has this value: it tells nothing apart");
    }
    let found = &notebook.column.found;
    // Measures are seldom equal either.
    let is_measure = found.numbers.is_some() && !names::sounds_like_key(&notebook.column.name);
    if there >= MANY && !found.has_repeats && !is_measure && found.days.is_none() && missing_words(found) == 0 {
        let example = found.top.first().map(|(text, _)| text.clone()).unwrap_or_default();
        notebook.add(
            Severity::Low,
            "id_like",
            there,
            &example,
            "no value comes twice: it names the rows, and is no measure",
        );
    }
}
