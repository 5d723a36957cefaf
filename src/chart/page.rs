//! The sheet on which a mark draws itself: title, what the reader should know, and the axes marks have in common.

use std::sync::Arc;

use regulars_plugin::{AxisScale, Chart, PictureTheme, Result};

use super::axes::Reach;
use super::calendar::DateTick;
use super::format::Format;
use super::plot::Plot;
use super::scale::Scale;
use super::scene::{Align, Scene};
use super::style::Style;
use super::table::Table;
use super::text;
use super::theme::{AXIS, FAINT, LABEL, MARGIN, SIZE, SUBTITLE, TITLE};
use super::told::Told;

/// The room that is left for a mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn width(&self) -> f64 {
        (self.right - self.left).max(1.0)
    }

    pub(super) fn height(&self) -> f64 {
        (self.bottom - self.top).max(1.0)
    }
}

/// What a mark has computed: how it fills a sheet, whatever its heading.
pub(super) trait Figure: Send + Sync {
    /// Draws into the room that the heading leaves.
    fn lay_out(&self, page: &mut Page);
    /// What the picture shows, for those who do not see it.
    fn summary(&self) -> String;
    /// The same as drawings on axes, where it has axes: they can be shared with other drawings.
    fn plot(&self) -> Option<Plot> {
        None
    }
    /// Refuses scales on which not all of it has a place; none where it has no axes.
    fn check_scales(&self, x: AxisScale, y: AxisScale) -> Option<Result<()>> {
        Some(self.plot()?.check_scales(x, y))
    }
    /// Whether it is made of panels, each with axes of its own.
    fn has_panels(&self) -> bool {
        false
    }
}

/// A figure with what is said about it.
pub(super) struct Plan {
    /// The title, where the description has none.
    pub(super) title: String,
    /// What the reader should know: what was left out or gathered. Stands under the title.
    pub(super) told: Told,
    /// None where there is nothing to draw.
    pub(super) figure: Option<Arc<dyn Figure>>,
    /// Why there is nothing to draw, where that is so.
    pub(super) reason: &'static str,
}

impl Plan {
    /// A plan; without a figure the picture says that there is nothing to draw.
    pub(super) fn new(table: &Table<'_>, title: String, told: Told, figure: Option<Arc<dyn Figure>>) -> Plan {
        let reason = if table.height() == 0 { "no rows to draw" } else { "no values to draw" };
        Plan { title, told, figure, reason }
    }
}

/// A sheet with its heading, and what is drawn on it.
pub(super) struct Page {
    pub(super) scene: Scene,
    pub(super) area: Area,
    pub(super) title: String,
    /// Whether there is no room for what is not needed.
    pub(super) compact: bool,
    pub(super) style: Style,
    /// How far all panels of a small multiple reach together: then each has the same axes.
    pub(super) shared: Option<Reach>,
    /// Whether the size was asked for.
    fixed: bool,
    /// Room below everything for notes on the picture as a whole.
    footer: f64,
}

/// Width and height of the picture that is asked for.
pub(super) fn size(chart: &Chart) -> (f64, f64) {
    let (width, height) = chart.size.unwrap_or(SIZE);
    (f64::from(width), f64::from(height))
}

impl Page {
    /// The sheet of a plan in a style.
    pub(super) fn of(plan: &Plan, style: &Style) -> Page {
        let (width, height) = style.size.unwrap_or(SIZE);
        let (width, height) = (f64::from(width), f64::from(height));
        let title = style.title.clone().unwrap_or_else(|| sentence(&plan.title));
        let mut scene = Scene::new(width, height);
        scene.dark = style.theme == PictureTheme::Dark;
        // A small picture keeps its room for the figure: smaller heading, no captions.
        let compact = width < 480.0 || height < 320.0;
        let (margin, heading, lines) = if compact { (14.0, 15.0, 1) } else { (MARGIN, TITLE.size, 2) };
        let (heading, below) = (TITLE.sized(heading), SUBTITLE.sized(if compact { 11.0 } else { SUBTITLE.size }));
        let room = width - 2.0 * margin;
        let mut y = margin - 4.0;
        for line in text::wrap(&text::clean(&title), heading, room, lines) {
            y += heading.size;
            scene.text(margin, y, &line, heading, Align::Left);
            y += heading.size * 0.35;
        }
        for line in text::wrap(&text::clean(&plan.told.written().join(" · ")), below, room, lines) {
            y += below.size + 1.0;
            scene.text(margin, y, &line, below, Align::Left);
            y += 4.0;
        }
        let footnotes: Vec<String> =
            style.footnotes().flat_map(|note| text::wrap(&text::clean(note), below, room, 2)).collect();
        let footer = footnotes.len() as f64 * (below.size + 4.0) + if footnotes.is_empty() { 0.0 } else { 10.0 };
        let top = y + if compact { 8.0 } else { 18.0 };
        let area = Area { left: margin, top, right: width - margin, bottom: height - margin + 4.0 - footer };
        let (style, fixed) = (style.clone(), style.size.is_some());
        let mut page = Page { scene, area, title, compact, style, shared: None, fixed, footer };
        match &plan.figure {
            Some(figure) => figure.lay_out(&mut page),
            None => page.say(plan.reason),
        }
        for (index, line) in footnotes.iter().rev().enumerate() {
            let y = page.scene.height - margin * 0.6 - index as f64 * (below.size + 4.0);
            page.scene.text(margin, y, line, below, Align::Left);
        }
        page
    }

