//! One function of the catalogue: its manual, its call, and what a call will answer.

use std::sync::Arc;

use regulars_plugin::{
    Chart, ColumnManual, Context, Failure, Given, GivenTable, Manual, OptionKind, Output, Result, StandardTable,
};
use serde_json::{Map, Value};

use super::made_of::Inputs;
use super::{Answer, Record, Scripted};
use crate::analytics::BuiltIn;
use crate::plugin::Plugin;
use crate::table::{About, Frame, Mapping, begins_with, columns_of, foresee, ready};

/// A function.
pub struct Entry {
    source: Source,
}

enum Source {
    BuiltIn(Box<BuiltIn>),
    Plugin(Plugin, usize),
    Scripted(Arc<dyn Scripted>, usize),
}

impl Entry {
    pub(super) fn built_in(function: BuiltIn) -> Entry {
        Entry { source: Source::BuiltIn(Box::new(function)) }
    }

    pub(super) fn of_plugin(plugin: &Plugin, index: usize) -> Entry {
        Entry { source: Source::Plugin(plugin.clone(), index) }
    }

    pub(super) fn scripted(plugin: &Arc<dyn Scripted>, index: usize) -> Entry {
        Entry { source: Source::Scripted(Arc::clone(plugin), index) }
    }

    /// Its name. The manual has it as well, but is not read for it: a script that calls two functions needs two manuals.
    pub fn name(&self) -> &str {
        match &self.source {
            Source::BuiltIn(function) => function.name(),
            _ => &self.manual().name,
        }
    }

    /// The standard tables that it works on.
    pub fn tables(&self) -> &[StandardTable] {
        match &self.source {
            Source::BuiltIn(function) => function.tables(),
            _ => &self.manual().tables,
        }
    }

    /// The names of the methods of its models.
    pub fn method_names(&self) -> Vec<&str> {
        match &self.source {
            Source::BuiltIn(function) => function.methods().iter().map(|method| method.name()).collect(),
            _ => self.manual().methods.iter().map(|method| method.name.as_str()).collect(),
        }
    }

    /// Its manual.
    pub fn manual(&self) -> &Manual {
        match &self.source {
            Source::BuiltIn(function) => function.manual(),
            Source::Plugin(plugin, index) => &plugin.manuals()[*index],
            Source::Scripted(plugin, index) => &plugin.manuals()[*index],
        }
    }

    /// Where it comes from: `built in`, or the plugin's name and version.
    pub fn origin(&self) -> String {
        match &self.source {
            Source::BuiltIn(_) => "built in".to_owned(),
            Source::Plugin(plugin, _) => format!("plugin {} {}", plugin.name(), plugin.version()),
            Source::Scripted(plugin, _) => {
                format!("plugin {} {}", plugin.name(), plugin.version()).trim_end().to_owned()
            }
        }
    }

    /// Whether a call of it runs cells of the session, which no other thread may do beside it.
    pub fn runs_in_the_session(&self) -> bool {
        matches!(self.source, Source::Scripted(..))
    }

    /// Calls it. The answer carries the meaning of its columns, its notes and its picture.
    pub fn call(&self, given: Given<Frame>, options: &Map<String, Value>, context: &Context<'_>) -> Result<Answer> {
        let manual = self.manual();
        prepare(manual, &given.tables, &given.beside, options, context)?;
        let first = given.tables.first().cloned();
        let inputs = Inputs::of(manual, &given, options);
        let output = match &self.source {
            Source::BuiltIn(function) => function.run(options, given, context),
            Source::Plugin(plugin, index) => plugin.run(*index, None, options, given, context),
            Source::Scripted(plugin, index) => plugin.call(*index, given.tables, options, context),
        };
        let answer = answer(manual, output.map_err(|failure| failure.within(&manual.name))?, first.as_ref())?;
        Ok(inputs.of_answer(manual, answer))
    }

    /// What a call will answer, without running it: the declared columns without rows, the declared figures without
    /// values. It fails where the call would fail whatever the rows hold; none where the types of the answer depend on
    /// more than the manual says.
    pub fn foresee(&self, given: &Given<Frame>, options: &Map<String, Value>) -> Result<Option<Answer>> {
        foresee_answer(self.manual(), &given.tables, &given.beside, options)
    }

    /// The place and the manual of the method of that name of the models that it answers with.
    pub(super) fn method(&self, name: &str) -> Result<(usize, &Manual)> {
        let manual = self.manual();
        let place = manual.methods.iter().position(|method| method.name == name).ok_or_else(|| {
            let failure = Failure::new(format!("the answer of `{}` has no method `{name}`", manual.name));
            match manual.methods.is_empty() {
                true => failure.help("it is no model: its figures and tables are all there is"),
                false => failure.near(name, manual.methods.iter().map(|method| method.name.as_str())),
            }
        })?;
        Ok((place, &manual.methods[place]))
    }

