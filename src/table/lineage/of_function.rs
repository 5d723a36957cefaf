//! What a function of the catalogue says of the columns that it answers.

use regulars_plugin::{ColumnKind, ColumnManual};

use super::Lineage;
use super::origin::{How, Origin, Ref};

/// A table that a function worked on.
#[derive(Debug, Clone)]
pub(crate) struct FunctionInput {
    /// What it is called: empty, or the option that holds it.
    pub(crate) label: String,
    /// The columns that the function reads; none, where that is not known.
    pub(crate) reads: Option<Vec<String>>,
    /// Whether all that is in it counts, whatever its columns: a model.
    pub(crate) rows: bool,
}

/// What is known of the columns of an answer.
#[derive(Debug, Clone)]
pub(crate) struct OfFunction {
    /// The columns that the manual declares.
    pub(crate) declared: Vec<ColumnManual>,
    /// What the function does, in a sentence.
    pub(crate) summary: String,
    /// Whether it changes columns that keep their name.
    pub(crate) changes: bool,
    pub(crate) inputs: Vec<FunctionInput>,
    /// How the function put its answer together, as far as it did so with steps of plans.
    pub(crate) raw: Lineage,
}

impl OfFunction {
    pub(super) fn label(&self, place: usize) -> &str {
        self.inputs.get(place).map_or("", |input| input.label.as_str())
    }

    fn declared(&self, name: &str) -> Option<&ColumnManual> {
        self.declared.iter().find(|column| column.name == name)
    }

    /// A column of which the steps of plans tell where it comes from: what it means is said by the manual.
    pub(super) fn exact(&self, name: &str, origin: &Origin) -> Origin {
        match (origin.how, self.declared(name)) {
            (How::Computed, Some(declared)) => Origin { what: declared.meaning.clone(), steps: 1, ..origin.clone() },
            (How::Kept, _) => self.carried(origin.from.clone(), name),
            _ => origin.clone(),
        }
    }

    /// A column that keeps its name.
    fn carried(&self, from: Vec<Ref>, name: &str) -> Origin {
        let how = if self.changes { How::Computed } else { How::Carried };
        let what = self.declared(name).map_or_else(|| self.summary.clone(), |column| column.meaning.clone());
        Origin { how, from, what, steps: 1 }
    }

    /// A column of which only the manual tells: kept by name, or made of what the function reads.
    pub(super) fn made(&self, name: &str, before: &[Lineage], inputs: &[usize]) -> Origin {
        let declared = self.declared(name);
        let is_table = |place: usize| self.inputs.get(place).is_none_or(|input| !input.rows);
        let tables = before.iter().zip(inputs).enumerate().filter(|(place, _)| is_table(*place)).map(|(_, one)| one);
        let holding = tables.filter(|(one, _)| one.names().any(|known| known == name));
        let same: Vec<Ref> = holding.map(|(_, input)| Ref { input: *input, column: Some(name.to_owned()) }).collect();
        if !same.is_empty() && declared.is_none_or(|column| column.holds == ColumnKind::Any) {
            return self.carried(same, name);
        }
        if inputs.is_empty() {
            let what = declared.map_or_else(String::new, |column| column.meaning.clone());
            return Origin { how: How::Unknown, from: Vec::new(), what, steps: 1 };
        }
        let mut from = Vec::new();
        for (place, (one, input)) in before.iter().zip(inputs).enumerate() {
            if self.inputs.get(place).is_some_and(|input| input.rows) {
                from.push(Ref { input: *input, column: None });
                continue;
            }
            let reads = self.inputs.get(place).and_then(|input| input.reads.as_ref());
            let is_read = |name: &&str| reads.is_none_or(|reads| reads.iter().any(|one| one == name));
            from.extend(one.names().filter(is_read).map(|name| Ref { input: *input, column: Some(name.to_owned()) }));
        }
        let what = declared.map_or_else(String::new, |column| column.meaning.clone());
        Origin { how: How::Computed, from, what, steps: 1 }
    }
}
