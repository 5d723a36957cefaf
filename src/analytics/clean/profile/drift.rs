//! Comparing a table with a saved profile.

use regulars_plugin::{Chart, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::bins::{Bins, By, State};
use crate::stats::drift::{kolmogorov_smirnov, stability_index};
use crate::stats::profile::ColumnProfile;
use crate::table::{Frame, FrameBuilder};

/// Says how far the columns of a table have moved since a profile was made.
///
/// One row of the answer is one column that both have. Make a profile of a month that was good and save it; compare every
/// later month with it before you trust a model or a report.
///
/// # Choices
/// The bins are those of the profile: tenths of the numbers and days, the twenty most frequent values, rows without a value
/// in a bin of their own. The index of population stability compares the shares of the bins; an empty bin counts as one of
/// ten thousand rows. `ks` is the greatest difference of the two distribution functions at the ends of the bins; it has no meaning
/// for values without an order. Custom calls an index below .1 stable, from .2 on a shift.
///
/// # Source
/// N. Siddiqi (2006), Credit Risk Scorecards, Wiley; N. Smirnov (1948), Annals of Mathematical Statistics 19, 279–281.
///
/// # Example
/// ```rhai
/// let january = frame(#{amount: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]});
/// let july = january.with_columns(col("amount") * 2);
/// january.profile().drift(july)
/// ```
/// ```text
/// column            rows     psi      ks  verdict
/// text    integer · rows  number  number  text
/// ───────────────────────────────────────────────
/// amount              10   4.346     0.5  shifted
/// 1 row × 5 columns
/// note: compared with 10 rows of the profile; an index of 0.2 and more counts as a shift
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Drift {
    /// Index from which on a column counts as shifted.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub psi: f64,
}

impl Default for Drift {
    fn default() -> Self {
        Drift { psi: 0.2 }
    }
}

/// The columns of the profile, in its order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct DriftRow {
    /// Name of the column.
    column: String,
    /// Rows that were compared.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Index of population stability; empty where the table has no such column, or no rows.
    psi: Option<f64>,
    /// Greatest difference of the distribution functions, for numbers and days.
    ks: Option<f64>,
    /// "stable", "shifted", or why it was not compared.
    verdict: String,
}

impl Function for Drift {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["validate"];
    type Input = FittedOn<State, Frame>;
    type Row = DriftRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("column").y("psi");
        Some(chart.title("How far each column has moved").labels("column", "stability index"))
    }

    fn run(&self, input: FittedOn<State, Frame>, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        if !input.is_given {
            return Err(Failure::new("`drift` is asked of a profile, and wants the table to compare")
                .help("write `profile.drift(orders)`"));
        }
        let names = input.table.names();
        let present: Vec<String> =
            input.state.columns.iter().map(|bins| bins.column.clone()).filter(|name| names.contains(name)).collect();
        if present.is_empty() {
            return Err(Failure::new("the table has none of the columns of the profile")
                .help("is it the table that the profile was made of, with other names?"));
        }
        let found = input.table.profiled(&present, context.today, context.host())?;
        let lines: Vec<(&Bins, Option<Drifted>)> = input
            .state
            .columns
            .iter()
            .map(|bins| {
                let column = found.columns.iter().find(|column| column.name == bins.column);
                (bins, column.and_then(|column| drifted(bins, &column.found)))
            })
            .collect();
        let verdict = |bins: &Bins, drifted: &Option<Drifted>| match drifted {
            Some(drifted) if drifted.psi >= self.psi => "shifted",
            Some(_) => "stable",
            None if present.contains(&bins.column) => "no rows to compare",
            None => "not in the table",
        };
        let table = FrameBuilder::empty()
            .texts("column", lines.iter().map(|(bins, _)| bins.column.as_str()))
            .integers("rows", lines.iter().map(|(_, it)| it.as_ref().map_or(0, |it| it.rows as i64)))
            .optional_numbers("psi", lines.iter().map(|(_, it)| it.as_ref().map(|it| it.psi)))
            .optional_numbers("ks", lines.iter().map(|(_, it)| it.as_ref().and_then(|it| it.ks)))
            .texts("verdict", lines.iter().map(|(bins, it)| verdict(bins, it)))
            .build()?;
        Ok(Output::table(table).note(format!(
            "compared with {} rows of the profile; an index of {} and more counts as a shift",
            crate::table::thousands(input.state.rows as usize),
            self.psi
        )))
    }
}

/// How far a column has moved.
pub(in crate::analytics::clean) struct Drifted {
    pub(in crate::analytics::clean) rows: u64,
    pub(in crate::analytics::clean) psi: f64,
    pub(in crate::analytics::clean) ks: Option<f64>,
}

/// Compares a column with the bins of a profile; none where one of the two has no rows.
pub(in crate::analytics::clean) fn drifted(bins: &Bins, found: &ColumnProfile) -> Option<Drifted> {
    let now = bins.counts(found);
    let has_order = !matches!(bins.by, By::Values(_));
    let with_gaps = |missing: u64, counts: &[u64]| -> Vec<u64> {
        let gaps = std::iter::once(missing);
        gaps.chain(counts.iter().copied()).collect()
    };
    let psi = stability_index(&with_gaps(bins.missing, &bins.rows), &with_gaps(found.missing, &now))?;
    Some(Drifted { rows: found.rows, psi, ks: kolmogorov_smirnov(&bins.rows, &now).filter(|_| has_order) })
}
