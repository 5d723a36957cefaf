//! What stood in the parentheses of a method.

use std::ops::Index;

use polars::prelude::Duration;
use regulars_plugin::{Failure, Result};

use super::super::Operand;

/// The arguments of a call, and the entries of its map of options.
pub(super) struct Given<'a> {
    pub(super) values: &'a [Operand],
    pub(super) options: &'a [(String, Operand)],
}

impl Index<usize> for Given<'_> {
    type Output = Operand;

    fn index(&self, place: usize) -> &Operand {
        self.values.get(place).unwrap_or(&Operand::Missing)
    }
}

impl Given<'_> {
    pub(super) fn get(&self, place: usize) -> Option<&Operand> {
        self.values.get(place)
    }

    pub(super) fn option(&self, name: &str) -> Option<&Operand> {
        self.options.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// An argument, or the option of that name.
    pub(super) fn either(&self, place: usize, name: &str) -> Option<&Operand> {
        self.get(place).or_else(|| self.option(name))
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool> {
        self.read(name, default, Operand::flag)
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<f64>> {
        self.read(name, None, |value| value.number().map(Some))
    }

    pub(super) fn count(&self, name: &str, default: usize) -> Result<usize> {
        self.read(name, default, Operand::count)
    }

    /// One of a few words, by the option or by an argument.
    pub(super) fn choice<T: Clone>(&self, place: usize, name: &str, words: &[(&str, T)]) -> Result<T> {
        let Some(value) = self.either(place, name) else { return Ok(words[0].1.clone()) };
        let word = value.text().map_err(|failure| failure.within(name))?;
        let known = words.iter().find(|(one, _)| *one == word).map(|(_, meaning)| meaning.clone());
        known.ok_or_else(|| Failure::new(format!("no {name} `{word}`")).near(word, words.iter().map(|(one, _)| *one)))
    }

    fn read<T>(&self, name: &str, default: T, read: impl Fn(&Operand) -> Result<T>) -> Result<T> {
        match self.option(name) {
            Some(value) => read(value).map_err(|failure| failure.within(format!("`{name}`"))),
            None => Ok(default),
        }
    }

    pub(super) fn integer_or(&self, place: usize, default: i64) -> Result<i64> {
        self.get(place).map_or(Ok(default), Operand::integer)
    }

    pub(super) fn text_or<'b>(&'b self, place: usize, default: &'b str) -> Result<&'b str> {
        self.get(place).map_or(Ok(default), Operand::text)
    }
}

/// A length of time by Polars' word for it: "1d", "2w", "1mo".
pub(in super::super) fn length(text: &str) -> Result<Duration> {
    Duration::try_parse(text).map_err(|_| {
        Failure::new(format!("`{text}` is no length of time"))
            .help("write a number and a unit: \"15m\", \"1h\", \"1d\", \"2w\", \"1mo\", \"1q\", \"1y\"")
    })
}

/// A length of time that is longer than nothing.
pub(super) fn period(text: &str) -> Result<Duration> {
    let length = length(text)?;
    if length.is_zero() || length.negative() {
        return Err(Failure::new(format!("`{text}` is no period: it must be longer than nothing"))
            .help("write a number and a unit: \"1d\", \"2w\", \"1mo\", \"1q\", \"1y\""));
    }
    Ok(length)
}
