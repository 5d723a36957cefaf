//! What goes wrong in real files, put in on purpose and written down.

mod cells;
mod rows;

use std::collections::HashSet;

use regulars_plugin::{Context, Failure, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::world::{Purpose, World};
use crate::stats::simulate::Stream;
use crate::table::{Cell, Frame, FrameBuilder, thousands};

/// How dirty customers and transactions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirtLevel {
    /// Not at all.
    #[default]
    None,
    /// As a file that is looked after.
    Light,
    /// As a file that nobody looks after.
    Heavy,
}

/// Shares of the kinds of dirt: of the values of the columns that are named, or of the rows.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DirtShares {
    /// Missing `email`, `phone`, `birth_date`, `city` of customers and `product`, `category`, `channel` of transactions.
    #[schemars(range(min = 0, max = 0.5))]
    pub missing: Option<f64>,
    /// Missing `customer` of transactions.
    #[schemars(range(min = 0, max = 0.5))]
    pub missing_customers: Option<f64>,
    /// A `customer` of transactions who is not in the table of customers.
    #[schemars(range(min = 0, max = 0.5))]
    pub orphans: Option<f64>,
    /// A slip in `name` and `city` of customers and `category` of transactions.
    #[schemars(range(min = 0, max = 0.5))]
    pub typos: Option<f64>,
    /// Capitals or none in `name` and `email` of customers and `category` of transactions.
    #[schemars(range(min = 0, max = 0.5))]
    pub case: Option<f64>,
    /// Spaces too many in `name` and `city` of customers and `category` of transactions.
    #[schemars(range(min = 0, max = 0.5))]
    pub white_space: Option<f64>,
    /// Full-width letters and digits in `name` and `phone` of customers.
    #[schemars(range(min = 0, max = 0.5))]
    pub full_width: Option<f64>,
    /// `phone` of customers written in other ways.
    #[schemars(range(min = 0, max = 0.5))]
    pub phones: Option<f64>,
    /// `birth_date` of customers and `date` of transactions as text in other ways; all of the column becomes text.
    #[schemars(range(min = 0, max = 0.5))]
    pub mixed_dates: Option<f64>,
    /// `date` of transactions after the last day.
    #[schemars(range(min = 0, max = 0.5))]
    pub future_dates: Option<f64>,
    /// `amount` of transactions as text, such as `€ 1.234,50`; all of the column becomes text.
    #[schemars(range(min = 0, max = 0.5))]
    pub money_text: Option<f64>,
    /// `amount` and `currency` of transactions in USD, GBP or CNY, at 1.1, .85 and 7.8 for one.
    #[schemars(range(min = 0, max = 0.5))]
    pub currencies: Option<f64>,
    /// `amount` of transactions with a minus that it should not have.
    #[schemars(range(min = 0, max = 0.5))]
    pub negative: Option<f64>,
    /// `amount` of transactions a hundred times as high: the point was lost.
    #[schemars(range(min = 0, max = 0.5))]
    pub outliers: Option<f64>,
    /// Transactions that stand there twice.
    #[schemars(range(min = 0, max = 0.5))]
    pub duplicates: Option<f64>,
    /// Transactions that are cancelled by a later row of the same order; no mistake, but to be matched.
    #[schemars(range(min = 0, max = 0.5))]
    pub refunds: Option<f64>,
    /// Customers who are there a second time, under another number, written a little differently.
    #[schemars(range(min = 0, max = 0.5))]
    pub people: Option<f64>,
    /// Accounts of testers, each with an order of one hundredth.
    #[schemars(range(min = 0, max = 0.5))]
    pub test_accounts: Option<f64>,
}

/// A kind of dirt: its name, its share in light and heavy dirt, and what is said instead.
type Kind = (&'static str, f64, f64, fn(&DirtShares) -> Option<f64>);

/// The kinds, in the order in which they fall. Those at the end add rows.
const KINDS: [Kind; 18] = [
    ("missing", 0.01, 0.05, |shares| shares.missing),
    ("missing_customers", 0.002, 0.01, |shares| shares.missing_customers),
    ("orphans", 0.001, 0.01, |shares| shares.orphans),
    ("typos", 0.005, 0.03, |shares| shares.typos),
    ("case", 0.01, 0.05, |shares| shares.case),
    ("white_space", 0.01, 0.05, |shares| shares.white_space),
    ("full_width", 0.002, 0.01, |shares| shares.full_width),
    ("phones", 0.02, 0.2, |shares| shares.phones),
    ("mixed_dates", 0.02, 0.2, |shares| shares.mixed_dates),
    ("future_dates", 0.0005, 0.003, |shares| shares.future_dates),
    ("money_text", 0.0, 0.03, |shares| shares.money_text),
    ("currencies", 0.01, 0.1, |shares| shares.currencies),
    ("negative", 0.001, 0.005, |shares| shares.negative),
    ("outliers", 0.0005, 0.003, |shares| shares.outliers),
    ("refunds", 0.02, 0.08, |shares| shares.refunds),
    ("people", 0.01, 0.06, |shares| shares.people),
    ("test_accounts", 0.001, 0.005, |shares| shares.test_accounts),
    ("duplicates", 0.005, 0.03, |shares| shares.duplicates),
];

/// One thing that was made dirty.
struct Spoiled {
    table: &'static str,
    /// From 1.
    row: usize,
    column: Option<&'static str>,
    kind: &'static str,
    clean: Option<String>,
    dirty: Option<String>,
}

/// The dirt of a call.
pub(super) struct Dirt<'a> {
    world: &'a World,
    context: &'a Context<'a>,
    /// Shares of the kinds, in their order.
    shares: Vec<f64>,
    log: Vec<Spoiled>,
}

