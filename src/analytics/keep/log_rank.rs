use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analytics::spells::{End, Spells, Wanted, refused};
use crate::analytics::watch::Watching;
use crate::stats::survival::{Observations, Pair, RiskTable, Weighting, log_rank, pairwise};
use crate::table::{Frame, FrameBuilder, Levels, thousands};

/// Asks whether groups differ in how long it takes until something happens: the log-rank test and its relatives.
///
/// Compares, at every time at which something happens, the events of each group with those it would have if the
/// groups did not differ. The table holds observed and expected events of each group, `pairwise` a test for every two.
///
/// # Choices
/// The log-rank test counts all times alike and finds differences best where one group's hazard is a fixed multiple of
/// another's. "gehan" (Gehan's form of Wilcoxon's test) weights with the number at risk, "tarone_ware" with its root,
/// "peto" with Peto and Peto's survival of all, Π (1 − d/(n + 1)): they look at early differences. "fleming_harrington"
/// weights with S(t−)ᵖ (1 − S(t−))^q; q above 0 looks at late ones. Choose before looking at the data. Ties have the
/// hypergeometric variance. A group that is gone before anything happens cannot be compared and takes no degree of
/// freedom. With `strata`, groups are compared within each stratum only. Chances of the pairs are corrected after Holm.
///
/// # Source
/// N. Mantel (1966); R. Peto and J. Peto (1972), Journal of the Royal Statistical Society A 135, 185–207; the weights as
/// in J. P. Klein and M. L. Moeschberger (2003), Survival Analysis, chapter 7. Pairs: S. Holm (1979).
///
/// # Example
/// ```rhai
/// // Weeks in remission under 6-MP and without; Freireich and others (1963), Blood 21, 699–716.
/// let weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
/// let back = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
/// weeks += [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
/// back.pad(42, 1);
/// let arm = [];
/// arm.pad(21, "6-MP");
/// arm.pad(42, "control");
/// let both = frame(#{weeks: weeks, back: back, arm: arm});
/// both.log_rank(#{duration: "weeks", event: "back", by: "arm"}).table()
/// ```
/// ```text
/// group       rows  observed  expected   ratio
/// text     integer   integer    number  number
/// ────────────────────────────────────────────
/// 6-MP          21         9     19.25   0.468
/// control       21        21     10.75   1.954
/// 2 rows × 5 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogRank {
    /// Column that tells how long each row was followed, as a number from 0 up.
    pub duration: ColumnName,
    /// Column that tells whether the event had happened by then: true or false, or 1 and 0.
    pub event: ColumnName,
    /// Column that tells the groups apart.
    pub by: ColumnName,
    /// What each time counts for.
    pub weights: Weights,
    /// For `weights: "fleming_harrington"`: the power of the share that is left.
    #[schemars(range(min = 0, max = 10))]
    pub p: Option<f64>,
    /// For `weights: "fleming_harrington"`: the power of the share that is gone.
    #[schemars(range(min = 0, max = 10))]
    pub q: Option<f64>,
    /// Column within whose values alone the groups are compared.
    pub strata: Option<ColumnName>,
}

/// What a time counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// All times alike.
    #[default]
    LogRank,
    /// The number at risk (Gehan, Wilcoxon).
    Gehan,
    /// The root of the number at risk.
    TaroneWare,
    /// The survival of all.
    Peto,
    /// Powers of the survival of all and of its complement.
    FlemingHarrington,
}

impl Default for LogRank {
    fn default() -> Self {
        LogRank {
            duration: ColumnName::default(),
            event: ColumnName::default(),
            by: ColumnName::default(),
            weights: Weights::LogRank,
            p: None,
            q: None,
            strata: None,
        }
    }
}

/// One row per group.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct GroupRow {
    /// The group.
    group: serde_json::Value,
    /// Rows in it.
    rows: i64,
    /// Events that happened.
    observed: i64,
    /// Events that there would be, were the groups alike.
    expected: f64,
    /// Observed over expected; above 1 where it happens more often than in the others.
    ratio: Option<f64>,
}

/// The test.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogRankFigures {
    /// The statistic, chi-squared where the groups do not differ.
    statistic: f64,
    /// The chance of one so large where they do not.
    p_value: f64,
    /// Its degrees of freedom.
    degrees_of_freedom: i64,
}

/// A test for every two groups.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct PairRow {
    /// One group.
    group: serde_json::Value,
    /// The other.
    other: serde_json::Value,
    /// The statistic, with one degree of freedom.
    statistic: f64,
    /// The chance of one so large where the two do not differ.
    p_value: f64,
    /// The same, corrected after Holm for the number of pairs.
    adjusted_p_value: f64,
}

/// Groups beyond this many point to the wrong column, and their pairs to nothing.
const MOST_GROUPS: usize = 100;

