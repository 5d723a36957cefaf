//! Many values made one.

use polars::prelude::*;
use regulars_plugin::Failure;

use super::super::Operand;
use super::{Method, deviations, method};

pub(super) const METHODS: &[Method] = &[
    method("", "sum", &[], "The sum.", |e, _| Ok(e.sum())),
    method("", "mean", &[], "The mean.", |e, _| Ok(e.mean())),
    method("", "median", &[], "The median.", |e, _| Ok(e.median())),
    method("", "min", &[], "The least value.", |e, _| Ok(e.min())),
    method("", "max", &[], "The greatest value.", |e, _| Ok(e.max())),
    method("", "std", &["ddof?"], "The standard deviation; `ddof` is 1 unless told.", |e, a| Ok(e.std(deviations(a)?))),
    method("", "var", &["ddof?"], "The variance; `ddof` is 1 unless told.", |e, a| Ok(e.var(deviations(a)?))),
    method(
        "",
        "quantile",
        &["q", "how?"],
        "The value below which the share `q` of the values lies; between two values by \"linear\" unless told (\"nearest\", \"lower\", \"higher\", \"midpoint\").",
        |e, a| {
            let how = match a.get(1).map(Operand::text).transpose()? {
                None | Some("linear") => QuantileMethod::Linear,
                Some("nearest") => QuantileMethod::Nearest,
                Some("lower") => QuantileMethod::Lower,
                Some("higher") => QuantileMethod::Higher,
                Some("midpoint") => QuantileMethod::Midpoint,
                Some(other) => {
                    return Err(Failure::new(format!("no quantile rule `{other}`"))
                        .near(other, ["linear", "nearest", "lower", "higher", "midpoint"]));
                }
            };
            Ok(e.quantile(a[0].expr()?, how))
        },
    ),
    method("", "count", &[], "The number of values that are there.", |e, _| Ok(e.count())),
    method("", "len", &[], "The number of rows, missing values included.", |e, _| Ok(e.len())),
    method("", "n_unique", &[], "The number of different values.", |e, _| Ok(e.n_unique())),
    method("", "null_count", &[], "The number of missing values.", |e, _| Ok(e.null_count())),
    method("", "first", &[], "The first value.", |e, _| Ok(e.first())),
    method("", "last", &[], "The last value.", |e, _| Ok(e.last())),
    method("", "any", &[], "Whether any is true.", |e, _| Ok(e.any(true))),
    method("", "all", &[], "Whether all are true.", |e, _| Ok(e.all(true))),
    method("", "unique", &[], "The different values, in order of first appearance.", |e, _| Ok(e.unique_stable())),
    method("", "implode", &[], "All values as one list.", |e, _| Ok(e.implode(true))),
];
