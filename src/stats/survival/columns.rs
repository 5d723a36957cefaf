//! What a regression on survival times asks of its rows and columns before it begins.

use std::fmt;

use crate::watch::Watch;

/// The rows of a regression on survival times: one duration and one event mark each, and the covariates in columns.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Names of the covariates, for messages.
    pub names: &'a [String],
    /// The covariates, column by column, each as long as `durations`.
    pub columns: &'a [Vec<f64>],
    /// How long each row was followed, in any unit.
    pub durations: &'a [f64],
    /// Whether the event was seen at the end of the duration; false where the row is censored.
    pub events: &'a [bool],
}

/// A covariate that the covariates before it determine.
#[derive(Debug, Clone, PartialEq)]
pub struct Collinear {
    /// The covariate that adds nothing.
    pub column: String,
    /// The covariates that make it up, with their multiples.
    pub parts: Vec<(String, f64)>,
    /// What is added to them; none where it differs from stratum to stratum.
    pub constant: Option<f64>,
}

/// Why a regression on survival times was not fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum RegressionError {
    /// There is not one row.
    NoRows,
    /// There is no covariate.
    NoCovariates,
    /// No row has the event.
    NoEvents {
        /// The number of rows.
        rows: usize,
    },
    /// A value is missing or infinite.
    NotFinite {
        /// The column, or what it stands for.
        column: String,
        /// Its row, from 0.
        row: usize,
    },
    /// A duration cannot be used.
    Duration {
        /// The duration.
        value: f64,
        /// Its row, from 0.
        row: usize,
        /// Whether 0 would have been allowed.
        zero_allowed: bool,
    },
    /// A weight is negative.
    Weight {
        /// The weight.
        value: f64,
        /// Its row, from 0.
        row: usize,
    },
    /// A covariate has one value only.
    Constant {
        /// The covariate.
        column: String,
        /// Its only value.
        value: f64,
    },
    /// The squares of a covariate's differences are beyond what numbers can hold.
    OutOfRange {
        /// The covariate.
        column: String,
    },
    /// A covariate does not differ among rows that are compared with each other.
    ConstantAmongCompared {
        /// The covariate.
        column: String,
        /// Whether the rows are compared in strata.
        strata: bool,
    },
    /// A covariate is made up of others.
    Collinear(Collinear),
    /// One covariate alone foretells who has the event: its coefficient would be without bound.
    Separated {
        /// The covariate.
        column: String,
        /// Whether events have its highest values; false where they have the lowest.
        highest: bool,
        /// The value of those with events and the other one, where the covariate has two values only.
        values: Option<(f64, f64)>,
    },
    /// The likelihood rises for ever along a combination of covariates.
    Unbounded {
        /// The covariates that take part.
        columns: Vec<String>,
    },
    /// Durations that the covariates explain without any remainder.
    NoSpread,
    /// The search ended without a maximum.
    NotConverged {
        /// Steps taken.
        steps: usize,
        /// The largest component of the gradient at the end, on standardised covariates.
        gradient: f64,
    },
    /// Somebody asked to stop.
    Stopped,
}

