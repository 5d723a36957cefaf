//! Which source gives which field of a customer: the rules of survivorship.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use regulars_plugin::{Context, Failure, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sources::Source;
use crate::table::{Cell, Data, Frame, FrameBuilder};

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
    customer: u32,
    source: u32,
    row: u32,
    updated: Option<chrono::NaiveDate>,
    /// Fields that are filled in; counted only where a rule asks for it.
    filled: u32,
}

/// The fields of the customers.
pub(super) struct Fields {
    pub(super) names: Vec<String>,
    /// A column for each of them, a row for each customer.
    pub(super) values: Data,
    /// Of each field its rule and, by customer, what gave it.
    given: Vec<(Rule, Vec<Option<Given>>)>,
    pub(super) renamed: Vec<String>,
}

/// Where a value came from.
#[derive(Clone, Copy)]
struct Given {
    source: u32,
    /// Different values that were passed over.
    others: u32,
}

/// Chooses the fields of each customer. `customers` are the keys in the order of the view.
///
/// Field by field: of a million customers only the values of one field are at hand one by one.
pub(super) fn choose(
    ask: &Ask<'_>,
    sources: &[&Source],
    customers: &[String],
    context: &Context<'_>,
) -> Result<Fields> {
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
    let data = sources.iter().map(|source| source.frame.data(context.host())).collect::<Result<Vec<Data>>>()?;
    let rows = rows_of(ask, &names, &data, customers, context)?;
    let trust: Vec<usize> = sources
        .iter()
        .map(|source| ask.trusted.iter().position(|name| *name == source.name).unwrap_or(ask.trusted.len()))
        .collect();
    let (mut free, mut renamed, mut all_given, mut columns) =
        (Vec::new(), Vec::new(), Vec::new(), FrameBuilder::empty());
    for name in names {
        let rule = ask.rules.get(&name).copied().unwrap_or(ask.rule);
        let mut values = data.iter().map(|data| values_of(data, &name)).collect::<Result<Vec<_>>>()?;
        let mut cells = vec![Cell::Missing; customers.len()];
        let mut given = vec![None; customers.len()];
        for (turn, rows) in rows.chunk_by(|one, next| one.customer == next.customer).enumerate() {
            if turn % 65_536 == 0 {
                context.check()?;
            }
            let value = |row: &Row| values[row.source as usize].get(row.row as usize).filter(|cell| says(cell));
            let with = || rows.iter().filter(|row| value(row).is_some());
            let best = match rule {
                Rule::Latest => with().next(),
                // The first of equals, which is the latest.
                Rule::MostComplete => with().rev().max_by_key(|row| row.filled),
                Rule::Trusted => with().min_by_key(|row| trust[row.source as usize]),
            };
            let Some(best) = best else { continue };
            let mut others: Vec<String> = match rows {
                [_] => Vec::new(),
                _ => with().filter_map(value).map(Cell::plain).collect(),
            };
            others.sort();
            others.dedup();
            let others = others.len().saturating_sub(1) as u32;
            given[best.customer as usize] = Some(Given { source: best.source, others });
            // A row is that of one customer, so nobody else asks for its value.
            let value = &mut values[best.source as usize][best.row as usize];
            cells[best.customer as usize] = std::mem::replace(value, Cell::Missing);
        }
        // Two systems may keep numbers and text under one name.
        let first = cells.iter().find(|cell| **cell != Cell::Missing).cloned().unwrap_or(Cell::Missing);
        if cells.iter().any(|cell| !first.goes_with(cell)) {
            cells.iter_mut().filter(|cell| **cell != Cell::Missing).for_each(|cell| *cell = Cell::Text(cell.plain()));
        }
        let called = if ask.taken.contains(&name) { format!("{name}_given") } else { name.clone() };
        if called != name {
            renamed.push(name);
        }
        columns = columns.cells(&called, &cells)?;
        free.push(called);
        all_given.push((rule, given));
    }
    let values = columns.build()?.data(context.host())?;
    Ok(Fields { names: free, values, given: all_given, renamed })
}

/// The rows of all customers, those of one behind each other, the one written last first; or the one further down where that is
/// not known.
fn rows_of(
    ask: &Ask<'_>,
    names: &[String],
    data: &[Data],
    customers: &[String],
    context: &Context<'_>,
) -> Result<Vec<Row>> {
    let places: HashMap<&str, usize> =
        customers.iter().enumerate().map(|(place, customer)| (customer.as_str(), place)).collect();
    let counts_fields = ask.rules.values().chain([&ask.rule]).any(|rule| *rule == Rule::MostComplete);
    let mut rows: Vec<Row> = Vec::new();
    for (source, data) in data.iter().enumerate() {
        context.check()?;
        let mut filled = vec![0; data.height()];
        for name in names.iter().filter(|_| counts_fields) {
            filled.iter_mut().zip(values_of(data, name)?).for_each(|(filled, cell)| *filled += u32::from(says(&cell)));
        }
        let updated = if data.names().contains(&ask.updated) {
            data.dates(ask.updated).map_err(|failure| failure.within("updated"))?
        } else {
            vec![None; data.height()]
        };
        for (row, customer) in data.words("customer")?.into_iter().enumerate() {
            let Some(at) = customer.and_then(|customer| places.get(customer.as_str()).copied()) else { continue };
            rows.push(Row {
                customer: at as u32,
                source: source as u32,
                row: row as u32,
                updated: updated[row],
                filled: filled[row],
            });
        }
    }
    rows.par_sort_unstable_by_key(|row| (row.customer, Reverse((row.updated, row.source, row.row))));
    Ok(rows)
}

/// The values of a field in a source; none where it has no such field.
fn values_of(data: &Data, name: &str) -> Result<Vec<Cell>> {
    if data.names().contains(&name) { data.cells(name) } else { Ok(Vec::new()) }
}

/// Whether a value says something.
fn says(cell: &Cell) -> bool {
    match cell {
        Cell::Missing => false,
        Cell::Text(text) => !text.trim().is_empty(),
        _ => true,
    }
}

impl Fields {
    /// Which source gave which field.
    pub(super) fn table(&self, customers: &[String], sources: &[&Source]) -> Result<Frame> {
        let all = || {
            (0..customers.len()).flat_map(|customer| {
                let of = self.given.iter().enumerate();
                of.filter_map(move |(field, (rule, given))| Some((customer, field, *rule, given[customer]?)))
            })
        };
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let value = |customer: usize, field: usize| {
            self.values.cell(&self.names[field], customer).map_or_else(|_| String::new(), |cell| cell.plain())
        };
        FrameBuilder::empty()
            .chosen("customer", customers, all().map(|(customer, ..)| Some(customer as u32)))?
            .chosen("field", &self.names, all().map(|(_, field, ..)| Some(field as u32)))?
            .texts("value", all().map(|(customer, field, ..)| value(customer, field)))
            .chosen("source", &names, all().map(|(.., given)| Some(given.source)))?
            .texts("rule", all().map(|(_, _, rule, _)| rule.word()))
            .integers("other_values", all().map(|(.., given)| i64::from(given.others)))
            .build()
    }

    /// Fields for which another value was passed over.
    pub(super) fn disputed(&self) -> usize {
        self.given.iter().flat_map(|(_, given)| given.iter().flatten()).filter(|given| given.others > 0).count()
    }
}
