use regulars_plugin::{
    Chart, Context, Date, Failure, Family, FittedOn, Function, Input, Mark, Nothing, Output, Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::state::{BuyingModel, refused};
use crate::analytics::watch::Watching;
use crate::stats::btyd::{Newcomers, expected_by_day};
use crate::table::{Calendar, Frame, FrameBuilder, Transactions, thousands};

/// Follows the repeat purchases of the fitted customers over time, expected and seen.
///
/// Given the orders, `model.tracking(orders)`, it shows what was seen beside what was expected, also after the end of the
/// calibration; without them only what was expected, because a model keeps no orders.
///
/// # Choices
/// Expected of the whole cohort from its days of first purchase alone, not from what each customer did since: so it shows
/// how well the model describes, and whether it goes on to. Weeks begin on Monday; a last period that `until` cuts short is
/// left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tracking {
    /// Length of a period.
    pub period: Calendar,
    /// Last day. Left out: the end of the hold-out, or else of the calibration.
    pub until: Option<Date>,
}

impl Default for Tracking {
    fn default() -> Self {
        Tracking { period: Calendar::Week, until: None }
    }
}

/// One row per period and series.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct TrackingRow {
    /// Last day of the period.
    date: Date,
    /// "seen" or "expected".
    series: String,
    /// Repeat purchases in the period.
    #[schemars(extend("unit" = "purchases"))]
    purchases: f64,
    /// Repeat purchases up to its end.
    #[schemars(extend("unit" = "purchases"))]
    cumulative: f64,
    /// Whether it ended within the calibration.
    calibration: bool,
}

/// Periods at the most.
const MOST_PERIODS: usize = 20_000;

impl Function for Tracking {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<BuyingModel, Frame>;
    type Row = TrackingRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("date").y("purchases").color("series");
        Some(chart.title("Repeat purchases over time").labels("end of the period", "repeat purchases"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let state = input.state;
        let population = state.population(&state.patterns)?;
        let end = self.until.or(state.holdout_until).unwrap_or(state.until);
        let (ends, is_cut) = self.ends(&state, end)?;
        let came = |(day, pattern, customers): &(i32, u32, f64)| Newcomers {
            day: *day,
            pattern: *pattern,
            customers: *customers,
        };
        let newcomers: Vec<Newcomers> = state.newcomers.iter().map(came).collect();
        let days: Vec<i32> = ends.iter().map(|day| day.to_epoch_days()).collect();
        let watch = Watching::new(context, "looking ahead");
        let expected = expected_by_day(&population, state.unit.days(), &newcomers, &days, &watch)
            .map_err(|why| refused(why, state.kind))?;
        let mut series = Vec::new();
        let mut notes = Vec::new();
        if let Some(groups) = state.thinned {
            notes.push(format!(
                "expected of {} of {} groups of customers with the same covariates and day, each standing for its \
                 neighbours: a model keeps no more",
                thousands(state.newcomers.len()),
                thousands(groups)
            ));
        }
        if is_cut {
            notes.push(format!("the last {} had not ended by {end} and is left out", self.period.word()));
        }
        if input.is_given {
            let orders = Transactions::from_tables(vec![input.table])?;
            let (seen, others) = seen(&orders, &state, end, &days, context)?;
            series.push(("seen", seen));
            if others > 0 {
                notes.push(format!("{others} customers who came after {} are left out", state.until));
            }
        } else {
            notes.push("a model keeps no orders: `model.tracking(orders)` shows what was seen as well".to_owned());
        }
        series.push(("expected", expected));
        let rows = || {
            series
                .iter()
                .flat_map(|(name, values)| ends.iter().zip(values).map(move |(end, value)| (*name, *end, *value)))
        };
        let steps = series.iter().flat_map(|(_, values)| {
            values.iter().scan(0.0, |before, value| Some(value - std::mem::replace(before, *value)))
        });
        let table = FrameBuilder::empty()
            .dates("date", rows().map(|(_, end, _)| end))
            .texts("series", rows().map(|(name, ..)| name))
            .numbers("purchases", steps)
            .numbers("cumulative", rows().map(|(.., value)| value))
            .flags("calibration", rows().map(|(_, end, _)| end <= state.until))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}

impl Tracking {
    /// The last days of the periods, from that of the first purchase to the end, and whether one that was cut short was left
    /// out; where it is the only one it stays.
    fn ends(&self, state: &BuyingModel, end: Date) -> Result<(Vec<Date>, bool)> {
        let first = state.newcomers.first().and_then(|(day, ..)| Date::from_epoch_days(*day)).unwrap_or(end);
        if end < first {
            return Err(Failure::new(format!("`until` is {end}, before the first purchase on {first}"))
                .help("give a later day"));
        }
        let (from, to) = (self.period.number(first), self.period.number(end));
        if (to - from) as usize >= MOST_PERIODS {
            return Err(Failure::new(format!(
                "from {first} to {end} there are {} {}s",
                to - from + 1,
                self.period.word()
            ))
            .help("take a longer `period`, or an earlier `until`"));
        }
        let is_cut = to > from && self.period.last_day(to) > end;
        let last = if is_cut { to - 1 } else { to };
        Ok(((from..=last).map(|number| self.period.last_day(number).min(end)).collect(), is_cut))
    }
}

/// Repeat purchases of the cohort up to each day, and how many customers came later.
fn seen(
    orders: &Transactions,
    state: &BuyingModel,
    end: Date,
    days: &[i32],
    context: &Context<'_>,
) -> Result<(Vec<f64>, usize)> {
    let entries = orders.customer_periods(Calendar::Day, Some(end), context)?;
    let until = state.until.to_epoch_days();
    let mut counts = vec![0.0; days.len()];
    let mut others = 0;
    for range in entries.starts.windows(2) {
        let bought = &entries.periods[range[0]..range[1]];
        if bought.first().is_none_or(|first| *first > until) {
            others += 1;
            continue;
        }
        // Sorted; several orders on one day are one purchase.
        for two in bought.windows(2).filter(|two| two[0] < two[1]) {
            let place = days.partition_point(|day| *day < two[1]);
            if let Some(count) = counts.get_mut(place) {
                *count += 1.0;
            }
        }
    }
    let cumulative = counts.iter().scan(0.0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    Ok((cumulative.collect(), others))
}
