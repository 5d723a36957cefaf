//! Wide made long and long made wide.

use regulars_plugin::{Failure, Result};

use super::{MANY, unless_meant};
use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::table::{Aggregate, Frame, Pivot};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "pivot", "frame.pivot(#{on, index, values, aggregate, allow})", "The values of the column `on` become columns, in order of first appearance; `index` stays, `values` fills them. `aggregate` says how several values of one place are made one: \"sum\", \"mean\", \"median\", \"min\", \"max\", \"first\", \"last\", \"len\"; without it there may be one only. A place without a value is missing; its \"sum\" and its \"len\" are 0. `allow` is the number of rows that may come of it where rows and columns together would be more than 250 million values.")
            .example("let sales = frame(#{shop: [\"a\", \"a\", \"b\"], month: [\"jan\", \"feb\", \"jan\"], amount: [1, 2, 3]});\nsales.pivot(#{on: \"month\", index: \"shop\", values: \"amount\"})")
            .choices("aggregate", Aggregate::WORDS.map(|(word, _)| (word, "")))
            .on::<Frame>()
            .does(1, 1, pivot),
        verb(Frames, "unpivot", "frame.unpivot(#{on, index, variable_name, value_name, allow})", "Columns on top of one another: one row for each value of the columns `on`, beside it the name of its column (\"variable\") and the columns `index`. Without `on`, all that are not in `index`. `allow` is the number of rows that may come of it, where they would be more than 100 million.")
            .example("frame(#{shop: [\"a\", \"b\"], jan: [1, 3], feb: [2, 4]}).unpivot(#{index: \"shop\", variable_name: \"month\", value_name: \"amount\"})")
            .on::<Frame>()
            .does(0, 1, unpivot)
            .plans(),
        verb(Frames, "explode", "frame.explode(columns…, #{allow})", "One row for each value of lists. An empty list is one row without a value. `allow` is the number of rows that may come of it, where they would be more than 100 million.")
            .example("let orders = frame(#{order: [1, 1, 2], item: [\"tea\", \"cup\", \"tea\"]});\norders.group_by(\"order\").agg(col(\"item\")).explode(\"item\")")
            .on::<Frame>()
            .does(1, MANY, explode)
            .plans(),
        verb(Frames, "unnest", "frame.unnest(columns…)", "The fields of structs as columns.")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.unnest(&call.names(1)?))
            .plans(),
        verb(Frames, "transpose", "frame.transpose(#{names_from, header})", "Rows as columns, for frames of up to 1,000 rows. `names_from` is the column that names the new ones, \"column_0\", \"column_1\" … unless told; `header` names a first column with the old names. Dates beside other kinds become text.")
            .example("frame(#{shop: [\"a\", \"b\"], jan: [1, 3], feb: [2, 4]}).transpose(#{names_from: \"shop\", header: \"month\"})")
            .on::<Frame>()
            .does(0, 1, |call| {
                let told = call.options(1, "transpose", &["names_from", "header"])?;
                let (names, header) = (told.text("names_from")?, told.text("header")?);
                call.frame(0)?.transpose(names.as_deref(), header.as_deref(), call.world.host())
            }),
    ]
}

fn pivot(call: &Arguments<'_>) -> Result<Frame> {
    let told = call.options(1, "pivot", &["on", "index", "values", "aggregate", "allow"])?;
    let pivot = Pivot {
        on: told.names("on")?,
        index: told.names("index")?,
        values: told.names("values")?,
        aggregate: told.choice("aggregate", &Aggregate::WORDS)?,
    };
    if pivot.on.is_empty() {
        return Err(Failure::new("`on` is left out: the column whose values become columns")
            .help("write `frame.pivot(#{on: \"month\", index: \"customer\", values: \"amount\", aggregate: \"sum\"})`")
            .within("pivot"));
    }
    let made = |allowed| {
        let wide = call.frame(0)?.widen(&pivot, call.world.host())?;
        unless_meant(call, wide.fits(allowed, call.world.host()))?;
        wide.make()
    };
    made(told.whole("allow")?).map_err(|failure| failure.within("pivot"))
}

fn unpivot(call: &Arguments<'_>) -> Result<Frame> {
    let told = call.options(1, "unpivot", &["on", "index", "variable_name", "value_name", "allow"])?;
    let (variable, value) = (told.text("variable_name")?, told.text("value_name")?);
    let (frame, on, index, allowed) = (call.frame(0)?, told.names("on")?, told.names("index")?, told.whole("allow")?);
    let made = || {
        let long = frame.unpivot(&on, &index, variable.as_deref(), value.as_deref())?;
        unless_meant(call, frame.unpivot_fits(&long, &on, &index, allowed, call.world.host()))?;
        Ok(long)
    };
    made().map_err(|failure: Failure| failure.within("unpivot"))
}

fn explode(call: &Arguments<'_>) -> Result<Frame> {
    let end = if call.is_map(call.count() - 1) { call.count() - 1 } else { call.count() };
    let allowed = call.options(end, "explode", &["allow"])?.whole("allow")?;
    let (frame, columns) = (call.frame(0)?, call.names_between(1, end)?);
    let long = frame.explode(&columns)?;
    unless_meant(call, frame.explode_fits(&long, &columns, allowed, call.world.host()))?;
    Ok(long)
}
