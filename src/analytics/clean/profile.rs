mod answer;
mod bins;
mod dates;
mod drift;
pub(super) mod findings;
pub(super) mod roles;
pub(super) mod rules;

use regulars_plugin::{
    Arrange, Chart, ColumnName, Context, Date, Failure, Family, Function, Mark, Output, Registered, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analytics::BuiltIn;
use crate::table::{Frame, thousands};
pub(super) use bins::{Bins, bins_of, read_bins};
pub(super) use dates::written as day_in_words;
use drift::Drift;
pub(super) use drift::drifted;

/// Looks at every value of a table once, and says what its columns hold, what is wrong with them, and which table it is.
///
/// One row of the answer is one column. `types` says what its texts really are, numbers, dates and in which form, words that
/// stand for a missing value; `values` the most frequent values, `patterns` their shapes, `dates` the reach and the gaps of
/// days, `findings` what to be careful about, with the rows and what to do next. `roles` proposes the standard table and which
/// column is the customer, the date, the amount; the figure `code` is the line to write. Save the answer,
/// `profile.save("orders.json")`, and a later table can be compared with it: `load_model("orders.json").drift(orders)`.
///
/// # Choices
/// A missing value is one that is not there; empty text, white space and words such as `NA`, `-` or `unknown` are
/// counted apart. Different values are counted up to 65,536 in a column, beyond by HyperLogLog with a standard error of
/// .8 %; `distinct_exact` says which. Counts of frequent values are then lower bounds, and the notes tell by how much
/// they may be too low. Quantiles are exact up to about 30,000 different numbers, beyond off by less than .1 % of the
/// ranks; nothing is drawn by lot. Numbers and dates inside text count for mean, quantiles and reach. Rows that equal
/// an earlier one are counted up to two million different rows, beyond estimated from a part of them chosen by their
/// content. Texts are read as `standardize` and `validate` read them: which of day and month comes first, and which sign is
/// the decimal one, is decided for each column by its values that can be read in one way only. Where none is, days count with
/// the day first, and `findings` tells it. Digits alone count as numbers, and an address with a name beside it
/// as malformed, though `standardize`, which is told what a column holds, reads days, telephone numbers and the address out of
/// them. Per cents are shares of one. An outlier lies more than three times the middle half beyond it (Tukey's outer fences). Two clusters of
/// numbers a hundred or a thousand times apart are a mix of units, where each holds 2 % and hardly anything lies
/// between. A card number passes Luhn, an account its check digits. Days are missing where at least two thirds of the
/// days, or of the days from Monday to Friday, have a value. Personal data are found by what the values are, and names
/// of persons by the name of the column.
///
/// # Source
/// P. Flajolet, É. Fusy, O. Gandouet and F. Meunier (2007), AofA, 127–146; O. Ertl (2017), arXiv 1702.01284; J. Misra and
/// D. Gries (1982), Science of Computer Programming 2, 143–152; J. I. Munro and M. S. Paterson (1980), Theoretical Computer
/// Science 12, 315–323; J. W. Tukey (1977), Exploratory Data Analysis, Addison-Wesley.
///
/// # Example
/// ```rhai
/// let raw = frame(#{
///     "Customer ID": ["ann", "bob", "ann", "cyd"],
///     "Order Date": ["31/01/2024", "01/02/2024", "02/02/2024", "n/a"],
///     "Total": ["10.50", "1,020.00", "7.25", "-"],
/// });
/// raw.profile().types
/// ```
/// ```text
/// column       holds                                            rows           share  example
/// text         text                                   integer · rows  number · share  text
/// ──────────────────────────────────────────────────────────────────────────────────────────────
/// Customer ID  text                                                4         100.0 %  ann
/// Order Date   dates dd/mm/yyyy                                    3          75.0 %  31/01/2024
/// Order Date   the word `n/a`                                      1          25.0 %  n/a
/// Total        numbers with decimals                               2          50.0 %  10.50
/// Total        the word `-`                                        1          25.0 %  -
/// Total        numbers with commas between thousands               1          25.0 %  1,020.00
/// 6 rows × 5 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Columns to look at. Left out: all of them.
    pub columns: Vec<ColumnName>,
    /// Most frequent values, and patterns, of a column that are listed.
    #[schemars(range(min = 1, max = 50))]
    pub top: Option<u32>,
    /// Day after which dates lie in the future. Left out: today.
    pub today: Option<Date>,
}

