//! Script text as HTML, in the colours of the prompt.

use crate::script::{Highlight, highlight};
use crate::show;

/// The text with a class for each kind of word. Passwords in addresses are covered: a report is shown to others.
pub(super) fn code(source: &str) -> String {
    let shown: Vec<String> = source.lines().map(|line| show::unsecret(&line.replace('\t', "    "))).collect();
    let shown = shown.join("\n");
    let mut html = String::new();
    for (kind, part) in highlight(&shown) {
        // Whatever is made harmless keeps the line ends of the script.
        let text = part.split('\n').map(show::escape).collect::<Vec<_>>().join("\n");
        match class(kind) {
            Some(class) if !part.trim().is_empty() => html.push_str(&format!("<span class=\"{class}\">{text}</span>")),
            _ => html.push_str(&text),
        }
    }
    html
}

fn class(kind: Highlight) -> Option<&'static str> {
    Some(match kind {
        Highlight::Plain => return None,
        Highlight::Keyword => "c-word",
        Highlight::Number => "c-number",
        Highlight::Text => "c-text",
        Highlight::Comment => "c-comment",
        Highlight::Call => "c-call",
    })
}
