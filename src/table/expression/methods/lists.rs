//! Lists: the namespace `list`.

use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("list", "len", &[], "The number of items.", |e, _| Ok(e.list().len())),
    method("list", "get", &["place"], "The item at a place, counted from 0; from the end where negative.", |e, a| {
        Ok(e.list().get(a[0].expr()?, true))
    }),
    method("list", "first", &[], "The first item.", |e, _| Ok(e.list().first())),
    method("list", "last", &[], "The last item.", |e, _| Ok(e.list().last())),
    method("list", "sum", &[], "The sum of the items.", |e, _| Ok(e.list().sum())),
    method("list", "mean", &[], "The mean of the items.", |e, _| Ok(e.list().mean())),
    method("list", "join", &["by"], "The items as one text.", |e, a| Ok(e.list().join(a[0].expr()?, true))),
];
