//! Random numbers that are found by their place, so that nothing depends on who asks first.

/// A stream of random numbers of its own for each seed, purpose and row: xoshiro256++ of Blackman and Vigna (2021), started
/// by splitmix64 of Steele, Lea and Flood (2014). Two rows share nothing, so they can be made in any order on any thread.
#[derive(Debug, Clone)]
pub struct Stream([u64; 4]);

/// The next number of a splitmix64 whose state is moved on.
fn split(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Stream {
    /// The stream of a row, for one purpose.
    pub fn new(seed: u64, purpose: u64, row: u64) -> Stream {
        let mut state = seed;
        state = split(&mut state) ^ purpose;
        state = split(&mut state) ^ row;
        Stream([split(&mut state), split(&mut state), split(&mut state), split(&mut state)])
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let answer = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        answer
    }

    /// Uniform between 0 and 1, neither of them.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Whether something with this chance happens.
    pub fn chance(&mut self, chance: f64) -> bool {
        self.uniform() < chance
    }

    /// A whole number below `count`; 0 where `count` is 0. The first ones are likelier by less than `count` in 2⁶⁴.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// One of several, each as likely as the other; `None` of none.
    pub fn one_of<'a, T>(&mut self, several: &'a [T]) -> Option<&'a T> {
        several.get(self.below(several.len()))
    }

    /// Exponential with this rate.
    pub fn exponential(&mut self, rate: f64) -> f64 {
        -self.uniform().ln() / rate
    }

    /// Standard normal, after Box and Muller.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Gamma of this shape and scale 1, after Marsaglia and Tsang (2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let z = self.normal();
            let v = (1.0 + z / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * z * z + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Beta with these parameters. Both small, both gammas may be 0: then one of the ends, as is the limit.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (one, other) = (self.gamma(a), self.gamma(b));
        if one + other > 0.0 { one / (one + other) } else { f64::from(self.chance(a / (a + b))) }
    }

    /// How often something happens of which so many are expected; for expectations up to some hundreds.
    pub fn poisson(&mut self, expected: f64) -> u32 {
        let (limit, mut product, mut count) = ((-expected).exp(), self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws against those of the law: within five standard errors of the mean, and the variance
    /// within 5 %, which for 40,000 draws of these laws is more than four.
    fn moments(name: &str, mean: f64, variance: f64, draw: impl Fn(&mut Stream) -> f64) {
        let count = 40_000;
        let draws: Vec<f64> = (0..count).map(|row| draw(&mut Stream::new(5, 1, row))).collect();
        let found = draws.iter().sum::<f64>() / count as f64;
        let spread = draws.iter().map(|one| (one - found).powi(2)).sum::<f64>() / count as f64;
        assert!((found - mean).abs() < 5.0 * (variance / count as f64).sqrt(), "{name}: mean {found}, not {mean}");
        assert!((spread / variance - 1.0).abs() < 0.05, "{name}: variance {spread}, not {variance}");
    }

    #[test]
    fn the_laws_have_their_moments_across_rows() {
        moments("uniform", 0.5, 1.0 / 12.0, Stream::uniform);
        moments("exponential", 0.25, 1.0 / 16.0, |stream| stream.exponential(4.0));
        moments("normal", 0.0, 1.0, Stream::normal);
        moments("gamma", 0.243, 0.243, |stream| stream.gamma(0.243));
        moments("gamma", 6.25, 6.25, |stream| stream.gamma(6.25));
        // a b / ((a + b)² (a + b + 1)).
        moments("beta", 0.25, 0.1875 / 5.0, |stream| stream.beta(1.0, 3.0));
        moments("poisson", 3.0, 3.0, |stream| f64::from(stream.poisson(3.0)));
        moments("below", 4.5, 8.25, |stream| stream.below(10) as f64);
    }

    #[test]
    fn a_stream_is_that_of_its_place() {
        let first = |seed, purpose, row| Stream::new(seed, purpose, row).bits();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        let all = [first(1, 2, 3), first(1, 2, 4), first(1, 3, 3), first(2, 2, 3), first(1, 3, 2)];
        assert!(all.iter().enumerate().all(|(place, one)| !all[..place].contains(one)));
        assert_eq!(Stream::new(0, 0, 0).one_of::<u8>(&[]), None);
    }
}
