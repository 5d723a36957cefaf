//! What a function may not reach for by itself.

use chrono::NaiveDate;

use crate::{Failure, Result};

/// Carries what a function may not reach for by itself: the interrupt, progress, warnings, the random seed, the day.
///
/// Functions take no clock, no randomness and no terminal from elsewhere; so the same input, options and
/// seed give the same answer, and a test can say which day it is.
pub struct Context<'a> {
    host: &'a dyn Host,
    /// Seed for everything random, unless an option of the function gives one.
    pub seed: u64,
    /// The current day, as the host tells it.
    pub today: NaiveDate,
}

/// What stands behind a [`Context`]: the session, the plugin border, or a test.
pub trait Host: Sync {
    /// Whether the user asked for the work to stop.
    fn is_cancelled(&self) -> bool;
    /// Hears how far the work has come; `total` is 0 where it is not known.
    fn progress(&self, done: u64, total: u64, what: &str);
    /// Hears something the user should know although the work goes on.
    fn warn(&self, text: &str);
}

impl<'a> Context<'a> {
    /// A context on top of a host.
    pub fn new(host: &'a dyn Host, seed: u64, today: NaiveDate) -> Self {
        Context { host, seed, today }
    }

    /// The host behind this context.
    pub fn host(&self) -> &'a dyn Host {
        self.host
    }

    /// Answers with the failure that stops the work if the user asked for it. Call it in every long loop.
    pub fn check(&self) -> Result<()> {
        if self.host.is_cancelled() { Err(Failure::interrupted()) } else { Ok(()) }
    }

    /// Tells how far the work has come; `total` is 0 where it is not known.
    pub fn progress(&self, done: u64, total: u64, what: &str) {
        self.host.progress(done, total, what);
    }

    /// Tells the user something although the work goes on.
    pub fn warn(&self, text: &str) {
        self.host.warn(text);
    }
}

/// A host that never interrupts and hears nothing: for tests and plain Rust callers.
#[derive(Debug, Default, Clone, Copy)]
pub struct Quiet;

impl Host for Quiet {
    fn is_cancelled(&self) -> bool {
        false
    }
    fn progress(&self, _done: u64, _total: u64, _what: &str) {}
    fn warn(&self, _text: &str) {}
}

impl Context<'static> {
    /// A context for tests and plain Rust callers: never interrupted, seed 0, the first day of 2000.
    pub fn quiet() -> Self {
        Context::new(&Quiet, 0, NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default())
    }
}
