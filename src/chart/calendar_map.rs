//! Calendars: a cell for each day, coloured by what it holds.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use regulars_plugin::{ColumnKind, Failure, Result};

use super::calendar::{Span, date_of, day_of};
use super::format::{Format, Measure, counted};
use super::groups::{Gather, gather};
use super::page::{Figure, Page, Plan};
use super::scale::quantile;
use super::scene::Align;
use super::table::{Table, Values};
use super::text;
use super::theme::{AXIS, DIRECT, FAINT, sequential};
use super::told::{Told, Undrawn};

/// Years that can be read below each other.
const MOST_YEARS: i32 = 8;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Days {
    /// First day, and one value for each day from it on.
    first: f64,
    values: Vec<Option<f64>>,
    measure: Measure,
    means: String,
}

/// Computes the cells.
pub(super) fn plan(table: &Table<'_>) -> Result<Plan> {
    use ColumnKind::{Date, Integer, Number};
    let chart = table.chart;
    let is_time = |name: &String| table.column(name).map(|column| matches!(column.values, Values::Days(_)));
    let x = match chart.x.clone().or_else(|| table.choose(&[&[Date]], &[])) {
        Some(x) => x,
        None => {
            let mut names = table.names().into_iter();
            names.find(|name| is_time(name).unwrap_or(false)).ok_or_else(|| table.nothing_for("x", "dates"))?
        }
    };
    let y = match (&chart.y, &chart.x) {
        (Some(y), _) => Some(y.clone()),
        (None, None) => table.choose(&[&[Number], &[Integer]], &[&x]),
        (None, Some(_)) => None,
    };
    let (x, y) = (table.column(&x)?, y.map(|name| table.measured("y", &name)).transpose()?);
    let words = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.words.clone());
    let title = format!("{words} by day");
    let Values::Days(days) = &x.values else {
        if x.values.is_without_any() {
            return Ok(Plan::new(table, title, Told::default(), None));
        }
        return Err(Failure::new(format!("a calendar is made of days, but `x`, {}, holds none", x.words))
            .help("make it a date first: `frame.with_columns(col(\"day\").cast(\"date\"))`"));
    };
    // Noon and midnight of a day are the same day.
    let days: Vec<Option<f64>> =
        days.iter().map(|day| day.map(f64::floor).filter(|day| date_of(*day).is_some())).collect();
    let (values, undrawn) =
        y.as_ref().map_or_else(|| (vec![Some(1.0); table.height()], Undrawn::default()), |column| column.drawable());
    let known = || days.iter().zip(&values).filter_map(|(day, value)| value.and(*day));
    let (first, last) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let mut told = Told::default();
    let year = |day: f64| date_of(day).map_or(0, |date| date.year());
    let mut begin = first;
    if last >= first && year(last) - year(first) >= MOST_YEARS {
        let start = NaiveDate::from_ymd_opt(year(last) - MOST_YEARS + 1, 1, 1).map_or(first, day_of);
        told.push(format!("the last {MOST_YEARS} of {} years", year(last) - year(first) + 1));
        begin = start;
    }
    let count = if last >= begin { (last - begin) as usize + 1 } else { 0 };
    let places = days.iter().map(|day| day.filter(|day| *day >= begin).map(|day| (day - begin) as usize));
    let gathered = gather(count, places.zip(values.iter().copied()), Gather::Sum);
    table.check()?;
    let earlier = known().filter(|day| *day < begin).count();
    told.count(earlier, "earlier row", "earlier rows", "left out");
    told.left_out(gathered.without.saturating_sub(earlier), undrawn);
    let measure = y.as_ref().map_or(Measure::Number, |column| column.measure);
    let means = y.as_ref().map_or_else(|| "rows".to_owned(), |column| column.caption(chart.y_label.as_deref()));
    let figure = (count > 0 && gathered.values.iter().any(Option::is_some))
        .then(|| Arc::new(Days { first: begin, values: gathered.values, measure, means }) as Arc<dyn Figure>);
    Ok(Plan::new(table, title, told, figure))
}

