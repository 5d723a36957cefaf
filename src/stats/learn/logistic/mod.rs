//! Logistic regression: the log odds of "yes" as a weighted sum of columns.

mod newton;
mod pass;
mod profile;

use nalgebra::{DMatrix, DVector};

use super::super::interval::standard_errors;
use super::super::{Interval, Watch};
use super::{Features, LearnError};
use newton::settle;
use pass::{Problem, probability};

/// What large coefficients cost. It is added to the mean loss and acts on the coefficients of the standardised columns,
/// the intercept excepted: `strength × ((1 − lasso_share) / 2 × Σβ² + lasso_share × Σ|β|)`.
///
/// Source: J. Friedman, T. Hastie and R. Tibshirani (2010), Journal of Statistical Software 33(1).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Penalty {
    /// How strong; 0 is none.
    pub strength: f64,
    /// Share of the lasso: 0 is ridge, 1 is lasso, between them the elastic net.
    pub lasso_share: f64,
}

impl Penalty {
    fn ridge(self) -> f64 {
        self.strength * (1.0 - self.lasso_share)
    }

    fn lasso(self) -> f64 {
        self.strength * self.lasso_share
    }

    fn of(self, beta: &DVector<f64>) -> f64 {
        if self.strength == 0.0 {
            return 0.0;
        }
        beta.iter().skip(1).map(|beta| self.ridge() / 2.0 * beta * beta + self.lasso() * beta.abs()).sum()
    }
}

/// How a logistic regression is fitted.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogisticOptions<'a> {
    /// What large coefficients cost.
    pub penalty: Penalty,
    /// A weight for each row; none is 1 for every row.
    pub weights: Option<&'a [f64]>,
}

/// The coefficient of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// The column.
    pub name: String,
    /// Change of the log odds by one unit of the column.
    pub estimate: f64,
    /// Change of the log odds by one standard deviation of the column.
    pub standardised: f64,
    /// Standard error of the estimate; none under a penalty, whose bias no standard error tells.
    pub standard_error: Option<f64>,
    /// Population standard deviation of the column.
    pub deviation: f64,
}

impl Coefficient {
    /// Wald's interval of the estimate.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        let reach = standard_errors(confidence) * self.standard_error?;
        Some(Interval { lower: self.estimate - reach, upper: self.estimate + reach })
    }
}

/// A fitted logistic regression.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// Log odds where every column is 0.
    pub intercept: f64,
    /// Its standard error; none under a penalty.
    pub intercept_error: Option<f64>,
    /// The coefficients, in the order of the columns.
    pub coefficients: Vec<Coefficient>,
    /// Log-likelihood, weighted where there are weights, without the penalty.
    pub log_likelihood: f64,
    /// The same of the model with an intercept only.
    pub null_log_likelihood: f64,
    /// Steps of the search.
    pub iterations: usize,
    /// Largest slope of the mean loss at the end, in standardised columns, without the penalty's.
    pub slope: f64,
    /// Whether the standard errors are those of a sandwich, as they are with unequal weights.
    pub robust: bool,
    /// The coefficients of the standardised columns, the intercept first.
    beta: DVector<f64>,
    means: Vec<f64>,
}

impl Logistic {
    /// Fits to columns without missing values.
    ///
    /// Standard errors come from the curvature of the log-likelihood; with unequal weights, which do not make more
    /// observations, from the sandwich of curvature and squared slopes (White 1982, Econometrica 50, 1–25).
    pub fn fit(
        features: &Features,
        labels: &[bool],
        options: LogisticOptions<'_>,
        watch: &dyn Watch,
    ) -> Result<Logistic, LearnError> {
        features.check(labels)?;
        features.check_finite()?;
        if let Some(&column) = features.constant().first() {
            return Err(LearnError::Constant { column: features.names[column].clone() });
        }
        let names = |columns: &[usize]| columns.iter().map(|&column| features.names[column].clone()).collect();
        if options.penalty.strength == 0.0 {
            if let Some(&column) = features.separating(labels).first() {
                return Err(LearnError::Separated { columns: names(&[column]), every_row: true });
            }
            if let Some((column, of)) = features.collinear(watch)?.first() {
                return Err(LearnError::Collinear { column: features.names[*column].clone(), of: names(of) });
            }
        }
        let problem = problem(features, labels, options.weights, watch);
        let start = null_start(&problem);
        let null = problem.loss(&start)?;
        let settled = settle(&problem, options.penalty, start, None)?;
        let robust = options.weights.is_some_and(|weights| weights.iter().any(|weight| *weight != weights[0]));
        let covariance = if options.penalty.strength > 0.0 { None } else { covariance(&problem, &settled, robust)? };
        Ok(read(&problem, settled, covariance, null, robust))
    }

