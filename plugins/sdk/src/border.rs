//! The author's side of the border, and the one file of this crate with `unsafe` in it.
//!
//! Three things need it: reading memory that the host lends (every pointer comes from an Arrow structure that
//! is kept alive by an [`Arc`] beside it), laying our columns out for the host, and answering through C.
#![allow(unsafe_code, reason = "the C border: each block says what it relies on")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use crate::abi::{self, ArrowArray, ArrowArrayStream, ArrowSchema};
use crate::panics::guarded;
use crate::table::{Chunk, Data};
use crate::{
    Column, Context, Failure, Function, Given, GivenTable, Host, Input, Manual, Model, Output, Registered, Result,
    Table, Values,
};

/// Values that lie together: our own, or the host's for as long as `keeper` lives.
#[derive(Debug)]
pub(crate) struct Slice<T: 'static> {
    start: *const T,
    length: usize,
    _keeper: Keeper<T>,
}

#[derive(Debug)]
enum Keeper<T> {
    Own(#[allow(dead_code, reason = "owns the memory that `start` points to")] Vec<T>),
    Lent(#[allow(dead_code, reason = "keeps the memory that `start` points to")] Arc<Lent>),
}

// SAFETY: a slice is only ever read, its memory is owned or kept by an Arc, and `T` is plain data.
unsafe impl<T: Send> Send for Slice<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Slice<T> {}

impl<T> Slice<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        // SAFETY: `start` and `length` describe memory of `_keeper`, which lives as long as `self`; never null.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }

    /// Memory of the host. An empty slice may come with a null pointer.
    fn lent(start: *const T, length: usize, keeper: &Arc<Lent>) -> Result<Self> {
        if length == 0 {
            return Ok(Vec::new().into());
        }
        if start.is_null() {
            return Err(Failure::new("the host lent a table with a missing buffer"));
        }
        Ok(Slice { start, length, _keeper: Keeper::Lent(Arc::clone(keeper)) })
    }
}

impl<T> From<Vec<T>> for Slice<T> {
    fn from(values: Vec<T>) -> Self {
        Slice { start: values.as_ptr(), length: values.len(), _keeper: Keeper::Own(values) }
    }
}

/// One bit a value, least significant first, from bit `offset` on.
#[derive(Debug)]
pub(crate) struct Bits {
    bytes: Slice<u8>,
    offset: usize,
}

impl Bits {
    pub(crate) fn get(&self, index: usize) -> bool {
        let at = self.offset + index;
        self.bytes.as_slice()[at / 8] >> (at % 8) & 1 == 1
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(flags: I) -> Self {
        let mut bytes = Vec::new();
        for (index, flag) in flags.into_iter().enumerate() {
            if index % 8 == 0 {
                bytes.push(0);
            }
            if let Some(last) = bytes.last_mut() {
                *last |= u8::from(flag) << (index % 8);
            }
        }
        Bits { bytes: bytes.into(), offset: 0 }
    }
}

/// An array that the host lent; given back when the last column that reads it is gone.
#[derive(Debug)]
struct Lent(*mut ArrowArray);

// SAFETY: the Arrow C data interface lets an array be read and released from any thread.
unsafe impl Send for Lent {}
// SAFETY: as above; it is only read.
unsafe impl Sync for Lent {}

impl Drop for Lent {
    fn drop(&mut self) {
        // SAFETY: the box was made by `batch`, holds an array taken out of the host's hands, and is dropped once.
        unsafe {
            let mut array = Box::from_raw(self.0);
            if let Some(release) = array.release {
                release(&mut *array);
            }
        }
    }
}

/// A stream that was taken over from the host; given back on every way out.
struct Taken(ArrowArrayStream);

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the stream was moved out of the host's hands and is released once, here.
            unsafe { release(&mut self.0) }
        }
    }
}

/// A schema that the host filled; given back on every way out.
struct Announced(ArrowSchema);

impl Drop for Announced {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the schema was filled for us and is released once, here.
            unsafe { release(&mut self.0) }
        }
    }
}

impl Taken {
    /// Why the stream broke off, in its own words where it has some.
    fn broken(&mut self) -> Failure {
        let failure = Failure::new("the host lent a table that cannot be read");
        // SAFETY: the callback belongs to this stream; its text is valid until the stream is used again.
        match self.0.get_last_error.map(|ask| unsafe { text(ask(&mut self.0)) }) {
            Some(words) if !words.is_empty() => failure.help(words),
            _ => failure,
        }
    }
}

