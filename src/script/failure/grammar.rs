//! Sentences that the language does not understand.

use regulars_plugin::Failure;
use rhai::{LexError, ParseErrorType};

use super::RESERVED;
use super::source::Spot;

/// A mistake of grammar as a failure.
pub(super) fn parse(kind: &ParseErrorType, spot: &Spot<'_>) -> Failure {
    if let Some(failure) = habit(spot) {
        return failure;
    }
    match kind {
        ParseErrorType::BadInput(error) => bad_input(error, spot),
        ParseErrorType::Reserved(word) => reserved(word),
        ParseErrorType::UnknownOperator(sign) => no_operator(sign),
        ParseErrorType::MissingToken(token, what) if token == ";" => no_semicolon(what, spot),
        ParseErrorType::MissingToken(token, what) => missing(token, what, spot),
        ParseErrorType::MissingSymbol(_) => {
            Failure::new("a sign is missing here").help("`help words` lists the words of the language")
        }
        ParseErrorType::UnexpectedEOF => unfinished(spot),
        ParseErrorType::VariableExpected if RESERVED.contains(&spot.here()) => reserved(spot.here()),
        ParseErrorType::VariableExpected | ParseErrorType::FnMissingName => Failure::new("a name is wanted here")
            .help("names begin with a letter: `let orders = …;`, `fn share(a, b) { … }`"),
        ParseErrorType::VariableUndefined(name) => {
            Failure::new(format!("there is no variable `{name}`")).help(format!("declare it first: `let {name} = …;`"))
        }
        ParseErrorType::VariableExists(name) | ParseErrorType::DuplicatedVariable(name) => {
            Failure::new(format!("there is a `{name}` already")).help("choose another name")
        }
        ParseErrorType::AssignmentToConstant(name) => {
            Failure::new(format!("`{name}` is a constant and cannot be changed")).help("declare it with `let`")
        }
        ParseErrorType::PropertyExpected => Failure::new("a name is wanted here").help(
            "`in`, `as`, `is`, `with` … are words of the language; columns get another name with `.alias(\"…\")`, and \
             `.is_in([…])` looks into a list",
        ),
        ParseErrorType::AssignmentToInvalidLHS(_) => Failure::new("this cannot be given a value")
            .help("write `==` to compare; `let name = …;` declares a variable"),
        ParseErrorType::MismatchedType(_, found) if spot.line().starts_with("for") => {
            Failure::new(format!("`for … in` was given {found}, but a list or a range is wanted"))
                .help("to count, write a range: `for i in 0..10 { … }`")
        }
        ParseErrorType::MismatchedType(wanted, found) => {
            Failure::new(format!("found {found}, but {wanted} is wanted here"))
                .help("compare something: `x > 10`, `name == \"Ann\"`")
        }
        ParseErrorType::ExprExpected(_) => {
            Failure::new("a value is wanted here").help("such as a number, a text in double quotes, a name or a call")
        }
        ParseErrorType::MalformedIndexExpr(_) => Failure::new("this value has no places or entries to look up")
            .help("lists are read by place, `list[0]`, and maps by name, `map[\"name\"]` or `map.name`"),
        ParseErrorType::DuplicatedProperty(name) => {
            Failure::new(format!("the map names `{name}` twice")).help("leave one of them out")
        }
        ParseErrorType::WrongFnDefinition => Failure::new("a function is declared inside a block")
            .help("write `fn` at the outermost level, or keep a closure in a variable: `let f = |x| x * 2;`"),
        ParseErrorType::FnDuplicatedDefinition(name, _) => {
            Failure::new(format!("the function `{name}` is declared twice with as many arguments"))
                .help("give one of them another name")
        }
        ParseErrorType::FnMissingParams(name) | ParseErrorType::FnMissingBody(name) => {
            Failure::new("the declaration of the function is not complete")
                .help(format!("write `fn {name}(a, b) {{ … }}`"))
        }
        ParseErrorType::FnDuplicatedParam(_, name) => {
            Failure::new(format!("the function has two arguments called `{name}`")).help("rename one of them")
        }
        ParseErrorType::WrongDocComment => {
            Failure::new("`///` describes a function, but none follows").help("comments elsewhere begin with `//`")
        }
        ParseErrorType::LoopBreak => {
            Failure::new("`break` and `continue` belong into a loop").help("leave a function with `return`")
        }
        ParseErrorType::ExprTooDeep => Failure::new("this expression is nested too deeply")
            .help("keep a part of it in a variable first: `let part = …;`"),
        ParseErrorType::LiteralTooLarge(..) => {
            Failure::new("this is too long to stand in a script").help("read it from a file")
        }
        other => Failure::new(lower(&other.to_string())).help("`help words` lists the words of the language"),
    }
}

