use regulars_plugin::{Chart, ColumnName, Context, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analytics::spells::{End, Spells, Wanted, percent, refused};
use crate::analytics::watch::Watching;
use crate::stats::Interval;
use crate::stats::survival::{Curve, IntervalKind, RestrictedMean, RiskTable, kaplan_meier, nelson_aalen};
use crate::table::{Frame, FrameBuilder, Levels};

/// Tells which share is still there after each time, where some are followed only so far: survival curves.
///
/// Works on any table with one row per customer, contract or order: a column that says how long it was followed, and one
/// that says whether the event (leaving, a second order, a failure) had happened by then. Rows that are still without it
/// count as long as they were seen. Figures are of all rows together; with `by` there is a curve for each group, and
/// `summary` holds the figures of each.
///
/// # Choices
/// Times are in whatever unit the column has, and so are `median` and `restricted_mean`. The default is Kaplan and
/// Meier's curve with Greenwood's variance; "nelson_aalen" answers with exp(−H), where H is the cumulative hazard, with
/// the variance Σ d/n². Intervals hold for each time by itself. Programs disagree on their scale, so it is printed: the
/// default is symmetric in log(−log) of the share, which stays between 0 and 1 and keeps its confidence in small samples.
/// Once nobody is left the share is 0 and has no interval. The median is the first time at which the share is one half or
/// less; its interval holds the times that the intervals of the curve do not refuse, and an end that is not reached is
/// empty. `restricted_mean` is the mean time without the event up to `horizon`, the area under the curve; left out, the
/// horizon is the longest time up to which every group is followed. Where rows end at one time, events come before those
/// that are only no longer seen. With `entry` a row counts after that time (left truncation).
///
/// # Source
/// E. L. Kaplan and P. Meier (1958), Journal of the American Statistical Association 53, 457–481; M. Greenwood (1926);
/// W. Nelson (1972); O. Aalen (1978). Interval of the median: R. Brookmeyer and J. Crowley (1982), Biometrics 38, 29–41.
///
/// # Example
/// ```rhai
/// // Weeks in remission under 6-MP; Freireich and others (1963), Blood 21, 699–716.
/// let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
/// let back = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
/// let curve = frame(#{weeks: weeks, back: back}).survival(#{duration: "weeks", event: "back"});
/// curve.table().filter(col("events") > 0).select("time", "at_risk", "events", "survival", "lower", "upper")
/// ```
/// ```text
///   time  at_risk   events        survival           lower           upper
/// number  integer  integer  number · share  number · share  number · share
/// ────────────────────────────────────────────────────────────────────────
///      6       21        3          85.7 %          62.0 %          95.2 %
///      7       17        1          80.7 %          56.3 %          92.3 %
///     10       15        1          75.3 %          50.3 %          88.9 %
///     13       12        1          69.0 %          43.2 %          84.9 %
///     16       11        1          62.7 %          36.8 %          80.5 %
///     22        7        1          53.8 %          26.8 %          74.7 %
///     23        6        1          44.8 %          18.8 %          68.0 %
/// 7 rows × 6 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Survival {
    /// Column that tells how long each row was followed, as a number from 0 up.
    pub duration: ColumnName,
    /// Column that tells whether the event had happened by then: true or false, or 1 and 0.
    pub event: ColumnName,
    /// Column that tells groups apart, each of which gets a curve.
    pub by: Option<ColumnName>,
    /// Column that tells when a row came under observation, on the scale of `duration`. Left out: all from the start.
    pub entry: Option<ColumnName>,
    /// Which estimate.
    pub method: Method,
    /// On which scale the intervals are symmetric.
    pub interval: Scale,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
    /// Up to which time the restricted mean goes, in the unit of `duration`. Left out: as far as all groups are followed.
    #[schemars(range(min = 0))]
    pub horizon: Option<f64>,
}

/// The estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The share that is left, step by step.
    #[default]
    KaplanMeier,
    /// exp(−H) with the cumulative hazard H.
    NelsonAalen,
}

