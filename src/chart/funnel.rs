//! Funnels: how many are left at each stage.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Failure, Result};

use super::format::{Format, Measure, counted};
use super::groups::{Gather, Groups, gather};
use super::page::{Figure, Page, Plan};
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{AXIS, DIRECT, LABEL, MAIN, WHITE};
use super::told::{Told, Undrawn};

/// Stages that can be read below each other.
const MOST_STAGES: usize = 16;

struct Stages {
    names: Vec<String>,
    values: Vec<f64>,
    measure: Measure,
}

/// Computes the stages.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let x = table.chart.x.clone().or_else(|| table.choose(&[&[Text], &[Any], &[Flag, Date, Integer]], &[]));
    let x = x.ok_or_else(|| table.nothing_for("x", "the names of the stages"))?;
    let y = match (&table.chart.y, &table.chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, _) => table.choose(&[&[Integer], &[Number]], &[&x]),
    };
    let (x, y) = (table.column(&x)?, y.map(|name| table.measured("y", &name)).transpose()?);
    let groups = Groups::of(&x, MOST_STAGES);
    let (values, undrawn) =
        y.as_ref().map_or_else(|| (vec![Some(1.0); table.height()], Undrawn::default()), |column| column.drawable());
    let gathered = gather(groups.len(), groups.of_row.iter().copied().zip(values), Gather::Sum);
    table.check()?;
    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let mut told = Told::default();
    if gathered.several && y.is_some() {
        told.push(format!("{words} summed where several rows share one {}", x.words));
    }
    told.left_out(gathered.without, undrawn);
    let mut stages: Vec<(String, f64)> = groups
        .labels
        .iter()
        .zip(&gathered.values)
        .filter_map(|(label, value)| Some((text::clean(label), (*value)?)))
        .collect();
    if let Some((name, value)) = stages.iter().find(|(_, value)| *value < 0.0) {
        return Err(Failure::new(format!("the stage `{name}` holds {value}, and nobody can be fewer than none"))
            .help("changes up and down are drawn by `.chart(\"waterfall\", #{…})`"));
    }
    if stages.len() > MOST_STAGES {
        told.push(format!("the first {MOST_STAGES} of {}", counted(stages.len(), "stage", "stages")));
        stages.truncate(MOST_STAGES);
    }
    let title = format!("{words} by {}", x.words);
    let (names, values): (Vec<String>, Vec<f64>) = stages.into_iter().unzip();
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let any = values.iter().any(|value| *value > 0.0);
    let figure = any.then(|| Arc::new(Stages { names, values, measure }) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Figure for Stages {
    fn lay_out(&self, page: &mut Page) {
        let area = page.area;
        let format = Format::of_values(self.measure, &self.values);
        let share = |part: f64| Format::of_values(Measure::Share, &[part]).write(part);
        let widest = |texts: &mut dyn Iterator<Item = String>, kind| {
            texts.map(|text| text::width(&text, kind)).fold(0.0, f64::max)
        };
        let names = widest(&mut self.names.iter().cloned(), LABEL).min(area.width() * 0.28);
        let first = self.values[0];
        let parts: Vec<(String, String)> = self
            .values
            .iter()
            .enumerate()
            .map(|(stage, value)| {
                let of = |whole: f64| if whole > 0.0 { share(value / whole) } else { "–".to_owned() };
                let before = stage.checked_sub(1).map_or_else(String::new, |before| of(self.values[before]));
                (of(first), before)
            })
            .collect();
        let heads = ["of the first", "of the one before"];
        let columns = [
            widest(&mut parts.iter().map(|part| part.0.clone()), DIRECT).max(text::width(heads[0], AXIS)),
            widest(&mut parts.iter().map(|part| part.1.clone()), AXIS).max(text::width(heads[1], AXIS)),
        ];
        // A narrow picture keeps the names, the bars and the share of the first.
        let narrow = page.compact || area.width() < 420.0;
        let right_room = if narrow { columns[0].min(60.0) + 10.0 } else { columns[0] + columns[1] + 44.0 };
        let (left, right) = (area.left + names + 14.0, area.right - right_room);
        let middle = (left + right) / 2.0;
        let most = self.values.iter().copied().fold(0.0, f64::max);
        let top = if narrow { area.top } else { area.top + 18.0 };
        let tall = ((area.bottom - top) / self.values.len() as f64).min(74.0);
        let (first_column, second_column) = (right + 14.0 + columns[0], area.right);
        if !narrow {
            page.scene.text(first_column, area.top + 6.0, heads[0], AXIS, Align::Right);
            page.scene.text(second_column, area.top + 6.0, heads[1], AXIS, Align::Right);
        }
        let half = |value: f64| (right - left) / 2.0 * value / most;
        let gap = (tall * 0.22).min(14.0);
        for (stage, value) in self.values.iter().enumerate() {
            let (from, to) = (top + tall * stage as f64, top + tall * (stage + 1) as f64 - gap);
            let height = (from + to) / 2.0;
            let wide = half(*value).max(0.5);
            page.scene.rect(middle - wide, from, middle + wide, to, MAIN);
            if let Some(next) = self.values.get(stage + 1) {
                let below = half(*next).max(0.5);
                let corners = vec![
                    (middle - wide, to),
                    (middle + wide, to),
                    (middle + below, to + gap),
                    (middle - below, to + gap),
                ];
                page.scene.area(corners, MAIN.towards(WHITE, 0.78));
            }
            page.scene.text_at(left - 14.0, height, &text::fit(&self.names[stage], LABEL, names), LABEL, Align::Right);
            let number = format.write(*value);
            let kind = DIRECT.sized(DIRECT.size.min((to - from) * 0.8));
            if text::width(&number, kind) + 12.0 < 2.0 * wide {
                page.scene.text_at(middle, height, &number, kind.coloured(WHITE), Align::Centre);
            } else {
                page.scene.text_at(middle + wide + 6.0, height, &number, kind, Align::Left);
            }
            let (of_first, of_before) = &parts[stage];
            if narrow {
                page.scene.text_at(area.right, height, of_first, AXIS, Align::Right);
            } else {
                page.scene.text_at(first_column, height, of_first, DIRECT, Align::Right);
                page.scene.text_at(second_column, height, of_before, AXIS, Align::Right);
            }
        }
        page.end_below(top + tall * self.values.len() as f64 - gap);
    }

    fn summary(&self) -> String {
        let format = Format::of_values(self.measure, &self.values);
        let (first, last) = (self.values[0], self.values[self.values.len() - 1]);
        let share = if first > 0.0 {
            format!(", {} of the first", Format::of_values(Measure::Share, &[last / first]).write(last / first))
        } else {
            String::new()
        };
        format!(
            "{} from {} with {} to {} with {}{share}",
            counted(self.names.len(), "stage", "stages"),
            self.names[0],
            format.write(first),
            self.names[self.names.len() - 1],
            format.write(last)
        )
    }
}
