//! How often each value occurs: exactly up to a number of different values, and the frequent ones beyond it.

use super::distinct::Distinct;
use super::repeats::Repeats;
use super::{hash_of, mixed};

/// A value that can be counted.
pub trait Key {
    /// What is looked up.
    type Given: ?Sized;
    /// Its hash.
    fn hash(given: &Self::Given) -> u64;
    /// Whether it is this one.
    fn is(&self, given: &Self::Given) -> bool;
    /// Keeps it.
    fn keep(given: &Self::Given) -> Self;
    /// The bytes that it takes beside its place in the table.
    fn bytes(&self) -> usize;
}

impl Key for Box<str> {
    type Given = str;
    fn hash(given: &str) -> u64 {
        hash_of(given.as_bytes())
    }
    fn is(&self, given: &str) -> bool {
        **self == *given
    }
    fn keep(given: &str) -> Self {
        given.into()
    }
    fn bytes(&self) -> usize {
        self.len()
    }
}

/// Whole numbers, and other numbers by their bits.
impl Key for u64 {
    type Given = u64;
    fn hash(given: &u64) -> u64 {
        mixed(*given)
    }
    fn is(&self, given: &u64) -> bool {
        self == given
    }
    fn keep(given: &u64) -> Self {
        *given
    }
    fn bytes(&self) -> usize {
        0
    }
}

struct Entry<K> {
    key: K,
    hash: u64,
    count: u64,
    /// Occurrences since somebody looked at it.
    fresh: u64,
}

/// Counts values in the order in which they come. Up to its capacity of different values every count is exact. Past it the
/// rarer half is let go and what they had is taken off the others (Misra and Gries), so a count may be too low by
/// [`missed`](Counter::missed), never too high; how many different values there were is then an estimate.
pub struct Counter<K> {
    /// Places in `entries`, one more than they are; 0 is free.
    slots: Vec<u32>,
    entries: Vec<Entry<K>>,
    capacity: usize,
    bytes: usize,
    missed: u64,
    is_pruned: bool,
    distinct: Distinct,
    repeats: Repeats,
}

/// Bytes of texts that are kept at most.
const MOST_BYTES: usize = 16 << 20;
/// Values by which it is judged whether a column repeats any.
const REPEATS: usize = 1 << 14;

impl<K: Key> Counter<K> {
    /// An empty counter that tells so many values apart exactly.
    pub fn new(capacity: usize) -> Self {
        Counter {
            slots: vec![0; 64],
            entries: Vec::new(),
            capacity: capacity.max(4),
            bytes: 0,
            missed: 0,
            is_pruned: false,
            distinct: Distinct::new(),
            repeats: Repeats::new(REPEATS),
        }
    }

    /// Counts a value; the answer is whether the counter is full, and wants [`look`](Counter::look) and then
    /// [`prune`](Counter::prune).
    pub fn add(&mut self, given: &K::Given, hash: u64) -> bool {
        self.add_times(given, hash, 1)
    }

    /// Counts a value that occurs so many times.
    pub fn add_times(&mut self, given: &K::Given, hash: u64, times: u64) -> bool {
        let last = self.slots.len() - 1;
        let mut place = hash as usize & last;
        loop {
            match self.slots[place] {
                0 => break,
                taken => {
                    let entry = &mut self.entries[taken as usize - 1];
                    if entry.hash == hash && entry.key.is(given) {
                        entry.count += times;
                        entry.fresh += times;
                        return false;
                    }
                }
            }
            place = (place + 1) & last;
        }
        let key = K::keep(given);
        self.bytes += key.bytes();
        self.entries.push(Entry { key, hash, count: times, fresh: times });
        self.slots[place] = self.entries.len() as u32;
        if self.entries.len() * 2 > self.slots.len() {
            self.lay_out(self.slots.len() * 2);
        }
        self.entries.len() >= self.capacity || self.bytes >= MOST_BYTES
    }

    /// Hands over every value that came since the last look, with how often it did, in the order of first appearance.
    pub fn look(&mut self, mut at: impl FnMut(&K, u64)) {
        for entry in self.entries.iter_mut().filter(|entry| entry.fresh > 0) {
            at(&entry.key, entry.fresh);
            self.distinct.add(entry.hash);
            self.repeats.add(entry.hash, entry.fresh);
            entry.fresh = 0;
        }
    }

