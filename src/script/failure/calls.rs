//! Names and calls that nobody answers to.

use regulars_plugin::Failure;

use super::super::convert::kind_of_name;
use super::super::last::{EVAL, LAST};
use super::super::modules::HANDED_OVER;
use super::habits::ours;
use super::{Reading, grammar, modules};
use crate::catalogue::Verb;

/// A frame and eight names are the most that a word with a list of columns takes one by one.
const MOST_IN_A_ROW: usize = 9;

/// A variable that is not there.
pub(super) fn unknown_variable(name: &str, reading: &Reading<'_>, line: &str) -> Failure {
    let failure = Failure::new(format!("there is no variable `{name}`"));
    match name {
        "True" | "TRUE" => return failure.help("write `true`"),
        "False" | "FALSE" => return failure.help("write `false`"),
        LAST => {
            return Failure::new("nothing has been answered yet")
                .help("`_` is the last value that a line answered: `sample(\"cdnow\").rfm()`, then `_.head(3)`");
        }
        "None" | "NULL" | "NA" | "NaN" | "undefined" => return failure.help("a missing value is written `()`"),
        _ => {}
    }
    if line.starts_with("import ") && !line.contains('"') {
        return grammar::no_import();
    }
    if let Some((module, name)) = name.rsplit_once("::") {
        return modules::unknown_constant(module, name, reading);
    }
    if reading.variables.iter().any(|variable| variable == name) {
        return Failure::new(format!("`{name}` is not seen inside `fn`: only its own arguments are"))
            .help(format!("pass it on: `fn name({name}) {{ … }}`, called as `name({name})`"));
    }
    if reading.functions.iter().any(|(own, _)| own == name) {
        return Failure::new(format!("`{name}` is a function, and stands here as a value"))
            .help(format!("call it, `{name}(…)`, or hand it on by its name: `Fn(\"{name}\")`"));
    }
    if reading.catalogue.get(name).is_some() || reading.catalogue.verb(name).is_some() {
        return failure.help(format!("`{name}` is a function: call it with parentheses"));
    }
    match regulars_plugin::nearest(name, reading.variables.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure
            .help(format!("declare it first: `let {name} = …;`"))
            .help(format!("a column of a frame is written `col(\"{name}\")`")),
    }
}

/// `filter (Frame, i64)` → the name and the kinds of the arguments.
pub(super) fn signature_parts(signature: &str) -> (&str, Vec<&'static str>) {
    let (name, rest) = signature.split_once(" (").unwrap_or((signature, ""));
    // One bracket only: the last argument may be `()`.
    let inner = rest.strip_suffix(')').unwrap_or(rest);
    let kinds = if inner.is_empty() { Vec::new() } else { inner.split(", ").map(kind_of_name).collect() };
    let name = name.rsplit("::").next().unwrap_or(name).trim();
    (if name == EVAL { "eval" } else { name }, kinds)
}

