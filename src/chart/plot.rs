//! Drawings that share axes: one or several of them, with a legend and notes.

use std::sync::Arc;

use regulars_plugin::{AxisScale, Failure, Result};

use super::axes::{Across, Axes, Kind, Margins, Reach, Side};
use super::legend::{self, Key};
use super::page::{Figure, Page};
use super::scene::Align;
use super::style::{Annotation, Spot};
use super::text;
use super::theme::{Colour, DIRECT, GREY, INK, SERIES, SUBTITLE, WHITE, sequential};

/// Where a drawing stands among those that share its axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// The colour with which it begins.
    pub(super) first: usize,
    /// Whether no other drawing and no other panel is there: then it may name its parts itself.
    pub(super) alone: bool,
    pub(super) side: Side,
}

/// One drawing on axes that it may share.
pub(super) trait Layer: Send + Sync {
    /// How far it reaches.
    fn reach(&self) -> Reach;
    /// Room beside the axes that it wants where it is alone.
    fn margins(&self, _page: &Page) -> Margins {
        Margins::default()
    }
    /// What its colours mean.
    fn keys(&self, turn: Turn) -> Vec<Key>;
    /// Whether it names its parts itself where it is alone.
    fn names_itself(&self) -> bool {
        false
    }
    /// Draws between the axes.
    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn);
    /// What it shows, for those who do not see it.
    fn summary(&self) -> String;
}

/// Drawings on the same axes.
#[derive(Clone)]
pub(super) struct Plot {
    layers: Vec<(Arc<dyn Layer>, Side)>,
}

impl Plot {
    /// A single drawing.
    pub(super) fn of(layer: impl Layer + 'static) -> Plot {
        Plot { layers: vec![(Arc::new(layer), Side::Left)] }
    }

    /// This one with another on it: on the same vertical axis where it measures the same, otherwise on one of its own
    /// to the right.
    pub(super) fn with(&self, other: &Plot) -> Result<Plot> {
        let own = self.reach(Side::Left).map_or_else(|| self.reach(Side::Right), Some);
        let its = other.reach(Side::Left);
        let (Some(own), Some(its)) = (own, its) else { return Ok(self.clone()) };
        if own.joined(&its).is_none() {
            let words = |kind| match kind {
                Kind::Numbers => "numbers",
                Kind::Days => "dates",
                Kind::Words => "words",
            };
            return Err(Failure::new(format!(
                "the two pictures share no horizontal axis: one has {} along it, the other {}",
                words(own.across.kind()),
                words(its.across.kind())
            ))
            .help("draw both over the same column"));
        }
        let same = |side| {
            self.reach(side).is_some_and(|known| known.y_caption == its.y_caption && known.measure == its.measure)
        };
        let side = match (same(Side::Left), same(Side::Right), self.reach(Side::Right)) {
            (true, _, _) => Side::Left,
            (_, true, _) | (_, _, None) => Side::Right,
            _ => {
                return Err(Failure::new("a third vertical axis cannot be read")
                    .help("layers share an axis where they measure the same: give them the same `y_label`"));
            }
        };
        let mut layers = self.layers.clone();
        layers.extend(other.layers.iter().map(|(layer, _)| (Arc::clone(layer), side)));
        Ok(Plot { layers })
    }

    /// How far the drawings of a side reach together.
    pub(super) fn reach(&self, side: Side) -> Option<Reach> {
        let mut of_side = self.layers.iter().filter(|(_, own)| *own == side).map(|(layer, _)| layer.reach());
        let first = of_side.next()?;
        Some(of_side.fold(first, |all, next| all.joined(&next).unwrap_or(all)))
    }

    /// Refuses scales on which not all of it has a place.
    pub(super) fn check_scales(&self, x: AxisScale, y: AxisScale) -> Result<()> {
        for (layer, _) in &self.layers {
            let reach = layer.reach();
            if y == AxisScale::Log && reach.from_zero {
                return Err(Failure::new("bars and areas grow from zero, which has no place on a logarithmic axis")
                    .help("draw a line or dots instead"));
            }
            let lowest = match &reach.across {
                Across::Numbers { low, .. } => Some(*low),
                _ => None,
            };
            if x == AxisScale::Log && lowest.is_none() {
                return Err(Failure::new("the horizontal axis holds no numbers that could have a logarithmic scale"));
            }
            for (axis, scale, low) in [("x", x, lowest), ("y", y, Some(reach.low))] {
                if scale == AxisScale::Log
                    && let Some(low) = low.filter(|low| *low <= 0.0)
                {
                    return Err(Failure::new(format!(
                        "`{axis}` goes down to {low}, and only values above zero have a logarithm"
                    ))
                    .help("keep those first: `frame.filter(col(\"…\") > 0)`"));
                }
            }
        }
        Ok(())
    }

    /// What the colours of all drawings mean, where they are not alone.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.turns(false).iter().flat_map(|(layer, turn)| layer.keys(*turn)).collect()
    }

    fn turns(&self, alone: bool) -> Vec<(Arc<dyn Layer>, Turn)> {
        let mut first = 0;
        let mut turns = Vec::new();
        for (layer, side) in &self.layers {
            let turn = Turn { first, alone, side: *side };
            first += layer.keys(turn).len().max(1);
            turns.push((Arc::clone(layer), turn));
        }
        turns
    }
}

