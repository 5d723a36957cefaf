//! What customers are called: after their smallest record, or as they were called before.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::joined::Joined;
use super::records::Records;

/// What became of a customer of an earlier answer.
pub(super) struct Change {
    pub(super) customer: String,
    pub(super) kind: &'static str,
    pub(super) before: String,
    pub(super) records: usize,
}

/// The names of the customers, in their order, and what changed.
pub(super) struct Names {
    pub(super) names: Vec<String>,
    pub(super) changes: Vec<Change>,
    /// Records of the earlier answer that are not there any more.
    pub(super) gone: usize,
}

/// The records of an earlier answer: source, id, and what its customer was called.
pub(super) type Earlier = HashMap<(String, String), String>;

/// Names each customer. Of the earlier names of its records a customer takes the one that most of them have; one that
/// several customers would take goes to the one with most of its records. Where that is not clear, smaller names win.
pub(super) fn name(records: &Records, joined: &Joined, earlier: &Earlier) -> Names {
    // How many records of each customer were called what.
    let mut called: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); joined.count];
    let mut met: HashSet<(&str, &str)> = HashSet::new();
    for (record, customer) in records.records.iter().zip(&joined.customers) {
        let Some(id) = &record.id else { continue };
        let source = &records.sources[record.source as usize];
        if let Some(before) = earlier.get(&(source.clone(), id.clone()))
            && met.insert((source, id))
        {
            *called[*customer].entry(before).or_default() += 1;
        }
    }
    let mut claims: Vec<(usize, &str, usize)> = called
        .iter()
        .enumerate()
        .flat_map(|(customer, names)| names.iter().map(move |(name, count)| (*count, *name, customer)))
        .collect();
    claims.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)).then(left.2.cmp(&right.2)));
    let mut names: Vec<Option<String>> = vec![None; joined.count];
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (_, name, customer) in &claims {
        if names[*customer].is_none() && !taken.contains(*name) {
            names[*customer] = Some((*name).to_owned());
            taken.insert((*name).to_owned());
        }
    }
    // Everybody else is called after the smallest record whose name is still free.
    let mut members: Vec<Vec<(u32, u64, String)>> = vec![Vec::new(); joined.count];
    for (record, customer) in joined.customers.iter().enumerate() {
        if names[*customer].is_none() {
            let one = &records.records[record];
            // 7 comes before 10, and numbers before names.
            let number = one.id.as_ref().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX);
            members[*customer].push((one.source, number, records.name(record)));
        }
    }
    // A name that went to another customer is not given again.
    let kept: BTreeSet<String> = earlier.values().cloned().chain(taken).collect();
    for (customer, members) in members.iter_mut().enumerate() {
        if names[customer].is_none() {
            members.sort();
            let free = members.iter().map(|(.., name)| name).find(|name| !kept.contains(*name)).cloned();
            let smallest = || members.first().map(|(.., name)| format!("{name}+")).unwrap_or_default();
            names[customer] = Some(free.unwrap_or_else(smallest));
        }
    }
    let names: Vec<String> = names.into_iter().map(Option::unwrap_or_default).collect();
    let changes = changes(&called, &names);
    Names { changes, gone: earlier.len() - met.len(), names }
}

/// Names that were joined into one customer, and names whose records now lie with several.
fn changes(called: &[BTreeMap<&str, usize>], names: &[String]) -> Vec<Change> {
    let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
    for before in called.iter().flat_map(BTreeMap::keys) {
        *holders.entry(before).or_default() += 1;
    }
    let mut changes = Vec::new();
    for (now, called) in names.iter().zip(called) {
        for (before, records) in called.iter().filter(|(before, _)| *before != now) {
            let kind = if holders[before] > 1 { "split" } else { "merged" };
            let (customer, before) = (now.clone(), (*before).to_owned());
            changes.push(Change { customer, kind, before, records: *records });
        }
    }
    changes.sort_by(|left, right| (&left.before, &left.customer).cmp(&(&right.before, &right.customer)));
    changes
}
