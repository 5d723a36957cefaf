//! Columns of a frame as a regression on survival times wants them.

use regulars_plugin::{ColumnKind, ColumnName, Context, Failure, Result};
use serde::{Deserialize, Serialize};

use crate::stats::survival::{RegressionError, Rows};
use crate::table::{Cell, Data, Expression, Frame, thousands};

/// Each value of a text is an effect of its own: more of them point to a column of names.
const MOST_LEVELS: usize = 50;
/// Fewer events for each effect than this make estimates unsteady; custom of the trade.
const EVENTS_FOR_EACH: usize = 10;

/// A covariate: a column of numbers or flags, or of text, of which each value but the first is compared with the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Covariate {
    /// The column.
    pub(super) column: String,
    /// The values of a text in their order; none for numbers.
    pub(super) levels: Vec<String>,
}

/// A column of covariates as it was found.
enum Values {
    Numbers(Vec<f64>),
    Texts(Vec<Option<String>>),
}

impl Values {
    /// Reads a column; missing numbers are NaN.
    fn of(data: &Data, name: &str) -> Result<Values> {
        match data.kind(name)? {
            ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag => {
                let numbers = data.numbers(name)?.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect::<Vec<_>>();
                if let Some(row) = numbers.iter().position(|value| value.is_infinite()) {
                    return Err(Failure::new(format!("`{name}` is infinite in row {}", row + 1))
                        .help("leave the row out, or put a number there"));
                }
                Ok(Values::Numbers(numbers))
            }
            ColumnKind::Text => {
                let text = |cell: Cell| (cell != Cell::Missing).then(|| cell.plain());
                Ok(Values::Texts(data.cells(name)?.into_iter().map(text).collect()))
            }
            _ => Err(Failure::new(format!(
                "column `{name}` holds {}, but a covariate is a number, true or false, or text",
                data.type_word(name)?
            ))
            .help(format!(
                "make a date a number of days: `(date(\"2026-01-01\") - col(\"{name}\")).dt.total_days().alias(\"{name}\")`"
            ))),
        }
    }

    fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Numbers(values) => values[row].is_nan(),
            Values::Texts(values) => values[row].is_none(),
        }
    }
}

impl Covariate {
    /// Names of the effects.
    pub(super) fn terms(&self) -> Vec<String> {
        if self.levels.is_empty() {
            return vec![self.column.clone()];
        }
        self.levels.iter().skip(1).map(|level| format!("{}={level}", self.column)).collect()
    }

    /// The column as numbers, one column for each effect; NaN where a value is missing or was never seen in the fit.
    fn encode(&self, values: &Values, rows: &[usize]) -> Vec<Vec<f64>> {
        match values {
            Values::Numbers(values) => vec![rows.iter().map(|&row| values[row]).collect()],
            Values::Texts(values) => {
                let level = |row: usize| values[row].as_ref().and_then(|value| self.levels.binary_search(value).ok());
                let places: Vec<Option<usize>> = rows.iter().map(|&row| level(row)).collect();
                let indicator = |one: usize| {
                    places.iter().map(move |place| place.map_or(f64::NAN, |place| f64::from(u8::from(place == one))))
                };
                (1..self.levels.len()).map(|one| indicator(one).collect()).collect()
            }
        }
    }
}

/// The columns to read.
pub(super) struct Wanted<'a> {
    pub(super) function: &'static str,
    pub(super) duration: &'a ColumnName,
    pub(super) event: &'a ColumnName,
    pub(super) covariates: &'a [ColumnName],
    pub(super) strata: &'a [ColumnName],
    pub(super) cluster: Option<&'a ColumnName>,
    pub(super) weights: Option<&'a ColumnName>,
    /// Whether a duration of 0 can be used.
    pub(super) zero_allowed: bool,
}

/// Rows of one kind: the number of the kind of each row, and what each kind is.
pub(super) struct Kinds {
    pub(super) codes: Vec<u32>,
    pub(super) keys: Vec<Vec<String>>,
}