impl Figure for Plot {
    fn lay_out(&self, page: &mut Page) {
        let alone = self.layers.len() == 1 && page.shared.is_none();
        let turns = self.turns(alone);
        let whole = |side: Side, page: &Page| {
            let own = self.reach(side)?;
            let shared = page.shared.as_ref().filter(|_| side == Side::Left);
            Some(shared.and_then(|shared| shared.joined(&own)).unwrap_or(own))
        };
        let (left, right) = (whole(Side::Left, page), whole(Side::Right, page));
        // Everything on the right would leave an empty axis on the left.
        let (Some(left), right) = (match left {
            Some(left) => (Some(left), right),
            None => (right, None),
        }) else {
            return;
        };
        let left = match &right {
            Some(right) => Reach { across: left.joined(right).map_or(left.across.clone(), |both| both.across), ..left },
            None => left,
        };
        let names_itself = alone && turns.iter().all(|(layer, _)| layer.names_itself());
        // Of panels the legend stands once above them all.
        if !names_itself && page.shared.is_none() {
            let keys: Vec<Key> = turns.iter().flat_map(|(layer, turn)| layer.keys(*turn)).collect();
            if keys.len() > 1 || self.layers.len() > 1 {
                legend::row(page, &keys);
            }
        }
        let margins = if alone { turns.iter().map(|(layer, _)| layer.margins(page)).next() } else { None };
        let axes = Axes::lay_out(page, &left, right.as_ref(), margins.unwrap_or_default());
        for (layer, turn) in turns {
            layer.draw(page, &axes, turn);
        }
        let annotations: Vec<Annotation> = page.style.placed().cloned().collect();
        for note in &annotations {
            annotate(page, &axes, note);
        }
    }

    fn summary(&self) -> String {
        let all: Vec<String> = self.layers.iter().map(|(layer, _)| layer.summary()).collect();
        all.join("; ")
    }

    fn plot(&self) -> Option<Plot> {
        Some(self.clone())
    }
}

/// The colour of a number among groups.
pub(super) fn series(number: usize) -> Colour {
    SERIES[number % SERIES.len()]
}

/// The colour of one of several groups that have an order, from light to dark.
pub(super) fn step(number: usize, groups: usize) -> Colour {
    sequential(0.2 + 0.8 * number as f64 / (groups.max(2) - 1) as f64)
}

/// A note: a dashed line at a place of one axis, a ring around a point; its words beside it, inside the axes.
fn annotate(page: &mut Page, axes: &Axes, note: &Annotation) {
    let area = axes.area;
    let x = note.x.as_ref().and_then(|spot| match spot {
        Spot::Number(value) | Spot::Day(value) => Some(axes.x(&[], *value)),
        Spot::Word(word) => axes.word(word),
    });
    let y = note.y.map(|value| axes.up(Side::Left).place(value));
    let inside = |x: f64, y: f64| {
        (area.left - 1.0..=area.right + 1.0).contains(&x) && (area.top - 1.0..=area.bottom + 1.0).contains(&y)
    };
    let kind = DIRECT.coloured(INK);
    let text = text::clean(&note.text);
    match (x, y) {
        (Some(x), Some(y)) if inside(x, y) => {
            page.scene.dot(x, y, 5.5, INK);
            page.scene.dot(x, y, 3.5, WHITE);
            let right = x < (area.left + area.right) / 2.0;
            let room = if right { area.right - x - 10.0 } else { x - area.left - 10.0 };
            let (at, align) = if right { (x + 10.0, Align::Left) } else { (x - 10.0, Align::Right) };
            let above = (y - 10.0).max(area.top + 8.0);
            page.scene.text_at(at, above, &text::fit(&text, kind, room), kind, align);
        }
        (Some(x), None) if inside(x, area.bottom) => {
            page.scene.dashes((x, area.bottom), (x, area.top), GREY);
            let right = x < (area.left + area.right) / 2.0;
            let room = if right { area.right - x - 6.0 } else { x - area.left - 6.0 };
            let (at, align) = if right { (x + 6.0, Align::Left) } else { (x - 6.0, Align::Right) };
            page.scene.text(at, area.top + 12.0, &text::fit(&text, kind, room), kind, align);
        }
        (None, Some(y)) if inside(area.left, y) => {
            page.scene.dashes((area.left, y), (area.right, y), GREY);
            let shown = text::fit(&text, kind, area.width());
            let baseline = if y - 18.0 < area.top { y + 14.0 } else { y - 5.0 };
            page.scene.text(area.right, baseline, &shown, kind, Align::Right);
        }
        _ => {
            // Its place lies outside of the axes; what it says is kept.
            page.scene.text(
                area.right,
                area.top + 12.0,
                &text::fit(&text, SUBTITLE, area.width()),
                SUBTITLE,
                Align::Right,
            );
        }
    }
}
