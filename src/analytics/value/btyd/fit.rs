//! Fitting one of the models to orders.

use regulars_plugin::{ColumnName, Context, Date, Failure, Output, Result, SpanUnit};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::window;
use super::covariates::{self, Covariate};
use super::effects;
use super::histories::counted;
use super::search::{Found, search};
use super::state::{BuyingModel, Kind, refused};
use super::tables;
use crate::analytics::parameters::parameter_frame;
use crate::analytics::watch::Watching;
use crate::stats::btyd::{BuyTillYouDie, Covariates, Histories, Population, Purchases as History, Shared, foresee_all};
use crate::table::{Calendar, FirstValues, Frame, FrameBuilder, HoldOut, Purchases, Transactions, thousands};

/// What is asked of a fit.
pub(in crate::analytics::value) struct Ask<'a> {
    pub(in crate::analytics::value) kind: Kind,
    pub(in crate::analytics::value) until: Option<Date>,
    pub(in crate::analytics::value) holdout_until: Option<Date>,
    pub(in crate::analytics::value) unit: SpanUnit,
    pub(in crate::analytics::value) confidence: f64,
    pub(in crate::analytics::value) covariates: &'a [ColumnName],
}

/// One row per customer of the calibration, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct BuyingRow {
    /// Who.
    customer: serde_json::Value,
    /// Repeat purchases: days with a purchase after the first.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Time from the first to the last purchase, in the model's unit.
    recency: f64,
    /// Time from the first purchase to the end of the calibration, in the model's unit.
    #[schemars(rename = "T")]
    age: f64,
    /// Probability that the customer has not stopped for good.
    #[schemars(extend("unit" = "share"))]
    p_alive: f64,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BuyingFigures {
    /// Logarithm of the likelihood, at its greatest.
    log_likelihood: f64,
    /// Akaike's criterion, 2 × number of parameters − 2 × log-likelihood: the least is the best among models of the same
    /// customers.
    aic: f64,
    /// Unit of time of the parameters.
    unit: String,
    /// Last day of the calibration.
    until: Date,
    /// Whether the search came to rest; an answer without it is never given.
    converged: bool,
    /// Largest slope of the log-likelihood that was left, by the logarithms of the parameters.
    gradient: f64,
    /// Steps of the search.
    iterations: i64,
    /// Starts that were tried.
    starts: i64,
    /// Starts that led to this answer.
    starts_agreeing: i64,
    /// How unequally well the data tell the parameters: largest over smallest curvature.
    condition: f64,
    /// Customers in the calibration.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Those of them who bought on a second day.
    #[schemars(extend("unit" = "customers"))]
    repeaters: i64,
    /// Last day of the hold-out; empty where no orders follow the calibration.
    holdout_until: Option<Date>,
    /// Purchases that the model expected of these customers in the hold-out.
    #[schemars(extend("unit" = "purchases"))]
    holdout_expected: Option<f64>,
    /// Purchases that were seen.
    #[schemars(extend("unit" = "purchases"))]
    holdout_seen: Option<i64>,
    /// Mean absolute error per customer.
    #[schemars(extend("unit" = "purchases"))]
    holdout_error: Option<f64>,
    /// The same error of a forecast without a model: everybody goes on at the pace of repeat purchases so far.
    #[schemars(extend("unit" = "purchases"))]
    holdout_naive_error: Option<f64>,
}

/// Groups of customers whose first purchases are kept: a model is a small file.
const MOST_GROUPS: usize = 5_000;

/// The covariates of a fit: what was learned of each, and every customer's values.
struct Moving {
    known: Vec<Covariate>,
    encoded: Covariates,
    first: Option<FirstValues>,
}

impl Moving {
    fn read(ask: &Ask<'_>, orders: &Transactions, purchases: &Purchases, context: &Context<'_>) -> Result<Moving> {
        let columns: Vec<&str> = ask.covariates.iter().map(ColumnName::as_str).collect();
        if columns.is_empty() {
            return Ok(Moving { known: Vec::new(), encoded: Covariates::default(), first: None });
        }
        let first = orders.first_values(&columns, purchases.customers(), purchases.until(), context)?;
        let (known, encoded) = covariates::learn(&first.values, &columns)?;
        Ok(Moving { known, encoded, first: Some(first) })
    }

    fn notes(&self) -> Vec<String> {
        covariates::notes(&self.known, self.first.as_ref().map_or(&[], |first| &first.changing))
    }
}

/// What was seen after the calibration, and what was expected.
pub(super) struct Holdout {
    end: Date,
    pub(super) seen: Vec<u32>,
    pub(super) expected: Vec<f64>,
    newcomers: usize,
}

impl Holdout {
    fn expected(&self) -> f64 {
        self.expected.iter().sum()
    }

    fn seen(&self) -> i64 {
        self.seen.iter().map(|seen| i64::from(*seen)).sum()
    }

    /// Mean absolute difference between what was seen and a forecast.
    fn error(&self, forecast: impl Fn(usize) -> f64) -> f64 {
        let errors = self.seen.iter().enumerate().map(|(customer, seen)| (f64::from(*seen) - forecast(customer)).abs());
        errors.sum::<f64>() / self.seen.len() as f64
    }
}

