//! Polars' types and errors in the words of the person at the prompt.

mod verbs;

use polars::prelude::{DataType, PolarsError, TimeUnit};
use regulars_plugin::Failure;

/// The digits of a number, perhaps with a sign and decimals, with a comma between thousands.
pub(crate) fn grouped(digits: &str) -> String {
    let whole_end = digits.find('.').unwrap_or(digits.len());
    let start = usize::from(digits.starts_with('-'));
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, letter) in digits.char_indices() {
        if index > start && index < whole_end && (whole_end - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(letter);
    }
    text
}

/// A count with a comma between thousands.
pub(crate) fn thousands(count: usize) -> String {
    grouped(&count.to_string())
}

/// A column type in a word, the same that `cast` takes.
pub(crate) fn type_word(kind: &DataType) -> String {
    match kind {
        kind if kind.is_integer() => "integer".to_owned(),
        kind if kind.is_float() => "number".to_owned(),
        kind if kind.is_decimal() => "decimal".to_owned(),
        DataType::String => "text".to_owned(),
        DataType::Boolean => "flag".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Datetime(TimeUnit::Microseconds, None) => "datetime".to_owned(),
        DataType::Datetime(_, None) => "datetime".to_owned(),
        DataType::Datetime(_, Some(zone)) => format!("datetime {zone}"),
        DataType::Duration(_) => "duration".to_owned(),
        DataType::Time => "time".to_owned(),
        DataType::Null => "empty".to_owned(),
        DataType::List(inner) => format!("list of {}", type_word(inner)),
        DataType::Struct(_) => "struct".to_owned(),
        DataType::Categorical(..) | DataType::Enum(..) => "category".to_owned(),
        other => other.to_string(),
    }
}

/// Values of a column type, in the plural.
pub(crate) fn values_word(kind: &DataType) -> String {
    match kind {
        kind if kind.is_integer() => "whole numbers".to_owned(),
        kind if kind.is_float() => "numbers".to_owned(),
        DataType::String => "text".to_owned(),
        DataType::Boolean => "flags".to_owned(),
        DataType::Date => "dates".to_owned(),
        DataType::Datetime(..) => "dates with a time".to_owned(),
        DataType::Duration(_) => "durations".to_owned(),
        DataType::Time => "times of day".to_owned(),
        DataType::Categorical(..) | DataType::Enum(..) => "categories".to_owned(),
        DataType::Null => "no value at all".to_owned(),
        other => format!("values of type {}", type_word(other)),
    }
}

/// A Polars error as a failure: no plan dumps, no type names of Rust.
pub(crate) fn failure(error: PolarsError, known: &[String]) -> Failure {
    let known = || known.iter().map(String::as_str);
    match root(&error) {
        PolarsError::ColumnNotFound(text) => {
            let name = quoted(text).unwrap_or_else(|| first_word(text));
            Failure::new(format!("no column `{name}`")).near(&name, known())
        }
        PolarsError::Duplicate(text) => {
            let name = quoted(text).unwrap_or_else(|| first_word(text));
            Failure::new(format!("two columns would be called `{name}`"))
                .help(format!("give one another name with `.alias(\"…\")`, for example `.alias(\"{name}_2\")`"))
        }
        PolarsError::SchemaMismatch(text) | PolarsError::InvalidOperation(text) | PolarsError::ComputeError(text) => {
            plain(text)
        }
        PolarsError::ShapeMismatch(text) if verbs::known(text).is_some() => plain(text),
        PolarsError::StructFieldNotFound(text) => {
            let name = quoted(text).unwrap_or_else(|| first_word(text));
            Failure::new(format!("there is no field `{name}`")).help(
                "`.struct.field(…)` works on structs, whose fields are named like the columns that they were made of",
            )
        }
        PolarsError::ShapeMismatch(_) => Failure::new("the columns would be of different lengths")
            .help("a frame has columns of one length; a summary such as `.sum()` is repeated for every row"),
        other => plain(&other.to_string()),
    }
}

/// What went wrong, without the places in the plan that Polars puts around it.
pub(super) fn root(error: &PolarsError) -> &PolarsError {
    match error {
        PolarsError::Context { error, .. } | PolarsError::ExprContext { error, .. } => root(error),
        other => other,
    }
}

/// An error text of Polars in our words; where there are none for it, its first lines, without the plan that Polars
/// appends and without its names for types.
fn plain(text: &str) -> Failure {
    let kept: Vec<&str> = text
        .lines()
        .take_while(|line| {
            !line.starts_with("Resolved plan")
                && !line.contains("FAILED HERE")
                && !line.starts_with("This error")
                && !line.starts_with("You might want")
        })
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(6)
        .collect();
    let raw = kept.join(" ");
    if let Some(failure) = known(&raw, text) {
        return failure;
    }
    Failure::new(in_words(&raw)).help("`frame.schema` tells the types of the columns, `.cast(…)` changes them")
}

