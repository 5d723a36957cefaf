//! The greatest value of a log-likelihood: Newton's method within a region of trust, from several starts.
//!
//! Likelihoods of this house have few parameters and many rows, so second derivatives are cheap beside the number of
//! steps they save. Parameters that must be positive are given as their logarithms.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::Watch;

/// A function to be maximised, of parameters that may take any value (logarithms of the positive ones).
pub trait Objective: Sync {
    /// Number of parameters.
    fn parameters(&self) -> usize;

    /// The value; anything that is not finite says that the point is out of bounds.
    fn value(&self, at: &[f64]) -> f64;

    /// Whether derivatives cost little more than the value; then a step is judged by them at once.
    fn cheap_derivatives(&self) -> bool {
        false
    }

    /// Value, gradient and second derivatives. By central differences of the value where a model has no formulas of its
    /// own, see [`by_differences`].
    fn derivatives(&self, at: &[f64]) -> Derivatives {
        by_differences(&|place| self.value(place), at)
    }
}

/// Value, gradient and matrix of second derivatives at a point.
#[derive(Debug, Clone)]
pub struct Derivatives {
    /// The value.
    pub value: f64,
    /// First derivatives.
    pub gradient: DVector<f64>,
    /// Second derivatives.
    pub hessian: DMatrix<f64>,
}

impl Derivatives {
    /// All zero, to add to.
    pub fn zero(parameters: usize) -> Self {
        Derivatives {
            value: 0.0,
            gradient: DVector::zeros(parameters),
            hessian: DMatrix::zeros(parameters, parameters),
        }
    }

    /// Adds another's parts to this.
    pub fn add(&mut self, other: &Derivatives) {
        self.value += other.value;
        self.gradient += &other.gradient;
        self.hessian += &other.hessian;
    }
}

/// Distance of the points for differences of logarithmic parameters: its square is lost in the mixed derivatives, and the
/// rounding of the value is enlarged by 1/square.
const APART: f64 = 1e-3;

/// Derivatives by central differences, of fourth order for the gradient and of second order for the curvature.
pub fn by_differences(value: &dyn Fn(&[f64]) -> f64, at: &[f64]) -> Derivatives {
    let count = at.len();
    let shifted = |moves: &[(usize, f64)]| {
        let mut place = at.to_vec();
        for (parameter, steps) in moves {
            place[*parameter] += steps * APART;
        }
        value(&place)
    };
    let mut found = Derivatives::zero(count);
    found.value = value(at);
    for one in 0..count {
        let (up, down) = (shifted(&[(one, 1.0)]), shifted(&[(one, -1.0)]));
        let (far_up, far_down) = (shifted(&[(one, 2.0)]), shifted(&[(one, -2.0)]));
        found.gradient[one] = (8.0 * (up - down) - (far_up - far_down)) / (12.0 * APART);
        found.hessian[(one, one)] =
            (16.0 * (up + down) - (far_up + far_down) - 30.0 * found.value) / (12.0 * APART * APART);
        for other in 0..one {
            let corner = |mine: f64, its: f64| shifted(&[(one, mine), (other, its)]);
            let mixed = corner(1.0, 1.0) - corner(1.0, -1.0) - corner(-1.0, 1.0) + corner(-1.0, -1.0);
            found.hessian[(one, other)] = mixed / (4.0 * APART * APART);
            found.hessian[(other, one)] = found.hessian[(one, other)];
        }
    }
    found
}

/// The greatest value found, and how sure the search is of it.
#[derive(Debug, Clone)]
pub struct Maximum {
    /// Where it is.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// Largest absolute first derivative there.
    pub gradient: f64,
    /// Steps taken from the start that led there.
    pub iterations: usize,
    /// Starts that were tried.
    pub starts: usize,
    /// How many of them ended at this value.
    pub agreeing: usize,
    /// Largest over smallest curvature: how unequally well the data tell the parameters' directions.
    pub condition: f64,
    /// Covariance of the parameters, the inverse of the observed information.
    pub covariance: DMatrix<f64>,
}

impl Maximum {
    /// Standard error of a parameter as it was searched (of its logarithm, where that was searched).
    pub fn standard_error(&self, parameter: usize) -> f64 {
        self.covariance[(parameter, parameter)].max(0.0).sqrt()
    }
}

/// Why there is no maximum to report.
#[derive(Debug, Clone, PartialEq)]
pub enum NoMaximum {
    /// It was told to stop.
    Stopped,
    /// The value is not finite at any start.
    Undefined,
    /// The value goes on growing while a parameter runs off to an end of its range.
    RanOff {
        /// Which.
        parameter: usize,
        /// Whether it ran off upwards.
        upwards: bool,
    },
    /// No start came to rest.
    Unsettled {
        /// Steps taken from the best start.
        iterations: usize,
        /// Largest absolute first derivative where it was left.
        gradient: f64,
    },
}

