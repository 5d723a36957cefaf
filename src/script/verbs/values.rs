//! Plain numbers and lists, as a script has them outside of frames: what Rhai does not bring itself.

use std::cmp::Ordering;
use std::collections::HashSet;

use regulars_plugin::{Failure, Result};
use rhai::{Array, Dynamic, Engine, EvalAltResult, FuncRegistration};

use crate::catalogue::VerbGroup::Values;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, guarded, verb};
use crate::script::convert::{kind, operand};
use crate::script::engine::order;
use crate::show;
use crate::table::{Operand, grouped};

pub(super) fn verbs() -> Vec<Bound> {
    [numbers(), lists()].into_iter().flatten().collect()
}

/// The most decimals that a double can have anything to say about.
const MOST_DECIMALS: i64 = 17;

type Compute = fn(f64) -> f64;

/// What Rhai has for fractions only is here for whole numbers too.
fn numbers() -> Vec<Bound> {
    const WORDS: [(&str, Compute, &str, &str); 4] = [
        ("sqrt", f64::sqrt, "The square root of a number.", "(16).sqrt()"),
        ("exp", f64::exp, "e to the power of a number.", ""),
        ("ln", f64::ln, "The natural logarithm of a number.", ""),
        ("log10", f64::log10, "The logarithm of a number to base 10.", "(1000).log10()"),
    ];
    // Whole numbers stay whole.
    const WHOLE: [(&str, Compute, &str); 2] =
        [("floor", f64::floor, "The whole number at or below."), ("ceil", f64::ceil, "The whole number at or above.")];
    let mut verbs = Vec::new();
    for (name, compute, summary, example) in WORDS {
        verbs.push(
            verb(Values, name, &format!("{name}(number)"), summary)
                .example(example)
                .does(1, 1, move |call| Ok(compute(number(call, 0)?)))
                .plans(),
        );
    }
    for (name, compute, summary) in WHOLE {
        verbs.push(
            verb(Values, name, &format!("{name}(number)"), summary)
                .does(1, 1, move |call| match call.operand(0)? {
                    Operand::Integer(number) => Ok(Dynamic::from(number)),
                    _ => Ok(Dynamic::from(compute(number(call, 0)?))),
                })
                .plans(),
        );
    }
    verbs.push(
        verb(
            Values,
            "round",
            "round(number, decimals)",
            "A number rounded, halves away from zero: to whole numbers unless told, to hundreds with -2.",
        )
        .example("(1234.567).round(1)")
        .does(1, 2, round)
        .plans(),
    );
    verbs.push(
        verb(Values, "format_number", "format_number(number, decimals)", "A number as text with a comma between thousands, and so many decimals: those that it has unless told, up to 4.")
            .example("(1234567.891).format_number(2)")
            .does(1, 2, |call| {
                let decimals = if call.count() > 1 { Some(decimals(call, 0)? as usize) } else { None };
                Ok(match call.operand(0) {
                    Ok(Operand::Integer(whole)) => {
                        let zeros = "0".repeat(decimals.unwrap_or_default());
                        let point = if zeros.is_empty() { "" } else { "." };
                        format!("{}{point}{zeros}", grouped(&whole.to_string()))
                    }
                    _ => show::number(number(call, 0)?, decimals),
                })
            })
            .plans(),
    );
    verbs
}

fn number(call: &Arguments<'_>, place: usize) -> Result<f64> {
    match call.operand(place) {
        Ok(Operand::Integer(number)) => Ok(number as f64),
        Ok(Operand::Number(number)) => Ok(number),
        _ => Err(call.refuse(place, "a number")),
    }
}

fn decimals(call: &Arguments<'_>, least: i64) -> Result<i64> {
    match call.integer(1)? {
        decimals if (least..=MOST_DECIMALS).contains(&decimals) => Ok(decimals),
        decimals => Err(Failure::new(format!("{decimals} decimals were asked for"))
            .help(format!("between {least} and {MOST_DECIMALS} can be given"))),
    }
}

