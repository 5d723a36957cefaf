use std::collections::BTreeMap;

use chrono::NaiveDate;
use regulars_plugin::{
    Beside, Chart, Context, Date, Failure, Family, Function, GivenTable, Mark, NoTable, Output, Result, StandardTable,
    TableManual,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

mod changes;
mod fields;
mod ids;
mod sources;
mod state;
mod told;

use fields::{Ask, Rule};
use ids::Ids;
use sources::{Source, Sources};

use crate::table::{Frame, FrameBuilder, ViewTables};

/// Makes one row per customer from all that is known: who they are, what they bought, did, said, asked and may buy.
///
/// Each kind of table may come from several sources, online and in shops: one table, a list, or a map of sources to tables.
/// The customers' ids must be the same everywhere; `unify` makes them so, and `ids` takes its answer: each source then keeps
/// its own ids, and the view has the customers behind them. The fields of the tables of customers stand
/// behind the columns below, and `.fields` says which source gave each of them, by which rule. `.counts` tells what became of
/// the rows of each source.
///
/// # Choices
/// Everybody who is in any of the tables has a row. With `as_of` nothing later than that day counts: rows of that day do,
/// what ended later is still open, and a row of customers counts from its `signup_date` and from the day in `updated`. The
/// other fields of tickets and deals are taken as they are now, because their tables keep no history.
/// Orders are different values of `order` in each source, rows without one an order each. Returns lower `value` and are rows like
/// others. Of equally frequent favourites the first in the alphabet is taken. `mean_gap` is the time from the first to the
/// last day with an order over the number of such days less one. Counts are 0 for somebody who is not in a table, and missing
/// where no such table was given.
///
/// Of several values of a field one survives: the one that was written last, by the column `updated` (without it, of the
/// last source and row); the one of the row with most fields; or the one of the source that is trusted most. What is missing or
/// empty never wins. Consent should go by the latest word: `rules: #{consent: "latest"}`.
///
/// An answer can be continued. Its `.state` holds what it was made of, in one table: all usable rows of all sources, with the
/// columns that the view reads. Save it, and next time give it as `earlier` with nothing but the new rows, under the names that
/// their sources had: the answer is the same as if everything had been given at once. A row is never taken back, so a customer whose
/// fields change comes as a new row, and so does a ticket or deal that goes on: of the rows of one the last stands for it. Give every
/// other row once. Because all rows are kept, `as_of` asks for any earlier day. Save a state as Parquet: a CSV file does not know
/// text from numbers. With `previous` the table of an earlier answer is compared, and `.changes` says what is new.
///
/// # Source
/// Custom of the trade.
///
/// # Example
/// ```rhai
/// let people = frame(#{customer: [1, 2], name: ["Ann", "Bob"], city: ["Rome", ()]});
/// let shop = frame(#{customer: [1, 1, 3], date: ["2024-01-05", "2024-01-25", "2024-02-01"], amount: [20, 30, 10]});
/// let till = frame(#{customer: [2], date: ["2024-02-10"], amount: [7]});
/// let view = customer_360(#{customers: people, transactions: #{shop: shop, till: till}, as_of: "2024-02-29"});
/// view.table().select(["customer", "orders", "value", "mean_gap", "quiet", "name", "city"])
/// ```
/// ```text
/// customer            orders           value       mean_gap           quiet  name  city
///  integer  integer · orders  number · money  number · days  integer · days  text  text
/// ─────────────────────────────────────────────────────────────────────────────────────
///        1                 2           50.00             20              35  Ann   Rome
///        2                 1            7.00              –              19  Bob   –
///        3                 1           10.00              –              28  –     –
/// 3 rows × 7 columns
/// ```
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Customer_360")]
pub struct Customer360 {
    /// Who they are: a table, a list of tables, or a map of sources to tables.
    pub customers: Sources,
    /// What they bought: a table, a list, or a map of sources to tables.
    pub transactions: Sources,
    /// What they did: a table, a list, or a map of sources to tables.
    pub events: Sources,
    /// What they said: a table, a list, or a map of sources to tables.
    pub feedback: Sources,
    /// What they asked for help with: a table, a list, or a map of sources to tables.
    pub tickets: Sources,
    /// What they may buy: a table, a list, or a map of sources to tables.
    pub deals: Sources,
    /// Who is who: the answer of `unify`, whose sources have the same names as the tables here.
    pub ids: Option<GivenTable>,
    /// Last day that counts. Left out: the latest day on which something happened in any of the tables.
    pub as_of: Option<Date>,
    /// Which of several values of a field is taken. Left out: `trusted` where that is given, otherwise `latest`.
    pub rule: Option<Rule>,
    /// Rules of single fields, in place of `rule`: `#{email: "latest"}`.
    pub rules: BTreeMap<String, Rule>,
    /// Sources of customers, the most trusted first.
    pub trusted: Vec<String>,
    /// Column of customers that says when a row was written. Left out: `updated`, where there is one.
    pub updated: Option<String>,
    /// The state of an earlier answer, `view.state`, whose rows count as well: beside it only what is new need be given.
    pub earlier: Option<GivenTable>,
    /// The table of an earlier answer, to compare with.
    pub previous: Option<GivenTable>,
    /// Which fields of the customers stand in the table. Left out: all.
    pub attributes: Option<Vec<String>>,
}

/// One row per customer, in the order of their keys; the fields of the customers stand behind these columns.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ViewRow {
    /// Who.
    customer: Value,
    /// First day on which anything is known of them, signing up among it.
    first_seen: Option<NaiveDate>,
    /// Last such day.
    last_seen: Option<NaiveDate>,
    /// Days from the first to `as_of`.
    #[schemars(extend("unit" = "days"))]
    tenure: Option<i64>,
    /// Days from the last to `as_of`.
    #[schemars(extend("unit" = "days"))]
    quiet: Option<i64>,
    /// Orders.
    #[schemars(extend("unit" = "orders"))]
    orders: Option<i64>,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    value: Option<f64>,
    /// `value` over `orders`.
    #[schemars(extend("unit" = "money"))]
    mean_order: Option<f64>,
    /// Day of the first order.
    first_order: Option<NaiveDate>,
    /// Day of the last order.
    last_order: Option<NaiveDate>,
    /// Mean days between successive days with an order; missing where there is only one.
    #[schemars(extend("unit" = "days"))]
    mean_gap: Option<f64>,
    /// Different channels of the orders.
    #[schemars(extend("unit" = "channels"))]
    channels: Option<i64>,
    /// Channel of most orders.
    favourite_channel: Option<String>,
    /// Product of most rows.
    favourite_product: Option<String>,
    /// Category of most rows.
    favourite_category: Option<String>,
    /// Weekday of most rows.
    favourite_weekday: Option<String>,
    /// Hour of most rows, from 0; missing where orders have no time of day.
    #[schemars(extend("unit" = "hour"))]
    favourite_hour: Option<i64>,
    /// Visits: sessions of the events, or events without one.
    #[schemars(extend("unit" = "visits"))]
    visits: Option<i64>,
    /// Day of the last visit.
    last_visit: Option<NaiveDate>,
    /// Answers in the feedback.
    #[schemars(extend("unit" = "answers"))]
    answers: Option<i64>,
    /// Mean of the scores.
    mean_score: Option<f64>,
    /// The last score.
    last_score: Option<f64>,
    /// Requests for help.
    #[schemars(extend("unit" = "tickets"))]
    tickets: Option<i64>,
    /// Those that were not solved by `as_of`.
    #[schemars(extend("unit" = "tickets"))]
    open_tickets: Option<i64>,
    /// Opportunities that had not ended by `as_of`.
    #[schemars(extend("unit" = "deals"))]
    open_deals: Option<i64>,
    /// What they would bring.
    #[schemars(extend("unit" = "money"))]
    open_value: Option<f64>,
    /// What won opportunities brought.
    #[schemars(extend("unit" = "money"))]
    won_value: Option<f64>,
}