/// Rows that can be fitted.
pub(super) struct Design {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) durations: Vec<f64>,
    pub(super) events: Vec<bool>,
    pub(super) covariates: Vec<Covariate>,
    pub(super) strata: Option<Kinds>,
    pub(super) clusters: Option<Kinds>,
    pub(super) weights: Option<Vec<f64>>,
    pub(super) notes: Vec<String>,
}

impl Design {
    /// The rows for the mathematics.
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { names: &self.names, columns: &self.columns, durations: &self.durations, events: &self.events }
    }

    /// Reads the columns. Rows with a missing value are left out and told of.
    pub(super) fn read(frame: &Frame, wanted: &Wanted<'_>, context: &Context<'_>) -> Result<Design> {
        wanted.check()?;
        let data = wanted.data(frame, context)?;
        let durations = durations(&data, wanted)?;
        let events = events(&data, wanted.event)?;
        let mut values = Vec::new();
        for name in wanted.covariates {
            values.push(Values::of(&data, name.as_str())?);
            context.check()?;
        }
        let kinds =
            |names: &[&ColumnName]| names.iter().map(|name| data.cells(name.as_str())).collect::<Result<Vec<_>>>();
        let strata = kinds(&wanted.strata.iter().collect::<Vec<_>>())?;
        let clusters = kinds(&wanted.cluster.into_iter().collect::<Vec<_>>())?;
        let weights = wanted.weights.map(|name| weights(&data, name)).transpose()?;

        let missing_in = |row: usize| -> Option<&str> {
            let lacks = |cells: &Vec<Cell>| cells[row] == Cell::Missing;
            if durations[row].is_nan() {
                return Some(wanted.duration.as_str());
            }
            if events[row].is_none() {
                return Some(wanted.event.as_str());
            }
            if let Some(place) = values.iter().position(|values| values.is_missing(row)) {
                return Some(wanted.covariates[place].as_str());
            }
            if let Some(place) = strata.iter().position(lacks) {
                return Some(wanted.strata[place].as_str());
            }
            if clusters.iter().any(lacks) {
                return wanted.cluster.map(ColumnName::as_str);
            }
            let weight = weights.as_ref().is_some_and(|weights: &Vec<f64>| weights[row].is_nan());
            wanted.weights.filter(|_| weight).map(ColumnName::as_str)
        };
        let mut kept = Vec::with_capacity(durations.len());
        let mut left_out: Vec<(&str, usize)> = Vec::new();
        for row in 0..durations.len() {
            match missing_in(row) {
                None => kept.push(row),
                Some(name) => match left_out.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, count)) => *count += 1,
                    None => left_out.push((name, 1)),
                },
            }
        }
        let mut notes = frame.notes(context.host())?;
        for (name, count) in &left_out {
            notes.push(format!("{} rows without `{name}` were left out", thousands(*count)));
        }
        if kept.is_empty() {
            let failure = Failure::new("there are no rows to fit");
            return Err(match left_out.iter().max_by_key(|(_, count)| *count) {
                Some((name, count)) => failure.help(format!("`{name}` is missing in {} rows", thousands(*count))),
                None => failure.help("look at the filters before"),
            });
        }
        let mut design = Design {
            names: Vec::new(),
            columns: Vec::new(),
            durations: kept.iter().map(|&row| durations[row]).collect(),
            events: kept.iter().map(|&row| events[row] == Some(true)).collect(),
            covariates: Vec::new(),
            strata: (!strata.is_empty()).then(|| Kinds::of(&strata, &kept)),
            clusters: (!clusters.is_empty()).then(|| Kinds::of(&clusters, &kept)),
            weights: weights.map(|weights| kept.iter().map(|&row| weights[row]).collect()),
            notes,
        };
        for (name, values) in wanted.covariates.iter().zip(&values) {
            design.add(name.as_str(), values, &kept)?;
            context.check()?;
        }
        design.warn_of_few_events();
        Ok(design)
    }

    /// Adds a covariate; the values of a text become indicators.
    fn add(&mut self, name: &str, values: &Values, kept: &[usize]) -> Result<()> {
        let mut levels = Vec::new();
        if let Values::Texts(texts) = values {
            levels = kept.iter().filter_map(|&row| texts[row].clone()).collect();
            levels.sort_unstable();
            levels.dedup();
            if levels.len() > MOST_LEVELS {
                return Err(Failure::new(format!(
                    "column `{name}` holds {} different texts, and each would be an effect of its own",
                    thousands(levels.len())
                ))
                .help(format!("{MOST_LEVELS} are the most: join them into groups, or leave the column out")));
            }
            if let [only] = levels.as_slice() {
                return Err(Failure::new(format!(
                    "`{name}` is \"{only}\" in every row: it cannot explain a difference"
                ))
                .help("leave it out"));
            }
            if let Some(first) = levels.first() {
                self.notes.push(format!("`{name}` is text: its values are compared with `{first}`, the first of them"));
            }
        }
        let covariate = Covariate { column: name.to_owned(), levels };
        self.names.extend(covariate.terms());
        self.columns.extend(covariate.encode(values, kept));
        self.covariates.push(covariate);
        Ok(())
    }

    fn warn_of_few_events(&mut self) {
        let (events, effects) = (self.events.iter().filter(|event| **event).count(), self.names.len());
        if events > 0 && events < EVENTS_FOR_EACH * effects {
            self.notes.push(format!(
                "{events} events for {effects} effects are few: below {EVENTS_FOR_EACH} for each, estimates are unsteady \
                 and intervals too narrow; take fewer covariates"
            ));
        }
    }
}

