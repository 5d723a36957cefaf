//! A picture that a function draws itself: shapes and words, put on paper by the host.

use serde::{Deserialize, Serialize};

use crate::{Failure, Result};

/// A picture that a function draws itself, where no kind of chart shows what it found.
///
/// Places are in units of the function's own, from the top left of a sheet of `width` by `height`. The host sets the
/// title above it, fits the sheet into the picture without bending it, and chooses fonts and colours; so a drawing
/// looks like every other picture, as PNG and as SVG. The size of words does not grow with the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// What the picture says, as a sentence.
    pub title: String,
    /// The same in a sentence or two, for those who do not see it.
    pub summary: String,
    /// Width of the sheet.
    pub width: f64,
    /// Height of the sheet.
    pub height: f64,
    /// What is drawn, in this order; words lie on top.
    pub shapes: Vec<Shape>,
}

/// One thing that is drawn. Lengths are in units of the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// A filled shape with these corners.
    Area {
        /// The corners.
        points: Vec<(f64, f64)>,
        /// Its colour.
        ink: Ink,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// How thick it is, in pixels.
        width: f64,
        /// Its colour.
        ink: Ink,
    },
    /// A filled circle.
    Dot {
        /// Its middle.
        at: (f64, f64),
        /// From the middle to the edge.
        radius: f64,
        /// Its colour.
        ink: Ink,
    },
    /// A line of text, centred on the height of its place.
    Words {
        /// Its place.
        at: (f64, f64),
        /// What is written; the host makes text from data harmless.
        text: String,
        /// Which end of it lies at the place.
        anchor: Anchor,
        /// How it looks.
        style: Style,
    },
}

/// A colour by what it is for, so that it suits the theme.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ink {
    /// What the picture is about.
    Main,
    /// What is there for comparison.
    Quiet,
    /// Lines that only guide the eye.
    Faint,
    /// The colour of text.
    Text,
    /// The colour of the paper.
    Paper,
    /// One of eight colours that can be told apart, counted from 0; beyond them they begin again.
    Series(u32),
    /// From little, 0, to much, 1.
    Share(f64),
}

/// Which end of a line of text lies at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The place is where it begins.
    Start,
    /// The place is its middle.
    Middle,
    /// The place is where it ends.
    End,
}

/// How a line of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A name.
    Label,
    /// A number, or a name that stands out.
    Strong,
    /// What is said beside it.
    Quiet,
    /// On a dark colour.
    Light,
}

/// More than this many shapes are no picture.
const MOST: usize = 200_000;

impl Drawing {
    /// An empty sheet.
    pub fn new(width: f64, height: f64, title: impl Into<String>) -> Drawing {
        let title = title.into();
        Drawing { summary: title.clone(), title, width, height, shapes: Vec::new() }
    }

    /// Says what it shows to those who do not see it.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Drawing {
        self.summary = summary.into();
        self
    }

    /// Fills a shape with these corners.
    pub fn area(&mut self, points: Vec<(f64, f64)>, ink: Ink) {
        self.shapes.push(Shape::Area { points, ink });
    }

    /// Draws a line through points, `width` pixels thick.
    pub fn line(&mut self, points: Vec<(f64, f64)>, width: f64, ink: Ink) {
        self.shapes.push(Shape::Line { points, width, ink });
    }

    /// Draws a filled circle.
    pub fn dot(&mut self, at: (f64, f64), radius: f64, ink: Ink) {
        self.shapes.push(Shape::Dot { at, radius, ink });
    }

    /// Writes a line of text.
    pub fn words(&mut self, at: (f64, f64), text: impl Into<String>, anchor: Anchor, style: Style) {
        self.shapes.push(Shape::Words { at, text: text.into(), anchor, style });
    }

    /// Whether it can be drawn: a sheet with a size, numbers that are numbers, and not more than 200,000 shapes.
    pub fn check(&self) -> Result<()> {
        let size = |length: f64| length.is_finite() && length > 0.0;
        if !size(self.width) || !size(self.height) {
            return Err(Failure::new(format!("the sheet of the drawing is {} by {}", self.width, self.height)));
        }
        if self.shapes.len() > MOST {
            return Err(Failure::new(format!(
                "the drawing has {} shapes, at most {MOST} are drawn",
                self.shapes.len()
            )));
        }
        let place = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
        let is_whole = |shape: &Shape| match shape {
            Shape::Area { points, .. } => points.iter().all(place),
            Shape::Line { points, width, .. } => points.iter().all(place) && size(*width),
            Shape::Dot { at, radius, .. } => place(at) && size(*radius),
            Shape::Words { at, .. } => place(at),
        };
        match self.shapes.iter().position(|shape| !is_whole(shape)) {
            Some(index) => Err(Failure::new(format!(
                "shape {index} of the drawing has a place or a size that is no number: {:?}",
                self.shapes[index]
            ))),
            None => Ok(()),
        }
    }
}
