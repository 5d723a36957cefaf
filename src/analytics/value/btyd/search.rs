//! The search for the parameters, and what the three models' fits have in common.

use regulars_plugin::{Context, Result};

use super::fit::Ask;
use super::state::{Kind, refused};
use crate::analytics::parameters::Parameter;
use crate::analytics::watch::Watching;
use crate::stats::btyd::{BgNbd, Covariates, Estimate, Fitted, MbgNbd, ParetoNbd, Purchases as History};
use crate::stats::optimise::Maximum;

/// What a fit found, whichever model it is.
pub(super) struct Found {
    pub(super) parameters: Vec<Parameter>,
    pub(super) four: [f64; 4],
    pub(super) effects: Vec<f64>,
    /// Of the logarithms of the four, and of the effects.
    pub(super) covariance: Vec<Vec<f64>>,
    pub(super) weak: Vec<String>,
    pub(super) log_likelihood: f64,
    pub(super) search: Maximum,
}

impl Found {
    fn of<M>(fitted: Fitted<M>, confidence: f64) -> Found {
        let parameter = |one: &Estimate| {
            let interval = one.interval(confidence);
            Parameter {
                name: one.name.clone(),
                estimate: one.value,
                standard_error: Some(one.standard_error),
                interval: Some((interval.lower, interval.upper)),
            }
        };
        let size = fitted.estimates.len();
        let weak = fitted.estimates.iter().filter(|one| one.is_weak());
        Found {
            parameters: fitted.estimates.iter().map(parameter).collect(),
            four: [0, 1, 2, 3].map(|place| fitted.estimates[place].value),
            effects: fitted.estimates[4..].iter().map(|one| one.value).collect(),
            covariance: (0..size).map(|one| (0..size).map(|two| fitted.covariance[(one, two)]).collect()).collect(),
            weak: weak.map(|one| one.name.clone()).collect(),
            log_likelihood: fitted.log_likelihood,
            search: fitted.search,
        }
    }
}

pub(super) fn search(
    ask: &Ask<'_>,
    customers: &[History],
    covariates: &Covariates,
    context: &Context<'_>,
) -> Result<Found> {
    let watch = Watching::new(context, "fitting");
    let found = match ask.kind {
        Kind::BgNbd => BgNbd::fit(customers, covariates, &watch).map(|fitted| Found::of(fitted, ask.confidence)),
        Kind::MbgNbd => MbgNbd::fit(customers, covariates, &watch).map(|fitted| Found::of(fitted, ask.confidence)),
        Kind::ParetoNbd => {
            ParetoNbd::fit(customers, covariates, &watch).map(|fitted| Found::of(fitted, ask.confidence))
        }
    };
    found.map_err(|why| refused(why, ask.kind))
}
