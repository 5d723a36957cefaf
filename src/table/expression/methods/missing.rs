//! Values that are not there.

use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("", "is_null", &[], "Whether the value is missing.", |e, _| Ok(e.is_null())),
    method("", "is_not_null", &[], "Whether there is a value.", |e, _| Ok(e.is_not_null())),
    method("", "fill_null", &["value"], "The value, or another where it is missing.", |e, a| {
        Ok(e.fill_null(a[0].expr()?))
    }),
    method("", "is_nan", &[], "Whether it is not a number.", |e, _| Ok(e.is_nan())),
    method("", "fill_nan", &["value"], "The value, or another where it is not a number.", |e, a| {
        Ok(e.fill_nan(a[0].expr()?))
    }),
    method("", "drop_nulls", &[], "The values that are there.", |e, _| Ok(e.drop_nulls())),
];
