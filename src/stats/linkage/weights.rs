//! The weights of agreement after Fellegi and Sunter, estimated without labels by expectation and maximisation.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::LinkageError;
use super::blocks::stop;
use super::column::MISSING;
use super::records::{Pair, Records, level_of};
use crate::{Watch, in_chunks};

/// How often each level of each column occurs among pairs of rows taken at random.
#[derive(Debug, Clone)]
pub struct Background {
    /// By column and level from "differ" on: the share among the pairs where both have a value.
    pub shares: Vec<Vec<f64>>,
    /// By column: how many pairs of all rows have both values.
    pub present: Vec<f64>,
    /// How many pairs were looked at.
    pub looked_at: usize,
}

/// The model: which agreement is how much evidence.
#[derive(Debug, Clone)]
pub struct Weights {
    /// By column and level from "differ" on: its probability where both rows are one customer.
    pub m: Vec<Vec<f64>>,
    /// The same where they are two.
    pub u: Vec<Vec<f64>>,
    /// The probability that two rows taken at random are one customer.
    pub lambda: f64,
    /// How many iterations it took.
    pub iterations: usize,
    /// The largest change of a probability in the last of them.
    pub change: f64,
    /// Expected number of matching pairs among those compared.
    pub matches: f64,
    /// How sure the model is where it sees a match: the mean probability of pairs, each weighted by itself.
    pub clarity: f64,
}

/// A share below this part of what is seen at random is not told from the error of taking the matches off it.
const LEAST_LEFT: f64 = 0.01;
/// Iterations at most, and the change that ends them.
const MOST_ITERATIONS: usize = 1000;
const SMALL: f64 = 1e-6;

impl Background {
    /// Looks at `many` pairs taken at random. How often values are equal is counted of all pairs.
    pub fn of_random_pairs(records: &Records, many: usize, seed: u64, watch: &dyn Watch) -> Result<Self, LinkageError> {
        const AT_ONCE: usize = 10_000;
        let rows = records.rows() as u64;
        let parts = in_chunks(many, AT_ONCE, |range| {
            let mut counts = Counts::new();
            let mut dice = ChaCha8Rng::seed_from_u64(seed);
            dice.set_stream(range.start as u64 + 1);
            if watch.stopped() {
                return counts;
            }
            for _ in range {
                let left = ((u128::from(dice.next_u64()) * u128::from(rows)) >> 64) as u32;
                let right = ((u128::from(dice.next_u64()) * u128::from(rows)) >> 64) as u32;
                if records.allowed(left, right) {
                    *counts.entry(records.pattern(left, right)).or_default() += 1;
                }
            }
            counts
        });
        stop(watch)?;
        let mut counts = Counts::new();
        for (pattern, count) in parts.into_iter().flatten() {
            *counts.entry(pattern).or_default() += count;
        }
        let mut found = Background::of_counts(records, &counts);
        for (place, column) in records.columns.iter().enumerate() {
            let equal = equal_pairs(records, place) / found.present[place].max(1.0);
            let shares = &mut found.shares[place];
            let last = shares.len() - 1;
            let others: f64 = shares[..last].iter().sum();
            if others > 0.0 {
                shares[..last].iter_mut().for_each(|share| *share *= (1.0 - equal) / others);
            }
            shares[last] = equal;
            debug_assert_eq!(shares.len(), usize::from(column.kind.count()));
        }
        Ok(found)
    }

    /// Takes all pairs, which were compared.
    pub fn of_all_pairs(records: &Records, pairs: &[Pair]) -> Self {
        let mut counts = Counts::new();
        pairs.iter().for_each(|pair| *counts.entry(pair.pattern).or_default() += 1);
        Background::of_counts(records, &counts)
    }

