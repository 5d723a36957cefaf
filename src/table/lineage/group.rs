//! What one call of a script comes to: the steps of plans and functions that it consists of, put together.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::*;

use super::edges::edges_of;
use super::origin::{Edges, How, OnRows, Origin, Ref};
use super::{CHOSE, Call, Lineage, Made, Plan, Step};

/// A call with the tables that it worked on.
pub(super) struct Group {
    /// The tables, each with what it is called where it is one of several.
    pub(super) inputs: Vec<(Lineage, String)>,
    pub(super) edges: Edges,
}

impl Lineage {
    pub(super) fn group(&self) -> Arc<Group> {
        Arc::clone(self.0.group.get_or_init(|| Arc::new(Group::of(self))))
    }
}

impl Group {
    fn of(top: &Lineage) -> Group {
        let mut gathered = Gathered { inputs: Vec::new(), known: HashMap::new() };
        let (start, given) = match &top.0.made {
            Made::Call(_) => (top.0.before.first().unwrap_or(top), top.0.before.get(1..).unwrap_or_default()),
            _ => (top, &[][..]),
        };
        let mut edges = Edges::clone(&gathered.edges(start, &[], true));
        if !given.is_empty() && edges.columns.values().any(|origin| origin.how == How::Unknown) {
            let given: Vec<usize> = given
                .iter()
                .enumerate()
                .map(|(place, one)| gathered.input(one, &format!("table {}", place + 1)))
                .collect();
            for (name, origin) in edges.columns.iter_mut().filter(|(_, origin)| origin.how == How::Unknown) {
                *origin = gathered.by_name(&given, name, "");
            }
        }
        Group { inputs: gathered.inputs, edges }
    }

    /// The call that it is, where a script made it.
    pub(super) fn call(of: &Lineage) -> Option<&Call> {
        match &of.0.made {
            Made::Call(call) => Some(call),
            _ => None,
        }
    }
}

struct Gathered {
    inputs: Vec<(Lineage, String)>,
    known: HashMap<*const (), Arc<Edges>>,
}

impl Gathered {
    fn input(&mut self, lineage: &Lineage, label: &str) -> usize {
        if let Some(place) = self.inputs.iter().position(|(known, _)| known.id() == lineage.id()) {
            return place;
        }
        self.inputs.push((lineage.clone(), label.to_owned()));
        self.inputs.len() - 1
    }

    /// A column that has its name from the tables given, otherwise is made of all that they hold.
    fn by_name(&self, given: &[usize], name: &str, what: &str) -> Origin {
        let names = |place: usize| self.inputs.get(place).into_iter().flat_map(|(one, _)| one.names());
        let same = given.iter().filter(|place| names(**place).any(|known| known == name));
        let same: Vec<Ref> = same.map(|place| Ref { input: *place, column: Some(name.to_owned()) }).collect();
        if !same.is_empty() {
            return Origin { how: How::Kept, from: same, what: what.to_owned(), steps: 0 };
        }
        let all = given
            .iter()
            .flat_map(|place| names(*place).map(|name| Ref { input: *place, column: Some(name.to_owned()) }));
        Origin { how: How::Computed, from: all.collect(), what: what.to_owned(), steps: 2 }
    }

    /// What a step makes of the tables that the call worked on. `stops` are tables at which to stop besides those that are told.
    fn edges(&mut self, of: &Lineage, stops: &[Lineage], is_start: bool) -> Arc<Edges> {
        if let Some(known) = self.known.get(&of.id()) {
            return Arc::clone(known);
        }
        let edges = Arc::new(self.step(of, stops, is_start));
        self.known.insert(of.id(), Arc::clone(&edges));
        edges
    }

    fn step(&mut self, of: &Lineage, stops: &[Lineage], is_start: bool) -> Edges {
        let unknown = || Edges {
            columns: of.names().map(|name| (name.to_owned(), Origin::unknown())).collect(),
            rows: Vec::new(),
        };
        if !is_start && (of.is_told() || stops.iter().any(|stop| stop.id() == of.id())) {
            let input = self.input(of, "");
            return Edges::identity(input, of.names());
        }
        let Step { made, before, .. } = &*of.0;
        match made {
            Made::Data | Made::Source(_) | Made::Past(_) => unknown(),
            // A call within a call: only at the top is it taken apart.
            Made::Call(_) => before.first().map_or_else(unknown, |one| Edges::clone(&self.edges(one, stops, true))),
            Made::Rows(what) => {
                let mut edges = before.first().map_or_else(unknown, |one| Edges::clone(&self.edges(one, stops, false)));
                edges.rows.push(OnRows { does: CHOSE, from: Vec::new(), what: (*what).to_owned() });
                edges
            }
            Made::Columns(columns) => {
                let earlier: Vec<Edges> =
                    before.iter().map(|one| Edges::clone(&self.edges(one, stops, false))).collect();
                let mut own = unknown();
                for (name, from) in columns {
                    let refs = from.iter().map(|(input, name)| Ref { input: *input, column: Some(name.clone()) });
                    own.columns.insert(name.clone(), Origin::computed(refs.collect(), String::new()));
                }
                own.over(&earlier)
            }
            Made::Plan(step) => {
                let Plan { plan, leaves, told } = &**step;
                self.labelled(before);
                let earlier: Vec<Edges> =
                    before.iter().map(|one| Edges::clone(&self.edges(one, stops, false))).collect();
                let pointers: Vec<*const DataFrame> = leaves.iter().filter_map(data_of).collect();
                let Some(mut own) = edges_of(plan, &pointers) else { return unknown() };
                if let Some(told) = told {
                    own.rows.iter_mut().for_each(|one| one.what = (*told).to_owned());
                    let from = own
                        .rows
                        .drain(..)
                        .reduce(|one, other| OnRows { from: one.from.into_iter().chain(other.from).collect(), ..one });
                    own.rows.extend(from);
                    let computed = own.columns.values_mut().filter(|one| one.how == How::Computed);
                    computed.for_each(|one| one.what = (*told).to_owned());
                }
                own.over(&earlier)
            }
            Made::Function(function) => {
                let inputs: Vec<usize> =
                    before.iter().enumerate().map(|(place, one)| self.input(one, function.label(place))).collect();
                let raw = Edges::clone(&self.edges(&function.raw, before, false));
                let mut edges = Edges::default();
                for name in of.names() {
                    let exact = raw.columns.get(name).filter(|origin| origin.how != How::Unknown);
                    edges.columns.insert(
                        name.to_owned(),
                        match exact {
                            Some(origin) => function.exact(name, origin),
                            None => function.made(name, before, &inputs),
                        },
                    );
                }
                edges
            }
        }
    }

    /// Names for the tables of a step that works on several.
    fn labelled(&mut self, before: &[Lineage]) {
        if let [left, right] = before {
            for (one, label) in [(left, "left"), (right, "right")] {
                if one.is_told() {
                    self.input(one, label);
                }
            }
        } else if before.len() > 2 {
            for (place, one) in before.iter().enumerate().filter(|(_, one)| one.is_told()) {
                self.input(one, &format!("table {}", place + 1));
            }
        }
    }
}

/// The frame at the leaf of a plan.
fn data_of(leaf: &LazyFrame) -> Option<*const DataFrame> {
    match &leaf.logical_plan {
        DslPlan::DataFrameScan { df, .. } => Some(Arc::as_ptr(df)),
        _ => None,
    }
}
