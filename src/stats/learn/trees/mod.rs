//! Gradient-boosted trees for a yes or no.

mod bins;
mod grow;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::{Watch, in_chunks};
use super::{Features, LearnError};
use bins::binned;
use grow::{Node, grow};

/// How the trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeOptions {
    /// Number of trees.
    pub trees: usize,
    /// Splits between the root and a leaf, at the most.
    pub depth: usize,
    /// What each tree's leaves are multiplied with: smaller needs more trees and fits better.
    pub rate: f64,
    /// Curvature (for probability p a row counts p (1 − p)) that either side of a split has at least.
    pub least_weight: f64,
    /// Rows that either side of a split has at least.
    pub least_rows: usize,
    /// What a split takes off the loss at least.
    pub least_gain: f64,
    /// Ridge penalty on the values of the leaves.
    pub ridge: f64,
    /// Share of the rows that each tree sees, drawn by chance.
    pub subsample: f64,
    /// Seed of that draw.
    pub seed: u64,
}

impl Default for TreeOptions {
    fn default() -> Self {
        TreeOptions {
            trees: 200,
            depth: 3,
            rate: 0.1,
            least_weight: 1.0,
            least_rows: 20,
            least_gain: 0.0,
            ridge: 1.0,
            subsample: 1.0,
            seed: 1,
        }
    }
}

/// Fitted trees: the log odds of "yes" are a constant and a value from each tree.
///
/// Each tree is a step of Newton's method on the log loss: leaf values are −Σ slope / (Σ curvature + ridge), and splits
/// are those that take most off the quadratic approximation of the loss. They are searched among the borders of 255 bins.
/// A missing value goes to the side where it fits better. Sums are taken in the order of the rows, so the trees are the
/// same at any number of threads.
///
/// Sources: J. H. Friedman (2001), Annals of Statistics 29, 1189–1232; T. Chen and C. Guestrin (2016), Proceedings of KDD,
/// 785–794.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostedTrees {
    /// Log odds before the first tree: those of all rows.
    base: f64,
    trees: Vec<Vec<Node>>,
    /// Mean log loss on the rows that were learnt from, after each tree.
    pub losses: Vec<f64>,
}

/// A node of a tree, as it is written down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TreeNode {
    /// What a row that ends here adds to the log odds.
    Leaf {
        /// That number.
        value: f64,
    },
    /// Rows whose value lies below the cut go to `left`, others to `right`.
    Split {
        /// Which column is asked.
        column: usize,
        /// The cut.
        cut: f64,
        /// Whether a missing value goes to `left`.
        missing_left: bool,
        /// Place of the node on the left; behind this one.
        left: usize,
        /// Place of the node on the right; behind this one.
        right: usize,
    },
}

/// Rows that one thread works on at a time.
const ROWS: usize = 8192;

impl BoostedTrees {
    /// Grows the trees; NaN is a missing value, and infinite values are the greatest and the least.
    pub fn fit(
        features: &Features,
        labels: &[bool],
        weights: Option<&[f64]>,
        options: TreeOptions,
        watch: &dyn Watch,
    ) -> Result<BoostedTrees, LearnError> {
        features.check(labels)?;
        let rows = labels.len();
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total: f64 = (0..rows).map(weight).sum();
        let yes: f64 = (0..rows).filter(|&row| labels[row]).map(weight).sum();
        let base = (yes / (total - yes)).ln();
        if watch.stopped() {
            return Err(LearnError::Stopped);
        }
        let columns = binned(features);
        let mut scores = vec![base; rows];
        let mut random = ChaCha8Rng::seed_from_u64(options.seed);
        let mut trees = Vec::with_capacity(options.trees);
        let mut losses = Vec::with_capacity(options.trees);
        for tree in 0..options.trees {
            if watch.stopped() {
                return Err(LearnError::Stopped);
            }
            watch.progress(tree as u64, options.trees as u64);
            let (slopes, bends, loss) = derivatives(&scores, labels, weights);
            if tree > 0 {
                losses.push(loss / total);
            }
            let nodes = grow(&columns, &slopes, &bends, drawn(rows, options.subsample, &mut random), &options);
            let added =
                in_chunks(rows, ROWS, |range| range.map(|row| value(&nodes, features, row)).collect::<Vec<_>>());
            scores.iter_mut().zip(added.into_iter().flatten()).for_each(|(score, added)| *score += added);
            trees.push(nodes);
        }
        losses.push(derivatives(&scores, labels, weights).2 / total);
        Ok(BoostedTrees { base, trees, losses })
    }

