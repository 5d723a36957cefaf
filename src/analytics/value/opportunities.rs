//! What a fitted `bg_bb` can be asked.

use std::collections::BTreeMap;

use regulars_plugin::{
    Chart, Context, Date, Failure, Family, FittedOn, Function, Input, Mark, Nothing, Output, Result, Span, SpanUnit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window;
use crate::stats::btyd::{BgBb, History};
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Purchases, Transactions};

/// What the methods need to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BgBbState {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) delta: f64,
    pub(super) period: Calendar,
    pub(super) until: Date,
}

impl BgBbState {
    fn model(&self) -> BgBb {
        BgBb { alpha: self.alpha, beta: self.beta, gamma: self.gamma, delta: self.delta }
    }

    /// A horizon in periods; left out, a year.
    fn periods(&self, horizon: Option<Span>) -> Result<u32> {
        let Some(span) = horizon else {
            return Ok(match self.period {
                Calendar::Day => 365,
                Calendar::Week => 52,
                Calendar::Month => 12,
                Calendar::Quarter => 4,
                Calendar::Year => 1,
            });
        };
        let months = span.in_units_of(SpanUnit::Month);
        let periods = match self.period {
            Calendar::Day => span.days(),
            Calendar::Week => span.in_units_of(SpanUnit::Week),
            Calendar::Month => months,
            Calendar::Quarter => months / 3.0,
            Calendar::Year => months / 12.0,
        };
        let whole = periods.round();
        if (periods - whole).abs() > 1e-6 || whole < 1.0 {
            let word = self.period.word();
            let example = match self.period {
                Calendar::Day => "90d",
                Calendar::Week => "26w",
                Calendar::Month => "6mo",
                Calendar::Quarter => "2q",
                Calendar::Year => "3y",
            };
            return Err(Failure::new(format!(
                "a horizon of {span} is {periods:.2} {word}s, but opportunities come whole"
            ))
            .help(format!("write it in {word}s: `horizon: \"{example}\"`")));
        }
        if whole > f64::from(MOST_AHEAD) {
            return Err(Failure::new(format!(
                "a horizon of {span} is {whole} opportunities, at most {MOST_AHEAD} are foreseen"
            ))
            .help("take a shorter `horizon`"));
        }
        Ok(whole as u32)
    }
}

/// Opportunities that are foreseen at the most.
const MOST_AHEAD: u32 = 1000;

/// The histories of customers, with the last period that counts.
pub(super) fn histories(purchases: &Purchases, last: i32) -> Vec<History> {
    (0..purchases.len())
        .map(|one| History {
            x: purchases.repeats(one),
            t_x: (purchases.last[one] - purchases.first[one]) as u32,
            n: (last - purchases.first[one]) as u32,
        })
        .collect()
}

/// Customers with their histories, from wherever they come.
struct Customers {
    /// The answer in the making, with the customers in it.
    builder: FrameBuilder,
    histories: Vec<History>,
    /// The different ones among them, and which of these each customer has.
    distinct: Vec<History>,
    of: Vec<usize>,
    notes: Vec<String>,
}

impl Customers {
    /// From a table with the columns of the model's own, or else from transactions up to the model's last day.
    fn of_table(table: &Frame, state: &BgBbState, context: &Context<'_>) -> Result<Customers> {
        const COLUMNS: [&str; 3] = ["frequency", "recency", "opportunities"];
        if !COLUMNS.iter().any(|name| table.need(name).is_ok()) {
            let orders = Transactions::from_tables(vec![table.clone()]).map_err(|failure| {
                failure.help("or give a table with `customer`, `frequency`, `recency` and `opportunities`")
            })?;
            let purchases = window::counted(&orders, state.period, Some(state.until), HoldOut::None, context)?;
            let notes = window::notes(&orders, &purchases, context)?;
            let histories = histories(&purchases, state.period.number(state.until));
            return Ok(Customers::new(FrameBuilder::new(purchases.customers()), histories, notes));
        }
        for name in ["customer", "frequency", "recency", "opportunities"] {
            table.need(name)?;
        }
        let data = table.data(context.host())?;
        let counts = |name: &str| -> Result<Vec<u32>> {
            let whole: Option<Vec<u32>> =
                data.integers(name)?.into_iter().map(|number| u32::try_from(number?).ok()).collect();
            whole.ok_or_else(|| {
                Failure::new(format!("`{name}` has a missing or negative value")).help("it counts periods, from 0 on")
            })
        };
        let (x, t_x, n) = (counts("frequency")?, counts("recency")?, counts("opportunities")?);
        let histories: Vec<History> =
            x.into_iter().zip(t_x).zip(n).map(|((x, t_x), n)| History { x, t_x, n }).collect();
        if let Some(row) = histories.iter().position(|history| !history.is_possible()) {
            let History { x, t_x, n } = histories[row];
            return Err(Failure::new(format!(
                "row {} cannot be: {x} purchases, the last {t_x} periods after the first, with {n} opportunities",
                row + 1
            ))
            .help("`frequency` is at most `recency`, and that at most `opportunities`; one is 0 where the other is"));
        }
        Ok(Customers::new(FrameBuilder::new(data.column("customer")?.clone()), histories, Vec::new()))
    }

    fn new(builder: FrameBuilder, histories: Vec<History>, notes: Vec<String>) -> Customers {
        let mut places: BTreeMap<History, usize> = histories.iter().map(|history| (*history, 0)).collect();
        places.values_mut().enumerate().for_each(|(place, value)| *value = place);
        let of = histories.iter().map(|history| places.get(history).copied().unwrap_or_default()).collect();
        Customers { builder, histories, distinct: places.into_keys().collect(), of, notes }
    }
}

