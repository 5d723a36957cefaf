//! How large a join would be, before it is made: a key that stands a hundred thousand times on both sides makes ten
//! billion rows.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::{Frame, JoinKind, JoinOptions, exprs, run};
use crate::table::{Expression, thousands};

/// Rows up to which a join is made unasked.
const MANY_ROWS: u64 = 100_000_000;
/// A join may have so many times the rows of both frames together, however many those are.
const TIMES: u64 = 4;

impl Frame {
    /// Refuses a cross join that would have more rows than are allowed; 100 million unless told.
    pub fn cross_join_fits(&self, other: &Frame, allowed: Option<u64>, host: &dyn Host) -> Result<()> {
        let (left, right) = (self.height(host)?, other.height(host)?);
        let rows = (left as u64).saturating_mul(right as u64);
        if rows <= allowed.unwrap_or(MANY_ROWS) {
            return Ok(());
        }
        let begun = format!("{} rows with {} rows would be", thousands(left), thousands(right));
        let failure = Failure::new(self.too_many(&begun, other, rows)).help(
            "join by a key instead, or by conditions: `frame.join_where(other, col(\"date\") >= col(\"start\"))`",
        );
        Err(if_meant(failure, "how: \"cross\", ", rows))
    }

    /// Refuses a join by keys that stand so often on both sides that it would have many more rows than both frames: more
    /// than 100 million unless told. It is foreseen where both come from memory: files would be read twice for it.
    pub fn join_fits(
        &self,
        other: &Frame,
        left: &[Expression],
        right: &[Expression],
        options: &JoinOptions,
        allowed: Option<u64>,
        host: &dyn Host,
    ) -> Result<()> {
        if self.reads_files() || other.reads_files() || matches!(options.kind, JoinKind::Semi | JoinKind::Anti) {
            return Ok(());
        }
        let (own, others) = (self.height(host)? as u64, other.height(host)? as u64);
        let most = allowed.unwrap_or_else(|| MANY_ROWS.max(own.saturating_add(others).saturating_mul(TIMES)));
        if own.saturating_mul(others) <= most {
            return Ok(());
        }
        let pairs = self.pairs(other, left, right, options, host)?;
        let rows = pairs.rows as u64;
        if rows <= most {
            return Ok(());
        }
        let begun =
            format!("{} rows joined with {} rows would be", thousands(own as usize), thousands(others as usize));
        let mut failure = Failure::new(self.too_many(&begun, other, rows));
        if let Some((key, own, others)) = pairs.largest {
            let many = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
            failure = failure.help(format!(
                "the key {key} stands in {} rows of the left frame and {} of the right one: is one of them to be made unique, or left \
                 out?",
                many(own),
                many(others)
            ));
        }
        let failure = failure.help("`validate: \"m:1\"` has a join fail whose right side is not unique");
        Err(if_meant(failure, "…, ", rows))
    }

    /// How many rows of both sides meet, counted key by key.
    fn pairs(
        &self,
        other: &Frame,
        left: &[Expression],
        right: &[Expression],
        options: &JoinOptions,
        host: &dyn Host,
    ) -> Result<Pairs> {
        let keys = |count: usize| (0..count).map(|place| format!("key {place}")).collect::<Vec<_>>();
        let names = keys(left.len());
        let counted = |frame: &Frame, given: &[Expression], count: &str| {
            let named = exprs(given).into_iter().zip(&names).map(|(key, name)| key.alias(name.as_str()));
            frame.plan().group_by(named.collect::<Vec<_>>()).agg([len().cast(DataType::Float64).alias(count)])
        };
        let by: Vec<Expr> = names.iter().map(|name| col(name.as_str())).collect();
        let mut how = JoinArgs::new(JoinType::Inner);
        how.nulls_equal = options.nulls_equal;
        let met = counted(self, left, "left").join(counted(other, right, "right"), &by, &by, how);
        let product = || col("left") * col("right");
        let largest = met
            .with_column(product().alias("pairs"))
            .with_column(col("pairs").sum().alias("all"))
            .sort(["pairs"], SortMultipleOptions::default().with_order_descending(true).with_maintain_order(true))
            .limit(1);
        let data = run(largest, false, &self.names(), host)?.0;
        let number = |name: &str| data.column(name).ok().and_then(|column| column.get(0).ok()?.extract::<f64>());
        let key: Vec<String> =
            names.iter().filter_map(|name| data.column(name).ok()?.get(0).ok().map(|key| key.to_string())).collect();
        let largest = number("left").zip(number("right")).filter(|_| !key.is_empty());
        Ok(Pairs {
            rows: number("all").unwrap_or(0.0),
            largest: largest.map(|(own, others)| (key.join(", "), own as u64, others as u64)),
        })
    }

