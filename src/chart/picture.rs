//! A picture: a description resolved against a frame, ready to be written.

use std::sync::Arc;

use regulars_plugin::{AxisScale, Chart, Drawing, Failure, Host, Mark, PictureTheme, Result, nearest};

use super::axes::{Across, Kind, Side};
use super::calendar::day_of;
use super::page::{Figure, Page, Plan};
use super::plot::Plot;
use super::scene::Scene;
use super::style::{Annotation, Spot, Style, drawable, nearest_size};
use super::table::Table;
use super::told::Told;
use super::{
    area, bar, bitmap, calendar_map, drawing, facets, funnel, heatmap, histogram, interval, line, outcomes, pareto,
    sankey, scatter, spread, svg, text, treemap, waterfall,
};
use crate::table::Frame;

/// A chart with everything it needs to be drawn. Cloning it is cheap.
#[derive(Clone)]
pub struct Picture {
    /// What kind of picture it is.
    kind: &'static str,
    style: Style,
    plan: Arc<Plan>,
    page: Arc<Page>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Picture({}, {:?})", self.kind, self.page.title)
    }
}

impl Picture {
    /// Resolves a description against a frame: chooses the columns it leaves out, checks those it names, computes what
    /// is drawn. A frame without rows or values is no failure: its picture says so.
    pub fn of(frame: &Frame, chart: &Chart, host: &dyn Host) -> Result<Picture> {
        let made = || {
            let style = Style::of(chart)?;
            check_options(chart)?;
            let table = Table::of(frame, chart, host)?;
            table.check()?;
            let plan = match &chart.facet {
                Some(facet) if !frame.names().is_empty() => facets::plan(&table, facet)?,
                _ => plan(&table)?,
            };
            Picture::laid_out(chart.mark.name(), Arc::new(plan), style)
        };
        made().map_err(|failure| match failure.cancelled {
            true => failure,
            false => failure.within(chart.mark.word()),
        })
    }

    /// What a function drew itself, under its own title or another, in this size.
    pub fn of_drawing(drawing: &Drawing, title: Option<&str>, size: Option<(u32, u32)>) -> Result<Picture> {
        drawing.check()?;
        drawable(size)?;
        let style = Style { title: title.map(str::to_owned), size, ..Style::default() };
        Picture::laid_out("Drawing", Arc::new(drawing::plan(drawing)), style)
    }

    fn laid_out(kind: &'static str, plan: Arc<Plan>, style: Style) -> Result<Picture> {
        if (style.x_scale, style.y_scale) != (AxisScale::Linear, AxisScale::Linear)
            && let Some(figure) = &plan.figure
        {
            let checked = figure.check_scales(style.x_scale, style.y_scale);
            checked.ok_or_else(|| without_axes(kind, figure.as_ref(), "could have another scale"))??;
        }
        Ok(Picture { kind, page: Arc::new(Page::of(&plan, &style)), style, plan })
    }

    fn restyled(&self, style: Style) -> Result<Picture> {
        Picture::laid_out(self.kind, Arc::clone(&self.plan), style)
    }

    /// The same picture under another title.
    pub fn with_title(&self, sentence: &str) -> Result<Picture> {
        self.restyled(Style { title: Some(sentence.to_owned()), ..self.style.clone() })
    }

    /// The same picture in other colours.
    pub fn with_theme(&self, theme: PictureTheme) -> Result<Picture> {
        self.restyled(Style { theme, ..self.style.clone() })
    }

    /// The same picture in another size, in pixels at density 1.
    pub fn with_size(&self, width: u32, height: u32) -> Result<Picture> {
        drawable(Some((width, height)))?;
        self.restyled(Style { size: Some((width, height)), ..self.style.clone() })
    }

    /// The same picture on other scales; an axis that is not named keeps its own.
    pub fn with_scales(&self, x: Option<AxisScale>, y: Option<AxisScale>) -> Result<Picture> {
        let (x_scale, y_scale) = (x.unwrap_or(self.style.x_scale), y.unwrap_or(self.style.y_scale));
        self.restyled(Style { x_scale, y_scale, ..self.style.clone() })
    }

