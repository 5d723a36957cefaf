//! Days with how often each occurs.

use std::collections::BTreeMap;

/// Different days that are told apart: more than 170 years.
const MOST: usize = 1 << 16;

/// Summary of days, counted since 1970-01-01.
#[derive(Default)]
pub struct Days {
    /// How many values.
    pub count: u64,
    /// Each day with how often it occurs, in their order.
    pub by_day: BTreeMap<i32, u64>,
    /// Values on days that were too many to be told apart.
    pub untold: u64,
    /// Values with a time of day that is not midnight.
    pub with_time: u64,
}

impl Days {
    /// Adds a day that occurs so many times.
    pub fn add(&mut self, day: i32, times: u64) {
        self.count += times;
        if self.by_day.len() < MOST || self.by_day.contains_key(&day) {
            *self.by_day.entry(day).or_default() += times;
        } else {
            self.untold += times;
        }
    }

    /// The first day.
    pub fn first(&self) -> Option<i32> {
        self.by_day.keys().next().copied()
    }

    /// The last day that is not after another one, and how many values lie after that one.
    pub fn last_until(&self, day: i32) -> (Option<i32>, u64) {
        let after = self.by_day.range(day.saturating_add(1)..).map(|(_, count)| *count).sum();
        (self.by_day.range(..=day).next_back().map(|(day, _)| *day), after)
    }

    /// The last day.
    pub fn last(&self) -> Option<i32> {
        self.by_day.keys().next_back().copied()
    }
}
