use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result, Span, SpanUnit};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::table::{COUNTED, Cut, Frame, FrameBuilder, KnownByCut, Transactions, days_before, thousands};

/// Describes each customer by what was known on a day, and says who did not come back after it: the table that a churn
/// model learns from.
///
/// The day is called the cut. Everything that describes a customer is made of rows up to the cut; only `churned` looks
/// after it, and only as far as the horizon. A model that was taught with one row from after the cut knows the future of
/// its examples, looks excellent and fails in use. To predict, take the same features at a later cut with `label: false`.
///
/// # Choices
/// A customer is known who has a row up to the cut. `churned` is true where there is no row after the cut and up to the
/// cut plus the horizon; where the data end earlier the answer is not known yet, and the call is refused. Without `until`
/// the cut lies one horizon before the latest order (with `label: false`: on it). Orders are distinct values of `order`
/// where there is such a column, rows otherwise. Returns (negative amounts) count as rows, as in `rfm`; filter them out
/// first where they should not. Gaps lie between successive days with an order. A window of 90 days is the cut and the 89
/// days before it. What cannot be said is empty: a gap of somebody with one day of orders, a trend of
/// somebody without an order in 180 days. Ratios are empty where they would divide by nothing.
///
/// # Source
/// W. Buckinx and D. Van den Poel (2005), European Journal of Operational Research 164, 252–268, for the kinds of
/// features. S. Kaufman, S. Rosset, C. Perlich and O. Stitelman (2012), ACM Transactions on Knowledge Discovery from
/// Data 6(4), for leakage.
///
/// # Example
/// ```rhai
/// let features = sample("cdnow").churn_features(#{until: "1997-12-31", horizon: "180d"});
/// features.select(["customer", "recency", "frequency", "monetary", "orders_90d", "churned"]).head(3)
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChurnFeatures {
    /// The cut: the last day of which anything is known. Left out: one horizon before the latest order.
    pub until: Option<Date>,
    /// How long after the cut an order counts as coming back.
    pub horizon: Span,
    /// Whether `churned` is told; without it the data may end with the cut.
    pub label: bool,
}

impl Default for ChurnFeatures {
    fn default() -> Self {
        ChurnFeatures { until: None, horizon: Span::new(90.0, SpanUnit::Day), label: true }
    }
}

/// The windows before the cut, in days, in the order of the columns.
const WINDOWS: [i32; 3] = [30, 90, 180];

/// One row per customer known by the cut, in the order of their keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ChurnRow {
    /// Who.
    customer: serde_json::Value,
    /// Days from the last order to the cut.
    #[schemars(extend("unit" = "days"))]
    recency: i64,
    /// Days from the first order to the cut.
    #[schemars(extend("unit" = "days"))]
    tenure: i64,
    /// Number of orders.
    #[schemars(extend("unit" = "orders"))]
    frequency: i64,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    monetary: f64,
    /// Sum of the amounts over the number of orders.
    #[schemars(extend("unit" = "money"))]
    mean_order: f64,
    /// Mean days between successive days with an order; empty where there is only one.
    #[schemars(extend("unit" = "days"))]
    mean_gap: Option<f64>,
    /// Standard deviation of these gaps; empty where there are fewer than two.
    #[schemars(extend("unit" = "days"))]
    sd_gap: Option<f64>,
    /// Recency over the mean gap: above 1 the next order is late.
    overdue: Option<f64>,
    /// Orders in the last 30 days.
    #[schemars(extend("unit" = "orders"))]
    orders_30d: i64,
    /// Orders in the last 90 days.
    #[schemars(extend("unit" = "orders"))]
    orders_90d: i64,
    /// Orders in the last 180 days.
    #[schemars(extend("unit" = "orders"))]
    orders_180d: i64,
    /// Sum of the amounts in the last 30 days.
    #[schemars(extend("unit" = "money"))]
    spend_30d: f64,
    /// Sum of the amounts in the last 90 days.
    #[schemars(extend("unit" = "money"))]
    spend_90d: f64,
    /// Sum of the amounts in the last 180 days.
    #[schemars(extend("unit" = "money"))]
    spend_180d: f64,
    /// Share of the orders of the last 180 days that lie in the last 90: below one half they became fewer.
    #[schemars(extend("unit" = "share"))]
    orders_trend: Option<f64>,
    /// Share of the spend of the last 180 days that lies in the last 90; empty where that spend is not above nothing.
    #[schemars(extend("unit" = "share"))]
    spend_trend: Option<f64>,
    /// Share of the rows that are returns.
    #[schemars(extend("unit" = "share"))]
    return_share: f64,
    /// Distinct products; empty without a column `product`.
    products: Option<i64>,
    /// Distinct categories; empty without a column `category`.
    categories: Option<i64>,
    /// Distinct channels; empty without a column `channel`.
    channels: Option<i64>,
    /// Whether there was no order after the cut within the horizon; empty with `label: false`.
    churned: Option<bool>,
}

