//! Values chosen row by row.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Expression, Operand};

/// `when(condition).then(value)…` on its way to `.otherwise(value)`.
#[derive(Clone, Debug)]
pub struct When {
    branches: Vec<(Expr, Expr)>,
    open: Option<Expr>,
}

impl When {
    /// Begins with a condition.
    pub fn new(condition: &Expression) -> When {
        When { branches: Vec::new(), open: Some(condition.0.clone()) }
    }

    /// The value where the last condition holds.
    pub fn then(mut self, value: &Operand) -> Result<When> {
        let condition = self.open.take().ok_or_else(|| {
            Failure::new("`.then(…)` without a condition before it").help("write `when(condition).then(value)`")
        })?;
        self.branches.push((condition, value.expr()?));
        Ok(self)
    }

    /// A further condition, for the rows that no earlier one took.
    #[must_use]
    pub fn when(mut self, condition: &Expression) -> When {
        self.open = Some(condition.0.clone());
        self
    }

    /// The value where no condition held.
    pub fn otherwise(self, value: &Operand) -> Result<Expression> {
        let mut result = value.expr()?;
        for (condition, value) in self.branches.into_iter().rev() {
            result = polars::prelude::when(condition).then(value).otherwise(result);
        }
        Ok(Expression(result))
    }
}
