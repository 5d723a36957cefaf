//! SQL over frames: one query, which reads tables and changes nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use polars::prelude::PolarsError;
use polars::sql::{SQLContext, extract_table_identifiers};
use regulars_plugin::{ColumnKind, Failure, Host, Result, nearest};

use super::words::in_words;
use super::{Frame, failure};

/// Table functions of Polars that would open files past the one door to data outside.
const FILE_READERS: [&str; 4] = ["read_csv", "read_parquet", "read_ipc", "read_json"];
/// How a query begins.
const QUERIES: [&str; 4] = ["select", "with", "from", "("];

impl Frame {
    /// The answer of a query over named frames. The plan is extended, not run; each query has a context of its own,
    /// because one that failed leaves its aliases behind.
    pub fn query(text: &str, tables: &[(String, Frame)]) -> Result<Frame> {
        refuse_what_is_no_query(text)?;
        // Polars would print its advice to those who write Python.
        static QUIET: Once = Once::new();
        QUIET.call_once(|| polars::error::set_warning_function(|_, _| {}));
        let frames: Vec<&Frame> = tables.iter().map(|(_, frame)| frame).collect();
        let columns: Vec<String> = frames.iter().flat_map(|frame| frame.names()).collect();
        Frame::together_all(&frames, |plans| {
            let mut context = SQLContext::new();
            for ((name, _), plan) in tables.iter().zip(plans) {
                context.register(name, plan);
            }
            match catch_unwind(AssertUnwindSafe(|| context.execute(text))) {
                Ok(Ok(plan)) => Ok(plan),
                Ok(Err(error)) => Err(in_our_words(error, text, tables, &columns)),
                Err(_) => Err(Failure::new("this query asks for something that SQL here cannot do")
                    .help("the same is said with `filter`, `group_by`, `join` …; `help words` lists them")),
            }
        })
    }
}

/// Stands for the answer of a condition.
const ANSWER: &str = "answer";

impl Frame {
    /// Whether a condition of SQL, such as `amount >= 100 and country = 'UK'`, holds for each row; none where a value that
    /// it asks for is missing.
    pub(crate) fn holds(&self, condition: &str, host: &dyn Host) -> Result<Vec<Option<bool>>> {
        if condition.trim().is_empty() {
            return Err(Failure::new("the condition is empty").help(CONDITION));
        }
        let frame = self.answering("", condition, ANSWER)?;
        let kinds = frame.kinds();
        let [(_, kind)] = kinds.as_slice() else {
            return Err(Failure::new(format!("`{condition}` is more than one condition")).help(CONDITION));
        };
        is_condition(*kind, condition)?;
        let data = frame.data(host)?;
        let flags = data.column(ANSWER)?.bool().map_err(|error| failure(error, &[]))?;
        let flags: Vec<Option<bool>> = flags.iter().collect();
        let rows = self.height(host)?;
        match flags.as_slice() {
            // What does not look at the rows, such as `true`, holds for all of them or for none.
            [one] if rows != 1 => Ok(vec![*one; rows]),
            _ if flags.len() == rows => Ok(flags),
            _ => Err(Failure::new(format!("`{condition}` does not answer for each row")).help(CONDITION)),
        }
    }
}

impl Frame {
    /// The frame with the answer of a condition of SQL as one more column.
    pub(crate) fn with_condition(&self, condition: &str, answer: &str) -> Result<Frame> {
        if condition.trim().is_empty() {
            return Err(Failure::new("the condition is empty").help(CONDITION));
        }
        let frame = self.answering("*, ", condition, answer)?;
        let kinds = frame.kinds();
        match kinds.last() {
            Some((name, kind)) if name == answer && kinds.len() == self.names().len() + 1 => {
                is_condition(*kind, condition)?;
                Ok(frame)
            }
            _ => Err(Failure::new(format!("`{condition}` is more than one condition")).help(CONDITION)),
        }
    }

    fn answering(&self, before: &str, condition: &str, answer: &str) -> Result<Frame> {
        // On a line of its own, so that a comment in it ends before the bracket does.
        let query = format!("select {before}(\n{condition}\n) as \"{answer}\" from self");
        Frame::query(&query, &[("self".to_owned(), self.clone())]).map_err(|failure| of_condition(failure, condition))
    }
}

fn is_condition(kind: ColumnKind, condition: &str) -> Result<()> {
    if kind == ColumnKind::Flag {
        return Ok(());
    }
    Err(Failure::new(format!("`{condition}` is no condition: it gives a value of type {}", kind.word()))
        .help(CONDITION))
}

const CONDITION: &str = "a condition is written in SQL: `monetary >= 100 and country = 'UK'`, `segment in ('new', 'loyal')`, `city is null`";

/// A failure of the query around a condition, without the query.
fn of_condition(failure: Failure, condition: &str) -> Failure {
    let Some(why) = failure.message.strip_prefix("the query cannot be read: ") else {
        return match failure.message.starts_with("no column") {
            true => failure.help("text stands in single quotes: `country = 'UK'`"),
            false => failure,
        };
    };
    let why = why.split(" at Line").next().unwrap_or(why);
    Failure::new(format!("the condition `{condition}` cannot be read: {why}")).help(CONDITION)
}

