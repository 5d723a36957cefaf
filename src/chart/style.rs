//! What can be chosen of a picture after it was computed: title, size, theme, scales, and notes on it.

use regulars_plugin::{AxisScale, Chart, Failure, PictureTheme, Result};

/// Widths and heights that can be asked for, in pixels at density 1.
const WIDTHS: std::ops::RangeInclusive<u32> = 200..=8000;
const HEIGHTS: std::ops::RangeInclusive<u32> = 150..=8000;

/// A place along the horizontal axis that a note names.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// A number.
    Number(f64),
    /// Days since 1970-01-01.
    Day(f64),
    /// One of the words along the axis.
    Word(String),
}

/// A note on a picture: at a point, at a place of one axis, or below everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The place along the horizontal axis.
    pub x: Option<Spot>,
    /// The place along the vertical axis.
    pub y: Option<f64>,
    /// What it says.
    pub text: String,
}

/// What was chosen of a picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    pub(super) title: Option<String>,
    pub(super) size: Option<(u32, u32)>,
    pub(super) theme: PictureTheme,
    pub(super) x_scale: AxisScale,
    pub(super) y_scale: AxisScale,
    pub(super) annotations: Vec<Annotation>,
}

impl Style {
    /// What a description chooses.
    pub(super) fn of(chart: &Chart) -> Result<Style> {
        drawable(chart.size)?;
        Ok(Style {
            title: chart.title.clone(),
            size: chart.size,
            theme: chart.theme,
            x_scale: chart.x_scale,
            y_scale: chart.y_scale,
            annotations: Vec::new(),
        })
    }

    /// Notes that belong to a place of an axis.
    pub(super) fn placed(&self) -> impl Iterator<Item = &Annotation> {
        self.annotations.iter().filter(|note| note.x.is_some() || note.y.is_some())
    }

    /// Notes on the picture as a whole.
    pub(super) fn footnotes(&self) -> impl Iterator<Item = &str> {
        self.annotations.iter().filter(|note| note.x.is_none() && note.y.is_none()).map(|note| note.text.as_str())
    }
}

/// Whether a size can be drawn.
pub(super) fn drawable(size: Option<(u32, u32)>) -> Result<()> {
    match size {
        Some((width, height)) if !(WIDTHS.contains(&width) && HEIGHTS.contains(&height)) => {
            Err(Failure::new(format!("a picture of {width} by {height} cannot be drawn"))
                .help("its width lies between 200 and 8000, its height between 150 and 8000"))
        }
        _ => Ok(()),
    }
}

/// The size nearest to this one that can be drawn.
pub(super) fn nearest_size(width: f64, height: f64) -> (u32, u32) {
    let within = |side: f64, range: std::ops::RangeInclusive<u32>| (side as u32).clamp(*range.start(), *range.end());
    (within(width, WIDTHS), within(height, HEIGHTS))
}
