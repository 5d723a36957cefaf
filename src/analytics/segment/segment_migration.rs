use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rfm::no_orders;
use super::rfm_scores::{Cut, Scored, Scoring};
use crate::stats::wilson;
use crate::table::{CustomerSummary, Frame, FrameBuilder, Transactions, thousands};

/// Tells how customers moved between the segments of `rfm` from one day to a later one.
///
/// Each row is a pair of segments: how many customers were in the one on the first day and in the other on the last, and which
/// share of the first that is. Whoever bought for the first time in between comes from "not yet a customer". Every pair
/// is listed, also where nobody went that way; the customers add up to all there are on the last day.
///
/// # Choices
/// Customers are scored on both days as `rfm` scores them, with the orders up to that day. With `limits: "own"` scores are
/// cut anew on each day: a score says where a customer stands among all of that day, so somebody can sink because others rose.
/// With `limits: "first"` the limits of the first day hold on the last as well, so that only what the customer did counts;
/// frequency and spending are sums since the beginning and can then only grow. The intervals of the shares are Wilson's.
///
/// # Source
/// A. M. Hughes (1994), Strategic Database Marketing, for the scores; E. B. Wilson (1927), Journal of the American
/// Statistical Association 22, 209–212, for the intervals. The table of moves is custom of the trade.
///
/// # Example
/// ```rhai
/// let moves = sample("cdnow").segment_migration(#{from: "1997-12-31", until: "1998-06-30"});
/// moves.table().filter(col("from") == "champions" & col("customers") > 0).select(["until", "customers", "share"])
/// ```
/// ```text
/// until                customers           share
/// text       integer · customers  number · share
/// ──────────────────────────────────────────────
/// champions                  217          57.1 %
/// loyal                      163          42.9 %
/// 2 rows × 3 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentMigration {
    /// The first day; must be given.
    pub from: Option<Date>,
    /// The last day. Left out: the latest order in the data.
    pub until: Option<Date>,
    /// Number of groups in each score.
    #[schemars(range(min = 2, max = 100))]
    pub bins: u32,
    /// How the groups are cut.
    pub cut: Cut,
    /// For `cut: "fixed"`: the limits, as in `rfm`.
    pub cuts: Option<BTreeMap<String, Vec<f64>>>,
    /// Segments of your own in place of the ten, as in `rfm`.
    pub segments: Option<Vec<BTreeMap<String, Value>>>,
    /// Whose limits cut the scores of the last day.
    pub limits: LimitsOf,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// Whose limits cut the scores of the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitsOf {
    /// Its own: a customer is compared with all others of that day.
    #[default]
    Own,
    /// Those of the first day: a customer is compared with what was usual then.
    First,
}

impl Default for SegmentMigration {
    fn default() -> Self {
        SegmentMigration {
            from: None,
            until: None,
            bins: 5,
            cut: Cut::Quantile,
            cuts: None,
            segments: None,
            limits: LimitsOf::Own,
            confidence: 0.95,
        }
    }
}

/// One row per pair of segments, in the order in which `rfm` lists them.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct MigrationRow {
    /// Segment on the first day, or "not yet a customer".
    from: String,
    /// Segment on the last day.
    until: String,
    /// Number of customers who went this way.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Their share of those who were in `from`.
    #[schemars(extend("unit" = "share"))]
    share: f64,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MigrationFigures {
    /// Number of customers on the last day.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Number of those who were no customers on the first day.
    #[schemars(extend("unit" = "customers"))]
    newcomers: i64,
    /// Number of customers who are in the same segment on both days.
    #[schemars(extend("unit" = "customers"))]
    stayed: i64,
    /// Their share of the customers of the first day.
    #[schemars(extend("unit" = "share"))]
    stayed_share: f64,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    stayed_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    stayed_upper: Option<f64>,
}

const NOT_YET: &str = "not yet a customer";

