use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Result, Span, SpanUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window::{self, DAYS_IN_MONTH};
use crate::stats::log_interval;
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Purchases, Transactions};

/// Multiplies out what a customer is worth: orders per month × mean order × months of lifetime × margin.
///
/// One number for the average customer, good for a first look. It knows no single customer and takes everybody as buying
/// evenly until the end; `clv` does it customer by customer.
///
/// # Choices
/// The frequency is the number of orders over the months that customers were known, from the first order of each to `until`, added up;
/// the first order counts. The mean order is the sum of the amounts over the number of orders, so returns lower it. Where no `lifetime`
/// is given it is 1 / churn: of the customers who bought in the span before the last `churn_span`, churn is the share who did not buy in the
/// last one, and the lifetime is that span over churn. Whoever buys more seldom than once a span counts as lost, so take a span
/// in which a regular would have bought. A month has 4.345 weeks. Nothing is discounted. The interval takes the customers as
/// a sample and linearises. The table spreads the value over the months as if customers left evenly, at a rate of 1 / lifetime;
/// a given lifetime and the margin are taken as exact.
///
/// # Source
/// Custom of the trade; P. D. Berger and N. I. Nasr (1998), "Customer lifetime value: marketing models and applications",
/// Journal of Interactive Marketing 12(1), 17–30, for the idea. Interval: W. G. Cochran (1977), Sampling Techniques, section 6.3.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob", "bob", "cyd"],
///     date: ["1997-01-01", "1997-04-10", "1997-06-01", "1997-01-15", "1997-02-14", "1997-05-30"],
///     amount: [20, 40, 30, 90, 50, 10],
/// });
/// orders.simple_clv(#{until: "1997-06-30", lifetime: "2y", margin: 0.25}).clv
/// ```
/// ```text
/// 116.17400530503978
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SimpleClv {
    /// Last day of the window. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// How long a customer stays, such as "3y". Left out: found as 1 / churn.
    pub lifetime: Option<Span>,
    /// The span in which a customer who is still there is taken to buy; for the churn, where no `lifetime` is given.
    pub churn_span: Span,
    /// Share of the sales that is earned. Left out: all of it, so that the answer is sales.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub margin: Option<f64>,
    /// Confidence of the interval.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for SimpleClv {
    fn default() -> Self {
        let churn_span = Span::new(3.0, SpanUnit::Month);
        SimpleClv { until: None, lifetime: None, churn_span, margin: None, confidence: 0.95 }
    }
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SimpleClvFigures {
    /// Frequency × order value × lifetime × margin.
    #[schemars(extend("unit" = "money"))]
    clv: f64,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "money"))]
    clv_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "money"))]
    clv_upper: Option<f64>,
    /// Orders of a customer in a month: all orders over all months that customers were known.
    #[schemars(extend("unit" = "orders"))]
    frequency: f64,
    /// Mean amount of an order.
    #[schemars(extend("unit" = "money"))]
    order_value: f64,
    /// How long a customer stays: as given, or 1 / churn.
    #[schemars(extend("unit" = "months"))]
    lifetime: f64,
    /// Share of the sales that is earned.
    #[schemars(extend("unit" = "share"))]
    margin: f64,
    /// Share of the customers of the span before the last who did not buy in the last; missing where a lifetime was given.
    #[schemars(extend("unit" = "share"))]
    churn: Option<f64>,
    /// Number of customers.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Number of orders.
    #[schemars(extend("unit" = "orders"))]
    orders: i64,
}

/// One row per month, until hardly anybody is left.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct SimpleClvRow {
    /// Months since the first order.
    #[schemars(extend("unit" = "months"))]
    month: i64,
    /// Share of the customers who are still there.
    #[schemars(extend("unit" = "share"))]
    still_there: f64,
    /// Value up to then; it goes towards `clv`.
    #[schemars(extend("unit" = "money"))]
    value: f64,
}

/// Months that the table shows at the most.
const MOST_MONTHS: f64 = 600.0;

/// Who could have been lost, and who was.
struct Churn {
    share: f64,
    /// Lifetime in months.
    lifetime: f64,
    /// What each customer of the whole window adds to the share: none for those who were not there to be lost.
    lost: Vec<Option<bool>>,
    at_risk: usize,
    sentence: String,
}

