//! The step behind one row per customer: what each did up to a day, over tables of every kind.

use chrono::NaiveDate;
use polars::lazy::dsl::{max_horizontal, min_horizontal};
use polars::prelude::*;
use regulars_plugin::{Host, Result, StandardTable};

use super::frame::Frame;
use super::{failure, run};

/// The tables of a view, each a standard table of its kind, of any number of sources.
#[derive(Default)]
pub struct ViewTables {
    /// Who the customers are.
    pub customers: Vec<Frame>,
    /// What they bought.
    pub transactions: Vec<Frame>,
    /// What they did.
    pub events: Vec<Frame>,
    /// What they said.
    pub feedback: Vec<Frame>,
    /// What they asked for help with.
    pub tickets: Vec<Frame>,
    /// What they may buy.
    pub deals: Vec<Frame>,
}

/// Columns that say when something happened.
const MOMENTS: [&str; 6] = ["date", "time", "opened", "resolved", "closed", "signup_date"];

fn day(column: &str) -> Expr {
    col(column).cast(DataType::Date)
}

fn is_moment(frame: &Frame, column: &str) -> bool {
    matches!(frame.dtype(column), Some(DataType::Date | DataType::Datetime(..)))
}

impl Frame {
    /// The rows up to a day: those whose `column` is not later, or missing. All of them without such a column of dates.
    pub(crate) fn up_to(&self, column: &str, until: NaiveDate) -> Result<Frame> {
        if !is_moment(self, column) {
            return Ok(self.clone());
        }
        self.extend(|plan| plan.filter(day(column).lt_eq(lit(until)).or(col(column).is_null())))
    }

    /// Of the rows of one ticket or deal the last one: what goes on comes again. All rows of other tables.
    pub(crate) fn last_of_each(&self, table: StandardTable) -> Result<Frame> {
        let number = match table {
            StandardTable::Tickets => "ticket",
            StandardTable::Deals => "deal",
            _ => return Ok(self.clone()),
        };
        self.extend(|plan| plan.unique_stable(Some(cols([number])), UniqueKeepStrategy::Last))
    }

    /// The latest day on which something happened, or of the column `updated`; none without rows or without dates.
    pub(crate) fn latest(&self, updated: &str, host: &dyn Host) -> Result<Option<NaiveDate>> {
        let mut columns: Vec<&str> = MOMENTS.into_iter().filter(|column| is_moment(self, column)).collect();
        if !columns.contains(&updated) && is_moment(self, updated) {
            columns.push(updated);
        }
        if columns.is_empty() {
            return Ok(None);
        }
        let plan = self.plan().select(columns.iter().map(|column| day(column).max()).collect::<Vec<_>>());
        let data = run(plan, self.reads_files(), &self.names(), host)?;
        let mut latest = None;
        for column in columns {
            latest = latest.max(data.dates(column)?.first().copied().flatten());
        }
        Ok(latest)
    }
}

/// A column as it is wanted, or nothing where a source does not have it.
fn wanted(frame: &Frame, column: &str, kind: DataType) -> Expr {
    let made = if frame.dtype(column).is_some() { col(column) } else { lit(NULL) };
    made.cast(kind).alias(column)
}

/// The sources of one kind, one after the other, with these columns alone.
fn stacked(frames: &[Frame], columns: impl Fn(usize, &Frame) -> Vec<Expr>) -> Result<Option<LazyFrame>> {
    let plans: Vec<LazyFrame> =
        frames.iter().enumerate().map(|(place, frame)| frame.plan().select(columns(place, frame))).collect();
    if plans.is_empty() {
        return Ok(None);
    }
    concat(plans, UnionArgs::default()).map(Some).map_err(|error| failure(error, &[]))
}

pub(super) const CUSTOMER: &str = "customer";

/// The type that holds keys of all these types.
pub(super) fn common_key(mut kinds: impl Iterator<Item = DataType>) -> DataType {
    let Some(first) = kinds.next() else { return DataType::String };
    let others: Vec<DataType> = kinds.collect();
    if others.iter().all(|kind| *kind == first) {
        first
    } else if first.is_integer() && others.iter().all(DataType::is_integer) {
        DataType::Int64
    } else {
        DataType::String
    }
}

