//! The tables of a profile.

use regulars_plugin::{Date, Result};
use schemars::JsonSchema;

use super::ProfileFigures;
use super::dates::{Reach, date};
use super::findings::{Finding, Severity};
use super::roles::Proposal;
use super::rules::{missing_words, there};
use crate::stats::profile::ColumnProfile;
use crate::stats::text::Kind;
use crate::table::{Frame, FrameBuilder, Profiled, ProfiledColumn};

/// What to be careful about, the worst first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct FindingRow {
    /// Name of the column; empty where it is about whole rows.
    column: Option<String>,
    /// What was found, in a word that does not change.
    finding: String,
    /// "high": results are likely to be wrong, "medium": it wants a decision, "low": good to know.
    severity: String,
    /// Rows that show it.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Their share of all rows.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
    /// A value that shows it.
    example: Option<String>,
    /// Why it matters, and what to do next.
    advice: String,
}

/// What the values of each column are; the rows of a column add up to all rows.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct TypeRow {
    /// Name of the column.
    column: String,
    /// What these values are.
    holds: String,
    #[schemars(flatten)]
    counted: Counted,
}

/// What is told of some values of a column.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct Counted {
    /// Rows with such a value; where there are very many patterns, at least so many.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Their share of all rows.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
    /// The first such value.
    example: Option<String>,
}

/// The most frequent values of each column.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct ValueRow {
    /// Name of the column.
    column: String,
    /// The value as it is written.
    value: String,
    /// Rows that have it; where the column has more different values than are counted, at least so many.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Their share of all rows.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
}

/// The most frequent shapes of the texts of each column.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PatternRow {
    /// Name of the column.
    column: String,
    /// `A` for a capital letter, `a` for a small one, `9` for a digit, `a+` for four letters and more.
    pattern: String,
    #[schemars(flatten)]
    counted: Counted,
}

/// The reach of the days of each column, and what is missing in it.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct DatesRow {
    /// Name of the column.
    column: String,
    /// First day, placeholders left out.
    first: Option<Date>,
    /// Last day, placeholders left out.
    last: Option<Date>,
    /// Different days with a value.
    #[schemars(extend("unit" = "days"))]
    days: i64,
    /// Days between without one, where nearly every day has one; days of the week that never have one do not count.
    #[schemars(extend("unit" = "days"))]
    missing_days: Option<i64>,
    /// Weeks between without one, where nearly every week, but not every day, has one.
    #[schemars(extend("unit" = "weeks"))]
    missing_weeks: Option<i64>,
    /// First day of the longest stretch without a value.
    gap_from: Option<Date>,
    /// Its last day.
    gap_until: Option<Date>,
    /// Rows after today.
    #[schemars(extend("unit" = "rows"))]
    future: i64,
    /// Rows with a day that stands for a missing one, such as 1900-01-01.
    #[schemars(extend("unit" = "rows"))]
    placeholders: i64,
}

/// Which column is what in the standard table that is proposed, and in the next one that is possible.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct RoleRow {
    /// The standard table.
    table: String,
    /// Column of the standard table.
    role: String,
    /// Column that it is; empty where it is computed.
    column: Option<String>,
    /// How well it fits, from 0 to 1.
    score: f64,
    /// Why.
    reason: String,
}

fn share(rows: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| rows as f64 / all as f64)
}

/// What most values of a column are, in words.
pub(super) fn main_kind(found: &ColumnProfile, kind: &str) -> String {
    let Some(texts) = &found.texts else { return kind.to_owned() };
    let there = there(found);
    let mut kinds: Vec<(String, u64)> = Vec::new();
    for (kind, held) in texts.kinds.iter().filter(|(kind, _)| !matches!(kind, Kind::Missing(_))) {
        let word = kind.word();
        match kinds.iter_mut().find(|(known, _)| *known == word) {
            Some((_, rows)) => *rows += held.rows,
            None => kinds.push((word, held.rows)),
        }
    }
    kinds.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    match kinds.first() {
        None => "nothing".to_owned(),
        Some((word, rows)) if rows * 20 >= there * 19 => word.clone(),
        Some((word, _)) => {
            let others = kinds.get(1).map(|(word, _)| word.as_str()).unwrap_or_default();
            format!("mixed: {word}, {others}")
        }
    }
}

/// What some values of a column are, their rows and the first of them.
type Kinds = (String, u64, Option<String>);

/// What the values of a column are.
fn kinds(column: &ProfiledColumn) -> Vec<Kinds> {
    let found = &column.found;
    let mut kinds: Vec<Kinds> = Vec::new();
    let mut put = |word: String, rows: u64, example: Option<String>| match kinds.iter_mut().find(|(it, ..)| *it == word)
    {
        Some((_, all, _)) => *all += rows,
        None => kinds.push((word, rows, example)),
    };
    match &found.texts {
        Some(texts) => {
            for (kind, held) in &texts.kinds {
                put(kind.word(), held.rows, Some(held.example.clone()));
            }
        }
        None if there(found) > 0 => {
            let example = found.top.first().map(|(text, _)| text.clone());
            put(column.kind.clone(), there(found), example);
        }
        None => {}
    }
    kinds.sort_by_key(|(_, rows, _)| std::cmp::Reverse(*rows));
    if found.missing > 0 {
        kinds.push(("missing".to_owned(), found.missing, None));
    }
    kinds
}

