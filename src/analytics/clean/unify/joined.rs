//! The joining: which values join which records, and which are too common to say anything.

use std::collections::{HashMap, HashSet};

use regulars_plugin::{Context, Result};

use super::records::Records;
use crate::stats::Components;

/// A value that joined two records that did not belong together before.
pub(super) struct Merge {
    pub(super) key: usize,
    pub(super) value: String,
    pub(super) one: usize,
    pub(super) other: usize,
}

/// A value that joins nobody.
pub(super) struct Ignored {
    pub(super) key: usize,
    pub(super) value: String,
    pub(super) records: usize,
    pub(super) told: bool,
}

/// What came of it.
pub(super) struct Joined {
    /// For each record the number of its customer, in the order of their first records.
    pub(super) customers: Vec<usize>,
    pub(super) count: usize,
    pub(super) merges: Vec<Merge>,
    pub(super) ignored: Vec<Ignored>,
    /// For each record the keys whose values it shares with another record, as bits; keys past the 64th share the last.
    pub(super) evidence: Vec<u64>,
}

/// Joins the records that share a value. A value of a key that more than `most` records share is not used, nor are those in
/// `not`; the ids of the sources always are.
pub(super) fn join(
    records: &Records,
    most: usize,
    not: &HashSet<(String, String)>,
    context: &Context<'_>,
) -> Result<Joined> {
    let mut components = Components::new(records.records.len());
    let (mut merges, mut ignored) = (Vec::new(), Vec::new());
    let mut evidence = vec![0_u64; records.records.len()];
    // After the ids: a table of orders has many rows of one customer, who is one when it comes to who shares a value.
    let mut by_id: Vec<usize> = Vec::new();
    for (key, values) in records.values.iter().enumerate() {
        context.check()?;
        let is_id = key < records.sources.len();
        if key == records.sources.len() {
            by_id = components.numbered();
        }
        let mut holders: HashMap<&str, Vec<u32>> = HashMap::new();
        // In the order in which a value is first met, so that the log is the same each time.
        let mut order: Vec<&str> = Vec::new();
        for (record, value) in values {
            let group = holders.entry(value).or_insert_with(|| {
                order.push(value);
                Vec::new()
            });
            if group.last() != Some(record) {
                group.push(*record);
            }
        }
        for value in order {
            let group = &holders[value];
            if group.len() < 2 {
                continue;
            }
            let told = not.contains(&(records.keys[key].clone(), value.to_owned()));
            if told || (!is_id && group.len() > most) {
                let sharers: HashSet<usize> =
                    group.iter().filter_map(|record| by_id.get(*record as usize)).copied().collect();
                if told || sharers.len() > most {
                    let records = if is_id { group.len() } else { sharers.len() };
                    ignored.push(Ignored { key, value: value.to_owned(), records, told });
                    continue;
                }
            }
            let first = group[0] as usize;
            for record in group {
                evidence[*record as usize] |= 1 << key.min(63);
                let other = *record as usize;
                if other != first && components.join(first, other) {
                    merges.push(Merge { key, value: value.to_owned(), one: first, other });
                }
            }
        }
    }
    let customers = components.numbered();
    let count = customers.iter().max().map_or(0, |last| last + 1);
    Ok(Joined { customers, count, merges, ignored, evidence })
}