/// Takes a stream over from the host and reads its columns in place. A stream that is not reached because
/// an earlier one failed stays the host's, which releases what was not taken.
///
/// # Safety
/// `stream` points to a valid Arrow stream, which is moved out of: what stays behind is marked as released.
unsafe fn take(stream: *mut ArrowArrayStream) -> Result<Table> {
    // SAFETY: the caller lends a valid stream; moving it out and marking it released is the interface's way to take it.
    let mut stream = Taken(unsafe { std::ptr::replace(stream, ArrowArrayStream::EMPTY) });
    let (Some(get_schema), Some(get_next), Some(_)) = (stream.0.get_schema, stream.0.get_next, stream.0.release) else {
        return Err(Failure::new("the host lent a table that was released before"));
    };
    let mut schema = Announced(ArrowSchema::EMPTY);
    // SAFETY: the callback belongs to this stream, and the schema is ours to be filled.
    if unsafe { get_schema(&mut stream.0, &mut schema.0) } != 0 {
        return Err(stream.broken());
    }
    // SAFETY: the host has just filled the schema, and it is released only at the end.
    let named = unsafe { children(&schema.0)? };
    let mut chunks: Vec<Vec<Chunk>> = named.iter().map(|_| Vec::new()).collect();
    loop {
        let mut array = ArrowArray::EMPTY;
        // SAFETY: the callback belongs to this stream, and the array is ours to be filled.
        if unsafe { get_next(&mut stream.0, &mut array) } != 0 {
            return Err(stream.broken());
        }
        if array.release.is_none() {
            break;
        }
        batch(array, &named, &mut chunks)?;
    }
    let columns = named.iter().zip(chunks).map(|(field, chunks)| Column::from_chunks(&field.name, field.kind, chunks));
    Table::new(columns.collect())
}

/// A column as the stream's schema announces it.
struct Field {
    name: String,
    kind: Values,
    /// Text laid end to end rather than as views.
    joined: bool,
}

/// The columns of a struct schema.
///
/// # Safety
/// `schema` was filled by the host and is not released.
unsafe fn children(schema: &ArrowSchema) -> Result<Vec<Field>> {
    let count = usize::try_from(schema.n_children).unwrap_or_default();
    let mut named = Vec::with_capacity(count);
    for index in 0..count {
        // SAFETY: the interface promises `n_children` valid children with text for format and name.
        let (name, format, dictionary) = unsafe {
            let child = &**schema.children.add(index);
            (text(child.name), text(child.format), child.dictionary)
        };
        if !dictionary.is_null() {
            return Err(Failure::new(format!(
                "column `{name}` came as codes, which ABI {} does not carry",
                abi::VERSION
            )));
        }
        let kind = match format.as_str() {
            "l" => Values::Integers,
            "g" => Values::Numbers,
            "b" => Values::Flags,
            "tdD" => Values::Dates,
            "vu" | "U" => Values::Texts,
            time if time.starts_with("tsu:") => Values::Times,
            other => {
                return Err(Failure::new(format!(
                    "column `{name}` came as `{other}`, which ABI {} does not carry",
                    abi::VERSION
                )));
            }
        };
        named.push(Field { name, kind, joined: format == "U" });
    }
    Ok(named)
}

/// Reads one batch in place.
fn batch(array: ArrowArray, named: &[Field], chunks: &mut [Vec<Chunk>]) -> Result<()> {
    let lent = Arc::new(Lent(Box::into_raw(Box::new(array))));
    // SAFETY: `lent` holds the array alive; nothing writes to it.
    let parent = unsafe { &*lent.0 };
    if usize::try_from(parent.n_children).ok() != Some(named.len()) {
        return Err(Failure::new("the host lent a batch with another number of columns than its schema"));
    }
    let crooked = || Failure::new("the host lent a batch whose columns are shorter than it says");
    let (Ok(rows), Ok(outer)) = (usize::try_from(parent.length), usize::try_from(parent.offset)) else {
        return Err(crooked());
    };
    if rows == 0 {
        // The buffers of an empty array may be null or absent altogether.
        return Ok(());
    }
    for (index, field) in named.iter().enumerate() {
        // SAFETY: the interface promises `n_children` valid children, each with `n_buffers` buffers of the lengths that
        // its format, length and offset call for.
        let chunk = unsafe {
            let child = &**parent.children.add(index);
            if usize::try_from(child.length).ok() < outer.checked_add(rows) {
                return Err(crooked());
            }
            let offset = usize::try_from(child.offset).map_err(|_| crooked())? + outer;
            let buffer = |at: usize| -> *const c_void {
                if (at as i64) < child.n_buffers { *child.buffers.add(at) } else { std::ptr::null() }
            };
            let bits = |at: usize| -> Result<Bits> {
                Ok(Bits { bytes: Slice::lent(buffer(at).cast(), (offset + rows).div_ceil(8), &lent)?, offset })
            };
            let valid = if child.null_count == 0 || buffer(0).is_null() { None } else { Some(bits(0)?) };
            let data = match field.kind {
                Values::Integers => {
                    Data::Integers(Slice::lent(buffer(1).cast::<i64>().wrapping_add(offset), rows, &lent)?)
                }
                Values::Times => Data::Times(Slice::lent(buffer(1).cast::<i64>().wrapping_add(offset), rows, &lent)?),
                Values::Numbers => {
                    Data::Numbers(Slice::lent(buffer(1).cast::<f64>().wrapping_add(offset), rows, &lent)?)
                }
                Values::Dates => Data::Dates(Slice::lent(buffer(1).cast::<i32>().wrapping_add(offset), rows, &lent)?),
                Values::Flags => Data::Flags(bits(1)?),
                Values::Texts if field.joined => {
                    let offsets: Slice<i64> =
                        Slice::lent(buffer(1).cast::<i64>().wrapping_add(offset), rows + 1, &lent)?;
                    let end = offsets.as_slice().last().copied().unwrap_or_default();
                    let bytes = Slice::lent(buffer(2).cast(), usize::try_from(end).unwrap_or_default(), &lent)?;
                    Data::Joined { offsets, bytes }
                }
                Values::Texts => {
                    let views = Slice::lent(buffer(1).cast::<[u8; 16]>().wrapping_add(offset), rows, &lent)?;
                    // The last buffer of a view array holds the lengths of the ones between.
                    let count = usize::try_from(child.n_buffers.saturating_sub(3)).unwrap_or_default();
                    let lengths: Slice<i64> = Slice::lent(buffer(count + 2).cast(), count, &lent)?;
                    let buffers = lengths.as_slice().iter().enumerate().map(|(at, length)| {
                        Slice::lent(buffer(at + 2).cast(), usize::try_from(*length).unwrap_or_default(), &lent)
                    });
                    Data::Views { views, buffers: buffers.collect::<Result<_>>()? }
                }
            };
            Chunk { length: rows, valid, data }
        };
        chunks[index].push(chunk);
    }
    Ok(())
}

