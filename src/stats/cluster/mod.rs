//! Clusters: k-means, how well its clusters are apart, and how well they stand a second sample.

mod error;
mod kmeans;
mod lloyd;
mod points;
mod scale;
mod silhouette;
mod stability;
mod starts;
#[cfg(test)]
mod tests;

pub use error::ClusterError;
pub use kmeans::{KMeans, KMeansOptions, kmeans};
pub use points::{Points, nearest};
pub use scale::{Scale, Scaling};
pub use silhouette::{Silhouette, silhouettes};
pub use stability::{Stability, StabilityOptions, adjusted_rand, stability};