/// Polars' names of types as ours.
pub(super) fn in_words(text: &str) -> String {
    let mut words = text.to_owned();
    for (name, word) in [
        ("dtypes", "types"),
        ("dtype", "type"),
        ("dyn int", "integer"),
        ("dyn float", "number"),
        ("str", "text"),
        ("string", "text"),
        ("String", "text"),
        ("f64", "number"),
        ("Float64", "number"),
        ("i64", "integer"),
        ("Int64", "integer"),
        ("i32", "integer"),
        ("u32", "integer"),
        ("UInt32", "integer"),
        ("bool", "flag"),
        ("boolean", "flag"),
        ("Boolean", "flag"),
        ("Date", "date"),
        ("null", "empty"),
    ] {
        words = replace_word(&words, name, word);
    }
    for word in ["text", "number", "integer", "flag", "date", "empty"] {
        words = words.replace(&format!("`{word}`"), word);
    }
    words
}

/// The mistakes that people make most often.
fn known(raw: &str, whole: &str) -> Option<Failure> {
    if let Some(failure) = verbs::known(raw) {
        return Some(failure);
    }
    let words = in_words(raw);
    if words.starts_with("cannot compare") && words.contains("date") {
        return Some(
            Failure::new("a date is compared with text")
                .help("write the day as a date: `col(\"date\") > date(\"1997-09-30\")`"),
        );
    }
    if words.starts_with("cannot compare text") {
        return Some(
            Failure::new("text is compared with a number")
                .help("put the number in quotes, or make the column a number with `.cast(\"number\")`"),
        );
    }
    if let Some(sides) = words.strip_prefix("arithmetic on types ") {
        let kinds = sides.split(" is not allowed").next().unwrap_or_default();
        let columns: Vec<String> = whole
            .split("column '")
            .skip(1)
            .filter_map(|rest| rest.split('\'').next())
            .map(|name| format!("`{name}`"))
            .collect();
        let of = if columns.is_empty() { String::new() } else { format!(", in column {}", columns.join(" and ")) };
        return Some(
            Failure::new(format!("{kinds} cannot be computed with one another{of}"))
                .help("make both of one kind first, for example with `.cast(\"number\")`"),
        );
    }
    if let Some((sign, sides)) = words.split_once(" not allowed on ").filter(|(sign, _)| sign.chars().count() <= 2) {
        let sides = sides.replace("[μs]", "");
        return Some(
            Failure::new(format!("`{sign}` does not work on a column of type {sides}"))
                .help("make both of one kind first, for example with `.cast(\"number\")` or `.cast(\"string\")`"),
        );
    }
    if let Some((name, kind)) = words.split_once(" operation not supported for type ") {
        return Some(unsupported(name.trim_matches('`'), kind));
    }
    if let Some(rest) = words.strip_prefix("expected ").filter(|rest| rest.starts_with("text type, got: ")) {
        let found = rest.rsplit(": ").next().unwrap_or_default();
        return Some(
            Failure::new(format!("a method of `.str` was used on a column of type {found}"))
                .help("make it text first: `.cast(\"string\").str…`"),
        );
    }
    if let Some(rest) = raw.strip_prefix("invalid series dtype: expected `String`, got `") {
        let (kind, name) = rest.split_once("` for series with name `")?;
        let name = name.trim_end_matches('`');
        return Some(
            Failure::new(format!("a method of `.str` was used on `{name}`, which is of type {}", in_words(kind)))
                .help("make it text first: `.cast(\"string\").str…`"),
        );
    }
    if let Some(kind) = raw.strip_prefix("expected List data type for list operation, got: ") {
        return Some(
            Failure::new(format!("a method of `.list` was used on a column of type {}", in_words(kind)))
                .help("lists come of `.str.split(\",\")`, `concat_list(…)` and `.implode()`"),
        );
    }
    if let Some(inner) = raw.strip_prefix("cannot cast List type (inner: '") {
        let inner = in_words(inner.split_once('\'')?.0);
        return Some(Failure::new(format!("a list of {inner} stands where a single value is wanted")).help(
            "`.list.contains(value)` looks into lists, `.list.join(\", \")` makes them text, `frame.explode(\"column\")` \
             gives each item a row",
        ));
    }
    if raw.starts_with("incomplete mapping specified for `replace_strict`") {
        return Some(
            Failure::new("`replace_strict` met a value that it was not told of")
                .help("say what becomes of such values: `#{default: ()}` at the end")
                .help("`.replace(…)` leaves them as they are"),
        );
    }
    if let Some(rest) = words.strip_prefix("conversion from ") {
        return conversion(rest);
    }
    if raw.starts_with("'is_in' cannot check") {
        return Some(
            Failure::new("the column and the list of `.is_in([…])` are of different kinds")
                .help("numbers are looked up among numbers, text in quotes among text in quotes"),
        );
    }
    if raw.starts_with("regex error") || raw.contains("regex parse error") {
        let why = raw.rsplit("error: ").next().unwrap_or_default();
        return Some(
            Failure::new(format!("the pattern is no regular expression: {why}"))
                .help("put `\\\\` before a bracket or another sign that means itself")
                .help("`.str.contains_literal(…)` looks for the text as it is"),
        );
    }
    if raw.starts_with("quantile should be") {
        return Some(Failure::new("a quantile lies between 0 and 1").help("the 95th percentile is `.quantile(0.95)`"));
    }
    if raw.contains("in the duration string") || raw.contains("duration string") {
        return Some(
            Failure::new("this is no length of time")
                .help("write a number and a unit: \"1d\", \"2w\", \"1mo\", \"1q\", \"1y\""),
        );
    }
    None
}

