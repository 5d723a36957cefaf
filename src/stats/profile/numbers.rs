//! Numbers with how often each occurs.

use crate::sketch::Quantiles;

/// Bins in a power of ten, and the powers that are told apart.
const IN_A_DECADE: usize = 20;
const LOWEST: i32 = -6;
const DECADES: usize = 18;
/// Bins by the size of numbers, from a millionth on.
pub const DECADE_BINS: usize = IN_A_DECADE * DECADES;

/// Summary of numbers.
#[derive(Clone)]
pub struct Numbers {
    /// How many.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    squares: f64,
    /// The least; none where there are no numbers.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Those that are zero.
    pub zeros: u64,
    /// Those below zero.
    pub negative: u64,
    /// Those without decimals.
    pub whole: u64,
    /// Those that are no number (NaN), or endless.
    pub not_finite: u64,
    /// Whole numbers past 2⁵³, whose last digits a decimal number cannot hold.
    pub too_long: u64,
    /// Their quantiles.
    pub quantiles: Quantiles,
    /// How many are of which size, sign aside: see [`decade_of`].
    pub sizes: Vec<u64>,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            zeros: 0,
            negative: 0,
            whole: 0,
            not_finite: 0,
            too_long: 0,
            quantiles: Quantiles::new(),
            sizes: vec![0; DECADE_BINS],
        }
    }
}

/// The power of ten at the middle of a bin of sizes.
pub fn decade_of(bin: usize) -> f64 {
    f64::from(LOWEST) + (bin as f64 + 0.5) / IN_A_DECADE as f64
}

impl Numbers {
    /// Adds a number that occurs so many times.
    pub fn add(&mut self, value: f64, times: u64) {
        if !value.is_finite() {
            self.not_finite += times;
            return;
        }
        let before = self.count as f64;
        self.count += times;
        let weight = times as f64;
        let off = value - self.mean;
        let step = off * weight / (before + weight);
        self.mean += step;
        self.squares += before * off * step;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.quantiles.add(value, times);
        if value == 0.0 {
            self.zeros += times;
            self.whole += times;
            return;
        }
        if value < 0.0 {
            self.negative += times;
        }
        if value.fract() == 0.0 {
            self.whole += times;
            if value.abs() > 9_007_199_254_740_992.0 {
                self.too_long += times;
            }
        }
        let place = (value.abs().log10() - f64::from(LOWEST)) * IN_A_DECADE as f64;
        let bin = (place.max(0.0) as usize).min(DECADE_BINS - 1);
        self.sizes[bin] += times;
    }

    /// Standard deviation of a sample; none for fewer than two numbers.
    pub fn deviation(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_are_those_of_the_numbers() {
        let mut numbers = Numbers::default();
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares around it 32.
        for (value, times) in [(2.0, 1), (4.0, 3), (5.0, 2), (7.0, 1), (9.0, 1), (f64::NAN, 2)] {
            numbers.add(value, times);
        }
        assert_eq!((numbers.count, numbers.mean, numbers.not_finite), (8, 5.0, 2));
        assert!((numbers.deviation().unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!((numbers.min, numbers.max, numbers.whole), (2.0, 9.0, 8));
    }

    #[test]
    fn a_size_is_that_of_its_bin() {
        let mut numbers = Numbers::default();
        numbers.add(-250.0, 3);
        let bin = numbers.sizes.iter().position(|count| *count == 3).unwrap();
        assert!((decade_of(bin) - 250.0_f64.log10()).abs() <= 0.025);
    }
}
