//! Columns of a frame as durations and what ended them, for every function of survival.

use regulars_plugin::{ColumnKind, ColumnName, Context, Failure, Result};

use crate::stats::survival::{Observations, SurvivalError};
use crate::table::{Cell, Data, Expression, Frame, Levels, thousands};

/// The columns to read, empty names where none was given.
pub(crate) struct Wanted<'a> {
    /// How long.
    pub(crate) duration: &'a ColumnName,
    /// What ended it.
    pub(crate) end: End<'a>,
    /// What tells the rows apart.
    pub(crate) by: Option<&'a ColumnName>,
    /// A second way of telling them apart.
    pub(crate) strata: Option<&'a ColumnName>,
    /// When they came under observation.
    pub(crate) entry: Option<&'a ColumnName>,
}

/// The column that tells what ended a row.
pub(crate) enum End<'a> {
    /// True or 1 where the event happened.
    Event(&'a ColumnName),
    /// The cause; empty, 0 or false where nothing has happened yet.
    Cause(&'a ColumnName),
}

/// Rows that can be used.
pub(crate) struct Spells {
    pub(crate) durations: Vec<f64>,
    /// 0 where nothing has happened yet, otherwise the number of the cause.
    pub(crate) ends: Vec<u32>,
    pub(crate) entries: Option<Vec<f64>>,
    pub(crate) groups: Option<Levels>,
    pub(crate) strata: Option<Levels>,
    /// The causes, of which [`causes`](Spells::causes) tells the index for each number.
    pub(crate) cause_levels: Option<Levels>,
    /// Indices of the causes among the levels, the first for number 1.
    pub(crate) causes: Vec<usize>,
    pub(crate) notes: Vec<String>,
}

impl Spells {
    /// Reads the columns. Rows in which the duration, the event or the entry is missing are left out and told of;
    /// durations that are negative or no number are refused.
    pub(crate) fn read(frame: &Frame, wanted: &Wanted<'_>, function: &str, context: &Context<'_>) -> Result<Spells> {
        let (end, option, example) = match wanted.end {
            End::Event(name) => (name, "event", "event: \"left\""),
            End::Cause(name) => (name, "cause", "cause: \"reason\""),
        };
        for (name, option) in [(wanted.duration, "duration"), (end, option)] {
            if name.as_str().is_empty() {
                return Err(Failure::new(format!("`{option}` is wanted: the name of a column")).help(format!(
                    "write `{function}(#{{duration: \"days\", {example}}})` with the names of your columns"
                )));
            }
        }
        let names =
            [wanted.duration, end].into_iter().chain([wanted.by, wanted.strata, wanted.entry].into_iter().flatten());
        let data = select(frame, names.map(ColumnName::as_str), context)?;

        let durations = times(&data, wanted.duration)?;
        let entries = wanted.entry.map(|entry| times(&data, entry)).transpose()?;
        let mut spells = Spells {
            durations: Vec::with_capacity(durations.len()),
            ends: Vec::with_capacity(durations.len()),
            entries: entries.as_ref().map(|_| Vec::new()),
            groups: wanted.by.map(|by| data.levels(by.as_str())).transpose()?,
            strata: wanted.strata.map(|strata| data.levels(strata.as_str())).transpose()?,
            cause_levels: None,
            causes: Vec::new(),
            notes: frame.notes(context.host())?,
        };
        let ends = match wanted.end {
            End::Event(event) => events(&data, event)?.into_iter().map(|it| it.map(u32::from)).collect(),
            End::Cause(cause) => spells.read_causes(&data, cause)?,
        };
        context.check()?;
        let mut keep = 0;
        let mut left_out = [0_usize; 3];
        for row in 0..durations.len() {
            let entry = entries.as_ref().map(|entries| entries[row]);
            let (Some(duration), Some(end), false) = (durations[row], ends[row], entry == Some(None)) else {
                let why = [durations[row].is_none(), ends[row].is_none(), true].iter().position(|missing| *missing);
                left_out[why.unwrap_or_default()] += 1;
                continue;
            };
            check_time(wanted.duration, row, duration)?;
            spells.durations.push(duration);
            spells.ends.push(end);
            if let (Some(entries), Some(Some(entry))) = (&mut spells.entries, entry) {
                check_entry(wanted, row, entry, duration)?;
                entries.push(entry);
            }
            for levels in [&mut spells.groups, &mut spells.strata].into_iter().flatten() {
                levels.codes[keep] = levels.codes[row];
            }
            keep += 1;
        }
        for levels in [&mut spells.groups, &mut spells.strata].into_iter().flatten() {
            levels.codes.truncate(keep);
        }
        let entry = wanted.entry.unwrap_or(wanted.duration);
        for (count, column) in left_out.into_iter().zip([wanted.duration, end, entry]) {
            if count > 0 {
                spells.notes.push(format!("{} rows without `{column}` were left out", thousands(count)));
            }
        }
        if keep == 0 {
            return Err(Failure::new("there are no rows to follow").help("look at the filters before"));
        }
        Ok(spells)
    }

    /// The rows for the mathematics.
    pub(crate) fn observations(&self) -> Observations<'_> {
        Observations { durations: &self.durations, ends: &self.ends, entries: self.entries.as_deref(), weights: None }
    }

    /// How many rows had an event.
    pub(crate) fn events(&self) -> usize {
        self.ends.iter().filter(|end| **end > 0).count()
    }

    /// Numbers the causes from 1, in the order of their values.
    fn read_causes(&mut self, data: &Data, name: &ColumnName) -> Result<Vec<Option<u32>>> {
        let levels = data.levels(name.as_str())?;
        let mut numbers = vec![0; levels.len()];
        for (index, number) in numbers.iter_mut().enumerate() {
            let censored = match levels.value(index) {
                Cell::Missing | Cell::Integer(0) | Cell::Flag(false) => true,
                Cell::Number(number) => number == 0.0,
                Cell::Text(text) => text.trim().is_empty(),
                _ => false,
            };
            if !censored {
                self.causes.push(index);
                *number = self.causes.len() as u32;
            }
        }
        let most = MOST_CAUSES;
        if self.causes.len() > most {
            return Err(Failure::new(format!(
                "column `{name}` holds {} different causes, and {most} are the most",
                thousands(self.causes.len())
            ))
            .help("is it the right column? it tells what ended each row; empty or 0 where nothing has happened yet"));
        }
        let ends = levels.codes.iter().map(|code| Some(numbers[*code as usize])).collect();
        self.cause_levels = Some(levels);
        Ok(ends)
    }
}

