use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Registered, Result, TableManual};
use schemars::JsonSchema;
use serde::Serialize;

use super::opportunities::{BgBbState, Distribution, Predict, histories};
use super::window;
use crate::analytics::BuiltIn;
use crate::analytics::parameters::{Parameter, parameter_frame, parameter_table};
use crate::analytics::watch::Watching;
use crate::stats::btyd::{self, BgBbFit, History, NoBgBb, fit_bg_bb};
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Purchases, Transactions, thousands};

/// Fits who will buy again where there is one opportunity a period: gifts by year, visits by month (BG/BB).
///
/// Each customer uses an opportunity with a chance of their own, until, unseen, they stop for good; both chances differ between customers.
/// `.predict(#{horizon: "6mo"})` gives the chance to be alive and the expected purchases of each customer,
/// `.distribution(…)` how many customers will buy how often, `.parameters` what was found.
///
/// # Choices
/// The opportunities of a customer are the calendar periods after the one of the first purchase, up to the last one that is
/// over by `until`; a period that is not over is left out, and that is told. Several orders in a period are one purchase. Where
/// purchases can fall on any day, `bg_nbd` and its kin say more. `p_alive` is the chance to be alive at the next opportunity, as
/// in the paper. Where the data go on after `until`, what was foreseen for the periods that are over is held against what
/// came: `holdout_expected` and `holdout_seen`. The intervals of the parameters are symmetric in their logarithms.
///
/// # Source
/// P. S. Fader, B. G. S. Hardie and J. Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting",
/// Marketing Science 29(6), 1086–1108.
///
/// # Example
/// ```rhai
/// let gifts = sample("cdnow").bg_bb(#{period: "month", until: "1997-12-31"});
/// gifts.predict(#{horizon: "6mo"}).head(4)
/// ```
/// ```text
/// customer  frequency  recency  opportunities  p_alive  expected_purchases  lower  upper
///  integer    integer  integer        integer   number  number · purchases    int    int
/// ──────────────────────────────────────────────────────────────────────────────────────
///        1          2       11             11   96.4 %              0.9276      0      3
///        2          0        0             11   31.6 %              0.0671      0      1
///        3          0        0             11   31.6 %              0.0671      0      1
///        4          0        0             11   31.6 %              0.0671      0      1
/// 4 rows × 8 columns
/// ```
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BgBb {
    /// The calendar period that brings one opportunity.
    pub period: Calendar,
    /// Last day of the window. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// Confidence of the intervals of the parameters.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for BgBb {
    fn default() -> Self {
        BgBb { period: Calendar::Month, until: None, confidence: 0.95 }
    }
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct BgBbRow {
    /// Who.
    customer: serde_json::Value,
    /// Number of periods with a purchase after the first.
    #[schemars(extend("unit" = "periods"))]
    frequency: i64,
    /// Periods from the first purchase to the last.
    #[schemars(extend("unit" = "periods"))]
    recency: i64,
    /// Periods from the first purchase to the end of the window: the opportunities there were.
    #[schemars(extend("unit" = "periods"))]
    opportunities: i64,
}

/// How many customers used how many opportunities, as it was seen and as the model expects it.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(crate) struct FrequencyRow {
    /// Number of periods with a purchase after the first.
    #[schemars(extend("unit" = "periods"))]
    frequency: i64,
    /// "seen" or "expected".
    what: String,
    /// Number of customers.
    #[schemars(extend("unit" = "customers"))]
    customers: f64,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BgBbFigures {
    /// Logarithm of the likelihood of the histories.
    log_likelihood: f64,
    /// Number of customers.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Number of different histories among them.
    histories: i64,
    /// The period of an opportunity.
    period: String,
    /// Last day of the last period that counts.
    until: Date,
    /// Periods after the window that are over in the data.
    #[schemars(extend("unit" = "periods"))]
    holdout_periods: i64,
    /// Purchases foreseen for these periods; missing where there are none.
    #[schemars(extend("unit" = "purchases"))]
    holdout_expected: Option<f64>,
    /// Purchases that came in these periods from the same customers.
    #[schemars(extend("unit" = "purchases"))]
    holdout_seen: Option<f64>,
    /// Whether the search for the greatest likelihood came to rest; a fit that did not is never answered.
    converged: bool,
    /// Steps of the search.
    iterations: i64,
    /// Largest slope of the likelihood where it came to rest, by the logarithms of the parameters.
    gradient: f64,
    /// Starts that were tried.
    starts: i64,
    /// Starts that led to this answer.
    starts_agreeing: i64,
    /// How unequally well the data tell the parameters: largest over smallest curvature.
    condition: f64,
}

/// Terms of the likelihood beyond which a fit would take minutes.
const MOST_TERMS: u64 = 20_000_000;

impl Function for BgBb {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["bg_nbd", "mbg_nbd", "pareto_nbd", "cohort_retention"];
    type Input = Transactions;
    type Row = BgBbRow;
    type Figures = BgBbFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("frequency");
        Some(chart.title("How many opportunities customers used").labels("periods with a purchase", "customers"))
    }

    fn further_tables() -> Vec<TableManual> {
        let frequencies = Chart::new(Mark::Line).x("frequency").y("customers").color("what");
        let frequencies = frequencies.title("Opportunities used, as seen and as the model expects");
        vec![parameter_table(), TableManual::of::<FrequencyRow>("frequencies").chart(frequencies)]
    }

    fn methods() -> Vec<Registered<Frame>> {
        vec![BuiltIn::of::<Predict>(), BuiltIn::of::<Distribution>()]
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, BgBbFigures>> {
        let word = self.period.word();
        let latest = orders.latest_day(context)?.ok_or_else(window::no_orders)?;
        let asked = self.until.unwrap_or(latest);
        let last = last_over(self.period, asked);
        let until = self.period.last_day(last);
        let last_in_data = last_over(self.period, latest);
        let hold_out = match last_in_data > last {
            true => HoldOut::Until(Some(self.period.last_day(last_in_data))),
            false => HoldOut::None,
        };
        let purchases = window::counted(&orders, self.period, Some(until), hold_out, context).map_err(|failure| {
            if failure.cancelled || until == asked {
                return failure;
            }
            Failure::new(format!("no {word} with orders was over by {asked}, and opportunities are whole {word}s"))
                .help("take a shorter `period`, or a later day as `until`")
        })?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        if until != asked {
            notes.push(format!("the {word} of {asked} is not over: the window ends on {until}"));
        }
        let all = histories(&purchases, last);
        let mut counted: Vec<(History, u64)> = all.iter().map(|history| (*history, 1)).collect();
        counted.sort_unstable();
        counted.dedup_by(|next, before| {
            let equal = next.0 == before.0;
            before.1 += u64::from(equal);
            equal
        });
        let terms: u64 = counted.iter().map(|(history, _)| u64::from(history.n - history.t_x) + 1).sum();
        if terms > MOST_TERMS {
            return Err(Failure::new(format!(
                "with one opportunity a {word} there are {} different histories of up to {} opportunities, too many to fit",
                thousands(counted.len()),
                counted.iter().map(|(history, _)| history.n).max().unwrap_or_default()
            ))
            .help("take a longer `period`; where any day is an opportunity, `bg_nbd` is the model"));
        }
        let fit = fit_bg_bb(&counted, &Watching::new(context, "fitting")).map_err(|why| self.refused(&why))?;
        let ahead = (last_in_data - last).max(0) as u32;
        let held_out = purchases.held_out.as_ref();
        let expected = |_| {
            let distinct: Vec<History> = counted.iter().map(|(history, _)| *history).collect();
            let prospects = fit.model.foresee(&distinct, ahead);
            prospects.iter().zip(&counted).map(|(one, (_, customers))| one.purchases * *customers as f64).sum()
        };
        let figures = BgBbFigures {
            log_likelihood: fit.log_likelihood,
            customers: fit.customers as i64,
            histories: counted.len() as i64,
            period: word.to_owned(),
            until,
            holdout_periods: i64::from(ahead),
            holdout_expected: held_out.map(expected),
            holdout_seen: held_out.map(|held| held.periods.iter().map(|periods| f64::from(*periods)).sum()),
            converged: true,
            iterations: fit.maximum.iterations as i64,
            gradient: fit.maximum.gradient,
            starts: fit.maximum.starts as i64,
            starts_agreeing: fit.maximum.agreeing as i64,
            condition: fit.maximum.condition,
        };
        notes.push(format!(
            "one opportunity a calendar {word}; frequency, recency and opportunities count {word}s after the one of the first \
             purchase, up to {until}"
        ));
        match held_out {
            Some(_) => notes.push(format!(
                "held against the {ahead} {word}s after the window: see `holdout_expected` and `holdout_seen`"
            )),
            None => notes.push(format!("the data hold no {word} after the window to hold the model against")),
        }
        let btyd::BgBb { alpha, beta, gamma, delta } = fit.model;
        let state = BgBbState { alpha, beta, gamma, delta, period: self.period, until };
        Output::record(figures, table(&purchases, &all)?)
            .with_table("parameters", self.parameters(&fit)?)
            .with_table("frequencies", frequencies(&fit, &counted)?)
            .notes(notes)
            .with_model(&state)
    }
}

/// The last period that is over on a day.
fn last_over(period: Calendar, day: Date) -> i32 {
    let number = period.number(day);
    if period.last_day(number) == day { number } else { number - 1 }
}

fn table(purchases: &Purchases, histories: &[History]) -> Result<Frame> {
    FrameBuilder::new(purchases.customers())
        .integers("frequency", histories.iter().map(|one| i64::from(one.x)))
        .integers("recency", histories.iter().map(|one| i64::from(one.t_x)))
        .integers("opportunities", histories.iter().map(|one| i64::from(one.n)))
        .build()
}

/// How many customers used how many opportunities, seen and expected.
fn frequencies(fit: &BgBbFit, counted: &[(History, u64)]) -> Result<Frame> {
    let most = counted.iter().map(|(history, _)| history.n).max().unwrap_or_default() as usize;
    let (mut seen, mut expected) = (vec![0.0; most + 1], vec![0.0; most + 1]);
    let mut of_opportunities = vec![0.0; most + 1];
    for (history, customers) in counted {
        seen[history.x as usize] += *customers as f64;
        of_opportunities[history.n as usize] += *customers as f64;
    }
    for (n, customers) in of_opportunities.iter().enumerate().filter(|(_, customers)| **customers > 0.0) {
        let chances = fit.model.distribution(History { x: 0, t_x: 0, n: 0 }, n as u32);
        expected.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += customers * chance);
    }
    let both = || (0..=most as i64).flat_map(|frequency| [frequency; 2]);
    FrameBuilder::empty()
        .integers("frequency", both())
        .texts("what", both().enumerate().map(|(row, _)| if row % 2 == 0 { "seen" } else { "expected" }))
        .numbers("customers", seen.iter().zip(&expected).flat_map(|(seen, expected)| [*seen, *expected]))
        .build()
}

