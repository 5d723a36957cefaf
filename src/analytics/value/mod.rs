//! What the customers are worth.

mod bg_bb;
mod bg_nbd;
pub mod btyd;
mod clv;
mod customer_profit;
mod customer_summary;
mod future;
mod gamma_gamma;
mod historic_value;
mod mbg_nbd;
mod opportunities;
mod pareto_nbd;
mod pareto_share;
mod simple_clv;
mod spend;
mod window;

pub use bg_bb::BgBb;
pub use bg_nbd::BgNbd;
pub use clv::Clv;
pub use customer_profit::CustomerProfit;
pub use customer_summary::CustomerSummary;
pub use gamma_gamma::GammaGamma;
pub use historic_value::HistoricValue;
pub use mbg_nbd::MbgNbd;
pub use pareto_nbd::ParetoNbd;
pub use pareto_share::ParetoShare;
pub use simple_clv::SimpleClv;

use super::BuiltIn;

/// The functions of this family.
pub(super) fn functions() -> Vec<BuiltIn> {
    vec![
        BuiltIn::of::<ParetoShare>(),
        BuiltIn::of::<CustomerSummary>(),
        BuiltIn::of::<HistoricValue>(),
        BuiltIn::of::<SimpleClv>(),
        BuiltIn::of::<CustomerProfit>(),
        BuiltIn::of::<BgNbd>(),
        BuiltIn::of::<MbgNbd>(),
        BuiltIn::of::<ParetoNbd>(),
        BuiltIn::of::<BgBb>(),
        BuiltIn::of::<GammaGamma>(),
        BuiltIn::of::<Clv>(),
    ]
}
