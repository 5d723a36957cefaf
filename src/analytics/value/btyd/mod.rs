//! What `bg_nbd`, `mbg_nbd` and `pareto_nbd` share: the fit of orders, and what their models can be asked.

mod alive_matrix;
mod covariates;
mod effects;
mod expect;
mod fit;
mod frequency_recency;
mod grid;
mod heterogeneity;
mod histories;
mod predict;
mod search;
mod state;
mod tables;
mod tracking;

pub use alive_matrix::{AliveMatrix, AliveMatrixRow};
pub use effects::EffectRow;
pub use expect::{Expect, ExpectRow};
pub use fit::{BuyingFigures, BuyingRow};
pub use frequency_recency::{FrequencyRecency, FrequencyRecencyRow};
pub use heterogeneity::{Heterogeneity, HeterogeneityRow};
pub use predict::{Predict, PredictRow};
pub use tables::{FrequencyRow, HoldoutRow};
pub use tracking::{Tracking, TrackingRow};

pub(super) use fit::{Ask, answer};
pub(super) use histories::counted;
pub use state::Kind;
pub(super) use state::refused;

use regulars_plugin::{Chart, Mark, TableManual};

use crate::analytics::BuiltIn;
use crate::analytics::parameters::parameter_table;

/// What a fitted model can be asked.
pub(super) fn methods() -> Vec<BuiltIn> {
    vec![
        BuiltIn::of::<Predict>(),
        BuiltIn::of::<Expect>(),
        BuiltIn::of::<Tracking>(),
        BuiltIn::of::<FrequencyRecency>(),
        BuiltIn::of::<AliveMatrix>(),
        BuiltIn::of::<Heterogeneity>(),
    ]
}

/// The further tables of a fit.
pub(super) fn further_tables() -> Vec<TableManual> {
    let line = |y: &str| Chart::new(Mark::Line).x("frequency").y(y).color("series");
    vec![
        parameter_table(),
        TableManual::of::<EffectRow>("effects").chart(
            Chart::new(Mark::Interval)
                .x("effect")
                .y("factor")
                .band("lower", "upper")
                .title("By which factor one unit more of a covariate moves the pace of buying, and stopping")
                .labels("", "factor; 1 is no effect"),
        ),
        TableManual::of::<FrequencyRow>("frequencies").chart(
            line("customers")
                .title("Customers by repeat purchases, seen and expected")
                .labels("repeat purchases up to the end of the calibration; 7 stands for 7 and more", "customers"),
        ),
        TableManual::of::<HoldoutRow>("holdout").chart(
            line("purchases").title("Purchases in the hold-out, seen and expected").labels(
                "repeat purchases up to the end of the calibration; 7 stands for 7 and more",
                "purchases per customer",
            ),
        ),
    ]
}

/// The picture of the main table.
pub(super) fn chart() -> Option<Chart> {
    let chart = Chart::new(Mark::Histogram).x("p_alive");
    Some(chart.title("How likely customers are still to be customers").labels("P(alive)", "customers"))
}
