//! Lengths of time, such as the difference of two dates: the rest of the namespace `dt`.

use super::{Method, method};

/// Whole units unless the map asks for fractions.
const PARTS: &[&str] = &["fractional"];

pub(super) const METHODS: &[Method] = &[
    method("dt", "total_days", &[], "A duration in whole days, or in days with `fractional: true`.", |e, a| {
        Ok(e.dt().total_days(a.flag("fractional", false)?))
    })
    .options(PARTS)
    .example(
        "sample(\"cdnow\").with_columns((date(\"1998-07-01\") - col(\"date\")).dt.total_days().alias(\"age\")).head(3)",
    ),
    method("dt", "total_hours", &[], "A duration in whole hours, or in hours with `fractional: true`.", |e, a| {
        Ok(e.dt().total_hours(a.flag("fractional", false)?))
    })
    .options(PARTS),
    method(
        "dt",
        "total_minutes",
        &[],
        "A duration in whole minutes, or in minutes with `fractional: true`.",
        |e, a| Ok(e.dt().total_minutes(a.flag("fractional", false)?)),
    )
    .options(PARTS),
    method(
        "dt",
        "total_seconds",
        &[],
        "A duration in whole seconds, or in seconds with `fractional: true`.",
        |e, a| Ok(e.dt().total_seconds(a.flag("fractional", false)?)),
    )
    .options(PARTS),
    method("dt", "total_milliseconds", &[], "A duration in thousandths of a second.", |e, a| {
        Ok(e.dt().total_milliseconds(a.flag("fractional", false)?))
    })
    .options(PARTS),
    method("dt", "total_microseconds", &[], "A duration in millionths of a second.", |e, a| {
        Ok(e.dt().total_microseconds(a.flag("fractional", false)?))
    })
    .options(PARTS),
];