/// Counts, fits, and looks at the hold-out.
pub(in crate::analytics::value) fn answer(
    ask: &Ask<'_>,
    orders: &Transactions,
    context: &Context<'_>,
) -> Result<Output<Frame, BuyingFigures>> {
    let hold_out = match (ask.until, ask.holdout_until) {
        (None, Some(_)) => {
            return Err(Failure::new("`holdout_until` is given, but the calibration has no end before it")
                .help("give it as well: `until: \"1997-09-30\", holdout_until: \"1998-06-30\"`"));
        }
        (None, None) => HoldOut::None,
        (Some(_), end) => HoldOut::Until(end),
    };
    let mut purchases = window::counted(orders, Calendar::Day, ask.until, hold_out, context)?;
    let unit = ask.unit.days();
    let customers = counted(&purchases, unit);
    let moving = Moving::read(ask, orders, &purchases, context)?;
    let found = search(ask, &customers, &moving.encoded, context)?;
    let (patterns, of) = match moving.known.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => moving.encoded.patterns(customers.len()),
    };
    let histories = Histories::new(&customers, &of).map_err(|why| refused(why, ask.kind))?;
    let (newcomers, thinned) = newcomers(&purchases, &of);
    let model = BuyingModel {
        kind: ask.kind,
        parameters: found.four,
        unit: ask.unit,
        until: purchases.until(),
        holdout_until: None,
        covariates: moving.known.clone(),
        effects: found.effects.clone(),
        covariance: found.covariance.clone(),
        patterns: Vec::new(),
        newcomers: Vec::new(),
        thinned,
        most: customers.iter().map(|one| one.repeats).max().unwrap_or_default(),
    };
    let population = model.population(&patterns)?;
    let holdout = held_out(&model, &population, &mut purchases, &histories, context)?;
    let mut notes = notes(ask, orders, &purchases, &found, holdout.as_ref(), context)?;
    notes.extend(moving.notes());

    let alive = alive(&population, &histories);
    let mut table = FrameBuilder::new(purchases.customers())
        .integers("frequency", customers.iter().map(|one| i64::from(one.repeats)))
        .numbers("recency", customers.iter().map(|one| one.last))
        .numbers("T", customers.iter().map(|one| one.age))
        .numbers("p_alive", alive.into_iter());
    if let Some(first) = &moving.first {
        for name in ask.covariates {
            table = table.column(first.values.column(name.as_str())?.clone());
        }
    }
    let table = table.build()?;
    let naive = |holdout: &Holdout| {
        let horizon = f64::from(holdout.end.to_epoch_days() - purchases.until) / unit;
        let pace = |one: &History| if one.age > 0.0 { f64::from(one.repeats) / one.age } else { 0.0 };
        holdout.error(|customer| pace(&customers[customer]) * horizon)
    };
    let figures = BuyingFigures {
        log_likelihood: found.log_likelihood,
        aic: 2.0 * found.parameters.len() as f64 - 2.0 * found.log_likelihood,
        unit: ask.unit.word().to_owned(),
        until: purchases.until(),
        converged: true,
        gradient: found.search.gradient,
        iterations: found.search.iterations as i64,
        starts: found.search.starts as i64,
        starts_agreeing: found.search.agreeing as i64,
        condition: found.search.condition,
        customers: customers.len() as i64,
        repeaters: customers.iter().filter(|one| one.repeats > 0).count() as i64,
        holdout_until: holdout.as_ref().map(|holdout| holdout.end),
        holdout_expected: holdout.as_ref().map(Holdout::expected),
        holdout_seen: holdout.as_ref().map(Holdout::seen),
        holdout_error: holdout.as_ref().map(|holdout| holdout.error(|customer| holdout.expected[customer])),
        holdout_naive_error: holdout.as_ref().map(naive),
    };
    let terms: Vec<String> = moving.encoded.columns.iter().map(|(term, _)| term.clone()).collect();
    let effects = effects::frame(ask.kind, &terms, &found.effects, &found.covariance, ask.confidence)?;
    let frequencies = tables::frequencies(&population, &histories)?;
    let kept = kept(&patterns, newcomers);
    let holdout_until = holdout.as_ref().map(|holdout| holdout.end);
    let model = BuyingModel { holdout_until, patterns: kept.0, newcomers: kept.1, ..model };
    Output::record(figures, table)
        .notes(notes)
        .with_table("parameters", parameter_frame(&found.parameters)?)
        .with_table("effects", effects)
        .with_table("frequencies", frequencies)
        .with_table("holdout", tables::holdout(&customers, holdout.as_ref())?)
        .with_model(&model)
}

