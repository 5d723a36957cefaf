//! What depends on the order of the rows, or on the group that a row is in.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::{Method, method, optional_integer};

pub(super) const METHODS: &[Method] = &[
    method(
        "",
        "rank",
        &["method?", "descending?"],
        "The place in order; ties by \"average\" unless told (\"min\", \"max\", \"dense\", \"ordinal\").",
        |e, a| {
            let method = match a.first().map(Operand::text).transpose()? {
                None | Some("average") => RankMethod::Average,
                Some("min") => RankMethod::Min,
                Some("max") => RankMethod::Max,
                Some("dense") => RankMethod::Dense,
                Some("ordinal") => RankMethod::Ordinal,
                Some(other) => {
                    return Err(Failure::new(format!("no rank method `{other}`"))
                        .near(other, ["average", "min", "max", "dense", "ordinal"]));
                }
            };
            let descending = a.get(1).map_or(Ok(false), Operand::flag)?;
            Ok(e.rank(RankOptions { method, descending }, None))
        },
    ),
    method("", "cum_sum", &[], "The sum up to each row.", |e, _| Ok(e.cum_sum(false))),
    method("", "cum_max", &[], "The greatest value up to each row.", |e, _| Ok(e.cum_max(false))),
    method("", "cum_min", &[], "The least value up to each row.", |e, _| Ok(e.cum_min(false))),
    method("", "cum_count", &[], "The number of values up to each row.", |e, _| Ok(e.cum_count(false))),
    method("", "diff", &["rows?"], "The difference to the row before, or so many rows before.", |e, a| {
        Ok(e.diff(lit(optional_integer(a, 1)?), Default::default()))
    }),
    method("", "shift", &["rows?"], "The value of the row before, or so many rows before.", |e, a| {
        Ok(e.shift(lit(optional_integer(a, 1)?)))
    }),
    method("", "reverse", &[], "The values in reverse order.", |e, _| Ok(e.reverse())),
    method(
        "",
        "over",
        &["columns…"],
        "Computed within each group of the named columns, and told on every row.",
        |e, a| {
            let keys: Result<Vec<Expr>> = a
                .iter()
                .flat_map(|one| if let Operand::List(many) = one { many.clone() } else { vec![one.clone()] })
                .map(|one| if let Operand::Text(name) = &one { Ok(col(name.as_str())) } else { one.expr() })
                .collect();
            e.over(keys?).map_err(|error| crate::table::failure(error, &[]))
        },
    ),
    method("", "sort_by", &["column", "descending?"], "The values in the order of another column.", |e, a| {
        let by = if let Operand::Text(name) = &a[0] { col(name.as_str()) } else { a[0].expr()? };
        let descending = a.get(1).map_or(Ok(false), Operand::flag)?;
        Ok(e.sort_by([by], SortMultipleOptions::default().with_order_descending(descending).with_maintain_order(true)))
    }),
    method("", "filter", &["condition"], "The values for which a condition holds.", |e, a| Ok(e.filter(a[0].expr()?))),
];
