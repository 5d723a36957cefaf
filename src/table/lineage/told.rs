//! The steps of a column in words, oldest first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use regulars_plugin::Place;

use super::group::Group;
use super::origin::{GROUPED, How, JOINED, OnRows, Origin, Ref, STACKED};
use super::past::Past;
use super::way::Way;
use super::wording::shortened;
use super::{Lineage, Made};
use crate::table::thousands;

/// Columns that a step is told to come from by name.
const MOST_NAMES: usize = 8;

/// What a step does to a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::table) enum Does {
    /// It begins here.
    Source,
    /// A function keeps it as it is.
    Kept,
    /// It gets another name.
    Renamed,
    /// It is computed.
    Computed,
    /// Its rows are chosen, ordered, grouped or joined.
    Rows(&'static str),
    /// So many further steps are not told.
    LeftOut(usize),
}

impl Does {
    pub(super) fn word(self) -> &'static str {
        match self {
            Does::Source => "source",
            Does::Kept => "kept",
            Does::Renamed => "renamed",
            Does::Computed => "computed",
            Does::Rows(word) => word,
            Does::LeftOut(_) => "…",
        }
    }
}

/// One step of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::table) struct Told {
    pub(crate) does: Does,
    pub(crate) word: String,
    /// What the column is called from here on.
    pub(crate) name: Option<String>,
    pub(crate) from: String,
    pub(crate) what: String,
    pub(crate) place: Option<String>,
    /// The table that a source is.
    pub(crate) source: Option<Arc<str>>,
}

impl Told {
    pub(super) fn left_out(steps: usize) -> Told {
        let what = format!("{} further steps, not told one by one", thousands(steps));
        Told {
            does: Does::LeftOut(steps),
            word: "…".to_owned(),
            name: None,
            from: String::new(),
            what,
            place: None,
            source: None,
        }
    }
}

/// A place of a script in a few letters.
pub(super) fn place_in_words(place: &Place) -> String {
    match &place.source {
        Some(source) => format!("{source}:{}", place.line),
        None => format!("line {}", place.line),
    }
}

/// The calls that a frame was made by, each after those whose answers it worked on.
pub(super) struct Walk {
    calls: Vec<(Lineage, Arc<Group>)>,
    places: HashMap<*const (), usize>,
}

impl Walk {
    pub(super) fn of(top: &Lineage) -> Walk {
        let mut walk = Walk { calls: Vec::new(), places: HashMap::new() };
        walk.add(top);
        walk
    }

    fn add(&mut self, one: &Lineage) {
        if self.places.contains_key(&one.id()) {
            return;
        }
        let group = one.group();
        for (input, _) in &group.inputs {
            self.add(input);
        }
        self.places.insert(one.id(), self.calls.len());
        self.calls.push((one.clone(), group));
    }

    /// The steps of a column, oldest first; of the rows as such, where no column is meant.
    pub(super) fn steps_of(&self, column: Option<String>) -> Vec<Told> {
        let mut wanted: Vec<Vec<Option<String>>> = vec![Vec::new(); self.calls.len()];
        let Some(last) = wanted.last_mut() else { return Vec::new() };
        last.push(column);
        for at in (0..self.calls.len()).rev() {
            let group = &self.calls[at].1;
            let mut further: Vec<Ref> = Vec::new();
            for column in &wanted[at] {
                match column.as_ref().map(|name| group.edges.columns.get(name)) {
                    Some(origin) => further.extend(origin.into_iter().flat_map(|origin| origin.from.iter().cloned())),
                    None => further.extend((0..group.inputs.len()).map(|input| Ref { input, column: None })),
                }
            }
            for one in further {
                let Some(input) = group.inputs.get(one.input).and_then(|(input, _)| self.places.get(&input.id()))
                else {
                    continue;
                };
                if !wanted[*input].contains(&one.column) {
                    wanted[*input].push(one.column);
                }
            }
        }
        let mut told: Vec<Told> = Vec::new();
        let mut seen: HashSet<(usize, Option<String>)> = HashSet::new();
        for (at, columns) in wanted.iter().enumerate().filter(|(_, columns)| !columns.is_empty()) {
            let (lineage, group) = &self.calls[at];
            if let Made::Past(past) = &lineage.0.made {
                told.extend(behind(past, columns));
                continue;
            }
            let rows = group.edges.rows.iter().filter(|_| !group.inputs.is_empty());
            let (first, last): (Vec<&OnRows>, Vec<&OnRows>) =
                rows.partition(|one| [GROUPED, JOINED, STACKED].contains(&one.does));
            told.extend(first.into_iter().map(|one| self.on_rows(lineage, group, one)));
            for column in columns {
                if seen.insert((at, column.clone())) {
                    told.extend(self.own(lineage, group, column.as_deref()));
                }
            }
            told.extend(last.into_iter().map(|one| self.on_rows(lineage, group, one)));
        }
        told
    }

    fn step(&self, lineage: &Lineage, does: Does) -> Told {
        let call = Group::call(lineage);
        Told {
            does,
            word: call.map_or_else(String::new, |call| call.word.clone()),
            name: None,
            from: String::new(),
            what: String::new(),
            place: call.and_then(|call| call.place.as_ref()).map(place_in_words),
            source: None,
        }
    }

