//! What stands in the way of an estimate of survival.

use std::fmt;

/// Why there is no answer. Rows are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SurvivalError {
    /// There are no rows.
    NoRows,
    /// Two of the inputs have different lengths.
    Lengths {
        /// Number of durations.
        durations: usize,
        /// Length of the other input.
        other: usize,
    },
    /// A duration is negative, infinite or no number.
    Duration {
        /// Where.
        row: usize,
        /// What was found.
        found: f64,
    },
    /// A row enters after it has left, or its time of entry is no number.
    Entry {
        /// Where.
        row: usize,
        /// The time of entry.
        entry: f64,
        /// The duration.
        duration: f64,
    },
    /// A weight is not a number above 0.
    Weight {
        /// Where.
        row: usize,
        /// What was found.
        found: f64,
    },
    /// A restricted mean was asked for up to a time beyond the last one that was observed.
    Horizon {
        /// The time asked for.
        asked: f64,
        /// The last time observed.
        last: f64,
    },
    /// There are fewer than two groups in which anybody was at risk when something happened.
    OneGroup,
    /// Nothing ever happened, so there is nothing to compare.
    NoEvents,
    /// The work was stopped from outside.
    Stopped,
}

impl fmt::Display for SurvivalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SurvivalError::NoRows => write!(out, "there are no rows"),
            SurvivalError::Lengths { durations, other } => {
                write!(out, "there are {durations} durations, but {other} values beside them")
            }
            SurvivalError::Duration { row, found } if found.is_nan() => {
                write!(out, "the duration in row {} is not a number", row + 1)
            }
            SurvivalError::Duration { row, found } => {
                write!(out, "the duration in row {} is {found}, but one from 0 up is wanted", row + 1)
            }
            SurvivalError::Entry { row, entry, duration } => write!(
                out,
                "row {} enters at {entry} and ends at {duration}, but it has to enter before it ends",
                row + 1
            ),
            SurvivalError::Weight { row, found } => {
                write!(out, "the weight in row {} is {found}, but a number above 0 is wanted", row + 1)
            }
            SurvivalError::Horizon { asked, last } => write!(
                out,
                "the mean up to {asked} is not known: the last row ends at {last}, where some are still without the event"
            ),
            SurvivalError::OneGroup => {
                write!(out, "a comparison needs two groups that are at risk when something happens")
            }
            SurvivalError::NoEvents => {
                write!(out, "the event never happens in these rows, so there is nothing to compare")
            }
            SurvivalError::Stopped => write!(out, "the work was stopped"),
        }
    }
}

impl std::error::Error for SurvivalError {}
