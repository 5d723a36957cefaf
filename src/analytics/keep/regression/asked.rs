//! Rows to predict for.

use regulars_plugin::{ColumnName, Context, Failure, Result};

use super::covariate::{Covariate, Values};
use crate::analytics::spells::select;
use crate::table::{Cell, Frame, thousands};

/// Rows of a table to predict for: one number for each effect.
pub(in super::super) struct Asked {
    columns: Vec<Vec<f64>>,
    strata: Vec<Vec<Cell>>,
    /// What tells the rows apart: a column of the table, or their numbers.
    pub(in super::super) ids: Vec<Cell>,
}

impl Asked {
    /// Reads the columns that a model wants.
    pub(in super::super) fn read(
        frame: &Frame,
        covariates: &[Covariate],
        strata: &[String],
        id: Option<&ColumnName>,
        context: &Context<'_>,
    ) -> Result<Asked> {
        let wanted = covariates.iter().map(|covariate| &covariate.column).chain(strata).map(String::as_str);
        let names: Vec<&str> = wanted.chain(id.map(ColumnName::as_str)).collect();
        let data = select(frame, names.into_iter(), context)?;
        let rows: Vec<usize> = (0..data.height()).collect();
        let mut columns = Vec::new();
        for covariate in covariates {
            let values = Values::of(&data, &covariate.column)?;
            if matches!(values, Values::Texts(_)) == covariate.levels.is_empty() {
                let was = if covariate.levels.is_empty() { "numbers" } else { "text" };
                return Err(Failure::new(format!(
                    "`{}` held {was} when the model was fitted, and holds {} here",
                    covariate.column,
                    data.type_word(&covariate.column)?
                ))
                .help("bring it to the type that it had, with `cast`"));
            }
            columns.extend(covariate.encode(&values, &rows));
        }
        let strata = strata.iter().map(|name| data.cells(name)).collect::<Result<Vec<_>>>()?;
        let ids = match id {
            Some(id) => data.cells(id.as_str())?,
            None => (1..=data.height() as i64).map(Cell::Integer).collect(),
        };
        Ok(Asked { columns, strata, ids })
    }

    /// The number of rows.
    pub(in super::super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The effects of one row; none where a value is missing or was never seen.
    pub(in super::super) fn row(&self, row: usize) -> Option<Vec<f64>> {
        let values: Vec<f64> = self.columns.iter().map(|column| column[row]).collect();
        values.iter().all(|value| !value.is_nan()).then_some(values)
    }

    /// What tells the stratum of one row.
    pub(in super::super) fn stratum(&self, row: usize) -> Vec<String> {
        self.strata.iter().map(|cells| cells[row].plain()).collect()
    }
}

/// Refuses an answer that nobody could read.
pub(in super::super) fn check_size(rows: usize, each: usize, what: &str) -> Result<()> {
    const MOST: usize = 20_000_000;
    if rows.saturating_mul(each) <= MOST {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} rows with {} {what} each would be {} rows",
        thousands(rows),
        thousands(each),
        thousands(rows.saturating_mul(each))
    ))
    .help(format!("{} are the most: predict for fewer rows at a time, or for fewer {what}", thousands(MOST))))
}
