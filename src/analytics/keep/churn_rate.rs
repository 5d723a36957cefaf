use regulars_plugin::{Chart, Context, Date, Failure, Family, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analytics::spells::percent;
use crate::stats::{Interval, ratio, wilson};
use crate::table::{Calendar, CustomerPeriods, Frame, FrameBuilder, Transactions, thousands};

/// Tells period by period which share of the customers is lost, and how many are new or come back.
///
/// Without a contract nobody gives notice: a customer counts as lost after `within` periods without an order, and as
/// returned with the next order after that. The counts balance: `start` + `new` + `returned` − `lost` = `end`, and each
/// period starts with those whom the one before ended with.
///
/// # Choices
/// What counts as lost depends on `within`, so it is printed, and so is how many of the lost came back later. "forward"
/// dates a loss to the period of the last order: `churn_rate` is the share of those active in the period who do not order
/// in the next `within` periods, and a period is masked until these have ended; `start` and `end` are then those who do
/// order again. "lapsed" dates a loss to the period in which the silence is complete: the share of the customers at its
/// start who end it without an order in the last `within` periods; it is known when the period has ended. The same
/// customers are lost either way, `within` periods apart. Customers are new in the period of their first order in the
/// data. For revenue the rate is weighted with what customers paid: in the period ("forward"), or in the `within` periods
/// before it ("lapsed"); that somebody stays and buys less is no churn here. Any order makes a customer active, one with
/// a negative amount too. Intervals are Wilson's for customers; for revenue they come from linearising the ratio over
/// customers (the delta method), and there is none where none or all are lost. Weeks begin on Monday.
///
/// # Source
/// Custom of the trade. Intervals: Wilson (1927); Cochran (1977), section 6.3.
///
/// # Example
/// ```rhai
/// let orders = frame(#{
///     customer: ["ann", "ann", "ann", "bob", "bob", "cyd", "dan"],
///     date: ["1997-01-05", "1997-02-10", "1997-04-30", "1997-01-20", "1997-03-02", "1997-02-12", "1997-01-31"],
///     amount: [10, 20, 30, 40, 50, 60, 70],
/// });
/// orders.churn_rate().select("period", "start", "new", "returned", "lost", "end", "churn_rate")
/// ```
/// ```text
/// period      start  new  returned  lost  end  churn_rate
/// date          int  int   integer   int  int      number
/// ───────────────────────────────────────────────────────
/// 1997-01-01      0    3         0     2    1      66.7 %
/// 1997-02-01      1    1         0     2    0     100.0 %
/// 1997-03-01      0    0         1     1    0     100.0 %
/// 1997-04-01      0    0         1     –    –           –
/// 4 rows × 7 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChurnRate {
    /// Length of a period.
    pub period: Calendar,
    /// After how many periods without an order a customer counts as lost.
    #[schemars(range(min = 1, max = 1000))]
    pub within: u32,
    /// To which period a loss is dated, and so of whom it is a share.
    pub kind: ChurnKind,
    /// What the rate is a share of.
    pub measure: ChurnMeasure,
    /// Last day of the window. Left out: the latest order in the data.
    pub until: Option<Date>,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// Dates of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChurnKind {
    /// The period of the last order, looking ahead.
    #[default]
    Forward,
    /// The period in which the silence is complete, looking back.
    Lapsed,
}

/// What a share is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChurnMeasure {
    /// The customers.
    #[default]
    Customers,
    /// What they paid.
    Revenue,
}

/// Periods that the answer has at the most.
const MOST_PERIODS: i32 = 36_525;

impl Default for ChurnRate {
    fn default() -> Self {
        ChurnRate {
            period: Calendar::Month,
            within: 1,
            kind: ChurnKind::Forward,
            measure: ChurnMeasure::Customers,
            until: None,
            confidence: 0.95,
        }
    }
}

/// One row per period, the oldest first.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ChurnRow {
    /// First day of the period.
    period: Date,
    /// Customers whom the period before ended with; empty where that is not known yet.
    #[schemars(extend("unit" = "customers"))]
    start: Option<i64>,
    /// Customers with an order in the period.
    #[schemars(extend("unit" = "customers"))]
    active: i64,
    /// Customers with their first order.
    #[schemars(extend("unit" = "customers"))]
    new: i64,
    /// Customers who were lost and order again.
    #[schemars(extend("unit" = "customers"))]
    returned: i64,
    /// Customers who are lost; empty where that is not known yet.
    #[schemars(extend("unit" = "customers"))]
    lost: Option<i64>,
    /// Customers at the end: `start` + `new` + `returned` − `lost`.
    #[schemars(extend("unit" = "customers"))]
    end: Option<i64>,
    /// What the rate is a share of: customers, or what they paid.
    base: Option<f64>,
    /// Share of it that is lost; empty where that is not known yet, or where there is nothing to lose.
    #[schemars(extend("unit" = "share"))]
    churn_rate: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    upper: Option<f64>,
}

