//! Buy-till-you-die models: customers buy at their own pace until, unseen, they stop for good.

mod beta_dropout;
mod bg_bb;
mod bg_nbd;
mod covariates;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod extremes;
mod fit;
mod foresight;
mod gamma_gamma;
mod heterogeneity;
mod histories;
mod likelihood;
mod mbg_nbd;
mod outlook;
mod pareto_nbd;
mod population;
mod quadrature;
#[cfg(test)]
mod simulated;
mod tracking;
#[cfg(test)]
mod witnesses;

pub use bg_bb::{BgBb, BgBbFit, History, NoBgBb, Prospect, fit_bg_bb};
pub use bg_nbd::BgNbd;
pub use covariates::Covariates;
pub use fit::{Estimate, Fitted, NoFit};
pub use foresight::{Prospects, foresee_all};
pub use gamma_gamma::{GammaGamma, GammaGammaFit, NoSpendModel, fit_gamma_gamma};
pub use heterogeneity::{beta_quantile, gamma_quantile};
pub use histories::{Histories, Purchases, Shared};
pub use mbg_nbd::MbgNbd;
pub use outlook::{BuyTillYouDie, Foreseen, Future, Outlook, foresee_together};
pub use pareto_nbd::ParetoNbd;
pub use population::{Model, Population};
pub use tracking::{Newcomers, expected_by_count, expected_by_day};
