//! Aligned lines of short cells, each with a meaning in running text behind or below.

use super::prose::after;
use super::text::{padding, width as columns_of};
use super::{Page, Role};

/// Where less room than this is left for the meanings, they stand below.
const MEANING: usize = 28;

/// One line: a few short cells and what it means.
pub(crate) struct Entry {
    pub(crate) cells: Vec<(Role, String)>,
    /// Paragraphs.
    pub(crate) meaning: Vec<String>,
}

/// Shows entries; the cells of the column `right` are set to the right.
pub(crate) fn entries(page: &mut Page, entries: &[Entry], right: Option<usize>, width: usize, indent: usize) {
    let count = entries.iter().map(|entry| entry.cells.len()).max().unwrap_or(0);
    let widest = |at: usize| {
        let cells = entries.iter().filter_map(|entry| entry.cells.get(at));
        cells.map(|(_, text)| columns_of(text)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    // A column that is empty everywhere takes no room.
    let start = indent + widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum::<usize>();
    let below = start + MEANING > width;
    for entry in entries {
        page.space(indent);
        for (at, ((role, text), &width)) in entry.cells.iter().zip(&widths).enumerate() {
            if width == 0 {
                continue;
            }
            let padding = padding(text, width);
            if right == Some(at) {
                page.text(&padding).role(*role, text);
            } else {
                page.role(*role, text).text(&padding);
            }
            page.space(2);
        }
        for (index, paragraph) in entry.meaning.iter().enumerate() {
            let from = if below { indent + 4 } else { start };
            if below || index > 0 {
                if index == 0 {
                    page.line();
                }
                page.space(from);
            }
            after(page, paragraph, width, from, from);
        }
        if entry.meaning.is_empty() {
            page.line();
        }
    }
}
