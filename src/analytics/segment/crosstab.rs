use regulars_plugin::{Chart, ColumnName, Context, Failure, Family, Function, Mark, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::{Association, association, fisher_exact};
use crate::table::{About, Classes, Data, Frame, FrameBuilder, thousands};

/// Counts rows by two columns at once and says whether the one depends on the other.
///
/// One row of the answer is one cell: how many rows there are, how many independence would lead one to expect, and how far off
/// that is. The figures test the dependence and measure it. With `measure`, each cell has the sum or the mean of a column
/// of numbers as well. Use it on any two ways of parting customers: by age and by region, by segment and by channel.
///
/// # Choices
/// `share` is the cell's part of all rows, of its row or of its column, as `normalize` says. `residual` is the adjusted
/// residual (Haberman): under independence about normal with deviation 1, so beyond ±2 a cell stands out, beyond ±3
/// clearly; with many cells a few do so by chance. Chi-square has no correction for continuity. Cramér's V has none for
/// bias unless `bias_correction` is set (Bergsma); its interval comes from the noncentral chi-square distribution
/// (Smithson), and goes down to 0 where the test does not speak against independence. A table of two by two has Fisher's
/// exact p-value as well. Where expected counts are small, the notes say so (Cochran's rule: none below 1, at most
/// a fifth below 5). A row that lacks one of the two values is in no cell, and the notes tell how many. Every
/// pair of values has its cell, also where nobody is in it. Rows are taken to be independent of each other: count customers,
/// not their orders.
///
/// # Source
/// K. Pearson (1900), Philosophical Magazine 50, 157–175; S. J. Haberman (1973), Biometrics 29, 205–220; M. Smithson
/// (2003), Confidence Intervals, Sage; W. Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328;
/// W. G. Cochran (1954), Biometrics 10, 417–451.
///
/// # Example
/// ```rhai
/// let people = frame(#{
///     region: ["north", "north", "north", "north", "south", "south", "south", "south"],
///     buys: ["online", "online", "online", "shop", "shop", "shop", "shop", "online"],
/// });
/// people.crosstab(#{rows: "region", columns: "buys"}).table()
/// ```
/// ```text
/// row    column           count           share       expected  residual   value
/// text   text    integer · rows  number · share  number · rows    number  number
/// ──────────────────────────────────────────────────────────────────────────────
/// north  online               3          37.5 %              2     1.414       –
/// north  shop                 1          12.5 %              2    -1.414       –
/// south  online               1          12.5 %              2    -1.414       –
/// south  shop                 3          37.5 %              2     1.414       –
/// 4 rows × 7 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Crosstab {
    /// Column whose values are the rows of the table; must be given.
    pub rows: ColumnName,
    /// Column whose values are its columns; must be given.
    pub columns: ColumnName,
    /// Column of numbers that is summed up in each cell as well.
    pub measure: Option<ColumnName>,
    /// How it is summed up.
    pub summary: Summary,
    /// What the shares are parts of.
    pub normalize: Normalize,
    /// Whether Cramér's V is lessened by what chance alone would give.
    pub bias_correction: bool,
    /// Confidence of the interval.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// How a measure is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Summary {
    /// The sum of the values.
    #[default]
    Sum,
    /// Their mean.
    Mean,
}

/// What shares are parts of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Normalize {
    /// Of all rows that were counted.
    #[default]
    All,
    /// Of the rows with the same value in `rows`.
    Rows,
    /// Of the rows with the same value in `columns`.
    Columns,
}

impl Default for Crosstab {
    fn default() -> Self {
        Crosstab {
            rows: ColumnName::default(),
            columns: ColumnName::default(),
            measure: None,
            summary: Summary::Sum,
            normalize: Normalize::All,
            bias_correction: false,
            confidence: 0.95,
        }
    }
}

/// One row per cell, in the order of the values.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct CrosstabRow {
    /// Value of the column `rows`.
    row: serde_json::Value,
    /// Value of the column `columns`.
    column: serde_json::Value,
    /// Number of rows of the table with both.
    #[schemars(extend("unit" = "rows"))]
    count: i64,
    /// Their part, of what `normalize` says; empty where that is no row.
    #[schemars(extend("unit" = "share"))]
    share: Option<f64>,
    /// Number that independence would lead one to expect.
    #[schemars(extend("unit" = "rows"))]
    expected: f64,
    /// How many standard errors the count lies off it; empty where one value is everybody's.
    residual: Option<f64>,
    /// Sum or mean of the measure; empty without one, and the mean where there is no row.
    value: Option<f64>,
}

