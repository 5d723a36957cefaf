//! Properties of customers that do not change, beside their histories.

use nalgebra::DVector;

use super::fit::NoFit;

/// Properties of customers that do not change, each a column with a value for every customer.
#[derive(Debug, Clone, Default)]
pub struct Covariates {
    /// Names and values.
    pub columns: Vec<(String, Vec<f64>)>,
}

impl Covariates {
    /// The different rows of values, sorted, and for each customer the place of the row among them.
    pub fn patterns(&self, customers: usize) -> (Vec<Vec<f64>>, Vec<u32>) {
        let row = |customer: usize| -> Vec<f64> { self.columns.iter().map(|(_, values)| values[customer]).collect() };
        let mut order: Vec<(Vec<f64>, u32)> = (0..customers).map(|customer| (row(customer), customer as u32)).collect();
        order.sort_by(|left, right| {
            let values = left.0.iter().zip(&right.0).map(|(one, two)| one.total_cmp(two));
            values.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(left.1.cmp(&right.1))
        });
        let (mut rows, mut of) = (Vec::new(), vec![0; customers]);
        for equal in order.chunk_by(|left, right| left.0 == right.0) {
            for (_, customer) in equal {
                of[*customer as usize] = rows.len() as u32;
            }
            rows.push(equal[0].0.clone());
        }
        (rows, of)
    }
}

/// The different rows of covariates, each divided by its column's spread.
pub(super) struct Patterns {
    pub(super) names: Vec<String>,
    pub(super) spreads: Vec<f64>,
    pub(super) rows: Vec<Vec<f64>>,
    pub(super) of: Vec<u32>,
}

impl Patterns {
    pub(super) fn new(covariates: &Covariates, customers: usize) -> Result<Patterns, NoFit> {
        let mut spreads = Vec::new();
        for (name, values) in &covariates.columns {
            let fault = |fault: String| NoFit::Covariate { name: name.clone(), fault };
            if values.len() != customers {
                return Err(fault(format!("has {} values for {customers} customers", values.len())));
            }
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                return Err(fault(format!("has no number for customer {}", row + 1)));
            }
            let mean = values.iter().sum::<f64>() / customers as f64;
            let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / customers as f64).sqrt();
            if spread.is_nan() || spread <= mean.abs() * 1e-12 {
                return Err(fault("is the same for every customer, so nothing can be learned of its effect".into()));
            }
            spreads.push(spread);
        }
        let (mut rows, of) = covariates.patterns(customers);
        for row in &mut rows {
            row.iter_mut().zip(&spreads).for_each(|(value, spread)| *value /= spread);
        }
        let names: Vec<String> = covariates.columns.iter().map(|(name, _)| name.clone()).collect();
        let patterns = Patterns { names, spreads, rows, of };
        patterns.refuse_copies()?;
        Ok(patterns)
    }

    /// A column that the ones before it already tell has no effect of its own.
    fn refuse_copies(&self) -> Result<(), NoFit> {
        let mut basis: Vec<DVector<f64>> = Vec::new();
        let weights: Vec<f64> = {
            let mut counts = vec![0.0; self.rows.len()];
            self.of.iter().for_each(|pattern| counts[*pattern as usize] += 1.0);
            counts.iter().map(|count: &f64| count.sqrt()).collect()
        };
        let column = |of: &dyn Fn(usize) -> f64| DVector::from_fn(self.rows.len(), |row, _| weights[row] * of(row));
        basis.push(column(&|_| 1.0).normalize());
        for (place, name) in self.names.iter().enumerate() {
            let whole = column(&|row| self.rows[row][place]);
            let spread = (self.of.len() as f64).sqrt();
            let rest =
                (0..2).fold(whole, |rest, _| basis.iter().fold(rest, |rest, known| &rest - known * known.dot(&rest)));
            if rest.norm() < 1e-6 * spread {
                let before = self.names[..place].join("`, `");
                let fault = format!("is told by `{before}` already; leave one of them out");
                return Err(NoFit::Covariate { name: name.clone(), fault });
            }
            basis.push(rest.normalize());
        }
        Ok(())
    }
}
