//! Why no clusters could be found.

use std::fmt;

/// Why no clusters could be found. Columns are given by their number from 0: names are the caller's.
#[derive(Debug, Clone, PartialEq)]
pub enum ClusterError {
    /// The work was told to stop.
    Stopped,
    /// There are no rows, or no columns.
    Empty,
    /// A column has another length than the first one.
    UnequalColumns(usize),
    /// A column holds a value that is missing or infinite.
    NotFinite(usize),
    /// A column has the same value everywhere.
    ConstantColumn(usize),
    /// More than half of a column's values are one value, so that its quartiles do not differ.
    NoMiddleSpread(usize),
    /// The values are so large, or so small, that their squares leave the range of numbers.
    OutOfRange,
    /// There are fewer different rows than clusters asked for.
    TooFewRows {
        /// How many different rows there are.
        different: usize,
        /// How many clusters were asked for.
        clusters: usize,
    },
    /// The labels still changed when the limit of iterations was reached.
    NotConverged {
        /// That limit.
        iterations: usize,
    },
}

impl fmt::Display for ClusterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClusterError::Stopped => write!(out, "the work was stopped"),
            ClusterError::Empty => write!(out, "there are no rows, or no columns"),
            ClusterError::UnequalColumns(column) => write!(out, "column {column} has another length than column 0"),
            ClusterError::NotFinite(column) => write!(out, "column {column} holds a value that is missing or infinite"),
            ClusterError::ConstantColumn(column) => write!(out, "column {column} has the same value in every row"),
            ClusterError::NoMiddleSpread(column) => {
                write!(out, "the quartiles of column {column} are equal, so it cannot be divided by their distance")
            }
            ClusterError::OutOfRange => write!(out, "the squares of the values leave the range of numbers"),
            ClusterError::TooFewRows { different, clusters } => {
                write!(out, "{clusters} clusters are wanted, but only {different} rows differ")
            }
            ClusterError::NotConverged { iterations } => {
                write!(out, "rows still changed their cluster after {iterations} iterations")
            }
        }
    }
}

impl std::error::Error for ClusterError {}
