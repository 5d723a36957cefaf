//! Questions that are answered by true or false.

use polars::prelude::*;

use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("", "is_in", &["list"], "Whether the value is one of a list.", |e, a| {
        Ok(e.is_in(lit(a[0].series()?).implode(true), false))
    }),
    method("", "is_between", &["low", "high"], "Whether the value lies between two others, both included.", |e, a| {
        Ok(e.is_between(a[0].expr()?, a[1].expr()?, ClosedInterval::Both))
    }),
    method("", "and", &["other"], "True where both are: the word for `&`.", |e, a| Ok(e.and(a[0].expr()?))),
    method("", "or", &["other"], "True where either is: the word for `|`.", |e, a| Ok(e.or(a[0].expr()?))),
    method("", "not", &[], "True where it is false: the word for `!`.", |e, _| Ok(e.not())),
];
