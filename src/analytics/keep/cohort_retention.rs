use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::{Interval, ratio, wilson};
use crate::table::{Calendar, CustomerPeriods, Frame, FrameBuilder, Transactions, thousands};

/// Follows each cohort of new customers: which share of them comes back in each later period.
///
/// A cohort is everybody who bought for the first time in the same calendar period. Period 0 is that period itself,
/// period 1 the next one, and so on up to the end of the window. The answer is in long form, one row per cohort and
/// period, also where nobody came back.
///
/// # Choices
/// "classic" counts a customer as active in the periods in which there is an order; "unbounded" in a period if there is
/// an order in it or in any later one; "bracket" in a group of periods, given as `brackets`, if there is an order in any
/// of them, and `period` tells the first of the group. Period 0 is 100 % by definition. A cell whose periods have not
/// ended by the end of the window is masked: `complete` is false and `retention`, `lower` and `upper` are empty, while
/// `active` tells those seen so far. An unbounded share can still rise after the window, however old the cell: compare
/// cohorts of one age only. For customers the interval is Wilson's; for revenue it comes from linearising the ratio
/// over the customers of the cohort (the delta method) and is empty for a single customer. Where
/// period 0 brought nothing there is no share of it, and `retention` is empty as well. Orders with a negative
/// amount (returns) make a customer active as any other order does and count against the revenue. Weeks begin on Monday.
///
/// # Source
/// Custom of the trade for the three kinds. Intervals: Wilson (1927); Cochran (1977), section 6.3.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "bob", "cyd", "cyd"],
///     date: ["1997-01-05", "1997-02-10", "1997-01-20", "1997-02-02", "1997-03-31"],
///     amount: [10, 20, 30, 40, 50],
/// });
/// orders.cohort_retention()
/// ```
/// ```text
/// cohort      period  customers  active  retention    lower    upper  complete
/// date           int    integer     int     number   number   number  flag
/// ────────────────────────────────────────────────────────────────────────────
/// 1997-01-01       0          2       2    100.0 %  100.0 %  100.0 %  true
/// 1997-01-01       1          2       1     50.0 %    9.5 %   90.5 %  true
/// 1997-01-01       2          2       0      0.0 %    0.0 %   65.8 %  true
/// 1997-02-01       0          1       1    100.0 %  100.0 %  100.0 %  true
/// 1997-02-01       1          1       1    100.0 %   20.7 %  100.0 %  true
/// 5 rows × 8 columns
/// note: 95 % intervals after Wilson
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CohortRetention {
    /// Length of a period.
    pub period: Calendar,
    /// What counts as coming back.
    pub kind: Kind,
    /// What is measured.
    pub measure: Measure,
    /// For `kind: "bracket"`: the first and the last period of each group, such as `[[1, 3], [4, 6], [7, 12]]`.
    pub brackets: Option<Vec<Vec<i64>>>,
    /// Last day of the window. Left out: the latest order in the data.
    pub until: Option<Date>,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// Periods that are followed at the most: the answer has up to that many cells for each of as many cohorts.
const MOST_PERIODS: u32 = 1500;
/// Where a bracket ends at the latest: a century of days.
const LAST_PERIOD: u32 = 36_525;

/// What counts as coming back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An order in the period.
    #[default]
    Classic,
    /// An order in the period or later.
    Unbounded,
    /// An order in any period of a group.
    Bracket,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The share of the customers who come back.
    #[default]
    Customers,
    /// The amount they pay, as a share of what they paid in period 0.
    Revenue,
}

impl Default for CohortRetention {
    fn default() -> Self {
        CohortRetention {
            period: Calendar::Month,
            kind: Kind::Classic,
            measure: Measure::Customers,
            brackets: None,
            until: None,
            confidence: 0.95,
        }
    }
}

/// One row per cohort and period, the oldest cohort first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct CohortRow {
    /// First day of the period in which the cohort bought for the first time.
    cohort: Date,
    /// Periods since then, from 0.
    period: i64,
    /// Customers in the cohort.
    #[schemars(extend("unit" = "customers"))]
    customers: i64,
    /// Those of them who were active in the period.
    #[schemars(extend("unit" = "customers"))]
    active: i64,
    /// Share of the customers, or of the revenue of period 0; empty where the period has not ended.
    #[schemars(extend("unit" = "share"))]
    retention: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
    /// Whether the period had ended by the end of the window.
    complete: bool,
}

