//! What is looked at before anything is fitted, and what is advised where it fails.

use regulars_plugin::{ColumnKind, Failure, Result};

use super::columns::Encoded;
use super::{ChurnModel, Kind};
use crate::stats::Watch;
use crate::stats::learn::{LearnError, auc};
use crate::table::{Cell, Data, Frame, thousands};

/// The answers that are learnt.
pub(super) struct Target {
    /// Rows of the frame that have one.
    pub(super) rows: Vec<usize>,
    pub(super) labels: Vec<bool>,
    pub(super) notes: Vec<String>,
}

/// A single column that orders the target as well as this deserves a second look.
const SUSPICIOUS: f64 = 0.97;
/// Rows on which single columns are looked at, at the most.
const LOOKED_AT: usize = 100_000;
/// Rows of the rarer class for each column, below which coefficients are unsure.
const ROWS_PER_COLUMN: usize = 10;

impl Target {
    pub(super) fn read(frame: &Frame, data: &Data, model: &ChurnModel) -> Result<Target> {
        let name = model.target.as_str();
        let kind = frame.kinds().into_iter().find(|(column, _)| column == name).map(|(_, kind)| kind);
        let flags: Vec<Option<bool>> = match (kind, &model.positive) {
            (Some(ColumnKind::Text), Some(positive)) => of_text(data, name, positive)?,
            (Some(ColumnKind::Text), None) => {
                let example = some_texts(data, name)?;
                return Err(Failure::new(format!(
                    "the target `{name}` holds text, and which text means leaving is not said"
                ))
                .help(format!("it holds {example}: write `positive: \"…\"` with one of them")));
            }
            (_, Some(_)) => {
                return Err(Failure::new(format!("`positive` is given, but the target `{name}` does not hold text"))
                    .help("leave `positive` out"));
            }
            _ => of_numbers(data, name)?,
        };
        let rows: Vec<usize> = (0..flags.len()).filter(|&row| flags[row].is_some()).collect();
        let labels: Vec<bool> = flags.iter().flatten().copied().collect();
        if labels.is_empty() {
            return Err(Failure::new(format!("the target `{name}` is empty in every row"))
                .help("features made with `label: false` are for `model.predict(…)`; learn from some with a label"));
        }
        let mut notes = Vec::new();
        if labels.len() < flags.len() {
            let gone = flags.len() - labels.len();
            notes.push(format!("{} of {} rows were left out: no `{name}`", thousands(gone), thousands(flags.len())));
        }
        Ok(Target { rows, labels, notes })
    }
}

fn of_text(data: &Data, name: &str, positive: &str) -> Result<Vec<Option<bool>>> {
    let flags: Vec<Option<bool>> = data
        .cells(name)?
        .into_iter()
        .map(|cell| if let Cell::Text(text) = cell { Some(text == positive) } else { None })
        .collect();
    if flags.iter().flatten().any(|flag| *flag) {
        return Ok(flags);
    }
    Err(Failure::new(format!("no row of the target `{name}` is \"{positive}\""))
        .help(format!("it holds {}", some_texts(data, name)?)))
}

/// The first few different texts of a column, quoted.
fn some_texts(data: &Data, name: &str) -> Result<String> {
    let mut found: Vec<String> = Vec::new();
    for cell in data.cells(name)? {
        if let Cell::Text(text) = cell {
            let text = format!("\"{text}\"");
            if !found.contains(&text) {
                found.push(text);
            }
            if found.len() == 4 {
                break;
            }
        }
    }
    Ok(found.join(", "))
}

fn of_numbers(data: &Data, name: &str) -> Result<Vec<Option<bool>>> {
    let values = data.numbers(name)?;
    match values.iter().flatten().find(|value| **value != 0.0 && **value != 1.0) {
        None => Ok(values.into_iter().map(|value| value.map(|value| value == 1.0)).collect()),
        Some(other) => Err(Failure::new(format!("the target `{name}` holds {other}, but flags or 0 and 1 are wanted"))
            .help(format!("make it a flag first, such as `.with_columns((col(\"{name}\") > 0).alias(\"{name}\"))`"))),
    }
}

