//! Pictures: a description of a chart and a frame in, PNG or SVG bytes out.
//!
//! ```text
//! picture   resolves the description against the frame, checks it, hands out the bytes
//!   table   reads columns; groups: distinct values in the order in which they are drawn
//!   bar line histogram heatmap interval   what each mark computes, and how it lays itself out
//!   drawing what a function drew itself
//!     page  title, subtitle, axes; scale, calendar, format: ticks and how values are written; names: of lines
//!   scene   what is drawn, in units of one pixel at density 1
//!     bitmap svg   the two writers; both hand the shapes to plotters and set the text themselves
//!     cells pixels and letters for a terminal
//!     text  fonts: measuring, shortening and setting lines of text
//! ```
//!
//! Absent on purpose: files (fonts found on the machine are handed in by [`add_fallback_font`]), the clock, and
//! knowledge of any one analysis.

mod bar;
mod bitmap;
mod calendar;
mod cells;
mod drawing;
mod format;
mod groups;
mod heatmap;
mod histogram;
mod interval;
mod line;
mod names;
mod page;
mod picture;
mod scale;
mod scene;
mod svg;
mod table;
mod text;
mod theme;

#[cfg(test)]
mod tests;

pub use cells::{Cells, Letter};
pub use picture::Picture;
pub use text::add_fallback_font;
