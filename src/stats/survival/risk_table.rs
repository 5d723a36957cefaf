//! Who is at risk when: the table behind every estimate of survival.

use super::SurvivalError;
use super::sorting::{sort_by_key, stop_if_told};
use crate::Watch;

/// What was observed, one entry per row.
#[derive(Debug, Clone, Copy)]
pub struct Observations<'a> {
    /// How long each row was seen, from 0 up, in any unit.
    pub durations: &'a [f64],
    /// What ended it: 0 where nothing has happened yet (censored), otherwise the number of the cause, from 1.
    pub ends: &'a [u32],
    /// When each row came under observation, on the same scale (left truncation): it counts as at risk after that time.
    /// At 0 or below it is there from the start. Left out: all are.
    pub entries: Option<&'a [f64]>,
    /// For how many equal rows each stands. Left out: 1.
    pub weights: Option<&'a [f64]>,
}

impl<'a> Observations<'a> {
    /// Rows that are seen from the start, each counted once.
    pub fn new(durations: &'a [f64], ends: &'a [u32]) -> Observations<'a> {
        Observations { durations, ends, entries: None, weights: None }
    }
}

/// Numbers of rows at every time at which one ends, times rising.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RiskTable {
    /// The different durations.
    pub times: Vec<f64>,
    /// Rows that are under observation just before that time.
    pub at_risk: Vec<f64>,
    /// Rows to which the event happens then, of whatever cause.
    pub events: Vec<f64>,
    /// Rows that are censored then; they are still at risk when the events of that time happen.
    pub censored: Vec<f64>,
    /// Number of causes.
    pub causes: usize,
    /// Events by cause, `causes` numbers for each time. Empty where there is one cause only.
    by_cause: Vec<f64>,
    /// Times of late entries, rising, each with the rows that enter then or later.
    late: Vec<(f64, f64)>,
}

/// Counting by bucket is worth it as long as the buckets are not many more than the rows; a few are always cheap.
const BUCKETS_PER_ROW: usize = 2;
const FEW_BUCKETS: usize = 1 << 16;
const FEW_PER_ROW: usize = 16;
/// Rows between two looks at whether to stop.
const BLOCK: usize = 1 << 20;

impl RiskTable {
    /// Counts the rows. Refuses durations that are negative or no number, rows that enter after they end, and weights
    /// that are not above 0.
    pub fn of(rows: Observations<'_>, watch: &dyn Watch) -> Result<RiskTable, SurvivalError> {
        let buckets = check(&rows)?;
        let causes = rows.ends.iter().copied().max().unwrap_or_default().max(1) as usize;
        let mut table = RiskTable { causes, ..RiskTable::default() };
        match (rows.entries, rows.weights, buckets) {
            (None, None, Some(buckets)) => table.count(&rows, buckets, watch)?,
            (None, None, None) if causes == 1 => table.sort(&rows, watch)?,
            _ => table.sort_weighted(&rows, watch)?,
        }
        table.fill_at_risk(&rows, watch)?;
        Ok(table)
    }

