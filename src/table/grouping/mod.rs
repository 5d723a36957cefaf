//! Groupings, counted by ourselves: Polars' plan stays as it is, and where it is run, the groupings that can be are counted
//! first and stand in it as tables.
//!
//! Rows are read in batches, in their order. The groups are shared out over the threads by the hash of their key, so that
//! the values of each are added in the order of the rows: sums are the same to the last digit at any number of threads,
//! which Polars does not promise, neither on files nor on large frames in memory, where it chooses its way by a random
//! sample. It is quicker as well where the order of the groups is kept.

mod different;
mod groups;
mod job;
mod keys;
mod measures;
mod partners;
mod pattern;

use std::sync::Arc;

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::bounds::rows_at_most;
use super::{failure, run, stream};
use job::Counting;
use partners::{Partners, join};
use pattern::{Pattern, pattern};

/// A grouping that has been counted, to be known again where the plan holds it twice.
struct Known {
    input: Arc<DslPlan>,
    keys: Vec<Expr>,
    summaries: Vec<Expr>,
    answer: DslPlan,
}

/// Rows in memory up to which Polars groups in one go, in the order of the rows.
const FEW_ROWS: u64 = 1_000;
/// Rows of a frame in memory that are handed on at once.
const SLICE: usize = 1 << 18;

/// The plan with its groupings counted; none where there is none to count.
pub(super) fn counted(
    plan: &LazyFrame,
    reads_files: bool,
    names: &[String],
    host: &dyn Host,
) -> Result<Option<LazyFrame>> {
    let mut counter = Counter { known: Vec::new(), reads_files, names, host };
    let plan_counted = counter.counted(&plan.logical_plan)?;
    Ok(plan_counted.map(|logical| LazyFrame::from_logical_plan(logical, plan.get_current_optimizations())))
}

/// Whether the grouping that a plan ends with is counted here as its rows are read, as far as can be told beforehand.
pub(super) fn counts(plan: &LazyFrame) -> bool {
    plain(&plan.logical_plan).is_some_and(|(input, keys, summaries)| {
        keeps_its_pace(input) && pattern(input, keys, summaries).is_ok_and(|pattern| pattern.is_some())
    })
}

/// The rows, keys and summaries of a grouping without windows and conditions.
fn plain(plan: &DslPlan) -> Option<(&Arc<DslPlan>, &[Expr], &[Expr])> {
    let DslPlan::GroupBy { input, keys, predicates, aggs, options, apply, .. } = plan else { return None };
    let is_whole = predicates.is_empty() && apply.is_none() && options.slice.is_none();
    (is_whole && options.dynamic.is_none() && options.rolling.is_none()).then_some((input, keys, aggs))
}

struct Counter<'a> {
    known: Vec<Known>,
    reads_files: bool,
    names: &'a [String],
    host: &'a dyn Host,
}