impl Wanted<'_> {
    /// Refuses columns that were not named, and those that are named for two things.
    fn check(&self) -> Result<()> {
        let function = self.function;
        let example = format!("write `{function}(#{{duration: \"days\", event: \"left\", covariates: [\"age\"]}})`");
        for (name, option) in [(self.duration, "duration"), (self.event, "event")] {
            if name.as_str().is_empty() {
                return Err(Failure::new(format!("`{option}` is wanted: the name of a column"))
                    .help(format!("{example} with the names of your columns")));
            }
        }
        if self.covariates.is_empty() {
            return Err(Failure::new("`covariates` is wanted: a list of columns that may explain the durations")
                .help(format!("{example} with the names of your columns"))
                .help("without covariates, `survival` draws the curve"));
        }
        for (place, name) in self.covariates.iter().enumerate() {
            let other = [(self.duration, "the duration"), (self.event, "the event")]
                .into_iter()
                .chain(self.strata.iter().map(|strata| (strata, "one of the strata")))
                .chain(self.covariates[..place].iter().map(|covariate| (covariate, "named twice")))
                .find(|(other, _)| *other == name);
            if let Some((_, what)) = other {
                return Err(
                    Failure::new(format!("the covariate `{name}` is {what}")).help("leave it out of `covariates`")
                );
            }
        }
        Ok(())
    }

    fn data(&self, frame: &Frame, context: &Context<'_>) -> Result<Data> {
        let names = [self.duration, self.event].into_iter().chain(self.covariates).chain(self.strata);
        select(frame, names.chain(self.cluster).chain(self.weights).map(ColumnName::as_str), context)
    }
}

/// The data of some columns, each of them once.
fn select<'a>(frame: &Frame, names: impl Iterator<Item = &'a str>, context: &Context<'_>) -> Result<Data> {
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

impl Kinds {
    fn of(columns: &[Vec<Cell>], kept: &[usize]) -> Kinds {
        let key = |row: usize| columns.iter().map(|cells| cells[row].plain()).collect::<Vec<String>>();
        let found: Vec<Vec<String>> = kept.iter().map(|&row| key(row)).collect();
        let mut keys = found.clone();
        keys.sort_unstable();
        keys.dedup();
        let codes = found.iter().map(|key| keys.binary_search(key).unwrap_or_default() as u32).collect();
        Kinds { codes, keys }
    }
}

