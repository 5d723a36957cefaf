//! What scripts put beside an operator, or into the parentheses of a method.

use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::Expression;

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
            Operand::Time(value) => lit(*value),
            Operand::Missing => lit(NULL),
            Operand::List(_) => {
                return Err(Failure::new("a list cannot stand here").help("lists go into `.is_in([…])`"));
            }
        })
    }

    pub(super) fn text(&self) -> Result<&str> {
        match self {
            Operand::Text(text) => Ok(text),
            _ => Err(Failure::new("text in quotes is wanted here")),
        }
    }

    pub(super) fn integer(&self) -> Result<i64> {
        match self {
            Operand::Integer(number) => Ok(*number),
            Operand::Number(number) if number.fract() == 0.0 => Ok(*number as i64),
            _ => Err(Failure::new("a whole number is wanted here")),
        }
    }

    pub(super) fn number(&self) -> Result<f64> {
        match self {
            Operand::Number(number) => Ok(*number),
            Operand::Integer(number) => Ok(*number as f64),
            _ => Err(Failure::new("a number is wanted here")),
        }
    }

    pub(super) fn flag(&self) -> Result<bool> {
        match self {
            Operand::Flag(flag) => Ok(*flag),
            _ => Err(Failure::new("`true` or `false` is wanted here")),
        }
    }

    /// A list of plain values as a series for `is_in`.
    pub(super) fn series(&self) -> Result<Series> {
        let Operand::List(items) = self else {
            return Err(Failure::new("a list such as `[\"a\", \"b\"]` is wanted here"));
        };
        let mixed = || Failure::new("the list holds values of different kinds");
        let name = PlSmallStr::EMPTY;
        let series = match items.first() {
            None => Series::new_null(name, 0),
            Some(Operand::Text(_)) => {
                let texts: Option<Vec<&str>> = items
                    .iter()
                    .map(|item| if let Operand::Text(text) = item { Some(text.as_str()) } else { None })
                    .collect();
                Series::new(name, texts.ok_or_else(mixed)?)
            }
            Some(Operand::Integer(_)) if items.iter().all(|item| matches!(item, Operand::Integer(_))) => {
                let numbers: Result<Vec<i64>> = items.iter().map(Operand::integer).collect();
                Series::new(name, numbers?)
            }
            Some(Operand::Integer(_) | Operand::Number(_)) => {
                let numbers: Result<Vec<f64>> = items.iter().map(|item| item.number().map_err(|_| mixed())).collect();
                Series::new(name, numbers?)
            }
            Some(Operand::Date(_)) => {
                let dates: Option<Vec<NaiveDate>> =
                    items.iter().map(|item| if let Operand::Date(date) = item { Some(*date) } else { None }).collect();
                Series::new(name, dates.ok_or_else(mixed)?)
            }
            Some(Operand::Flag(_)) => {
                let flags: Result<Vec<bool>> = items.iter().map(|item| item.flag().map_err(|_| mixed())).collect();
                Series::new(name, flags?)
            }
            Some(_) => return Err(mixed()),
        };
        Ok(series)
    }
}
