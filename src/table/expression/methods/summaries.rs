//! Many values made one, or fewer.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::given::Given;
use super::{Method, method};

/// The rules for a quantile between two values.
pub(super) const RULES: [(&str, QuantileMethod); 5] = [
    ("linear", QuantileMethod::Linear),
    ("nearest", QuantileMethod::Nearest),
    ("lower", QuantileMethod::Lower),
    ("higher", QuantileMethod::Higher),
    ("midpoint", QuantileMethod::Midpoint),
];

fn deviations(a: &Given<'_>) -> Result<u8> {
    let Some(value) = a.either(0, "ddof") else { return Ok(1) };
    u8::try_from(value.count()?).map_err(|_| Failure::new("`ddof` is at most 255"))
}

pub(super) const METHODS: &[Method] = &[
    method("", "sum", &[], "The sum; 0 where there is no value.", |e, _| Ok(e.sum())),
    method("", "mean", &[], "The mean.", |e, _| Ok(e.mean())),
    method("", "median", &[], "The median.", |e, _| Ok(e.median())),
    method("", "min", &[], "The least value.", |e, _| Ok(e.min())),
    method("", "max", &[], "The greatest value.", |e, _| Ok(e.max())),
    method("", "std", &["ddof?"], "The standard deviation; `ddof` is 1 unless told.", |e, a| Ok(e.std(deviations(a)?)))
        .options(&["ddof"]),
    method("", "var", &["ddof?"], "The variance; `ddof` is 1 unless told.", |e, a| Ok(e.var(deviations(a)?)))
        .options(&["ddof"]),
    method(
        "",
        "quantile",
        &["q", "how?"],
        "The value below which the share `q` of the values lies; between two values by \"linear\" unless told (\"nearest\", \"lower\", \"higher\", \"midpoint\").",
        |e, a| {
            Ok(e.quantile(a[0].expr()?, a.choice(1, "interpolation", &RULES)?))
        },
    )
    .options(&["interpolation"]),
    method("", "product", &[], "The product; 1 where there is no value.", |e, _| Ok(e.product())),
    method(
        "",
        "skew",
        &[],
        "The skewness: above 0 where the long tail is on the right. Of the values as they are unless `bias: false` asks for an estimate.",
        |e, a| Ok(e.skew(a.flag("bias", true)?)),
    )
    .options(&["bias"]),
    method(
        "",
        "kurtosis",
        &[],
        "The kurtosis; 0 for the normal distribution, or 3 with `fisher: false`. Of the values as they are unless `bias: false` asks for an estimate.",
        |e, a| Ok(e.kurtosis(a.flag("fisher", true)?, a.flag("bias", true)?)),
    )
    .options(&["fisher", "bias"]),
    method("", "mode", &[], "The most frequent value, or all of them where several are, in order of first appearance.", |e, _| {
        Ok(e.mode(true))
    }),
    method("", "count", &[], "The number of values that are there.", |e, _| Ok(e.count())),
    method("", "len", &[], "The number of rows, missing values included.", |e, _| Ok(e.len())),
    method("", "n_unique", &[], "The number of different values; a missing one counts as one.", |e, _| Ok(e.n_unique())),
    method("", "approx_n_unique", &[], "About the number of different values, quickly and in little memory.", |e, _| {
        Ok(e.approx_n_unique())
    }),
    method("", "null_count", &[], "The number of missing values.", |e, _| Ok(e.null_count())),
    method("", "has_nulls", &[], "Whether any value is missing.", |e, _| Ok(e.has_nulls())),
    method("", "first", &[], "The first value.", |e, _| Ok(e.first())),
    method("", "last", &[], "The last value.", |e, _| Ok(e.last())),
    method("", "arg_min", &[], "The row of the least value, counted from 0.", |e, _| Ok(e.arg_min())),
    method("", "arg_max", &[], "The row of the greatest value, counted from 0.", |e, _| Ok(e.arg_max())),
    method("", "any", &[], "Whether any is true.", |e, a| Ok(e.any(a.flag("ignore_nulls", true)?)))
        .options(&["ignore_nulls"]),
    method("", "all", &[], "Whether all are true.", |e, a| Ok(e.all(a.flag("ignore_nulls", true)?)))
        .options(&["ignore_nulls"]),
    method("", "unique", &[], "The different values, in order of first appearance.", |e, _| Ok(e.unique_stable())),
    method("", "unique_counts", &[], "How often each different value is there, in order of first appearance.", |e, _| {
        Ok(e.unique_counts())
    }),
    method(
        "",
        "value_counts",
        &[],
        "Each different value and how often it is there, as a struct; the most frequent first with `sort: true`, as shares with `normalize: true`.",
        |e, a| {
            let normalize = a.flag("normalize", false)?;
            let name = a.option("name").map(|value| value.text()).transpose()?;
            let name = name.unwrap_or(if normalize { "proportion" } else { "count" });
            Ok(e.value_counts(a.flag("sort", false)?, false, name, normalize))
        },
    )
    .options(&["sort", "name", "normalize"])
    .example("let many = sample(\"cdnow\").select(col(\"quantity\").value_counts(#{sort: true}).alias(\"v\"));\nmany.select(col(\"v\").struct.field(\"quantity\"), col(\"v\").struct.field(\"count\")).head(3)"),
    method("", "implode", &[], "All values as one list.", |e, _| Ok(e.implode(true))),
    method("", "explode", &[], "Lists taken apart: one row for each item.", |e, _| {
        Ok(e.explode(ExplodeOptions { empty_as_null: true, keep_nulls: true }))
    }),
];