fn round(call: &Arguments<'_>) -> Result<Dynamic> {
    let decimals = if call.count() > 1 { decimals(call, -MOST_DECIMALS)? } else { 0 };
    match call.operand(0) {
        Ok(Operand::Integer(number)) if decimals >= 0 => Ok(number.into()),
        Ok(Operand::Integer(number)) => {
            let step = 10_i128.pow(decimals.unsigned_abs() as u32);
            let (number, half) = (i128::from(number), step / 2);
            let rounded = (number + half * number.signum()) / step * step;
            i64::try_from(rounded).map(Dynamic::from).map_err(|_| {
                Failure::new(format!("{number} rounded is larger than a whole number can be"))
                    .help("round it as a number with a fraction: `to_float(x).round(-2)`")
            })
        }
        _ => {
            let number = number(call, 0)?;
            let step = 10_f64.powi(decimals.unsigned_abs() as i32);
            let rounded = if decimals < 0 { (number / step).round() * step } else { (number * step).round() / step };
            // A number too large to be multiplied has no decimals.
            Ok(if rounded.is_finite() { rounded } else { number }.into())
        }
    }
}

fn lists() -> Vec<Bound> {
    fn on_list(name: &'static str, summary: &'static str, example: &'static str) -> crate::script::bind::Declaration {
        verb(Values, name, &format!("list.{name}()"), summary).example(example).on::<Array>()
    }
    vec![
        on_list("sum", "The sum of a list of numbers; what is missing is left out.", "sample(\"cdnow\").to_list(\"amount\").sum()")
            .does(0, 0, |call| sum(&list(call)?))
            .plans(),
        on_list("mean", "The mean of a list of numbers; what is missing is left out. Of nothing it is missing.", "[10, 20, (), 60].mean()")
            .does(0, 0, |call| Ok(figure(&numbers_of(&list(call)?)?, mean)))
            .plans(),
        on_list("median", "The median of a list of numbers; what is missing is left out.", "")
            .does(0, 0, |call| Ok(figure(&numbers_of(&list(call)?)?, median)))
            .plans(),
        on_list("std", "The standard deviation of a list of two numbers or more, of a sample as everywhere; what is missing is left out.", "")
            .does(0, 0, |call| {
                let numbers = numbers_of(&list(call)?)?;
                Ok(if numbers.len() < 2 { Dynamic::UNIT } else { deviation(&numbers).into() })
            })
            .plans(),
        on_list("min", "The least value of a list; what is missing is left out.", "")
            .does(0, 0, |call| Ok(sorted(&list(call)?)?.into_iter().find(|value| !value.is_unit()).unwrap_or(Dynamic::UNIT)))
            .plans(),
        on_list("max", "The greatest value of a list; what is missing is left out.", "[date(\"2024-02-29\"), date(\"2023-12-31\")].max()")
            .does(0, 0, |call| {
                Ok(sorted(&list(call)?)?.into_iter().rfind(|value| !value.is_unit()).unwrap_or(Dynamic::UNIT))
            })
            .plans(),
        on_list("unique", "The different values of a list, in order of first appearance.", "[3, 1, 3].unique()")
            .does(0, 0, |call| unique(&list(call)?))
            .plans(),
        on_list("sort", "The list sorted, in its place as well: `names.sort()` and `let best = names.sort()`. What is missing stands at the end; `.sort_desc()` begins with the greatest.", "[3, 1, 2].sort()")
            .does(0, 0, |call| Ok(Dynamic::from(sorted(&list(call)?)?)))
            .plans(),
        on_list("sort_desc", "The list sorted from the greatest value down, in its place as well; what is missing stands at the end.", "")
            .does(0, 0, |call| Ok(Dynamic::from(sorted_down(&list(call)?)?)))
            .plans(),
    ]
}

/// Sorting changes the list, as it does in Rhai, and answers it too.
pub(in crate::script) fn in_place(engine: &mut Engine) {
    type Sort = fn(&Array) -> Result<Array>;
    const WORDS: [(&str, Sort); 2] = [("sort", sorted), ("sort_desc", sorted_down)];
    for (word, sort) in WORDS {
        let in_place = move |list: &mut Array| {
            list.clone_from(&guarded(word, || sort(list))?);
            Ok::<Array, Box<EvalAltResult>>(list.clone())
        };
        // Not for constants: unless told so, Rhai takes a function for one that leaves its values alone.
        FuncRegistration::new(word).with_purity(false).register_into_engine(engine, in_place);
    }
}

fn list(call: &Arguments<'_>) -> Result<Array> {
    call.own(0, "a list")
}

