//! The methods of expressions, one list for each topic.

mod comparisons;
mod dates;
mod lists;
mod missing;
mod names;
mod numbers;
mod order;
mod summaries;
mod text;

use polars::prelude::*;
use regulars_plugin::Result;

use super::{Expression, Operand};

/// A method of expressions.
pub struct Method {
    /// `""`, or the namespace: `str`, `dt`, `list`.
    pub space: &'static str,
    /// The word that scripts write.
    pub name: &'static str,
    /// The arguments; a name that ends in `?` may be left out.
    pub arguments: &'static [&'static str],
    /// What it answers.
    pub summary: &'static str,
    build: fn(Expr, &[Operand]) -> Result<Expr>,
}

impl Method {
    /// Applies the method; the number of arguments has been checked.
    pub fn apply(&self, to: &Expression, arguments: &[Operand]) -> Result<Expression> {
        (self.build)(to.0.clone(), arguments).map(Expression)
    }
}

const fn method(
    space: &'static str,
    name: &'static str,
    arguments: &'static [&'static str],
    summary: &'static str,
    build: fn(Expr, &[Operand]) -> Result<Expr>,
) -> Method {
    Method { space, name, arguments, summary, build }
}

fn pattern(text: &str) -> Result<Expr> {
    Ok(lit(text))
}

fn deviations(arguments: &[Operand]) -> Result<u8> {
    arguments.first().map_or(Ok(1), |operand| Ok(operand.integer()?.clamp(0, 255) as u8))
}

fn optional_integer(arguments: &[Operand], default: i64) -> Result<i64> {
    arguments.first().map_or(Ok(default), Operand::integer)
}

/// Every method of expressions, in the order in which help lists them.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    [
        names::METHODS,
        summaries::METHODS,
        missing::METHODS,
        comparisons::METHODS,
        numbers::METHODS,
        order::METHODS,
        text::METHODS,
        dates::METHODS,
        lists::METHODS,
    ]
    .into_iter()
    .flatten()
}