/// Scales of intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// log(−log) of the share.
    #[default]
    LogLog,
    /// Its logarithm.
    Log,
    /// The share itself.
    Plain,
}

impl Default for Survival {
    fn default() -> Self {
        Survival {
            duration: ColumnName::default(),
            event: ColumnName::default(),
            by: None,
            entry: None,
            method: Method::KaplanMeier,
            interval: Scale::LogLog,
            confidence: 0.95,
            horizon: None,
        }
    }
}

/// One row per group and time, from the start.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct SurvivalRow {
    /// The group; "all" without `by`.
    group: serde_json::Value,
    /// A time at which rows end, and the start.
    time: f64,
    /// Rows that are under observation and without the event just before it.
    at_risk: i64,
    /// Rows to which the event happens then.
    events: i64,
    /// Rows that are seen no longer, still without it.
    censored: i64,
    /// Share that is without the event after it.
    #[schemars(extend("unit" = "share"))]
    survival: f64,
    /// Standard error of the share; empty where nobody is left.
    #[schemars(extend("unit" = "share"))]
    standard_error: Option<f64>,
    /// Lower end of the share's interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of the share's interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

/// The figures of all rows together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SurvivalFigures {
    /// Rows that were followed.
    rows: i64,
    /// Rows to which the event happened.
    events: i64,
    /// The time after which half are left; empty where more than half are left at the end.
    median: Option<f64>,
    /// Lower end of its interval.
    median_lower: Option<f64>,
    /// Upper end of its interval.
    median_upper: Option<f64>,
    /// Mean time without the event up to the horizon.
    restricted_mean: Option<f64>,
    /// Its standard error.
    restricted_mean_error: Option<f64>,
    /// Lower end of its interval.
    restricted_mean_lower: Option<f64>,
    /// Upper end of its interval.
    restricted_mean_upper: Option<f64>,
    /// The horizon of that mean.
    horizon: f64,
}

/// The figures of each group.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct SummaryRow {
    /// The group; "all" without `by`.
    group: serde_json::Value,
    /// Rows that were followed.
    rows: i64,
    /// Rows to which the event happened.
    events: i64,
    /// The time after which half are left; empty where more than half are left at the end.
    median: Option<f64>,
    /// Lower end of its interval.
    median_lower: Option<f64>,
    /// Upper end of its interval.
    median_upper: Option<f64>,
    /// Mean time without the event up to the horizon; empty where the group is not followed so far.
    restricted_mean: Option<f64>,
    /// Its standard error.
    restricted_mean_error: Option<f64>,
    /// Lower end of its interval.
    restricted_mean_lower: Option<f64>,
    /// Upper end of its interval.
    restricted_mean_upper: Option<f64>,
}