    /// Runs the method at that place on what is given.
    pub(super) fn ask(
        &self,
        method: usize,
        options: &Map<String, Value>,
        given: Given<Frame>,
        context: &Context<'_>,
    ) -> Result<Output<Frame, Map<String, Value>>> {
        match &self.source {
            Source::BuiltIn(function) => function.methods()[method].run(options, given, context),
            Source::Plugin(plugin, index) => plugin.run(*index, Some(method), options, given, context),
            // Its manual has no methods, so none was found.
            Source::Scripted(..) => Err(Failure::new("the answer of a script has no methods")),
        }
    }
}

/// What is looked at before any call: options that name columns, and tables that must be computed first.
pub(super) fn prepare(
    manual: &Manual,
    tables: &[Frame],
    beside: &[Frame],
    options: &Map<String, Value>,
    context: &Context<'_>,
) -> Result<()> {
    look_at_columns(manual, tables, options)?;
    look_at_tables(manual, beside, options)?;
    for frame in tables.iter().chain(beside).filter(|frame| !frame.reads_files()) {
        // The table is checked where no one can stop it, so what leads to it is computed here, where Ctrl-C can.
        frame.data(context.host()).map_err(|failure| failure.within(&manual.name))?;
    }
    Ok(())
}

/// Checks that the columns which options name are there.
fn look_at_columns(manual: &Manual, tables: &[Frame], options: &Map<String, Value>) -> Result<()> {
    let Some(frame) = tables.first() else { return Ok(()) };
    for option in &manual.options {
        let Some(given) = options.get(&option.name) else { continue };
        let names: Vec<&str> = match (&option.kind, given) {
            (OptionKind::Column, Value::String(name)) => vec![name],
            (OptionKind::List(item), Value::String(name)) if **item == OptionKind::Column => vec![name],
            (OptionKind::List(item), Value::Array(names)) if **item == OptionKind::Column => {
                names.iter().filter_map(Value::as_str).collect()
            }
            _ => continue,
        };
        for name in names {
            frame.need(name).map_err(|failure| failure.within(&option.name).within(&manual.name))?;
        }
    }
    Ok(())
}

/// Checks that the tables which options hold are those that are wanted there.
fn look_at_tables(manual: &Manual, beside: &[Frame], options: &Map<String, Value>) -> Result<()> {
    fn look(kind: &OptionKind, value: &Value, beside: &[Frame]) -> Result<()> {
        match (kind, value) {
            (OptionKind::Table(wanted), _) if *wanted != StandardTable::Frame => {
                let frame = GivenTable::of(value).and_then(|table| beside.get(table.place()));
                frame.map_or(Ok(()), |frame| ready(frame, *wanted).map(|_| ()))
            }
            // One table stands for a list of it.
            (OptionKind::List(item), Value::Object(_)) => look(item, value, beside),
            (OptionKind::List(item), Value::Array(values)) => {
                values.iter().try_for_each(|value| look(item, value, beside))
            }
            (OptionKind::Map(item), Value::Object(values)) => {
                values.values().try_for_each(|value| look(item, value, beside))
            }
            _ => Ok(()),
        }
    }
    manual.options.iter().try_for_each(|option| {
        let Some(value) = options.get(&option.name) else { return Ok(()) };
        look(&option.kind, value, beside).map_err(|failure| failure.within(&option.name).within(&manual.name))
    })
}

/// The columns that an option of the call carries into the answer.
fn carried<'a>(manual: &Manual, options: &'a Map<String, Value>) -> Option<Vec<&'a str>> {
    let given = options.get(manual.carries.as_ref()?)?.as_array()?;
    Some(given.iter().filter_map(Value::as_str).collect())
}

pub(super) fn foresee_answer(
    manual: &Manual,
    tables: &[Frame],
    beside: &[Frame],
    options: &Map<String, Value>,
) -> Result<Option<Answer>> {
    let within = |failure: Failure| failure.within(&manual.name);
    manual.check_options(options).map_err(within)?;
    look_at_columns(manual, tables, options)?;
    look_at_tables(manual, beside, options)?;
    let mut ready = Vec::new();
    for (frame, wanted) in tables.iter().zip(&manual.tables) {
        let is_ready = *wanted == StandardTable::Frame || frame.about().standard == Some(*wanted);
        ready.push(if is_ready {
            frame.clone()
        } else {
            foresee(frame, *wanted, &Mapping::default()).map_err(within)?.frame
        });
    }
    let promised = |columns: &[ColumnManual], chart: &Option<Chart>| {
        let about = About { columns: columns.to_vec(), chart: chart.clone(), ..About::default() };
        Frame::promised(columns, &ready).map(|frame| frame.with_about(about))
    };
    let table = match (manual.keeps_columns, ready.first()) {
        // What comes out of the tables of options may have columns of theirs.
        (true, _) if manual.changes_types || !beside.is_empty() => None,
        (true, Some(first)) => promised(&manual.columns, &manual.chart).map(|added| first.promised_with(&added)),
        _ => promised(&manual.columns, &manual.chart),
    };
    let table = match (table, carried(manual, options), ready.first()) {
        (Some(table), Some(names), Some(first)) if !names.is_empty() => {
            Some(table.promised_with(&first.promised_of(&names)).with_about(table.about().clone()))
        }
        (table, ..) => table,
    };
    if !manual.is_record() {
        return Ok(table.map(Answer::Frame));
    }
    let has_table = manual.has_table();
    let further = manual.further.iter().map(|one| {
        let own = promised(&one.columns, &one.chart)?;
        let table = match ready.first().filter(|_| one.keeps_columns) {
            Some(first) => first.promised_with(&own),
            None if one.keeps_columns => return None,
            None => own,
        };
        Some((one.name.clone(), table))
    });
    let further: Option<Vec<(String, Frame)>> = further.collect();
    let Some(further) = further.filter(|_| !has_table || table.is_some()) else { return Ok(None) };
    Ok(Some(Answer::Record(Box::new(Record {
        function: manual.name.clone(),
        figures: manual.figures.iter().map(|figure| (figure.name.clone(), Value::Null)).collect(),
        meanings: manual.figures.clone(),
        table: table.filter(|_| has_table),
        further,
        model: (!manual.methods.is_empty()).then_some(Value::Null),
        drawing: None,
        notes: Vec::new(),
        chart: manual.chart.clone(),
    }))))
}