/// A sum of money that does not depend on the order of the rows: of ten-thousandths, which are whole numbers and add
/// exactly, where all amounts are such.
fn money(amounts: Expr) -> Expr {
    let parts = || (amounts.clone() * lit(10_000.0)).round(0, RoundMode::HalfToEven);
    let off = (amounts.clone() * lit(10_000.0) - parts()).abs().max();
    // A column over one number is multiplied by its inverse, which is off in the last digit; over a column it is divided.
    let whole = parts().sum();
    let thousands = whole.clone() * lit(0.0) + lit(10_000.0);
    when(off.gt(lit(1e-4))).then(amounts.clone().sum()).otherwise(whole / thousands)
}

/// A join that keeps the rows on the left, in their order.
fn beside() -> JoinArgs {
    JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) }
}

/// The value that each customer has most often; of equally frequent ones the first in their order.
fn favourite(rows: &LazyFrame, column: &str, name: &str) -> LazyFrame {
    let order = SortMultipleOptions::default().with_order_descending_multi([false, true, false]);
    rows.clone()
        .filter(col(column).is_not_null())
        .group_by([col(CUSTOMER), col(column)])
        .agg([len().alias("often")])
        .sort([CUSTOMER, "often", column], order.with_maintain_order(true))
        .group_by_stable([col(CUSTOMER)])
        .agg([col(column).first().alias(name)])
}

impl ViewTables {
    fn all(&self) -> impl Iterator<Item = &Frame> {
        [&self.customers, &self.transactions, &self.events, &self.feedback, &self.tickets, &self.deals]
            .into_iter()
            .flatten()
    }

    /// The type that holds the customers' keys of all tables.
    fn key(&self) -> DataType {
        common_key(self.all().filter_map(|frame| frame.dtype(CUSTOMER)))
    }

    /// Whether keys are text in one table and numbers in another.
    pub fn mixes_keys(&self) -> bool {
        self.key() == DataType::String && self.all().any(|frame| frame.dtype(CUSTOMER) != Some(DataType::String))
    }

    /// One row for each customer of any table, in the order of the keys, with what each did. What happened after `as_of`
    /// must have been left out before; what ended after it counts as open.
    pub fn view(&self, as_of: NaiveDate, host: &dyn Host) -> Result<Frame> {
        let key = self.key();
        let customer = || col(CUSTOMER).cast(key.clone());
        let everyone: Vec<LazyFrame> = self.all().map(|frame| frame.plan().select([customer()])).collect();
        let everyone = concat(everyone, UnionArgs::default()).map_err(|error| failure(error, &[]))?;
        let order = SortMultipleOptions::default().with_maintain_order(true);
        let mut whole = everyone.unique(None, UniqueKeepStrategy::Any).sort([CUSTOMER], order);
        for part in [
            self.signed(&key)?,
            self.bought(&key)?,
            self.did(&key)?,
            self.said(&key)?,
            self.asked(&key, as_of)?,
            self.may_buy(&key, as_of)?,
        ]
        .into_iter()
        .flatten()
        {
            whole = whole.join(part, [col(CUSTOMER)], [col(CUSTOMER)], beside());
        }
        // Each part is small beside what it was made of; the columns of kinds that were not given are missing.
        let data = run(whole, false, &[], host)?;
        let frame = Frame::from_data(data.0);
        let finished = frame.plan().with_columns(filled(&frame, self)).with_columns(spans(as_of)).select(
            COLUMNS
                .iter()
                .map(|(name, kind)| col(*name).cast(if *name == CUSTOMER { key.clone() } else { kind.clone() }))
                .collect::<Vec<_>>(),
        );
        Ok(Frame::from_data(run(finished, false, &[], host)?.0))
    }

