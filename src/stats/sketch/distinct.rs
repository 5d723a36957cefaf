//! How many different values there are: HyperLogLog.
//!
//! P. Flajolet, É. Fusy, O. Gandouet and F. Meunier (2007), AofA, 127–146; the estimator is that of O. Ertl (2017),
//! arXiv 1702.01284, which needs no tables against its bias and no switch between small and large counts.

const BITS: u32 = 14;
const REGISTERS: usize = 1 << BITS;
/// The greatest rank of a hash of 64 bits.
const MOST: usize = 64 - BITS as usize + 1;

/// Standard error of the estimate, as a share of it: 1.04 over the root of the number of registers.
pub const RELATIVE_ERROR: f64 = 1.04 / 128.0;

/// Counts different hashes in 16 KB.
pub struct Distinct {
    registers: Vec<u8>,
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct::new()
    }
}

impl Distinct {
    /// None yet.
    pub fn new() -> Self {
        Distinct { registers: vec![0; REGISTERS] }
    }

    /// Counts a hash.
    pub fn add(&mut self, hash: u64) {
        let register = (hash >> (64 - BITS)) as usize;
        let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        let kept = &mut self.registers[register];
        *kept = (*kept).max(rank);
    }

    /// How many different ones there were, about.
    pub fn estimate(&self) -> u64 {
        let registers = REGISTERS as f64;
        let mut histogram = [0.0_f64; MOST + 1];
        for rank in &self.registers {
            histogram[usize::from(*rank).min(MOST)] += 1.0;
        }
        let mut sum = registers * tau(1.0 - histogram[MOST] / registers);
        for rank in (1..MOST).rev() {
            sum = 0.5 * (sum + histogram[rank]);
        }
        sum += registers * sigma(histogram[0] / registers);
        (registers * registers / (2.0 * std::f64::consts::LN_2) / sum).round() as u64
    }
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut power, mut sum) = (1.0, x);
    loop {
        x *= x;
        let before = sum;
        sum += x * power;
        power += power;
        if sum == before {
            return sum;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut power, mut sum) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = sum;
        power *= 0.5;
        sum -= (1.0 - x) * (1.0 - x) * power;
        if sum == before {
            return sum / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::mixed;

    /// Within four standard errors for every count; the hashes are fixed, so this either holds or not.
    #[test]
    fn the_estimate_lies_within_its_error() {
        for count in [0_u64, 1, 10, 1000, 20_000, 300_000, 2_000_000] {
            let mut distinct = Distinct::new();
            for value in 0..count {
                distinct.add(mixed(value));
                distinct.add(mixed(value));
            }
            let error = distinct.estimate().abs_diff(count) as f64;
            assert!(error <= (4.0 * RELATIVE_ERROR * count as f64).max(1.0), "{count}: {}", distinct.estimate());
        }
    }
}
