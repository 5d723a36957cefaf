//! The tables and figures that match_customers answers with.

use std::fmt::Write;

use regulars_plugin::Result;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::columns::Ready;
use crate::stats::linkage::{Background, Conflict, DIFFER, Joined, Scored, Scorer, Weights, level_of};
use crate::table::{Data, Frame, FrameBuilder};

/// The rows of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct MatchRow {
    /// Who the row is, the column `id`.
    customer: Value,
    /// Whose cluster it is in: the least customer of all rows that are one and the same.
    cluster: Value,
    /// How many rows the cluster has.
    #[schemars(extend("unit" = "rows"))]
    members: i64,
    /// Probability that the row is the same customer as the others of its cluster, mean over them; empty where it is
    /// alone.
    #[schemars(extend("unit" = "share"))]
    probability: Option<f64>,
    /// The row of the cluster by which it came there; empty in the first one. `model.undo(…)` cuts this link.
    linked_to: Option<Value>,
}

/// Pairs of rows that may be one customer, the most probable first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PairRow {
    /// The lesser customer.
    left: Value,
    /// The greater one.
    right: Value,
    /// Probability that they are the same.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// The evidence: log2 of the odds.
    #[schemars(extend("unit" = "bits"))]
    bits: f64,
    /// Whether the pair is in one cluster.
    together: bool,
    /// What each column says: its level of agreement and its weight in bits.
    evidence: String,
}

/// What each column says of each of these pairs, columns without a value left out: the parts of its evidence.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct EvidenceRow {
    /// The lesser customer.
    left: Value,
    /// The greater one.
    right: Value,
    /// The column.
    column: String,
    /// How well its values agree.
    level: String,
    /// What it weighs in all.
    #[schemars(extend("unit" = "bits"))]
    bits: f64,
    /// What of it is due to how rare or common an equal value is.
    #[schemars(extend("unit" = "bits"))]
    rare: f64,
}

/// What was joined, step by step: the log with which each join can be undone.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct MergeRow {
    /// Number of the step, from 1.
    step: i64,
    /// The cluster that was joined to another one.
    customer: Value,
    /// The cluster that it was joined to.
    into: Value,
    /// The pair that joined them: one row,
    left: Value,
    /// and the other.
    right: Value,
    /// Probability of this pair.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// Mean probability of all pairs between both clusters.
    #[schemars(extend("unit" = "share"))]
    mean: f64,
    /// Rows of the cluster after the step.
    #[schemars(extend("unit" = "rows"))]
    members: i64,
    /// What each column says of the pair.
    evidence: String,
}

/// What speaks against the clusters: links that did not join, and pairs of one cluster that look like two customers.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct ConflictRow {
    /// The lesser customer.
    left: Value,
    /// The greater one.
    right: Value,
    /// "not joined" where the link was refused because of the other pairs, or "in one cluster".
    what: String,
    /// Probability of the pair.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// Mean probability of the pairs between both clusters, where the link was refused.
    #[schemars(extend("unit" = "share"))]
    mean: Option<f64>,
    /// What each column says of the pair.
    evidence: String,
}

/// What each level of agreement weighs.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct WeightRow {
    /// The column.
    column: String,
    /// How well two values agree.
    level: String,
    /// How often rows of one customer agree so.
    m: f64,
    /// How often rows of two customers agree so.
    u: f64,
    /// The weight: log2(m / u).
    #[schemars(extend("unit" = "bits"))]
    bits: f64,
    /// How often any two rows agree so.
    any: f64,
}

/// By which rules rows were compared, and which would have found too many.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct BlockingRow {
    /// What rows must have in common to be compared.
    rule: String,
    /// Pairs that it finds, those of other rules among them.
    #[schemars(extend("unit" = "pairs"))]
    pairs: i64,
    /// Rows of its largest block.
    #[schemars(extend("unit" = "rows"))]
    largest: i64,
    /// What the rows of this block have in common.
    key: Option<String>,
    /// Whether the rule was used.
    used: bool,
}

