//! The columns of the tables, as help shows them.

use schemars::JsonSchema;
use serde_json::Value;

/// What each month brought, before any dirt.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct MonthRow {
    /// First day of the month.
    month: chrono::NaiveDate,
    /// Customers whose first order it was.
    #[schemars(extend("unit" = "customers"))]
    new_customers: i64,
    /// Customers with an order.
    #[schemars(extend("unit" = "customers"))]
    buyers: i64,
    /// Orders.
    #[schemars(extend("unit" = "orders"))]
    orders: i64,
    /// Sum of the amounts.
    #[schemars(extend("unit" = "money"))]
    revenue: f64,
}

/// Who the customers are: one row for each, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct CustomerRow {
    /// Who, numbered from 1.
    customer: i64,
    /// First and last name, Chinese ones the other way round.
    name: Option<String>,
    /// E-mail address, at domains that are kept for examples.
    email: Option<String>,
    /// Mobile number in the form of E.164.
    phone: Option<String>,
    /// Day of birth.
    birth_date: Value,
    /// `f` or `m`.
    gender: Option<String>,
    /// Town.
    city: Option<String>,
    /// Region.
    region: Option<String>,
    /// Country.
    country: Option<String>,
    /// `consumer` or `business`.
    segment: Option<String>,
    /// Day of registration: that of the first order, or up to a month before it.
    signup_date: chrono::NaiveDate,
    /// Income of a year; missing for one in five.
    #[schemars(extend("unit" = "money"))]
    income: Option<f64>,
    /// Whether they may be written to.
    consent: bool,
    /// Number of the loyalty card; missing for two in five.
    loyalty_card: Option<String>,
}

/// What they bought: one row for each order, by customer and then by time.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct TransactionRow {
    /// Who.
    customer: Option<i64>,
    /// When.
    date: Value,
    /// What was paid.
    #[schemars(extend("unit" = "money"))]
    amount: Value,
    /// Which order, numbered from 1.
    order: i64,
    /// What.
    product: Option<String>,
    /// Kind of product.
    category: Option<String>,
    /// How many.
    quantity: i64,
    /// Where: `web` and `app`, or `shop` and `phone`.
    channel: Option<String>,
    /// Region of the customer.
    region: Option<String>,
    /// What it cost the seller.
    #[schemars(extend("unit" = "money"))]
    cost: f64,
    /// What was taken off the price.
    #[schemars(extend("unit" = "money"))]
    discount: f64,
    /// Currency of the amount.
    currency: String,
}

/// What they did on the web and in the app: steps of visits, by customer, visit and time.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct EventRow {
    /// Who.
    customer: i64,
    /// When.
    time: Value,
    /// `visit`, `view`, `cart`, `checkout` or `purchase`.
    event: String,
    /// Which visit.
    session: String,
    /// `web` or `app`.
    channel: String,
    /// What was paid, at a purchase.
    #[schemars(extend("unit" = "money"))]
    value: Option<f64>,
    /// Which page.
    page: String,
    /// What brought the customer; missing who came by themselves.
    campaign: Option<String>,
}

/// What they said: one row for each answer after an order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct FeedbackRow {
    /// Who.
    customer: i64,
    /// When.
    date: chrono::NaiveDate,
    /// From 0 to 10: would you recommend us?
    score: i64,
    /// Words, in several languages; missing for one in three.
    text: Option<String>,
    /// `email`, `web` or `shop`.
    channel: String,
    /// About what.
    topic: String,
    /// Which product.
    product: String,
}

/// What they asked for help with.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct TicketRow {
    /// Which request, numbered from 1.
    ticket: i64,
    /// Who.
    customer: i64,
    /// When help was asked for.
    opened: Value,
    /// When somebody answered; missing where nobody has yet.
    first_response: Value,
    /// When it was solved; missing where it is still open.
    resolved: Value,
    /// Kind of request.
    category: String,
    /// `low`, `normal` or `high`.
    priority: String,
    /// From 1 to 5; missing where nothing was said.
    satisfaction: Option<i64>,
    /// Words.
    text: String,
}

/// What firms among them may buy.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct DealRow {
    /// Which opportunity, numbered from 1.
    deal: i64,
    /// Who.
    customer: i64,
    /// `lead`, `qualified`, `proposal`, `negotiation`, `won` or `lost`.
    stage: String,
    /// What it would bring.
    #[schemars(extend("unit" = "money"))]
    amount: f64,
    /// When it began.
    opened: chrono::NaiveDate,
    /// When it ended; missing where it is open.
    closed: Option<chrono::NaiveDate>,
    /// Whether it was won; missing where it is open.
    won: Option<bool>,
    /// Who sells.
    owner: String,
    /// Where it came from.
    source: String,
    /// When it should end.
    expected_close: chrono::NaiveDate,
}

/// What nobody sees: the hidden parameters of each customer.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct TruthRow {
    /// Who.
    customer: i64,
    /// Day of the first order.
    start: chrono::NaiveDate,
    /// Orders in a unit of time, as long as they are a customer.
    #[schemars(extend("unit" = "orders"))]
    pace: f64,
    /// BG/NBD: the chance to stop after a repeat order. Pareto/NBD: the rate of stopping in a unit of time.
    dropout: f64,
    /// Day on which they stopped for good; missing who had not by the end.
    stopped: Option<chrono::NaiveDate>,
    /// Whether they had not stopped by the end.
    alive: bool,
    /// Mean of the orders that they tend to.
    #[schemars(extend("unit" = "money"))]
    spend: f64,
    /// How content they are, standard normal; less so who tends to stop.
    content: f64,
    /// Orders up to the end.
    #[schemars(extend("unit" = "orders"))]
    orders: i64,
}

/// What was made dirty: undoing every row gives the clean tables again.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct DirtRow {
    /// Which table.
    table: String,
    /// Which row of it, counted from 1.
    row: i64,
    /// Which column; missing where the whole row was added.
    column: Option<String>,
    /// Which kind of dirt, by the name of its share.
    kind: String,
    /// What it was; for an added row the number of the row that it was made of, if any.
    clean: Option<String>,
    /// What it became; missing where it was taken away or the whole row was added.
    dirty: Option<String>,
}
