//! Lists and maps.

use regulars_plugin::Result;

use super::{Html, escape, spans};
use crate::show::value::{entry_count, inline};
use crate::show::{Value, grouped};

/// Levels of lists in lists that are laid out; deeper ones are told in one line.
const DEEPEST: usize = 3;
/// A list of so few short values is told in one line.
const SHORT: usize = 12;

impl Html<'_> {
    /// A list as a list, a map as a table of names and values; tables and pictures in them are shown whole.
    pub(super) fn several(&self, value: &Value, depth: usize) -> Result<String> {
        let fits = entry_count(value) <= SHORT && entries(value).all(is_short);
        if fits || depth >= DEEPEST {
            return Ok(format!("<p class=\"rg-value\">{}</p>\n", spans(&inline(value, self.host)?)));
        }
        let shown = entry_count(value).min(self.rows);
        let mut html = String::new();
        match value {
            Value::Map(items) => {
                html.push_str("<table class=\"rg-map\"><tbody>\n");
                for (name, item) in &items[..shown] {
                    let item = self.entry(item, depth)?;
                    html.push_str(&format!("<tr><th scope=\"row\">{}</th><td>{item}</td></tr>\n", escape(name)));
                }
                html.push_str("</tbody></table>\n");
            }
            Value::List(items) => {
                html.push_str("<ol class=\"rg-list\" start=\"0\">\n");
                for item in &items[..shown] {
                    html.push_str(&format!("<li>{}</li>\n", self.entry(item, depth)?));
                }
                html.push_str("</ol>\n");
            }
            _ => {}
        }
        if shown < entry_count(value) {
            let [shown, all] = [shown, entry_count(value)].map(|count| grouped(&count.to_string()));
            html.push_str(&format!("<p class=\"rg-count\">{shown} of {all} entries</p>\n"));
        }
        Ok(html)
    }

    fn entry(&self, item: &Value, depth: usize) -> Result<String> {
        match item {
            Value::Text(text) if !text.is_empty() => Ok(escape(text)),
            item if is_short(item) => Ok(spans(&inline(item, self.host)?)),
            item => self.part(item, depth + 1),
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    let (items, named): (&[Value], &[(String, Value)]) = match value {
        Value::List(items) => (items, &[]),
        Value::Map(items) => (&[], items),
        _ => (&[], &[]),
    };
    items.iter().chain(named.iter().map(|(_, item)| item))
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::Nothing | Value::Flag(_) | Value::Integer(_) | Value::Number(_) | Value::Date(_) | Value::Time(_) => {
            true
        }
        Value::Text(text) => text.len() <= 40,
        _ => false,
    }
}