/// The figures.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CrosstabFigures {
    /// Pearson's chi-square; empty where one of the columns has a single value.
    chi_square: Option<f64>,
    /// Its degrees of freedom.
    degrees_of_freedom: Option<i64>,
    /// Probability of a chi-square as large as this if the columns were independent.
    p_value: Option<f64>,
    /// Fisher's exact p-value, for a table of two by two.
    fisher_p_value: Option<f64>,
    /// Cramér's V: 0 where the columns are independent in this table, 1 where the one settles the other.
    cramers_v: Option<f64>,
    /// Lower end of its interval.
    cramers_v_lower: Option<f64>,
    /// Upper end of its interval.
    cramers_v_upper: Option<f64>,
    /// Number of rows that were counted.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
}

/// More values than this make no table that anybody reads.
const MOST_VALUES: usize = 1000;

impl Function for Crosstab {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["segment_profile", "segment_by"];
    type Input = Frame;
    type Row = CrosstabRow;
    type Figures = CrosstabFigures;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Heatmap).x("column").y("row").color("count").title("How many rows have both values"))
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, CrosstabFigures>> {
        self.check()?;
        let data = frame.data(context.host())?;
        let rows = Classes::of(&data, self.rows.as_str(), MOST_VALUES)?;
        let columns = Classes::of(&data, self.columns.as_str(), MOST_VALUES)?;
        context.check()?;
        let cells = Cells::of(&rows, &columns);
        let found = association(&cells.counts, columns.len(), self.confidence).ok_or_else(|| {
            Failure::new(format!("no row has a value in both `{}` and `{}`", self.rows, self.columns))
                .help("look at the filters before, and at gaps in these columns")
        })?;
        let values = self.values(&data, &cells, context)?;

        let test = found.test;
        let (v, interval) = match test {
            Some(test) if self.bias_correction => (Some(test.corrected_v), Some(test.corrected_interval)),
            Some(test) => (Some(test.cramers_v), Some(test.interval)),
            None => (None, None),
        };
        let two_by_two = <[u64; 4]>::try_from(cells.counts.as_slice()).ok().filter(|_| columns.len() == 2);
        let figures = CrosstabFigures {
            chi_square: test.map(|it| it.statistic),
            degrees_of_freedom: test.map(|it| it.degrees as i64),
            p_value: test.map(|it| it.p_value),
            fisher_p_value: two_by_two.and_then(fisher_exact),
            cramers_v: v,
            cramers_v_lower: interval.map(|it| it.lower),
            cramers_v_upper: interval.map(|it| it.upper),
            rows: found.total as i64,
        };
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        notes.extend(self.notes(&found, data.height(), &values));

        let width = columns.len();
        let (in_row, in_column) = cells.margins(width);
        let share = |cell: usize| {
            let count = cells.counts[cell] as f64;
            count
                / match self.normalize {
                    Normalize::All => found.total as f64,
                    Normalize::Rows => in_row[cell / width] as f64,
                    Normalize::Columns => in_column[cell % width] as f64,
                }
        };
        let every = 0..cells.counts.len();
        let table = FrameBuilder::new(rows.column("row", every.clone().map(|cell| cell / width)))
            .column(columns.column("column", every.clone().map(|cell| cell % width)))
            .integers("count", cells.counts.iter().map(|count| *count as i64))
            .optional_numbers("share", every.map(|cell| Some(share(cell)).filter(|share| share.is_finite())))
            .numbers("expected", found.expected.iter().copied())
            .optional_numbers("residual", found.residuals.iter().copied())
            .optional_numbers("value", values.of.into_iter())
            .build()?;
        let words = |column: &ColumnName| column.as_str().replace('_', " ");
        let chart = Crosstab::chart().map(|chart| chart.labels(&words(&self.columns), &words(&self.rows)));
        let table = table.with_about(About { chart, ..About::default() });
        Ok(Output::record(figures, table).notes(notes))
    }
}

/// The counts, row by row, and the cell of each row of the table.
struct Cells {
    counts: Vec<u64>,
    of: Vec<Option<usize>>,
}

