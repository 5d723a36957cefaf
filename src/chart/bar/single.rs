//! Bars without groups: as few lines around them as the eye needs.

use super::super::format::{Format, Measure, counted};
use super::super::page::Page;
use super::super::scale::{Scale, rounded};
use super::super::scene::Align;
use super::super::text;
use super::super::theme::{BASE, BELOW, Colour, DIRECT, LABEL, MAIN, QUIET};
use super::grouped::{Group, Grouped};

/// One value for each bar.
pub(super) struct Single<'a> {
    labels: &'a [String],
    values: Vec<f64>,
    /// Whether the last bar stands for all that have none of their own.
    has_rest: bool,
    measure: Measure,
    x_caption: &'a str,
    y_caption: &'a str,
}

impl<'a> Single<'a> {
    /// The bars of the only group.
    pub(super) fn of(bars: &'a Grouped, only: &'a Group) -> Single<'a> {
        Single {
            labels: &bars.slots.labels,
            values: only.values.iter().map(|value| value.unwrap_or(0.0)).collect(),
            has_rest: bars.has_rest,
            measure: bars.measure,
            x_caption: &bars.x_caption,
            y_caption: &bars.y_caption,
        }
    }

    fn format(&self) -> Format {
        Format::of_values(self.measure, &self.values)
    }

    pub(super) fn lying(&self, page: &mut Page) {
        lying(page, self, &self.format());
    }

    pub(super) fn upright(&self, page: &mut Page) {
        upright(page, self, &self.format());
    }

    pub(super) fn summary(&self) -> String {
        summary(self, &self.format())
    }
}

fn colour(bars: &Single<'_>, index: usize) -> Colour {
    match bars.values[index] {
        _ if bars.has_rest && index + 1 == bars.values.len() => QUIET,
        value if value < 0.0 => BELOW,
        _ => MAIN,
    }
}

/// Bars that lie, their names to the left and their numbers behind them.
fn lying(page: &mut Page, bars: &Single<'_>, format: &Format) {
    let room = page.area.width();
    let widest = bars.labels.iter().map(|label| text::width(label, LABEL)).fold(0.0, f64::max);
    let left = page.area.left + widest.min(room * 0.38) + 10.0;
    page.caption_above(bars.y_caption, left);
    let area = page.area;
    let row = (area.height() / bars.values.len() as f64).min(52.0);
    let size = (row * 0.86).min(LABEL.size);
    let (names, numbers) = (LABEL.sized(size), DIRECT.sized(size));
    let written: Vec<String> = bars.values.iter().map(|value| format.write(*value)).collect();
    // Room for the numbers on the side to which their bars point.
    let beside = |below: bool| {
        let those = bars.values.iter().zip(&written).filter(|(value, _)| (**value < 0.0) == below);
        those.map(|(_, text)| text::width(text, numbers) + 8.0).fold(0.0, f64::max)
    };
    let low = bars.values.iter().copied().fold(0.0, f64::min);
    let high = bars.values.iter().copied().fold(0.0, f64::max);
    let from = left + if low < 0.0 { beside(true) } else { 0.0 };
    let scale = Scale::new(low, if high > low { high } else { low + 1.0 }, from, area.right - beside(false));
    let zero = scale.place(0.0);
    let shown: Vec<&str> = bars.labels.iter().map(String::as_str).collect();
    let shown = text::fit_all(&shown, names, left - 10.0 - area.left);
    for (index, value) in bars.values.iter().enumerate() {
        let middle = area.top + row * (index as f64 + 0.5);
        let end = scale.place(*value);
        let half = (row * 0.36).min(16.0);
        page.scene.rect(zero.min(end), middle - half, zero.max(end), middle + half, colour(bars, index));
        page.scene.text_at(left - 10.0, middle, &shown[index], names, Align::Right);
        let (x, align) = if *value < 0.0 { (end - 6.0, Align::Right) } else { (end + 6.0, Align::Left) };
        page.scene.text_at(x, middle, &written[index], numbers, align);
    }
    let bottom = area.top + row * bars.values.len() as f64;
    page.scene.rect(zero - 0.5, area.top - 2.0, zero + 0.5, bottom + 2.0, BASE);
}

/// Bars that stand, with their numbers on them where there is room.
fn upright(page: &mut Page, bars: &Single<'_>, format: &Format) {
    let written: Vec<String> = bars.values.iter().map(|value| format.write(*value)).collect();
    page.caption_above(bars.y_caption, page.area.left);
    page.caption_below(bars.x_caption, page.area.left);
    page.area.bottom -= 24.0;
    let low = bars.values.iter().copied().fold(0.0, f64::min);
    let high = bars.values.iter().copied().fold(0.0, f64::max);
    let widest = written.iter().map(|text| text::width(text, DIRECT)).fold(0.0, f64::max);
    // Numbers on the bars where each has room for its own; otherwise a vertical axis.
    let direct = widest + 6.0 <= page.area.width() / bars.values.len() as f64;
    let scale = if direct {
        let (above, below) = (18.0, if low < 0.0 { 18.0 } else { 0.0 });
        let high = if high > low { high } else { low + 1.0 };
        Scale::new(low, high, page.area.bottom - below, page.area.top + above)
    } else {
        let count = (page.area.height() / 60.0).clamp(2.0, 6.0) as usize;
        let (low, high, ticks) = rounded(low, high, count, false);
        let format = Format::of_ticks(bars.measure, &ticks);
        let scale = Scale::new(low, high, page.area.bottom, page.area.top + 6.0);
        page.leave_for_numbers(&ticks, &format);
        page.gridlines(&ticks, &format, &scale);
        scale
    };
    let area = page.area;
    let slot = area.width() / bars.values.len() as f64;
    let half = (slot * 0.36).min(44.0);
    let zero = scale.place(0.0);
    for (index, value) in bars.values.iter().enumerate() {
        let middle = area.left + slot * (index as f64 + 0.5);
        let end = scale.place(*value);
        page.scene.rect(middle - half, zero.min(end), middle + half, zero.max(end), colour(bars, index));
        if direct {
            let baseline = if *value < 0.0 { end + 14.0 } else { end - 5.0 };
            page.scene.text(middle, baseline, &written[index], DIRECT, Align::Centre);
        }
    }
    page.scene.rule(area.left, area.right, zero, BASE);
    page.names_below(bars.labels, area.left + slot / 2.0, slot);
}

fn summary(bars: &Single<'_>, format: &Format) -> String {
    let named = bars.values.iter().zip(bars.labels).take(bars.values.len() - usize::from(bars.has_rest));
    let largest = named.clone().max_by(|left, right| left.0.total_cmp(right.0));
    let smallest = named.min_by(|left, right| left.0.total_cmp(right.0));
    let number = counted(bars.values.len(), "bar", "bars");
    match (largest, smallest) {
        (Some((most, first)), Some((least, last))) if first != last => {
            format!(
                "{number}; most is {first} with {}, least {last} with {}",
                format.write(*most),
                format.write(*least)
            )
        }
        (Some((most, first)), _) => format!("{number}: {first} with {}", format.write(*most)),
        _ => number,
    }
}
