//! The tables of the answer.

use regulars_plugin::{Host, Result};
use schemars::JsonSchema;

use super::checks::Planned;
use crate::table::{Frame, FrameBuilder, RowSet};

/// The rows that fail, with all their columns.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct FailingRow {
    /// Number of the row in the table, from 1.
    row: i64,
    /// The checks that it fails.
    reasons: String,
}

/// The rows that pass, with all their columns.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: it adds no column")]
pub(super) struct PassingRow {}

pub(super) fn checks(planned: &[Planned]) -> Result<Frame> {
    let each = || planned.iter();
    let share = |check: &Planned| (check.looked > 0).then(|| check.failed() as f64 / check.looked as f64);
    FrameBuilder::empty()
        .integers("check", 1..=planned.len() as i64)
        .texts("column", each().map(Planned::about))
        .texts("rule", each().map(|check| check.rule.as_str()))
        .integers("rows", each().map(|check| check.looked as i64))
        .integers("failed", each().map(|check| check.failed() as i64))
        .optional_numbers("share", each().map(share))
        .texts("status", each().map(|check| check.status().word()))
        .optional_texts("example", each().map(|check| check.example.as_deref()))
        .optional_texts("told", each().map(|check| check.told.as_deref()))
        .build()
}

pub(super) fn failing(
    frame: &Frame,
    planned: &[Planned],
    failing: &RowSet,
    most: usize,
    host: &dyn Host,
) -> Result<Frame> {
    let data = frame.rows_in(failing, most, host)?.data(host)?;
    let rows: Vec<u64> = failing.rows().take(most).collect();
    let reasons = rows.iter().map(|row| {
        let failed = planned.iter().filter(|check| check.failing.has(*row));
        failed.map(Planned::name).collect::<Vec<_>>().join("; ")
    });
    FrameBuilder::beside(&data, &["row", "reasons"])
        .integers("row", rows.iter().map(|row| *row as i64 + 1))
        .texts("reasons", reasons.collect::<Vec<_>>().into_iter())
        .build()
}

pub(super) fn passing(frame: &Frame, failing: &RowSet) -> Result<Frame> {
    frame.rows_outside(failing)
}
