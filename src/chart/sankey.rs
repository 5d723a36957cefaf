//! Streams from the values of one column to those of another.

use std::collections::HashMap;
use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Result};

use super::format::{Format, Measure, count, counted};
use super::groups::{Gather, Groups, gather};
use super::page::{Area, Figure, Page, Plan};
use super::plot::series;
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{AXIS, DIRECT};
use super::told::{Told, Undrawn};

/// Streams that can be told apart; the smallest are left out, and told.
const MOST_LINKS: usize = 60;
/// Width of a node, and the least room between two.
const NODE: f64 = 12.0;
const GAP: f64 = 14.0;
/// Room between a name and its number.
const APART: f64 = 4.0;

struct Node {
    label: String,
    column: usize,
    /// What flows through it.
    size: f64,
}

struct Link {
    from: usize,
    to: usize,
    size: f64,
}

struct Streams {
    nodes: Vec<Node>,
    links: Vec<Link>,
    columns: usize,
    measure: Measure,
    total: f64,
}

/// Computes the streams.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let kinds: [&[ColumnKind]; 3] = [&[Text], &[Any, Flag], &[Integer, Date]];
    let y_named = chart.y.as_deref().unwrap_or_default();
    let weight_named = chart.weight.as_deref().unwrap_or_default();
    let x = chart.x.clone().or_else(|| table.choose(&kinds, &[y_named, weight_named]));
    let x = x.ok_or_else(|| table.nothing_for("x", "where the streams come from"))?;
    let y = chart.y.clone().or_else(|| table.choose(&kinds, &[&x, weight_named]));
    let y = y.ok_or_else(|| table.nothing_for("y", "where the streams go"))?;
    let weight = match (&chart.weight, &chart.x) {
        (Some(weight), _) => Some(weight.clone()),
        (None, None) => table.choose(&[&[Integer], &[Number]], &[&x, &y]),
        (None, Some(_)) => None,
    };
    let (x, y) = (table.column(&x)?, table.column(&y)?);
    let weight = weight.map(|name| table.measured("weight", &name)).transpose()?;
    let (sources, targets) = (Groups::of(&x, usize::MAX), Groups::of(&y, usize::MAX));
    let (values, undrawn) = weight
        .as_ref()
        .map_or_else(|| (vec![Some(1.0); table.height()], Undrawn::default()), |column| column.drawable());
    let mut known: HashMap<(usize, usize), usize> = HashMap::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let place: Vec<Option<usize>> = (0..values.len())
        .map(|row| {
            let pair = (sources.of_row[row]?, targets.of_row[row]?);
            Some(*known.entry(pair).or_insert_with(|| {
                pairs.push(pair);
                pairs.len() - 1
            }))
        })
        .collect();
    let gathered = gather(pairs.len(), place.into_iter().zip(values), Gather::Sum);
    table.check()?;
    let mut told = Told::default();
    told.left_out(gathered.without, undrawn);
    let mut links: Vec<(String, String, f64)> = Vec::new();
    for ((from, to), value) in pairs.iter().zip(&gathered.values) {
        let (from, to) = (text::clean(&sources.labels[*from]), text::clean(&targets.labels[*to]));
        match value {
            Some(value) if *value < 0.0 => {
                return Err(Failure::new(format!(
                    "from `{from}` to `{to}` flow {value}, and no stream is narrower than nothing"
                ))
                .help("leave values below zero out first"));
            }
            Some(value) if *value > 0.0 => links.push((from, to, *value)),
            _ => {}
        }
    }
    links.sort_by(|left, right| right.2.total_cmp(&left.2));
    if links.len() > MOST_LINKS {
        let rest: f64 = links[MOST_LINKS..].iter().map(|link| link.2).sum();
        let all: f64 = links.iter().map(|link| link.2).sum();
        let part = Format::of_values(Measure::Share, &[rest / all]).write(rest / all);
        told.push(format!("the {MOST_LINKS} widest of {} streams, without {part} of all", count(links.len())));
        links.truncate(MOST_LINKS);
    }
    let words = weight.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let title = format!("{words} from {} to {}", x.words, y.words);
    let measure = weight.as_ref().map_or(Measure::Number, |column| column.measure);
    let any = !links.is_empty();
    let figure = any.then(|| Arc::new(Streams::of(links, measure)) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Streams {
    /// Names that are both a source and a target are one node in the middle, unless streams lead in circles: then all
    /// sources stand on the left and all targets on the right.
    fn of(links: Vec<(String, String, f64)>, measure: Measure) -> Streams {
        let chained = columns_of_chain(&links);
        let mut nodes: Vec<Node> = Vec::new();
        let mut known: HashMap<(String, usize), usize> = HashMap::new();
        let mut node = |label: &str, column: usize| {
            *known.entry((label.to_owned(), column)).or_insert_with(|| {
                nodes.push(Node { label: label.to_owned(), column, size: 0.0 });
                nodes.len() - 1
            })
        };
        let column = |label: &str, otherwise: usize| chained.as_ref().map_or(otherwise, |columns| columns[label]);
        let links: Vec<Link> = links
            .iter()
            .map(|(from, to, size)| Link {
                from: node(from, column(from, 0)),
                to: node(to, column(to, 1)),
                size: *size,
            })
            .collect();
        for (index, node) in nodes.iter_mut().enumerate() {
            let through = |of: fn(&Link) -> usize| {
                links.iter().filter(|link| of(link) == index).map(|link| link.size).sum::<f64>()
            };
            node.size = through(|link| link.from).max(through(|link| link.to));
        }
        let columns = nodes.iter().map(|node| node.column).max().unwrap_or(1) + 1;
        let total = (0..columns)
            .map(|column| nodes.iter().filter(|node| node.column == column).map(|node| node.size).sum())
            .fold(0.0, f64::max);
        Streams { nodes, links, columns, measure, total }
    }
}

/// The column of each name along the longest way to it; none where there is a circle.
fn columns_of_chain(links: &[(String, String, f64)]) -> Option<HashMap<&str, usize>> {
    let mut columns: HashMap<&str, usize> =
        links.iter().flat_map(|(from, to, _)| [(from.as_str(), 0), (to.as_str(), 0)]).collect();
    for _ in 0..=columns.len() {
        let mut moved = false;
        for (from, to, _) in links {
            let next = columns[from.as_str()] + 1;
            if columns[to.as_str()] < next {
                columns.insert(to, next);
                moved = true;
            }
        }
        if !moved {
            return Some(columns);
        }
    }
    None
}

/// Where nodes lie from top to bottom.
struct Laid {
    /// Left, top and bottom of each node.
    places: Vec<(f64, f64, f64)>,
    scale: f64,
}

impl Streams {
    fn places(&self, area: Area) -> Laid {
        let of_column = |column: usize| (0..self.nodes.len()).filter(move |node| self.nodes[*node].column == column);
        let tallest = (0..self.columns).map(|column| of_column(column).count()).max().unwrap_or(1);
        let gap = GAP.min(area.height() * 0.4 / tallest.max(1) as f64);
        let scale = (0..self.columns)
            .map(|column| {
                let sum: f64 = of_column(column).map(|node| self.nodes[node].size).sum();
                (area.height() - gap * of_column(column).count().saturating_sub(1) as f64) / sum.max(f64::MIN_POSITIVE)
            })
            .fold(f64::INFINITY, f64::min);
        let step = (area.width() - NODE) / (self.columns - 1).max(1) as f64;
        let mut places = vec![(0.0, 0.0, 0.0); self.nodes.len()];
        for column in 0..self.columns {
            let mut order: Vec<usize> = of_column(column).collect();
            // Larger ones above in the first column; then by where their streams come from, so that few cross.
            let centre = |node: &usize| {
                let into = self.links.iter().filter(|link| link.to == *node && self.nodes[link.from].column < column);
                let (sum, weights) = into.fold((0.0, 0.0), |(sum, weights), link| {
                    let (_, top, bottom) = places[link.from];
                    (sum + link.size * (top + bottom) / 2.0, weights + link.size)
                });
                if weights > 0.0 { sum / weights } else { f64::INFINITY }
            };
            let keys: HashMap<usize, f64> = order.iter().map(|node| (*node, centre(node))).collect();
            order.sort_by(|left, right| {
                keys[left].total_cmp(&keys[right]).then(self.nodes[*right].size.total_cmp(&self.nodes[*left].size))
            });
            let used: f64 = order.iter().map(|node| self.nodes[*node].size * scale).sum::<f64>()
                + gap * order.len().saturating_sub(1) as f64;
            let mut y = area.top + (area.height() - used).max(0.0) / 2.0;
            for node in order {
                let tall = (self.nodes[node].size * scale).max(1.0);
                places[node] = (area.left + step * column as f64, y, y + tall);
                y += tall + gap;
            }
        }
        Laid { places, scale }
    }
}

impl Figure for Streams {
    fn lay_out(&self, page: &mut Page) {
        let format = Format::of_values(self.measure, &self.nodes.iter().map(|node| node.size).collect::<Vec<_>>());
        let number = |node: &Node| format!("· {}", format.write(node.size));
        let widest = |column: usize| {
            self.nodes
                .iter()
                .filter(|node| node.column == column)
                .map(|node| text::width(&node.label, DIRECT) + APART + text::width(&number(node), AXIS))
                .fold(0.0, f64::max)
        };
        let room = page.area.width() * 0.24;
        let (left, right) = (widest(0).min(room) + 10.0, widest(self.columns - 1).min(room) + 10.0);
        let area = Area { left: page.area.left + left, right: page.area.right - right, ..page.area };
        let laid = self.places(area);
        // The sources have the colours, larger ones first; what flows through keeps that of where it comes from.
        let mut by_size: Vec<usize> =
            (0..self.nodes.len()).filter(|node| self.links.iter().any(|link| link.from == *node)).collect();
        by_size.sort_by(|a, b| {
            self.nodes[*a].column.cmp(&self.nodes[*b].column).then(self.nodes[*b].size.total_cmp(&self.nodes[*a].size))
        });
        let colour = |node: usize| by_size.iter().position(|known| *known == node).map_or(super::theme::GREY, series);
        let mut leaving: Vec<f64> = laid.places.iter().map(|place| place.1).collect();
        let mut coming = leaving.clone();
        let mut links: Vec<&Link> = self.links.iter().collect();
        links.sort_by(|a, b| {
            laid.places[a.to]
                .1
                .total_cmp(&laid.places[b.to].1)
                .then(laid.places[a.from].1.total_cmp(&laid.places[b.from].1))
        });
        let mut starts: HashMap<(usize, usize), f64> = HashMap::new();
        for link in &links {
            starts.insert((link.from, link.to), leaving[link.from]);
            leaving[link.from] += link.size * laid.scale;
        }
        links.sort_by(|a, b| {
            laid.places[a.from]
                .1
                .total_cmp(&laid.places[b.from].1)
                .then(laid.places[a.to].1.total_cmp(&laid.places[b.to].1))
        });
        for link in &links {
            let wide = (link.size * laid.scale).max(0.75);
            let from = (laid.places[link.from].0 + NODE, starts[&(link.from, link.to)]);
            let to = (laid.places[link.to].0, coming[link.to]);
            coming[link.to] += link.size * laid.scale;
            page.scene.veil(stream(from, to, wide), colour(link.from));
            page.scene.veil(stream(from, to, wide), colour(link.from));
        }
        for (index, (x, top, bottom)) in laid.places.iter().copied().enumerate() {
            page.scene.rect(x, top, x + NODE, bottom, colour(index));
        }
        let mut taken: Vec<(usize, f64, f64)> = Vec::new();
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by(|a, b| self.nodes[*b].size.total_cmp(&self.nodes[*a].size));
        for index in order {
            let node = &self.nodes[index];
            let (x, top, bottom) = laid.places[index];
            let middle = (top + bottom) / 2.0;
            // Names that would lie on each other: the larger one keeps its place.
            if taken
                .iter()
                .any(|(column, from, to)| *column == node.column && middle + 8.0 > *from && middle - 8.0 < *to)
            {
                continue;
            }
            taken.push((node.column, middle - 8.0, middle + 8.0));
            let step = (area.width() - NODE) / (self.columns - 1).max(1) as f64;
            let (room, kind) = match node.column {
                0 => (left - 10.0, DIRECT),
                last if last + 1 == self.columns => (right - 10.0, DIRECT),
                _ => (step - NODE - 16.0, AXIS),
            };
            // The number is never cut: what is too long is the name.
            let number = number(node);
            let behind = text::width(&number, AXIS) + APART;
            let name = text::fit(&node.label, kind, room - behind);
            if node.column == 0 {
                page.scene.text_at(x - 8.0 - behind, middle, &name, kind, Align::Right);
                page.scene.text_at(x - 8.0, middle, &number, AXIS, Align::Right);
            } else {
                let start = x + NODE + 8.0;
                page.scene.text_at(start, middle, &name, kind, Align::Left);
                page.scene.text_at(start + text::width(&name, kind) + APART, middle, &number, AXIS, Align::Left);
            }
        }
    }

    fn summary(&self) -> String {
        let format = Format::of_values(self.measure, &[self.total]);
        let widest = self.links.first().map_or_else(String::new, |link| {
            format!(
                "; the widest leads from {} to {} with {}",
                self.nodes[link.from].label,
                self.nodes[link.to].label,
                format.write(link.size)
            )
        });
        format!("{}{widest}", counted(self.links.len(), "stream", "streams"))
    }
}

/// The outline of a stream whose upper side begins and ends at two points.
fn stream(from: (f64, f64), to: (f64, f64), wide: f64) -> Vec<(f64, f64)> {
    const STEPS: usize = 24;
    let at = |step: usize, below: f64| {
        let share = step as f64 / STEPS as f64;
        // Level at both ends.
        let eased = share * share * (3.0 - 2.0 * share);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * eased + below)
    };
    (0..=STEPS).map(|step| at(step, 0.0)).chain((0..=STEPS).rev().map(|step| at(step, wide))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(pairs: &[(&str, &str)]) -> Vec<(String, String, f64)> {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned(), 1.0)).collect()
    }

    #[test]
    fn names_stand_in_the_column_of_the_longest_way_to_them() {
        let chain = links(&[("visit", "basket"), ("basket", "order"), ("visit", "order")]);
        let columns = columns_of_chain(&chain).unwrap();
        assert_eq!((columns["visit"], columns["basket"], columns["order"]), (0, 1, 2));
    }

    #[test]
    fn circles_stand_in_two_columns() {
        let circle = links(&[("a", "b"), ("b", "a"), ("a", "a")]);
        assert!(columns_of_chain(&circle).is_none());
        let streams = Streams::of(circle, Measure::Number);
        assert_eq!((streams.columns, streams.nodes.len()), (2, 4));
    }
}
