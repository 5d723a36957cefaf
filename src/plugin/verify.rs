//! What a plugin says in words, checked once: its manuals when it is opened, its answer after each call.

use regulars_plugin::{ColumnKind, Failure, Manual, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The words of an answer.
#[derive(Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    pub(super) figures: Map<String, Value>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
}

/// A failure that the user cannot mend.
pub(super) fn fault(found: impl Into<String>) -> Failure {
    blame(Failure::new(found))
}

/// Says whose fault it is.
pub(super) fn blame(failure: Failure) -> Failure {
    failure.help("this is a fault of the plugin; tell its author")
}

/// Reads the manuals of a plugin and checks that scripts can write every name in them.
pub(super) fn manuals(plugin: &str, text: &str) -> Result<Vec<Manual>> {
    let read: Vec<Manual> = serde_json::from_str(text)
        .map_err(|error| fault(format!("the manuals of plugin `{plugin}` cannot be read: {error}")))?;
    if read.is_empty() {
        return Err(fault(format!("plugin `{plugin}` has no functions")));
    }
    for (place, manual) in read.iter().enumerate() {
        named(manual).map_err(|failure| failure.within(format!("plugin `{plugin}`")))?;
        if read[..place].iter().any(|earlier| earlier.name == manual.name) {
            return Err(fault(format!("plugin `{plugin}` has two functions `{}`", manual.name)));
        }
    }
    Ok(read)
}

/// Whether names are words, and each there once.
fn named(manual: &Manual) -> Result<()> {
    let function = &manual.name;
    if !is_word(function) || LANGUAGE.contains(&function.as_str()) {
        return Err(no_word("function", function));
    }
    let options: Vec<&str> = manual.options.iter().map(|option| option.name.as_str()).collect();
    let figures: Vec<&str> = manual.figures.iter().map(|figure| figure.name.as_str()).collect();
    for (what, names) in [("option", options), ("figure", figures)] {
        for (place, name) in names.iter().enumerate() {
            // An option is the key of a map, where a word of the language can be put in quotes.
            if !is_word(name) || (what != "option" && LANGUAGE.contains(name)) {
                return Err(no_word(what, name).within(function));
            }
            if names[..place].contains(name) {
                return Err(fault(format!("there are two {what}s `{name}`")).within(function));
            }
        }
    }
    Ok(())
}

fn no_word(what: &str, name: &str) -> Failure {
    Failure::new(format!("the {what} `{name}` has a name that scripts cannot write"))
        .help("a name is made of small letters, digits and `_`, begins with a letter, and is no word of the language")
}

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// Words that the script language keeps for itself, reserved ones included.
const LANGUAGE: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "const",
    "continue",
    "default",
    "do",
    "else",
    "exit",
    "export",
    "false",
    "fn",
    "for",
    "global",
    "go",
    "goto",
    "if",
    "import",
    "in",
    "is",
    "let",
    "loop",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "shared",
    "spawn",
    "static",
    "super",
    "switch",
    "sync",
    "this",
    "thread",
    "throw",
    "true",
    "try",
    "until",
    "use",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Reads the words of an answer that succeeded and checks the figures against the manual.
pub(super) fn answer(manual: &Manual, text: &str) -> Result<Said> {
    let said: Said = serde_json::from_str(text)
        .map_err(|error| fault(format!("the answer of the plugin cannot be read: {error}")))?;
    let declared = || manual.figures.iter().map(|figure| figure.name.as_str());
    if let Some(name) = said.figures.keys().find(|name| !declared().any(|known| known == *name)) {
        let failure = Failure::new(format!("the answer has a figure `{name}`, which its manual does not declare"));
        return Err(blame(failure.near(name, declared())));
    }
    for figure in &manual.figures {
        let Some(value) = said.figures.get(&figure.name) else {
            return Err(fault(format!("the answer lacks the figure `{}`, which its manual declares", figure.name)));
        };
        if !holds(figure.holds, value) {
            return Err(fault(format!(
                "figure `{}` of the answer is {value}, but its manual declares {}",
                figure.name,
                figure.holds.word()
            )));
        }
    }
    Ok(said)
}

/// Whether a figure is of the declared kind. What is missing, and numbers that JSON cannot write, are null.
fn holds(kind: ColumnKind, value: &Value) -> bool {
    value.is_null()
        || match kind {
            ColumnKind::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            ColumnKind::Number => value.is_number(),
            ColumnKind::Text | ColumnKind::Date => value.is_string(),
            ColumnKind::Flag => value.is_boolean(),
            ColumnKind::Any => true,
        }
}

/// Reads the words of an answer that failed. A plugin knows of no script, so a place in one is not believed.
pub(super) fn refusal(code: i32, text: &str) -> Failure {
    match serde_json::from_str::<Failure>(text) {
        Ok(failure) => Failure { place: None, ..failure },
        Err(error) => fault(format!("the plugin failed with code {code}, and why cannot be read: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_a_script() {
        assert!(is_word("purchase_rhythm") && is_word("x2"));
        for name in ["", "2x", "Rfm", "two words", "größe", "a-b", "_x"] {
            assert!(!is_word(name), "{name}");
        }
    }

    #[test]
    fn a_failure_keeps_its_words_and_loses_its_place() {
        let told = Failure::new("no").help("do").at(3, 4);
        let read = refusal(1, &serde_json::json!(told).to_string());
        assert_eq!((read.to_string().as_str(), read.place), ("no. do", None));
    }
}