    fn of_counts(records: &Records, counts: &Counts) -> Self {
        let mut shares: Vec<Vec<f64>> = empty(records);
        for (pattern, count) in counts {
            for (place, shares) in shares.iter_mut().enumerate() {
                if let Some(level) = usize::from(level_of(*pattern, place)).checked_sub(1) {
                    shares[level] += *count as f64;
                }
            }
        }
        for shares in &mut shares {
            // Few pairs show few levels: those never seen are as rare as is usual.
            let usual = usual(shares.len());
            shares.iter_mut().zip(usual).for_each(|(share, usual)| *share += BELIEVED * usual);
            normalise(shares);
        }
        let present = records.columns.iter().map(|column| records.pairs_among(|row| column.codes[row] != MISSING));
        Background { shares, present: present.collect(), looked_at: counts.values().sum::<u64>() as usize }
    }
}

type Counts = HashMap<u64, u64>;

/// How many pairs have equal values in a column.
fn equal_pairs(records: &Records, place: usize) -> f64 {
    let column = &records.columns[place];
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let all: f64 = column.counts.iter().map(|count| pairs(f64::from(*count))).sum();
    let Some(sources) = &records.sources else { return all };
    let mut both: Vec<(u32, u32)> =
        column.codes.iter().zip(sources).filter(|(code, _)| **code != MISSING).map(|(code, of)| (*code, *of)).collect();
    both.par_sort_unstable();
    all - both.chunk_by(|one, two| one == two).map(|same| pairs(same.len() as f64)).sum::<f64>()
}

fn empty(records: &Records) -> Vec<Vec<f64>> {
    records.columns.iter().map(|column| vec![0.0; usize::from(column.kind.count())]).collect()
}

fn normalise(shares: &mut [f64]) {
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 {
        shares.iter_mut().for_each(|share| *share /= sum);
    }
}

/// Patterns with the number of their pairs, in the order of the patterns.
pub fn patterns(pairs: &[Pair]) -> Vec<(u64, f64)> {
    let parts: Vec<Counts> = pairs
        .par_chunks(200_000)
        .map(|pairs| {
            let mut counts = Counts::new();
            pairs.iter().for_each(|pair| *counts.entry(pair.pattern).or_default() += 1);
            counts
        })
        .collect();
    let mut counts = Counts::new();
    for (pattern, count) in parts.into_iter().flatten() {
        *counts.entry(pattern).or_default() += count;
    }
    let mut found: Vec<(u64, f64)> = counts.into_iter().map(|(pattern, count)| (pattern, count as f64)).collect();
    found.sort_unstable_by_key(|(pattern, _)| *pattern);
    found
}

impl Weights {
    /// Weights by which no agreement says anything, and nobody matches.
    pub fn silent(records: &Records) -> Weights {
        let even: Vec<Vec<f64>> =
            empty(records).iter().map(|shares| vec![1.0 / shares.len() as f64; shares.len()]).collect();
        let lambda = f64::MIN_POSITIVE;
        Weights { m: even.clone(), u: even, lambda, iterations: 0, change: 0.0, matches: 0.0, clarity: 0.0 }
    }

