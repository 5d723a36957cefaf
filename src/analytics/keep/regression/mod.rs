//! Columns of a frame as a regression on survival times wants them.

mod asked;
mod covariate;
mod wanted;

pub(super) use asked::{Asked, check_size};
pub(super) use covariate::Covariate;
use covariate::Values;
use regulars_plugin::{ColumnName, Context, Failure, Result};
pub(super) use wanted::Wanted;
use wanted::{Kinds, durations, weights};

use crate::analytics::spells::events;
use crate::stats::survival::{RegressionError, Rows};
use crate::table::{Cell, Frame, thousands};

/// Each value of a text is an effect of its own: more of them point to a column of names.
const MOST_LEVELS: usize = 50;
/// Fewer events for each effect than this make estimates unsteady; custom of the trade.
const EVENTS_FOR_EACH: usize = 10;

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
            let noun = if effects == 1 { "effect" } else { "effects" };
            self.notes.push(format!(
                "{events} events are few for {effects} {noun}: below {EVENTS_FOR_EACH} for each, estimates are unsteady \
                 and intervals too narrow; take fewer covariates"
            ));
        }
    }
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
