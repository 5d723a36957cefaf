//! Choosing one of several by weight.

use super::Stream;

/// Several things with weights, of which one is chosen in the same time however many there are: alias tables of Walker
/// (1977), laid as Vose (1991) does.
#[derive(Debug, Clone)]
pub struct Weights {
    /// For each place the share of it that is its own, and the place that has the rest.
    places: Vec<(f64, u32)>,
}

impl Weights {
    /// Things with these weights, none of them negative; all the same where no weight is above 0.
    pub fn new(weights: &[f64]) -> Weights {
        let total: f64 = weights.iter().sum();
        let count = weights.len();
        let mean = if total > 0.0 { total / count as f64 } else { 1.0 };
        let mut left: Vec<f64> = weights.iter().map(|weight| if total > 0.0 { weight / mean } else { 1.0 }).collect();
        let mut places: Vec<(f64, u32)> = (0..count).map(|place| (1.0, place as u32)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..count).partition(|place| left[*place] < 1.0);
        while let (Some(less), Some(more)) = (small.pop(), large.last().copied()) {
            places[less] = (left[less], more as u32);
            left[more] -= 1.0 - left[less];
            if left[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        Weights { places }
    }

    /// Things whose weights fall with their rank, as Zipf's law says: 1, 1/2ˢ, 1/3ˢ …
    pub fn zipf(count: usize, exponent: f64) -> Weights {
        let weights: Vec<f64> = (1..=count).map(|rank| (rank as f64).powf(-exponent)).collect();
        Weights::new(&weights)
    }

    /// The place of one of them, counted from 0.
    pub fn choose(&self, stream: &mut Stream) -> usize {
        let place = stream.below(self.places.len());
        match self.places.get(place) {
            Some((own, other)) if stream.uniform() >= *own => *other as usize,
            _ => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60,000 choices: each share within five standard errors, √(p (1 − p) / n).
    #[test]
    fn each_is_chosen_as_often_as_its_weight_says() {
        let count = 60_000;
        for (weights, shares) in [
            (Weights::new(&[1.0, 2.0, 3.0, 4.0]), vec![0.1, 0.2, 0.3, 0.4]),
            (Weights::new(&[0.0, 5.0]), vec![0.0, 1.0]),
            (Weights::new(&[0.0, 0.0]), vec![0.5, 0.5]),
            // 1, 1/2, 1/3 of 11/6.
            (Weights::zipf(3, 1.0), vec![6.0 / 11.0, 3.0 / 11.0, 2.0 / 11.0]),
        ] {
            let mut found = vec![0; shares.len()];
            for row in 0..count {
                found[weights.choose(&mut Stream::new(9, 4, row))] += 1;
            }
            for (found, share) in found.iter().zip(&shares) {
                let found = f64::from(*found) / count as f64;
                assert!(
                    (found - share).abs() <= 5.0 * (share * (1.0 - share) / count as f64).sqrt(),
                    "{found} {share}"
                );
            }
        }
    }
}
