use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::rfm_scores::{Cut, Scoring};
use crate::table::{CustomerSummary, Frame, FrameBuilder, Transactions, thousands};

/// Scores customers by how recently, how often and for how much they bought, and names ten segments.
///
/// Each customer gets three scores from 1 to `bins`, the best customers the highest. The recency and frequency scores
/// together name the segment; every customer is in exactly one.
///
/// | segment | recency score | frequency score |
/// | --- | --- | --- |
/// | champions | 5 | 4–5 |
/// | loyal | 3–4 | 4–5 |
/// | potential loyal | 4–5 | 2–3 |
/// | new | 5 | 1 |
/// | promising | 4 | 1 |
/// | need attention | 3 | 3 |
/// | about to sleep | 3 | 1–2 |
/// | cannot lose | 1–2 | 5 |
/// | at risk | 1–2 | 3–4 |
/// | hibernating | 1–2 | 1–2 |
///
/// With another number of `bins` the scores are first spread over these five levels, the lowest to 1 and the highest to 5.
///
/// # Choices
/// Recency is the number of days from the day of the last order to `until`. Frequency counts distinct values of `order`
/// where there is such a column, and rows otherwise. Monetary is the sum of the amounts; returns (negative amounts)
/// count against it. Customers with equal values share a score. The cut rule is told with the answer: at "quantile" a
/// value takes the lowest score whose upper quantile (type 7, linear between two values) it does not exceed, so the
/// groups are of unequal size where many customers share a value; at "rank" the mean rank of equal values decides; at
/// "fixed" the limits come from `cuts`. `score` writes the three scores one after the other, with hyphens where `bins`
/// is above 9. Segments of your own go by the scores as they are, and it is checked that no pair of scores is without
/// a segment or in two.
///
/// # Source
/// A. M. Hughes (1994), Strategic Database Marketing, for the scores. The names of the segments are custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob", "cyd"],
///     date: ["1997-03-01", "1997-03-20", "1997-03-29", "1997-03-28", "1997-01-02"],
///     amount: [20, 35, 15, 80, 10],
/// });
/// orders.rfm(#{until: "1997-03-31", bins: 3})
/// ```
/// ```text
/// customer  recency  frequency  monetary    r    f    m  score  segment
/// text      integer    integer    number  int  int  int  text   text
/// ────────────────────────────────────────────────────────────────────────────
/// ann             2          3     70.00    3    3    2  332    champions
/// bob             3          1     80.00    2    1    3  213    about to sleep
/// cyd            88          1     10.00    1    1    1  111    hibernating
/// 3 rows × 9 columns
/// note: recency counts days back from 1997-03-31
/// note: there is no `order` column: every row counts as one order
/// note: scores cut at the 3 quantiles (type 7, equal values share a score); recency 2.67 | 31.33;
///       frequency 1 | 1.67; monetary 50 | 73.33
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rfm {
    /// Last day of the window; days since the last order are counted back from it. Left out: the latest order in the data.
    pub until: Option<Date>,
    /// Number of groups in each score.
    #[schemars(range(min = 2, max = 100))]
    pub bins: u32,
    /// How the groups are cut.
    pub cut: Cut,
    /// For `cut: "fixed"`: the upper limits of all groups but the last, in rising order, for each of "recency",
    /// "frequency" and "monetary"; as many as there are groups less one.
    pub cuts: Option<BTreeMap<String, Vec<f64>>>,
    /// Segments of your own in place of the ten, by scores: a list such as `[#{segment: "best", r: "4-5", f: "3-5"}, …]`;
    /// `m` may be told as well, and what is not told may be anything. Every score must be in exactly one.
    pub segments: Option<Vec<BTreeMap<String, Value>>>,
}

impl Default for Rfm {
    fn default() -> Self {
        Rfm { until: None, bins: 5, cut: Cut::Quantile, cuts: None, segments: None }
    }
}

