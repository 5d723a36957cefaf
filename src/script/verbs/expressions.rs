//! The methods of expressions and the words of `cs`, as the table room lists them.

use regulars_plugin::Result;

use crate::catalogue::VerbGroup::Expressions;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::script::convert::{DateSpace, ListSpace, NameSpace, StructSpace, TextSpace};
use crate::table::{Expression, Method, Operand, SELECTORS, SelectorWord, Selectors, methods};

/// The most arguments that a selector takes one by one; longer lists go into `[…]`.
const MANY: usize = 8;

pub(super) fn verbs() -> Vec<Bound> {
    methods().map(method).chain(SELECTORS.iter().map(selector)).collect()
}

fn operands(call: &Arguments<'_>) -> Result<Vec<Operand>> {
    (1..call.count()).map(|place| call.operand(place)).collect()
}

fn method(method: &'static Method) -> Bound {
    let space = if method.space.is_empty() { String::new() } else { format!(".{}", method.space) };
    let signature = format!("expression{space}.{}", method.call());
    let (least, most) = (method.least(), method.most());
    let declared = verb(Expressions, method.name, &signature, method.summary).example(method.example);
    let run = move |receiver: Expression, call: &Arguments<'_>| {
        method.apply(&receiver, &operands(call)?).map_err(|failure| failure.within(method.name))
    };
    macro_rules! of {
        ($space:ty, $what:literal) => {
            declared.on::<$space>().does(least, most, move |call| run(call.own::<$space>(0, $what)?.0, call))
        };
    }
    match method.space {
        "str" => of!(TextSpace, "text"),
        "dt" => of!(DateSpace, "dates"),
        "list" => of!(ListSpace, "lists"),
        "struct" => of!(StructSpace, "structs"),
        "name" => of!(NameSpace, "names"),
        _ => declared
            .on::<Expression>()
            .does(least, most, move |call| run(call.own::<Expression>(0, "an expression")?, call)),
    }
}

fn selector(word: &'static SelectorWord) -> Bound {
    let signature = format!("cs.{}({})", word.name, word.argument);
    let (least, most) = match word.argument {
        "" => (0, 0),
        several if several.ends_with('…') => (1, MANY),
        _ => (1, 1),
    };
    verb(Expressions, word.name, &signature, word.summary).on::<Selectors>().does(least, most, |call| {
        word.apply(&operands(call)?).map_err(|failure| failure.within(format!("cs.{}", word.name)))
    })
}
