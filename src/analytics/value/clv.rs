use regulars_plugin::{Chart, Context, Date, Family, Function, Mark, Nothing, Output, Result, Span, SpanUnit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::future::{Buying, Worth};
use super::{spend, window};
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Transactions};

/// Tells what each customer will be worth: how often they will buy, how much each time, discounted.
///
/// A model of buying (`model`) and a model of spend (`gamma_gamma`) are fitted to the same transactions; the value of a customer
/// is the purchases expected in each month of the horizon, times the expected spend, discounted from the end of that month.
///
/// # Choices
/// Purchases are days with an order, so several orders on one day are one; spend is that of a day. `discount` is per month, whatever the
/// `unit` of the model: a horizon of "12mo" is twelve months of 4.345 weeks, and the models count time in `unit`. The value counts what comes after `until`,
/// not what was. Under `bg_nbd` everybody who bought once is alive for certain, because
/// customers of that model can stop after a repeat purchase only: take `mbg_nbd` or `pareto_nbd` where that matters.
/// The intervals cover the error of the parameters of both models, by the delta method, symmetric in logarithms. They do not
/// cover chance: a single customer will be farther from the expectation than that. Nor do they cover whether the models fit.
///
/// # Source
/// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "RFM and CLV: using iso-value curves for customer base analysis",
/// Journal of Marketing Research 42(4), 415–430, with the models of `bg_nbd`, `mbg_nbd`, `pareto_nbd` and `gamma_gamma`.
///
/// # Example
/// ```rhai
/// sample("cdnow").clv(#{until: "1997-09-30", horizon: "12mo", discount: 0.01}).head(4)
/// ```
/// ```text
/// customer  expected_purchases  p_alive  expected_spend    clv  lower  upper
///  integer  number · purchases   number  number · money    num    num    num
/// ──────────────────────────────────────────────────────────────────────────
///        1               1.562   72.7 %           24.65  36.27  33.15  39.70
///        2               0.261   21.2 %           18.91   4.64   3.63   5.94
///        3               0.252  100.0 %           35.17   8.34   7.51   9.27
///        4               0.252  100.0 %           35.17   8.34   7.51   9.27
/// 4 rows × 7 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Clv {
    /// Last day of the window that the models learn from. Left out: the latest day in the data.
    pub until: Option<Date>,
    /// How far to look, from `until` on.
    pub horizon: Span,
    /// Discount per month: 0.01 makes 1.00 of next month 0.99 of today.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub discount: f64,
    /// The model of buying.
    pub model: BuyingModel,
    /// Share of the sales that is earned.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub margin: f64,
    /// Unit of time in which the model of buying counts; it changes the parameters, hardly the values.
    pub unit: SpanUnit,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

impl Default for Clv {
    fn default() -> Self {
        Clv {
            until: None,
            horizon: Span::new(12.0, SpanUnit::Month),
            discount: 0.01,
            model: BuyingModel::BgNbd,
            margin: 1.0,
            unit: SpanUnit::Week,
            confidence: 0.95,
        }
    }
}

/// The models of buying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BuyingModel {
    /// Customers may stop right after a repeat purchase.
    #[default]
    BgNbd,
    /// Customers may stop right after any purchase, the first included.
    MbgNbd,
    /// Customers may stop at any time.
    ParetoNbd,
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ClvRow {
    /// Who.
    customer: serde_json::Value,
    /// Purchases expected within the horizon.
    #[schemars(extend("unit" = "purchases"))]
    expected_purchases: f64,
    /// Probability that the customer has not stopped for good.
    #[schemars(extend("unit" = "share"))]
    p_alive: f64,
    /// Expected spend of a purchase.
    #[schemars(extend("unit" = "money"))]
    expected_spend: Option<f64>,
    /// Discounted value within the horizon.
    #[schemars(extend("unit" = "money"))]
    clv: Option<f64>,
    /// Lower end of its interval, for the error of the parameters.
    #[schemars(extend("unit" = "money"))]
    lower: Option<f64>,
    /// Upper end of its interval, for the error of the parameters.
    #[schemars(extend("unit" = "money"))]
    upper: Option<f64>,
}

impl Function for Clv {
    const FAMILY: Family = Family::Value;
    const RELATED: &'static [&'static str] = &["gamma_gamma", "simple_clv", "historic_value", "customer_summary"];
    type Input = Transactions;
    type Row = ClvRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("clv");
        Some(chart.title("What customers will be worth within the horizon").labels("value", "customers"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let purchases = window::counted(&orders, Calendar::Day, self.until, HoldOut::None, context)?;
        let mut notes = window::notes(&orders, &purchases, context)?;
        let buying = Buying::fit(self.model, &purchases, self.unit, context)?;
        let spent = spend::fit(&purchases, context)?;
        notes.extend(spent.notes);
        let worth = Worth::of(&buying, &spent.fit, &purchases, self, context)?;
        notes.push(window::definitions(&purchases, self.unit));
        notes.push(buying.sentence(self.unit));
        notes.push(format!("gamma_gamma fitted to {} customers: {}", spent.fit.customers, spend::sentence(&spent.fit)));
        let lacking = worth.rows.iter().filter(|row| row.spend.is_none()).count();
        if let Some(told) = spend::left_out(lacking, "their value is missing") {
            notes.push(told);
        }
        notes.push(worth.sentence(self));
        notes.push(
            "the intervals cover the error of the parameters; not chance, which moves a single customer farther, nor whether \
             the models fit"
                .to_owned(),
        );
        if self.model == BuyingModel::BgNbd {
            notes.push(
                "under bg_nbd whoever bought once is alive for certain (p_alive 1), because customers of that model stop after \
                 repeat purchases only; mbg_nbd and pareto_nbd know better"
                    .to_owned(),
            );
        }
        let rows = &worth.rows;
        let table = FrameBuilder::new(purchases.customers())
            .numbers("expected_purchases", rows.iter().map(|row| row.purchases))
            .numbers("p_alive", rows.iter().map(|row| row.alive))
            .optional_numbers("expected_spend", rows.iter().map(|row| row.spend))
            .optional_numbers("clv", rows.iter().map(|row| row.value))
            .optional_numbers("lower", rows.iter().map(|row| row.interval.map(|it| it.lower)))
            .optional_numbers("upper", rows.iter().map(|row| row.interval.map(|it| it.upper)))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}
