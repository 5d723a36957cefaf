//! Several frames made one.

use regulars_plugin::{Failure, Result};
use rhai::{Array, Map};

use super::{MANY, unless_meant};
use crate::catalogue::VerbGroup::Frames;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::script::convert::{kind, operand};
use crate::script::options::Options;
use crate::table::{
    AsofKind, AsofOptions, ConcatKind, Expression, Frame, JoinCheck, JoinKind, JoinOptions, Operand, Tolerance,
};

const JOIN_OPTIONS: [&str; 10] =
    ["on", "left_on", "right_on", "left", "right", "how", "suffix", "validate", "nulls_equal", "allow"];
const ASOF_OPTIONS: [&str; 9] =
    ["on", "left_on", "right_on", "by", "left_by", "right_by", "strategy", "tolerance", "suffix"];

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Frames, "join", "frame.join(other, key, how)", "The rows of two frames where keys agree, in the order of the left one. `key` is a name, a list of names, or `#{left: \"id\", right: \"customer\"}`; `how` is \"inner\" unless told, or \"left\", \"right\", \"full\", \"semi\", \"anti\", \"cross\". A map instead of `how` tells more: `#{how, suffix, validate, nulls_equal, allow}`; `allow` is the number of rows that may come of it, where keys that stand often on both sides would make more than 100 million. A column of `other` that `frame` has too gets the suffix, \"_right\" unless told; `validate: \"m:1\"` fails where `other` has a key twice (\"1:1\", \"1:m\").")
            .example("let tx = sample(\"cdnow\");\nlet names = frame(#{customer: [4, 18], name: [\"Ann\", \"Bob\"]});\ntx.join(names, \"customer\", #{how: \"inner\", validate: \"m:1\"}).head(3)")
            .choices("how", JoinKind::WORDS.map(|(word, kind)| (word, kind.about())))
            .choices("validate", JoinCheck::WORDS.map(|(word, kind)| (word, kind.about())))
            .on::<Frame>()
            .does(1, 3, join)
            .plans(),
        verb(Frames, "join_asof", "frame.join_asof(other, #{on, left_on, right_on, by, left_by, right_by, strategy, tolerance, suffix})", "Each row with the row of `other` whose date (or number) is nearest before it; `strategy` is \"backward\" unless told, or \"forward\", \"nearest\". `by` names columns that must be equal, `tolerance: \"7d\"` is the farthest that counts. Both are sorted by the key for you, so the answer stands in its order.")
            .example("let visits = frame(#{day: [10, 20, 30], visitor: [\"a\", \"b\", \"c\"]});\nlet prices = frame(#{day: [5, 18], price: [1.5, 2.5]});\nvisits.join_asof(prices, #{on: \"day\"})")
            .choices("strategy", AsofKind::WORDS.map(|(word, kind)| (word, kind.about())))
            .on::<Frame>()
            .does(2, 2, join_asof)
            .plans(),
        verb(Frames, "join_where", "frame.join_where(other, conditions…, #{suffix, allow})", "Pairs of rows for which all conditions hold, by keys that need not be equal. A column of `other` that `frame` has too is called with the suffix, `col(\"date_right\")`. `allow` is the number of rows that may come of it, where a sample of both frames says that there would be more than 100 million.")
            .example("let orders = frame(#{day: [3, 12, 25], amount: [10, 20, 30]});\nlet sales = frame(#{start: [1, 20], stop: [5, 30], name: [\"spring\", \"autumn\"]});\norders.join_where(sales, col(\"day\") >= col(\"start\"), col(\"day\") <= col(\"stop\"))")
            .on::<Frame>()
            .does(2, MANY, join_where)
            .plans(),
        verb(Frames, "concat", "concat([frames], #{how})", "Frames made one: on top of one another, `how: \"vertical\"` unless told. \"diagonal\" goes by name and leaves gaps missing, \"horizontal\" puts them side by side and fills shorter ones with missing values; \"vertical_relaxed\" and \"diagonal_relaxed\" let types differ.")
            .example("let a = frame(#{x: [1, 2]});\nlet b = frame(#{x: [3], y: [\"new\"]});\nconcat([a, b], #{how: \"diagonal\"})")
            .choices("how", ConcatKind::WORDS.map(|(word, kind)| (word, kind.about())))
            .does(1, 2, concat)
            .plans(),
        verb(Frames, "vstack", "frame.vstack(other)", "The rows of another frame below; the same as `concat([frame, other])`.")
            .on::<Frame>()
            .does(1, 1, |call| Frame::concat(&[call.frame(0)?, call.frame(1)?], ConcatKind::Vertical))
            .plans(),
        verb(Frames, "hstack", "frame.hstack(other)", "The columns of another frame beside, row by row; the same as `concat([frame, other], #{how: \"horizontal\"})`.")
            .on::<Frame>()
            .does(1, 1, |call| Frame::concat(&[call.frame(0)?, call.frame(1)?], ConcatKind::Horizontal))
            .plans(),
    ]
}

