//! A script, taken apart into cells and put together again.
//!
//! The form is the percent format that editors know: `// %% Title [markdown] key="value"`. What stands behind a key is
//! JSON; a whole JSON object does as well, and may hold what only other programs know.

use regulars_plugin::Failure;
use serde_json::{Map, Value as Json};

use super::marker::{self, Marker};

/// A script, taken apart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// `#!…`: the line in which a script may name its interpreter.
    pub interpreter: Option<String>,
    /// What other programs keep with the whole: `// %% [notebook] {…}`, on top.
    pub metadata: Map<String, Json>,
    /// Its cells, in order. Before the first `// %%` one without a marker may stand.
    pub cells: Vec<Cell>,
    /// What is wrong in the lines that begin cells, each with its place.
    pub mistakes: Vec<Failure>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// What it holds.
    pub kind: CellKind,
    /// What stands behind `// %%`.
    pub title: String,
    /// What of it is not shown in a report.
    pub hide: Hide,
    /// Whether the cells behind it run although it failed.
    pub continues: bool,
    /// What other programs keep with it, such as tags.
    pub metadata: Map<String, Json>,
    /// Its text, without line ends around it; prose without the comment marks.
    pub source: String,
    /// Line of the script on which its text begins, from 1.
    pub line: usize,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellKind {
    /// Code.
    #[default]
    Code,
    /// Markdown.
    Prose,
    /// Text that is neither, for another program: `[raw]`.
    Raw,
}

/// What of a cell is not shown in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hide {
    /// Its text.
    pub code: bool,
    /// What it answers and says.
    pub result: bool,
}

impl CellKind {
    /// How it is written behind the title; nothing for code.
    pub(super) fn word(self) -> Option<&'static str> {
        match self {
            CellKind::Code => None,
            CellKind::Prose => Some("[markdown]"),
            CellKind::Raw => Some("[raw]"),
        }
    }
}

impl Document {
    /// Takes a script apart. A script without `// %%` is one cell.
    pub fn read(text: &str) -> Document {
        let mut document = Document::default();
        let mut cells = vec![(Cell { line: 1, ..Cell::default() }, Vec::new())];
        for (index, line) in text.lines().enumerate() {
            if index == 0 && line.starts_with("#!") {
                document.interpreter = Some(line.to_owned());
                cells[0].0.line = 2;
            } else if let Some(rest) = marker::begins(line) {
                if cells.len() == 1
                    && let Some(Ok(Json::Object(map))) = rest.strip_prefix(marker::NOTEBOOK).map(serde_json::from_str)
                {
                    document.metadata = map;
                    continue;
                }
                let (Marker { cell, mistake }, line) = (Marker::read(rest), index + 1);
                document.mistakes.extend(mistake.map(|failure| failure.at(line, 1)));
                cells.push((Cell { line: line + 1, ..cell }, Vec::new()));
            } else if let Some((cell, lines)) = cells.last_mut() {
                let line = marker::unescaped(line);
                lines.push(match cell.kind {
                    CellKind::Code => line,
                    CellKind::Prose | CellKind::Raw => uncommented(&line).to_owned(),
                });
            }
        }
        let without_marker = cells.first().is_some_and(|(_, lines)| lines.iter().all(|line| line.trim().is_empty()));
        for (mut cell, lines) in cells.into_iter().skip(usize::from(without_marker)) {
            let blank = |line: &&String| line.trim().is_empty();
            let before = lines.iter().take_while(blank).count().min(lines.len());
            let behind = lines[before..].iter().rev().take_while(blank).count();
            cell.source = lines[before..lines.len() - behind].join("\n");
            cell.line += before;
            document.cells.push(cell);
        }
        document
    }

    /// The script: every cell with its marker, one empty line between two.
    pub fn write(&self) -> String {
        let mut text = self.interpreter.as_ref().map_or_else(String::new, |line| format!("{line}\n"));
        if !self.metadata.is_empty() {
            text.push_str(&format!("// %% {} {}\n", marker::NOTEBOOK, Json::Object(self.metadata.clone())));
        }
        for (index, cell) in self.cells.iter().enumerate() {
            if index > 0 || !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&marker::written(cell));
            text.push('\n');
            for line in cell.source.lines() {
                let line = match cell.kind {
                    CellKind::Code => line.to_owned(),
                    _ if line.is_empty() => "//".to_owned(),
                    CellKind::Prose | CellKind::Raw => format!("// {line}"),
                };
                text.push_str(&marker::escaped(&line));
                text.push('\n');
            }
        }
        text
    }

    /// The cells of code that hold any, in order.
    pub fn code(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.kind == CellKind::Code && !cell.is_empty())
    }
}

impl Cell {
    /// Its code behind as many empty lines as stand before it in the script, so that places are told as in the file.
    pub fn placed(&self) -> String {
        format!("{}{}\n", "\n".repeat(self.line.saturating_sub(1)), self.source)
    }