/// A table in the making.
struct Sheet {
    name: &'static str,
    /// Rows that were there before any were added.
    clean: usize,
    columns: Vec<(String, Vec<Cell>)>,
    /// Column and row of the values that are dirty already.
    touched: HashSet<(usize, usize)>,
}

impl Sheet {
    fn place(&self, column: &str) -> Result<usize> {
        self.columns
            .iter()
            .position(|(name, _)| name == column)
            .ok_or_else(|| Failure::new(format!("the table `{}` has no column `{column}`", self.name)))
    }

    fn height(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    /// Adds a copy of a row and answers with its place.
    fn copy(&mut self, row: usize) -> usize {
        for (_, cells) in &mut self.columns {
            let cell = cells.get(row).cloned().unwrap_or(Cell::Missing);
            cells.push(cell);
        }
        self.height() - 1
    }

    fn get(&self, column: &str, row: usize) -> Result<&Cell> {
        let place = self.place(column)?;
        Ok(self.columns[place].1.get(row).unwrap_or(&Cell::Missing))
    }

    fn set(&mut self, column: &str, row: usize, cell: Cell) -> Result<()> {
        let place = self.place(column)?;
        if let Some(old) = self.columns[place].1.get_mut(row) {
            *old = cell;
        }
        Ok(())
    }
}

impl<'a> Dirt<'a> {
    pub(super) fn new(
        world: &'a World,
        level: DirtLevel,
        given: &DirtShares,
        context: &'a Context<'a>,
    ) -> Result<Dirt<'a>> {
        let share = |(_, light, heavy, given_in): &Kind| {
            given_in(given).unwrap_or(match level {
                DirtLevel::None => 0.0,
                DirtLevel::Light => *light,
                DirtLevel::Heavy => *heavy,
            })
        };
        Ok(Dirt { world, context, shares: KINDS.iter().map(share).collect(), log: Vec::new() })
    }

    /// The table with its dirt; the same where none falls on it.
    pub(super) fn spoil(&mut self, name: &'static str, frame: &Frame) -> Result<Frame> {
        if !matches!(name, "customers" | "transactions") || self.shares.iter().all(|share| *share == 0.0) {
            return Ok(frame.clone());
        }
        let data = frame.data(self.context.host())?;
        let columns = data.names().into_iter().map(|name| Ok((name.to_owned(), data.cells(name)?)));
        let mut sheet =
            Sheet { name, clean: data.height(), columns: columns.collect::<Result<_>>()?, touched: HashSet::new() };
        for (place, (kind, ..)) in KINDS.iter().enumerate() {
            self.context.check()?;
            if self.shares[place] > 0.0 {
                self.fall(place, kind, &mut sheet)?;
            }
        }
        // A column in which one value is text is text.
        for (_, cells) in &mut sheet.columns {
            let texts = cells.iter().filter(|cell| matches!(cell, Cell::Text(_))).count();
            let others = cells.iter().filter(|cell| !matches!(cell, Cell::Text(_) | Cell::Missing)).count();
            if texts > 0 && others > 0 {
                for cell in cells.iter_mut().filter(|cell| **cell != Cell::Missing) {
                    *cell = Cell::Text(cell.plain());
                }
            }
        }
        frame.with_cells(&sheet.columns)
    }

    fn fall(&mut self, place: usize, kind: &'static str, sheet: &mut Sheet) -> Result<()> {
        match kind {
            "refunds" | "people" | "test_accounts" | "duplicates" => self.add_rows(place, kind, sheet),
            _ => self.spoil_cells(place, kind, sheet),
        }
    }

    /// The stream of a row, for a kind of dirt on a column.
    fn stream(&self, kind: usize, column: usize, row: usize) -> Stream {
        let purpose = Purpose::Dirt as u64 + ((kind as u64 + 1) << 16) + ((column as u64 + 1) << 8);
        Stream::new(self.world.seed, purpose, row as u64)
    }

    /// Undoing what is written down gives the clean table again, so each value is written down once.
    fn write_down(&mut self, spoiled: Spoiled) {
        self.log.push(spoiled);
    }

    pub(super) fn count(&self) -> i64 {
        self.log.len() as i64
    }

    /// What was put where.
    pub(super) fn table(&self) -> Result<Frame> {
        FrameBuilder::empty()
            .texts("table", self.log.iter().map(|one| one.table))
            .integers("row", self.log.iter().map(|one| one.row as i64))
            .optional_texts("column", self.log.iter().map(|one| one.column))
            .texts("kind", self.log.iter().map(|one| one.kind))
            .optional_texts("clean", self.log.iter().map(|one| one.clean.as_deref()))
            .optional_texts("dirty", self.log.iter().map(|one| one.dirty.as_deref()))
            .build()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        if self.shares.iter().all(|share| *share == 0.0) {
            return Vec::new();
        }
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (kind, ..) in &KINDS {
            let count = self.log.iter().filter(|one| one.kind == *kind).count();
            if count > 0 {
                counts.push((kind, count));
            }
        }
        let said: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} {}", thousands(*count))).collect();
        let what = if said.is_empty() { "none was drawn".to_owned() } else { said.join(", ") };
        vec![format!("dirt in customers and transactions, each piece a row of `.dirt`: {what}")]
    }
}
