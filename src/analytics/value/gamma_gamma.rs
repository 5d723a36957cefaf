use regulars_plugin::{
    Chart, Context, Date, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Registered, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spend::{self, Spend};
use super::window;
use crate::analytics::BuiltIn;
use crate::analytics::parameters::parameter_table;
use crate::stats::btyd;
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Transactions};

/// Fits how much customers spend on a purchase, and how far each customer's own mean can be trusted (Gamma-Gamma).
///
/// Who bought twice for 200 each will hardly go on at 200: the mean of few purchases is drawn towards the mean of all. The
/// model finds from the data how strongly. `.predict()` gives the expected spend of each customer, `.parameters` what was
/// found; `clv` puts it together with how often they will buy.
///
/// # Choices
/// The model learns from the mean spend of the days after the first, so from customers who came back, and several orders on
/// one day are one purchase. Customers who did not come back are expected to spend the mean of the population,
/// p γ / (q − 1), which can be more than many repeaters spend: nothing is known of them. Days whose amounts add up to
/// nothing count; customers whose repeat days bring nothing or less in the mean are left out and told. The intervals of the parameters are
/// symmetric in their logarithms. The model takes for granted that how much and how often are unrelated: `correlation` is to
/// be near 0.
///
/// # Source
/// P. S. Fader and B. G. S. Hardie (2013), "The Gamma-Gamma model of monetary value",
/// <http://www.brucehardie.com/notes/025/>.
///
/// # Example
/// ```rhai
/// let spend = sample("cdnow").gamma_gamma(#{until: "1997-09-30"});
/// spend.predict().head(3)
/// ```
/// ```text
/// customer            frequency  monetary_value  expected_spend           lower           upper
///  integer  integer · purchases  number · money  number · money  number · money  number · money
/// ─────────────────────────────────────────────────────────────────────────────────────────────
///        1                    2           22.34           24.65           15.01           40.28
///        2                    1           11.77           18.91            9.96           35.50
///        3                    0               –           35.17           11.52          100.28
/// 3 rows × 6 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GammaGamma {
    /// Last day that counts. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// Confidence of the intervals of the parameters.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for GammaGamma {
    fn default() -> Self {
        GammaGamma { until: None, confidence: 0.95 }
    }
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct SpendRow {
    /// Who.
    customer: serde_json::Value,
    /// Number of days with a purchase after the first.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Mean spend of these days; missing where there is none.
    #[schemars(extend("unit" = "money"))]
    monetary_value: Option<f64>,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpendFigures {
    /// Logarithm of the likelihood of the amounts.
    log_likelihood: f64,
    /// Mean spend over all customers there could be, p γ / (q − 1); missing where q is not above 1, and there is no such mean.
    #[schemars(extend("unit" = "money"))]
    population_mean: Option<f64>,
    /// Number of customers behind the fit: those who came back and spent something.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Correlation of frequency and monetary value, which the model takes to be nothing.
    correlation: f64,
    /// Lower end of its interval.
    correlation_lower: Option<f64>,
    /// Upper end of its interval.
    correlation_upper: Option<f64>,
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
    /// Last day that counts.
    until: Date,
}

/// What `.predict()` needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SpendState {
    p: f64,
    q: f64,
    gamma: f64,
    until: Date,
}