impl Cells {
    fn of(rows: &Classes, columns: &Classes) -> Cells {
        let width = columns.len();
        let pairs = rows.of.iter().zip(&columns.of);
        let of: Vec<Option<usize>> = pairs
            .map(|(row, column)| row.zip(*column).map(|(row, column)| row as usize * width + column as usize))
            .collect();
        let mut counts = vec![0; rows.len() * width];
        for cell in of.iter().flatten() {
            counts[*cell] += 1;
        }
        Cells { counts, of }
    }

    fn margins(&self, width: usize) -> (Vec<u64>, Vec<u64>) {
        let in_row = self.counts.chunks(width).map(|row| row.iter().sum()).collect();
        let in_column = (0..width).map(|place| self.counts.iter().skip(place).step_by(width).sum()).collect();
        (in_row, in_column)
    }
}

/// The measure in each cell, and how many rows of a cell lack it.
struct Values {
    of: Vec<Option<f64>>,
    missing: usize,
}

impl Crosstab {
    fn check(&self) -> Result<()> {
        let missing =
            [("rows", &self.rows), ("columns", &self.columns)].into_iter().find(|(_, name)| name.0.is_empty());
        if let Some((option, _)) = missing {
            return Err(Failure::new(format!("`{option}` is wanted: which two columns are looked at together?"))
                .help("write `crosstab(#{rows: \"segment\", columns: \"channel\"})`"));
        }
        if self.rows == self.columns {
            return Err(Failure::new(format!("`rows` and `columns` are both `{}`", self.rows))
                .help("a column always depends on itself: name another one"));
        }
        if self.summary != Summary::Sum && self.measure.is_none() {
            return Err(Failure::new("`summary` is given, but there is no `measure` to sum up")
                .help("name a column of numbers: `measure: \"amount\"`"));
        }
        Ok(())
    }

    /// The sums are taken in the order of the rows.
    fn values(&self, data: &Data, cells: &Cells, context: &Context<'_>) -> Result<Values> {
        let Some(measure) = &self.measure else { return Ok(Values { of: vec![None; cells.counts.len()], missing: 0 }) };
        let numbers = data.numbers(measure.as_str())?;
        context.check()?;
        let mut sums = vec![(0.0, 0_u64); cells.counts.len()];
        let mut missing = 0;
        for (cell, number) in cells.of.iter().zip(&numbers) {
            match (cell, number.filter(|number| !number.is_nan())) {
                (Some(cell), Some(number)) => {
                    sums[*cell].0 += number;
                    sums[*cell].1 += 1;
                }
                (Some(_), None) => missing += 1,
                (None, _) => {}
            }
        }
        let value = |(sum, rows): (f64, u64)| match self.summary {
            Summary::Sum => Some(sum),
            Summary::Mean => (rows > 0).then(|| sum / rows as f64),
        };
        Ok(Values { of: sums.into_iter().map(value).collect(), missing })
    }

    fn notes(&self, found: &Association, height: usize, values: &Values) -> Vec<String> {
        let mut notes = Vec::new();
        let left_out = height - found.total as usize;
        if left_out > 0 {
            notes.push(format!(
                "in no cell, for want of a value in `{}` or `{}`: {} of {} rows",
                self.rows,
                self.columns,
                thousands(left_out),
                thousands(height)
            ));
        }
        if values.missing > 0 {
            notes.push(format!(
                "counted, but without a value to sum up: {} of {} rows",
                thousands(values.missing),
                thousands(found.total as usize)
            ));
        }
        if found.test.is_none() {
            notes.push("one of the columns has a single value: there is no dependence to test".to_owned());
        } else if found.least_expected < 1.0 || found.small_expected * 5 > found.cells {
            notes.push(format!(
                "{} of {} cells have an expected count below 5, the least is {:.2}: the p-value of chi-square is rough; \
                 put rare values together",
                thousands(found.small_expected),
                thousands(found.cells),
                found.least_expected
            ));
        }
        if found.test.is_some() {
            let (v, ends) = match self.bias_correction {
                true => ("less what chance would give (Bergsma)", "ends of chi-square go through the same formula"),
                false => ("without correction for bias", "from the noncentral chi-square distribution"),
            };
            notes.push(format!("Cramér's V {v}; its interval {ends}"));
        }
        notes
    }
}
