//! Completion: variables, functions and words with their summaries, options inside `#{`, columns inside quotes.

use std::sync::{Arc, PoisonError, RwLock};

use reedline::{Completer, CompletionResult, Span, Suggestion};
use regulars_plugin::OptionKind;

use crate::script::World;
use crate::show::Value;

/// The variables of the session, told anew before each line.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<RwLock<Vec<(String, Value)>>>);

impl Names {
    pub(super) fn set(&self, variables: Vec<(String, Value)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = variables;
    }

    /// Names of the columns of every frame that a variable holds.
    fn columns(&self) -> Vec<(String, String)> {
        let variables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut columns = Vec::new();
        for (variable, value) in variables.iter() {
            if let Value::Frame(frame) = value {
                columns.extend(
                    frame.schema().into_iter().map(|(name, kind)| (name, format!("{kind}, column of {variable}"))),
                );
            }
        }
        columns.dedup_by(|left, right| left.0 == right.0);
        columns
    }

    fn variables(&self) -> Vec<(String, String)> {
        let variables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let kind = |value: &Value| match value {
            Value::Frame(frame) => format!("frame with {}", frame.names().join(", ")),
            Value::Record(record) => format!("answer of {}", record.function),
            _ => "variable".to_owned(),
        };
        variables.iter().map(|(name, value)| (name.clone(), kind(value))).collect()
    }
}

pub(super) struct Completion {
    world: Arc<World>,
    names: Names,
}

impl Completion {
    pub(super) fn new(world: Arc<World>, names: Names) -> Self {
        Completion { world, names }
    }

    fn offers(&self, before: &str) -> Vec<(String, String)> {
        match Place::of(before) {
            Place::Option(function) => self.options(&function),
            Place::Choice(function, option) => self.choices(&function, &option),
            Place::Quoted => self.names.columns(),
            Place::AfterDot => self.callable(),
            Place::Start => self.names.variables().into_iter().chain(self.callable()).collect(),
        }
    }

    fn callable(&self) -> Vec<(String, String)> {
        let catalogue = &self.world.catalogue;
        let functions =
            catalogue.entries().iter().map(|entry| (entry.manual().name.clone(), entry.manual().summary.clone()));
        let words = catalogue.verbs().iter().map(|verb| (verb.name.to_owned(), verb.summary.to_owned()));
        let mut all: Vec<(String, String)> = functions.chain(words).collect();
        let mut seen = std::collections::HashSet::new();
        all.retain(|(name, _)| seen.insert(name.clone()));
        all
    }

    fn options(&self, function: &str) -> Vec<(String, String)> {
        if let Some(entry) = self.world.catalogue.get(function) {
            let options = entry.manual().options.iter();
            return options
                .map(|option| (format!("{}: ", option.name), format!("{} ({})", option.meaning, option.kind.words())))
                .collect();
        }
        let tables = regulars_plugin::StandardTable::DECLARED;
        let Some(table) = tables.into_iter().find(|table| table.word() == function) else { return Vec::new() };
        let columns = table.needed().iter().chain(table.known());
        columns.map(|column| (format!("{}: ", column.name), column.meaning.to_owned())).collect()
    }

    fn choices(&self, function: &str, option: &str) -> Vec<(String, String)> {
        let Some(entry) = self.world.catalogue.get(function) else { return self.names.columns() };
        let found = entry.manual().options.iter().find(|one| one.name == option);
        match found.map(|option| &option.kind) {
            Some(OptionKind::Choice(choices)) => choices.clone(),
            _ => Vec::new(),
        }
    }
}

impl Completer for Completion {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let before = line.get(..position).unwrap_or(line);
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
            .last()
            .map_or(before.len(), |(place, _)| place);
        let typed = before[start..].to_lowercase();
        let quoted = matches!(Place::of(&before[..start]), Place::Choice(..) if !before[..start].ends_with('"'));
        let mut offers = self.offers(&before[..start]);
        offers.retain(|(name, _)| name.to_lowercase().starts_with(&typed));
        let suggestions: Vec<Suggestion> = offers
            .into_iter()
            .map(|(name, description)| Suggestion {
                value: if quoted { format!("\"{name}\"") } else { name },
                description: Some(description),
                span: Span::new(start, position),
                append_whitespace: false,
                ..Suggestion::default()
            })
            .collect();
        CompletionResult::fresh(suggestions)
    }
}

/// Where in a line something is being typed.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Start,
    AfterDot,
    /// Inside quotes that are no value of an option.
    Quoted,
    /// A name inside the options of this function.
    Option(String),
    /// A value of an option of a function.
    Choice(String, String),
}

impl Place {
    fn of(before: &str) -> Place {
        let in_quotes = before.matches('"').count() % 2 == 1;
        let outside = if in_quotes { before.rfind('"').map_or(before, |place| &before[..place]) } else { before };
        if let Some(open) = innermost_map(outside) {
            let call = outside[..open].trim_end().trim_end_matches('(').trim_end();
            let call = call.trim_end_matches(',').trim_end();
            let function: String = {
                let name: String =
                    call.chars().rev().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                name.chars().rev().collect()
            };
            let inside = &outside[open + 2..];
            let entry = inside.rsplit(',').next().unwrap_or(inside);
            return match entry.split_once(':') {
                Some((option, _)) => Place::Choice(function, option.trim().to_owned()),
                None => Place::Option(function),
            };
        }
        if in_quotes {
            return Place::Quoted;
        }
        if outside.ends_with('.') { Place::AfterDot } else { Place::Start }
    }
}

/// Where the innermost `#{` that is still open begins.
fn innermost_map(text: &str) -> Option<usize> {
    let mut closed = 0;
    let bytes = text.as_bytes();
    for place in (0..bytes.len()).rev() {
        match bytes[place] {
            b'}' => closed += 1,
            b'{' if closed > 0 => closed -= 1,
            b'{' => return (place > 0 && bytes[place - 1] == b'#').then(|| place - 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        for (line, place) in [
            ("let a = ", Place::Start),
            ("tx.", Place::AfterDot),
            ("tx.rfm(#{", Place::Option("rfm".to_owned())),
            ("tx.rfm(#{bins: 5, ", Place::Option("rfm".to_owned())),
            ("tx.rfm(#{cut: ", Place::Choice("rfm".to_owned(), "cut".to_owned())),
            ("tx.rfm(#{cut: \"", Place::Choice("rfm".to_owned(), "cut".to_owned())),
            ("tx.rfm(#{bins: 5}).", Place::AfterDot),
            ("col(\"", Place::Quoted),
        ] {
            assert_eq!(Place::of(line), place, "{line}");
        }
    }
}
