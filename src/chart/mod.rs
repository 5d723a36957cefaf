//! Pictures: a description of a chart and a frame in, PNG or SVG bytes out.
//!
//! ```text
//! picture   resolves the description against the frame, checks it, restyles it, hands out the bytes
//!   table   reads columns; groups: distinct values in the order in which they are drawn; facets: a panel for each value
//!   bar line area histogram scatter spread pareto waterfall outcomes     what each mark computes and draws on axes
//!   heatmap interval funnel treemap sankey calendar_map                  marks that lay themselves out
//!   drawing what a function drew itself
//!     plot  drawings that share axes; axes: where values lie; legend, names: what colours mean; style: what is chosen
//!     page  the sheet: title, captions, grid; told: what stands under the title
//!     scale, calendar, format: ticks and how values are written
//!   scene   what is drawn, in units of one pixel at density 1; theme: colours and sizes
//!     bitmap svg   the two writers; both hand the shapes to plotters and set the text themselves
//!     cells pixels and letters for a terminal
//!     text  fonts: measuring, shortening and setting lines of text
//! ```
//!
//! Absent on purpose: files (fonts found on the machine are handed in by [`add_fallback_font`]), the clock, and
//! knowledge of any one analysis.

mod area;
mod axes;
mod bar;
mod bitmap;
mod calendar;
mod calendar_map;
mod cells;
mod drawing;
mod facets;
mod format;
mod funnel;
mod groups;
mod heatmap;
mod histogram;
mod interval;
mod legend;
mod line;
mod names;
mod outcomes;
mod page;
mod pareto;
mod picture;
mod plot;
mod sankey;
mod scale;
mod scatter;
mod scene;
mod spread;
mod style;
mod svg;
mod table;
mod text;
mod theme;
mod told;
mod treemap;
mod waterfall;

#[cfg(test)]
mod tests;

pub use cells::{Cells, Letter};
pub use picture::Picture;
pub use style::{Annotation, Spot};
pub use svg::escaped as markup_escaped;
pub use text::add_fallback_font;
