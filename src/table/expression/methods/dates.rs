//! Dates and times: the namespace `dt`.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::{Given, length, period};
use super::{Method, method};

/// A period, looked at before a frame is asked.
fn every(a: &Given<'_>) -> Result<Expr> {
    if let Operand::Text(text) = &a[0] {
        period(text)?;
    }
    a[0].expr()
}

/// A time zone by its name in the world's list; `()` is none.
fn zone(operand: &Operand) -> Result<Option<TimeZone>> {
    let name = match operand {
        Operand::Missing => return Ok(None),
        other => other.text()?,
    };
    TimeZone::opt_try_new(Some(name)).map_err(|_| {
        Failure::new(format!("there is no time zone `{name}`"))
            .help("write \"UTC\", or a continent and a city: \"Europe/Berlin\", \"Asia/Shanghai\"")
    })
}

fn unit(a: &Given<'_>, place: usize) -> Result<TimeUnit> {
    let units = [("us", TimeUnit::Microseconds), ("ms", TimeUnit::Milliseconds), ("ns", TimeUnit::Nanoseconds)];
    a.choice(place, "unit", &units)
}

/// Since 1970, in a unit.
fn epoch(e: Expr, a: &Given<'_>) -> Result<Expr> {
    match a.text_or(0, "us")? {
        "s" => Ok(e.dt().timestamp(TimeUnit::Milliseconds).floor_div(lit(1000))),
        "d" => Ok(e.cast(DataType::Date).cast(DataType::Int32)),
        "us" | "ms" | "ns" => Ok(e.dt().timestamp(unit(a, 0)?)),
        other => Err(Failure::new(format!("no unit `{other}`")).near(other, ["s", "ms", "us", "ns", "d"])),
    }
}

/// Some parts of a date put in place of its own.
fn replaced(e: Expr, a: &Given<'_>) -> Result<Expr> {
    if a.options.is_empty() {
        return Err(Failure::new("nothing is replaced").help("write `.dt.replace(#{day: 1})`"));
    }
    let part = |name: &str| a.option(name).map_or(Ok(lit(NULL)), Operand::expr);
    let date = (part("year")?, part("month")?, part("day")?);
    let time = (part("hour")?, part("minute")?, part("second")?, part("microsecond")?);
    Ok(e.dt().replace(date.0, date.1, date.2, time.0, time.1, time.2, time.3, lit("raise")))
}

