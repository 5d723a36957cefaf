//! Which rows, in which order.

use regulars_plugin::{Failure, Result};
use rhai::{Dynamic, Map};

use super::{MANY, unless_meant};
use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::script::options::Options;
use crate::table::{Expression, Frame, Operand, Sample, SampleSize, SortBy};

/// Rows of `head()` and `tail()`, as in Polars and pandas.
const A_FEW: u32 = 5;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "filter", "frame.filter(condition)", "The rows for which a condition holds.")
            .example("sample(\"cdnow\").filter((col(\"amount\") > 100) & (col(\"quantity\") < 5))")
            .on::<Frame>()
            .does(1, 1, |call| call.frame(0)?.filter(&condition(call)?))
            .plans(),
        verb(Frames, "sort", "frame.sort(columns…, #{descending, nulls_last})", "Sorted by one or several columns, least first; `descending` is true, false, or a list of them, one for each column. Missing values come last unless `nulls_last` is false, equal rows keep their order.")
            .example("sample(\"cdnow\").sort([\"customer\", \"amount\"], #{descending: [false, true]}).head(3)")
            .on::<Frame>()
            .does(1, MANY, sort)
            .plans(),
        verb(Frames, "head", "frame.head(rows)", "The first rows; 5 unless told.")
            .on::<Frame>()
            .does(0, 1, |call| call.frame(0)?.head(call.rows(1, A_FEW)?))
            .plans(),
        verb(Frames, "tail", "frame.tail(rows)", "The last rows; 5 unless told.")
            .on::<Frame>()
            .does(0, 1, |call| call.frame(0)?.tail(call.rows(1, A_FEW)?))
            .plans(),
        verb(Frames, "slice", "frame.slice(offset, rows)", "Rows from a place on, counted from 0; a negative place counts from the end. All that follow unless a number of rows is told.")
            .example("sample(\"cdnow\").slice(100, 3)")
            .on::<Frame>()
            .does(1, 2, |call| {
                let rows = if call.count() > 2 { Some(call.rows(2, 0)?) } else { None };
                call.frame(0)?.slice(call.integer(1)?, rows)
            })
            .plans(),
        verb(Frames, "top_k", "frame.top_k(rows, by)", "The rows with the greatest values of a column, or of a list of columns, greatest first.")
            .example("sample(\"cdnow\").top_k(3, \"amount\")")
            .on::<Frame>()
            .does(2, 2, |call| call.frame(0)?.top_k(call.rows(1, A_FEW)?, &call.columns_at(2)?, false))
            .plans(),
        verb(Frames, "bottom_k", "frame.bottom_k(rows, by)", "The rows with the least values of a column, or of a list of columns, least first.")
            .example("sample(\"cdnow\").bottom_k(3, \"date\")")
            .on::<Frame>()
            .does(2, 2, |call| call.frame(0)?.top_k(call.rows(1, A_FEW)?, &call.columns_at(2)?, true))
            .plans(),
        verb(Frames, "sample", "frame.sample(rows, #{n, fraction, seed, replace, shuffle, allow})", "Rows drawn at random: a number of them, one unless told, or `#{fraction: 0.1}`. The same seed draws the same rows; without one, the session's seed. `replace: true` may draw a row again, `shuffle: true` gives them in random order. `allow` is the number of rows that may be drawn again and again, where they are more than 100 million.")
            .example("sample(\"cdnow\").sample(3, #{seed: 7})")
            .on::<Frame>()
            .does(0, 2, sample),
        verb(Frames, "unique", "frame.unique(columns…)", "Each different row once, or the first row for each different value of some columns.")
            .on::<Frame>()
            .does(0, MANY, |call| call.frame(0)?.unique(&call.names(1)?))
            .plans(),
        verb(Frames, "drop_nulls", "frame.drop_nulls(columns…)", "The rows without a missing value in these columns; in any column unless told.")
            .example("frame(#{name: [\"ann\", ()], amount: [10, 20]}).drop_nulls(\"name\")")
            .on::<Frame>()
            .does(0, MANY, |call| call.frame(0)?.drop_nulls(&call.names(1)?))
            .plans(),
        verb(Frames, "reverse", "frame.reverse()", "The last row first.")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.reverse())
            .plans(),
        verb(Frames, "gather_every", "frame.gather_every(n, offset)", "Every `n`-th row, from place `offset` on; from the first unless told.")
            .example("sample(\"cdnow\").gather_every(1000).height")
            .on::<Frame>()
            .does(1, 2, |call| call.frame(0)?.gather_every(call.rows(1, 1)? as usize, call.rows(2, 0)? as usize))
            .plans(),
        verb(Frames, "clear", "frame.clear()", "The columns without a row.")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.clear())
            .plans(),
    ]
}