/// Which source gave which field of a customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct FieldRow {
    /// Who.
    customer: String,
    /// The field.
    field: String,
    /// Its value, as text.
    value: String,
    /// The source that gave it.
    source: String,
    /// The rule by which it was chosen.
    rule: String,
    /// Different values that were passed over.
    #[schemars(extend("unit" = "values"))]
    other_values: i64,
}

/// What became of the rows of each source: `rows` are `unusable`, `later`, `repeated` and `used` together. The rows of `earlier` are
/// those that it holds: what could not be used was told then.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct CountRow {
    /// Kind of table.
    table: String,
    /// The source.
    source: String,
    /// Its rows.
    #[schemars(extend("unit" = "rows"))]
    rows: i64,
    /// Rows that lack a customer, or what else the table needs.
    #[schemars(extend("unit" = "rows"))]
    unusable: i64,
    /// Rows after `as_of`.
    #[schemars(extend("unit" = "rows"))]
    later: i64,
    /// Rows of a ticket or deal that has a row further down.
    #[schemars(extend("unit" = "rows"))]
    repeated: i64,
    /// Rows that the view is made of.
    #[schemars(extend("unit" = "rows"))]
    used: i64,
}

/// What the view says otherwise than the earlier one.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ChangedRow {
    /// Who.
    customer: String,
    /// `changed`, or `new` or `gone` for the whole row.
    change: String,
    /// Which column.
    column: Option<String>,
    /// What it was, as text.
    before: Option<String>,
    /// What it is, as text.
    now: Option<String>,
}

