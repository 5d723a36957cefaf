use std::collections::BTreeMap;

use regulars_plugin::{Chart, ColumnKind, Context, Failure, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Data, Frame, FrameBuilder, thousands};

/// Puts rows into segments by rules of your own, and says whether the rules overlap or leave anybody out.
///
/// A rule is the name of a segment and a condition, written as in SQL: `monetary >= 100 and country = 'UK'`. The rows come
/// back with the name of their segment.
///
/// # Choices
/// Rules are asked in their order, and the first that holds names the segment; with `overlap: "refuse"` a row that fits two
/// segments is an error. A row that fits no rule has no segment, unless `otherwise` names one. A rule does not hold where a
/// value that it asks for is missing, as in SQL; `city is null` asks for that. The notes count all of this.
/// Conditions are text because maps in Rhai do not keep their order, and because a text can be kept beside the data.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let people = frame(#{customer: ["ann", "bob", "cyd", "dan"], spent: [700, 90, 250, ()], visits: [9, 2, 12, 1]});
/// people.segment_by(#{rules: [
///     #{segment: "big", when: "spent >= 500"},
///     #{segment: "frequent", when: "visits > 8"},
///     #{segment: "small", when: "spent < 100"},
/// ]})
/// ```
/// ```text
/// customer    spent   visits  segment
/// text      integer  integer  text
/// ────────────────────────────────────
/// ann           700        9  big
/// bob            90        2  small
/// cyd           250       12  frequent
/// dan             –        1  –
/// 4 rows × 4 columns
/// note: `big`, spent >= 500: 1 row; without a value that it asks for: 1
/// note: `frequent`, visits > 8: 1 row; in its condition, but taken by earlier rules: 1
/// note: `small`, spent < 100: 1 row; without a value that it asks for: 1
/// note: the first rule counts: 1 row in the conditions of two segments or more
/// note: in no rule's condition: 1 row, left without a segment
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentBy {
    /// The rules in their order: a list such as `[#{segment: "big", when: "amount >= 100"}, …]`; must be given.
    pub rules: Vec<BTreeMap<String, String>>,
    /// Segment of the rows that fit no rule. Left out: they have none.
    pub otherwise: Option<String>,
    /// What happens where a row fits the rules of two segments.
    pub overlap: Overlap,
}

/// What happens where a row fits the rules of two segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The first rule counts, and the notes tell how many rows there are.
    #[default]
    First,
    /// It is an error.
    Refuse,
}

/// The rows of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct SegmentedRow {
    /// The segment; empty where no rule holds.
    segment: Option<String>,
}

const EXAMPLE: &str =
    "write `rules: [#{segment: \"big\", when: \"amount >= 100\"}, #{segment: \"small\", when: \"true\"}]`";

impl Function for SegmentBy {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["rfm", "kmeans", "segment_profile", "crosstab"];
    const KEEPS_COLUMNS: bool = true;
    type Input = Frame;
    type Row = SegmentedRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Bar).x("segment").title("How many rows are in each segment").labels("segment", "rows"))
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let rules = self.rules()?;
        if frame.need("segment").is_ok() {
            return Err(Failure::new("the table has a column `segment` already").help(
                "leave it out, `.drop(\"segment\")`, or give it another name, `.rename(#{segment: \"rfm_segment\"})`",
            ));
        }
        let data = frame.data(context.host())?;
        let mut held = Held::new(data.height(), rules.len());
        for (place, rule) in rules.iter().enumerate() {
            context.check()?;
            let answers = frame
                .holds(rule.when, context.host())
                .map_err(|failure| failure.within(format!("rule `{}`", rule.segment)))?;
            held.take(place, &answers, &rules);
        }
        if let (Overlap::Refuse, Some((row, first, second))) = (self.overlap, held.overlap) {
            return Err(Failure::new(format!(
                "row {} fits both `{}` and `{}`; in the conditions of two segments or more: {}",
                thousands(row + 1),
                rules[first].segment,
                rules[second].segment,
                rows(held.overlapping)
            ))
            .help("narrow one of the rules, or leave `overlap` out: then the first rule counts"));
        }
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.extend(self.notes(&rules, &held));
        notes.extend(not_numbers(&data, &rules)?);
        let segments = held.first.iter().map(|rule| match rule {
            Some(rule) => Some(rules[*rule].segment),
            None => self.otherwise.as_deref(),
        });
        let table = FrameBuilder::beside(&data, &[]).optional_texts("segment", segments).build()?;
        Ok(Output::table(table).notes(notes))
    }
}

/// A number of rows in words.
fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", thousands(count)) }
}