impl Function for ChurnRate {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["cohort_retention", "survival"];
    type Input = Transactions;
    type Row = ChurnRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Line).x("period").y("churn_rate").band("lower", "upper");
        Some(chart.title("Which share of the customers is lost in each period").labels("period", "share lost"))
    }

    fn run(&self, orders: Transactions, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let entries = orders.customer_periods(self.period, self.until, context)?;
        let none = || Failure::new("there are no orders").help("look at `until`, and at the filters before");
        let latest = entries.latest.ok_or_else(none)?;
        let until = self.until.unwrap_or(latest);
        let first = entries.periods.iter().copied().min().ok_or_else(none)?;
        let last = self.period.number(until);
        if last - first >= MOST_PERIODS {
            return Err(Failure::new(format!(
                "by {} there would be {} periods, and {MOST_PERIODS} are the most",
                self.period.word(),
                i64::from(last) - i64::from(first) + 1
            ))
            .help("take a longer `period`, or filter the orders to fewer years")
            .help("is there a date among them that is far from the others?"));
        }
        let (counts, lost_and_back) = self.count(&entries, first, last, until, context)?;
        let rows = self.rows(&counts, first, until);

        let mut notes = orders.notes(self.until.is_none().then_some(entries.rows), context.host())?;
        let late = orders.rows_after(self.until, context)?;
        if late > 0 {
            notes.push(format!("{} rows after {until} were left out", thousands(late)));
        }
        notes.extend(self.notes(&rows, lost_and_back, until));
        let table = FrameBuilder::empty()
            .dates("period", rows.iter().map(|row| self.period.first_day(row.period)))
            .optional_integers("start", rows.iter().map(|row| row.start))
            .integers("active", rows.iter().map(|row| row.counts.active))
            .integers("new", rows.iter().map(|row| row.counts.new))
            .integers("returned", rows.iter().map(|row| row.counts.returned))
            .optional_integers("lost", rows.iter().map(|row| row.known.then_some(row.counts.lost)))
            .optional_integers("end", rows.iter().map(|row| row.end))
            .optional_numbers("base", rows.iter().map(|row| row.base))
            .optional_numbers("churn_rate", rows.iter().map(|row| row.rate))
            .optional_numbers("lower", rows.iter().map(|row| row.interval.map(|it| it.lower)))
            .optional_numbers("upper", rows.iter().map(|row| row.interval.map(|it| it.upper)))
            .build()?;
        Ok(Output::table(table).notes(notes))
    }
}

/// What is counted in one period.
#[derive(Clone, Default)]
struct Counts {
    active: i64,
    new: i64,
    returned: i64,
    lost: i64,
    /// What the customers of whom the rate is a share paid, with the sum of its squares.
    paid: f64,
    paid_squared: f64,
    /// The same of those who are lost.
    gone: f64,
    gone_squared: f64,
}

impl Counts {
    fn pay(&mut self, paid: f64, is_lost: bool) {
        self.paid += paid;
        self.paid_squared += paid * paid;
        if is_lost {
            self.gone += paid;
            self.gone_squared += paid * paid;
        }
    }
}

struct Row {
    period: i32,
    counts: Counts,
    known: bool,
    start: Option<i64>,
    end: Option<i64>,
    base: Option<f64>,
    rate: Option<f64>,
    interval: Option<Interval>,
}

impl ChurnRate {
    /// Whether it is known by a day who is lost in a period.
    fn is_known(&self, period: i32, until: Date) -> bool {
        let ahead = match self.kind {
            ChurnKind::Forward => self.within as i32,
            ChurnKind::Lapsed => 0,
        };
        self.period.last_day(period + ahead) <= until
    }

    /// Whether nobody can have been silent for long enough yet, because the data begin too late.
    fn is_early(&self, period: i32, first: i32) -> bool {
        self.kind == ChurnKind::Lapsed && period - first < self.within as i32
    }

    /// Counts every period from the first to the last, and how many of those known as lost there were, and came back.
    fn count(
        &self,
        entries: &CustomerPeriods,
        first: i32,
        last: i32,
        until: Date,
        context: &Context<'_>,
    ) -> Result<(Vec<Counts>, (u64, u64))> {
        let mut counts = vec![Counts::default(); (last - first + 1) as usize];
        let within = self.within as i32;
        let (mut lost, mut back) = (0, 0);
        for (customer, range) in entries.starts.windows(2).enumerate() {
            if customer % 65_536 == 0 {
                context.check()?;
            }
            let periods = &entries.periods[range[0]..range[1]];
            let amounts = &entries.amounts[range[0]..range[1]];
            // A stretch of orders without a gap of `within` periods or more.
            let mut begin = 0;
            for (index, period) in periods.iter().enumerate() {
                counts[(period - first) as usize].active += 1;
                let goes_on = periods.get(index + 1).is_some_and(|next| next - period <= within);
                if self.kind == ChurnKind::Forward {
                    counts[(period - first) as usize].pay(amounts[index], !goes_on);
                }
                if goes_on {
                    continue;
                }
                let entered = &mut counts[(periods[begin] - first) as usize];
                if begin == 0 {
                    entered.new += 1
                } else {
                    entered.returned += 1
                };
                let date = match self.kind {
                    ChurnKind::Forward => *period,
                    ChurnKind::Lapsed => period + within,
                };
                if let Some(counts) = counts.get_mut((date - first) as usize) {
                    counts.lost += 1;
                    if self.is_known(date, until) {
                        lost += 1;
                        back += u64::from(index + 1 < periods.len());
                    }
                }
                if self.kind == ChurnKind::Lapsed && self.measure == ChurnMeasure::Revenue {
                    self.weigh(&periods[begin..=index], &amounts[begin..=index], first, &mut counts);
                }
                begin = index + 1;
            }
        }
        Ok((counts, (lost, back)))
    }

