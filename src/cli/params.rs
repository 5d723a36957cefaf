//! Parameters from a file: `--params monday.toml`.

use regulars_plugin::{Failure, Result};
use toml_edit::{DocumentMut, Item, Value};

use crate::files;
use crate::script::{Param, Params};

/// Reads `name = value` for parameters that a script declares.
pub(super) fn from_file(file: &str, script: &str, declared: &[Param]) -> Result<Params> {
    let text = files::read_text(file)?;
    let within = |failure: Failure| failure.within(file.to_owned());
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        let message = error.message().lines().next().unwrap_or("it is no TOML").to_owned();
        within(Failure::new(format!("line {line}: {message}")).help("write one `name = value` on each line"))
    })?;
    let mut params = Params::new();
    for (name, item) in document.iter() {
        let param = declared.iter().find(|param| param.name == name.replace('-', "_")).ok_or_else(|| {
            let failure = within(Failure::new(format!("{script} has no parameter `{name}`")));
            match declared.is_empty() {
                true => failure.help("it declares none; `param(\"name\", default, \"what it is\")` would"),
                false => failure.near(name, declared.iter().map(|param| param.name.as_str())),
            }
        })?;
        let value = written(item).ok_or_else(|| {
            within(Failure::new(format!("`{name}` is a table, and a parameter has one value or a list of them")))
        })?;
        param.check(&value).map_err(within)?;
        params.insert(param.name.clone(), value);
    }
    Ok(params)
}

/// A value as one would write it on the command line.
fn written(item: &Item) -> Option<String> {
    fn one(value: &Value) -> Option<String> {
        Some(match value {
            Value::String(text) => text.value().clone(),
            Value::Integer(number) => number.value().to_string(),
            Value::Float(number) => number.value().to_string(),
            Value::Boolean(flag) => flag.value().to_string(),
            Value::Datetime(moment) => moment.value().to_string(),
            Value::Array(items) => items.iter().map(one).collect::<Option<Vec<_>>>()?.join(","),
            Value::InlineTable(_) => return None,
        })
    }
    item.as_value().and_then(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind_become_words() -> Result<()> {
        let document: DocumentMut =
            "a = \"x\"\nb = 5\nc = 0.5\nd = true\ne = 2024-12-31\nf = [\"n\", \"s\"]\n[t]\nx = 1\n"
                .parse()
                .map_err(|error: toml_edit::TomlError| Failure::new(error.to_string()))?;
        let words: Vec<Option<String>> = document.iter().map(|(_, item)| written(item)).collect();
        let shown: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("none")).collect();
        assert_eq!(shown, ["x", "5", "0.5", "true", "2024-12-31", "n,s", "none"]);
        Ok(())
    }
}