/// Sentences of other languages, known by the words around the place.
fn habit(spot: &Spot<'_>) -> Option<Failure> {
    let (last, here, line) = (spot.last(), spot.here(), spot.line());
    let no_word = |word: &str| Failure::new(format!("`{word}` is no word of this language"));
    if last == "not" || here == "not" {
        return Some(no_word("not").help("write `!`: `!(x > 1)`, also before conditions on columns"));
    }
    let logic = [("and", "&&", "&"), ("or", "||", "|")];
    if let Some((word, plain, column)) = logic.into_iter().find(|(word, _, _)| *word == here || *word == last) {
        return Some(
            no_word(word)
                .help(format!("write `{plain}` between true and false, `{column}` between conditions on columns")),
        );
    }
    if last == "def" || line.starts_with("function ") {
        let word = if last == "def" { "def" } else { "function" };
        return Some(no_word(word).help("a function is declared so: `fn name(a, b) { … }`"));
    }
    if last == "lambda" {
        return Some(no_word("lambda").help("a function without a name is written `|x| x * 2`"));
    }
    if here == ">" && last == "<" {
        return Some(no_operator("<>"));
    }
    if last == "elif" || here == "elif" {
        return Some(no_word("elif").help("write `else if`"));
    }
    if line.starts_with("from ") || (line.starts_with("import ") && !line.contains('"')) {
        return Some(no_import());
    }
    if line.starts_with("for (") || line.starts_with("for(") {
        return Some(
            Failure::new("`for` has no brackets here").help("write `for i in 0..3 { … }`, or `for x in list { … }`"),
        );
    }
    None
}

/// `import` of Python.
pub(super) fn no_import() -> Failure {
    Failure::new("this is no `import` of this language")
        .help("every function is there from the beginning, nothing has to be imported: `help` lists them")
        .help("a module of your own is named in quotes: `import \"cohorts\" as c;`, then `c::name(…)`")
}

fn reserved(word: &str) -> Failure {
    match word {
        "#" => Failure::new("`#` stands alone").help("comments begin with `//`; maps are written `#{name: value}`"),
        "null" | "nil" | "void" => {
            Failure::new(format!("`{word}` is no value of this language")).help("a missing value is written `()`")
        }
        "++" | "--" => no_operator(word),
        word if word.chars().all(char::is_alphanumeric) => {
            Failure::new(format!("`{word}` is a word of the language and cannot be a name"))
                .help(format!("choose another name, such as `{word}_`"))
        }
        sign => Failure::new(format!("`{sign}` means nothing here")).help("leave it out"),
    }
}

fn no_operator(sign: &str) -> Failure {
    let failure = Failure::new(format!("`{sign}` is no operator"));
    match sign {
        "++" => failure.help("write `x += 1`"),
        "--" => failure.help("write `x -= 1`"),
        "===" => failure.help("write `==`"),
        "!==" | "<>" => failure.help("write `!=`"),
        ":=" | "<-" => failure.help("write `let x = …;`"),
        "->" | "|>" => failure.help("calls are chained with a dot: `tx.filter(…).head(3)`"),
        "//" => failure.help("`//` begins a comment; whole numbers divide to whole numbers with `/`"),
        _ => failure.help("the operators are `+ - * / % **`, `== != < <= > >=`, `&& || !`, and `& | !` for columns"),
    }
}

fn no_semicolon(what: &str, spot: &Spot<'_>) -> Failure {
    let end = "statements end with `;`";
    match spot.here() {
        _ if spot.is_end() && spot.open('{', '}') => unfinished(spot),
        mark @ (")" | "]" | "}") => {
            Failure::new(format!("there is a `{mark}` too many")).help("each closes a bracket that was opened before")
        }
        ":" => Failure::new("a map is wanted here, but the brace opens a block")
            .help("put `#` before the brace: `#{name: value}`"),
        "{" => {
            Failure::new("a `;` is missing before this").help(end).help("a map is written `#{name: value}`, with `#`")
        }
        _ if what.contains("variable") => Failure::new("a `;` is missing before this").help(end),
        _ => Failure::new("a `;` is missing before this").help(end),
    }
}

