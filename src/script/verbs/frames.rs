//! What is done to a frame, under Polars' names.

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, Map};

use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::script::convert::cell;
use crate::table::{Cell, Expression, Frame, Groups, JoinKind, Operand, SortBy};

/// The most arguments that a word with a list of columns takes one by one; longer lists go into `[…]`.
const MANY: usize = 8;
/// Rows of `head()` and `tail()`, as in Polars and pandas.
const A_FEW: u32 = 5;

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "frame", "frame(#{name: [values]})", "Makes a frame of lists, one for each column; columns stand in the order of the alphabet.")
            .example("frame(#{customer: [\"ann\", \"bob\"], amount: [10, 20]})")
            .does(1, 1, |call| {
                if !call.values[0].is_map() {
                    return Err(call.refuse(0, "a map of lists").help("write one list for each column: `frame(#{name: [\"Ann\", \"Bob\"], amount: [10, 20]})`"));
                }
                let columns: Result<Vec<(String, Vec<Cell>)>> = call.map(0)?.iter().map(|(name, value)| column(name, value)).collect();
                Frame::from_cells(&columns?)
            }),
        verb(Frames, "filter", "frame.filter(condition)", "The rows for which a condition holds.")
            .example("sample(\"cdnow\").filter((col(\"amount\") > 100) & (col(\"quantity\") < 5))")
            .on::<Frame>()
            .does(1, 1, |call| call.frame(0)?.filter(&condition(call)?)),
        verb(Frames, "select", "frame.select(columns…)", "These columns and no others; names or expressions.")
            .example("sample(\"cdnow\").select(\"customer\", (col(\"amount\") / col(\"quantity\")).alias(\"price\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.select(&call.columns(1)?)),
        verb(Frames, "with_columns", "frame.with_columns(expressions…)", "Further columns; one of the same name is replaced.")
            .example("sample(\"cdnow\").with_columns(col(\"date\").dt.month().alias(\"month\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.with_columns(&call.columns(1)?)),
        verb(Frames, "group_by", "frame.group_by(keys…).agg(expressions…)", "The rows in groups of equal keys, waiting for `.agg`.")
            .example("sample(\"cdnow\").group_by(\"customer\").agg(col(\"amount\").sum(), len().alias(\"orders\")).head(3)")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.group_by(&call.columns(1)?)),
        verb(Frames, "agg", "groups.agg(expressions…)", "One row per group, groups in order of first appearance.")
            .on::<Groups>()
            .does(1, MANY, |call| call.own::<Groups>(0, "groups of a frame")?.agg(&call.columns(1)?)),
        verb(Frames, "join", "frame.join(other, key, how)", "The rows of two frames where keys agree. `key` is a name, a list of names, or `#{left: \"id\", right: \"customer\"}`; `how` is \"inner\" unless told, or \"left\", \"full\", \"semi\", \"anti\", \"cross\".")
            .example("let tx = sample(\"cdnow\");\nlet names = frame(#{customer: [4, 18], name: [\"Ann\", \"Bob\"]});\ntx.join(names, \"customer\").head(3)")
            .on::<Frame>()
            .does(1, 3, join),
        verb(Frames, "sort", "frame.sort(columns, #{descending})", "Sorted by a column or a list of columns, least first; `descending` is true, false, or a list of them. Missing values come last, equal rows keep their order.")
            .example("sample(\"cdnow\").sort(\"amount\", #{descending: true}).head(3)")
            .on::<Frame>()
            .does(1, 2, sort),
        verb(Frames, "head", "frame.head(rows)", "The first rows; 5 unless told.")
            .on::<Frame>()
            .does(0, 1, |call| call.frame(0)?.head(call.rows(1, A_FEW)?)),
        verb(Frames, "tail", "frame.tail(rows)", "The last rows; 5 unless told.")
            .on::<Frame>()
            .does(0, 1, |call| call.frame(0)?.tail(call.rows(1, A_FEW)?)),
        verb(Frames, "unique", "frame.unique(columns…)", "Each different row once, or the first row for each different value of some columns.")
            .on::<Frame>()
            .does(0, MANY, |call| call.frame(0)?.unique(&call.names(1)?)),
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
            }),
        verb(Frames, "drop", "frame.drop(columns…)", "Without these columns.")
            .on::<Frame>()
            .does(1, MANY, |call| call.frame(0)?.drop_columns(&call.names(1)?)),
        verb(Frames, "describe", "frame.describe()", "Count, missing values, mean, spread and quartiles of every column.")
            .on::<Frame>()
            .does(0, 0, |call| call.frame(0)?.describe(call.world.host())),
        verb(Frames, "height", "frame.height", "The number of rows.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| Ok(call.frame(0)?.height(call.world.host())? as i64)),
        verb(Frames, "width", "frame.width", "The number of columns.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| Ok(call.frame(0)?.names().len() as i64)),
        verb(Frames, "columns", "frame.columns", "The names of the columns, as a list.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| Ok(Dynamic::from(call.frame(0)?.names().into_iter().map(Dynamic::from).collect::<Array>()))),
        verb(Frames, "schema", "frame.schema", "The types of the columns, as a map.")
            .on::<Frame>()
            .or_property()
            .does(0, 0, |call| {
                let types: Map = call.frame(0)?.schema().into_iter().map(|(name, kind)| (name.into(), kind.into())).collect();
                Ok(Dynamic::from(types))
            }),
        verb(Frames, "to_list", "frame.to_list(column)", "The values of a column as a list.")
            .on::<Frame>()
            .does(1, 1, |call| {
                let data = call.frame(0)?.data(call.world.host())?;
                let values: Array = data.cells(&call.text(1)?)?.iter().map(dynamic_of_cell).collect();
                Ok(Dynamic::from(values))
            }),
    ]
}

fn column(name: &str, value: &Dynamic) -> Result<(String, Vec<Cell>)> {
    let list = value.read_lock::<Array>().ok_or_else(|| {
        Failure::new(format!("column `{name}` is {}, but a list is wanted", crate::script::convert::kind(value)))
            .help(format!("write `{name}: [1, 2, 3]`"))
    })?;
    let cells: Result<Vec<Cell>> = list.iter().map(cell).collect();
    cells.map(|cells| (name.to_owned(), cells)).map_err(|failure| failure.within(format!("column `{name}`")))
}

/// A column that a script tries to set in place.
pub(in crate::script) fn unchangeable(name: &str) -> Failure {
    Failure::new(format!("a frame is not changed in place, so `{name}` cannot be assigned"))
        .help(format!("make a new frame: `let tx = tx.with_columns((col(\"amount\") * 2).alias(\"{name}\"));`"))
}

fn dynamic_of_cell(cell: &Cell) -> Dynamic {
    match cell {
        Cell::Missing => Dynamic::UNIT,
        Cell::Integer(number) => (*number).into(),
        Cell::Number(number) => (*number).into(),
        Cell::Text(text) => text.clone().into(),
        Cell::Flag(flag) => (*flag).into(),
        Cell::Date(date) => Dynamic::from(crate::script::convert::Day(*date)),
        Cell::Time(time) => Dynamic::from(crate::script::convert::Moment(*time)),
        Cell::List(cells) => cells.iter().map(dynamic_of_cell).collect::<Array>().into(),
    }
}

fn condition(call: &Arguments<'_>) -> Result<Expression> {
    match call.operand(1)? {
        Operand::Expression(condition) => Ok(condition),
        Operand::Flag(flag) => Err(Failure::new(format!("the condition is {flag} for every row"))
            .help("compare a column, not its name: `col(\"amount\") > 10`")),
        _ => Err(call.refuse(1, "a condition").help("write it with a column: `col(\"amount\") > 10`")),
    }
}

fn join(call: &Arguments<'_>) -> Result<Frame> {
    let (left, right) = (call.frame(0)?, call.frame(1)?);
    let word = if call.count() > 3 { call.text(3)? } else { "inner".to_owned() };
    let words = JoinKind::WORDS.map(|(word, _)| word);
    let kind = JoinKind::WORDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| Failure::new(format!("no join `{word}`")).near(&word, words))?;
    if kind == JoinKind::Cross {
        return left.join(&right, &[], &[], kind);
    }
    if call.count() < 3 {
        let common: Vec<String> = left.names().into_iter().filter(|name| right.need(name).is_ok()).collect();
        let failure = Failure::new("`join` needs a key").help("write `tx.join(customers, \"customer\", \"left\")`");
        return Err(if common.is_empty() {
            failure
        } else {
            failure.help(format!("both frames have: {}", common.join(", ")))
        });
    }
    let (own, others) = match call.json(2) {
        Ok(map) => {
            let side = |name: &str| -> Result<Vec<String>> {
                let value = map.get(name).ok_or_else(|| {
                    Failure::new(format!("the key lacks `{name}`")).help("write `#{left: \"id\", right: \"customer\"}`")
                })?;
                let texts = match value {
                    serde_json::Value::String(text) => Some(vec![text.clone()]),
                    serde_json::Value::Array(items) => {
                        items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
                    }
                    _ => None,
                };
                texts.ok_or_else(|| Failure::new(format!("`{name}` must be a name or a list of names")))
            };
            (side("left")?, side("right")?)
        }
        Err(_) => {
            let keys = match call.operand(2)? {
                Operand::Text(name) => vec![name],
                Operand::List(items) => items
                    .into_iter()
                    .map(|item| {
                        if let Operand::Text(name) = item { Ok(name) } else { Err(call.refuse(2, "names of columns")) }
                    })
                    .collect::<Result<_>>()?,
                _ => return Err(call.refuse(2, "the name of the key column")),
            };
            (keys.clone(), keys)
        }
    };
    for (frame, keys, side) in [(&left, &own, "left frame"), (&right, &others, "right frame")] {
        for key in keys {
            frame.need(key).map_err(|failure| failure.within(side))?;
        }
    }
    let columns = |names: &[String]| names.iter().map(|name| Expression::column(name)).collect::<Vec<_>>();
    left.join(&right, &columns(&own), &columns(&others), kind)
}

fn sort(call: &Arguments<'_>) -> Result<Frame> {
    let frame = call.frame(0)?;
    let given = call.map(2)?;
    if let Some(other) = given.keys().find(|name| *name != "descending") {
        return Err(Failure::new(format!("no option `{other}`")).near(other, ["descending"]).within("sort"));
    }
    let keys = Arguments { world: call.world, values: vec![call.values[1].clone()] }.columns(0)?;
    let flags: Vec<bool> = match given.get("descending") {
        None => vec![false; keys.len()],
        Some(value) => match crate::script::convert::operand(value)? {
            Operand::Flag(flag) => vec![flag; keys.len()],
            Operand::List(items) if items.len() == keys.len() => {
                items.iter().map(|item| matches!(item, Operand::Flag(true))).collect()
            }
            _ => {
                return Err(
                    Failure::new("`descending` must be true, false, or one of them for each column").within("sort")
                );
            }
        },
    };
    let by: Vec<SortBy> = keys.into_iter().zip(flags).map(|(key, descending)| SortBy { key, descending }).collect();
    frame.sort(&by)
}
