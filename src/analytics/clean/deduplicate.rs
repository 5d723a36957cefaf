use std::collections::BTreeMap;

use regulars_plugin::{
    Chart, ColumnName, Context, Failure, Family, Function, Mark, Nothing, Output, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Cell, Data, Frame, FrameBuilder, thousands};

/// Leaves one of the rows that are the same, and says of every other one which row stands for it and why.
///
/// Without `by` rows are the same where all their values are. With it they are the same where those columns are; then `keep`
/// says which of them stays. Rows that are written differently but mean the same become the same by `standardize`, or are found
/// by `match_customers`.
///
/// # Choices
/// Without `by` a missing value is equal to a missing value. With `by` a row in which one of those columns is missing is nobody's
/// duplicate: not to know two addresses does not make them one. The rows that stay keep their order. Where two are equally
/// good, the first stays.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let people = frame(#{
///     email: ["ann@x.org", "bob@x.org", "ann@x.org", (), ()],
///     city: [(), "Hull", "York", "Leeds", "Leeds"],
///     seen: [date("2024-01-02"), date("2024-02-01"), date("2024-03-05"), (), ()],
/// });
/// people.deduplicate(#{by: ["email"], keep: "latest", order_by: "seen"}).removed
/// ```
/// ```text
/// city  email      seen            row  kept_row  because
/// text  text       date        integer   integer  text
/// ────────────────────────────────────────────────────────────────────────────────────
/// –     ann@x.org  2024-01-02        1         3  2024-01-02 here, 2024-03-05 in row 3
/// 1 row × 6 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Deduplicate {
    /// Columns that make rows the same. Left out: all of them.
    pub by: Vec<ColumnName>,
    /// Columns that do not count where all others do, such as the number of a row.
    pub ignore: Vec<ColumnName>,
    /// Which of the rows that are the same stays.
    pub keep: Keep,
    /// Column by which a row is the latest or the earliest.
    pub order_by: Option<ColumnName>,
}

/// Which of several rows stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The first in the table.
    #[default]
    First,
    /// The last in the table.
    Last,
    /// The one with the fewest missing values.
    MostComplete,
    /// The one with the greatest value of `order_by`.
    Latest,
    /// The one with the least value of `order_by`.
    Earliest,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    /// Rows that came.
    pub rows: i64,
    /// Rows that stay.
    pub kept: i64,
    /// Rows that are gone, and stand in `removed`.
    pub duplicates: i64,
    /// Sets of rows that were the same.
    pub sets: i64,
    /// Rows of the largest set.
    pub largest: i64,
    /// Rows in which a column of `by` is missing; they all stay.
    pub without_key: i64,
}

/// The rows that are gone.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct RemovedRow {
    /// Its row in the table that came, counted from 1.
    row: i64,
    /// The row that stands for it, counted in the same way.
    kept_row: i64,
    /// Why that one stays.
    because: String,
}

/// How many sets of rows that are the same there are of each size.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct SizeRow {
    /// Rows in the set, two or more.
    members: i64,
    /// Sets of that size.
    sets: i64,
}

