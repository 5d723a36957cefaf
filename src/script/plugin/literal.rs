//! Values written out in a declaration. They are read from the syntax tree and nothing is carried out: so loading a
//! plugin has no effects, the entries keep their order, and each knows its place.

use regulars_plugin::{Date, Failure};
use rhai::{Expr, Position};
use serde_json::{Map, Value as Json};

/// A value and its place.
pub(super) struct Literal {
    pub(super) value: Value,
    pub(super) at: Position,
}

/// A value that is written out.
pub(super) enum Value {
    Nothing,
    Flag(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Date(Date),
    List(Vec<Literal>),
    Map(Vec<Entry>),
}

/// An entry of a map.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) at: Position,
    pub(super) value: Literal,
}

/// Adds a place to a failure.
pub(super) fn at(failure: Failure, position: Position) -> Failure {
    match position.line() {
        Some(line) => failure.at(line, position.position().unwrap_or(1).max(1)),
        None => failure,
    }
}

impl Literal {
    /// Reads a value; a failure with its place where it would have to be computed.
    pub(super) fn read(expr: &Expr) -> Result<Literal, Failure> {
        let position = expr.start_position();
        let computed = || {
            let failure = Failure::new("a declaration holds values that are written out, and this is computed");
            at(failure.help("nothing runs when a plugin is loaded: write the value itself"), position)
        };
        let value = match expr {
            Expr::Unit(..) => Value::Nothing,
            Expr::BoolConstant(flag, _) => Value::Flag(*flag),
            Expr::IntegerConstant(number, _) => Value::Integer(*number),
            Expr::FloatConstant(number, _) => Value::Number(**number),
            Expr::CharConstant(letter, _) => Value::Text(letter.to_string()),
            Expr::StringConstant(text, _) => Value::Text(text.to_string()),
            Expr::Array(items, _) => Value::List(items.iter().map(Literal::read).collect::<Result<_, _>>()?),
            Expr::Map(entries, _) => {
                let entry = |(name, value): &(rhai::Ident, Expr)| {
                    Ok(Entry { name: name.name.to_string(), at: name.pos, value: Literal::read(value)? })
                };
                Value::Map(entries.0.iter().map(entry).collect::<Result<_, Failure>>()?)
            }
            Expr::FnCall(call, _) if call.name == "date" && call.args.len() == 1 => match &call.args[0] {
                Expr::StringConstant(text, _) => {
                    let wrong = || Failure::new(format!("`{text}` is no date")).help("write it as \"1997-09-30\"");
                    Value::Date(text.parse().map_err(|_| at(wrong(), position))?)
                }
                _ => return Err(computed()),
            },
            _ => return Err(computed()),
        };
        Ok(Literal { value, at: position })
    }

    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Nothing => "nothing",
            Value::Flag(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// The value as manuals hold it.
    pub(super) fn json(&self) -> Json {
        match &self.value {
            Value::Nothing => Json::Null,
            Value::Flag(flag) => (*flag).into(),
            Value::Integer(number) => (*number).into(),
            Value::Number(number) => (*number).into(),
            Value::Text(text) => text.clone().into(),
            Value::Date(date) => date.to_string().into(),
            Value::List(items) => items.iter().map(Literal::json).collect(),
            Value::Map(entries) => Json::Object(
                entries.iter().map(|entry| (entry.name.clone(), entry.value.json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// A failure that says what was found here and what is wanted.
    pub(super) fn refuse(&self, wanted: &str) -> Failure {
        at(Failure::new(format!("found {}, but {wanted} is wanted here", self.kind())), self.at)
    }
}