impl Function for ChurnFeatures {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["churn_model", "rfm"];
    type Input = Transactions;
    type Row = ChurnRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("recency").title("How long ago customers ordered last");
        Some(chart.labels("days from the last order to the cut", "customers"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let (first, latest) = orders.first_and_last_day(context)?.ok_or_else(|| {
            Failure::new("there are no orders").help("look at the filters before, and at what `transactions` left out")
        })?;
        let (until, end) = self.window(first, latest)?;
        let found = orders.known_by(Cut { until, end: self.label.then_some(end), windows: &WINDOWS }, context)?;
        if found.is_empty() {
            return Err(Failure::new(format!("there are no orders up to {until}")).help("give a later day as `until`"));
        }
        let notes = self.notes(&orders, &found, until, end, context)?;
        let customers: Vec<Customer> =
            (0..found.len()).map(|customer| Customer::of(&found, customer, until.to_epoch_days())).collect();
        context.check()?;
        let windows = |window: usize| found.orders[window + 1].iter().copied();
        let spend = |window: usize| customers.iter().map(move |one| one.spend[window]);
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        let distinct = |place: usize| {
            let counts = found.distinct[place].as_ref();
            (0..found.len()).map(move |customer| counts.map(|counts| counts[customer]))
        };
        let table = FrameBuilder::new(found.customers())
            .integers("recency", customers.iter().map(|one| one.recency))
            .integers("tenure", customers.iter().map(|one| one.tenure))
            .integers("frequency", found.orders[0].iter().copied())
            .numbers("monetary", customers.iter().map(|one| one.monetary))
            .numbers("mean_order", customers.iter().zip(&found.orders[0]).map(|(one, n)| one.monetary / *n as f64))
            .optional_numbers("mean_gap", customers.iter().map(|one| one.mean_gap))
            .optional_numbers("sd_gap", customers.iter().map(|one| one.sd_gap))
            .optional_numbers("overdue", customers.iter().map(|one| Some(one.recency as f64 / one.mean_gap?)))
            .integers("orders_30d", windows(0))
            .integers("orders_90d", windows(1))
            .integers("orders_180d", windows(2))
            .numbers("spend_30d", spend(0))
            .numbers("spend_90d", spend(1))
            .numbers("spend_180d", spend(2))
            .optional_numbers("orders_trend", windows(1).zip(windows(2)).map(|(a, b)| share(a as f64, b as f64)))
            .optional_numbers("spend_trend", customers.iter().map(|one| share(one.spend[1], one.spend[2])))
            .numbers("return_share", customers.iter().map(|one| one.return_share))
            .optional_integers("products", distinct(0))
            .optional_integers("categories", distinct(1))
            .optional_integers("channels", distinct(2))
            .optional_flags("churned", (0..found.len()).map(|one| found.came_back.as_ref().map(|back| !back[one])))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}

/// What is made of one customer's rows up to the cut.
struct Customer {
    recency: i64,
    tenure: i64,
    monetary: f64,
    mean_gap: Option<f64>,
    sd_gap: Option<f64>,
    spend: [f64; 3],
    return_share: f64,
}

impl Customer {
    fn of(found: &KnownByCut, customer: usize, until: i32) -> Customer {
        let range = found.rows(customer);
        let (days, amounts) = (&found.days[range.clone()], &found.amounts[range]);
        let (first, last) = (days[0], days[days.len() - 1]);
        let steps: Vec<f64> =
            days.windows(2).map(|pair| f64::from(pair[1] - pair[0])).filter(|gap| *gap > 0.0).collect();
        let gaps = steps.len() as f64;
        let mean_gap = (gaps > 0.0).then(|| f64::from(last - first) / gaps);
        let sd_gap = mean_gap.filter(|_| gaps > 1.0).map(|mean| {
            let squares: f64 = steps.iter().map(|gap| (gap - mean).powi(2)).sum();
            (squares / (gaps - 1.0)).sqrt()
        });
        let since = |window: i32| {
            amounts[days.partition_point(|day| *day <= until - window)..].iter().fold(0.0, |sum, amount| sum + amount)
        };
        Customer {
            recency: i64::from(until - last),
            tenure: i64::from(until - first),
            monetary: amounts.iter().sum(),
            mean_gap,
            sd_gap,
            spend: WINDOWS.map(since),
            return_share: amounts.iter().filter(|amount| **amount < 0.0).count() as f64 / amounts.len() as f64,
        }
    }
}

impl ChurnFeatures {
    /// The cut, and the last day on which an order counts as coming back.
    fn window(&self, first: Date, latest: Date) -> Result<(Date, Date)> {
        if self.horizon.days() < 1.0 {
            return Err(Failure::new(format!("`horizon` is {}, which is less than a day", self.horizon))
                .help("write a length of time such as `horizon: \"90d\"`"));
        }
        let end_of = |until: Date| {
            self.horizon.after(until).ok_or_else(|| {
                Failure::new(format!("`horizon` is {}, which the calendar cannot add to {until}", self.horizon))
                    .help("write whole months or years, or days: `horizon: \"90d\"`")
            })
        };
        // The last cut whose horizon has passed.
        let mut last_cut = days_before(latest, self.horizon.days().floor() as i32 - 3).unwrap_or(first);
        while end_of(last_cut)? > latest && last_cut >= first {
            last_cut = days_before(last_cut, 1).unwrap_or(first);
        }
        let until = match (self.until, self.label) {
            (Some(until), _) => until,
            (None, false) => latest,
            (None, true) => last_cut,
        };
        let end = end_of(until)?;
        if !self.label || end <= latest && until >= first {
            return Ok((until, end));
        }
        if last_cut < first {
            return Err(Failure::new(format!(
                "the orders run from {first} to {latest}, which is too short to know who stayed away for {}",
                self.horizon
            ))
            .help("take a shorter `horizon`, or `label: false` for the features alone"));
        }
        if until < first {
            return Err(Failure::new(format!("there are no orders up to {until}"))
                .help(format!("the first order is of {first}: give a later day as `until`")));
        }
        Err(Failure::new(format!(
            "who came back by {end} is not known: the orders end on {latest}, and the horizon of {} after {until} has not \
             passed",
            self.horizon
        ))
        .help(format!("give an earlier cut: `until: \"{last_cut}\"` is the last whose horizon has passed"))
        .help("or a shorter `horizon`, or `label: false` to predict from these features"))
    }

    fn notes(
        &self,
        orders: &Transactions,
        found: &KnownByCut,
        until: Date,
        end: Date,
        context: &Context<'_>,
    ) -> Result<Vec<String>> {
        let mut notes = orders.notes(None, context.host())?;
        notes.push(match &found.came_back {
            Some(back) => {
                let gone = back.iter().filter(|back| !**back).count();
                format!(
                    "features from rows up to {until}; churned: no order from then to {end} ({} of {} customers)",
                    thousands(gone),
                    thousands(back.len())
                )
            }
            None => format!("features from rows up to {until}; `churned` is empty, because of `label: false`"),
        });
        if found.newcomers > 0 {
            notes.push(format!(
                "{} customers ordered for the first time after {until} and have no row",
                thousands(found.newcomers)
            ));
        }
        if !orders.has("order") {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        let returns = found.amounts.iter().filter(|amount| **amount < 0.0).count();
        if returns > 0 {
            notes.push(format!(
                "{} rows up to the cut have a negative amount (returns?): they count as orders and lower the sums",
                thousands(returns)
            ));
        }
        let absent: Vec<String> = COUNTED
            .iter()
            .zip(&found.distinct)
            .filter(|(_, counts)| counts.is_none())
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !absent.is_empty() {
            notes.push(format!("there is no column {}: what counts them is empty", absent.join(", ")));
        }
        for (name, rows) in orders.dates_after(until, context)? {
            notes.push(format!(
                "the column `{name}` holds days after the cut in {} rows up to it: it knows the future, and is not among \
                 the features; do not join it to them",
                thousands(rows)
            ));
        }
        Ok(notes)
    }
}
