//! The parts of a declaration: maps, lists and words, each told where it is of another kind.

use regulars_plugin::Failure;
use rhai::{Expr, Position};

use super::declaration::Reading;
use super::literal::{Entry, Literal, Value, at};

impl Reading {
    /// A list of texts; none where it is left out.
    pub(super) fn texts(&mut self, told: Option<&Literal>, example: &str) -> Vec<String> {
        let Some(told) = told else { return Vec::new() };
        let texts = match &told.value {
            Value::List(items) => items.iter().map(|item| match &item.value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            }),
            _ => {
                self.wrong.push(told.refuse("a list of texts").help(format!("write `{example}`")));
                return Vec::new();
            }
        };
        texts.collect::<Option<Vec<String>>>().unwrap_or_else(|| {
            let failure = Failure::new("the list holds more than texts").help(format!("write `{example}`"));
            self.wrong.push(at(failure, told.at));
            Vec::new()
        })
    }

    pub(super) fn flag(&mut self, told: Option<&Literal>) -> bool {
        match told.map(|told| (&told.value, told)) {
            None => false,
            Some((Value::Flag(flag), _)) => *flag,
            Some((_, told)) => {
                self.wrong.push(told.refuse("true or false").help("write `true` or leave it out"));
                false
            }
        }
    }

    /// A map as an argument.
    pub(super) fn map(&mut self, expr: &Expr, example: &str) -> Option<Vec<Entry>> {
        match Literal::read(expr) {
            Ok(Literal { value: Value::Map(entries), .. }) => Some(entries),
            Ok(other) => {
                self.wrong.push(other.refuse("a map `#{…}`").help(example));
                None
            }
            Err(failure) => {
                self.wrong.push(failure);
                None
            }
        }
    }

    /// The entries of a map that may be left out.
    pub(super) fn entries<'l>(&mut self, told: Option<&'l Literal>) -> Vec<&'l Entry> {
        match told.map(|told| (&told.value, told)) {
            None => Vec::new(),
            Some((Value::Map(entries), _)) => entries.iter().collect(),
            Some((_, told)) => {
                let example = "write `#{name: …}`, and above each name its meaning: `/// What it is.`";
                self.wrong.push(told.refuse("a map").help(example));
                Vec::new()
            }
        }
    }

    /// Tells every entry that nobody asks for.
    pub(super) fn known(&mut self, entries: &[Entry], known: &[&str], of: &str) {
        for entry in entries.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            let failure = Failure::new(format!("{of} has no entry `{}`", entry.name));
            self.tell(failure.near(&entry.name, known.iter().copied()), entry.at);
        }
    }

    /// What the comment above an entry says of it.
    pub(super) fn meaning(&mut self, what: &str, entry: &Entry) -> String {
        let above = entry.at.line().and_then(|line| self.comments.above(line));
        let text = above.map(|text| text.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        text.filter(|text| !text.is_empty()).unwrap_or_else(|| {
            let failure = Failure::new(format!("the {what} `{}` has no meaning", entry.name));
            self.tell(failure.help("write it on the line above: `/// What it is.`"), entry.at);
            String::new()
        })
    }

    pub(super) fn tell(&mut self, failure: Failure, position: Position) {
        self.wrong.push(at(failure, position));
    }
}

pub(super) fn no_word(what: &str, name: &str) -> Failure {
    Failure::new(format!("the {what} `{name}` has a name that scripts cannot write"))
        .help("a name is made of small letters, digits and `_`, and begins with a letter")
}

pub(super) fn is_word(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}