/// Looks at what a function answered and gives it the meanings of its manual. `first` is the first table it worked on.
pub(super) fn answer(
    manual: &Manual,
    output: Output<Frame, Map<String, Value>>,
    first: Option<&Frame>,
) -> Result<Answer> {
    let described = |frame: Frame, columns: &[ColumnManual], chart: &Option<Chart>, notes: Vec<String>| {
        columns_of(columns, false, &frame.kinds()).map_err(|failure| failure.within(&manual.name))?;
        let About { standard, chart: own, .. } = frame.about();
        // The words along the axes may hang on the options, and then the function has set them on its table.
        let (standard, chart) = (*standard, own.clone().or_else(|| chart.clone()));
        Ok(frame.with_about(About { standard, columns: columns.to_vec(), notes, chart, ..About::default() }))
    };
    let drawing = output.drawing.map(Arc::new);
    let own_chart = manual.chart.clone().filter(|chart| chart.of.is_none());
    // The columns of the first table keep their meaning beside those that are declared.
    let beside_first = |frame: &Frame, declared: &[ColumnManual], first: &Frame| -> Result<Vec<ColumnManual>> {
        columns_of(declared, true, &frame.kinds()).map_err(|failure| failure.within(&manual.name))?;
        let is_new = |name: &str| declared.iter().any(|column| column.name == name);
        let kept = first.about().columns.iter().filter(|column| !is_new(&column.name));
        Ok(kept.chain(declared).cloned().collect())
    };
    let main = |frame: Frame, notes: Vec<String>| {
        if manual.carries.is_some() {
            begins_with(&manual.columns, &frame.kinds()).map_err(|failure| failure.within(&manual.name))?;
            let columns = manual.columns.clone();
            return Ok(frame.with_about(About { columns, notes, chart: own_chart.clone(), ..About::default() }));
        }
        let Some(first) = first.filter(|_| manual.keeps_columns) else {
            let frame = described(frame, &manual.columns, &own_chart, notes)?;
            let about = About { drawing: drawing.clone(), ..frame.about().clone() };
            return Ok(frame.with_about(about));
        };
        let columns = beside_first(&frame, &manual.columns, first)?;
        let (chart, drawing) = (own_chart.clone(), drawing.clone());
        let about = About { columns, notes, chart, drawing, ..About::default() };
        // Its rows are those of the first table: what was left out on the way to it goes along, so that the last step knows.
        Ok(if manual.is_record() { frame.going_on(first, about) } else { frame.with_about(about) })
    };
    if !manual.is_record() {
        let table = output.table.ok_or_else(|| Failure::new("the function answered nothing").within(&manual.name))?;
        return main(table, output.notes).map(Answer::Frame);
    }
    let mut further = Vec::new();
    for (name, frame) in output.further {
        let declared = manual.further.iter().find(|table| table.name == name).ok_or_else(|| {
            Failure::new(format!("the manual declares no further table `{name}`")).within(&manual.name)
        })?;
        let frame = match first.filter(|_| declared.keeps_columns) {
            Some(first) => {
                let columns = beside_first(&frame, &declared.columns, first)?;
                frame.with_about(About { columns, chart: declared.chart.clone(), ..About::default() })
            }
            // It keeps columns of the tables in the options, which no manual knows.
            None if declared.keeps_columns => {
                begins_with(&declared.columns, &frame.kinds()).map_err(|failure| failure.within(&manual.name))?;
                let columns = declared.columns.clone();
                frame.with_about(About { columns, chart: declared.chart.clone(), ..About::default() })
            }
            None => described(frame, &declared.columns, &declared.chart, Vec::new())?,
        };
        let about = About { aside: declared.aside, ..frame.about().clone() };
        further.push((name, frame.with_about(about)));
    }
    let table = output.table.map(|table| main(table, Vec::new())).transpose()?;
    Ok(Answer::Record(Box::new(Record {
        function: manual.name.clone(),
        figures: output.figures,
        meanings: manual.figures.clone(),
        table,
        further,
        model: output.model,
        drawing,
        notes: output.notes,
        chart: manual.chart.clone(),
    })))
}