    /// A view that is known to be made of the columns of these tables.
    pub fn known(&self, view: Frame) -> Frame {
        let of = |frames: &'_ [Frame], names: &[&'static str]| -> Vec<(Frame, &'static str)> {
            frames.iter().flat_map(|frame| names.iter().map(|name| (frame.clone(), *name))).collect()
        };
        let moments: Vec<(Frame, &str)> =
            self.all().flat_map(|frame| of(std::slice::from_ref(frame), &MOMENTS)).collect();
        let mut known: Vec<(&str, Vec<(Frame, &str)>)> =
            vec![(CUSTOMER, self.all().map(|frame| (frame.clone(), CUSTOMER)).collect())];
        known.extend(["first_seen", "last_seen", "tenure", "quiet"].map(|name| (name, moments.clone())));
        for (name, from) in [
            ("orders", &["order", CUSTOMER][..]),
            ("value", &["amount"]),
            ("mean_order", &["amount", "order"]),
            ("first_order", &["date"]),
            ("last_order", &["date"]),
            ("mean_gap", &["date"]),
            ("channels", &["channel"]),
            ("favourite_channel", &["channel"]),
            ("favourite_product", &["product"]),
            ("favourite_category", &["category"]),
            ("favourite_weekday", &["date"]),
            ("favourite_hour", &["date"]),
        ] {
            known.push((name, of(&self.transactions, from)));
        }
        known.push(("visits", of(&self.events, &["session", CUSTOMER])));
        known.push(("last_visit", of(&self.events, &["time"])));
        known.push(("answers", of(&self.feedback, &[CUSTOMER])));
        known.push(("mean_score", of(&self.feedback, &["score"])));
        known.push(("last_score", of(&self.feedback, &["score", "date"])));
        known.push(("tickets", of(&self.tickets, &["ticket"])));
        known.push(("open_tickets", of(&self.tickets, &["ticket", "resolved"])));
        known.push(("open_deals", of(&self.deals, &["deal", "stage", "won", "closed"])));
        known.push(("open_value", of(&self.deals, &["amount", "stage", "won", "closed"])));
        known.push(("won_value", of(&self.deals, &["amount", "stage", "won", "closed"])));
        let known: Vec<(&str, Vec<(&Frame, &str)>)> =
            known.iter().map(|(name, from)| (*name, from.iter().map(|(frame, one)| (frame, *one)).collect())).collect();
        view.computed_of(&known)
    }

    fn signed(&self, key: &DataType) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.customers, |_, frame| {
            vec![col(CUSTOMER).cast(key.clone()), wanted(frame, "signup_date", DataType::Date)]
        })?;
        Ok(rows.map(|rows| rows.group_by([col(CUSTOMER)]).agg([col("signup_date").min().alias("signed")])))
    }

    fn bought(&self, key: &DataType) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.transactions, |place, frame| {
            // Two shops may use the same numbers for different orders.
            let order = match frame.dtype("order") {
                Some(_) => concat_str([lit(place.to_string()), col("order").cast(DataType::String)], ":", false),
                None => lit(NULL).cast(DataType::String),
            };
            let hour = match frame.dtype("date") {
                Some(DataType::Datetime(..)) => col("date").dt().hour().cast(DataType::Int64),
                _ => lit(NULL).cast(DataType::Int64),
            };
            vec![
                col(CUSTOMER).cast(key.clone()),
                col("amount").cast(DataType::Float64),
                order.alias("order"),
                day("date").dt().strftime("%A").alias("weekday"),
                hour.alias("hour"),
                wanted(frame, "product", DataType::String),
                wanted(frame, "category", DataType::String),
                wanted(frame, "channel", DataType::String),
                day("date").alias("date"),
            ]
        })?;
        let Some(rows) = rows else { return Ok(None) };
        let first = || col("date").min();
        let days = || (col("date").n_unique().cast(DataType::Float64)) - lit(1.0);
        let gap = (col("date").max() - first()).dt().total_days(false).cast(DataType::Float64) / days();
        let orders = col("order").drop_nulls().n_unique() + col("order").null_count();
        let mut whole = rows.clone().group_by([col(CUSTOMER)]).agg([
            orders.alias("orders"),
            money(col("amount")).alias("value"),
            first().alias("first_order"),
            col("date").max().alias("last_order"),
            when(days().gt(lit(0.0))).then(gap).otherwise(lit(NULL)).alias("mean_gap"),
            col("channel").drop_nulls().n_unique().alias("channels"),
        ]);
        for (column, name) in [
            ("channel", "favourite_channel"),
            ("product", "favourite_product"),
            ("category", "favourite_category"),
            ("weekday", "favourite_weekday"),
            ("hour", "favourite_hour"),
        ] {
            let part = favourite(&rows, column, name);
            whole = whole.join(part, [col(CUSTOMER)], [col(CUSTOMER)], beside());
        }
        Ok(Some(whole))
    }

    fn did(&self, key: &DataType) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.events, |place, frame| {
            // Sessions of two sources are not the same; an event without one is a visit of its own.
            let session = match frame.dtype("session") {
                Some(_) => concat_str([lit(place.to_string()), col("session").cast(DataType::String)], ":", false),
                None => lit(NULL).cast(DataType::String),
            };
            vec![col(CUSTOMER).cast(key.clone()), day("time").alias("time"), session.alias("session")]
        })?;
        let visits = || col("session").drop_nulls().n_unique() + col("session").null_count();
        Ok(rows.map(|rows| {
            rows.group_by([col(CUSTOMER)]).agg([
                visits().alias("visits"),
                col("time").min().alias("first_visit"),
                col("time").max().alias("last_visit"),
            ])
        }))
    }

    fn said(&self, key: &DataType) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.feedback, |_, frame| {
            vec![
                col(CUSTOMER).cast(key.clone()),
                col("date").cast(DataType::Datetime(TimeUnit::Microseconds, None)),
                wanted(frame, "score", DataType::Float64),
            ]
        })?;
        let Some(rows) = rows else { return Ok(None) };
        // Two scores of one moment have no order of their own: the lower one is taken for the last.
        let sorted = SortMultipleOptions::default().with_order_descending_multi([false, false, true]);
        let rows = rows.sort([CUSTOMER, "date", "score"], sorted.with_maintain_order(true));
        Ok(Some(rows.group_by_stable([col(CUSTOMER)]).agg([
            len().alias("answers"),
            col("score").mean().alias("mean_score"),
            col("score").drop_nulls().last().alias("last_score"),
            col("date").min().cast(DataType::Date).alias("first_answer"),
            col("date").max().cast(DataType::Date).alias("last_answer"),
        ])))
    }

    fn asked(&self, key: &DataType, as_of: NaiveDate) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.tickets, |_, frame| {
            vec![
                col(CUSTOMER).cast(key.clone()),
                day("opened").alias("opened"),
                wanted(frame, "resolved", DataType::Date),
            ]
        })?;
        let open = || col("resolved").is_null().or(col("resolved").gt(lit(as_of)));
        Ok(rows.map(|rows| {
            rows.group_by([col(CUSTOMER)]).agg([
                len().alias("tickets"),
                open().sum().alias("open_tickets"),
                col("opened").min().alias("first_ticket"),
                col("opened").max().alias("last_ticket"),
            ])
        }))
    }

    fn may_buy(&self, key: &DataType, as_of: NaiveDate) -> Result<Option<LazyFrame>> {
        let rows = stacked(&self.deals, |_, frame| {
            let ended = || col("stage").cast(DataType::String).str().to_lowercase();
            let by_stage = |word: &str| ended().str().contains_literal(lit(word.to_owned()));
            let (over, won) = match (frame.dtype("closed").is_some(), frame.dtype("won").is_some()) {
                (true, has_won) => {
                    let over = col("closed").is_not_null().and(day("closed").lt_eq(lit(as_of)));
                    (over, if has_won { col("won").cast(DataType::Boolean) } else { by_stage("won") })
                }
                (false, true) => (col("won").is_not_null(), col("won").cast(DataType::Boolean)),
                (false, false) => (by_stage("won").or(by_stage("lost")), by_stage("won")),
            };
            vec![
                col(CUSTOMER).cast(key.clone()),
                day("opened").alias("opened"),
                col("amount").cast(DataType::Float64),
                over.clone().not().alias("open"),
                over.and(won.fill_null(lit(false))).alias("won"),
            ]
        })?;
        let sum = |which: &str| money(col("amount").filter(col(which)));
        Ok(rows.map(|rows| {
            rows.group_by([col(CUSTOMER)]).agg([
                col("open").sum().alias("open_deals"),
                sum("open").alias("open_value"),
                sum("won").alias("won_value"),
                col("opened").min().alias("first_deal"),
                col("opened").max().alias("last_deal"),
            ])
        }))
    }
}

