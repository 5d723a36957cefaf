//! A plugin that a higher room carries out: the catalogue knows its manuals and how to ask it, not what it is written in.

use regulars_plugin::{Context, Manual, Output, Result};
use serde_json::{Map, Value};

use crate::table::Frame;

/// A plugin whose functions are scripts.
pub trait Scripted: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// Its version; empty where its author gave none.
    fn version(&self) -> &str;

    /// The manuals of its functions; the place of a manual is the number of its function.
    fn manuals(&self) -> &[Manual];

    /// Calls a function by its number and checks its answer against the manual.
    fn call(
        &self,
        function: usize,
        tables: Vec<Frame>,
        options: &Map<String, Value>,
        context: &Context<'_>,
    ) -> Result<Output<Frame, Map<String, Value>>>;
}