/// One row per customer, in the order of the customers' keys.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct RfmRow {
    /// Who.
    customer: serde_json::Value,
    /// Days from the last order to the end of the window.
    #[schemars(extend("unit" = "days"))]
    recency: i64,
    /// Number of orders.
    #[schemars(extend("unit" = "orders"))]
    frequency: i64,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    monetary: f64,
    /// Recency score; the most recent score highest.
    r: i64,
    /// Frequency score; the most frequent score highest.
    f: i64,
    /// Monetary score; those who paid most score highest.
    m: i64,
    /// The three scores together, such as "545".
    score: String,
    /// The segment.
    segment: String,
}

impl Function for Rfm {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["segment_migration", "segment_profile", "segment_by", "pareto_share"];
    type Input = Transactions;
    type Row = RfmRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(
            Chart::new(Mark::Bar)
                .x("segment")
                .title("How many customers are in each segment")
                .labels("segment", "customers"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let scoring = Scoring::new(self.bins, self.cut, self.cuts.as_ref(), self.segments.as_deref())?;
        let summary = orders.customer_summary(self.until, context)?;
        let until =
            self.until.or(summary.latest()).filter(|_| !summary.is_empty()).ok_or_else(|| no_orders(self.until))?;
        context.check()?;
        let scored = scoring.score(&summary, until, None);
        context.check()?;

        let mut notes = orders.notes(self.until.is_none().then_some(summary.rows), context.host())?;
        notes.extend(self.notes(&orders, &summary, until, context)?);
        notes.push(format!("scores cut {}; {}", scoring.rule(), scored.limits_in_words()));
        let each = || scored.r.iter().zip(&scored.f).zip(&scored.m).map(|((r, f), m)| (*r, *f, *m));
        let table = FrameBuilder::new(summary.customers())
            .integers("recency", summary.last.iter().map(|last| i64::from(until.to_epoch_days() - last)))
            .integers("frequency", summary.orders.iter().copied())
            .numbers("monetary", summary.amount.iter().copied())
            .integers("r", each().map(|(r, ..)| i64::from(r)))
            .integers("f", each().map(|(_, f, _)| i64::from(f)))
            .integers("m", each().map(|(.., m)| i64::from(m)))
            .texts("score", each().map(|(r, f, m)| scoring.written(r, f, m)))
            .texts("segment", scored.segments.iter().map(|segment| scoring.segments()[*segment].as_str()))
            .build()?;
        let of = |names: &[&'static str]| names.iter().map(|name| (orders.frame(), *name)).collect::<Vec<_>>();
        let bought = if orders.has("order") { "order" } else { "date" };
        let table = table.computed_of(&[
            ("recency", of(&["date"])),
            ("frequency", of(&[bought])),
            ("monetary", of(&["amount"])),
            ("r", of(&["date"])),
            ("f", of(&[bought])),
            ("m", of(&["amount"])),
            ("score", of(&["date", bought, "amount"])),
            ("segment", of(&["date", bought, "amount"])),
        ]);
        Ok(Output::table(table).notes(notes))
    }
}

impl Rfm {
    fn notes(
        &self,
        orders: &Transactions,
        summary: &CustomerSummary,
        until: Date,
        context: &Context<'_>,
    ) -> Result<Vec<String>> {
        let mut notes = vec![format!("recency counts days back from {until}")];
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after {until} were left out", thousands(late)));
        }
        if !orders.has("order") {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        if summary.negative > 0 {
            notes.push(format!(
                "{} rows have a negative amount (returns?): they count as orders and lower the sum; \
                 filter them out first where they should not",
                thousands(summary.negative)
            ));
        }
        Ok(notes)
    }
}

pub(super) fn no_orders(until: Option<Date>) -> Failure {
    match until {
        Some(until) => Failure::new(format!("there are no orders up to {until}")).help("give a later day as `until`"),
        None => {
            Failure::new("there are no orders").help("look at the filters before, and at what `transactions` left out")
        }
    }
}