/// Bounds of the search. A maximum beyond `reach` counts as run off: no data tell e^±16 from the end of the range.
const STEPS: usize = 200;
const REACH: f64 = 16.0;
/// Half the squared step in standard errors that is still to come where the search rests: far below what can be seen.
const REST: f64 = 1e-9;
/// Values that differ by less than this, in units of the log-likelihood, are the same maximum.
const SAME: f64 = 1e-4;

/// Finds the greatest value from each start in turn and reports the best, with the number of starts that agree.
///
/// # Errors
/// Where no start comes to rest at a point of full curvature, with what hindered the best of them; or when told to stop.
pub fn maximise(objective: &dyn Objective, starts: &[Vec<f64>], watch: &dyn Watch) -> Result<Maximum, NoMaximum> {
    let mut best: Option<Maximum> = None;
    let mut values = Vec::with_capacity(starts.len());
    let mut hindrance: Option<(f64, NoMaximum)> = None;
    for (done, start) in starts.iter().enumerate() {
        watch.progress(done as u64, starts.len() as u64);
        match climb(objective, start, watch) {
            Ok(found) => {
                values.push(found.value);
                if best.as_ref().is_none_or(|best| found.value > best.value + SAME * 1e-3) {
                    best = Some(found);
                }
            }
            Err((_, NoMaximum::Stopped)) => return Err(NoMaximum::Stopped),
            Err((value, why)) => {
                if hindrance.as_ref().is_none_or(|(worst, _)| value > *worst) {
                    hindrance = Some((value, why));
                }
            }
        }
    }
    match (best, hindrance) {
        // A start that ran off to a higher value than any that came to rest: the others found a local hill only.
        (Some(best), Some((value, why))) if value > best.value + SAME => Err(why),
        (Some(mut best), _) => {
            best.starts = starts.len();
            best.agreeing = values.iter().filter(|value| (best.value - **value).abs() <= SAME).count();
            Ok(best)
        }
        (None, Some((_, why))) => Err(why),
        (None, None) => Err(NoMaximum::Undefined),
    }
}

/// One climb. The error carries the highest value that was seen.
fn climb(objective: &dyn Objective, start: &[f64], watch: &dyn Watch) -> Result<Maximum, (f64, NoMaximum)> {
    let mut at = DVector::from_column_slice(start);
    let mut here = objective.derivatives(at.as_slice());
    if !here.value.is_finite() {
        return Err((f64::NEG_INFINITY, NoMaximum::Undefined));
    }
    // Longest step, in the parameters' own (logarithmic) units.
    let mut trust = 1.0;
    for iteration in 1..=STEPS {
        if watch.stopped() {
            return Err((here.value, NoMaximum::Stopped));
        }
        let hills = SymmetricEigen::new(-here.hessian.clone());
        let slopes = hills.eigenvectors.transpose() * &here.gradient;
        let (least, most) = (hills.eigenvalues.min(), hills.eigenvalues.max());
        if !(least.is_finite() && most.is_finite()) {
            return Err((here.value, NoMaximum::Undefined));
        }
        let curved = least > 0.0 && least > most * 1e-13;
        let to_come =
            0.5 * slopes.iter().zip(&hills.eigenvalues).map(|(slope, bend)| slope * slope / bend).sum::<f64>();
        if curved && to_come.abs() < REST {
            // One bare step more: it doubles the digits, and no comparison of values could judge it.
            let step = &hills.eigenvectors * slopes.component_div(&hills.eigenvalues);
            let polished = &at + &step;
            let there = objective.derivatives(polished.as_slice());
            if there.value.is_finite() && there.gradient.amax() <= here.gradient.amax() {
                (at, here) = (polished, there);
            }
            return rest(at, here, iteration).map_err(|why| (f64::NEG_INFINITY, why));
        }
        let Some((next, shrunk)) = step_within(objective, &at, &here, &hills, &slopes, trust) else {
            // No step uphill can be told from rounding any more.
            let gradient = here.gradient.amax();
            if curved && to_come.abs() < 1e-6 * (1.0 + here.value.abs() * 1e-6) {
                return rest(at, here, iteration).map_err(|why| (f64::NEG_INFINITY, why));
            }
            return Err((here.value, NoMaximum::Unsettled { iterations: iteration, gradient }));
        };
        let length = (&next.0 - &at).amax();
        trust = if shrunk { length } else { (trust * 2.0).min(4.0).max(length) };
        (at, here) = next;
        if let Some((parameter, place)) = at.iter().enumerate().find(|(_, place)| place.abs() > REACH) {
            return Err((here.value, NoMaximum::RanOff { parameter, upwards: *place > 0.0 }));
        }
    }
    let gradient = here.gradient.amax();
    Err((here.value, NoMaximum::Unsettled { iterations: STEPS, gradient }))
}

