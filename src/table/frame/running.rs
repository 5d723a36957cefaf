//! Running a plan, and what is known only once it has run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::engine::Work;
use super::left_behind::Running;
use super::{Frame, Step};
use crate::table::misfit::misfit;
use crate::table::{Data, failure, grouping, thousands};

/// Steps that are tried, oldest first, to find the one at which a plan fails: each try runs the plan up to there.
const TRIED: usize = 16;

/// How often a running plan looks whether it should stop.
pub(in crate::table) const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Frame {
    /// A failure of the plan with the place of the step that brought it in.
    pub(super) fn blamed(&self, failure: Failure, host: &dyn Host) -> Failure {
        let (Some(last), None, false) = (self.steps.last(), &failure.place, failure.cancelled) else {
            return failure;
        };
        let steps = &self.steps[self.steps.len().saturating_sub(TRIED)..];
        let fails = |step: &&Step| {
            run(step.plan.clone(), self.inner.reads_files, &[], host).is_err_and(|failure| !failure.cancelled)
        };
        let at_fault = steps.iter().find(fails).unwrap_or(last);
        let failure = misfit(&at_fault.plan, self.inner.reads_files, host).unwrap_or(failure);
        Failure { place: Some(Box::new(at_fault.place.clone())), ..failure }
    }

    /// Runs the plan, unless it has run before. The work goes on a thread of its own, so that an interrupt
    /// leaves it behind at once; Polars then ends it unseen, before its next step where it can.
    pub fn data(&self, host: &dyn Host) -> Result<Data> {
        if let Some(data) = self.inner.memo.get() {
            return Ok(data.clone());
        }
        let computed = run(self.inner.plan.clone(), self.inner.reads_files, &self.names(), host)
            .map_err(|failure| self.blamed(failure, host))?;
        Ok(self.inner.memo.get_or_init(|| computed).clone())
    }

    /// What is known about it, with the rows counted that a declaration left out.
    pub fn notes(&self, host: &dyn Host) -> Result<Vec<String>> {
        let mut notes: Vec<String> = self.about.inherited.iter().map(ToString::to_string).collect();
        notes.extend(self.about.notes.iter().cloned());
        for left_out in &self.about.left_out {
            notes.extend(left_out.sentence(None, host)?);
        }
        Ok(notes)
    }

    /// The number of rows.
    pub fn height(&self, host: &dyn Host) -> Result<usize> {
        if let Some(data) = self.inner.memo.get() {
            return Ok(data.height());
        }
        // Counting needs no column; Parquet answers it from its footer.
        let counted = run(self.inner.plan.clone().select([len().alias("rows")]), self.reads_files(), &[], host)
            .map_err(|failure| self.blamed(failure, host))?;
        let rows = counted.integers("rows")?.first().copied().flatten().unwrap_or_default();
        Ok(usize::try_from(rows).unwrap_or_default())
    }
}

/// Rows that a declaration left out of a frame whose data had not been read yet: counted when it is.
pub struct LeftOut {
    before: Frame,
    after: Frame,
    what: String,
    told: OnceLock<Option<String>>,
}

impl std::fmt::Debug for LeftOut {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "LeftOut({})", self.what)
    }
}

impl LeftOut {
    pub(crate) fn new(before: Frame, after: Frame, what: String) -> LeftOut {
        LeftOut { before, after, what, told: OnceLock::new() }
    }

    /// The frame with the rows that were left out of this one; none if this is another frame, such as one filtered since.
    pub(crate) fn before(&self, frame: &Frame) -> Option<&Frame> {
        Arc::ptr_eq(&self.after.inner, &frame.inner).then_some(&self.before)
    }

    /// The sentence about it, if any row was left out. `used` is the number of rows that were kept, where it is known.
    pub(crate) fn sentence(&self, used: Option<usize>, host: &dyn Host) -> Result<Option<String>> {
        if let Some(told) = self.told.get() {
            return Ok(told.clone());
        }
        let before = self.before.height(host)?;
        let after = used.map_or_else(|| self.after.height(host), Ok)?;
        let sentence = (after < before).then(|| {
            format!("{} of {} rows were left out: {}", thousands(before - after), thousands(before), self.what)
        });
        Ok(self.told.get_or_init(|| sentence).clone())
    }
}

/// Runs a plan on a thread of its own and waits for it, or for the interrupt.
pub(crate) fn run(plan: LazyFrame, reads_files: bool, known: &[String], host: &dyn Host) -> Result<Data> {
    if host.is_cancelled() {
        return Err(Failure::interrupted());
    }
    let plan = grouping::counted(&plan, reads_files, known, host)?.unwrap_or(plan);
    let work = Work::new(plan, reads_files);
    let stop = work.stop();
    let (answer, arrives) = channel();
    let running = Running::new();
    let seen = running.clone();
    std::thread::spawn(move || {
        let worked = catch_unwind(AssertUnwindSafe(|| work.run()));
        seen.end();
        // Nobody listens any more after an interrupt, and that is as it should be.
        let _ = answer.send(worked);
    });
    loop {
        match arrives.recv_timeout(LOOK_EVERY) {
            Ok(Ok(result)) => {
                return result.map(Data).map_err(|error| failure(error, known));
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new("the table engine broke off while working on this frame")
                    .help("this is a fault of Regulars: tell us the script that led to it"));
            }
            Err(RecvTimeoutError::Timeout) if host.is_cancelled() => {
                running.leave();
                stop();
                return Err(Failure::interrupted());
            }
            Err(RecvTimeoutError::Timeout) => host.progress(0, 0, "computing"),
        }
    }
}
