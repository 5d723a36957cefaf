//! Dates and times: the namespace `dt`.

use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("dt", "year", &[], "The year.", |e, _| Ok(e.dt().year())),
    method("dt", "quarter", &[], "The quarter, 1 to 4.", |e, _| Ok(e.dt().quarter())),
    method("dt", "month", &[], "The month, 1 to 12.", |e, _| Ok(e.dt().month())),
    method("dt", "week", &[], "The ISO week, 1 to 53.", |e, _| Ok(e.dt().week())),
    method("dt", "day", &[], "The day of the month.", |e, _| Ok(e.dt().day())),
    method("dt", "weekday", &[], "The day of the week, Monday is 1.", |e, _| Ok(e.dt().weekday())),
    method("dt", "hour", &[], "The hour.", |e, _| Ok(e.dt().hour())),
    method("dt", "minute", &[], "The minute.", |e, _| Ok(e.dt().minute())),
    method("dt", "date", &[], "The day, without the time.", |e, _| Ok(e.dt().date())),
    method("dt", "truncate", &["every"], "The beginning of the period: \"1w\", \"1mo\", \"1q\", \"1y\" …", |e, a| {
        Ok(e.dt().truncate(a[0].expr()?))
    }),
    method("dt", "offset_by", &["by"], "Moved by a duration: \"1d\", \"-2w\", \"1mo\" …", |e, a| {
        Ok(e.dt().offset_by(a[0].expr()?))
    }),
    method("dt", "to_string", &["format"], "As text, in a format such as \"%d.%m.%Y\".", |e, a| {
        Ok(e.dt().to_string(a[0].text()?))
    }),
    method("dt", "total_days", &[], "A duration in whole days.", |e, _| Ok(e.dt().total_days(false))),
    method("dt", "total_hours", &[], "A duration in whole hours.", |e, _| Ok(e.dt().total_hours(false))),
];
