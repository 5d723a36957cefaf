//! Which groupings are counted here, and what they come down to.

use std::sync::Arc;

use polars::prelude::*;

use super::job::{Job, MOST_WORDS};
use super::keys::KeyKind;
use super::measures::{Measure, Measured, Reading};

/// A grouping as a job: what it reads, what is counted, and what is made of the counts.
pub(super) struct Pattern {
    /// The keys, then the values.
    pub(super) read: LazyFrame,
    /// The same columns as expressions on the rows that are grouped.
    pub(super) made: Vec<Expr>,
    pub(super) job: Job,
    /// Names of the keys and the measures, as `answer` calls them.
    pub(super) names: Vec<PlSmallStr>,
    /// The columns of the grouping, made of keys and measures.
    pub(super) answer: Vec<Expr>,
}

/// The summaries of a grouping while they are looked at.
#[derive(Default)]
struct Found {
    values: Vec<Expr>,
    /// Each measure with what it is called in Polars, and the number of its values.
    measures: Vec<(Measure, Expr, Option<usize>)>,
}

fn key_name(number: usize) -> PlSmallStr {
    format!("key {number}").into()
}

fn measure_name(number: usize) -> PlSmallStr {
    format!("measure {number}").into()
}

/// The pattern of a grouping; none where it asks for something that is left to Polars.
pub(super) fn pattern(input: &DslPlan, keys: &[Expr], summaries: &[Expr]) -> PolarsResult<Option<Pattern>> {
    let mut found = Found::default();
    let made: Option<Vec<Expr>> = summaries.iter().map(|summary| found.answer(summary)).collect();
    let (Some(made), true) = (made, keys.iter().all(|key| is_row_by_row(key, true))) else { return Ok(None) };
    let input = LazyFrame::from_logical_plan(input.clone(), OptFlags::default());
    let named_keys: Vec<Expr> = keys.iter().enumerate().map(|(at, key)| key.clone().alias(key_name(at))).collect();
    let values = found.values.iter().enumerate().map(|(at, value)| value.clone().alias(format!("value {at}")));
    let all: Vec<Expr> = named_keys.iter().cloned().chain(values).collect();
    let schema = input.clone().select(all).collect_schema()?;
    let types: Vec<&DataType> = schema.iter_values().collect();
    let (key_types, value_types) = types.split_at(keys.len());
    let kinds: Option<Vec<KeyKind>> = key_types.iter().map(|kind| KeyKind::of(kind)).collect();
    let Some(kinds) = kinds.filter(|kinds| kinds.iter().map(|kind| kind.words()).sum::<usize>() <= MOST_WORDS) else {
        return Ok(None);
    };
    let measures = found.measures.iter().enumerate();
    let measures: Vec<Expr> = measures.map(|(at, (_, plain, _))| plain.clone().alias(measure_name(at))).collect();
    // Polars says of which type each measure and each column of the answer is.
    let counted = input.clone().group_by(&named_keys).agg(&measures).collect_schema()?;
    let wanted = input.clone().group_by(keys).agg(summaries).collect_schema()?;
    let mut job = Job {
        keys: kinds.into_iter().zip(key_types.iter().map(|kind| (*kind).clone())).collect(),
        values: Vec::new(),
        measures: Vec::new(),
    };
    let mut read_as: Vec<(usize, Reading)> = Vec::new();
    for (at, (measure, _, value)) in found.measures.iter().enumerate() {
        let Some(kind) = counted.get(measure_name(at).as_str()) else { return Ok(None) };
        let Some(reading) = value.map_or(Some(Reading::Presence), |value| reading(*measure, value_types[value])) else {
            return Ok(None);
        };
        if !can_answer(kind) {
            return Ok(None);
        }
        let column = value.map_or(0, |value| place_of(&mut read_as, (value, reading)));
        job.measures.push(Measured { measure: *measure, values: column, reading, kind: kind.clone() });
    }
    job.values = read_as.iter().map(|(_, reading)| *reading).collect();
    // A column that is read in two ways is there twice.
    let columns = read_as.iter().enumerate();
    let columns = columns.map(|(at, (value, _))| found.values[*value].clone().alias(format!("column {at}")));
    let read: Vec<Expr> = named_keys.iter().cloned().chain(columns).collect();
    let names: Vec<PlSmallStr> =
        (0..keys.len()).map(key_name).chain((0..found.measures.len()).map(measure_name)).collect();
    let answer = (0..keys.len()).map(|at| col(key_name(at))).chain(made);
    let answer: Vec<Expr> = answer.zip(wanted.iter_names()).map(|(made, name)| made.alias(name.clone())).collect();
    let answered = DataFrame::empty_with_schema(&counted).lazy().select(&answer).collect_schema()?;
    Ok((answered == wanted).then_some(Pattern { read: input.select(&read), made: read, job, names, answer }))
}

fn place_of<T: PartialEq>(list: &mut Vec<T>, one: T) -> usize {
    list.iter().position(|known| *known == one).unwrap_or_else(|| {
        list.push(one);
        list.len() - 1
    })
}

/// Whether a measure is given out in this type.
fn can_answer(kind: &DataType) -> bool {
    let is_time = matches!(kind, DataType::Date | DataType::Datetime(..) | DataType::Duration(_) | DataType::Time);
    is_time || is_number(kind)
}

fn is_number(kind: &DataType) -> bool {
    matches!(kind, DataType::Float32 | DataType::Float64)
        || kind.is_integer() && !matches!(kind, DataType::Int128 | DataType::UInt128)
}

