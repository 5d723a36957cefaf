//! Which source gives which field of a customer: the rules of survivorship.

use std::collections::{BTreeMap, HashMap};

use regulars_plugin::{Context, Failure, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sources::Source;
use crate::table::{Cell, Frame, FrameBuilder};

/// Which of several values of a field is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// That of the row that was written last.
    #[default]
    Latest,
    /// That of the row with most fields filled in.
    MostComplete,
    /// That of the first source in `trusted` that has one.
    Trusted,
}

impl Rule {
    fn word(self) -> &'static str {
        match self {
            Rule::Latest => "latest",
            Rule::MostComplete => "most_complete",
            Rule::Trusted => "trusted",
        }
    }
}

/// What is asked of the fields.
pub(super) struct Ask<'a> {
    pub(super) rule: Rule,
    pub(super) rules: &'a BTreeMap<String, Rule>,
    pub(super) trusted: &'a [String],
    pub(super) updated: &'a str,
    /// Names that a field cannot have, because the view has them.
    pub(super) taken: &'a [String],
}

/// A row of a source: whose it is, and what decides over its fields.
struct Row {
    source: usize,
    row: usize,
    updated: Option<chrono::NaiveDate>,
    filled: usize,
}

/// The fields of the customers.
pub(super) struct Fields {
    /// Name, and the value of each customer.
    pub(super) columns: Vec<(String, Vec<Cell>)>,
    /// Customer, field, source, value, rule, and how many other values there were.
    given: Vec<(usize, usize, usize, Rule, usize)>,
    pub(super) renamed: Vec<String>,
}

/// Chooses the fields of each customer. `customers` are the keys in the order of the view.
pub(super) fn choose(
    ask: &Ask<'_>,
    sources: &[&Source],
    customers: &[String],
    context: &Context<'_>,
) -> Result<Fields> {
    let places: HashMap<&str, usize> =
        customers.iter().enumerate().map(|(place, customer)| (customer.as_str(), place)).collect();
    let mut names: Vec<String> = Vec::new();
    for name in sources.iter().flat_map(|source| source.frame.names()) {
        if name != "customer" && name != ask.updated && !names.contains(&name) {
            names.push(name);
        }
    }
    if let Some(field) = ask.rules.keys().find(|field| !names.contains(field)) {
        return Err(Failure::new(format!("`rules` names `{field}`, which is no field of the customers"))
            .near(field, names.iter().map(String::as_str)));
    }
    // The values of each field in each source, and the rows of each customer.
    let mut values: Vec<Vec<Vec<Cell>>> = Vec::new();
    let mut rows: Vec<Vec<Row>> = customers.iter().map(|_| Vec::new()).collect();
    for (place, source) in sources.iter().enumerate() {
        context.check()?;
        let data = source.frame.data(context.host())?;
        let cells: Vec<Vec<Cell>> = names
            .iter()
            .map(|name| if data.names().contains(&name.as_str()) { data.cells(name) } else { Ok(Vec::new()) })
            .collect::<Result<_>>()?;
        let updated = if data.names().contains(&ask.updated) {
            data.dates(ask.updated).map_err(|failure| failure.within("updated"))?
        } else {
            vec![None; data.height()]
        };
        for (row, customer) in data.words("customer")?.into_iter().enumerate() {
            let Some(at) = customer.and_then(|customer| places.get(customer.as_str()).copied()) else { continue };
            let filled = cells.iter().filter(|cells| says(cells.get(row))).count();
            rows[at].push(Row { source: place, row, updated: updated[row], filled });
        }
        values.push(cells);
    }
    let trust: Vec<usize> = sources
        .iter()
        .map(|source| ask.trusted.iter().position(|name| *name == source.name).unwrap_or(ask.trusted.len()))
        .collect();
    let mut fields = Fields { columns: Vec::new(), given: Vec::new(), renamed: Vec::new() };
    let mut chosen = vec![vec![Cell::Missing; customers.len()]; names.len()];
    for (customer, rows) in rows.iter_mut().enumerate() {
        if customer % 65_536 == 0 {
            context.check()?;
        }
        // Written last, or further down where that is not known.
        rows.sort_by_key(|row| std::cmp::Reverse((row.updated, row.source, row.row)));
        for (field, name) in names.iter().enumerate() {
            let rule = ask.rules.get(name).copied().unwrap_or(ask.rule);
            let value = |row: &Row| values[row.source][field].get(row.row).filter(|cell| says(Some(cell)));
            let with = || rows.iter().filter(|row| value(row).is_some());
            let best = match rule {
                Rule::Latest => with().next(),
                // The first of equals, which is the latest.
                Rule::MostComplete => with().rev().max_by_key(|row| row.filled),
                Rule::Trusted => with().min_by_key(|row| trust[row.source]),
            };
            let Some((row, cell)) = best.and_then(|row| Some((row, value(row)?))) else { continue };
            let mut others: Vec<String> = with().filter_map(value).map(Cell::plain).collect();
            others.sort();
            others.dedup();
            chosen[field][customer] = cell.clone();
            fields.given.push((customer, field, row.source, rule, others.len() - 1));
        }
    }
    for (name, mut cells) in names.into_iter().zip(chosen) {
        // Two systems may keep numbers and text under one name.
        let first = cells.iter().find(|cell| **cell != Cell::Missing).cloned().unwrap_or(Cell::Missing);
        if cells.iter().any(|cell| !first.goes_with(cell)) {
            cells.iter_mut().filter(|cell| **cell != Cell::Missing).for_each(|cell| *cell = Cell::Text(cell.plain()));
        }
        let free = if ask.taken.contains(&name) { format!("{name}_given") } else { name.clone() };
        if free != name {
            fields.renamed.push(name);
        }
        fields.columns.push((free, cells));
    }
    Ok(fields)
}

/// Whether a value says something.
fn says(cell: Option<&Cell>) -> bool {
    match cell {
        None | Some(Cell::Missing) => false,
        Some(Cell::Text(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

impl Fields {
    /// Which source gave which field.
    pub(super) fn table(&self, customers: &[String], sources: &[&Source]) -> Result<Frame> {
        let all = || self.given.iter();
        let value = |customer: usize, field: usize| self.columns[field].1[customer].plain();
        FrameBuilder::empty()
            .texts("customer", all().map(|(customer, ..)| &customers[*customer]))
            .texts("field", all().map(|(_, field, ..)| &self.columns[*field].0))
            .texts("value", all().map(|(customer, field, ..)| value(*customer, *field)))
            .texts("source", all().map(|(_, _, source, ..)| &sources[*source].name))
            .texts("rule", all().map(|(.., rule, _)| rule.word()))
            .integers("other_values", all().map(|(.., others)| *others as i64))
            .build()
    }

    /// Fields for which another value was passed over.
    pub(super) fn disputed(&self) -> usize {
        self.given.iter().filter(|(.., others)| *others > 0).count()
    }
}
