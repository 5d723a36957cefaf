//! Values and failures as HTML fragments: classes without style, and everything from data escaped.
//!
//! The classes all begin with `rg`; [`HTML_STYLE`] is a small style for them that goes with a page of light or dark ground.

mod escape;
mod failure;
mod several;
mod table;
#[cfg(test)]
mod tests;

use regulars_plugin::{Host, Result};

use super::value::inline;
use super::{Page, Role, Value};
use crate::chart::Picture;

pub use escape::escape;
pub use failure::{html_failure, html_warning};

/// A style for the fragments, scoped to their class `rg`. It takes the colours of the page around it.
pub const HTML_STYLE: &str = include_str!("values.css");

/// A value as an HTML fragment; nothing for `()`. Tables of more than `rows` rows are cut in the middle, as at the prompt,
/// and lists and maps of more entries at their end; both say so. Pictures stand in it as SVG.
pub fn html(value: &Value, host: &dyn Host, rows: usize) -> Result<String> {
    Html::new(host, rows).value(value)
}

/// Draws a picture in its own way.
pub type Draw<'a> = &'a dyn Fn(&Picture) -> Result<String>;

/// How values become HTML.
#[derive(Clone, Copy)]
pub struct Html<'a> {
    host: &'a dyn Host,
    rows: usize,
    values: usize,
    is_from_start: bool,
    draw: Option<Draw<'a>>,
}

impl<'a> Html<'a> {
    /// Values with at most so many rows or entries.
    pub fn new(host: &'a dyn Host, rows: usize) -> Html<'a> {
        Html { host, rows, values: usize::MAX, is_from_start: false, draw: None }
    }

    /// Tables show at most so many values, in a tidy number of rows: a wide one shows fewer, but never fewer than ten.
    #[must_use]
    pub fn with_values(self, values: usize) -> Html<'a> {
        Html { values, ..self }
    }

    /// Cut tables show their first rows only, as suits tables that are sorted and searched.
    #[must_use]
    pub fn from_start(self) -> Html<'a> {
        Html { is_from_start: true, ..self }
    }

    /// Pictures are drawn by another.
    #[must_use]
    pub fn drawn_by(self, draw: Draw<'a>) -> Html<'a> {
        Html { draw: Some(draw), ..self }
    }

    /// A value as an HTML fragment; nothing for `()`.
    pub fn value(&self, value: &Value) -> Result<String> {
        match value {
            Value::Nothing => Ok(String::new()),
            value => Ok(format!("<div class=\"rg\">\n{}</div>\n", self.part(value, 0)?)),
        }
    }

    /// A value inside others that are `depth` levels deep.
    fn part(&self, value: &Value, depth: usize) -> Result<String> {
        Ok(match value {
            Value::Text(text) | Value::Other(text) if text.is_empty() => {
                "<p class=\"rg-value\"><span class=\"rg-missing\">\"\"</span></p>\n".to_owned()
            }
            Value::Text(text) | Value::Other(text) => printed(text),
            Value::Frame(frame) => self.frame(frame)?,
            Value::Record(record) => self.record(record)?,
            Value::Picture { picture, .. } => self.picture(picture)?,
            Value::Page(page) => format!("<pre class=\"rg-page\">{}</pre>\n", spans(page)),
            Value::List(_) | Value::Map(_) => self.several(value, depth)?,
            Value::Nothing
            | Value::Flag(_)
            | Value::Integer(_)
            | Value::Number(_)
            | Value::Date(_)
            | Value::Time(_) => {
                format!("<p class=\"rg-value\">{}</p>\n", spans(&inline(value, self.host)?))
            }
        })
    }

    fn picture(&self, picture: &Picture) -> Result<String> {
        let drawn = match self.draw {
            Some(draw) => draw(picture)?,
            None => picture.svg()?,
        };
        // Its notes stand in the picture itself.
        Ok(format!("<figure class=\"rg-picture\">\n{}\n</figure>\n", drawn.trim_end()))
    }
}

/// Text with its own line ends, as it was printed.
pub fn printed(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escape(&line.replace('\t', "    "))).collect();
    format!("<pre class=\"rg-text\">{}</pre>\n", lines.join("\n"))
}

/// A note below an answer.
pub fn note(text: &str) -> String {
    format!("<p class=\"rg-note\"><span class=\"rg-label\">note:</span> {}</p>\n", escape::prose(text))
}

/// Styled text as spans, each with a class for what it is.
pub fn spans(page: &Page) -> String {
    let mut html = String::new();
    for (role, text) in page.spans() {
        // A line end is a piece of its own; nothing else on a page ends a line.
        if text == "\n" {
            html.push('\n');
            continue;
        }
        match class(*role) {
            Some(class) => html.push_str(&format!("<span class=\"{class}\">{}</span>", escape(text))),
            None => html.push_str(&escape(text)),
        }
    }
    html
}

/// The class that stands for a role; ordinary text has none.
pub fn class(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Plain => return None,
        Role::Heading => "rg-heading",
        Role::Name => "rg-name",
        Role::Literal => "rg-literal",
        Role::Number => "rg-number",
        Role::Text => "rg-string",
        Role::Type => "rg-type",
        Role::Missing => "rg-missing",
        Role::Warning => "rg-warning",
        Role::Error => "rg-error",
        Role::Advice => "rg-advice",
        Role::Note => "rg-aside",
        Role::Code => "rg-code",
    })
}
