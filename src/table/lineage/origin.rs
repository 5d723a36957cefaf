//! What a column is made of, and what a step does to the rows.

use std::collections::{BTreeSet, HashMap};

/// A column of one of the tables that a step works on; all of its rows, where no column is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ref {
    /// The place of the table among those that the step works on.
    pub(super) input: usize,
    /// Its name; none for the rows as such, which a count is made of.
    pub(super) column: Option<String>,
}

/// How a column comes out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// As it went in.
    Kept,
    /// As it went in, by a function that says something of it.
    Carried,
    /// Under another name.
    Renamed,
    /// Computed from others.
    Computed,
    /// Nobody knows what of.
    Unknown,
}

/// What a column is made of.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) how: How,
    pub(super) from: Vec<Ref>,
    /// The expression, or what else is to be said of it.
    pub(super) what: String,
    /// Steps of plans that made it, one after the other.
    pub(super) steps: usize,
}

/// What a step does to the rows, whatever the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OnRows {
    pub(super) does: &'static str,
    pub(super) from: Vec<Ref>,
    pub(super) what: String,
}

/// What a step makes its columns of, and what it does to the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Edges {
    pub(super) columns: HashMap<String, Origin>,
    pub(super) rows: Vec<OnRows>,
}

/// What is told of a step that chooses rows.
pub(super) const CHOSE: &str = "chose rows";
pub(super) const ORDERED: &str = "ordered rows";
pub(super) const GROUPED: &str = "grouped rows";
pub(super) const JOINED: &str = "joined rows";
pub(super) const STACKED: &str = "stacked rows";

impl Origin {
    pub(super) fn kept(input: usize, name: &str) -> Origin {
        let from = vec![Ref { input, column: Some(name.to_owned()) }];
        Origin { how: How::Kept, from, what: String::new(), steps: 0 }
    }

    pub(super) fn unknown() -> Origin {
        Origin { how: How::Unknown, from: Vec::new(), what: String::new(), steps: 0 }
    }

    pub(super) fn computed(from: Vec<Ref>, what: String) -> Origin {
        Origin { how: How::Computed, from, what, steps: 1 }
    }
}

impl Edges {
    /// Columns as they are.
    pub(super) fn identity<'a>(input: usize, names: impl Iterator<Item = &'a str>) -> Edges {
        let columns = names.map(|name| (name.to_owned(), Origin::kept(input, name))).collect();
        Edges { columns, rows: Vec::new() }
    }

    /// What is made by a step of what steps before it made.
    pub(super) fn over(&self, before: &[Edges]) -> Edges {
        let columns = self.columns.iter().map(|(name, own)| (name.clone(), own.over(before))).collect();
        let mut rows: Vec<OnRows> = Vec::new();
        for one in before.iter().flat_map(|edges| &edges.rows) {
            if !rows.contains(one) {
                rows.push(one.clone());
            }
        }
        rows.extend(self.rows.iter().map(|one| OnRows { from: through(&one.from, before), ..one.clone() }));
        Edges { columns, rows }
    }
}

impl Origin {
    fn over(&self, before: &[Edges]) -> Origin {
        let earlier: Vec<&Origin> = self.from.iter().filter_map(|one| origin_of(one, before)).collect();
        if let (How::Kept, [only]) = (self.how, earlier.as_slice()) {
            return (*only).clone();
        }
        let is_unknown = self.how == How::Unknown || earlier.iter().any(|one| one.how == How::Unknown);
        let how = match (self.how, earlier.as_slice()) {
            _ if is_unknown => How::Unknown,
            (How::Renamed, [only]) if only.how == How::Computed => How::Computed,
            (how, _) => how,
        };
        let made = earlier.iter().map(|one| one.steps).max().unwrap_or(0);
        let what = match (self.how, earlier.as_slice()) {
            (How::Renamed, [only]) => only.what.clone(),
            _ => self.what.clone(),
        };
        Origin { how, from: through(&self.from, before), what, steps: self.steps + made }
    }
}

fn origin_of<'a>(one: &Ref, before: &'a [Edges]) -> Option<&'a Origin> {
    before.get(one.input)?.columns.get(one.column.as_ref()?)
}

/// The columns that others were made of, in place of these.
fn through(from: &[Ref], before: &[Edges]) -> Vec<Ref> {
    let mut found: Vec<Ref> = Vec::new();
    let mut add = |one: Ref| {
        if !found.contains(&one) {
            found.push(one);
        }
    };
    for one in from {
        match (&one.column, origin_of(one, before)) {
            (_, Some(origin)) => origin.from.iter().cloned().for_each(&mut add),
            // The rows of a table made of others are theirs.
            (None, _) => {
                let inputs = before.get(one.input).into_iter().flat_map(|edges| edges.columns.values());
                let inputs: BTreeSet<usize> =
                    inputs.flat_map(|origin| origin.from.iter().map(|one| one.input)).collect();
                inputs.into_iter().for_each(|input| add(Ref { input, column: None }));
            }
            (Some(_), None) => {}
        }
    }
    found
}