    /// For every period at whose start the customer of a stretch is there: what was paid in the periods before it.
    fn weigh(&self, periods: &[i32], amounts: &[f64], first: i32, counts: &mut [Counts]) {
        let within = self.within as i32;
        let (Some(begin), Some(end)) = (periods.first(), periods.last()) else { return };
        let mut from = 0;
        let mut to = 0;
        for period in begin + 1..=end + within {
            let Some(counts) = counts.get_mut((period - first) as usize) else { return };
            while to < periods.len() && periods[to] < period {
                to += 1;
            }
            while periods[from] < period - within {
                from += 1;
            }
            counts.pay(amounts[from..to].iter().sum(), period == end + within);
        }
    }

    fn rows(&self, counts: &[Counts], first: i32, until: Date) -> Vec<Row> {
        let mut before = Some(0);
        let each = counts.iter().zip(first..).map(|(counts, period)| {
            let known = self.is_known(period, until);
            let start = before;
            let end = start.filter(|_| known).map(|start| start + counts.new + counts.returned - counts.lost);
            before = end;
            let customers = match self.kind {
                ChurnKind::Forward => Some(counts.active),
                ChurnKind::Lapsed => start,
            };
            let (base, rate, interval) = self.rate(counts, customers.unwrap_or_default() as u64);
            let told = known && !self.is_early(period, first);
            Row {
                period,
                counts: counts.clone(),
                known,
                start,
                end,
                base: customers.map(|_| base),
                rate: rate.filter(|_| told),
                interval: interval.filter(|_| told),
            }
        });
        each.collect()
    }

    /// What the rate is a share of, the rate and its interval.
    fn rate(&self, counts: &Counts, customers: u64) -> (f64, Option<f64>, Option<Interval>) {
        match self.measure {
            ChurnMeasure::Customers => {
                let rate = (customers > 0).then(|| counts.lost as f64 / customers as f64);
                (customers as f64, rate, wilson(counts.lost as u64, customers, self.confidence))
            }
            ChurnMeasure::Revenue => {
                let rate = (counts.paid > 0.0).then(|| counts.gone / counts.paid);
                let interval = ratio(
                    customers,
                    counts.paid,
                    counts.gone,
                    counts.paid_squared,
                    counts.gone_squared,
                    counts.gone_squared,
                    self.confidence,
                );
                // Where none or all are lost the residuals vanish, and with them the width.
                let some = counts.gone_squared > 0.0 && counts.gone_squared < counts.paid_squared;
                let inside = |it: Interval| match rate {
                    Some(rate) if (0.0..=1.0).contains(&rate) => {
                        Interval { lower: it.lower.max(0.0), upper: it.upper.min(1.0) }
                    }
                    _ => it,
                };
                (counts.paid, rate, interval.filter(|_| some).map(inside))
            }
        }
    }

    fn notes(&self, rows: &[Row], (lost, back): (u64, u64), until: Date) -> Vec<String> {
        let word = self.period.word();
        let mut notes = vec![match self.within {
            1 => format!("a customer counts as lost after a whole {word} without an order"),
            within => format!("a customer counts as lost after {within} whole {word}s without an order"),
        }];
        if lost > 0 {
            notes.push(format!(
                "of {} times that a customer counted as lost, {} ({:.0} %) were followed by another order by {until}",
                thousands(lost as usize),
                thousands(back as usize),
                100.0 * back as f64 / lost as f64
            ));
        }
        let masked = rows.iter().filter(|row| !row.known).count();
        if masked > 0 {
            let which = if masked == 1 { format!("1 {word} is") } else { format!("{masked} {word}s are") };
            notes.push(format!("{which} masked: who is lost then was not known by {until}"));
        }
        if self.kind == ChurnKind::Lapsed {
            notes.push(match self.within {
                1 => format!("the first {word} has no rate: nobody can have been silent for so long"),
                within => format!("the first {within} {word}s have no rate: nobody can have been silent for so long"),
            });
        }
        notes.push(match self.measure {
            ChurnMeasure::Customers => format!("{} % intervals after Wilson", percent(self.confidence)),
            ChurnMeasure::Revenue => {
                format!("{} % intervals of a ratio, by linearisation over customers", percent(self.confidence))
            }
        });
        notes
    }
}
