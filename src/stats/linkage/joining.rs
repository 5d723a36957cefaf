//! Clusters out of links, the surest first, and what speaks against them.

use rayon::prelude::*;

use super::LinkageError;
use super::blocks::stop;
use super::clusters::Clusters;
use super::records::{Pair, Records};
use super::score::{Scored, Scorer};
use crate::Watch;

/// How links make clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joining {
    /// Two groups are joined where the mean probability of all pairs between them is at least one half.
    Consistent,
    /// Every link joins.
    Connected,
}

/// Two groups that were joined.
#[derive(Debug, Clone, Copy)]
pub struct Merge {
    /// The link by which.
    pub link: Scored,
    /// The lesser of the first rows of both groups, which stays that of the whole.
    pub into: u32,
    /// The first row of the group that was joined to it.
    pub from: u32,
    /// The mean probability of the pairs between the groups.
    pub mean: f64,
    /// Rows of both groups.
    pub rows: usize,
}

/// Something that speaks against a cluster.
#[derive(Debug, Clone, Copy)]
pub struct Conflict {
    /// The pair.
    pub pair: Scored,
    /// Of a link that did not join: the mean probability of the pairs between the groups. None of a pair that is in one
    /// cluster although it looks like two customers.
    pub refused: Option<f64>,
}

/// Clusters and how they came about.
#[derive(Debug, Clone)]
pub struct Joined {
    /// For each row the first row of its cluster.
    pub first: Vec<u32>,
    /// The joins, in their order.
    pub merges: Vec<Merge>,
    /// Links that did not join, then weak pairs inside of clusters.
    pub conflicts: Vec<Conflict>,
    /// For each row the mean probability of its pairs with the others of its cluster; none where it is alone.
    pub belongs: Vec<Option<f64>>,
    /// For each row its neighbour towards the first row of its cluster along the merges; none of the first row.
    pub linked_to: Vec<Option<u32>>,
}

/// Rows of a group whose pairs are looked at; of a larger group so many, evenly spaced.
const LOOKED_AT: usize = 20;
/// Below this probability two rows look like two customers.
const WEAK: f64 = 0.05;

/// Joins rows by the links, the surest first.
pub fn join(
    records: &Records,
    scorer: &Scorer<'_>,
    links: &[Scored],
    how: Joining,
    watch: &dyn Watch,
) -> Result<Joined, LinkageError> {
    let rows = records.rows();
    let mut links: Vec<Scored> = links.to_vec();
    links.par_sort_unstable_by(|one, two| {
        let place = |link: &Scored| (link.pair.left, link.pair.right);
        two.bits.total_cmp(&one.bits).then_with(|| place(one).cmp(&place(two)))
    });
    let mut clusters = Clusters::new(rows);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); rows];
    let mut merges = Vec::new();
    let mut conflicts = Vec::new();
    for (place, link) in links.iter().enumerate() {
        if place % 4096 == 0 {
            stop(watch)?;
            watch.progress(place as u64, links.len() as u64);
        }
        let (one, two) = (clusters.first(link.pair.left), clusters.first(link.pair.right));
        if one == two {
            continue;
        }
        let group = |members: &[Vec<u32>], first: u32| match members[first as usize].is_empty() {
            true => vec![first],
            false => members[first as usize].clone(),
        };
        let (left, right) = (group(&members, one), group(&members, two));
        let mean = mean(records, scorer, &left, &right).unwrap_or(link.probability);
        if how == Joining::Consistent && mean < 0.5 {
            conflicts.push(Conflict { pair: *link, refused: Some(mean) });
            continue;
        }
        clusters.link(one, two);
        members[two as usize] = Vec::new();
        members[one as usize] = Vec::new();
        let all = [left, right].concat();
        merges.push(Merge { link: *link, into: one.min(two), from: one.max(two), mean, rows: all.len() });
        members[one.min(two) as usize] = all;
    }
    // What was refused early may have come together later by surer groups.
    conflicts.retain(|conflict| clusters.first(conflict.pair.pair.left) != clusters.first(conflict.pair.pair.right));
    stop(watch)?;
    let (belongs, weak) = inside(records, scorer, &members);
    conflicts.extend(weak);
    let linked_to = towards_first(rows, &merges, &members);
    Ok(Joined { first: clusters.firsts(), merges, conflicts, belongs, linked_to })
}

