//! Fitted models: what their methods are given.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Failure, Input, Result, StandardTable};

/// What a function is called with.
#[derive(Debug, Clone)]
pub struct Given<Table> {
    /// The tables, in the order of the arguments.
    pub tables: Vec<Table>,
    /// The tables that options hold; a [`GivenTable`](crate::GivenTable) is a place in this list.
    pub beside: Vec<Table>,
    /// The model before the dot, where the function is a method of one.
    pub model: Option<Model<Table>>,
}

impl<Table> Given<Table> {
    /// Tables alone.
    pub fn tables(tables: Vec<Table>) -> Self {
        Given { tables, beside: Vec::new(), model: None }
    }

    /// The same with the tables that options hold.
    #[must_use]
    pub fn beside(self, beside: Vec<Table>) -> Self {
        Given { beside, ..self }
    }
}

/// A fitted model, as its methods are given it.
#[derive(Debug, Clone)]
pub struct Model<Table> {
    /// What [`Output::with_model`](crate::Output::with_model) kept.
    pub state: Value,
    /// The table that the model came with; none where the model was loaded from a file, which keeps no rows.
    pub table: Option<Table>,
}

/// The input of a method that needs the model alone, such as the expectation for a new customer.
#[derive(Debug, Clone)]
pub struct Fitted<State, Table> {
    /// What the fit found.
    pub state: State,
    /// The table that the model came with; none where it was loaded from a file.
    pub table: Option<Table>,
}

impl<State: DeserializeOwned, Table> Input for Fitted<State, Table> {
    type Table = Table;
    const TABLES: &'static [StandardTable] = &[];

    fn from_tables(_: Vec<Table>) -> Result<Self> {
        Err(without_model())
    }

    fn from_given(given: Given<Table>) -> Result<Self> {
        let model = given.model.ok_or_else(without_model)?;
        Ok(Fitted { state: read(model.state)?, table: model.table })
    }
}

/// The input of a method that works on a table as well: on one that is given, `model.predict(frame)`, or else on the one
/// that the model came with, `model.predict()`.
#[derive(Debug, Clone)]
pub struct FittedOn<State, Table> {
    /// What the fit found.
    pub state: State,
    /// The table to work on.
    pub table: Table,
    /// Whether it was given, and so may lack columns, or hold customers that the fit never saw.
    pub is_given: bool,
}

impl<State: DeserializeOwned, Table> Input for FittedOn<State, Table> {
    type Table = Table;
    const TABLES: &'static [StandardTable] = &[StandardTable::Frame];

    fn from_tables(_: Vec<Table>) -> Result<Self> {
        Err(without_model())
    }

    fn from_given(given: Given<Table>) -> Result<Self> {
        let model = given.model.ok_or_else(without_model)?;
        let state = read(model.state)?;
        match (given.tables.into_iter().next(), model.table) {
            (Some(table), _) => Ok(FittedOn { state, table, is_given: true }),
            (None, Some(table)) => Ok(FittedOn { state, table, is_given: false }),
            (None, None) => Err(Failure::new("this model has no rows of its own: it was loaded from a file")
                .help("give it a table: `model.predict(frame)`")),
        }
    }
}

fn read<State: DeserializeOwned>(state: Value) -> Result<State> {
    serde_json::from_value(state).map_err(|error| {
        Failure::new(format!("the model cannot be read: {error}"))
            .help("was its file changed, or written by another version? fit it again")
    })
}

fn without_model() -> Failure {
    Failure::new("this is a method of a fitted model").help("fit one first, then write `model.predict(…)`")
}