/// Durations; NaN where missing.
fn durations(data: &Data, wanted: &Wanted<'_>) -> Result<Vec<f64>> {
    let name = wanted.duration;
    if !matches!(data.kind(name.as_str())?, ColumnKind::Integer | ColumnKind::Number) {
        let word = data.type_word(name.as_str())?;
        return Err(Failure::new(format!("column `{name}` holds {word}, but lengths of time are wanted as numbers"))
            .help(format!(
                "days between two dates: `(col(\"end\") - col(\"start\")).dt.total_days().alias(\"{name}\")`"
            )));
    }
    let durations: Vec<f64> = data.numbers(name.as_str())?.into_iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    let unusable = |time: f64| time.is_infinite() || time < 0.0 || (time == 0.0 && !wanted.zero_allowed);
    let wrong = durations.iter().filter(|time| unusable(**time)).count();
    let Some(row) = durations.iter().position(|time| unusable(*time)) else { return Ok(durations) };
    let border = if wanted.zero_allowed { "0 or more" } else { "above 0" };
    let more = if wrong > 1 { format!("; {} rows are like it", thousands(wrong)) } else { String::new() };
    let failure = Failure::new(format!(
        "`{name}` is {} in row {}, but a length of time is {border}{more}",
        durations[row],
        row + 1
    ));
    if durations[row] == 0.0 {
        return Err(failure
            .help(format!("what ends on the first day may count as half a day: `when(col(\"{name}\") == 0).then(0.5).otherwise(col(\"{name}\"))`"))
            .help("`cox` takes durations of 0 as they are"));
    }
    Err(failure.help(format!(
        "look at these rows with `frame.filter(col(\"{name}\") < 0)`, then leave them out or put them right"
    )))
}

/// Whether the event happened.
fn events(data: &Data, name: &ColumnName) -> Result<Vec<Option<bool>>> {
    let word = data.type_word(name.as_str())?;
    if !matches!(data.kind(name.as_str())?, ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag) {
        return Err(Failure::new(format!(
            "column `{name}` holds {word}, but `event` wants true where it happened and false where not yet, or 1 and 0"
        ))
        .help(format!(
            "write `frame.with_columns((col(\"{name}\") == \"…\").alias(\"happened\"))`, then `event: \"happened\"`"
        )));
    }
    let event = |(row, number): (usize, &Option<f64>)| match number {
        None => Ok(None),
        Some(0.0) => Ok(Some(false)),
        Some(1.0) => Ok(Some(true)),
        Some(other) => Err(Failure::new(format!(
            "column `{name}` holds {other} in row {}, but `event` wants 1 where it happened and 0 where not yet",
            row + 1
        ))
        .help(format!(
            "write `frame.with_columns((col(\"{name}\") == {other}).alias(\"happened\"))` for one kind of event"
        ))),
    };
    data.numbers(name.as_str())?.iter().enumerate().map(event).collect()
}

/// Weights; NaN where missing.
fn weights(data: &Data, name: &ColumnName) -> Result<Vec<f64>> {
    let weights: Vec<f64> = data.numbers(name.as_str())?.into_iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    match weights.iter().position(|weight| *weight <= 0.0 || weight.is_infinite()) {
        None => Ok(weights),
        Some(row) => Err(Failure::new(format!("the weight `{name}` is {} in row {}", weights[row], row + 1))
            .help("weights are above 0: leave out the rows that shall not count")),
    }
}

/// Rows of a table to predict for: one number for each effect.
pub(super) struct Asked {
    columns: Vec<Vec<f64>>,
    strata: Vec<Vec<Cell>>,
    /// What tells the rows apart: a column of the table, or their numbers.
    pub(super) ids: Vec<Cell>,
}

