//! How a column is spread, in few numbers: what later data are compared with.

use regulars_plugin::{Failure, Host, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::profile::ColumnProfile;
use crate::table::{Cell, Frame, FrameBuilder};

/// Bins of numbers: tenths of the values.
const TENTHS: usize = 10;
/// Values that have a bin of their own.
const VALUES: usize = 20;

/// What is kept of a profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) rows: u64,
    pub(super) columns: Vec<Bins>,
}

/// How a column is spread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::analytics::clean) struct Bins {
    pub(in crate::analytics::clean) column: String,
    pub(in crate::analytics::clean) by: By,
    /// Rows in each bin; for values those of all others stand last.
    pub(in crate::analytics::clean) rows: Vec<u64>,
    pub(in crate::analytics::clean) missing: u64,
}

/// What the bins are made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::analytics::clean) enum By {
    /// Upper ends of the bins of numbers, the last one left out.
    Numbers(Vec<f64>),
    /// The same for days since 1970-01-01.
    Days(Vec<f64>),
    /// Values.
    Values(Vec<String>),
}

/// The bins of saved profiles, one row each.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct BinRow {
    /// Name of the column.
    column: String,
    /// What the bins are made by: "numbers", "days" since 1970-01-01, or "values".
    by: String,
    /// Number of the bin, from 1; 0 for rows without a value.
    bin: i64,
    /// Upper end of a bin of numbers or days, which belongs to it; empty for the last.
    upper: Option<f64>,
    /// Value of the bin; empty for numbers, and for all other values together.
    value: Option<String>,
    /// Rows in it.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
}

/// The bins of a column; none where its values have neither order nor names that come again.
pub(in crate::analytics::clean) fn bins_of(name: &str, found: &ColumnProfile) -> Option<Bins> {
    let missing = found.missing;
    let there = found.rows - missing;
    let bins = |by: By, rows: Vec<u64>| Bins { column: name.to_owned(), by, rows, missing };
    if let (Some(numbers), None) = (&found.numbers, &found.texts) {
        let sorted = numbers.quantiles.sorted();
        let ends = (1..TENTHS).filter_map(|tenth| sorted.quantile(tenth as f64 / TENTHS as f64));
        let made = bins(By::Numbers(rising(ends)), Vec::new());
        return (numbers.count > 0).then(|| Bins { rows: made.counts(found), ..made });
    }
    if let (Some(days), None) = (&found.days, &found.texts) {
        let mut below = 0;
        let mut ends = Vec::new();
        for (day, count) in &days.by_day {
            let before = below * TENTHS as u64 / days.count.max(1);
            below += count;
            if below * TENTHS as u64 / days.count.max(1) > before && below < days.count {
                ends.push(f64::from(*day));
            }
        }
        let made = bins(By::Days(ends), Vec::new());
        return (days.count > 0).then(|| Bins { rows: made.counts(found), ..made });
    }
    // Names that hardly ever come again cannot be expected again.
    let values: Vec<String> =
        found.top.iter().filter(|(_, rows)| *rows > 1).take(VALUES).map(|(text, _)| text.clone()).collect();
    let told: u64 = found.top.iter().take(values.len()).map(|(_, rows)| rows).sum();
    if values.is_empty() || told * 10 < there {
        return None;
    }
    let made = bins(By::Values(values), Vec::new());
    Some(Bins { rows: made.counts(found), ..made })
}

fn rising(ends: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut rising: Vec<f64> = ends.collect();
    rising.dedup();
    rising
}

impl Bins {
    /// The rows of another column in these bins.
    pub(in crate::analytics::clean) fn counts(&self, found: &ColumnProfile) -> Vec<u64> {
        let there = found.rows - found.missing;
        let between = |up_to: &dyn Fn(f64) -> u64, ends: &[f64], all: u64| {
            let mut below = 0;
            let mut counts = Vec::new();
            for end in ends {
                let now = up_to(*end);
                counts.push(now - below);
                below = now;
            }
            counts.push(all - below);
            counts
        };
        match &self.by {
            By::Numbers(ends) => match &found.numbers {
                Some(numbers) => {
                    let sorted = numbers.quantiles.sorted();
                    between(&|end| sorted.up_to(end), ends, numbers.count)
                }
                None => vec![0; ends.len() + 1],
            },
            By::Days(ends) => match &found.days {
                Some(days) => {
                    let up_to = |end: f64| days.by_day.range(..=end as i32).map(|(_, count)| count).sum();
                    between(&up_to, ends, days.count - days.untold)
                }
                None => vec![0; ends.len() + 1],
            },
            By::Values(values) => {
                let known = found.all.as_ref().unwrap_or(&found.top);
                let of = |value: &String| known.iter().find(|(text, _)| text == value).map_or(0, |(_, rows)| *rows);
                let mut counts: Vec<u64> = values.iter().map(of).collect();
                let told: u64 = counts.iter().sum();
                counts.push(there.saturating_sub(told));
                counts
            }
        }
    }