/// As what the values of a measure are read; none where the measure of this type is left to Polars.
fn reading(measure: Measure, kind: &DataType) -> Option<Reading> {
    let is_float = matches!(kind, DataType::Float32 | DataType::Float64);
    match measure {
        Measure::Rows | Measure::Count => Some(Reading::Presence),
        Measure::Mean if *kind == DataType::Boolean => Some(Reading::Float),
        Measure::Mean | Measure::Variance { .. } | Measure::Median => is_number(kind).then_some(Reading::Float),
        Measure::Different => match kind {
            DataType::String => Some(Reading::Text),
            DataType::UInt64 => Some(Reading::Unsigned),
            _ if is_float => Some(Reading::Float),
            _ => (can_answer(kind) || *kind == DataType::Boolean).then_some(Reading::Whole),
        },
        Measure::Sum if matches!(kind, DataType::Boolean | DataType::Duration(_)) => Some(Reading::Whole),
        Measure::Sum if !is_number(kind) => None,
        Measure::Min | Measure::Max if !can_answer(kind) => None,
        Measure::Sum | Measure::Min | Measure::Max => Some(match kind {
            _ if is_float => Reading::Float,
            DataType::UInt64 => Reading::Unsigned,
            _ => Reading::Whole,
        }),
    }
}

/// Whether an expression makes one value of each row, and of a column at least.
fn is_row_by_row(expression: &Expr, is_key: bool) -> bool {
    let mut columns = 0;
    each_row_by_row(expression, is_key, &mut columns) && columns > 0
}

fn each_row_by_row(expression: &Expr, is_key: bool, columns: &mut usize) -> bool {
    let mut all = |parts: &[&Expr]| parts.iter().all(|part| each_row_by_row(part, is_key, columns));
    match expression {
        // A pattern stands for any number of columns.
        Expr::Column(name) if name.starts_with('^') => false,
        Expr::Column(_) => {
            *columns += 1;
            true
        }
        Expr::Literal(value) => value.is_scalar(),
        Expr::Alias(inner, _) => all(&[&**inner]),
        Expr::Cast { expr, .. } => all(&[&**expr]),
        Expr::BinaryExpr { left, right, .. } => all(&[&**left, &**right]),
        Expr::Ternary { predicate, truthy, falsy } => all(&[&**predicate, &**truthy, &**falsy]),
        Expr::Function { input, function: FunctionExpr::TemporalExpr(_) } => {
            is_key && all(&input.iter().collect::<Vec<_>>())
        }
        _ => false,
    }
}

impl Found {
    /// A summary as an expression of measures; none where it holds anything else.
    fn answer(&mut self, summary: &Expr) -> Option<Expr> {
        let before = self.measures.len();
        let made = self.made(summary)?;
        // A summary without any measure is the same for all groups, which Polars knows better.
        let uses_any = made.into_iter().any(|part| matches!(part, Expr::Column(_)));
        (uses_any || self.measures.len() > before).then_some(made)
    }

    fn made(&mut self, summary: &Expr) -> Option<Expr> {
        Some(match summary {
            Expr::Len => self.measure(Measure::Rows, summary, None)?,
            Expr::Agg(AggExpr::Sum(input)) => self.measure(Measure::Sum, summary, Some(input))?,
            Expr::Agg(AggExpr::Mean(input)) => self.measure(Measure::Mean, summary, Some(input))?,
            Expr::Agg(AggExpr::NUnique(input)) => self.measure(Measure::Different, summary, Some(input))?,
            Expr::Agg(AggExpr::Median(input)) => self.measure(Measure::Median, summary, Some(input))?,
            Expr::Agg(AggExpr::Min { input, propagate_nans: false }) => {
                self.measure(Measure::Min, summary, Some(input))?
            }
            Expr::Agg(AggExpr::Max { input, propagate_nans: false }) => {
                self.measure(Measure::Max, summary, Some(input))?
            }
            Expr::Agg(AggExpr::Count { input, include_nulls: false }) => {
                self.measure(Measure::Count, summary, Some(input))?
            }
            Expr::Agg(AggExpr::Var(input, less)) => {
                self.measure(Measure::Variance { less: *less, root: false }, summary, Some(input))?
            }
            Expr::Agg(AggExpr::Std(input, less)) => {
                self.measure(Measure::Variance { less: *less, root: true }, summary, Some(input))?
            }
            Expr::Alias(inner, _) => self.made(inner)?,
            Expr::Literal(value) if value.is_scalar() => summary.clone(),
            Expr::BinaryExpr { left, op, right } => {
                let (left, right) = (Arc::new(self.made(left)?), Arc::new(self.made(right)?));
                Expr::BinaryExpr { left, op: *op, right }
            }
            Expr::Cast { expr, dtype, options } => {
                Expr::Cast { expr: Arc::new(self.made(expr)?), dtype: dtype.clone(), options: *options }
            }
            Expr::Ternary { predicate, truthy, falsy } => Expr::Ternary {
                predicate: Arc::new(self.made(predicate)?),
                truthy: Arc::new(self.made(truthy)?),
                falsy: Arc::new(self.made(falsy)?),
            },
            _ => return None,
        })
    }

    fn measure(&mut self, measure: Measure, plain: &Expr, input: Option<&Arc<Expr>>) -> Option<Expr> {
        let value = match input {
            Some(input) if !is_row_by_row(input, false) => return None,
            Some(input) => Some(place_of(&mut self.values, (**input).clone())),
            None => None,
        };
        let at = place_of(&mut self.measures, (measure, plain.clone(), value));
        Some(col(measure_name(at)))
    }
}
