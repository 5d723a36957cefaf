//! What a plugin says in words, checked once: its manuals when it is opened, its answer after each call.

use regulars_plugin::{ColumnKind, ColumnManual, Drawing, Failure, Manual, Output, Result, StandardTable};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::way::Answered;
use crate::table::{Frame, begins_with, columns_of};

/// The words of an answer.
#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    figures: Map<String, Value>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    model: Option<Value>,
    #[serde(default)]
    drawing: Option<Drawing>,
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
        let within = |failure: Failure| failure.within(format!("plugin `{plugin}`"));
        described(manual).map_err(within)?;
        for method in &manual.methods {
            described(method).map_err(|failure| within(failure.within(&manual.name)))?;
        }
        if read[..place].iter().any(|earlier| earlier.name == manual.name) {
            return Err(fault(format!("plugin `{plugin}` has two functions `{}`", manual.name)));
        }
    }
    Ok(read)
}

/// Whether names are words, and each there once; whether there are numbers behind a picture.
fn described(manual: &Manual) -> Result<()> {
    let function = &manual.name;
    if !is_word(function) || LANGUAGE.contains(&function.as_str()) {
        return Err(no_word("function", function));
    }
    for table in &manual.tables {
        if let StandardTable::Own(own) = table
            && (!is_word(own.word) || LANGUAGE.contains(&own.word))
        {
            return Err(no_word("table", own.word).within(function));
        }
    }
    if manual.draws && !manual.has_table() && manual.figures.is_empty() {
        return Err(fault("it draws a picture, but has neither a table nor figures behind it").within(function));
    }
    let names = |columns: &[ColumnManual]| columns.iter().map(|column| column.name.clone()).collect();
    let options: Vec<String> = manual.options.iter().map(|option| option.name.clone()).collect();
    // Scripts read all three as properties of the answer.
    let mut properties: Vec<String> = names(&manual.figures);
    properties.extend(manual.further.iter().map(|table| table.name.clone()));
    properties.extend(manual.methods.iter().map(|method| method.name.clone()));
    for (what, names) in [("option", options), ("property", properties)] {
        for (place, name) in names.iter().enumerate() {
            // An option is the key of a map, where a word of the language can be put in quotes.
            if !is_word(name) || (what != "option" && LANGUAGE.contains(&name.as_str())) {
                return Err(no_word(what, name).within(function));
            }
            if names[..place].contains(name) {
                let several = if what == "option" { "options" } else { "figures, tables or methods" };
                return Err(fault(format!("there are two {several} `{name}`")).within(function));
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

/// Compares an answer with the manual: the figures, the tables and their columns, the model and the picture.
pub(super) fn answer(manual: &Manual, answered: Answered) -> Result<Output<Frame, Map<String, Value>>> {
    let said: Said = serde_json::from_str(&answered.text)
        .map_err(|error| fault(format!("the answer of the plugin cannot be read: {error}")))?;
    figures(manual, &said.figures)?;
    let mut tables = answered.tables.into_iter().map(|table| table.map(Frame::from_data));
    let wanted = usize::from(manual.has_table()) + manual.further.len();
    if tables.len() != wanted {
        let found = tables.len();
        return Err(fault(format!("the answer has {found} tables, but its manual declares {wanted}")));
    }
    let table = match manual.has_table() {
        false => None,
        true => {
            let table = tables.next().flatten();
            let table = table.ok_or_else(|| fault("the answer has no table, but its manual declares one"))?;
            columns_of(&manual.columns, manual.keeps_columns, &table.kinds()).map_err(blame)?;
            Some(table)
        }
    };
    let mut further = Vec::new();
    for (declared, found) in manual.further.iter().zip(tables) {
        let Some(found) = found else { continue };
        let agree = match declared.keeps_columns && manual.tables.is_empty() {
            true => begins_with(&declared.columns, &found.kinds()),
            false => columns_of(&declared.columns, declared.keeps_columns, &found.kinds()),
        };
        agree.map_err(|failure| blame(failure.within(format!("`{}`", declared.name))))?;
        further.push((declared.name.clone(), found));
    }
    match (&said.model, manual.methods.is_empty()) {
        (Some(_), true) => return Err(fault("the answer is a model, but its manual declares no methods")),
        (None, false) => return Err(fault("the answer is no model, but its manual declares methods of one")),
        _ => {}
    }
    if let Some(drawing) = &said.drawing {
        if !manual.draws {
            return Err(fault("the answer draws a picture, but its manual does not say so"));
        }
        drawing.check().map_err(blame)?;
    }
    let Said { figures, notes, model, drawing } = said;
    Ok(Output { table, further, figures, model, drawing, notes })
}

/// Compares the figures of an answer with the manual.
fn figures(manual: &Manual, found: &Map<String, Value>) -> Result<()> {
    let declared = || manual.figures.iter().map(|figure| figure.name.as_str());
    if let Some(name) = found.keys().find(|name| !declared().any(|known| known == *name)) {
        let failure = Failure::new(format!("the answer has a figure `{name}`, which its manual does not declare"));
        return Err(blame(failure.near(name, declared())));
    }
    for figure in &manual.figures {
        let Some(value) = found.get(&figure.name) else {
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
    Ok(())
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