    /// Estimates the weights from the patterns of the compared pairs. Pairs that were not compared count as different
    /// customers. `known` holds `m` where labels tell it.
    pub fn fit(
        records: &Records,
        patterns: &[(u64, f64)],
        background: &Background,
        known: Option<Vec<Vec<f64>>>,
        watch: &dyn Watch,
    ) -> Result<Weights, LinkageError> {
        let all = records.all_pairs();
        if patterns.is_empty() || all < 1.0 {
            return Err(LinkageError::NothingToCompare);
        }
        let fixed = known.is_some();
        let mut weights = Weights {
            m: known.unwrap_or_else(|| background.shares.iter().map(|shares| first_guess(shares.len())).collect()),
            u: background.shares.clone(),
            // Every second row has one other of the same customer.
            lambda: (records.rows() as f64 / 2.0 / all).min(0.5),
            iterations: 0,
            change: f64::INFINITY,
            matches: 0.0,
            clarity: 0.0,
        };
        let guess: Vec<Vec<f64>> = weights.m.clone();
        weights.take_off(background, &empty(records));
        while weights.iterations < MOST_ITERATIONS && weights.change > SMALL {
            stop(watch)?;
            let mut counts = empty(records);
            let (mut matches, mut squares) = (0.0, 0.0);
            for (pattern, count) in patterns {
                let share = weights.probability(*pattern);
                let expected = share * count;
                matches += expected;
                squares += share * expected;
                for (place, counts) in counts.iter_mut().enumerate() {
                    if let Some(level) = usize::from(level_of(*pattern, place)).checked_sub(1) {
                        counts[level] += expected;
                    }
                }
            }
            let mut change = (matches / all - weights.lambda).abs() / weights.lambda.max(f64::MIN_POSITIVE);
            weights.lambda = (matches / all).clamp(f64::MIN_POSITIVE, 0.5);
            weights.matches = matches;
            weights.clarity = if matches > 0.0 { squares / matches } else { 0.0 };
            if !fixed {
                for (place, counts) in counts.iter().enumerate() {
                    // One pair of the first guess keeps a level that no match has shown from being impossible.
                    let mut next: Vec<f64> =
                        counts.iter().zip(&guess[place]).map(|(count, guess)| count + guess).collect();
                    normalise(&mut next);
                    for (old, new) in weights.m[place].iter().zip(&next) {
                        change = change.max((old - new).abs());
                    }
                    weights.m[place] = next;
                }
            }
            weights.take_off(background, &counts);
            weights.change = change;
            weights.iterations += 1;
            watch.progress(weights.iterations as u64, 0);
        }
        Ok(weights)
    }

    /// What is left of the pairs taken at random when the expected matches are taken off.
    fn take_off(&mut self, background: &Background, matches: &[Vec<f64>]) {
        for (place, shares) in background.shares.iter().enumerate() {
            let present = background.present[place].max(1.0);
            let left = shares.iter().zip(&matches[place]).map(|(share, taken)| {
                let seen = share * present;
                (seen - taken).max(seen * LEAST_LEFT) / present
            });
            self.u[place] = left.collect();
            normalise(&mut self.u[place]);
        }
    }

    /// The evidence of a level in bits: log2(m / u). None of a missing value.
    pub fn bits(&self, column: usize, level: u8) -> f64 {
        match usize::from(level).checked_sub(1) {
            Some(level) => (self.m[column][level] / self.u[column][level]).log2(),
            None => 0.0,
        }
    }

    /// What is known before any comparison, in bits.
    pub fn prior(&self) -> f64 {
        (self.lambda / (1.0 - self.lambda)).log2()
    }

    /// The probability of a match by its pattern alone.
    pub fn probability(&self, pattern: u64) -> f64 {
        probability(
            self.prior() + (0..self.m.len()).map(|place| self.bits(place, level_of(pattern, place))).sum::<f64>(),
        )
    }
}

/// The probability behind so many bits.
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// What is usual of two rows taken at random counts as so many pairs.
const BELIEVED: f64 = 20.0;

/// Most pairs of rows taken at random differ.
fn usual(levels: usize) -> Vec<f64> {
    let mut usual = vec![0.003; levels];
    let others: f64 = usual.iter().skip(1).sum();
    if let Some(differ) = usual.first_mut() {
        *differ = 1.0 - others;
    }
    usual
}

/// Most matches are equal, a tenth differs, and the rest is shared by the levels between.
fn first_guess(levels: usize) -> Vec<f64> {
    let between = levels.saturating_sub(2).max(1) as f64;
    let mut guess: Vec<f64> = (0..levels)
        .map(|level| match level {
            0 => 0.1,
            level if level + 1 == levels => 0.7,
            _ => 0.2 / between,
        })
        .collect();
    normalise(&mut guess);
    guess
}
