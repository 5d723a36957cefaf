//! A value in the forms that a notebook can show: always as text, further as HTML or as a picture.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regulars_plugin::{Host, Result};
use serde_json::{Map, Value as Json, json};

use super::style;
use crate::show::{self, Page, Value};

/// Columns of text in a notebook.
pub(super) const WIDTH: usize = 100;

/// Pixels for each unit of a picture, as screens have them today.
const DENSITY: f64 = 2.0;

/// A drawing in SVG that is larger than this, of a million points, is left to the pixels: a notebook holds every output.
const MOST_SVG: usize = 1 << 19;

/// A picture is shown no wider than this: JupyterLab cuts a drawing off that is wider than the notebook.
const MOST_WIDTH: f64 = 800.0;

/// The forms of a value by their media types.
pub(super) struct Bundle {
    pub(super) data: Json,
    pub(super) metadata: Json,
}

impl Bundle {
    /// What a message says that shows it.
    pub(super) fn content(self) -> Json {
        json!({ "data": self.data, "metadata": self.metadata })
    }
}

/// A value in every form that it has.
pub(super) fn bundle(value: &Value, host: &dyn Host, rows: usize) -> Result<Bundle> {
    let mut data = Map::new();
    let mut metadata = Map::new();
    let text = show::page(value, host, WIDTH, rows)?.plain();
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
            data.insert("text/html".to_owned(), style::styled(&show::html(value, host, rows)?).into());
        }
        _ => {}
    }
    Ok(Bundle { data: data.into(), metadata: metadata.into() })
}

/// A page of help in every form that it has.
pub(super) fn of_page(page: &Page) -> Json {
    json!({
        "text/plain": page.plain().trim_end_matches('\n'),
        "text/html": style::styled(&format!("<div class=\"rg\">\n<pre class=\"rg-page\">{}</pre>\n</div>\n", show::html_spans(page))),
    })
}
