//! The one kind of table: a lazy plan, the memo of its result, and what is known about it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use polars::prelude::*;
use regulars_plugin::{Chart, ColumnKind, ColumnManual, Failure, Host, Place, Result, StandardTable};

use super::data::{column_of_cells, kind_of};
use super::{Cell, Data, Expression, Import, failure, thousands, type_word};

/// A table. Verbs extend its plan; showing it or asking for a number runs the plan once.
#[derive(Clone)]
pub struct Frame {
    inner: Arc<Inner>,
    about: Arc<About>,
}

struct Inner {
    plan: LazyFrame,
    schema: SchemaRef,
    /// Whether the plan reads files: then it runs through the streaming engine, which needs less memory.
    reads_files: bool,
    memo: OnceLock<Data>,
    /// The places of the script that made the plan what it is, oldest first, as far as it has not been run.
    steps: Vec<Step>,
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
    /// What every frame made of this one has to tell as well: the rows that its declaration left out.
    pub inherited: Vec<String>,
    /// Rows that were left out, not counted yet.
    pub left_out: Option<Arc<LeftOut>>,
    /// How its data was read.
    pub import: Option<Arc<Import>>,
}

/// How two frames are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Rows that have a partner.
    Inner,
    /// Every row of the left frame.
    Left,
    /// Every row of both.
    Full,
    /// Rows of the left frame that have a partner.
    Semi,
    /// Rows of the left frame that have none.
    Anti,
    /// Every row of the left frame with every row of the right.
    Cross,
}

impl JoinKind {
    /// The kinds by the word that scripts write.
    pub const WORDS: [(&'static str, JoinKind); 6] = [
        ("inner", JoinKind::Inner),
        ("left", JoinKind::Left),
        ("full", JoinKind::Full),
        ("semi", JoinKind::Semi),
        ("anti", JoinKind::Anti),
        ("cross", JoinKind::Cross),
    ];
}

/// One key of a sort.
#[derive(Debug, Clone)]
pub struct SortBy {
    /// What is compared.
    pub key: Expression,
    /// Greatest first.
    pub descending: bool,
}

/// Steps that are tried, oldest first, to find the one at which a plan fails: each try runs the plan up to there.
const TRIED: usize = 16;

/// How often a running plan looks whether it should stop.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Frame {
    /// A frame on a plan; the schema is resolved at once, so that a mistake is told where it was made.
    pub(crate) fn new(plan: LazyFrame, reads_files: bool, known: &[String]) -> Result<Frame> {
        let schema = plan.clone().collect_schema().map_err(|error| failure(error, known))?;
        let inner = Inner { plan, schema, reads_files, memo: OnceLock::new(), steps: Vec::new() };
        Ok(Frame { inner: Arc::new(inner), about: Arc::default() })
    }

