//! Ids of several systems: tables whose rows must be told apart, and ids replaced by those over all systems.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::{Frame, failure};

const CUSTOMER: &str = "customer";
const SOURCE: &str = "source";
const OWN_ID: &str = "id";
/// Columns of the ids while they are joined; no table of a user begins a name so.
const ID: &str = "\u{1}id";
const PERSON: &str = "\u{1}person";

impl Frame {
    /// The frame with the customers of `ids`, a frame of the columns `id` and `customer` without any id twice, in place of its own,
    /// and the number of rows whose id is not among them: these are called `source:id`.
    pub(crate) fn with_ids(&self, ids: &Frame, source: &str, host: &dyn Host) -> Result<(Frame, usize)> {
        let named = Frame::together(&[self, ids], |[plan, ids]| {
            let known = ids.select([col("id").alias(ID), col(CUSTOMER).alias(PERSON)]);
            let own = col(CUSTOMER).cast(DataType::String).str().strip_chars(lit(NULL));
            let order = JoinArgs { maintain_order: MaintainOrderJoin::Left, ..JoinArgs::new(JoinType::Left) };
            Ok(plan.with_columns([own.alias(ID)]).join(known, [col(ID)], [col(ID)], order))
        })?;
        let unknown = named.extend(|plan| plan.select([col(PERSON).is_null().sum().alias("rows")]))?.data(host)?;
        let unknown = unknown.numbers("rows")?.first().copied().flatten().unwrap_or_default() as usize;
        let other = concat_str([lit(source.to_owned()), col(ID)], ":", false);
        let customer = when(col(PERSON).is_null()).then(other).otherwise(col(PERSON)).alias(CUSTOMER);
        let frame = named.extend(|plan| plan.with_columns([customer.clone()]).drop(cols([ID, PERSON])))?;
        Ok((frame, unknown))
    }

    /// Two tables under each other by the names of their columns. `source` says from which one a row is, `id` is its id there, and
    /// `customer` both, such as `crm:17`; the column of the ids itself is gone. Columns whose types have nothing in common become
    /// text.
    pub(crate) fn of_two_sources(tables: [&Frame; 2], names: [&str; 2], id: &str) -> Result<Frame> {
        for (table, name) in tables.iter().zip(names) {
            let taken = [SOURCE, OWN_ID, CUSTOMER].into_iter().find(|one| *one != id && table.dtype(one).is_some());
            if let Some(taken) = taken {
                return Err(Failure::new(format!(
                    "`{name}` has a column `{taken}`, but the answer has one that says which row of which table it is"
                ))
                .help(format!("give yours another name: `.rename(#{{{taken}: \"{taken}_given\"}})`")));
            }
        }
        let chosen = tables.iter().zip(names).enumerate().map(|(place, (table, name))| {
            let other = tables[1 - place];
            let own = as_text(col(id), table.dtype(id).as_ref());
            let kept = table.names().into_iter().filter(|column| column != id).map(|column| {
                match (table.dtype(&column), other.dtype(&column)) {
                    (own, Some(other)) if own.as_ref().is_some_and(|own| are_strangers(own, &other)) => {
                        as_text(col(column.as_str()), own.as_ref()).alias(column.as_str())
                    }
                    _ => col(column.as_str()),
                }
            });
            let key = concat_str([lit(name.to_owned()), own.clone()], ":", false).alias(CUSTOMER);
            [lit(name.to_owned()).alias(SOURCE), own.alias(OWN_ID)].into_iter().chain(kept).chain([key]).collect()
        });
        let chosen: Vec<Vec<Expr>> = chosen.collect();
        Frame::together(&tables, |plans| {
            let parts: Vec<LazyFrame> =
                plans.into_iter().zip(&chosen).map(|(plan, columns)| plan.select(columns)).collect();
            let union = UnionArgs { to_supertypes: true, ..UnionArgs::default() };
            concat_lf_diagonal(parts, union).map_err(|error| failure(error, &[]))
        })
    }
}

/// Values as text; numbers that are whole without a fraction, which many programs give to columns with gaps.
fn as_text(values: Expr, kind: Option<&DataType>) -> Expr {
    match kind {
        Some(DataType::Float64 | DataType::Float32) => when((values.clone() % lit(1.0)).eq(lit(0.0)))
            .then(values.clone().cast(DataType::Int64).cast(DataType::String))
            .otherwise(values.cast(DataType::String)),
        _ => values.cast(DataType::String),
    }
}

/// Whether two types have no type that holds both, but text.
fn are_strangers(one: &DataType, other: &DataType) -> bool {
    let are_numbers = one.is_primitive_numeric() && other.is_primitive_numeric();
    let are_empty = *one == DataType::Null || *other == DataType::Null;
    one != other && !are_numbers && !are_empty
}
