//! Rows that belong together: connected components, and how well they agree with known ones.

use std::collections::HashMap;

/// Rows that links connect.
#[derive(Debug, Clone)]
pub struct Clusters {
    parent: Vec<u32>,
}

impl Clusters {
    /// Every row alone.
    pub fn new(rows: usize) -> Clusters {
        Clusters { parent: (0..rows as u32).collect() }
    }

    /// The first row of the cluster of a row.
    pub fn first(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let above = self.parent[row as usize];
            self.parent[row as usize] = self.parent[above as usize];
            row = above;
        }
        row
    }

    /// Connects two rows; whether they were apart before. The first row of a cluster is its root.
    pub fn link(&mut self, left: u32, right: u32) -> bool {
        let (left, right) = (self.first(left), self.first(right));
        let (first, second) = (left.min(right), left.max(right));
        self.parent[second as usize] = first;
        first != second
    }

    /// For each row the first row of its cluster.
    pub fn firsts(mut self) -> Vec<u32> {
        (0..self.parent.len() as u32).map(|row| self.first(row)).collect()
    }
}

/// How well clusters agree with known ones, by pairs of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Pairs in one cluster that belong together.
    pub right: f64,
    /// Pairs in one cluster that do not.
    pub wrong: f64,
    /// Pairs in different clusters that belong together.
    pub missed: f64,
}

impl Agreement {
    /// Compares clusters with known ones; rows without a known one are left out.
    pub fn of<One: std::hash::Hash + Eq + Copy, Two: std::hash::Hash + Eq + Copy>(
        found: &[One],
        known: &[Option<Two>],
    ) -> Self {
        let pairs = |count: u64| count as f64 * (count as f64 - 1.0) / 2.0;
        let (mut both, mut by_found, mut by_known) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (found, known) in found.iter().zip(known).filter_map(|(found, known)| Some((found, (*known)?))) {
            *both.entry((*found, known)).or_insert(0_u64) += 1;
            *by_found.entry(*found).or_insert(0_u64) += 1;
            *by_known.entry(known).or_insert(0_u64) += 1;
        }
        // Counts are whole numbers, so their sum does not depend on the order of the tables.
        let right: f64 = both.into_values().map(pairs).sum();
        let together: f64 = by_found.into_values().map(pairs).sum();
        let belong: f64 = by_known.into_values().map(pairs).sum();
        Agreement { right, wrong: together - right, missed: belong - right }
    }

    /// The share of pairs in one cluster that belong together.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.right, self.right + self.wrong)
    }

    /// The share of pairs that belong together and were put in one cluster.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> Option<f64> {
        ratio(2.0 * self.right, 2.0 * self.right + self.wrong + self.missed)
    }
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
