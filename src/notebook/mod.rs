//! Scripts as documents: cells between `// %%` lines, of code or of prose; the examples of manuals; the reference.

mod examples;
mod reference;

pub use examples::{Side, Wrong, difference, examples, session, shown, try_out};
pub use reference::reference;

/// A script, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its cells, in order; empty ones are left out.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it holds.
    pub kind: CellKind,
    /// What stands behind `// %%`.
    pub title: String,
    /// Its text; prose without the comment marks.
    pub source: String,
    /// Line of the script on which its text begins, from 1.
    pub line: usize,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Code.
    Code,
    /// Markdown.
    Prose,
}

impl Document {
    /// Takes a script apart. A script without `// %%` is one cell.
    pub fn read(text: &str) -> Document {
        let mut cells = vec![Cell { kind: CellKind::Code, title: String::new(), source: String::new(), line: 1 }];
        for (index, line) in text.lines().enumerate() {
            if index == 0 && line.starts_with("#!") {
                // A script may name its interpreter, as any other.
                cells[0].source.push('\n');
                continue;
            }
            if let Some(rest) = line.trim_start().strip_prefix("// %%") {
                let (kind, title) = match rest.trim().strip_prefix("[markdown]") {
                    Some(title) => (CellKind::Prose, title.trim()),
                    None => (CellKind::Code, rest.trim()),
                };
                cells.push(Cell { kind, title: title.to_owned(), source: String::new(), line: index + 2 });
            } else if let Some(cell) = cells.last_mut() {
                let line = match cell.kind {
                    CellKind::Code => line,
                    CellKind::Prose => line.strip_prefix("// ").or_else(|| line.strip_prefix("//")).unwrap_or(line),
                };
                cell.source.push_str(line);
                cell.source.push('\n');
            }
        }
        cells.retain(|cell| !cell.source.trim().is_empty());
        Document { cells }
    }
}

impl Cell {
    /// Its code behind as many empty lines as stand before it in the script, so that places are told as in the file.
    pub fn placed(&self) -> String {
        format!("{}{}", "\n".repeat(self.line.saturating_sub(1)), self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_lines() {
        let document =
            Document::read("let a = 1;\n// %% [markdown]\n// # Title\n//\n// Words\n// %% Second\n\na + 1\n");
        let kinds: Vec<(CellKind, usize, &str)> =
            document.cells.iter().map(|cell| (cell.kind, cell.line, cell.title.as_str())).collect();
        assert_eq!(kinds, [(CellKind::Code, 1, ""), (CellKind::Prose, 3, ""), (CellKind::Code, 7, "Second")]);
        assert_eq!(document.cells[1].source, "# Title\n\nWords\n");
        assert_eq!(document.cells[2].placed().lines().nth(7), Some("a + 1"));
    }
}