/// The columns of a view and their types, in their order.
const COLUMNS: [(&str, DataType); 27] = [
    (CUSTOMER, DataType::String),
    ("first_seen", DataType::Date),
    ("last_seen", DataType::Date),
    ("tenure", DataType::Int64),
    ("quiet", DataType::Int64),
    ("orders", DataType::Int64),
    ("value", DataType::Float64),
    ("mean_order", DataType::Float64),
    ("first_order", DataType::Date),
    ("last_order", DataType::Date),
    ("mean_gap", DataType::Float64),
    ("channels", DataType::Int64),
    ("favourite_channel", DataType::String),
    ("favourite_product", DataType::String),
    ("favourite_category", DataType::String),
    ("favourite_weekday", DataType::String),
    ("favourite_hour", DataType::Int64),
    ("visits", DataType::Int64),
    ("last_visit", DataType::Date),
    ("answers", DataType::Int64),
    ("mean_score", DataType::Float64),
    ("last_score", DataType::Float64),
    ("tickets", DataType::Int64),
    ("open_tickets", DataType::Int64),
    ("open_deals", DataType::Int64),
    ("open_value", DataType::Float64),
    ("won_value", DataType::Float64),
];

/// The tables of one kind.
type Given = fn(&ViewTables) -> &Vec<Frame>;

