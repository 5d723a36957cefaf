//! What is told of the work: how columns were compared, how the weights came about, and what came of it.

use super::blocking::count;
use super::columns::{Ready, told};
use super::tables::MatchFigures;
use crate::stats::linkage::{Joined, Weights};
use crate::table::thousands;

/// A number with its word.
fn counted(many: usize, one: &str, several: &str) -> String {
    format!("{} {}", thousands(many), if many == 1 { one } else { several })
}

/// How the columns are compared, in a sentence.
pub(super) fn kinds(ready: &Ready) -> String {
    let each = ready.compared.iter().zip(&ready.records.columns);
    let words: Vec<String> = each.map(|(one, column)| format!("`{}` as {}", one.name, told(column.kind))).collect();
    format!("compared: {}", words.join(", "))
}

/// How the weights came about.
pub(super) fn weighed(weights: &Weights, looked_at: usize) -> Vec<String> {
    let mut notes = vec![format!(
        "how often values agree by chance: counted on {} pairs of rows, the expected matches taken off",
        thousands(looked_at)
    )];
    notes.push(match weights.matches {
        few if few < 0.5 => format!("weights after {} iterations: no pair is expected to match", weights.iterations),
        matches => format!(
            "weights after {} iterations: one pair in {} matches, {matches:.0} in all",
            weights.iterations,
            count(1.0 / weights.lambda)
        ),
    });
    if weights.change > 1e-6 && weights.matches >= 0.5 {
        notes.push(format!(
            "the weights still moved by {:.1e} in the last iteration: take them with care",
            weights.change
        ));
    }
    notes
}

/// What came of it.
pub(super) fn outcome(figures: &MatchFigures, joined: &Joined) -> Vec<String> {
    let mut notes = Vec::new();
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    match figures.expected_precision {
        None => notes.push("no pair is probable enough to be a link: every row is a customer of its own".to_owned()),
        Some(right) => notes.push(format!(
            "{} from probability {:.3} on, of which {} are expected to be right; {} rows become {} customers",
            counted(figures.links as usize, "link", "links"),
            figures.threshold,
            percent(right),
            thousands(figures.rows as usize),
            thousands(figures.clusters as usize)
        )),
    }
    let refused = joined.conflicts.iter().filter(|conflict| conflict.refused.is_some()).count();
    let weak = joined.conflicts.len() - refused;
    if refused > 0 {
        notes.push(format!(
            "{} did not join, because the other pairs of both clusters speak against it (`.conflicts`)",
            counted(refused, "link", "links")
        ));
    }
    if weak > 0 {
        notes.push(format!(
            "in one cluster although they look like two customers: {} (`.conflicts`)",
            counted(weak, "pair", "pairs")
        ));
    }
    if let (Some(precision), Some(recall), Some(f1)) = (figures.precision, figures.recall, figures.f1) {
        notes.push(format!(
            "beside the labels, by pairs in one cluster: precision {}, recall {}, F1 {f1:.3}",
            percent(precision),
            percent(recall)
        ));
    }
    notes
}
