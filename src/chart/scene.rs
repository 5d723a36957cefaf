//! What is drawn: shapes and lines of text, in units of one pixel at density 1, from the top left.
//!
//! A picture is laid out once into a scene; the writers only copy it. So PNG and SVG cannot differ in layout.

use std::ops::Range;

use plotters::backend::DrawingBackend;
use plotters::style::{Color, RGBColor};
use plotters_backend::{BackendColor, DrawingErrorKind};
use regulars_plugin::{Failure, Result};

use super::text;
use super::theme::{Colour, Type};

/// Which point of a line of text lies at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// How much a veil covers of what lies below it.
const VEIL: f64 = 0.16;

/// Length of a short stroke, and of the gap behind it.
const DASH: f64 = 4.0;

/// One line of text.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) x: f64,
    pub(super) baseline: f64,
    pub(super) text: String,
    pub(super) kind: Type,
    pub(super) align: Align,
}

#[derive(Debug, Clone)]
enum Shape {
    Box { left: f64, top: f64, right: f64, bottom: f64, colour: Colour },
    Stroke { points: Vec<(f64, f64)>, width: f64, colour: Colour },
    Dot { x: f64, y: f64, radius: f64, colour: Colour },
    Veil { points: Vec<(f64, f64)>, colour: Colour },
    Area { points: Vec<(f64, f64)>, colour: Colour },
}

impl Shape {
    /// Its upper and its lower end.
    fn reach(&self) -> (f64, f64) {
        let of = |points: &[(f64, f64)], beyond: f64| {
            let ends = points.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(top, bottom), (_, y)| {
                (if *y < top { *y } else { top }, if *y > bottom { *y } else { bottom })
            });
            (ends.0 - beyond, ends.1 + beyond)
        };
        match self {
            Shape::Box { top, bottom, .. } => (*top, *bottom),
            Shape::Stroke { points, width, .. } => of(points, *width),
            Shape::Dot { y, radius, .. } => (y - radius, y + radius),
            Shape::Veil { points, .. } | Shape::Area { points, .. } => of(points, 0.0),
        }
    }
}

/// Everything that is drawn, in the order in which it is drawn; text lies on top.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Whether it lies on a dark ground: then every colour is turned where it is written.
    pub(super) dark: bool,
    shapes: Vec<Shape>,
    pub(super) words: Vec<Words>,
}

/// How a writer wants strokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strokes {
    /// As paths: the reader of the file joins their corners.
    Paths,
    /// As filled pieces with round joints: plotters' own polygon of a whole path has spikes at sharp corners.
    Pieces,
}

impl Scene {
    /// An empty sheet.
    pub(super) fn new(width: f64, height: f64) -> Scene {
        Scene { width, height, dark: false, shapes: Vec::new(), words: Vec::new() }
    }

    /// A colour as it is written.
    pub(super) fn paint(&self, colour: Colour) -> Colour {
        if self.dark { colour.turned() } else { colour }
    }

    /// Makes room for so many more shapes.
    pub(super) fn reserve(&mut self, shapes: usize) {
        self.shapes.reserve(shapes);
    }

    /// A filled box. Edges lie on half units, so that they are sharp at density 2.
    pub(super) fn rect(&mut self, left: f64, top: f64, right: f64, bottom: f64, colour: Colour) {
        let sharp = |edge: f64| (edge * 2.0).round() / 2.0;
        let (left, top, right, bottom) = (sharp(left), sharp(top), sharp(right), sharp(bottom));
        self.shapes.push(Shape::Box { left, top, right, bottom, colour });
    }

    /// A thin horizontal line.
    pub(super) fn rule(&mut self, left: f64, right: f64, y: f64, colour: Colour) {
        let top = y.round() - 0.5;
        self.rect(left, top, right, top + 1.0, colour);
    }

    /// A line through points, with round ends.
    pub(super) fn stroke(&mut self, points: Vec<(f64, f64)>, width: f64, colour: Colour) {
        self.shapes.push(Shape::Stroke { points, width, colour });
    }

    /// A line of short strokes between two points.
    pub(super) fn dashes(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let at = |way: f64| {
            let share = if length > 0.0 { way / length } else { 0.0 };
            (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
        };
        let mut way = 0.0;
        while way < length {
            self.stroke(vec![at(way), at((way + DASH).min(length))], 1.0, colour);
            way += 2.0 * DASH;
        }
    }

    /// A filled shape through which what lies below shines: bands around lines.
    pub(super) fn veil(&mut self, points: Vec<(f64, f64)>, colour: Colour) {
        self.shapes.push(Shape::Veil { points, colour });
    }

    /// A filled shape.
    pub(super) fn area(&mut self, points: Vec<(f64, f64)>, colour: Colour) {
        self.shapes.push(Shape::Area { points, colour });
    }

    /// A filled circle.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: Colour) {
        self.shapes.push(Shape::Dot { x, y, radius, colour });
    }

