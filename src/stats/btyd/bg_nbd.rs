//! BG/NBD: customers buy at a pace of their own and may stop right after a repeat purchase.

use super::beta_dropout::BetaDropout;
use super::covariates::Covariates;
use super::fit::{Fitted, NoFit};
use super::histories::{Histories, Purchases};
use super::likelihood::{fit, log_likelihood, shifted};
use super::outlook::{BuyTillYouDie, Future, Outlook};
use crate::Watch;

/// The parameters of BG/NBD: paces are gamma(r, α), chances to stop at a repeat purchase beta(a, b).
///
/// Source: P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting your customers" the easy way, Marketing Science
/// 24(2), 275–284.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    /// Shape of the paces.
    pub r: f64,
    /// Scale of the paces, a time.
    pub alpha: f64,
    /// First parameter of the chance to stop.
    pub a: f64,
    /// Second parameter of the chance to stop.
    pub b: f64,
}

impl BgNbd {
    fn parameters(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    /// Finds the parameters of the greatest likelihood.
    ///
    /// # Errors
    /// Where the data cannot tell them, with the reason; or when told to stop.
    pub fn fit(customers: &[Purchases], covariates: &Covariates, watch: &dyn Watch) -> Result<Fitted<BgNbd>, NoFit> {
        let model = |[r, alpha, a, b]: [f64; 4]| BgNbd { r, alpha, a, b };
        fit(&BetaDropout::AtRepeats, customers, covariates, [false, true, false, false], model, watch)
    }

    /// The model of customers with these covariates; `effects` are the estimates that follow the model's own four.
    pub fn shifted(&self, effects: &[f64], covariates: &[f64]) -> BgNbd {
        let [r, alpha, a, b] = shifted::<BetaDropout>(self.parameters(), effects, covariates);
        BgNbd { r, alpha, a, b }
    }

    /// The log-likelihood of histories.
    pub fn log_likelihood(&self, histories: &Histories) -> f64 {
        log_likelihood(&BetaDropout::AtRepeats, self.parameters(), histories)
    }
}

impl BuyTillYouDie for BgNbd {
    fn outlook(&self, purchases: Purchases) -> Outlook {
        let odds = BetaDropout::AtRepeats.odds_of_death(self.parameters(), purchases);
        let x = f64::from(purchases.repeats);
        Outlook {
            alive: 1.0 / (1.0 + odds.exp()),
            future: Future::Beta { r: self.r + x, alpha: self.alpha + purchases.age, a: self.a, b: self.b + x },
        }
    }

    fn newcomer(&self) -> Outlook {
        let BgNbd { r, alpha, a, b } = *self;
        Outlook { alive: 1.0, future: Future::Beta { r, alpha, a, b } }
    }
}
