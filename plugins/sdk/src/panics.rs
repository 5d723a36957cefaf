//! Panics of a plugin: stopped before they reach C, and told as failures with their place.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether something guarded is under way on this thread.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// Where it panicked; empty where it did not, and where nobody hushed.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Does something that must not unwind into C; answers with the words of the panic if there was one.
pub(crate) fn guarded<Answer>(work: impl FnOnce() -> Answer) -> Result<Answer, String> {
    let outer = GUARDED.replace(true);
    PLACE.take();
    let worked = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    worked.map_err(|panic| {
        let words = match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => match panic.downcast::<&'static str>() {
                Ok(text) => (*text).to_owned(),
                Err(other) => {
                    // Not dropped: whatever a plugin threw, its own Drop might panic again, outside of this guard.
                    std::mem::forget(other);
                    "it does not say why".to_owned()
                }
            },
        };
        match PLACE.take() {
            place if place.is_empty() => words,
            place => format!("{words} ({place})"),
        }
    })
}

/// Keeps guarded panics off the user's screen: they are told as failures, with their place. For a library with a standard
/// library of its own, which no program shares: called by what [`export!`](crate::export) writes, and by nothing else.
#[doc(hidden)]
pub fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
            let kept = PLACE.with_borrow_mut(|kept| {
                let is_first = GUARDED.get() && kept.is_empty();
                if is_first {
                    *kept = place;
                }
                is_first
            });
            // On another thread nobody will tell of it; and a second one on the way out of the first ends the process.
            if !kept {
                usual(panic);
            }
        }));
    });
}
