//! Sorting by whole-number keys, which can be stopped.

use super::SurvivalError;
use crate::Watch;

/// Bits that are looked at in one pass.
const DIGIT: u32 = 11;
const BUCKETS: usize = 1 << DIGIT;
/// Below this a comparison sort is quicker.
const FEW: usize = 4_096;
/// Rows between two looks at whether to stop.
const BLOCK: usize = 1 << 20;

/// Sorts by a key, equal keys stay in their order: digit by digit from the lowest, digits that are the same in all keys
/// left out.
pub(super) fn sort_by_key<T: Copy>(
    rows: &mut Vec<T>,
    key: impl Fn(&T) -> u64,
    watch: &dyn Watch,
) -> Result<(), SurvivalError> {
    if rows.len() < FEW {
        rows.sort_by_key(|row| key(row));
        return Ok(());
    }
    // Bits in which two keys differ at all.
    let (all, any) = rows.iter().fold((u64::MAX, 0), |(all, any), row| (all & key(row), any | key(row)));
    let differing = all ^ any;
    let mut other = rows.clone();
    let mut shift = 0;
    while shift < u64::BITS {
        let digit = |row: &T| (key(row) >> shift) as usize & (BUCKETS - 1);
        if (differing >> shift) & (BUCKETS as u64 - 1) != 0 {
            let mut places = vec![0_usize; BUCKETS];
            for block in rows.chunks(BLOCK) {
                stop_if_told(watch)?;
                block.iter().for_each(|row| places[digit(row)] += 1);
            }
            let mut start = 0;
            for place in &mut places {
                start += std::mem::replace(place, start);
            }
            for block in rows.chunks(BLOCK) {
                stop_if_told(watch)?;
                for row in block {
                    let place = &mut places[digit(row)];
                    other[*place] = *row;
                    *place += 1;
                }
            }
            std::mem::swap(rows, &mut other);
        }
        shift += DIGIT;
    }
    Ok(())
}

/// The refusal with which stopped work ends.
pub(super) fn stop_if_told(watch: &dyn Watch) -> Result<(), SurvivalError> {
    if watch.stopped() { Err(SurvivalError::Stopped) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unwatched;

    #[test]
    fn it_sorts_as_the_standard_sort_does_and_keeps_equal_keys_in_order() {
        let mut state = 3_u64;
        for (rows, mask) in
            [(10, u64::MAX), (5_000, u64::MAX), (20_000, 0xFF_F000), (9_000, 0), (30_000, u64::MAX << 40)]
        {
            let mut pairs: Vec<(u64, usize)> = (0..rows)
                .map(|row| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state & mask, row)
                })
                .collect();
            let mut wanted = pairs.clone();
            wanted.sort_by_key(|pair| pair.0);
            assert!(sort_by_key(&mut pairs, |pair| pair.0, &Unwatched).is_ok());
            assert_eq!(pairs, wanted);
        }
    }

    struct Stopping;
    impl Watch for Stopping {
        fn stopped(&self) -> bool {
            true
        }
        fn progress(&self, _done: u64, _total: u64) {}
    }

    #[test]
    fn it_stops_when_told() {
        let mut keys: Vec<u64> = (0..10_000).rev().collect();
        assert_eq!(sort_by_key(&mut keys, |key| *key, &Stopping), Err(SurvivalError::Stopped));
    }
}
