//! Texts and lists that grow: they end before the memory does, which would take the whole session along.

use regulars_plugin::{Failure, Result};
use rhai::{Array, Engine, EvalAltResult, FuncRegistration, ImmutableString};

use super::bind::guarded;
use crate::table::grouped;

/// Bytes of the longest text.
const LONGEST_TEXT: usize = 1 << 28;
/// Items of the longest list; each takes 16 bytes and what it holds.
const LONGEST_LIST: usize = 1 << 24;

/// Puts texts and lists together under these bounds. Rhai's own bounds would walk along a whole list whenever a word that
/// changes it is called, so that a list of a million items would take hours to fill.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("+", |mut one: ImmutableString, other: ImmutableString| add_text(&mut one, other).map(|()| one));
    engine.register_fn("+", |mut one: Array, other: Array| add_list(&mut one, other).map(|()| one));
    for word in ["+=", "append"] {
        // Not for constants: unless told so, Rhai takes a function for one that leaves its values alone.
        FuncRegistration::new(word).with_purity(false).register_into_engine(engine, add_text);
        FuncRegistration::new(word).with_purity(false).register_into_engine(engine, add_list);
    }
}

type Added = std::result::Result<(), Box<EvalAltResult>>;

fn add_text(own: &mut ImmutableString, more: ImmutableString) -> Added {
    guarded("+", || within(own.len() + more.len(), LONGEST_TEXT, "text", "bytes"))?;
    *own += more;
    Ok(())
}

fn add_list(own: &mut Array, more: Array) -> Added {
    guarded("+", || within(own.len() + more.len(), LONGEST_LIST, "list", "items"))?;
    own.extend(more);
    Ok(())
}

fn within(length: usize, most: usize, what: &str, units: &str) -> Result<()> {
    if length <= most {
        return Ok(());
    }
    let (length, most) = (grouped(&length.to_string()), grouped(&most.to_string()));
    Err(Failure::new(format!("a {what} of {length} {units} would be too long: the longest has {most}")).help(format!(
        "a loop that adds a {what} to itself soon has more than the memory; for many values take a frame"
    )))
}
