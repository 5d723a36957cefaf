//! Customer analytics at a prompt: Rhai scripts over Polars frames, charts and plugins in one binary.
//!
//! The map of rooms is `src/README.md`.

pub mod catalogue;
pub mod chart;
pub mod plugin;
pub mod show;
pub mod table;
