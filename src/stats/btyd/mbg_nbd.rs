//! MBG/NBD: as BG/NBD, but customers may stop right after the first purchase as well.

use super::beta_dropout::BetaDropout;
use super::covariates::Covariates;
use super::fit::{Fitted, NoFit};
use super::histories::{Histories, Purchases};
use super::likelihood::{fit, log_likelihood, shifted};
use super::outlook::{BuyTillYouDie, Future, Outlook};
use crate::Watch;

/// The parameters of MBG/NBD: paces are gamma(r, α), chances to stop at a purchase, the first included, beta(a, b).
///
/// Sources: E. P. Batislam, M. Denizel and A. Filiztekin (2007), Empirical validation and comparison of models for customer
/// base analysis, International Journal of Research in Marketing 24(3), 201–209; D. Hoppe and U. Wagner (2007), Customer
/// base analysis: the case for a central variant of the Betageometric/NBD model, Marketing – Journal of Research and
/// Management 3(2), 75–90.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MbgNbd {
    /// Shape of the paces.
    pub r: f64,
    /// Scale of the paces, a time.
    pub alpha: f64,
    /// First parameter of the chance to stop.
    pub a: f64,
    /// Second parameter of the chance to stop.
    pub b: f64,
}

impl MbgNbd {
    fn parameters(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    /// Finds the parameters of the greatest likelihood.
    ///
    /// # Errors
    /// Where the data cannot tell them, with the reason; or when told to stop.
    pub fn fit(customers: &[Purchases], covariates: &Covariates, watch: &dyn Watch) -> Result<Fitted<MbgNbd>, NoFit> {
        let model = |[r, alpha, a, b]: [f64; 4]| MbgNbd { r, alpha, a, b };
        fit(&BetaDropout::AtEvery, customers, covariates, [false, true, false, false], model, watch)
    }

    /// The model of customers with these covariates; `effects` are the estimates that follow the model's own four.
    pub fn shifted(&self, effects: &[f64], covariates: &[f64]) -> MbgNbd {
        let [r, alpha, a, b] = shifted::<BetaDropout>(self.parameters(), effects, covariates);
        MbgNbd { r, alpha, a, b }
    }

    /// The log-likelihood of histories.
    pub fn log_likelihood(&self, histories: &Histories) -> f64 {
        log_likelihood(&BetaDropout::AtEvery, self.parameters(), histories)
    }
}

impl BuyTillYouDie for MbgNbd {
    fn outlook(&self, purchases: Purchases) -> Outlook {
        let odds = BetaDropout::AtEvery.odds_of_death(self.parameters(), purchases);
        let x = f64::from(purchases.repeats);
        Outlook {
            alive: 1.0 / (1.0 + odds.exp()),
            future: Future::Beta { r: self.r + x, alpha: self.alpha + purchases.age, a: self.a, b: self.b + x + 1.0 },
        }
    }

    fn newcomer(&self) -> Outlook {
        let MbgNbd { r, alpha, a, b } = *self;
        // Somebody in b / (a + b) goes on after the first purchase, and has then survived one chance to stop.
        Outlook { alive: b / (a + b), future: Future::Beta { r, alpha, a, b: b + 1.0 } }
    }
}
