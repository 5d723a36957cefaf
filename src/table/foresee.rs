//! What a declaration and a function will answer, told before there are rows.

use polars::prelude::*;
use regulars_plugin::{ColumnKind, ColumnManual, Holds, Quiet, Result, StandardTable};

use super::standard::{Made, make, nothing_in, rename};
use super::{About, Frame, Mapping};

/// A frame without rows.
pub struct Foreseen {
    /// Its columns are those that the real one will have.
    pub frame: Frame,
    /// Whether their types are as well, whatever the rows hold.
    pub is_sure: bool,
}

/// What declaring a frame as a standard table will answer. It fails where the real declaration fails whatever the rows
/// hold, in the same words.
pub fn foresee(frame: &Frame, table: StandardTable, mapping: &Mapping) -> Result<Foreseen> {
    let mut renamed = rename(frame, table, mapping)?;
    let mut is_sure = true;
    let mut absent: Vec<&str> = Vec::new();
    let mut typed: Vec<Expr> = Vec::new();
    for column in table.needed().iter().chain(table.known()) {
        let Some(kind) = renamed.dtype(column.name) else { continue };
        let read_as = match (column.holds, &kind) {
            (Holds::Date, DataType::String) => {
                let format = mapping.date_format.as_deref();
                is_sure &= format.is_some();
                let has_time = format.is_some_and(|format| format.contains("%H"));
                Some(if has_time { DataType::Datetime(TimeUnit::Microseconds, None) } else { DataType::Date })
            }
            (Holds::Date, kind) if kind.is_integer() => Some(DataType::Date),
            (Holds::Number, DataType::String) => Some(DataType::Float64),
            (Holds::Key, DataType::Float64 | DataType::Float32) => Some(DataType::Int64),
            _ => None,
        };
        match read_as {
            Some(kind) => typed.push(lit(NULL).cast(kind).alias(column.name)),
            None => match make(&renamed, column, &kind, mapping, &Quiet)? {
                Made::AsIs => {}
                Made::By(made) => typed.push(made.alias(column.name)),
                Made::Nothing if table.needed().contains(column) => return Err(nothing_in(column, mapping)),
                Made::Nothing => absent.push(column.name),
            },
        }
    }
    if !absent.is_empty() {
        renamed = renamed.extend(|plan| plan.drop(cols(absent.iter().copied())))?;
    }
    let frame = if typed.is_empty() { renamed } else { renamed.extend(|plan| plan.with_columns(&typed))? };
    let about = About { standard: Some(table), ..About::default() };
    Ok(Foreseen { frame: frame.without_rows().with_about(about), is_sure })
}

impl Frame {
    /// The same columns without a row, and without what the rows had to tell.
    pub fn without_rows(&self) -> Frame {
        let about = self.about();
        let kept = About {
            standard: about.standard,
            columns: about.columns.clone(),
            chart: about.chart.clone(),
            ..About::default()
        };
        Frame::from_data(DataFrame::empty_with_schema(self.polars_schema())).with_about(kept)
    }

    /// These columns, and behind them those of another frame without rows, which take the place of their namesakes.
    pub(crate) fn promised_with(&self, added: &Frame) -> Frame {
        let kept = self.polars_schema().iter_fields().filter(|field| added.dtype(field.name()).is_none());
        let schema: Schema = kept.chain(added.polars_schema().iter_fields()).collect();
        let columns = self.about().columns.iter().filter(|column| added.dtype(&column.name).is_none());
        let columns = columns.chain(&added.about().columns).cloned().collect();
        let about = About { columns, chart: added.about().chart.clone(), ..About::default() };
        Frame::from_data(DataFrame::empty_with_schema(&schema)).with_about(about)
    }

    /// Some of these columns, without a row.
    pub(crate) fn promised_of(&self, names: &[&str]) -> Frame {
        let fields = self.polars_schema().iter_fields().filter(|field| names.contains(&field.name().as_str()));
        Frame::from_data(DataFrame::empty_with_schema(&fields.collect()))
    }

    /// The columns that a manual declares, without a row. A column that holds what the input held takes its type from
    /// the column of that name in one of the tables; none where there is no such column.
    pub(crate) fn promised(columns: &[ColumnManual], tables: &[Frame]) -> Option<Frame> {
        let fields = columns.iter().map(|column| {
            let kind = match column.holds {
                ColumnKind::Integer => DataType::Int64,
                ColumnKind::Number => DataType::Float64,
                ColumnKind::Text => DataType::String,
                ColumnKind::Flag => DataType::Boolean,
                ColumnKind::Date => DataType::Date,
                ColumnKind::Any => tables.iter().find_map(|table| table.dtype(&column.name))?,
            };
            Some(Field::new(column.name.as_str().into(), kind))
        });
        let schema: Option<Schema> = fields.collect();
        Some(Frame::from_data(DataFrame::empty_with_schema(&schema?)))
    }
}