/// Tells of columns in the rules that hold what is not a number: comparisons count it as above every number.
fn not_numbers(data: &Data, rules: &[Rule<'_>]) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    for name in data.names() {
        let is_named = rules.iter().any(|rule| rule.when.split(|letter| !is_letter(letter)).any(|word| word == name));
        if !is_named || data.kind(name)? != ColumnKind::Number {
            continue;
        }
        let count = data.numbers(name)?.iter().flatten().filter(|number| number.is_nan()).count();
        if count > 0 {
            notes.push(format!(
                "`{name}` is no number (NaN) in {}: comparisons count it as above every number; `.fill_nan(())` makes it a \
                 missing value",
                rows(count)
            ));
        }
    }
    Ok(notes)
}

/// A segment and its condition.
struct Rule<'a> {
    segment: &'a str,
    when: &'a str,
}

/// Which rule holds first for each row, and what else was seen.
struct Held {
    first: Vec<Option<usize>>,
    /// Rows for which each rule holds, holds first, and cannot be answered.
    counts: Vec<(usize, usize, usize)>,
    /// Whether each row fits the rules of two segments.
    twice: Vec<bool>,
    overlapping: usize,
    /// The first row that does, with two of the rules.
    overlap: Option<(usize, usize, usize)>,
}

impl Held {
    fn new(rows: usize, rules: usize) -> Held {
        Held {
            first: vec![None; rows],
            counts: vec![(0, 0, 0); rules],
            twice: vec![false; rows],
            overlapping: 0,
            overlap: None,
        }
    }

    fn take(&mut self, rule: usize, answers: &[Option<bool>], rules: &[Rule<'_>]) {
        for (row, answer) in answers.iter().enumerate() {
            match (answer, self.first[row]) {
                (None, _) => self.counts[rule].2 += 1,
                (Some(false), _) => {}
                (Some(true), None) => {
                    self.first[row] = Some(rule);
                    self.counts[rule].0 += 1;
                    self.counts[rule].1 += 1;
                }
                (Some(true), Some(earlier)) => {
                    self.counts[rule].0 += 1;
                    if rules[earlier].segment != rules[rule].segment && !self.twice[row] {
                        self.twice[row] = true;
                        self.overlapping += 1;
                        if self.overlap.is_none_or(|(first, ..)| row < first) {
                            self.overlap = Some((row, earlier, rule));
                        }
                    }
                }
            }
        }
    }
}

impl SegmentBy {
    fn rules(&self) -> Result<Vec<Rule<'_>>> {
        if self.rules.is_empty() {
            return Err(Failure::new("`rules` is wanted: which condition makes which segment?").help(EXAMPLE));
        }
        let read = |rule: &'_ BTreeMap<String, String>| {
            if let Some(unknown) = rule.keys().find(|key| !["segment", "when"].contains(&key.as_str())) {
                let failure = Failure::new(format!("a rule knows no `{unknown}`"));
                return Err(failure.near(unknown, ["segment", "when"]).help(EXAMPLE));
            }
            Ok(())
        };
        self.rules.iter().try_for_each(read)?;
        let told =
            |rule: &'_ BTreeMap<String, String>, key: &str| rule.get(key).is_some_and(|text| !text.trim().is_empty());
        if let Some(place) = self.rules.iter().position(|rule| !told(rule, "segment") || !told(rule, "when")) {
            let lacks = if told(&self.rules[place], "segment") { "when" } else { "segment" };
            return Err(Failure::new(format!("rule {} has no `{lacks}`", place + 1)).help(EXAMPLE));
        }
        Ok(self.rules.iter().map(|rule| Rule { segment: &rule["segment"], when: &rule["when"] }).collect())
    }

    fn notes(&self, rules: &[Rule<'_>], held: &Held) -> Vec<String> {
        let mut notes = Vec::new();
        for (rule, (fits, first, unknown)) in rules.iter().zip(&held.counts) {
            let mut note = format!("`{}`, {}: {}", rule.segment, rule.when, rows(*first));
            if first < fits {
                note.push_str(&format!("; in its condition, but taken by earlier rules: {}", thousands(fits - first)));
            }
            if *unknown > 0 {
                note.push_str(&format!("; without a value that it asks for: {}", thousands(*unknown)));
            }
            notes.push(note);
        }
        notes.push(match held.overlapping {
            0 => "no row fits two segments".to_owned(),
            many => format!("the first rule counts: {} in the conditions of two segments or more", rows(many)),
        });
        let none = held.first.iter().filter(|rule| rule.is_none()).count();
        notes.push(match (none, &self.otherwise) {
            (0, _) => "every row fits a rule".to_owned(),
            (none, Some(name)) => format!("in no rule's condition: {}, now `{name}`", rows(none)),
            (none, None) => format!("in no rule's condition: {}, left without a segment", rows(none)),
        });
        notes
    }
}
