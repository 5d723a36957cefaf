//! Reports: a document that was played, as one HTML file that needs nothing besides itself, as Markdown with its
//! pictures beside it, or as a notebook of Jupyter.
//!
//! ```text
//! page        the HTML file: header, contents, cells, account; report.css and report.js go into it
//!   cell      a cell: its code folded, what it said and answered
//!     prose   Markdown, from which no tag and no request comes
//!     code    script text with the colours of the prompt
//!     pictures  drawings that follow the colours of the page
//! markdown    the same as Markdown
//! notebook    the same as a notebook of Jupyter
//! account     where a report comes from: script, parameters, files, plugins, versions, times
//!   sources   hears what is read while a script runs
//! ```

mod account;
mod cell;
mod code;
mod markdown;
mod notebook;
mod page;
mod pictures;
mod prose;
mod sources;
#[cfg(test)]
mod tests;

use std::time::Duration;

use regulars_plugin::{Failure, Host, Result};

use super::Played;
use crate::session::Outcome;

pub use account::{Account, Given, PluginFile};
pub use markdown::MarkdownReport;
pub use notebook::NotebookReport;
pub use page::HtmlReport;
pub use sources::{Read, Sources};

/// The script of a report.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// What it is called, where it has a name.
    pub name: Option<String>,
    /// Its text.
    pub text: String,
}

/// What came of the cells, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    /// Cells of code that ran.
    pub ran: usize,
    /// Those of them that failed.
    pub failed: usize,
    /// Cells that were not reached.
    pub left: usize,
}

/// A report that is ready.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Its text.
    pub text: String,
    /// What lies beside it: file names and bytes.
    pub beside: Vec<(String, Vec<u8>)>,
}

/// Makes a report of one kind, cell by cell: what a cell answered need not be kept once it is written down.
pub trait Writer {
    /// Takes up the cell with this number. What it answered is computed here, so it may fail here: the failure that is written down is handed
    /// back as well.
    fn cell(&mut self, number: usize, played: &Played, host: &dyn Host) -> Option<Failure>;

    /// The whole, with where it comes from if that is to be told. `left` cells were not reached.
    fn finish(&mut self, account: Option<&Account>, left: usize) -> Result<Made>;
}

/// How long a cell took, and what it is called.
#[derive(Debug, Clone)]
struct Time {
    what: String,
    took: Duration,
}

impl Time {
    /// `writing` is the time that its values took to be computed and written down.
    fn of(played: &Played, writing: Duration) -> Option<Time> {
        let Outcome { took, .. } = played.outcome.as_ref()?;
        let line = format!("line {}", played.cell.line);
        let what = if played.cell.title.is_empty() { line } else { format!("{} ({line})", played.cell.title) };
        Some(Time { what, took: *took + writing })
    }
}
