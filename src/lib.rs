//! Customer analytics at a prompt: Rhai scripts over Polars frames, charts and plugins in one binary.
//!
//! The map of rooms is `src/README.md`.

pub mod analytics;
mod assist;
pub mod catalogue;
pub mod chart;
pub mod cli;
pub mod console;
pub mod files;
pub mod kernel;
pub mod notebook;
pub mod plugin;
pub mod repl;
pub mod script;
pub mod session;
pub mod show;
pub use regulars_stats as stats;
pub mod table;

/// Batches of rows come and go by the thousand: the allocator of the system hands their memory back each time and has it
/// cleared again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
