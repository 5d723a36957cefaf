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
        let one = |value: &Value| {
            GivenTable::of(value).ok_or_else(|| {
                format!("{value} is no table; give a table, a list of tables, or a map such as #{{shop: orders, web: baskets}}")
            })
        };
        if let Ok(table) = one(&value) {
            return Ok(Sources(vec![(None, table)]));
        }
        match &value {
            Value::Null => Ok(Sources::default()),
            Value::Array(tables) => {
                Ok(Sources(tables.iter().map(|table| Ok((None, one(table)?))).collect::<Result<_, String>>()?))
            }
            Value::Object(map) => {
                let tables: BTreeMap<&String, &Value> = map.iter().collect();
                let named = tables.into_iter().map(|(name, table)| Ok((Some(name.clone()), one(table)?)));
                Ok(Sources(named.collect::<Result<_, String>>()?))
            }
            other => one(other).map(|table| Sources(vec![(None, table)])),
        }
    }
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
            let frame = input.table(given)?;
            let rows = frame.height(host)?;
            let declared = ready(&frame, kind).map_err(|failure| failure.within(&name).within(kind.word()))?;
            let usable = declared.height(host)?;
            let notes = declared.notes(host)?.into_iter().map(|note| format!("{name}: {note}")).collect();
            let unusable = rows.saturating_sub(usable);
            taken.push(Source { kind, name, frame: declared, rows, unusable, later: 0, notes });
        }
        Ok(taken)
    }

    /// Whether there is a source of that name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(name, _)| name.as_deref())
    }
}

impl Source {
    /// Leaves out what happened after a day; `updated` is the column that says when a row of customers was written.
    pub(super) fn cut(&mut self, as_of: Date, updated: &str, host: &dyn Host) -> Result<()> {
        let before = self.rows - self.unusable;
        let mut frame = self.frame.up_to(moment(self.kind), as_of)?;
        if self.kind == StandardTable::Customers {
            frame = frame.up_to(updated, as_of)?;
        }
        self.later = before.saturating_sub(frame.height(host)?);
        self.frame = frame;
        Ok(())
    }

    pub(super) fn used(&self) -> usize {
        self.rows - self.unusable - self.later
    }
}

/// The failure where no table was given at all.
pub(super) fn nothing() -> Failure {
    Failure::new("there is no table to look at")
        .help("give at least one: `customer_360(#{customers: people, transactions: #{shop: orders, web: baskets}})`")
}
