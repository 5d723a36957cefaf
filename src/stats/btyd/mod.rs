//! Buy-till-you-die models: customers buy at their own pace until, unseen, they stop for good.

mod bg_bb;
mod gamma_gamma;

pub use bg_bb::{BgBb, BgBbFit, History, NoBgBb, Prospect, fit_bg_bb};
pub use gamma_gamma::{GammaGamma, GammaGammaFit, NoSpendModel, fit_gamma_gamma};
