//! Polars' types and errors in the words of the person at the prompt.

use polars::prelude::{DataType, PolarsError, TimeUnit};
use regulars_plugin::Failure;

/// A column type in a word, the same that `cast` takes.
pub(crate) fn type_word(kind: &DataType) -> String {
    match kind {
        kind if kind.is_integer() => "integer".to_owned(),
        kind if kind.is_float() => "number".to_owned(),
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
        DataType::Categorical(..) => "category".to_owned(),
        other => other.to_string(),
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
        PolarsError::ShapeMismatch(text) => plain(text).help("columns of one frame must be of one length"),
        other => plain(&other.to_string()),
    }
}

fn root(error: &PolarsError) -> &PolarsError {
    match error {
        PolarsError::Context { error, .. } => root(error),
        other => other,
    }
}

/// The first lines of an error text, without the plan that Polars appends and without its names for types.
fn plain(text: &str) -> Failure {
    let kept: Vec<&str> = text
        .lines()
        .take_while(|line| {
            !line.starts_with("Resolved plan") && !line.contains("FAILED HERE") && !line.starts_with("This error")
        })
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(4)
        .collect();
    let mut words = kept.join(" ");
    for (name, word) in [
        ("`str`", "text"),
        ("`f64`", "number"),
        ("`i64`", "integer"),
        ("`bool`", "flag"),
        ("dtype str", "text"),
        ("dtype f64", "numbers"),
        ("dtype i64", "integers"),
        ("dtype bool", "flags"),
        ("dtype date", "dates"),
        ("dtypes", "types"),
        ("dtype", "type"),
        ("str", "text"),
        ("f64", "number"),
        ("i64", "integer"),
        ("u32", "integer"),
    ] {
        words = replace_word(&words, name, word);
    }
    if words.starts_with("cannot compare") && words.contains("date") {
        return Failure::new("a date is compared with text")
            .help("write the day as a date: `col(\"date\") > date(\"1997-09-30\")`");
    }
    if words.starts_with("cannot compare string") {
        return Failure::new("text is compared with a number")
            .help("put the number in quotes, or make the column a number with `.cast(\"number\")`");
    }
    if let Some(sides) = words.strip_prefix("arithmetic on types ") {
        let kinds = sides.split(" is not allowed").next().unwrap_or_default();
        let kinds = kinds.replace("dyn int", "integer").replace("dyn float", "number");
        let columns: Vec<String> = text
            .split("column '")
            .skip(1)
            .filter_map(|rest| rest.split('\'').next())
            .map(|name| format!("`{name}`"))
            .collect();
        let of = if columns.is_empty() { String::new() } else { format!(", in column {}", columns.join(" and ")) };
        return Failure::new(format!("{kinds} cannot be computed with one another{of}"))
            .help("make both of one kind first, for example with `.cast(\"number\")`");
    }
    Failure::new(words)
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
    ['"', '\'', '`'].iter().find_map(|mark| {
        let (_, rest) = text.split_once(*mark)?;
        let (name, _) = rest.split_once(*mark)?;
        Some(name.to_owned())
    })
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
