//! How large a join would be, before it is made: a key that stands a hundred thousand times on both sides makes ten
//! billion rows.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::forecast::{Fits, MANY_ROWS, if_counted, if_meant, many, memory, rows_allowed};
use super::{Frame, JoinKind, JoinOptions, exprs, run};
use crate::table::{Expression, thousands};

/// A join may have so many times the rows of both frames together, however many those are.
const TIMES: u64 = 4;

impl Frame {
    /// Refuses a cross join that would have more rows than are allowed; 100 million unless told.
    pub fn cross_join_fits(&self, other: &Frame, allowed: Option<u64>, host: &dyn Host) -> Fits {
        let (left, right) = (self.height(host)?, other.height(host)?);
        let rows = (left as u64).saturating_mul(right as u64);
        if rows <= rows_allowed(allowed) {
            return Ok(());
        }
        let begun = format!("{} rows with {} rows would be", thousands(left), thousands(right));
        let failure = Failure::new(self.too_many(&begun, other, rows)).help(
            "join by a key instead, or by conditions: `frame.join_where(other, col(\"date\") >= col(\"start\"))`",
        );
        Err(if_meant(failure, "frame.join(other, #{how: \"cross\", ", rows))
    }

    /// Refuses a join by keys that stand so often on both sides that it would have many more rows than both frames: more
    /// than 100 million unless told. First the keys of the smaller frame are counted, which is little work and mostly enough;
    /// then those of both. Files that a plan groups, sorts or joins first would be read once more for it, and are not foreseen.
    pub fn join_fits(
        &self,
        other: &Frame,
        left: &[Expression],
        right: &[Expression],
        options: &JoinOptions,
        allowed: Option<u64>,
        host: &dyn Host,
    ) -> Fits {
        if matches!(options.kind, JoinKind::Semi | JoinKind::Anti) {
            return Ok(());
        }
        let bounds = self.rows_at_most(host)?.zip(other.rows_at_most(host)?);
        let least = rows_allowed(allowed);
        if bounds.is_some_and(|(own, others)| own.saturating_mul(others) <= least) {
            return Ok(());
        }
        let Some((own, others)) = self.rows_if_easy(host)?.zip(other.rows_if_easy(host)?) else { return Ok(()) };
        let most = rows_allowed(allowed.or(Some(MANY_ROWS.max(own.saturating_add(others).saturating_mul(TIMES)))));
        if own.saturating_mul(others) <= most {
            return Ok(());
        }
        let (smaller, keys) = if own < others { (self, left) } else { (other, right) };
        // Every row of the larger one has so many partners at most, and each of the smaller one may stay without.
        let Some(partners) = if_counted(smaller.rows_of_a_key(keys, host))? else { return Ok(()) };
        let partners = partners.max(1);
        if own.max(others).saturating_mul(partners).saturating_add(own.min(others)) <= most {
            return Ok(());
        }
        let Some(pairs) = if_counted(self.pairs(other, left, right, options, host))? else { return Ok(()) };
        let rows = pairs.rows as u64;
        if rows <= most {
            return Ok(());
        }
        let (own, others) = (self.height(host)?, other.height(host)?);
        let begun = format!("{} rows joined with {} rows would be", thousands(own), thousands(others));
        let mut failure = Failure::new(self.too_many(&begun, other, rows));
        if let Some((key, own, others)) = pairs.largest {
            failure = failure.help(format!(
                "the key {key} stands in {} rows of the left frame and {} of the right one: is one of them to be made unique, or left \
                 out?",
                many(own),
                many(others)
            ));
        }
        let failure = failure.help("`validate: \"m:1\"` has a join fail whose right side is not unique");
        Err(if_meant(failure, "frame.join(other, #{…, ", rows))
    }

    /// In how many rows the most frequent key stands.
    fn rows_of_a_key(&self, keys: &[Expression], host: &dyn Host) -> Result<u64> {
        let named = exprs(keys).into_iter().enumerate().map(|(place, key)| key.alias(format!("key {place}")));
        let counted = self.plan().group_by(named.collect::<Vec<_>>()).agg([len().alias("rows")]);
        let counted = counted.select([col("rows").max()]);
        let most = run(counted, self.reads_files(), &self.names(), host)?.integers("rows")?;
        Ok(most.first().copied().flatten().and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default())
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
        let data = run(largest, self.reads_files() || other.reads_files(), &self.names(), host)?.0;
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
        format!("{begun} {} rows, about {} of memory", many(rows), memory(bytes))
    }
}

/// Rows of both sides that meet, and the key by which most of them do, with its rows on the left and on the right.
struct Pairs {
    rows: f64,
    largest: Option<(String, u64, u64)>,
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