    /// A line of text; the place is on its baseline.
    pub(super) fn text(&mut self, x: f64, baseline: f64, text: &str, kind: Type, align: Align) {
        let text = text::clean(text);
        if !text.is_empty() {
            self.words.push(Words { x, baseline, text, kind, align });
        }
    }

    /// A line of text whose capitals are centred on a height.
    pub(super) fn text_at(&mut self, x: f64, middle: f64, text: &str, kind: Type, align: Align) {
        self.text(x, middle + kind.half_height(), text, kind, align);
    }

    /// Whether every edge lies along the sheet, on half units: then it is sharp where a half unit is a whole pixel.
    pub(super) fn is_of_boxes(&self) -> bool {
        self.shapes.iter().all(|shape| matches!(shape, Shape::Box { .. }))
    }

    /// Whether it has filled shapes with corners anywhere.
    pub(super) fn has_large_shapes(&self) -> bool {
        self.shapes.iter().any(|shape| matches!(shape, Shape::Area { .. } | Shape::Veil { .. }))
    }

    /// Hands the shapes to plotters, `scale` of its units for one of the scene's. Its sheet begins with the first of
    /// these rows; shapes that lie wholly beside them are left out.
    ///
    /// They go to the back end itself: plotters' drawing area would move corners that lie beside the sheet to its edge.
    pub(super) fn draw_shapes<B: DrawingBackend>(
        &self,
        sheet: &mut B,
        scale: f64,
        strokes: Strokes,
        rows: Range<u32>,
    ) -> Result<()> {
        let first = rows.start as i32;
        // Rounding and soft edges reach a little beyond a shape.
        let (above, below) = (f64::from(rows.start) / scale - 2.0, f64::from(rows.end) / scale + 2.0);
        let here = |shape: &&Shape| {
            let (top, bottom) = shape.reach();
            bottom >= above && top <= below
        };
        for shape in self.shapes.iter().filter(here) {
            let drawn = self.draw_shape(sheet, shape, scale, strokes, first);
            drawn.map_err(|error| Failure::new(format!("the picture could not be drawn: {error}")))?;
        }
        Ok(())
    }

    fn draw_shape<B: DrawingBackend>(
        &self,
        sheet: &mut B,
        shape: &Shape,
        scale: f64,
        strokes: Strokes,
        first: i32,
    ) -> std::result::Result<(), DrawingErrorKind<B::ErrorType>> {
        let units = |value: f64| (value * scale).round() as i32;
        let place = |(x, y): (f64, f64)| (units(x), units(y) - first);
        let places = |points: &[(f64, f64)]| points.iter().copied().map(place).collect::<Vec<_>>();
        let ink = |colour: Colour, alpha: f64| {
            let Colour(red, green, blue) = self.paint(colour);
            BackendColor { alpha, rgb: (red, green, blue) }
        };
        match shape {
            Shape::Box { left, top, right, bottom, colour } => {
                sheet.draw_rect(place((*left, *top)), place((*right, *bottom)), &ink(*colour, 1.0), true)
            }
            Shape::Dot { x, y, radius, colour } => {
                sheet.draw_circle(place((*x, *y)), units(*radius).unsigned_abs(), &ink(*colour, 1.0), true)
            }
            Shape::Veil { points, colour } => sheet.fill_polygon(places(points), &ink(*colour, VEIL)),
            Shape::Area { points, colour } => sheet.fill_polygon(places(points), &ink(*colour, 1.0)),
            Shape::Stroke { points, width, colour } if strokes == Strokes::Paths => {
                let Colour(red, green, blue) = self.paint(*colour);
                let thick = RGBColor(red, green, blue).stroke_width(units(*width).unsigned_abs());
                sheet.draw_path(places(points), &thick)
            }
            Shape::Stroke { points, width, colour } => {
                let ink = ink(*colour, 1.0);
                for corners in points.windows(2).filter_map(|ends| piece(ends[0], ends[1], *width)) {
                    sheet.fill_polygon(places(&corners), &ink)?;
                }
                let radius = units(*width / 2.0).unsigned_abs();
                points.iter().try_for_each(|joint| sheet.draw_circle(place(*joint), radius, &ink, true))
            }
        }
    }
}

/// The corners of a straight piece of a thick line.
fn piece(from: (f64, f64), to: (f64, f64), width: f64) -> Option<[(f64, f64); 4]> {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let length = along_x.hypot(along_y);
    if length < 1e-9 {
        return None;
    }
    let (x, y) = (-along_y / length * width / 2.0, along_x / length * width / 2.0);
    Some([(from.0 + x, from.1 + y), (to.0 + x, to.1 + y), (to.0 - x, to.1 - y), (from.0 - x, from.1 - y)])
}