/// A call of a function that is not there, or not for these arguments.
pub(super) fn unknown_function(signature: &str, reading: &Reading<'_>) -> Failure {
    let (name, kinds) = signature_parts(signature);
    let whole = signature.split(" (").next().unwrap_or_default();
    if let Some((module, name)) = whole.rsplit_once("::") {
        return modules::unknown_function(module, name, &kinds, reading);
    }
    if name.contains("cannot be sorted") {
        return Failure::new("values of different kinds cannot be sorted")
            .help("make them of one kind first: `list.map(|x| to_string(x))`");
    }
    if name == HANDED_OVER {
        return Failure::new(format!("the function that was handed over does not take {}", listed(&kinds)))
            .help("name between the bars what it is given: `|row| row.amount * 2`");
    }
    if !name.chars().next().is_some_and(|letter| letter.is_alphabetic() || letter == '_') {
        return operator(name, &kinds);
    }
    if let Some(property) = name.strip_prefix("get$").or_else(|| name.strip_prefix("set$")) {
        return no_property(property, kinds.first().copied().unwrap_or("this value"), reading);
    }
    if let Some(entry) = reading.catalogue.get(name) {
        let failure = Failure::new(format!("`{name}` was given {}", listed(&kinds)))
            .help(format!("it is called `{}`", entry.manual().signature()));
        return match kinds.as_slice() {
            ["a frame", ..] => failure.help("options go into one map at the end: `#{name: value}`"),
            ["text", ..] => failure.help("a file is read first: `read_csv(\"orders.csv\").transactions(…)`"),
            _ => failure.help(format!("`help {name}` tells more")),
        };
    }
    let verbs: Vec<&Verb> = reading.catalogue.verbs().iter().filter(|verb| verb.name == name).collect();
    if !verbs.is_empty() {
        return wrong_call(name, &kinds, &verbs);
    }
    if let Some((_, arguments)) = reading.functions.iter().find(|(own, _)| own == name) {
        if name.starts_with("anon$") {
            let wanted = format!("the function `|{}| …`", arguments.join(", "));
            return Failure::new(format!(
                "{wanted} takes {}, but was given {}",
                counted(arguments.len()),
                listed(&kinds)
            ))
            .help("name between the bars what it is given: `|row| row.amount * 2`");
        }
        let wanted = if arguments.is_empty() { "nothing".to_owned() } else { arguments.join(", ") };
        return Failure::new(format!("`{name}` takes {wanted}, but was given {}", listed(&kinds)))
            .help(format!("call it as `{name}({})`", arguments.join(", ")));
    }
    if reading.variables.iter().any(|variable| variable == name) {
        return Failure::new(format!("`{name}` is a variable, not a function"))
            .help(format!("a function kept in a variable is called `{name}.call(…)`"));
    }
    if (name.starts_with("parse_") || name.starts_with("to_")) && ours(name).is_none() {
        return Failure::new(format!("`{name}` does not work on {}", listed(&kinds)))
            .help("values are made from text with `parse_int(\"1\")` and `parse_float(\"1.5\")`, and text with `to_string(1)`");
    }
    let failure = Failure::new(format!("there is no function `{name}`"));
    if let Some(advice) = ours(name) {
        return failure.help(advice);
    }
    if kinds.first() == Some(&"the selectors `cs`") {
        let words = reading.catalogue.verbs().iter().filter(|verb| verb.signature.starts_with("cs."));
        return Failure::new(format!("`cs` has no word `{name}`")).near(name, words.map(|verb| verb.name));
    }
    match regulars_plugin::nearest(name, reading.functions.iter().map(|(own, _)| own.as_str())) {
        Some(near) => return failure.help(format!("did you mean `{near}`?")),
        None if kinds.first() == Some(&"nothing") => {
            return failure.help("it is called on nothing: the call before it answers no value");
        }
        None => {}
    }
    // The methods of models stand in the manuals of their functions: any model may have been meant.
    let methods = reading.catalogue.method_names();
    match regulars_plugin::nearest(name, reading.catalogue.names().chain(methods)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`help` lists the functions; a plugin's are there once it is loaded with `--plugin FILE`"),
    }
}

