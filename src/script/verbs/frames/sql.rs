//! SQL.

use regulars_plugin::{Failure, Result};
use rhai::Map;

use crate::catalogue::VerbGroup::Frames;
use crate::script::bind::{Bound, verb};
use crate::script::convert::kind;
use crate::table::Frame;

/// What the frame before the dot is called in a query.
const OWN: &str = "self";

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "sql", "sql(query, #{table: frame})", "The answer of an SQL query; the map names its tables. Text stands in single quotes. Queries only: nothing is created, changed or read from a file.")
            .example("let tx = sample(\"cdnow\");\nsql(\"select customer, sum(amount) as total from tx group by customer order by total desc limit 3\", #{tx: tx})")
            .does(1, 2, |call| {
                if call.count() == 1 {
                    return Err(Failure::new("a query needs its tables").help("name them: `sql(\"select * from tx\", #{tx: tx})`"));
                }
                Frame::query(&call.text(0)?, &tables(call.map(1)?)?)
            }),
        verb(Frames, "sql", "frame.sql(query, #{table: frame})", "The answer of an SQL query in which the frame is called `self`; a map names further tables.")
            .example("sample(\"cdnow\").sql(\"select count(*) as orders from self where amount > 100\")")
            .on::<Frame>()
            .does(1, 2, |call| {
                let mut named = tables(call.map(2)?)?;
                if named.iter().any(|(name, _)| name == OWN) {
                    return Err(Failure::new("`self` is the frame before the dot").help("give the other table another name"));
                }
                named.insert(0, (OWN.to_owned(), call.frame(0)?));
                Frame::query(&call.text(1)?, &named)
            }),
    ]
}

fn tables(map: Map) -> Result<Vec<(String, Frame)>> {
    map.into_iter()
        .map(|(name, value)| {
            let found = kind(&value);
            match value.try_cast::<Frame>() {
                Some(frame) => Ok((name.to_string(), frame)),
                None => Err(Failure::new(format!("the table `{name}` is {found}, but a frame is wanted"))
                    .help("write `sql(\"select * from tx\", #{tx: tx})`")),
            }
        })
        .collect()
}
