//! Options of reading and writing, with failures that name what was found and what was wanted.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use serde_json::{Map, Value};

use crate::files::{CsvOptions, ExcelOptions, IfExists};
use crate::script::arguments::Arguments;
use crate::script::options::all_known;

/// The options of one call; each may be taken once.
pub(super) struct Options {
    word: &'static str,
    known: &'static [&'static str],
    given: Map<String, Value>,
}

impl Options {
    /// The map at a place of the call, whose names are all among those that are known.
    pub(super) fn of(
        call: &Arguments<'_>,
        place: usize,
        word: &'static str,
        known: &'static [&'static str],
    ) -> Result<Options> {
        let given = call.json(place)?;
        all_known(given.keys().map(String::as_str), word, known)?;
        Ok(Options { word, known, given })
    }

    /// An option in the way that `read` reads it; none where it was not given.
    fn take<T>(&mut self, name: &str, wanted: &str, read: impl FnOnce(&Value) -> Option<T>) -> Result<Option<T>> {
        debug_assert!(self.known.contains(&name));
        let Some(value) = self.given.remove(name) else { return Ok(None) };
        let refused = || Failure::new(format!("option `{name}` is {value}, but {wanted} is wanted")).within(self.word);
        read(&value).map(Some).ok_or_else(refused)
    }

    pub(super) fn text(&mut self, name: &str, wanted: &str) -> Result<Option<String>> {
        self.take(name, wanted, |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>> {
        self.take(name, "true or false", Value::as_bool)
    }

    fn count(&mut self, name: &str) -> Result<Option<usize>> {
        self.take(name, "a whole number from 0 on", |value| usize::try_from(value.as_u64()?).ok())
    }

    fn texts(&mut self, name: &str, wanted: &str) -> Result<Vec<String>> {
        let texts = self.take(name, wanted, |value| match value {
            Value::String(one) => Some(vec![one.clone()]),
            value => value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        })?;
        Ok(texts.unwrap_or_default())
    }

    fn types(&mut self) -> Result<BTreeMap<String, String>> {
        let types = self.take("types", "a map of names to types", |value| {
            value.as_object()?.iter().map(|(name, kind)| Some((name.clone(), kind.as_str()?.to_owned()))).collect()
        })?;
        Ok(types.unwrap_or_default())
    }
}

const CSV: &[&str] = &[
    "separator",
    "encoding",
    "decimal_comma",
    "quote",
    "header",
    "skip_rows",
    "columns",
    "types",
    "missing",
    "date_format",
    "strict",
];

pub(super) fn csv(call: &Arguments<'_>, place: usize) -> Result<CsvOptions> {
    let mut options = Options::of(call, place, "read_csv", CSV)?;
    Ok(CsvOptions {
        separator: options.text("separator", "one character in quotes")?,
        encoding: options.text("encoding", "a name such as \"gb18030\"")?,
        decimal_comma: options.flag("decimal_comma")?,
        quote: options.text("quote", "one character in quotes, or \"\" for none")?,
        header: options.flag("header")?,
        skip_rows: options.count("skip_rows")?.unwrap_or_default(),
        columns: options.texts("columns", "a list of names")?,
        types: options.types()?,
        missing: options.texts("missing", "a list of texts")?,
        date_format: options.text("date_format", "text such as \"%d.%m.%Y\"")?,
        strict: options.flag("strict")?.unwrap_or_default(),
    })
}

pub(super) fn excel(call: &Arguments<'_>, place: usize) -> Result<ExcelOptions> {
    let mut options = Options::of(call, place, "read_excel", &["sheet", "range", "header"])?;
    Ok(ExcelOptions {
        sheet: options.text("sheet", "the name of a sheet")?,
        range: options.text("range", "cells such as \"B3:F200\"")?,
        header: options.flag("header")?,
    })
}

pub(super) fn if_exists(call: &Arguments<'_>, place: usize) -> Result<IfExists> {
    let mut options = Options::of(call, place, "write_sqlite", &["if_exists"])?;
    let Some(word) = options.text("if_exists", "\"fail\", \"replace\" or \"append\"")? else {
        return Ok(IfExists::default());
    };
    match IfExists::WORDS.iter().find(|(known, _)| *known == word) {
        Some((_, if_exists)) => Ok(*if_exists),
        None => Err(Failure::new(format!("`if_exists` is \"{word}\""))
            .near(&word, IfExists::WORDS.iter().map(|(known, _)| *known))
            .within("write_sqlite")),
    }
}
