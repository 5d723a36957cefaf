//! How values are spread in each group: boxes after Tukey, and violins.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Mark, Result};
use regulars_stats::density;

use super::axes::{Across, Axes, Kind, Reach, Slots};
use super::format::{Format, Measure, counted};
use super::groups::Groups;
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series};
use super::scale::quantile;
use super::table::{Table, Values};
use super::text;
use super::theme::{Colour, GREY, MAIN, WHITE};
use super::told::Told;

/// Groups that can be read beside each other.
const MOST_GROUPS: usize = 20;
/// Places at which the outline of a violin is computed.
const OUTLINE: usize = 80;
/// Dots beyond the lines of one box at most; their ends are always among them.
const MOST_BEYOND: usize = 200;

struct Group {
    /// Number of values.
    count: usize,
    quartiles: [f64; 3],
    /// The furthest values within one and a half times the length of the box.
    reach: (f64, f64),
    /// Values beyond the reach, each place once.
    beyond: Vec<f64>,
    ends: (f64, f64),
    /// Half the width of a violin at evenly spaced values between its ends, the widest 1.
    outline: Vec<f64>,
}

struct Spread {
    slots: Slots,
    groups: Vec<Group>,
    violins: bool,
    measure: Measure,
    x_caption: String,
    y_caption: String,
}

/// Computes the boxes or violins.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let y_named = chart.y.as_deref().unwrap_or_default();
    let x = chart.x.clone().or_else(|| table.choose(&[&[Text], &[Flag]], &[y_named]));
    let y = chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[x.as_deref().unwrap_or_default()]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    // A table of numbers alone is one group.
    let x = x.or_else(|| table.choose(&[&[Any], &[Date]], &[&y])).map(|name| table.column(&name)).transpose()?;
    let y = table.measured("y", &y)?;
    let slots = x.as_ref().map(|column| Groups::of(column, MOST_GROUPS));
    let (values, undrawn) = y.drawable();
    let labels = slots.as_ref().map_or_else(|| vec![y.words.clone()], |slots| slots.labels.clone());
    let mut held: Vec<Vec<f64>> = vec![Vec::new(); labels.len()];
    let mut without = 0;
    for (row, value) in values.iter().enumerate() {
        match (slots.as_ref().map_or(Some(0), |slots| slots.of_row[row]), value) {
            (Some(slot), Some(value)) => held[slot].push(*value),
            _ => without += 1,
        }
    }
    table.check()?;
    let mut told = Told::default();
    if let Some(span) = slots.as_ref().and_then(|slots| slots.gathered) {
        told.push(format!("dates gathered by {}", span.word()));
    }
    told.left_out(without, undrawn);
    let mut kept: Vec<usize> = (0..held.len()).filter(|slot| !held[*slot].is_empty()).collect();
    if kept.len() > MOST_GROUPS {
        told.push(format!("the {MOST_GROUPS} with most rows of {}", counted(kept.len(), "group", "groups")));
        let mut by_size = kept.clone();
        by_size.sort_by_key(|slot| std::cmp::Reverse(held[*slot].len()));
        by_size.truncate(MOST_GROUPS);
        kept.retain(|slot| by_size.contains(slot));
    }
    let title =
        x.as_ref().map_or_else(|| format!("distribution of {}", y.words), |x| format!("{} by {}", y.words, x.words));
    if kept.is_empty() {
        return Ok(Plan::new(table, title, told, None));
    }
    let violins = chart.mark == Mark::Violin;
    let kind = match x.as_ref().map(|x| &x.values) {
        Some(Values::Days(_)) => Kind::Days,
        Some(Values::Numbers(_)) => Kind::Numbers,
        _ => Kind::Words,
    };
    let place = |slot: &usize| slots.as_ref().and_then(|slots| slots.places.get(*slot).copied());
    let spread = Spread {
        slots: Slots {
            kind,
            labels: kept.iter().map(|slot| text::clean(&labels[*slot])).collect(),
            places: kept.iter().filter_map(place).collect(),
        },
        groups: kept.iter().map(|slot| Group::of(std::mem::take(&mut held[*slot]), violins)).collect(),
        violins,
        measure: y.measure,
        x_caption: x.as_ref().map_or_else(String::new, |x| x.caption(chart.x_label.as_deref())),
        y_caption: y.caption(chart.y_label.as_deref()),
    };
    Ok(Plan::new(table, title, told, Some(Arc::new(Plot::of(spread)) as Arc<dyn Figure>)))
}

