//! Heatmaps: a grid of `x` by `y`, coloured by `color`, the number written in each cell.

use std::sync::Arc;

use regulars_plugin::{ColumnKind, Result};

use super::format::{Format, Measure, counted};
use super::groups::{Gather, Groups, gather};
use super::page::{Figure, Page, Plan};
use super::scale::quantile;
use super::scene::Align;
use super::table::Table;
use super::text;
use super::theme::{AXIS, Colour, GREY, INK, LABEL, QUIET, Type, WHITE, Weight, diverging, sequential};
use super::told::Told;

/// Rows and columns of cells that can be told apart.
const MOST: usize = 60;
/// Text smaller than this cannot be read.
const SMALLEST: f64 = 8.5;

struct Grid {
    columns: Vec<String>,
    rows: Vec<String>,
    /// Row by row; none where there is no value.
    cells: Vec<Option<f64>>,
    paint: Paint,
    format: Format,
    x_caption: String,
    y_caption: String,
    /// What the colour means.
    means: String,
}

/// Which colour a value gets.
#[derive(Debug, Clone, PartialEq)]
struct Paint {
    low: f64,
    high: f64,
    /// Whether zero lies in the middle, values below it in another hue.
    around_zero: bool,
    /// A column in which every value is the same, such as the 100 % with which every cohort begins. It is drawn in
    /// grey, so that the colours are there for what differs.
    constant: Option<usize>,
}

