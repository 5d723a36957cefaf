//! Columns of dates in text files: only what can be read in one way is a date.

use polars::prelude::*;
use regulars_plugin::{Host, Result};

use crate::table::Frame;

/// Ways of writing that leave no doubt: the year comes first. `01/02/2024` is left as text, for a person to say what it
/// is when the table is declared.
const CERTAIN: [&str; 8] = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
];

/// The frame with its columns of certain dates made dates. A column with one value that is no date stays text.
pub(super) fn certain_dates(frame: &Frame, told: &[&str], host: &dyn Host) -> Result<Frame> {
    let data = frame.data(host)?;
    let mut made = Vec::new();
    for column in data.0.columns() {
        let name = column.name().clone();
        if *column.dtype() != DataType::String || told.contains(&name.as_str()) {
            continue;
        }
        let Some(first) = column.str().ok().and_then(|texts| texts.iter().flatten().next()) else { continue };
        // Four digits of a year, whatever the format would accept.
        if !first.as_bytes().get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit)) {
            continue;
        }
        for format in CERTAIN.into_iter().filter(|format| fits(first, format)) {
            let parsed = data.0.clone().lazy().select([parse(col(name.clone()), format)]).collect();
            let whole = parsed.ok().and_then(|parsed| parsed.columns().first().cloned());
            if let Some(dates) = whole.filter(|dates| dates.null_count() == column.null_count()) {
                made.push(dates);
                break;
            }
        }
    }
    if made.is_empty() {
        return Ok(frame.clone());
    }
    let mut whole = data.0.clone();
    for dates in made {
        // A column of the same name and length takes the place of the text, so this cannot be refused.
        if whole.with_column(dates).is_err() {
            return Ok(frame.clone());
        }
    }
    Ok(Frame::from_data(whole))
}

fn fits(text: &str, format: &str) -> bool {
    if format.contains("%H") {
        chrono::NaiveDateTime::parse_from_str(text, format).is_ok()
    } else {
        chrono::NaiveDate::parse_from_str(text, format).is_ok()
    }
}

fn parse(text: Expr, format: &str) -> Expr {
    let options = StrptimeOptions { format: Some(format.into()), strict: false, exact: true, cache: true };
    if format.contains("%H") {
        text.str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
    } else {
        text.str().to_date(options)
    }
}
