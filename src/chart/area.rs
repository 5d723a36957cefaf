//! Areas: `y` along `x` filled down to zero, the groups of `color` on each other.

use std::sync::Arc;

use regulars_plugin::{Arrange, ColumnKind, Failure, Result};

use super::axes::{Across, Axes, Kind, Reach, Slots};
use super::format::{Measure, counted};
use super::groups::{Groups, gather};
use super::legend::Key;
use super::page::{Figure, Page, Plan};
use super::plot::{Layer, Plot, Turn, series, step};
use super::table::{Table, Values};
use super::theme::{Colour, QUIET, WHITE};
use super::told::Told;

struct Stretch {
    name: String,
    number: Option<usize>,
    /// Lower and upper side at each place; none where there is a gap.
    sides: Vec<Option<(f64, f64)>>,
}

struct Areas {
    places: Vec<f64>,
    words: Vec<String>,
    kind: Kind,
    stretches: Vec<Stretch>,
    /// Whether the groups have an order, which their colours then show.
    ramp: bool,
    measure: Measure,
    whole: bool,
    x_measure: Measure,
    x_caption: String,
    y_caption: String,
}

/// Computes the areas.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let color = chart.color.as_deref().unwrap_or_default();
    let y_named = chart.y.as_deref().unwrap_or_default();
    let kinds: [&[ColumnKind]; 4] = [&[Date], &[Any], &[Integer, Number], &[Text, Flag]];
    let x = chart.x.clone().or_else(|| table.choose(&kinds, &[color, y_named]));
    let x = x.ok_or_else(|| table.nothing_for("x", "numbers, dates or text in order"))?;
    let y = chart.y.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x, color]));
    let y = y.ok_or_else(|| table.nothing_for("y", "numbers"))?;
    let (x, y) = (table.column(&x)?, table.measured("y", &y)?);
    if chart.arrange == Some(Arrange::Beside) {
        return Err(Failure::new("areas beside each other would hide one another")
            .help("`arrange` is \"stacked\" or \"share\" here; lines lie beside each other: `.line(#{…})`"));
    }
    let along = Groups::of(&x, usize::MAX);
    let (values, undrawn) = y.drawable();
    let (color, split) = table.split(&values)?;
    let groups = split.names.len();
    let place = |row: usize| Some(along.of_row[row]? * groups + split.of_row[row]?);
    let how = super::groups::Gather::Sum;
    let gathered = gather(along.len() * groups, (0..values.len()).map(place).zip(values.iter().copied()), how);
    table.check()?;
    let mut told = Told::default();
    if gathered.several {
        told.push(format!("{} summed where several rows share one {}", y.words, x.words));
    }
    told.left_out(gathered.without, undrawn);
    let title = match &color {
        Some(color) => format!("{} by {} and {}", y.words, x.words, color.words),
        None => format!("{} by {}", y.words, x.words),
    };
    if gathered.values.iter().all(Option::is_none) {
        return Ok(Plan::new(table, title, told, None));
    }
    if let Some(value) = gathered.values.iter().flatten().find(|value| **value < 0.0).filter(|_| groups > 1) {
        return Err(Failure::new(format!("`y` goes down to {value}, and parts below zero cannot be stacked"))
            .help("draw lines, `.line(#{…})`, or bars, `.bar(#{…, arrange: \"beside\"})`"));
    }
    // A place where a group has no value is nothing of it, as long as others have one there; where none has, is a gap.
    let is_gap = |slot: usize| gathered.values[slot * groups..(slot + 1) * groups].iter().all(Option::is_none);
    if gathered.without > 0
        && (0..gathered.values.len()).any(|at| gathered.values[at].is_none() && !is_gap(at / groups))
    {
        told.push("missing values count as 0");
    }
    let cell = |slot: usize, group: usize| gathered.values[slot * groups + group].unwrap_or(0.0);
    let parts = (0..groups).map(|group| {
        let values: Vec<f64> = (0..along.len()).map(|slot| cell(slot, group)).collect();
        (split.names[group].clone(), split.numbers[group], values)
    });
    let parts: Vec<(String, Option<usize>, Vec<f64>)> = parts.collect();
    split.told.iter().for_each(|words| told.push(words));
    let share = chart.arrange == Some(Arrange::Share);
    let wholes: Vec<f64> = (0..along.len()).map(|slot| parts.iter().map(|part| part.2[slot]).sum()).collect();
    let mut below = vec![0.0; along.len()];
    let mut stretches = Vec::with_capacity(parts.len());
    for (name, number, values) in parts {
        let sides = values.iter().enumerate().map(|(slot, value)| {
            let value = if share && wholes[slot] > 0.0 { value / wholes[slot] } else { *value };
            let from = below[slot];
            below[slot] += value;
            (!is_gap(slot)).then_some((from, below[slot]))
        });
        stretches.push(Stretch { name, number, sides: sides.collect() });
    }
    let kind = match &x.values {
        Values::Days(_) => Kind::Days,
        Values::Numbers(_) => Kind::Numbers,
        Values::Words(_) => Kind::Words,
    };
    let y_caption = y.caption(chart.y_label.as_deref());
    let ramp = stretches.len() > 2 && split.ordered;
    let areas = Areas {
        ramp,
        places: if along.places.is_empty() { (0..along.len()).map(|slot| slot as f64).collect() } else { along.places },
        words: if kind == Kind::Words { along.labels } else { Vec::new() },
        kind,
        stretches,
        measure: if share { Measure::Share } else { y.measure },
        whole: x.whole,
        x_measure: x.measure,
        x_caption: x.caption(chart.x_label.as_deref()),
        y_caption: if share { format!("share of {y_caption}") } else { y_caption },
    };
    Ok(Plan::new(table, title, told, Some(Arc::new(Plot::of(areas)) as Arc<dyn Figure>)))
}

