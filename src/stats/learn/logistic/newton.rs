//! The search for the coefficients: Newton's method with step halving; under a lasso penalty each step is found by
//! coordinate descent on the quadratic model (a proximal Newton method).

use nalgebra::{DMatrix, DVector};

use super::super::LearnError;
use super::Penalty;
use super::pass::{Pass, Problem};

/// Steps at the most: a fit that has a solution takes five to ten.
const STEPS: usize = 100;
/// What is left to gain, in units of the total log-likelihood, when the search is over.
const LEFT: f64 = 1e-12;
/// The same where rounding keeps the loss from going down any further.
const LEFT_BY_ROUNDING: f64 = 1e-7;

/// Where the search ended.
pub(super) struct Settled {
    pub(super) beta: DVector<f64>,
    pub(super) pass: Pass,
    pub(super) iterations: usize,
}

/// A coefficient that is held at a value.
pub(super) type Held = Option<(usize, f64)>;

pub(super) fn settle(
    problem: &Problem<'_>,
    penalty: Penalty,
    start: DVector<f64>,
    held: Held,
) -> Result<Settled, LearnError> {
    let mut beta = start;
    if let Some((index, value)) = held {
        beta[index] = value;
    }
    let mut pass = problem.pass(&beta)?;
    for iteration in 1..=STEPS {
        problem.watch.progress(iteration as u64, 0);
        let step = quadratic_step(&pass, &beta, penalty, held);
        let decrease = match &step {
            Some(step) => -(pass.slope.dot(step) + penalty.of(&(&beta + step)) - penalty.of(&beta)),
            None => f64::INFINITY,
        };
        // For a quadratic model the gain is half of the decrease; what is left is told in units of the whole sample.
        if decrease * problem.total <= LEFT {
            // The last step is worth its pass: it squares what is left of the error.
            if let Some(step) = step {
                beta += step;
                pass = problem.pass(&beta)?;
            }
            return Ok(Settled { beta, pass, iterations: iteration });
        }
        if penalty.strength == 0.0 && held.is_none() && iteration >= 6 {
            separated(problem, step.as_ref().unwrap_or(&beta), iteration)?;
        }
        let Some(step) = step else {
            return Err(unsettled(&pass, &beta, penalty, iteration));
        };
        let here = pass.loss + penalty.of(&beta);
        let mut length = 1.0;
        let next = loop {
            let next = &beta + &step * length;
            let there = problem.pass(&next)?;
            // The sum of the losses is known to some fourteen digits.
            if there.loss + penalty.of(&next) <= here - 1e-4 * length * decrease + 1e-14 * here.abs() {
                break Some((next, there));
            }
            length /= 2.0;
            if length < 1e-6 {
                break None;
            }
        };
        match next {
            Some(next) => (beta, pass) = next,
            None if decrease * problem.total <= LEFT_BY_ROUNDING => {
                return Ok(Settled { beta, pass, iterations: iteration });
            }
            None => return Err(unsettled(&pass, &beta, penalty, iteration)),
        }
    }
    Err(unsettled(&pass, &beta, penalty, STEPS))
}

fn unsettled(pass: &Pass, beta: &DVector<f64>, penalty: Penalty, iterations: usize) -> LearnError {
    let ridge = penalty.ridge();
    let slope =
        pass.slope.iter().zip(beta.iter()).map(|(slope, beta)| (slope + ridge * beta).abs()).fold(0.0, f64::max);
    LearnError::Unsettled { iterations, slope }
}

/// The step of the quadratic model; none where it has no minimum.
fn quadratic_step(pass: &Pass, beta: &DVector<f64>, penalty: Penalty, held: Held) -> Option<DVector<f64>> {
    let width = beta.len();
    let mut curvature = pass.curvature.clone();
    let mut slope = pass.slope.clone();
    for index in 1..width {
        curvature[(index, index)] += penalty.ridge();
        slope[index] += penalty.ridge() * beta[index];
    }
    if let Some((index, _)) = held {
        curvature.row_mut(index).fill(0.0);
        curvature.column_mut(index).fill(0.0);
        curvature[(index, index)] = 1.0;
        slope[index] = 0.0;
    }
    if penalty.lasso() > 0.0 {
        Some(coordinate_descent(&curvature, &slope, beta, penalty.lasso()))
    } else {
        solve(curvature, &slope)
    }
}

fn solve(curvature: DMatrix<f64>, slope: &DVector<f64>) -> Option<DVector<f64>> {
    let step = -curvature.cholesky()?.solve(slope);
    step.iter().all(|value| value.is_finite()).then_some(step)
}

/// Minimises slope · d + d' curvature d / 2 + lasso × Σ|beta + d| over d, the intercept unpenalised.
fn coordinate_descent(curvature: &DMatrix<f64>, slope: &DVector<f64>, beta: &DVector<f64>, lasso: f64) -> DVector<f64> {
    let width = beta.len();
    let mut step = DVector::zeros(width);
    // slope + curvature × step, kept up to date.
    let mut current = slope.clone();
    for _ in 0..10_000 {
        let mut largest = 0.0_f64;
        for index in 0..width {
            let bend = curvature[(index, index)];
            if bend <= 0.0 {
                continue;
            }
            let at: f64 = beta[index] + step[index];
            let free = at - current[index] / bend;
            let wanted = if index == 0 { free } else { free.signum() * (free.abs() - lasso / bend).max(0.0) };
            let change = wanted - at;
            if change != 0.0 {
                step[index] += change;
                current.axpy(change, &curvature.column(index), 1.0);
                largest = largest.max(bend * change * change);
            }
        }
        if largest < 1e-24 {
            break;
        }
    }
    step
}

/// Refuses when the coefficients run off to infinity: when the step moves no row away from its own answer and some
/// towards it, the likelihood rises for ever along it. That is the definition of separation.
///
/// Source: A. Albert and J. A. Anderson (1984), Biometrika 71, 1–10.
fn separated(problem: &Problem<'_>, step: &DVector<f64>, iteration: usize) -> Result<(), LearnError> {
    let largest = step.amax();
    if largest <= 0.0 || !largest.is_finite() {
        return Ok(());
    }
    let found = problem.direction(&(step / largest))?;
    // What rows between the classes still move falls by e with each step, from about 1.
    let slack = 1e-3 * (-(iteration as f64 - 6.0) / 2.0).exp();
    if found.strictly == 0 || found.least < -slack.max(1e-9) * found.most {
        return Ok(());
    }
    let columns = step.iter().enumerate().skip(1).filter(|(_, value)| value.abs() > 0.05 * largest);
    let columns: Vec<String> = columns.map(|(index, _)| problem.features.names[index - 1].clone()).collect();
    if columns.is_empty() {
        return Ok(());
    }
    Err(LearnError::Separated { columns, every_row: found.strictly == problem.labels.len() })
}
