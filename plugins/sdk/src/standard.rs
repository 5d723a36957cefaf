//! The standard tables: what a customer, an order, a visit … is called everywhere.

use serde::{Deserialize, Serialize};

/// A table whose column names every function knows. A mapping to them is given once, when a table is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
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
    /// One that a plugin declares.
    Own(&'static OwnTable),
}

/// A standard table that a plugin declares for its own functions and those of others: `frame.visits(#{…})`.
///
/// ```
/// use regulars_plugin::{Holds, OwnTable, Result, StandardColumn, StandardTable, Table, TakesTable};
///
/// const VISITS: OwnTable = OwnTable {
///     word: "visits",
///     summary: "Declares a frame as the table of visits: who came to which shop.",
///     row: "one visit to a shop",
///     needed: &[
///         StandardColumn { name: "customer", holds: Holds::Key, meaning: "who" },
///         StandardColumn { name: "shop", holds: Holds::Text, meaning: "where" },
///     ],
///     known: &[],
/// };
///
/// /// The table of visits.
/// struct Visits(Table);
///
/// impl TakesTable for Visits {
///     type Table = Table;
///     const TABLE: StandardTable = StandardTable::Own(&VISITS);
///     fn take(table: Table) -> Result<Self> {
///         Ok(Visits(table))
///     }
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct OwnTable {
    /// The word that scripts write.
    pub word: &'static str,
    /// What help says of the word, as a sentence.
    pub summary: &'static str,
    /// What a row of it is, such as "one visit to a shop".
    pub row: &'static str,
    /// The columns without which the table is of no use.
    pub needed: &'static [StandardColumn],
    /// The columns that functions use where they are there.
    pub known: &'static [StandardColumn],
}

/// A standard table in a manual that is written as JSON: its word, or all of it where it is a plugin's own.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Word(String),
    Own {
        word: String,
        summary: String,
        row: String,
        needed: Vec<WrittenColumn>,
        #[serde(default)]
        known: Vec<WrittenColumn>,
    },
}

#[derive(Serialize, Deserialize)]
struct WrittenColumn {
    name: String,
    holds: Holds,
    meaning: String,
}

impl From<StandardTable> for Written {
    fn from(table: StandardTable) -> Written {
        let write = |columns: &[StandardColumn]| {
            let write = |column: &StandardColumn| WrittenColumn {
                name: column.name.to_owned(),
                holds: column.holds,
                meaning: column.meaning.to_owned(),
            };
            columns.iter().map(write).collect()
        };
        match table {
            StandardTable::Own(own) => Written::Own {
                word: own.word.to_owned(),
                summary: own.summary.to_owned(),
                row: own.row.to_owned(),
                needed: write(own.needed),
                known: write(own.known),
            },
            named => Written::Word(named.word().to_owned()),
        }
    }
}

impl TryFrom<Written> for StandardTable {
    type Error = String;

    /// A plugin's own table is kept for ever, as the plugin itself is: there are few, and each is small.
    fn try_from(written: Written) -> Result<StandardTable, String> {
        fn keep(text: String) -> &'static str {
            Box::leak(text.into_boxed_str())
        }
        fn read(columns: Vec<WrittenColumn>) -> &'static [StandardColumn] {
            let read = |column: WrittenColumn| StandardColumn {
                name: keep(column.name),
                holds: column.holds,
                meaning: keep(column.meaning),
            };
            Box::leak(columns.into_iter().map(read).collect::<Vec<_>>().into_boxed_slice())
        }
        match written {
            Written::Word(word) => {
                StandardTable::of_word(&word).ok_or_else(|| format!("there is no standard table `{word}`"))
            }
            Written::Own { word, summary, row, needed, known } => {
                Ok(StandardTable::Own(Box::leak(Box::new(OwnTable {
                    word: keep(word),
                    summary: keep(summary),
                    row: keep(row),
                    needed: read(needed),
                    known: read(known),
                }))))
            }
        }
    }
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// The tables that a script can declare without any plugin.
    pub const DECLARED: [StandardTable; 6] = [
        StandardTable::Customers,
        StandardTable::Transactions,
        StandardTable::Events,
        StandardTable::Feedback,
        StandardTable::Tickets,
        StandardTable::Deals,
    ];

    /// The table that scripts write so, plugins' own not among them.
    pub(crate) fn of_word(word: &str) -> Option<StandardTable> {
        std::iter::once(StandardTable::Frame).chain(StandardTable::DECLARED).find(|table| table.word() == word)
    }

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
            StandardTable::Own(own) => own.word,
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
            StandardTable::Own(own) => own.row,
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
            StandardTable::Own(own) => own.needed,
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
            StandardTable::Own(own) => own.known,
        }
    }
}