    /// Lays out a figure in a part of the sheet, without captions, and gives the sheet back as it was.
    pub(super) fn panel(&mut self, area: Area, shared: Option<Reach>, figure: &dyn Figure) {
        let before = (self.area, self.compact, self.fixed, self.shared.take());
        (self.area, self.compact, self.fixed, self.shared) = (area, true, true, shared);
        figure.lay_out(self);
        (self.area, self.compact, self.fixed, self.shared) = before;
    }

    /// Ends the sheet below what is drawn, unless its size was asked for: three rows need no page.
    pub(super) fn end_below(&mut self, bottom: f64) {
        if !self.fixed {
            self.scene.height = self.scene.height.min((bottom + MARGIN + self.footer).ceil());
        }
    }

    /// Says in the middle of the sheet why nothing is drawn on it.
    fn say(&mut self, reason: &str) {
        let Area { left, top, right, bottom } = self.area;
        self.scene.rule(left, right, top, FAINT);
        self.scene.rule(left, right, bottom, FAINT);
        self.scene.text_at((left + right) / 2.0, (top + bottom) / 2.0, reason, LABEL.sized(15.0), Align::Centre);
    }

    /// Words above the vertical axis, and the room below them.
    pub(super) fn caption_above(&mut self, caption: &str, x: f64) {
        if caption.is_empty() || self.compact {
            return;
        }
        let shown = text::fit(&text::clean(caption), AXIS, self.area.right - x);
        self.scene.text(x, self.area.top + 6.0, &shown, AXIS, Align::Left);
        self.area.top += 20.0;
    }

    /// Words above the vertical axes, left and right.
    pub(super) fn captions_above(&mut self, left: &str, right: &str) {
        if self.compact || (left.is_empty() && right.is_empty()) {
            return;
        }
        let Area { left: start, right: end, top, .. } = self.area;
        let half = if right.is_empty() { end - start } else { (end - start) / 2.0 - 10.0 };
        self.scene.text(start, top + 6.0, &text::fit(&text::clean(left), AXIS, half), AXIS, Align::Left);
        self.scene.text(end, top + 6.0, &text::fit(&text::clean(right), AXIS, half), AXIS, Align::Right);
        self.area.top += 20.0;
    }

    /// Words below the horizontal axis, centred on it; call it before the room of the axis is taken.
    pub(super) fn caption_below(&mut self, caption: &str, left: f64) {
        if caption.is_empty() || self.compact {
            return;
        }
        let shown = text::fit(&text::clean(caption), AXIS, self.area.right - left);
        self.scene.text((left + self.area.right) / 2.0, self.area.bottom, &shown, AXIS, Align::Centre);
        self.area.bottom -= 22.0;
    }

    /// Room to the left for numbers along the vertical axis.
    pub(super) fn leave_for_numbers(&mut self, ticks: &[f64], format: &Format) {
        let widest = ticks.iter().map(|tick| text::width(&format.write(*tick), AXIS)).fold(0.0, f64::max);
        self.area.left += widest + 10.0;
    }

    /// Light lines across, each with its number to the left, right-aligned.
    pub(super) fn gridlines(&mut self, ticks: &[f64], format: &Format, scale: &Scale) {
        let Area { left, right, .. } = self.area;
        for tick in ticks {
            let y = scale.place(*tick);
            self.scene.rule(left, right, y, FAINT);
            self.scene.text_at(left - 10.0, y, &format.write(*tick), AXIS, Align::Right);
        }
    }

    /// A label under a place of the horizontal axis, kept inside the picture.
    pub(super) fn label_below(&mut self, x: f64, baseline: f64, label: &str) {
        let half = text::width(label, AXIS) / 2.0;
        let last = self.scene.width - 4.0 - half;
        self.scene.text(x.min(last).max(4.0 + half), baseline, label, AXIS, Align::Centre);
    }

    /// Dates under the horizontal axis, years in a second line.
    pub(super) fn dates_below(&mut self, ticks: &[DateTick], scale: &Scale) {
        let bottom = self.area.bottom;
        for tick in ticks {
            let x = scale.place(tick.day);
            self.label_below(x, bottom + 18.0, &tick.label);
            self.label_below(x, bottom + 33.0, &tick.year);
        }
    }

    /// Names under evenly spaced places: shortened to the room they have, every second, third … left out where it is
    /// too little.
    pub(super) fn names_below(&mut self, names: &[String], first: f64, slot: f64) {
        let widest = names.iter().map(|name| text::width(name, AXIS)).fold(0.0, f64::max);
        let wanted = (widest + 10.0).min(90.0);
        let every = if slot >= wanted { 1 } else { (wanted / slot.max(0.1)).ceil().max(1.0) as usize };
        let room = (slot * every as f64 - 8.0).max(8.0);
        let names: Vec<String> = names.iter().step_by(every).map(|name| text::clean(name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (index, shown) in text::fit_all(&names, AXIS, room).iter().enumerate() {
            self.label_below(first + (index * every) as f64 * slot, self.area.bottom + 18.0, shown);
        }
    }
}

/// A count of ticks such that labels of a width do not touch each other.
pub(super) fn ticks_for(room: f64, label: f64) -> usize {
    ((room / (label + 18.0)).floor() as usize).clamp(2, 10)
}

/// Words as a title: the first letter large.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
