//! Column expressions: `col("amount") * 2`, `.sum()`, `.dt.year()` … Each method stands once in [`METHODS`], with its words.

use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use regulars_plugin::{Failure, Result};

/// A computation on columns, carried out when a frame uses it.
#[derive(Clone, Debug)]
pub struct Expression(pub(crate) Expr);

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
    fn expr(&self) -> Result<Expr> {
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

    fn text(&self) -> Result<&str> {
        match self {
            Operand::Text(text) => Ok(text),
            _ => Err(Failure::new("text in quotes is wanted here")),
        }
    }

    fn integer(&self) -> Result<i64> {
        match self {
            Operand::Integer(number) => Ok(*number),
            Operand::Number(number) if number.fract() == 0.0 => Ok(*number as i64),
            _ => Err(Failure::new("a whole number is wanted here")),
        }
    }

    fn number(&self) -> Result<f64> {
        match self {
            Operand::Number(number) => Ok(*number),
            Operand::Integer(number) => Ok(*number as f64),
            _ => Err(Failure::new("a number is wanted here")),
        }
    }

    fn flag(&self) -> Result<bool> {
        match self {
            Operand::Flag(flag) => Ok(*flag),
            _ => Err(Failure::new("`true` or `false` is wanted here")),
        }
    }

    /// A list of plain values as a series for `is_in`.
    fn series(&self) -> Result<Series> {
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

impl Expression {
    /// A column by name; `"*"` is every column.
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

    /// True where it is false.
    #[must_use]
    pub fn not(&self) -> Expression {
        Expression(self.0.clone().not())
    }

    /// The name that the result will have, where it can be told.
    pub fn name(&self) -> Option<String> {
        self.0.into_iter().find_map(|part| match part {
            Expr::Alias(_, name) | Expr::Column(name) => Some(name.to_string()),
            _ => None,
        })
    }
}

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

/// A column type by the word that scripts write: `int`, `float`, `string`, `bool`, `date`, `datetime`, or Polars' own name.
pub(crate) fn type_of_word(word: &str) -> Result<DataType> {
    Ok(match word {
        "int" | "integer" | "Int64" => DataType::Int64,
        "float" | "number" | "Float64" => DataType::Float64,
        "string" | "text" | "String" | "str" => DataType::String,
        "bool" | "flag" | "Boolean" => DataType::Boolean,
        "date" | "Date" => DataType::Date,
        "datetime" | "Datetime" => DataType::Datetime(TimeUnit::Microseconds, None),
        "duration" | "Duration" => DataType::Duration(TimeUnit::Microseconds),
        "Int8" => DataType::Int8,
        "Int16" => DataType::Int16,
        "Int32" => DataType::Int32,
        "UInt8" => DataType::UInt8,
        "UInt16" => DataType::UInt16,
        "UInt32" => DataType::UInt32,
        "UInt64" => DataType::UInt64,
        "Float32" => DataType::Float32,
        other => {
            return Err(Failure::new(format!("no type `{other}`")).near(
                other,
                ["int", "float", "string", "bool", "date", "datetime", "Int64", "Float64", "String", "Boolean"],
            ));
        }
    })
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
pub const METHODS: &[Method] = &[
    // Names and types
    method("", "alias", &["name"], "The same values under another name.", |e, a| Ok(e.alias(a[0].text()?))),
    method(
        "",
        "cast",
        &["type"],
        "The values as another type: \"int\", \"float\", \"string\", \"bool\", \"date\", \"datetime\", or a type name of Polars. A value that cannot be cast is an error.",
        |e, a| Ok(e.strict_cast(type_of_word(a[0].text()?)?)),
    ),
    // Summaries
    method("", "sum", &[], "The sum.", |e, _| Ok(e.sum())),
    method("", "mean", &[], "The mean.", |e, _| Ok(e.mean())),
    method("", "median", &[], "The median.", |e, _| Ok(e.median())),
    method("", "min", &[], "The least value.", |e, _| Ok(e.min())),
    method("", "max", &[], "The greatest value.", |e, _| Ok(e.max())),
    method("", "std", &["ddof?"], "The standard deviation; `ddof` is 1 unless told.", |e, a| Ok(e.std(deviations(a)?))),
    method("", "var", &["ddof?"], "The variance; `ddof` is 1 unless told.", |e, a| Ok(e.var(deviations(a)?))),
    method(
        "",
        "quantile",
        &["q", "how?"],
        "The value below which the share `q` of the values lies; between two values by \"linear\" unless told (\"nearest\", \"lower\", \"higher\", \"midpoint\").",
        |e, a| {
            let how = match a.get(1).map(Operand::text).transpose()? {
                None | Some("linear") => QuantileMethod::Linear,
                Some("nearest") => QuantileMethod::Nearest,
                Some("lower") => QuantileMethod::Lower,
                Some("higher") => QuantileMethod::Higher,
                Some("midpoint") => QuantileMethod::Midpoint,
                Some(other) => {
                    return Err(Failure::new(format!("no quantile rule `{other}`"))
                        .near(other, ["linear", "nearest", "lower", "higher", "midpoint"]));
                }
            };
            Ok(e.quantile(a[0].expr()?, how))
        },
    ),
    method("", "count", &[], "The number of values that are there.", |e, _| Ok(e.count())),
    method("", "len", &[], "The number of rows, missing values included.", |e, _| Ok(e.len())),
    method("", "n_unique", &[], "The number of different values.", |e, _| Ok(e.n_unique())),
    method("", "null_count", &[], "The number of missing values.", |e, _| Ok(e.null_count())),
    method("", "first", &[], "The first value.", |e, _| Ok(e.first())),
    method("", "last", &[], "The last value.", |e, _| Ok(e.last())),
    method("", "any", &[], "Whether any is true.", |e, _| Ok(e.any(true))),
    method("", "all", &[], "Whether all are true.", |e, _| Ok(e.all(true))),
    method("", "unique", &[], "The different values, in order of first appearance.", |e, _| Ok(e.unique_stable())),
    method("", "implode", &[], "All values as one list.", |e, _| Ok(e.implode(true))),
    // Missing values
    method("", "is_null", &[], "Whether the value is missing.", |e, _| Ok(e.is_null())),
    method("", "is_not_null", &[], "Whether there is a value.", |e, _| Ok(e.is_not_null())),
    method("", "fill_null", &["value"], "The value, or another where it is missing.", |e, a| {
        Ok(e.fill_null(a[0].expr()?))
    }),
    method("", "is_nan", &[], "Whether it is not a number.", |e, _| Ok(e.is_nan())),
    method("", "fill_nan", &["value"], "The value, or another where it is not a number.", |e, a| {
        Ok(e.fill_nan(a[0].expr()?))
    }),
    method("", "drop_nulls", &[], "The values that are there.", |e, _| Ok(e.drop_nulls())),
    // Comparisons
    method("", "is_in", &["list"], "Whether the value is one of a list.", |e, a| {
        Ok(e.is_in(lit(a[0].series()?).implode(true), false))
    }),
    method("", "is_between", &["low", "high"], "Whether the value lies between two others, both included.", |e, a| {
        Ok(e.is_between(a[0].expr()?, a[1].expr()?, ClosedInterval::Both))
    }),
    method("", "and", &["other"], "True where both are: the word for `&`.", |e, a| Ok(e.and(a[0].expr()?))),
    method("", "or", &["other"], "True where either is: the word for `|`.", |e, a| Ok(e.or(a[0].expr()?))),
    method("", "not", &[], "True where it is false: the word for `!`.", |e, _| Ok(e.not())),
    // Numbers
    method("", "abs", &[], "The value without its sign.", |e, _| Ok(e.abs())),
    method(
        "",
        "round",
        &["decimals?"],
        "The value rounded, halves away from zero; to whole numbers unless told.",
        |e, a| Ok(e.round(u32::try_from(optional_integer(a, 0)?).unwrap_or(0), RoundMode::HalfAwayFromZero)),
    ),
    method("", "floor", &[], "The whole number at or below.", |e, _| Ok(e.floor())),
    method("", "ceil", &[], "The whole number at or above.", |e, _| Ok(e.ceil())),
    method("", "clip", &["low", "high"], "The value, held between two others.", |e, a| {
        Ok(e.clip(a[0].expr()?, a[1].expr()?))
    }),
    method("", "sqrt", &[], "The square root.", |e, _| Ok(e.sqrt())),
    method("", "pow", &["exponent"], "The value to a power.", |e, a| Ok(e.pow(a[0].expr()?))),
    method("", "log", &["base?"], "The logarithm; natural unless told.", |e, a| {
        Ok(e.log(lit(a.first().map_or(Ok(std::f64::consts::E), Operand::number)?)))
    }),
    method("", "exp", &[], "e to the power of the value.", |e, _| Ok(e.exp())),
    // Order
    method(
        "",
        "rank",
        &["method?", "descending?"],
        "The place in order; ties by \"average\" unless told (\"min\", \"max\", \"dense\", \"ordinal\").",
        |e, a| {
            let method = match a.first().map(Operand::text).transpose()? {
                None | Some("average") => RankMethod::Average,
                Some("min") => RankMethod::Min,
                Some("max") => RankMethod::Max,
                Some("dense") => RankMethod::Dense,
                Some("ordinal") => RankMethod::Ordinal,
                Some(other) => {
                    return Err(Failure::new(format!("no rank method `{other}`"))
                        .near(other, ["average", "min", "max", "dense", "ordinal"]));
                }
            };
            let descending = a.get(1).map_or(Ok(false), Operand::flag)?;
            Ok(e.rank(RankOptions { method, descending }, None))
        },
    ),
    method("", "cum_sum", &[], "The sum up to each row.", |e, _| Ok(e.cum_sum(false))),
    method("", "cum_max", &[], "The greatest value up to each row.", |e, _| Ok(e.cum_max(false))),
    method("", "cum_min", &[], "The least value up to each row.", |e, _| Ok(e.cum_min(false))),
    method("", "cum_count", &[], "The number of values up to each row.", |e, _| Ok(e.cum_count(false))),
    method("", "diff", &["rows?"], "The difference to the row before, or so many rows before.", |e, a| {
        Ok(e.diff(lit(optional_integer(a, 1)?), Default::default()))
    }),
    method("", "shift", &["rows?"], "The value of the row before, or so many rows before.", |e, a| {
        Ok(e.shift(lit(optional_integer(a, 1)?)))
    }),
    method("", "reverse", &[], "The values in reverse order.", |e, _| Ok(e.reverse())),
    method(
        "",
        "over",
        &["columns…"],
        "Computed within each group of the named columns, and told on every row.",
        |e, a| {
            let keys: Result<Vec<Expr>> = a
                .iter()
                .flat_map(|one| if let Operand::List(many) = one { many.clone() } else { vec![one.clone()] })
                .map(|one| if let Operand::Text(name) = &one { Ok(col(name.as_str())) } else { one.expr() })
                .collect();
            e.over(keys?).map_err(|error| super::failure(error, &[]))
        },
    ),
    method("", "sort_by", &["column", "descending?"], "The values in the order of another column.", |e, a| {
        let by = if let Operand::Text(name) = &a[0] { col(name.as_str()) } else { a[0].expr()? };
        let descending = a.get(1).map_or(Ok(false), Operand::flag)?;
        Ok(e.sort_by([by], SortMultipleOptions::default().with_order_descending(descending).with_maintain_order(true)))
    }),
    method("", "filter", &["condition"], "The values for which a condition holds.", |e, a| Ok(e.filter(a[0].expr()?))),
    // Text
    method("str", "starts_with", &["text"], "Whether it begins so.", |e, a| Ok(e.str().starts_with(a[0].expr()?))),
    method("str", "ends_with", &["text"], "Whether it ends so.", |e, a| Ok(e.str().ends_with(a[0].expr()?))),
    method("str", "contains", &["pattern"], "Whether a regular expression matches.", |e, a| {
        Ok(e.str().contains(pattern(a[0].text()?)?, true))
    }),
    method("str", "contains_literal", &["text"], "Whether it holds this text.", |e, a| {
        Ok(e.str().contains_literal(a[0].expr()?))
    }),
    method("str", "replace", &["pattern", "text"], "The first match of a regular expression replaced.", |e, a| {
        Ok(e.str().replace(pattern(a[0].text()?)?, a[1].expr()?, false))
    }),
    method("str", "replace_all", &["pattern", "text"], "Every match of a regular expression replaced.", |e, a| {
        Ok(e.str().replace_all(pattern(a[0].text()?)?, a[1].expr()?, false))
    }),
    method(
        "str",
        "extract",
        &["pattern", "group?"],
        "What a group of a regular expression matches; the first group unless told.",
        |e, a| {
            let group = a.get(1).map_or(Ok(1), Operand::integer)?;
            Ok(e.str().extract(pattern(a[0].text()?)?, usize::try_from(group).unwrap_or(0)))
        },
    ),
    method("str", "to_lowercase", &[], "In small letters.", |e, _| Ok(e.str().to_lowercase())),
    method("str", "to_uppercase", &[], "In capitals.", |e, _| Ok(e.str().to_uppercase())),
    method("str", "strip_chars", &[], "Without white space at both ends.", |e, _| Ok(e.str().strip_chars(lit(NULL)))),
    method("str", "len_chars", &[], "The number of characters.", |e, _| Ok(e.str().len_chars())),
    method("str", "slice", &["from", "length"], "So many characters from a place, counted from 0.", |e, a| {
        Ok(e.str().slice(a[0].expr()?, a[1].expr()?))
    }),
    method("str", "split", &["by"], "The pieces between separators, as a list.", |e, a| {
        Ok(e.str().split(a[0].expr()?))
    }),
    method("str", "to_date", &["format?"], "The text as a date; \"%Y-%m-%d\" unless told.", |e, a| {
        let format = a.first().map_or(Ok("%Y-%m-%d"), Operand::text)?;
        Ok(e.str().to_date(StrptimeOptions { format: Some(format.into()), strict: true, exact: true, cache: true }))
    }),
    method(
        "str",
        "to_datetime",
        &["format?"],
        "The text as a date and time; \"%Y-%m-%d %H:%M:%S\" unless told.",
        |e, a| {
            let format = a.first().map_or(Ok("%Y-%m-%d %H:%M:%S"), Operand::text)?;
            let options = StrptimeOptions { format: Some(format.into()), strict: true, exact: true, cache: true };
            Ok(e.str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise")))
        },
    ),
    // Dates
    method("dt", "year", &[], "The year.", |e, _| Ok(e.dt().year())),
    method("dt", "quarter", &[], "The quarter, 1 to 4.", |e, _| Ok(e.dt().quarter())),
    method("dt", "month", &[], "The month, 1 to 12.", |e, _| Ok(e.dt().month())),
    method("dt", "week", &[], "The ISO week, 1 to 53.", |e, _| Ok(e.dt().week())),
    method("dt", "day", &[], "The day of the month.", |e, _| Ok(e.dt().day())),
    method("dt", "weekday", &[], "The day of the week, Monday is 1.", |e, _| Ok(e.dt().weekday())),
    method("dt", "hour", &[], "The hour.", |e, _| Ok(e.dt().hour())),
    method("dt", "minute", &[], "The minute.", |e, _| Ok(e.dt().minute())),
    method("dt", "date", &[], "The day, without the time.", |e, _| Ok(e.dt().date())),
    method("dt", "truncate", &["every"], "The beginning of the period: \"1w\", \"1mo\", \"1q\", \"1y\" …", |e, a| {
        Ok(e.dt().truncate(a[0].expr()?))
    }),
    method("dt", "offset_by", &["by"], "Moved by a duration: \"1d\", \"-2w\", \"1mo\" …", |e, a| {
        Ok(e.dt().offset_by(a[0].expr()?))
    }),
    method("dt", "to_string", &["format"], "As text, in a format such as \"%d.%m.%Y\".", |e, a| {
        Ok(e.dt().to_string(a[0].text()?))
    }),
    method("dt", "total_days", &[], "A duration in whole days.", |e, _| Ok(e.dt().total_days(false))),
    method("dt", "total_hours", &[], "A duration in whole hours.", |e, _| Ok(e.dt().total_hours(false))),
    // Lists
    method("list", "len", &[], "The number of items.", |e, _| Ok(e.list().len())),
    method("list", "get", &["place"], "The item at a place, counted from 0; from the end where negative.", |e, a| {
        Ok(e.list().get(a[0].expr()?, true))
    }),
    method("list", "first", &[], "The first item.", |e, _| Ok(e.list().first())),
    method("list", "last", &[], "The last item.", |e, _| Ok(e.list().last())),
    method("list", "sum", &[], "The sum of the items.", |e, _| Ok(e.list().sum())),
    method("list", "mean", &[], "The mean of the items.", |e, _| Ok(e.list().mean())),
    method("list", "join", &["by"], "The items as one text.", |e, a| Ok(e.list().join(a[0].expr()?, true))),
];
