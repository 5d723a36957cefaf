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

/// The rows by stratum and duration; rows that share both stay in the order in which they come.
pub(super) fn by_duration(
    rows: impl Iterator<Item = usize>,
    durations: &[f64],
    strata: Option<&[u32]>,
    watch: &dyn Watch,
) -> Result<Vec<usize>, SurvivalError> {
    // The bits of a number from 0 up are in its order; adding 0 makes −0 into 0.
    let mut keyed: Vec<(u64, usize)> = rows.map(|row| ((durations[row] + 0.0).to_bits(), row)).collect();
    sort_by_key(&mut keyed, |entry| entry.0, watch)?;
    if let Some(strata) = strata {
        sort_by_key(&mut keyed, |entry| u64::from(strata[entry.1]), watch)?;
    }
    Ok(keyed.into_iter().map(|entry| entry.1).collect())
}

/// Bits whose order as a whole number is that of the numbers, −0 being 0.
pub(super) fn ordered_bits(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
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

    #[test]
    fn numbers_and_rows_come_in_their_order() {
        let numbers = [f64::NEG_INFINITY, -2.5, -1e-300, 0.0, 1e-300, 1.0, 1.5, 7e300];
        assert!(numbers.windows(2).all(|pair| ordered_bits(pair[0]) < ordered_bits(pair[1])));
        assert_eq!(ordered_bits(-0.0), ordered_bits(0.0));
        let durations = [2.0, 1.0, 2.0, 0.5, -0.0, 0.0];
        let rows = |strata| by_duration((0..6).rev(), &durations, strata, &Unwatched).unwrap();
        assert_eq!(rows(None), [5, 4, 3, 1, 2, 0]);
        assert_eq!(rows(Some(&[7, 7, 7, 1, 1, 7])), [4, 3, 5, 1, 2, 0]);
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