    /// One table for each group; `groups` gives every row's, from 0 to below `number`. Groups without rows have an
    /// empty table.
    pub fn by_group(
        rows: Observations<'_>,
        groups: &[u32],
        number: usize,
        watch: &dyn Watch,
    ) -> Result<Vec<RiskTable>, SurvivalError> {
        check(&rows)?;
        if groups.len() != rows.durations.len() {
            return Err(SurvivalError::Lengths { durations: rows.durations.len(), other: groups.len() });
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); number];
        for (row, group) in groups.iter().enumerate() {
            if let Some(group) = members.get_mut(*group as usize) {
                group.push(row);
            }
        }
        let causes = rows.ends.iter().copied().max().unwrap_or_default().max(1) as usize;
        let pick = |values: &[f64], members: &[usize]| members.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        members
            .iter()
            .map(|members| {
                stop_if_told(watch)?;
                if members.is_empty() {
                    return Ok(RiskTable { causes, ..RiskTable::default() });
                }
                let ends: Vec<u32> = members.iter().map(|row| rows.ends[*row]).collect();
                let entries = rows.entries.map(|entries| pick(entries, members));
                let weights = rows.weights.map(|weights| pick(weights, members));
                let mut table = RiskTable::of(
                    Observations {
                        durations: &pick(rows.durations, members),
                        ends: &ends,
                        entries: entries.as_deref(),
                        weights: weights.as_deref(),
                    },
                    watch,
                )?;
                table.widen(causes);
                Ok(table)
            })
            .collect()
    }

    /// Number of different times.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether no row was counted.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Events of a cause (from 1) at the time with this index.
    pub fn events_of(&self, cause: usize, index: usize) -> f64 {
        if self.causes == 1 { self.events[index] } else { self.by_cause[index * self.causes + cause - 1] }
    }

    /// Number of rows, each counted with its weight.
    pub fn rows(&self) -> f64 {
        self.events.iter().zip(&self.censored).map(|(events, censored)| events + censored).sum()
    }

    /// Rows that are there from the start.
    pub fn at_start(&self) -> f64 {
        self.rows() - self.late.first().map_or(0.0, |(_, missing)| *missing)
    }

    /// Rows at risk just before any time that lies after the step before `place` and not after the one at `place`.
    pub(super) fn at_risk_before(&self, place: usize, time: f64) -> f64 {
        let Some(at_risk) = self.at_risk.get(place) else { return 0.0 };
        if self.late.is_empty() {
            return *at_risk;
        }
        f64::max(at_risk - (self.missing(time) - self.missing(self.times[place])), 0.0)
    }

    /// Rows that are not there yet just before a time.
    fn missing(&self, time: f64) -> f64 {
        self.late.get(self.late.partition_point(|(entry, _)| *entry < time)).map_or(0.0, |(_, missing)| *missing)
    }

    /// Gives room for causes that happen in other groups only.
    fn widen(&mut self, causes: usize) {
        if causes > self.causes {
            let mut wider = vec![0.0; causes * self.times.len()];
            for index in 0..self.times.len() {
                for cause in 1..=self.causes {
                    wider[index * causes + cause - 1] = self.events_of(cause, index);
                }
            }
            self.causes = causes;
            self.by_cause = wider;
        }
    }

    /// Whole durations: counts for each of them, without sorting.
    fn count(&mut self, rows: &Observations<'_>, buckets: usize, watch: &dyn Watch) -> Result<(), SurvivalError> {
        let width = self.causes + 1;
        let mut counts = vec![0_u64; buckets * width];
        for (durations, ends) in rows.durations.chunks(BLOCK).zip(rows.ends.chunks(BLOCK)) {
            stop_if_told(watch)?;
            for (duration, end) in durations.iter().zip(ends) {
                counts[*duration as usize * width + *end as usize] += 1;
            }
        }
        for (time, counts) in counts.chunks(width).enumerate() {
            if counts.iter().any(|count| *count > 0) {
                self.push(time as f64, counts.iter().map(|count| *count as f64));
            }
        }
        Ok(())
    }

    /// Any durations, one cause: the bits of a number from 0 up are in its order and leave one free for the end.
    fn sort(&mut self, rows: &Observations<'_>, watch: &dyn Watch) -> Result<(), SurvivalError> {
        let mut keys: Vec<u64> = rows
            .durations
            .iter()
            .zip(rows.ends)
            .map(|(duration, end)| bits(*duration) << 1 | u64::from(*end))
            .collect();
        sort_by_key(&mut keys, |key| *key, watch)?;
        for equal in keys.chunk_by(|left, right| left >> 1 == right >> 1) {
            let censored = equal.partition_point(|key| key & 1 == 0);
            self.times.push(f64::from_bits(equal[0] >> 1));
            self.censored.push(censored as f64);
            self.events.push((equal.len() - censored) as f64);
        }
        Ok(())
    }

    /// Anything else: rows with their numbers.
    fn sort_weighted(&mut self, rows: &Observations<'_>, watch: &dyn Watch) -> Result<(), SurvivalError> {
        let order = sorted(rows.durations, watch)?;
        let mut counts = vec![0.0; self.causes + 1];
        for equal in order.chunk_by(|left, right| left.0 == right.0) {
            counts.fill(0.0);
            for (_, row) in equal {
                counts[rows.ends[*row as usize] as usize] += weight(rows, *row as usize);
            }
            self.push(f64::from_bits(equal[0].0), counts.iter().copied());
        }
        Ok(())
    }

    /// Appends a time: the number censored, then the number of events of each cause.
    fn push(&mut self, time: f64, counts: impl Iterator<Item = f64> + Clone) {
        self.times.push(time);
        self.censored.push(counts.clone().take(1).sum());
        self.events.push(counts.clone().skip(1).sum());
        if self.causes > 1 {
            self.by_cause.extend(counts.skip(1));
        }
    }

    /// Rows at risk, from the last time back, so that the last risk set is exactly those who end then.
    fn fill_at_risk(&mut self, rows: &Observations<'_>, watch: &dyn Watch) -> Result<(), SurvivalError> {
        if let Some(entries) = rows.entries {
            self.late = late_entries(entries, rows, watch)?;
        }
        self.at_risk = vec![0.0; self.times.len()];
        let mut left = 0.0;
        for index in (0..self.times.len()).rev() {
            let ending = self.events[index] + self.censored[index];
            left += ending;
            let missing = if self.late.is_empty() { 0.0 } else { self.missing(self.times[index]) };
            self.at_risk[index] = f64::max(left - missing, ending);
        }
        Ok(())
    }
}

