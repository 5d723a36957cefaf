//! Waterfalls: how changes lead from nothing to their total.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Result};

use super::axes::{Across, Axes, Kind, Reach, Slots};
use super::format::{Format, Measure, counted};
use super::groups::{Gather, Groups, gather};
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series};
use super::scene::Align;
use super::table::{Table, Values};
use super::text;
use super::theme::{BASE, BELOW, DIRECT, GREY, MAIN};
use super::told::Told;

/// Steps that can be read beside each other.
const MOST_STEPS: usize = 24;

struct Falls {
    labels: Vec<String>,
    changes: Vec<f64>,
    measure: Measure,
    x_caption: String,
    y_caption: String,
}

/// Computes the steps.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let x = table.chart.x.clone().or_else(|| table.choose(&[&[Text], &[Date], &[Any], &[Flag, Integer]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "the names of the changes"))?;
    let y = table.chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    let (x, y) = (table.column(&x)?, table.measured("y", &y)?);
    let groups = Groups::of(&x, MOST_STEPS);
    let (values, undrawn) = y.drawable();
    let gathered = gather(groups.len(), groups.of_row.iter().copied().zip(values), Gather::Sum);
    table.check()?;
    let mut told = Told::default();
    if let Some(span) = groups.gathered {
        told.push(format!("dates gathered by {}", span.word()));
    }
    if gathered.several {
        told.push(format!("{} summed where several rows share one {}", y.words, x.words));
    }
    told.left_out(gathered.without, undrawn);
    let mut steps: Vec<(String, f64)> = groups
        .labels
        .iter()
        .zip(&gathered.values)
        .filter_map(|(label, value)| Some((text::clean(label), (*value)?)))
        .collect();
    let title = format!("{} by {}", y.words, x.words);
    if steps.is_empty() {
        return Ok(Plan::new(table, title, told, None));
    }
    if steps.len() > MOST_STEPS {
        let rest = steps.split_off(MOST_STEPS - 1);
        let sum = rest.iter().map(|(_, value)| value).sum();
        told.push(format!("the last {} in one step", rest.len()));
        steps.push((format!("other ({} more)", rest.len()), sum));
    }
    let (mut labels, changes): (Vec<String>, Vec<f64>) = steps.into_iter().unzip();
    // A category called "total" must not share the place of the total.
    let total = ["total", "in total", "sum of all", "total of all steps"]
        .into_iter()
        .find(|name| labels.iter().all(|label| label != name));
    labels.push(total.unwrap_or("=").to_owned());
    let falls = Falls {
        labels,
        changes,
        measure: y.measure,
        x_caption: if matches!(x.values, Values::Words(_)) {
            String::new()
        } else {
            x.caption(table.chart.x_label.as_deref())
        },
        y_caption: y.caption(table.chart.y_label.as_deref()),
    };
    Ok(Plan::new(table, title, told, Some(Arc::new(Plot::of(falls)) as Arc<dyn Figure>)))
}

impl Falls {
    /// From where to where each bar reaches; the last one is the total.
    fn bars(&self) -> Vec<(f64, f64)> {
        let mut level = 0.0;
        let mut bars: Vec<(f64, f64)> = self
            .changes
            .iter()
            .map(|change| {
                let from = level;
                level += change;
                (from, level)
            })
            .collect();
        bars.push((0.0, level));
        bars
    }
}

impl Layer for Falls {
    fn reach(&self) -> Reach {
        let ends = || self.bars().into_iter().flat_map(|(from, to)| [from, to]);
        Reach {
            across: Across::Slots(Slots { kind: Kind::Words, labels: self.labels.clone(), places: Vec::new() }),
            low: ends().fold(0.0, f64::min),
            high: ends().fold(0.0, f64::max),
            measure: self.measure,
            whole: false,
            from_zero: true,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        vec![Key { name: self.y_caption.clone(), colour: if turn.alone { MAIN } else { series(turn.first) } }]
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let slot = axes.slot().unwrap_or(40.0);
        let half = (slot * 0.34).min(44.0);
        let bars = self.bars();
        let format = Format::of_values(self.measure, &self.changes);
        let written = |index: usize, (from, to): (f64, f64)| match index + 1 == bars.len() {
            true => format.write(to),
            false if to - from > 0.0 => format!("+{}", format.write(self.changes[index])),
            false => format.write(self.changes[index]),
        };
        let fits = bars.iter().enumerate().all(|(index, bar)| text::width(&written(index, *bar), DIRECT) + 4.0 < slot);
        for (index, bar) in bars.iter().enumerate() {
            let x = axes.x(&self.labels, index as f64);
            let (from, to) = (up.place(bar.0), up.place(bar.1));
            let colour = match (index + 1 == bars.len(), bar.1 < bar.0) {
                (true, _) => GREY,
                (_, true) => BELOW,
                _ => self.keys(turn)[0].colour,
            };
            page.scene.rect(x - half, from.min(to), x + half, from.max(to).max(from.min(to) + 1.0), colour);
            if index + 1 < bars.len() {
                page.scene.rect(x + half, to - 0.5, x + slot - half, to + 0.5, BASE);
            }
            // Above what rises, below what falls: the connecting lines leave on the other side. A bar that ends at the
            // bottom has no room below it.
            let below = to.max(from) + 14.0;
            let is_below = bar.1 < bar.0 && below < axes.area.bottom - 2.0;
            let baseline = if is_below { below } else { to.min(from) - 5.0 };
            if fits {
                page.scene.text(x, baseline, &written(index, *bar), DIRECT, Align::Centre);
            }
        }
        page.scene.rule(axes.area.left, axes.area.right, up.place(0.0), BASE);
    }

    fn summary(&self) -> String {
        let total = self.bars().last().map_or(0.0, |bar| bar.1);
        let format = Format::of_values(self.measure, &[total]);
        format!("{} to a total of {}", counted(self.changes.len(), "change", "changes"), format.write(total))
    }
}
