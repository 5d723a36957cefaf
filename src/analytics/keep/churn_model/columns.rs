//! How the columns of a frame become columns of numbers.

use std::collections::{BTreeMap, HashMap};

use regulars_plugin::{ColumnKind, Context, Date, Failure, Result};
use serde::{Deserialize, Serialize};

use crate::stats::learn::Features;
use crate::stats::quantile_sorted;
use crate::table::{Data, Frame, thousands};

/// Values of a text column at the most.
const MOST_LEVELS: usize = 30;
/// Stands for a text that is not there.
const NO_TEXT: &str = "(missing)";

/// One column, and what is made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) reading: Reading,
}

/// What is made of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reading {
    /// A number, 0 and 1 for flags.
    Number(Middle),
    /// Days from a date to the cut.
    Days { until: Date, middle: Middle },
    /// A mark for each value but the first, which all the marks are compared with.
    Levels { base: String, marked: Vec<String> },
}

/// What stands for a missing number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Middle {
    median: f64,
    /// Whether numbers were missing in the rows that were learnt from; then a mark of its own tells which.
    gaps: bool,
}

impl Middle {
    /// None where no number is there.
    fn of(sorted: &[f64], rows: usize) -> Option<Middle> {
        quantile_sorted(sorted, 0.5).map(|median| Middle { median, gaps: sorted.len() < rows })
    }
}

/// What was taken, and what was not.
pub(super) struct Choice {
    pub(super) taken: Vec<Taken>,
    pub(super) notes: Vec<String>,
}

/// Which columns are wanted.
pub(super) struct Wanted<'a> {
    /// Those that were named; none for all.
    pub(super) named: &'a [String],
    /// The target and the key.
    pub(super) never: &'a [&'a str],
    pub(super) until: Option<Date>,
}

/// Looks at the columns and decides how each is read.
pub(super) fn choose(frame: &Frame, data: &Data, wanted: &Wanted<'_>, context: &Context<'_>) -> Result<Choice> {
    let kinds: HashMap<String, ColumnKind> = frame.kinds().into_iter().collect();
    let asked = !wanted.named.is_empty();
    let names: Vec<String> = if asked { wanted.named.to_vec() } else { frame.names() };
    let mut choice = Choice { taken: Vec::new(), notes: Vec::new() };
    let mut left_out: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names {
        context.check()?;
        if wanted.never.contains(&name.as_str()) {
            if asked {
                return Err(Failure::new(format!("`columns` names `{name}`, which is the target or the key"))
                    .help("leave it out of `columns`: a model that sees the answer learns nothing"));
            }
            continue;
        }
        let kind = kinds.get(&name).copied().unwrap_or(ColumnKind::Any);
        let read = match kind {
            ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag => number(data, &name, kind, &mut choice)?,
            ColumnKind::Text => levels(data, &name)?,
            ColumnKind::Date => days(data, &name, wanted)?,
            ColumnKind::Any => match data.dates(&name) {
                Ok(_) => days(data, &name, wanted)?,
                Err(_) if data.numbers(&name).is_ok() => Err("they are empty"),
                Err(_) => Err("they hold neither numbers, flags, dates nor text"),
            },
        };
        match read {
            Ok(reading) => choice.taken.push(Taken { name, reading }),
            Err(why) if asked => {
                return Err(Failure::new(format!("the column `{name}` cannot be learnt from: {}", singular(why)))
                    .help("leave it out of `columns`, or make numbers, flags or a few texts of it first"));
            }
            Err(why) => left_out.entry(why).or_default().push(format!("`{name}`")),
        }
    }
    for (why, names) in left_out {
        choice.notes.push(format!("not learnt from: {}, because {why}", names.join(", ")));
    }
    if choice.taken.is_empty() {
        let mut failure = Failure::new("there is no column to learn from");
        failure = choice.notes.iter().fold(failure, |failure, note| failure.help(note.clone()));
        return Err(failure.help("numbers, flags and texts of a few values can be learnt from"));
    }
    Ok(choice)
}

/// "they are empty", said of one.
fn singular(why: &str) -> String {
    why.replace("they are", "it is").replace("they hold", "it holds").replace("they have", "it has")
}

/// How a column is read, or why it is not.
type Read = std::result::Result<Reading, &'static str>;

fn number(data: &Data, name: &str, kind: ColumnKind, choice: &mut Choice) -> Result<Read> {
    let values = finite(name, data.numbers(name)?.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())?;
    let mut present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    if kind == ColumnKind::Integer && present.len() > 50 && present.windows(2).all(|pair| pair[0] < pair[1]) {
        choice.notes.push(format!(
            "the column `{name}` has another whole number in every row: if it is a number of the customer, say `id: \"{name}\"`"
        ));
    }
    Ok(Middle::of(&present, values.len()).map(Reading::Number).ok_or("they are empty"))
}

