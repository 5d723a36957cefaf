//! The one kind of table: a lazy plan, the memo of its result, and what is known about it.

mod describe;
mod engine;
mod filling;
mod forecast;
mod join_size;
mod join_where_size;
mod joins;
mod left_behind;
mod made_of;
mod pivot;
mod reshaping;
mod running;
mod shaping;
mod stacking;

use std::sync::{Arc, OnceLock};

use polars::prelude::*;
use regulars_plugin::{Chart, ColumnKind, ColumnManual, Drawing, Failure, Place, Result, StandardTable};

pub use filling::Filling;
pub use forecast::{Fits, NotUnasked};
pub use joins::{AsofKind, AsofOptions, JoinCheck, JoinKind, JoinOptions, Tolerance};
pub use pivot::{Aggregate, Pivot};
pub(super) use running::LOOK_EVERY;
pub use running::LeftOut;
pub(crate) use running::run;
pub use shaping::{Sample, SampleSize, SortBy};
pub use stacking::ConcatKind;

use super::data::{column_of_cells, kind_of};
use super::words::root;
use super::{Cell, Data, Expression, Import, Lineage, failure, type_word};

/// A table. Verbs extend its plan; showing it or asking for a number runs the plan once.
#[derive(Clone)]
pub struct Frame {
    inner: Arc<Inner>,
    about: Arc<About>,
    /// The places of the script that made the plan what it is, oldest first, as far as it has not been run.
    steps: Arc<[Step]>,
    lineage: Lineage,
}

struct Inner {
    plan: LazyFrame,
    /// The same columns without rows, for the lineage of what is made of it.
    rowless: OnceLock<LazyFrame>,
    schema: SchemaRef,
    /// Whether the plan reads files: then it runs through the streaming engine, which needs less memory.
    reads_files: bool,
    memo: OnceLock<Data>,
}

/// A place of the script, and the plan as it was then.
#[derive(Clone)]
struct Step {
    place: Place,
    plan: LazyFrame,
}

/// What is known about a frame besides its data.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The standard table as which it was declared.
    pub standard: Option<StandardTable>,
    /// What the reader should know: what was left out, which convention was chosen.
    pub notes: Vec<String>,
    /// Meaning and unit of columns, as the function that made them declares.
    pub columns: Vec<ColumnManual>,
    /// The picture that shows it unless another is asked for.
    pub chart: Option<Chart>,
    /// The picture that the function which made it drew itself.
    pub drawing: Option<Arc<Drawing>>,
    /// What every frame made of this one has to tell as well: the rows that its declaration left out.
    /// A sentence is told once however often its frame is used; two frames may say the same.
    pub inherited: Vec<Arc<str>>,
    /// Rows that were left out of it or of the frames that it was made of, not counted yet.
    pub left_out: Vec<Arc<LeftOut>>,
    /// Whether it is shown only when it is asked for, where it is one of the tables of an answer.
    pub aside: bool,
    /// How its data was read.
    pub import: Option<Arc<Import>>,
}

impl Frame {
    /// A frame on a plan; the schema is resolved at once, so that a mistake is told where it was made.
    pub(crate) fn new(plan: LazyFrame, reads_files: bool, known: &[String]) -> Result<Frame> {
        Frame::after_step(plan.clone(), &plan, reads_files, known)
    }

    /// A frame on a plan whose last step, on frames without rows, is `step`: that tells the schema, however long the plan is.
    pub(super) fn after_step(plan: LazyFrame, step: &LazyFrame, reads_files: bool, known: &[String]) -> Result<Frame> {
        // Asked of a copy of its own: what Polars finds out on the way stays with the plan that is asked.
        let mut asked = LazyFrame::from_logical_plan(step.logical_plan.clone(), step.get_current_optimizations());
        let schema = asked.collect_schema().map_err(|error| failure(error, known))?;
        Ok(Frame::of(Inner { plan, rowless: OnceLock::new(), schema, reads_files, memo: OnceLock::new() }))
    }

    /// A frame on data in memory.
    pub(crate) fn from_data(data: DataFrame) -> Frame {
        let schema = Arc::clone(data.schema());
        let plan = data.clone().lazy();
        let memo = OnceLock::from(Data(data));
        Frame::of(Inner { plan, rowless: OnceLock::new(), schema, reads_files: false, memo })
    }