impl fmt::Display for RegressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRows => write!(f, "there are no rows to fit"),
            Self::NoCovariates => {
                write!(f, "there are no covariates: name at least one column that may explain the durations")
            }
            Self::NoEvents { rows: 1 } => write!(
                f,
                "the only row does not have the event, so no effect can be estimated; look at the filters before"
            ),
            Self::NoEvents { rows } => write!(
                f,
                "none of the {rows} rows has the event, so all are censored and no effect can be estimated; \
                 look at the column of the event, or wait for events"
            ),
            Self::NotFinite { column, row } => {
                write!(f, "`{column}` is missing or infinite in row {}; fill it or leave the row out", row + 1)
            }
            Self::Duration { value, row, zero_allowed: true } => {
                write!(f, "the duration in row {} is {value}; durations are 0 or more", row + 1)
            }
            Self::Duration { value, row, zero_allowed: false } => write!(
                f,
                "the duration in row {} is {value}; this model needs durations above 0: leave such rows out, or count \
                 the first day as 1 or as a half",
                row + 1
            ),
            Self::Weight { value, row } => {
                write!(f, "the weight in row {} is {value}; weights are above 0", row + 1)
            }
            Self::Constant { column, value } => {
                write!(f, "`{column}` is {value} in every row: it cannot explain a difference; leave it out")
            }
            Self::OutOfRange { column } => write!(
                f,
                "the values of `{column}` are so large, or so close to each other, that their squares cannot be computed \
                 with; bring them to everyday size first, by a factor"
            ),
            Self::ConstantAmongCompared { column, strata: true } => write!(
                f,
                "`{column}` does not differ among the rows of a stratum that are at risk when an event happens, so its \
                 effect cannot be estimated; leave it out of the covariates, or do not stratify by it"
            ),
            Self::ConstantAmongCompared { column, strata: false } => write!(
                f,
                "`{column}` does not differ among the rows that are at risk when an event happens, so its effect cannot \
                 be estimated; leave it out"
            ),
            Self::Collinear(it) => {
                let mut sum = String::new();
                for (place, (name, multiple)) in it.parts.iter().enumerate() {
                    let sign = match (place, *multiple < 0.0) {
                        (0, false) => "",
                        (0, true) => "−",
                        (_, false) => " + ",
                        (_, true) => " − ",
                    };
                    sum += &format!("{sign}{} × `{name}`", short(multiple.abs()));
                }
                match it.constant {
                    Some(constant) if constant.abs() > 1e-9 => {
                        sum += &format!(" {} {}", if constant < 0.0 { "−" } else { "+" }, short(constant.abs()));
                    }
                    _ => {}
                }
                write!(
                    f,
                    "`{}` is made up of other covariates ({sum}), so their effects cannot be told apart; leave one of them out",
                    it.column
                )
            }
            Self::Separated { column, values: Some((having, other)), .. } => write!(
                f,
                "as long as a row with `{column}` = {having} is at risk, every event happens to such a row and none to a \
                 row with {other}, so the effect of `{column}` is without bound and has no estimate; leave it out, or \
                 join the group with another"
            ),
            Self::Separated { column, highest, values: None } => write!(
                f,
                "at every event the row that has it holds the {} value of `{column}` among those at risk, so the effect \
                 of `{column}` is without bound and has no estimate; was it recorded after the event, or is it the \
                 duration under another name? Leave it out, or put its values into groups",
                if *highest { "highest" } else { "lowest" },
            ),
            Self::Unbounded { columns } => write!(
                f,
                "taken together, {} foretell the events without an error, so their effects are without bound and have no \
                 estimate; leave one out, or join small groups that have no event",
                columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::NoSpread => write!(
                f,
                "the covariates explain the durations without any remainder, so their spread cannot be estimated; there \
                 are too few different durations for so many covariates"
            ),
            Self::NotConverged { steps, gradient } => write!(
                f,
                "the search for the highest likelihood did not end within {steps} steps (gradient {gradient:.1e}); look \
                 for covariates with a few values far from all others, take their logarithm or put them into groups"
            ),
            Self::Stopped => write!(f, "stopped"),
        }
    }
}

impl std::error::Error for RegressionError {}

/// Six digits, without zeros at the end.
fn short(value: f64) -> String {
    let rounded = if value == 0.0 {
        0.0
    } else {
        let scale = 10f64.powf(5.0 - value.abs().log10().floor());
        if scale.is_finite() && scale > 0.0 { (value * scale).round() / scale } else { value }
    };
    format!("{rounded}")
}

/// Mean and standard deviation (divisor n − 1) by which each covariate is standardised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

