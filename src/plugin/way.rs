//! What goes to a plugin and what comes back, whichever way leads there: through C within this process, or to a child.

use std::ffi::CStr;

use polars::prelude::DataFrame;
use regulars_plugin::{Context, Result};

/// What a plugin is asked: tables in the kinds that ABI 1 carries, options and models that were checked.
pub(super) struct Asked<'a> {
    /// The place of the function's manual.
    pub(super) function: usize,
    /// The place of a method in that manual; none for the function itself.
    pub(super) method: Option<usize>,
    pub(super) tables: &'a [DataFrame],
    /// For a method: the table that the model came with, where there is one.
    pub(super) model_table: Option<&'a DataFrame>,
    /// For a method: the model as JSON.
    pub(super) model: Option<&'a CStr>,
    /// JSON.
    pub(super) options: &'a CStr,
}

/// What came back from a call that succeeded. Nothing of it was compared with the manual yet.
pub(super) struct Answered {
    /// JSON: figures, notes, model, drawing.
    pub(super) text: String,
    /// The tables in the order of the manual; none where one is not there.
    pub(super) tables: Vec<Option<DataFrame>>,
}

/// A way into a loaded plugin, open to several threads at a time.
pub(super) trait Way: Send + Sync {
    /// Asks it, and waits for the answer.
    fn call(&self, asked: &Asked<'_>, context: &Context<'_>) -> Result<Answered>;
}