fn days(data: &Data, name: &str, wanted: &Wanted<'_>) -> Result<Read> {
    let Some(until) = wanted.until else {
        return Ok(Err("they are dates (give the cut as `until`, and they count as days before it)"));
    };
    let dates = data.dates(name)?;
    let late = dates.iter().flatten().filter(|date| **date > until).count();
    if late > 0 {
        return Err(Failure::new(format!(
            "the column `{name}` holds days after the cut of {until} in {} rows: it knows the future",
            thousands(late)
        ))
        .help("a model that learns from it looks excellent and fails in use")
        .help(format!("leave it out with `.drop([\"{name}\"])`, or make it empty where it lies after the cut")));
    }
    let mut present: Vec<f64> = dates.iter().flatten().map(|date| days_until(*date, until)).collect();
    present.sort_unstable_by(f64::total_cmp);
    Ok(Middle::of(&present, dates.len()).map(|middle| Reading::Days { until, middle }).ok_or("they are empty"))
}

fn levels(data: &Data, name: &str) -> Result<Read> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for text in texts(data, name)? {
        *counts.entry(text).or_default() += 1;
        if counts.len() > MOST_LEVELS {
            return Ok(Err("they have more than 30 different texts (join rare ones first)"));
        }
    }
    // The most frequent first; texts that are equally frequent by the alphabet.
    let mut order: Vec<(String, usize)> = counts.into_iter().collect();
    order.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let mut order = order.into_iter().map(|(text, _)| text);
    let base = order.next().unwrap_or_default();
    let marked: Vec<String> = order.collect();
    Ok(if marked.is_empty() { Err("they hold one text only") } else { Ok(Reading::Levels { base, marked }) })
}

fn texts(data: &Data, name: &str) -> Result<Vec<String>> {
    Ok(data.words(name)?.into_iter().map(|text| text.unwrap_or_else(|| NO_TEXT.to_owned())).collect())
}

fn days_until(date: Date, until: Date) -> f64 {
    f64::from(until.to_epoch_days() - date.to_epoch_days())
}

fn finite(name: &str, values: Vec<f64>) -> Result<Vec<f64>> {
    match values.iter().filter(|value| value.is_infinite()).count() {
        0 => Ok(values),
        rows => Err(Failure::new(format!("the column `{name}` holds infinite numbers in {} rows", thousands(rows)))
            .help("was something divided by 0? make them empty or a number first")),
    }
}

/// The columns of numbers; `group` is the column of the frame that each was made of.
pub(super) struct Encoded {
    pub(super) features: Features,
    pub(super) group: Vec<usize>,
    /// Whether it is a mark of missing numbers, which nobody asked for.
    pub(super) mark: Vec<bool>,
    /// Values that the model has no place for, column by column, with their number.
    pub(super) unknown: Vec<(String, usize)>,
    /// Missing values that were filled, likewise.
    pub(super) filled: Vec<(String, usize)>,
}

/// Makes the columns of numbers for some rows, the same way for every frame.
pub(super) fn encode(data: &Data, taken: &[Taken], fills: bool, rows: &[usize]) -> Result<Encoded> {
    let mut encoded = Encoded {
        features: Features::default(),
        group: Vec::new(),
        mark: Vec::new(),
        unknown: Vec::new(),
        filled: Vec::new(),
    };
    for (group, column) in taken.iter().enumerate() {
        let name = &column.name;
        match &column.reading {
            Reading::Number(middle) => {
                let all = data.numbers(name)?;
                let values = rows.iter().map(|&row| all[row].unwrap_or(f64::NAN)).collect();
                encoded.add_number(group, name, finite(name, values)?, *middle, fills);
            }
            Reading::Days { until, middle } => {
                let all = data.dates(name)?;
                let values = rows.iter().map(|&row| all[row].map_or(f64::NAN, |date| days_until(date, *until)));
                encoded.add_number(group, name, values.collect(), *middle, fills);
            }
            Reading::Levels { base, marked } => {
                let all = texts(data, name)?;
                let unknown = rows.iter().filter(|&&row| all[row] != *base && !marked.contains(&all[row])).count();
                if unknown > 0 {
                    encoded.unknown.push((name.clone(), unknown));
                }
                for level in marked {
                    let marks = rows.iter().map(|&row| f64::from(u8::from(all[row] == *level))).collect();
                    encoded.add(group, format!("{name}: {level}"), marks, false);
                }
            }
        }
    }
    Ok(encoded)
}

impl Encoded {
    fn add(&mut self, group: usize, name: String, values: Vec<f64>, mark: bool) {
        self.features.names.push(name);
        self.features.columns.push(values);
        self.group.push(group);
        self.mark.push(mark);
    }

    /// A model that has no place for missing numbers gets the median, and a mark where there were such while it learnt.
    fn add_number(&mut self, group: usize, name: &str, mut values: Vec<f64>, middle: Middle, fills: bool) {
        let marks: Vec<f64> = values.iter().map(|value| f64::from(u8::from(value.is_nan()))).collect();
        let gaps = marks.iter().filter(|mark| **mark > 0.0).count();
        if fills && gaps > 0 {
            self.filled.push((name.to_owned(), gaps));
            values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = middle.median);
        }
        self.add(group, name.to_owned(), values, false);
        if fills && middle.gaps {
            self.add(group, format!("{name} is missing"), marks, true);
        }
    }

    /// Some of the columns.
    pub(super) fn select(self, kept: &[usize]) -> Encoded {
        Encoded {
            features: self.features.select(kept),
            group: kept.iter().map(|&column| self.group[column]).collect(),
            mark: kept.iter().map(|&column| self.mark[column]).collect(),
            ..self
        }
    }
}
