//! Which columns cross the border, in which form; and whether what came back is whole. No `unsafe` in here.

use polars::prelude::*;
use polars_arrow::array::{Array, StructArray, Utf8Array, Utf8ViewArray};
use polars_arrow::bitmap::utils::count_zeros;
use polars_arrow::ffi::{ArrowArrayStream, export_iterator};
use regulars_plugin::{Failure, Result};

use super::verify::fault;
use crate::table::{Data, failure, type_word};

/// The frame in the six kinds that ABI 1 carries. Columns of other types are left out, and a note says which.
pub(super) fn fit(data: Data, notes: &mut Vec<String>) -> Result<DataFrame> {
    let mut columns = Vec::new();
    for column in data.0.columns() {
        match carried(column) {
            Ok(column) => columns.push(column),
            Err(why) => notes.push(format!("column `{}` was not given to the plugin: {why}", column.name())),
        }
    }
    let mut frame = DataFrame::new(data.height(), columns).map_err(|error| failure(error, &[]))?;
    // Batches hold the same rows of every column; chunks that lie otherwise are put into one.
    frame.align_chunks_par();
    Ok(frame)
}

/// The column as it crosses, or why it cannot.
fn carried(column: &Column) -> std::result::Result<Column, String> {
    if column.name().contains('\0') {
        return Err("its name holds a null byte".to_owned());
    }
    let target = match column.dtype() {
        DataType::Boolean | DataType::Date | DataType::String => return Ok(column.clone()),
        kind if kind.is_integer() => DataType::Int64,
        kind if kind.is_primitive_numeric() => DataType::Float64,
        DataType::Categorical(..) | DataType::Enum(..) => DataType::String,
        DataType::Datetime(_, zone) => DataType::Datetime(TimeUnit::Microseconds, zone.clone()),
        other => return Err(format!("it holds {}, which plugins do not take", type_word(other))),
    };
    // Strict: a number that is too large is told, not made empty.
    column.strict_cast(&target).map_err(|_| "it holds numbers that are too large".to_owned())
}

/// Lays a frame out as a stream of batches, one for each chunk. No value is copied.
pub(super) fn export(frame: &DataFrame) -> ArrowArrayStream {
    let newest = CompatLevel::newest();
    let fields = frame.columns().iter().map(|column| column.field().to_arrow(newest)).collect();
    let kind = ArrowDataType::Struct(fields);
    let batch_kind = kind.clone();
    let batches: Vec<PolarsResult<Box<dyn Array>>> = frame
        .iter_chunks(newest, false)
        .filter(|batch| !batch.is_empty())
        .map(|batch| {
            let rows = batch.len();
            let whole = StructArray::try_new(batch_kind.clone(), rows, batch.into_arrays(), None)?;
            Ok(Box::new(whole) as Box<dyn Array>)
        })
        .collect();
    export_iterator(Box::new(batches.into_iter()), ArrowField::new(PlSmallStr::EMPTY, kind, false))
}

/// A column of an answer, as its schema announces it, and its values batch by batch.
pub(super) struct Returned {
    pub(super) field: ArrowField,
    pub(super) chunks: Vec<Box<dyn Array>>,
}

impl Returned {
    /// The type of a column by the format that ABI 1 knows it by.
    pub(super) fn announced(name: &str, format: &str) -> Result<Returned> {
        let kind = match format {
            "l" => ArrowDataType::Int64,
            "g" => ArrowDataType::Float64,
            "b" => ArrowDataType::Boolean,
            "tdD" => ArrowDataType::Date32,
            "vu" => ArrowDataType::Utf8View,
            "U" => ArrowDataType::LargeUtf8,
            time => match time.strip_prefix("tsu:") {
                Some("") => ArrowDataType::Timestamp(ArrowTimeUnit::Microsecond, None),
                // Polars keeps `*` for a wildcard.
                Some(zone) if zone != "*" => {
                    // Looked at here: a column without rows would break off later.
                    TimeZone::opt_try_new(Some(zone)).map_err(|_| {
                        fault(format!("column `{name}` of the answer has the time zone `{zone}`, which nobody knows"))
                    })?;
                    ArrowDataType::Timestamp(ArrowTimeUnit::Microsecond, Some(zone.into()))
                }
                _ => {
                    return Err(fault(format!(
                        "column `{name}` of the answer comes as `{format}`, which ABI 1 does not carry"
                    )));
                }
            },
        };
        Ok(Returned { field: ArrowField::new(name.into(), kind, true), chunks: Vec::new() })
    }

    /// Adds the values of a batch, once they are found to be whole.
    pub(super) fn push(&mut self, values: Box<dyn Array>) -> Result<()> {
        let values = whole(values).map_err(|why| fault(format!("column `{}` of the answer {why}", self.field.name)))?;
        self.chunks.push(values);
        Ok(())
    }

    fn column(self) -> Result<Column> {
        let name = self.field.name.clone();
        let made = if self.chunks.is_empty() {
            Ok(Series::new_empty(name.clone(), &DataType::from_arrow_field(&self.field)))
        } else {
            Series::try_from((&self.field, self.chunks))
        };
        made.map(IntoColumn::into_column).map_err(|error| {
            let why = failure(error, &[]).message;
            fault(format!("column `{name}` of the answer cannot be read: {why}"))
        })
    }
}

/// Whether values may be trusted inside: text is text, and as many values are missing as the array says.
fn whole(values: Box<dyn Array>) -> std::result::Result<Box<dyn Array>, String> {
    if let Some(valid) = values.validity() {
        let (bytes, offset, length) = valid.as_slice();
        let missing = count_zeros(bytes, offset, length);
        if valid.unset_bits() != missing {
            return Err(format!("says that {} values are missing, but {missing} are", valid.unset_bits()));
        }
    }
    let text = |_| "holds text that is not UTF-8".to_owned();
    let kind = values.dtype().clone();
    // Polars takes text from C on trust, and everything behind relies on it; so it is read once more with checks.
    if let Some(views) = values.as_any().downcast_ref::<Utf8ViewArray>() {
        let (slots, buffers) = (views.views().clone(), views.data_buffers().clone());
        let checked = Utf8ViewArray::try_new(kind, slots, buffers, views.validity().cloned()).map_err(text)?;
        return Ok(Box::new(checked));
    }
    if let Some(joined) = values.as_any().downcast_ref::<Utf8Array<i64>>() {
        let (offsets, bytes) = (joined.offsets().clone(), joined.values().clone());
        let checked = Utf8Array::try_new(kind, offsets, bytes, joined.validity().cloned()).map_err(text)?;
        return Ok(Box::new(checked));
    }
    Ok(values)
}

/// The columns of an answer as a frame.
pub(super) fn frame_of(columns: Vec<Returned>) -> Result<DataFrame> {
    let columns = columns.into_iter().map(Returned::column).collect::<Result<Vec<_>>>()?;
    DataFrame::new_infer_height(columns).map_err(|error| {
        let Failure { message, .. } = failure(error, &[]);
        fault(format!("the table of the answer cannot be read: {message}"))
    })
}