/// A method on a column whose type it does not know.
fn unsupported(name: &str, kind: &str) -> Failure {
    let kind = kind.split_whitespace().next().unwrap_or_default().trim_matches('`');
    let failure = Failure::new(format!("`{name}` does not work on a column of type {kind}"));
    let of_dates = ["year", "quarter", "month", "week", "day", "weekday", "hour", "minute", "truncate", "date"];
    if kind == "text" && of_dates.contains(&name) {
        return failure.help("make it a date first: `.str.to_date(\"%Y-%m-%d\")`");
    }
    if of_dates.contains(&name) {
        return failure.help("methods of `.dt` work on dates; text becomes one with `.str.to_date(\"%Y-%m-%d\")`");
    }
    match kind {
        "text" => failure.help("make it a number first: `.cast(\"number\")`, or `.cast(\"list(number)\")` of lists"),
        "date" => failure.help("take a number of the date: `.dt.year()`, `.dt.month()` …"),
        _ => failure.help("`frame.schema` tells the types of the columns, `.cast(…)` changes them"),
    }
}

/// `text to integer failed in column 'zip' for 1 out of 2 values: ["n/a"]`
fn conversion(rest: &str) -> Option<Failure> {
    let (kinds, rest) = rest.split_once(" failed in column '")?;
    let (from, to) = kinds.split_once(" to ")?;
    let (from, to) = (from.trim_matches('`'), to.trim_matches('`'));
    let (column, rest) = rest.split_once("' for ")?;
    let (count, values) = rest.split_once(" values: ")?;
    let (failed, all) = count.split_once(" out of ")?;
    let value = values.trim_start_matches('[').trim_end_matches(']').split(", ").next()?.trim_matches('"');
    let article = if matches!(to, "integer") { "an" } else { "a" };
    let failure = Failure::new(format!(
        "column `{column}`: `{value}` cannot be made {article} {to} ({failed} of {all} values cannot)"
    ));
    Some(if from == "text" && to.starts_with("date") {
        failure.help("say how the dates are written: `.str.to_date(\"%d.%m.%Y\")`")
    } else {
        failure.help(format!(
            "make such values missing first: `when(col(\"{column}\") == \"{value}\").then(()).otherwise(col(\"{column}\")).cast(…)`"
        ))
    })
}

/// Replaces whole words only, so that `str` in `street` stays.
fn replace_word(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = rest.split_at(at);
        let tail = &after[from.len()..];
        let open = before.chars().next_back().is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        let close = tail.chars().next().is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        out.push_str(before);
        out.push_str(if open && close { to } else { from });
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The first name between quotes.
fn quoted(text: &str) -> Option<String> {
    let text = text.lines().next()?;
    let at = text.find(['"', '\'', '`'])?;
    let mark = text[at..].chars().next()?;
    let (name, _) = text[at + 1..].split_once(mark)?;
    Some(name.to_owned())
}

fn first_word(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_is_named_with_the_near_one() {
        let text = "unable to find column \"amonut\"; valid columns: [\"amount\"]\n\nResolved plan until failure:\n\tX";
        let failure = failure(PolarsError::ColumnNotFound(text.into()), &["customer".into(), "amount".into()]);
        assert_eq!(failure.to_string(), "no column `amonut`. did you mean `amount`?");
    }

    #[test]
    fn plans_and_type_names_are_left_out() {
        let text = "cannot add street to i64\n\nResolved plan until failure:\n\t---> FAILED HERE";
        assert_eq!(failure(PolarsError::ComputeError(text.into()), &[]).message, "cannot add street to integer");
    }
}
