mod answer;
mod checks;
mod contract;
mod rules;

use std::collections::BTreeMap;

use regulars_plugin::{
    Arrange, Beside, Chart, ColumnName, Context, Date, Failure, Family, Function, Mark, Output, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::table::{Frame, RowSet, thousands};
use checks::{Planned, Status};
pub use contract::{ColumnRules, ColumnType, DriftRule, Format, Fresh, Reference};

/// Checks a table against a contract, says which checks looked at how many rows, and parts the rows that pass from those
/// that fail.
///
/// A contract says what must be true of each column (`columns`), of each row (`rows`, conditions in SQL), of the table
/// (`keys`, `fresh`, `drift`) and of its ties to other tables (`references`). One row of the answer is one check;
/// `failing` has the rows that fail with their numbers and the reasons, `passing` all others, so that a script goes on
/// with what is good and puts the rest aside. `read_contract("orders.toml")` reads a contract from a file:
/// `orders.validate(read_contract("orders.toml"))`. With `on_failure: "fail"` the script stops where a check does not
/// pass, and `regulars run` ends with an error.
///
/// # Choices
/// Nothing passes by not being looked at: a contract without a check is refused, a column that is not there fails, and
/// a check that found no row to look at is told as "not looked at" and does not hold. A missing value fails `required`
/// only, all other checks leave it aside; empty text and white space are no value for `required`. Where a value may
/// come once only, all rows that share it fail, as nobody knows which is right. A row with a gap in its key fails. In a
/// column of text, `type` asks whether each text holds such a value, as `profile` counts it, and bounds look at those that
/// do; digits alone are a number, not a day. Which of day and month comes first, and which sign is the decimal one, is decided for each
/// column by its values that can be read in one way only, or said by `day_first` and `decimal_comma`; the notes tell what
/// decided. Where nothing does, rows that only one of the readings lets pass are not looked at. White space around an
/// address, or a name beside it, fails its `format`, though `standardize` would take it away. A pattern may be found anywhere in the text: `^…$` asks for all of it. A condition that asks for a missing value leaves the row aside, as in SQL: add `or city is null`, or the
/// opposite. Values of two tables are compared as they are written. The distribution drifts where the index of
/// population stability reaches `psi`.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let orders = frame(#{order: [1, 2, 2, 4], email: ["ann@shop.com", "bob", (), "dan@shop.com"], amount: [10, 20, 5, -3]});
/// let checks = orders.validate(#{
///     columns: #{
///         order: #{unique: true},
///         email: #{required: true, format: "email"},
///         amount: #{min: 0},
///     },
///     rows: ["amount < 1000"],
/// });
/// checks.failing
/// ```
/// ```text
///  amount  email           order      row  reasons
/// integer  text          integer  integer  text
/// ───────────────────────────────────────────────────────────────────────────
///      20  bob                 2        2  email: format email; order: unique
///       5  –                   2        3  email: required; order: unique
///      -3  dan@shop.com        4        4  amount: min 0
/// 3 rows × 5 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Validate {
    /// What must be true of columns: `#{email: #{required: true, format: "email"}, amount: #{type: "number", min: 0}}`.
    pub columns: BTreeMap<String, ColumnRules>,
    /// What must be true of each row, conditions in SQL: `["amount >= 0 or quantity < 0"]`.
    pub rows: Vec<String>,
    /// Columns that together name a row: no two rows have the same, and none is missing.
    pub keys: Vec<ColumnName>,
    /// Columns whose values must be there in another table: `#{product: #{table: products, column: "sku"}}`.
    pub references: BTreeMap<String, Reference>,
    /// How old the latest day of a column may be: `#{column: "date", within: "2d"}`.
    pub fresh: Option<Fresh>,
    /// How far columns may have moved from a profile: `#{against: saved.bins, psi: 0.2}`.
    pub drift: Option<DriftRule>,
    /// Whether columns that the contract does not name are a failure.
    pub closed: bool,
    /// Least number of rows.
    pub least_rows: Option<u64>,
    /// Day from which the age of `fresh`, and the future, are counted. Left out: today.
    pub today: Option<Date>,
    /// Most rows that `failing` holds; the others are counted.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub most_failing: u32,
    /// What happens where a check does not pass.
    pub on_failure: OnFailure,
}

/// What happens where a check does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// The answer tells it.
    #[default]
    Tell,
    /// It is an error: the script stops, and `regulars run` ends with one.
    Fail,
}

impl Default for Validate {
    fn default() -> Self {
        Validate {
            columns: BTreeMap::new(),
            rows: Vec::new(),
            keys: Vec::new(),
            references: BTreeMap::new(),
            fresh: None,
            drift: None,
            closed: false,
            least_rows: None,
            today: None,
            most_failing: 100_000,
            on_failure: OnFailure::Tell,
        }
    }
}