impl BgBb {
    fn parameters(&self, fit: &BgBbFit) -> Result<Frame> {
        let btyd::BgBb { alpha, beta, gamma, delta } = fit.model;
        let values = [("alpha", alpha), ("beta", beta), ("gamma", gamma), ("delta", delta)];
        let rows: Vec<Parameter> = values
            .into_iter()
            .zip(fit.standard_errors())
            .zip(fit.intervals(self.confidence))
            .map(|(((name, estimate), error), interval)| Parameter {
                name: name.to_owned(),
                estimate,
                standard_error: Some(error),
                interval: Some((interval.lower, interval.upper)),
            })
            .collect();
        parameter_frame(&rows)
    }

    /// Why there is no model, with advice.
    fn refused(&self, why: &NoBgBb) -> Failure {
        let failure = Failure::new(why.to_string());
        let word = self.period.word();
        match why {
            NoBgBb::Stopped => Failure::interrupted(),
            NoBgBb::NoOpportunity | NoBgBb::NobodyRepeats | NoBgBb::Few { .. } => failure.help(format!(
                "take a longer window or a shorter `period`: several orders in one {word} are one purchase"
            )),
            NoBgBb::EverybodyBuys => failure.help("take a shorter `period`: in this one nobody misses an opportunity"),
            NoBgBb::Impossible(_) | NoBgBb::BuyingAlike | NoBgBb::StoppingAlike | NoBgBb::Unsettled { .. } => {
                failure.help("more customers or a longer window would tell more; or try another `period`")
            }
        }
    }
}