/// The key and the options, wherever they stand: `join(other, "id", "left")`, `join(other, #{on: "id", how: "left"})`.
fn join(call: &Arguments<'_>) -> Result<Frame> {
    let (left, right) = (call.frame(0)?, call.frame(1)?);
    let mut given = Map::new();
    for place in 2..call.count() {
        if call.is_map(place) {
            given.extend(call.map(place)?);
        }
    }
    if call.count() > 3 && !call.is_map(3) {
        given.insert("how".into(), call.text(3)?.into());
    }
    let told = Options::new("join", given, &JOIN_OPTIONS)?;
    let kind = told.choice("how", &JoinKind::WORDS).map_err(|failure| match told.text("how") {
        Ok(Some(word)) if word == "outer" => failure.help("SQL's outer join is \"full\" here"),
        _ => failure,
    })?;
    let options = JoinOptions {
        kind: kind.unwrap_or_default(),
        suffix: told.text("suffix")?,
        validate: told.choice("validate", &JoinCheck::WORDS)?.unwrap_or_default(),
        nulls_equal: told.flag("nulls_equal")?.unwrap_or_default(),
    };
    let allowed = told.whole("allow")?;
    if options.kind == JoinKind::Cross {
        unless_meant(call, left.cross_join_fits(&right, allowed, call.world.host()))?;
        return left.join(&right, &[], &[], &options);
    }
    let (own, others) = join_keys(call, &told, &left, &right)?;
    let columns = |names: &[String]| names.iter().map(|name| Expression::column(name)).collect::<Vec<_>>();
    let (own, others) = (columns(&own), columns(&others));
    let joined = left.join(&right, &own, &others, &options)?;
    unless_meant(call, left.join_fits(&right, &own, &others, &options, allowed, call.world.host()))?;
    Ok(joined)
}

