//! Which rows are compared: the rules, their size before the work, and the refusal where it is too large.

use regulars_plugin::{Context, Failure, Result};
use serde_json::Value;

use super::columns::Ready;
use super::refused;
use super::tables::RuleLine;
use crate::analytics::watch::Watching;
use crate::stats::linkage::{Background, Pair, Part, Records, Rule, Sized, choose, compare, compare_all};
use crate::table::thousands;

/// Up to this many pairs all rows are compared with each other, unless rules were given.
const ALL_PAIRS: f64 = 2_000_000.0;
/// A rule that is chosen finds so many pairs for each row at most, and all together so many.
const EACH: f64 = 4.0;
const TOGETHER: f64 = 20.0;
/// Pairs taken at random for how often values agree by chance.
const AT_RANDOM: usize = 1_000_000;
/// From here on the number of pairs is told before the work.
const WORTH_TELLING: f64 = 1e6;

/// The pairs that were compared, and what was chosen.
pub(super) struct Found {
    pub(super) pairs: Vec<Pair>,
    pub(super) background: Background,
    pub(super) lines: Vec<RuleLine>,
    pub(super) notes: Vec<String>,
}

/// Chooses rules, tells their size and compares.
pub(super) fn found(ready: &Ready, blocks: &[Value], most: u64, seed: u64, context: &Context<'_>) -> Result<Found> {
    let records = &ready.records;
    let (rows, all) = (records.rows() as f64, records.all_pairs());
    let watch = Watching::new(context, "comparing");
    if blocks.is_empty() && all <= ALL_PAIRS.min(most as f64) {
        let pairs = compare_all(records, &watch).map_err(refused)?;
        let background = Background::of_all_pairs(records, &pairs);
        let lines =
            vec![RuleLine { rule: "all pairs".to_owned(), pairs: all, rows: records.rows(), key: None, used: true }];
        let notes = vec![format!("all {} pairs of rows were compared", count(all))];
        return Ok(Found { pairs, background, lines, notes });
    }
    let (rules, too_large) = if blocks.is_empty() {
        let total = (TOGETHER * rows).max(ALL_PAIRS).min(most as f64);
        let chosen = choose(records, (EACH * rows).min(total), total, &watch).map_err(refused)?;
        (chosen.rules, chosen.too_large)
    } else {
        let rules = blocks.iter().map(|block| Ok(rule(block, ready)?.sized(records))).collect::<Result<_>>()?;
        (rules, Vec::new())
    };
    let sum: f64 = rules.iter().map(|sized| sized.pairs).sum();
    if rules.is_empty() || sum > most as f64 {
        return Err(too_many(ready, &rules, &too_large, sum, most));
    }
    let mut lines: Vec<RuleLine> = rules.iter().map(|sized| line(sized, ready, true)).collect();
    lines.extend(too_large.iter().map(|sized| line(sized, ready, false)));
    if sum > WORTH_TELLING {
        context.warn(&format!(
            "comparing at most {} of {} pairs of rows, found by {} rules",
            count(sum),
            count(all),
            rules.len()
        ));
    }
    let kept: Vec<Rule> = rules.iter().map(|sized| sized.rule.clone()).collect();
    let pairs = compare(records, &kept, &watch).map_err(refused)?;
    let mut notes = vec![format!(
        "{} of {} pairs of rows were compared, those that {} find (`.blocking`); others count as different customers",
        thousands(pairs.len()),
        count(all),
        if kept.len() == 1 { "the one rule".to_owned() } else { format!("{} rules", kept.len()) }
    )];
    if !too_large.is_empty() {
        notes.push(format!("{} rules would find too many pairs and were not used", too_large.len()));
    }
    let background = by_chance(records, seed, context).map_err(refused)?;
    Ok(Found { pairs, background, lines, notes })
}

