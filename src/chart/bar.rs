//! Bars: one for each value of `x`, as long as `y` summed, or as the number of rows.

mod grouped;
mod single;

use std::sync::Arc;

use regulars_plugin::{Arrange, ColumnKind, Failure, Result};

use super::axes::{Kind, Slots};
use super::format::{Measure, count};
use super::groups::{Gather, Groups, gather};
use super::page::{self, Figure, Page, Plan};
use super::plot::{Layer, Plot};
use super::table::{Table, Values};
use super::text;
use super::theme::AXIS;
use super::told::{Told, Undrawn};
use grouped::{Group, Grouped};
use single::Single;

/// More bars than this are no picture any more.
const MOST_BARS: usize = 30;
/// Height of a row in which a label can be read.
const ROW: f64 = 13.5;

/// Computes the bars.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (bars, title, told) = compute(table)?;
    let figure = (!bars.slots.labels.is_empty()).then(|| {
        let lying = table.chart.lying;
        Arc::new(Bars { ordered: bars.slots.kind != Kind::Words, bars, lying }) as Arc<dyn Figure>
    });
    Ok(Plan::new(table, title, told, figure))
}

struct Bars {
    bars: Grouped,
    ordered: bool,
    lying: Option<bool>,
}

impl Figure for Bars {
    fn lay_out(&self, page: &mut Page) {
        // Panels look at the bars of all of them, so that all stand or all lie.
        let labels = &self.bars.slots_of_all(page).labels;
        let slot = page.area.width() / labels.len() as f64;
        let widest = labels.iter().map(|label| text::width(label, AXIS)).fold(0.0, f64::max);
        let fits = self.ordered || (labels.len() <= 12 && widest + 12.0 <= slot);
        let has_notes = page.style.placed().next().is_some();
        let lies = self.lying.unwrap_or(!fits && !has_notes);
        match &self.bars.groups.as_slice() {
            [only] if page.shared.is_none() && !has_notes => {
                let single = Single::of(&self.bars, only);
                if lies { single.lying(page) } else { single.upright(page) }
            }
            _ if lies => self.bars.lie(page),
            _ => Plot::of(self.bars.clone()).lay_out(page),
        }
    }

    fn summary(&self) -> String {
        match self.bars.groups.as_slice() {
            [only] => Single::of(&self.bars, only).summary(),
            _ => self.bars.summary(),
        }
    }

    fn plot(&self) -> Option<Plot> {
        Some(Plot::of(self.bars.clone()))
    }
}