/// Columns that are nothing where a table was given and a customer is not in it, by the table.
const COUNTS: [(&str, Given); 10] = [
    ("orders", |tables| &tables.transactions),
    ("value", |tables| &tables.transactions),
    ("channels", |tables| &tables.transactions),
    ("visits", |tables| &tables.events),
    ("answers", |tables| &tables.feedback),
    ("tickets", |tables| &tables.tickets),
    ("open_tickets", |tables| &tables.tickets),
    ("open_deals", |tables| &tables.deals),
    ("open_value", |tables| &tables.deals),
    ("won_value", |tables| &tables.deals),
];

/// The first and the last days of each kind of table.
const DAYS: [(&str, &str); 6] = [
    ("signed", "signed"),
    ("first_order", "last_order"),
    ("first_visit", "last_visit"),
    ("first_answer", "last_answer"),
    ("first_ticket", "last_ticket"),
    ("first_deal", "last_deal"),
];

/// Counts without rows are nothing, columns of kinds that were not given are missing.
fn filled(frame: &Frame, tables: &ViewTables) -> Vec<Expr> {
    let has = |name: &str| frame.dtype(name).is_some();
    let mut made: Vec<Expr> = COUNTS
        .iter()
        .filter(|(name, given)| has(name) && !given(tables).is_empty())
        .map(|(name, _)| col(*name).fill_null(lit(0)).alias(*name))
        .collect();
    let lacking = COLUMNS.iter().filter(|(name, _)| !has(name));
    made.extend(lacking.map(|(name, kind)| lit(NULL).cast(kind.clone()).alias(*name)));
    let days = |last: bool| {
        let names = DAYS.iter().map(move |(first, latest)| if last { *latest } else { *first });
        names.filter(|name| has(name)).map(col).collect::<Vec<_>>()
    };
    let least = |days: Vec<Expr>| (!days.is_empty()).then(|| min_horizontal(days).ok()).flatten();
    let most = |days: Vec<Expr>| (!days.is_empty()).then(|| max_horizontal(days).ok()).flatten();
    if let (Some(first), Some(last)) = (least(days(false)), most(days(true))) {
        made.push(first.alias("first day"));
        made.push(last.alias("last day"));
    } else {
        made.extend(["first day", "last day"].map(|name| lit(NULL).cast(DataType::Date).alias(name)));
    }
    made
}

/// What follows from the days and counts.
fn spans(as_of: NaiveDate) -> Vec<Expr> {
    let since = |column: &str| (lit(as_of) - col(column)).dt().total_days(false).cast(DataType::Int64);
    let mean = col("value") / col("orders").cast(DataType::Float64);
    vec![
        col("first day").alias("first_seen"),
        col("last day").alias("last_seen"),
        since("first day").alias("tenure"),
        since("last day").alias("quiet"),
        when(col("orders").cast(DataType::Int64).gt(lit(0))).then(mean).otherwise(lit(NULL)).alias("mean_order"),
    ]
}
