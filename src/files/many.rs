//! Several files as one table: patterns, folders, and partitions named `year=2024`.

use std::path::Path;

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::moments::moment;
use super::{conversions, door};
use crate::table::type_word;

/// One file of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) path: String,
    /// Names and values of the partitions on the way to it.
    pub(super) parts: Vec<(String, String)>,
}

/// Folders below which nothing more is looked for.
const DEEPEST: usize = 32;

/// Whether a path is a pattern or a folder.
pub fn is_several(path: &str) -> bool {
    is_pattern(path) || Path::new(path).is_dir()
}

fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[']) && !path.contains("://") && !Path::new(path).exists()
}

/// The files behind a pattern or a folder, in the order of their names; none where the path means one file.
pub(super) fn sources(path: &str, endings: &[&str]) -> Result<Option<Vec<Source>>> {
    if !is_several(path) {
        return Ok(None);
    }
    let is_pattern = is_pattern(path);
    let mut found = Vec::new();
    if is_pattern {
        let (start, rest) = match path.strip_prefix('/') {
            Some(rest) => ("/", rest),
            None => ("", path),
        };
        let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
        matching(start, &steps, endings, &mut found)?;
    } else {
        below(path.trim_end_matches('/'), endings, 0, &mut found)?;
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        let kinds: Vec<String> = endings.iter().take(3).map(|ending| format!("`.{ending}`")).collect();
        return Err(if is_pattern {
            Failure::new(format!("no file matches `{path}`"))
                .help("`*` stands for any letters of one name, `**` for any folders between, `?` for one letter")
        } else {
            Failure::new(format!("the folder `{path}` holds no file ending in {}", kinds.join(", ")))
                .help("name the files by a pattern: `\"folder/*.csv\"`")
        });
    }
    // What the folder itself is called says nothing about its files.
    let above = if is_pattern { 0 } else { path.trim_end_matches('/').len() };
    Ok(Some(
        found.into_iter().map(|path| Source { parts: parts(path.get(above..).unwrap_or_default()), path }).collect(),
    ))
}

fn matching(before: &str, steps: &[&str], endings: &[&str], found: &mut Vec<String>) -> Result<()> {
    let [step, rest @ ..] = steps else {
        if Path::new(before).is_dir() {
            below(before, endings, 0, found)?;
        } else {
            found.push(before.to_owned());
        }
        return Ok(());
    };
    let join = |name: &str| match before {
        "" => name.to_owned(),
        "/" => format!("/{name}"),
        _ => format!("{before}/{name}"),
    };
    if *step == "**" {
        // No folder at all, or one more of any name.
        if !rest.is_empty() {
            matching(before, rest, endings, found)?;
        }
        for name in door::names(before)? {
            let inner = join(&name);
            if Path::new(&inner).is_dir() {
                matching(&inner, steps, endings, found)?;
            } else if rest.is_empty() {
                found.push(inner);
            }
        }
        return Ok(());
    }
    if !step.contains(['*', '?', '[']) {
        let inner = join(step);
        if Path::new(&inner).exists() {
            matching(&inner, rest, endings, found)?;
        }
        return Ok(());
    }
    for name in door::names(before)? {
        let inner = join(&name);
        if fits(step, &name) && (rest.is_empty() || Path::new(&inner).is_dir()) {
            matching(&inner, rest, endings, found)?;
        }
    }
    Ok(())
}

/// The files below a folder; what begins with a dot or an underscore is a note of another program.
fn below(folder: &str, endings: &[&str], depth: usize, found: &mut Vec<String>) -> Result<()> {
    if depth > DEEPEST {
        return Err(Failure::new(format!("the folders below `{folder}` are too deep"))
            .help("a link may lead back to where it stands; name the files by a pattern"));
    }
    for name in door::names(folder)? {
        let inner = format!("{folder}/{name}");
        if name.starts_with('_') {
            continue;
        }
        if Path::new(&inner).is_dir() {
            below(&inner, endings, depth + 1, found)?;
        } else if endings.iter().any(|ending| name.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))) {
            found.push(inner);
        }
    }
    Ok(())
}

/// Whether a name fits a pattern of `*`, `?` and `[abc]`.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Places of the pattern that the letters so far may have led to.
    let mut places = vec![0];
    let stars = |places: &mut Vec<usize>| {
        let mut at = 0;
        while at < places.len() {
            if pattern.get(places[at]) == Some(&'*') && !places.contains(&(places[at] + 1)) {
                places.push(places[at] + 1);
            }
            at += 1;
        }
    };
    stars(&mut places);
    for letter in name {
        let mut next = Vec::new();
        for place in places {
            let onward = match pattern.get(place) {
                Some('*') => Some(place),
                Some('?') => Some(place + 1),
                Some('[') => pattern[place..].iter().position(|mark| *mark == ']').and_then(|close| {
                    let set = &pattern[place + 1..place + close];
                    one_of(set, letter).then_some(place + close + 1)
                }),
                Some(mark) if *mark == letter => Some(place + 1),
                _ => None,
            };
            next.extend(onward.filter(|place| !next.contains(place)));
        }
        stars(&mut next);
        places = next;
    }
    places.contains(&pattern.len())
}