/// A word of the language that was given something it does not take.
fn wrong_call(name: &str, kinds: &[&'static str], verbs: &[&Verb]) -> Failure {
    let called = |verbs: &[&Verb]| {
        let lines: Vec<String> = verbs.iter().map(|verb| format!("`{}`", verb.signature)).collect();
        format!("it is called {}", lines.join(" or "))
    };
    let first = kinds.first().copied().unwrap_or("nothing");
    let fitting: Vec<&Verb> = verbs.iter().filter(|verb| receiver(&verb.signature) == Some(first)).copied().collect();
    if !fitting.is_empty() {
        if kinds.len() > MOST_IN_A_ROW && fitting.iter().any(|verb| verb.signature.contains('…')) {
            return Failure::new(format!("`{name}` was given {} values, more than stand in one call", kinds.len() - 1))
                .help(format!("put them into a list: `{name}([\"a\", \"b\"])`"));
        }
        return Failure::new(format!("`{name}` was given {}", listed(&kinds[1..]))).help(called(&fitting));
    }
    // A word of frames and of expressions: who has neither in hand rather means the frame.
    let of_frames: Vec<&Verb> =
        verbs.iter().filter(|verb| receiver(&verb.signature) == Some("a frame")).copied().collect();
    let in_columns = matches!(first, "an expression" | "a namespace of an expression" | "an unfinished when(…)");
    let verbs: &[&Verb] = if in_columns || of_frames.is_empty() { verbs } else { &of_frames };
    let receivers: Vec<&str> = verbs.iter().filter_map(|verb| receiver(&verb.signature)).collect();
    if receivers.len() < verbs.len() || kinds.is_empty() {
        let failure = Failure::new(format!("`{name}` was given {}", listed(kinds))).help(called(verbs));
        return match (name, first) {
            ("len", "a frame") => failure.help("the rows of a frame are counted by `frame.height`"),
            _ => failure,
        };
    }
    let mut wanted: Vec<&str> = Vec::new();
    for one in receivers {
        if !wanted.contains(&one) {
            wanted.push(one);
        }
    }
    let failure =
        Failure::new(format!("`{name}` works on {}, not on {first}", wanted.join(" or "))).help(called(verbs));
    match first {
        "groups of a frame" => failure.help("summarise the groups first: `.agg(col(\"amount\").sum())`"),
        "a record" => failure.help("the table behind a record is `record.table()`"),
        "a frame" if name == "save" => failure.help("a frame is written by `frame.write(\"orders.csv\")`"),
        "a frame" if name == "count" => failure.help("the rows of a frame are counted by `frame.height`"),
        "a frame" if wanted.contains(&"an expression") => {
            failure.help(format!("apply it to a column: `frame.select(col(\"amount\").{name}(…))`"))
        }
        "an unfinished when(…)" => failure.help("end it with `.otherwise(value)` first"),
        _ => failure,
    }
}

/// What stands before the dot in `frame.filter(condition)`, as a kind.
fn receiver(signature: &str) -> Option<&'static str> {
    let (before, _) = signature.split_once('(').unwrap_or((signature, ""));
    let (word, _) = before.split_once('.')?;
    Some(match word {
        "frame" | "answer" => "a frame",
        "groups" => "groups of a frame",
        "record" => "a record",
        "picture" => "a picture",
        "model" => "a fitted model",
        "cs" => "the selectors `cs`",
        "list" => "a list",
        "expression" if before.matches('.').count() > 1 => "a namespace of an expression",
        "expression" => "an expression",
        _ => "an unfinished when(…)",
    })
}

pub(super) fn counted(values: usize) -> String {
    match values {
        0 => "nothing".to_owned(),
        1 => "one value".to_owned(),
        many => format!("{many} values"),
    }
}

pub(super) fn listed(kinds: &[&'static str]) -> String {
    match kinds {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

/// A name behind a dot that the value does not have.
pub(super) fn no_property(name: &str, of: &str, reading: &Reading<'_>) -> Failure {
    let failure = Failure::new(format!("{of} has nothing called `{name}`"));
    if reading.catalogue.verb(name).is_some() || reading.catalogue.get(name).is_some() {
        return failure.help(format!("`{name}` is a function: call it with parentheses"));
    }
    match (of, reading.catalogue.nearest(name)) {
        (_, Some(near)) => failure.help(format!("did you mean `{near}(…)`?")),
        ("an expression", None) => {
            failure.help("its namespaces are `.str` for text, `.dt` for dates, `.list`, `.struct` and `.name`")
        }
        _ => {
            failure.help("names behind a dot are the entries of a map, the columns of a frame, the figures of a record")
        }
    }
}

/// An operator between kinds that it does not join.
fn operator(sign: &str, kinds: &[&'static str]) -> Failure {
    let failure = Failure::new(format!("`{sign}` does not work on {}", listed(kinds)));
    let has = |kind: &str| kinds.contains(&kind);
    if sign == "!" {
        return failure.help("`!` turns true and false around: compare something first, `!(name == \"Ann\")`");
    }
    if has("a frame") {
        return failure
            .help("work on columns of the frame: `frame.with_columns((col(\"a\") + col(\"b\")).alias(\"c\"))`");
    }
    if has("nothing") {
        return failure.help("one side has no value: look whether `let` or an entry of a map is missing");
    }
    if has("a date") {
        return failure.help("days are counted in columns: `(col(\"date\") - date(\"1997-09-30\")).dt.total_days()`");
    }
    if has("a list") {
        return failure.help("lists grow with `list + [value]`; `list.map(|x| x * 2)` works on each item");
    }
    if has("a map") {
        return failure.help("take an entry of the map: `map.name`");
    }
    if has("text") || has("a character") {
        let failure = failure.help("make the text a number: `parse_int(\"1\")`, `parse_float(\"1.5\")`");
        return if sign == "+" { failure } else { failure.help("text is put together with `+`") };
    }
    failure.help("numbers are computed with one another, and text is put together with `+`")
}
