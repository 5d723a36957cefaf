//! The prompt of a terminal that can do no more than show lines: no editing, no menu, no colours.

use std::io::BufRead;
use std::ops::ControlFlow;

use regulars_plugin::{Failure, Host, Result};

use super::dialog::Dialog;
use crate::console::Console;
use crate::script::is_complete;

/// Reads lines until the end of input. An empty line ends a cell whose brackets are open.
pub(super) fn talk(dialog: &mut Dialog<'_>, console: &Console) -> Result<()> {
    let mut number = 1;
    let mut cell = String::new();
    let mut lines = std::io::stdin().lock().lines();
    loop {
        console.ask(&if cell.is_empty() { format!("{number} > ") } else { "... ".to_owned() });
        let Some(line) = lines.next() else {
            console.ask("\n");
            return Ok(());
        };
        let line = line.map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
        if console.is_cancelled() {
            // Ctrl-C while the line was typed: what came before it is forgotten.
            console.begin();
            cell.clear();
        }
        cell.push_str(&line);
        if !is_complete(&cell) && !line.is_empty() {
            cell.push('\n');
            continue;
        }
        let whole = std::mem::take(&mut cell);
        if whole.trim().is_empty() {
            continue;
        }
        if dialog.hear(whole.trim()) == ControlFlow::Break(()) {
            return Ok(());
        }
        number += 1;
    }
}
