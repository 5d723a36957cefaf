//! The lines of the dictionary.

use std::collections::BTreeMap;

use regulars_plugin::Result;

use super::Data;
use super::known::Known;
use super::roles::role;
use crate::analytics::clean::profile::rules::there;
use crate::stats::profile::ColumnProfile;
use crate::table::{Frame, FrameBuilder, ProfiledColumn};

/// Letters of an example.
const LONGEST: usize = 30;

/// One column of one table.
pub(super) struct Line {
    pub(super) table: String,
    pub(super) data: Data,
    column: String,
    role: &'static str,
    kind: String,
    unit: Option<String>,
    pub(super) meaning: Option<String>,
    described: &'static str,
    missing: Option<f64>,
    distinct: i64,
    examples: Option<String>,
    pub(super) is_personal: bool,
    standard: Option<String>,
    sources: String,
    steps: String,
}

/// One line for each column of a table. `own` is what the team says, `most` how many examples are shown.
pub(super) fn lines(table: &Known, own: Option<&BTreeMap<String, String>>, most: usize) -> Vec<Line> {
    table
        .found
        .columns
        .iter()
        .zip(&table.ways)
        .map(|(column, way)| {
            let about = table.frame.about().columns.iter().find(|about| about.name == column.name);
            let standard = table.role_of(&column.name).and_then(|role| {
                let table = table.standard?;
                let known = table.needed().iter().chain(table.known()).find(|known| known.name == role)?;
                Some((table, known))
            });
            let by_team = own.and_then(|own| own.get(&column.name)).map(|text| (text.clone(), "team"));
            let by_function = about.map(|about| (about.meaning.clone(), "function"));
            let by_function = by_function.filter(|(meaning, _)| !meaning.is_empty());
            let by_table = standard.map(|(_, known)| (known.meaning.to_owned(), "standard table"));
            let meaning = by_team.or(by_function).or(by_table);
            let is_money =
                standard.is_some_and(|(_, known)| ["amount", "cost", "discount", "income"].contains(&known.name));
            let is_personal = table.is_personal(&column.name);
            let found = &column.found;
            Line {
                table: table.name.clone(),
                data: table.data,
                column: column.name.clone(),
                role: role(table, column),
                kind: column.kind.clone(),
                unit: about.and_then(|about| about.unit.clone()).or_else(|| is_money.then(|| "money".to_owned())),
                described: meaning.as_ref().map_or("nobody", |(_, who)| *who),
                meaning: meaning.map(|(text, _)| text),
                missing: (found.rows > 0).then(|| found.missing as f64 / found.rows as f64),
                distinct: found.distinct as i64,
                examples: if is_personal { shapes(found, most) } else { examples(column, most) },
                is_personal,
                standard: standard.map(|(table, known)| format!("{}.{}", table.word(), known.name)),
                sources: way.sources.clone(),
                steps: way.steps.clone(),
            }
        })
        .collect()
}

/// Reach of numbers and days, frequent values of texts; their shapes, where hardly a value comes twice.
fn examples(column: &ProfiledColumn, most: usize) -> Option<String> {
    let found = &column.found;
    let all = there(found).max(1);
    if most == 0 {
        return None;
    }
    if found.texts.is_none() {
        if let Some(days) = found.days.as_ref().filter(|days| days.count * 2 >= all) {
            let ends = (days.first(), days.last());
            let (Some(first), Some(last)) = ends else { return None };
            let day = crate::analytics::clean::profile::day_in_words;
            return Some(format!("{} … {}", day(first), day(last)));
        }
        if let Some(numbers) = found.numbers.as_ref().filter(|numbers| numbers.min.is_finite()) {
            return Some(format!("{} … {}", numbers.min, numbers.max));
        }
    }
    if found.texts.is_some() && found.distinct * 2 > all {
        return shapes(found, most);
    }
    let shown: Vec<String> = found.top.iter().take(most).map(|(text, _)| cut(text)).collect();
    listed(shown, found.distinct)
}

/// The most frequent shapes of texts; nothing of other values.
fn shapes(found: &ColumnProfile, most: usize) -> Option<String> {
    let shapes = found.texts.as_ref().map_or(&[][..], |texts| &texts.shapes);
    let shown: Vec<String> = shapes.iter().take(most).map(|(shape, _)| format!("like {}", cut(shape))).collect();
    listed(shown, 0)
}

fn listed(shown: Vec<String>, all: u64) -> Option<String> {
    if shown.is_empty() {
        return None;
    }
    let more = if all > shown.len() as u64 { " …" } else { "" };
    Some(format!("{}{more}", shown.join(", ")))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn table(lines: &[Line]) -> Result<Frame> {
    let each = || lines.iter();
    FrameBuilder::empty()
        .texts("table", each().map(|line| line.table.as_str()))
        .texts("column", each().map(|line| line.column.as_str()))
        .optional_texts("meaning", each().map(|line| line.meaning.as_deref()))
        .texts("role", each().map(|line| line.role))
        .texts("data", each().map(|line| line.data.word()))
        .texts("type", each().map(|line| line.kind.as_str()))
        .optional_texts("unit", each().map(|line| line.unit.as_deref()))
        .integers("distinct", each().map(|line| line.distinct))
        .optional_numbers("missing", each().map(|line| line.missing))
        .texts("described", each().map(|line| line.described))
        .optional_texts("standard", each().map(|line| line.standard.as_deref()))
        .flags("personal", each().map(|line| line.is_personal))
        .optional_texts("examples", each().map(|line| line.examples.as_deref()))
        .texts("steps", each().map(|line| line.steps.as_str()))
        .texts("sources", each().map(|line| line.sources.as_str()))
        .build()
}

pub(super) fn undescribed(lines: &[Line]) -> Result<Frame> {
    let lines: Vec<&Line> = lines.iter().filter(|line| line.meaning.is_none()).collect();
    let each = || lines.iter();
    let name = |text: &str| match text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        true => text.to_owned(),
        false => format!("{text:?}"),
    };
    FrameBuilder::empty()
        .texts("table", each().map(|line| line.table.as_str()))
        .texts("column", each().map(|line| line.column.as_str()))
        .texts("type", each().map(|line| line.kind.as_str()))
        .texts("sources", each().map(|line| line.sources.as_str()))
        .texts("code", each().map(|line| format!("{}: #{{{}: \"…\"}}", name(&line.table), name(&line.column))))
        .build()
}
