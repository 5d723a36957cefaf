//! The words of the language, each declared once: for the engine, for help and for completion.

mod charts;
mod columns;
mod expressions;
mod files;
mod frames;
mod scripts;
mod tables;
mod tests;
mod values;

pub(super) use frames::{iterators, unchangeable};
pub(super) use scripts::figure;
pub(super) use values::in_place;

use regulars_plugin::StandardTable;

use super::bind::Bound;

/// The value whose words choose columns by type or name.
pub(super) const SELECTORS: &str = "cs";

/// Every word, group by group, in the order in which help lists them.
pub(super) fn all(own_tables: &[StandardTable]) -> Vec<Bound> {
    [
        files::verbs(),
        frames::verbs(),
        tables::verbs(own_tables),
        columns::verbs(),
        expressions::verbs(),
        charts::verbs(),
        values::verbs(),
        scripts::verbs(),
        tests::verbs(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
