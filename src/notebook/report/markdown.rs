//! A report as Markdown, its pictures beside it.

use std::fmt::Write;

use regulars_plugin::{Failure, Host, Result};

use super::account::{Account, Part};
use super::{Count, Made, Script, Time, Writer};
use crate::chart::Picture;
use crate::notebook::{CellKind, Played};
use crate::session::{Said, timed};
use crate::show::{self, Format, Value};
use crate::table::Frame;

/// Pixels for each unit of a picture.
const DENSITY: f64 = 2.0;

/// A report as Markdown.
pub struct MarkdownReport {
    script: Script,
    /// What the files of its pictures begin with.
    stem: String,
    rows: usize,
    text: String,
    beside: Vec<(String, Vec<u8>)>,
    count: Count,
    times: Vec<Time>,
    number: usize,
}

impl MarkdownReport {
    /// A report of a script; its pictures are called by the `stem` and the number of their cell, and tables show at most
    /// `rows` rows.
    pub fn new(script: Script, stem: &str, rows: usize) -> MarkdownReport {
        MarkdownReport {
            script,
            stem: stem.to_owned(),
            rows,
            text: String::new(),
            beside: Vec::new(),
            count: Count::default(),
            times: Vec::new(),
            number: 0,
        }
    }

    /// A report under a title, of what was typed at the prompt.
    pub fn of_prompt(title: &str, rows: usize) -> MarkdownReport {
        let mut report = MarkdownReport::new(Script::default(), title, rows);
        report.text = format!("# {title}\n");
        report
    }

    fn value(&mut self, value: &Value, rows: usize, host: &dyn Host) -> Result<()> {
        let (value, more) = match value {
            Value::Nothing => return Ok(()),
            Value::Picture { picture, .. } => return self.picture(picture),
            Value::Frame(frame) => {
                let (head, told) = cut(frame, rows, host)?;
                (Value::Frame(head), told.map(|told| format!("\n{told}\n")).unwrap_or_default())
            }
            Value::Record(record) => {
                let mut record = record.clone();
                for (name, frame) in record.further.iter_mut().filter(|(_, frame)| !frame.about().aside) {
                    let (head, told) = cut(frame, rows, host)?;
                    *frame = head;
                    record.notes.extend(told.map(|told| format!("{name}: {told}")));
                }
                if let Some(frame) = &mut record.table {
                    let (head, told) = cut(frame, rows, host)?;
                    *frame = head;
                    record.notes.extend(told);
                }
                (Value::Record(record), String::new())
            }
            other => (other.clone(), String::new()),
        };
        let text = show::export(&value, Format::Markdown, host)?;
        // Writing into text does not fail.
        let _ = write!(self.text, "\n{text}{more}");
        Ok(())
    }

    fn picture(&mut self, picture: &Picture) -> Result<()> {
        let alike = self.beside.iter().filter(|(name, _)| name.starts_with(&format!("{}-{}", self.stem, self.number)));
        let file = match alike.count() {
            0 => format!("{}-{}.png", self.stem, self.number),
            before => format!("{}-{}-{}.png", self.stem, self.number, before + 1),
        };
        let title = picture.title().replace(['[', ']'], "");
        let _ = write!(self.text, "\n![{title}](<{file}>)\n");
        self.beside.push((file, picture.png(DENSITY)?));
        Ok(())
    }

    fn said(&mut self, said: &[Said], host: &dyn Host) -> Result<()> {
        let mut lines: Vec<String> = Vec::new();
        for one in said {
            if let Said::Text(text) = one {
                lines.push(text.lines().map(show::harmless).collect::<Vec<_>>().join("\n"));
                continue;
            }
            self.block("text", &lines);
            lines.clear();
            match one {
                Said::Value { value, rows } => self.value(value, rows.unwrap_or(self.rows), host)?,
                Said::Note(text) => self.note(&format!("note: {text}")),
                Said::Wrote(path) => self.note(&format!("wrote {path}")),
                Said::Text(_) => {}
            }
        }
        self.block("text", &lines);
        Ok(())
    }

    fn note(&mut self, text: &str) {
        let _ = write!(self.text, "\n*{}*\n", show::markdown_escape(text));
    }

    /// A block of text between fences that are longer than any in it.
    fn block(&mut self, kind: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let text = lines.join("\n");
        let longest = text.lines().map(|line| line.trim_start().chars().take_while(|one| *one == '`').count()).max();
        let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
        let _ = write!(self.text, "\n{fence}{kind}\n{}\n{fence}\n", text.trim_end());
    }

    fn code_cell(&mut self, played: &Played, host: &dyn Host) -> Option<Failure> {
        let cell = &played.cell;
        if !cell.title.is_empty() {
            let _ = write!(self.text, "\n**{}**\n", show::markdown_escape(&cell.title));
        }
        if !cell.hide.code {
            let lines: Vec<String> = cell.source.lines().map(show::unsecret).collect();
            self.block("rust", &lines);
        }
        let told = match cell.hide.result {
            true => played.answer().map(|_| ()),
            false => self.said(&played.said, host).and_then(|()| {
                let answer = played.answer()?.clone();
                self.value(&answer, self.rows, host)
            }),
        };
        let failure = told.err()?;
        let page = show::failure(&failure, Some(&self.script.text), self.script.name.as_deref(), 100);
        self.block("text", &[page.plain().trim_end().to_owned()]);
        Some(failure)
    }
}

impl Writer for MarkdownReport {
    fn cell(&mut self, number: usize, played: &Played, host: &dyn Host) -> Option<Failure> {
        let cell = &played.cell;
        self.number = number;
        match cell.kind {
            CellKind::Raw => None,
            CellKind::Prose if cell.hide.code || cell.hide.result => None,
            CellKind::Prose => {
                let gap = if self.text.is_empty() { "" } else { "\n" };
                let _ = writeln!(self.text, "{gap}{}", cell.source.trim_end());
                None
            }
            CellKind::Code => {
                let (failure, writing) = timed(|| self.code_cell(played, host));
                self.times.extend(Time::of(played, writing));
                self.count.ran += 1;
                self.count.failed += usize::from(failure.is_some());
                failure
            }
        }
    }

    fn finish(&mut self, account: Option<&Account>, left: usize) -> Result<Made> {
        self.count.left = left;
        if let Some(account) = account {
            self.text.push_str("\n## Where this comes from\n");
            for part in account.parts(&self.script, self.count, &self.times) {
                self.text.push_str(&table(&part));
            }
        }
        Ok(Made { text: std::mem::take(&mut self.text), beside: std::mem::take(&mut self.beside) })
    }
}

/// The first rows of a frame, and how many that is where there are more.
fn cut(frame: &Frame, rows: usize, host: &dyn Host) -> Result<(Frame, Option<String>)> {
    let count = frame.data(host)?.height();
    let head = frame.head(u32::try_from(rows).unwrap_or(u32::MAX))?.with_about(frame.about().clone());
    Ok((head, (count > rows).then(|| format!("{rows} of {count} rows"))))
}

fn table(part: &Part) -> String {
    let columns = if part.columns.is_empty() { vec!["", ""] } else { part.columns.clone() };
    let mut text = format!("\n**{}**\n\n| {} |\n", part.title, columns.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(columns.len()));
    for row in &part.rows {
        let cells: Vec<String> = row.iter().map(|cell| show::markdown_escape(cell)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}
