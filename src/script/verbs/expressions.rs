//! Columns and computations on them. The methods themselves are listed with the expressions.

use regulars_plugin::{Failure, Result};

use crate::catalogue::VerbGroup::Expressions;
use crate::script::bind::{Bound, verb};
use crate::script::convert::{DateSpace, Day, ListSpace, TextSpace};
use crate::table::{Expression, Method, Operand, When, methods};

pub(super) fn verbs() -> Vec<Bound> {
    let mut verbs = vec![
        verb(Expressions, "col", "col(name)", "A column, to compute with; `col(\"*\")` is every column.")
            .example("sample(\"cdnow\").select(col(\"amount\").sum())")
            .does(1, 1, |call| Ok(Expression::column(&call.text(0)?))),
        verb(Expressions, "lit", "lit(value)", "A value as an expression.")
            .does(1, 1, |call| Expression::value(&call.operand(0)?)),
        verb(Expressions, "len", "len()", "The number of rows, of the frame or of each group.")
            .does(0, 0, |_| Ok(Expression::rows())),
        verb(Expressions, "date", "date(text)", "A day, written \"1997-09-30\".")
            .example("sample(\"cdnow\").filter(col(\"date\") > date(\"1998-06-01\")).height")
            .does(1, 1, |call| {
                let text = call.text(0)?;
                text.parse().map(Day).map_err(|_| {
                    Failure::new(format!("`{text}` is no day")).help("write year, month and day: `date(\"1997-09-30\")`")
                })
            }),
        verb(Expressions, "when", "when(condition).then(value).otherwise(value)", "A value chosen row by row.")
            .example("sample(\"cdnow\").with_columns(when(col(\"amount\") > 50).then(\"big\").otherwise(\"small\").alias(\"size\")).head(3)")
            .does(1, 1, |call| match call.operand(0)? {
                Operand::Expression(condition) => Ok(When::new(&condition)),
                _ => Err(call.refuse(0, "a condition such as `col(\"amount\") > 10`")),
            }),
        verb(Expressions, "when", "….when(condition)", "A further condition, for rows that no earlier one took.").on::<When>().does(1, 1, |call| {
            match call.operand(1)? {
                Operand::Expression(condition) => Ok(call.own::<When>(0, "when(…)")?.when(&condition)),
                _ => Err(call.refuse(1, "a condition such as `col(\"amount\") > 10`")),
            }
        }),
        verb(Expressions, "then", "….then(value)", "The value where the condition holds.")
            .on::<When>()
            .does(1, 1, |call| call.own::<When>(0, "when(…)")?.then(&call.operand(1)?)),
        verb(Expressions, "otherwise", "….otherwise(value)", "The value where no condition holds.")
            .on::<When>()
            .does(1, 1, |call| call.own::<When>(0, "when(…)")?.otherwise(&call.operand(1)?)),
    ];
    verbs.extend(methods().map(bound));
    verbs
}

fn bound(method: &'static Method) -> Bound {
    let space = if method.space.is_empty() { String::new() } else { format!(".{}", method.space) };
    let names: Vec<&str> = method.arguments.iter().map(|name| name.trim_end_matches('?')).collect();
    let signature = format!("expression{space}.{}({})", method.name, names.join(", "));
    let least = method.arguments.iter().filter(|name| !name.ends_with('?')).count();
    let most = if method.arguments.iter().any(|name| name.ends_with('…')) { 8 } else { method.arguments.len() };
    let declared = verb(Expressions, method.name, &signature, method.summary);
    let run = move |receiver: Expression, call: &crate::script::arguments::Arguments<'_>| -> Result<Expression> {
        let arguments: Result<Vec<Operand>> = (1..call.count()).map(|place| call.operand(place)).collect();
        method.apply(&receiver, &arguments?).map_err(|failure| failure.within(method.name))
    };
    match method.space {
        "str" => {
            declared.on::<TextSpace>().does(least, most, move |call| run(call.own::<TextSpace>(0, "text")?.0, call))
        }
        "dt" => {
            declared.on::<DateSpace>().does(least, most, move |call| run(call.own::<DateSpace>(0, "dates")?.0, call))
        }
        "list" => {
            declared.on::<ListSpace>().does(least, most, move |call| run(call.own::<ListSpace>(0, "lists")?.0, call))
        }
        _ => declared
            .on::<Expression>()
            .does(least, most, move |call| run(call.own::<Expression>(0, "an expression")?, call)),
    }
}