/// Computes the cells.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    let (grid, title, told) = compute(table)?;
    let figure = grid.cells.iter().any(Option::is_some).then(|| Arc::new(grid) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Figure for Grid {
    fn lay_out(&self, page: &mut Page) {
        lay_out(page, self);
    }

    fn summary(&self) -> String {
        summary(self)
    }
}

fn compute(table: &Table<'_>) -> Result<(Grid, String, Told)> {
    use ColumnKind::{Any, Date, Flag, Integer, Number, Text};
    let chart = table.chart;
    let named = |column: &Option<String>| column.clone().unwrap_or_default();
    let (x, color) = (named(&chart.x), named(&chart.color));
    let kinds: [&[ColumnKind]; 3] = [&[Date], &[Text, Flag, Any], &[Integer]];
    let y = chart.y.clone().or_else(|| table.choose(&kinds, &[&x, &color]));
    let y = y.ok_or_else(|| table.nothing_for("y", "dates, text or whole numbers"))?;
    let kinds: [&[ColumnKind]; 4] = [&[Text, Flag, Any, Date], &[Integer], &[Number], &[]];
    let x = chart.x.clone().or_else(|| table.choose(&kinds, &[&y, &color]));
    let x = x.ok_or_else(|| table.nothing_for("x", "dates, text or whole numbers"))?;
    let color = chart.color.clone().or_else(|| table.choose(&[&[Number], &[Integer]], &[&x, &y]));
    let color = color.ok_or_else(|| table.nothing_for("color", "numbers"))?;
    let (x, y, color) = (table.column(&x)?, table.column(&y)?, table.measured("color", &color)?);
    let (across, down) = (Groups::of(&x, MOST), Groups::of(&y, MOST));
    let (values, undrawn) = color.drawable();
    table.check()?;

    let (columns, rows) = (across.len().min(MOST), down.len().min(MOST));
    let how = if color.measure == Measure::Share { Gather::Mean } else { Gather::Sum };
    let (mut unplaced, mut beyond, mut places) = (0, 0, Vec::with_capacity(values.len()));
    for (column, row) in across.of_row.iter().zip(&down.of_row) {
        places.push(match (column, row) {
            (Some(column), Some(row)) if *column < columns && *row < rows => Some(row * columns + column),
            (Some(_), Some(_)) => {
                beyond += 1;
                None
            }
            _ => {
                unplaced += 1;
                None
            }
        });
    }
    let gathered = gather(columns * rows, places.into_iter().zip(values), how);
    let cells = gathered.values;
    let mut told = Told::default();
    for (groups, column, shown) in [(&across, &x, columns), (&down, &y, rows)] {
        if let Some(span) = groups.gathered {
            told.push(format!("{} gathered by {}", column.words, span.word()));
        }
        if groups.len() > shown {
            let all = counted(groups.len(), "value", "values");
            told.push(format!("the first {shown} of {all} of {}", column.words));
        }
    }
    if gathered.several {
        let done = if how == Gather::Mean { "averaged" } else { "summed" };
        told.push(format!("{} {done} where several rows share a cell", color.words));
    }
    told.count(unplaced, "row", "rows", &format!("without {} or {} left out", x.words, y.words));
    told.undrawn(undrawn);
    told.count(beyond, "row", "rows", "not shown");
    let known: Vec<f64> = cells.iter().flatten().copied().collect();
    let paint = Paint::of(&cells, columns);
    let grid = Grid {
        columns: across.labels.into_iter().take(columns).map(|label| text::clean(&label)).collect(),
        rows: down.labels.into_iter().take(rows).map(|label| text::clean(&label)).collect(),
        format: Format::of_values(color.measure, &known),
        cells,
        paint,
        x_caption: x.caption(chart.x_label.as_deref()),
        y_caption: y.caption(chart.y_label.as_deref()),
        means: color.caption(None),
    };
    Ok((grid, format!("{} by {} and {}", color.words, y.words, x.words), told))
}

impl Paint {
    /// Colours for the middle of the values: the few that lie far out take the colour of the end.
    fn of(cells: &[Option<f64>], columns: usize) -> Paint {
        let values = |column: usize| cells.iter().skip(column).step_by(columns.max(1)).flatten().copied();
        let same = |column: &usize| {
            let mut rest = values(*column);
            let first = rest.next();
            let mut several = false;
            let equal = rest.all(|value| {
                several = true;
                first.is_some_and(|first| (value - first).abs() <= 1e-9 * first.abs())
            });
            equal && several
        };
        let constant = Some(0).filter(|first| columns > 2 && same(first));
        let mut known: Vec<f64> = (0..columns).filter(|column| Some(*column) != constant).flat_map(values).collect();
        known.sort_by(f64::total_cmp);
        let (mut low, mut high) = (quantile(&known, 0.02), quantile(&known, 0.98));
        let around_zero = low < 0.0 && high > 0.0;
        if around_zero {
            high = high.max(-low);
            low = -high;
        } else if low > 0.0 && low < high * 0.3 {
            low = 0.0;
        }
        Paint { low, high, around_zero, constant }
    }

    fn colour(&self, value: f64, column: usize) -> Colour {
        if self.constant == Some(column) {
            return QUIET.towards(WHITE, 0.55);
        }
        let length = self.high - self.low;
        let share = if length > 0.0 { (value - self.low) / length } else { 0.4 };
        if self.around_zero { diverging(share * 2.0 - 1.0) } else { sequential(share) }
    }
}

fn lay_out(page: &mut Page, grid: &Grid) {
    let widest = |labels: &[String], kind| labels.iter().map(|label| text::width(label, kind)).fold(0.0, f64::max);
    let names = LABEL.sized(12.0);
    let room = widest(&grid.rows, names).max(text::width(&grid.y_caption, AXIS)).min(page.area.width() * 0.3);
    let left = page.area.left + room + 10.0;
    let width = page.area.right - left;
    let column = (width / grid.columns.len() as f64).min(140.0);
    let used = column * grid.columns.len() as f64;
    let top = page.area.top + if page.compact { -14.0 } else { 6.0 };
    // Captions: of the rows above their names, of the columns above theirs.
    let heads = top + 20.0;
    if !page.compact {
        page.scene.text(left, top, &text::fit(&grid.x_caption, AXIS, width), AXIS, Align::Left);
        page.scene.text(left - 10.0, heads, &text::fit(&grid.y_caption, AXIS, room), AXIS, Align::Right);
    }
    page.area.top = heads + 10.0;
    let written: Vec<Option<String>> =
        grid.cells.iter().map(|cell| cell.map(|value| grid.format.write(value))).collect();
    let tall = (page.area.height() / grid.rows.len() as f64).min(52.0);
    let number = Type { size: (tall * 0.55).min(12.0), weight: Weight::Regular, colour: INK };
    let longest = written.iter().flatten().map(|text| text::width(text, number)).fold(0.0, f64::max);
    let number = number.sized(number.size * ((column - 5.0) / longest.max(1.0)).clamp(0.0, 1.0));
    let readable = number.size >= SMALLEST;
    let tall = if readable { tall } else { ((page.area.height() - 34.0) / grid.rows.len() as f64).min(52.0) };
    let gap = if tall.min(column) > 10.0 { 0.5 } else { 0.0 };
    for (index, cell) in grid.cells.iter().enumerate() {
        let (row, place) = (index / grid.columns.len(), index % grid.columns.len());
        let (x, y) = (left + column * place as f64, page.area.top + tall * row as f64);
        let Some(value) = cell else { continue };
        let colour = grid.paint.colour(*value, place);
        page.scene.rect(x + gap, y + gap, x + column - gap, y + tall - gap, colour);
        if let (true, Some(text)) = (readable, &written[index]) {
            let ink = match colour.brightness() {
                _ if grid.paint.constant == Some(place) => GREY,
                bright if bright > 0.55 => INK,
                _ => WHITE,
            };
            page.scene.text_at(x + column / 2.0, y + tall / 2.0, text, number.coloured(ink), Align::Centre);
        }
    }
    let every = (15.0 / tall).ceil().max(1.0) as usize;
    let rows: Vec<&str> = grid.rows.iter().step_by(every).map(String::as_str).collect();
    for (index, label) in text::fit_all(&rows, names, room).iter().enumerate() {
        let middle = page.area.top + tall * ((index * every) as f64 + 0.5);
        page.scene.text_at(left - 10.0, middle, label, names, Align::Right);
    }
    let wanted = (widest(&grid.columns, AXIS) + 8.0).min(80.0);
    let every = (wanted / column).ceil().max(1.0) as usize;
    for (place, label) in grid.columns.iter().enumerate().step_by(every) {
        let x = left + column * (place as f64 + 0.5);
        // The last label must not leave the picture where it stands for several columns.
        let room = (column * every as f64 - 6.0).min(2.0 * (page.scene.width - x));
        page.scene.text(x, heads, &text::fit(label, AXIS, room), AXIS, Align::Centre);
    }
    let bottom = page.area.top + tall * grid.rows.len() as f64;
    if readable {
        page.end_below(bottom);
    } else {
        legend(page, grid, left, left + used, bottom + 14.0);
    }
}

/// What the colours mean, where no numbers tell it.
fn legend(page: &mut Page, grid: &Grid, left: f64, right: f64, top: f64) {
    let ends = [grid.format.write(grid.paint.low), grid.format.write(grid.paint.high)];
    let long = 140.0_f64.min((right - left) * 0.4);
    let end = right - text::width(&ends[1], AXIS) - 8.0;
    let start = end - long;
    let steps = 70;
    for step in 0..steps {
        let share = (f64::from(step) + 0.5) / f64::from(steps);
        let value = grid.paint.low + share * (grid.paint.high - grid.paint.low);
        let colour = grid.paint.colour(value, usize::MAX);
        let (from, to) = (f64::from(step) / f64::from(steps), f64::from(step + 1) / f64::from(steps));
        page.scene.rect(start + long * from, top, start + long * to, top + 10.0, colour);
    }
    page.scene.text_at(right, top + 5.0, &ends[1], AXIS, Align::Right);
    page.scene.text_at(start - 8.0, top + 5.0, &ends[0], AXIS, Align::Right);
    let before = start - 18.0 - text::width(&ends[0], AXIS);
    let means = text::fit(&grid.means, AXIS, (before - left).max(0.0));
    page.scene.text_at(before, top + 5.0, &means, AXIS, Align::Right);
}

fn summary(grid: &Grid) -> String {
    let varies = |index: usize| grid.paint.constant != Some(index % grid.columns.len());
    let known: Vec<f64> =
        grid.cells.iter().enumerate().filter(|(index, _)| varies(*index)).filter_map(|(_, cell)| *cell).collect();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let size =
        format!("{} by {}", counted(grid.rows.len(), "row", "rows"), counted(grid.columns.len(), "column", "columns"));
    if known.is_empty() {
        return size;
    }
    format!("{size}; {} from {} to {}", grid.means, grid.format.write(low), grid.format.write(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_of_a_cohort_triangle_does_not_wash_out_the_rest() {
        let cells: Vec<Option<f64>> = [1.0, 0.3, 0.2, 1.0, 0.25, 0.15].into_iter().map(Some).collect();
        let paint = Paint::of(&cells, 3);
        assert_eq!(paint.constant, Some(0));
        assert!(paint.high < 0.31, "{paint:?}");
        assert_ne!(paint.colour(0.3, 1), paint.colour(0.2, 1));
    }

    #[test]
    fn zero_lies_in_the_middle_where_values_lie_on_both_sides() {
        let cells: Vec<Option<f64>> = [-1.0, 2.0, 0.0, 1.0].into_iter().map(Some).collect();
        let paint = Paint::of(&cells, 2);
        assert!(paint.around_zero && paint.low == -paint.high);
        assert_eq!(paint.colour(0.0, 0), diverging(0.0));
    }
}
