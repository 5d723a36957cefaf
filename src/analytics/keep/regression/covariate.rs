//! Covariates: numbers as they are, texts as indicators.

use regulars_plugin::{ColumnKind, Failure, Result};
use serde::{Deserialize, Serialize};

use crate::table::{Cell, Data};

/// A covariate: a column of numbers or flags, or of text, of which each value but the first is compared with the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Covariate {
    /// The column.
    pub(in super::super) column: String,
    /// The values of a text in their order; none for numbers.
    pub(in super::super) levels: Vec<String>,
}

/// A column of covariates as it was found.
pub(super) enum Values {
    Numbers(Vec<f64>),
    Texts(Vec<Option<String>>),
}

impl Values {
    /// Reads a column; missing numbers are NaN.
    pub(super) fn of(data: &Data, name: &str) -> Result<Values> {
        match data.kind(name)? {
            ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag => {
                let numbers = data.numbers(name)?.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>();
                if let Some(row) = numbers.iter().position(|value| value.is_infinite()) {
                    return Err(Failure::new(format!("`{name}` is infinite in row {}", row + 1))
                        .help("leave the row out, or put a number there"));
                }
                Ok(Values::Numbers(numbers))
            }
            ColumnKind::Text => {
                let text = |cell: Cell| (cell != Cell::Missing).then(|| cell.plain());
                Ok(Values::Texts(data.cells(name)?.into_iter().map(text).collect()))
            }
            _ if data.cells(name)?.iter().all(|cell| *cell == Cell::Missing) => {
                Err(Failure::new(format!("`{name}` is missing in every row: it cannot explain a difference"))
                    .help("leave it out of `covariates`"))
            }
            _ => Err(Failure::new(format!(
                "column `{name}` holds {}, but a covariate is a number, true or false, or text",
                data.type_word(name)?
            ))
            .help(format!(
                "make a date a number of days: `(date(\"2026-01-01\") - col(\"{name}\")).dt.total_days().alias(\"{name}\")`"
            ))),
        }
    }

    pub(super) fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Numbers(values) => values[row].is_nan(),
            Values::Texts(values) => values[row].is_none(),
        }
    }
}

impl Covariate {
    /// Names of the effects.
    pub(in super::super) fn terms(&self) -> Vec<String> {
        if self.levels.is_empty() {
            return vec![self.column.clone()];
        }
        self.levels.iter().skip(1).map(|level| format!("{}={level}", self.column)).collect()
    }

    /// The column as numbers, one column for each effect; NaN where a value is missing or was never seen in the fit.
    pub(super) fn encode(&self, values: &Values, rows: &[usize]) -> Vec<Vec<f64>> {
        match values {
            Values::Numbers(values) => vec![rows.iter().map(|&row| values[row]).collect()],
            Values::Texts(values) => {
                let level = |row: usize| values[row].as_ref().and_then(|value| self.levels.binary_search(value).ok());
                let places: Vec<Option<usize>> = rows.iter().map(|&row| level(row)).collect();
                let indicator = |one: usize| {
                    places.iter().map(move |place| place.map_or(f64::NAN, |place| f64::from(u8::from(place == one))))
                };
                (1..self.levels.len()).map(|one| indicator(one).collect()).collect()
            }
        }
    }
}
