//! A join on the way to a grouping: each row looks up its partner, so that the rows keep their order at no cost.
//!
//! Polars puts joined rows back into order, which takes longer than the join itself.

use polars::prelude::*;

use super::groups::{BLOCK, Block, Groups, NONE};
use super::job::MOST_WORDS;
use super::keys::{KeyKind, KeyRows};

/// Rows of the right frame that are held in memory; a larger one is left to Polars.
const MOST_PARTNERS: usize = 2_000_000;
/// Rows below which a second thread costs more than it brings.
const FEW_ROWS: usize = 20_000;

/// A join of which each row of the left frame has one partner at most.
pub(super) struct Join {
    /// The columns of the left frame that are used, its keys first.
    pub(super) left: LazyFrame,
    /// The same of the right frame, without rows whose keys are missing.
    pub(super) right: LazyFrame,
    kinds: Vec<KeyKind>,
    /// What is made of the joined rows, the keys of the groups first, and how many these are.
    made: Vec<Expr>,
    groups_by: usize,
}

/// The join of a plan, as far as some expressions on its rows need it, of which the first few are the keys of groups; none
/// where it is left to Polars.
pub(super) fn join(plan: &DslPlan, made: &[Expr], groups_by: usize) -> PolarsResult<Option<Join>> {
    let DslPlan::Join { input_left, input_right, left_on, right_on, predicates, options } = plan else {
        return Ok(None);
    };
    let arguments = &options.args;
    let keeps_order = !matches!(arguments.maintain_order, MaintainOrderJoin::Right | MaintainOrderJoin::RightLeft);
    let checks_right = matches!(arguments.validation, JoinValidation::ManyToMany | JoinValidation::ManyToOne);
    let is_plain = predicates.is_empty() && arguments.slice.is_none() && !arguments.nulls_equal;
    if arguments.how != JoinType::Inner || !keeps_order || !checks_right || !is_plain {
        return Ok(None);
    }
    let names = |keys: &[Expr]| -> Option<Vec<PlSmallStr>> {
        let name = |key: &Expr| match key {
            Expr::Column(name) if !name.starts_with('^') => Some(name.clone()),
            _ => None,
        };
        keys.iter().map(name).collect()
    };
    let (Some(left_keys), Some(right_keys)) = (names(left_on), names(right_on)) else { return Ok(None) };
    let mut left = LazyFrame::from_logical_plan((**input_left).clone(), OptFlags::default());
    let mut right = LazyFrame::from_logical_plan((**input_right).clone(), OptFlags::default());
    let (left_schema, right_schema) = (left.collect_schema()?, right.collect_schema()?);
    let mut kinds = Vec::new();
    for (ours, theirs) in left_keys.iter().zip(&right_keys) {
        let kind = left_schema.get(ours).filter(|kind| right_schema.get(theirs) == Some(*kind)).and_then(KeyKind::of);
        kinds.extend(kind);
    }
    if kinds.len() != left_keys.len() || kinds.iter().map(|kind| kind.words()).sum::<usize>() > MOST_WORDS {
        return Ok(None);
    }
    let (mut ours, mut theirs) = (left_keys, right_keys);
    let keys = kinds.len();
    for part in made.iter().flat_map(|expression| expression.into_iter()) {
        let Expr::Column(name) = part else { continue };
        match (left_schema.contains(name), right_schema.contains(name)) {
            (true, _) if !ours.contains(name) => ours.push(name.clone()),
            (true, _) => {}
            // A key of the right frame is not among the columns of the answer.
            (false, true) if !theirs[..keys].contains(name) => {
                if !theirs.contains(name) {
                    theirs.push(name.clone());
                }
            }
            _ => return Ok(None),
        }
    }
    let columns = |names: &[PlSmallStr]| names.iter().map(|name| col(name.clone())).collect::<Vec<_>>();
    let present = theirs[..keys].iter().map(|name| col(name.clone()).is_not_null());
    let right = match present.reduce(Expr::and) {
        Some(present) => right.filter(present),
        None => return Ok(None),
    };
    let right = right.select(columns(&theirs)).limit(MOST_PARTNERS as IdxSize + 1);
    Ok(Some(Join { left: left.select(columns(&ours)), right, kinds, made: made.to_vec(), groups_by }))
}

/// The rows of a right frame, found by their keys.
pub(super) struct Partners {
    right: DataFrame,
    /// Texts of the right frame that are only told apart: numbers stand for them until the end.
    texts: Vec<(PlSmallStr, Column)>,
    kinds: Vec<KeyKind>,
    made: Vec<Expr>,
    table: Table,
}

/// The table for keys of so many words.
enum Table {
    One(Groups<1>),
    Two(Groups<2>),
    Three(Groups<3>),
    Four(Groups<MOST_WORDS>),
}

/// Which rows have a partner, and which one.
type Found = (Vec<IdxSize>, Vec<IdxSize>);

impl Partners {
    /// None where there are too many rows, or some have the same key.
    pub(super) fn new(join: Join, right: DataFrame) -> PolarsResult<Option<Partners>> {
        if right.height() > MOST_PARTNERS {
            return Ok(None);
        }
        let keys = right.columns()[..join.kinds.len()].iter().map(KeyRows::of).collect::<PolarsResult<Vec<_>>>()?;
        let rows = right.height();
        let table = match join.kinds.iter().map(|kind| kind.words()).sum() {
            1 => filled(&join.kinds, &keys, rows).map(Table::One),
            2 => filled(&join.kinds, &keys, rows).map(Table::Two),
            3 => filled(&join.kinds, &keys, rows).map(Table::Three),
            _ => filled(&join.kinds, &keys, rows).map(Table::Four),
        };
        let mut right = DataFrame::new(rows, right.columns()[join.kinds.len()..].to_vec())?;
        let mut texts = Vec::new();
        for name in only_told_apart(&join, right.schema()) {
            let (numbers, different) = numbered(right.column(&name)?)?;
            right.with_column(numbers)?;
            texts.push((name, different));
        }
        Ok(table.map(|table| Partners { right, texts, kinds: join.kinds, made: join.made, table }))
    }

