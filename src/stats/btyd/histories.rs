//! Purchase histories as the continuous-time models take them: x, t_x, T, equal ones counted once.

use rayon::prelude::*;

use super::NoFit;

/// The purchase history of one customer, in any one unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchases {
    /// Repeat purchases, x.
    pub repeats: u32,
    /// From the first purchase to the last one, t_x; 0 where there is no repeat.
    pub last: f64,
    /// From the first purchase to the end of what was observed, T.
    pub age: f64,
}

impl Purchases {
    /// What cannot be about these numbers, in words.
    fn fault(self) -> Option<String> {
        let Purchases { repeats, last, age } = self;
        if !(last.is_finite() && age.is_finite()) {
            Some(format!("has times that are no numbers: t_x {last}, T {age}"))
        } else if age < 0.0 || last < 0.0 {
            Some(format!("has negative times: t_x {last}, T {age}"))
        } else if last > age {
            Some(format!("was last seen at {last}, after the end of what was observed at {age}"))
        } else if repeats == 0 && last > 0.0 {
            Some(format!("has no repeat purchase, yet a last one at {last}"))
        } else if repeats > 0 && last == 0.0 {
            Some(format!("has {repeats} repeat purchases at the moment of the first"))
        } else {
            None
        }
    }
}

/// A history that one or more customers share.
#[derive(Debug, Clone, Copy)]
pub struct Shared {
    /// The history.
    pub purchases: Purchases,
    /// Customers who have it.
    pub customers: f64,
    /// Number of the pattern of their covariates; 0 where there are none.
    pub pattern: u32,
}

/// All customers' histories, equal ones put together.
#[derive(Debug, Clone)]
pub struct Histories {
    /// The different histories, in order of x, T, t_x and pattern.
    pub shared: Vec<Shared>,
    /// For each customer, in the order given, the place of the history.
    pub of: Vec<u32>,
}

/// What decides the order: x, T, t_x, pattern. Times are not negative, so their bits are in the order of their values.
type Key = (u32, u64, u64, u32);

impl Histories {
    /// Puts equal histories together. `patterns` has the number of each customer's pattern of covariates, or is empty.
    ///
    /// # Errors
    /// Where there are no customers, or one has a history that cannot be.
    pub fn new(customers: &[Purchases], patterns: &[u32]) -> Result<Histories, NoFit> {
        if customers.is_empty() {
            return Err(NoFit::Nobody);
        }
        if let Some((row, fault)) = customers.iter().enumerate().find_map(|(row, one)| Some((row, one.fault()?))) {
            return Err(NoFit::Impossible { row, fault });
        }
        let mut keys: Vec<(Key, u32)> = customers
            .par_iter()
            .enumerate()
            .map(|(row, one)| {
                let pattern = patterns.get(row).copied().unwrap_or(0);
                // Adding 0 makes a zero of a negative zero, whose bits would be another key.
                ((one.repeats, (one.age + 0.0).to_bits(), (one.last + 0.0).to_bits(), pattern), row as u32)
            })
            .collect();
        keys.par_sort_unstable();
        let mut shared: Vec<Shared> = Vec::new();
        let mut of = vec![0; customers.len()];
        for equal in keys.chunk_by(|left, right| left.0 == right.0) {
            let (repeats, age, last, pattern) = equal[0].0;
            for (_, row) in equal {
                of[*row as usize] = shared.len() as u32;
            }
            let purchases = Purchases { repeats, last: f64::from_bits(last), age: f64::from_bits(age) };
            shared.push(Shared { purchases, customers: equal.len() as f64, pattern });
        }
        Ok(Histories { shared, of })
    }

    /// Refuses data from which no continuous-time model of so many parameters can be learned.
    pub(super) fn check(&self, parameters: usize) -> Result<(), NoFit> {
        let customers = self.of.len() as u64;
        let repeaters: f64 = self.shared.iter().filter(|one| one.purchases.repeats > 0).map(|one| one.customers).sum();
        if self.shared.iter().all(|one| one.purchases.age == 0.0) {
            return Err(NoFit::NoTime);
        }
        if repeaters == 0.0 {
            return Err(NoFit::NobodyRepeats { customers });
        }
        let wanted = FEWEST + 3 * parameters.saturating_sub(4) as u64;
        if customers < wanted {
            return Err(NoFit::TooFew { customers, wanted, parameters });
        }
        let first = self.shared[0].purchases;
        if self.shared.iter().all(|one| one.purchases == first) {
            return Err(NoFit::AllAlike { customers });
        }
        Ok(())
    }

    /// Mean time that customers were observed: the scale in which the search runs.
    pub(super) fn mean_age(&self) -> f64 {
        self.shared.iter().map(|one| one.customers * one.purchases.age).sum::<f64>() / self.of.len() as f64
    }

    /// Number of repeat purchases of all customers.
    pub(super) fn purchases(&self) -> f64 {
        self.shared.iter().map(|one| one.customers * f64::from(one.purchases.repeats)).sum()
    }
}

/// Four parameters cannot be learned from fewer customers; each effect wants three more.
const FEWEST: u64 = 10;
