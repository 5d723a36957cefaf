//! Rows in groups.

use regulars_plugin::Result;
use rhai::{Array, Dynamic};

use super::MANY;
use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::table::{Closed, DynamicWindows, Expression, Frame, Groups, RollingWindows, WindowLabel, WindowStart};

const DYNAMIC: [&str; 8] = ["every", "period", "offset", "by", "closed", "label", "start_by", "include_boundaries"];
const ROLLING: [&str; 4] = ["period", "offset", "by", "closed"];

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "group_by", "frame.group_by(keys…).agg(expressions…)", "The rows in groups of equal keys, waiting for `.agg`.")
            .example("sample(\"cdnow\").group_by(\"customer\").agg(col(\"amount\").sum(), len().alias(\"orders\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.group_by(&call.columns(1)?))
            .plans(),
        verb(Frames, "group_by_dynamic", "frame.group_by_dynamic(date, #{every, period, offset, by, closed, label, start_by, include_boundaries}).agg(expressions…)", "The rows in windows of time, one after another: `every: \"1mo\"` (also \"1d\", \"2w\", \"1q\", \"1y\", \"6h\"; \"10i\" for whole numbers). `period` is how long a window is, `by` names further keys, `closed` is \"left\" unless told (\"right\", \"both\", \"none\"), `label` \"left\" (\"right\", \"datapoint\"), `start_by` \"window\" (\"datapoint\", \"monday\" …). Rows need not be sorted; a window without a row is left out.")
            .example("sample(\"cdnow\").group_by_dynamic(\"date\", #{every: \"1q\"}).agg(col(\"amount\").sum(), len().alias(\"orders\"))")
            .choices("closed", Closed::WORDS.map(|(word, kind)| (word, kind.about())))
            .choices("label", WindowLabel::WORDS.map(|(word, kind)| (word, kind.about())))
            .choices("start_by", WindowStart::WORDS.map(|(word, _)| (word, "")))
            .on::<Frame>()
            .does(2, 2, dynamic)
            .plans(),
        verb(Frames, "rolling", "frame.rolling(date, #{period, offset, by, closed}).agg(expressions…)", "For each row the rows of the time before it: `period: \"30d\"` ends at the row, the row included. `by` names further keys, `closed` is \"right\" unless told. The answer stands in order of the date, within each of the keys.")
            .example("frame(#{day: [1, 2, 4, 9], amount: [10, 20, 30, 40]}).rolling(\"day\", #{period: \"3i\"}).agg(col(\"amount\").sum())")
            .choices("closed", Closed::WORDS.map(|(word, kind)| (word, kind.about())))
            .on::<Frame>()
            .does(2, 2, rolling)
            .plans(),
        verb(Frames, "agg", "groups.agg(expressions…)", "One row per group, groups in order of first appearance, windows in order of time.")
            .on::<Groups>()
            .does(1, MANY, |call| call.own::<Groups>(0, "groups of a frame")?.agg(&call.columns(1)?))
            .plans(),
        verb(Frames, "len", "groups.len()", "The number of rows of each group: `.agg(len())`.")
            .example("sample(\"cdnow\").group_by(\"customer\").len().head(3)")
            .on::<Groups>()
            .does(0, 0, |call| call.own::<Groups>(0, "groups of a frame")?.agg(&[Expression::rows()]))
            .plans(),
        verb(Frames, "value_counts", "frame.value_counts(columns…)", "How often each different value occurs, the most frequent first.")
            .example("sample(\"cdnow\").value_counts(\"quantity\").head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.value_counts(&call.names(1)?))
            .plans(),
        verb(Frames, "partition_by", "frame.partition_by(columns…)", "A list of frames, one for each different value of some columns, in order of first appearance.")
            .example("frame(#{shop: [\"a\", \"b\", \"a\"], amount: [1, 2, 3]}).partition_by(\"shop\").len()")
            .on::<Frame>()
            .does(1, MANY, |call| {
                let parts = call.frame(0)?.partition_by(&call.names(1)?, call.world.host())?;
                Ok(Dynamic::from(parts.into_iter().map(Dynamic::from).collect::<Array>()))
            }),
    ]
}

fn dynamic(call: &Arguments<'_>) -> Result<Groups> {
    let told = call.options(2, "group_by_dynamic", &DYNAMIC)?;
    let windows = DynamicWindows {
        every: told.needed("every", "frame.group_by_dynamic(\"date\", #{every: \"1mo\"})")?,
        period: told.text("period")?,
        offset: told.text("offset")?,
        by: told.names("by")?,
        closed: told.choice("closed", &Closed::WORDS)?.unwrap_or(Closed::Left),
        label: told.choice("label", &WindowLabel::WORDS)?.unwrap_or(WindowLabel::Left),
        start_by: told.choice("start_by", &WindowStart::WORDS)?.unwrap_or(WindowStart::WORDS[0].1),
        include_boundaries: told.flag("include_boundaries")?.unwrap_or_default(),
    };
    call.frame(0)?.group_by_dynamic(&index(call)?, &windows).map_err(|failure| failure.within("group_by_dynamic"))
}

fn rolling(call: &Arguments<'_>) -> Result<Groups> {
    let told = call.options(2, "rolling", &ROLLING)?;
    let windows = RollingWindows {
        period: told.needed("period", "frame.rolling(\"date\", #{period: \"30d\"})")?,
        offset: told.text("offset")?,
        by: told.names("by")?,
        closed: told.choice("closed", &Closed::WORDS)?.unwrap_or(Closed::Right),
    };
    call.frame(0)?.rolling(&index(call)?, &windows).map_err(|failure| failure.within("rolling"))
}

fn index(call: &Arguments<'_>) -> Result<String> {
    call.text(1).map_err(|failure| failure.help("name the column of the dates: `frame.group_by_dynamic(\"date\", …)`"))
}
