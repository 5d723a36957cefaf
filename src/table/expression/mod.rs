//! Column expressions: `col("amount") * 2`, `.sum()`, `.dt.year()` … Each method stands once in a list of `methods`, with
//! its words.

mod functions;
mod methods;
mod operand;
mod selectors;
mod types;
mod when;

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

pub use functions::Horizontal;
pub use methods::{Method, methods};
pub use operand::Operand;
pub use selectors::{SELECTORS, SelectorWord, Selectors};
pub(crate) use types::type_of_word;
pub use when::When;

/// A computation on columns, carried out when a frame uses it.
#[derive(Clone, Debug)]
pub struct Expression(pub(crate) Expr);

impl Expression {
    /// A column by name; `"*"` is every column, `"^…$"` those whose name matches the pattern.
    pub fn column(name: &str) -> Expression {
        Expression(if name == "*" { all().as_expr() } else { col(name) })
    }

    /// A value as an expression.
    pub fn value(operand: &Operand) -> Result<Expression> {
        operand.expr().map(Expression)
    }

    /// The number of rows, of the frame or of the group.
    pub fn rows() -> Expression {
        Expression(len())
    }

    /// `left operator right`, operators by their sign.
    pub fn binary(sign: &str, left: &Operand, right: &Operand) -> Result<Expression> {
        // A missing value on one side of == or != asks whether there is a value: SQL's `= NULL` helps nobody.
        let missing = match (left, right) {
            (side, Operand::Missing) | (Operand::Missing, side) => Some(side.expr()?),
            _ => None,
        };
        if let Some(side) = missing {
            return match sign {
                "==" => Ok(Expression(side.is_null())),
                "!=" => Ok(Expression(side.is_not_null())),
                _ => Err(Failure::new(format!("`{sign}` cannot be used with `()`"))
                    .help("`== ()` and `!= ()` ask whether a value is missing")),
            };
        }
        let (left, right) = (left.expr()?, right.expr()?);
        let (left, right) = match (left, right) {
            // Between two choices of columns the signs put the choices together, as in Polars.
            (Expr::Selector(left), Expr::Selector(right)) => match sign {
                "-" => return Ok(Expression((left - right).as_expr())),
                "|" => return Ok(Expression((left | right).as_expr())),
                "&" => return Ok(Expression((left & right).as_expr())),
                "^" => return Ok(Expression((left ^ right).as_expr())),
                _ => (left.as_expr(), right.as_expr()),
            },
            sides => sides,
        };
        Ok(Expression(match sign {
            "==" => left.eq(right),
            "!=" => left.neq(right),
            "<" => left.lt(right),
            "<=" => left.lt_eq(right),
            ">" => left.gt(right),
            ">=" => left.gt_eq(right),
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            // Unlike whole numbers in Rhai, whole columns divide to numbers, as in Polars.
            "/" => left.cast(DataType::Float64) / right,
            "%" => left % right,
            "**" => left.pow(right),
            "&" => left.and(right),
            "|" => left.or(right),
            "^" => left.xor(right),
            other => return Err(Failure::new(format!("no operator `{other}` for expressions"))),
        }))
    }

    /// The negative.
    #[must_use]
    pub fn negative(&self) -> Expression {
        // The name of a product is that of its left side.
        Expression(self.0.clone() * lit(-1))
    }

    /// True where it is false; all other columns where it is a choice of columns.
    #[must_use]
    pub fn not(&self) -> Expression {
        match &self.0 {
            Expr::Selector(choice) => Expression((all() - choice.clone()).as_expr()),
            other => Expression(other.clone().not()),
        }
    }

    /// It as a script might write it, as far as a line holds it.
    pub fn in_words(&self) -> String {
        super::lineage::worded(&self.0)
    }

    /// Whether it is a column as it stands, and of this name.
    pub fn is_column(&self, name: &str) -> bool {
        matches!(&self.0, Expr::Column(own) if own == name)
    }

    /// The name that the result will have, where it can be told.
    pub fn name(&self) -> Option<String> {
        self.0.into_iter().find_map(|part| match part {
            Expr::Alias(_, name) | Expr::Column(name) => Some(name.to_string()),
            _ => None,
        })
    }
}