/// Days of first purchases and patterns with their customers, in order. Of very many every so many-th stands for its
/// neighbours; then how many there were comes with them.
fn newcomers(purchases: &Purchases, of: &[u32]) -> (Vec<(i32, u32, f64)>, Option<usize>) {
    let pattern = |customer: usize| of.get(customer).copied().unwrap_or(0);
    let mut came: Vec<(i32, u32)> =
        purchases.first.iter().enumerate().map(|(customer, day)| (*day, pattern(customer))).collect();
    came.sort_unstable();
    let groups: Vec<(i32, u32, f64)> =
        came.chunk_by(|left, right| left == right).map(|equal| (equal[0].0, equal[0].1, equal.len() as f64)).collect();
    // Without covariates the days alone are few enough.
    if of.is_empty() || groups.len() <= MOST_GROUPS {
        return (groups, None);
    }
    let every = groups.len().div_ceil(MOST_GROUPS);
    // The middle one, because they lie in the order of their covariates; on the first one's day, so that the cohort begins when it began.
    let stands = |near: &[(i32, u32, f64)]| {
        let (_, pattern, _) = near[near.len() / 2];
        (near[0].0, pattern, near.iter().map(|group| group.2).sum())
    };
    (groups.chunks(every).map(stands).collect(), Some(groups.len()))
}

/// Customers who began on one day with one pattern of covariates: the day, the pattern, how many.
type Begun = (i32, u32, f64);

/// The patterns that newcomers have, and the newcomers with the places of those.
fn kept(patterns: &[Vec<f64>], newcomers: Vec<Begun>) -> (Vec<Vec<f64>>, Vec<Begun>) {
    if patterns.is_empty() {
        return (Vec::new(), newcomers);
    }
    let mut used: Vec<u32> = newcomers.iter().map(|group| group.1).collect();
    used.sort_unstable();
    used.dedup();
    let place = |pattern: u32| used.binary_search(&pattern).map_or(0, |place| place as u32);
    let newcomers = newcomers.into_iter().map(|(day, pattern, count)| (day, place(pattern), count)).collect();
    (used.iter().map(|pattern| patterns[*pattern as usize].clone()).collect(), newcomers)
}

/// P(alive) of every customer.
fn alive(population: &Population<'_>, histories: &Histories) -> Vec<f64> {
    let alive = |one: &Shared| population.of(one.pattern).outlook(one.purchases).alive;
    let shared: Vec<f64> = histories.shared.iter().map(alive).collect();
    histories.of.iter().map(|place| shared[*place as usize]).collect()
}

/// What was expected and seen after the calibration; none where no day follows it.
fn held_out(
    model: &BuyingModel,
    population: &Population<'_>,
    purchases: &mut Purchases,
    histories: &Histories,
    context: &Context<'_>,
) -> Result<Option<Holdout>> {
    let Some(held) = purchases.held_out.take().filter(|held| held.end > purchases.until) else { return Ok(None) };
    let Some(end) = Date::from_epoch_days(held.end) else { return Ok(None) };
    let horizon = f64::from(held.end - purchases.until) / model.unit.days();
    let watch = Watching::new(context, "looking ahead");
    let prospects =
        foresee_all(population, &[], histories, horizon, 0.95, &watch).map_err(|why| refused(why, model.kind))?;
    let expected = histories.of.iter().map(|place| prospects[*place as usize].purchases.expected).collect();
    Ok(Some(Holdout { end, seen: held.periods, expected, newcomers: held.newcomers }))
}

fn notes(
    ask: &Ask<'_>,
    orders: &Transactions,
    purchases: &Purchases,
    found: &Found,
    holdout: Option<&Holdout>,
    context: &Context<'_>,
) -> Result<Vec<String>> {
    let mut notes = window::notes(orders, purchases, context)?;
    notes.push(window::definitions(purchases, ask.unit));
    notes.push(format!(
        "{} of {} starts agree; {} % intervals of the logarithms of the parameters, from the observed information",
        found.search.agreeing,
        found.search.starts,
        window::percent(ask.confidence).trim_end_matches(" %"),
    ));
    for name in &found.weak {
        notes.push(format!(
            "`{name}` is hardly told by these data: its standard error is more than half of it; trust the hold-out rather \
             than the parameter"
        ));
    }
    match holdout {
        Some(holdout) => {
            notes.push(format!(
                "hold-out up to {}: {} purchases expected, {} seen",
                holdout.end,
                thousands(holdout.expected().round() as usize),
                thousands(usize::try_from(holdout.seen()).unwrap_or_default()),
            ));
            if holdout.newcomers > 0 {
                notes.push(format!(
                    "{} customers who came after {} are no part of it",
                    thousands(holdout.newcomers),
                    purchases.until()
                ));
            }
        }
        None => notes.push(
            "no hold-out: give an earlier day as `until`, and the orders after it tell how well the model foresees"
                .to_owned(),
        ),
    }
    let once = (0..purchases.len()).filter(|customer| purchases.repeats(*customer) == 0).count();
    if ask.kind == Kind::BgNbd && once > 0 {
        notes.push(format!(
            "{} customers bought on one day only, and BG/NBD gives every one of them P(alive) = 1, because it lets a customer \
             stop only after a repeat purchase; `mbg_nbd` and `pareto_nbd` do not",
            thousands(once)
        ));
    }
    Ok(notes)
}