/// # Safety
/// `text` is null or a C string.
unsafe fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: not null, and the caller promises a C string.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

// ---- Laying our columns out for the host ----

/// A table on its way to the host: one batch, each column in one chunk whose bits begin at 0 (`in_one_chunk`).
struct Outgoing {
    table: Table,
    sent: bool,
}

fn give(table: Table) -> ArrowArrayStream {
    let whole = table.columns().iter().map(Column::in_one_chunk).collect();
    // Columns of one table have one length, so putting each into one chunk cannot make them unequal.
    let table = Table::new(whole).unwrap_or_default();
    ArrowArrayStream {
        get_schema: Some(stream_schema),
        get_next: Some(stream_next),
        get_last_error: Some(stream_error),
        release: Some(stream_release),
        private_data: Box::into_raw(Box::new(Outgoing { table, sent: false })).cast(),
    }
}

unsafe extern "C" fn stream_schema(stream: *mut ArrowArrayStream, schema: *mut ArrowSchema) -> c_int {
    // SAFETY: the host calls with the stream that `give` made and room for a schema.
    unsafe {
        let outgoing = &*(*stream).private_data.cast::<Outgoing>();
        let children = outgoing.table.columns().iter().map(|column| {
            let format = match column.kind() {
                Values::Integers => c"l",
                Values::Numbers => c"g",
                Values::Flags => c"b",
                Values::Dates => c"tdD",
                Values::Times => c"tsu:",
                Values::Texts if matches!(column.chunks.first().map(|chunk| &chunk.data), Some(Data::Views { .. })) => {
                    c"vu"
                }
                Values::Texts => c"U",
            };
            schema_of(format, column.name(), Vec::new())
        });
        schema.write(schema_of(c"+s", "", children.collect()));
    }
    0
}

struct SchemaParts {
    _name: CString,
    children: Vec<*mut ArrowSchema>,
}

fn schema_of(format: &'static CStr, name: &str, children: Vec<ArrowSchema>) -> ArrowSchema {
    const NULLABLE: i64 = 2;
    let name = line(name);
    let children: Vec<*mut ArrowSchema> = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let start = name.as_ptr();
    let parts = Box::into_raw(Box::new(SchemaParts { _name: name, children }));
    ArrowSchema {
        format: format.as_ptr(),
        name: start,
        flags: NULLABLE,
        // SAFETY: `parts` was boxed just above.
        n_children: unsafe { (*parts).children.len() } as i64,
        // SAFETY: as above; the vector is not touched again until it is freed.
        children: unsafe { (*parts).children.as_mut_ptr() },
        release: Some(schema_release),
        private_data: parts.cast(),
        ..ArrowSchema::EMPTY
    }
}

unsafe extern "C" fn schema_release(schema: *mut ArrowSchema) {
    // SAFETY: called once with a schema of `schema_of`; its children are boxes of ours.
    unsafe {
        let parts = Box::from_raw((*schema).private_data.cast::<SchemaParts>());
        for child in parts.children.iter().copied() {
            let mut child = Box::from_raw(child);
            if let Some(release) = child.release {
                release(&mut *child);
            }
        }
        (*schema).release = None;
    }
}

unsafe extern "C" fn stream_next(stream: *mut ArrowArrayStream, array: *mut ArrowArray) -> c_int {
    // SAFETY: the host calls with the stream that `give` made and room for an array.
    unsafe {
        let outgoing = &mut *(*stream).private_data.cast::<Outgoing>();
        // A table without rows is its schema alone: then no reader has to look for buffers that are not there.
        if outgoing.sent || outgoing.table.height() == 0 {
            array.write(ArrowArray::EMPTY);
            return 0;
        }
        outgoing.sent = true;
        let children = outgoing.table.columns().iter().map(array_of).collect();
        let rows = outgoing.table.height();
        array.write(assemble(rows, 0, vec![std::ptr::null()], children, None));
    }
    0
}