    fn word(&self) -> &'static str {
        match self.by {
            By::Numbers(_) => "numbers",
            By::Days(_) => "days",
            By::Values(_) => "values",
        }
    }
}

/// The bins as a table.
pub(super) fn table(state: &State) -> Result<Frame> {
    struct Line<'a>(&'a Bins, i64, Option<f64>, Option<&'a str>, u64);
    let mut lines = Vec::new();
    for bins in &state.columns {
        lines.push(Line(bins, 0, None, None, bins.missing));
        for (place, rows) in bins.rows.iter().enumerate() {
            let (upper, value) = match &bins.by {
                By::Numbers(ends) | By::Days(ends) => (ends.get(place).copied(), None),
                By::Values(values) => (None, values.get(place).map(String::as_str)),
            };
            lines.push(Line(bins, place as i64 + 1, upper, value, *rows));
        }
    }
    FrameBuilder::empty()
        .texts("column", lines.iter().map(|line| line.0.column.as_str()))
        .texts("by", lines.iter().map(|line| line.0.word()))
        .integers("bin", lines.iter().map(|line| line.1))
        .optional_numbers("upper", lines.iter().map(|line| line.2))
        .optional_texts("value", lines.iter().map(|line| line.3))
        .integers("rows", lines.iter().map(|line| line.4 as i64))
        .build()
}

/// Reads bins from a table such as a profile's `bins`.
pub(in crate::analytics::clean) fn read_bins(frame: &Frame, host: &dyn Host) -> Result<Vec<Bins>> {
    let advice = "give the bins of a profile: `against: profile.bins`, also of one that was saved and loaded";
    for name in ["column", "by", "bin", "upper", "value", "rows"] {
        frame
            .need(name)
            .map_err(|_| Failure::new(format!("this is no table of bins: it has no column `{name}`")).help(advice))?;
    }
    let data = frame.data(host)?;
    let mut bins: Vec<Bins> = Vec::new();
    let text = |name: &str, row: usize| data.cell(name, row).map(|cell| cell.plain());
    for row in 0..data.height() {
        let column = text("column", row)?;
        if bins.last().is_none_or(|last| last.column != column) {
            let by = match text("by", row)?.as_str() {
                "numbers" => By::Numbers(Vec::new()),
                "days" => By::Days(Vec::new()),
                "values" => By::Values(Vec::new()),
                other => {
                    return Err(Failure::new(format!("bins are made by numbers, days or values, not by `{other}`"))
                        .help(advice));
                }
            };
            bins.push(Bins { column, by, rows: Vec::new(), missing: 0 });
        }
        let Some(last) = bins.last_mut() else { continue };
        let whole = |name: &str| -> Result<u64> {
            let number = data.numbers(name)?.get(row).copied().flatten().filter(|number| *number >= 0.0);
            number.map(|number| number as u64).ok_or_else(|| {
                Failure::new(format!("row {} of the bins has no number in `{name}`", row + 1)).help(advice)
            })
        };
        let rows = whole("rows")?;
        if whole("bin")? == 0 {
            last.missing = rows;
            continue;
        }
        last.rows.push(rows);
        match &mut last.by {
            By::Numbers(ends) | By::Days(ends) => ends.extend(data.numbers("upper")?.get(row).copied().flatten()),
            By::Values(values) => {
                if data.cell("value", row)? != Cell::Missing {
                    values.push(text("value", row)?);
                }
            }
        }
    }
    let ends = |bins: &Bins| match &bins.by {
        By::Numbers(ends) | By::Days(ends) => ends.len(),
        By::Values(values) => values.len(),
    };
    if let Some(broken) = bins.iter().find(|bins| bins.rows.len() != ends(bins) + 1) {
        return Err(Failure::new(format!("the bins of `{}` are not whole", broken.column)).help(advice));
    }
    Ok(bins)
}
