//! Why nothing could be learnt.

use std::fmt;

/// Why nothing could be learnt; each says which column or class is at fault.
#[derive(Debug, Clone, PartialEq)]
pub enum LearnError {
    /// Told to stop.
    Stopped,
    /// There are no rows, or no columns.
    Nothing,
    /// Every row has the same answer.
    OneClass {
        /// That answer.
        positive: bool,
    },
    /// A column has missing or infinite values, which this model has no place for.
    Missing {
        /// The column.
        column: String,
        /// Rows without a finite value.
        rows: usize,
    },
    /// A column has one value only.
    Constant {
        /// The column.
        column: String,
    },
    /// A column is a sum of multiples of others.
    Collinear {
        /// The column.
        column: String,
        /// Those others.
        of: Vec<String>,
    },
    /// Columns tell the answer without an error, so that no finite coefficient is the likeliest.
    Separated {
        /// The columns.
        columns: Vec<String>,
        /// Whether they tell it of every row, and not merely of some.
        every_row: bool,
    },
    /// The search for the likeliest coefficients did not settle.
    Unsettled {
        /// Steps that were taken.
        iterations: usize,
        /// Largest slope that was left.
        slope: f64,
    },
    /// A class has fewer rows than there are folds.
    FewerThanFolds {
        /// Whether it is the class of the answer "yes".
        positive: bool,
        /// Its rows.
        rows: usize,
        /// The folds.
        folds: usize,
    },
}

impl fmt::Display for LearnError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LearnError::Stopped => write!(out, "stopped"),
            LearnError::Nothing => write!(out, "there are no rows or no columns to learn from"),
            LearnError::OneClass { positive } => {
                let (all, other) = if *positive { ("true", "false") } else { ("false", "true") };
                write!(
                    out,
                    "the target is {all} in every row: without a row where it is {other} there is nothing to learn"
                )
            }
            LearnError::Missing { column, rows } => {
                write!(out, "the column `{column}` has no finite value in {rows} rows")
            }
            LearnError::Constant { column } => write!(out, "the column `{column}` has the same value in every row"),
            LearnError::Collinear { column, of } => {
                write!(out, "the column `{column}` follows exactly from {}", quoted(of))
            }
            LearnError::Separated { columns, every_row: true } => {
                write!(out, "{} the target exactly", told(columns))
            }
            LearnError::Separated { columns, every_row: false } => write!(
                out,
                "{} the target exactly for part of the rows, so the likeliest coefficient is infinite",
                told(columns)
            ),
            LearnError::Unsettled { iterations, slope } => write!(
                out,
                "the search for the coefficients did not settle in {iterations} {} (slope left: {slope:.1e})",
                if *iterations == 1 { "step" } else { "steps" }
            ),
            LearnError::FewerThanFolds { positive, rows, folds } => {
                let rows = if *rows == 1 { "1 row has".to_owned() } else { format!("{rows} rows have") };
                write!(out, "only {rows} the target {positive}, which is fewer than the {folds} folds")
            }
        }
    }
}

impl std::error::Error for LearnError {}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn told(columns: &[String]) -> String {
    match columns {
        [one] => format!("the column `{one}` tells"),
        several => format!("the columns {} together tell", quoted(several)),
    }
}