impl Group {
    fn of(mut values: Vec<f64>, violin: bool) -> Group {
        values.sort_by(f64::total_cmp);
        let quartiles = [0.25, 0.5, 0.75].map(|share| quantile(&values, share));
        let length = quartiles[2] - quartiles[0];
        let within = |value: &&f64| (quartiles[0] - 1.5 * length..=quartiles[2] + 1.5 * length).contains(*value);
        let reach = (
            values.iter().find(within).copied().unwrap_or(quartiles[0]).min(quartiles[0]),
            values.iter().rev().find(within).copied().unwrap_or(quartiles[2]).max(quartiles[2]),
        );
        let mut beyond: Vec<f64> =
            values.iter().copied().filter(|value| *value < reach.0 || *value > reach.1).collect();
        beyond.dedup();
        if beyond.len() > MOST_BEYOND {
            let last = beyond.len() - 1;
            beyond = (0..MOST_BEYOND).map(|index| beyond[index * last / (MOST_BEYOND - 1)]).collect();
        }
        let ends = (values[0], values[values.len() - 1]);
        let outline = if violin { density(&values, ends.0, ends.1, OUTLINE).unwrap_or_default() } else { Vec::new() };
        let widest = outline.iter().copied().fold(0.0, f64::max);
        let outline = outline.into_iter().map(|width| if widest > 0.0 { width / widest } else { 0.0 }).collect();
        Group { count: values.len(), quartiles, reach, beyond, ends, outline }
    }
}

impl Spread {
    fn colour(turn: Turn) -> Colour {
        if turn.alone { MAIN } else { series(turn.first) }
    }
}

impl Layer for Spread {
    fn reach(&self) -> Reach {
        Reach {
            across: Across::Slots(self.slots.clone()),
            low: self.groups.iter().map(|group| group.ends.0).fold(f64::INFINITY, f64::min),
            high: self.groups.iter().map(|group| group.ends.1).fold(f64::NEG_INFINITY, f64::max),
            measure: self.measure,
            whole: false,
            from_zero: false,
            tight: false,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        vec![Key { name: self.y_caption.clone(), colour: Spread::colour(turn) }]
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        let colour = Spread::colour(turn);
        let pale = colour.towards(WHITE, 0.7);
        let slot = axes.slot().unwrap_or(60.0);
        for (index, group) in self.groups.iter().enumerate() {
            let x = axes.x(&self.slots.labels, self.slots.places.get(index).copied().unwrap_or(index as f64));
            let [lower, middle, upper] = group.quartiles.map(|value| up.place(value));
            if self.violins && !group.outline.is_empty() {
                let half = (slot * 0.4).min(90.0);
                let step = (group.ends.1 - group.ends.0) / (group.outline.len() - 1) as f64;
                let at = |place: usize| up.place(group.ends.0 + step * place as f64);
                let side = |sign: f64| (0..group.outline.len()).map(move |place| (place, sign));
                let around = side(1.0).chain(side(-1.0).rev());
                let around: Vec<(f64, f64)> =
                    around.map(|(place, sign)| (x + sign * half * group.outline[place], at(place))).collect();
                let mut closed = around.clone();
                closed.extend(around.first().copied());
                page.scene.area(around, pale);
                page.scene.stroke(closed, 1.25, colour);
                page.scene.stroke(vec![(x, upper), (x, lower)], 5.0, colour);
                page.scene.dot(x, middle, 4.0, WHITE);
                continue;
            }
            let half = (slot * 0.28).min(46.0);
            let (bottom, top) = (up.place(group.reach.0), up.place(group.reach.1));
            page.scene.stroke(vec![(x, bottom), (x, lower)], 1.25, GREY);
            page.scene.stroke(vec![(x, upper), (x, top)], 1.25, GREY);
            for end in [bottom, top] {
                page.scene.stroke(vec![(x - half * 0.4, end), (x + half * 0.4, end)], 1.25, GREY);
            }
            page.scene.rect(x - half, upper, x + half, lower.max(upper + 1.0), colour);
            page.scene.rect(x - half + 1.25, upper + 1.25, x + half - 1.25, (lower - 1.25).max(upper + 1.25), pale);
            page.scene.rect(x - half, middle - 1.25, x + half, middle + 1.25, colour);
            for value in &group.beyond {
                page.scene.dot(x, up.place(*value), 2.0, colour);
            }
        }
    }

    fn summary(&self) -> String {
        let medians: Vec<f64> = self.groups.iter().map(|group| group.quartiles[1]).collect();
        let format = Format::of_values(self.measure, &medians);
        let named = self.slots.labels.iter().zip(&self.groups).take(3);
        let told: Vec<String> = named
            .map(|(label, group)| {
                format!(
                    "{label}: median {} of {}",
                    format.write(group.quartiles[1]),
                    counted(group.count, "row", "rows")
                )
            })
            .collect();
        format!("{}; {}", counted(self.groups.len(), "group", "groups"), told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_as_tukey_drew_it() {
        // Quartiles 3.25 and 7.75, so the lines reach at most to −3.5 and 14.5.
        let values: Vec<f64> = (1..=9).map(f64::from).chain([30.0]).collect();
        let group = Group::of(values, false);
        assert_eq!(group.quartiles, [3.25, 5.5, 7.75]);
        assert_eq!((group.reach, group.beyond.as_slice(), group.ends), ((1.0, 9.0), [30.0].as_slice(), (1.0, 30.0)));
    }

    #[test]
    fn equal_values_are_a_line_and_no_violin() {
        let group = Group::of(vec![2.0; 7], true);
        assert_eq!((group.quartiles, group.reach), ([2.0; 3], (2.0, 2.0)));
        assert!(group.outline.is_empty() && group.beyond.is_empty());
    }
}
