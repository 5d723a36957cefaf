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

/// Among which pairs the weights are sought.
enum Among<'a> {
    /// All of them; `fixed` where it is known how often one customer agrees.
    All { background: &'a Background, guess: &'a [Vec<f64>], fixed: bool },
    /// Those that are equal in one column, which says nothing then.
    Equal { column: usize, guess: &'a [Vec<f64>] },
}

impl Among<'_> {
    /// The pattern without what is given.
    fn seen(&self, pattern: u64) -> u64 {
        match self {
            Among::All { .. } => pattern,
            Among::Equal { column, .. } => pattern & !(15 << (4 * column)),
        }
    }

    fn is_given(&self, place: usize) -> bool {
        matches!(self, Among::Equal { column, .. } if *column == place)
    }

    /// The greatest share of matches.
    fn most(&self) -> f64 {
        match self {
            Among::All { .. } => 0.5,
            Among::Equal { .. } => 0.999,
        }
    }

    /// What is believed of matches before one is seen; nothing where it is known.
    fn learns(&self) -> Option<&[Vec<f64>]> {
        match self {
            Among::All { fixed: true, .. } => None,
            Among::All { guess, .. } | Among::Equal { guess, .. } => Some(guess),
        }
    }

    /// The expected matches are among the pairs at random; where one column is equal hardly any are.
    fn take_off(&self, weights: &mut Weights, counts: &[Vec<f64>]) {
        if let Among::All { background, .. } = self {
            weights.take_off(background, counts);
        }
    }
}

/// A column of which this part of the equal pairs was compared shows all of them.
const COMPLETE: f64 = 0.95;

/// How often rows of one customer agree, learnt from pairs that are equal in one column, column by column, as far as all
/// such pairs were compared. Namesakes are few among those who share a date of birth or a telephone number, and customers many;
/// among all pairs it may be the other way round. None where there is no such column.
fn learnt_where_one_is_equal(
    before: &Weights,
    patterns: &[(u64, f64)],
    background: &Background,
    guess: &[Vec<f64>],
    watch: &dyn Watch,
) -> Result<Option<Vec<Vec<f64>>>, LinkageError> {
    let mut sums: Vec<Vec<f64>> = guess.to_vec();
    let mut any = false;
    for (column, shares) in background.shares.iter().enumerate() {
        let is_equal = |pattern: u64| usize::from(level_of(pattern, column)) == shares.len();
        let equal: Vec<(u64, f64)> = patterns.iter().filter(|(pattern, _)| is_equal(*pattern)).copied().collect();
        let pairs: f64 = equal.iter().map(|(_, count)| count).sum();
        let in_all = shares.last().copied().unwrap_or_default() * background.present[column];
        if pairs < 1.0 || pairs < COMPLETE * in_all {
            continue;
        }
        let mut weights = Weights { lambda: 0.1, ..before.clone() };
        let counts = weights.settle(&equal, pairs, &Among::Equal { column, guess }, watch)?;
        if weights.are_of_namesakes() {
            continue;
        }
        any = true;
        for (place, (sums, counts)) in sums.iter_mut().zip(counts).enumerate().filter(|(place, _)| *place != column) {
            debug_assert_eq!(sums.len(), background.shares[place].len());
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    sums.iter_mut().for_each(|sums| normalise(sums));
    Ok(any.then_some(sums))
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
        let guess: Vec<Vec<f64>> = background.shares.iter().map(|shares| first_guess(shares.len())).collect();
        let mut weights = Weights {
            m: known.unwrap_or_else(|| background.shares.iter().map(|shares| start(shares.len())).collect()),
            u: background.shares.clone(),
            // One row in a thousand has another of the same customer. The surest pairs then teach first; from a start with
            // many matches namesakes would, who are more than the customers where few rows belong together.
            lambda: ((records.rows() as f64 / 1000.0).max(1.0) / all).min(0.5),
            iterations: 0,
            change: f64::INFINITY,
            matches: 0.0,
            clarity: 0.0,
        };
        let before = weights.clone();
        weights.settle(patterns, all, &Among::All { background, guess: &guess, fixed }, watch)?;
        if !fixed
            && weights.are_of_namesakes()
            && let Some(m) = learnt_where_one_is_equal(&before, patterns, background, &guess, watch)?
        {
            weights = Weights { m, ..before };
            weights.settle(patterns, all, &Among::All { background, guess: &guess, fixed: true }, watch)?;
        }
        Ok(weights)
    }

    /// Expectation and maximisation until nothing moves.
    fn settle(
        &mut self,
        patterns: &[(u64, f64)],
        all: f64,
        among: &Among<'_>,
        watch: &dyn Watch,
    ) -> Result<Vec<Vec<f64>>, LinkageError> {
        let mut counts: Vec<Vec<f64>> = self.m.iter().map(|shares| vec![0.0; shares.len()]).collect();
        self.iterations = 0;
        self.change = f64::INFINITY;
        among.take_off(self, &counts);
        while self.iterations < MOST_ITERATIONS && self.change > SMALL {
            stop(watch)?;
            counts.iter_mut().flatten().for_each(|count| *count = 0.0);
            let (mut matches, mut squares) = (0.0, 0.0);
            for (pattern, count) in patterns {
                let share = self.probability(among.seen(*pattern));
                let expected = share * count;
                matches += expected;
                squares += share * expected;
                for (place, counts) in counts.iter_mut().enumerate() {
                    if let Some(level) = usize::from(level_of(*pattern, place)).checked_sub(1) {
                        counts[level] += expected;
                    }
                }
            }
            let mut change = (matches / all - self.lambda).abs() / self.lambda.max(f64::MIN_POSITIVE);
            self.lambda = (matches / all).clamp(f64::MIN_POSITIVE, among.most());
            self.matches = matches;
            self.clarity = if matches > 0.0 { squares / matches } else { 0.0 };
            if let Some(guess) = among.learns() {
                for (place, counts) in counts.iter().enumerate().filter(|(place, _)| !among.is_given(*place)) {
                    // One pair of the first guess keeps a level that no match has shown from being impossible.
                    let mut next: Vec<f64> =
                        counts.iter().zip(&guess[place]).map(|(count, guess)| count + guess).collect();
                    normalise(&mut next);
                    for (old, new) in self.m[place].iter().zip(&next) {
                        change = change.max((old - new).abs());
                    }
                    self.m[place] = next;
                }
            }
            among.take_off(self, &counts);
            self.change = change;
            self.iterations += 1;
            watch.progress(self.iterations as u64, 0);
        }
        Ok(counts)
    }

    /// Whether what was found are namesakes rather than customers: rows that differ in most of the columns more often than not.
    pub fn are_of_namesakes(&self) -> bool {
        let differ = self.m.iter().filter(|shares| shares.first().is_some_and(|differ| *differ > 0.5)).count();
        2 * differ > self.m.len()
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
    guessed(levels, 0.1)
}

/// What the surest pairs are like: a fiftieth differs.
fn start(levels: usize) -> Vec<f64> {
    guessed(levels, 0.02)
}

fn guessed(levels: usize, differ: f64) -> Vec<f64> {
    let between = levels.saturating_sub(2).max(1) as f64;
    let mut guess: Vec<f64> = (0..levels)
        .map(|level| match level {
            0 => differ,
            level if level + 1 == levels => 0.7,
            _ => 0.2 / between,
        })
        .collect();
    normalise(&mut guess);
    guess
}
