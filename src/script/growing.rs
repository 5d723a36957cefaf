//! Texts and lists that grow: they end before the memory does, which would take the whole session along.

use std::any::TypeId;

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, Engine, ImmutableString, NativeCallContext};

use super::bind::guarded;
use crate::table::grouped;

/// Bytes of the longest text.
const LONGEST_TEXT: usize = 1 << 28;
/// Items of the longest list; each takes 16 bytes and what it holds.
const LONGEST_LIST: usize = 1 << 24;

/// Puts texts and lists together under these bounds. Rhai's own bounds would walk along a whole list whenever a word that
/// changes it is called, so that a list of a million items would take hours to fill.
pub(super) fn register(engine: &mut Engine) {
    let kinds: [(TypeId, Add); 2] = [(TypeId::of::<ImmutableString>(), add_text), (TypeId::of::<Array>(), add_list)];
    for (kind, add) in kinds {
        engine.register_raw_fn("+", [kind, kind], move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
            guarded("+", || {
                let mut both = values[0].flatten_clone();
                add(&mut both, std::mem::take(values[1]))?;
                Ok(both)
            })
        });
        for word in ["+=", "append"] {
            engine.register_raw_fn(word, [kind, kind], move |_: NativeCallContext<'_>, values: &mut [&mut Dynamic]| {
                guarded(word, || {
                    let more = std::mem::take(values[1]);
                    add(values[0], more)
                })
            });
        }
    }
}

/// Adds the second value to the first.
type Add = fn(&mut Dynamic, Dynamic) -> Result<()>;

fn add_text(own: &mut Dynamic, more: Dynamic) -> Result<()> {
    let (Some(mut own), Ok(more)) = (own.write_lock::<ImmutableString>(), more.into_immutable_string()) else {
        return Ok(());
    };
    within(own.len() + more.len(), LONGEST_TEXT, "text", "bytes")?;
    *own += more;
    Ok(())
}

fn add_list(own: &mut Dynamic, more: Dynamic) -> Result<()> {
    let (Some(mut own), Ok(more)) = (own.write_lock::<Array>(), more.into_array()) else { return Ok(()) };
    within(own.len() + more.len(), LONGEST_LIST, "list", "items")?;
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
