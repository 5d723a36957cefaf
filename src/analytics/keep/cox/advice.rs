//! What to do where an effect does not stay the same over time.

use super::super::regression::Design;
use crate::stats::survival::cox::Proportionality;

/// Values of a covariate up to which strata by it are a good way out.
const FEW_VALUES: usize = 5;

/// A sentence for each effect that changes with time, and what can be done.
pub(super) fn advice(design: &Design, test: &Proportionality, halves: &[(Option<f64>, Option<f64>)]) -> Vec<String> {
    let mut notes = Vec::new();
    for (place, name) in design.names.iter().enumerate() {
        let p_value = test.tests[place].p_value;
        if p_value.is_nan() || p_value >= 0.05 {
            continue;
        }
        let course = match halves[place] {
            (Some(early), Some(late)) => format!(
                ": the log hazard ratio is about {} among the earlier half of the events and {} among the later",
                short(early),
                short(late)
            ),
            _ => String::new(),
        };
        let column = column_of(design, name);
        let way = if has_few_values(&design.columns[place]) {
            format!("give each value a course of its own with `strata: [\"{column}\"]` and without it in `covariates`")
        } else {
            format!("put `{column}` into groups and give them as `strata`")
        };
        notes.push(format!(
            "the effect of `{name}` changes with time (p {}){course}; its hazard ratio is a mean over time. {way}, or fit \
             the early and the late time by themselves, or let it act together with another covariate that it stands for",
            short(p_value)
        ));
    }
    if !notes.is_empty() && test.global.p_value >= 0.05 {
        notes.push(format!(
            "taken together the effects do not change with time (p {}): among {} tests one below .05 may be chance",
            short(test.global.p_value),
            design.names.len()
        ));
    }
    if test.tests.iter().any(|test| test.p_value.is_nan()) {
        notes.push("all events come at one time, so that proportionality cannot be tested".to_owned());
    }
    notes
}

/// The column of an effect.
fn column_of<'a>(design: &'a Design, name: &'a str) -> &'a str {
    let owner = design.covariates.iter().find(|covariate| covariate.terms().iter().any(|term| term == name));
    owner.map_or(name, |covariate| covariate.column.as_str())
}

fn has_few_values(column: &[f64]) -> bool {
    let mut known: Vec<f64> = Vec::new();
    for value in column {
        if !known.contains(value) {
            known.push(*value);
        }
        if known.len() > FEW_VALUES {
            return false;
        }
    }
    true
}

/// Three digits.
fn short(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 {
        return format!("{value:.0e}");
    }
    format!("{value:.3}")
}