/// Everything but a question is refused before anybody looks at it. The check for file readers is blunt: their names may
/// stand nowhere in the text, not even in a string, so that no way of quoting gets around it.
fn refuse_what_is_no_query(text: &str) -> Result<()> {
    let low = text.to_lowercase();
    if let Some(reader) = FILE_READERS.iter().find(|reader| low.contains(**reader)) {
        return Err(Failure::new(format!("SQL does not open files here, and `{reader}` would")).help(
            "open it in the script and name it: `sql(\"select * from orders\", #{orders: read_csv(\"orders.csv\")})`",
        ));
    }
    let bare = without_comments(&low);
    let first: String = bare.chars().take_while(|letter| letter.is_alphabetic()).collect();
    if bare.is_empty() {
        return Err(Failure::new("the query is empty").help("write `select … from self where …`"));
    }
    if QUERIES.iter().any(|begin| *begin == first) || bare.starts_with('(') {
        return Ok(());
    }
    let advice = match first.as_str() {
        "create" => "keep an answer in a variable: `let big = tx.sql(\"select * from self where amount > 100\");`",
        "drop" | "truncate" | "delete" => "frames are values: keep the rows that you want with `select … where …`",
        "insert" => "put frames on top of one another with `concat([a, b])`",
        "update" | "alter" | "merge" => "change columns with `frame.with_columns(…)`",
        "copy" => "write a file with `frame.write_csv(\"orders.csv\")`",
        "show" | "describe" => "the columns are `frame.schema`, the tables those that you name in the map",
        "explain" => "the plan of an answer is `tx.sql(\"select …\").explain()`",
        other if nearest(other, ["select", "with"]).is_some() => "did you mean `select`?",
        _ => "a query begins with `select` or `with`",
    };
    Err(Failure::new(format!("SQL only asks here: `{first}` is no question")).help(advice))
}

/// The text from its first word on.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}

fn in_our_words(error: PolarsError, text: &str, tables: &[(String, Frame)], columns: &[String]) -> Failure {
    let told = match &error {
        PolarsError::SQLInterface(told) | PolarsError::SQLSyntax(told) => told.to_string(),
        _ => return failure(error, columns),
    };
    let names: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
    // A table that is not there is found by its name in the query, however the engine puts it.
    let missing = extract_table_identifiers(text, false, true)
        .unwrap_or_default()
        .into_iter()
        .find(|asked| !names.contains(&asked.as_str()) && told.contains(asked.as_str()));
    if let (Some(asked), true) = (missing, told.contains("relation") || told.contains("table")) {
        let failure = Failure::new(format!("there is no table `{asked}` in this query"));
        return match nearest(&asked, names.iter().copied()) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None if names == ["self"] => {
                failure.help("the frame is called `self`; others are named in a map: `tx.sql(query, #{names: names})`")
            }
            None => failure.help(format!("tables: {}", names.join(", "))),
        };
    }
    if told.contains("one (and only one) statement") {
        return Failure::new("one query is answered at a time").help("leave out what follows the `;`");
    }
    let column = ["unable to find column ", "no column named "].iter().find_map(|begin| told.split(begin).nth(1));
    if let Some(column) = column.and_then(|rest| rest.split(['"', '\'']).nth(1)) {
        let mut known: Vec<&str> = columns.iter().map(String::as_str).collect();
        known.sort_unstable();
        known.dedup();
        return Failure::new(format!("no column `{column}`")).near(column, known);
    }
    let plain = in_words(told.trim_start_matches("sql parser error: ").trim());
    let plain = decapitalised(plain.lines().next().unwrap_or_default());
    if let Some(function) = plain.strip_prefix("unsupported function ") {
        return Failure::new(format!("SQL here has no function {function}"))
            .help("there are count, sum, avg, min, max, round, coalesce, upper, date_part and others of PostgreSQL")
            .help("or compute the column before: `tx.with_columns(…).sql(…)`");
    }
    if let Some(why) = unsupported(&plain) {
        return Failure::new(format!("the query cannot be read: {why}"))
            .help("compute it before: `let mean = tx.select(col(\"amount\").mean()).item();`, `tx.filter(col(\"amount\") > mean)`");
    }
    let failure = Failure::new(format!("the query cannot be read: {}", plain.replace("EOF", "its end")));
    match plain.contains(" at Line: ") || plain.starts_with("expected") {
        true => failure.help("look at the word before that place: is it misspelt, or is a comma missing or too many?"),
        false => failure.help("text stands in single quotes, 'Ann'; names of columns stand bare or in double quotes"),
    }
}

/// What SQL has and the engine has not; the engine shows the tree of the query in its place.
fn unsupported(plain: &str) -> Option<String> {
    // The engine's own names begin with a capital; other sentences that begin so are left as they are.
    let named = ["expression ", "operator "].into_iter().find_map(|kind| Some((kind, plain.strip_prefix(kind)?)));
    let Some((kind, rest)) = named.filter(|(_, rest)| rest.starts_with(|letter: char| letter.is_uppercase())) else {
        let inner = "a query inside of a query gives a table here, and no value to compare with";
        return plain.contains("subquer").then(|| inner.to_owned());
    };
    let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let mut words = String::new();
    for letter in name.trim_start_matches("PG").chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    (!words.is_empty()).then(|| format!("there is no {kind}`{words}` here"))
}

fn decapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
