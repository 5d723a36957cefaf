//! The map of options at the end of a call, read with failures that name the word, the option and what was wanted.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use rhai::{Dynamic, ImmutableString, Map};

use super::arguments::Arguments;
use super::convert::{kind, operand};
use crate::table::Operand;

/// What other tools call an option, and what it is called here.
const HABITS: [(&str, &str); 14] = [
    ("sep", "separator"),
    ("delim", "separator"),
    ("delimiter", "separator"),
    ("decimal", "decimal_comma"),
    ("dtype", "types"),
    ("dtypes", "types"),
    ("has_header", "header"),
    ("na_values", "missing"),
    ("null_values", "missing"),
    ("quote_char", "quote"),
    ("quotechar", "quote"),
    ("skiprows", "skip_rows"),
    ("usecols", "columns"),
    ("sheet_name", "sheet"),
];

/// Whether a word knows every option that it was given; a failure with the near name, or ours for one of other tools.
pub(super) fn all_known<'a>(given: impl IntoIterator<Item = &'a str>, word: &str, known: &[&str]) -> Result<()> {
    let Some(name) = given.into_iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let failure = Failure::new(format!("no option `{name}`"));
    let ours = HABITS.iter().find(|(habit, ours)| *habit == name && known.contains(ours));
    Err(match ours {
        Some((_, ours)) => failure.help(format!("here it is called `{ours}`")),
        None => failure.near(name, known.iter().copied()),
    }
    .within(word))
}

/// The options of one call.
pub(super) struct Options {
    word: &'static str,
    given: Map,
}

impl Arguments<'_> {
    /// The map of options at a place; none where the call has fewer arguments.
    pub(super) fn options(&self, place: usize, word: &'static str, known: &[&str]) -> Result<Options> {
        Options::new(word, self.map(place)?, known)
    }

    /// Whether a map stands at a place.
    pub(super) fn is_map(&self, place: usize) -> bool {
        self.values.get(place).is_some_and(Dynamic::is_map)
    }
}

impl Options {
    /// The options that a word knows; any other is refused.
    pub(super) fn new(word: &'static str, given: Map, known: &[&str]) -> Result<Options> {
        all_known(given.keys().map(|name| name.as_str()), word, known)?;
        Ok(Options { word, given })
    }

    /// The value of an option as it was written; `()` counts as left out.
    pub(super) fn value(&self, name: &str) -> Option<&Dynamic> {
        self.given.get(name).filter(|value| !value.is_unit())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A failure about an option.
    pub(super) fn wrong(&self, name: &str, wanted: &str) -> Failure {
        let found = match self.value(name).map(|value| (kind(value), operand(value))) {
            None => "left out".to_owned(),
            // Which number it is says more than that it is one.
            Some((_, Ok(Operand::Integer(number)))) => number.to_string(),
            Some((_, Ok(Operand::Number(number)))) => number.to_string(),
            Some((kind, _)) => kind.to_owned(),
        };
        Failure::new(format!("`{name}` is {found}, but {wanted} is wanted")).within(self.word)
    }

    fn read<T>(
        &self,
        name: &str,
        wanted: &str,
        advice: &str,
        read: impl Fn(Operand) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let found = operand(value).ok().and_then(read);
        found.map(Some).ok_or_else(|| self.wrong(name, wanted).help(advice))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        self.read(name, "text", "write it in double quotes: \"amount\"", |value| match value {
            Operand::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Text that may not be left out.
    pub(super) fn needed(&self, name: &str, example: &str) -> Result<String> {
        let lacking = || Failure::new(format!("`{name}` is left out")).help(format!("write `{example}`"));
        self.text(name)?.ok_or_else(|| lacking().within(self.word))
    }

    /// A name or a list of names; none where it is left out.
    pub(super) fn names(&self, name: &str) -> Result<Vec<String>> {
        self.texts(
            name,
            "the name of a column or a list of names",
            "write \"customer\", or [\"customer\", \"product\"]",
        )
    }

    /// A text or a list of texts; none where it is left out.
    pub(super) fn texts(&self, name: &str, wanted: &str, advice: &str) -> Result<Vec<String>> {
        let texts = |value: Operand| match value {
            Operand::Text(text) => Some(vec![text]),
            Operand::List(items) => {
                items.into_iter().map(|item| if let Operand::Text(text) = item { Some(text) } else { None }).collect()
            }
            _ => None,
        };
        Ok(self.read(name, wanted, advice, texts)?.unwrap_or_default())
    }

    /// A map of names to texts.
    pub(super) fn texts_by_name(&self, name: &str, advice: &str) -> Result<BTreeMap<String, String>> {
        let texts = |value: Operand| {
            let Operand::Map(entries) = value else { return None };
            let text = |(name, value)| if let Operand::Text(text) = value { Some((name, text)) } else { None };
            entries.into_iter().map(text).collect()
        };
        Ok(self.read(name, "a map of names to texts", advice, texts)?.unwrap_or_default())
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, "true or false", "write `true` or `false`", |value| match value {
            Operand::Flag(flag) => Some(flag),
            _ => None,
        })
    }

    /// A flag for each of `count` columns: one for all, or a list.
    pub(super) fn flags(&self, name: &str, count: usize, default: bool) -> Result<Vec<bool>> {
        let Some(value) = self.value(name) else { return Ok(vec![default; count]) };
        let flags = match operand(value) {
            Ok(Operand::Flag(flag)) => Some(vec![flag; count]),
            Ok(Operand::List(items)) if items.len() == count => {
                items.iter().map(|item| if let Operand::Flag(flag) = item { Some(*flag) } else { None }).collect()
            }
            _ => None,
        };
        flags.ok_or_else(|| {
            Failure::new(format!("`{name}` must be true, false, or one of them for each column")).within(self.word)
        })
    }

    /// A whole number from 0 on.
    pub(super) fn whole(&self, name: &str) -> Result<Option<u64>> {
        self.read(name, "a whole number from 0 on", "write 10, not -10 or 10.5", |value| match value {
            Operand::Integer(number) => u64::try_from(number).ok(),
            Operand::Number(number) if number.fract() == 0.0 && (0.0..1e15).contains(&number) => Some(number as u64),
            _ => None,
        })
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<f64>> {
        self.read(name, "a number", "write it without quotes: 0.1", |value| match value {
            Operand::Integer(number) => Some(number as f64),
            Operand::Number(number) => Some(number),
            _ => None,
        })
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let known = || words.iter().map(|(word, _)| *word);
        let listed = || known().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let text = value.read_lock::<ImmutableString>().map(|text| text.to_string());
        let Some(text) = text else {
            return Err(self.wrong(name, "a word in quotes").help(format!("one of {}", listed())));
        };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meant)) => Ok(Some(*meant)),
            None => Err(Failure::new(format!("`{name}` cannot be `{text}`")).near(&text, known()).within(self.word)),
        }
    }
}
