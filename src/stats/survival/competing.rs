//! Several things can happen, and the first one counts: the share to which each has happened.

use super::{RiskTable, SurvivalError};
use crate::Interval;
use crate::interval::standard_errors;

/// The cumulative incidence of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidence {
    /// The share to which this cause has happened, after each time of the table.
    pub incidence: Vec<f64>,
    /// Its variance.
    pub variance: Vec<f64>,
    reach: f64,
}

impl Incidence {
    /// The pointwise interval after the time with this index, symmetric in log(−log F); none while the cause has not
    /// happened, where the formula says nothing.
    pub fn interval(&self, index: usize) -> Option<Interval> {
        let (share, error) = (self.incidence[index], self.reach * self.variance[index].sqrt());
        if share <= 0.0 {
            return None;
        }
        let log = share.ln();
        if error == 0.0 || log >= 0.0 {
            return Some(Interval { lower: share, upper: share });
        }
        let power = (error / (share * -log)).exp();
        Some(Interval { lower: (log * power).exp(), upper: (log / power).exp() })
    }
}

/// The cumulative incidence of a cause (from 1) after Aalen and Johansen: Σ S(t−) dₖ/n, where S is the Kaplan–Meier
/// estimate of staying without any of the causes. The variance is the one of Greenwood's form, by the delta method over
/// the multinomial steps; with a single cause it is Greenwood's.
///
/// Sources: O. Aalen and S. Johansen (1978), Scandinavian Journal of Statistics 5, 141–150; variance: E. Marubini and
/// M. G. Valsecchi (1995), Analysing Survival Data from Clinical Trials and Observational Studies, section 10.3.
pub fn cumulative_incidence(table: &RiskTable, cause: usize, confidence: f64) -> Result<Incidence, SurvivalError> {
    if table.is_empty() {
        return Err(SurvivalError::NoRows);
    }
    let mut answer = Incidence {
        incidence: Vec::with_capacity(table.len()),
        variance: Vec::with_capacity(table.len()),
        reach: standard_errors(confidence),
    };
    let (mut survival, mut share) = (1.0_f64, 0.0_f64);
    // Sums over the steps i so far, brought up to date as F rises, so that nothing cancels:
    // Σ g, Σ (F − Fᵢ) g and Σ (F − Fᵢ)² g with g = d/(n (n − d)); Σ s and Σ (F − Fᵢ) s with s = S(t−) dₖ/n².
    let (mut sum, mut linear, mut square) = (0.0, 0.0, 0.0);
    let (mut crossing, mut crossed) = (0.0, 0.0);
    let mut own = 0.0;
    for index in 0..table.len() {
        let (n, d) = (table.at_risk[index], table.events[index]);
        if d > 0.0 && survival > 0.0 {
            let happened = table.events_of(cause, index);
            let rise = survival * happened / n;
            square += 2.0 * rise * linear + rise * rise * sum;
            linear += rise * sum;
            crossed += rise * crossing;
            share += rise;
            own += survival * survival * happened * (n - happened) / (n * n * n);
            crossing += survival * happened / (n * n);
            if n > d {
                sum += d / (n * (n - d));
            }
            survival *= (n - d) / n;
        }
        answer.incidence.push(share);
        answer.variance.push(f64::max(square + own - 2.0 * crossed, 0.0));
    }
    Ok(answer)
}