    fn of(inner: Inner) -> Frame {
        let lineage = Lineage::data(Arc::clone(&inner.schema));
        Frame { inner: Arc::new(inner), about: Arc::default(), steps: Arc::default(), lineage }
    }

    /// A frame of named columns, each of one kind of cells.
    pub fn from_cells(columns: &[(String, Vec<Cell>)]) -> Result<Frame> {
        if let Some((name, cells)) = columns.iter().find(|(_, cells)| cells.len() != columns[0].1.len()) {
            return Err(Failure::new(format!(
                "column `{name}` has {} values, but `{}` has {}",
                cells.len(),
                columns[0].0,
                columns[0].1.len()
            ))
            .help("the lists of one frame are of one length; `()` fills a gap"));
        }
        let made: Result<Vec<Column>> = columns.iter().map(|(name, cells)| column_of_cells(name, cells)).collect();
        let data = DataFrame::new_infer_height(made?).map_err(|error| failure(error, &[]))?;
        Ok(Frame::from_data(data))
    }

    /// A frame with one column for each field of the rows, in a given order: how functions build their answers.
    pub(crate) fn from_columns(columns: Vec<Column>) -> Result<Frame> {
        DataFrame::new_infer_height(columns).map(Frame::from_data).map_err(|error| failure(error, &[]))
    }

    /// What is known about it.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The same frame with something more known about it.
    #[must_use]
    pub fn with_about(&self, about: About) -> Frame {
        Frame { about: Arc::new(about), ..self.clone() }
    }

    /// Names of the columns, in order.
    pub fn names(&self) -> Vec<String> {
        self.inner.schema.iter_names().map(ToString::to_string).collect()
    }

    /// Names and types of the columns, types in a word.
    pub fn schema(&self) -> Vec<(String, String)> {
        self.inner.schema.iter().map(|(name, kind)| (name.to_string(), type_word(kind))).collect()
    }

    /// Names and kinds of the columns.
    pub fn kinds(&self) -> Vec<(String, ColumnKind)> {
        self.inner.schema.iter().map(|(name, kind)| (name.to_string(), kind_of(kind))).collect()
    }

    pub(crate) fn dtype(&self, name: &str) -> Option<DataType> {
        self.inner.schema.get(name).cloned()
    }

    pub(super) fn polars_schema(&self) -> &Schema {
        &self.inner.schema
    }

    /// Whether there is a column of that name; a failure with the near name where there is none.
    pub fn need(&self, name: &str) -> Result<()> {
        if self.inner.schema.contains(name) {
            return Ok(());
        }
        let names = self.names();
        Err(Failure::new(format!("no column `{name}`")).near(name, names.iter().map(String::as_str)))
    }

    /// Whether the other is this frame, or a copy of its handle.
    pub fn is_same(&self, other: &Frame) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Whether the result is in memory already.
    pub fn is_computed(&self) -> bool {
        self.inner.memo.get().is_some()
    }

    /// The bytes that its result takes in memory, as far as it is there.
    pub fn bytes(&self) -> Option<usize> {
        self.inner.memo.get().map(|data| data.0.estimated_size())
    }

    pub(crate) fn reads_files(&self) -> bool {
        self.inner.reads_files && !self.is_computed()
    }

    /// The plan to extend: what was run is not run again.
    pub(crate) fn plan(&self) -> LazyFrame {
        match self.inner.memo.get() {
            Some(data) => data.0.clone().lazy(),
            None => self.inner.plan.clone(),
        }
    }

    /// A frame whose plan grows out of this one. What is known about columns that keep their name is kept.
    pub(crate) fn extend(&self, grow: impl Fn(LazyFrame) -> LazyFrame) -> Result<Frame> {
        let step = grow(self.rowless());
        let frame = self.grown(grow(self.plan()), &step)?;
        let lineage = frame.lineage_of(&[self], step, None);
        Ok(Frame { lineage, ..frame })
    }

    fn grown(&self, plan: LazyFrame, step: &LazyFrame) -> Result<Frame> {
        let frame = Frame::after_step(plan, step, self.reads_files(), &self.names())?.after(&[self]);
        let columns = self.about.columns.iter().filter(|column| frame.inner.schema.contains(&column.name)).cloned();
        let columns = columns.collect();
        Ok(frame.with_about(About { columns, ..self.origin() }))
    }

