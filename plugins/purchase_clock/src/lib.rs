//! An example plugin: a picture that no chart of the host shows, drawn by the function itself.

mod drawing;

use chrono::Datelike;
use regulars_plugin::{
    Column, Context, Date, Failure, Family, Function, Nothing, Output, Result, Table, Transactions, Values, export,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// Shows at which hours, on which days of the week or in which months customers buy, as a clock.
///
/// What comes round again belongs on a circle: between December and January there is no edge. Each piece of the clock is
/// as large as its share of the orders; the ring is what each would have if all had the same.
///
/// # Choices
/// Areas are compared, not lengths: the radius grows with the root of the share. Hours count in the time zone of the
/// column, or in UTC where it has one; a column of days has no hours.
///
/// # Source
/// Nightingale (1858), Notes on Matters Affecting the Health of the British Army, for the rose; otherwise custom of the trade.
///
/// # Example
/// ```rhai
/// sample("cdnow").purchase_clock(#{by: "month"}).head(3)
/// ```
/// ```text
/// piece               orders           share
/// text      integer · orders  number · share
/// ──────────────────────────────────────────
/// January              1,087          15.7 %
/// February             1,376          19.9 %
/// March                1,482          21.4 %
/// 3 rows × 3 columns
/// ```
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PurchaseClock {
    /// What comes round.
    pub by: By,
}

/// What comes round.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The seven days of the week.
    #[default]
    Weekday,
    /// The twelve months.
    Month,
    /// The 24 hours; the column must hold times.
    Hour,
}

/// One row per piece of the clock, in its order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Row {
    /// The day, the month or the hour.
    piece: String,
    /// Orders in it.
    #[schemars(extend("unit" = "orders"))]
    orders: i64,
    /// Its share of all orders.
    #[schemars(extend("unit" = "share"))]
    share: f64,
}

impl By {
    pub(crate) fn names(self) -> Vec<String> {
        let words = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            By::Weekday => words(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
            By::Month => words(&[
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ]),
            By::Hour => (0..24).map(|hour| format!("{hour} h")).collect(),
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            By::Weekday => "weekday",
            By::Month => "month",
            By::Hour => "hour",
        }
    }
}

/// Microseconds in an hour and in a day.
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

impl Function for PurchaseClock {
    const FAMILY: Family = Family::Patterns;
    const RELATED: &'static [&'static str] = &["cohort_retention"];
    const DRAWS: bool = true;
    type Input = Transactions;
    type Row = Row;
    type Figures = Nothing;

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let names = self.by.names();
        let mut counts = vec![0i64; names.len()];
        let column = orders.column("date")?;
        match (self.by, column.kind()) {
            (By::Hour, Values::Times) => {
                for time in column.as_microseconds()?.flatten() {
                    counts[(time.rem_euclid(DAY) / HOUR) as usize] += 1;
                }
            }
            (By::Hour, _) => {
                return Err(Failure::new("`date` holds days, which have no hours")
                    .help("choose `by: \"weekday\"`, or map a column of times to `date`"));
            }
            (by, _) => {
                for day in column.as_days()?.flatten() {
                    counts[place(by, day)] += 1;
                }
            }
        }
        context.check()?;
        let all: i64 = counts.iter().sum();
        if all == 0 {
            return Err(Failure::new("there are no orders"));
        }
        let shares: Vec<f64> = counts.iter().map(|count| *count as f64 / all as f64).collect();
        let drawing = drawing::clock(self.by, &names, &shares);
        let table = Table::new(vec![
            Column::texts("piece", names.iter().map(Some)),
            Column::integers("orders", counts.iter().copied().map(Some)),
            Column::numbers("share", shares.iter().copied().map(Some)),
        ])?;
        Ok(Output::table(table).with_drawing(drawing))
    }
}

/// The piece in which a day lies.
fn place(by: By, days: i32) -> usize {
    match by {
        // The first of January 1970 was a Thursday.
        By::Weekday => (days + 3).rem_euclid(7) as usize,
        _ => Date::from_epoch_days(days).unwrap_or_default().month0() as usize,
    }
}

export!(PurchaseClock);
