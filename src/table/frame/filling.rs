//! Values and types changed column by column.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::Frame;
use crate::table::{Expression, Operand, type_of_word, type_word};

/// What a missing value is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// The last value before it.
    Forward,
    /// The next value after it.
    Backward,
    /// The least value of the column.
    Min,
    /// The greatest value of the column.
    Max,
    /// The mean of the column.
    Mean,
    /// 0.
    Zero,
    /// 1.
    One,
}

impl Filling {
    /// The ways by the word that scripts write.
    pub const WORDS: [(&'static str, Filling); 7] = [
        ("forward", Filling::Forward),
        ("backward", Filling::Backward),
        ("min", Filling::Min),
        ("max", Filling::Max),
        ("mean", Filling::Mean),
        ("zero", Filling::Zero),
        ("one", Filling::One),
    ];

    /// What comes into a gap, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Filling::Forward => "The value before it",
            Filling::Backward => "The value after it",
            Filling::Min => "The least value of the column",
            Filling::Max => "The greatest value of the column",
            Filling::Mean => "The mean of the column",
            Filling::Zero => "0",
            Filling::One => "1",
        }
    }
}

impl Frame {
    /// A value where one is missing, in the columns that can hold it: a whole number in numbers, a number with decimals
    /// in columns of such, text in text, and so on.
    pub fn fill_null(&self, value: &Operand) -> Result<Frame> {
        let fits: fn(&DataType) -> bool = match value {
            Operand::Integer(_) => DataType::is_primitive_numeric,
            Operand::Number(_) => DataType::is_float,
            Operand::Text(_) => |kind| matches!(kind, DataType::String),
            Operand::Flag(_) => |kind| matches!(kind, DataType::Boolean),
            Operand::Date(_) => |kind| matches!(kind, DataType::Date | DataType::Datetime(..)),
            Operand::Time(_) => |kind| matches!(kind, DataType::Datetime(..)),
            Operand::Missing | Operand::List(_) | Operand::Map(_) | Operand::Expression(_) => {
                return Err(Failure::new("a plain value is wanted here")
                    .help("write `frame.fill_null(0)`, or `frame.fill_null(#{strategy: \"forward\"})`")
                    .help(
                        "a value computed from columns goes into an expression: `col(\"a\").fill_null(col(\"b\"))`",
                    ));
            }
        };
        let columns: Vec<&PlSmallStr> =
            self.inner.schema.iter().filter(|(_, kind)| fits(kind)).map(|(name, _)| name).collect();
        if columns.is_empty() {
            let kinds: Vec<String> =
                self.inner.schema.iter().map(|(name, kind)| format!("`{name}` {}", type_word(kind))).collect();
            let failure = Failure::new(format!("no column can hold this value: {}", kinds.join(", ")));
            if let Operand::Text(word) = value
                && Filling::WORDS.iter().any(|(known, _)| known == word)
            {
                return Err(failure.help(format!("as a strategy it is `frame.fill_null(#{{strategy: \"{word}\"}})`")));
            }
            return Err(failure
                .help("change the type first, `.cast(#{name: \"float\"})`, or give a value of the column's kind"));
        }
        let value = Expression::value(value)?.0;
        let filled: Vec<Expr> = columns
            .into_iter()
            .map(|name| {
                let kind = self.dtype(name).unwrap_or(DataType::Null);
                // Without the cast a date column would become one of text or of times.
                col(name.clone()).fill_null(value.clone().cast(kind))
            })
            .collect();
        self.extend(|plan| plan.with_columns(&filled))
    }

    /// A value found in the column where one is missing. `limit` bounds how many in a row are filled forward or backward.
    pub fn fill_null_by(&self, how: Filling, limit: Option<u32>) -> Result<Frame> {
        let strategy = match how {
            Filling::Forward => FillNullStrategy::Forward(limit),
            Filling::Backward => FillNullStrategy::Backward(limit),
            Filling::Min => FillNullStrategy::Min,
            Filling::Max => FillNullStrategy::Max,
            Filling::Mean => FillNullStrategy::Mean,
            Filling::Zero => FillNullStrategy::Zero,
            Filling::One => FillNullStrategy::One,
        };
        if limit.is_some() && !matches!(how, Filling::Forward | Filling::Backward) {
            return Err(Failure::new("`limit` goes with \"forward\" and \"backward\" only").help("leave it out"));
        }
        let fits: fn(&DataType) -> bool = match how {
            Filling::Forward | Filling::Backward => |_| true,
            Filling::Min | Filling::Max => |kind| kind.is_primitive_numeric() || kind.is_temporal(),
            Filling::Mean => DataType::is_float,
            Filling::Zero | Filling::One => DataType::is_primitive_numeric,
        };
        let filled: Vec<Expr> = self
            .inner
            .schema
            .iter()
            .filter(|(_, kind)| fits(kind))
            .map(|(name, _)| col(name.clone()).fill_null_with_strategy(strategy))
            .collect();
        self.extend(|plan| plan.with_columns(&filled))
    }

    /// A value where a number is none, such as 0 / 0.
    pub fn fill_nan(&self, value: &Operand) -> Result<Frame> {
        if !matches!(value, Operand::Integer(_) | Operand::Number(_) | Operand::Missing) {
            return Err(Failure::new("a number or `()` is wanted here").help("write `frame.fill_nan(0)`"));
        }
        let value = Expression::value(value)?.0;
        let floats = self.inner.schema.iter().filter(|(_, kind)| kind.is_float());
        let filled: Vec<Expr> = floats
            .map(|(name, kind)| {
                let column = col(name.clone());
                when(column.clone().is_nan())
                    .then(value.clone().cast(kind.clone()))
                    .otherwise(column)
                    .alias(name.clone())
            })
            .collect();
        self.extend(|plan| plan.with_columns(&filled))
    }

    /// Columns as other types, by name. A value that cannot be cast is an error.
    pub fn cast(&self, types: &[(String, String)]) -> Result<Frame> {
        let cast: Result<Vec<Expr>> = types
            .iter()
            .map(|(name, kind)| {
                self.need(name)?;
                Ok(col(name.as_str()).strict_cast(type_of_word(kind)?))
            })
            .collect();
        let cast = cast?;
        self.allows(|plan| plan.with_columns(&cast))?;
        self.extend(|plan| plan.with_columns(&cast))
    }

    /// A first column that counts the rows.
    pub fn with_row_index(&self, name: &str, offset: u32) -> Result<Frame> {
        if self.need(name).is_ok() {
            return Err(Failure::new(format!("there is a column `{name}` already"))
                .help("give the numbers another name: `frame.with_row_index(\"row\")`"));
        }
        self.extend(|plan| plan.with_row_index(name, Some(offset)))
    }
}