/// All usable rows of all sources, to be given as `earlier` when there is new data. Behind these columns stand those of the sources,
/// as `transactions.shop.amount`; they are missing in rows of other sources.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct StateRow {
    /// Kind of table.
    table: String,
    /// The source.
    source: String,
    /// Who, by the ids of the source.
    customer: Value,
}

/// Counts of the view.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ViewFigures {
    /// Last day that counts.
    as_of: NaiveDate,
    /// Rows of the view.
    #[schemars(extend("unit" = "customers"))]
    people: i64,
    /// Rows of all sources that it is made of.
    #[schemars(extend("unit" = "rows"))]
    rows_used: i64,
    /// Rows of all sources that it is not made of.
    #[schemars(extend("unit" = "rows"))]
    rows_left_out: i64,
    /// Fields for which another value was passed over.
    #[schemars(extend("unit" = "fields"))]
    disputed: i64,
}

impl Function for Customer360 {
    const FAMILY: Family = Family::Clean;
    const RELATED: &'static [&'static str] = &["unify", "simulate", "rfm"];
    const CARRIES: Option<&'static str> = Some("attributes");
    type Input = Beside<NoTable<Frame>>;
    type Row = ViewRow;
    type Figures = ViewFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("quiet").title("How long nothing was heard of the customers");
        Some(chart.labels("days since the last sign of a customer", "customers"))
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<FieldRow>("fields").aside(),
            TableManual::of::<CountRow>("counts"),
            TableManual::of::<ChangedRow>("changes").aside(),
            TableManual::of::<StateRow>("state").keeping_columns().aside(),
        ]
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, ViewFigures>> {
        let host = context.host();
        let mut all = Vec::new();
        for (kind, given) in [
            (StandardTable::Customers, &self.customers),
            (StandardTable::Transactions, &self.transactions),
            (StandardTable::Events, &self.events),
            (StandardTable::Feedback, &self.feedback),
            (StandardTable::Tickets, &self.tickets),
            (StandardTable::Deals, &self.deals),
        ] {
            context.check()?;
            all.extend(given.take(kind, &input, host)?);
        }
        if let Some(given) = &self.earlier {
            all = state::continued(&input.table(given)?, all, host)?;
        }
        if all.is_empty() {
            return Err(sources::nothing());
        }
        let state = state::keep(&all)?;
        if let Some(given) = &self.ids {
            let within = |failure: Failure| failure.within("ids");
            let ids = Ids::read(&input.table(given)?, context).map_err(within)?;
            for source in &mut all {
                ids.put(source, context).map_err(within)?;
            }
        }
        if let Some(unknown) = self.trusted.iter().find(|name| !all.iter().any(|source| source.is_of(name))) {
            return Err(Failure::new(format!("`trusted` names `{unknown}`, which is no source of customers"))
                .near(unknown, self.customers.names())
                .help("give the tables by the names of their sources: `customers: #{crm: contacts, shop: accounts}`"));
        }
        let updated = self.updated(&all)?;
        let as_of = match self.as_of {
            Some(day) => day,
            None => {
                let mut latest = None;
                for source in &all {
                    latest = latest.max(source.frame.latest(&updated, host)?);
                }
                latest.unwrap_or(context.today)
            }
        };
        for source in &mut all {
            source.cut(as_of, &updated, host)?;
        }
        let tables = tables(&all);
        let view = tables.view(as_of, host)?;
        context.check()?;
        let data = view.data(host)?;
        let customers: Vec<String> = data.words("customer")?.into_iter().map(Option::unwrap_or_default).collect();
        let of_customers: Vec<&Source> = all.iter().filter(|one| one.kind == StandardTable::Customers).collect();
        let ask = Ask {
            rule: self.rule.unwrap_or(if self.trusted.is_empty() { Rule::Latest } else { Rule::Trusted }),
            rules: &self.rules,
            trusted: &self.trusted,
            updated: &updated,
            taken: &view.names(),
        };
        let fields = fields::choose(&ask, &of_customers, &customers, context)?;
        if let Some(lacking) = self.attributes.iter().flatten().find(|name| !fields.names.contains(name)) {
            return Err(Failure::new(format!("`attributes` names `{lacking}`, which is no field of the customers"))
                .near(lacking, fields.names.iter().map(String::as_str)));
        }
        let mut table = FrameBuilder::beside(&data, &[]);
        for name in &fields.names {
            if self.attributes.as_ref().is_none_or(|wanted| wanted.contains(name)) {
                table = table.column(fields.values.column(name)?.clone());
            }
        }
        let table = tables.known(table.build()?);
        let previous = self.previous.as_ref().map(|given| input.table(given)).transpose()?;
        if previous.as_ref().is_some_and(Frame::is_view_state) {
            return Err(Failure::new("it is the state of an answer, not its table")
                .help("a state is continued: `earlier: view.state`; `previous: view.table()` is compared with")
                .within("previous"));
        }
        let changes = changes::changes(previous.as_ref(), &table, context)?;
        let used: usize = all.iter().map(Source::used).sum();
        let rows: usize = all.iter().map(|source| source.rows).sum();
        let figures = ViewFigures {
            as_of,
            people: customers.len() as i64,
            rows_used: used as i64,
            rows_left_out: (rows - used) as i64,
            disputed: fields.disputed() as i64,
        };
        let mut notes = told::notes(&all, as_of, &ask, &fields);
        if tables.mixes_keys() {
            notes
                .push("ids of customers are text in one table and numbers in another: all are compared as text".into());
        }
        Ok(Output::record(figures, table)
            .with_table("fields", fields.table(&customers, &of_customers)?)
            .with_table("counts", told::counts(&all)?)
            .with_table("changes", changes)
            .with_table("state", state)
            .notes(notes))
    }
}