impl Function for SegmentMigration {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["rfm", "cohort_retention"];
    type Input = Transactions;
    type Row = MigrationRow;
    type Figures = MigrationFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Heatmap).x("until").y("from").color("share");
        Some(
            chart
                .title("Where the customers of each segment went")
                .labels("segment on the last day", "on the first day"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, MigrationFigures>> {
        let scoring = Scoring::new(self.bins, self.cut, self.cuts.as_ref(), self.segments.as_deref())?;
        let names = self.names(&scoring)?;
        if self.limits == LimitsOf::First && self.cut == Cut::Rank {
            return Err(Failure::new("ranks have no limits that could be kept from the first day")
                .help("take `cut: \"quantile\"` with `limits: \"first\"`, or leave `limits` out"));
        }
        let Some(from) = self.from else {
            return Err(Failure::new("`from` is wanted: on which day do the moves begin?")
                .help("write `from: \"1997-12-31\"`; they end on the day `until`"));
        };
        let later = orders.customer_summary(self.until, context)?;
        let until = self.until.or(later.latest()).filter(|_| !later.is_empty()).ok_or_else(|| no_orders(self.until))?;
        if from >= until {
            return Err(Failure::new(format!("`from` is {from}, but the moves end on {until}"))
                .help("give a day before that as `from`"));
        }
        let earlier = orders.customer_summary(Some(from), context)?;
        if earlier.is_empty() {
            return Err(Failure::new(format!("nobody was a customer up to {from}")).help("give a later day as `from`"));
        }
        let before = scoring.score(&earlier, from, None);
        context.check()?;
        let first = Some(&before).filter(|_| self.limits == LimitsOf::First);
        let after = scoring.score(&later, until, first);
        context.check()?;

        let moves = Moves::count(&earlier, &later, &before, &after, names.len())?;
        let mut notes = orders.notes(self.until.is_none().then_some(later.rows), context.host())?;
        notes.extend(self.notes(&orders, from, until, &scoring, [&before, &after], context)?);
        let stayed: u64 = (0..names.len()).map(|segment| moves.of(segment, segment)).sum();
        let interval = wilson(stayed, earlier.len() as u64, self.confidence);
        let figures = MigrationFigures {
            customers: later.len() as i64,
            newcomers: (later.len() - earlier.len()) as i64,
            stayed: stayed as i64,
            stayed_share: stayed as f64 / earlier.len() as f64,
            stayed_lower: interval.map(|it| it.lower),
            stayed_upper: interval.map(|it| it.upper),
        };
        Ok(Output::record(figures, self.table(&moves, &names)?).notes(notes))
    }
}

/// How many customers went from each segment to each other, those who were no customers behind the last segment.
struct Moves {
    counts: Vec<u64>,
    segments: usize,
}

impl Moves {
    fn count(
        earlier: &CustomerSummary,
        later: &CustomerSummary,
        before: &Scored,
        after: &Scored,
        segments: usize,
    ) -> Result<Moves> {
        let mut counts = vec![0; (segments + 1) * segments];
        for (place, until) in later.places_in(earlier)?.into_iter().zip(&after.segments) {
            let from = place.map_or(segments, |place| before.segments[place]);
            counts[from * segments + until] += 1;
        }
        Ok(Moves { counts, segments })
    }

    fn of(&self, from: usize, until: usize) -> u64 {
        self.counts[from * self.segments + until]
    }

    fn from(&self, from: usize) -> u64 {
        self.counts[from * self.segments..][..self.segments].iter().sum()
    }

    fn until(&self, until: usize) -> u64 {
        self.counts.iter().skip(until).step_by(self.segments).sum()
    }
}

impl SegmentMigration {
    fn names(&self, scoring: &Scoring<'_>) -> Result<Vec<String>> {
        let names = scoring.segments().to_vec();
        if names.iter().any(|name| name == NOT_YET) {
            return Err(Failure::new(format!("a segment is called `{NOT_YET}`"))
                .help("that is how those are called here who have not bought yet: take another name"));
        }
        Ok(names)
    }

    /// All pairs of segments in which anybody is.
    fn table(&self, moves: &Moves, names: &[String]) -> Result<Frame> {
        let starts = (0..=names.len()).filter(|from| moves.from(*from) > 0);
        let pairs: Vec<(usize, usize)> = starts
            .flat_map(|from| (0..names.len()).map(move |until| (from, until)))
            .filter(|(_, until)| moves.until(*until) > 0)
            .collect();
        let interval =
            |(from, until): &(usize, usize)| wilson(moves.of(*from, *until), moves.from(*from), self.confidence);
        FrameBuilder::empty()
            .texts("from", pairs.iter().map(|(from, _)| names.get(*from).map_or(NOT_YET, String::as_str)))
            .texts("until", pairs.iter().map(|(_, until)| &names[*until]))
            .integers("customers", pairs.iter().map(|(from, until)| moves.of(*from, *until) as i64))
            .numbers(
                "share",
                pairs.iter().map(|(from, until)| moves.of(*from, *until) as f64 / moves.from(*from) as f64),
            )
            .optional_numbers("lower", pairs.iter().map(|pair| interval(pair).map(|it| it.lower)))
            .optional_numbers("upper", pairs.iter().map(|pair| interval(pair).map(|it| it.upper)))
            .build()
    }

    fn notes(
        &self,
        orders: &Transactions,
        from: Date,
        until: Date,
        scoring: &Scoring<'_>,
        [before, after]: [&Scored; 2],
        context: &Context<'_>,
    ) -> Result<Vec<String>> {
        let mut notes = vec![format!("segments of {from} and of {until}; scores cut {}", scoring.rule())];
        notes.push(format!("limits of {from}: {}", before.limits_in_words()));
        let is_new = self.cut != Cut::Fixed && self.limits == LimitsOf::Own;
        if is_new {
            notes.push(format!("limits of {until}: {}", after.limits_in_words()));
        }
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after {until} were left out", thousands(late)));
        }
        if !orders.has("order") {
            notes.push("there is no `order` column: every row counts as one order".to_owned());
        }
        Ok(notes)
    }
}