impl Function for GammaGamma {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["clv", "customer_summary", "historic_value"];
    type Input = Transactions;
    type Row = SpendRow;
    type Figures = SpendFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("monetary_value");
        Some(chart.title("What customers spend on a repeat purchase").labels("mean spend", "customers"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![parameter_table()]
    }

    fn methods() -> Vec<Registered<Frame>> {
        vec![BuiltIn::of::<Predict>()]
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, SpendFigures>> {
        let purchases = window::counted(&orders, Calendar::Day, self.until, HoldOut::None, context)?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        let fitted = spend::fit(&purchases, context)?;
        notes.extend(fitted.notes);
        let fit = fitted.fit;
        let model = fit.model;
        let population_mean = model.population_mean();
        notes.push(match population_mean {
            Some(mean) => format!("somebody who did not come back is expected to spend the mean of all, {mean:.2}"),
            None => {
                "q is not above 1: the model has no mean over all customers, and no expected spend for those who did \
                     not come back; a few amounts outweigh the rest"
                    .to_owned()
            }
        });
        let customers = 0..purchases.len();
        let table = FrameBuilder::new(purchases.customers())
            .integers("frequency", customers.clone().map(|customer| i64::from(purchases.repeats(customer))))
            .optional_numbers("monetary_value", customers.map(|customer| purchases.mean_repeat_spend(customer)))
            .build()?;
        let figures = SpendFigures {
            log_likelihood: fit.log_likelihood,
            population_mean,
            customers: fit.customers as i64,
            correlation: fit.correlation,
            correlation_lower: fit.correlation_interval.map(|it| it.lower),
            correlation_upper: fit.correlation_interval.map(|it| it.upper),
            converged: true,
            iterations: fit.maximum.iterations as i64,
            gradient: fit.maximum.gradient,
            starts: fit.maximum.starts as i64,
            starts_agreeing: fit.maximum.agreeing as i64,
            condition: fit.maximum.condition,
            until: purchases.until(),
        };
        let state = SpendState { p: model.p, q: model.q, gamma: model.gamma, until: purchases.until() };
        let parameters = spend::parameters(&fit, self.confidence)?;
        Output::record(figures, table).with_table("parameters", parameters).notes(notes).with_model(&state)
    }
}

/// Tells what each customer is expected to spend on a purchase.
///
/// # Choices
/// Works on the customers of the fit, or on a table that is given: transactions, summed up to the model's last day, or a
/// table with `customer`, `frequency` and `monetary_value`. The interval is where the customer's own mean lies with that
/// probability, given the purchases and the parameters; it does not cover the error of the parameters, nor how much single
/// purchases differ. It is missing where the model says nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Predict {
    /// Probability that the interval holds the customer's mean.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for Predict {
    fn default() -> Self {
        Predict { confidence: 0.95 }
    }
}

/// One row per customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(crate) struct ExpectedSpendRow {
    /// Who.
    customer: serde_json::Value,
    /// Number of days with a purchase after the first.
    #[schemars(extend("unit" = "purchases"))]
    frequency: i64,
    /// Mean spend of these days.
    #[schemars(extend("unit" = "money"))]
    monetary_value: Option<f64>,
    /// Expected mean spend of a purchase.
    #[schemars(extend("unit" = "money"))]
    expected_spend: Option<f64>,
    /// Lower end of the interval of the customer's mean.
    #[schemars(extend("unit" = "money"))]
    lower: Option<f64>,
    /// Upper end of the interval of the customer's mean.
    #[schemars(extend("unit" = "money"))]
    upper: Option<f64>,
}

impl Function for Predict {
    const FAMILY: Family = Family::Value;
    type Input = FittedOn<SpendState, Frame>;
    type Row = ExpectedSpendRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("expected_spend");
        Some(chart.title("What customers are expected to spend on a purchase").labels("expected spend", "customers"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let FittedOn { state, table, .. } = input;
        let model = btyd::GammaGamma { p: state.p, q: state.q, gamma: state.gamma };
        let spends = Spend::of_table(&table, state.until, context)?;
        let mut notes = spends.notes;
        let (x, m): (Vec<f64>, Vec<f64>) = spends.known.iter().map(|known| known.unwrap_or((0.0, 0.0))).unzip();
        let expected: Vec<Option<f64>> =
            spends.known.iter().map(|known| known.and_then(|(x, m)| model.expected_spend(x, m))).collect();
        let lacking = spends.known.iter().filter(|known| known.is_none()).count();
        notes.extend(spend::left_out(lacking, "their expected spend is missing"));
        let intervals = model.spend_intervals(&x, &m, self.confidence);
        let end = |which: fn(&crate::stats::Interval) -> f64| {
            expected.iter().zip(&intervals).map(move |(expected, interval)| expected.map(|_| which(interval)))
        };
        let table = spends
            .customers
            .integers("frequency", spends.frequency.into_iter())
            .optional_numbers("monetary_value", spends.monetary_value.into_iter())
            .optional_numbers("expected_spend", expected.iter().copied())
            .optional_numbers("lower", end(|interval| interval.lower))
            .optional_numbers("upper", end(|interval| interval.upper))
            .build()?;
        notes.push(format!(
            "the interval is where the customer's own mean lies with a probability of {}, the parameters taken as exact",
            window::percent(self.confidence)
        ));
        Ok(Output::table(table).notes(notes))
    }
}

/// Why there is no model of spend, with advice.
pub(super) fn refused(why: &btyd::NoSpendModel) -> Failure {
    use btyd::NoSpendModel;
    match why {
        NoSpendModel::Stopped => Failure::interrupted(),
        NoSpendModel::Few { .. } => Failure::new(why.to_string()).help("take a longer window, or more customers"),
        NoSpendModel::Identical | NoSpendModel::Alike | NoSpendModel::Steady => Failure::new(why.to_string())
            .help("no model is needed for that: take the mean, for example from `historic_value`"),
        NoSpendModel::Wild | NoSpendModel::Unsettled { .. } | NoSpendModel::Unusable { .. } => {
            Failure::new(why.to_string())
                .help("look at the largest amounts: `tx.sort(\"amount\", #{descending: true}).head(10)`")
        }
    }
}