struct ArrayParts {
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
    _column: Option<Column>,
    _lengths: Vec<i64>,
}

fn array_of(column: &Column) -> ArrowArray {
    let Some(chunk) = column.chunks.first() else {
        // Not reached: a table without rows is sent without a batch.
        return assemble(0, 0, Vec::new(), Vec::new(), None);
    };
    let valid = chunk.valid.as_ref().map_or(std::ptr::null(), |bits| bits.bytes.start.cast::<c_void>());
    let mut buffers: Vec<*const c_void> = vec![valid];
    match &chunk.data {
        Data::Integers(values) | Data::Times(values) => buffers.push(values.start.cast()),
        Data::Numbers(values) => buffers.push(values.start.cast()),
        Data::Dates(values) => buffers.push(values.start.cast()),
        Data::Flags(bits) => buffers.push(bits.bytes.start.cast()),
        Data::Joined { offsets, bytes } => buffers.extend([offsets.start.cast(), bytes.start.cast::<c_void>()]),
        Data::Views { views, buffers: lent } => {
            buffers.push(views.start.cast());
            buffers.extend(lent.iter().map(|buffer| buffer.start.cast::<c_void>()));
        }
    }
    let lengths = match &chunk.data {
        Data::Views { buffers, .. } => Some(buffers.iter().map(|buffer| buffer.length as i64).collect()),
        _ => None,
    };
    let nulls = if chunk.valid.is_some() { -1 } else { 0 };
    let mut array = assemble(chunk.length, nulls, buffers, Vec::new(), Some(column.clone()));
    if let Some(lengths) = lengths {
        // SAFETY: `assemble` boxed these parts just above; the lengths are the last buffer of a view array.
        unsafe {
            let parts = &mut *array.private_data.cast::<ArrayParts>();
            parts._lengths = lengths;
            parts.buffers.push(parts._lengths.as_ptr().cast());
            array.n_buffers = parts.buffers.len() as i64;
            array.buffers = parts.buffers.as_mut_ptr();
        }
    }
    array
}

fn assemble(
    rows: usize,
    nulls: i64,
    buffers: Vec<*const c_void>,
    children: Vec<ArrowArray>,
    column: Option<Column>,
) -> ArrowArray {
    let children = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    let parts = Box::into_raw(Box::new(ArrayParts { buffers, children, _column: column, _lengths: Vec::new() }));
    // SAFETY: `parts` was boxed just above, and its vectors are not touched again until they are freed.
    unsafe {
        ArrowArray {
            length: rows as i64,
            null_count: nulls,
            n_buffers: (*parts).buffers.len() as i64,
            n_children: (*parts).children.len() as i64,
            buffers: (*parts).buffers.as_mut_ptr(),
            children: (*parts).children.as_mut_ptr(),
            release: Some(array_release),
            private_data: parts.cast(),
            ..ArrowArray::EMPTY
        }
    }
}

unsafe extern "C" fn array_release(array: *mut ArrowArray) {
    // SAFETY: called once with an array of `assemble`; a child that the host took over has no release any more.
    unsafe {
        let parts = Box::from_raw((*array).private_data.cast::<ArrayParts>());
        for child in parts.children.iter().copied() {
            let mut child = Box::from_raw(child);
            if let Some(release) = child.release {
                release(&mut *child);
            }
        }
        (*array).release = None;
    }
}

unsafe extern "C" fn stream_error(_stream: *mut ArrowArrayStream) -> *const c_char {
    std::ptr::null()
}

unsafe extern "C" fn stream_release(stream: *mut ArrowArrayStream) {
    // SAFETY: called once with the stream that `give` made.
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<Outgoing>()));
        (*stream).release = None;
    }
}

impl Column {
    /// The same values in one chunk whose bits begin at 0, copied only where they lie otherwise.
    fn in_one_chunk(&self) -> Column {
        let is_plain = |chunk: &Chunk| {
            chunk.valid.as_ref().is_none_or(|bits| bits.offset == 0)
                && !matches!(&chunk.data, Data::Flags(bits) if bits.offset != 0)
        };
        if let [only] = self.chunks.as_slice()
            && is_plain(only)
        {
            return self.clone();
        }
        self.keep(&vec![true; self.len()])
    }
}

// ---- For libraries that speak Arrow: Polars of any version, others ----

impl Table {
    /// The table as an Arrow C stream of one batch, for a library that reads such streams. Its values are not copied where
    /// they lie in one piece. The stream must be released, which importing it does.
    pub fn into_arrow(self) -> ArrowArrayStream {
        give(self)
    }

    /// Reads the table of an Arrow C stream where it lies. It takes the types of ABI 1: whole numbers and numbers of 64
    /// bits, text as views or with 64-bit offsets, flags, days, and microseconds.
    ///
    /// # Safety
    /// `stream` is a valid stream that was not released; it is moved out of.
    pub unsafe fn from_arrow(stream: &mut ArrowArrayStream) -> Result<Table> {
        // SAFETY: as the caller promises.
        unsafe { take(stream) }
    }
}