    /// The same picture with a note on it.
    pub fn with_note(&self, mut note: Annotation) -> Result<Picture> {
        if note.text.trim().is_empty() {
            return Err(Failure::new("a note needs words").help("`.annotate(#{text: \"new prices\"})`"));
        }
        if note.x.is_some() || note.y.is_some() {
            let plot = self.plan.figure.as_ref().map(|figure| {
                figure.plot().ok_or_else(|| {
                    without_axes(self.kind, figure.as_ref(), "a note could point at")
                        .help("leave `x` and `y` out: the note then stands below")
                })
            });
            if let (Some(plot), Some(spot)) = (plot.transpose()?, &mut note.x) {
                find_spot(&plot, spot)?;
            }
        }
        let mut style = self.style.clone();
        style.annotations.push(note);
        self.restyled(style)
    }

    /// This picture with another one on its axes; the title, the size and the theme stay.
    pub fn with_layer(&self, other: &Picture) -> Result<Picture> {
        let (Some(own), Some(its)) = (&self.plan.figure, &other.plan.figure) else { return Ok(self.clone()) };
        let plot = |kind, figure: &dyn Figure| {
            figure.plot().ok_or_else(|| without_axes(kind, figure, "another picture could share"))
        };
        let (own, its) = (plot(self.kind, own.as_ref())?, plot(other.kind, its.as_ref())?);
        let title = format!("{}, {}", self.plan.title, other.plan.title);
        let plan = Plan {
            title,
            told: self.plan.told.with(&other.plan.told),
            figure: Some(Arc::new(own.with(&its)?)),
            reason: self.plan.reason,
        };
        let mut style = self.style.clone();
        style.annotations.extend(other.style.annotations.iter().cloned());
        Picture::laid_out("Layers", Arc::new(plan), style)
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
        let (wide, high) = match self.style.size {
            Some(_) => {
                let scale = (width / own_width).min(height / own_height);
                (own_width * scale, own_height * scale)
            }
            None => (width.min(own_width), height.min(own_height)),
        };
        let style =
            Style { title: Some(self.page.title.clone()), size: Some(nearest_size(wide, high)), ..self.style.clone() };
        // What was laid out once can be laid out in another size.
        self.restyled(style).unwrap_or_else(|_| self.clone())
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
        let notes: Vec<&str> = self.style.annotations.iter().map(|note| note.text.trim_end_matches('.')).collect();
        let notes = if notes.is_empty() { String::new() } else { format!(" Notes: {}.", notes.join("; ")) };
        format!("{}: {}. {summary}.{notes}", self.kind, self.page.title.trim_end_matches('.'))
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
        self.plan.told.written().into_iter().chain(advice).collect()
    }
}

fn without_axes(kind: &str, figure: &dyn Figure, what: &str) -> Failure {
    let kind = kind.to_lowercase();
    let article = if kind.starts_with(['a', 'i']) { "an" } else { "a" };
    match figure.has_panels() {
        true => {
            Failure::new(format!("each panel of {article} {kind} has its own axes, and there are none that {what}"))
                .help("leave `facet` out")
        }
        false => Failure::new(format!("{article} {kind} has no axes that {what}")),
    }
}

