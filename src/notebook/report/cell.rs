//! A cell as HTML: its heading, its code folded, what it said and answered.

use std::cell::Cell as Weight;

use regulars_plugin::{Failure, Host, Result};

use super::Script;
use super::code::code;
use super::pictures::Colours;
use super::prose::{Headings, opening, prose};
use crate::notebook::{CellKind, Played};
use crate::session::Said;
use crate::show::{self, Html, Value};

/// Rows of a table that are in the page, unless told.
const ROWS: usize = 1000;
/// Bytes of results in a page that can still be mailed and opened at once, the pictures apart.
const LIGHT: usize = 150_000;
/// What a value of a table weighs, about.
const BYTES: usize = 16;
/// Values of a table once the page is full.
const FEW: usize = 500;

/// What is the same for all cells of a page.
pub(super) struct Maker {
    pub(super) script: Script,
    /// Rows of a table, where they were told.
    pub(super) rows: Option<usize>,
    pub(super) colours: Colours,
    /// Bytes of results so far.
    weight: Weight<usize>,
}

/// A cell of the page.
pub(super) struct Shown {
    pub(super) html: String,
    pub(super) failure: Option<Failure>,
}

impl Maker {
    pub(super) fn new(script: Script, rows: Option<usize>) -> Maker {
        Maker { script, rows, colours: Colours::default(), weight: Weight::new(0) }
    }

    /// A cell; empty where nothing of it is shown. `number` is its place among the cells, for links to it.
    pub(super) fn cell(&self, played: &Played, number: usize, headings: &mut Headings, host: &dyn Host) -> Shown {
        let cell = &played.cell;
        match cell.kind {
            CellKind::Prose if cell.hide.code || cell.hide.result => Shown { html: String::new(), failure: None },
            CellKind::Prose => Shown { html: prose(&cell.source, headings), failure: None },
            CellKind::Raw => Shown { html: String::new(), failure: None },
            CellKind::Code => self.code_cell(played, number, headings, host),
        }
    }

    fn code_cell(&self, played: &Played, number: usize, headings: &mut Headings, host: &dyn Host) -> Shown {
        let cell = &played.cell;
        let mut results = String::new();
        let mut failure = None;
        if cell.hide.result {
            failure = played.answer().err();
        } else {
            let told = self.said(&played.said, host).and_then(|said| {
                results.push_str(&said);
                let answer = played.answer()?;
                results.push_str(&self.value(answer, None, host)?);
                Ok(())
            });
            failure = told.err().or(failure);
        }
        if let Some(failure) = &failure {
            let name = self.script.name.as_deref();
            results.push_str(&show::html_failure(failure, Some(&self.script.text), name));
        }
        let whole = cell.hide.code && results.is_empty();
        let mut html = String::new();
        if !cell.title.is_empty() && !whole {
            let heading = headings.of_cell(&cell.title);
            html.push_str(&format!("{}{}</h{}>\n", opening(&heading), show::escape(&cell.title), heading.level));
        }
        if !cell.hide.code {
            let lines = cell.source.lines().count();
            let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
            html.push_str(&format!(
                "<details class=\"code\"><summary>Code <span class=\"aside\">{lines}</span></summary>\
                 <pre tabindex=\"0\"><code>{}</code></pre></details>\n",
                code(&cell.source),
            ));
        }
        if !results.is_empty() {
            html.push_str(&format!("<div class=\"results\">\n{results}</div>\n"));
        }
        let class = if failure.is_some() { "cell failed" } else { "cell" };
        if !html.is_empty() {
            html = format!("<section class=\"{class}\" id=\"cell-{number}\">\n{html}</section>\n");
        }
        Shown { html, failure }
    }

    /// What a cell said, in its order; lines of text in a row stand together.
    fn said(&self, said: &[Said], host: &dyn Host) -> Result<String> {
        let mut html = String::new();
        let mut lines: Vec<&str> = Vec::new();
        let flush = |html: &mut String, lines: &mut Vec<&str>| {
            if !lines.is_empty() {
                html.push_str(&format!("<div class=\"rg\">{}</div>\n", show::html_printed(&lines.join("\n"))));
                lines.clear();
            }
        };
        for one in said {
            if let Said::Text(text) = one {
                lines.push(text);
                continue;
            }
            flush(&mut html, &mut lines);
            match one {
                Said::Value { value, rows } => html.push_str(&self.value(value, *rows, host)?),
                Said::Note(text) => html.push_str(&format!("<div class=\"rg\">{}</div>\n", show::html_note(text))),
                Said::Wrote(path) => {
                    html.push_str(&format!("<p class=\"aside\">wrote {}</p>\n", show::escape(path)));
                }
                Said::Text(_) => {}
            }
        }
        flush(&mut html, &mut lines);
        Ok(html)
    }

    fn value(&self, value: &Value, rows: Option<usize>, host: &dyn Host) -> Result<String> {
        let draw = |picture: &crate::chart::Picture| self.colours.draw(picture);
        let values = (LIGHT.saturating_sub(self.weight.get()) / BYTES).max(FEW);
        let html = match rows.or(self.rows) {
            Some(rows) => Html::new(host, rows),
            None => Html::new(host, ROWS).with_values(values),
        };
        let html = html.from_start().drawn_by(&draw).value(value)?;
        if !matches!(value, Value::Picture { .. }) {
            self.weight.set(self.weight.get() + html.len());
        }
        Ok(html)
    }
}