/// Turns tables into Polars frames and back, in the author's own Polars: `frames!();` writes a module `frames` with
/// `frame_of(table)` and `table_of(frame)`. The author's crate names `polars` and `polars-arrow` in one version, whichever
/// it likes; the kit names none, and what crosses the border is Arrow.
///
/// ```ignore
/// regulars_plugin::frames!();
///
/// fn run(&self, orders: Transactions, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
///     let sums = frames::frame_of(&orders)?.lazy().group_by([col("customer")]).agg([col("amount").sum()]);
///     Ok(Output::table(frames::table_of(sums.collect().map_err(frames::failure)?)?))
/// }
/// ```
#[cfg(feature = "polars")]
#[macro_export]
macro_rules! frames {
    () => {
        /// Tables as Polars frames, and frames as tables.
        #[allow(unsafe_code, reason = "Arrow crosses between two libraries as C structures")]
        mod frames {
            use ::polars::prelude::{CompatLevel, DataFrame, DataType, IntoColumn, IntoSeries, TimeUnit};
            use ::polars_arrow::{array, datatypes, ffi};
            use $crate::abi::ArrowArrayStream;
            use $crate::{Failure, Result, Table};

            // Both libraries lay the same C structure out.
            const _: () = assert!(size_of::<ArrowArrayStream>() == size_of::<ffi::ArrowArrayStream>());

            /// What Polars says, as a failure.
            pub(crate) fn failure(error: ::polars::prelude::PolarsError) -> Failure {
                Failure::new(error.to_string())
            }

            /// The table as a frame.
            #[allow(dead_code, reason = "a plugin may need one direction only")]
            pub(crate) fn frame_of(table: &Table) -> Result<DataFrame> {
                let stream = table.clone().into_arrow();
                // SAFETY: the two types are one C structure, and the stream was made just now; the reader releases it.
                let mut reader = unsafe {
                    let stream: ffi::ArrowArrayStream = ::std::mem::transmute(stream);
                    ffi::ArrowArrayStreamReader::try_new(Box::new(stream)).map_err(failure)?
                };
                // SAFETY: the stream is the kit's, which keeps what Arrow asks for.
                while let Some(batch) = unsafe { reader.next() } {
                    let batch = batch.map_err(failure)?;
                    if let Some(batch) = batch.as_any().downcast_ref::<array::StructArray>() {
                        return DataFrame::try_from(batch.clone()).map_err(failure);
                    }
                }
                // Without rows there is no batch: an empty one has the columns.
                let empty = array::new_empty_array(reader.field().dtype().clone());
                match empty.as_any().downcast_ref::<array::StructArray>() {
                    Some(empty) => DataFrame::try_from(empty.clone()).map_err(failure),
                    None => Err(Failure::new("the table is no table")),
                }
            }

            /// The frame as a table. Numbers of other sizes become those of 64 bits, categories become text, times
            /// become microseconds; other columns are refused with their name.
            #[allow(dead_code, reason = "a plugin may need one direction only")]
            pub(crate) fn table_of(frame: DataFrame) -> Result<Table> {
                let mut columns = Vec::new();
                for column in frame.columns() {
                    let target = match column.dtype() {
                        kind if kind.is_integer() => DataType::Int64,
                        kind if kind.is_float() => DataType::Float64,
                        DataType::Datetime(_, zone) => DataType::Datetime(TimeUnit::Microseconds, zone.clone()),
                        DataType::Boolean | DataType::Date | DataType::String => column.dtype().clone(),
                        _ => DataType::String,
                    };
                    columns.push(column.strict_cast(&target).map_err(failure)?.into_column());
                }
                let frame = DataFrame::new(frame.height(), columns).map_err(failure)?;
                let whole = frame.into_struct("".into()).into_series().rechunk();
                let values = whole.to_arrow(0, CompatLevel::newest());
                let field = datatypes::Field::new("".into(), values.dtype().clone(), false);
                let stream = ffi::export_iterator(Box::new(::std::iter::once(Ok(values))), field);
                // SAFETY: the two types are one C structure, and the stream was made just now.
                unsafe {
                    let mut stream: ArrowArrayStream = ::std::mem::transmute(stream);
                    Table::from_arrow(&mut stream)
                }
            }
        }
    };
}

// ---- The plugin as the host sees it ----

/// A plugin: its name, its version and its functions. [`export!`](crate::export) makes one.
pub struct Plugin {
    name: &'static str,
    version: &'static str,
    functions: Vec<Registered<Table>>,
}

impl Plugin {
    /// A plugin without functions.
    pub fn new(name: &'static str, version: &'static str) -> Self {
        Plugin { name, version, functions: Vec::new() }
    }

    /// Adds a function.
    #[must_use]
    pub fn function<F: Function>(mut self) -> Self
    where
        F::Input: Input<Table = Table>,
    {
        self.functions.push(Registered::of::<F>());
        self
    }
}