    /// What a call does to one of its columns, if anything.
    fn own(&self, lineage: &Lineage, group: &Group, column: Option<&str>) -> Option<Told> {
        let name = column.map(str::to_owned);
        let origin = column.and_then(|name| group.edges.columns.get(name));
        let is_source = match (column, origin) {
            (Some(_), Some(origin)) => origin.how == How::Unknown,
            (Some(_), None) => true,
            (None, _) => group.inputs.is_empty(),
        };
        if is_source {
            let source = source_name(lineage);
            let from = format!("{source}: {}", column.unwrap_or("its rows"));
            let written = Group::call(lineage).map(|call| shortened(call.written())).unwrap_or_default();
            let meaning = origin.map(|origin| origin.what.clone()).filter(|meaning| !meaning.is_empty());
            let what = meaning.unwrap_or(written);
            return Some(Told { name, from, what, source: Some(source), ..self.step(lineage, Does::Source) });
        }
        let origin = origin?;
        let is_same = |one: &Ref| one.column.as_deref() == column;
        let does = match origin.how {
            How::Kept if origin.from.iter().all(is_same) => return None,
            How::Carried => Does::Kept,
            How::Kept | How::Renamed => Does::Renamed,
            How::Computed | How::Unknown => Does::Computed,
        };
        let what = self.what(lineage, origin);
        Some(Told { name, from: self.named(group, &origin.from), what, ..self.step(lineage, does) })
    }

    /// The expression where one says it all; otherwise the call.
    fn what(&self, lineage: &Lineage, origin: &Origin) -> String {
        let is_query = Group::call(lineage).is_some_and(|call| call.word == "sql");
        if origin.steps <= 1 && !origin.what.is_empty() && !is_query {
            return origin.what.clone();
        }
        match Group::call(lineage) {
            Some(call) => shortened(call.written()),
            None => origin.what.clone(),
        }
    }

    fn on_rows(&self, lineage: &Lineage, group: &Group, one: &OnRows) -> Told {
        Told { from: self.named(group, &one.from), what: one.what.clone(), ..self.step(lineage, Does::Rows(one.does)) }
    }

    /// The columns that a step works on, with their tables where there are several.
    fn named(&self, group: &Group, from: &[Ref]) -> String {
        let tables: Vec<String> = match group.inputs.len() {
            0 | 1 => Vec::new(),
            _ => group.inputs.iter().map(|(input, label)| self.table(input, label)).collect(),
        };
        let table = |input: usize| {
            let table = tables.get(input)?;
            let is_other = tables.iter().filter(|other| *other == table).count() == 1;
            let label = group.inputs.get(input).map_or("", |(_, label)| label.as_str());
            Some(if is_other || label.is_empty() { table.as_str() } else { label })
        };
        let shown = from.iter().take(MOST_NAMES).map(|one| {
            let column = one.column.as_deref().unwrap_or("rows");
            match table(one.input) {
                Some(table) => format!("{column} ({table})"),
                None => column.to_owned(),
            }
        });
        let mut text = shown.collect::<Vec<_>>().join(", ");
        if from.len() > MOST_NAMES {
            text.push_str(&format!(" and {} more", from.len() - MOST_NAMES));
        }
        text
    }

    /// A table by the option that holds it, by the only source that it has, or by its place.
    fn table(&self, input: &Lineage, label: &str) -> String {
        if !matches!(label, "" | "left" | "right") && !label.starts_with("table ") {
            return label.to_owned();
        }
        let mut sources: Vec<Arc<str>> = Vec::new();
        let mut open = vec![input.clone()];
        let mut seen = HashSet::new();
        while let Some(one) = open.pop() {
            if !seen.insert(one.id()) {
                continue;
            }
            let group = one.group();
            if group.inputs.is_empty() {
                sources.push(source_name(&one));
            }
            open.extend(group.inputs.iter().map(|(input, _)| input.clone()));
            if sources.len() > 1 {
                break;
            }
        }
        match (sources.as_slice(), label) {
            ([only], _) => only.to_string(),
            (_, "") => "made".to_owned(),
            _ => label.to_owned(),
        }
    }
}

/// The steps behind some columns: those that several share once, and how many more there were.
fn behind(past: &Past, columns: &[Option<String>]) -> Vec<Told> {
    let (mut told, mut left_out): (Vec<Told>, usize) = (Vec::new(), 0);
    for column in columns {
        let known = told.len();
        for step in past.steps_of(column) {
            match step.does {
                Does::LeftOut(steps) => left_out = left_out.max(steps),
                _ if told[..known].contains(step) => {}
                _ => told.push(step.clone()),
            }
        }
    }
    told.extend((left_out > 0).then(|| Told::left_out(left_out)));
    told
}

/// What a source is called: the name of a file, or the call that made it.
fn source_name(lineage: &Lineage) -> Arc<str> {
    let inner = lineage.0.before.first().filter(|_| matches!(lineage.0.made, Made::Call(_))).unwrap_or(lineage);
    match (&inner.0.made, Group::call(lineage)) {
        (Made::Source(name), _) => Arc::clone(name),
        // What a frame was written with is told beside it.
        (_, Some(call)) if call.word == "frame" => "frame(#{…})".into(),
        (_, Some(call)) => shortened(call.written()).into(),
        (Made::Past(_), None) => "earlier steps".into(),
        _ => "made in memory".into(),
    }
}

impl Lineage {
    /// The steps of columns, oldest first.
    pub(in crate::table) fn told(&self, columns: &[String]) -> Vec<(String, Vec<Told>)> {
        let walk = Walk::of(self);
        columns.iter().map(|name| (name.clone(), walk.steps_of(Some(name.clone())))).collect()
    }

    /// The ways of columns in a few words.
    pub(in crate::table) fn ways(&self, columns: &[String]) -> Vec<Way> {
        self.told(columns).iter().map(|(_, steps)| Way::of(steps)).collect()
    }
}