    /// What a frame has to tell that is made of all rows of this one: where they come from, and which were left out.
    pub(crate) fn origin(&self) -> About {
        About {
            columns: self.about.columns.clone(),
            left_out: self.about.left_out.clone(),
            inherited: self.about.inherited.clone(),
            import: self.about.import.clone(),
            ..About::default()
        }
    }

    /// What an answer has to tell whose rows are those of the first table: what that one tells of rows that were left out, then
    /// what this one does.
    pub(crate) fn going_on(&self, first: &Frame, about: About) -> Frame {
        let own = self.about.inherited.iter().filter(|note| !first.about.inherited.contains(note));
        let inherited = first.about.inherited.iter().chain(own).cloned().collect();
        let mut left_out = first.about.left_out.clone();
        let is_new = |one: &&Arc<LeftOut>| !first.about.left_out.iter().any(|known| Arc::ptr_eq(known, one));
        left_out.extend(self.about.left_out.iter().filter(is_new).cloned());
        self.with_about(About { inherited, left_out, ..about })
    }

    /// The frame with a sentence that every frame made of it tells as well.
    #[must_use]
    pub(crate) fn telling(&self, note: String) -> Frame {
        let mut about = About::clone(&self.about);
        about.inherited.push(Arc::from(note));
        self.with_about(about)
    }

    /// What a frame has to tell whose columns are not those of this one.
    pub(crate) fn origin_of_other_columns(&self) -> About {
        About { columns: Vec::new(), ..self.origin() }
    }

    /// Takes over the steps of the frames that it was made of.
    fn after(self, before: &[&Frame]) -> Frame {
        let steps = before.iter().filter(|frame| !frame.is_computed()).flat_map(|frame| frame.steps.iter().cloned());
        Frame { steps: steps.collect(), ..self }
    }

    /// The same frame run by the engine in memory: for steps of which the streaming engine gives the rows in an order that
    /// depends on the number of threads.
    pub(crate) fn in_memory(self) -> Frame {
        let Inner { plan, rowless, schema, memo, .. } = &*self.inner;
        let (plan, rowless, schema, memo) = (plan.clone(), rowless.clone(), Arc::clone(schema), memo.clone());
        Frame { inner: Arc::new(Inner { plan, rowless, schema, memo, reads_files: false }), ..self }
    }

    /// Remembers the place of the script that made it: a value that cannot be cast is found only when the plan runs,
    /// and is told there.
    #[must_use]
    pub fn placed(self, place: Place) -> Frame {
        if self.is_computed() {
            return self;
        }
        // The plan and its memo stay shared: a declared table is still the one whose left-out rows are known.
        let step = Step { place, plan: self.inner.plan.clone() };
        let steps = self.steps.iter().cloned().chain([step]).collect();
        Frame { steps, ..self }
    }

    /// Whether a step asks for something that the types do not allow: Polars finds out only when it runs, so it is
    /// tried on a frame of the same columns without rows, and the line at fault is the one that is told.
    pub(super) fn allows(&self, step: impl FnOnce(LazyFrame) -> LazyFrame) -> Result<()> {
        // The prompt would wait for work that was interrupted; what is wrong is then found when the plan runs.
        if left_behind::holds_the_threads() {
            return Ok(());
        }
        let Err(error) = step(self.rowless()).collect() else { return Ok(()) };
        match root(&error) {
            // Without rows lengths and places mean nothing.
            PolarsError::ShapeMismatch(_) | PolarsError::OutOfBounds(_) => Ok(()),
            PolarsError::ComputeError(text) if text.contains("out of bounds") => Ok(()),
            _ => Err(failure(error, &self.names())),
        }
    }
}

fn exprs(expressions: &[Expression]) -> Vec<Expr> {
    expressions.iter().map(|expression| expression.0.clone()).collect()
}

/// The columns of these names, as one expression.
pub(super) fn by_names(columns: &[String]) -> Expr {
    Expr::Selector(by_name(columns, true))
}

fn by_name(columns: &[String], strict: bool) -> Selector {
    Selector::ByName { names: columns.iter().map(|name| name.as_str().into()).collect(), strict }
}
