//! Expressions that begin with a word instead of a column: rows put together, ranges, lengths of time.

use chrono::NaiveTime;
use polars::lazy::dsl::{date_range, datetime_range, max_horizontal, mean_horizontal, min_horizontal, sum_horizontal};
use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::methods::length;
use super::{Expression, Operand};
use crate::table::{failure, thousands};

/// Values that a range with known ends may have: eight gigabytes of them.
const MOST_OF_A_RANGE: f64 = 1e9;

/// Refuses a range that would take all memory.
fn few_enough(values: f64, what: &str) -> Result<()> {
    if values <= MOST_OF_A_RANGE {
        return Ok(());
    }
    let most = thousands(MOST_OF_A_RANGE as usize);
    Err(Failure::new(format!("the range would have {} {what}", thousands(values as usize)))
        .help(format!("up to {most} are made: take a longer step, or ends that are nearer")))
}

/// A day or a time as a number.
fn microseconds(end: &Operand) -> Option<f64> {
    let moment = match end {
        Operand::Date(day) => day.and_time(NaiveTime::MIN),
        Operand::Time(moment) => *moment,
        _ => return None,
    };
    Some(moment.and_utc().timestamp_micros() as f64)
}

/// How columns are put together row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizontal {
    /// The sum; missing values are left out.
    Sum,
    /// The mean; missing values are left out.
    Mean,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// Whether any is true.
    Any,
    /// Whether all are true.
    All,
    /// The first value that is there.
    Coalesce,
    /// One list.
    List,
    /// One struct, its fields named as the columns.
    Struct,
}

fn exprs(columns: &[Expression]) -> Vec<Expr> {
    columns.iter().map(|column| column.0.clone()).collect()
}

fn made(made: PolarsResult<Expr>) -> Result<Expression> {
    made.map(Expression).map_err(|error| failure(error, &[]))
}

/// A column that must hold numbers: Polars would take text for missing values without a word.
fn measured(column: &Expression) -> Expr {
    column.0.clone() * lit(1.0)
}

impl Expression {
    /// Columns put together row by row.
    pub fn horizontal(how: Horizontal, columns: &[Expression], ignore_nulls: bool) -> Result<Expression> {
        if columns.is_empty() {
            return Err(Failure::new("no column is given").help("name them: \"a\", \"b\""));
        }
        let columns = exprs(columns);
        made(match how {
            Horizontal::Sum => sum_horizontal(columns, ignore_nulls),
            Horizontal::Mean => mean_horizontal(columns, ignore_nulls),
            Horizontal::Min => min_horizontal(columns),
            Horizontal::Max => max_horizontal(columns),
            Horizontal::Any => any_horizontal(columns),
            Horizontal::All => all_horizontal(columns),
            Horizontal::Coalesce => Ok(coalesce(&columns)),
            Horizontal::List => concat_list(columns),
            Horizontal::Struct => Ok(as_struct(columns)),
        })
    }

    /// The columns as one text; missing where one of them is, unless missing values are left out.
    pub fn concat_str(columns: &[Expression], separator: &str, ignore_nulls: bool) -> Expression {
        Expression(concat_str(exprs(columns), separator, ignore_nulls))
    }

    /// A text in which each `{}` stands for the next column.
    pub fn format(text: &str, columns: &[Expression]) -> Result<Expression> {
        let gaps = text.matches("{}").count();
        if gaps != columns.len() {
            return Err(Failure::new(format!("gaps `{{}}` in the text: {gaps}, columns for them: {}", columns.len()))
                .help("write one `{}` for each column: `format(\"{} of {}\", \"quantity\", \"amount\")`"));
        }
        made(format_str(text, &exprs(columns)))
    }

    /// The correlation of two columns: Pearson's, or Spearman's of the ranks.
    pub fn correlation(left: &Expression, right: &Expression, ranks: bool) -> Expression {
        let (left, right) = (measured(left), measured(right));
        if !ranks {
            return Expression(pearson_corr(left, right));
        }
        // Rows that lack either value are left out before ranking, as Pearson's leaves them out.
        let whole = left.clone().is_not_null().and(right.clone().is_not_null());
        let ranks = |column: Expr| column.filter(whole.clone()).rank(RankOptions::default(), None);
        Expression(pearson_corr(ranks(left), ranks(right)))
    }

