//! Windows that move along the rows: so many rows, or a length of time.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::given::{Given, period};
use super::summaries::RULES;
use super::{Method, method};

/// A window of so many rows, the row itself included.
fn rows(a: &Given<'_>, place: usize) -> Result<RollingOptionsFixedWindow> {
    let size = a[place].count().map_err(|failure| {
        failure.help("a window is counted in rows; one of a length of time is `.rolling_mean_by(\"date\", \"7d\")`")
    })?;
    let least = a.count("min_samples", size)?;
    if size == 0 {
        return Err(Failure::new("a window of 0 rows is empty").help("a window has 1 row or more"));
    }
    if least > size {
        return Err(Failure::new(format!("a window of {size} rows cannot hold {least} values"))
            .help("`min_samples` is at most the length of the window"));
    }
    Ok(RollingOptionsFixedWindow {
        window_size: size,
        min_periods: least,
        center: a.flag("center", false)?,
        ..RollingOptionsFixedWindow::default()
    })
}

/// A column of dates, and a window of a length of time that ends with the row.
fn time(a: &Given<'_>, place: usize) -> Result<(Expr, RollingOptionsDynamicWindow)> {
    let sides = [
        ("right", ClosedWindow::Right),
        ("left", ClosedWindow::Left),
        ("both", ClosedWindow::Both),
        ("none", ClosedWindow::None),
    ];
    let options = RollingOptionsDynamicWindow {
        window_size: period(a[place + 1].text()?)?,
        min_periods: a.count("min_samples", 1)?,
        closed_window: a.choice(usize::MAX, "closed", &sides)?,
        fn_params: None,
    };
    Ok((a[place].column()?, options))
}

fn share(a: &Given<'_>) -> Result<f64> {
    let share = a[0].number()?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err(Failure::new(format!("{share} is no quantile: it lies between 0 and 1"))
            .help("the 95th percentile is 0.95")),
    }
}

const ROWS: &[&str] = &["min_samples", "center"];
const TIME: &[&str] = &["min_samples", "closed"];

pub(super) const METHODS: &[Method] = &[
    method(
        "",
        "rolling_sum",
        &["window"],
        "The sum of the row and those before it, `window` rows in all; missing where fewer than `min_samples` have a value, which are all unless told.",
        |e, a| Ok(e.rolling_sum(rows(a, 0)?)),
    )
    .options(ROWS),
    method("", "rolling_mean", &["window"], "The mean of the row and those before it, `window` rows in all.", |e, a| {
        Ok(e.rolling_mean(rows(a, 0)?))
    })
    .options(ROWS)
    .example("frame(#{sales: [1, 2, 6, 9]}).with_columns(col(\"sales\").rolling_mean(2, #{min_samples: 1}).alias(\"smooth\"))"),
    method("", "rolling_min", &["window"], "The least value of `window` rows.", |e, a| Ok(e.rolling_min(rows(a, 0)?)))
        .options(ROWS),
    method("", "rolling_max", &["window"], "The greatest value of `window` rows.", |e, a| Ok(e.rolling_max(rows(a, 0)?)))
        .options(ROWS),
    method("", "rolling_std", &["window"], "The standard deviation of `window` rows.", |e, a| Ok(e.rolling_std(rows(a, 0)?)))
        .options(ROWS),
    method("", "rolling_var", &["window"], "The variance of `window` rows.", |e, a| Ok(e.rolling_var(rows(a, 0)?)))
        .options(ROWS),
    method("", "rolling_median", &["window"], "The median of `window` rows.", |e, a| Ok(e.rolling_median(rows(a, 0)?)))
        .options(ROWS),
    method("", "rolling_quantile", &["q", "window"], "The quantile `q` of `window` rows.", |e, a| {
        let rule = a.choice(usize::MAX, "interpolation", &RULES)?;
        Ok(e.rolling_quantile(rule, share(a)?, rows(a, 1)?))
    })
    .options(&["interpolation", "min_samples", "center"]),
    method(
        "",
        "rolling_sum_by",
        &["column", "window"],
        "The sum of the rows of the last \"7d\", \"1mo\" …, by a column of dates; the rows may be in any order. The far end of the window is left out unless `closed` is \"both\".",
        |e, a| time(a, 0).map(|(by, options)| e.rolling_sum_by(by, options)),
    )
    .options(TIME)
    .example("sample(\"cdnow\").with_columns(col(\"amount\").rolling_sum_by(\"date\", \"30d\").over(\"customer\").alias(\"last 30 days\")).head(3)"),
    method("", "rolling_mean_by", &["column", "window"], "The mean of the rows of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_mean_by(by, options))
    })
    .options(TIME),
    method("", "rolling_min_by", &["column", "window"], "The least value of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_min_by(by, options))
    })
    .options(TIME),
    method("", "rolling_max_by", &["column", "window"], "The greatest value of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_max_by(by, options))
    })
    .options(TIME),
    method("", "rolling_std_by", &["column", "window"], "The standard deviation of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_std_by(by, options))
    })
    .options(TIME),
    method("", "rolling_var_by", &["column", "window"], "The variance of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_var_by(by, options))
    })
    .options(TIME),
    method("", "rolling_median_by", &["column", "window"], "The median of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        time(a, 0).map(|(by, options)| e.rolling_median_by(by, options))
    })
    .options(TIME),
    method("", "rolling_quantile_by", &["q", "column", "window"], "The quantile `q` of the last \"7d\", \"1mo\" …, by a column of dates.", |e, a| {
        let rule = a.choice(usize::MAX, "interpolation", &RULES)?;
        let (by, options) = time(a, 1)?;
        Ok(e.rolling_quantile_by(by, rule, share(a)?, options))
    })
    .options(&["interpolation", "min_samples", "closed"]),
];