fn one_of(set: &[char], letter: char) -> bool {
    match set {
        [from, '-', to, rest @ ..] => (*from..=*to).contains(&letter) || one_of(rest, letter),
        [one, rest @ ..] => *one == letter || one_of(rest, letter),
        [] => false,
    }
}

/// The partitions on the way to a file: folders named `key=value`.
fn parts(path: &str) -> Vec<(String, String)> {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let parts = folders.split('/').filter_map(|folder| folder.split_once('='));
    parts.filter(|(key, _)| !key.is_empty()).map(|(key, value)| (key.to_owned(), unescaped(value))).collect()
}

/// `a%20b` as `a b`: so Hive writes what file names cannot hold.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match code {
            Some(code) if *first == b'%' => {
                bytes.push(code);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

/// What a partition is called that has no value.
const NO_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// The type of a partition: that of all its values.
fn part_type(values: &[&str]) -> DataType {
    let padded = |value: &str| value.len() > 1 && value.starts_with('0');
    let there = || values.iter().filter(|value| **value != NO_PARTITION);
    if there().all(|value| value.parse::<i64>().is_ok() && !value.starts_with('+'))
        && !there().any(|value| padded(value) && value.len() > 2)
    {
        DataType::Int64
    } else if there().all(|value| moment(value.as_bytes(), None).is_some_and(|(_, timed)| !timed)) {
        DataType::Date
    } else {
        DataType::String
    }
}

/// The tables of several files as one, with a column for each partition; and what is to be told about columns that some
/// of them lack. `strict` refuses those.
pub(super) fn together(frames: Vec<(Source, LazyFrame)>, strict: bool) -> Result<(LazyFrame, Vec<String>)> {
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in frames.iter().flat_map(|(source, _)| &source.parts) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    let types: Vec<(String, DataType)> = keys
        .iter()
        .map(|key| {
            let values: Vec<&str> = frames.iter().flat_map(|(source, _)| part(source, key)).collect();
            ((*key).to_owned(), part_type(&values))
        })
        .collect();
    let mut schemas = Vec::new();
    for (source, plan) in &frames {
        let schema = plan.clone().collect_schema();
        schemas.push(schema.map_err(|_| Failure::new(format!("`{}` cannot be opened", source.path)))?);
    }
    let common = conversions::common(schemas.iter().map(AsRef::as_ref));
    let mut told = Vec::new();
    let mut plans = Vec::new();
    for ((source, plan), schema) in frames.iter().zip(&schemas) {
        let mut columns = Vec::new();
        let mut lacking = Vec::new();
        for (name, kind) in common.iter().filter(|(name, _)| !types.iter().any(|(key, _)| key == name.as_str())) {
            columns.push(match schema.get(name) {
                Some(own) if own == kind => col(name.clone()),
                Some(_) => col(name.clone()).strict_cast(kind.clone()),
                None => {
                    lacking.push(format!("`{name}` ({})", type_word(kind)));
                    lit(NULL).cast(kind.clone()).alias(name.clone())
                }
            });
        }
        for (key, kind) in &types {
            // What stands in the file itself gives way to what the folder says, as in Hive.
            let value = part(source, key).filter(|value| *value != NO_PARTITION);
            let made = match value {
                Some(value) => lit(value),
                None => lit(NULL).cast(DataType::String),
            };
            columns.push(
                match kind {
                    DataType::Date => made
                        .str()
                        .to_date(StrptimeOptions { format: Some("%Y-%m-%d".into()), ..StrptimeOptions::default() }),
                    kind => made.strict_cast(kind.clone()),
                }
                .alias(key.as_str()),
            );
        }
        if !lacking.is_empty() {
            let sentence = format!("`{}` has no column {}", source.path, lacking.join(", "));
            if strict {
                return Err(Failure::new(sentence)
                    .help("all files are to have the same columns; without `strict` its rows are missing there"));
            }
            told.push(format!("{sentence}: missing in its rows"));
        }
        plans.push(plan.clone().select(columns));
    }
    let whole =
        concat(plans, UnionArgs { rechunk: false, parallel: true, maintain_order: true, ..UnionArgs::default() });
    whole
        .map(|plan| (plan, told))
        .map_err(|_| Failure::new("the files cannot be put together: their columns differ in type"))
}

fn part<'a>(source: &'a Source, key: &str) -> Option<&'a str> {
    source.parts.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_patterns() {
        for (pattern, name, wanted) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.gz", false),
            ("20??-[01]*", "2024-07.csv", true),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("**", "x", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn partitions_are_read_from_the_folders() {
        let found = parts("sales/year=2024/city=S%C3%A3o%20Paulo/part-0.parquet");
        let wanted = [("year", "2024"), ("city", "São Paulo")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(found, wanted);
        assert_eq!(part_type(&["2023", "2024"]), DataType::Int64);
        assert_eq!(part_type(&["01", "12"]), DataType::Int64);
        assert_eq!(part_type(&["00042", "1"]), DataType::String);
        assert_eq!(part_type(&["2024-01-31", NO_PARTITION]), DataType::Date);
        assert_eq!(part_type(&["north", "1"]), DataType::String);
    }
}
