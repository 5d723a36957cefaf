//! What a frame is like.

use rhai::{Array, Dynamic, Map};

use super::MANY;
use crate::catalogue::VerbGroup::Frames;
use crate::script::bind::{Bound, verb};
use crate::table::Frame;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(
            Frames,
            "describe",
            "frame.describe()",
            "Count, missing values, mean, spread and quartiles of every column.",
        )
        .on::<Frame>()
        .does(0, 0, |call| call.frame(0)?.describe(call.world.host())),
        verb(Frames, "lineage", "frame.lineage(columns…)", "Where columns come from: each step from the file, the sample or the query to this frame, the oldest first; all columns unless told. Nothing is run for it. Of very long ways the first and the last steps are told, and how many lie between.")
            .example("let tx = sample(\"cdnow\").with_columns((col(\"amount\") / col(\"quantity\")).alias(\"price\"));\ntx.group_by(\"customer\").agg(col(\"price\").mean()).lineage(\"price\").select([\"step\", \"does\", \"word\", \"from\", \"what\"])")
            .on::<Frame>()
            .does(0, MANY, |call| call.frame(0)?.lineage(&call.names(1)?))
            .plans(),
        verb(Frames, "height", "frame.height", "The number of rows.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| Ok(call.frame(0)?.height(call.world.host())? as i64)),
        verb(Frames, "width", "frame.width", "The number of columns.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| Ok(call.frame(0)?.names().len() as i64))
            .plans(),
        verb(Frames, "columns", "frame.columns", "The names of the columns, as a list.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| {
                Ok(Dynamic::from(call.frame(0)?.names().into_iter().map(Dynamic::from).collect::<Array>()))
            })
            .plans(),
        verb(Frames, "schema", "frame.schema", "The types of the columns, as a map.").on::<Frame>().or_property().does(
            0,
            0,
            |call| {
                let types: Map =
                    call.frame(0)?.schema().into_iter().map(|(name, kind)| (name.into(), kind.into())).collect();
                Ok(Dynamic::from(types))
            },
        )
            .plans(),
        verb(Frames, "glimpse", "frame.glimpse()", "The columns, one in a row: name, type, first values.")
            .example("sample(\"cdnow\").glimpse()")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.glimpse(call.world.host())),
        verb(Frames, "null_count", "frame.null_count()", "How many values are missing in each column.")
            .example("frame(#{name: [\"ann\", ()], amount: [10, 20]}).null_count()")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.null_count()),
        verb(Frames, "n_unique", "frame.n_unique(columns…)", "The number of different rows, or of different values of some columns.")
            .example("sample(\"cdnow\").n_unique(\"customer\")")
            .on::<Frame>()
            .does(0, MANY, |call| Ok(call.frame(0)?.n_unique(&call.names(1)?, call.world.host())? as i64)),
        verb(Frames, "is_empty", "frame.is_empty()", "Whether there is no row.")
            .on::<Frame>()
            .does(0, 0, |call| Ok(call.frame(0)?.head(1)?.height(call.world.host())? == 0)),
        verb(Frames, "equals", "frame.equals(other)", "Whether another frame has the same columns, types and values in the same order.")
            .example("let tx = sample(\"cdnow\");\ntx.equals(tx.reverse().reverse())")
            .on::<Frame>()
            .does(1, 1, |call| call.frame(0)?.equals(&call.frame(1)?, call.world.host())),
        verb(Frames, "explain", "frame.explain()", "What the frame will do when it is run, as text: the last step stands first.")
            .example("sample(\"cdnow\").filter(col(\"amount\") > 100).select(\"customer\").explain()")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.explain()),
        verb(Frames, "collect", "frame.collect()", "Runs what the frame is made of now, and keeps the answer. A frame runs by itself when it is shown; this decides when.")
            .on::<Frame>()
            .does(0, 0, |call| {
                let frame = call.frame(0)?;
                frame.data(call.world.host())?;
                Ok(frame)
            }),
        verb(Frames, "lazy", "frame.lazy()", "The frame itself: every frame is lazy until it is shown.")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0))
            .plans(),
    ]
}
