//! Properties of customers that move a model: what a fit learned of each, and customers' values as numbers.

use std::collections::BTreeMap;

use regulars_plugin::{ColumnKind, Failure, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::stats::btyd::Covariates;
use crate::table::{Cell, Data, thousands};

/// Each value of a text is two or three effects: more of them point to a column of names.
const MOST_LEVELS: usize = 20;

/// Columns of a fit's own table, which a covariate would hide.
const TAKEN: [&str; 5] = ["customer", "frequency", "recency", "T", "p_alive"];

/// A covariate, as the fit saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Covariate {
    pub(super) column: String,
    /// The values of a text, the commonest first; none of numbers and flags.
    levels: Vec<String>,
    /// The value of a customer for whom the model's own parameters hold: the mean of numbers, 0 of flags.
    centre: f64,
    /// Whether the values are true and false.
    flag: bool,
}

/// A column as it was found, without missing values.
enum Values {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Values {
    fn of(data: &Data, name: &str) -> Result<Values> {
        let missing = |count: usize, advice: String| {
            Failure::new(format!(
                "`{name}` is missing for {} of {} customers",
                thousands(count),
                thousands(data.height())
            ))
            .help("the value beside a customer's first purchase counts")
            .help(advice)
        };
        match data.kind(name)? {
            ColumnKind::Integer | ColumnKind::Number | ColumnKind::Flag => {
                let found = data.numbers(name)?;
                let known: Vec<f64> = found.iter().copied().flatten().filter(|value| !value.is_nan()).collect();
                if known.len() < found.len() {
                    let advice = format!(
                        "fill it, and say so in a column that is a covariate as well: `.with_columns([col(\"{name}\")\
                         .is_null().alias(\"no_{name}\"), col(\"{name}\").fill_null(0)])`"
                    );
                    return Err(missing(found.len() - known.len(), advice));
                }
                if let Some(row) = known.iter().position(|value| value.is_infinite()) {
                    return Err(Failure::new(format!("`{name}` is infinite for customer {}", row + 1))
                        .help("put a number there"));
                }
                Ok(Values::Numbers(known))
            }
            ColumnKind::Text => {
                let cells = data.cells(name)?;
                let known: Vec<String> = cells.iter().filter(|cell| **cell != Cell::Missing).map(Cell::plain).collect();
                if known.len() < cells.len() {
                    let advice = format!(
                        "make missing a value of its own: `.with_columns(col(\"{name}\").fill_null(\"unknown\"))`"
                    );
                    return Err(missing(cells.len() - known.len(), advice));
                }
                Ok(Values::Texts(known))
            }
            _ => Err(Failure::new(format!(
                "column `{name}` holds {}, but a covariate is a number, true or false, or text",
                data.type_word(name)?
            ))
            .help("make a date a number of days or years first")),
        }
    }
}

/// Reads the columns of a fit, one row per customer.
pub(super) fn learn(data: &Data, columns: &[&str]) -> Result<(Vec<Covariate>, Covariates)> {
    let mut known = Vec::with_capacity(columns.len());
    for name in columns {
        if TAKEN.contains(name) {
            return Err(Failure::new(format!(
                "`{name}` is a column of the answer, so no covariate can have this name"
            ))
            .help(format!("give it another: `tx.rename(#{{{name}: \"first_{name}\"}})`")));
        }
        known.push(Covariate::learn(name, data.kind(name)? == ColumnKind::Flag, &Values::of(data, name)?)?);
    }
    let encoded = encode(&known, data)?;
    Ok((known, encoded))
}

/// Customers' values as the numbers of the fit, one row per customer of a table.
pub(super) fn encode(known: &[Covariate], data: &Data) -> Result<Covariates> {
    let mut columns = Vec::new();
    for covariate in known {
        if !data.names().contains(&covariate.column.as_str()) {
            return Err(lacks(&covariate.column, data.names().into_iter()));
        }
        columns.extend(covariate.encode(&Values::of(data, &covariate.column)?)?);
    }
    Ok(Covariates { columns })
}

/// A table without one of the model's covariates.
pub(super) fn lacks<'a>(column: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    Failure::new(format!("the table has no column `{column}`, and it is a covariate of the model"))
        .near(column, names)
        .help("join it to the table first, as for the fit")
}

impl Covariate {
    fn learn(name: &str, flag: bool, values: &Values) -> Result<Covariate> {
        let constant = |value: String| {
            Failure::new(format!("`{name}` is {value} for every customer, so nothing can be learned of its effect"))
                .help("leave it out of `covariates`")
        };
        let column = name.to_owned();
        match values {
            Values::Numbers(values) => {
                if let Some(first) = values.first()
                    && values.iter().all(|value| value == first)
                {
                    return Err(constant(if flag { (*first != 0.0).to_string() } else { first.to_string() }));
                }
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                Ok(Covariate { column, levels: Vec::new(), centre: if flag { 0.0 } else { mean }, flag })
            }
            Values::Texts(texts) => {
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                texts.iter().for_each(|text| *counts.entry(text).or_default() += 1);
                if let (1, Some((only, _))) = (counts.len(), counts.first_key_value()) {
                    return Err(constant(format!("\"{only}\"")));
                }
                if counts.len() > MOST_LEVELS {
                    return Err(Failure::new(format!(
                        "`{name}` holds {} different texts, and each would be an effect of its own",
                        thousands(counts.len())
                    ))
                    .help(format!(
                        "{MOST_LEVELS} are the most: join the rare ones into \"other\", or leave the column out"
                    )));
                }
                let mut levels: Vec<(&str, usize)> = counts.into_iter().collect();
                // Stable: the first in the order of the alphabet where two are equally common.
                levels.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                let levels = levels.into_iter().map(|(level, _)| level.to_owned()).collect();
                Ok(Covariate { column, levels, centre: 0.0, flag })
            }
        }
    }