fn weight(rows: &Observations<'_>, row: usize) -> f64 {
    rows.weights.map_or(1.0, |weights| weights[row])
}

/// The bits of a number from 0 up, whose order is that of the numbers.
fn bits(number: f64) -> u64 {
    // Adding 0 makes −0 into 0.
    (number + 0.0).to_bits()
}

fn sorted(numbers: &[f64], watch: &dyn Watch) -> Result<Vec<(u64, u32)>, SurvivalError> {
    let mut order: Vec<(u64, u32)> = numbers.iter().zip(0..).map(|(number, row)| (bits(*number), row)).collect();
    sort_by_key(&mut order, |row| row.0, watch)?;
    Ok(order)
}

/// Different times of entry above 0, rising, each with the rows that enter then or later.
fn late_entries(entries: &[f64], rows: &Observations<'_>, watch: &dyn Watch) -> Result<Vec<(f64, f64)>, SurvivalError> {
    let clamped: Vec<f64> = entries.iter().map(|entry| entry.max(0.0)).collect();
    let order = sorted(&clamped, watch)?;
    let mut late: Vec<(f64, f64)> = Vec::new();
    let mut missing = 0.0;
    for equal in order.chunk_by(|left, right| left.0 == right.0).rev().take_while(|equal| equal[0].0 > 0) {
        missing += equal.iter().map(|(_, row)| weight(rows, *row as usize)).sum::<f64>();
        late.push((f64::from_bits(equal[0].0), missing));
    }
    late.reverse();
    Ok(late)
}

