//! The types of columns by the words that scripts write.

use polars::prelude::{DataType, TimeUnit};
use regulars_plugin::{Failure, Result};

/// A column type by the word that scripts write: `int`, `float`, `string`, `bool`, `date`, `datetime`, or Polars' own name.
pub(crate) fn type_of_word(word: &str) -> Result<DataType> {
    Ok(match word {
        "int" | "integer" | "Int64" => DataType::Int64,
        "float" | "number" | "Float64" => DataType::Float64,
        "string" | "text" | "String" | "str" => DataType::String,
        "bool" | "flag" | "Boolean" => DataType::Boolean,
        "date" | "Date" => DataType::Date,
        "datetime" | "Datetime" => DataType::Datetime(TimeUnit::Microseconds, None),
        "duration" | "Duration" => DataType::Duration(TimeUnit::Microseconds),
        "Int8" => DataType::Int8,
        "Int16" => DataType::Int16,
        "Int32" => DataType::Int32,
        "UInt8" => DataType::UInt8,
        "UInt16" => DataType::UInt16,
        "UInt32" => DataType::UInt32,
        "UInt64" => DataType::UInt64,
        "Float32" => DataType::Float32,
        other => {
            return Err(Failure::new(format!("no type `{other}`")).near(
                other,
                ["int", "float", "string", "bool", "date", "datetime", "Int64", "Float64", "String", "Boolean"],
            ));
        }
    })
}
