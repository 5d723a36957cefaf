//! Rhai's errors in our words: what was found, what was wanted, what to do next, where.

mod calls;
mod grammar;
mod habits;
mod modules;
mod source;

pub(super) use habits::ours;

use std::sync::Arc;

use regulars_plugin::{Failure, Place};
use rhai::{Dynamic, EvalAltResult, Position};

use super::arguments::ROW;
use super::caught;
use super::convert::{kind, kind_of_name};
use super::modules::Loaded;
use crate::catalogue::Catalogue;
use source::Spot;

/// Words that Rhai keeps for itself, so that nothing can be called so.
pub(super) const RESERVED: &[&str] = &[
    "with",
    "match",
    "case",
    "new",
    "use",
    "as",
    "is",
    "go",
    "null",
    "nil",
    "var",
    "static",
    "shared",
    "module",
    "package",
    "public",
    "protected",
    "super",
    "thread",
    "spawn",
    "sync",
    "async",
    "await",
    "yield",
    "default",
    "void",
    "exit",
    "goto",
    "begin",
    "end",
    "each",
    "then",
    "unless",
    "match",
    "in",
    "let",
    "const",
    "fn",
    "if",
    "else",
    "for",
    "while",
    "loop",
    "do",
    "break",
    "continue",
    "return",
    "throw",
    "try",
    "catch",
    "import",
    "export",
    "private",
    "this",
    "switch",
    "global",
    "eval",
    "print",
    "debug",
    "type_of",
    "call",
    "curry",
    "is_shared",
    "is_def_fn",
    "is_def_var",
    "Fn",
];

/// What is known where an error is put into words.
pub(super) struct Reading<'a> {
    /// Every function and word.
    pub(super) catalogue: &'a Catalogue,
    /// The names of the variables.
    pub(super) variables: &'a [String],
    /// The script's own functions, each with the names of its arguments.
    pub(super) functions: &'a [(String, Vec<String>)],
    /// The modules that are imported, each under its name.
    pub(super) modules: &'a [(String, Arc<Loaded>)],
    /// The script.
    pub(super) source: &'a str,
    /// What frames made by it call it.
    pub(super) text: Option<String>,
}

/// An error of the engine as a failure.
pub(super) fn translate(error: &EvalAltResult, reading: &Reading<'_>) -> Failure {
    let mut failure = words(error, reading);
    if let Some(place) = &mut failure.place {
        // A place in the very text that is being run is shown with its line.
        place.source.take_if(|name| reading.text.as_ref() == Some(name));
        return failure;
    }
    let (position, source) = innermost(error);
    placed(failure, position, source)
}

fn placed(mut failure: Failure, position: Position, source: Option<String>) -> Failure {
    if let Some(line) = position.line() {
        let column = position.position().unwrap_or(1).max(1);
        failure.place =
            Some(Box::new(Place { source: source.filter(|name| !name.is_empty()), line, column, text: None }));
    }
    failure
}

/// The position of the innermost call that failed, and the module it lies in.
pub(super) fn innermost(error: &EvalAltResult) -> (Position, Option<String>) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, source, inner, position) => match innermost(inner) {
            (found, _) if found.is_none() => (*position, None),
            (found, None) => (found, Some(source.clone())),
            found => found,
        },
        EvalAltResult::ErrorInModule(name, inner, position) => match innermost(inner) {
            (found, _) if found.is_none() => (*position, None),
            (found, None) => (found, Some(name.clone())),
            found => found,
        },
        other => (other.position(), None),
    }
}