/// Checks that a note's place is of the kind that lies along the axis; a day may be written as text.
fn find_spot(plot: &Plot, spot: &mut Spot) -> Result<()> {
    let Some(reach) = plot.reach(Side::Left).map_or_else(|| plot.reach(Side::Right), Some) else { return Ok(()) };
    let wrong = |found: &str, wanted: &str, help: &str| {
        Err(Failure::new(format!("`x` of the note is {found}, but {wanted} along the axis")).help(help))
    };
    let kind = reach.across.kind();
    if let (Kind::Days, Spot::Word(word)) = (kind, &*spot)
        && let Ok(date) = word.parse()
    {
        *spot = Spot::Day(day_of(date));
    }
    match (kind, &*spot) {
        (Kind::Numbers, Spot::Number(_)) | (Kind::Days, Spot::Day(_)) => Ok(()),
        (Kind::Words, Spot::Word(word)) => match &reach.across {
            Across::Slots(slots) if !slots.labels.contains(word) => {
                let failure = Failure::new(format!("`{word}` does not stand along the axis"));
                Err(match nearest(word, slots.labels.iter().map(String::as_str)) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help(format!("there stand: {}", slots.labels.join(", "))),
                })
            }
            _ => Ok(()),
        },
        (Kind::Numbers, _) => wrong("no number", "numbers lie", "write a number, `#{x: 12, text: \"…\"}`"),
        (Kind::Days, _) => wrong("no date", "dates lie", "write a date, `#{x: \"2024-03-01\", text: \"…\"}`"),
        (Kind::Words, _) => wrong("no text", "words stand", "write one of them, `#{x: \"North\", text: \"…\"}`"),
    }
}

/// Checks that the kind of picture has a use for what is asked of it.
fn check_options(chart: &Chart) -> Result<()> {
    let text = |value: &Option<String>| value.clone();
    let flag = |value: bool| value.then(|| "true".to_owned());
    let log = |scale: AxisScale| (scale == AxisScale::Log).then(|| "log".to_owned());
    let given = [
        ("x", text(&chart.x)),
        ("y", text(&chart.y)),
        ("color", text(&chart.color)),
        ("band", chart.band.as_ref().map(|_| "given".to_owned())),
        ("steps", flag(chart.steps && chart.mark != Mark::Survival)),
        ("counts", text(&chart.counts)),
        ("bins", chart.bins.map(|bins| bins.to_string())),
        ("density", flag(chart.density)),
        ("trend", flag(chart.trend)),
        ("arrange", chart.arrange.map(|_| "given".to_owned())),
        ("lying", chart.lying.map(|lying| lying.to_string())),
        ("weight", text(&chart.weight)),
        ("neutral", chart.neutral.map(|value| value.to_string())),
        ("x_scale", log(chart.x_scale)),
        ("y_scale", log(chart.y_scale)),
    ];
    let mark = chart.mark;
    let wrong =
        given.into_iter().find_map(|(name, value)| Some((name, value.filter(|_| !mark.takes().contains(&name))?)));
    let Some((option, value)) = wrong else { return Ok(()) };
    let takes: Vec<String> = mark.takes().iter().map(|name| format!("`{name}`")).collect();
    let word = mark.word();
    let article = if word.starts_with(['a', 'i']) { "an" } else { "a" };
    Err(Failure::new(format!("{article} {word} has no `{option}`, but it is `{value}` here")).help(
        match (mark, option) {
            (Mark::Histogram, "y") => "it counts the rows itself: for sums of a column draw a bar chart".to_owned(),
            (Mark::Histogram | Mark::Interval, "color") => "draw one picture for each group: `facet`".to_owned(),
            (_, "bins") => "only a histogram and a calibration plot have bins".to_owned(),
            _ => format!("it takes {}", takes.join(", ")),
        },
    ))
}

/// Lets the mark compute.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let mark = table.chart.mark;
    if !table.has_columns() {
        return Ok(Plan::new(table, mark.word().to_owned(), Told::default(), None));
    }
    match mark {
        Mark::Bar => bar::plan(table),
        Mark::Line | Mark::Survival => line::plan(table),
        Mark::Area => area::plan(table),
        Mark::Histogram => histogram::plan(table),
        Mark::Scatter => scatter::plan(table),
        Mark::Box | Mark::Violin => spread::plan(table),
        Mark::Heatmap | Mark::Cohort => heatmap::plan(table),
        Mark::Funnel => funnel::plan(table),
        Mark::Pareto => pareto::plan(table),
        Mark::Waterfall => waterfall::plan(table),
        Mark::Treemap => treemap::plan(table),
        Mark::Sankey => sankey::plan(table),
        Mark::Calendar => calendar_map::plan(table),
        Mark::Lift | Mark::Roc | Mark::Calibration => outcomes::plan(table),
        Mark::Interval => interval::plan(table),
    }
}