fn by_chance(
    records: &Records,
    seed: u64,
    context: &Context<'_>,
) -> Result<Background, crate::stats::linkage::LinkageError> {
    let watch = Watching::new(context, "looking at random pairs");
    let many = (records.all_pairs() as usize).min(AT_RANDOM);
    Background::of_random_pairs(records, many, seed, &watch)
}

/// A rule as it was given: a column, or a list of columns.
fn rule(block: &Value, ready: &Ready) -> Result<Rule> {
    let wrong = || {
        Failure::new(format!("`{block}` in `blocks` is neither a column nor a list of columns"))
            .help("write `blocks: [\"email\", [\"surname\", \"city\"]]`: rows that agree in one of them are compared")
    };
    let names: Vec<&str> = match block {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    if names.is_empty() {
        return Err(wrong());
    }
    let part = |name: &str| {
        let place = ready.compared.iter().position(|one| one.name == name);
        place.map(|place| (place, Part::Whole)).ok_or_else(|| {
            Failure::new(format!("`blocks` names `{name}`, which is not compared"))
                .near(name, ready.compared.iter().map(|one| one.name.as_str()))
        })
    };
    Ok(Rule { parts: names.into_iter().map(part).collect::<Result<_>>()? })
}

/// A rule in words.
fn words(rule: &Rule, ready: &Ready) -> String {
    let part = |(place, part): &(usize, Part)| {
        let name = &ready.compared[*place].name;
        match part {
            Part::Whole => format!("`{name}`"),
            Part::Beginning(letters) => format!("first {letters} letters of `{name}`"),
            Part::Year => format!("year of `{name}`"),
            Part::DayAndMonth => format!("day and month of `{name}`"),
            Part::Local => format!("`{name}` before the @"),
            Part::LastDigits => format!("last 7 digits of `{name}`"),
        }
    };
    rule.parts.iter().map(part).collect::<Vec<_>>().join(" and ")
}

fn line(sized: &Sized, ready: &Ready, used: bool) -> RuleLine {
    let key = sized.worst.map(|(row, _)| {
        let value = |(place, _): &(usize, Part)| {
            let column = &ready.records.columns[*place];
            column.codes.get(row as usize).map_or(String::new(), |code| column.text(*code))
        };
        sized.rule.parts.iter().map(value).collect::<Vec<_>>().join(", ")
    });
    let rows = sized.worst.map_or(0, |(_, rows)| rows);
    RuleLine { rule: words(&sized.rule, ready), pairs: sized.pairs, rows, key, used }
}

fn too_many(ready: &Ready, rules: &[Sized], too_large: &[Sized], sum: f64, most: u64) -> Failure {
    let message = match rules.is_empty() {
        true => format!(
            "{} rows make {} pairs, and no rule leaves few enough of them to compare",
            thousands(ready.records.rows()),
            count(ready.records.all_pairs())
        ),
        false => format!(
            "these rules find {} pairs of rows, more than `max_pairs`, {}",
            count(sum),
            thousands(most as usize)
        ),
    };
    let mut worst: Vec<RuleLine> = rules.iter().chain(too_large).map(|sized| line(sized, ready, false)).collect();
    worst.sort_by(|one, two| two.pairs.total_cmp(&one.pairs));
    let told = worst.iter().take(3).fold(Failure::new(message), |failure, line| {
        let key = line
            .key
            .as_deref()
            .map_or(String::new(), |key| format!("; most come from `{key}`, {} rows", thousands(line.rows)));
        failure.help(format!("{}: {} pairs{key}", line.rule, count(line.pairs)))
    });
    told.help("is such a value a filler, as \"unknown\" or \"n/a\"? make it missing first; `deduplicate` takes rows that are equal out")
        .help("or give rules of two columns, `blocks: [[\"surname\", \"city\"]]`, or a greater `max_pairs`")
}

/// A number of pairs in words.
pub(super) fn count(pairs: f64) -> String {
    thousands(pairs.min(9e18) as usize)
}
