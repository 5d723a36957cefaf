//! An expression in the words of the language, as far as a line holds it.

use polars::prelude::*;
use polars_plan::dsl::DataTypeExpr;

use crate::table::type_word;

/// Letters of an expression that are told.
const LONGEST: usize = 160;
/// How deep an expression is looked into.
const DEEPEST: usize = 40;

/// The expression, without the name that it is given.
pub(in crate::table) fn worded(expression: &Expr) -> String {
    let inner = match expression {
        Expr::Alias(inner, _) => inner,
        other => other,
    };
    shortened(written(inner, 0))
}

/// The same, a plain column by its name alone.
pub(super) fn named(expression: &Expr) -> String {
    match expression {
        Expr::Column(name) => format!("`{name}`"),
        Expr::Alias(_, name) => format!("`{name}`"),
        other => worded(other),
    }
}

/// A text as long as one that is told may be.
pub(super) fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn written(expression: &Expr, depth: usize) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    let inside = |one: &Expr| written(one, depth + 1);
    let method = |one: &Expr, call: String| format!("{}.{call}", operand(one, depth + 1));
    match expression {
        Expr::Column(name) => format!("col({name:?})"),
        Expr::Alias(inner, name) => method(inner, format!("alias({:?})", name.as_str())),
        Expr::Literal(value) => literal(value),
        Expr::Len => "len()".to_owned(),
        Expr::Element => "element()".to_owned(),
        Expr::BinaryExpr { left, op, right } => {
            // Polars marks those that compare missing values as well.
            let sign = op.to_string();
            format!("{} {} {}", operand(left, depth + 1), sign.trim_end_matches('v'), operand(right, depth + 1))
        }
        Expr::Cast { expr, dtype, .. } => match dtype {
            DataTypeExpr::Literal(kind) => method(expr, format!("cast({:?})", type_word(kind))),
            _ => method(expr, "cast(…)".to_owned()),
        },
        Expr::Agg(summary) => summarised(summary, depth),
        Expr::Ternary { predicate, truthy, falsy } => {
            format!("when({}).then({}).otherwise({})", inside(predicate), inside(truthy), inside(falsy))
        }
        Expr::Function { input, function } => {
            // Polars tells in its names which branch of a function it takes.
            let name = function.to_string();
            let name = name.trim_end_matches("_ignore_nulls").trim_end_matches("_horizontal");
            called(name, input, depth)
        }
        Expr::AnonymousFunction { input, fmt_str, .. } => called(fmt_str.as_str(), input, depth),
        Expr::Sort { expr, .. } => method(expr, "sort()".to_owned()),
        Expr::SortBy { expr, by, .. } => method(expr, format!("sort_by({})", all(by, depth))),
        Expr::Gather { expr, idx, .. } => method(expr, format!("gather({})", inside(idx))),
        Expr::Filter { input, by } => method(input, format!("filter({})", inside(by))),
        Expr::Explode { input, .. } => method(input, "explode()".to_owned()),
        Expr::Slice { input, offset, length } => {
            method(input, format!("slice({}, {})", inside(offset), inside(length)))
        }
        Expr::Over { function, partition_by, order_by, .. } => {
            let order = order_by.as_ref().map(|(by, _)| format!(", #{{order_by: {}}}", inside(by)));
            method(function, format!("over({}{})", all(partition_by, depth), order.unwrap_or_default()))
        }
        Expr::KeepName(inner) => method(inner, "name.keep()".to_owned()),
        Expr::RenameAlias { expr, .. } => inside(expr),
        Expr::Eval { expr, evaluation, .. } => method(expr, format!("list.eval({})", inside(evaluation))),
        other => format!("{other:?}"),
    }
}

/// What stands beside an operator or before a dot.
fn operand(expression: &Expr, depth: usize) -> String {
    let text = written(expression, depth);
    match expression {
        Expr::BinaryExpr { .. } => format!("({text})"),
        _ => text,
    }
}

fn all(expressions: &[Expr], depth: usize) -> String {
    expressions.iter().map(|one| written(one, depth + 1)).collect::<Vec<_>>().join(", ")
}

fn called(name: &str, input: &[Expr], depth: usize) -> String {
    match input {
        [] => format!("{name}()"),
        [first, rest @ ..] => format!("{}.{name}({})", operand(first, depth + 1), all(rest, depth)),
    }
}

fn summarised(summary: &AggExpr, depth: usize) -> String {
    let (input, call) = match summary {
        AggExpr::Min { input, .. } => (input, "min()"),
        AggExpr::Max { input, .. } => (input, "max()"),
        AggExpr::Median(input) => (input, "median()"),
        AggExpr::NUnique(input) => (input, "n_unique()"),
        AggExpr::First(input) | AggExpr::FirstNonNull(input) => (input, "first()"),
        AggExpr::Last(input) | AggExpr::LastNonNull(input) => (input, "last()"),
        AggExpr::Item { input, .. } => (input, "item()"),
        AggExpr::Mean(input) => (input, "mean()"),
        AggExpr::Implode { input, .. } => (input, "implode()"),
        AggExpr::Count { input, include_nulls: false } => (input, "count()"),
        AggExpr::Count { input, .. } => (input, "len()"),
        AggExpr::Sum(input) => (input, "sum()"),
        AggExpr::AggGroups(input) => (input, "agg_groups()"),
        AggExpr::Std(input, _) => (input, "std()"),
        AggExpr::Var(input, _) => (input, "var()"),
    };
    format!("{}.{call}", operand(input, depth + 1))
}

fn literal(value: &LiteralValue) -> String {
    match value.to_any_value() {
        Some(AnyValue::Null) => "()".to_owned(),
        Some(AnyValue::String(text)) => format!("{:?}", shortened(text.to_owned())),
        Some(AnyValue::StringOwned(text)) => format!("{:?}", shortened(text.to_string())),
        Some(value @ (AnyValue::Date(_) | AnyValue::Datetime(..) | AnyValue::DatetimeOwned(..))) => {
            format!("date(\"{value}\")")
        }
        Some(AnyValue::List(values)) => list(&values),
        Some(value) => value.to_string(),
        None => match value {
            LiteralValue::Series(values) => list(values),
            _ => "…".to_owned(),
        },
    }
}

/// The first values of a list.
fn list(values: &Series) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<String> = values
        .iter()
        .take(SHOWN)
        .map(|value| match value {
            AnyValue::Null => "()".to_owned(),
            AnyValue::String(text) => format!("{text:?}"),
            other => other.to_string(),
        })
        .collect();
    let more = if values.len() > SHOWN { format!(", … {} more", values.len() - SHOWN) } else { String::new() };
    format!("[{}{more}]", shown.join(", "))
}
