//! Fitting on folds and on everything.

use regulars_plugin::{Failure, Result};
use serde::{Deserialize, Serialize};

use super::{ChurnModel, Kind, Weights};
use crate::stats::Watch;
use crate::stats::learn::{
    BoostedTrees, Features, LearnError, Logistic, LogisticOptions, LogisticScorer, Penalty, TreeNode, TreeOptions,
    class_weights, permutation_drops, stratified_folds,
};

/// The ridge penalty of a fold in which the likeliest coefficients are infinite.
const RIDGE_OF_A_FOLD: f64 = 1e-3;
/// Rows of a fold on which columns are dealt anew, at the most.
const DEALT_ROWS: usize = 4000;
/// How often each column is dealt anew in each fold.
const DEALS: usize = 5;

/// What predicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Learnt {
    Logistic {
        intercept: f64,
        means: Vec<f64>,
        deviations: Vec<f64>,
        coefficients: Vec<f64>,
    },
    /// Each node is a column, a cut, whether missing values go left, and the places of both sides; or a value.
    Trees {
        base: f64,
        trees: Vec<Vec<NodeWritten>>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum NodeWritten {
    Leaf(f64),
    Split(usize, f64, bool, usize, usize),
}

impl Learnt {
    fn of_logistic(scorer: LogisticScorer) -> Learnt {
        let LogisticScorer { intercept, means, deviations, coefficients } = scorer;
        Learnt::Logistic { intercept, means, deviations, coefficients }
    }

    fn of_trees(trees: &BoostedTrees) -> Learnt {
        let written = |node: TreeNode| match node {
            TreeNode::Leaf { value } => NodeWritten::Leaf(value),
            TreeNode::Split { column, cut, missing_left, left, right } => {
                NodeWritten::Split(column, cut, missing_left, left, right)
            }
        };
        let trees_written = trees.nodes().into_iter().map(|nodes| nodes.into_iter().map(written).collect()).collect();
        Learnt::Trees { base: trees.base(), trees: trees_written }
    }

    /// Probability of each row.
    pub(super) fn predict(&self, features: &Features) -> Result<Vec<f64>> {
        let broken = || {
            Failure::new("the model does not fit its own columns")
                .help("was its file changed, or written by another version? fit it again")
        };
        match self {
            Learnt::Logistic { intercept, means, deviations, coefficients } => {
                let columns = features.columns.len();
                if [means.len(), deviations.len(), coefficients.len()] != [columns; 3] {
                    return Err(broken());
                }
                let scorer = LogisticScorer {
                    intercept: *intercept,
                    means: means.clone(),
                    deviations: deviations.clone(),
                    coefficients: coefficients.clone(),
                };
                Ok(scorer.predict(features))
            }
            Learnt::Trees { base, trees } => {
                let read = |node: &NodeWritten| match *node {
                    NodeWritten::Leaf(value) => TreeNode::Leaf { value },
                    NodeWritten::Split(column, cut, missing_left, left, right) => {
                        TreeNode::Split { column, cut, missing_left, left, right }
                    }
                };
                let nodes: Vec<Vec<TreeNode>> = trees.iter().map(|nodes| nodes.iter().map(read).collect()).collect();
                let trees = BoostedTrees::from_nodes(*base, &nodes, features.columns.len()).ok_or_else(broken)?;
                Ok(trees.predict(features))
            }
        }
    }
}

/// The fit on all rows.
pub(super) enum Whole {
    Logistic(Logistic),
    Trees(BoostedTrees),
}

impl Whole {
    pub(super) fn learnt(&self) -> Learnt {
        match self {
            Whole::Logistic(fit) => Learnt::of_logistic(fit.scorer()),
            Whole::Trees(trees) => Learnt::of_trees(trees),
        }
    }
}

/// What the folds found.
pub(super) struct Crossed {
    /// Fold of each row.
    pub(super) fold: Vec<usize>,
    /// Probability of each row from the model that has not seen it.
    pub(super) told: Vec<f64>,
    /// Folds in which the coefficients had to be held back, and why.
    pub(super) held_back: Vec<LearnError>,
    /// For trees: mean log loss of the rows that were not seen, after each tree.
    pub(super) losses: Vec<f64>,
    /// For trees: the fall of the AUC for each group of columns, fold by fold.
    pub(super) drops: Vec<Vec<f64>>,
}

impl ChurnModel {
    fn weights(&self, labels: &[bool]) -> Option<Vec<f64>> {
        (self.class_weights == Weights::Balanced).then(|| class_weights(labels))
    }

    fn tree_options(&self, seed: u64) -> TreeOptions {
        TreeOptions {
            trees: self.trees as usize,
            depth: self.depth as usize,
            rate: self.rate,
            subsample: self.subsample,
            seed,
            ..TreeOptions::default()
        }
    }

    fn penalty(&self) -> Penalty {
        Penalty { strength: self.penalty, lasso_share: self.lasso_share }
    }

    pub(super) fn whole(
        &self,
        features: &Features,
        labels: &[bool],
        seed: u64,
        watch: &dyn Watch,
    ) -> Result<Whole, LearnError> {
        let weights = self.weights(labels);
        let weights = weights.as_deref();
        Ok(match self.kind {
            Kind::Logistic => {
                let options = LogisticOptions { penalty: self.penalty(), weights };
                Whole::Logistic(Logistic::fit(features, labels, options, watch)?)
            }
            Kind::BoostedTrees => {
                Whole::Trees(BoostedTrees::fit(features, labels, weights, self.tree_options(seed), watch)?)
            }
        })
    }

    /// Fits on all folds but one, in turn, and tells the rows of that one. `groups` are columns that belong together.
    pub(super) fn cross(
        &self,
        features: &Features,
        labels: &[bool],
        groups: &[Vec<usize>],
        seed: u64,
        watch: &dyn Watch,
    ) -> Result<Crossed, LearnError> {
        let folds = self.folds as usize;
        let fold = stratified_folds(labels, folds, seed)?;
        let mut crossed = Crossed {
            told: vec![0.0; labels.len()],
            fold,
            held_back: Vec::new(),
            losses: Vec::new(),
            drops: Vec::new(),
        };
        for held_out in 0..folds {
            let of_fold = |inside: bool| -> Vec<usize> {
                (0..labels.len()).filter(|&row| (crossed.fold[row] == held_out) == inside).collect()
            };
            let (seen, unseen) = (of_fold(false), of_fold(true));
            let pick = |rows: &[usize]| -> Vec<bool> { rows.iter().map(|&row| labels[row]).collect() };
            let (seen_labels, unseen_labels) = (pick(&seen), pick(&unseen));
            let (seen, unseen_features) = (features.take(&seen), features.take(&unseen));
            let told = match self.kind {
                Kind::Logistic => {
                    let (scorer, held_back) = self.logistic_of_fold(&seen, &seen_labels, watch)?;
                    crossed.held_back.extend(held_back);
                    scorer.predict(&unseen_features)
                }
                Kind::BoostedTrees => {
                    let weights = self.weights(&seen_labels);
                    let options = self.tree_options(seed);
                    let trees = BoostedTrees::fit(&seen, &seen_labels, weights.as_deref(), options, watch)?;
                    let losses = trees.losses_on(&unseen_features, &unseen_labels);
                    crossed.losses.resize(losses.len(), 0.0);
                    crossed.losses.iter_mut().zip(&losses).for_each(|(sum, loss)| *sum += loss / labels.len() as f64);
                    crossed.drops.push(drops(&trees, &unseen_features, &unseen_labels, groups, seed, watch)?);
                    trees.predict(&unseen_features)
                }
            };
            unseen.iter().zip(told).for_each(|(&row, told)| crossed.told[row] = told);
        }
        Ok(crossed)
    }

    /// A logistic regression on a part of the rows, in which a column may say nothing, or everything, by chance.
    fn logistic_of_fold(
        &self,
        features: &Features,
        labels: &[bool],
        watch: &dyn Watch,
    ) -> Result<(LogisticScorer, Option<LearnError>), LearnError> {
        let mut never = features.constant();
        if self.penalty == 0.0 {
            let kept: Vec<usize> = (0..features.columns.len()).filter(|column| !never.contains(column)).collect();
            never.extend(features.select(&kept).collinear(watch)?.into_iter().map(|(column, _)| kept[column]));
        }
        let kept: Vec<usize> = (0..features.columns.len()).filter(|column| !never.contains(column)).collect();
        let part = features.select(&kept);
        let weights = self.weights(labels);
        let options = LogisticOptions { penalty: self.penalty(), weights: weights.as_deref() };
        let (fit, held_back) = match Logistic::fit(&part, labels, options, watch) {
            Err(error @ LearnError::Separated { .. }) => {
                let penalty = Penalty { strength: RIDGE_OF_A_FOLD, lasso_share: 0.0 };
                (Logistic::fit(&part, labels, LogisticOptions { penalty, ..options }, watch)?, Some(error))
            }
            fit => (fit?, None),
        };
        // Columns that were left out count nothing.
        let width = features.columns.len();
        let found = fit.scorer();
        let mut scorer = LogisticScorer {
            intercept: found.intercept,
            means: vec![0.0; width],
            deviations: vec![1.0; width],
            coefficients: vec![0.0; width],
        };
        for (index, &column) in kept.iter().enumerate() {
            scorer.means[column] = found.means[index];
            scorer.deviations[column] = found.deviations[index];
            scorer.coefficients[column] = found.coefficients[index];
        }
        Ok((scorer, held_back))
    }
}

fn drops(
    trees: &BoostedTrees,
    unseen: &Features,
    labels: &[bool],
    groups: &[Vec<usize>],
    seed: u64,
    watch: &dyn Watch,
) -> Result<Vec<f64>, LearnError> {
    // Rows at equal steps: folds were dealt by chance, so these are a sample.
    let step = labels.len().div_ceil(DEALT_ROWS).max(1);
    let rows: Vec<usize> = (0..labels.len()).step_by(step).collect();
    let some: Vec<bool> = rows.iter().map(|&row| labels[row]).collect();
    let (features, labels) = if some.iter().any(|label| *label) && some.iter().any(|label| !label) {
        (unseen.take(&rows), some)
    } else {
        (unseen.clone(), labels.to_vec())
    };
    let uses = trees.uses(features.columns.len());
    // What no tree asks for cannot matter.
    let asked: Vec<Vec<usize>> =
        groups.iter().filter(|group| group.iter().any(|&column| uses[column] > 0)).cloned().collect();
    let predict = |features: &Features| trees.predict(features);
    let found = permutation_drops(&features, &labels, &asked, &predict, DEALS, seed, watch)?;
    let mut found = found.into_iter();
    Ok(groups
        .iter()
        .map(|group| if group.iter().any(|&column| uses[column] > 0) { found.next().unwrap_or_default() } else { 0.0 })
        .collect())
}
