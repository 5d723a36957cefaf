//! A value in the forms that a notebook can show: always as text, further as HTML or as a picture.

mod style;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regulars_plugin::{Failure, Host, Result};
use serde_json::{Map, Value as Json, json};

use super::{Page, Role, Value, failure, html, html_spans, page};

/// Columns of text in a notebook.
pub const MEDIA_WIDTH: usize = 100;

/// Pixels for each unit of a picture, as screens have them today.
const DENSITY: f64 = 2.0;

/// A drawing in SVG that is larger than this, of a million points, is left to the pixels: a notebook holds every output.
const MOST_SVG: usize = 1 << 19;

/// A picture is shown no wider than this: JupyterLab cuts a drawing off that is wider than the notebook.
const MOST_WIDTH: f64 = 800.0;

/// The forms of a value by their media types.
pub struct Media {
    /// Each form by its media type.
    pub data: Json,
    /// What belongs to a form, such as the size of a picture.
    pub metadata: Json,
}

impl Media {
    /// What a message says that shows it.
    pub fn content(self) -> Json {
        json!({ "data": self.data, "metadata": self.metadata })
    }
}

/// A value in every form that it has.
pub fn media(value: &Value, host: &dyn Host, rows: usize) -> Result<Media> {
    let mut data = Map::new();
    let mut metadata = Map::new();
    let text = page(value, host, MEDIA_WIDTH, rows)?.plain();
    data.insert("text/plain".to_owned(), text.trim_end_matches('\n').into());
    match value {
        Value::Picture { picture, .. } => {
            data.insert("image/png".to_owned(), BASE64_STANDARD.encode(picture.png(DENSITY)?).into());
            let own = picture.size();
            let scale = (MOST_WIDTH / own.0).min(1.0);
            let shown = ((own.0 * scale).round(), (own.1 * scale).round());
            metadata.insert("image/png".to_owned(), json!({ "width": shown.0, "height": shown.1 }));
            let size = |(width, height)| format!("width=\"{width}\" height=\"{height}\"");
            let svg = picture.svg()?.replacen(&size(own), &size(shown), 1);
            if svg.len() <= MOST_SVG {
                data.insert("image/svg+xml".to_owned(), svg.into());
            }
        }
        Value::Frame(_) | Value::Record(_) | Value::List(_) | Value::Map(_) | Value::Page(_) => {
            data.insert("text/html".to_owned(), style::styled(&html(value, host, rows)?).into());
        }
        _ => {}
    }
    Ok(Media { data: data.into(), metadata: metadata.into() })
}

/// A page of help in every form that it has.
pub fn media_of_page(page: &Page) -> Json {
    let plain = page.plain();
    json!({
        "text/plain": plain.trim_end_matches('\n'),
        // Laid out in columns already; a fence longer than any in it.
        "text/markdown": format!("`````text\n{}\n`````\n", plain.trim_end_matches('\n')),
        "text/html": style::styled(&format!("<div class=\"rg\">\n<pre class=\"rg-page\">{}</pre>\n</div>\n", html_spans(page))),
    })
}

/// A failure as a notebook keeps it: its kind, what was found, and the text with its place, which is told in the source.
pub fn media_of_failure(found: &Failure, source: &str, name: Option<&str>) -> Json {
    let trace = trace(&failure(found, Some(source), name, MEDIA_WIDTH));
    let trace: Vec<&str> = trace.trim_end().lines().collect();
    let (name, value) = match found.cancelled {
        true => ("Interrupted", "the work was stopped; the variables are kept".to_owned()),
        false => ("Error", found.to_string()),
    };
    json!({ "ename": name, "evalue": value, "traceback": trace })
}

/// A failure as a trace. Notebooks lay it on a ground of red, light or dark, on which no colour of ours can be read.
fn trace(page: &Page) -> String {
    let shown = page.spans().iter().map(|(role, text)| match role {
        Role::Error | Role::Warning | Role::Heading => format!("\u{1b}[1m{text}\u{1b}[0m"),
        _ => text.clone(),
    });
    shown.collect()
}
