//! When customers buy: the processes behind the models of buying, turned around.

use super::Stream;

/// How customers buy until they stop, with the parameters of the models that `btyd` fits; times in the unit of the parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Buying {
    /// They may stop after each repeat purchase.
    BgNbd {
        /// Shape of the paces.
        r: f64,
        /// Rate of the paces.
        alpha: f64,
        /// First parameter of the chances to stop.
        a: f64,
        /// Second parameter of the chances to stop.
        b: f64,
    },
    /// They may stop at any time.
    ParetoNbd {
        /// Shape of the paces.
        r: f64,
        /// Rate of the paces.
        alpha: f64,
        /// Shape of the rates of stopping.
        s: f64,
        /// Rate of the rates of stopping.
        beta: f64,
    },
}

/// What is hidden of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Life {
    /// Purchases in a unit of time, as long as the customer is one.
    pub pace: f64,
    /// BG/NBD: the chance to stop after a repeat purchase. Pareto/NBD: the rate of stopping in a unit of time.
    pub dropout: f64,
    /// `dropout` as its distance from the mean over the standard deviation of all customers; what none of the two has is
    /// taken as nothing and as one.
    pub unsteady: f64,
    /// When the customer stopped, counted from the first purchase; none who is still there at the end.
    pub stopped: Option<f64>,
}

impl Buying {
    /// The purchases that are expected of a customer in so much time, the first among them, were nobody to stop.
    pub fn at_most(&self, time: f64) -> f64 {
        let (Buying::BgNbd { r, alpha, .. } | Buying::ParetoNbd { r, alpha, .. }) = self;
        1.0 + r / alpha * time
    }

    /// One customer: the times of the repeat purchases up to `age`, counted from the first purchase, are written over
    /// `times`.
    pub fn live(&self, stream: &mut Stream, age: f64, times: &mut Vec<f64>) -> Life {
        times.clear();
        match *self {
            Buying::BgNbd { r, alpha, a, b } => {
                let pace = stream.gamma(r) / alpha;
                let dropout = stream.beta(a, b);
                let deviation = (a * b / (a + b + 1.0)).sqrt() / (a + b);
                let unsteady = (dropout - a / (a + b)) / deviation;
                let mut at = 0.0;
                loop {
                    at += stream.exponential(pace);
                    if at > age {
                        return Life { pace, dropout, unsteady, stopped: None };
                    }
                    times.push(at);
                    if stream.chance(dropout) {
                        return Life { pace, dropout, unsteady, stopped: Some(at) };
                    }
                }
            }
            Buying::ParetoNbd { r, alpha, s, beta } => {
                let pace = stream.gamma(r) / alpha;
                let dropout = stream.gamma(s) / beta;
                let unsteady = (dropout * beta - s) / s.sqrt();
                let end = stream.exponential(dropout);
                let mut at = stream.exponential(pace);
                while at <= end.min(age) {
                    times.push(at);
                    at += stream.exponential(pace);
                }
                Life { pace, dropout, unsteady, stopped: (end <= age).then_some(end) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unwatched;
    use crate::btyd::{BgNbd, Covariates, Estimate, ParetoNbd, Purchases};

    /// The parameters that a fit finds in 6,000 customers: each within three and a half of its standard errors, which one of
    /// eight leaves once in 270.
    fn finds(buying: Buying, truth: [f64; 4], fit: impl Fn(&[Purchases]) -> Vec<Estimate>) {
        let mut times = Vec::new();
        let customers: Vec<Purchases> = (0..6000)
            .map(|row| {
                let age = 40.0 + (row % 60) as f64;
                let life = buying.live(&mut Stream::new(11, 7, row), age, &mut times);
                assert!(life.stopped.is_none_or(|end| end <= age && times.iter().all(|time| *time <= end)));
                assert!(times.is_sorted());
                Purchases { repeats: times.len() as u32, last: times.last().copied().unwrap_or_default(), age }
            })
            .collect();
        for (estimate, truth) in fit(&customers).iter().zip(truth) {
            assert!((estimate.value - truth).abs() < 3.5 * estimate.standard_error, "{truth}: {estimate:?}");
        }
    }

    #[test]
    fn a_fit_finds_the_parameters_again() {
        let none = Covariates::default();
        finds(
            Buying::BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 },
            [0.243, 4.414, 0.793, 2.426],
            |customers| BgNbd::fit(customers, &none, &Unwatched).unwrap().estimates,
        );
        finds(
            Buying::ParetoNbd { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 },
            [0.553, 10.578, 0.606, 11.669],
            |customers| ParetoNbd::fit(customers, &none, &Unwatched).unwrap().estimates,
        );
    }
}