/// The checks, in the order of the contract.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct CheckRow {
    /// Number of the check, from 1; `failing` names it.
    check: i64,
    /// Column that it looks at; "whole row" or "whole table" where it looks at more.
    column: String,
    /// What is asked.
    rule: String,
    /// Rows that it looked at.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Rows that failed.
    #[schemars(extend("unit" = "rows"))]
    failed: i64,
    /// Their share of the rows that it looked at.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
    /// "passed", "failed", or "not looked at", which is no pass.
    status: String,
    /// A value that failed.
    example: Option<String>,
    /// Why, where the rows do not say it.
    told: Option<String>,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ValidateFigures {
    /// Whether every check passed.
    holds: bool,
    /// Number of checks of the contract.
    #[schemars(extend("unit" = "checks"))]
    checks: i64,
    /// Checks that passed.
    #[schemars(extend("unit" = "checks"))]
    passed: i64,
    /// Checks that failed.
    #[schemars(extend("unit" = "checks"))]
    failed: i64,
    /// Checks that found nothing to look at.
    #[schemars(extend("unit" = "checks"))]
    not_looked_at: i64,
    /// Number of rows.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Rows that no check failed.
    #[schemars(extend("unit" = "rows"))]
    passing_rows: i64,
    /// Rows that a check failed.
    #[schemars(extend("unit" = "rows"))]
    failing_rows: i64,
}

impl Function for Validate {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["profile", "segment_by"];
    type Input = Beside<Frame>;
    type Row = CheckRow;
    type Figures = ValidateFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("rule").y("failed").color("column");
        let chart = Chart { arrange: Some(Arrange::Stacked), lying: Some(true), ..chart };
        Some(chart.title("How many rows fail each check").labels("rule", "rows"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<answer::FailingRow>("failing").keeping_columns(),
            TableManual::of::<answer::PassingRow>("passing").keeping_columns().aside(),
        ]
    }

    fn run(&self, input: Beside<Frame>, context: &Context<'_>) -> Result<Output<Frame, ValidateFigures>> {
        let frame = &input.input;
        super::leaves_names(frame, &["row", "reasons"], "failing")?;
        let (planned, rows) = self.carried_out(&input, context)?;
        let mut failing = RowSet::default();
        planned.iter().for_each(|check| failing.add_all(&check.failing));
        let count = |status: Status| planned.iter().filter(|check| check.status() == status).count();
        let figures = ValidateFigures {
            holds: count(Status::Passed) == planned.len(),
            checks: planned.len() as i64,
            passed: count(Status::Passed) as i64,
            failed: count(Status::Failed) as i64,
            not_looked_at: count(Status::NotLookedAt) as i64,
            rows: rows as i64,
            passing_rows: (rows - failing.len()) as i64,
            failing_rows: failing.len() as i64,
        };
        if self.on_failure == OnFailure::Fail && !figures.holds {
            return Err(refused(&planned, &figures));
        }
        let most = self.most_failing as usize;
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.push(told(&figures));
        for check in &planned {
            let column = check.column.as_deref().unwrap_or_default();
            let said = check.evidence.iter().map(|evidence| format!("`{column}`: {evidence}"));
            // Several checks of a column read it in the same way.
            let new: Vec<String> = said.filter(|note| !notes.contains(note)).collect();
            notes.extend(new);
        }
        if failing.len() > u64::from(self.most_failing) {
            notes.push(format!(
                "`failing` has the first {} of {} failing rows; `most_failing` says how many",
                thousands(most),
                thousands(failing.len() as usize)
            ));
        }
        Ok(Output::record(figures, answer::checks(&planned)?)
            .with_table("failing", answer::failing(frame, &planned, &failing, most, context.host())?)
            .with_table("passing", answer::passing(frame, &failing)?)
            .notes(notes))
    }
}

fn told(figures: &ValidateFigures) -> String {
    let of = |count: i64| thousands(count as usize);
    format!(
        "{} of {} checks passed, {} failed, {} found nothing to look at; {} of {} rows fail",
        of(figures.passed),
        of(figures.checks),
        of(figures.failed),
        of(figures.not_looked_at),
        of(figures.failing_rows),
        of(figures.rows)
    )
}

/// The failure that stops a script.
fn refused(planned: &[Planned], figures: &ValidateFigures) -> Failure {
    const TOLD: usize = 5;
    let bad: Vec<&Planned> = planned.iter().filter(|check| check.status() != Status::Passed).collect();
    let mut failure = Failure::new(format!("the contract does not hold: {}", told(figures)));
    for check in bad.iter().take(TOLD) {
        failure = failure.help(check.sentence());
    }
    if bad.len() > TOLD {
        failure = failure.help(format!("and {} more", bad.len() - TOLD));
    }
    failure.help("leave `on_failure` out to look at the rows: `.failing`")
}