pub(super) fn columns(profiled: &Profiled, findings: &[Finding], roles: &Proposal) -> Result<Frame> {
    let each = || profiled.columns.iter();
    let rows = profiled.rows;
    let sorted: Vec<_> = each().map(|it| it.found.numbers.as_ref().map(|numbers| numbers.quantiles.sorted())).collect();
    // Numbers and days of a column that mostly holds something else are an exception, not its measure.
    let is_main = |it: &ProfiledColumn, count: u64| count > 0 && count * 2 >= there(&it.found);
    let numbers = |it: &ProfiledColumn| {
        let is_certain = it.found.texts.as_ref().is_none_or(|texts| !texts.sign.is_contradicted());
        is_certain && it.found.numbers.as_ref().is_some_and(|numbers| is_main(it, numbers.count))
    };
    let quantile = |at: f64| {
        let values: Vec<Option<f64>> = each()
            .zip(&sorted)
            .map(|(it, sorted)| sorted.as_ref().filter(|_| numbers(it)).and_then(|sorted| sorted.quantile(at)))
            .collect();
        values.into_iter()
    };
    let end = |least: bool| -> Vec<Option<String>> {
        each()
            .map(|it| match (&it.found.numbers, &it.found.days) {
                (Some(found), _) if numbers(it) => Some(if least { found.min } else { found.max })
                    .filter(|end| end.is_finite())
                    .map(|end| end.to_string()),
                (_, Some(days)) if is_main(it, days.count) => {
                    if least { days.first() } else { days.last() }.map(super::dates::written)
                }
                _ => None,
            })
            .collect()
    };
    let (least, greatest) = (end(true), end(false));
    let of_numbers = |read: &dyn Fn(&crate::stats::profile::Numbers) -> Option<f64>| -> Vec<Option<f64>> {
        each().map(|it| it.found.numbers.as_ref().filter(|_| numbers(it)).and_then(read)).collect()
    };
    let top = |it: &ProfiledColumn| it.found.top.first().filter(|(_, rows)| *rows > 1 || it.found.rows == 1).cloned();
    let tops: Vec<Option<(String, u64)>> = each().map(top).collect();
    FrameBuilder::empty()
        .texts("column", each().map(|it| it.name.as_str()))
        .texts("type", each().map(|it| it.kind.as_str()))
        .texts("holds", each().map(|it| main_kind(&it.found, &it.kind)))
        .integers("missing", each().map(|it| it.found.missing as i64))
        .optional_numbers("missing_share", each().map(|it| share(it.found.missing, rows)))
        .integers("missing_words", each().map(|it| missing_words(&it.found) as i64))
        .integers("distinct", each().map(|it| it.found.distinct as i64))
        .flags("distinct_exact", each().map(|it| it.found.distinct_is_exact))
        .optional_texts("min", least.iter().map(Option::as_deref))
        .optional_numbers("q25", quantile(0.25))
        .optional_numbers("median", quantile(0.5))
        .optional_numbers("q75", quantile(0.75))
        .optional_texts("max", greatest.iter().map(Option::as_deref))
        .optional_numbers("mean", of_numbers(&|it| (it.count > 0).then_some(it.mean)).into_iter())
        .optional_numbers("std", of_numbers(&crate::stats::profile::Numbers::deviation).into_iter())
        .optional_texts("top", tops.iter().map(|it| it.as_ref().map(|(text, _)| text.as_str())))
        .optional_numbers("top_share", tops.iter().map(|it| it.as_ref().and_then(|(_, count)| share(*count, rows))))
        .optional_texts(
            "pattern",
            each().map(|it| it.found.texts.as_ref()?.shapes.first().map(|(shape, _)| shape.as_str())),
        )
        .integers(
            "findings",
            each().map(|it| findings.iter().filter(|one| one.column.as_ref() == Some(&it.name)).count() as i64),
        )
        .optional_texts("role", each().map(|it| roles.role_of(&it.name)))
        .build()
}

pub(super) fn figures(profiled: &Profiled, findings: &[Finding], roles: &Proposal) -> ProfileFigures {
    let cells = profiled.rows * profiled.columns.len() as u64;
    let sum = |read: &dyn Fn(&ColumnProfile) -> u64| profiled.columns.iter().map(|it| read(&it.found)).sum::<u64>();
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count() as i64;
    ProfileFigures {
        rows: profiled.rows as i64,
        columns: profiled.columns.len() as i64,
        missing_share: share(sum(&|it| it.missing), cells),
        missing_words_share: share(sum(&missing_words), cells),
        duplicate_rows: profiled.duplicates as i64,
        duplicates_exact: profiled.duplicates_are_exact,
        bytes: profiled.bytes as i64,
        high: count(Severity::High),
        medium: count(Severity::Medium),
        low: count(Severity::Low),
        table: roles.table.map(|table| table.word().to_owned()),
        code: roles.code.clone(),
    }
}