impl Source {
    fn is_of(&self, name: &str) -> bool {
        self.kind == StandardTable::Customers && self.name == name
    }
}

impl Customer360 {
    /// The column that says when a row of customers was written.
    fn updated(&self, all: &[Source]) -> Result<String> {
        let Some(column) = &self.updated else { return Ok("updated".to_owned()) };
        let mut of_customers = all.iter().filter(|source| source.kind == StandardTable::Customers);
        if !of_customers.any(|source| source.frame.need(column).is_ok()) {
            let names: Vec<String> = all
                .iter()
                .filter(|source| source.kind == StandardTable::Customers)
                .flat_map(|source| source.frame.names())
                .collect();
            return Err(Failure::new(format!("no table of customers has the column `{column}` that `updated` names"))
                .near(column, names.iter().map(String::as_str)));
        }
        Ok(column.clone())
    }
}

fn tables(all: &[Source]) -> ViewTables {
    let of = |kind: StandardTable| {
        all.iter().filter(|source| source.kind == kind).map(|source| source.frame.clone()).collect::<Vec<_>>()
    };
    ViewTables {
        customers: of(StandardTable::Customers),
        transactions: of(StandardTable::Transactions),
        events: of(StandardTable::Events),
        feedback: of(StandardTable::Feedback),
        tickets: of(StandardTable::Tickets),
        deals: of(StandardTable::Deals),
    }
}