fn words(error: &EvalAltResult, reading: &Reading<'_>) -> Failure {
    let spot = Spot::of(reading.source, innermost(error).0);
    match error {
        EvalAltResult::ErrorInFunctionCall(row, _, inner, _) if row.starts_with(ROW) => {
            words(inner, reading).within(row.as_str())
        }
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            words(inner, reading)
        }
        EvalAltResult::ErrorRuntime(value, _) => thrown(value, reading.catalogue),
        EvalAltResult::ErrorTerminated(..) => Failure::interrupted(),
        EvalAltResult::ErrorVariableNotFound(name, _) => calls::unknown_variable(name, reading, spot.line()),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => calls::unknown_function(signature, reading),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => mismatch(wanted, found),
        EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => mismatch(wanted, found),
        EvalAltResult::ErrorPropertyNotFound(name, _) => calls::no_property(name, "this value", reading),
        EvalAltResult::ErrorDotExpr(..) => calls::no_property(spot.here(), "this value", reading),
        EvalAltResult::ErrorIndexingType(text, _) => index(text),
        EvalAltResult::ErrorIndexNotFound(value, _) => Failure::new(format!("there is no entry `{value}`"))
            .help("`map.keys()` lists the entries of a map, `list.len()` counts those of a list"),
        EvalAltResult::ErrorArrayBounds(length, place, _) => {
            Failure::new(format!("place {place} is asked for, but the list has {length}"))
                .help("places are counted from 0; -1 is the last")
        }
        EvalAltResult::ErrorStringBounds(length, place, _) => {
            Failure::new(format!("place {place} is asked for, but the text has {length} characters"))
                .help("places are counted from 0; -1 is the last")
        }
        EvalAltResult::ErrorArithmetic(text, _) => arithmetic(text),
        EvalAltResult::ErrorFor(_) => Failure::new("`for … in` needs a list, a range or a frame")
            .help("the values of one column are a list: `for x in frame.to_list(\"amount\") { … }`"),
        EvalAltResult::ErrorStackOverflow(_) => {
            Failure::new("functions call each other too deeply").help("does a function call itself without an end?")
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            Failure::new(format!("`{name}` is a constant and cannot be changed")).help("declare it with `let`")
        }
        EvalAltResult::ErrorNonPureMethodCallOnConstant(..) => {
            Failure::new("a constant cannot be changed").help("declare it with `let`")
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => modules::unknown_module(name, reading),
        EvalAltResult::ErrorDataRace(..) => {
            Failure::new("the function between the bars uses the very variable on which it is called")
                .help("keep what it needs under a name of its own first: `let rate = options.rate;`")
        }
        EvalAltResult::ErrorDataTooLarge(..) => {
            Failure::new("the value grows too large").help("work on columns of a frame instead of lists and texts")
        }
        EvalAltResult::ErrorParsing(kind, position) => grammar::parse(kind, &Spot::of(reading.source, *position)),
        other => Failure::new(grammar::lower(other.to_string().split(" (line ").next().unwrap_or_default()))
            .help("`help words` lists the words of the language"),
    }
}

/// What a script or one of our own words threw.
fn thrown(value: &Dynamic, catalogue: &Catalogue) -> Failure {
    if let Some(failure) = value.read_lock::<Failure>() {
        return failure.clone();
    }
    // An error of Rhai that was caught and is thrown again.
    caught::failure(value, catalogue).unwrap_or_else(|| Failure::new(value.to_string()))
}

fn mismatch(wanted: &str, found: &str) -> Failure {
    let (wanted, found) = (kind_of_name(wanted), kind_of_name(found));
    if found == "an expression" && wanted == "true or false" {
        return Failure::new(
            "`&&`, `||` and `if` ask for true or false, but an expression is a computation on a whole column",
        )
        .help("between expressions write `&` and `|`: `(col(\"a\") > 1) & (col(\"b\") < 2)`")
        .help("to choose per row write `when(condition).then(value).otherwise(value)`");
    }
    let failure = Failure::new(format!("found {found}, but {wanted} is wanted here"));
    match (wanted, found) {
        ("true or false", _) => failure.help("compare something: `x > 10`, `name == \"Ann\"`"),
        ("a whole number", "text") => {
            failure.help("places are whole numbers; text becomes one with `parse_int(\"1\")`")
        }
        ("a whole number", "a number") => failure.help("make it whole: `x.to_int()`"),
        ("a number", "text") => failure.help("make the text a number: `parse_float(\"1.5\")`"),
        ("text", _) => failure.help("make it text: `to_string(x)`, or put it into one: `` `sum ${x}` ``"),
        _ => failure.help("`type_of(x)` tells what a value is"),
    }
}