impl Asked {
    /// Reads the columns that a model wants.
    pub(super) fn read(
        frame: &Frame,
        covariates: &[Covariate],
        strata: &[String],
        id: Option<&ColumnName>,
        context: &Context<'_>,
    ) -> Result<Asked> {
        let wanted = covariates.iter().map(|covariate| &covariate.column).chain(strata).map(String::as_str);
        let names: Vec<&str> = wanted.chain(id.map(ColumnName::as_str)).collect();
        let data = select(frame, names.into_iter(), context)?;
        let rows: Vec<usize> = (0..data.height()).collect();
        let mut columns = Vec::new();
        for covariate in covariates {
            let values = Values::of(&data, &covariate.column)?;
            if matches!(values, Values::Texts(_)) == covariate.levels.is_empty() {
                let was = if covariate.levels.is_empty() { "numbers" } else { "text" };
                return Err(Failure::new(format!(
                    "`{}` held {was} when the model was fitted, and holds {} here",
                    covariate.column,
                    data.type_word(&covariate.column)?
                ))
                .help("bring it to the type that it had, with `cast`"));
            }
            columns.extend(covariate.encode(&values, &rows));
        }
        let strata = strata.iter().map(|name| data.cells(name)).collect::<Result<Vec<_>>>()?;
        let ids = match id {
            Some(id) => data.cells(id.as_str())?,
            None => (1..=data.height() as i64).map(Cell::Integer).collect(),
        };
        Ok(Asked { columns, strata, ids })
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The effects of one row; none where a value is missing or was never seen.
    pub(super) fn row(&self, row: usize) -> Option<Vec<f64>> {
        let values: Vec<f64> = self.columns.iter().map(|column| column[row]).collect();
        values.iter().all(|value| !value.is_nan()).then_some(values)
    }

    /// What tells the stratum of one row.
    pub(super) fn stratum(&self, row: usize) -> Vec<String> {
        self.strata.iter().map(|cells| cells[row].plain()).collect()
    }
}

/// Refuses an answer that nobody could read.
pub(super) fn check_size(rows: usize, each: usize, what: &str) -> Result<()> {
    const MOST: usize = 20_000_000;
    if rows.saturating_mul(each) <= MOST {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} rows with {} {what} each would be {} rows",
        thousands(rows),
        thousands(each),
        thousands(rows.saturating_mul(each))
    ))
    .help(format!("{} are the most: predict for fewer rows at a time, or for fewer {what}", thousands(MOST))))
}

impl Design {
    /// What the mathematics refused.
    pub(super) fn refused(&self, error: &RegressionError) -> Failure {
        if *error == RegressionError::Stopped {
            return Failure::interrupted();
        }
        if let RegressionError::Separated { column, values: Some((having, _)), .. } = error
            && let Some((owner, level)) = self.level(column)
        {
            let found = if *having == 0.0 {
                format!("no row with `{owner}` \"{level}\" has the event as long as others are followed")
            } else {
                format!("as long as rows with `{owner}` \"{level}\" are followed, they alone have the event")
            };
            return Failure::new(format!("{found}: the effect of `{column}` is without bound and has no estimate"))
                .help(format!("join \"{level}\" with another value of `{owner}`, or leave the column out"));
        }
        let text = error.to_string();
        match text.split_once("; ") {
            Some((found, advice)) => Failure::new(found).help(advice),
            None => Failure::new(text),
        }
    }

    /// The column and the value of a text behind an effect.
    fn level(&self, term: &str) -> Option<(&str, &str)> {
        let texts = self.covariates.iter().filter(|covariate| !covariate.levels.is_empty());
        texts.into_iter().find_map(|covariate| {
            let place = covariate.terms().iter().position(|known| known == term)?;
            Some((covariate.column.as_str(), covariate.levels[place + 1].as_str()))
        })
    }
}

/// A confidence in percent, without the last digits of a product.
pub(super) fn percent(confidence: f64) -> f64 {
    (confidence * 1e6).round() / 1e4
}
