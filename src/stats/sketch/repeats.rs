//! How many of very many things occur more than once.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Takes a hash as it is.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Counts all things while they are few. Of more, those whose hashes end in so many zeros that they stay few: all
/// occurrences of a thing are then counted, or none, so their share is a fair sample, and the same one every time.
pub struct Repeats {
    counts: HashMap<u64, u64, BuildHasherDefault<AsItIs>>,
    capacity: usize,
    /// A hash is kept whose last bits, so many, are zeros.
    zeros: u32,
}

impl Repeats {
    /// Nothing yet; so many different things are counted exactly.
    pub fn new(capacity: usize) -> Self {
        Repeats { counts: HashMap::default(), capacity, zeros: 0 }
    }

    /// Counts a thing by its hash.
    pub fn add(&mut self, hash: u64, times: u64) {
        if !self.keeps(hash) {
            return;
        }
        *self.counts.entry(hash).or_default() += times;
        while self.counts.len() > self.capacity {
            self.zeros += 1;
            let mask = (1_u64 << self.zeros) - 1;
            self.counts.retain(|hash, _| hash & mask == 0);
        }
    }

    fn keeps(&self, hash: u64) -> bool {
        hash & ((1_u64 << self.zeros) - 1) == 0
    }

    /// Whether every thing was counted; otherwise what is told is an estimate.
    pub fn is_exact(&self) -> bool {
        self.zeros == 0
    }

    /// Occurrences beyond the first of each thing.
    pub fn repeated(&self) -> u64 {
        self.counts.values().map(|count| count - 1).sum::<u64>() << self.zeros
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::mixed;

    #[test]
    fn repeats_are_exact_while_few_and_near_beyond() {
        let mut few = Repeats::new(100);
        for thing in [1, 2, 1, 3, 1] {
            few.add(mixed(thing), 1);
        }
        assert_eq!((few.repeated(), few.is_exact()), (2, true));
        let mut many = Repeats::new(1 << 12);
        for thing in 0..200_000_u64 {
            many.add(mixed(thing), if thing % 10 == 0 { 2 } else { 1 });
        }
        assert!(!many.is_exact());
        let found = many.repeated() as f64;
        assert!((found - 20_000.0).abs() < 4_000.0, "{found}");
    }
}
