//! Values that are not there.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::given::Given;
use super::{Method, method};

/// How many missing values in a row are filled; no end unless told.
fn limit(a: &Given<'_>) -> Result<FillNullLimit> {
    let value = a.either(0, "limit").map(|value| value.count()).transpose()?;
    value.map(|rows| IdxSize::try_from(rows).map_err(|_| Failure::new("the limit is too great"))).transpose()
}

fn filled(e: Expr, a: &Given<'_>) -> Result<Expr> {
    if let Some(value) = a.get(0) {
        return Ok(e.fill_null(value.expr()?));
    }
    let Some(strategy) = a.option("strategy") else {
        return Err(Failure::new("what is put in place of a missing value?")
            .help("give a value, `.fill_null(0)`, or a strategy, `.fill_null(#{strategy: \"forward\"})`"));
    };
    let limit = limit(a)?;
    let strategies = [
        ("forward", FillNullStrategy::Forward(limit)),
        ("backward", FillNullStrategy::Backward(limit)),
        ("mean", FillNullStrategy::Mean),
        ("min", FillNullStrategy::Min),
        ("max", FillNullStrategy::Max),
        ("zero", FillNullStrategy::Zero),
        ("one", FillNullStrategy::One),
    ];
    strategy.text()?;
    Ok(e.fill_null_with_strategy(a.choice(usize::MAX, "strategy", &strategies)?))
}

pub(super) const METHODS: &[Method] = &[
    method("", "is_null", &[], "Whether the value is missing.", |e, _| Ok(e.is_null())),
    method("", "is_not_null", &[], "Whether there is a value.", |e, _| Ok(e.is_not_null())),
    method(
        "",
        "fill_null",
        &["value?"],
        "The value, or another where it is missing: one that is given, or found by a strategy: \"forward\", \"backward\", \"mean\", \"min\", \"max\", \"zero\", \"one\".",
        filled,
    )
    .options(&["strategy", "limit"])
    .example("frame(#{stock: [5, (), 3]}).with_columns(col(\"stock\").fill_null(#{strategy: \"forward\"}))"),
    method("", "forward_fill", &["limit?"], "The value, or the last one before it where it is missing, over at most `limit` rows.", |e, a| {
        Ok(e.fill_null_with_strategy(FillNullStrategy::Forward(limit(a)?)))
    })
    .options(&["limit"]),
    method("", "backward_fill", &["limit?"], "The value, or the next one after it where it is missing, over at most `limit` rows.", |e, a| {
        Ok(e.fill_null_with_strategy(FillNullStrategy::Backward(limit(a)?)))
    })
    .options(&["limit"]),
    method("", "interpolate", &["method?"], "Missing values between two others: on the straight line unless told (\"nearest\").", |e, a| {
        let methods = [("linear", InterpolationMethod::Linear), ("nearest", InterpolationMethod::Nearest)];
        Ok(e.interpolate(a.choice(0, "method", &methods)?))
    })
    .example("frame(#{price: [1.0, (), 3.0]}).with_columns(col(\"price\").interpolate())"),
    method("", "drop_nulls", &[], "The values that are there.", |e, _| Ok(e.drop_nulls())),
    method("", "is_nan", &[], "Whether it is not a number.", |e, _| Ok(e.is_nan())),
    method("", "is_not_nan", &[], "Whether it is a number.", |e, _| Ok(e.is_not_nan())),
    method("", "fill_nan", &["value"], "The value, or another where it is not a number.", |e, a| {
        Ok(e.fill_nan(a[0].expr()?))
    }),
    method("", "drop_nans", &[], "The values that are numbers, or missing.", |e, _| Ok(e.drop_nans())),
    method("", "is_finite", &[], "Whether it is a number, and not infinite.", |e, _| Ok(e.is_finite())),
    method("", "is_infinite", &[], "Whether it is infinite.", |e, _| Ok(e.is_infinite())),
];