fn compute(table: &Table<'_>) -> Result<(Grouped, String, Told)> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let color = table.chart.color.as_deref().unwrap_or_default();
    let named = table.chart.x.clone();
    let x = named.or_else(|| table.choose(&[&[Text], &[Flag], &[Date], &[Any], &[Integer, Number]], &[color]));
    let x = x.ok_or_else(|| table.nothing_for("x", "any column"))?;
    // Without any word about the axes the first measure is shown; with `x` alone, rows are counted.
    let y = match (&table.chart.y, &table.chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, None) => table.choose(&[&[Number], &[Integer]], &[&x, color]),
        (None, Some(_)) => None,
    };
    let x = table.column(&x)?;
    let y = y.map(|name| table.measured("y", &name)).transpose()?;
    let limit = (((page::size(table.chart).1 - 150.0) / ROW) as usize).clamp(3, MOST_BARS);
    let slots = Groups::of(&x, 40);
    let (values, undrawn) = match &y {
        Some(column) => column.drawable(),
        None => (vec![Some(1.0); table.height()], Undrawn::default()),
    };
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let how = if measure == Measure::Share { Gather::Mean } else { Gather::Sum };
    let (color, split) = table.split(&values)?;
    let count_groups = split.names.len();
    let place = |row: usize| Some(slots.of_row[row]? * count_groups + split.of_row[row]?);
    let gathered = gather(slots.len() * count_groups, (0..values.len()).map(place).zip(values.iter().copied()), how);
    table.check()?;

    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let mut told = Told::default();
    if let Some(span) = slots.gathered {
        told.push(format!("dates gathered by {}", span.word()));
    }
    if gathered.several && y.is_some() {
        let done = if how == Gather::Mean { "averaged" } else { "summed" };
        told.over_rows(&format!("{words} {done}"), table.height());
    }
    told.left_out(gathered.without, undrawn);
    // What a slot holds as a whole decides its place and whether it is shown.
    let mut all: Vec<(usize, f64)> = gathered
        .values
        .chunks(count_groups.max(1))
        .enumerate()
        .filter_map(|(slot, cells)| {
            let known: Vec<f64> = cells.iter().flatten().copied().collect();
            (!known.is_empty()).then(|| (slot, known.iter().sum()))
        })
        .collect();
    if !slots.ordered() {
        all.sort_by(|left, right| right.1.total_cmp(&left.1));
    }
    let most = if slots.ordered() { limit.max(40) } else { limit };
    let rest = (all.len() > most).then(|| keep_largest(&mut all, most - 1));
    let cell = |slot: usize, group: usize| gathered.values[slot * count_groups + group];
    let groups: Vec<Group> = (0..count_groups)
        .map(|group| {
            let mut values: Vec<Option<f64>> = all.iter().map(|(slot, _)| cell(*slot, group)).collect();
            values.extend(rest.as_ref().map(|rest| together(rest.iter().map(|slot| cell(*slot, group)), how)));
            Group { name: split.names[group].clone(), number: split.numbers[group], values }
        })
        .collect();
    let mut labels: Vec<String> = all.iter().map(|(slot, _)| text::clean(&slots.labels[*slot])).collect();
    let mut places: Vec<f64> = all.iter().filter_map(|(slot, _)| slots.places.get(*slot).copied()).collect();
    if let Some(rest) = &rest {
        let what = if how == Gather::Mean { "averaged" } else { "together" };
        labels.push(format!("other ({} more)", count(rest.len())));
        places.extend(places.last().map(|last| last + 1.0));
        told.push(format!("the {} largest of {}, all others {what}", most - 1, count(most - 1 + rest.len())));
    }
    split.told.iter().for_each(|words| told.push(words));
    let title = match &color {
        Some(column) => format!("{words} by {} and {}", x.words, column.words),
        None => format!("{words} by {}", x.words),
    };
    let y_caption = match (&y, table.chart.y_label.as_deref()) {
        (Some(column), asked) => column.caption(asked),
        (None, asked) => asked.unwrap_or("rows").to_owned(),
    };
    let x_caption = x.caption(table.chart.x_label.as_deref());
    let arrange = table.chart.arrange.unwrap_or(match (how, measure) {
        // Means do not add up, and neither do values on both sides of zero.
        (Gather::Mean, _) | (_, Measure::Share) => Arrange::Beside,
        _ if groups.iter().flat_map(|group| &group.values).flatten().any(|value| *value < 0.0) => Arrange::Beside,
        _ if labels.len() * groups.len() <= 12 => Arrange::Beside,
        _ => Arrange::Stacked,
    });
    let below = groups.iter().flat_map(|group| &group.values).flatten().find(|value| **value < 0.0);
    if let Some(value) = below.filter(|_| arrange == Arrange::Share) {
        return Err(Failure::new(format!("`y` goes down to {value}, and what is below zero is no share of a whole"))
            .help("draw the bars beside each other: `arrange: \"beside\"`"));
    }
    let y_caption = if arrange == Arrange::Share { format!("share of {y_caption}") } else { y_caption };
    let kind = match &x.values {
        Values::Days(_) => Kind::Days,
        Values::Numbers(_) => Kind::Numbers,
        Values::Words(_) => Kind::Words,
    };
    let ramp = groups.len() > 2 && split.ordered;
    let slots = Slots { kind, labels, places };
    Ok((Grouped { slots, groups, has_rest: rest.is_some(), ramp, arrange, measure, x_caption, y_caption }, title, told))
}

/// Several values as one; none where there are none.
fn together(values: impl Iterator<Item = Option<f64>>, how: Gather) -> Option<f64> {
    let known: Vec<f64> = values.flatten().collect();
    let sum: f64 = known.iter().sum();
    (!known.is_empty()).then_some(if how == Gather::Mean { sum / known.len() as f64 } else { sum })
}

/// Keeps the slots that reach furthest from zero, in their order, and answers with the others.
fn keep_largest(all: &mut Vec<(usize, f64)>, most: usize) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..all.len()).collect();
    by_size.sort_by(|left, right| all[*right].1.abs().total_cmp(&all[*left].1.abs()).then(left.cmp(right)));
    let mut kept = vec![false; all.len()];
    for index in by_size.into_iter().take(most) {
        kept[index] = true;
    }
    let rest = all.iter().zip(&kept).filter(|(_, kept)| !**kept).map(|((slot, _), _)| *slot).collect();
    let mut flags = kept.into_iter();
    all.retain(|_| flags.next().unwrap_or(false));
    rest
}
