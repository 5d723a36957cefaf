//! The cumulative hazard, and survival from it.

use super::{Curve, IntervalKind, RiskTable};

/// Survival as exp(−H), where H is the cumulative hazard after Nelson and Aalen, Σ d/n, with the variance Σ d/n². So
/// −log of the curve is H, and −log of its pointwise intervals those of H: log-log ones are symmetric in log H, log ones
/// in H itself.
///
/// Sources: W. Nelson (1972), Technometrics 14, 945–966; O. Aalen (1978), The Annals of Statistics 6, 701–726.
pub fn nelson_aalen(table: RiskTable, kind: IntervalKind, confidence: f64) -> Curve {
    Curve::of(
        table,
        |at_risk, events| (-events / at_risk).exp(),
        |at_risk, events| events / (at_risk * at_risk),
        kind,
        confidence,
    )
}
