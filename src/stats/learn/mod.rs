//! Learning a yes or no from columns: logistic regression, boosted trees, and how good their probabilities are.

mod calibration;
mod error;
mod features;
mod folds;
mod importance;
mod logistic;
mod scores;
mod trees;

pub use calibration::{Calibration, CalibrationBin, calibration, calibration_bins};
pub use error::LearnError;
pub use features::Features;
pub use folds::{class_weights, stratified_folds};
pub use importance::{Importance, permutation_drops, summarise_drops};
pub use logistic::{Coefficient, Logistic, LogisticOptions, LogisticScorer, Penalty};
pub use scores::{
    Auc, Confusion, GainStep, auc, average_precision, brier, confusion, gain_steps, log_loss, log_loss_of_base_rate,
    roc_points,
};
pub use trees::{BoostedTrees, TreeNode, TreeOptions};
