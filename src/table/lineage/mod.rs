//! Where the columns of a frame come from: a chain of the steps that made it, without any of their data.
//!
//! Each step of a plan is kept as the plan that it is, on frames without rows: Polars resolves it when somebody asks, so
//! that choices of columns, suffixes and names are those of the frame itself. What functions and words do that are no
//! plans is said by whoever calls them. A chain grows by a few hundred bytes a step; beyond a certain depth the steps
//! behind are looked at, and only what they come to is kept.

mod drawn;
mod edges;
mod group;
mod of_function;
mod origin;
mod past;
mod table;
mod told;
mod way;
mod wording;

use std::sync::{Arc, OnceLock};

use polars::prelude::*;
use regulars_plugin::Place;

use group::Group;
pub(crate) use of_function::{FunctionInput, OfFunction};
use origin::CHOSE;
use past::Past;
pub(in crate::table) use table::table_of;
pub(crate) use way::Way;
pub(in crate::table) use wording::worded;

/// Steps, one behind the other, that are kept one by one.
const DEEPEST: usize = 120;

/// Where the columns of a frame come from.
#[derive(Clone)]
pub struct Lineage(Arc<Step>);

struct Step {
    schema: SchemaRef,
    made: Made,
    /// What it was made of.
    before: Vec<Lineage>,
    /// Steps on the longest way back.
    depth: usize,
    group: OnceLock<Arc<Group>>,
    /// What the way to it comes to, made when a way that leads on becomes too long.
    past: OnceLock<Lineage>,
}

enum Made {
    /// Nobody knows how: data that Rust code has put together.
    Data,
    /// Read from outside, under this name.
    Source(Arc<str>),
    /// A step of a plan, over these leaves, each without rows.
    Plan(Box<Plan>),
    /// Computed by a step of our own, which says what of: for each column the place of a table, and a column there.
    Columns(Vec<(String, Vec<(usize, String)>)>),
    /// The same columns, other rows.
    Rows(&'static str),
    /// What a function of the catalogue answered.
    Function(Box<OfFunction>),
    /// What a call of the script answered: the first of those before is how it was made, the others are the frames that it
    /// was given.
    Call(Call),
    /// Steps that are not kept one by one any more.
    Past(Past),
}

/// A step of a plan, over leaves without rows.
struct Plan {
    plan: LazyFrame,
    leaves: Vec<LazyFrame>,
    /// What is said of it, where an expression would not make it plain.
    told: Option<&'static str>,
}

/// A call of a script.
#[derive(Debug, Clone)]
pub struct Call {
    /// The word.
    pub word: String,
    /// What it was given, as the script might write it.
    pub arguments: String,
    /// Where it stands.
    pub place: Option<Place>,
}

impl Call {
    /// The call as the script might write it.
    fn written(&self) -> String {
        format!("{}({})", self.word, self.arguments)
    }
}

impl Lineage {
    fn new(schema: SchemaRef, made: Made, before: Vec<Lineage>) -> Lineage {
        Lineage::over(schema, made, before.into_iter().map(Lineage::bounded).collect())
    }

    fn over(schema: SchemaRef, made: Made, before: Vec<Lineage>) -> Lineage {
        let depth = before.iter().map(|one| one.0.depth + 1).max().unwrap_or(0);
        Lineage(Arc::new(Step { schema, made, before, depth, group: OnceLock::new(), past: OnceLock::new() }))
    }

    /// Data of which nothing is known yet.
    pub(in crate::table) fn data(schema: SchemaRef) -> Lineage {
        Lineage::new(schema, Made::Data, Vec::new())
    }

    /// What was read from outside under a name.
    pub(in crate::table) fn source(schema: SchemaRef, name: &str) -> Lineage {
        Lineage::new(schema, Made::Source(name.into()), Vec::new())
    }

    /// A step of a plan. The leaves stand in the order of what is before.
    pub(in crate::table) fn plan(
        schema: SchemaRef,
        plan: LazyFrame,
        before: Vec<(Lineage, LazyFrame)>,
        told: Option<&'static str>,
    ) -> Lineage {
        let (before, leaves) = before.into_iter().unzip();
        Lineage::new(schema, Made::Plan(Box::new(Plan { plan, leaves, told })), before)
    }

    /// Columns that a step of our own has computed of others. What is not named is not known.
    pub(in crate::table) fn columns(
        schema: SchemaRef,
        columns: Vec<(String, Vec<(usize, String)>)>,
        before: Vec<Lineage>,
    ) -> Lineage {
        Lineage::new(schema, Made::Columns(columns), before)
    }

    /// The same columns, other rows.
    pub(in crate::table) fn rows(schema: SchemaRef, before: Lineage, what: &'static str) -> Lineage {
        Lineage::new(schema, Made::Rows(what), vec![before])
    }

    /// What a function made of tables.
    pub(crate) fn function(&self, of: OfFunction, before: Vec<Lineage>) -> Lineage {
        Lineage::new(Arc::clone(&self.0.schema), Made::Function(Box::new(of)), before)
    }

    /// The same, as the answer of a call that was given some frames. An answer that a call within it has made already stays
    /// as it is.
    pub(crate) fn called(&self, call: Call, given: Vec<Lineage>) -> Lineage {
        if matches!(self.0.made, Made::Call(_)) {
            return self.clone();
        }
        // What the call itself did stays as it is: it is one step with the call.
        let before = std::iter::once(self.clone()).chain(given.into_iter().map(Lineage::bounded)).collect();
        Lineage::over(Arc::clone(&self.0.schema), Made::Call(call), before)
    }

    /// Itself, or what it comes to where the way back is long.
    fn bounded(self) -> Lineage {
        if self.0.depth < DEEPEST {
            return self;
        }
        self.0
            .past
            .get_or_init(|| Lineage::new(Arc::clone(&self.0.schema), Made::Past(Past::of(&self)), Vec::new()))
            .clone()
    }

    /// Whether its steps end here as far as the call after it goes.
    fn is_told(&self) -> bool {
        matches!(self.0.made, Made::Call(_) | Made::Source(_) | Made::Past(_))
    }

    fn id(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }

    /// Steps on the longest way back that are kept one by one.
    #[cfg(test)]
    pub(in crate::table) fn depth(&self) -> usize {
        self.0.depth
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.schema.iter_names().map(PlSmallStr::as_str)
    }
}

impl std::fmt::Debug for Lineage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Lineage({} steps deep)", self.0.depth)
    }
}
