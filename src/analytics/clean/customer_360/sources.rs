//! The tables of one kind, as options hold them: one, several, or several by the names of their sources.

use std::borrow::Cow;
use std::collections::BTreeMap;

use regulars_plugin::{Beside, Date, Failure, GivenTable, Host, NoTable, Result, StandardTable};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

use crate::table::{Frame, ready};

/// A table, a list of tables, or a map of sources to tables.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "Value")]
pub struct Sources(Vec<(Option<String>, GivenTable)>);

impl TryFrom<Value> for Sources {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match &value {
            Value::Null => Ok(Sources::default()),
            Value::Array(tables) => {
                let named = |(place, table)| Ok((None, table_of(table, &format!("`[{place}]` "))?));
                Ok(Sources(tables.iter().enumerate().map(named).collect::<Result<_, String>>()?))
            }
            Value::Object(map) if GivenTable::of(&value).is_none() => {
                let tables: BTreeMap<&String, &Value> = map.iter().collect();
                let named =
                    |(name, table): (&String, _)| Ok((Some(name.clone()), table_of(table, &format!("`{name}` "))?));
                Ok(Sources(tables.into_iter().map(named).collect::<Result<_, String>>()?))
            }
            _ => Ok(Sources(vec![(None, table_of(&value, "it ")?)])),
        }
    }
}

/// The table that a value stands for; `which` says of which one the message tells.
fn table_of(value: &Value, which: &str) -> Result<GivenTable, String> {
    GivenTable::of(value).ok_or_else(|| {
        let found = match value {
            Value::Null => "missing".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "a map".to_owned(),
            other => other.to_string(),
        };
        let variable = match value.as_str().map(str::trim) {
            Some(word) if !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
                format!("; without quotes, `{word}` is the variable")
            }
            _ => String::new(),
        };
        format!(
            "{which}is {found}, but must be a table{variable}: one table, a list of them, or a map of sources to tables, \
             `#{{shop: orders, web: baskets}}`"
        )
    })
}

impl JsonSchema for Sources {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Sources".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

/// A source of one kind, and what became of its rows.
pub(super) struct Source {
    pub(super) kind: StandardTable,
    pub(super) name: String,
    /// Its usable rows up to the day that is asked for.
    pub(super) frame: Frame,
    pub(super) rows: usize,
    /// Rows that lack what is needed.
    pub(super) unusable: usize,
    pub(super) later: usize,
    /// Rows of tickets and deals that came again, further down or in a later table.
    pub(super) repeated: usize,
    /// What is known about it.
    pub(super) notes: Vec<String>,
}

/// Which day of a kind of table says when its row happened.
fn moment(kind: StandardTable) -> &'static str {
    match kind {
        StandardTable::Customers => "signup_date",
        StandardTable::Events => "time",
        StandardTable::Tickets | StandardTable::Deals => "opened",
        _ => "date",
    }
}

impl Sources {
    /// The sources as standard tables.
    pub(super) fn take(
        &self,
        kind: StandardTable,
        input: &Beside<NoTable<Frame>>,
        host: &dyn Host,
    ) -> Result<Vec<Source>> {
        let mut taken = Vec::new();
        for (place, (name, given)) in self.0.iter().enumerate() {
            let name = match name {
                Some(name) => name.clone(),
                None if self.0.len() == 1 => kind.word().to_owned(),
                None => format!("{} {}", kind.word(), place + 1),
            };
            taken.push(Source::of(kind, name, &input.table(given)?, host)?);
        }
        Ok(taken)
    }

    /// Whether there is a source of that name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(name, _)| name.as_deref())
    }
}

impl Source {
    /// A table of a source as a standard table.
    pub(super) fn of(kind: StandardTable, name: String, frame: &Frame, host: &dyn Host) -> Result<Source> {
        let rows = frame.height(host)?;
        let frame = ready(frame, kind).map_err(|failure| failure.within(&name).within(kind.word()))?;
        let unusable = rows.saturating_sub(frame.height(host)?);
        let notes = frame.notes(host)?.into_iter().map(|note| format!("{name}: {note}")).collect();
        Ok(Source { kind, name, frame, rows, unusable, later: 0, repeated: 0, notes })
    }

    /// Leaves out what happened after a day, and of what came again until then all but the last row; `updated` is the column that says when a row of customers was written.
    pub(super) fn cut(&mut self, as_of: Date, updated: &str, host: &dyn Host) -> Result<()> {
        let before = self.rows - self.unusable;
        let mut frame = self.frame.up_to(moment(self.kind), as_of)?;
        if self.kind == StandardTable::Customers {
            frame = frame.up_to(updated, as_of)?;
        }
        let left = frame.height(host)?;
        self.later = before.saturating_sub(left);
        self.frame = frame.last_of_each(self.kind)?;
        self.repeated = left.saturating_sub(self.frame.height(host)?);
        Ok(())
    }

    pub(super) fn used(&self) -> usize {
        self.rows - self.unusable - self.later - self.repeated
    }
}

/// The failure where no table was given at all.
pub(super) fn nothing() -> Failure {
    Failure::new("there is no table to look at")
        .help("give at least one: `customer_360(#{customers: people, transactions: #{shop: orders, web: baskets}})`")
}
