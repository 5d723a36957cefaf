//! What a view is made of, in one table: the columns that it reads of the tables of all sources.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result, StandardTable};

use super::ConcatKind;
use super::frame::Frame;
use super::views::{CUSTOMER, common_key};

const TABLE: &str = "table";
const SOURCE: &str = "source";

/// A table of a source.
pub struct ViewSource<'a> {
    /// Its kind.
    pub table: StandardTable,
    /// The source.
    pub source: &'a str,
    /// Its usable rows.
    pub frame: &'a Frame,
}

/// A table of a source that a state holds.
pub struct StateSource {
    /// Its kind.
    pub table: StandardTable,
    /// The source.
    pub source: String,
    /// Its rows, with the columns that it had.
    pub frame: Frame,
}

/// The columns of a kind of table that a view reads beside the customer, and those without which the table is none; no list: all
/// of them.
fn read_by_view(table: StandardTable) -> Option<&'static [&'static str]> {
    match table {
        StandardTable::Transactions => Some(&["date", "amount", "order", "product", "category", "channel"]),
        StandardTable::Events => Some(&["time", "event", "session"]),
        StandardTable::Feedback => Some(&["date", "score"]),
        StandardTable::Tickets => Some(&["ticket", "opened", "resolved"]),
        StandardTable::Deals => Some(&["deal", "opened", "amount", "stage", "closed", "won"]),
        _ => None,
    }
}

/// What the columns of a source begin with: each source keeps its own, so that none changes its type for another's sake.
fn prefix(table: &str, source: &str) -> String {
    format!("{table}.{source}.")
}

/// The tables of all sources in one, with `table`, `source` and `customer` before their columns. Nothing is computed.
pub fn view_state(sources: &[ViewSource<'_>]) -> Result<Frame> {
    let key = common_key(sources.iter().filter_map(|one| one.frame.dtype(CUSTOMER)));
    let parts = sources.iter().map(|one| {
        let (table, begins) = (one.table.word(), prefix(one.table.word(), one.source));
        let mut columns =
            vec![lit(table).alias(TABLE), lit(one.source.to_owned()).alias(SOURCE), col(CUSTOMER).cast(key.clone())];
        let kept = one.frame.read_by_view(one.table).into_iter().filter(|name| name != CUSTOMER);
        columns.extend(kept.map(|name| col(name.as_str()).alias(format!("{begins}{name}"))));
        one.frame.extend(|plan| plan.select(&columns))
    });
    Frame::concat(&parts.collect::<Result<Vec<_>>>()?, ConcatKind::DiagonalRelaxed)
}

impl Frame {
    fn read_by_view(&self, table: StandardTable) -> Vec<String> {
        let read = |name: &String| {
            name == CUSTOMER || read_by_view(table).is_none_or(|columns| columns.contains(&name.as_str()))
        };
        self.names().into_iter().filter(read).collect()
    }

    /// Whether it is a state, which is no view.
    pub fn is_view_state(&self) -> bool {
        [TABLE, SOURCE, CUSTOMER].iter().all(|name| self.need(name).is_ok())
    }

    /// The sources that a state holds.
    pub fn sources_of_state(&self, host: &dyn Host) -> Result<Vec<StateSource>> {
        for name in [TABLE, SOURCE, CUSTOMER] {
            self.need(name)?;
        }
        let others: Vec<String> =
            self.names().into_iter().filter(|name| ![TABLE, SOURCE].contains(&name.as_str())).collect();
        let counted = self.extend(|plan| {
            let filled = others.iter().map(|name| col(name.as_str()).count());
            plan.group_by([TABLE, SOURCE].map(|name| col(name).cast(DataType::String)))
                .agg(filled.collect::<Vec<_>>())
                .sort([TABLE, SOURCE], SortMultipleOptions::default())
        })?;
        let counted = counted.data(host)?;
        let (tables, sources) = (counted.words(TABLE)?, counted.words(SOURCE)?);
        let filled: Vec<_> = others.iter().map(|name| counted.numbers(name)).collect::<Result<_>>()?;
        let mut found = Vec::new();
        for (place, (word, source)) in tables.into_iter().zip(sources).enumerate() {
            let (Some(word), Some(source)) = (word, source) else {
                return Err(Failure::new("some of its rows do not say their table and source"));
            };
            let table = StandardTable::DECLARED.into_iter().find(|table| table.word() == word).ok_or_else(|| {
                Failure::new(format!("it has rows of a table `{word}`, which is no standard table"))
                    .near(&word, StandardTable::DECLARED.map(StandardTable::word))
            })?;
            let begins = prefix(&word, &source);
            // A column without any value was not there: other sources had it.
            let own = others.iter().zip(&filled).filter(|(_, filled)| filled[place] > Some(0.0));
            let mut columns = vec![col(CUSTOMER)];
            columns.extend(own.filter_map(|(name, _)| Some(col(name.as_str()).alias(name.strip_prefix(&begins)?))));
            let of_it = col(TABLE).eq(lit(word.clone())).and(col(SOURCE).eq(lit(source.clone())));
            let frame = self.extend(|plan| plan.filter(of_it.clone()).select(&columns))?;
            found.push(StateSource { table, source, frame });
        }
        Ok(found)
    }

    /// The rows of a source that a state held, and behind them those that came since.
    pub fn with_later(&self, later: &Frame, table: StandardTable) -> Result<Frame> {
        let columns: Vec<Expr> = later.read_by_view(table).into_iter().map(col).collect();
        let later = later.extend(|plan| plan.select(&columns))?;
        Frame::concat(&[self.clone(), later], ConcatKind::DiagonalRelaxed)
    }
}
