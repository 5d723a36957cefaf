//! Treemaps: boxes as large as `y`, gathered by `color`.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Result};

use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::legend::{self, Key};
use super::page::{Area, Figure, Page, Plan};
use super::plot::series;
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{Colour, DIRECT, MAIN, QUIET};
use super::told::{Told, Undrawn};

/// Boxes that can be told apart; smaller ones are gathered.
const MOST_BOXES: usize = 60;
const MOST_GROUPS: usize = 8;

struct Tile {
    label: String,
    value: f64,
    /// None: what is gathered of the smallest.
    group: Option<usize>,
}

struct Tiles {
    /// Largest first, those of one group together.
    tiles: Vec<Tile>,
    groups: Vec<String>,
    measure: Measure,
}

/// Computes the boxes.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let color = chart.color.as_deref().unwrap_or_default();
    let x = chart.x.clone().or_else(|| table.choose(&[&[Text], &[Any], &[Flag, Date, Integer]], &[color]));
    let x = x.ok_or_else(|| table.nothing_for("x", "names"))?;
    let y = match (&chart.y, &chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, None) => table.choose(&[&[Number], &[Integer]], &[&x, color]),
        (None, Some(_)) => None,
    };
    let (x, y) = (table.column(&x)?, y.map(|name| table.measured("y", &name)).transpose()?);
    let (names, split) = (Groups::of(&x, usize::MAX), table.color_groups()?);
    let (values, undrawn) =
        y.as_ref().map_or_else(|| (vec![Some(1.0); table.height()], Undrawn::default()), |column| column.drawable());
    let groups = split.as_ref().map_or(1, |(_, groups)| groups.len());
    // Boxes of one name in several groups are several boxes; only those that are there take memory.
    let mut known: std::collections::HashMap<(usize, usize), usize> = std::collections::HashMap::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let place: Vec<Option<usize>> = (0..values.len())
        .map(|row| {
            let group = split.as_ref().map_or(Some(0), |(_, groups)| groups.of_row[row])?;
            let pair = (names.of_row[row]?, group);
            Some(*known.entry(pair).or_insert_with(|| {
                pairs.push(pair);
                pairs.len() - 1
            }))
        })
        .collect();
    let gathered = gather(pairs.len(), place.into_iter().zip(values), Gather::Sum);
    table.check()?;
    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let mut told = Told::default();
    told.left_out(gathered.without, undrawn);
    let mut tiles: Vec<Tile> = pairs
        .iter()
        .zip(&gathered.values)
        .filter_map(|((name, group), value)| {
            Some(Tile { label: text::clean(&names.labels[*name]), value: (*value)?, group: Some(*group) })
        })
        .collect();
    if let Some(tile) = tiles.iter().find(|tile| tile.value < 0.0) {
        return Err(Failure::new(format!("`{}` has {}, and no box is smaller than nothing", tile.label, tile.value))
            .help("leave values below zero out first, or draw bars: `.bar(#{…})`"));
    }
    tiles.retain(|tile| tile.value > 0.0);
    tiles.sort_by(|left, right| right.value.total_cmp(&left.value));
    if tiles.len() > MOST_BOXES {
        let rest = tiles.split_off(MOST_BOXES - 1);
        told.push(format!("the {} largest of {}", MOST_BOXES - 1, count(rest.len() + MOST_BOXES - 1)));
        let value = rest.iter().map(|tile| tile.value).sum();
        tiles.push(Tile { label: format!("other ({} more)", count(rest.len())), value, group: None });
    }
    let mut labels: Vec<String> = split
        .as_ref()
        .map_or_else(Vec::new, |(_, groups)| groups.labels.iter().map(|label| text::clean(label)).collect());
    if groups > 1 && !table.is_panel() {
        // The largest groups have the colours, in the order of their sizes.
        let mut sums = vec![0.0; groups];
        for tile in &tiles {
            if let Some(group) = tile.group {
                sums[group] += tile.value;
            }
        }
        let mut order: Vec<usize> = (0..groups).collect();
        order.sort_by(|left, right| sums[*right].total_cmp(&sums[*left]));
        let mut rank = vec![0; groups];
        order.iter().enumerate().for_each(|(at, group)| rank[*group] = at);
        labels = order.iter().map(|group| labels[*group].clone()).collect();
        tiles.iter_mut().for_each(|tile| tile.group = tile.group.map(|group| rank[group]));
    }
    tiles.sort_by_key(|tile| tile.group.unwrap_or(usize::MAX));
    if labels.len() > MOST_GROUPS {
        told.push(format!("the {MOST_GROUPS} largest of {} in colour", counted(labels.len(), "group", "groups")));
        labels.truncate(MOST_GROUPS);
    }
    let title = format!("{words} by {}", x.words);
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let any = !tiles.is_empty();
    let figure = any.then(|| Arc::new(Tiles { tiles, groups: labels, measure }) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Tiles {
    fn colour(&self, tile: &Tile) -> Colour {
        match tile.group {
            None => QUIET,
            Some(_) if self.groups.is_empty() => MAIN,
            Some(group) if group < self.groups.len() => series(group),
            Some(_) => QUIET,
        }
    }
}

impl Figure for Tiles {
    fn lay_out(&self, page: &mut Page) {
        if self.groups.len() > 1 {
            let keys =
                self.groups.iter().enumerate().map(|(group, name)| Key { name: name.clone(), colour: series(group) });
            legend::row(page, &keys.collect::<Vec<_>>());
        }
        let format = Format::of_values(self.measure, &self.tiles.iter().map(|tile| tile.value).collect::<Vec<_>>());
        let total: f64 = self.tiles.iter().map(|tile| tile.value).sum();
        // Groups first, then the boxes of each inside of it.
        let blocks: Vec<&[Tile]> = self.tiles.chunk_by(|left, right| left.group == right.group).collect();
        let sums: Vec<f64> = blocks.iter().map(|tiles| tiles.iter().map(|tile| tile.value).sum()).collect();
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        order.sort_by(|left, right| sums[*right].total_cmp(&sums[*left]));
        let sorted: Vec<f64> = order.iter().map(|block| sums[*block]).collect();
        for (block, area) in order.into_iter().zip(squares(&sorted, page.area)) {
            let values: Vec<f64> = blocks[block].iter().map(|tile| tile.value).collect();
            for (tile, area) in blocks[block].iter().zip(squares(&values, area)) {
                let colour = self.colour(tile);
                let gap = 1.0_f64.min(area.width() / 4.0).min(area.height() / 4.0);
                page.scene.rect(area.left + gap, area.top + gap, area.right - gap, area.bottom - gap, colour);
                let ink = colour.ink();
                let (room, tall) = (area.width() - 16.0, area.height());
                let name = DIRECT.coloured(ink);
                if room > 30.0 && tall > 24.0 {
                    let label = text::fit(&tile.label, name, room);
                    page.scene.text(area.left + 8.0, area.top + 18.0, &label, name, Align::Left);
                    let part = Format::of_values(Measure::Share, &[tile.value / total]).write(tile.value / total);
                    let number = format!("{} · {part}", format.write(tile.value));
                    let small = DIRECT.sized(11.5).coloured(ink.towards(colour, 0.15));
                    if tall > 42.0 && text::width(&number, small) < room {
                        page.scene.text(area.left + 8.0, area.top + 34.0, &number, small, Align::Left);
                    }
                }
            }
        }
    }

    fn summary(&self) -> String {
        let format = Format::of_values(self.measure, &self.tiles.iter().map(|tile| tile.value).collect::<Vec<_>>());
        let largest = self.tiles.iter().max_by(|left, right| left.value.total_cmp(&right.value));
        let largest = largest.map_or_else(String::new, |tile| {
            format!("; the largest is {} with {}", tile.label, format.write(tile.value))
        });
        format!("{}{largest}", counted(self.tiles.len(), "box", "boxes"))
    }
}

/// Boxes as large as sorted values, as near to squares as can be: M. Bruls, K. Huizing and J. van Wijk (2000),
/// "Squarified treemaps", Data Visualization 2000, 33–42.
fn squares(values: &[f64], area: Area) -> Vec<Area> {
    let total: f64 = values.iter().sum();
    let mut boxes = Vec::with_capacity(values.len());
    if total <= 0.0 || !total.is_finite() {
        return boxes;
    }
    let scale = area.width() / total * area.height();
    let (mut rest, mut start) = (area, 0);
    while start < values.len() {
        let side = rest.width().min(rest.height());
        let worst = |row: &[f64]| {
            let sum: f64 = row.iter().sum::<f64>() * scale;
            let ratio = |value: &f64| {
                let long = value * scale / (sum / side);
                (long / (sum / side)).max(sum / side / long)
            };
            row.iter().map(ratio).fold(0.0, f64::max)
        };
        let mut end = start + 1;
        while end < values.len() && worst(&values[start..=end]) <= worst(&values[start..end]) {
            end += 1;
        }
        let row = &values[start..end];
        let thick = row.iter().sum::<f64>() * scale / side;
        let upright = rest.width() >= rest.height();
        let mut at = if upright { rest.top } else { rest.left };
        for value in row {
            let long = value * scale / thick;
            boxes.push(if upright {
                Area { left: rest.left, right: rest.left + thick, top: at, bottom: at + long }
            } else {
                Area { left: at, right: at + long, top: rest.top, bottom: rest.top + thick }
            });
            at += long;
        }
        if upright {
            rest.left += thick;
        } else {
            rest.top += thick;
        }
        start = end;
    }
    boxes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the paper: 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4. The first column holds both sixes, and the
    /// second begins with 4 and 3.
    #[test]
    fn boxes_are_nearly_square_and_fill_the_area() {
        let area = Area { left: 0.0, top: 0.0, right: 6.0, bottom: 4.0 };
        let values = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0];
        let boxes = squares(&values, area);
        assert_eq!(boxes[0], Area { left: 0.0, top: 0.0, right: 3.0, bottom: 2.0 });
        assert_eq!(boxes[1], Area { left: 0.0, top: 2.0, right: 3.0, bottom: 4.0 });
        for (value, area) in values.iter().zip(&boxes) {
            assert!(((area.right - area.left) * (area.bottom - area.top) - value).abs() < 1e-9, "{area:?}");
        }
        assert!((boxes[2].top - boxes[3].top).abs() < 1e-9 && boxes[2].left == 3.0, "{boxes:?}");
    }
}