fn missing(token: &str, what: &str, spot: &Spot<'_>) -> Failure {
    if spot.is_end() {
        return unfinished(spot);
    }
    if spot.here() == "=" {
        let name = spot.last();
        if token == ":" {
            return Failure::new(format!("`{name} =` is no entry of a map")).help(format!("write `{name}: value`"));
        }
        if what.contains("argument") {
            return Failure::new(format!("`{name} =` stands in a call, but arguments have no names"))
                .help(format!("options go into one map at the end: `#{{{name}: value}}`"));
        }
        if token == "{" {
            return Failure::new("`=` gives a value, and this is a condition").help("write `==` to compare");
        }
    }
    let failure = Failure::new(format!("`{token}` is missing here"));
    match token {
        "," => failure.help("arguments and the items of lists and maps stand apart by commas"),
        ")" | "]" | "}" => failure.help("every bracket that is opened is closed again"),
        "{" => failure.help("what is done stands in braces: `if x > 1 { … }`, `for x in list { … }`"),
        ":" => failure.help("entries of a map are written `name: value`"),
        _ => failure.help("`help words` lists the words of the language"),
    }
}

fn unfinished(spot: &Spot<'_>) -> Failure {
    let pairs = [('(', ')'), ('[', ']'), ('{', '}')];
    match pairs.into_iter().find(|(open, close)| spot.open(*open, *close)) {
        Some((open, close)) => Failure::new(format!("the script ends, but a `{open}` is still open"))
            .help(format!("close it with `{close}`")),
        None => Failure::new("the script ends in the middle of a statement").help("a value or a name is still wanted"),
    }
}

fn bad_input(error: &LexError, spot: &Spot<'_>) -> Failure {
    match error {
        LexError::MalformedChar(text) => Failure::new(format!("'{text}' is no single character"))
            .help(format!("text is written in double quotes: \"{text}\"")),
        LexError::UnexpectedInput(text) => match text.as_str() {
            "}" | ")" | "]" => Failure::new(format!("there is a `{text}` too many"))
                .help("each closes a bracket that was opened before"),
            "“" | "”" | "„" | "‘" | "’" | "«" | "»" => {
                Failure::new(format!("`{text}` is a quote of typeset text"))
                    .help("text is written in straight quotes: \"text\"")
            }
            "#" | "++" | "--" => reserved(text),
            other if other.chars().all(char::is_alphanumeric) => foreign_name(other, spot),
            other => Failure::new(format!("`{other}` means nothing here")).help("leave it out"),
        },
        LexError::ImproperSymbol(symbol, _) if symbol == "eval" => Failure::new("`eval` is switched off")
            .help("code that is text cannot be checked before it runs: call a function"),
        LexError::UnterminatedString => Failure::new("the text has no closing quote")
            .help("add `\"` at its end; a text over several lines stands in backticks: `…`"),
        LexError::ImproperSymbol(symbol, _) if symbol == "=" => {
            Failure::new("`=` gives a value, and a value is wanted here").help("write `==` to compare")
        }
        LexError::ImproperSymbol(symbol, _) => no_operator(symbol),
        LexError::MalformedNumber(text) => {
            Failure::new(format!("`{text}` is no number")).help("numbers are written 1000, 1_000, 0.5 or 1e6")
        }
        LexError::MalformedEscapeSequence(text) => Failure::new(format!("`{text}` means nothing in a text"))
            .help("write a backslash twice, `\\\\`; in `backticks` it stands for itself"),
        LexError::MalformedIdentifier(text) => Failure::new(format!("`{text}` is no name"))
            .help("names hold letters, digits and `_`, and begin with a letter"),
        other => Failure::new(lower(&other.to_string())).help("`help words` lists the words of the language"),
    }
}

/// A name in other letters than those of the language: in quotes it may be an entry of a map, or a column.
fn foreign_name(letters: &str, spot: &Spot<'_>) -> Failure {
    let name = if spot.here().starts_with(letters) { spot.here() } else { letters };
    let failure = Failure::new(format!("`{name}` is no name: names hold the letters a to z, digits and `_`"));
    match spot.behind() {
        ":" => failure.help(format!("the name of an entry may be any text, in quotes: `#{{\"{name}\": …}}`")),
        _ => failure
            .help(format!("text is written in double quotes: \"{name}\""))
            .help(format!("a column of that name is `col(\"{name}\")`")),
    }
}

/// With a small first letter, as our own messages have.
pub(super) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
