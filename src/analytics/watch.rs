//! The session, as the mathematics sees it.

use regulars_plugin::Context;

use crate::stats::Watch;

/// Hands the interrupt and the progress of a context on to a long computation.
pub(crate) struct Watching<'a> {
    context: &'a Context<'a>,
    what: &'static str,
}

impl<'a> Watching<'a> {
    /// `what` is the word that stands beside the progress, such as "fitting".
    pub(crate) fn new(context: &'a Context<'a>, what: &'static str) -> Self {
        Watching { context, what }
    }
}

impl Watch for Watching<'_> {
    fn stopped(&self) -> bool {
        self.context.host().is_cancelled()
    }

    fn progress(&self, done: u64, total: u64) {
        self.context.progress(done, total, self.what);
    }
}
