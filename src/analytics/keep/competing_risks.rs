use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analytics::spells::{End, Spells, Wanted, percent, refused};
use crate::analytics::watch::Watching;
use crate::stats::Interval;
use crate::stats::survival::{Incidence, RiskTable, cumulative_incidence};
use crate::table::{Frame, FrameBuilder, Levels};

/// Tells to which share each of several things has happened after each time, where the first one counts.
///
/// A customer who leaves for a competitor can no longer be closed for non-payment: causes compete. For each cause there
/// is a curve of the share to which it has happened; with `by` one for each group as well. `summary` holds the shares at
/// `horizon`.
///
/// # Choices
/// `cause` is empty, 0 or false where nothing has happened yet; every other value is a cause of its own. The share is
/// that of Aalen and Johansen: those to whom another cause happened first are out of reach, so the shares of all causes
/// and of those still there add up to one. One minus a Kaplan–Meier curve that calls the other causes censored is larger,
/// and answers a question nobody has. The variance is of Greenwood's form (delta method; with a single cause it is
/// Greenwood's). Intervals hold for each time by itself and are symmetric in log(−log) of the share; before a cause has
/// happened there is none. Where rows end at one time, events come before those that are only no longer seen.
///
/// # Source
/// O. Aalen and S. Johansen (1978), Scandinavian Journal of Statistics 5, 141–150; variance: E. Marubini and M. G.
/// Valsecchi (1995), Analysing Survival Data from Clinical Trials and Observational Studies, section 10.3.
///
/// # Example
/// ```rhai
/// let contracts = frame(#{
///     months: [1, 2, 3, 4, 5, 6, 7, 8],
///     reason: ["moved", "price", "", "price", "moved", "", "price", ""],
/// });
/// contracts.competing_risks(#{duration: "months", cause: "reason"}).summary
/// ```
/// ```text
/// group  cause     rows   events    time       incidence           lower           upper
/// text   text   integer  integer  number  number · share  number · share  number · share
/// ──────────────────────────────────────────────────────────────────────────────────────
/// all    moved        8        2       8          27.5 %           3.9 %          59.9 %
/// all    price        8        3       8          50.0 %          10.2 %          81.0 %
/// 2 rows × 8 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CompetingRisks {
    /// Column that tells how long each row was followed, as a number from 0 up.
    pub duration: ColumnName,
    /// Column that tells what ended it; empty, 0 or false where nothing has happened yet.
    pub cause: ColumnName,
    /// Column that tells groups apart, each of which gets its curves.
    pub by: Option<ColumnName>,
    /// Column that tells when a row came under observation, on the scale of `duration`. Left out: all from the start.
    pub entry: Option<ColumnName>,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
    /// The time for which `summary` tells the shares. Left out: the last one of each group.
    #[schemars(range(min = 0))]
    pub horizon: Option<f64>,
}

impl Default for CompetingRisks {
    fn default() -> Self {
        CompetingRisks {
            duration: ColumnName::default(),
            cause: ColumnName::default(),
            by: None,
            entry: None,
            confidence: 0.95,
            horizon: None,
        }
    }
}

/// One row per group, cause and time, from the start.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct IncidenceRow {
    /// The group; "all" without `by`.
    group: serde_json::Value,
    /// The cause.
    cause: serde_json::Value,
    /// Name of the curve: the cause, with `by` after the group.
    curve: String,
    /// A time at which rows end, and the start.
    time: f64,
    /// Rows that are under observation just before it and to which nothing has happened.
    at_risk: i64,
    /// Rows to which this cause happens then.
    events: i64,
    /// Share to which this cause has happened after it.
    #[schemars(extend("unit" = "share"))]
    incidence: f64,
    /// Standard error of the share.
    #[schemars(extend("unit" = "share"))]
    standard_error: f64,
    /// Lower end of its interval; empty before the cause has happened.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval; empty before the cause has happened.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

