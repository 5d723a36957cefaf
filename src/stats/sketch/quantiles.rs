//! Quantiles of very many numbers, in one pass and little memory.
//!
//! The numbers are kept as they are until there are too many. Then every second of the sorted ones stands for two, as in
//! J. I. Munro and M. S. Paterson (1980), Theoretical Computer Science 12, 315–323; which of the two stays alternates,
//! instead of being drawn (Z. Karnin, K. Lang and E. Liberty 2016, FOCS, 71–78), so that the answer is always the same.

/// Numbers that are kept at each level.
const KEPT: usize = 1 << 15;

/// A summary of numbers with weights.
#[derive(Default, Clone)]
pub struct Quantiles {
    /// Numbers that stand for 1, 2, 4 … of them.
    levels: Vec<Level>,
    count: u64,
    /// How many ranks the answers may be off at most.
    error: u64,
}

#[derive(Default, Clone)]
struct Level {
    values: Vec<f64>,
    takes_second: bool,
}

impl Quantiles {
    /// None yet.
    pub fn new() -> Self {
        Quantiles::default()
    }

    /// Adds a number that occurs so many times. No number (NaN) is not added.
    pub fn add(&mut self, value: f64, times: u64) {
        if value.is_nan() {
            return;
        }
        self.count += times;
        let mut left = times;
        while left > 0 {
            let level = left.trailing_zeros() as usize;
            self.put(level, value);
            left &= left - 1;
        }
    }

    fn put(&mut self, level: usize, value: f64) {
        if self.levels.len() <= level {
            self.levels.resize(level + 1, Level::default());
        }
        self.levels[level].values.push(value);
        if self.levels[level].values.len() >= KEPT {
            self.compact(level);
        }
    }

    fn compact(&mut self, level: usize) {
        let mut values = std::mem::take(&mut self.levels[level].values);
        values.sort_unstable_by(f64::total_cmp);
        let first = usize::from(self.levels[level].takes_second);
        self.levels[level].takes_second ^= true;
        // Where all of them are one number, nothing is lost.
        if values.first() != values.last() {
            self.error += 1 << level;
        }
        for value in values.iter().skip(first).step_by(2) {
            self.put(level + 1, *value);
        }
        values.clear();
        self.levels[level].values = values;
    }

    /// How many numbers were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How far off the rank of an answer may be, as a share of all ranks; 0 where the answers are exact.
    pub fn rank_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.error as f64 / self.count as f64 }
    }

    /// The numbers in their order, each with how many it stands for.
    pub fn sorted(&self) -> Sorted {
        let weighted = self.levels.iter().enumerate();
        let mut values: Vec<(f64, u64)> =
            weighted.flat_map(|(level, kept)| kept.values.iter().map(move |value| (*value, 1 << level))).collect();
        values.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
        let mut below = 0;
        for (_, weight) in &mut values {
            below += *weight;
            *weight = below;
        }
        Sorted { values, count: self.count }
    }
}

/// Numbers in their order, from which quantiles are read.
pub struct Sorted {
    /// A number, and how many are not greater.
    values: Vec<(f64, u64)>,
    count: u64,
}

impl Sorted {
    fn at(&self, rank: u64) -> f64 {
        let place = self.values.partition_point(|(_, up_to)| *up_to <= rank);
        self.values.get(place).or(self.values.last()).map_or(f64::NAN, |(value, _)| *value)
    }

    /// The quantile, between the two nearest numbers in a straight line; none where there are no numbers.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.count.checked_sub(1)?;
        let rank = share.clamp(0.0, 1.0) * last as f64;
        let (low, part) = (self.at(rank.floor() as u64), rank.fract());
        if part == 0.0 {
            return Some(low);
        }
        let high = self.at(rank.floor() as u64 + 1);
        Some(if low == high { low } else { low + part * (high - low) })
    }

    /// How many numbers are not greater than this one.
    pub fn up_to(&self, value: f64) -> u64 {
        let place = self.values.partition_point(|(number, _)| *number <= value);
        place.checked_sub(1).map_or(0, |place| self.values[place].1)
    }

    /// How many numbers are less than this one.
    pub fn below(&self, value: f64) -> u64 {
        let place = self.values.partition_point(|(number, _)| *number < value);
        place.checked_sub(1).map_or(0, |place| self.values[place].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::mixed;

    #[test]
    fn few_numbers_are_kept_as_they_are() {
        let mut quantiles = Quantiles::new();
        for (value, times) in [(3.0, 1), (1.0, 2), (f64::NAN, 5), (10.0, 1)] {
            quantiles.add(value, times);
        }
        let sorted = quantiles.sorted();
        // 1, 1, 3, 10
        assert_eq!(sorted.quantile(0.5), Some(2.0));
        assert_eq!(sorted.quantile(0.0), Some(1.0));
        assert_eq!(sorted.quantile(1.0), Some(10.0));
        assert_eq!(sorted.quantile(0.75), Some(4.75));
        assert_eq!((sorted.up_to(1.0), sorted.below(1.0), sorted.up_to(9.9), quantiles.count()), (2, 0, 3, 4));
        assert_eq!(quantiles.rank_error(), 0.0);
        assert_eq!(Quantiles::new().sorted().quantile(0.5), None);
    }

    /// A million numbers in disorder: every answer is off by no more ranks than is told, which is little.
    #[test]
    fn many_numbers_are_near_and_the_error_is_told() {
        let mut quantiles = Quantiles::new();
        let many = 1_000_000_u64;
        for place in 0..many {
            // 7 and a million have no common divisor: every rank comes once.
            quantiles.add((mixed(place) % 1_000_003) as f64, 1);
        }
        let error = quantiles.rank_error();
        assert!(error > 0.0 && error < 0.001, "{error}");
        let mut exact: Vec<f64> = (0..many).map(|place| (mixed(place) % 1_000_003) as f64).collect();
        exact.sort_unstable_by(f64::total_cmp);
        let sorted = quantiles.sorted();
        for share in [0.01, 0.25, 0.5, 0.9, 0.999] {
            let found = sorted.quantile(share).unwrap();
            let rank = exact.partition_point(|value| *value <= found) as f64 / many as f64;
            assert!((rank - share).abs() <= error + 2e-6, "{share}: {rank} within {error}");
        }
    }

    #[test]
    fn weights_are_as_good_as_repetition() {
        let (mut once, mut again) = (Quantiles::new(), Quantiles::new());
        for value in 0..1000_u64 {
            let times = mixed(value) % 9 + 1;
            once.add(value as f64, times);
            (0..times).for_each(|_| again.add(value as f64, 1));
        }
        for share in [0.05, 0.5, 0.95] {
            assert_eq!(once.sorted().quantile(share), again.sorted().quantile(share));
        }
    }
}