impl Function for Survival {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["log_rank", "competing_risks", "churn_rate"];
    type Input = Frame;
    type Row = SurvivalRow;
    type Figures = SurvivalFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("time").y("survival").color("group");
        Some(
            chart
                .band("lower", "upper")
                .steps()
                .counts("at_risk")
                .title("Which share is still there after each time")
                .labels("time", "share without the event"),
        )
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<SummaryRow>("summary")]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, SurvivalFigures>> {
        let wanted = Wanted {
            duration: &self.duration,
            end: End::Event(&self.event),
            by: self.by.as_ref(),
            strata: None,
            entry: self.entry.as_ref(),
        };
        let spells = Spells::read(&frame, &wanted, "survival", context)?;
        let watch = Watching::new(context, "counting");
        let rows = spells.observations();
        // A value whose rows were all left out has a curve without steps.
        let curves: Vec<Curve> = match &spells.groups {
            Some(groups) => RiskTable::by_group(rows, &groups.codes, groups.len(), &watch),
            None => RiskTable::of(rows, &watch).map(|table| vec![table]),
        }
        .map_err(refused)?
        .into_iter()
        .map(|table| self.curve(table))
        .collect();
        let together = match &spells.groups {
            Some(_) => Some(self.curve(RiskTable::of(rows, &watch).map_err(refused)?)),
            None => None,
        };
        let all = together.as_ref().unwrap_or(&curves[0]);
        let horizon = self.horizon.unwrap_or_else(|| common_horizon(&curves));
        let whole = Summary::of(all, horizon);
        if self.horizon.is_some() && whole.mean.is_none() {
            all.restricted_mean(Some(horizon)).map_err(refused)?;
        }
        let groups: Vec<(usize, Summary)> = curves
            .iter()
            .enumerate()
            .filter(|(_, curve)| !curve.table.is_empty())
            .map(|(group, curve)| (group, Summary::of(curve, horizon)))
            .collect();
        context.check()?;

        let notes = self.notes(&spells, &curves, &groups, horizon);
        let figures = SurvivalFigures {
            rows: spells.durations.len() as i64,
            events: spells.events() as i64,
            median: whole.median,
            median_lower: whole.median_ends.0,
            median_upper: whole.median_ends.1,
            restricted_mean: whole.mean.map(|mean| mean.mean),
            restricted_mean_error: whole.mean.map(|mean| mean.error),
            restricted_mean_lower: whole.mean.map(|mean| mean.interval.lower),
            restricted_mean_upper: whole.mean.map(|mean| mean.interval.upper),
            horizon,
        };
        let table = steps(&curves, spells.groups.as_ref())?;
        let summary = summary_frame(&groups, spells.groups.as_ref())?;
        Ok(Output::record(figures, table).with_table("summary", summary).notes(spells.notes).notes(notes))
    }
}

/// What is read from one curve.
struct Summary {
    rows: f64,
    events: f64,
    median: Option<f64>,
    median_ends: (Option<f64>, Option<f64>),
    mean: Option<RestrictedMean>,
}

impl Summary {
    fn of(curve: &Curve, horizon: f64) -> Summary {
        Summary {
            rows: curve.table.rows(),
            events: curve.table.events.iter().sum(),
            median: curve.quantile(0.5),
            median_ends: curve.quantile_interval(0.5),
            mean: curve.restricted_mean(Some(horizon)).ok(),
        }
    }
}

/// The longest time up to which every curve is known: a curve that has come down to 0 is known for ever.
fn common_horizon(curves: &[Curve]) -> f64 {
    let open = |curve: &&Curve| curve.survival.last().is_some_and(|share| *share > 0.0);
    let last = |curve: &Curve| curve.last_time().unwrap_or_default();
    let ends = curves.iter().filter(open).map(last).min_by(f64::total_cmp);
    ends.unwrap_or_else(|| curves.iter().map(last).fold(0.0, f64::max))
}

impl Survival {
    fn curve(&self, table: RiskTable) -> Curve {
        let kind = match self.interval {
            Scale::LogLog => IntervalKind::LogLog,
            Scale::Log => IntervalKind::Log,
            Scale::Plain => IntervalKind::Plain,
        };
        match self.method {
            Method::KaplanMeier => kaplan_meier(table, kind, self.confidence),
            Method::NelsonAalen => nelson_aalen(table, kind, self.confidence),
        }
    }

    fn notes(&self, spells: &Spells, curves: &[Curve], groups: &[(usize, Summary)], horizon: f64) -> Vec<String> {
        let method = match self.method {
            Method::KaplanMeier => "Kaplan–Meier, Greenwood's variance",
            Method::NelsonAalen => "exp(−H) after Nelson and Aalen",
        };
        let scale = match self.interval {
            Scale::LogLog => "log-log",
            Scale::Log => "log",
            Scale::Plain => "plain",
        };
        let mut notes =
            vec![format!("{method}; {} % intervals: {scale}, for each time by itself", percent(self.confidence))];
        let name = |group: usize| match &spells.groups {
            Some(levels) => format!(" of `{}`", levels.value(group).plain()),
            None => String::new(),
        };
        let open: Vec<usize> = groups.iter().filter(|(_, one)| one.median.is_none()).map(|(group, _)| *group).collect();
        match (open.as_slice(), &spells.groups) {
            ([], _) => {}
            (_, None) => notes.push("the median is not reached: more than half are left at the end".to_owned()),
            (open, Some(_)) => notes.push(format!(
                "the median is not reached in {} of {} groups: more than half of them are left at the end",
                open.len(),
                groups.len()
            )),
        }
        let short = groups.iter().filter(|(_, one)| one.mean.is_none()).count();
        if short > 0 {
            notes.push(format!("{short} of {} groups are not followed up to the horizon {horizon}", groups.len()));
        }
        if spells.entries.is_some() {
            for (group, curve) in curves.iter().enumerate() {
                let gone = curve.survival.iter().position(|share| *share <= 0.0);
                if let Some(gone) = gone.filter(|gone| gone + 1 < curve.survival.len()) {
                    notes.push(format!(
                        "the curve{} comes to 0 at {} because all who were under observation then had the event; \
                         what comes later says nothing",
                        name(group),
                        curve.table.times[gone]
                    ));
                }
            }
        }
        notes
    }
}