/// All rows together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompetingFigures {
    /// Rows that were followed.
    rows: i64,
    /// Rows to which anything happened.
    events: i64,
    /// Number of different causes.
    causes: i64,
}

/// The shares of each group and cause at one time.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct CauseRow {
    /// The group; "all" without `by`.
    group: serde_json::Value,
    /// The cause.
    cause: serde_json::Value,
    /// Rows in the group.
    rows: i64,
    /// Rows to which this cause happened, at any time.
    events: i64,
    /// The time for which the share is told; empty where the group is not followed so far.
    time: Option<f64>,
    /// Share to which this cause has happened after it.
    #[schemars(extend("unit" = "share"))]
    incidence: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

/// The curve of a cause in a group.
struct Curve {
    group: usize,
    /// Number of the cause, from 1.
    cause: usize,
    incidence: Incidence,
}

impl Function for CompetingRisks {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["survival"];
    type Input = Frame;
    type Row = IncidenceRow;
    type Figures = CompetingFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("time").y("incidence").color("curve");
        Some(
            chart
                .band("lower", "upper")
                .steps()
                .title("To which share each cause has happened after each time")
                .labels("time", "share"),
        )
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<CauseRow>("summary")]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, CompetingFigures>> {
        let wanted = Wanted {
            duration: &self.duration,
            end: End::Cause(&self.cause),
            by: self.by.as_ref(),
            strata: None,
            entry: self.entry.as_ref(),
        };
        let spells = Spells::read(&frame, &wanted, "competing_risks", context)?;
        if spells.causes.is_empty() {
            return Err(Failure::new(format!("nothing ever happens: `{}` is empty or 0 in every row", self.cause))
                .help("`cause` names what ended a row, such as \"price\" or 2; empty, 0 or false means not yet"));
        }
        let watch = Watching::new(context, "counting");
        let rows = spells.observations();
        let tables = match &spells.groups {
            Some(groups) => RiskTable::by_group(rows, &groups.codes, groups.len(), &watch).map_err(refused)?,
            None => vec![RiskTable::of(rows, &watch).map_err(refused)?],
        };
        let mut curves = Vec::new();
        for (group, table) in tables.iter().enumerate().filter(|(_, table)| !table.is_empty()) {
            for cause in 1..=spells.causes.len() {
                context.check()?;
                let incidence = cumulative_incidence(table, cause, self.confidence).map_err(refused)?;
                curves.push(Curve { group, cause, incidence });
            }
        }
        let mut notes = vec![format!(
            "Aalen–Johansen, variance of Greenwood's form; {} % intervals: log-log, for each time by itself",
            percent(self.confidence)
        )];
        let short = |table: &&RiskTable| {
            self.horizon.is_some_and(|horizon| table.times.last().is_some_and(|last| *last < horizon))
        };
        let groups = tables.iter().filter(|table| !table.is_empty());
        let (number, short) = (groups.clone().count(), groups.filter(short).count());
        if short > 0 {
            let horizon = self.horizon.unwrap_or_default();
            notes.push(match number {
                1 => format!("the rows are not followed up to the horizon {horizon}"),
                _ => format!("{short} of {number} groups are not followed up to the horizon {horizon}"),
            });
        }
        let figures = CompetingFigures {
            rows: spells.durations.len() as i64,
            events: spells.events() as i64,
            causes: spells.causes.len() as i64,
        };
        let table = long(&curves, &tables, &spells)?;
        let summary = self.summary(&curves, &tables, &spells)?;
        Ok(Output::record(figures, table).with_table("summary", summary).notes(spells.notes).notes(notes))
    }
}

