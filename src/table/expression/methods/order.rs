//! The order of values, and some of them by their place.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::Given;
use super::{Method, method};

/// The number of rows of `head` and `tail` inside an expression, as in Polars.
const A_FEW: i64 = 10;

fn descending(a: &Given<'_>, place: usize) -> Result<bool> {
    a.either(place, "descending").map_or(Ok(false), Operand::flag)
}

fn rows(a: &Given<'_>) -> Result<Expr> {
    a.get(0).map_or(Ok(lit(A_FEW)), Operand::expr)
}

fn some(a: &Given<'_>) -> Result<Expr> {
    let many = a[0].integer()?;
    if many < 0 {
        return Err(Failure::new(format!("{many} values were asked for")).help("give a whole number, 0 or more"));
    }
    Ok(lit(many))
}

pub(super) const METHODS: &[Method] = &[
    method("", "sort", &[], "The values in order, least first; missing ones first unless `nulls_last`.", |e, a| {
        let (descending, nulls_last) = (descending(a, usize::MAX)?, a.flag("nulls_last", false)?);
        Ok(e.sort(SortOptions::default().with_order_descending(descending).with_nulls_last(nulls_last)))
    })
    .options(&["descending", "nulls_last"]),
    method("", "sort_by", &["column", "descending?"], "The values in the order of another column, or of a list of them.", |e, a| {
        let keys = a[0].columns()?;
        let flags = match a.either(1, "descending") {
            None => vec![false],
            Some(Operand::List(many)) if many.len() == keys.len() => many.iter().map(Operand::flag).collect::<Result<_>>()?,
            Some(Operand::List(_)) => return Err(Failure::new("`descending` needs one `true` or `false` for each column")),
            Some(one) => vec![one.flag()?],
        };
        let options = SortMultipleOptions::default().with_order_descending_multi(flags).with_maintain_order(true);
        Ok(e.sort_by(keys, options.with_nulls_last(a.flag("nulls_last", false)?)))
    })
    .options(&["descending", "nulls_last"])
    .example("sample(\"cdnow\").group_by(\"customer\").agg(col(\"amount\").sort_by(\"date\").last().alias(\"last amount\")).head(3)"),
    method("", "arg_sort", &[], "The rows in order of their values, counted from 0.", |e, a| {
        Ok(e.arg_sort(descending(a, usize::MAX)?, a.flag("nulls_last", false)?))
    })
    .options(&["descending", "nulls_last"]),
    method(
        "",
        "rank",
        &["method?", "descending?"],
        "The place in order; ties by \"average\" unless told (\"min\", \"max\", \"dense\", \"ordinal\").",
        |e, a| {
            let methods = [
                ("average", RankMethod::Average),
                ("min", RankMethod::Min),
                ("max", RankMethod::Max),
                ("dense", RankMethod::Dense),
                ("ordinal", RankMethod::Ordinal),
            ];
            let method = a.choice(0, "method", &methods)?;
            Ok(e.rank(RankOptions { method, descending: descending(a, 1)? }, None))
        },
    )
    .options(&["method", "descending"])
    .example("frame(#{points: [7, 9, 7]}).with_columns(col(\"points\").rank(\"min\", true).alias(\"place\"))"),
    method("", "reverse", &[], "The values in reverse order.", |e, _| Ok(e.reverse())),
    method("", "top_k", &["k"], "The `k` greatest values.", |e, a| Ok(e.top_k(some(a)?))),
    method("", "bottom_k", &["k"], "The `k` least values.", |e, a| Ok(e.bottom_k(some(a)?))),
    method("", "top_k_by", &["k", "column"], "The values of the `k` rows in which another column is greatest.", |e, a| {
        Ok(e.top_k_by(some(a)?, a[1].columns()?, vec![false]))
    }),
    method("", "bottom_k_by", &["k", "column"], "The values of the `k` rows in which another column is least.", |e, a| {
        Ok(e.bottom_k_by(some(a)?, a[1].columns()?, vec![false]))
    }),
    method("", "head", &["rows?"], "The first values; 10 unless told.", |e, a| Ok(e.slice(lit(0), rows(a)?))),
    method("", "tail", &["rows?"], "The last values; 10 unless told.", |e, a| {
        let rows = rows(a)?;
        Ok(e.slice(lit(0_i64) - rows.clone(), rows))
    }),
    method(
        "",
        "slice",
        &["from", "length?"],
        "So many values from a place, counted from 0, or from the end where negative.",
        |e, a| {
            let length = a.get(1).map_or(Ok(lit(NULL)), Operand::expr)?;
            Ok(e.slice(a[0].expr()?, length))
        },
    ),
    method("", "get", &["place"], "The value at a place, counted from 0; missing where there is no such place.", |e, a| {
        Ok(e.get(a[0].expr()?, true))
    }),
    method("", "gather", &["places"], "The values at places, counted from 0.", |e, a| {
        let places = match &a[0] {
            Operand::List(_) => lit(a[0].series()?),
            one => one.expr()?,
        };
        Ok(e.gather(places, false))
    }),
    method("", "gather_every", &["rows", "offset?"], "Every so many rows, from the first one or from `offset`.", |e, a| {
        let (rows, offset) = (a[0].count()?, a.get(1).map_or(Ok(0), Operand::count)?);
        if rows == 0 {
            return Err(Failure::new("every 0 rows is no step").help("`.gather_every(2)` is every second row"));
        }
        Ok(e.gather_every(rows, offset))
    }),
    method("", "filter", &["condition"], "The values for which a condition holds.", |e, a| Ok(e.filter(a[0].expr()?)))
        .example("sample(\"cdnow\").group_by(\"customer\").agg(col(\"amount\").filter(col(\"quantity\") > 1).sum()).head(3)"),
];