impl Function for SimpleClv {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["clv", "historic_value"];
    type Input = Transactions;
    type Row = SimpleClvRow;
    type Figures = SimpleClvFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("month").y("value");
        Some(
            chart
                .title("How the value of an average customer builds up")
                .labels("months since the first order", "value"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, SimpleClvFigures>> {
        let purchases = window::counted(&orders, Calendar::Day, self.until, HoldOut::None, context)?;
        let summary = orders.customer_summary(self.until, context)?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        let known: Vec<f64> =
            purchases.first.iter().map(|first| f64::from(purchases.until - first) / DAYS_IN_MONTH).collect();
        let months: f64 = known.iter().sum();
        if months <= 0.0 {
            return Err(Failure::new(format!(
                "every customer's first order is of the last day, {}: there is no time in which they could have bought again",
                purchases.until()
            ))
            .help("give a later day as `until`, or longer data"));
        }
        let churn = match self.lifetime {
            Some(_) => None,
            None => Some(self.churn(&orders, &purchases, context)?),
        };
        let order_count: i64 = summary.orders.iter().sum();
        let total: f64 = summary.amount.iter().sum();
        let frequency = order_count as f64 / months;
        let order_value = total / order_count as f64;
        let margin = self.margin.unwrap_or(1.0);
        let lifetime = match (&churn, self.lifetime) {
            (Some(churn), _) => churn.lifetime,
            (None, given) => given.map_or(0.0, |span| span.in_units_of(SpanUnit::Month)),
        };
        let clv = frequency * order_value * lifetime * margin;
        // What each customer adds to the logarithm of the product: sales over months, over churn where that was found.
        let pull = |customer: usize| {
            let rate = summary.amount[customer] / total - known[customer] / months;
            let lost = churn.as_ref().and_then(|churn| Some((churn, churn.lost[customer]?)));
            rate - lost
                .map_or(0.0, |(churn, lost)| (f64::from(u8::from(lost)) / churn.share - 1.0) / churn.at_risk as f64)
        };
        let n = purchases.len() as f64;
        let squares: f64 = (0..purchases.len()).map(|customer| pull(customer).powi(2)).sum();
        let error = (squares * n / (n - 1.0)).sqrt();
        let interval = (n > 1.0 && clv > 0.0).then(|| log_interval(clv, error, self.confidence));
        notes.push(match &churn {
            Some(churn) => churn.sentence.clone(),
            None => "the lifetime was given, not found in the data".to_owned(),
        });
        if total <= 0.0 {
            notes.push("the amounts add up to nothing or less, so there is no interval (returns only?)".to_owned());
        }
        if self.margin.is_none() {
            notes.push("no `margin` is given: this is sales, not what is earned".to_owned());
        }
        if !orders.has("order") {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        notes.push("nothing is discounted; a month has 4.345 weeks".to_owned());
        let figures = SimpleClvFigures {
            clv,
            clv_lower: interval.map(|it| it.lower),
            clv_upper: interval.map(|it| it.upper),
            frequency,
            order_value,
            lifetime,
            margin,
            churn: churn.map(|churn| churn.share),
            customers: purchases.len() as i64,
            orders: order_count,
        };
        let months = 0..=(3.0 * lifetime).ceil().clamp(1.0, MOST_MONTHS) as i64;
        let left = |month: i64| (-(month as f64) / lifetime).exp();
        let table = FrameBuilder::empty()
            .integers("month", months.clone())
            .numbers("still_there", months.clone().map(left))
            .numbers("value", months.map(|month| clv * (1.0 - left(month))))
            .build()?;
        Ok(Output::record(figures, table).notes(notes))
    }
}

impl SimpleClv {
    /// The churn between the last two spans.
    fn churn(&self, orders: &Transactions, all: &Purchases, context: &Context<'_>) -> Result<Churn> {
        let span = self.churn_span.days().round() as i32;
        let until = all.until();
        let cut = all.until - span;
        let day = |day: i32| Date::from_epoch_days(day).unwrap_or_default();
        let before = orders.purchases(Calendar::Day, Some(day(cut)), HoldOut::Until(Some(until)), context)?;
        let later = before.held_out.as_ref().map(|held| held.periods.as_slice()).unwrap_or_default();
        let there: Vec<bool> = before.last.iter().map(|last| *last > cut - span).collect();
        let at_risk = there.iter().filter(|there| **there).count();
        let lost = there.iter().zip(later).filter(|(there, later)| **there && **later == 0).count();
        let advice = "say how long a customer stays, `lifetime: \"3y\"`, or take another `churn_span`";
        let span_before = format!("the {} up to {}", self.churn_span, day(cut));
        if at_risk == 0 {
            return Err(
                Failure::new(format!("the lifetime cannot be found: nobody bought in {span_before}")).help(advice)
            );
        }
        if lost == 0 {
            return Err(Failure::new(format!(
                "the lifetime cannot be found: of the {at_risk} customers who bought in {span_before}, nobody failed to buy in \
                 the {} after, so churn is nothing",
                self.churn_span
            ))
            .help(advice));
        }
        let share = lost as f64 / at_risk as f64;
        let lifetime = self.churn_span.in_units_of(SpanUnit::Month) / share;
        // Customers of the earlier window are among all, in the same order.
        let mut earlier = there.iter().zip(later).map(|(there, later)| there.then_some(*later == 0));
        let lost_of =
            all.first.iter().map(|first| if *first <= cut { earlier.next().flatten() } else { None }).collect();
        let sentence = format!(
            "lifetime is 1 / churn: {lost} of the {at_risk} customers who bought from {} to {} did not buy from {} to {until}, a \
             churn of {:.1} % in {}; whoever buys more seldom than that counts as lost",
            day(cut - span + 1),
            day(cut),
            day(cut + 1),
            share * 100.0,
            self.churn_span,
        );
        Ok(Churn { share, lifetime, lost: lost_of, at_risk, sentence })
    }
}