/// One line of it.
pub(super) struct RuleLine {
    pub(super) rule: String,
    pub(super) pairs: f64,
    pub(super) rows: usize,
    pub(super) key: Option<String>,
    pub(super) used: bool,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatchFigures {
    /// Number of rows.
    #[schemars(extend("unit" = "rows"))]
    pub(super) rows: i64,
    /// Number of clusters, which stand for customers.
    #[schemars(extend("unit" = "customers"))]
    pub(super) clusters: i64,
    /// Pairs of rows that were compared.
    #[schemars(extend("unit" = "pairs"))]
    pub(super) compared: i64,
    /// Pairs of these that are expected to match.
    #[schemars(extend("unit" = "pairs"))]
    pub(super) expected_matches: f64,
    /// Probability that two rows taken at random match.
    #[schemars(extend("unit" = "share"))]
    pub(super) lambda: f64,
    /// Probability from which on a pair is a link.
    #[schemars(extend("unit" = "share"))]
    pub(super) threshold: f64,
    /// Pairs that are links.
    #[schemars(extend("unit" = "pairs"))]
    pub(super) links: i64,
    /// Share of the links that are expected to be right, by the model; empty without links.
    #[schemars(extend("unit" = "share"))]
    pub(super) expected_precision: Option<f64>,
    /// Iterations until the weights stood still.
    pub(super) iterations: i64,
    /// Share of the pairs in one cluster that the labels hold together; empty without labels.
    #[schemars(extend("unit" = "share"))]
    pub(super) precision: Option<f64>,
    /// Share of the pairs that the labels hold together and that are in one cluster.
    #[schemars(extend("unit" = "share"))]
    pub(super) recall: Option<f64>,
    /// The harmonic mean of both.
    #[schemars(extend("unit" = "share"))]
    pub(super) f1: Option<f64>,
}

/// The columns that are added to the table.
pub(super) const ADDED: [&str; 5] = ["customer", "cluster", "members", "probability", "linked_to"];

/// The table: for each record, in the order of the ids, the first of its cluster, how well it belongs there and its link.
pub(super) fn rows(
    data: &Data,
    ready: &Ready,
    first: &[u32],
    belongs: &[Option<f64>],
    linked_to: &[Option<u32>],
) -> Result<Frame> {
    let mut members = vec![0_i64; first.len()];
    first.iter().for_each(|first| members[*first as usize] += 1);
    // The code of a row's id is the place of its record.
    let of_row = || ready.ids.codes.iter().map(|code| *code as usize);
    let customers = ready.ids.column("customer", of_row());
    let clusters = ready.ids.column("cluster", of_row().map(|record| first[record] as usize));
    let linked = ready.ids.optional_column("linked_to", of_row().map(|record| linked_to[record].map(|it| it as usize)));
    FrameBuilder::beside(data, &ADDED)
        .column(customers)
        .column(clusters)
        .integers("members", of_row().map(|record| members[first[record] as usize]))
        .optional_numbers("probability", of_row().map(|record| belongs[record]))
        .column(linked)
        .build()
}

/// What is written of pairs.
pub(super) struct Told<'a> {
    pub(super) ready: &'a Ready,
    pub(super) scorer: &'a Scorer<'a>,
}