fn index(text: &str) -> Failure {
    let (name, _) = calls::signature_parts(text);
    let held = kind_of_name(name.split(' ').next().unwrap_or(name));
    let failure = Failure::new(format!("{held} has no places or entries to look up"));
    match held {
        "a frame" => failure
            .help("a column is `frame[\"amount\"]`, the first rows are `frame.head(3)`")
            .help("the values of a column are a list: `frame.to_list(\"amount\")[0]`"),
        "an expression" => failure.help("the values of a column are a list: `frame.to_list(\"amount\")[0]`"),
        _ => failure.help("lists are read by place, `list[0]`, and maps by name, `map[\"name\"]`"),
    }
}

fn arithmetic(text: &str) -> Failure {
    if let Some(rest) = text.strip_prefix("Error parsing ") {
        let found = rest.split('\'').nth(1).unwrap_or_default();
        let wanted = if rest.starts_with("integer") { "whole number" } else { "number" };
        return Failure::new(format!("`{found}` is no {wanted}"))
            .help("numbers are written 1000, 0.5 or 1e6, with nothing before or after");
    }
    if let Some(sum) = text.strip_prefix("Modulo division by zero or overflow: ") {
        return Failure::new(format!("remainder of a division by zero: {sum}"))
            .help("look whether the second number can be 0: `if n != 0 { … }`");
    }
    let failure = Failure::new(grammar::lower(text));
    if text.contains("ivision by zero") {
        failure.help("whole numbers cannot be divided by 0; `1.0 / 0` is infinite")
    } else if text.contains("overflow") {
        failure.help("whole numbers end at ±9.2 · 10¹⁸: write one of them with a decimal point, `1.0`")
    } else {
        failure.help("look at the numbers: can one of them be 0, negative or very large?")
    }
}

/// Two values that cannot be compared.
pub(super) fn incomparable(sign: &str, left: &Dynamic, right: &Dynamic) -> Failure {
    if kind(left) == kind(right) {
        return Failure::new(format!("`{sign}` does not compare {} with another", kind(left)))
            .help("compare figures or columns of them, such as `a.height == b.height`");
    }
    let failure = Failure::new(format!("`{sign}` compares {} with {}", kind(left), kind(right)));
    if sign == "==" || sign == "!=" {
        failure.help("they are never equal: make both of one kind, `to_string(1) == \"1\"`, `parse_int(\"1\") == 1`")
    } else {
        let kinds = [kind(left), kind(right)];
        if kinds.contains(&"a date") {
            failure.help("make both a date: `date(\"1997-09-30\")`")
        } else if kinds.contains(&"nothing") {
            failure.help("one side has no value; `x == ()` asks for that")
        } else if kinds.contains(&"text") {
            failure.help("make both a number: `parse_int(\"1\")`, `parse_float(\"1.5\")`")
        } else {
            failure.help("numbers are compared with numbers, text with text, dates with dates")
        }
    }
}

/// An entry that a map does not have.
pub(super) fn missing_entry<'a>(name: &str, keys: impl Iterator<Item = &'a str>) -> Failure {
    let keys: Vec<&str> = keys.collect();
    let failure = Failure::new(format!("the map has no entry `{name}`"));
    let failure = if keys.is_empty() { failure.help("the map is empty") } else { failure.near(name, keys) };
    failure.help(format!("`\"{name}\" in map` asks whether there is one, `map.set(\"{name}\", value)` adds it"))
}
