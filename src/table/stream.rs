//! Rows in batches, in the order of the data: for steps of our own that need no more of a file at once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::frame::{Frame, LOOK_EVERY};
use super::grouping::counted;
use super::{failure, run};

/// Batches that may wait to be worked on: enough that reading and working go on side by side.
const WAITING: usize = 4;

impl Frame {
    /// Hands the columns of a plan to `work`, batch by batch, in the order of the rows. A frame in memory is one batch.
    pub(crate) fn batches(
        &self,
        plan: LazyFrame,
        host: &dyn Host,
        mut work: impl FnMut(&DataFrame) -> Result<()>,
    ) -> Result<()> {
        if !self.reads_files() {
            return work(&run(plan, false, &self.names(), host)?.0);
        }
        batches(plan, &self.names(), host, work)
    }
}

/// Hands the columns of a plan that reads files to `work`, batch by batch, in the order of the rows.
pub(super) fn batches(
    plan: LazyFrame,
    names: &[String],
    host: &dyn Host,
    mut work: impl FnMut(&DataFrame) -> Result<()>,
) -> Result<()> {
    let plan = counted(&plan, true, names, host)?.unwrap_or(plan);
    let (send, arrives) = sync_channel(WAITING);
    let last_word = send.clone();
    // The callback answers whether reading should stop: it does when nobody listens any more.
    let hand_over = PlanCallback::new(move |batch: DataFrame| Ok(send.send(Ok(batch)).is_err()));
    let plan = plan.sink_batches(hand_over, true, None).map_err(|error| failure(error, names))?;
    std::thread::spawn(move || {
        let broken = || PolarsError::ComputeError("reading broke off".into());
        let read = catch_unwind(AssertUnwindSafe(|| plan.collect_with_engine(Engine::Streaming)));
        if let Err(error) = read.unwrap_or_else(|_| Err(broken())) {
            // Nobody listens any more after an interrupt, and that is as it should be.
            let _ = last_word.send(Err(error));
        }
    });
    let mut rows = 0;
    loop {
        match arrives.recv_timeout(LOOK_EVERY) {
            Ok(Ok(batch)) => {
                rows += batch.height() as u64;
                work(&batch)?;
            }
            Ok(Err(error)) => return Err(failure(error, names)),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if host.is_cancelled() {
            return Err(Failure::interrupted());
        }
        host.progress(rows, 0, "reading");
    }
}