impl Counter<'_> {
    #[recursive::recursive]
    fn counted(&mut self, plan: &DslPlan) -> Result<Option<DslPlan>> {
        if let Some((input, keys, summaries)) = plain(plan)
            && let Some(answer) = self.grouping(input, keys, summaries)?
        {
            return Ok(Some(answer));
        }
        let mut changed = plan.clone();
        let mut is_changed = false;
        for input in inputs(&mut changed) {
            if let Some(counted) = self.counted(input)? {
                *input = Arc::new(counted);
                is_changed = true;
            }
        }
        if let DslPlan::Union { inputs, .. } | DslPlan::HConcat { inputs, .. } = &mut changed {
            for input in inputs {
                if let Some(counted) = self.counted(input)? {
                    *input = counted;
                    is_changed = true;
                }
            }
        }
        if let DslPlan::IR { dsl, .. } = plan {
            return self.counted(dsl);
        }
        Ok(is_changed.then_some(changed))
    }

    fn grouping(&mut self, input: &Arc<DslPlan>, keys: &[Expr], summaries: &[Expr]) -> Result<Option<DslPlan>> {
        let known = self
            .known
            .iter()
            .find(|known| Arc::ptr_eq(&known.input, input) && known.keys == keys && known.summaries == summaries);
        if let Some(known) = known {
            return Ok(Some(known.answer.clone()));
        }
        if !self.reads_files && rows_at_most(input, &|_| Ok(None))?.is_some_and(|rows| rows <= FEW_ROWS) {
            return Ok(None);
        }
        let broken = |error| failure(error, self.names);
        // Where the types are not known or a mistake comes to light, Polars says what there is to say.
        let Ok(Some(pattern)) = pattern(input, keys, summaries) else { return Ok(None) };
        let partners = match !self.reads_files || keeps_its_pace(input) {
            true => None,
            false => match self.partners(input, &pattern, keys.len())? {
                Some(found) => Some(found),
                None => return Ok(None),
            },
        };
        let mut job = pattern.job;
        let texts = partners.as_ref().map(|(_, partners)| partners.texts()).unwrap_or_default();
        for (key, _) in &texts {
            job.number(*key);
        }
        let mut counting = Counting::new(job);
        match partners {
            // What leads to the rows is done in memory, by Polars.
            None if !self.reads_files => {
                let rows = run(pattern.read, false, self.names, self.host)?.0;
                for from in (0..rows.height()).step_by(SLICE) {
                    if self.host.is_cancelled() {
                        return Err(Failure::interrupted());
                    }
                    counting.add(&rows.slice(from as i64, SLICE)).map_err(broken)?;
                }
            }
            None => {
                stream::batches(pattern.read, self.names, self.host, |batch| counting.add(batch).map_err(broken))?;
            }
            Some((left, partners)) => {
                let mut add = |batch: &DataFrame| counting.add(&partners.joined(batch)?);
                stream::batches(left, self.names, self.host, |batch| add(batch).map_err(broken))?;
            }
        }
        let mut counted = counting.finish(&pattern.names).map_err(broken)?;
        for (key, texts) in texts {
            let numbers = counted.columns()[key].u32().map_err(broken)?.clone();
            let column = texts.take(&numbers).map_err(broken)?.with_name(pattern.names[key].clone());
            counted.with_column(column).map_err(broken)?;
        }
        let answer = counted.lazy().select(pattern.answer).logical_plan;
        self.known.push(Known {
            input: Arc::clone(input),
            keys: keys.to_vec(),
            summaries: summaries.to_vec(),
            answer: answer.clone(),
        });
        Ok(Some(answer))
    }
}

impl Counter<'_> {
    /// The left rows of a join and their partners on the right; none where the plan is no join that can be done here.
    fn partners(&self, input: &DslPlan, pattern: &Pattern, keys: usize) -> Result<Option<(LazyFrame, Partners)>> {
        let Ok(Some(join)) = join(input, &pattern.made, keys) else { return Ok(None) };
        if !keeps_its_pace(&join.left.logical_plan) {
            return Ok(None);
        }
        let right = run(join.right.clone(), true, self.names, self.host)?.0;
        let left = join.left.clone();
        let partners = Partners::new(join, right).map_err(|error| failure(error, self.names))?;
        Ok(partners.map(|partners| (left, partners)))
    }
}

/// Whether the rows of a plan come as fast in their order as without: those of a join come at half the speed.
#[recursive::recursive]
fn keeps_its_pace(plan: &DslPlan) -> bool {
    match plan {
        DslPlan::Scan { .. } | DslPlan::DataFrameScan { .. } => true,
        DslPlan::Filter { input, .. }
        | DslPlan::Select { input, .. }
        | DslPlan::HStack { input, .. }
        | DslPlan::GroupBy { input, .. }
        | DslPlan::Slice { input, .. }
        | DslPlan::MapFunction { input, .. } => keeps_its_pace(input),
        DslPlan::IR { dsl, .. } => keeps_its_pace(dsl),
        DslPlan::Union { inputs, .. } => inputs.iter().all(keeps_its_pace),
        _ => false,
    }
}

/// What a step is made of; nothing for steps that are not looked into.
fn inputs(plan: &mut DslPlan) -> Vec<&mut Arc<DslPlan>> {
    match plan {
        DslPlan::Filter { input, .. }
        | DslPlan::Select { input, .. }
        | DslPlan::HStack { input, .. }
        | DslPlan::GroupBy { input, .. }
        | DslPlan::Distinct { input, .. }
        | DslPlan::Sort { input, .. }
        | DslPlan::Slice { input, .. }
        | DslPlan::MapFunction { input, .. } => vec![input],
        DslPlan::Join { input_left, input_right, .. } => vec![input_left, input_right],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod laws;