impl Function for Deduplicate {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["standardize", "match_customers", "match_returns"];
    const KEEPS_COLUMNS: bool = true;
    type Input = Frame;
    type Row = Nothing;
    type Figures = Found;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).of("sizes").x("members").y("sets");
        Some(chart.title("How many rows are the same").labels("rows that are the same", "sets"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<RemovedRow>("removed").keeping_columns(), TableManual::of::<SizeRow>("sizes").aside()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, Found>> {
        super::leaves_names(&frame, &["row", "kept_row", "because"], "removed")?;
        let data = frame.data(context.host())?;
        let key = self.key(&data)?;
        let order = self.order(&data)?;
        context.check()?;
        let sets = data.same_rows(&key)?;
        context.check()?;
        let lacking = if self.by.is_empty() { Vec::new() } else { data.lacking(&key)? };
        let is_lacking = |row: usize| lacking.get(row).copied().unwrap_or(false);
        let gaps = if self.keep == Keep::MostComplete { data.gaps()? } else { Vec::new() };
        // The row that is the best of each set so far.
        let mut best: Vec<Option<usize>> = vec![None; data.height()];
        let mut sizes = vec![0_usize; data.height()];
        for (row, set) in sets.iter().enumerate().filter(|(row, _)| !is_lacking(*row)) {
            let set = *set as usize;
            sizes[set] += 1;
            let is_better = best[set].is_none_or(|other| match self.keep {
                Keep::First => false,
                Keep::Last => true,
                Keep::MostComplete => gaps[row] < gaps[other],
                Keep::Latest | Keep::Earliest => order[row] < order[other],
            });
            if is_better {
                best[set] = Some(row);
            }
        }
        let (mut kept, mut removed, mut standing) = (Vec::new(), Vec::new(), Vec::new());
        for (row, set) in sets.iter().enumerate() {
            match best[*set as usize].filter(|best| *best != row && !is_lacking(row)) {
                Some(best) => {
                    removed.push(row);
                    standing.push(best);
                }
                None => kept.push(row),
            }
        }
        let because = self.because(&data, &gaps, &removed, &standing);
        let gone = data.rows(&removed)?;
        let removed_rows = FrameBuilder::beside(&gone, &["row", "kept_row", "because"])
            .integers("row", removed.iter().map(|row| *row as i64 + 1))
            .integers("kept_row", standing.iter().map(|row| *row as i64 + 1))
            .texts("because", because.iter())
            .build()?;
        let without_key = lacking.iter().filter(|lacking| **lacking).count();
        let found = Found {
            rows: data.height() as i64,
            kept: kept.len() as i64,
            duplicates: removed.len() as i64,
            sets: sizes.iter().filter(|size| **size > 1).count() as i64,
            largest: sizes.iter().copied().filter(|size| *size > 1).max().unwrap_or(0) as i64,
            without_key: without_key as i64,
        };
        let mut by_size: BTreeMap<usize, i64> = BTreeMap::new();
        sizes.iter().filter(|size| **size > 1).for_each(|size| *by_size.entry(*size).or_default() += 1);
        let sizes = FrameBuilder::empty()
            .integers("members", by_size.keys().map(|size| *size as i64))
            .integers("sets", by_size.values().copied())
            .build()?;
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.push(format!("rows are the same by {}; {}", self.same_by(&key, &data), self.which()));
        if without_key > 0 {
            notes.push(format!("{} stay because a column of `by` is missing in them", rows(without_key)));
        }
        let mut table = data.rows(&kept)?.into_frame();
        if !removed.is_empty() {
            table = table.telling(format!(
                "{} of {} rows were left out: the same as another one by {}",
                thousands(removed.len()),
                thousands(data.height()),
                self.same_by(&key, &data)
            ));
        }
        Ok(Output::record(found, table).with_table("removed", removed_rows).with_table("sizes", sizes).notes(notes))
    }
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", thousands(count)) }
}

impl Deduplicate {
    /// The columns by which rows are the same.
    fn key(&self, data: &Data) -> Result<Vec<String>> {
        if !self.by.is_empty() && !self.ignore.is_empty() {
            return Err(Failure::new("`by` and `ignore` are both given")
                .help("`by` names the columns that count, `ignore` those that do not; one of them says all"));
        }
        if !self.by.is_empty() {
            return Ok(self.by.iter().map(|name| name.0.clone()).collect());
        }
        let is_ignored = |name: &&str| self.ignore.iter().any(|ignored| ignored.as_str() == *name);
        let key: Vec<String> = data.names().into_iter().filter(|name| !is_ignored(name)).map(str::to_owned).collect();
        match key.is_empty() && !data.names().is_empty() {
            true => Err(Failure::new("`ignore` names every column, so nothing is left to compare")
                .help("leave one of them out of `ignore`")),
            false => Ok(key),
        }
    }

    /// For each row its place from the best to the worst by `order_by`; equal values have equal places.
    fn order(&self, data: &Data) -> Result<Vec<u32>> {
        let descending = match self.keep {
            Keep::Latest => true,
            Keep::Earliest => false,
            Keep::First | Keep::Last | Keep::MostComplete => {
                return match &self.order_by {
                    None => Ok(Vec::new()),
                    Some(_) => {
                        Err(Failure::new("`order_by` is of no use without `keep: \"latest\"` or `\"earliest\"`")
                            .help("add one of them, or leave `order_by` out"))
                    }
                };
            }
        };
        let name = self.order_by.as_ref().ok_or_else(|| {
            Failure::new(format!("`keep: \"{}\"` needs `order_by`: by which column?", self.word()))
                .help("`order_by: \"updated\"` names a column of dates or numbers")
        })?;
        data.ranks(name.as_str(), descending)
    }

    fn word(&self) -> &'static str {
        match self.keep {
            Keep::First => "first",
            Keep::Last => "last",
            Keep::MostComplete => "most_complete",
            Keep::Latest => "latest",
            Keep::Earliest => "earliest",
        }
    }

    fn same_by(&self, key: &[String], data: &Data) -> String {
        if key.len() == data.names().len() {
            return "all columns".to_owned();
        }
        let names: Vec<String> = key.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    }

    fn which(&self) -> String {
        let by = self.order_by.as_ref().map(|name| format!(" by `{name}`")).unwrap_or_default();
        match self.keep {
            Keep::First => "the first of them stays".to_owned(),
            Keep::Last => "the last of them stays".to_owned(),
            Keep::MostComplete => "the one with the fewest missing values stays, the first of several".to_owned(),
            Keep::Latest => format!("the latest{by} stays, the first of several"),
            Keep::Earliest => format!("the earliest{by} stays, the first of several"),
        }
    }

    /// Why each row is gone.
    fn because(&self, data: &Data, gaps: &[u32], removed: &[usize], standing: &[usize]) -> Vec<String> {
        let value = |row: usize| {
            let cell = self.order_by.as_ref().and_then(|name| data.cell(name.as_str(), row).ok());
            match cell {
                None | Some(Cell::Missing) => "missing".to_owned(),
                Some(cell) => cell.plain(),
            }
        };
        let why = |(gone, kept): (&usize, &usize)| match self.keep {
            Keep::First => format!("row {} comes first", kept + 1),
            Keep::Last => format!("row {} comes last", kept + 1),
            Keep::MostComplete if gaps[*gone] == gaps[*kept] => {
                format!("row {} comes first, with as many values missing", kept + 1)
            }
            Keep::MostComplete => format!("missing values: {} here, {} in row {}", gaps[*gone], gaps[*kept], kept + 1),
            Keep::Latest | Keep::Earliest if value(*gone) == value(*kept) => {
                format!("row {} comes first, with the same {}", kept + 1, value(*kept))
            }
            Keep::Latest | Keep::Earliest => format!("{} here, {} in row {}", value(*gone), value(*kept), kept + 1),
        };
        removed.iter().zip(standing).map(why).collect()
    }
}