    /// Names of the effects.
    fn terms(&self) -> Vec<String> {
        if self.levels.is_empty() {
            return vec![self.column.clone()];
        }
        self.levels.iter().skip(1).map(|level| format!("{}={level}", self.column)).collect()
    }

    fn encode(&self, values: &Values) -> Result<Vec<(String, Vec<f64>)>> {
        let columns: Vec<Vec<f64>> = match values {
            Values::Numbers(values) if self.levels.is_empty() => {
                vec![values.iter().map(|value| value - self.centre).collect()]
            }
            Values::Texts(texts) if !self.levels.is_empty() => {
                if let Some(strange) = texts.iter().find(|text| !self.levels.contains(text)) {
                    let many = texts.iter().filter(|text| *text == strange).count();
                    let failure = self.strange(strange);
                    return Err(match many {
                        1 => failure,
                        _ => failure.help(format!("{} customers have it", thousands(many))),
                    });
                }
                let indicator = |level: &String| texts.iter().map(|text| f64::from(u8::from(text == level))).collect();
                self.levels.iter().skip(1).map(indicator).collect()
            }
            Values::Numbers(_) => return Err(self.of_another_kind("numbers")),
            Values::Texts(_) => return Err(self.of_another_kind("text")),
        };
        Ok(self.terms().into_iter().zip(columns).collect())
    }

    fn strange(&self, value: &str) -> Failure {
        Failure::new(format!("`{}` is \"{value}\", and the model knows no customer with this value", self.column))
            .near(value, self.levels.iter().map(String::as_str))
    }

    fn of_another_kind(&self, found: &str) -> Failure {
        let wanted = if self.levels.is_empty() { "numbers" } else { "text" };
        Failure::new(format!("`{}` holds {found}, but the model was fitted to {wanted}", self.column))
            .help("give the column as it was in the fit")
    }

    /// The value for which the model's own parameters hold, in words.
    fn base(&self) -> String {
        match self.levels.first() {
            Some(commonest) => format!("`{}` \"{commonest}\"", self.column),
            None if self.flag => format!("`{}` false", self.column),
            None => format!("`{}` {}", self.column, short(self.centre)),
        }
    }

    /// A value that was written into a script.
    fn of_value(&self, value: &Json) -> Result<Values> {
        match value {
            Json::String(text) => Ok(Values::Texts(vec![text.clone()])),
            Json::Bool(flag) => Ok(Values::Numbers(vec![f64::from(u8::from(*flag))])),
            Json::Number(number) => Ok(Values::Numbers(vec![number.as_f64().unwrap_or(f64::NAN)])),
            other => Err(Failure::new(format!("`{}` is {other} in `covariates`", self.column))
                .help("give a number, true or false, or text")),
        }
    }
}

/// The customer whom the model's own parameters describe, in words: `channel` "web" and `age` 41.3.
pub(super) fn base(known: &[Covariate]) -> String {
    let each: Vec<String> = known.iter().map(Covariate::base).collect();
    each.join(", ")
}

/// Somebody's values as the numbers of the fit; what is not given is that of the base. And who it is, in words.
pub(super) fn of_somebody(known: &[Covariate], given: &BTreeMap<String, Json>) -> Result<(Vec<f64>, String)> {
    if let Some(strange) = given.keys().find(|name| !known.iter().any(|covariate| covariate.column == **name)) {
        let failure = Failure::new(format!("the model has no covariate `{strange}`"));
        return Err(if known.is_empty() {
            failure.help("it was fitted without: name columns as `covariates` of the fit")
        } else {
            failure.near(strange, known.iter().map(|covariate| covariate.column.as_str()))
        });
    }
    let (mut row, mut words) = (Vec::new(), Vec::new());
    for covariate in known {
        match given.get(&covariate.column) {
            Some(value) => {
                row.extend(covariate.encode(&covariate.of_value(value)?)?.into_iter().map(|(_, values)| values[0]));
                words.push(format!("`{}` {value}", covariate.column));
            }
            None => {
                row.extend(covariate.terms().iter().map(|_| 0.0));
                words.push(covariate.base());
            }
        }
    }
    Ok((row, words.join(", ")))
}

/// What a reader must know of the covariates.
pub(super) fn notes(known: &[Covariate], changing: &[usize]) -> Vec<String> {
    let mut notes = Vec::new();
    for (covariate, changing) in known.iter().zip(changing) {
        let name = &covariate.column;
        if *changing > 0 {
            notes.push(format!(
                "`{name}` is not the same in all rows of {} customers: the value beside the first purchase counts",
                thousands(*changing)
            ));
        }
        if let Some(commonest) = covariate.levels.first() {
            notes.push(format!("`{name}` is text: its values are compared with `{commonest}`, the commonest"));
        }
    }
    if !known.is_empty() {
        notes.push(format!(
            "the parameters are those of a customer with {}; `effects` tells by which factors others differ",
            base(known)
        ));
    }
    notes
}

/// A number in few digits.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
