//! Several columns at once, by type or by name: the value `cs`, under the words of Polars' selectors.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::types::type_of_word;
use super::{Expression, Operand};

/// The value `cs`, whose words answer columns by their type or name.
#[derive(Clone, Copy, Debug)]
pub struct Selectors;

/// A word of `cs`.
pub struct SelectorWord {
    /// The word that scripts write.
    pub name: &'static str,
    /// The argument; one that ends in `…` stands for several; empty for none.
    pub argument: &'static str,
    /// Which columns it answers.
    pub summary: &'static str,
    build: fn(&[Operand]) -> Result<Selector>,
}

impl SelectorWord {
    /// The columns; the engine has counted the arguments.
    pub fn apply(&self, arguments: &[Operand]) -> Result<Expression> {
        (self.build)(arguments).map(|selector| Expression(selector.as_expr()))
    }
}

const fn word(
    name: &'static str,
    argument: &'static str,
    summary: &'static str,
    build: fn(&[Operand]) -> Result<Selector>,
) -> SelectorWord {
    SelectorWord { name, argument, summary, build }
}

fn by_type(kind: DataTypeSelector) -> Result<Selector> {
    Ok(kind.as_selector())
}

fn one(kind: DataType) -> Result<Selector> {
    by_type(DataTypeSelector::AnyOf([kind].into()))
}

fn texts(arguments: &[Operand]) -> Result<Vec<String>> {
    let many: Result<Vec<Vec<String>>> = arguments.iter().map(Operand::texts).collect();
    many.map(|many| many.concat())
}

/// Names in which one of the texts stands at a place.
fn named(arguments: &[Operand], before: &str, after: &str) -> Result<Selector> {
    let parts: Vec<String> = texts(arguments)?.iter().map(|text| literal(text)).collect();
    Ok(Selector::Matches(format!("^{before}({}){after}$", parts.join("|")).into()))
}

/// Text as a regular expression that matches it.
fn literal(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// The types that a word stands for: `int` is whole numbers of every width.
fn kinds(text: &str) -> Result<DataTypeSelector> {
    Ok(match text {
        "int" | "integer" => DataTypeSelector::Integer,
        "float" => DataTypeSelector::Float,
        "number" => DataTypeSelector::Numeric,
        "datetime" | "Datetime" => DataTypeSelector::Datetime(TimeUnitSet::all(), TimeZoneSet::Any),
        "duration" | "Duration" => DataTypeSelector::Duration(TimeUnitSet::all()),
        "categorical" | "category" | "Categorical" => DataTypeSelector::Categorical,
        "decimal" | "Decimal" => DataTypeSelector::Decimal,
        "list" | "List" => DataTypeSelector::List(None),
        "struct" | "Struct" => DataTypeSelector::Struct,
        other => DataTypeSelector::AnyOf([type_of_word(other)?].into()),
    })
}

/// The words of `cs`, in the order in which help lists them.
pub const SELECTORS: &[SelectorWord] = &[
    word("all", "", "Every column.", |_| Ok(all())),
    word("numeric", "", "The columns of numbers, whole or not.", |_| by_type(DataTypeSelector::Numeric)),
    word("integer", "", "The columns of whole numbers.", |_| by_type(DataTypeSelector::Integer)),
    word("float", "", "The columns of numbers that need not be whole.", |_| by_type(DataTypeSelector::Float)),
    word("decimal", "", "The columns of decimal numbers.", |_| by_type(DataTypeSelector::Decimal)),
    word("boolean", "", "The columns of flags.", |_| one(DataType::Boolean)),
    word("string", "", "The columns of text.", |_| one(DataType::String)),
    word("categorical", "", "The columns of categories.", |_| by_type(DataTypeSelector::Categorical)),
    word("temporal", "", "The columns of dates, times and durations.", |_| by_type(DataTypeSelector::Temporal)),
    word("date", "", "The columns of days.", |_| one(DataType::Date)),
    word("datetime", "", "The columns of days with a time.", |_| {
        by_type(DataTypeSelector::Datetime(TimeUnitSet::all(), TimeZoneSet::Any))
    }),
    word("time", "", "The columns of times of day.", |_| one(DataType::Time)),
    word("duration", "", "The columns of durations.", |_| by_type(DataTypeSelector::Duration(TimeUnitSet::all()))),
    word("list", "", "The columns of lists.", |_| by_type(DataTypeSelector::List(None))),
    word("struct", "", "The columns of structs.", |_| by_type(DataTypeSelector::Struct)),
    word("by_dtype", "types…", "The columns of some types, by the words that `cast` takes.", |a| {
        let mut kinds = texts(a)?.into_iter().map(|text| kinds(&text));
        let first =
            kinds.next().ok_or_else(|| Failure::new("no type is given").help("write `cs.by_dtype(\"int\")`"))?;
        let any =
            kinds.try_fold(first?, |all, kind| Ok::<_, Failure>(DataTypeSelector::Union(all.into(), kind?.into())));
        by_type(any?)
    }),
    word("by_name", "names…", "The columns of these names, in this order.", |a| {
        Ok(Selector::ByName { names: texts(a)?.into_iter().map(Into::into).collect(), strict: true })
    }),
    word(
        "by_index",
        "places…",
        "The columns at these places, counted from 0, or from the end where negative.",
        |a| {
            let indices: Result<Vec<i64>> = a.iter().map(Operand::integer).collect();
            Ok(Selector::ByIndex { indices: indices?.into(), strict: true })
        },
    ),
    word("first", "", "The first column.", |_| Ok(Selector::ByIndex { indices: [0].into(), strict: true })),
    word("last", "", "The last column.", |_| Ok(Selector::ByIndex { indices: [-1].into(), strict: true })),
    word("starts_with", "texts…", "The columns whose name begins so.", |a| named(a, "", ".*")),
    word("ends_with", "texts…", "The columns whose name ends so.", |a| named(a, ".*", "")),
    word("contains", "texts…", "The columns whose name holds one of these texts.", |a| named(a, ".*", ".*")),
    word("matches", "pattern", "The columns whose name a regular expression matches anywhere.", |a| {
        Ok(Selector::Matches(format!("^.*({}).*$", a.first().map_or(Ok(""), Operand::text)?).into()))
    }),
    word("exclude", "names…", "Every column but these.", |a| Ok(all().exclude_cols(texts(a)?))),
];
