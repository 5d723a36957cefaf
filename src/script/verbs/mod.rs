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

use std::sync::{Arc, LazyLock};

use regulars_plugin::StandardTable;

use super::bind::Bound;

/// The value whose words choose columns by type or name.
pub(super) const SELECTORS: &str = "cs";

/// Every word, group by group, in the order in which help lists them. Those without tables of plugins are the same for
/// all sessions, and each start needs them several times: they are made once.
pub(super) fn all(own_tables: &[StandardTable]) -> Arc<Vec<Bound>> {
    static PLAIN: LazyLock<Arc<Vec<Bound>>> = LazyLock::new(|| Arc::new(declared(&[])));
    match own_tables {
        [] => Arc::clone(&PLAIN),
        _ => Arc::new(declared(own_tables)),
    }
}

fn declared(own_tables: &[StandardTable]) -> Vec<Bound> {
    let groups = [
        files::verbs(),
        frames::verbs(),
        tables::verbs(own_tables),
        columns::verbs(),
        expressions::verbs(),
        charts::verbs(),
        values::verbs(),
        scripts::verbs(),
        tests::verbs(),
    ];
    // A list of this size that grows by doubling touches a megabyte of fresh memory on its way.
    let mut all = Vec::with_capacity(groups.iter().map(Vec::len).sum());
    all.extend(groups.into_iter().flatten());
    all
}
