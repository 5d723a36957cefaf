//! Plans that an interrupt left behind. Polars has one pool of threads, and runs what it began to its end: until then whatever
//! else needs the pool waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, AtomicU8, Ordering};

/// How many plans run on unseen. For a moment it may be one too few.
static LEFT_BEHIND: AtomicIsize = AtomicIsize::new(0);

const RUNS: u8 = 0;
const LEFT: u8 = 1;
const ENDED: u8 = 2;

/// Whether a plan that nobody waits for still holds the threads.
pub(super) fn holds_the_threads() -> bool {
    LEFT_BEHIND.load(Ordering::Relaxed) > 0
}

/// A plan that runs, known to who waits for it and to its thread.
#[derive(Clone)]
pub(super) struct Running {
    state: Arc<AtomicU8>,
    left_behind: &'static AtomicIsize,
}

impl Running {
    pub(super) fn new() -> Running {
        Running::counted_by(&LEFT_BEHIND)
    }

    fn counted_by(left_behind: &'static AtomicIsize) -> Running {
        Running { state: Arc::new(AtomicU8::new(RUNS)), left_behind }
    }

    /// Nobody waits for it any more.
    pub(super) fn leave(&self) {
        if self.state.compare_exchange(RUNS, LEFT, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.left_behind.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// It has come to its end.
    pub(super) fn end(&self) {
        if self.state.swap(ENDED, Ordering::Relaxed) == LEFT {
            self.left_behind.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_holds_the_threads_from_when_it_is_left_to_its_end() {
        static COUNT: AtomicIsize = AtomicIsize::new(0);
        let count = || COUNT.load(Ordering::Relaxed);
        let (early, late) = (Running::counted_by(&COUNT), Running::counted_by(&COUNT));
        early.end();
        early.leave();
        assert_eq!(count(), 0);
        late.leave();
        late.leave();
        assert_eq!(count(), 1);
        late.clone().end();
        assert_eq!(count(), 0);
    }
}