/// The numbers of a list, what is missing left out.
fn numbers_of(list: &Array) -> Result<Vec<f64>> {
    let mut numbers = Vec::with_capacity(list.len());
    for (place, value) in list.iter().enumerate() {
        match operand(value) {
            Ok(Operand::Missing) => (),
            Ok(Operand::Integer(number)) => numbers.push(number as f64),
            Ok(Operand::Number(number)) => numbers.push(number),
            _ => {
                let failure =
                    Failure::new(format!("entry {place} of the list is {}, but numbers are wanted", kind(value)));
                return Err(match kind(value) {
                    "text" => failure.help("make them numbers: `list.map(|x| parse_float(x))`"),
                    "a map" => failure.help("take a value of each: `list.map(|row| row.amount)`"),
                    "a frame" => failure.help("the values of a column are `frame.to_list(\"amount\")`"),
                    _ => failure.help("entries are counted from 0"),
                });
            }
        }
    }
    Ok(numbers)
}

/// Whole numbers add up to a whole number.
fn sum(list: &Array) -> Result<Dynamic> {
    let numbers = numbers_of(list)?;
    let whole: Option<Vec<i64>> =
        list.iter().filter(|value| !value.is_unit()).map(|value| value.as_int().ok()).collect();
    let Some(whole) = whole else { return Ok(numbers.iter().sum::<f64>().into()) };
    let sum: i128 = whole.into_iter().map(i128::from).sum();
    i64::try_from(sum).map(Dynamic::from).map_err(|_| {
        Failure::new(format!("{sum} is larger than a whole number can be"))
            .help("add the values up as numbers: `list.map(|x| to_float(x)).sum()`")
    })
}

/// A figure of numbers; missing where there is none.
fn figure(numbers: &[f64], compute: impl Fn(&[f64]) -> f64) -> Dynamic {
    if numbers.is_empty() { Dynamic::UNIT } else { compute(numbers).into() }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

fn deviation(numbers: &[f64]) -> f64 {
    let mean = mean(numbers);
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (squares / (numbers.len() - 1) as f64).sqrt()
}

/// The values in order, what is missing at the end.
fn sorted(list: &Array) -> Result<Array> {
    arranged(list, false)
}

fn sorted_down(list: &Array) -> Result<Array> {
    arranged(list, true)
}

fn arranged(list: &Array, falls: bool) -> Result<Array> {
    let (mut there, missing): (Array, Array) = list.iter().cloned().partition(|value| !value.is_unit());
    if let Some(first) = there.first() {
        // Whether any two can be compared shows beside the first, as the kinds of values fall into classes.
        let other = there.iter().find(|value| order(first, value).is_none());
        if let Some(other) = other {
            let (one, other) = (kind(first), kind(other));
            let failure = match one == other {
                true => Failure::new(format!("{one} has no order among others of its kind"))
                    .help("lists of numbers, text, true and false, and dates are sorted"),
                false => Failure::new(format!("{one} and {other} have no order among each other"))
                    .help("make them of one kind first: `list.map(|x| to_string(x))`"),
            };
            return Err(failure);
        }
    }
    // Beside fractions all numbers are compared as such, so that no two ways of comparing contradict each other; a NaN
    // stands behind the numbers.
    let has_fractions = there.iter().any(Dynamic::is_float);
    let number = |value: &Dynamic| {
        value.as_float().ok().or_else(|| value.as_int().ok().map(|whole| whole as f64)).filter(|_| has_fractions)
    };
    there.sort_by(|one, other| {
        let (order, is_nan) = match (number(one), number(other)) {
            (Some(one), Some(other)) if one.is_nan() || other.is_nan() => (one.is_nan().cmp(&other.is_nan()), true),
            (Some(one), Some(other)) => (one.partial_cmp(&other).unwrap_or(Ordering::Equal), false),
            _ => (order(one, other).flatten().unwrap_or(Ordering::Equal), false),
        };
        if falls && !is_nan { order.reverse() } else { order }
    });
    there.extend(missing);
    Ok(there)
}

fn unique(list: &Array) -> Result<Dynamic> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut kept = Array::new();
    for value in list {
        // `1` and `1.0` are equal to every other word as well.
        let key = match operand(value) {
            Ok(Operand::Integer(number)) => number.to_string(),
            Ok(Operand::Number(number)) if number.fract() == 0.0 && number.abs() < 2_f64.powi(53) => {
                (number as i64).to_string()
            }
            Ok(other) => format!("{} {other:?}", kind(value)),
            Err(_) => {
                return Err(Failure::new(format!("{} cannot be told from others of its kind", kind(value)))
                    .help("lists of numbers, text, dates, lists and maps have different values"));
            }
        };
        if seen.insert(key) {
            kept.push(value.clone());
        }
    }
    Ok(Dynamic::from(kept))
}
