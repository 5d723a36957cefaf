//! Reading the columns, and refusing those that cannot be used.

use regulars_plugin::{ColumnName, Context, Failure, Result};

use crate::analytics::spells::{select, times};
use crate::table::{Cell, Data, Frame, thousands};

/// The columns to read.
pub(in super::super) struct Wanted<'a> {
    pub(in super::super) function: &'static str,
    pub(in super::super) duration: &'a ColumnName,
    pub(in super::super) event: &'a ColumnName,
    pub(in super::super) covariates: &'a [ColumnName],
    pub(in super::super) strata: &'a [ColumnName],
    pub(in super::super) cluster: Option<&'a ColumnName>,
    pub(in super::super) weights: Option<&'a ColumnName>,
    /// Whether a duration of 0 can be used.
    pub(in super::super) zero_allowed: bool,
}

/// Rows of one kind: the number of the kind of each row, and what each kind is.
pub(in super::super) struct Kinds {
    pub(in super::super) codes: Vec<u32>,
    pub(in super::super) keys: Vec<Vec<String>>,
}

impl Wanted<'_> {
    /// Refuses columns that were not named, and those that are named for two things.
    pub(super) fn check(&self) -> Result<()> {
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

    pub(super) fn data(&self, frame: &Frame, context: &Context<'_>) -> Result<Data> {
        let names = [self.duration, self.event].into_iter().chain(self.covariates).chain(self.strata);
        select(frame, names.chain(self.cluster).chain(self.weights).map(ColumnName::as_str), context)
    }
}

impl Kinds {
    pub(super) fn of(columns: &[Vec<Cell>], kept: &[usize]) -> Kinds {
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
pub(super) fn durations(data: &Data, wanted: &Wanted<'_>) -> Result<Vec<f64>> {
    let name = wanted.duration;
    let times = times(data, name)?;
    // A missing time is left out and told; one that is no number is a computation that went wrong.
    let unusable =
        |time: &Option<f64>| time.is_some_and(|it| !it.is_finite() || it < 0.0 || (it == 0.0 && !wanted.zero_allowed));
    let wrong = times.iter().filter(|time| unusable(time)).count();
    let first = times.iter().position(unusable);
    let durations: Vec<f64> = times.into_iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    let Some(row) = first else { return Ok(durations) };
    let border = if wanted.zero_allowed { "0 or more" } else { "above 0" };
    let more = if wrong > 1 { format!("; {} rows are like it", thousands(wrong)) } else { String::new() };
    let failure = Failure::new(format!(
        "`{name}` is {} in row {}, but a length of time is {border}{more}",
        if durations[row].is_nan() { "no number (NaN)".to_owned() } else { durations[row].to_string() },
        row + 1
    ));
    if durations[row] == 0.0 {
        return Err(failure
            .help(format!("what ends on the first day may count as half a day: `when(col(\"{name}\") == 0).then(0.5).otherwise(col(\"{name}\"))`"))
            .help("`cox` takes durations of 0 as they are"));
    }
    Err(failure.help(format!(
        "look at these rows with `frame.filter(!col(\"{name}\").is_finite() | (col(\"{name}\") < 0))`, then leave them out or put them right"
    )))
}

/// Weights; NaN where missing.
pub(super) fn weights(data: &Data, name: &ColumnName) -> Result<Vec<f64>> {
    let weights: Vec<f64> = data.numbers(name.as_str())?.into_iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    match weights.iter().position(|weight| *weight <= 0.0 || weight.is_infinite()) {
        None => Ok(weights),
        Some(row) => Err(Failure::new(format!("the weight `{name}` is {} in row {}", weights[row], row + 1))
            .help("weights are above 0: leave out the rows that shall not count")),
    }
}
