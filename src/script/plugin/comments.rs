//! The `///` comments of a text: the manual of a function, and the meaning of an entry of its declaration. Rhai drops
//! them, so they are read from the text.

use std::collections::BTreeMap;

use super::super::tokens::{Highlight, highlight};

/// The `///` comments and the functions of a text.
#[derive(Default)]
pub(in crate::script) struct Comments {
    /// The text of each comment by its line; the lines of a block stand one after another.
    lines: BTreeMap<usize, String>,
    /// Every `fn` and its line, in order.
    functions: Vec<(String, usize)>,
}

impl Comments {
    pub(in crate::script) fn of(source: &str) -> Comments {
        let mut found = Comments::default();
        let (mut line, mut is_first, mut before) = (1, true, "");
        for (kind, part) in highlight(source) {
            match kind {
                // A comment behind code belongs to nothing below it.
                Highlight::Comment if is_first => {
                    if let Some(text) = part.strip_prefix("///").filter(|text| !text.starts_with('/')) {
                        let text = text.strip_prefix(' ').unwrap_or(text);
                        found.lines.insert(line, text.trim_end().to_owned());
                    }
                }
                Highlight::Comment | Highlight::Text => {}
                _ if before == "fn" && !part.trim().is_empty() => found.functions.push((part.to_owned(), line)),
                _ => {}
            }
            if !part.trim().is_empty() {
                before = part;
            }
            for letter in part.chars() {
                line += usize::from(letter == '\n');
                is_first = letter == '\n' || is_first && letter.is_whitespace();
            }
        }
        found
    }

    /// The comment that ends on the line before this one.
    pub(in crate::script) fn above(&self, line: usize) -> Option<String> {
        let mut first = line;
        while first > 1 && self.lines.contains_key(&(first - 1)) {
            first -= 1;
        }
        let block: Vec<&str> = self.lines.range(first..line).map(|(_, text)| text.as_str()).collect();
        (!block.is_empty()).then(|| block.join("\n"))
    }

    /// The line on which the function of that name begins whose body begins on this line.
    pub(in crate::script) fn line_before(&self, function: &str, body: usize) -> Option<usize> {
        let lines = self.functions.iter().filter(|(name, line)| name == function && *line <= body);
        lines.map(|(_, line)| *line).max()
    }

    /// The line of a function: the one with a comment above it, where several bear the name.
    pub(in crate::script) fn line_of(&self, function: &str) -> Option<usize> {
        let mut lines = self.functions.iter().filter(|(name, _)| name == function).map(|(_, line)| *line);
        let first = lines.next()?;
        Some(std::iter::once(first).chain(lines).find(|line| self.above(*line).is_some()).unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_belongs_to_what_stands_below_it() {
        let comments = Comments::of(
            "/// One.\n///\n/// # Choices\n/// None.\nfn one(a) { a }\n//// no\nlet x = `///\n`; /// behind\n\
             fn two() {}\n#{\n    /// Deep.\n    a: 1 }\n",
        );
        assert_eq!(comments.above(5).as_deref(), Some("One.\n\n# Choices\nNone."));
        assert_eq!(comments.line_of("one"), Some(5));
        assert_eq!(comments.line_of("two"), Some(9));
        assert_eq!((comments.above(9), comments.above(7)), (None, None));
        assert_eq!(comments.above(12).as_deref(), Some("Deep."));
    }
}