    /// Makes room: the rarer half goes. Call [`look`](Counter::look) before, or what they counted is lost.
    pub fn prune(&mut self) {
        let mut counts: Vec<u64> = self.entries.iter().map(|entry| entry.count).collect();
        let middle = counts.len() / 2;
        let taken_off = *counts.select_nth_unstable(middle).1;
        self.entries.retain_mut(|entry| {
            entry.count = entry.count.saturating_sub(taken_off);
            entry.count > 0
        });
        self.missed += taken_off;
        self.is_pruned = true;
        self.bytes = self.entries.iter().map(|entry| entry.key.bytes()).sum();
        self.lay_out(self.slots.len());
    }

    fn lay_out(&mut self, size: usize) {
        self.slots.clear();
        self.slots.resize(size, 0);
        for (number, entry) in self.entries.iter().enumerate() {
            let mut place = entry.hash as usize & (size - 1);
            while self.slots[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = number as u32 + 1;
        }
    }

    /// By how much a count may be too low; 0 where all are exact.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// Whether every value that came is still there with its exact count.
    pub fn is_exact(&self) -> bool {
        !self.is_pruned
    }

    /// How many different values there were: exactly while nothing was let go, else an estimate.
    pub fn distinct(&self) -> u64 {
        if self.is_pruned { self.distinct.estimate() } else { self.entries.len() as u64 }
    }

    /// Whether any value occurred twice, judged by all values, or by a part of them that is chosen by their hashes.
    pub fn has_repeats(&self) -> bool {
        if self.is_pruned { self.repeats.repeated() > 0 } else { self.entries.iter().any(|entry| entry.count > 1) }
    }

    /// The values that are known with their counts, in the order of first appearance.
    pub fn entries(&self) -> impl Iterator<Item = (&K, u64)> {
        self.entries.iter().map(|entry| (&entry.key, entry.count))
    }

    /// The most frequent values, the earlier one first where two are as frequent. Where values were let go, only those
    /// that are certain to be more frequent than any of them.
    pub fn top(&self, many: usize) -> Vec<(&K, u64)> {
        let mut found: Vec<(usize, &Entry<K>)> =
            self.entries.iter().enumerate().filter(|(_, entry)| entry.count > self.missed).collect();
        found.sort_by_key(|(place, entry)| (std::cmp::Reverse(entry.count), *place));
        found.into_iter().take(many).map(|(_, entry)| (&entry.key, entry.count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(values: &[u64], capacity: usize) -> (Counter<u64>, u64) {
        let mut counter = Counter::new(capacity);
        let mut looked = 0;
        for value in values {
            if counter.add(value, u64::hash(value)) {
                counter.look(|_, count| looked += count);
                counter.prune();
            }
        }
        counter.look(|_, count| looked += count);
        (counter, looked)
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let (counter, looked) = count(&[7, 3, 7, 7, 3, 9], 100);
        assert_eq!(counter.top(2), [(&7, 3), (&3, 2)]);
        assert_eq!((counter.distinct(), counter.is_exact(), counter.missed(), looked), (3, true, 0, 6));
        assert!(counter.has_repeats());
    }

    /// Half of the rows have one value, the rest all different ones: the frequent one is found, its count at most too low
    /// by what is told, and every row is looked at exactly once.
    #[test]
    fn past_the_capacity_frequent_values_stay_and_no_row_is_lost() {
        let values: Vec<u64> = (0..20_000).map(|row| if row % 2 == 0 { 1 } else { row }).collect();
        let (counter, looked) = count(&values, 256);
        assert_eq!(looked, 20_000);
        let top = counter.top(3);
        assert_eq!(top.len(), 1);
        assert_eq!(*top[0].0, 1);
        assert!(top[0].1 <= 10_000 && top[0].1 + counter.missed() >= 10_000, "{top:?} {}", counter.missed());
        assert!(!counter.is_exact());
        let distinct = counter.distinct() as f64;
        assert!((distinct - 10_001.0).abs() < 10_001.0 * 0.03, "{distinct}");
    }

    #[test]
    fn a_column_of_ids_has_no_repeats_however_long_it_is() {
        let values: Vec<u64> = (0..300_000).collect();
        assert!(!count(&values, 1000).0.has_repeats());
        let twice: Vec<u64> = (0..300_000).map(|row| row / 2).collect();
        assert!(count(&twice, 1000).0.has_repeats());
    }
}