/// Values and patterns of a column that are listed, unless told.
const TOP: usize = 10;

/// The columns of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ProfileRow {
    /// Name of the column.
    column: String,
    /// Type that it has.
    r#type: String,
    /// What its values are: the kind that most of them have, and `mixed` where others are no exception.
    holds: String,
    /// Rows without a value.
    #[schemars(extend("unit" = "rows"))]
    missing: i64,
    /// Their share of all rows.
    #[schemars(extend("unit" = "share"))]
    missing_share: Option<f64>,
    /// Rows with empty text, white space, or a word that stands for a missing value.
    #[schemars(extend("unit" = "rows"))]
    missing_words: i64,
    /// Number of different values.
    #[schemars(extend("unit" = "values"))]
    distinct: i64,
    /// Whether they were counted; otherwise estimated by HyperLogLog, with a standard error of .8 %.
    distinct_exact: bool,
    /// Least number or first day, also inside text.
    min: Option<String>,
    /// Number below which a quarter of the numbers lie.
    q25: Option<f64>,
    /// Number in their middle.
    median: Option<f64>,
    /// Number below which three quarters of them lie.
    q75: Option<f64>,
    /// Greatest number or last day.
    max: Option<String>,
    /// Mean of the numbers.
    mean: Option<f64>,
    /// Their standard deviation.
    std: Option<f64>,
    /// Most frequent value; empty where none is certain to be.
    top: Option<String>,
    /// Its share of all rows.
    #[schemars(extend("unit" = "share"))]
    top_share: Option<f64>,
    /// Most frequent shape of its texts: `A` and `a` for letters, `9` for digits, `a+` for a word.
    pattern: Option<String>,
    /// Number of findings.
    #[schemars(extend("unit" = "findings"))]
    findings: i64,
    /// Standard column that it is proposed to be.
    role: Option<String>,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProfileFigures {
    /// Number of rows.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Number of columns that were looked at.
    #[schemars(extend("unit" = "columns"))]
    columns: i64,
    /// Part of all values that are not there.
    #[schemars(extend("unit" = "share"))]
    missing_share: Option<f64>,
    /// Part of all values that are empty text, white space or a word for a missing value.
    #[schemars(extend("unit" = "share"))]
    missing_words_share: Option<f64>,
    /// Rows that equal an earlier one in every column that was looked at.
    #[schemars(extend("unit" = "rows"))]
    duplicate_rows: i64,
    /// Whether these were counted; otherwise estimated from a part of the rows.
    duplicates_exact: bool,
    /// Bytes that the rows take in memory.
    #[schemars(extend("unit" = "bytes"))]
    bytes: i64,
    /// Findings of high severity: what is likely to make results wrong.
    #[schemars(extend("unit" = "findings"))]
    high: i64,
    /// Findings of medium severity: what wants a decision.
    #[schemars(extend("unit" = "findings"))]
    medium: i64,
    /// Findings of low severity: what is good to know.
    #[schemars(extend("unit" = "findings"))]
    low: i64,
    /// The standard table that it is proposed to be.
    table: Option<String>,
    /// The line that declares it so.
    code: Option<String>,
}

