use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::{average_ranks, quantile_sorted};
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
/// is above 9.
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
}

/// How the groups of a score are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// At the quantiles of the values.
    #[default]
    Quantile,
    /// By the rank of the values.
    Rank,
    /// At the limits given as `cuts`.
    Fixed,
}

impl Default for Rfm {
    fn default() -> Self {
        Rfm { until: None, bins: 5, cut: Cut::Quantile, cuts: None }
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
    const RELATED: &'static [&'static str] = &["pareto_share", "cohort_retention"];
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
        self.check_cuts()?;
        let summary = orders.customer_summary(self.until, context)?;
        let until =
            self.until.or(summary.latest()).filter(|_| !summary.is_empty()).ok_or_else(|| no_orders(self.until))?;
        let last_day = until.to_epoch_days();
        let recency: Vec<f64> = summary.last.iter().map(|last| f64::from(last_day - last)).collect();
        let frequency: Vec<f64> = summary.orders.iter().map(|orders| *orders as f64).collect();
        context.check()?;

        let recent = self.score("recency", &recency)?;
        let frequent = self.score("frequency", &frequency)?;
        let monetary = self.score("monetary", &summary.amount)?;
        let bins = self.bins as u8;
        // The longest ago score lowest: the scores of recency are turned round.
        let r: Vec<u8> = recent.of.iter().map(|score| bins + 1 - score).collect();
        let (f, m) = (&frequent.of, &monetary.of);
        context.check()?;

        let scores = r.iter().zip(f).zip(m).map(|((r, f), m)| self.written(*r, *f, *m));
        let segments = r.iter().zip(f).map(|(r, f)| segment(self.level(*r), self.level(*f)));
        let mut notes = orders.notes(self.until.is_none().then_some(summary.rows), context.host())?;
        notes.extend(self.notes(&orders, &summary, until, context)?);
        notes.push(format!(
            "scores cut {}; recency {}; frequency {}; monetary {}",
            self.rule(),
            recent.limits,
            frequent.limits,
            monetary.limits
        ));
        let table = FrameBuilder::new(summary.customers())
            .integers("recency", recency.iter().map(|days| *days as i64))
            .integers("frequency", summary.orders.iter().copied())
            .numbers("monetary", summary.amount.iter().copied())
            .integers("r", r.iter().map(|score| i64::from(*score)))
            .integers("f", f.iter().map(|score| i64::from(*score)))
            .integers("m", m.iter().map(|score| i64::from(*score)))
            .texts("score", scores)
            .texts("segment", segments)
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}

/// The scores of one measure, before recency is turned round, and their limits in words.
struct Scores {
    of: Vec<u8>,
    limits: String,
}

impl Rfm {
    fn score(&self, measure: &str, values: &[f64]) -> Result<Scores> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let bins = self.bins as usize;
        if self.cut == Cut::Rank {
            let n = values.len() as f64;
            let of = average_ranks(values)
                .into_iter()
                .map(|rank| 1 + (bins as f64 * (rank - 0.5) / n).floor() as u8)
                .collect();
            return Ok(Scores { of, limits: format!("{} to {}", short(sorted[0]), short(sorted[sorted.len() - 1])) });
        }
        let limits: Vec<f64> = match self.cuts.as_ref().filter(|_| self.cut == Cut::Fixed) {
            Some(cuts) => cuts.get(measure).cloned().unwrap_or_default(),
            None => (1..bins).filter_map(|group| quantile_sorted(&sorted, group as f64 / bins as f64)).collect(),
        };
        let of = values.iter().map(|value| 1 + limits.partition_point(|limit| limit < value) as u8).collect();
        let words: Vec<String> = limits.iter().map(|limit| short(*limit)).collect();
        Ok(Scores { of, limits: words.join(" | ") })
    }

    fn check_cuts(&self) -> Result<()> {
        const MEASURES: [&str; 3] = ["recency", "frequency", "monetary"];
        let example =
            "write `cuts: #{recency: [30, 60, 90, 180], frequency: [1, 2, 4, 8], monetary: [20, 50, 100, 300]}`";
        let Some(cuts) = self.cuts.as_ref().filter(|_| self.cut == Cut::Fixed) else {
            return match self.cut {
                Cut::Fixed => Err(Failure::new("`cut: \"fixed\"` needs the limits as `cuts`").help(example)),
                _ if self.cuts.is_some() => {
                    Err(Failure::new("`cuts` are given, but not used").help("say `cut: \"fixed\"` as well"))
                }
                _ => Ok(()),
            };
        };
        if let Some(unknown) = cuts.keys().find(|name| !MEASURES.contains(&name.as_str())) {
            return Err(Failure::new(format!("`cuts` knows no measure `{unknown}`")).near(unknown, MEASURES));
        }
        for measure in MEASURES {
            let wanted = self.bins as usize - 1;
            let limits =
                cuts.get(measure).ok_or_else(|| Failure::new(format!("`cuts` lacks `{measure}`")).help(example))?;
            if limits.len() != wanted {
                return Err(Failure::new(format!(
                    "`cuts` has {} limits for `{measure}`, but {} groups need {wanted}",
                    limits.len(),
                    self.bins
                ))
                .help(
                    "the limits are the upper ends of all groups but the last; `bins` says how many groups there are",
                ));
            }
            if !limits.is_sorted_by(|left, right| left < right) {
                return Err(Failure::new(format!("the limits of `{measure}` in `cuts` do not rise"))
                    .help("write them from the least to the greatest: `[30, 60, 90, 180]`"));
            }
        }
        Ok(())
    }

    fn rule(&self) -> String {
        match self.cut {
            Cut::Quantile => format!("at the {} quantiles (type 7, equal values share a score)", self.bins),
            Cut::Rank => format!("by mean rank into {} groups (equal values share a score)", self.bins),
            Cut::Fixed => "at the given limits".to_owned(),
        }
    }

    fn written(&self, r: u8, f: u8, m: u8) -> String {
        if self.bins <= 9 { format!("{r}{f}{m}") } else { format!("{r}-{f}-{m}") }
    }

    /// A score on the five levels of the segment table: the lowest to 1, the highest to 5.
    fn level(&self, score: u8) -> u8 {
        1 + (4.0 * f64::from(score - 1) / f64::from(self.bins - 1)).round() as u8
    }

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