/// Squares of longer times are beyond what numbers can hold.
const LONGEST: f64 = 1e100;

/// More causes than a person can tell apart point to the wrong column.
const MOST_CAUSES: usize = 100;

/// The data of some columns, each of them once.
pub(crate) fn select<'a>(frame: &Frame, names: impl Iterator<Item = &'a str>, context: &Context<'_>) -> Result<Data> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    for name in &names {
        frame.need(name)?;
    }
    let columns: Vec<Expression> = names.into_iter().map(Expression::column).collect();
    let data = frame.select(&columns)?.data(context.host())?;
    context.check()?;
    Ok(data)
}

/// A column of times as numbers.
pub(crate) fn times(data: &Data, name: &ColumnName) -> Result<Vec<Option<f64>>> {
    let word = data.type_word(name.as_str())?;
    match data.kind(name.as_str())? {
        ColumnKind::Integer | ColumnKind::Number => data.numbers(name.as_str()),
        _ => Err(Failure::new(format!("column `{name}` holds {word}, but lengths of time are wanted as numbers"))
            .help("days between two dates: `(col(\"end\") - col(\"start\")).dt.total_days().alias(\"days\")`")),
    }
}

/// A column that tells whether the event happened.
pub(crate) fn events(data: &Data, name: &ColumnName) -> Result<Vec<Option<bool>>> {
    let word = data.type_word(name.as_str())?;
    if !matches!(data.kind(name.as_str())?, ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag) {
        return Err(Failure::new(format!(
            "column `{name}` holds {word}, but `event` wants true where it happened and false where not yet, or 1 and 0"
        ))
        .help(format!(
            "write `frame.with_columns((col(\"{name}\") == \"…\").alias(\"happened\"))`, then `event: \"happened\"`"
        )));
    }
    let numbers = data.numbers(name.as_str())?;
    let event = |(row, number): (usize, &Option<f64>)| match number {
        None => Ok(None),
        Some(0.0) => Ok(Some(false)),
        Some(1.0) => Ok(Some(true)),
        Some(other) => Err(Failure::new(format!(
            "column `{name}` holds {other} in row {}, but `event` wants 1 where it happened and 0 where not yet",
            row + 1
        ))
        .help(format!(
            "one kind of event: `frame.with_columns((col(\"{name}\") == {other}).alias(\"happened\"))`, then \
             `event: \"happened\"`"
        ))
        .help("where several things can happen, `competing_risks` takes their column as `cause`")),
    };
    numbers.iter().enumerate().map(event).collect()
}

fn check_time(name: &ColumnName, row: usize, time: f64) -> Result<()> {
    if (0.0..=LONGEST).contains(&time) {
        return Ok(());
    }
    if time.is_finite() && time > LONGEST {
        return Err(Failure::new(format!(
            "`{name}` is {time:e} in row {}, which is too long to compute with",
            row + 1
        ))
        .help("is it the right column? bring it to everyday size by a factor: days, months"));
    }
    let found = if time.is_nan() { "no number (NaN)".to_owned() } else { time.to_string() };
    Err(Failure::new(format!("`{name}` is {found} in row {}, but a length of time is 0 or more", row + 1))
        .help(format!("look at these rows with `frame.filter(!col(\"{name}\").is_finite() | (col(\"{name}\") < 0))`, then leave them out or put them right")))
}

fn check_entry(wanted: &Wanted<'_>, row: usize, entry: f64, duration: f64) -> Result<()> {
    if entry <= 0.0 || entry < duration {
        return Ok(());
    }
    Err(Failure::new(format!(
        "row {} comes under observation at {entry} and ends at {duration}, but it has to come before it ends",
        row + 1
    ))
    .help(format!("`entry` is on the scale of `{}`: both are counted from the same beginning", wanted.duration)))
}

/// What the mathematics refused, in words for the prompt.
pub(crate) fn refused(error: SurvivalError) -> Failure {
    match error {
        SurvivalError::Stopped => Failure::interrupted(),
        SurvivalError::OneGroup => Failure::new(error.to_string()).help(
            "say with `by` what tells the groups apart; a group that is gone before the first event says nothing",
        ),
        SurvivalError::NoEvents => {
            Failure::new(error.to_string()).help("is `event` true where it happened, not where it did not?")
        }
        SurvivalError::Horizon { .. } => {
            Failure::new(error.to_string()).help("take a smaller `horizon`, or leave it out")
        }
        error => Failure::new(error.to_string()),
    }
}

/// A confidence in percent, without the last digits of a product.
pub(crate) fn percent(confidence: f64) -> f64 {
    (confidence * 1e6).round() / 1e4
}