pub(super) const METHODS: &[Method] = &[
    method("dt", "year", &[], "The year.", |e, _| Ok(e.dt().year())),
    method("dt", "iso_year", &[], "The year that the ISO week belongs to.", |e, _| Ok(e.dt().iso_year())),
    method("dt", "quarter", &[], "The quarter, 1 to 4.", |e, _| Ok(e.dt().quarter())),
    method("dt", "month", &[], "The month, 1 to 12.", |e, _| Ok(e.dt().month())),
    method("dt", "week", &[], "The ISO week, 1 to 53.", |e, _| Ok(e.dt().week())),
    method("dt", "day", &[], "The day of the month.", |e, _| Ok(e.dt().day())),
    method("dt", "weekday", &[], "The day of the week, Monday is 1.", |e, _| Ok(e.dt().weekday())),
    method("dt", "ordinal_day", &[], "The day of the year, 1 to 366.", |e, _| Ok(e.dt().ordinal_day())),
    method("dt", "days_in_month", &[], "How many days the month has.", |e, _| Ok(e.dt().days_in_month())),
    method("dt", "is_leap_year", &[], "Whether the year has 366 days.", |e, _| Ok(e.dt().is_leap_year())),
    method("dt", "century", &[], "The century; 2000 is in the 20th.", |e, _| Ok(e.dt().century())),
    method("dt", "hour", &[], "The hour.", |e, _| Ok(e.dt().hour())),
    method("dt", "minute", &[], "The minute.", |e, _| Ok(e.dt().minute())),
    method("dt", "second", &[], "The second.", |e, _| Ok(e.dt().second())),
    method("dt", "millisecond", &[], "The thousandths of the second.", |e, _| Ok(e.dt().millisecond())),
    method("dt", "microsecond", &[], "The millionths of the second.", |e, _| Ok(e.dt().microsecond())),
    method("dt", "date", &[], "The day, without the time.", |e, _| Ok(e.dt().date())),
    method("dt", "time", &[], "The time of day, without the day.", |e, _| Ok(e.dt().time())),
    method("dt", "combine", &["time"], "The day with another time of day.", |e, a| {
        Ok(e.dt().combine(a[0].expr()?, TimeUnit::Microseconds))
    }),
    method("dt", "replace", &[], "With another year, month, day, hour, minute, second or microsecond; missing where there is no such day.", replaced)
        .options(&["year", "month", "day", "hour", "minute", "second", "microsecond"])
        .example("sample(\"cdnow\").select(col(\"date\").dt.replace(#{day: 1})).head(3)"),
    method("dt", "truncate", &["every"], "The beginning of the period: \"1h\", \"1d\", \"1w\", \"1mo\", \"1q\", \"1y\" …", |e, a| {
        Ok(e.dt().truncate(every(a)?))
    })
    .example("sample(\"cdnow\").group_by(col(\"date\").dt.truncate(\"1mo\")).agg(col(\"amount\").sum()).head(3)"),
    method("dt", "round", &["every"], "The nearer end of the period: \"1h\", \"1d\", \"1w\", \"1mo\" …", |e, a| Ok(e.dt().round(every(a)?))),
    method("dt", "offset_by", &["by"], "Moved by a length of time: \"1d\", \"-2w\", \"1mo\" …; the last of January moves by a month to the last of February.", |e, a| {
        if let Operand::Text(text) = &a[0] {
            length(text)?;
        }
        Ok(e.dt().offset_by(a[0].expr()?))
    }),
    method("dt", "month_start", &[], "The first day of the month.", |e, _| Ok(e.dt().month_start())),
    method("dt", "month_end", &[], "The last day of the month.", |e, _| Ok(e.dt().month_end())),
    method("dt", "to_string", &["format?"], "As text, in a format such as \"%d.%m.%Y\"; the ISO way unless told.", |e, a| {
        Ok(e.dt().to_string(a.text_or(0, "iso")?))
    }),
    method("dt", "strftime", &["format"], "As text, in a format such as \"%d.%m.%Y\"; the same as `to_string`.", |e, a| {
        Ok(e.dt().to_string(a[0].text()?))
    }),
    method("dt", "timestamp", &["unit?"], "The time since 1970 as a whole number, in \"us\" unless told (\"ms\", \"ns\").", |e, a| {
        Ok(e.dt().timestamp(unit(a, 0)?))
    }),
    method("dt", "epoch", &["unit?"], "The time since 1970 as a whole number, in \"us\" unless told (\"d\", \"s\", \"ms\", \"ns\").", epoch),
    method("dt", "convert_time_zone", &["zone"], "The same moment as the clocks of another time zone show it, such as \"Asia/Shanghai\".", |e, a| {
        match zone(&a[0])? {
            Some(zone) => Ok(e.dt().convert_time_zone(zone)),
            None => Err(Failure::new("no time zone is given").help("`.dt.replace_time_zone(())` takes the zone away")),
        }
    }),
    method(
        "dt",
        "replace_time_zone",
        &["zone"],
        "What the clock shows, read in another time zone; `()` takes the zone away. An hour that is there twice is an error, or `ambiguous`: \"earliest\", \"latest\", \"null\"; one that is not there is an error, or missing with `non_existent: \"null\"`.",
        |e, a| {
            let clocks = [("raise", "raise"), ("earliest", "earliest"), ("latest", "latest"), ("null", "null")];
            let gaps = [("raise", NonExistent::Raise), ("null", NonExistent::Null)];
            let ambiguous = a.choice(usize::MAX, "ambiguous", &clocks)?;
            Ok(e.dt().replace_time_zone(zone(&a[0])?, lit(ambiguous), a.choice(usize::MAX, "non_existent", &gaps)?))
        },
    )
    .options(&["ambiguous", "non_existent"]),
    method("dt", "base_utc_offset", &[], "How far the zone is from Greenwich, without summer time.", |e, _| Ok(e.dt().base_utc_offset())),
    method("dt", "dst_offset", &[], "How much of the offset is summer time.", |e, _| Ok(e.dt().dst_offset())),
    method("dt", "cast_time_unit", &["unit"], "The same time, kept in \"us\", \"ms\" or \"ns\".", |e, a| Ok(e.dt().cast_time_unit(unit(a, 0)?))),
];
