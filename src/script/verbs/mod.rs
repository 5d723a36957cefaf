//! The words of the language, each declared once: for the engine, for help and for completion.

mod charts;
mod expressions;
mod files;
mod frames;
mod scripts;
mod tables;

pub(super) use frames::iterators;
pub(super) use scripts::figure;

use super::bind::Bound;

/// Every word, group by group, in the order in which help lists them.
pub(super) fn all() -> Vec<Bound> {
    [files::verbs(), frames::verbs(), tables::verbs(), expressions::verbs(), charts::verbs(), scripts::verbs()]
        .into_iter()
        .flatten()
        .collect()
}