impl Function for CohortRetention {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["rfm"];
    type Input = Transactions;
    type Row = CohortRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Heatmap).x("period").y("cohort").color("retention");
        Some(
            chart.title("Which share of each cohort comes back").labels("periods since the first order", "first order"),
        )
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let entries = orders.customer_periods(self.period, self.until, context)?;
        let latest = entries
            .latest
            .ok_or_else(|| Failure::new("there are no orders").help("look at `until`, and at the filters before"))?;
        let until = self.until.unwrap_or(latest);
        let end = self.period.number(until);
        let groups = self.groups(end - entries.periods.iter().copied().min().unwrap_or(end))?;
        let cohorts = self.count(&entries, &groups, context)?;

        let mut notes = orders.notes(self.until.is_none().then_some(entries.rows), context.host())?;
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after {until} were left out", thousands(late)));
        }
        let rows = self.rows(&cohorts, &groups, until);
        let masked = rows.iter().filter(|row| !row.complete).count();
        if masked > 0 {
            notes.push(format!("{masked} cells are masked: their {} had not ended by {until}", self.period.word()));
        }
        if self.kind == Kind::Bracket {
            let words: Vec<String> = groups.iter().map(|(first, last)| format!("{first}–{last}")).collect();
            notes.push(format!("brackets of {}s: {}", self.period.word(), words.join(", ")));
        }
        notes.push(match self.measure {
            Measure::Customers => format!("{} % intervals after Wilson", self.percent()),
            Measure::Revenue => {
                format!("{} % intervals of a ratio, by linearisation over customers", self.percent())
            }
        });
        let table = FrameBuilder::empty()
            .dates("cohort", rows.iter().map(|row| self.period.first_day(row.cohort)))
            .integers("period", rows.iter().map(|row| i64::from(row.period)))
            .integers("customers", rows.iter().map(|row| row.customers as i64))
            .integers("active", rows.iter().map(|row| row.active as i64))
            .optional_numbers("retention", rows.iter().map(|row| row.retention))
            .optional_numbers("lower", rows.iter().map(|row| row.interval.map(|it| it.lower)))
            .optional_numbers("upper", rows.iter().map(|row| row.interval.map(|it| it.upper)))
            .flags("complete", rows.iter().map(|row| row.complete))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}

/// What is counted of one cohort: how many customers, and sums over them for each group of periods.
struct Cohort {
    customers: u64,
    /// Sums of what each customer paid in period 0, and of its square.
    first: f64,
    first_squared: f64,
    cells: Vec<Sums>,
}

/// Sums over the customers of a cohort, for one group of periods.
#[derive(Clone, Default)]
struct Sums {
    active: u64,
    amount: f64,
    amount_squared: f64,
    /// Amount times what the same customer paid in period 0.
    product: f64,
}

struct Row {
    cohort: i32,
    period: u32,
    customers: u64,
    active: u64,
    retention: Option<f64>,
    interval: Option<Interval>,
    complete: bool,
}

impl CohortRetention {
    /// The confidence in percent, without the last digits of a product.
    fn percent(&self) -> f64 {
        (self.confidence * 1e6).round() / 1e4
    }

    /// The groups of periods that are columns of the triangle: first and last period of each.
    fn groups(&self, longest: i32) -> Result<Vec<(u32, u32)>> {
        let longest = u32::try_from(longest).unwrap_or_default();
        let advice = "write `kind: \"bracket\", brackets: [[1, 3], [4, 6], [7, 12]]`";
        match (&self.brackets, self.kind) {
            (None, Kind::Bracket) => Err(Failure::new("`kind: \"bracket\"` needs `brackets`").help(advice)),
            (Some(_), Kind::Classic | Kind::Unbounded) => {
                Err(Failure::new("`brackets` are given, but not used").help("say `kind: \"bracket\"` as well"))
            }
            (None, _) if longest >= MOST_PERIODS => Err(Failure::new(format!(
                "by {} there would be up to {} periods for each of as many cohorts",
                self.period.word(),
                longest + 1
            ))
            .help("take a longer `period`, or `brackets`, or filter the orders to fewer years")
            .help("is there a date among them that is far from the others?")),
            (None, _) => Ok((0..=longest).map(|period| (period, period)).collect()),
            (Some(brackets), Kind::Bracket) => {
                let mut groups = vec![(0, 0)];
                for bracket in brackets {
                    let ends: Vec<u32> = bracket.iter().filter_map(|end| u32::try_from(*end).ok()).collect();
                    match ends.as_slice() {
                        [0, 0] => {}
                        [_, last] if *last > LAST_PERIOD => {
                            return Err(Failure::new(format!("`brackets` holds {bracket:?}, which reaches too far"))
                                .help(format!("a bracket ends at period {LAST_PERIOD} at most")));
                        }
                        [first, last] if first <= last && *first > groups[groups.len() - 1].1 => {
                            groups.push((*first, *last));
                        }
                        _ => {
                            return Err(Failure::new(format!(
                                "`brackets` holds {bracket:?}, which does not follow the one before"
                            ))
                            .help("each is a first and a last period, from 0 up, rising and without overlap")
                            .help(advice));
                        }
                    }
                }
                Ok(groups)
            }
        }
    }

