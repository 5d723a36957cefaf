//! A function with its type forgotten: what a catalogue holds.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::manual::name_of;
use crate::{Context, Failure, Function, Given, Input, Manual, Output, Result, StandardTable};

/// A function with its type forgotten, for one kind of table.
pub struct Registered<Table: 'static> {
    name: String,
    tables: &'static [StandardTable],
    read: fn() -> Manual,
    manual: OnceLock<Manual>,
    list: fn() -> Vec<Registered<Table>>,
    methods: OnceLock<Vec<Registered<Table>>>,
    run: Run<Table>,
}

type Run<Table> =
    fn(&Manual, &Map<String, Value>, Given<Table>, &Context<'_>) -> Result<Output<Table, Map<String, Value>>>;

impl<Table: 'static> Registered<Table> {
    /// Registers a function that works on this kind of table.
    pub fn of<F: Function>() -> Self
    where
        F::Input: Input<Table = Table>,
    {
        Registered {
            name: name_of::<F>(),
            tables: F::Input::TABLES,
            read: F::manual,
            manual: OnceLock::new(),
            list: F::methods,
            methods: OnceLock::new(),
            run: run::<F, Table>,
        }
    }

    /// Its name, as the manual has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The standard tables that it works on, as the manual has them.
    pub fn tables(&self) -> &'static [StandardTable] {
        self.tables
    }

    /// Its manual, read from the declaration when it is first asked for.
    pub fn manual(&self) -> &Manual {
        self.manual.get_or_init(self.read)
    }

    /// What its models can be asked.
    pub fn methods(&self) -> &[Registered<Table>] {
        self.methods.get_or_init(self.list)
    }

    /// Checks the options and runs it; the figures come as a map in the order of their declaration.
    pub fn run(
        &self,
        options: &Map<String, Value>,
        given: Given<Table>,
        context: &Context<'_>,
    ) -> Result<Output<Table, Map<String, Value>>> {
        (self.run)(self.manual(), options, given, context)
    }
}

fn run<F: Function, Table>(
    manual: &Manual,
    options: &Map<String, Value>,
    given: Given<Table>,
    context: &Context<'_>,
) -> Result<Output<Table, Map<String, Value>>>
where
    F::Input: Input<Table = Table>,
{
    let function: F = manual.configure(options)?;
    let output = function.run(F::Input::from_given(given)?, context)?;
    let figures = match serde_json::to_value(&output.figures) {
        Ok(Value::Object(figures)) => figures,
        Ok(_) => return Err(Failure::new("the figures must be a struct with named fields")),
        Err(error) => return Err(Failure::new(format!("the figures cannot be written down: {error}"))),
    };
    if let Some(drawing) = &output.drawing {
        drawing.check()?;
    }
    let Output { table, further, model, drawing, notes, .. } = output;
    Ok(Output { table, further, figures, model, drawing, notes })
}