    /// A frame on data in memory.
    pub(crate) fn from_data(data: DataFrame) -> Frame {
        let schema = Arc::clone(data.schema());
        let plan = data.clone().lazy();
        let memo = OnceLock::from(Data(data));
        let inner = Inner { plan, schema, reads_files: false, memo, steps: Vec::new() };
        Frame { inner: Arc::new(inner), about: Arc::default() }
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
        Frame { inner: Arc::clone(&self.inner), about: Arc::new(about) }
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

    /// Whether there is a column of that name; a failure with the near name where there is none.
    pub fn need(&self, name: &str) -> Result<()> {
        if self.inner.schema.contains(name) {
            return Ok(());
        }
        let names = self.names();
        Err(Failure::new(format!("no column `{name}`")).near(name, names.iter().map(String::as_str)))
    }

    /// Whether the result is in memory already.
    pub fn is_computed(&self) -> bool {
        self.inner.memo.get().is_some()
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
    pub(crate) fn extend(&self, grow: impl FnOnce(LazyFrame) -> LazyFrame) -> Result<Frame> {
        let names = self.names();
        let frame = Frame::new(grow(self.plan()), self.reads_files(), &names)?.after(&[self]);
        let columns = self.about.columns.iter().filter(|column| frame.inner.schema.contains(&column.name)).cloned();
        let about = About {
            columns: columns.collect(),
            left_out: self.about.left_out.clone(),
            inherited: self.about.inherited.clone(),
            import: self.about.import.clone(),
            ..About::default()
        };
        Ok(frame.with_about(about))
    }

    /// Takes over the steps of the frames that it was made of.
    fn after(self, before: &[&Frame]) -> Frame {
        let steps = before.iter().filter(|frame| !frame.is_computed()).flat_map(|frame| frame.inner.steps.clone());
        let Inner { plan, schema, reads_files, .. } = &*self.inner;
        let inner = Inner {
            plan: plan.clone(),
            schema: Arc::clone(schema),
            reads_files: *reads_files,
            memo: self.inner.memo.clone(),
            steps: steps.collect(),
        };
        Frame { inner: Arc::new(inner), about: self.about }
    }

    /// Remembers the place of the script that made it: a value that cannot be cast is found only when the plan runs,
    /// and is told there.
    #[must_use]
    pub fn placed(self, place: Place) -> Frame {
        if self.is_computed() {
            return self;
        }
        let mut frame = self.clone().after(&[&self]);
        if let Some(inner) = Arc::get_mut(&mut frame.inner) {
            inner.steps.push(Step { place, plan: inner.plan.clone() });
        }
        frame
    }

    /// A failure of the plan with the place of the step that brought it in.
    fn blamed(&self, failure: Failure, host: &dyn Host) -> Failure {
        let (Some(last), None, false) = (self.inner.steps.last(), &failure.place, failure.cancelled) else {
            return failure;
        };
        let steps = &self.inner.steps[self.inner.steps.len().saturating_sub(TRIED)..];
        let fails = |step: &&Step| {
            run(step.plan.clone(), self.inner.reads_files, &[], host).is_err_and(|failure| !failure.cancelled)
        };
        let at_fault = steps.iter().find(fails);
        let place = at_fault.unwrap_or(last).place.clone();
        Failure { place: Some(place), ..failure }
    }

    /// Whether a step asks for something that the types do not allow: Polars finds out only when it runs, so it is
    /// tried on a frame of the same columns without rows, and the line at fault is the one that is told.
    pub(super) fn allows(&self, step: impl FnOnce(LazyFrame) -> LazyFrame) -> Result<()> {
        match step(DataFrame::empty_with_schema(&self.inner.schema).lazy()).collect() {
            // Without rows lengths mean nothing.
            Ok(_) | Err(PolarsError::ShapeMismatch(_)) => Ok(()),
            Err(error) => Err(failure(error, &self.names())),
        }
    }

    /// Runs the plan, unless it has run before. The work goes on a thread of its own, so that an interrupt
    /// leaves it behind at once; Polars then runs it to its end unseen.
    pub fn data(&self, host: &dyn Host) -> Result<Data> {
        if let Some(data) = self.inner.memo.get() {
            return Ok(data.clone());
        }
        let computed = run(self.inner.plan.clone(), self.inner.reads_files, &self.names(), host)
            .map_err(|failure| self.blamed(failure, host))?;
        Ok(self.inner.memo.get_or_init(|| computed).clone())
    }

    /// What is known about it, with the rows counted that a declaration left out.
    pub fn notes(&self, host: &dyn Host) -> Result<Vec<String>> {
        let mut notes = self.about.inherited.clone();
        notes.extend(self.about.notes.iter().cloned());
        if let Some(left_out) = &self.about.left_out {
            notes.extend(left_out.sentence(None, host)?);
        }
        Ok(notes)
    }

    /// The number of rows.
    pub fn height(&self, host: &dyn Host) -> Result<usize> {
        if let Some(data) = self.inner.memo.get() {
            return Ok(data.height());
        }
        // Counting needs no column; Parquet answers it from its footer.
        let counted = run(self.inner.plan.clone().select([len().alias("rows")]), self.reads_files(), &[], host)
            .map_err(|failure| self.blamed(failure, host))?;
        let rows = counted.integers("rows")?.first().copied().flatten().unwrap_or_default();
        Ok(usize::try_from(rows).unwrap_or_default())
    }

    /// Rows for which a condition holds.
    pub fn filter(&self, condition: &Expression) -> Result<Frame> {
        let answer = self.plan().select([condition.0.clone().alias("condition")]).collect_schema();
        match answer.ok().and_then(|schema| schema.get("condition").cloned()) {
            Some(DataType::Boolean) | None => {}
            Some(other) => {
                return Err(Failure::new(format!("the condition answers {}, but a flag is wanted", type_word(&other)))
                    .help("compare something: `col(\"amount\") > 10`"));
            }
        }
        self.allows(|plan| plan.filter(condition.0.clone()))?;
        self.extend(|plan| plan.filter(condition.0.clone()))
    }

    /// These columns and no others.
    pub fn select(&self, columns: &[Expression]) -> Result<Frame> {
        self.allows(|plan| plan.select(exprs(columns)))?;
        self.extend(|plan| plan.select(exprs(columns)))
    }

    /// Further columns, or columns of the same name replaced.
    pub fn with_columns(&self, columns: &[Expression]) -> Result<Frame> {
        self.allows(|plan| plan.with_columns(exprs(columns)))?;
        self.extend(|plan| plan.with_columns(exprs(columns)))
    }

    /// The rows of two frames side by side where keys agree.
    pub fn join(&self, other: &Frame, left: &[Expression], right: &[Expression], kind: JoinKind) -> Result<Frame> {
        let how = match kind {
            JoinKind::Inner => JoinType::Inner,
            JoinKind::Left => JoinType::Left,
            JoinKind::Full => JoinType::Full,
            JoinKind::Semi => JoinType::Semi,
            JoinKind::Anti => JoinType::Anti,
            JoinKind::Cross => JoinType::Cross,
        };
        let mut arguments = JoinArgs::new(how);
        arguments.maintain_order = MaintainOrderJoin::LeftRight;
        if kind == JoinKind::Full {
            arguments.coalesce = JoinCoalesce::CoalesceColumns;
        }
        self.same_types(other, left, right)?;
        let mut names = self.names();
        names.extend(other.names());
        let plan = self.plan().join(other.plan(), exprs(left), exprs(right), arguments);
        let frame = Frame::new(plan, self.reads_files() || other.reads_files(), &names)?.after(&[self, other]);
        let columns = self.about.columns.iter().chain(&other.about.columns);
        let columns = columns.filter(|column| frame.inner.schema.contains(&column.name)).cloned().collect();
        Ok(frame.with_about(About { columns, ..About::default() }))
    }

    /// Whether the keys of a join can be equal at all.
    fn same_types(&self, other: &Frame, left: &[Expression], right: &[Expression]) -> Result<()> {
        for (left, right) in left.iter().zip(right) {
            let (Some(left), Some(right)) = (left.name(), right.name()) else { continue };
            let (Some(own), Some(others)) = (self.dtype(&left), other.dtype(&right)) else { continue };
            let both = |holds: fn(&DataType) -> bool| holds(&own) && holds(&others);
            if type_word(&own) != type_word(&others)
                && !both(DataType::is_primitive_numeric)
                && !both(DataType::is_temporal)
            {
                return Err(Failure::new(format!(
                    "the keys differ in type: `{left}` is {} on the left, `{right}` is {} on the right",
                    type_word(&own),
                    type_word(&others)
                ))
                .help(format!(
                    "make both of one type first: `.with_columns(col(\"{right}\").cast(\"{}\"))`",
                    type_word(&own)
                )));
            }
        }
        Ok(())
    }

    /// Sorted; rows that compare equal keep their order, missing values come last.
    pub fn sort(&self, by: &[SortBy]) -> Result<Frame> {
        let keys: Vec<Expr> = by.iter().map(|one| one.key.0.clone()).collect();
        let options = SortMultipleOptions::default()
            .with_order_descending_multi(by.iter().map(|one| one.descending))
            .with_nulls_last(true)
            .with_maintain_order(true);
        self.allows(|plan| plan.sort_by_exprs(keys.clone(), options.clone()))?;
        self.extend(|plan| plan.sort_by_exprs(keys, options))
    }

    /// The first rows.
    pub fn head(&self, rows: u32) -> Result<Frame> {
        self.extend(|plan| plan.limit(rows))
    }

    /// The last rows.
    pub fn tail(&self, rows: u32) -> Result<Frame> {
        self.extend(|plan| plan.tail(rows))
    }

    /// Each different row once, or one row for each different value of the named columns; the first is kept.
    pub fn unique(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        let subset = (!columns.is_empty()).then(|| by_name(columns, true));
        self.extend(|plan| plan.unique_stable(subset, UniqueKeepStrategy::First))
    }

    /// Columns under other names.
    pub fn rename(&self, names: &[(String, String)]) -> Result<Frame> {
        for (old, _) in names {
            self.need(old)?;
        }
        for (old, new) in names {
            let is_kept = !names.iter().any(|(renamed, _)| renamed == new);
            if old != new && is_kept && self.inner.schema.contains(new) {
                return Err(Failure::new(format!(
                    "`{old}` cannot be called `{new}`: there is a column `{new}` already"
                ))
                .help(format!("choose another name, or leave that column out first: `.drop(\"{new}\")`")));
            }
        }
        let old = names.iter().map(|(old, _)| old);
        let new = names.iter().map(|(_, new)| new);
        self.extend(|plan| plan.rename(old, new, true))
    }

    /// Without these columns.
    pub fn drop_columns(&self, columns: &[String]) -> Result<Frame> {
        for name in columns {
            self.need(name)?;
        }
        self.extend(|plan| plan.drop(by_name(columns, true)))
    }

    /// Count, missing values, mean, spread and quantiles of every column.
    pub fn describe(&self, host: &dyn Host) -> Result<Frame> {
        let data = self.data(host)?;
        let statistics: [(&str, Statistic); 9] = [
            ("count", |e| e.count()),
            ("missing", |e| e.null_count()),
            ("mean", |e| e.mean()),
            ("std", |e| e.std(1)),
            ("min", |e| e.min()),
            ("25%", |e| e.quantile(lit(0.25), QuantileMethod::Linear)),
            ("50%", |e| e.quantile(lit(0.5), QuantileMethod::Linear)),
            ("75%", |e| e.quantile(lit(0.75), QuantileMethod::Linear)),
            ("max", |e| e.max()),
        ];
        let label = Cell::Text;
        let mut columns = vec![(
            "statistic".to_owned(),
            statistics.iter().map(|(name, _)| label((*name).to_owned())).collect::<Vec<_>>(),
        )];
        for (name, kind) in self.inner.schema.iter() {
            let numeric = kind.is_primitive_numeric() || kind.is_decimal();
            let values = if kind.is_decimal() { col(name.clone()).cast(DataType::Float64) } else { col(name.clone()) };
            let ordered = numeric || kind.is_temporal() || matches!(kind, DataType::String);
            let mut cells = Vec::new();
            for (statistic, compute) in statistics {
                let fits = match statistic {
                    "count" | "missing" => true,
                    "min" | "max" => ordered,
                    _ => numeric,
                };
                cells.push(if fits {
                    let plan = data.0.clone().lazy().select([compute(values.clone()).alias("value")]);
                    run(plan, false, &[], host)?.cell("value", 0)?
                } else {
                    Cell::Missing
                });
            }
            // Numbers stay numbers; for other types each cell is text, as counts and dates do not share a column.
            if !numeric {
                cells = cells
                    .into_iter()
                    .map(|cell| if cell == Cell::Missing { cell } else { label(cell.plain()) })
                    .collect();
            } else {
                cells = cells
                    .into_iter()
                    .map(|cell| if let Cell::Integer(whole) = cell { Cell::Number(whole as f64) } else { cell })
                    .collect();
            }
            columns.push((name.to_string(), cells));
        }
        Frame::from_cells(&columns)
    }
}

/// A summary of a column.
type Statistic = fn(Expr) -> Expr;

/// Rows that a declaration left out of a frame whose data had not been read yet: counted when it is.
pub struct LeftOut {
    before: Frame,
    after: Frame,
    what: String,
    told: OnceLock<Option<String>>,
}

impl std::fmt::Debug for LeftOut {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "LeftOut({})", self.what)
    }
}