struct Exported {
    plugin: Plugin,
    _texts: [CString; 3],
    raw: abi::Plugin,
}

// SAFETY: the pointers in `raw` lead to the texts and functions beside it, which are never changed.
unsafe impl Send for Exported {}
// SAFETY: as above.
unsafe impl Sync for Exported {}

/// The plugin in terms of C. Called by the function that [`export!`](crate::export) writes.
#[doc(hidden)]
pub fn entry(cell: &'static OnceLock<Entered>, make: fn() -> Plugin) -> *const abi::Plugin {
    match guarded(|| &cell.get_or_init(|| Entered(exported(make()))).0.raw) {
        Ok(raw) => raw,
        // The host knows what nothing means; more cannot be said before there is a table of functions.
        Err(_) => std::ptr::null(),
    }
}

/// The one instance of an exported plugin.
#[doc(hidden)]
pub struct Entered(Box<Exported>);

fn exported(plugin: Plugin) -> Box<Exported> {
    let manuals: Vec<&Manual> = plugin.functions.iter().map(Registered::manual).collect();
    let texts = [line(plugin.name), line(plugin.version), line(&json!(manuals).to_string())];
    let raw = abi::Plugin {
        abi: abi::VERSION,
        size: size_of::<abi::Plugin>() as u32,
        name: texts[0].as_ptr(),
        version: texts[1].as_ptr(),
        manuals: texts[2].as_ptr(),
        state: std::ptr::null(),
        call: Some(call),
    };
    let mut exported = Box::new(Exported { plugin, _texts: texts, raw });
    exported.raw.state = std::ptr::from_ref(&exported.plugin).cast();
    exported
}

unsafe extern "C" fn call(state: *const c_void, request: *mut abi::Request, answer: *mut abi::Answer) -> c_int {
    let worked = guarded(|| {
        // SAFETY: the host gives back the state of `exported`, and a request that outlives the call.
        match unsafe { work(&*state.cast::<Plugin>(), &*request) } {
            Ok((tables, said)) => (0, tables.into_iter().map(sent).collect(), line(&said.to_string())),
            Err(failure) => (1, Vec::new(), line(&json!(failure).to_string())),
        }
    });
    let (code, tables, text) = worked.unwrap_or_else(|words| {
        let failure = Failure::new(format!("the plugin broke off: {words}"));
        let failure = failure.help("this is a fault of the plugin; tell its author");
        (2, Vec::new(), line(&json!(failure).to_string()))
    });
    let mut given = Box::new(Answered { tables, text });
    // SAFETY: the host gives room for an answer, which is ours to fill; the box is freed by `answer_release`.
    unsafe {
        answer.write(abi::Answer {
            size: size_of::<abi::Answer>() as u32,
            table_count: given.tables.len() as u32,
            tables: given.tables.as_mut_ptr(),
            text: given.text.as_ptr(),
            private_data: Box::into_raw(given).cast(),
            release: Some(answer_release),
        });
    }
    code
}

/// What an answer leads to.
struct Answered {
    tables: Vec<ArrowArrayStream>,
    text: CString,
}

fn sent(table: Option<Table>) -> ArrowArrayStream {
    table.map_or(ArrowArrayStream::EMPTY, give)
}

/// # Safety
/// What `request` points to is valid until the call returns.
unsafe fn work(plugin: &Plugin, request: &abi::Request) -> Result<(Vec<Option<Table>>, Value)> {
    // Later hosts may send more than this; an earlier one than the first there is none.
    if (request.size as usize) < size_of::<abi::Request>() {
        return Err(Failure::new(format!("the host sent a request of {} bytes, ABI 1 has more", request.size)));
    }
    let (function, method) = (request.function as usize, usize::try_from(request.method).ok());
    let registered = plugin
        .functions
        .get(function)
        .and_then(|registered| method.map_or(Some(registered), |method| registered.methods().get(method)))
        .ok_or_else(|| Failure::new(format!("the plugin has no function number {function}, {}", request.method)))?;
    // SAFETY: as the caller promises; each stream is taken at most once.
    let taken = (0..request.table_count as usize).map(|index| unsafe { take(request.tables.add(index)) });
    let mut tables = taken.collect::<Result<Vec<Table>>>()?;
    let read = |what: &str, from: *const c_char| -> Result<Value> {
        // SAFETY: as the caller promises.
        serde_json::from_str(&unsafe { text(from) })
            .map_err(|error| Failure::new(format!("the {what} came garbled: {error}")))
    };
    let options = match read("options", request.options)? {
        Value::Object(options) => options,
        _ => return Err(Failure::new("the options came garbled: they are no object")),
    };
    let model = match method {
        None => None,
        Some(_) => {
            // SAFETY: null, or a stream that is taken once.
            let table = (!request.model_table.is_null()).then(|| unsafe { take(request.model_table) }).transpose()?;
            Some(Model { state: read("model", request.model)?, table })
        }
    };
    // SAFETY: as the caller promises.
    let context = unsafe { &*request.context };
    let today = crate::table::date_of(context.today).unwrap_or_default();
    let host = HostOverC(context);
    // Tables that options hold come behind the others.
    let held = GivenTable::count(&Value::Object(options.clone()));
    let beside = tables.split_off(tables.len().checked_sub(held).ok_or_else(|| {
        Failure::new(format!("the options hold {held} tables, but {} came with the request", tables.len()))
    })?);
    let given = Given { tables, beside, model };
    let output = registered.run(&options, given, &Context::new(&host, context.seed, today))?;
    in_order(registered.manual(), output)
}

