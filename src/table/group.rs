//! `group_by(…)` on its way to `.agg(…)`.

use polars::prelude::*;
use regulars_plugin::Result;

use super::{Expression, Frame};

/// Rows in groups, waiting to be summarised.
#[derive(Clone)]
pub struct Groups {
    frame: Frame,
    keys: Vec<Expr>,
}

impl Groups {
    /// The names of the frame whose rows are grouped.
    pub fn names(&self) -> Vec<String> {
        self.frame.names()
    }

    /// One row per group, in order of first appearance.
    pub fn agg(&self, summaries: &[Expression]) -> Result<Frame> {
        let summaries: Vec<Expr> = summaries.iter().map(|one| one.0.clone()).collect();
        self.frame.allows(|plan| plan.group_by_stable(&self.keys).agg(&summaries))?;
        self.frame.extend(|plan| plan.group_by_stable(&self.keys).agg(summaries))
    }
}

impl Frame {
    /// The rows in groups of equal keys.
    pub fn group_by(&self, keys: &[Expression]) -> Result<Groups> {
        let keys: Vec<Expr> = keys.iter().map(|key| key.0.clone()).collect();
        self.extend(|plan| plan.select(&keys))?;
        Ok(Groups { frame: self.clone(), keys })
    }
}