impl LeftOut {
    pub(crate) fn new(before: Frame, after: Frame, what: String) -> LeftOut {
        LeftOut { before, after, what, told: OnceLock::new() }
    }

    /// The frame with the rows that were left out of this one; none if this is another frame, such as one filtered since.
    pub(crate) fn before(&self, frame: &Frame) -> Option<&Frame> {
        Arc::ptr_eq(&self.after.inner, &frame.inner).then_some(&self.before)
    }

    /// The sentence about it, if any row was left out. `used` is the number of rows that were kept, where it is known.
    pub(crate) fn sentence(&self, used: Option<usize>, host: &dyn Host) -> Result<Option<String>> {
        if let Some(told) = self.told.get() {
            return Ok(told.clone());
        }
        let before = self.before.height(host)?;
        let after = used.map_or_else(|| self.after.height(host), Ok)?;
        let sentence = (after < before).then(|| {
            format!("{} of {} rows were left out: {}", thousands(before - after), thousands(before), self.what)
        });
        Ok(self.told.get_or_init(|| sentence).clone())
    }
}

fn exprs(expressions: &[Expression]) -> Vec<Expr> {
    expressions.iter().map(|expression| expression.0.clone()).collect()
}

fn by_name(columns: &[String], strict: bool) -> Selector {
    Selector::ByName { names: columns.iter().map(|name| name.as_str().into()).collect(), strict }
}

/// Runs a plan on a thread of its own and waits for it, or for the interrupt.
pub(crate) fn run(plan: LazyFrame, reads_files: bool, known: &[String], host: &dyn Host) -> Result<Data> {
    if host.is_cancelled() {
        return Err(Failure::interrupted());
    }
    let engine = if reads_files { Engine::Streaming } else { Engine::InMemory };
    let (answer, arrives) = channel();
    std::thread::spawn(move || {
        let worked =
            catch_unwind(AssertUnwindSafe(|| plan.collect_with_engine(engine).map(|result| result.unwrap_single())));
        // Nobody listens any more after an interrupt, and that is as it should be.
        let _ = answer.send(worked);
    });
    loop {
        match arrives.recv_timeout(LOOK_EVERY) {
            Ok(Ok(result)) => return result.map(Data).map_err(|error| failure(error, known)),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new("the table engine broke off while working on this frame")
                    .help("this is a fault of Regulars: tell us the script that led to it"));
            }
            Err(RecvTimeoutError::Timeout) if host.is_cancelled() => return Err(Failure::interrupted()),
            Err(RecvTimeoutError::Timeout) => host.progress(0, 0, "computing"),
        }
    }
}
