//! What k-means answers with: rows, centres, sizes, choices and figures.

use regulars_plugin::Result;
use schemars::JsonSchema;
use serde::Serialize;

use crate::stats::cluster::{KMeans, Scaling, Silhouette};
use crate::table::{Frame, FrameBuilder};

/// The clusters of each number that was tried, with their silhouettes.
pub(super) type Tried = Vec<(KMeans, Silhouette)>;

/// The rows of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ClusterRow {
    /// Number of the cluster, from 1; the largest cluster is 1. Empty where a value is missing.
    cluster: Option<i64>,
}

/// The means of each cluster, in the units of the columns.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct CenterRow {
    /// Number of the cluster.
    cluster: i64,
    /// Name of the column.
    column: String,
    /// Mean of the column in the cluster, in its own unit.
    center: f64,
    /// The same as distances see it: 0 is the mean of all rows under "standard" and "none", the median under "robust",
    /// the least value under "range".
    standardised: f64,
}

/// How large each cluster is and how well apart.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct SizeRow {
    /// Number of the cluster.
    cluster: i64,
    /// Number of rows.
    #[schemars(extend("unit" = "rows"))]
    size: i64,
    /// Share of the rows that have a cluster.
    #[schemars(extend("unit" = "share"))]
    share: f64,
    /// Mean silhouette of its rows; empty with one cluster.
    silhouette: Option<f64>,
}

/// What each number of clusters came to.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct ChoiceRow {
    /// Number of clusters.
    k: i64,
    /// Least inertia of all starts.
    inertia: f64,
    /// Mean silhouette.
    silhouette: Option<f64>,
    /// How many starts came to the least inertia.
    #[schemars(extend("unit" = "starts"))]
    found: i64,
    /// Whether this number was taken.
    chosen: bool,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KMeansFigures {
    /// Number of clusters.
    pub(super) k: i64,
    /// Sum of the squared distances of the rows from the centres of their clusters, in scaled units.
    pub(super) inertia: f64,
    /// Mean silhouette: near 1 where clusters are far apart, about 0 where they touch. Empty with one cluster.
    pub(super) silhouette: Option<f64>,
    /// Number of rows behind the silhouette.
    #[schemars(extend("unit" = "rows"))]
    pub(super) silhouette_rows: i64,
    /// Mean adjusted Rand index between these clusters and those of bootstrap samples: 1 where they are always found
    /// again, about 0 where they are the work of chance.
    pub(super) stability: Option<f64>,
    /// The least of them.
    pub(super) stability_least: Option<f64>,
    /// How many starts came to the least inertia.
    #[schemars(extend("unit" = "starts"))]
    pub(super) found: i64,
    /// Number of starts.
    #[schemars(extend("unit" = "starts"))]
    pub(super) starts: i64,
    /// Iterations of the best start.
    pub(super) iterations: i64,
    /// Number of rows that have a cluster.
    #[schemars(extend("unit" = "rows"))]
    pub(super) rows: i64,
}

pub(super) fn centers(best: &KMeans, columns: &[String], scalings: &[Scaling]) -> Result<Frame> {
    let each = || {
        best.centers.iter().enumerate().flat_map(|(cluster, center)| {
            let values = center.iter().zip(scalings).zip(columns);
            values.map(move |((value, scaling), column)| (cluster, column, scaling.original(*value), *value))
        })
    };
    FrameBuilder::empty()
        .integers("cluster", each().map(|(cluster, ..)| cluster as i64 + 1))
        .texts("column", each().map(|(_, column, ..)| column))
        .numbers("center", each().map(|(_, _, original, _)| original))
        .numbers("standardised", each().map(|(.., value)| value))
        .build()
}

pub(super) fn sizes(best: &KMeans, silhouette: &Silhouette, rows: usize) -> Result<Frame> {
    FrameBuilder::empty()
        .integers("cluster", 1..=best.sizes.len() as i64)
        .integers("size", best.sizes.iter().map(|size| *size as i64))
        .numbers("share", best.sizes.iter().map(|size| *size as f64 / rows as f64))
        .optional_numbers("silhouette", silhouette.by_cluster.iter().copied())
        .build()
}

pub(super) fn choices(tried: &Tried, chosen: usize) -> Result<Frame> {
    FrameBuilder::empty()
        .integers("k", tried.iter().map(|(found, _)| found.centers.len() as i64))
        .numbers("inertia", tried.iter().map(|(found, _)| found.inertia))
        .optional_numbers("silhouette", tried.iter().map(|(_, silhouette)| silhouette.mean))
        .integers("found", tried.iter().map(|(found, _)| found.found as i64))
        .flags("chosen", (0..tried.len()).map(|place| place == chosen))
        .build()
}
