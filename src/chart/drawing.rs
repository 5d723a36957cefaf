//! Pictures that functions draw themselves: the shapes of a sheet of theirs, fitted into the room under the title.

use std::sync::Arc;

use regulars_plugin::{Anchor, Drawing, Ink, Shape, Style};

use super::page::{Area, Figure, Page, Plan};
use super::scene::Align;
use super::text;
use super::theme::{AXIS, Colour, DIRECT, FAINT, INK, LABEL, MAIN, QUIET, SERIES, Type, WHITE, sequential};
use super::told::Told;

struct Sheet(Drawing);

/// The plan of a drawing that was checked.
pub(super) fn plan(drawing: &Drawing) -> Plan {
    let figure = (!drawing.shapes.is_empty()).then(|| Arc::new(Sheet(drawing.clone())) as Arc<dyn Figure>);
    Plan { title: drawing.title.clone(), told: Told::default(), figure, reason: "nothing was drawn" }
}

impl Figure for Sheet {
    fn lay_out(&self, page: &mut Page) {
        let Sheet(drawing) = self;
        let room = page.area;
        let scale = (room.width() / drawing.width).min(room.height() / drawing.height);
        let (width, height) = (drawing.width * scale, drawing.height * scale);
        let (left, top) = (room.left + (room.width() - width) / 2.0, room.top);
        // Nothing is drawn outside of the sheet: a stray point must not run over the title.
        let place = |(x, y): (f64, f64)| (left + (x * scale).clamp(0.0, width), top + (y * scale).clamp(0.0, height));
        let scene = &mut page.scene;
        let places = |points: &[(f64, f64)]| points.iter().copied().map(place).collect();
        for shape in &drawing.shapes {
            match shape {
                Shape::Area { points, ink } => scene.area(places(points), colour(*ink)),
                Shape::Line { points, width, ink } => scene.stroke(places(points), width.min(40.0), colour(*ink)),
                Shape::Dot { at, radius, ink } => {
                    let (x, y) = place(*at);
                    scene.dot(x, y, (radius * scale).min(width.max(height)), colour(*ink));
                }
                Shape::Words { at, text, anchor, style } => {
                    let ((x, y), kind) = (place(*at), kind(*style));
                    let text = text::clean(text);
                    let (align, within) = match anchor {
                        Anchor::Start => (Align::Left, room.right - x),
                        Anchor::Middle => (Align::Centre, 2.0 * (x - room.left).min(room.right - x)),
                        Anchor::End => (Align::Right, x - room.left),
                    };
                    scene.text_at(x, y, &text::fit(&text, kind, within), kind, align);
                }
            }
        }
        page.end_below(top + height);
        let Area { bottom, .. } = page.area;
        page.area.bottom = bottom.min(top + height);
    }

    fn summary(&self) -> String {
        self.0.summary.trim_end_matches('.').to_owned()
    }
}

fn colour(ink: Ink) -> Colour {
    match ink {
        Ink::Main => MAIN,
        Ink::Quiet => QUIET,
        Ink::Faint => FAINT,
        Ink::Text => INK,
        Ink::Paper => WHITE,
        Ink::Series(number) => SERIES[number as usize % SERIES.len()],
        Ink::Share(share) => sequential(share),
    }
}

fn kind(style: Style) -> Type {
    match style {
        Style::Label => LABEL,
        Style::Strong => DIRECT,
        Style::Quiet => AXIS,
        Style::Light => DIRECT.coloured(WHITE),
    }
}