/// The next point uphill, no farther than the trust reaches, and whether the trust had to be drawn in.
#[allow(clippy::type_complexity, reason = "a point with its derivatives, and a remark")]
fn step_within(
    objective: &dyn Objective,
    at: &DVector<f64>,
    here: &Derivatives,
    hills: &SymmetricEigen<f64, nalgebra::Dyn>,
    slopes: &DVector<f64>,
    trust: f64,
) -> Option<((DVector<f64>, Derivatives), bool)> {
    let mut reach = trust;
    for attempt in 0..60 {
        // Directions that curve the wrong way are followed uphill as if they curved the right way.
        let floor = hills.eigenvalues.amax() * 1e-12;
        let mut damping = 0.0;
        let mut step = DVector::zeros(at.len());
        for _ in 0..200 {
            let scaled = DVector::from_fn(at.len(), |place, _| {
                slopes[place] / (hills.eigenvalues[place].abs().max(floor) + damping)
            });
            step = &hills.eigenvectors * scaled;
            if step.amax() <= reach * 1.000_001 {
                break;
            }
            let gentle = slopes.amax() / reach * 1e-3;
            damping = if damping == 0.0 { gentle } else { damping * 1.5 };
        }
        let place = at + &step;
        let expected = here.gradient.dot(&step);
        let enough = here.value + 1e-4 * expected.clamp(0.0, 1.0);
        if objective.cheap_derivatives() || objective.value(place.as_slice()) > enough {
            let there = objective.derivatives(place.as_slice());
            if there.value.is_finite() && there.value > enough {
                return Some(((place, there), attempt > 0));
            }
        }
        reach = step.amax().min(reach) * 0.25;
        if reach < 1e-12 {
            return None;
        }
    }
    None
}

/// Turns the place of rest into a report.
fn rest(at: DVector<f64>, here: Derivatives, iterations: usize) -> Result<Maximum, NoMaximum> {
    let hills = SymmetricEigen::new(-here.hessian.clone());
    let (least, most) = (hills.eigenvalues.min(), hills.eigenvalues.max());
    let gradient = here.gradient.amax();
    if least.is_nan() || least <= 0.0 {
        return Err(NoMaximum::Unsettled { iterations, gradient });
    }
    let inverse = DMatrix::from_diagonal(&hills.eigenvalues.map(|bend| 1.0 / bend));
    let covariance = &hills.eigenvectors * inverse * hills.eigenvectors.transpose();
    Ok(Maximum {
        at: at.as_slice().to_vec(),
        value: here.value,
        gradient,
        iterations,
        starts: 1,
        agreeing: 1,
        condition: most / least,
        covariance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unwatched;

    /// A function with a known top at (1, −2): a steep and curved ridge, as likelihoods have.
    struct Ridge;
    impl Objective for Ridge {
        fn parameters(&self) -> usize {
            2
        }
        fn value(&self, at: &[f64]) -> f64 {
            let (along, across) = (at[0] - 1.0, at[1] + 2.0 - 3.0 * (at[0] - 1.0).powi(2));
            -along * along - 100.0 * across * across
        }
    }

    #[test]
    fn a_curved_ridge_is_climbed_from_every_start() {
        let starts = [vec![0.0, 0.0], vec![4.0, 9.0], vec![-3.0, -7.0]];
        let top = maximise(&Ridge, &starts, &Unwatched).unwrap();
        assert!((top.at[0] - 1.0).abs() < 1e-6 && (top.at[1] + 2.0).abs() < 1e-6, "{top:?}");
        assert_eq!((top.starts, top.agreeing), (3, 3));
        // At the top the curvature is diag(2, 200): variances 1/2 and 1/200. The differences lose about 1e-4 of it.
        assert!((top.covariance[(0, 0)] - 0.5).abs() < 1e-3 && (top.covariance[(1, 1)] - 0.005).abs() < 1e-5);
    }

    struct Slope;
    impl Objective for Slope {
        fn parameters(&self) -> usize {
            1
        }
        fn value(&self, at: &[f64]) -> f64 {
            -(-at[0]).exp()
        }
    }

    struct Nowhere;
    impl Objective for Nowhere {
        fn parameters(&self) -> usize {
            1
        }
        fn value(&self, _: &[f64]) -> f64 {
            f64::NAN
        }
    }

    struct Impatient;
    impl Watch for Impatient {
        fn stopped(&self) -> bool {
            true
        }
        fn progress(&self, _: u64, _: u64) {}
    }

    #[test]
    fn what_has_no_maximum_says_why() {
        let ran = maximise(&Slope, &[vec![0.0]], &Unwatched);
        assert_eq!(ran.err(), Some(NoMaximum::RanOff { parameter: 0, upwards: true }));
        assert_eq!(maximise(&Nowhere, &[vec![0.0]], &Unwatched).err(), Some(NoMaximum::Undefined));
        assert_eq!(maximise(&Ridge, &[vec![0.0, 0.0]], &Impatient).err(), Some(NoMaximum::Stopped));
    }
}
