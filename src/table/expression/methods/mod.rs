//! The methods of expressions, one list for each topic.

mod comparisons;
mod dates;
mod durations;
mod given;
mod lists;
mod missing;
mod names;
mod numbers;
mod order;
mod rolling;
mod structs;
mod summaries;
mod text;
mod windows;

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{Expression, Operand};
use given::Given;
pub(super) use given::length;

/// A method of expressions.
pub struct Method {
    /// `""`, or the namespace: `str`, `dt`, `list`, `struct`, `name`.
    pub space: &'static str,
    /// The word that scripts write.
    pub name: &'static str,
    /// The arguments; a name that ends in `?` may be left out, one that ends in `…` stands for several.
    pub arguments: &'static [&'static str],
    /// What the map at the end may hold.
    pub options: &'static [&'static str],
    /// What it answers.
    pub summary: &'static str,
    /// Code that runs; empty where the summary says it all.
    pub example: &'static str,
    build: fn(Expr, &Given<'_>) -> Result<Expr>,
}

/// The most arguments that a method with a list of columns takes one by one.
const MANY: usize = 8;

impl Method {
    /// The least number of arguments.
    pub fn least(&self) -> usize {
        self.arguments.iter().filter(|name| !name.ends_with('?')).count()
    }

    /// The greatest number of arguments, the map of options included.
    pub fn most(&self) -> usize {
        let several = self.arguments.iter().any(|name| name.ends_with('…'));
        if several { MANY } else { self.arguments.len() + usize::from(!self.options.is_empty()) }
    }

    /// The arguments that must stand before the map of options; a list of columns may be empty beside one.
    fn before_options(&self) -> usize {
        self.arguments.iter().filter(|name| !name.ends_with(['?', '…'])).count()
    }

    /// How it is called, without what stands before it.
    pub fn call(&self) -> String {
        let mut parts: Vec<String> = self.arguments.iter().map(|name| name.trim_end_matches('?').to_owned()).collect();
        if !self.options.is_empty() {
            parts.push(format!("#{{{}}}", self.options.join(", ")));
        }
        format!("{}({})", self.name, parts.join(", "))
    }

    /// Applies the method; the engine has counted the arguments.
    pub fn apply(&self, to: &Expression, arguments: &[Operand]) -> Result<Expression> {
        let (values, options) = match arguments {
            [values @ .., Operand::Map(options)]
                if !self.options.is_empty() && values.len() >= self.before_options() =>
            {
                (values, options.as_slice())
            }
            values => (values, &[][..]),
        };
        if let Some((other, _)) = options.iter().find(|(name, _)| !self.options.contains(&name.as_str())) {
            return Err(Failure::new(format!("no option `{other}`")).near(other, self.options.iter().copied()));
        }
        if values.len() > self.arguments.len() && !self.arguments.iter().any(|name| name.ends_with('…')) {
            return Err(Failure::new("there is an argument too many").help("options go into a map: `#{name: value}`"));
        }
        (self.build)(to.0.clone(), &Given { values, options }).map(Expression)
    }

    const fn options(mut self, options: &'static [&'static str]) -> Method {
        self.options = options;
        self
    }

    const fn example(mut self, example: &'static str) -> Method {
        self.example = example;
        self
    }
}

const fn method(
    space: &'static str,
    name: &'static str,
    arguments: &'static [&'static str],
    summary: &'static str,
    build: fn(Expr, &Given<'_>) -> Result<Expr>,
) -> Method {
    Method { space, name, arguments, options: &[], summary, example: "", build }
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
        windows::METHODS,
        rolling::METHODS,
        text::METHODS,
        dates::METHODS,
        durations::METHODS,
        lists::METHODS,
        structs::METHODS,
    ]
    .into_iter()
    .flatten()
}