/// All curves below each other, each from its start.
fn steps(curves: &[Curve], groups: Option<&Levels>) -> Result<Frame> {
    // The first row stands for the start, unless rows end there already.
    let mut places: Vec<(usize, Option<usize>)> = Vec::new();
    for (group, curve) in curves.iter().enumerate() {
        if curve.table.times.first().is_some_and(|time| *time > 0.0) {
            places.push((group, None));
        }
        places.extend((0..curve.table.len()).map(|index| (group, Some(index))));
    }
    let intervals: Vec<Vec<Option<Interval>>> = curves.iter().map(Curve::intervals).collect();
    let interval = |(group, index): &(usize, Option<usize>)| match index {
        Some(index) => intervals[*group][*index],
        None => Some(Interval { lower: 1.0, upper: 1.0 }),
    };
    let count = |at: fn(&RiskTable, usize) -> f64, start: fn(&RiskTable) -> f64| {
        let places = places.iter();
        places.map(move |(group, index)| {
            let table = &curves[*group].table;
            index.map_or_else(|| start(table), |index| at(table, index)) as i64
        })
    };
    FrameBuilder::empty()
        .levels("group", groups, places.iter().map(|(group, _)| *group))
        .numbers(
            "time",
            places.iter().map(|(group, index)| index.map_or(0.0, |index| curves[*group].table.times[index])),
        )
        .integers("at_risk", count(|table, index| table.at_risk[index], RiskTable::at_start))
        .integers("events", count(|table, index| table.events[index], |_| 0.0))
        .integers("censored", count(|table, index| table.censored[index], |_| 0.0))
        .numbers(
            "survival",
            places.iter().map(|(group, index)| index.map_or(1.0, |index| curves[*group].survival[index])),
        )
        .optional_numbers(
            "standard_error",
            places.iter().map(|(group, index)| index.map_or(Some(0.0), |index| curves[*group].error(index))),
        )
        .optional_numbers("lower", places.iter().map(|place| interval(place).map(|it| it.lower)))
        .optional_numbers("upper", places.iter().map(|place| interval(place).map(|it| it.upper)))
        .build()
}

fn summary_frame(groups: &[(usize, Summary)], levels: Option<&Levels>) -> Result<Frame> {
    let each = || groups.iter().map(|(_, summary)| summary);
    FrameBuilder::empty()
        .levels("group", levels, groups.iter().map(|(group, _)| *group))
        .integers("rows", each().map(|one| one.rows as i64))
        .integers("events", each().map(|one| one.events as i64))
        .optional_numbers("median", each().map(|one| one.median))
        .optional_numbers("median_lower", each().map(|one| one.median_ends.0))
        .optional_numbers("median_upper", each().map(|one| one.median_ends.1))
        .optional_numbers("restricted_mean", each().map(|one| one.mean.map(|mean| mean.mean)))
        .optional_numbers("restricted_mean_error", each().map(|one| one.mean.map(|mean| mean.error)))
        .optional_numbers("restricted_mean_lower", each().map(|one| one.mean.map(|mean| mean.interval.lower)))
        .optional_numbers("restricted_mean_upper", each().map(|one| one.mean.map(|mean| mean.interval.upper)))
        .build()
}
