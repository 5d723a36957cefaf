//! Rhai's errors in our words: what was found, what was wanted, what to do next, where.

use regulars_plugin::{Failure, Place};
use rhai::{Dynamic, EvalAltResult, LexError, ParseErrorType, Position};

use super::convert::{kind, kind_of_name};
use crate::catalogue::Catalogue;

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
    "until",
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

/// An error of the engine as a failure. `variables` are the names that the script could have meant.
pub(super) fn translate(error: &EvalAltResult, catalogue: &Catalogue, variables: &[String]) -> Failure {
    let failure = words(error, catalogue, variables);
    match innermost(error) {
        (position, source) if failure.place.is_none() => placed(failure, position, source),
        _ => failure,
    }
}

fn placed(mut failure: Failure, position: Position, source: Option<String>) -> Failure {
    if let Some(line) = position.line() {
        let column = position.position().unwrap_or(1).max(1);
        failure.place = Some(Place { source: source.filter(|name| !name.is_empty()), line, column });
    }
    failure
}

/// The position of the innermost call that failed, and the module it lies in.
fn innermost(error: &EvalAltResult) -> (Position, Option<String>) {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, source, inner, position) => match innermost(inner) {
            (found, _) if found.is_none() => (*position, None),
            (found, None) => (found, Some(source.clone())),
            found => found,
        },
        EvalAltResult::ErrorInModule(name, inner, position) => match innermost(inner) {
            (found, _) if found.is_none() => (*position, None),
            (found, _) => (found, Some(name.clone())),
        },
        other => (other.position(), None),
    }
}

fn words(error: &EvalAltResult, catalogue: &Catalogue, variables: &[String]) -> Failure {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            words(inner, catalogue, variables)
        }
        EvalAltResult::ErrorRuntime(value, _) => thrown(value),
        EvalAltResult::ErrorTerminated(..) => Failure::interrupted(),
        EvalAltResult::ErrorVariableNotFound(name, _) => unknown_variable(name, catalogue, variables),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => unknown_function(signature, catalogue, variables),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => mismatch(wanted, found),
        EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => {
            Failure::new(format!("found {}, but {} is wanted here", kind_of_name(found), kind_of_name(wanted)))
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => Failure::new(format!("there is no property `{name}`")),
        EvalAltResult::ErrorDotExpr(text, _) => {
            let name = text.rsplit(' ').next().unwrap_or_default();
            Failure::new(format!("this value has nothing called {name}"))
                .help("a function is called with parentheses: `frame.head(5)`")
        }
        EvalAltResult::ErrorIndexingType(text, _) => index(text),
        EvalAltResult::ErrorIndexNotFound(value, _) => Failure::new(format!("there is no entry `{value}`")),
        EvalAltResult::ErrorArrayBounds(length, place, _) => {
            Failure::new(format!("place {place} of a list of {length}"))
                .help("places are counted from 0; -1 is the last")
        }
        EvalAltResult::ErrorStringBounds(length, place, _) => {
            Failure::new(format!("place {place} of a text of {length} characters"))
        }
        EvalAltResult::ErrorArithmetic(text, _) => arithmetic(text),
        EvalAltResult::ErrorFor(_) => Failure::new("`for … in` needs a list or a range")
            .help("the rows of a frame are worked on all at once: `frame.with_columns(…)`"),
        EvalAltResult::ErrorStackOverflow(_) => {
            Failure::new("functions call each other too deeply").help("does a function call itself without an end?")
        }
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            Failure::new(format!("`{name}` is a constant and cannot be changed")).help("declare it with `let`")
        }
        EvalAltResult::ErrorNonPureMethodCallOnConstant(..) => {
            Failure::new("a constant cannot be changed").help("declare it with `let`")
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => Failure::new(format!("there is no module `{name}`"))
            .help("this version runs single files: put the functions into the same script"),
        EvalAltResult::ErrorDataTooLarge(..) => Failure::new("the value grows too large"),
        EvalAltResult::ErrorParsing(kind, _) => parse(kind),
        other => Failure::new(other.to_string().split(" (line ").next().unwrap_or_default().to_owned()),
    }
}

/// What a script or one of our own words threw.
fn thrown(value: &Dynamic) -> Failure {
    if let Some(failure) = value.read_lock::<Failure>() {
        return failure.clone();
    }
    Failure::new(value.to_string())
}

fn unknown_variable(name: &str, catalogue: &Catalogue, variables: &[String]) -> Failure {
    let failure = Failure::new(format!("there is no variable `{name}`"));
    match name {
        "True" | "TRUE" => return failure.help("write `true`"),
        "False" | "FALSE" => return failure.help("write `false`"),
        "None" | "NULL" | "NA" | "nil" | "null" => return failure.help("a missing value is written `()`"),
        _ => {}
    }
    if catalogue.get(name).is_some() || catalogue.verb(name).is_some() {
        return failure.help(format!("`{name}` is a function: call it with parentheses"));
    }
    match regulars_plugin::nearest(name, variables.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure
            .help(format!("declare it first: `let {name} = …;`"))
            .help("inside `fn` the variables outside are not seen: pass them as arguments"),
    }
}

/// `filter (Frame, i64)` → the name and the kinds of the arguments.
fn signature_parts(signature: &str) -> (&str, Vec<&'static str>) {
    let (name, rest) = signature.split_once(" (").unwrap_or((signature, ""));
    let inner = rest.trim_end_matches(')');
    let kinds = if inner.is_empty() { Vec::new() } else { inner.split(", ").map(kind_of_name).collect() };
    (name.rsplit("::").next().unwrap_or(name).trim(), kinds)
}

