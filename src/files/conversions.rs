//! The one table of conversions: which type holds the values of several.
//!
//! | found | becomes |
//! | --- | --- |
//! | whole numbers and numbers | number, where no digit is lost; text otherwise |
//! | decimals of several scales, decimals and whole numbers | decimal of the larger scale |
//! | decimals and numbers | number |
//! | dates and dates with a time | date with a time |
//! | categories and text | text |
//! | nothing and anything | anything |
//! | any other mixture | text, as it is written |

use polars::prelude::*;

/// The type that holds the values of both.
pub(super) fn both(one: &DataType, other: &DataType) -> DataType {
    if one == other {
        return one.clone();
    }
    let numeric = |kind: &DataType| kind.is_primitive_numeric();
    match (one, other) {
        (DataType::Null, kind) | (kind, DataType::Null) => kind.clone(),
        (one, other) if one.is_integer() && other.is_integer() => DataType::Int64,
        (one, other) if numeric(one) && numeric(other) => DataType::Float64,
        (DataType::Decimal(_, one), DataType::Decimal(_, other)) => DataType::Decimal(38, *one.max(other)),
        (DataType::Decimal(_, scale), kind) | (kind, DataType::Decimal(_, scale)) if kind.is_integer() => {
            DataType::Decimal(38, *scale)
        }
        (DataType::Decimal(..), kind) | (kind, DataType::Decimal(..)) if kind.is_float() => DataType::Float64,
        (DataType::Date, DataType::Datetime(unit, None)) | (DataType::Datetime(unit, None), DataType::Date) => {
            DataType::Datetime(*unit, None)
        }
        (DataType::Datetime(_, one), DataType::Datetime(_, other)) if one == other => {
            DataType::Datetime(TimeUnit::Microseconds, one.clone())
        }
        _ => DataType::String,
    }
}

/// The columns of several tables in order of first appearance, each with the type that holds all of its values.
pub(super) fn common<'a>(schemas: impl Iterator<Item = &'a Schema>) -> Vec<(PlSmallStr, DataType)> {
    let mut columns: Vec<(PlSmallStr, DataType)> = Vec::new();
    for schema in schemas {
        for (name, kind) in schema.iter() {
            match columns.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = both(known, kind),
                None => columns.push((name.clone(), kind.clone())),
            }
        }
    }
    columns
}