    /// What the work in it is a part of: `cell 3 of 12, Sales by month`; nothing where it is the only one.
    pub fn part(&self, number: usize, count: usize) -> Option<String> {
        let title = if self.title.is_empty() { String::new() } else { format!(", {}", self.title) };
        (count > 1).then(|| format!("cell {number} of {count}{title}"))
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.source.trim().is_empty()
    }
}

/// A line of prose without its comment mark. What has none is taken as it is.
fn uncommented(line: &str) -> &str {
    line.strip_prefix("// ").or_else(|| line.strip_prefix("//")).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_keep_their_lines() {
        let document =
            Document::read("let a = 1;\n// %% [markdown]\n// # Title\n//\n// Words\n\n// %% Second\n\na + 1\n");
        let kinds: Vec<(CellKind, usize, &str)> =
            document.cells.iter().map(|cell| (cell.kind, cell.line, cell.title.as_str())).collect();
        assert_eq!(kinds, [(CellKind::Code, 1, ""), (CellKind::Prose, 3, ""), (CellKind::Code, 9, "Second")]);
        assert_eq!(document.cells[1].source, "# Title\n\nWords");
        assert_eq!(document.cells[2].placed().lines().nth(8), Some("a + 1"));
    }

    #[test]
    fn a_script_may_name_its_interpreter() {
        let text = "#!/usr/bin/env -S regulars run\n\n// %% One\n1\n";
        let document = Document::read(text);
        assert_eq!(document.cells.len(), 1);
        assert_eq!(document.cells[0].line, 4);
        assert_eq!(document.write(), text);
    }

    #[test]
    fn cells_say_what_is_hidden_and_what_goes_on() {
        let document = Document::read(
            "// %% Revenue by month hide=\"code\" on_failure=\"continue\" tags=[\"slow\"]\n1\n\
             // %% [markdown] hide=all\n// Words\n// %% One {\"hide\": \"result\", \"vega\": {\"a\": [1]}}\n2\n// %% a = b\n3\n",
        );
        assert_eq!(document.mistakes, []);
        let [first, second, third, fourth] = &document.cells[..] else { panic!("{:?}", document.cells) };
        assert_eq!((first.title.as_str(), first.hide.code, first.hide.result), ("Revenue by month", true, false));
        assert!(first.continues && first.metadata["tags"][0] == "slow");
        assert_eq!((second.hide.code, second.hide.result, second.kind), (true, true, CellKind::Prose));
        assert_eq!(
            (third.title.as_str(), third.hide.result, &third.metadata["vega"]["a"][0]),
            ("One", true, &1.into())
        );
        assert_eq!(fourth.title, "a = b");
    }

    #[test]
    fn a_cell_option_that_is_none_is_told_with_the_near_one() {
        let told = |line: &str| Document::read(&format!("// %% [markdown]\n// x\n{line}\n1\n")).mistakes.pop();
        let failure = told("// %% Sums hid=\"code\"").unwrap_or_else(|| panic!("nothing was found"));
        assert_eq!(failure.message, "a cell has no option `hid`");
        assert_eq!(failure.help[0], "did you mean `hide`?");
        assert_eq!(failure.place.map(|place| place.line), Some(3));
        let failure = told("// %% Sums hide=\"cod\"").unwrap_or_else(|| panic!("nothing was found"));
        assert_eq!(failure.help[0], "did you mean `code`?");
        // In an object anything may stand: other programs keep theirs there.
        assert_eq!(told("// %% Sums {\"hid\": 1}"), None);
    }

    /// Anything that a notebook may hold in a cell: also lines that look like markers.
    fn cell() -> impl Strategy<Value = Cell> {
        let line = prop_oneof![
            "[ -~]{0,20}",
            Just("// %% not a cell".to_owned()),
            Just("// \\%% [markdown]".to_owned()),
            Just("%% neither".to_owned()),
            Just("#!sh".to_owned()),
            Just(String::new()),
            "[äöü中文 ]{0,5}",
        ];
        let kind = prop_oneof![Just(CellKind::Code), Just(CellKind::Prose), Just(CellKind::Raw)];
        let title = prop_oneof![Just(String::new()), "[A-Z][a-z =]{0,9}[a-z]", Just("A [raw] {} x=\"1\"".to_owned())];
        (kind, title, any::<(bool, bool, bool)>(), proptest::collection::vec(line, 0..6)).prop_map(
            |(kind, title, (code, result, continues), lines)| {
                let blank = |line: &&String| line.trim().is_empty();
                let before = lines.iter().take_while(blank).count();
                let behind = lines[before..].iter().rev().take_while(blank).count();
                let source = lines[before..lines.len() - behind].join("\n");
                Cell { kind, title, hide: Hide { code, result }, continues, source, ..Cell::default() }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(cells in proptest::collection::vec(cell(), 0..6)) {
            let document = Document { cells, ..Document::default() };
            let text = document.write();
            let mut read = Document::read(&text);
            prop_assert_eq!(read.write(), text);
            read.cells.iter_mut().for_each(|cell| cell.line = 0);
            prop_assert_eq!(read, document);
        }
    }
}
