//! How long work hears that it should stop, and tells how far it is.

/// Stands behind a long computation: the session at a prompt, or nobody in a test.
pub trait Watch: Sync {
    /// Whether the work should stop.
    fn stopped(&self) -> bool;
    /// Hears how far the work is; `total` is 0 where that is not known.
    fn progress(&self, done: u64, total: u64);
}

/// Nobody watches: never stopped, nothing heard.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn stopped(&self) -> bool {
        false
    }
    fn progress(&self, _done: u64, _total: u64) {}
}
