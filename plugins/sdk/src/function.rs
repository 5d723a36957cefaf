//! The contract that built-in functions and plugins both sign.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Chart, Context, Failure, Given, GivenTable, Manual, Output, Registered, Result, StandardTable, TableManual,
};

/// One analytics function: a struct whose fields are its options, whose doc comment is its manual and whose
/// [`run`](Function::run) is its computation.
///
/// From this one declaration come the script name (the struct's name in snake case), help, completion,
/// "did you mean", the check of options and bounds, the reference page and the tested examples.
///
/// The doc comment is written for the person at the prompt. Its first paragraph is the summary; `# Choices`
/// says what was chosen where the field disagrees; `# Source` names the source; `# Example` holds a
/// ` ```rhai ` block and, where the answer is a table, the ` ```text ` block that it prints.
pub trait Function: Default + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The family under which help lists the function.
    const FAMILY: Family;
    /// Functions that a reader of this manual wants to know as well.
    const RELATED: &'static [&'static str] = &[];

    /// Whether the answer's table begins with all columns of the first table; then [`Row`](Function::Row) declares only
    /// those that come after them, or take their place.
    const KEEPS_COLUMNS: bool = false;

    /// Whether columns of the first table may come back with other types, so that what it answers cannot be foreseen.
    const CHANGES_TYPES: bool = false;

    /// Whether it draws the picture of its answer itself, [`Output::with_drawing`]. The numbers behind the picture stand
    /// in the table or in the figures of the answer.
    const DRAWS: bool = false;

    /// An option that names columns of the first table which stand behind those of [`Row`](Function::Row) in the answer's
    /// table, because the methods of the model want them as well.
    const CARRIES: Option<&'static str> = None;

    /// The tables it works on: one of the standard tables, or a tuple of them.
    type Input: Input;
    /// The columns of the answer's table: a struct with a documented field for each, [`Nothing`](crate::Nothing)
    /// where there is no table. A `#[schemars(extend("unit" = "days"))]` on a field gives its unit.
    type Row: JsonSchema;
    /// The named figures of the answer: a struct with a documented field for each, or [`Nothing`](crate::Nothing).
    type Figures: JsonSchema + Serialize;

    /// Computes the answer. Options have been checked against their declared types, choices and bounds.
    fn run(
        &self,
        input: Self::Input,
        context: &Context<'_>,
    ) -> Result<Output<<Self::Input as Input>::Table, Self::Figures>>;

    /// The picture that shows the answer unless another is asked for.
    fn chart() -> Option<Chart> {
        None
    }

    /// Further tables of the answer, which scripts read as properties: `model.parameters`.
    fn further_tables() -> Vec<TableManual> {
        Vec::new()
    }

    /// What a fitted model can be asked: functions that work on [`Fitted`](crate::Fitted) or
    /// [`FittedOn`](crate::FittedOn), called as `model.predict(#{…})`. A function with methods answers with
    /// [`Output::with_model`].
    fn methods() -> Vec<Registered<<Self::Input as Input>::Table>> {
        Vec::new()
    }

    /// The manual, read from the declaration.
    fn manual() -> Manual
    where
        Self: Sized,
    {
        Manual::of::<Self>()
    }
}

/// What a function works on. Each side of the border has its own kind of table; the contract is the same.
pub trait Input: Sized {
    /// The kind of table that comes in and goes out.
    type Table;
    /// The standard tables that are wanted, in the order of the arguments.
    const TABLES: &'static [StandardTable];
    /// Takes the tables, one for each of [`TABLES`](Input::TABLES).
    fn from_tables(tables: Vec<Self::Table>) -> Result<Self>;
    /// Takes the tables and, for the methods of a model, the model as well.
    fn from_given(given: Given<Self::Table>) -> Result<Self> {
        Self::from_tables(given.tables)
    }
}

/// One table that a function works on: any table, or a standard one. A function that takes several has a tuple of them as
/// its input, up to four.
pub trait TakesTable: Sized {
    /// The kind of table that comes in.
    type Table;
    /// The standard table that is wanted.
    const TABLE: StandardTable;
    /// Takes the table, which has the columns that the standard table needs, without gaps.
    fn take(table: Self::Table) -> Result<Self>;
}

impl<One: TakesTable> Input for One {
    type Table = One::Table;
    const TABLES: &'static [StandardTable] = &[One::TABLE];
    fn from_tables(tables: Vec<One::Table>) -> Result<Self> {
        One::take(tables.into_iter().next().ok_or_else(|| too_few(1, 0))?)
    }
}