fn condition(call: &Arguments<'_>) -> Result<Expression> {
    match call.operand(1)? {
        Operand::Expression(condition) => Ok(condition),
        Operand::Flag(flag) => Err(Failure::new(format!("the condition is {flag} for every row"))
            .help("compare a column, not its name: `col(\"amount\") > 10`")),
        _ => Err(call.refuse(1, "a condition").help("write it with a column: `col(\"amount\") > 10`")),
    }
}

fn sort(call: &Arguments<'_>) -> Result<Frame> {
    let frame = call.frame(0)?;
    let end = if call.is_map(call.count() - 1) { call.count() - 1 } else { call.count() };
    let told = call.options(end, "sort", &["descending", "nulls_last"])?;
    if call.values[1..end].iter().any(Dynamic::is_bool) {
        return Err(Failure::new("found true or false, but a column is wanted here")
            .help("the greatest first is `frame.sort(\"amount\", #{descending: true})`"));
    }
    let keys = call.columns_between(1, end)?;
    if keys.is_empty() {
        return Err(Failure::new("no column is named to sort by").help("write `frame.sort(\"amount\")`"));
    }
    let descending = told.flags("descending", keys.len(), false)?;
    let last = told.flags("nulls_last", keys.len(), true)?;
    let by: Vec<SortBy> = keys
        .into_iter()
        .zip(descending.into_iter().zip(last))
        .map(|(key, (descending, nulls_last))| SortBy { key, descending, nulls_last })
        .collect();
    frame.sort(&by)
}

fn sample(call: &Arguments<'_>) -> Result<Frame> {
    let frame = call.frame(0)?;
    let map_at = if call.is_map(1) { 1 } else { 2 };
    let mut given: Map = call.map(map_at)?;
    if map_at == 2 {
        let rows = if call.count() > 1 { call.integer(1)? } else { 1 };
        given.insert("n".into(), rows.into());
    } else if call.count() > 2 {
        return Err(Failure::new("the options stand twice").help("write `frame.sample(100, #{seed: 7})`"));
    }
    let told = Options::new("sample", given, &["n", "fraction", "seed", "replace", "shuffle", "allow"])?;
    let replace = told.flag("replace")?.unwrap_or_default();
    let size = match (told.whole("n")?, told.number("fraction")?) {
        (Some(rows), None) => SampleSize::Rows(u32::try_from(rows).map_err(|_| {
            Failure::new(format!("{rows} rows were asked for")).help("give a whole number up to 4,294,967,295")
        })?),
        (None, Some(share)) if share >= 0.0 && (share <= 1.0 || (replace && share.is_finite())) => {
            SampleSize::Share(share)
        }
        (None, Some(share)) => {
            return Err(Failure::new(format!("the fraction {share} is no share of the rows"))
                .help("give one from 0 to 1, a tenth is 0.1; with `replace: true` it may be more")
                .within("sample"));
        }
        _ => {
            return Err(Failure::new("either `n` or `fraction` is wanted")
                .help("write `frame.sample(100)` or `frame.sample(#{fraction: 0.1})`")
                .within("sample"));
        }
    };
    let seed = told.whole("seed")?.unwrap_or(call.world.seed);
    let drawn = Sample { size, replace, shuffle: told.flag("shuffle")?.unwrap_or_default(), seed };
    unless_meant(call, frame.sample_fits(&drawn, told.whole("allow")?, call.world.host()))?;
    frame.sample(&drawn)
}
