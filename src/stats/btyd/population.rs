//! Customers of one fit: the model, how covariates move it, and how surely its parameters are known.

use nalgebra::{DMatrix, SymmetricEigen};

use super::bg_nbd::BgNbd;
use super::histories::Purchases;
use super::mbg_nbd::MbgNbd;
use super::outlook::{BuyTillYouDie, Outlook};
use super::pareto_nbd::ParetoNbd;

/// One of the models in continuous time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// Customers may stop right after a repeat purchase.
    BgNbd(BgNbd),
    /// Customers may stop right after any purchase.
    MbgNbd(MbgNbd),
    /// Customers may stop at any time.
    ParetoNbd(ParetoNbd),
}

impl Model {
    /// Its four parameters, in the order of the literature.
    pub fn parameters(&self) -> [f64; 4] {
        match *self {
            Model::BgNbd(BgNbd { r, alpha, a, b }) | Model::MbgNbd(MbgNbd { r, alpha, a, b }) => [r, alpha, a, b],
            Model::ParetoNbd(ParetoNbd { r, alpha, s, beta }) => [r, alpha, s, beta],
        }
    }

    /// The same model with other parameters.
    #[must_use]
    pub fn with(&self, [r, alpha, third, fourth]: [f64; 4]) -> Model {
        match self {
            Model::BgNbd(_) => Model::BgNbd(BgNbd { r, alpha, a: third, b: fourth }),
            Model::MbgNbd(_) => Model::MbgNbd(MbgNbd { r, alpha, a: third, b: fourth }),
            Model::ParetoNbd(_) => Model::ParetoNbd(ParetoNbd { r, alpha, s: third, beta: fourth }),
        }
    }

    /// The model of customers with these covariates; `effects` are the estimates that follow the model's own four.
    #[must_use]
    pub fn shifted(&self, effects: &[f64], covariates: &[f64]) -> Model {
        if effects.is_empty() {
            return *self;
        }
        match self {
            Model::BgNbd(model) => Model::BgNbd(model.shifted(effects, covariates)),
            Model::MbgNbd(model) => Model::MbgNbd(model.shifted(effects, covariates)),
            Model::ParetoNbd(model) => Model::ParetoNbd(model.shifted(effects, covariates)),
        }
    }
}

impl BuyTillYouDie for Model {
    fn outlook(&self, purchases: Purchases) -> Outlook {
        match self {
            Model::BgNbd(model) => model.outlook(purchases),
            Model::MbgNbd(model) => model.outlook(purchases),
            Model::ParetoNbd(model) => model.outlook(purchases),
        }
    }

    fn newcomer(&self) -> Outlook {
        match self {
            Model::BgNbd(model) => model.newcomer(),
            Model::MbgNbd(model) => model.newcomer(),
            Model::ParetoNbd(model) => model.newcomer(),
        }
    }
}

/// A model, the effects of covariates on it, and the different rows of their values.
#[derive(Debug, Clone)]
pub struct Population<'a> {
    /// The model of somebody whose covariates are all 0.
    pub model: Model,
    /// The estimates that follow the model's own four.
    pub effects: Vec<f64>,
    /// The patterns that [`Shared`](super::Shared) counts; empty where there are no covariates.
    pub patterns: &'a [Vec<f64>],
}

impl<'a> Population<'a> {
    /// Customers without covariates.
    pub fn alike(model: Model) -> Population<'a> {
        Population { model, effects: Vec::new(), patterns: &[] }
    }

    /// The model of customers with one of the patterns.
    pub fn of(&self, pattern: u32) -> Model {
        match self.patterns.get(pattern as usize) {
            Some(covariates) => self.model.shifted(&self.effects, covariates),
            None => self.model,
        }
    }

    /// Populations whose parameters stand for the error of the estimates: their mean and covariance are those of the
    /// normal distribution with this covariance (of the logarithms of the four, and of the effects as they are) around the
    /// estimates, so that the mean over them of any cubic is its mean over that distribution. They lie √n standard errors
    /// to both sides of the estimates along each of the n principal axes.
    pub fn astray(&self, covariance: &[Vec<f64>]) -> Vec<Population<'a>> {
        let size = 4 + self.effects.len();
        let at = |one: usize, two: usize| covariance.get(one).and_then(|row| row.get(two)).copied().unwrap_or(0.0);
        let axes = SymmetricEigen::new(DMatrix::from_fn(size, size, at));
        let reach = (size as f64).sqrt();
        let mut found = Vec::with_capacity(2 * size);
        for (axis, variance) in axes.eigenvectors.column_iter().zip(axes.eigenvalues.iter()) {
            for side in [-1.0, 1.0] {
                let step = axis * (side * reach * variance.max(0.0).sqrt());
                let mut parameters = self.model.parameters();
                parameters.iter_mut().zip(step.iter()).for_each(|(value, by)| *value *= by.exp());
                let effects = self.effects.iter().zip(step.iter().skip(4)).map(|(effect, by)| effect + by).collect();
                found.push(Population { model: self.model.with(parameters), effects, patterns: self.patterns });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn populations_astray_have_the_covariance_that_was_given() {
        let model = Model::ParetoNbd(ParetoNbd { r: 0.5, alpha: 10.0, s: 0.6, beta: 12.0 });
        let patterns = vec![vec![0.0], vec![2.0]];
        let population = Population { model, effects: vec![0.3, -0.2], patterns: &patterns };
        let root = DMatrix::from_fn(
            6,
            6,
            |row, column| if row >= column { 0.02 * (row + 2 * column + 1) as f64 } else { 0.0 },
        );
        let covariance = &root * root.transpose();
        let rows: Vec<Vec<f64>> = covariance.row_iter().map(|row| row.iter().copied().collect()).collect();
        let astray = population.astray(&rows);
        assert_eq!(astray.len(), 12);
        let steps: Vec<Vec<f64>> = astray
            .iter()
            .map(|one| {
                let logs =
                    one.model.parameters().into_iter().zip(model.parameters()).map(|(new, old)| (new / old).ln());
                logs.chain(one.effects.iter().zip(&population.effects).map(|(new, old)| new - old)).collect()
            })
            .collect();
        for one in 0..6 {
            // Logarithms of quotients near 1: rounding only.
            assert!(steps.iter().map(|step| step[one]).sum::<f64>().abs() < 1e-12);
            for two in 0..6 {
                let found: f64 = steps.iter().map(|step| step[one] * step[two]).sum::<f64>() / 12.0;
                assert!((found - covariance[(one, two)]).abs() < 1e-12, "{one} {two}");
            }
        }
        // A customer with the value 2 buys e^.6 times as often.
        let [_, alpha, ..] = population.of(1).parameters();
        assert!((alpha / (10.0 * (-0.6_f64).exp()) - 1.0).abs() < 1e-14);
        let same = population.of(0).parameters().into_iter().zip(model.parameters());
        assert!(same.into_iter().all(|(found, own)| (found / own - 1.0).abs() < 1e-14));
    }
}