macro_rules! several {
    ($($one:ident),+) => {
        impl<Table, $($one: TakesTable<Table = Table>),+> Input for ($($one,)+) {
            type Table = Table;
            const TABLES: &'static [StandardTable] = &[$($one::TABLE),+];
            fn from_tables(tables: Vec<Table>) -> Result<Self> {
                let given = tables.len();
                let mut tables = tables.into_iter();
                Ok(($($one::take(tables.next().ok_or_else(|| too_few(Self::TABLES.len(), given))?)?,)+))
            }
        }
    };
}

several!(First, Second);
several!(First, Second, Third);
several!(First, Second, Third, Fourth);

/// The input of a function that works on no table: it makes its own, or is given tables in options only.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTable<Table>(PhantomData<Table>);

impl<Table> Input for NoTable<Table> {
    type Table = Table;
    const TABLES: &'static [StandardTable] = &[];
    fn from_tables(_: Vec<Table>) -> Result<Self> {
        Ok(NoTable(PhantomData))
    }
}

/// An input together with the tables that options hold, [`GivenTable`].
#[derive(Debug, Clone)]
pub struct Beside<In: Input> {
    /// What the function works on.
    pub input: In,
    tables: Vec<In::Table>,
}

impl<In: Input> Beside<In> {
    /// An input with tables beside it.
    pub fn new(input: In, tables: Vec<In::Table>) -> Self {
        Beside { input, tables }
    }
}

impl<In: Input> Beside<In>
where
    In::Table: Clone,
{
    /// The table that an option holds.
    pub fn table(&self, given: &GivenTable) -> Result<In::Table> {
        self.tables.get(given.place()).cloned().ok_or_else(|| {
            Failure::new(format!("table number {} of the options was not given", given.place() + 1))
                .help("this is a fault of the host: tell its makers the call that led to it")
        })
    }

    /// The table that an option holds, as a standard table.
    pub fn take<One: TakesTable<Table = In::Table>>(&self, given: &GivenTable) -> Result<One> {
        One::take(self.table(given)?)
    }
}

impl<In: Input> Input for Beside<In> {
    type Table = In::Table;
    const TABLES: &'static [StandardTable] = In::TABLES;
    fn from_tables(tables: Vec<In::Table>) -> Result<Self> {
        In::from_tables(tables).map(|input| Beside::new(input, Vec::new()))
    }
    fn from_given(mut given: Given<In::Table>) -> Result<Self> {
        let beside = std::mem::take(&mut given.beside);
        In::from_given(given).map(|input| Beside::new(input, beside))
    }
}

fn too_few(wanted: usize, given: usize) -> Failure {
    Failure::new(format!("{given} tables were given, but {wanted} are wanted"))
}

/// The families of functions, in the order in which help lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Collect and clean.
    Clean,
    /// Who the customers are.
    Segment,
    /// What they are worth.
    Value,
    /// Who comes back and who leaves.
    Keep,
    /// What comes next.
    Foresee,
    /// What goes together.
    Patterns,
    /// Which way they take.
    Journey,
    /// What they say.
    Voice,
    /// What works.
    Experiment,
    /// Market, sales and service.
    Market,
    /// Watch and protect.
    Protect,
}

impl Family {
    /// The word that help and the source folders use.
    pub fn word(self) -> &'static str {
        match self {
            Family::Clean => "clean",
            Family::Segment => "segment",
            Family::Value => "value",
            Family::Keep => "keep",
            Family::Foresee => "foresee",
            Family::Patterns => "patterns",
            Family::Journey => "journey",
            Family::Voice => "voice",
            Family::Experiment => "experiment",
            Family::Market => "market",
            Family::Protect => "protect",
        }
    }

    /// What its functions answer, in a few words.
    pub fn question(self) -> &'static str {
        match self {
            Family::Clean => "collect and clean",
            Family::Segment => "who the customers are",
            Family::Value => "what they are worth",
            Family::Keep => "who comes back, who leaves",
            Family::Foresee => "what comes next",
            Family::Patterns => "what goes together",
            Family::Journey => "which way they take",
            Family::Voice => "what they say",
            Family::Experiment => "what works",
            Family::Market => "market, sales and service",
            Family::Protect => "watch and protect",
        }
    }
}