impl ChurnModel {
    /// The columns that something can be learnt from; those that tell the target alone are refused.
    pub(super) fn kept(
        &self,
        encoded: &Encoded,
        labels: &[bool],
        notes: &mut Vec<String>,
        watch: &dyn Watch,
    ) -> Result<Vec<usize>> {
        let features = &encoded.features;
        let named = |columns: &[usize]| {
            let names: Vec<String> = columns.iter().map(|&column| format!("`{}`", features.names[column])).collect();
            names.join(", ")
        };
        let positive = labels.iter().filter(|label| **label).count();
        if positive == 0 || positive == labels.len() {
            return Err(blame(LearnError::OneClass { positive: positive > 0 }, self, labels));
        }
        if let Some(&column) = features.separating(labels).first() {
            let columns = vec![features.names[column].clone()];
            return Err(blame(LearnError::Separated { columns, every_row: true }, self, labels));
        }
        let constant = features.constant();
        if !constant.is_empty() {
            notes.push(format!("left out, because they hold one value only: {}", named(&constant)));
        }
        let mut kept: Vec<usize> = (0..features.columns.len()).filter(|column| !constant.contains(column)).collect();
        if kept.is_empty() {
            return Err(Failure::new("every column holds one value only, so there is nothing to learn from")
                .help(format!("these are {}", named(&constant))));
        }
        if self.kind == Kind::Logistic && self.penalty == 0.0 {
            let one_sided: Vec<usize> = kept
                .iter()
                .copied()
                .filter(|&column| encoded.mark[column] && is_one_sided(&features.columns[column], labels))
                .collect();
            if !one_sided.is_empty() {
                notes.push(format!(
                    "left out, because the target is the same wherever they are set: {}",
                    named(&one_sided)
                ));
                kept.retain(|column| !one_sided.contains(column));
            }
        }
        if self.kind == Kind::Logistic {
            let found = features.select(&kept).collinear(watch).map_err(|error| blame(error, self, labels))?;
            let follows: Vec<String> = found
                .iter()
                .map(|(column, of)| {
                    let of: Vec<usize> = of.iter().map(|&column| kept[column]).collect();
                    format!("{} (from {})", named(&[kept[*column]]), named(&of))
                })
                .collect();
            if !follows.is_empty() {
                notes.push(format!("left out, because they follow exactly from others: {}", follows.join("; ")));
            }
            let gone: Vec<usize> = found.iter().map(|(column, _)| kept[*column]).collect();
            kept.retain(|column| !gone.contains(column));
        }
        for &column in &kept {
            if let Some(area) = alone(&features.columns[column], labels).filter(|area| *area >= SUSPICIOUS) {
                notes.push(format!(
                    "{} alone orders the target almost without an error (AUC {area:.3}): did it look past the cut date?",
                    named(&[column])
                ));
            }
            if watch.stopped() {
                return Err(Failure::interrupted());
            }
        }
        let rarer = positive.min(labels.len() - positive);
        if self.kind == Kind::Logistic && self.penalty == 0.0 && rarer < ROWS_PER_COLUMN * kept.len() {
            notes.push(format!(
                "{} rows of the rarer class for {} columns are fewer than ten each, so the coefficients are unsure: take \
                 fewer `columns`, or a `penalty`",
                thousands(rarer),
                kept.len()
            ));
        }
        Ok(kept)
    }
}

/// Whether all rows that a mark is set in have the same answer: a coefficient for it would be infinite.
fn is_one_sided(marks: &[f64], labels: &[bool]) -> bool {
    let mut set = marks.iter().zip(labels).filter(|(mark, _)| **mark > 0.0).map(|(_, label)| *label);
    let first = set.next();
    first.is_some_and(|first| set.all(|label| label == first))
}

/// How well one column orders the target, in whichever direction; missing values left out.
fn alone(values: &[f64], labels: &[bool]) -> Option<f64> {
    let step = labels.len().div_ceil(LOOKED_AT).max(1);
    let (scores, labels): (Vec<f64>, Vec<bool>) = values
        .iter()
        .zip(labels)
        .step_by(step)
        .filter(|(value, _)| !value.is_nan())
        .map(|(value, label)| (*value, *label))
        .unzip();
    auc(&scores, &labels, 0.95).map(|it| it.area.max(1.0 - it.area))
}

/// The failure for what the mathematics found, with advice.
pub(super) fn blame(error: LearnError, model: &ChurnModel, labels: &[bool]) -> Failure {
    let failure = Failure::new(error.to_string());
    match &error {
        LearnError::Stopped => Failure::interrupted(),
        LearnError::OneClass { positive: true } => {
            failure.help("is the horizon so short, or the cut so late, that nobody could have come back?")
        }
        LearnError::OneClass { positive: false } => {
            failure.help("is the horizon so long that everybody came back? look at how the target was made")
        }
        LearnError::Separated { columns, every_row: true } => failure
            .help("did it look past the cut date? what is written when a customer leaves knows the answer beforehand")
            .help(match columns.as_slice() {
                [one] => format!("leave it out: `.drop([\"{}\"])`", one.split(": ").next().unwrap_or(one)),
                _ => "leave one of them out, or hold the coefficients back: `penalty: 0.01`".to_owned(),
            }),
        LearnError::Separated { every_row: false, .. } => failure
            .help("leave it out, or join rare values to larger ones; does it know something from after the cut date?")
            .help("or hold the coefficients back: `penalty: 0.01`"),
        LearnError::FewerThanFolds { rows, .. } if *rows >= 2 => {
            failure.help(format!("take fewer folds: `folds: {rows}`")).help("or more customers, or a longer horizon")
        }
        LearnError::FewerThanFolds { .. } => {
            failure.help("one customer of a kind is not enough to learn from: take more customers, or another horizon")
        }
        LearnError::Unsettled { .. } if model.kind == Kind::Logistic && model.penalty == 0.0 => failure
            .help(format!("{} rows may be too few for so many columns", thousands(labels.len())))
            .help("take fewer `columns`, or hold the coefficients back: `penalty: 0.01`"),
        LearnError::Missing { .. }
        | LearnError::Nothing
        | LearnError::Constant { .. }
        | LearnError::Collinear { .. }
        | LearnError::Unsettled { .. } => failure,
    }
}
