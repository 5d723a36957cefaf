//! What a pair weighs, column by column: the levels, and how rare the values are that are equal.

use rayon::prelude::*;

use super::records::{Pair, Records, level_of};
use super::weights::{Weights, probability};

/// A pair with its evidence.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The pair.
    pub pair: Pair,
    /// Prior and all columns, in bits.
    pub bits: f64,
    /// The probability that both rows are one customer.
    pub probability: f64,
}

/// Weighs pairs.
#[derive(Debug, Clone)]
pub struct Scorer<'a> {
    records: &'a Records,
    weights: &'a Weights,
    /// Whether equal values weigh by how rare they are.
    rare_counts_more: bool,
    /// Bits by column and level, 0 for missing.
    bits: Vec<Vec<f64>>,
    /// By column: rows of one customer that share a value, as expected, and the customers added to every count.
    own: Vec<(f64, f64)>,
}

impl<'a> Scorer<'a> {
    /// Prepares the weights.
    pub fn new(records: &'a Records, weights: &'a Weights, rare_counts_more: bool) -> Self {
        let rows = records.rows() as f64;
        let mates = 2.0 * weights.lambda * records.all_pairs() / rows.max(1.0);
        let bits = records.columns.iter().enumerate().map(|(place, column)| {
            (0..=column.kind.count()).map(|level| weights.bits(place, level)).collect::<Vec<f64>>()
        });
        let own = weights.m.iter().zip(&weights.u).map(|(m, u)| {
            let (m, u) = (m.last().copied().unwrap_or(1.0), u.last().copied().unwrap_or(1.0));
            ((1.0 + mates * m).max(2.0), (rows * u).clamp(0.01, 0.5))
        });
        Scorer { records, weights, rare_counts_more, bits: bits.collect(), own: own.collect() }
    }

    /// The evidence of one column in bits: of its level, and of how rare the value is.
    pub fn column(&self, pair: &Pair, place: usize) -> (f64, f64) {
        let level = level_of(pair.pattern, place);
        let column = &self.records.columns[place];
        let bits = self.bits[place][usize::from(level)];
        if !self.rare_counts_more || level != column.kind.equal() {
            return (bits, 0.0);
        }
        let rows = f64::from(column.counts[column.codes[pair.left as usize] as usize]);
        let (own, added) = self.own[place];
        // How likely a row of somebody else has the value, judged by the rows besides those of this customer.
        let by_chance = ((rows - own).max(0.0) + added) / self.records.rows() as f64;
        let usual = self.weights.u[place].last().copied().unwrap_or(1.0);
        (bits, (usual / by_chance.min(1.0)).log2())
    }

    /// The evidence of a pair.
    pub fn score(&self, pair: Pair) -> Scored {
        let columns = (0..self.bits.len()).map(|place| {
            let (level, rare) = self.column(&pair, place);
            level + rare
        });
        let bits = self.weights.prior() + columns.sum::<f64>();
        Scored { pair, bits, probability: probability(bits) }
    }

    /// The evidence of the pairs that are at least so probable, in their order; pairs of which nothing is known are left out.
    pub fn all(&self, pairs: &[Pair], least: f64) -> Vec<Scored> {
        pairs
            .par_iter()
            .filter(|pair| pair.pattern != 0)
            .map(|pair| self.score(*pair))
            .filter(|scored| scored.probability >= least)
            .collect()
    }
}

/// The least probability at which the pairs from it on are expected to be matches in a share of `precision`.
pub fn threshold_for(scored: &[Scored], precision: f64) -> Option<f64> {
    let mut falling: Vec<f64> = scored.iter().map(|scored| scored.probability).collect();
    falling.par_sort_unstable_by(|one, two| two.total_cmp(one));
    let (mut sum, mut best) = (0.0, None);
    for (place, probability) in falling.iter().enumerate() {
        sum += probability;
        let last = falling.get(place + 1).is_none_or(|next| next < probability);
        if last && sum / (place + 1) as f64 >= precision {
            best = Some(*probability);
        }
    }
    best
}
