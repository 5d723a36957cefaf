//! What a fitted model keeps.

use std::collections::BTreeMap;

use regulars_plugin::{Date, Failure, Result, SpanUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::covariates::{Covariate, of_somebody};
use crate::stats::btyd::{BgNbd, MbgNbd, Model, NoFit, ParetoNbd, Population};

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::enum_variant_names, reason = "the names of the models in the literature")]
pub enum Kind {
    /// Customers may stop right after a repeat purchase.
    #[default]
    BgNbd,
    /// Customers may stop right after any purchase, the first included.
    MbgNbd,
    /// Customers may stop at any time.
    ParetoNbd,
}

impl Kind {
    /// Its name in the literature.
    pub(in crate::analytics::value) fn name(self) -> &'static str {
        match self {
            Kind::BgNbd => "BG/NBD",
            Kind::MbgNbd => "MBG/NBD",
            Kind::ParetoNbd => "Pareto/NBD",
        }
    }

    /// What else could be tried.
    pub(super) fn others(self) -> &'static str {
        match self {
            Kind::BgNbd => "`mbg_nbd` and `pareto_nbd`",
            Kind::MbgNbd => "`bg_nbd` and `pareto_nbd`",
            Kind::ParetoNbd => "`bg_nbd` and `mbg_nbd`",
        }
    }
}

/// A fitted model, without its customers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BuyingModel {
    pub(super) kind: Kind,
    /// r, α and a, b or s, β, in the unit of time.
    pub(super) parameters: [f64; 4],
    pub(super) unit: SpanUnit,
    /// End of the calibration.
    pub(super) until: Date,
    /// End of the hold-out, where there was one.
    pub(super) holdout_until: Option<Date>,
    /// Properties of customers that move the parameters, which are those of somebody in whom all are 0.
    pub(super) covariates: Vec<Covariate>,
    /// Their effects, in the order of the estimates.
    pub(super) effects: Vec<f64>,
    /// Covariance of the logarithms of the parameters and of the effects.
    pub(super) covariance: Vec<Vec<f64>>,
    /// The different values of the covariates among the customers.
    pub(super) patterns: Vec<Vec<f64>>,
    /// Days of first purchases since 1970-01-01, the place of the pattern, and how many customers came so; in order.
    pub(super) newcomers: Vec<(i32, u32, f64)>,
    /// How many such groups there were, where not all were kept.
    pub(super) thinned: Option<usize>,
    /// Most repeat purchases of a customer.
    pub(super) most: u32,
}

impl BuyingModel {
    /// The model of somebody whose covariates are all 0.
    fn model(&self) -> Result<Model> {
        let [r, alpha, third, fourth] = self.parameters;
        if self.parameters.iter().any(|value| !(value.is_finite() && *value > 0.0)) {
            return Err(Failure::new(format!("the model's parameters are {:?}, but must be above 0", self.parameters))
                .help("was its file changed? fit it again"));
        }
        Ok(match self.kind {
            Kind::BgNbd => Model::BgNbd(BgNbd { r, alpha, a: third, b: fourth }),
            Kind::MbgNbd => Model::MbgNbd(MbgNbd { r, alpha, a: third, b: fourth }),
            Kind::ParetoNbd => Model::ParetoNbd(ParetoNbd { r, alpha, s: third, beta: fourth }),
        })
    }

    /// The model with its effects, for customers with such values of the covariates.
    pub(super) fn population<'a>(&self, patterns: &'a [Vec<f64>]) -> Result<Population<'a>> {
        Ok(Population { model: self.model()?, effects: self.effects.clone(), patterns })
    }

    /// The model of customers with some values of the covariates, and the sentence that says with which.
    pub(super) fn of_somebody(&self, given: &BTreeMap<String, Json>) -> Result<(Vec<f64>, Option<String>)> {
        let (row, who) = of_somebody(&self.covariates, given)?;
        let sentence = (!self.covariates.is_empty())
            .then(|| format!("of customers with {who}; name others as `covariates: #{{…}}`"));
        Ok((row, sentence))
    }

    /// Longest time that a customer was observed, in the model's unit.
    pub(super) fn longest(&self) -> f64 {
        let first = self.newcomers.iter().map(|(day, ..)| *day).min().unwrap_or_default();
        f64::from(self.until.to_epoch_days() - first) / self.unit.days()
    }

    /// A length of time in words: `39 weeks`.
    pub(super) fn words(&self, time: f64) -> String {
        let number = (time * 100.0).round() / 100.0;
        let plural = if number == 1.0 { "" } else { "s" };
        format!("{number} {}{plural}", self.unit.word())
    }
}

/// A refusal of the mathematics, with advice.
pub(in crate::analytics::value) fn refused(why: NoFit, kind: Kind) -> Failure {
    let failure = Failure::new(format!("{} cannot be fitted: {why}", kind.name()));
    match &why {
        NoFit::Stopped => Failure::interrupted(),
        NoFit::Nobody | NoFit::Impossible { .. } => {
            Failure::new(why.to_string()).help("`customer_summary` shows what was counted")
        }
        NoFit::NoTime => failure.help("give a later day as `until`, or orders of more than one day"),
        NoFit::NobodyRepeats { .. } => failure
            .help("is `customer` the key of a customer, or that of an order?")
            .help("if the customers are new, take a longer time; `customer_summary` shows what was counted"),
        NoFit::TooFew { .. } => failure.help("take the orders of more customers, or of a longer time"),
        NoFit::AllAlike { .. } => {
            failure.help("are the data made up, or of a subscription? `survival` describes those who leave a contract")
        }
        NoFit::Covariate { name, fault } => {
            let failure = Failure::new(format!("`{name}` {}", fault.split("; ").next().unwrap_or(fault)));
            failure.help("leave it out of `covariates`, or what tells it already")
        }
        NoFit::RanOff { name, .. } if name.contains(": ") => failure
            .help("join rare values of a text into one, or leave this covariate out")
            .help("take more customers or a longer time"),
        NoFit::RanOff { .. } | NoFit::Unsettled { .. } => failure
            .help(format!("try {}, which describe the end of a customer otherwise", kind.others()))
            .help("take more customers or a longer time, or fit groups of customers apart who differ much")
            .help("`customer_summary` shows what was counted"),
    }
}