impl Function for LogRank {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["survival"];
    type Input = Frame;
    type Row = GroupRow;
    type Figures = LogRankFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("group").y("ratio");
        Some(
            chart
                .title("How often it happens in each group, against what the groups alike would give")
                .labels("group", "observed over expected events"),
        )
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<PairRow>("pairwise")]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, LogRankFigures>> {
        let weighting = self.weighting()?;
        if self.by.as_str().is_empty() {
            return Err(Failure::new("`by` is wanted: the name of the column that tells the groups apart").help(
                "write `log_rank(#{duration: \"days\", event: \"left\", by: \"plan\"})` with the names of your columns",
            ));
        }
        let wanted = Wanted {
            duration: &self.duration,
            end: End::Event(&self.event),
            by: Some(&self.by),
            strata: self.strata.as_ref(),
            entry: None,
        };
        let spells = Spells::read(&frame, &wanted, "log_rank", context)?;
        let Some(groups) = &spells.groups else { return Err(Failure::new("there are no groups")) };
        if groups.len() > MOST_GROUPS {
            return Err(Failure::new(format!(
                "`{}` tells {} groups apart, and {MOST_GROUPS} are the most",
                self.by,
                thousands(groups.len())
            ))
            .help("put values together first, with `cut`, `qcut` or `when`"));
        }
        let watch = Watching::new(context, "comparing");
        let strata = tables(&spells, groups, &watch)?;
        let test = log_rank(&strata, weighting, &watch).map_err(refused)?;
        let pairs = pairwise(&strata, weighting, &watch).map_err(refused)?;

        let present: Vec<usize> = (0..groups.len()).filter(|&group| test.groups[group].rows > 0.0).collect();
        let each = || present.iter().map(|&group| &test.groups[group]);
        let table = FrameBuilder::empty()
            .levels("group", Some(groups), present.iter().copied())
            .integers("rows", each().map(|group| group.rows as i64))
            .integers("observed", each().map(|group| group.observed as i64))
            .numbers("expected", each().map(|group| group.expected))
            .optional_numbers(
                "ratio",
                each().map(|group| (group.expected > 0.0).then(|| group.observed / group.expected)),
            )
            .build()?;
        let compared = each().filter(|group| group.variance > 0.0).count();
        let mut notes = vec![self.convention(&strata)];
        if compared < present.len() {
            notes.push(format!(
                "{} of {} groups are gone before anything happens, and cannot be compared",
                present.len() - compared,
                present.len()
            ));
        }
        let figures = LogRankFigures {
            statistic: test.statistic,
            p_value: test.p_value,
            degrees_of_freedom: test.degrees_of_freedom as i64,
        };
        Ok(Output::record(figures, table)
            .with_table("pairwise", pairs_frame(&pairs, groups)?)
            .notes(spells.notes)
            .notes(notes))
    }
}

/// The groups' tables, within each stratum.
fn tables(spells: &Spells, groups: &Levels, watch: &Watching<'_>) -> Result<Vec<Vec<RiskTable>>> {
    let Some(strata) = &spells.strata else {
        let tables = RiskTable::by_group(spells.observations(), &groups.codes, groups.len(), watch);
        return Ok(vec![tables.map_err(refused)?]);
    };
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); strata.len()];
    for (row, stratum) in strata.codes.iter().enumerate() {
        members[*stratum as usize].push(row);
    }
    let tables = members.iter().filter(|members| !members.is_empty()).map(|members| {
        let durations: Vec<f64> = members.iter().map(|row| spells.durations[*row]).collect();
        let ends: Vec<u32> = members.iter().map(|row| spells.ends[*row]).collect();
        let codes: Vec<u32> = members.iter().map(|row| groups.codes[*row]).collect();
        RiskTable::by_group(Observations::new(&durations, &ends), &codes, groups.len(), watch).map_err(refused)
    });
    tables.collect()
}

fn pairs_frame(pairs: &[Pair], groups: &Levels) -> Result<Frame> {
    FrameBuilder::empty()
        .levels("group", Some(groups), pairs.iter().map(|pair| pair.left))
        .levels("other", Some(groups), pairs.iter().map(|pair| pair.right))
        .numbers("statistic", pairs.iter().map(|pair| pair.statistic))
        .numbers("p_value", pairs.iter().map(|pair| pair.p_value))
        .numbers("adjusted_p_value", pairs.iter().map(|pair| pair.adjusted_p_value))
        .build()
}

impl LogRank {
    fn weighting(&self) -> Result<Weighting> {
        let powers = "write `weights: \"fleming_harrington\", p: 0, q: 1` to look at late differences";
        match (self.weights, self.p, self.q) {
            (Weights::FlemingHarrington, None, None) => {
                Err(Failure::new("`weights: \"fleming_harrington\"` needs `p` and `q`").help(powers))
            }
            (Weights::FlemingHarrington, p, q) => {
                Ok(Weighting::FlemingHarrington { p: p.unwrap_or_default(), q: q.unwrap_or_default() })
            }
            (_, None, None) => Ok(match self.weights {
                Weights::Gehan => Weighting::Gehan,
                Weights::TaroneWare => Weighting::TaroneWare,
                Weights::Peto => Weighting::Peto,
                Weights::LogRank | Weights::FlemingHarrington => Weighting::LogRank,
            }),
            _ => Err(Failure::new("`p` and `q` are given, but not used").help(powers)),
        }
    }

    /// What was compared how, in a sentence.
    fn convention(&self, strata: &[Vec<RiskTable>]) -> String {
        let weights = match self.weights {
            Weights::LogRank => "all times alike (log-rank)".to_owned(),
            Weights::Gehan => "times weighted with the number at risk (Gehan, Wilcoxon)".to_owned(),
            Weights::TaroneWare => "times weighted with the root of the number at risk (Tarone and Ware)".to_owned(),
            Weights::Peto => "times weighted with the survival of all (Peto and Peto)".to_owned(),
            Weights::FlemingHarrington => format!(
                "times weighted after Fleming and Harrington, p {}, q {}",
                self.p.unwrap_or_default(),
                self.q.unwrap_or_default()
            ),
        };
        match &self.strata {
            Some(column) => format!("{weights}; within {} strata of `{column}`", strata.len()),
            None => weights,
        }
    }
}
