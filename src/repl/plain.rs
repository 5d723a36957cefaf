//! The prompt of a terminal that can do no more than show lines: no editing, no menu, no colours.

use regulars_plugin::{Failure, Host, Result};

use super::dialog::Dialog;
use super::line::Complete;
use crate::console::Console;

/// Reads lines until the end of input. An empty line ends a cell whose brackets are open.
pub(super) fn talk(dialog: &mut Dialog<'_>, console: &Console) -> Result<()> {
    let mut cell = String::new();
    loop {
        let number = dialog.number();
        console.ask(&if cell.is_empty() { format!("{number} > ") } else { "... ".to_owned() });
        let mut line = String::new();
        // Line by line, so that a question in between finds what is typed for it.
        let count = std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
        if count == 0 {
            console.ask("\n");
            return Ok(());
        }
        let line = line.trim_end_matches(['\r', '\n']);
        if console.is_cancelled() {
            // Ctrl-C while the line was typed: what came before it is forgotten.
            console.forget_interrupt();
            cell.clear();
        }
        cell.push_str(line);
        if !Complete::is_complete(&cell) && !line.is_empty() {
            cell.push('\n');
            continue;
        }
        let whole = std::mem::take(&mut cell);
        if whole.trim().is_empty() {
            continue;
        }
        if dialog.hear(whole.trim(), None).leaves {
            return Ok(());
        }
    }
}