/// All curves below each other, each from its start.
fn long(curves: &[Curve], tables: &[RiskTable], spells: &Spells) -> Result<Frame> {
    let mut places: Vec<(&Curve, &RiskTable, Option<usize>)> = Vec::new();
    for curve in curves {
        let table = &tables[curve.group];
        if table.times.first().is_some_and(|time| *time > 0.0) {
            places.push((curve, table, None));
        }
        places.extend((0..table.len()).map(|index| (curve, table, Some(index))));
    }
    let each = || places.iter().copied();
    let word = |levels: Option<&Levels>, index: usize| levels.map(|levels| levels.value(index).plain());
    let name = |curve: &Curve| {
        let cause = word(spells.cause_levels.as_ref(), spells.causes[curve.cause - 1]);
        let parts = [word(spells.groups.as_ref(), curve.group), cause];
        parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
    };
    let interval = |curve: &Curve, index: Option<usize>| index.and_then(|index| curve.incidence.interval(index));
    FrameBuilder::empty()
        .levels("group", spells.groups.as_ref(), each().map(|(curve, _, _)| curve.group))
        .levels("cause", spells.cause_levels.as_ref(), each().map(|(curve, _, _)| spells.causes[curve.cause - 1]))
        .texts("curve", each().map(|(curve, _, _)| name(curve)))
        .numbers("time", each().map(|(_, table, index)| index.map_or(0.0, |index| table.times[index])))
        .integers(
            "at_risk",
            each().map(|(_, table, index)| index.map_or_else(|| table.at_start(), |index| table.at_risk[index]) as i64),
        )
        .integers(
            "events",
            each().map(|(curve, table, index)| index.map_or(0.0, |index| table.events_of(curve.cause, index)) as i64),
        )
        .numbers(
            "incidence",
            each().map(|(curve, _, index)| index.map_or(0.0, |index| curve.incidence.incidence[index])),
        )
        .numbers(
            "standard_error",
            each().map(|(curve, _, index)| index.map_or(0.0, |index| curve.incidence.variance[index].sqrt())),
        )
        .optional_numbers("lower", each().map(|(curve, _, index)| interval(curve, index).map(|it| it.lower)))
        .optional_numbers("upper", each().map(|(curve, _, index)| interval(curve, index).map(|it| it.upper)))
        .build()
}

/// What holds of a curve at one time: the time, the share and its interval.
type Reading = (f64, f64, Option<Interval>);

impl CompetingRisks {
    fn summary(&self, curves: &[Curve], tables: &[RiskTable], spells: &Spells) -> Result<Frame> {
        let read = |curve: &Curve| -> Option<Reading> {
            let times = &tables[curve.group].times;
            let last = times.last().copied()?;
            let time = self.horizon.unwrap_or(last);
            // Beyond the last time nothing is known.
            let steps = (time <= last).then(|| times.partition_point(|step| *step <= time))?;
            let Some(index) = steps.checked_sub(1) else { return Some((time, 0.0, None)) };
            Some((time, curve.incidence.incidence[index], curve.incidence.interval(index)))
        };
        let readings: Vec<Option<Reading>> = curves.iter().map(read).collect();
        let events = |curve: &Curve| {
            let table = &tables[curve.group];
            (0..table.len()).map(|index| table.events_of(curve.cause, index)).sum::<f64>()
        };
        let interval = |reading: &Option<Reading>| reading.and_then(|reading| reading.2);
        FrameBuilder::empty()
            .levels("group", spells.groups.as_ref(), curves.iter().map(|curve| curve.group))
            .levels("cause", spells.cause_levels.as_ref(), curves.iter().map(|curve| spells.causes[curve.cause - 1]))
            .integers("rows", curves.iter().map(|curve| tables[curve.group].rows() as i64))
            .integers("events", curves.iter().map(|curve| events(curve) as i64))
            .optional_numbers("time", readings.iter().map(|reading| reading.map(|reading| reading.0)))
            .optional_numbers("incidence", readings.iter().map(|reading| reading.map(|reading| reading.1)))
            .optional_numbers("lower", readings.iter().map(|reading| interval(reading).map(|it| it.lower)))
            .optional_numbers("upper", readings.iter().map(|reading| interval(reading).map(|it| it.upper)))
            .build()
    }
}