/// Tells for each customer the chance to be alive, and the purchases to expect within a horizon.
///
/// # Choices
/// Works on the customers of the fit, or on a table that is given: transactions, cut up to the model's last day, or a table
/// with `customer`, `frequency`, `recency` and `opportunities`. The interval is where the number of purchases lies with that
/// probability; it covers chance, not the error of the parameters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Predict {
    /// How far to look; whole periods of the model, such as "6mo". Left out: a year.
    pub horizon: Option<Span>,
    /// Probability that the interval holds the number of purchases.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for Predict {
    fn default() -> Self {
        Predict { horizon: None, confidence: 0.95 }
    }
}

/// One row per customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(crate) struct ProspectRow {
    /// Who.
    customer: serde_json::Value,
    /// Number of periods with a purchase after the first.
    #[schemars(extend("unit" = "periods"))]
    frequency: i64,
    /// Periods from the first purchase to the last.
    #[schemars(extend("unit" = "periods"))]
    recency: i64,
    /// Periods from the first purchase to the end of the window.
    #[schemars(extend("unit" = "periods"))]
    opportunities: i64,
    /// Chance to be alive at the next opportunity.
    #[schemars(extend("unit" = "share"))]
    p_alive: f64,
    /// Purchases expected within the horizon.
    #[schemars(extend("unit" = "purchases"))]
    expected_purchases: f64,
    /// Lower end of the interval of the number of purchases.
    #[schemars(extend("unit" = "purchases"))]
    lower: i64,
    /// Upper end of the interval of the number of purchases.
    #[schemars(extend("unit" = "purchases"))]
    upper: i64,
}

/// Histories that are looked at between two looks at whether to stop.
const AT_ONCE: usize = 64;

impl Function for Predict {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<BgBbState, Frame>;
    type Row = ProspectRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("expected_purchases");
        Some(chart.title("Purchases to expect of customers").labels("expected purchases", "customers"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, .. } = input;
        let horizon = state.periods(self.horizon)?;
        let customers = Customers::of_table(&table, &state, context)?;
        let model = state.model();
        let prospects = model.foresee(&customers.distinct, horizon);
        let tail = 0.5 * (1.0 - self.confidence);
        let mut ends = Vec::with_capacity(customers.distinct.len());
        for (place, history) in customers.distinct.iter().enumerate() {
            if place % AT_ONCE == 0 {
                context.check()?;
            }
            let chances = model.distribution(*history, horizon);
            ends.push((quantile(&chances, tail), quantile(&chances, 1.0 - tail)));
        }
        let Customers { builder, histories, of, mut notes, .. } = customers;
        let table = builder
            .integers("frequency", histories.iter().map(|one| i64::from(one.x)))
            .integers("recency", histories.iter().map(|one| i64::from(one.t_x)))
            .integers("opportunities", histories.iter().map(|one| i64::from(one.n)))
            .numbers("p_alive", of.iter().map(|place| prospects[*place].alive))
            .numbers("expected_purchases", of.iter().map(|place| prospects[*place].purchases))
            .integers("lower", of.iter().map(|place| ends[*place].0))
            .integers("upper", of.iter().map(|place| ends[*place].1))
            .build()?;
        notes.push(format!(
            "the {horizon} {}s after {}; the interval covers chance, not the error of the parameters",
            state.period.word(),
            state.until
        ));
        Ok(Output::table(table).notes(notes))
    }
}

/// The smallest number that is not exceeded with a probability.
fn quantile(chances: &[f64], share: f64) -> i64 {
    let mut sum = 0.0;
    let found = chances.iter().position(|chance| {
        sum += chance;
        sum >= share - 1e-12
    });
    found.unwrap_or(chances.len() - 1) as i64
}

/// Tells how many customers will buy how often within a horizon.
///
/// # Choices
/// The chances of all customers added up; a table can be given as to `predict`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Distribution {
    /// How far to look; whole periods of the model, such as "6mo". Left out: a year.
    pub horizon: Option<Span>,
}

/// One row per number of purchases.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(crate) struct DistributionRow {
    /// Number of purchases within the horizon.
    #[schemars(extend("unit" = "purchases"))]
    purchases: i64,
    /// Number of customers to expect with as many.
    #[schemars(extend("unit" = "customers"))]
    customers: f64,
    /// Their share.
    #[schemars(extend("unit" = "share"))]
    share: f64,
}

impl Function for Distribution {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<BgBbState, Frame>;
    type Row = DistributionRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("purchases").y("customers");
        Some(chart.title("How many customers will buy how often").labels("purchases", "customers"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, .. } = input;
        let horizon = state.periods(self.horizon)?;
        let customers = Customers::of_table(&table, &state, context)?;
        let model = state.model();
        let mut counts = vec![0.0; customers.distinct.len()];
        customers.of.iter().for_each(|place| counts[*place] += 1.0);
        let mut sums = vec![0.0; horizon as usize + 1];
        for (place, (history, count)) in customers.distinct.iter().zip(&counts).enumerate() {
            if place % AT_ONCE == 0 {
                context.check()?;
            }
            let chances = model.distribution(*history, horizon);
            sums.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += count * chance);
        }
        let all = customers.of.len() as f64;
        let table = FrameBuilder::empty()
            .integers("purchases", 0..=i64::from(horizon))
            .numbers("customers", sums.iter().copied())
            .numbers("share", sums.iter().map(|sum| sum / all))
            .build()?;
        let mut notes = customers.notes;
        notes.push(format!("the {horizon} {}s after {}", state.period.word(), state.until));
        Ok(Output::table(table).notes(notes))
    }
}