    /// The covariance of two columns.
    pub fn covariance(left: &Expression, right: &Expression, ddof: u8) -> Expression {
        Expression(cov(measured(left), measured(right), ddof))
    }

    /// Whole numbers from `start` up to, but without, `end`.
    pub fn int_range(start: &Operand, end: &Operand, step: i64) -> Result<Expression> {
        if step == 0 {
            return Err(Failure::new("a step of 0 leads nowhere").help("`int_range(0, 10, 2)` counts 0, 2, 4, 6, 8"));
        }
        if let (Operand::Integer(start), Operand::Integer(end)) = (start, end) {
            few_enough((*end as f64 - *start as f64) / step as f64, "numbers")?;
        }
        Ok(Expression(int_range(start.expr()?, end.expr()?, step, DataType::Int64)))
    }

    /// Days from `start` to `end`, both included unless told; with a time of day where `times`.
    pub fn date_range(start: &Operand, end: &Operand, every: &str, closed: &str, times: bool) -> Result<Expression> {
        let every_length = length(every)?;
        if every_length.is_zero() || every_length.negative() {
            return Err(Failure::new(format!("`{every}` is no step forward")).help("write \"1d\", \"1w\", \"1mo\" …"));
        }
        if every_length.parsed_int {
            return Err(Failure::new(format!("`{every}` counts numbers")).help("days count as \"10d\""));
        }
        if !times && !every_length.is_full_days() {
            return Err(Failure::new(format!("`{every}` is no step of whole days"))
                .help(format!("times of day come of `datetime_range(start, end, \"{every}\")`")));
        }
        if let (Some(from), Some(to)) = (microseconds(start), microseconds(end)) {
            few_enough((to - from) / every_length.duration_us() as f64, if times { "times" } else { "days" })?;
        }
        let closed = match closed {
            "both" => ClosedWindow::Both,
            "left" => ClosedWindow::Left,
            "right" => ClosedWindow::Right,
            "none" => ClosedWindow::None,
            other => {
                return Err(Failure::new(format!("`closed` cannot be `{other}`"))
                    .near(other, ["both", "left", "right", "none"]));
            }
        };
        let (start, end, step) = (Some(start.expr()?), Some(end.expr()?), Some(every_length));
        made(match times {
            true => datetime_range(start, end, step, None, closed, Some(TimeUnit::Microseconds), None),
            false => date_range(start, end, step, None, closed),
        })
    }

    /// A length of time: numbers or columns of weeks, days, hours, minutes, seconds, milliseconds and microseconds.
    pub fn duration(parts: &[(String, Operand)]) -> Result<Expression> {
        const PARTS: [&str; 7] = ["weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds"];
        let mut arguments = DurationArgs::new();
        for (name, value) in parts {
            let value = match value {
                Operand::Integer(_) | Operand::Expression(_) => value.expr()?,
                Operand::Text(column) => col(column.as_str()),
                other => return Err(other.refuse("a whole number, or a column").within(format!("`{name}`"))),
            };
            match name.as_str() {
                "weeks" => arguments.weeks = value,
                "days" => arguments.days = value,
                "hours" => arguments.hours = value,
                "minutes" => arguments.minutes = value,
                "seconds" => arguments.seconds = value,
                "milliseconds" => arguments.milliseconds = value,
                "microseconds" => arguments.microseconds = value,
                other => {
                    return Err(Failure::new(format!("no unit `{other}`"))
                        .near(other, PARTS)
                        .help("months and years differ in length: `.dt.offset_by(\"1mo\")` counts on the calendar"));
                }
            }
        }
        if parts.is_empty() {
            return Err(Failure::new("the length of time is empty").help("write `duration(#{days: 3})`"));
        }
        Ok(Expression(duration(arguments)))
    }

    /// The items of a list, inside `.list.eval(…)`.
    pub fn element() -> Expression {
        Expression(element())
    }

    /// A field of the struct, inside `.struct.with_fields(…)`.
    pub fn field(name: &str) -> Expression {
        Expression(Expr::Field([name.into()].into()))
    }
}
