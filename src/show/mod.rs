//! Values, tables, help and failures as styled text or HTML, and values as JSON, CSV and Markdown.
//!
//! Everything here returns text; nothing prints. A [`Page`] keeps what each piece of text is, so that the edge
//! decides between a colour terminal and a plain file.

mod cell;
mod entries;
#[cfg(test)]
mod example;
mod export;
mod failure;
mod help;
mod html;
mod layout;
mod markdown;
mod media;
mod number;
mod page;
mod prose;
mod record;
mod several;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod words;

pub use cell::Format as CellFormat;
pub use export::{Format, export};
pub(crate) use failure::unsecret;
pub use failure::{failure, warning};
pub use help::{functions, manual};
pub use html::{
    Draw, HTML_STYLE, Html, class as html_class, escape, html, html_failure, html_warning, note as html_note,
    printed as html_printed, spans as html_spans,
};
pub(crate) use markdown::escaped as markdown_escape;
pub use media::{MEDIA_WIDTH, Media, media, media_of_failure, media_of_page};
pub(crate) use number::grouped;
pub use number::number;
pub use page::{Page, Role, Shade};
pub use prose::prose;
pub(crate) use prose::wrap;
pub use record::record;
pub use table::{is_cut, table};
pub(crate) use text::{count, cut, ending, padding};
pub use text::{harmless, width};
pub use value::{Value, page};
pub use words::{all_words, found, words};