fn join_keys(call: &Arguments<'_>, told: &Options, left: &Frame, right: &Frame) -> Result<(Vec<String>, Vec<String>)> {
    let (own, others) = if call.count() > 2 && !call.is_map(2) {
        let keys =
            match call.operand(2)? {
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
    } else {
        sides(told, "on", ["left_on", "right_on"], ["left", "right"])?
    };
    if own.is_empty() {
        let common: Vec<String> = left.names().into_iter().filter(|name| right.need(name).is_ok()).collect();
        let failure = Failure::new("`join` needs a key").help("write `tx.join(customers, \"customer\", \"left\")`");
        return Err(if common.is_empty() {
            failure
        } else {
            failure.help(format!("both frames have: {}", common.join(", ")))
        });
    }
    if own.len() != others.len() {
        return Err(Failure::new(format!("{} names on the left, but {} on the right", own.len(), others.len()))
            .help("each key of the left frame has its partner at the same place of the other list"));
    }
    for (frame, keys, side) in [(left, &own, "left frame"), (right, &others, "right frame")] {
        for key in keys {
            frame.need(key).map_err(|failure| failure.within(side))?;
        }
    }
    Ok((own, others))
}

/// The names for both sides: told at once, or for each by itself.
fn sides(told: &Options, both: &str, each: [&str; 2], short: [&str; 2]) -> Result<(Vec<String>, Vec<String>)> {
    let mut names = [told.names(both)?, told.names(both)?];
    for (place, side) in names.iter_mut().enumerate() {
        for word in [each[place], short[place]] {
            if told.has(word) {
                *side = told.names(word)?;
            }
        }
    }
    let [left, right] = names;
    if left.is_empty() != right.is_empty() {
        let lacking = if left.is_empty() { short[0] } else { short[1] };
        return Err(
            Failure::new(format!("the key lacks `{lacking}`")).help("write `#{left: \"id\", right: \"customer\"}`")
        );
    }
    Ok((left, right))
}

fn join_asof(call: &Arguments<'_>) -> Result<Frame> {
    let (left, right) = (call.frame(0)?, call.frame(1)?);
    let told = call.options(2, "join_asof", &ASOF_OPTIONS)?;
    let (own, others) = sides(&told, "on", ["left_on", "right_on"], ["left_on", "right_on"])?;
    let ([left_on], [right_on]) = (own.as_slice(), others.as_slice()) else {
        return Err(Failure::new("`join_asof` compares one column of each frame")
            .help("write `visits.join_asof(prices, #{on: \"date\"})`; columns that must be equal go into `by`"));
    };
    let (left_by, right_by) = sides(&told, "by", ["left_by", "right_by"], ["left_by", "right_by"])?;
    if left_by.len() != right_by.len() {
        return Err(Failure::new("`left_by` and `right_by` are of different lengths").help("each name has its partner"));
    }
    let tolerance = told.value("tolerance").map(|value| match operand(value) {
        Ok(Operand::Text(text)) => Ok(Tolerance::Time(text)),
        Ok(Operand::Integer(number)) => Ok(Tolerance::Number(number as f64)),
        Ok(Operand::Number(number)) => Ok(Tolerance::Number(number)),
        _ => Err(told.wrong("tolerance", "a length of time or a number").help("write `tolerance: \"7d\"`")),
    });
    let options = AsofOptions {
        left_on: left_on.clone(),
        right_on: right_on.clone(),
        left_by,
        right_by,
        kind: told.choice("strategy", &AsofKind::WORDS)?.unwrap_or_default(),
        tolerance: tolerance.transpose()?,
        suffix: told.text("suffix")?,
    };
    left.join_asof(&right, &options)
}

fn join_where(call: &Arguments<'_>) -> Result<Frame> {
    let (left, right) = (call.frame(0)?, call.frame(1)?);
    let last = call.count() - 1;
    let (conditions, told) = if call.is_map(last) { (2..last, call.map(last)?) } else { (2..call.count(), Map::new()) };
    let told = Options::new("join_where", told, &["suffix", "allow"])?;
    let conditions: Result<Vec<Expression>> = conditions
        .map(|place| match call.operand(place)? {
            Operand::Expression(condition) => Ok(condition),
            _ => Err(call.refuse(place, "a condition").help("write it with columns: `col(\"day\") >= col(\"start\")`")),
        })
        .collect();
    let conditions = conditions?;
    if conditions.is_empty() {
        return Err(Failure::new("`join_where` needs a condition")
            .help("write `a.join_where(b, col(\"day\") >= col(\"start\"))`"));
    }
    let (suffix, allowed) = (told.text("suffix")?, told.whole("allow")?);
    let joined = left.join_where(&right, &conditions, suffix.as_deref())?;
    unless_meant(call, left.join_where_fits(&right, &conditions, suffix.as_deref(), allowed, call.world.host()))?;
    Ok(joined)
}

fn concat(call: &Arguments<'_>) -> Result<Frame> {
    let frames: Array = match call.own::<Array>(0, "a list of frames") {
        Err(_) if call.frame(0).is_ok() => {
            return Err(call.refuse(0, "a list of frames").help("write the frames in brackets: `concat([a, b])`"));
        }
        list => list?,
    };
    let frames: Result<Vec<Frame>> = frames
        .iter()
        .map(|value| {
            value.read_lock::<Frame>().map(|frame| frame.clone()).ok_or_else(|| {
                Failure::new(format!("found {} in the list, but frames are put together", kind(value)))
                    .help("write `concat([january, february])`; values of a column are joined with `list + list`")
            })
        })
        .collect();
    let how = call.options(1, "concat", &["how"])?.choice("how", &ConcatKind::WORDS)?.unwrap_or_default();
    Frame::concat(&frames?, how)
}