fn no_orders(until: Option<Date>) -> Failure {
    match until {
        Some(until) => Failure::new(format!("there are no orders up to {until}")).help("give a later day as `until`"),
        None => {
            Failure::new("there are no orders").help("look at the filters before, and at what `transactions` left out")
        }
    }
}

/// The segment of a customer by recency and frequency level, each from 1 to 5: every pair has exactly one.
fn segment(recency: u8, frequency: u8) -> &'static str {
    match (recency, frequency) {
        (5, 4 | 5) => "champions",
        (3 | 4, 4 | 5) => "loyal",
        (4 | 5, 2 | 3) => "potential loyal",
        (5, _) => "new",
        (4, _) => "promising",
        (3, 3) => "need attention",
        (3, _) => "about to sleep",
        (_, 5) => "cannot lose",
        (_, 3 | 4) => "at risk",
        (_, _) => "hibernating",
    }
}

/// A limit in few digits.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_levels_has_the_segment_of_the_manual() {
        // The table of the manual, read as ranges: each pair must lie in exactly one row, and it must be the one answered.
        let manual = Rfm::manual();
        let rows: Vec<(String, Vec<u8>, Vec<u8>)> = manual
            .description
            .lines()
            .filter(|line| line.starts_with("| ") && !line.contains("---") && !line.contains("recency score"))
            .map(|line| {
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                let range = |text: &str| -> Vec<u8> {
                    let ends: Vec<u8> = text.split('–').filter_map(|end| end.parse().ok()).collect();
                    (ends[0]..=ends[ends.len() - 1]).collect()
                };
                (cells[0].to_owned(), range(cells[1]), range(cells[2]))
            })
            .collect();
        assert_eq!(rows.len(), 10);
        for r in 1..=5 {
            for f in 1..=5 {
                let holding: Vec<&str> = rows
                    .iter()
                    .filter(|row| row.1.contains(&r) && row.2.contains(&f))
                    .map(|row| row.0.as_str())
                    .collect();
                assert_eq!(holding, [segment(r, f)], "r {r}, f {f}");
            }
        }
    }

    #[test]
    fn levels_reach_from_one_to_five() {
        for bins in 2..=100_u32 {
            let rfm = Rfm { bins, ..Rfm::default() };
            assert_eq!((rfm.level(1), rfm.level(bins as u8)), (1, 5));
        }
    }

    #[test]
    fn equal_values_share_a_score_under_both_rules() {
        let values = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 8.0, 8.0];
        for cut in [Cut::Quantile, Cut::Rank] {
            let scores = Rfm { cut, ..Rfm::default() }.score("frequency", &values).map(|scores| scores.of);
            let scores = scores.unwrap_or_default();
            assert!(scores[..6].iter().all(|score| *score == scores[0]) && scores[8] == scores[9], "{scores:?}");
            assert!(scores.is_sorted(), "{scores:?}");
        }
    }
}