impl Figure for Days {
    fn lay_out(&self, page: &mut Page) {
        let (Some(first), Some(last)) = (date_of(self.first), date_of(self.first + self.values.len() as f64 - 1.0))
        else {
            return;
        };
        let years: Vec<i32> = (first.year()..=last.year()).collect();
        let area = page.area;
        let names = text::width("Wed", AXIS) + 10.0;
        let (legend, head) = (34.0, if page.compact { 18.0 } else { 26.0 });
        let block = (area.height() - legend) / years.len() as f64;
        let cell = ((area.width() - names) / 54.0).min((block - head) / 7.0).max(1.0);
        let mut known: Vec<f64> = self.values.iter().flatten().copied().collect();
        known.sort_by(f64::total_cmp);
        // The few that lie far out take the colour of the end.
        let (low, high) = (quantile(&known, 0.0).min(0.0), quantile(&known, 0.98));
        let share = |value: f64| if high > low { (value - low) / (high - low) } else { 0.6 };
        let gap = if cell > 5.0 { 0.75 } else { 0.0 };
        let left = area.left + names;
        let tall = head + 7.0 * cell;
        for (block, year) in years.iter().enumerate() {
            let top = area.top + (tall + 8.0) * block as f64 + head;
            page.scene.text(area.left, top - head + 11.0, &year.to_string(), DIRECT, Align::Left);
            let Some(january) = NaiveDate::from_ymd_opt(*year, 1, 1) else { continue };
            let offset = january.weekday().num_days_from_monday();
            for (month, name) in MONTHS.iter().enumerate() {
                let Some(start) = NaiveDate::from_ymd_opt(*year, month as u32 + 1, 1) else { continue };
                let week = (start.ordinal0() + offset) / 7;
                let x = left + f64::from(week + u32::from(month > 0 && (start.ordinal0() + offset) % 7 > 0)) * cell;
                if text::width("May", AXIS) + 4.0 < cell * 4.2 {
                    page.scene.text(x, top - 6.0, name, AXIS, Align::Left);
                }
            }
            for (row, name) in [(0, "Mon"), (2, "Wed"), (4, "Fri")] {
                if cell * 2.0 > 14.0 {
                    page.scene.text_at(left - 8.0, top + (f64::from(row) + 0.5) * cell, name, AXIS, Align::Right);
                }
            }
            for day in january.iter_days().take_while(|day| day.year() == *year) {
                let place = day.ordinal0() + offset;
                let (x, y) = (left + f64::from(place / 7) * cell, top + f64::from(place % 7) * cell);
                let index = day_of(day) - self.first;
                let value = if index >= 0.0 { self.values.get(index as usize).copied().flatten() } else { None };
                let colour = value
                    .map_or(FAINT.towards(super::theme::WHITE, 0.45), |value| sequential(0.08 + 0.92 * share(value)));
                page.scene.rect(x + gap, y + gap, x + cell - gap, y + cell - gap, colour);
            }
        }
        let bottom = area.top + (tall + 8.0) * years.len() as f64 - 8.0;
        self.legend(page, left, (left + 53.0 * cell).min(area.right), bottom + 14.0, low, high);
        page.end_below(bottom + 24.0);
    }

    fn summary(&self) -> String {
        let known = self.values.iter().enumerate().filter_map(|(day, value)| value.map(|value| (day, value)));
        let largest = known.clone().max_by(|left, right| left.1.total_cmp(&right.1));
        let largest = largest.map_or_else(String::new, |(day, value)| {
            let format = Format::of_values(self.measure, &[value]);
            format!("; the most, {}, on {}", format.write(value), Span::Day.label(self.first + day as f64))
        });
        format!("{} with {}{largest}", counted(known.count(), "day", "days"), self.means)
    }
}

impl Days {
    fn legend(&self, page: &mut Page, left: f64, right: f64, top: f64, low: f64, high: f64) {
        let format = Format::of_values(self.measure, &[low, high]);
        let (least, most) = (format.write(low), format!("{} and more", format.write(high)));
        let end = right - text::width(&most, AXIS) - 8.0;
        let start = (end - 110.0).max(left);
        let steps = 44;
        for step in 0..steps {
            let at = |step: i32| start + (end - start) * f64::from(step) / f64::from(steps);
            page.scene.rect(
                at(step),
                top,
                at(step + 1),
                top + 10.0,
                sequential(0.08 + 0.92 * f64::from(step) / f64::from(steps - 1)),
            );
        }
        page.scene.text_at(right, top + 5.0, &most, AXIS, Align::Right);
        page.scene.text_at(start - 8.0, top + 5.0, &least, AXIS, Align::Right);
        let before = start - 18.0 - text::width(&least, AXIS);
        page.scene.text_at(
            before,
            top + 5.0,
            &text::fit(&self.means, AXIS, (before - left).max(0.0)),
            AXIS,
            Align::Right,
        );
    }
}
