//! The types of columns by the words that scripts write.

use polars::prelude::{Categories, DataType, TimeUnit};
use regulars_plugin::{Failure, Result};

/// The words that are offered where one is not known.
const WORDS: [&str; 10] =
    ["int", "float", "string", "bool", "date", "datetime", "time", "duration", "categorical", "decimal"];

/// A column type by the word that scripts write: `int`, `float`, `string`, `bool`, `date`, `datetime`, `time`,
/// `duration`, `categorical`, `decimal(precision, scale)`, `list(type)`, or Polars' own name.
pub(crate) fn type_of_word(word: &str) -> Result<DataType> {
    let word = word.trim();
    if let Some((outer, inner)) = word.strip_suffix(')').and_then(|open| open.split_once('(')) {
        match outer {
            "list" | "List" => return type_of_word(inner).map(|inner| DataType::List(Box::new(inner))),
            "decimal" | "Decimal" => return decimal(inner),
            _ => {}
        }
    }
    Ok(match word {
        "int" | "integer" | "Int64" => DataType::Int64,
        "float" | "number" | "Float64" => DataType::Float64,
        "string" | "text" | "String" | "str" => DataType::String,
        "bool" | "flag" | "Boolean" => DataType::Boolean,
        "date" | "Date" => DataType::Date,
        "datetime" | "Datetime" => DataType::Datetime(TimeUnit::Microseconds, None),
        "duration" | "Duration" => DataType::Duration(TimeUnit::Microseconds),
        "time" | "Time" => DataType::Time,
        "categorical" | "category" | "Categorical" => DataType::from_categories(Categories::global()),
        // Cents, as money is written in databases.
        "decimal" | "Decimal" => DataType::Decimal(38, 2),
        "Int8" => DataType::Int8,
        "Int16" => DataType::Int16,
        "Int32" => DataType::Int32,
        "Int128" => DataType::Int128,
        "UInt8" => DataType::UInt8,
        "UInt16" => DataType::UInt16,
        "UInt32" => DataType::UInt32,
        "UInt64" => DataType::UInt64,
        "Float32" => DataType::Float32,
        other => return Err(Failure::new(format!("no type `{other}`")).near(other, WORDS)),
    })
}

/// `10, 2`: digits in all, and digits behind the point.
fn decimal(inside: &str) -> Result<DataType> {
    let digits = inside.split_once(',').and_then(|(all, behind)| {
        let (all, behind) = (all.trim().parse::<usize>().ok()?, behind.trim().parse::<usize>().ok()?);
        ((1..=38).contains(&all) && behind <= all).then_some(DataType::Decimal(all, behind))
    });
    digits.ok_or_else(|| {
        Failure::new(format!("`decimal({inside})` is no type"))
            .help("write the digits in all, at most 38, and those behind the point: \"decimal(10, 2)\"")
    })
}
