//! What is done to a frame, under Polars' names.

mod columns;
mod groups;
mod joins;
mod looking;
mod making;
mod reshaping;
mod rows;
mod sql;
mod values;

pub(in crate::script) use values::{iterators, unchangeable};

use regulars_plugin::Result;

use crate::script::arguments::Arguments;
use crate::script::bind::Bound;
use crate::table::Fits;

/// The most arguments that a word with a list of columns takes one by one; longer lists go into `[…]`.
const MANY: usize = 8;

/// Every word on frames, in the order in which help lists them.
pub(super) fn verbs() -> Vec<Bound> {
    [
        making::verbs(),
        rows::verbs(),
        columns::verbs(),
        groups::verbs(),
        joins::verbs(),
        reshaping::verbs(),
        looking::verbs(),
        values::verbs(),
        sql::verbs(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A failure about the size of an answer, unless it is meant. At the prompt there is somebody who can decide; a script says
/// so with `allow`.
fn unless_meant(call: &Arguments<'_>, fits: Fits) -> Result<()> {
    fits.or_else(|why| match why.is_possible && call.world.listener.confirm(&why.failure.message) {
        true => Ok(()),
        false => Err(why.failure),
    })
}
