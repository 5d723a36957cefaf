//! The standard tables: what a customer, an order, a visit … is called everywhere.

use serde::{Deserialize, Serialize};

/// A table whose column names every function knows. A mapping to them is given once, when a table is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardTable {
    /// Any table: no column is asked for.
    Frame,
    /// Who the customers are.
    Customers,
    /// What they bought.
    Transactions,
    /// What they did.
    Events,
    /// What they said.
    Feedback,
    /// What they asked for help with.
    Tickets,
    /// What they may buy.
    Deals,
}

/// A column of a standard table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardColumn {
    /// The name that every function uses.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it means.
    pub meaning: &'static str,
}

/// What a standard column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Names or numbers that tell one from another; text or whole numbers.
    Key,
    /// A date, with or without a time of day.
    Date,
    /// A number.
    Number,
    /// Text.
    Text,
    /// Yes or no.
    Flag,
}

const fn column(name: &'static str, holds: Holds, meaning: &'static str) -> StandardColumn {
    StandardColumn { name, holds, meaning }
}

use Holds::{Date, Flag, Key, Number, Text};

const CUSTOMER: StandardColumn = column("customer", Key, "who: a person or firm that buys");

impl StandardTable {
    /// The tables that a script can declare.
    pub const DECLARED: [StandardTable; 6] = [
        StandardTable::Customers,
        StandardTable::Transactions,
        StandardTable::Events,
        StandardTable::Feedback,
        StandardTable::Tickets,
        StandardTable::Deals,
    ];

    /// The word that scripts write.
    pub fn word(self) -> &'static str {
        match self {
            StandardTable::Frame => "frame",
            StandardTable::Customers => "customers",
            StandardTable::Transactions => "transactions",
            StandardTable::Events => "events",
            StandardTable::Feedback => "feedback",
            StandardTable::Tickets => "tickets",
            StandardTable::Deals => "deals",
        }
    }

    /// What a row of it is.
    pub fn row(self) -> &'static str {
        match self {
            StandardTable::Frame => "anything",
            StandardTable::Customers => "one customer",
            StandardTable::Transactions => "one order, or one line of an order",
            StandardTable::Events => "one thing that a customer did",
            StandardTable::Feedback => "one answer of a customer",
            StandardTable::Tickets => "one request for help",
            StandardTable::Deals => "one opportunity to sell",
        }
    }

    /// The columns without which the table is of no use.
    pub fn needed(self) -> &'static [StandardColumn] {
        const CUSTOMERS: &[StandardColumn] = &[CUSTOMER];
        const TRANSACTIONS: &[StandardColumn] =
            &[CUSTOMER, column("date", Date, "when it was bought"), column("amount", Number, "what was paid")];
        const EVENTS: &[StandardColumn] =
            &[CUSTOMER, column("time", Date, "when it happened"), column("event", Text, "what happened")];
        const FEEDBACK: &[StandardColumn] = &[CUSTOMER, column("date", Date, "when it was said")];
        const TICKETS: &[StandardColumn] =
            &[column("ticket", Key, "which request"), CUSTOMER, column("opened", Date, "when help was asked for")];
        const DEALS: &[StandardColumn] = &[
            column("deal", Key, "which opportunity"),
            CUSTOMER,
            column("stage", Text, "how far it has come"),
            column("amount", Number, "what it would bring"),
            column("opened", Date, "when it began"),
        ];
        match self {
            StandardTable::Frame => &[],
            StandardTable::Customers => CUSTOMERS,
            StandardTable::Transactions => TRANSACTIONS,
            StandardTable::Events => EVENTS,
            StandardTable::Feedback => FEEDBACK,
            StandardTable::Tickets => TICKETS,
            StandardTable::Deals => DEALS,
        }
    }

    /// The columns that functions use where they are there.
    pub fn known(self) -> &'static [StandardColumn] {
        const CUSTOMERS: &[StandardColumn] = &[
            column("name", Text, "name"),
            column("email", Text, "e-mail address"),
            column("phone", Text, "telephone number"),
            column("birth_date", Date, "day of birth"),
            column("gender", Text, "gender"),
            column("city", Text, "town"),
            column("region", Text, "region"),
            column("country", Text, "country"),
            column("segment", Text, "segment given by others"),
            column("signup_date", Date, "day of registration"),
            column("income", Number, "income"),
        ];
        const TRANSACTIONS: &[StandardColumn] = &[
            column("order", Key, "which order the line belongs to"),
            column("product", Key, "what was bought"),
            column("category", Text, "kind of product"),
            column("quantity", Number, "how many"),
            column("channel", Text, "where it was bought"),
            column("region", Text, "region"),
            column("cost", Number, "what it cost the seller"),
            column("discount", Number, "what was taken off"),
            column("currency", Text, "currency of the amount"),
        ];
        const EVENTS: &[StandardColumn] = &[
            column("session", Key, "which visit"),
            column("channel", Text, "where"),
            column("value", Number, "what it was worth"),
            column("page", Text, "which page"),
            column("campaign", Text, "what brought the customer"),
        ];
        const FEEDBACK: &[StandardColumn] = &[
            column("score", Number, "score given"),
            column("text", Text, "words"),
            column("channel", Text, "where"),
            column("topic", Text, "about what"),
            column("product", Key, "about which product"),
        ];
        const TICKETS: &[StandardColumn] = &[
            column("first_response", Date, "when somebody answered"),
            column("resolved", Date, "when it was solved"),
            column("category", Text, "kind of request"),
            column("priority", Text, "how urgent"),
            column("satisfaction", Number, "how content the customer was"),
            column("text", Text, "words"),
        ];
        const DEALS: &[StandardColumn] = &[
            column("closed", Date, "when it ended"),
            column("won", Flag, "whether it was won"),
            column("owner", Text, "who sells"),
            column("source", Text, "where it came from"),
            column("expected_close", Date, "when it should end"),
        ];
        match self {
            StandardTable::Frame => &[],
            StandardTable::Customers => CUSTOMERS,
            StandardTable::Transactions => TRANSACTIONS,
            StandardTable::Events => EVENTS,
            StandardTable::Feedback => FEEDBACK,
            StandardTable::Tickets => TICKETS,
            StandardTable::Deals => DEALS,
        }
    }
}
