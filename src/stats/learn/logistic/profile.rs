//! Intervals by profile likelihood.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::super::super::{Interval, Watch};
use super::super::{Features, LearnError};
use super::newton::settle;
use super::{Logistic, Penalty, problem};

impl Logistic {
    /// The profile-likelihood interval of one coefficient of a fit without penalty or weights: the values at which the
    /// greatest log-likelihood, all other coefficients free, is no further below the maximum than χ² with one degree of
    /// freedom allows. It is better than Wald's where the sample is small. An end that lies at infinity is infinite.
    ///
    /// Source: D. J. Venzon and S. H. Moolgavkar (1988), Applied Statistics 37, 87–94.
    pub fn profile_interval(
        &self,
        features: &Features,
        labels: &[bool],
        column: usize,
        confidence: f64,
        watch: &dyn Watch,
    ) -> Result<Interval, LearnError> {
        let problem = problem(features, labels, None, watch);
        let allowed = ChiSquared::new(1.0).map(|chi| chi.inverse_cdf(confidence)).unwrap_or(f64::NAN) / 2.0;
        let coefficient = &self.coefficients[column];
        let index = column + 1;
        let error = coefficient.standard_error.unwrap_or(f64::NAN) * coefficient.deviation;
        let mut ends = [0.0; 2];
        for (end, sign) in ends.iter_mut().zip([-1.0, 1.0]) {
            // How much further the log-likelihood may fall, and its slope, at a value of the coefficient; other
            // coefficients start where the last search ended.
            let mut beta = self.beta.clone();
            let mut at = beta[index] + sign * (2.0 * allowed).sqrt() * error;
            // The value nearest to the estimate that is known to be outside, and the furthest one known to be inside.
            let (mut inside, mut outside) = (beta[index], None);
            let mut found = None;
            for _ in 0..60 {
                let settled = settle(&problem, Penalty::default(), beta, Some((index, at)))?;
                let left = -settled.pass.loss * problem.total - self.log_likelihood + allowed;
                let slope = -settled.pass.slope[index] * problem.total;
                beta = settled.beta;
                if left.abs() < 1e-9 {
                    found = Some(at);
                    break;
                }
                if left > 0.0 {
                    inside = at
                } else {
                    outside = Some(at)
                }
                let mut next = at - left / slope;
                let between =
                    |value: f64, outside: f64| (value - inside) * sign > 0.0 && (outside - value) * sign > 0.0;
                match outside {
                    Some(outside) if !between(next, outside) => next = (inside + outside) / 2.0,
                    None if (next - at) * sign <= 0.0 || (next - at).abs() > 8.0 * error => {
                        next = at + sign * 2.0 * error;
                    }
                    _ => {}
                }
                at = next;
            }
            *end = found.map_or(sign * f64::INFINITY, |value| value / coefficient.deviation);
        }
        Ok(Interval { lower: ends[0], upper: ends[1] })
    }
}