    /// What is needed to predict.
    pub fn scorer(&self) -> LogisticScorer {
        LogisticScorer {
            intercept: self.beta[0],
            means: self.means.clone(),
            deviations: self.coefficients.iter().map(|one| one.deviation).collect(),
            coefficients: self.coefficients.iter().map(|one| one.standardised).collect(),
        }
    }

    /// Probability of "yes" of each row.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        self.scorer().predict(features)
    }
}

/// What is needed to predict: coefficients of standardised columns, which keep their digits where a column is large.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticScorer {
    /// Log odds where every column has its mean.
    pub intercept: f64,
    /// Mean of each column.
    pub means: Vec<f64>,
    /// Population standard deviation of each column.
    pub deviations: Vec<f64>,
    /// Change of the log odds by one standard deviation of each column.
    pub coefficients: Vec<f64>,
}

impl LogisticScorer {
    /// Probability of "yes" of each row.
    pub fn predict(&self, features: &Features) -> Vec<f64> {
        (0..features.rows())
            .map(|row| {
                let mut eta = self.intercept;
                for (index, column) in features.columns.iter().enumerate() {
                    eta += self.coefficients[index] * (column[row] - self.means[index]) / self.deviations[index];
                }
                probability(eta)
            })
            .collect()
    }
}

fn problem<'a>(
    features: &'a Features,
    labels: &'a [bool],
    weights: Option<&'a [f64]>,
    watch: &'a dyn Watch,
) -> Problem<'a> {
    let total = weights.map_or(labels.len() as f64, |weights| weights.iter().sum());
    Problem { features, labels, weights, scale: features.scale(), total, watch }
}

/// No column counts, and the intercept is the log odds of all rows.
fn null_start(problem: &Problem<'_>) -> DVector<f64> {
    let weight = |row: usize| problem.weights.map_or(1.0, |weights| weights[row]);
    let yes: f64 = (0..problem.labels.len()).filter(|&row| problem.labels[row]).map(weight).sum();
    let mut start = DVector::zeros(problem.width());
    start[0] = (yes / (problem.total - yes)).ln();
    start
}

/// Covariance of the coefficients of the standardised columns.
fn covariance(
    problem: &Problem<'_>,
    settled: &newton::Settled,
    robust: bool,
) -> Result<Option<DMatrix<f64>>, LearnError> {
    let Some(inverse) = settled.pass.curvature.clone().cholesky().map(|factor| factor.inverse()) else {
        return Ok(None);
    };
    if !robust {
        return Ok(Some(inverse / problem.total));
    }
    let squares = problem.squared_slopes(&settled.beta)?;
    Ok(Some(&inverse * squares * &inverse / problem.total))
}

/// Turns coefficients of standardised columns into those of the columns as they are.
fn read(
    problem: &Problem<'_>,
    settled: newton::Settled,
    covariance: Option<DMatrix<f64>>,
    null: f64,
    robust: bool,
) -> Logistic {
    let scale = &problem.scale;
    let beta = &settled.beta;
    let mut intercept = beta[0];
    // The intercept is a sum of the standardised ones with these weights.
    let mut weights = DVector::zeros(beta.len());
    weights[0] = 1.0;
    let mut coefficients = Vec::with_capacity(beta.len() - 1);
    for (index, name) in problem.features.names.iter().enumerate() {
        let (mean, deviation) = (scale.means[index], scale.deviations[index]);
        intercept -= beta[index + 1] * mean / deviation;
        weights[index + 1] = -mean / deviation;
        let variance = covariance.as_ref().map(|covariance| covariance[(index + 1, index + 1)]);
        coefficients.push(Coefficient {
            name: name.clone(),
            estimate: beta[index + 1] / deviation,
            standardised: beta[index + 1],
            standard_error: variance.map(|variance| variance.sqrt() / deviation),
            deviation,
        });
    }
    let intercept_error = covariance.map(|covariance| (weights.transpose() * covariance * &weights)[(0, 0)].sqrt());
    Logistic {
        intercept,
        intercept_error,
        coefficients,
        log_likelihood: -settled.pass.loss * problem.total,
        null_log_likelihood: -null * problem.total,
        iterations: settled.iterations,
        slope: settled.pass.slope.amax(),
        robust,
        means: scale.means.clone(),
        beta: settled.beta,
    }
}

#[cfg(test)]
mod tests;
