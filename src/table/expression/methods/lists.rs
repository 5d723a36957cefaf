//! Lists: the namespace `list`.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::Given;
use super::{Method, method};

/// A list of values, or another column of lists.
fn other(a: &Given<'_>) -> Result<Expr> {
    match &a[0] {
        list @ Operand::List(_) => list.lookup(),
        one => one.expr(),
    }
}

fn deviations(a: &Given<'_>) -> Result<u8> {
    u8::try_from(a.count("ddof", 1)?).map_err(|_| Failure::new("`ddof` is at most 255"))
}

fn rows(a: &Given<'_>) -> Result<Expr> {
    a.get(0).map_or(Ok(lit(5)), Operand::expr)
}

pub(super) const METHODS: &[Method] = &[
    method("list", "len", &[], "The number of items, missing ones included.", |e, _| Ok(e.list().len())),
    method("list", "get", &["place"], "The item at a place, counted from 0; from the end where negative; missing where there is none.", |e, a| {
        Ok(e.list().get(a[0].expr()?, true))
    }),
    method("list", "first", &[], "The first item.", |e, _| Ok(e.list().first())),
    method("list", "last", &[], "The last item.", |e, _| Ok(e.list().last())),
    method("list", "sum", &[], "The sum of the items.", |e, _| Ok(e.list().sum())),
    method("list", "mean", &[], "The mean of the items.", |e, _| Ok(e.list().mean())),
    method("list", "median", &[], "The median of the items.", |e, _| Ok(e.list().median())),
    method("list", "std", &[], "The standard deviation of the items; `ddof` is 1 unless told.", |e, a| Ok(e.list().std(deviations(a)?)))
        .options(&["ddof"]),
    method("list", "var", &[], "The variance of the items; `ddof` is 1 unless told.", |e, a| Ok(e.list().var(deviations(a)?)))
        .options(&["ddof"]),
    method("list", "min", &[], "The least item.", |e, _| Ok(e.list().min())),
    method("list", "max", &[], "The greatest item.", |e, _| Ok(e.list().max())),
    method("list", "arg_min", &[], "The place of the least item.", |e, _| Ok(e.list().arg_min())),
    method("list", "arg_max", &[], "The place of the greatest item.", |e, _| Ok(e.list().arg_max())),
    method("list", "any", &[], "Whether any item is true.", |e, _| Ok(e.list().agg(element().any(true)))),
    method("list", "all", &[], "Whether all items are true.", |e, _| Ok(e.list().agg(element().all(true)))),
    method("list", "n_unique", &[], "The number of different items.", |e, _| Ok(e.list().agg(element().n_unique()))),
    method("list", "count_matches", &["value"], "How often a value is among the items.", |e, a| {
        Ok(e.list().agg(element().eq_missing(a[0].expr()?).sum()))
    }),
    method("list", "contains", &["value"], "Whether a value is among the items.", |e, a| {
        Ok(e.list().contains(a[0].expr()?, a.flag("nulls_equal", true)?))
    })
    .options(&["nulls_equal"]),
    method("list", "sort", &[], "The items in order, least first; missing ones first unless `nulls_last`.", |e, a| {
        let options = SortOptions::default()
            .with_order_descending(a.flag("descending", false)?)
            .with_nulls_last(a.flag("nulls_last", false)?);
        Ok(e.list().sort(options))
    })
    .options(&["descending", "nulls_last"]),
    method("list", "reverse", &[], "The items in reverse order.", |e, _| Ok(e.list().eval(element().reverse()))),
    method("list", "unique", &[], "The different items, in order of first appearance.", |e, _| Ok(e.list().eval(element().unique_stable()))),
    method("list", "drop_nulls", &[], "The items that are not missing.", |e, _| Ok(e.list().drop_nulls())),
    method("list", "join", &["by"], "The items as one text.", |e, a| Ok(e.list().join(a[0].expr()?, a.flag("ignore_nulls", true)?)))
        .options(&["ignore_nulls"]),
    method("list", "slice", &["from", "length?"], "So many items from a place, counted from 0, or from the end where negative.", |e, a| {
        let length = a.get(1).map_or(Ok(lit(NULL)), Operand::expr)?;
        Ok(e.list().slice(a[0].expr()?, length))
    }),
    method("list", "head", &["items?"], "The first items; 5 unless told.", |e, a| Ok(e.list().head(rows(a)?))),
    method("list", "tail", &["items?"], "The last items; 5 unless told.", |e, a| Ok(e.list().tail(rows(a)?))),
    method("list", "gather", &["places"], "The items at places, counted from 0; missing where there is none.", |e, a| {
        Ok(e.list().gather(other(a)?, true))
    }),
    method("list", "gather_every", &["items", "offset?"], "Every so many items, from the first one or from `offset`.", |e, a| {
        let (every, offset) = (a[0].count()?, a.get(1).map_or(Ok(0), Operand::count)?);
        if every == 0 {
            return Err(Failure::new("every 0 items is no step").help("`.list.gather_every(2)` is every second item"));
        }
        Ok(e.list().gather_every(lit(every as u64), lit(offset as u64)))
    }),
    method("list", "shift", &["items?"], "The items moved on by one place, or by so many.", |e, a| Ok(e.list().shift(lit(a.integer_or(0, 1)?)))),
    method("list", "diff", &["items?"], "The difference of each item to the one before.", |e, a| {
        Ok(e.list().diff(a.integer_or(0, 1)?, Default::default()))
    }),
    method("list", "concat", &["other"], "The items of both lists.", |e, a| {
        concat_list([e, other(a)?]).map_err(|error| crate::table::failure(error, &[]))
    }),
    method("list", "set_union", &["other"], "The different items of either list.", |e, a| Ok(e.list().union(other(a)?))),
    method("list", "set_intersection", &["other"], "The different items that both lists have.", |e, a| Ok(e.list().set_intersection(other(a)?))),
    method("list", "set_difference", &["other"], "The different items that the other list does not have.", |e, a| Ok(e.list().set_difference(other(a)?))),
    method("list", "set_symmetric_difference", &["other"], "The different items that only one of the lists has.", |e, a| {
        Ok(e.list().set_symmetric_difference(other(a)?))
    }),
    method("list", "filter", &["condition"], "The items for which a condition on `element()` holds.", |e, a| {
        Ok(e.list().eval(element().filter(a[0].expr()?)))
    }),
    method("list", "eval", &["expression"], "An expression of `element()`, computed on the items of each list.", |e, a| Ok(e.list().eval(a[0].expr()?)))
        .example("frame(#{tags: [\"a b\", \"c\"]}).with_columns(col(\"tags\").str.split(\" \").list.eval(element().str.to_uppercase()))"),
    method("list", "explode", &[], "One row for each item.", |e, _| {
        Ok(e.explode(ExplodeOptions { empty_as_null: true, keep_nulls: true }))
    }),
];
