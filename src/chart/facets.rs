//! Small multiples: the same picture for each value of a column, side by side, on the same axes.

use std::sync::Arc;

use regulars_plugin::{AxisScale, Result};

use super::axes::{Reach, Side};
use super::format::counted;
use super::groups::Groups;
use super::legend;
use super::page::{Area, Figure, Page, Plan};
use super::picture;
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{AXIS, DIRECT};
use super::told::Told;

/// Panels that can be read on one sheet.
const MOST_PANELS: usize = 12;
const GAP: f64 = 26.0;

struct Panel {
    name: String,
    /// None where there is nothing to draw.
    figure: Option<Arc<dyn Figure>>,
    reason: &'static str,
}

struct Facets {
    panels: Vec<Panel>,
    /// How far all panels reach together; none where their figures have no axes.
    reach: Option<Reach>,
}

/// Computes the panels.
pub(super) fn plan(table: &Table<'_>, facet: &str) -> Result<Plan> {
    let column = table.column(facet)?;
    let groups = Groups::of(&column, MOST_PANELS);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for (row, group) in groups.of_row.iter().enumerate() {
        if let Some(group) = group {
            rows[*group].push(row);
        }
    }
    let mut kept: Vec<usize> = (0..groups.len()).collect();
    let mut told = Told::default();
    if kept.len() > MOST_PANELS {
        let mut by_size = kept.clone();
        by_size.sort_by_key(|group| std::cmp::Reverse(rows[*group].len()));
        by_size.truncate(MOST_PANELS);
        kept.retain(|group| by_size.contains(group));
        told.push(format!("the {MOST_PANELS} with most rows of {}", counted(groups.len(), "value", "values")));
    }
    let colours = table.color_groups()?.map(|(_, groups)| Arc::new(groups));
    let (mut panels, mut title, mut notes) = (Vec::new(), String::new(), Vec::new());
    for group in kept {
        let plan = picture::plan(&table.panel(std::mem::take(&mut rows[group]), colours.clone()))?;
        let name = text::clean(&groups.labels[group]);
        notes.push((name.clone(), plan.told));
        title = plan.title;
        panels.push(Panel { name, figure: plan.figure, reason: plan.reason });
    }
    told.of_panels(&notes);
    let reaches = panels.iter().filter_map(|panel| panel.figure.as_ref()?.plot()?.reach(Side::Left));
    let reach = reaches.reduce(|all, next| all.joined(&next).unwrap_or(all));
    let title = if title.is_empty() {
        table.chart.mark.word().to_owned()
    } else {
        format!("{title}, for each {}", column.words)
    };
    let has_any = panels.iter().any(|panel| panel.figure.is_some());
    let figure = has_any.then(|| Arc::new(Facets { panels, reach }) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

/// Rows and columns of so many panels.
fn grid(panels: usize) -> (usize, usize) {
    let columns = match panels {
        0..=3 => panels.max(1),
        4 => 2,
        5..=9 => 3,
        _ => 4,
    };
    (panels.div_ceil(columns), columns)
}

impl Figure for Facets {
    fn lay_out(&self, page: &mut Page) {
        let mut keys: Vec<legend::Key> = Vec::new();
        for key in self.panels.iter().filter_map(|panel| panel.figure.as_ref()?.plot()).flat_map(|plot| plot.keys()) {
            if !keys.iter().any(|known| known.name == key.name) {
                keys.push(key);
            }
        }
        if keys.len() > 1 {
            legend::row(page, &keys);
        }
        if let Some(reach) = &self.reach {
            page.captions_above(&reach.y_caption, "");
            page.caption_below(&reach.x_caption, page.area.left);
        }
        let (rows, columns) = grid(self.panels.len());
        let whole = page.area;
        let wide = (whole.width() - GAP * (columns - 1) as f64) / columns as f64;
        let tall = (whole.height() - GAP * 0.5 * (rows - 1) as f64) / rows as f64;
        for (index, panel) in self.panels.iter().enumerate() {
            let (left, top) = (
                whole.left + (wide + GAP) * (index % columns) as f64,
                whole.top + (tall + GAP * 0.5) * (index / columns) as f64,
            );
            let name = text::fit(&panel.name, DIRECT, wide);
            page.scene.text(left, top + 10.0, &name, DIRECT, Align::Left);
            let area = Area { left, top: top + 16.0, right: left + wide, bottom: top + tall };
            match &panel.figure {
                Some(figure) => page.panel(area, self.reach.clone(), figure.as_ref()),
                None => page.scene.text_at(
                    (area.left + area.right) / 2.0,
                    (area.top + area.bottom) / 2.0,
                    panel.reason,
                    AXIS,
                    Align::Centre,
                ),
            }
        }
    }

    fn check_scales(&self, x: AxisScale, y: AxisScale) -> Option<Result<()>> {
        let all: Option<Vec<_>> = self
            .panels
            .iter()
            .filter_map(|panel| panel.figure.as_ref())
            .map(|figure| figure.check_scales(x, y))
            .collect();
        Some(all?.into_iter().collect())
    }

    fn has_panels(&self) -> bool {
        true
    }

    fn summary(&self) -> String {
        let names: Vec<&str> = self.panels.iter().map(|panel| panel.name.as_str()).collect();
        format!("{}: {}", counted(self.panels.len(), "panel", "panels"), names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_fill_their_grid() {
        for panels in 1..=MOST_PANELS {
            let (rows, columns) = grid(panels);
            assert!(rows * columns >= panels && rows * columns - panels < columns, "{panels}: {rows} by {columns}");
        }
    }
}