/// Refuses what cannot be counted. Answers the number of buckets where all durations are small whole numbers.
fn check(rows: &Observations<'_>) -> Result<Option<usize>, SurvivalError> {
    let number = rows.durations.len();
    let lengths = [Some(rows.ends.len()), rows.entries.map(<[f64]>::len), rows.weights.map(<[f64]>::len)];
    if let Some(other) = lengths.into_iter().flatten().find(|length| *length != number) {
        return Err(SurvivalError::Lengths { durations: number, other });
    }
    if number == 0 {
        return Err(SurvivalError::NoRows);
    }
    let mut whole = true;
    let mut longest = 0.0_f64;
    for (row, duration) in rows.durations.iter().enumerate() {
        if !(*duration >= 0.0 && duration.is_finite()) {
            return Err(SurvivalError::Duration { row, found: *duration });
        }
        whole &= *duration as u32 as f64 == *duration;
        longest = longest.max(*duration);
    }
    for (row, entry) in rows.entries.unwrap_or_default().iter().enumerate() {
        let duration = rows.durations[row];
        if entry.is_nan() || (*entry >= duration && *entry > 0.0) {
            return Err(SurvivalError::Entry { row, entry: *entry, duration });
        }
    }
    for (row, weight) in rows.weights.unwrap_or_default().iter().enumerate() {
        if !(*weight > 0.0 && weight.is_finite()) {
            return Err(SurvivalError::Weight { row, found: *weight });
        }
    }
    let most = (number * BUCKETS_PER_ROW).max(FEW_BUCKETS.min(number * FEW_PER_ROW));
    Ok((whole && longest < most as f64).then_some(longest as usize + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unwatched;

    #[test]
    fn every_way_of_counting_gives_the_same_table() -> Result<(), SurvivalError> {
        let mut state = 11_u64;
        let mut roll = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % sides
        };
        for rows in [1, 7, 300, 9_000] {
            let durations: Vec<f64> = (0..rows).map(|_| roll(40) as f64).collect();
            for causes in [1, 3] {
                let ends: Vec<u32> = (0..rows).map(|_| roll(causes + 1) as u32).collect();
                let ones = vec![1.0; rows];
                let start = vec![0.0; rows];
                let plain = RiskTable::of(Observations::new(&durations, &ends), &Unwatched)?;
                // Halves are no whole numbers, so these are sorted.
                let halves: Vec<f64> = durations.iter().map(|duration| duration + 0.5).collect();
                let mut sorted = RiskTable::of(Observations::new(&halves, &ends), &Unwatched)?;
                sorted.times.iter_mut().for_each(|time| *time -= 0.5);
                let general =
                    Observations { durations: &durations, ends: &ends, entries: Some(&start), weights: Some(&ones) };
                assert_eq!(plain, sorted);
                assert_eq!(plain, RiskTable::of(general, &Unwatched)?);
                let total: f64 = plain.events.iter().chain(&plain.censored).sum();
                assert_eq!(total, rows as f64);
                assert_eq!(plain.at_risk[0], rows as f64);
            }
        }
        Ok(())
    }

    #[test]
    fn rows_that_come_late_are_at_risk_after_they_came() -> Result<(), SurvivalError> {
        // By hand: ends 3, 5, 5, 8 with entries 0, 3, 4, 5. At 3 only the first (the second enters at 3, not before);
        // at 5 the second and third (the fourth enters at 5); at 8 the fourth.
        let table = RiskTable::of(
            Observations {
                durations: &[3.0, 5.0, 5.0, 8.0],
                ends: &[1, 1, 0, 1],
                entries: Some(&[0.0, 3.0, 4.0, 5.0]),
                weights: None,
            },
            &Unwatched,
        )?;
        assert_eq!(table.times, [3.0, 5.0, 8.0]);
        assert_eq!(table.at_risk, [1.0, 2.0, 1.0]);
        assert_eq!(table.events, [1.0, 1.0, 1.0]);
        assert_eq!(table.censored, [0.0, 1.0, 0.0]);
        Ok(())
    }

    #[test]
    fn a_weight_stands_for_equal_rows() -> Result<(), SurvivalError> {
        let (durations, ends, weights) = ([2.0, 4.0, 4.0, 7.0], [1, 0, 1, 1], [3.0, 1.0, 2.0, 5.0]);
        let weighted = Observations { durations: &durations, ends: &ends, entries: None, weights: Some(&weights) };
        let mut long = (Vec::new(), Vec::new());
        for row in 0..4 {
            for _ in 0..weights[row] as usize {
                long.0.push(durations[row]);
                long.1.push(ends[row]);
            }
        }
        assert_eq!(
            RiskTable::of(weighted, &Unwatched)?,
            RiskTable::of(Observations::new(&long.0, &long.1), &Unwatched)?
        );
        Ok(())
    }

    #[test]
    fn groups_have_tables_of_their_own_with_all_causes() -> Result<(), SurvivalError> {
        let rows = Observations::new(&[1.0, 2.0, 3.0, 4.0], &[2, 0, 1, 1]);
        let tables = RiskTable::by_group(rows, &[0, 0, 1, 1], 3, &Unwatched)?;
        assert_eq!(tables[0].times, [1.0, 2.0]);
        assert_eq!(tables[1].at_risk, [2.0, 1.0]);
        assert_eq!((tables[1].causes, tables[1].events_of(1, 0), tables[1].events_of(2, 0)), (2, 1.0, 0.0));
        assert!(tables[2].is_empty());
        Ok(())
    }

    #[test]
    fn what_cannot_be_counted_is_refused_in_words() {
        let refused = |durations: &[f64], ends: &[u32], entries: Option<&[f64]>, weights: Option<&[f64]>| {
            RiskTable::of(Observations { durations, ends, entries, weights }, &Unwatched)
                .err()
                .map(|refusal| refusal.to_string())
                .unwrap_or_default()
        };
        assert_eq!(refused(&[], &[], None, None), "there are no rows");
        assert_eq!(
            refused(&[1.0, -2.0], &[1, 1], None, None),
            "the duration in row 2 is -2, but one from 0 up is wanted"
        );
        assert_eq!(refused(&[f64::NAN], &[1], None, None), "the duration in row 1 is not a number");
        assert!(refused(&[f64::INFINITY], &[1], None, None).contains("row 1 is inf"));
        assert!(refused(&[1.0], &[1, 0], None, None).contains("1 durations, but 2 values"));
        assert!(refused(&[4.0], &[1], Some(&[4.0]), None).contains("enters at 4 and ends at 4"));
        assert!(refused(&[4.0], &[1], None, Some(&[0.0])).contains("the weight in row 1 is 0"));
    }
}