    /// `1,000 rows with 1,000 rows would be 1,000,000 rows, about 16 MB of memory`
    fn too_many(&self, begun: &str, other: &Frame, rows: u64) -> String {
        let bytes = (self.bytes_a_row() + other.bytes_a_row()) * rows as f64;
        format!(
            "{begun} {} rows, about {} of memory",
            thousands(usize::try_from(rows).unwrap_or(usize::MAX)),
            memory(bytes)
        )
    }

    /// What a row takes in memory, roughly: a text as much as one of sixteen letters.
    fn bytes_a_row(&self) -> f64 {
        let bytes = |kind: &DataType| match kind {
            DataType::Boolean => 0.125,
            DataType::Int8 | DataType::UInt8 => 1.0,
            DataType::Int16 | DataType::UInt16 => 2.0,
            DataType::Int32
            | DataType::UInt32
            | DataType::Float32
            | DataType::Date
            | DataType::Categorical(..)
            | DataType::Enum(..) => 4.0,
            DataType::String | DataType::Decimal(..) | DataType::List(_) | DataType::Struct(_) => 16.0,
            _ => 8.0,
        };
        self.polars_schema().iter_values().map(bytes).sum()
    }
}

/// Rows of both sides that meet, and the key by which most of them do, with its rows on the left and on the right.
struct Pairs {
    rows: f64,
    largest: Option<(String, u64, u64)>,
}

/// How to go on all the same.
fn if_meant(failure: Failure, options: &str, rows: u64) -> Failure {
    match rows < u64::from(IdxSize::MAX) {
        true => failure.help(format!("if you mean it: `frame.join(other, #{{{options}allow: {rows}}})`")),
        false => failure.help(format!("no frame holds more than {} rows", thousands(IdxSize::MAX as usize))),
    }
}

/// Bytes in the unit that suits them.
fn memory(bytes: f64) -> String {
    let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6)];
    let (unit, size) = units.into_iter().find(|(_, size)| bytes >= *size).unwrap_or(("kB", 1e3));
    format!("{:.0} {unit}", (bytes / size).max(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regulars_plugin::Quiet;

    use super::*;
    use crate::table::Cell;

    proptest! {
        #[test]
        fn the_rows_that_are_foreseen_are_those_that_come(
            left in proptest::collection::vec(proptest::option::of(0..4_i64), 0..20),
            right in proptest::collection::vec(proptest::option::of(0..4_i64), 0..20),
            nulls_equal in any::<bool>(),
        ) {
            let frame = |keys: &[Option<i64>]| {
                let cells = keys.iter().map(|key| key.map_or(Cell::Missing, Cell::Integer));
                let with_kind = [Cell::Integer(9)].into_iter().chain(cells).collect();
                Frame::from_cells(&[("k".to_owned(), with_kind)])
            };
            let (left, right) = (frame(&left).unwrap(), frame(&right).unwrap());
            let (keys, options) = ([Expression::column("k")], JoinOptions { nulls_equal, ..JoinOptions::default() });
            let pairs = left.pairs(&right, &keys, &keys, &options, &Quiet).unwrap();
            let joined = left.join(&right, &keys, &keys, &options).unwrap();
            prop_assert_eq!(pairs.rows as usize, joined.height(&Quiet).unwrap());
        }
    }
}
