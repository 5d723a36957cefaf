//! Questions that are answered by true or false, and values put in place of others.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::Given;
use super::{Method, method};

/// What is replaced and by what: a map, or two lists.
fn pairs(a: &Given<'_>) -> Result<(Expr, Expr)> {
    let both = |old: &Operand, new: &Operand| {
        let (old, new) = (old.series()?, new.series()?);
        if old.len() != new.len() && new.len() != 1 {
            return Err(Failure::new(format!("{} values are to be replaced by {}", old.len(), new.len()))
                .help("give one new value for each old one: `.replace([1, 2], [10, 20])`"));
        }
        Ok((lit(old).implode(true), lit(new).implode(true)))
    };
    let list = |operand: &Operand| match operand {
        Operand::List(_) => operand.clone(),
        one => Operand::List(vec![one.clone()]),
    };
    match (a.get(0), a.get(1)) {
        (Some(Operand::Map(entries)), None) => {
            let (old, new): (Vec<Operand>, Vec<Operand>) =
                entries.iter().map(|(old, new)| (Operand::Text(old.clone()), new.clone())).unzip();
            both(&Operand::List(old), &Operand::List(new))
        }
        (Some(old), Some(new)) => both(&list(old), &list(new)),
        _ => Err(Failure::new("what is replaced by what?")
            .help("write a map, `.replace(#{old: \"new\"})`, or two lists, `.replace([1, 2], [10, 20])`")),
    }
}

pub(super) const METHODS: &[Method] = &[
    method("", "is_in", &["list"], "Whether the value is one of a list.", |e, a| {
        Ok(e.is_in(a[0].lookup()?, a.flag("nulls_equal", false)?))
    })
    .options(&["nulls_equal"])
    .example("sample(\"cdnow\").filter(col(\"customer\").is_in([4, 18]))"),
    method("", "is_between", &["low", "high"], "Whether the value lies between two others; both are included unless `closed` is \"left\", \"right\" or \"none\".", |e, a| {
        let sides = [
            ("both", ClosedInterval::Both),
            ("left", ClosedInterval::Left),
            ("right", ClosedInterval::Right),
            ("none", ClosedInterval::None),
        ];
        Ok(e.is_between(a[0].expr()?, a[1].expr()?, a.choice(2, "closed", &sides)?))
    })
    .options(&["closed"]),
    method("", "and", &["other"], "True where both are: the word for `&`.", |e, a| Ok(e.and(a[0].expr()?))),
    method("", "or", &["other"], "True where either is: the word for `|`.", |e, a| Ok(e.or(a[0].expr()?))),
    method("", "xor", &["other"], "True where one is and the other is not: the word for `^`.", |e, a| Ok(e.xor(a[0].expr()?))),
    method("", "not", &[], "True where it is false: the word for `!`.", |e, _| Ok(e.not())),
    method("", "eq_missing", &["other"], "Whether two values are equal, or both missing.", |e, a| Ok(e.eq_missing(a[0].expr()?))),
    method("", "ne_missing", &["other"], "Whether two values differ, or one of them is missing.", |e, a| Ok(e.neq_missing(a[0].expr()?))),
    method("", "is_unique", &[], "Whether the value is there only once.", |e, _| Ok(e.is_unique())),
    method("", "is_duplicated", &[], "Whether the value is there more than once.", |e, _| Ok(e.is_duplicated())),
    method("", "is_first_distinct", &[], "Whether the value is there for the first time.", |e, _| Ok(e.is_first_distinct())),
    method("", "is_last_distinct", &[], "Whether the value is there for the last time.", |e, _| Ok(e.is_last_distinct())),
    method(
        "",
        "replace",
        &["old", "new?"],
        "Some values replaced by others, by a map or by two lists; the rest stay as they are.",
        |e, a| {
            let (old, new) = pairs(a)?;
            Ok(e.replace(old, new))
        },
    )
    .example("frame(#{city: [\"NY\", \"LA\", \"Rome\"]}).with_columns(col(\"city\").replace(#{NY: \"New York\", LA: \"Los Angeles\"}))"),
    method(
        "",
        "replace_strict",
        &["old", "new?"],
        "Every value replaced by another, by a map or by two lists, which may be of another type. A value that is not among them is an error, or becomes `default`.",
        |e, a| {
            let (old, new) = pairs(a)?;
            let default = a.option("default").map(Operand::expr).transpose()?;
            Ok(e.replace_strict(old, new, default, None::<DataType>))
        },
    )
    .options(&["default"])
    .example("frame(#{grade: [\"A\", \"B\", \"?\"]}).with_columns(col(\"grade\").replace_strict(#{A: 1, B: 2}, #{default: ()}))"),
];
