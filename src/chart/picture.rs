//! A picture: a description resolved against a frame, ready to be written.

use std::sync::Arc;

use regulars_plugin::{Chart, Drawing, Failure, Host, Mark, Result};

use super::page::{Page, Plan};
use super::scene::Scene;
use super::table::Table;
use super::{bar, bitmap, drawing, heatmap, histogram, interval, line, svg, text};
use crate::table::Frame;

/// A chart with everything it needs to be drawn. Cloning it is cheap.
#[derive(Clone)]
pub struct Picture {
    /// What kind of picture it is.
    kind: &'static str,
    size: Option<(u32, u32)>,
    plan: Arc<Plan>,
    page: Arc<Page>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Picture({}, {:?})", self.kind, self.page.title)
    }
}

/// Widths and heights that can be asked for, in pixels at density 1.
const WIDTHS: std::ops::RangeInclusive<u32> = 200..=8000;
const HEIGHTS: std::ops::RangeInclusive<u32> = 150..=8000;

impl Picture {
    /// Resolves a description against a frame: chooses the columns it leaves out, checks those it names, computes what
    /// is drawn. A frame without rows or values is no failure: its picture says so.
    pub fn of(frame: &Frame, chart: &Chart, host: &dyn Host) -> Result<Picture> {
        let plan = plan(frame, chart, host).map_err(|failure| match failure.cancelled {
            true => failure,
            false => failure.within(chart.mark.word()),
        })?;
        let kind = match chart.mark {
            Mark::Bar => "Bar chart",
            Mark::Line => "Line chart",
            Mark::Histogram => "Histogram",
            Mark::Heatmap => "Heatmap",
            Mark::Interval => "Estimates with intervals",
        };
        Ok(Picture::laid_out(kind, Arc::new(plan), chart.title.as_deref(), chart.size))
    }

    /// What a function drew itself, under its own title or another, in this size.
    pub fn of_drawing(drawing: &Drawing, title: Option<&str>, size: Option<(u32, u32)>) -> Result<Picture> {
        drawing.check()?;
        drawable(size)?;
        Ok(Picture::laid_out("Drawing", Arc::new(drawing::plan(drawing)), title, size))
    }

    fn laid_out(kind: &'static str, plan: Arc<Plan>, title: Option<&str>, size: Option<(u32, u32)>) -> Picture {
        Picture { kind, size, page: Arc::new(Page::of(&plan, title, size)), plan }
    }

    /// The same picture under another title.
    #[must_use]
    pub fn with_title(&self, sentence: &str) -> Picture {
        Picture::laid_out(self.kind, Arc::clone(&self.plan), Some(sentence), self.size)
    }

    /// Its width and height in units, which are pixels at density 1.
    pub fn size(&self) -> (f64, f64) {
        (self.page.scene.width, self.page.scene.height)
    }

    /// The same picture laid out anew where it is larger than this room, in units: its text keeps its size. Where a size
    /// was asked for, its shape is kept.
    #[must_use]
    pub fn within(&self, width: f64, height: f64) -> Picture {
        let (own_width, own_height) = self.size();
        if own_width <= width && own_height <= height {
            return self.clone();
        }
        let (wide, high) = match self.size {
            Some(_) => {
                let scale = (width / own_width).min(height / own_height);
                (own_width * scale, own_height * scale)
            }
            None => (width.min(own_width), height.min(own_height)),
        };
        let wide = (wide as u32).clamp(*WIDTHS.start(), *WIDTHS.end());
        let high = (high as u32).clamp(*HEIGHTS.start(), *HEIGHTS.end());
        Picture::laid_out(self.kind, Arc::clone(&self.plan), Some(&self.page.title), Some((wide, high)))
    }

    pub(super) fn scene(&self) -> &Scene {
        &self.page.scene
    }

    /// The picture as a PNG file, `density` pixels for each of its units; 2 suits most screens and documents.
    pub fn png(&self, density: f64) -> Result<Vec<u8>> {
        bitmap::png(&self.page.scene, density)
    }

    /// The picture as an SVG file that needs nothing besides itself.
    pub fn svg(&self) -> Result<String> {
        svg::svg(&self.page.scene, &text::clean(&self.page.title), &text::clean(&self.description()))
    }

    /// What the picture says, as a sentence.
    pub fn title(&self) -> &str {
        &self.page.title
    }

    /// The picture in one or two sentences, for those who do not see it.
    pub fn description(&self) -> String {
        let summary = self.plan.figure.as_ref().map_or(self.plan.reason.to_owned(), |figure| figure.summary());
        format!("{}: {}. {summary}.", self.kind, self.page.title.trim_end_matches('.'))
    }

    /// The lines of text in it, for tests of the layout.
    #[cfg(test)]
    pub(super) fn words(&self) -> &[super::scene::Words] {
        &self.page.scene.words
    }

    /// What the reader should know: what was left out or gathered, and letters that no font has.
    pub fn notes(&self) -> Vec<String> {
        let lacking = self.page.scene.words.iter().find_map(|words| text::lacking(&words.text));
        let advice = lacking.map(|letter| {
            let package = match letter {
                '\u{2e80}'..='\u{9fff}'
                | '\u{ac00}'..='\u{d7ff}'
                | '\u{f900}'..='\u{faff}'
                | '\u{ff00}'..='\u{ffef}' => "fonts-wqy-microhei or fonts-noto-cjk",
                _ => "fonts-noto-core",
            };
            format!(
                "some letters, such as {letter}, are not in the built-in font and are drawn as boxes: \
                 install a font that has them (Debian: {package})"
            )
        });
        self.plan.told.iter().cloned().chain(advice).collect()
    }
}

fn drawable(size: Option<(u32, u32)>) -> Result<()> {
    match size {
        Some((width, height)) if !(WIDTHS.contains(&width) && HEIGHTS.contains(&height)) => {
            Err(Failure::new(format!("a picture of {width} by {height} cannot be drawn"))
                .help("its width lies between 200 and 8000, its height between 150 and 8000"))
        }
        _ => Ok(()),
    }
}

/// Checks what does not depend on the mark, and lets the mark compute.
fn plan(frame: &Frame, chart: &Chart, host: &dyn Host) -> Result<Plan> {
    drawable(chart.size)?;
    let table = Table::of(frame, chart, host)?;
    table.check()?;
    if chart.mark != Mark::Histogram
        && let Some(bins) = chart.bins
    {
        table.refuse("bins", Some(&bins.to_string()), "only a histogram has bins")?;
    }
    if chart.mark != Mark::Line {
        let has_band = chart.band.is_some() && chart.mark != Mark::Interval;
        let what = [("band", has_band), ("steps", chart.steps), ("counts", chart.counts.is_some())];
        for (option, _) in what.into_iter().filter(|(_, given)| *given) {
            table.refuse(option, Some("given"), "only a line has it")?;
        }
    }
    if frame.names().is_empty() {
        return Ok(Plan::new(&table, chart.mark.word().to_owned(), Vec::new(), None));
    }
    match chart.mark {
        Mark::Bar => bar::plan(&table),
        Mark::Line => line::plan(&table),
        Mark::Histogram => histogram::plan(&table),
        Mark::Heatmap => heatmap::plan(&table),
        Mark::Interval => interval::plan(&table),
    }
}
