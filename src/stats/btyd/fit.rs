//! What a fit reports, and why there may be none.

use std::fmt;

use nalgebra::DMatrix;

use crate::Interval;
use crate::interval::standard_errors;
use crate::optimise::{Maximum, NoMaximum};

/// A parameter as it was estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Its name in the literature.
    pub name: String,
    /// Its value where the likelihood is greatest.
    pub value: f64,
    /// Its standard error, from the observed information.
    pub standard_error: f64,
    /// Whether it is positive, so that its interval is one of its logarithm.
    pub positive: bool,
}

impl Estimate {
    /// The interval, symmetric on the scale on which the parameter was searched: a positive parameter's logarithm.
    pub fn interval(&self, confidence: f64) -> Interval {
        let z = standard_errors(confidence);
        if self.positive {
            let reach = z * self.standard_error / self.value;
            Interval { lower: self.value * (-reach).exp(), upper: self.value * reach.exp() }
        } else {
            let reach = z * self.standard_error;
            Interval { lower: self.value - reach, upper: self.value + reach }
        }
    }

    /// Whether the data hardly tell it: one standard error is more than half of a positive parameter.
    pub fn is_weak(&self) -> bool {
        self.positive && self.standard_error > 0.5 * self.value
    }
}

/// A fitted model with the report of the fit.
#[derive(Debug, Clone)]
pub struct Fitted<M> {
    /// The model.
    pub model: M,
    /// Its parameters; covariates' effects come after the model's own.
    pub estimates: Vec<Estimate>,
    /// Covariance of the estimates: of the logarithms of the model's own, and of the effects as they are.
    pub covariance: DMatrix<f64>,
    /// Logarithm of the likelihood of all histories, in the unit of time they were given in.
    pub log_likelihood: f64,
    /// The search, in logarithms of the parameters and times divided by the mean T.
    pub search: Maximum,
    /// Customers.
    pub customers: u64,
    /// Different histories among them.
    pub histories: u64,
}

/// Why a model was not fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum NoFit {
    /// No customers.
    Nobody,
    /// A history that cannot be.
    Impossible {
        /// Its place among those given, from 0.
        row: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// Nobody was observed for any time.
    NoTime,
    /// No repeat purchases.
    NobodyRepeats {
        /// Customers there are.
        customers: u64,
    },
    /// Too few customers.
    TooFew {
        /// Customers there are.
        customers: u64,
        /// Customers that are wanted.
        wanted: u64,
        /// Parameters to be learned from them.
        parameters: usize,
    },
    /// All histories are equal.
    AllAlike {
        /// Customers there are.
        customers: u64,
    },
    /// A covariate from which nothing can be learned.
    Covariate {
        /// Its name.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The likelihood goes on growing towards the end of a parameter's range.
    RanOff {
        /// The parameter.
        name: String,
        /// Whether it grows without end, or falls to nothing.
        upwards: bool,
        /// What this says about the customers.
        meaning: &'static str,
    },
    /// The search did not come to rest.
    Unsettled {
        /// Steps taken.
        iterations: usize,
        /// Largest slope that was left.
        gradient: f64,
    },
    /// It was told to stop.
    Stopped,
}

impl fmt::Display for NoFit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoFit::Nobody => write!(to, "there are no customers"),
            NoFit::Impossible { row, fault } => write!(to, "customer {} {fault}", row + 1),
            NoFit::NoTime => write!(
                to,
                "every customer's first purchase is on the last day that counts, so there was no time to buy again"
            ),
            NoFit::NobodyRepeats { customers: 1 } => {
                write!(to, "the only customer did not buy on a second day, so there is no pace to learn")
            }
            NoFit::NobodyRepeats { customers } => {
                write!(to, "none of the {customers} customers bought on a second day, so there is no pace to learn")
            }
            NoFit::TooFew { customers, wanted, parameters } => {
                let are = if *customers == 1 { "customer is" } else { "customers are" };
                write!(to, "{customers} {are} too few for {parameters} parameters; at least {wanted} are wanted")
            }
            NoFit::AllAlike { customers } => write!(
                to,
                "all {customers} customers have the same history, and the model is about how customers differ"
            ),
            NoFit::Covariate { name, fault } => write!(to, "the covariate `{name}` {fault}"),
            NoFit::RanOff { name, upwards, meaning } => {
                let whither = if *upwards { "grows without end" } else { "falls to nothing" };
                write!(to, "the likelihood has no greatest value: `{name}` {whither}, because {meaning}")
            }
            NoFit::Unsettled { iterations, gradient } => write!(
                to,
                "the search did not come to rest within {iterations} steps (slope left {gradient:.1e}); the data do not \
                 tell the parameters apart"
            ),
            NoFit::Stopped => write!(to, "stopped"),
        }
    }
}

impl std::error::Error for NoFit {}

impl NoFit {
    /// Puts the search's answer into the model's words.
    pub(super) fn from_search(
        why: NoMaximum,
        names: &[String],
        meaning: impl Fn(usize, bool) -> &'static str,
    ) -> NoFit {
        match why {
            NoMaximum::Stopped => NoFit::Stopped,
            NoMaximum::Undefined => NoFit::Unsettled { iterations: 0, gradient: f64::NAN },
            NoMaximum::Unsettled { iterations, gradient } => NoFit::Unsettled { iterations, gradient },
            NoMaximum::RanOff { parameter, upwards } => NoFit::RanOff {
                name: names.get(parameter).cloned().unwrap_or_default(),
                upwards,
                meaning: meaning(parameter, upwards),
            },
        }
    }
}
