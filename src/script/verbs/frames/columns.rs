//! Which columns, under which names.

use regulars_plugin::{Failure, Result};

use super::MANY;
use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::table::{Filling, Frame};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "select", "frame.select(columns…)", "These columns and no others; names or expressions.")
            .example("sample(\"cdnow\").select(\"customer\", (col(\"amount\") / col(\"quantity\")).alias(\"price\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.select(&call.columns(1)?))
            .plans(),
        verb(Frames, "with_columns", "frame.with_columns(expressions…)", "Further columns; one of the same name is replaced.")
            .example("sample(\"cdnow\").with_columns(col(\"date\").dt.month().alias(\"month\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.with_columns(&call.columns(1)?))
            .plans(),
        verb(Frames, "rename", "frame.rename(#{old: \"new\"})", "Columns under other names.")
            .on::<Frame>()
            .does(1, 1, |call| {
                let names: Result<Vec<(String, String)>> = call
                    .json(1)?
                    .into_iter()
                    .map(|(old, new)| match new.as_str() {
                        Some(new) => Ok((old, new.to_owned())),
                        None => Err(Failure::new(format!("the new name of `{old}` is {new}, but text is wanted"))),
                    })
                    .collect();
                call.frame(0)?.rename(&names?)
            })
            .plans(),
        verb(Frames, "drop", "frame.drop(columns…)", "Without these columns.")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.drop_columns(&call.names(1)?))
            .plans(),
        verb(Frames, "cast", "frame.cast(#{column: \"type\"})", "Columns as other types: \"int\", \"float\", \"string\", \"bool\", \"date\", \"datetime\". A value that cannot be cast is an error.")
            .example("frame(#{zip: [8001, 9000]}).cast(#{zip: \"string\"})")
            .on::<Frame>()
            .does(1, 1, |call| {
                let types: Result<Vec<(String, String)>> = call
                    .json(1)?
                    .into_iter()
                    .map(|(name, kind)| match kind.as_str() {
                        Some(kind) => Ok((name, kind.to_owned())),
                        None => Err(Failure::new(format!("the type of `{name}` is {kind}, but text is wanted"))
                            .help("write `frame.cast(#{zip: \"string\"})`")),
                    })
                    .collect();
                call.frame(0)?.cast(&types?)
            })
            .plans(),
        verb(Frames, "fill_null", "frame.fill_null(value)", "A value where one is missing, in the columns that can hold it. Or `#{strategy: \"forward\"}`: the last value before it (also \"backward\", \"min\", \"max\", \"mean\", \"zero\", \"one\"); `limit` bounds how many in a row.")
            .example("frame(#{name: [\"ann\", ()], amount: [(), 20]}).fill_null(0)")
            .choices("strategy", Filling::WORDS.map(|(word, kind)| (word, kind.about())))
            .on::<Frame>()
            .does(1, 1, fill_null)
            .plans(),
        verb(Frames, "fill_nan", "frame.fill_nan(value)", "A value where a number is none, such as 0 / 0; `()` makes it missing.")
            .example("frame(#{a: [0.0, 1.0]}).select(col(\"a\") / col(\"a\")).fill_nan(0)")
            .on::<Frame>()
            .does(1, 1, |call| call.frame(0)?.fill_nan(&call.operand(1)?))
            .plans(),
        verb(Frames, "with_row_index", "frame.with_row_index(name, offset)", "A first column that counts the rows, from 0 unless told; it is called \"index\" unless told.")
            .example("sample(\"cdnow\").with_row_index(\"row\", 1).head(3)")
            .on::<Frame>()
            .does(0, 2, |call| {
                let name = if call.count() > 1 { call.text(1)? } else { "index".to_owned() };
                call.frame(0)?.with_row_index(&name, call.rows(2, 0)?)
            })
            .plans(),
    ]
}

fn fill_null(call: &Arguments<'_>) -> Result<Frame> {
    let frame = call.frame(0)?;
    if !call.is_map(1) {
        return frame.fill_null(&call.operand(1)?);
    }
    let told = call.options(1, "fill_null", &["strategy", "limit"])?;
    let how = told.choice("strategy", &Filling::WORDS)?.ok_or_else(|| {
        Failure::new("`strategy` is left out")
            .help("write `frame.fill_null(#{strategy: \"forward\"})`")
            .within("fill_null")
    })?;
    let limit = told.whole("limit")?.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX));
    frame.fill_null_by(how, limit)
}
