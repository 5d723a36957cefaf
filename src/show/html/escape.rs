//! Text from data as text of a page.

use crate::chart::markup_escaped;
use crate::show::text::harmless;

/// The text for HTML, as content or in a quoted attribute: nothing in it is markup, and what would steer or hide is visible.
pub fn escape(text: &str) -> String {
    markup_escaped(&harmless(text))
}

/// A sentence of ours, in which `code` stands between marks.
pub(super) fn prose(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, (code, behind))) = rest.split_once('`').and_then(|(a, b)| Some((a, b.split_once('`')?))) {
        html.push_str(&format!("{}<code>{}</code>", escape(before), escape(code)));
        rest = behind;
    }
    html.push_str(&escape(rest));
    html
}

/// The first letters of a text that is too long to be shown, and how many more there are.
pub(super) fn shortened(text: &str) -> String {
    /// Letters of one cell that are shown.
    const MOST: usize = 400;
    match text.char_indices().nth(MOST) {
        None => escape(text),
        Some((at, _)) => {
            let more = crate::show::grouped(&text[at..].chars().count().to_string());
            format!("{}<span class=\"rg-missing\">… {more} more letters</span>", escape(&text[..at]))
        }
    }
}