pub(super) fn findings(findings: &[Finding], rows: u64) -> Result<Frame> {
    let each = || findings.iter();
    FrameBuilder::empty()
        .optional_texts("column", each().map(|it| it.column.as_deref()))
        .texts("finding", each().map(|it| it.finding))
        .texts("severity", each().map(|it| it.severity.word()))
        .integers("rows", each().map(|it| it.rows as i64))
        .optional_numbers("share", each().map(|it| share(it.rows, rows)))
        .optional_texts("example", each().map(|it| it.example.as_deref()))
        .texts("advice", each().map(|it| it.advice.as_str()))
        .build()
}

pub(super) fn types(profiled: &Profiled) -> Result<Frame> {
    counted(profiled, "holds", kinds)
}

/// A line for each thing that was counted in a column: its word, its rows and the first of them.
fn counted(profiled: &Profiled, word: &str, of: impl Fn(&ProfiledColumn) -> Vec<Kinds>) -> Result<Frame> {
    let lines: Vec<(&str, Kinds)> =
        profiled.columns.iter().flat_map(|it| of(it).into_iter().map(|kind| (it.name.as_str(), kind))).collect();
    FrameBuilder::empty()
        .texts("column", lines.iter().map(|(name, _)| *name))
        .texts(word, lines.iter().map(|(_, (word, ..))| word.as_str()))
        .integers("rows", lines.iter().map(|(_, (_, rows, _))| *rows as i64))
        .optional_numbers("share", lines.iter().map(|(_, (_, rows, _))| share(*rows, profiled.rows)))
        .optional_texts("example", lines.iter().map(|(_, (.., example))| example.as_deref()))
        .build()
}

pub(super) fn values(profiled: &Profiled, top: usize) -> Result<Frame> {
    // A value that comes once is no frequent one.
    let of = |it: &ProfiledColumn| it.found.top.iter().filter(|(_, rows)| *rows > 1).take(top).count();
    let lines: Vec<(&str, &(String, u64))> = profiled
        .columns
        .iter()
        .flat_map(|it| it.found.top.iter().take(of(it)).map(|value| (it.name.as_str(), value)))
        .collect();
    FrameBuilder::empty()
        .texts("column", lines.iter().map(|(name, _)| *name))
        .texts("value", lines.iter().map(|(_, (text, _))| text.as_str()))
        .integers("rows", lines.iter().map(|(_, (_, rows))| *rows as i64))
        .optional_numbers("share", lines.iter().map(|(_, (_, rows))| share(*rows, profiled.rows)))
        .build()
}

pub(super) fn patterns(profiled: &Profiled, top: usize) -> Result<Frame> {
    counted(profiled, "pattern", |it| {
        let shapes = it.found.texts.iter().flat_map(|texts| &texts.shapes).take(top);
        shapes.map(|(shape, held)| (shape.clone(), held.rows, Some(held.example.clone()))).collect()
    })
}

pub(super) fn dates(profiled: &Profiled, today: Date) -> Result<Frame> {
    let lines: Vec<(&str, Reach)> = profiled
        .columns
        .iter()
        .filter_map(|it| {
            let days = it.found.days.as_ref().filter(|days| days.count * 2 >= there(&it.found))?;
            Some((it.name.as_str(), Reach::of(days, today)))
        })
        .collect();
    let each = || lines.iter().map(|(_, reach)| reach);
    let day = |read: &dyn Fn(&Reach) -> Option<i32>| -> Vec<Option<Date>> {
        each().map(|it| read(it).and_then(date)).collect()
    };
    FrameBuilder::empty()
        .texts("column", lines.iter().map(|(name, _)| *name))
        .optional_dates("first", day(&|it| it.ends.map(|ends| ends.0)).into_iter())
        .optional_dates("last", day(&|it| it.ends.map(|ends| ends.1)).into_iter())
        .integers("days", each().map(|it| it.days as i64))
        .optional_integers("missing_days", each().map(|it| it.missing_days.map(|days| days as i64)))
        .optional_integers("missing_weeks", each().map(|it| it.missing_weeks.map(|weeks| weeks as i64)))
        .optional_dates("gap_from", day(&|it| it.longest.map(|gap| gap.0)).into_iter())
        .optional_dates("gap_until", day(&|it| it.longest.map(|gap| gap.1)).into_iter())
        .integers("future", each().map(|it| it.future as i64))
        .integers("placeholders", each().map(|it| it.placeholders.0 as i64))
        .build()
}

pub(super) fn roles(proposal: &Proposal) -> Result<Frame> {
    let each = || proposal.roles.iter();
    FrameBuilder::empty()
        .texts("table", each().map(|it| it.table.word()))
        .texts("role", each().map(|it| it.role))
        .optional_texts("column", each().map(|it| it.column.as_deref()))
        .numbers("score", each().map(|it| (it.score * 100.0).round() / 100.0))
        .texts("reason", each().map(|it| it.reason.as_str()))
        .build()
}