    /// Probability of "yes" of each row.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        let parts = in_chunks(features.rows(), ROWS, |range| {
            let mut scores = vec![self.base; range.len()];
            // Tree by tree, so that its nodes and the columns it asks stay in the cache.
            for nodes in &self.trees {
                scores.iter_mut().zip(range.clone()).for_each(|(score, row)| *score += value(nodes, features, row));
            }
            scores.into_iter().map(probability).collect::<Vec<f64>>()
        });
        parts.concat()
    }

    /// Sum of the log losses of some rows after each tree: where it is least, more trees only learn by heart.
    pub fn losses_on(&self, features: &Features, labels: &[bool]) -> Vec<f64> {
        let mut scores = vec![self.base; labels.len()];
        self.trees
            .iter()
            .map(|nodes| {
                for (row, score) in scores.iter_mut().enumerate() {
                    *score += value(nodes, features, row);
                }
                scores.iter().zip(labels).map(|(score, label)| loss(*score, *label)).sum()
            })
            .collect()
    }

    /// The log odds before the first tree.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// The trees, each with its root first, to be written down.
    pub fn nodes(&self) -> Vec<Vec<TreeNode>> {
        let written = |node: &Node| match node {
            Node::Leaf(value) => TreeNode::Leaf { value: *value },
            Node::Split { column, cut, missing_left, left, right } => {
                TreeNode::Split { column: *column, cut: *cut, missing_left: *missing_left, left: *left, right: *right }
            }
        };
        self.trees.iter().map(|nodes| nodes.iter().map(written).collect()).collect()
    }

    /// Trees that were written down, for columns of that number; none where a node leads nowhere, or back.
    pub fn from_nodes(base: f64, trees: &[Vec<TreeNode>], columns: usize) -> Option<BoostedTrees> {
        let read = |nodes: &Vec<TreeNode>| -> Option<Vec<Node>> {
            let last = nodes.len();
            let one = |(place, node): (usize, &TreeNode)| match *node {
                TreeNode::Leaf { value } => Some(Node::Leaf(value)),
                TreeNode::Split { column, cut, missing_left, left, right } => {
                    (column < columns && (place + 1..last).contains(&left) && (place + 1..last).contains(&right))
                        .then_some(Node::Split { column, cut, missing_left, left, right })
                }
            };
            if nodes.is_empty() { None } else { nodes.iter().enumerate().map(one).collect() }
        };
        let trees = trees.iter().map(read).collect::<Option<Vec<_>>>()?;
        Some(BoostedTrees { base, trees, losses: Vec::new() })
    }

    /// How many of the trees ask for each column at least once.
    pub fn uses(&self, columns: usize) -> Vec<usize> {
        let mut uses = vec![0; columns];
        for nodes in &self.trees {
            let mut seen = vec![false; columns];
            for node in nodes {
                if let Node::Split { column, .. } = node {
                    seen[*column] = true;
                }
            }
            uses.iter_mut().zip(seen).for_each(|(uses, seen)| *uses += usize::from(seen));
        }
        uses
    }
}

/// The value of the leaf in which a row ends.
fn value(nodes: &[Node], features: &Features, row: usize) -> f64 {
    let mut place = 0;
    loop {
        match &nodes[place] {
            Node::Leaf(value) => return *value,
            Node::Split { column, cut, missing_left, left, right } => {
                let found = features.columns[*column][row];
                let goes_left = if found.is_nan() { *missing_left } else { found < *cut };
                place = if goes_left { *left } else { *right };
            }
        }
    }
}

fn probability(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

fn loss(score: f64, label: bool) -> f64 {
    let towards = if label { score } else { -score };
    (-towards).max(0.0) + (-towards.abs()).exp().ln_1p()
}

/// Slope and curvature of the loss in the log odds of each row, and the sum of the losses.
fn derivatives(scores: &[f64], labels: &[bool], weights: Option<&[f64]>) -> (Vec<f64>, Vec<f64>, f64) {
    let parts = in_chunks(scores.len(), ROWS, |range| {
        let mut out = (Vec::with_capacity(range.len()), Vec::with_capacity(range.len()), 0.0);
        for row in range {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            let p = probability(scores[row]);
            out.0.push(weight * (p - f64::from(u8::from(labels[row]))));
            out.1.push(weight * p * (1.0 - p));
            out.2 += weight * loss(scores[row], labels[row]);
        }
        out
    });
    let (mut slopes, mut bends, mut total) = (Vec::with_capacity(scores.len()), Vec::with_capacity(scores.len()), 0.0);
    for part in parts {
        slopes.extend(part.0);
        bends.extend(part.1);
        total += part.2;
    }
    (slopes, bends, total)
}

/// The rows that a tree sees.
fn drawn(rows: usize, share: f64, random: &mut ChaCha8Rng) -> Vec<u32> {
    if share >= 1.0 {
        return (0..rows as u32).collect();
    }
    let limit = (share * u64::MAX as f64) as u64;
    (0..rows as u32).filter(|_| random.next_u64() <= limit).collect()
}

#[cfg(test)]
mod tests;