impl Areas {
    fn colour(&self, stretch: &Stretch, turn: Turn) -> Colour {
        match stretch.number {
            None => QUIET,
            Some(number) if self.ramp => step(number, self.stretches.len()),
            Some(number) => series(turn.first + number),
        }
    }
}

impl Layer for Areas {
    fn reach(&self) -> Reach {
        let (low, high) = (self.places.first().copied().unwrap_or(0.0), self.places.last().copied().unwrap_or(1.0));
        let across = match self.kind {
            Kind::Words => Across::Slots(Slots { kind: Kind::Words, labels: self.words.clone(), places: Vec::new() }),
            Kind::Days => Across::Days { low, high },
            Kind::Numbers => Across::Numbers { low, high, whole: self.whole, measure: self.x_measure },
        };
        let sides = || {
            self.stretches.iter().flat_map(|it| it.sides.iter().flatten()).flat_map(|(lower, upper)| [*lower, *upper])
        };
        Reach {
            across,
            low: sides().fold(0.0, f64::min),
            high: sides().fold(0.0, f64::max),
            measure: self.measure,
            whole: false,
            from_zero: true,
            tight: true,
            x_caption: self.x_caption.clone(),
            y_caption: self.y_caption.clone(),
        }
    }

    fn keys(&self, turn: Turn) -> Vec<Key> {
        let name =
            |stretch: &Stretch| if stretch.name.is_empty() { self.y_caption.clone() } else { stretch.name.clone() };
        // From top to bottom as they lie would read against the row; the largest comes first.
        self.stretches.iter().map(|stretch| Key { name: name(stretch), colour: self.colour(stretch, turn) }).collect()
    }

    fn draw(&self, page: &mut Page, axes: &Axes, turn: Turn) {
        let up = axes.up(turn.side);
        for stretch in &self.stretches {
            let colour = self.colour(stretch, turn);
            let sides = self.places.iter().zip(&stretch.sides).map(|(place, sides)| {
                let x = axes.x(&self.words, *place);
                sides.map(|(lower, upper)| ((x, up.place(lower)), (x, up.place(upper))))
            });
            let sides: Vec<_> = sides.collect();
            for piece in sides.split(Option::is_none) {
                let (mut around, upper): (Vec<_>, Vec<_>) = piece.iter().flatten().copied().unzip();
                match upper.as_slice() {
                    [] => {}
                    // A value between two gaps has no width: it is a line.
                    [only] => page.scene.stroke(vec![around[0], *only], 1.5, colour),
                    _ => {
                        around.extend(upper.iter().rev());
                        page.scene.area(around, colour.towards(WHITE, 0.25));
                        page.scene.stroke(upper, 1.5, colour);
                    }
                }
            }
        }
    }

    fn summary(&self) -> String {
        let names: Vec<&str> =
            self.stretches.iter().map(|stretch| stretch.name.as_str()).filter(|name| !name.is_empty()).collect();
        let number = counted(self.stretches.len(), "area", "areas");
        if names.is_empty() { number } else { format!("{number}: {}", names.join(", ")) }
    }
}