/// The tables of an answer in the order of the manual, and the rest as JSON.
fn in_order(manual: &Manual, output: Output<Table, Map<String, Value>>) -> Result<(Vec<Option<Table>>, Value)> {
    let mut said = json!({ "figures": output.figures, "notes": output.notes });
    if let Some(model) = output.model {
        said["model"] = model;
    }
    if let Some(drawing) = output.drawing {
        said["drawing"] = json!(drawing);
    }
    let mut further = output.further;
    if let Some((name, _)) = further.iter().find(|(name, _)| !manual.further.iter().any(|one| one.name == *name)) {
        return Err(Failure::new(format!(
            "the answer has a further table `{name}`, which its manual does not declare"
        ))
        .help("this is a fault of the plugin; tell its author"));
    }
    let mut tables = Vec::new();
    if manual.has_table() || output.table.is_some() {
        tables.push(output.table);
    }
    for declared in &manual.further {
        let place = further.iter().position(|(name, _)| *name == declared.name);
        tables.push(place.map(|place| further.swap_remove(place).1));
    }
    Ok((tables, said))
}

/// Text as C reads it. JSON never holds the one byte that C cannot; names and notes are rid of it.
fn line(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

unsafe extern "C" fn answer_release(answer: *mut abi::Answer) {
    // SAFETY: called once with an answer of `call`, whose box is taken back here. A table that the host took was marked
    // as released in it.
    unsafe {
        let mut given = Box::from_raw((*answer).private_data.cast::<Answered>());
        for table in &mut given.tables {
            if let Some(release) = table.release {
                release(table);
            }
        }
        (*answer).text = std::ptr::null();
        (*answer).release = None;
    }
}

/// The host, reached through its C functions.
struct HostOverC<'a>(&'a abi::Context);

// SAFETY: ABI 1 says that the context's functions may be called from any thread during the call.
unsafe impl Sync for HostOverC<'_> {}

impl Host for HostOverC<'_> {
    fn is_cancelled(&self) -> bool {
        // SAFETY: the function and the host pointer come together from the host and are valid during the call.
        self.0.is_cancelled.is_some_and(|asks| unsafe { asks(self.0.host) != 0 })
    }

    fn progress(&self, done: u64, total: u64, what: &str) {
        if let Some(tell) = self.0.progress {
            let what = line(what);
            // SAFETY: as above; the text lives until the call returns.
            unsafe { tell(self.0.host, done, total, what.as_ptr()) }
        }
    }

    fn warn(&self, text: &str) {
        if let Some(tell) = self.0.warn {
            let text = line(text);
            // SAFETY: as above.
            unsafe { tell(self.0.host, text.as_ptr()) }
        }
    }
}

/// Makes a crate a plugin: `export!(PurchaseRhythm, Another);` names its functions. Name and version are the crate's.
#[macro_export]
macro_rules! export {
    ($($function:ty),+ $(,)?) => {
        /// The one symbol of a plugin; see the ABI of `regulars-plugin`.
        #[allow(unsafe_code, reason = "one unmangled symbol is what makes a library a plugin")]
        #[unsafe(no_mangle)]
        pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const $crate::abi::Plugin {
            static PLUGIN: ::std::sync::OnceLock<$crate::Entered> = ::std::sync::OnceLock::new();
            $crate::hush();
            $crate::entry(&PLUGIN, || {
                $crate::Plugin::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))$(.function::<$function>())+
            })
        }
    };
}

#[cfg(test)]
mod tests {
    use std::ptr::null_mut;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_table_comes_back_from_the_border_as_it_went() -> Result<()> {
        let table = Table::new(vec![
            Column::integers("i", [Some(1), None, Some(3)]),
            Column::numbers("n", [Some(0.5), Some(1.5), None]),
            Column::flags("f", [Some(true), None, Some(false)]),
            Column::texts("t", [Some("short"), Some("longer than twelve bytes"), None]),
            Column::dates("d", [crate::Date::from_ymd_opt(1997, 9, 30), None, None]),
        ])?;
        let mut stream = give(table);
        // SAFETY: the stream was made just above and is given away here.
        let back = unsafe { take(&mut stream)? };
        assert_eq!(back.column("i")?.as_integers()?.collect::<Vec<_>>(), [Some(1), None, Some(3)]);
        assert_eq!(back.column("n")?.as_numbers()?.collect::<Vec<_>>(), [Some(0.5), Some(1.5), None]);
        assert_eq!(back.column("f")?.as_flags()?.collect::<Vec<_>>(), [Some(true), None, Some(false)]);
        let texts: Vec<_> = back.column("t")?.as_texts()?.collect();
        assert_eq!(texts, [Some("short"), Some("longer than twelve bytes"), None]);
        assert_eq!(back.column("d")?.as_days()?.collect::<Vec<_>>(), [Some(10_134), None, None]);
        Ok(())
    }