impl Function for Profile {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["validate", "standardize"];
    type Input = Frame;
    type Row = ProfileRow;
    type Figures = ProfileFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Bar).x("column").y("findings");
        Some(chart.title("How many things there are to be careful about").labels("column", "findings"))
    }

    fn further_tables() -> Vec<TableManual> {
        let types = Chart::new(Mark::Bar).x("column").y("rows").color("holds").labels("column", "share of the rows");
        let types = Chart { arrange: Some(Arrange::Share), lying: Some(true), ..types };
        let findings = Chart::new(Mark::Bar).x("finding").color("severity").labels("finding", "columns");
        let findings = Chart { arrange: Some(Arrange::Stacked), lying: Some(true), ..findings };
        vec![
            TableManual::of::<answer::FindingRow>("findings")
                .chart(findings.title("What there is to be careful about")),
            TableManual::of::<answer::TypeRow>("types").chart(types.title("What the values of each column are")),
            TableManual::of::<answer::ValueRow>("values"),
            TableManual::of::<answer::PatternRow>("patterns"),
            TableManual::of::<answer::DatesRow>("dates"),
            TableManual::of::<answer::RoleRow>("roles"),
            TableManual::of::<bins::BinRow>("bins").aside(),
        ]
    }

    fn methods() -> Vec<Registered<Frame>> {
        vec![BuiltIn::of::<Drift>()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, ProfileFigures>> {
        let columns: Vec<String> = match self.columns.is_empty() {
            true => frame.names(),
            false => self.columns.iter().map(|name| name.0.clone()).collect(),
        };
        let twice = columns.iter().enumerate().find(|(place, name)| columns[..*place].contains(name));
        if let Some((_, name)) = twice {
            return Err(Failure::new(format!("`columns` names `{name}` twice")).help("name every column once"));
        }
        let today = self.today.unwrap_or(context.today);
        let found = frame.profiled(&columns, today, context.host())?;
        context.check()?;
        let findings = findings::of(&found, today);
        let roles = roles::propose(&found);
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.extend(self.notes(&found, &frame));
        let top = self.top.map_or(TOP, |top| top as usize);
        let bins: Vec<Bins> = found.columns.iter().filter_map(|column| bins_of(&column.name, &column.found)).collect();
        let table = answer::columns(&found, &findings, &roles)?;
        let state = bins::State { rows: found.rows, columns: bins };
        Output::record(answer::figures(&found, &findings, &roles), table)
            .with_table("findings", answer::findings(&findings, found.rows)?)
            .with_table("types", answer::types(&found)?)
            .with_table("values", answer::values(&found, top)?)
            .with_table("patterns", answer::patterns(&found, top)?)
            .with_table("dates", answer::dates(&found, today)?)
            .with_table("roles", answer::roles(&roles)?)
            .with_table("bins", bins::table(&state)?)
            .notes(notes)
            .with_model(&state)
    }
}

impl Profile {
    fn notes(&self, found: &crate::table::Profiled, frame: &Frame) -> Vec<String> {
        let mut notes = Vec::new();
        let left = frame.names().len() - found.columns.len();
        if left > 0 {
            notes.push(format!("{} of {} columns were not looked at", thousands(left), thousands(frame.names().len())));
        }
        if found.rows == 0 {
            notes.push("there are no rows: nothing can be said of what the columns hold".to_owned());
        }
        let estimated: Vec<&str> =
            found.columns.iter().filter(|it| !it.found.distinct_is_exact).map(|it| it.name.as_str()).collect();
        if !estimated.is_empty() {
            let missed = found.columns.iter().map(|column| column.found.missed).max().unwrap_or_default();
            notes.push(format!(
                "more than {} different values in {}: their number is estimated (HyperLogLog, standard error .8 %), and rows of \
                 frequent values may be too few by {} at most",
                thousands(crate::stats::profile::EXACT_VALUES),
                estimated.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
                thousands(missed as usize)
            ));
        }
        let error = found.columns.iter().filter_map(|column| column.found.numbers.as_ref());
        let error = error.map(|numbers| numbers.quantiles.rank_error()).fold(0.0, f64::max);
        if error > 0.0 {
            notes.push(format!("quantiles of long columns are off by at most {:.3} % of the ranks", error * 100.0));
        }
        if !found.duplicates_are_exact {
            notes.push(
                "more than two million different rows: duplicated rows are estimated from a part of them".to_owned(),
            );
        }
        notes
    }
}
