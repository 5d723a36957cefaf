//! The tables of the answer.

use std::collections::HashMap;

use regulars_plugin::Result;

use super::Conflict;
use super::joined::Joined;
use super::names::Names;
use super::records::Records;
use crate::table::{Frame, FrameBuilder};

/// Examples that are kept of the values of a conflict.
const SHOWN: usize = 5;

pub(super) fn table(records: &Records, joined: &Joined, names: &Names, sizes: &[i64]) -> Result<Frame> {
    let all = || records.records.iter();
    let keys = |bits: u64| {
        let set = records.keys.iter().enumerate().filter(|(place, _)| bits >> place.min(&63) & 1 == 1);
        let said: Vec<&str> = set.map(|(_, key)| key.as_str()).collect();
        (!said.is_empty()).then(|| said.join(", "))
    };
    // There are few different sets of keys.
    let mut said: HashMap<u64, Option<String>> = HashMap::new();
    for bits in &joined.evidence {
        said.entry(*bits).or_insert_with(|| keys(*bits));
    }
    FrameBuilder::empty()
        .texts("source", all().map(|record| &records.sources[record.source as usize]))
        .optional_texts("id", all().map(|record| record.id.as_deref()))
        .integers("row", all().map(|record| record.row as i64))
        .texts("customer", joined.customers.iter().map(|customer| &names.names[*customer]))
        .integers("records", joined.customers.iter().map(|customer| sizes[*customer]))
        .optional_texts("evidence", joined.evidence.iter().map(|bits| said[bits].as_deref()))
        .build()
}

pub(super) fn log(records: &Records, joined: &Joined, names: &Names) -> Result<Frame> {
    let all = || joined.merges.iter();
    let source = |record: usize| &records.sources[records.records[record].source as usize];
    FrameBuilder::empty()
        .texts("customer", all().map(|merge| &names.names[joined.customers[merge.one]]))
        .texts("key", all().map(|merge| &records.keys[merge.key]))
        .texts("value", all().map(|merge| &merge.value))
        .texts("source", all().map(|merge| source(merge.one)))
        .integers("row", all().map(|merge| records.records[merge.one].row as i64))
        .texts("source_2", all().map(|merge| source(merge.other)))
        .integers("row_2", all().map(|merge| records.records[merge.other].row as i64))
        .build()
}

pub(super) fn conflicting(conflicts: &[Conflict], records: &Records, names: &Names, sizes: &[i64]) -> Result<Frame> {
    let shown = |values: &[String]| values[..values.len().min(SHOWN)].join(" | ");
    FrameBuilder::empty()
        .texts("customer", conflicts.iter().map(|(customer, ..)| &names.names[*customer]))
        .texts("key", conflicts.iter().map(|(_, key, _)| &records.keys[*key]))
        .integers("values", conflicts.iter().map(|(.., values)| values.len() as i64))
        .texts("examples", conflicts.iter().map(|(.., values)| shown(values)))
        .integers("records", conflicts.iter().map(|(customer, ..)| sizes[*customer]))
        .build()
}

pub(super) fn not_used(records: &Records, joined: &Joined) -> Result<Frame> {
    let mut all: Vec<_> = joined.ignored.iter().collect();
    all.sort_by_key(|one| (std::cmp::Reverse(one.records), one.key));
    FrameBuilder::empty()
        .texts("key", all.iter().map(|one| &records.keys[one.key]))
        .texts("value", all.iter().map(|one| &one.value))
        .integers("records", all.iter().map(|one| one.records as i64))
        .texts("reason", all.iter().map(|one| if one.told { "told" } else { "too common" }))
        .build()
}

pub(super) fn changes(names: &Names) -> Result<Frame> {
    FrameBuilder::empty()
        .texts("before", names.changes.iter().map(|change| &change.before))
        .texts("customer", names.changes.iter().map(|change| &change.customer))
        .texts("change", names.changes.iter().map(|change| change.kind))
        .integers("records", names.changes.iter().map(|change| change.records as i64))
        .build()
}