/// Looks at durations, events and values, and measures the scale of each covariate.
pub(super) fn scales(rows: &Rows<'_>, zero_allowed: bool, watch: &dyn Watch) -> Result<Vec<Scale>, RegressionError> {
    let n = rows.durations.len();
    if n == 0 {
        return Err(RegressionError::NoRows);
    }
    if rows.columns.is_empty() {
        return Err(RegressionError::NoCovariates);
    }
    for (row, &value) in rows.durations.iter().enumerate() {
        if !value.is_finite() {
            return Err(RegressionError::NotFinite { column: "duration".into(), row });
        }
        if value < 0.0 || (value == 0.0 && !zero_allowed) {
            return Err(RegressionError::Duration { value, row, zero_allowed });
        }
    }
    if !rows.events.contains(&true) {
        return Err(RegressionError::NoEvents { rows: n });
    }
    let mut scales = Vec::with_capacity(rows.columns.len());
    for (name, column) in rows.names.iter().zip(rows.columns) {
        if watch.stopped() {
            return Err(RegressionError::Stopped);
        }
        if let Some(row) = column.iter().position(|value| !value.is_finite()) {
            return Err(RegressionError::NotFinite { column: name.clone(), row });
        }
        let first = column[0];
        if column.iter().all(|&value| value == first) {
            return Err(RegressionError::Constant { column: name.clone(), value: first });
        }
        // Measured from the first value, so that large numbers close together keep their digits.
        let mean = first + column.iter().map(|value| value - first).sum::<f64>() / n as f64;
        let squares: f64 = column.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / (n as f64 - 1.0)).sqrt();
        if !mean.is_finite() || !deviation.is_finite() || deviation == 0.0 {
            return Err(RegressionError::OutOfRange { column: name.clone() });
        }
        scales.push(Scale { mean, deviation });
    }
    Ok(scales)
}

/// How much of its own variation a covariate must keep when those before it are taken out: below this share it is
/// counted as determined by them.
const OWN_SHARE: f64 = 1e-10;

/// Looks for a covariate that those before it determine, in their sums of products (`gram`, symmetric, row by row) about
/// the means of the rows that are compared. `totals` are the sums of squares that the covariates would have about one
/// mean. `strata` says whether there are several means.
pub(super) fn independent(
    names: &[String],
    scales: &[Scale],
    gram: &[f64],
    totals: &[f64],
    strata: bool,
) -> Result<(), RegressionError> {
    let p = names.len();
    let mut lower = vec![0.0; p * p]; // Cholesky's factor, row by row
    for j in 0..p {
        if gram[j * p + j] <= OWN_SHARE * totals[j] {
            return Err(RegressionError::ConstantAmongCompared { column: names[j].clone(), strata });
        }
        for k in 0..j {
            let inner: f64 = (0..k).map(|l| lower[j * p + l] * lower[k * p + l]).sum();
            lower[j * p + k] = (gram[j * p + k] - inner) / lower[k * p + k];
        }
        let explained: f64 = (0..j).map(|l| lower[j * p + l].powi(2)).sum();
        let left = gram[j * p + j] - explained;
        if left > OWN_SHARE * gram[j * p + j] {
            lower[j * p + j] = left.sqrt();
            continue;
        }
        // The multiples solve Lᵀ b = l, with the row of covariate j as l.
        let mut multiples = vec![0.0; j];
        for k in (0..j).rev() {
            let inner: f64 = (k + 1..j).map(|l| lower[l * p + k] * multiples[l]).sum();
            multiples[k] = (lower[j * p + k] - inner) / lower[k * p + k];
        }
        let mut constant = scales[j].mean;
        let mut parts = Vec::new();
        for k in 0..j {
            if multiples[k].abs() > 1e-6 {
                let multiple = multiples[k] * scales[j].deviation / scales[k].deviation;
                constant -= multiple * scales[k].mean;
                parts.push((names[k].clone(), multiple));
            }
        }
        let settled =
            if constant.abs() < 1e-8 * scales[j].mean.abs().max(scales[j].deviation) { 0.0 } else { constant };
        return Err(RegressionError::Collinear(Collinear {
            column: names[j].clone(),
            parts,
            constant: (!strata).then_some(settled),
        }));
    }
    Ok(())
}