    #[test]
    fn times_in_chunks_keep_their_time_of_day() -> Result<()> {
        let chunk = |values: Vec<i64>| Chunk { length: values.len(), valid: None, data: Data::Times(values.into()) };
        let times = Column::from_chunks("at", Values::Times, vec![chunk(vec![1, 86_400_000_001]), chunk(vec![2])]);
        let mut stream = give(Table::new(vec![times])?);
        // SAFETY: the stream was made just above and is given away here.
        let back = unsafe { take(&mut stream)? };
        let read: Vec<_> = back.column("at")?.as_microseconds()?.collect();
        assert_eq!(read, [Some(1), Some(86_400_000_001), Some(2)]);
        Ok(())
    }

    #[test]
    fn a_table_without_rows_keeps_its_columns() -> Result<()> {
        let none: [Option<&str>; 0] = [];
        let mut stream = give(Table::new(vec![Column::texts("t", none), Column::flags("f", [])])?);
        // SAFETY: the stream was made just above and is given away here.
        let back = unsafe { take(&mut stream)? };
        assert_eq!((back.height(), back.column("t")?.kind(), back.column("f")?.len()), (0, Values::Texts, 0));
        Ok(())
    }

    static RELEASED: AtomicU32 = AtomicU32::new(0);

    unsafe extern "C" fn refuse(_: *mut ArrowArrayStream, _: *mut ArrowSchema) -> c_int {
        5
    }

    unsafe extern "C" fn why(_: *mut ArrowArrayStream) -> *const c_char {
        c"the disk is full".as_ptr()
    }

    unsafe extern "C" fn count(_: *mut ArrowArrayStream) {
        RELEASED.fetch_add(1, Ordering::SeqCst);
    }

    #[test]
    fn a_stream_that_fails_is_given_back_and_the_next_is_left_to_the_host() {
        let broken = ArrowArrayStream {
            get_schema: Some(refuse),
            get_next: Some(stream_next),
            get_last_error: Some(why),
            release: Some(count),
            private_data: null_mut(),
        };
        let mut streams = [broken, give(Table::default())];
        let plugin = Plugin::new("test", "0").function::<Pass>();
        let said = asked(&mut streams, |request| {
            // SAFETY: everything the request points to lives on the stack of `asked`.
            unsafe { work(&plugin, request) }.err().map(|failure| failure.to_string())
        });
        assert_eq!(said.as_deref(), Some("the host lent a table that cannot be read. the disk is full"));
        assert_eq!(RELEASED.load(Ordering::SeqCst), 1);
        assert!(streams[0].release.is_none());
        assert!(streams[1].release.is_some());
        // SAFETY: nobody has taken it.
        assert!(unsafe { take(&mut streams[1]) }.is_ok());
    }

    /// Does something with a request for the first function.
    fn asked<Answer>(streams: &mut [ArrowArrayStream], work: impl FnOnce(&mut abi::Request) -> Answer) -> Answer {
        let context = abi::Context {
            size: 0,
            today: 0,
            seed: 0,
            host: std::ptr::null(),
            is_cancelled: None,
            progress: None,
            warn: None,
        };
        work(&mut abi::Request {
            size: size_of::<abi::Request>() as u32,
            function: 0,
            method: -1,
            table_count: streams.len() as u32,
            tables: streams.as_mut_ptr(),
            model_table: null_mut(),
            model: std::ptr::null(),
            options: c"{}".as_ptr(),
            context: &context,
        })
    }

    #[test]
    fn tables_that_the_host_does_not_take_are_freed_with_the_answer() -> Result<()> {
        let exported = exported(Plugin::new("test", "0").function::<Pass>());
        let mut streams = [give(Table::new(vec![Column::integers("a", [Some(1)])])?)];
        let mut answer = abi::Answer::EMPTY;
        let code = asked(&mut streams, |request| {
            // SAFETY: state and call belong together, and the request lives through the call.
            unsafe { call(exported.raw.state, request, &mut answer) }
        });
        assert_eq!((code, answer.table_count), (0, 1));
        // SAFETY: the answer holds one table, which is not taken here; releasing it frees both.
        unsafe {
            assert!((*answer.tables).release.is_some());
            assert!(!text(answer.text).is_empty());
            answer_release(&mut answer);
        }
        assert!(answer.release.is_none());
        Ok(())
    }

    /// Hands its table on.
    #[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
    struct Pass {}

    impl Function for Pass {
        const FAMILY: crate::Family = crate::Family::Clean;
        type Input = Table;
        type Row = crate::Nothing;
        type Figures = crate::Nothing;
        fn run(&self, table: Table, _: &Context<'_>) -> Result<crate::Output<Table, crate::Nothing>> {
            Ok(crate::Output::table(table))
        }
    }
}