impl Told<'_> {
    /// What each column says of a pair, columns without a value left out: its place, level, bits, and those of them that are
    /// due to how rare the value is.
    fn said<'b>(&'b self, scored: &'b Scored) -> impl Iterator<Item = (usize, &'static str, f64, f64)> + 'b {
        (0..self.ready.compared.len()).filter_map(move |place| {
            let level = level_of(scored.pair.pattern, place);
            if level < DIFFER {
                return None;
            }
            let (bits, rare) = self.scorer.column(&scored.pair, place);
            Some((place, self.ready.records.columns[place].kind.word(level), bits + rare, rare))
        })
    }

    /// The same in a line.
    fn evidence(&self, scored: &Scored) -> String {
        let mut line = String::new();
        for (place, word, bits, _) in self.said(scored) {
            let separator = if line.is_empty() { "" } else { "; " };
            // Writing to a text does not fail.
            let _ = write!(line, "{separator}{} {word} {bits:+.1}", self.ready.compared[place].name);
        }
        line
    }

    /// A row for each part of each pair.
    pub(super) fn parts(&self, pairs: &[&Scored]) -> Result<Frame> {
        let each = || pairs.iter().flat_map(|scored| self.said(scored).map(move |said| (scored.pair, said)));
        let ids = &self.ready.ids;
        FrameBuilder::empty()
            .column(ids.column("left", each().map(|(pair, _)| pair.left as usize)))
            .column(ids.column("right", each().map(|(pair, _)| pair.right as usize)))
            .texts("column", each().map(|(_, (place, ..))| self.ready.compared[place].name.as_str()))
            .texts("level", each().map(|(_, (_, word, ..))| word))
            .numbers("bits", each().map(|(_, (_, _, bits, _))| bits))
            .numbers("rare", each().map(|(_, (.., rare))| rare))
            .build()
    }

    fn left_and_right(&self, builder: FrameBuilder, of: &[&Scored]) -> FrameBuilder {
        let ids = &self.ready.ids;
        builder
            .column(ids.column("left", of.iter().map(|scored| scored.pair.left as usize)))
            .column(ids.column("right", of.iter().map(|scored| scored.pair.right as usize)))
    }

    pub(super) fn pairs(&self, pairs: &[&Scored], first: &[u32]) -> Result<Frame> {
        let together = |scored: &&Scored| first[scored.pair.left as usize] == first[scored.pair.right as usize];
        self.left_and_right(FrameBuilder::empty(), pairs)
            .numbers("probability", pairs.iter().map(|scored| scored.probability))
            .numbers("bits", pairs.iter().map(|scored| scored.bits))
            .flags("together", pairs.iter().map(together))
            .texts("evidence", pairs.iter().map(|scored| self.evidence(scored)))
            .build()
    }

    pub(super) fn merges(&self, joined: &Joined) -> Result<Frame> {
        let merges = &joined.merges;
        let ids = &self.ready.ids;
        let links: Vec<&Scored> = merges.iter().map(|merge| &merge.link).collect();
        let builder = FrameBuilder::empty()
            .integers("step", 1..=merges.len() as i64)
            .column(ids.column("customer", merges.iter().map(|merge| merge.from as usize)))
            .column(ids.column("into", merges.iter().map(|merge| merge.into as usize)));
        self.left_and_right(builder, &links)
            .numbers("probability", links.iter().map(|link| link.probability))
            .numbers("mean", merges.iter().map(|merge| merge.mean))
            .integers("members", merges.iter().map(|merge| merge.rows as i64))
            .texts("evidence", links.iter().map(|link| self.evidence(link)))
            .build()
    }

    pub(super) fn conflicts(&self, conflicts: &[Conflict]) -> Result<Frame> {
        let pairs: Vec<&Scored> = conflicts.iter().map(|conflict| &conflict.pair).collect();
        let what = |conflict: &Conflict| if conflict.refused.is_some() { "not joined" } else { "in one cluster" };
        self.left_and_right(FrameBuilder::empty(), &pairs)
            .texts("what", conflicts.iter().map(what))
            .numbers("probability", pairs.iter().map(|pair| pair.probability))
            .optional_numbers("mean", conflicts.iter().map(|conflict| conflict.refused))
            .texts("evidence", pairs.iter().map(|pair| self.evidence(pair)))
            .build()
    }
}

pub(super) fn weights(ready: &Ready, weights: &Weights, background: &Background) -> Result<Frame> {
    let each = || {
        ready.compared.iter().zip(&ready.records.columns).enumerate().flat_map(|(place, (one, column))| {
            (1..=column.kind.count()).rev().map(move |level| (place, one.name.as_str(), column.kind, level))
        })
    };
    let of = |shares: &[Vec<f64>], place: usize, level: u8| shares[place][usize::from(level) - 1];
    FrameBuilder::empty()
        .texts("column", each().map(|(_, name, ..)| name))
        .texts("level", each().map(|(_, _, kind, level)| kind.word(level)))
        .numbers("m", each().map(|(place, _, _, level)| of(&weights.m, place, level)))
        .numbers("u", each().map(|(place, _, _, level)| of(&weights.u, place, level)))
        .numbers("bits", each().map(|(place, _, _, level)| weights.bits(place, level)))
        .numbers("any", each().map(|(place, _, _, level)| of(&background.shares, place, level)))
        .build()
}

pub(super) fn blocking(lines: &[RuleLine]) -> Result<Frame> {
    FrameBuilder::empty()
        .texts("rule", lines.iter().map(|line| line.rule.as_str()))
        .integers("pairs", lines.iter().map(|line| line.pairs.min(9e18) as i64))
        .integers("largest", lines.iter().map(|line| line.rows as i64))
        .optional_texts("key", lines.iter().map(|line| line.key.as_deref()))
        .flags("used", lines.iter().map(|line| line.used))
        .build()
}

/// The table of the weights where nothing was weighed.
pub(super) fn no_weights() -> Result<Frame> {
    let none = || std::iter::empty::<f64>();
    FrameBuilder::empty()
        .texts("column", std::iter::empty::<&str>())
        .texts("level", std::iter::empty::<&str>())
        .numbers("m", none())
        .numbers("u", none())
        .numbers("bits", none())
        .numbers("any", none())
        .build()
}