    /// The texts that numbers stand for in what is made of the rows, and the place of each.
    pub(super) fn texts(&self) -> Vec<(usize, Column)> {
        let place = |name: &PlSmallStr| self.made.iter().position(|made| column_under(made) == Some(name));
        self.texts.iter().filter_map(|(name, texts)| Some((place(name)?, texts.clone()))).collect()
    }

    /// What is made of the rows of a batch that have a partner.
    pub(super) fn joined(&self, batch: &DataFrame) -> PolarsResult<DataFrame> {
        let keys = batch.columns()[..self.kinds.len()].iter().map(KeyRows::of).collect::<PolarsResult<Vec<_>>>()?;
        let (ours, theirs) = self.found(&keys, batch.height());
        let taken = |frame: &DataFrame, rows: Vec<IdxSize>| frame.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows));
        let mut joined = if ours.len() == batch.height() { batch.clone() } else { taken(batch, ours)? };
        for column in taken(&self.right, theirs)?.into_columns() {
            joined.with_column(column)?;
        }
        joined.lazy().select(&self.made).collect()
    }

    fn found(&self, keys: &[KeyRows], rows: usize) -> Found {
        let parts = if rows < FEW_ROWS { 1 } else { std::thread::available_parallelism().map_or(1, usize::from) };
        let size = rows.div_ceil(parts).max(1);
        let part = |from: usize| self.of_part(keys, from..(from + size).min(rows));
        if parts == 1 {
            return part(0);
        }
        let (mut ours, mut theirs) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..rows).step_by(size).map(|from| scope.spawn(move || part(from))).collect();
            for (mut left, mut right) in threads.into_iter().filter_map(|thread| thread.join().ok()) {
                ours.append(&mut left);
                theirs.append(&mut right);
            }
        });
        (ours, theirs)
    }

    fn of_part(&self, keys: &[KeyRows], rows: std::ops::Range<usize>) -> Found {
        match &self.table {
            Table::One(table) => looked_up(table, keys, rows),
            Table::Two(table) => looked_up(table, keys, rows),
            Table::Three(table) => looked_up(table, keys, rows),
            Table::Four(table) => looked_up(table, keys, rows),
        }
    }
}

/// The column that an expression only gives another name.
fn column_under(made: &Expr) -> Option<&PlSmallStr> {
    match made {
        Expr::Alias(inner, _) => column_under(inner),
        Expr::Column(name) => Some(name),
        _ => None,
    }
}

/// The texts of the right frame that are keys of groups as they are, and nothing else.
fn only_told_apart(join: &Join, schema: &Schema) -> Vec<PlSmallStr> {
    let uses = |name: &PlSmallStr| {
        let parts = join.made.iter().flat_map(|expression| expression.into_iter());
        parts.filter(|part| matches!(part, Expr::Column(used) if used == name)).count()
    };
    let names = join.made[..join.groups_by].iter().filter_map(column_under);
    names.filter(|name| schema.get(name) == Some(&DataType::String) && uses(name) == 1).cloned().collect()
}

/// Numbers for the texts of a column, and the different texts in the order of their numbers.
fn numbered(column: &Column) -> PolarsResult<(Column, Column)> {
    let keys = [KeyRows::of(column)?];
    let mut table = Groups::<2>::new(vec![KeyKind::Text], Vec::new());
    let mut block = Block::new();
    let mut numbers: Vec<u32> = Vec::with_capacity(column.len());
    for from in (0..column.len()).step_by(BLOCK) {
        block.take(&keys, from, BLOCK.min(column.len() - from), 0, 1);
        table.find(&mut block, &keys, 0);
        numbers.extend_from_slice(&block.groups);
    }
    let first: Vec<IdxSize> = table.first.iter().map(|row| *row as IdxSize).collect();
    let different = column.take(&IdxCa::from_vec(PlSmallStr::EMPTY, first))?;
    Ok((Column::new(column.name().clone(), numbers), different))
}

/// The table of the right frame's keys; none where two rows have the same.
fn filled<const WORDS: usize>(kinds: &[KeyKind], keys: &[KeyRows], rows: usize) -> Option<Groups<WORDS>> {
    let mut table = Groups::new(kinds.to_vec(), Vec::new());
    let mut block = Block::new();
    for from in (0..rows).step_by(BLOCK) {
        block.take(keys, from, BLOCK.min(rows - from), 0, 1);
        table.find(&mut block, keys, 0);
    }
    (table.len() == rows).then_some(table)
}

fn looked_up<const WORDS: usize>(table: &Groups<WORDS>, keys: &[KeyRows], rows: std::ops::Range<usize>) -> Found {
    let mut block = Block::new();
    let (mut ours, mut theirs) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for from in rows.clone().step_by(BLOCK) {
        block.take(keys, from, BLOCK.min(rows.end - from), 0, 1);
        table.look_up(&mut block, keys);
        for (row, group) in block.rows.iter().zip(&block.groups).filter(|(_, group)| **group != NONE) {
            ours.push(*row as IdxSize);
            theirs.push(table.first[*group as usize] as IdxSize);
        }
    }
    (ours, theirs)
}