/// The mean probability of the pairs between two groups that may be compared.
fn mean(records: &Records, scorer: &Scorer<'_>, left: &[u32], right: &[u32]) -> Option<f64> {
    let (mut sum, mut many) = (0.0, 0.0);
    for one in spaced(left) {
        for two in spaced(right) {
            if let Some(scored) = scored(records, scorer, one, two) {
                sum += scored.probability;
                many += 1.0;
            }
        }
    }
    (many > 0.0).then(|| sum / many)
}

fn scored(records: &Records, scorer: &Scorer<'_>, one: u32, two: u32) -> Option<Scored> {
    let (left, right) = (one.min(two), one.max(two));
    records.allowed(left, right).then(|| scorer.score(Pair { left, right, pattern: records.pattern(left, right) }))
}

fn spaced(rows: &[u32]) -> impl Iterator<Item = u32> + Clone {
    let many = rows.len().min(LOOKED_AT);
    (0..many).map(move |place| rows[place * rows.len() / many])
}

/// For each row the mean probability of its pairs with the others of its cluster; `first` has the first row of each.
pub fn belonging(records: &Records, scorer: &Scorer<'_>, first: &[u32]) -> Vec<Option<f64>> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); first.len()];
    first.iter().enumerate().for_each(|(row, first)| members[*first as usize].push(row as u32));
    inside(records, scorer, &members).0
}

/// How well each row belongs to its cluster, and the pairs of one cluster that look like two customers.
fn inside(records: &Records, scorer: &Scorer<'_>, members: &[Vec<u32>]) -> (Vec<Option<f64>>, Vec<Conflict>) {
    type Inside = (Vec<(u32, f64)>, Vec<Conflict>);
    let found: Vec<Inside> = members
        .par_iter()
        .filter(|group| group.len() > 1)
        .map(|group| {
            let mut group = group.clone();
            group.sort_unstable();
            let (mut belongs, mut weak) = (Vec::new(), Vec::new());
            for row in &group {
                let (mut sum, mut many) = (0.0, 0.0);
                for other in spaced(&group).filter(|other| other != row) {
                    let Some(pair) = scored(records, scorer, *row, other) else { continue };
                    sum += pair.probability;
                    many += 1.0;
                    if *row < other && pair.probability < WEAK {
                        weak.push(Conflict { pair, refused: None });
                    }
                }
                if many > 0.0 {
                    belongs.push((*row, sum / many));
                }
            }
            (belongs, weak)
        })
        .collect();
    let mut belongs = vec![None; members.len()];
    let mut conflicts = Vec::new();
    for (rows, weak) in found {
        rows.into_iter().for_each(|(row, mean)| belongs[row as usize] = Some(mean));
        conflicts.extend(weak);
    }
    (belongs, conflicts)
}

/// The neighbour of each row on the way to the first row of its cluster, along the links that joined.
fn towards_first(rows: usize, merges: &[Merge], members: &[Vec<u32>]) -> Vec<Option<u32>> {
    let mut beside: Vec<Vec<u32>> = vec![Vec::new(); rows];
    for Merge { link, .. } in merges {
        beside[link.pair.left as usize].push(link.pair.right);
        beside[link.pair.right as usize].push(link.pair.left);
    }
    let mut linked = vec![None; rows];
    for first in members.iter().filter_map(|group| group.iter().min()) {
        let mut next = vec![*first];
        while let Some(row) = next.pop() {
            for other in &beside[row as usize] {
                if other != first && linked[*other as usize].is_none() {
                    linked[*other as usize] = Some(row);
                    next.push(*other);
                }
            }
        }
    }
    linked
}
