//! What scripts put beside an operator, or into the parentheses of a method.

use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::Expression;
use crate::table::Cell;
use crate::table::data::column_of_cells;

/// What stands beside an operator or in a method's parentheses.
#[derive(Clone, Debug)]
pub enum Operand {
    /// Another expression.
    Expression(Expression),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// A day and time.
    Time(NaiveDateTime),
    /// `()`, a missing value.
    Missing,
    /// A list.
    List(Vec<Operand>),
    /// A map, its entries in the order of their names.
    Map(Vec<(String, Operand)>),
}

impl Operand {
    pub(super) fn expr(&self) -> Result<Expr> {
        Ok(match self {
            Operand::Expression(expression) => expression.0.clone(),
            Operand::Integer(value) => lit(*value),
            Operand::Number(value) => lit(*value),
            Operand::Text(value) => lit(value.as_str()),
            Operand::Flag(value) => lit(*value),
            Operand::Date(value) => lit(*value),
            Operand::Time(value) => lit(*value).cast(DataType::Datetime(TimeUnit::Microseconds, None)),
            Operand::Missing => lit(NULL),
            Operand::List(_) => {
                return Err(Failure::new("a list cannot stand here").help("lists go into `.is_in([…])`"));
            }
            Operand::Map(_) => {
                return Err(Failure::new("a map cannot stand here").help("take an entry of the map: `map.name`"));
            }
        })
    }

    /// What it is, in words.
    fn kind(&self) -> &'static str {
        match self {
            Operand::Expression(_) => "an expression",
            Operand::Integer(_) => "a whole number",
            Operand::Number(_) => "a number",
            Operand::Text(_) => "text",
            Operand::Flag(_) => "true or false",
            Operand::Date(_) => "a date",
            Operand::Time(_) => "a date with a time",
            Operand::Missing => "nothing",
            Operand::List(_) => "a list",
            Operand::Map(_) => "a map",
        }
    }

    /// The failure of a value that is of another kind than the one that is wanted.
    pub(super) fn refuse(&self, wanted: &str) -> Failure {
        Failure::new(format!("found {}, but {wanted} is wanted here", self.kind()))
    }

    pub(super) fn text(&self) -> Result<&str> {
        match self {
            Operand::Text(text) => Ok(text),
            _ => Err(self.refuse("text in double quotes")),
        }
    }

    pub(super) fn integer(&self) -> Result<i64> {
        match self {
            Operand::Integer(number) => Ok(*number),
            Operand::Number(number) if number.fract() == 0.0 => Ok(*number as i64),
            _ => Err(self.refuse("a whole number")),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self) -> Result<usize> {
        let number = self.integer()?;
        usize::try_from(number).map_err(|_| Failure::new(format!("{number} is negative, but a count is wanted here")))
    }

    pub(super) fn number(&self) -> Result<f64> {
        match self {
            Operand::Number(number) => Ok(*number),
            Operand::Integer(number) => Ok(*number as f64),
            _ => Err(self.refuse("a number")),
        }
    }

    pub(super) fn flag(&self) -> Result<bool> {
        match self {
            Operand::Flag(flag) => Ok(*flag),
            _ => Err(self.refuse("`true` or `false`")),
        }
    }

    /// A column by its name, or an expression.
    pub(super) fn column(&self) -> Result<Expr> {
        match self {
            Operand::Text(name) => Ok(col(name.as_str())),
            Operand::Expression(expression) => Ok(expression.0.clone()),
            _ => Err(self.refuse("a column").help("write its name in quotes, \"amount\", or an expression")),
        }
    }

    /// Columns: one, or a list of them.
    pub(super) fn columns(&self) -> Result<Vec<Expr>> {
        match self {
            Operand::List(many) => many.iter().map(Operand::column).collect(),
            one => one.column().map(|column| vec![column]),
        }
    }

    /// Texts: one, or a list of them.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        match self {
            Operand::List(many) => many.iter().map(|one| one.text().map(str::to_owned)).collect(),
            one => one.text().map(|text| vec![text.to_owned()]),
        }
    }

    /// A list of numbers.
    pub(super) fn numbers(&self) -> Result<Vec<f64>> {
        match self {
            Operand::List(many) => many.iter().map(Operand::number).collect(),
            other => Err(other.refuse("a list of numbers such as `[10, 20]`")),
        }
    }

    /// A list of plain values as a series; `()` in it is a missing value.
    pub(super) fn series(&self) -> Result<Series> {
        let Operand::List(items) = self else {
            return Err(self.refuse("a list such as `[\"a\", \"b\"]`"));
        };
        let cells: Result<Vec<Cell>> = items.iter().map(Operand::cell).collect();
        let column = column_of_cells("", &cells?).map_err(|_| {
            Failure::new("the list holds values of different kinds")
                .help("a list in an expression holds one kind: all numbers, all text, all dates …")
        })?;
        Ok(column.as_materialized_series().clone())
    }

    /// One value, or a list of them, as the list that Polars looks things up in.
    pub(super) fn lookup(&self) -> Result<Expr> {
        match self {
            Operand::Expression(expression) => Ok(expression.0.clone()),
            list => Ok(lit(list.series()?).implode(true)),
        }
    }

    fn cell(&self) -> Result<Cell> {
        Ok(match self {
            Operand::Missing => Cell::Missing,
            Operand::Integer(number) => Cell::Integer(*number),
            Operand::Number(number) => Cell::Number(*number),
            Operand::Flag(flag) => Cell::Flag(*flag),
            Operand::Text(text) => Cell::Text(text.clone()),
            Operand::Date(date) => Cell::Date(*date),
            Operand::Time(time) => Cell::Time(*time),
            Operand::List(_) | Operand::Map(_) | Operand::Expression(_) => {
                return Err(self.refuse("a plain value such as a number or text"));
            }
        })
    }
}
