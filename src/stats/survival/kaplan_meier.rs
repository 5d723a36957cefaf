//! The product-limit estimate of survival.

use super::{Curve, IntervalKind, RiskTable};

/// Survival after Kaplan and Meier, with Greenwood's variance.
///
/// Sources: E. L. Kaplan and P. Meier (1958), "Nonparametric estimation from incomplete observations", Journal of the
/// American Statistical Association 53, 457–481; M. Greenwood (1926).
pub fn kaplan_meier(table: RiskTable, kind: IntervalKind, confidence: f64) -> Curve {
    Curve::of(
        table,
        |at_risk, events| (at_risk - events) / at_risk,
        |at_risk, events| events / (at_risk * (at_risk - events)),
        kind,
        confidence,
    )
}