fn unknown_function(signature: &str, catalogue: &Catalogue, variables: &[String]) -> Failure {
    let (name, kinds) = signature_parts(signature);
    let given = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
    let is_operator = !name.chars().next().is_some_and(|letter| letter.is_alphabetic() || letter == '_');
    if is_operator {
        let between = kinds.join(" and ");
        let failure = Failure::new(format!("`{name}` does not work on {between}"));
        return if kinds.contains(&"a frame") {
            failure.help("work on columns of the frame: `frame.with_columns((col(\"a\") + col(\"b\")).alias(\"c\"))`")
        } else {
            failure.help("make both of one kind: `to_string(1)`, `parse_int(\"1\")`, `parse_float(\"1.5\")`")
        };
    }
    if let Some(property) = name.strip_prefix("get$").or_else(|| name.strip_prefix("set$")) {
        return Failure::new(format!("{} has no property `{property}`", kinds.first().copied().unwrap_or("this")));
    }
    if let Some(entry) = catalogue.get(name) {
        let manual = entry.manual();
        let failure = Failure::new(format!("`{name}` was given {given}"))
            .help(format!("it is called `{}`", manual.signature()))
            .help(format!("`help {name}` tells more"));
        return match kinds.first() {
            Some(&"a frame") => failure.help("options go into one map at the end: `#{name: value}`"),
            _ => failure,
        };
    }
    let same: Vec<String> =
        catalogue.verbs().iter().filter(|verb| verb.name == name).map(|verb| format!("`{}`", verb.signature)).collect();
    if !same.is_empty() {
        return Failure::new(format!("`{name}` was given {given}")).help(format!("it is called {}", same.join(" or ")));
    }
    if variables.iter().any(|variable| variable == name) {
        return Failure::new(format!("`{name}` is a variable, not a function"))
            .help(format!("a function kept in a variable is called `{name}.call(…)`"));
    }
    let failure = Failure::new(format!("there is no function `{name}`"));
    match catalogue.nearest(name) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`help` lists the functions; a plugin's are there once it is loaded with `--plugin FILE`"),
    }
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
    Failure::new(format!("found {found}, but {wanted} is wanted here"))
}

fn index(text: &str) -> Failure {
    let (name, _) = signature_parts(text);
    let held = kind_of_name(name.split(' ').next().unwrap_or(name));
    Failure::new(format!("{held} has no places or entries to look up"))
}

fn arithmetic(text: &str) -> Failure {
    let failure = Failure::new(text.to_lowercase());
    if text.starts_with("Division by zero") {
        failure.help("whole numbers cannot be divided by 0; `1.0 / 0` is infinite")
    } else if text.contains("overflow") {
        failure.help("whole numbers end at ±9.2 · 10¹⁸: write one of them with a decimal point, `1.0`")
    } else {
        failure
    }
}

fn parse(kind: &ParseErrorType) -> Failure {
    match kind {
        ParseErrorType::BadInput(error) => bad_input(error),
        ParseErrorType::Reserved(word) => {
            Failure::new(format!("`{word}` is a word of the language and cannot be a name")).help("choose another name")
        }
        ParseErrorType::MissingToken(token, what) if token == ";" => Failure::new("a `;` is missing before this")
            .help("statements end with `;`")
            .help("a map is written `#{name: value}`, with `#` before the brace; `and`, `or`, `not` are `&`, `|`, `!`")
            .help_if(!what.contains("terminate"), what),
        ParseErrorType::MissingToken(token, what) => {
            Failure::new(format!("`{token}` is missing here")).help_if(!what.is_empty(), what)
        }
        ParseErrorType::UnexpectedEOF => Failure::new("the script ends in the middle of a statement"),
        ParseErrorType::VariableUndefined(name) => Failure::new(format!("there is no variable `{name}`")),
        ParseErrorType::AssignmentToConstant(name) => {
            Failure::new(format!("`{name}` is a constant and cannot be changed")).help("declare it with `let`")
        }
        ParseErrorType::PropertyExpected => Failure::new("a name is wanted after the dot").help(
            "`in`, `as`, `is`, `with` … are words of the language; columns get another name with `.alias(\"…\")`",
        ),
        ParseErrorType::AssignmentToInvalidLHS(_) => {
            Failure::new("this cannot be given a value").help("write `==` to compare")
        }
        other => Failure::new(other.to_string()),
    }
}

fn bad_input(error: &LexError) -> Failure {
    match error {
        LexError::MalformedChar(text) => Failure::new(format!("'{text}' is no single character"))
            .help(format!("text is written in double quotes: \"{text}\"")),
        LexError::UnexpectedInput(text) if text == "#" => {
            Failure::new("`#` stands alone").help("comments begin with `//`; maps are written `#{name: value}`")
        }
        LexError::ImproperSymbol(symbol, _) if symbol == "eval" => Failure::new("`eval` is switched off")
            .help("code that is text cannot be checked before it runs: call a function"),
        LexError::UnterminatedString => Failure::new("the text has no closing quote").help("add `\"` at its end"),
        LexError::ImproperSymbol(symbol, _) => Failure::new(format!("`{symbol}` is no operator here"))
            .help_if(symbol == "++" || symbol == "--", "write `x += 1`"),
        other => Failure::new(other.to_string()),
    }
}

trait HelpIf {
    fn help_if(self, condition: bool, advice: &str) -> Self;
}

impl HelpIf for Failure {
    fn help_if(self, condition: bool, advice: &str) -> Failure {
        if condition { self.help(advice) } else { self }
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
        failure.help(
            "they are never equal: make both of one kind, as in `to_string(1) == \"1\"` or `parse_int(\"1\") == 1`",
        )
    } else {
        failure.help("make both of one kind: `parse_float(\"1.5\")`, `date(\"1997-09-30\")`")
    }
}