    fn count(
        &self,
        entries: &CustomerPeriods,
        groups: &[(u32, u32)],
        context: &Context<'_>,
    ) -> Result<BTreeMap<i32, Cohort>> {
        let mut cohorts: BTreeMap<i32, Cohort> = BTreeMap::new();
        let mut amounts: Vec<Option<f64>> = vec![None; groups.len()];
        for (customer, range) in entries.starts.windows(2).enumerate() {
            if customer % 65_536 == 0 {
                context.check()?;
            }
            let periods = &entries.periods[range[0]..range[1]];
            let Some(&cohort) = periods.first() else { continue };
            amounts.fill(None);
            let mut last_group = 0;
            for (period, amount) in periods.iter().zip(&entries.amounts[range[0]..range[1]]) {
                let since = (period - cohort) as u32;
                let group = groups.partition_point(|(_, last)| *last < since);
                if groups.get(group).is_some_and(|(first, _)| *first <= since) {
                    *amounts[group].get_or_insert(0.0) += amount;
                    last_group = group;
                }
            }
            let cell = cohorts.entry(cohort).or_insert_with(|| Cohort {
                customers: 0,
                first: 0.0,
                first_squared: 0.0,
                cells: vec![Sums::default(); groups.len()],
            });
            let first = amounts[0].unwrap_or_default();
            cell.customers += 1;
            cell.first += first;
            cell.first_squared += first * first;
            if self.kind == Kind::Unbounded {
                // What is paid in a period or later, for every period up to the last one with an order.
                let mut later = 0.0;
                for amount in amounts[..=last_group].iter_mut().rev() {
                    later += amount.unwrap_or_default();
                    *amount = Some(later);
                }
            }
            for (sums, amount) in cell.cells.iter_mut().zip(&amounts) {
                let Some(amount) = amount else { continue };
                sums.active += 1;
                sums.amount += amount;
                sums.amount_squared += amount * amount;
                sums.product += amount * first;
            }
        }
        Ok(cohorts)
    }

    fn rows(&self, cohorts: &BTreeMap<i32, Cohort>, groups: &[(u32, u32)], until: Date) -> Vec<Row> {
        let end = self.period.number(until);
        let mut rows = Vec::new();
        for (&number, cohort) in cohorts {
            for (&(first, last), sums) in groups.iter().zip(&cohort.cells) {
                if number + first as i32 > end {
                    break;
                }
                let complete = self.period.last_day(number + last as i32) <= until;
                let (retention, interval) = if complete { self.share(cohort, sums, first == 0) } else { (None, None) };
                rows.push(Row {
                    cohort: number,
                    period: first,
                    customers: cohort.customers,
                    active: sums.active,
                    retention,
                    interval,
                    complete,
                });
            }
        }
        rows
    }

    fn share(&self, cohort: &Cohort, sums: &Sums, is_first: bool) -> (Option<f64>, Option<Interval>) {
        if is_first {
            // 100 % by definition, whatever the sample: an interval of no width, also for what is unbounded.
            return (Some(1.0), Some(Interval { lower: 1.0, upper: 1.0 }));
        }
        match self.measure {
            Measure::Customers => {
                let share = sums.active as f64 / cohort.customers as f64;
                (Some(share), wilson(sums.active, cohort.customers, self.confidence))
            }
            Measure::Revenue if cohort.first > 0.0 => {
                let interval = ratio(
                    cohort.customers,
                    cohort.first,
                    sums.amount,
                    cohort.first_squared,
                    sums.amount_squared,
                    sums.product,
                    self.confidence,
                );
                (Some(sums.amount / cohort.first), interval)
            }
            Measure::Revenue => (None, None),
        }
    }
}
