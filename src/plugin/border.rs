//! The host's side of the border, and the one file of the host with `unsafe` in it.
//!
//! Three things need it: loading a library and reading what it exports, calling into it, and reading the Arrow
//! structures that it answers with. Everything that can be looked at before it is trusted is looked at here;
//! what cannot (that a buffer is as long as its array says, that code does no harm) a plugin is trusted with.
#![allow(unsafe_code, reason = "the C border: each block says what it relies on")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr::null_mut;
use std::sync::OnceLock;

use polars::prelude::{ArrowDataType, DataFrame, IdxSize};
#[cfg(unix)]
use polars::prelude::{IpcReader, SerReader};
use polars_arrow::array::StructArray;
use polars_arrow::ffi;
use regulars_plugin::{Context, Failure, Host, Result, abi};

use super::cross::{Returned, export, frame_of};
use super::verify::{fault, refusal};
use super::way::{Answered, Asked, Way};

// Both sides wrote the same C structures down; a stream of one is handed over as a stream of the other.
const _: () = assert!(
    size_of::<ffi::ArrowArrayStream>() == size_of::<abi::ArrowArrayStream>()
        && size_of::<ffi::ArrowArray>() == size_of::<abi::ArrowArray>()
        && size_of::<ffi::ArrowSchema>() == size_of::<abi::ArrowSchema>()
);

/// What a plugin tells of itself.
pub(super) struct Told {
    pub(super) abi: u32,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) manuals: String,
}

/// The way into a loaded plugin.
pub(super) struct Entered {
    state: *const c_void,
    call: abi::Call,
}

// SAFETY: ABI 1 says that `call` may be made from any thread, also while another call is under way, and that
// `state` is only for `call`.
unsafe impl Send for Entered {}
// SAFETY: as above.
unsafe impl Sync for Entered {}

/// Loads a library and asks it for its table of functions.
pub(super) fn load(path: &Path) -> Result<(Told, Entered)> {
    let shown = path.display();
    // A path without a folder would be searched where the system keeps its libraries.
    let exact = path.canonicalize().map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?;
    // SAFETY: loading runs the library's initialisers. The user asked for this library, and that it is code with
    // full rights is said wherever plugins are.
    let library = unsafe { libloading::Library::new(&exact) }.map_err(|error| not_loaded(path, &error))?;
    // Never unloaded, on purpose: tables that it lends, threads that it starts and functions that run when a thread
    // ends may all outlive whatever handle there could be.
    let library: &'static libloading::Library = Box::leak(Box::new(library));
    // SAFETY: `ENTRY` has this type in every version of the border.
    let entry = unsafe { library.get::<abi::Entry>(abi::ENTRY) }.map_err(|_| {
        Failure::new(format!("`{shown}` is a library but no plugin of Regulars: it has no `{}`", abi::ENTRY))
            .help("a plugin in Rust ends with `export!(…)`, and its crate-type is \"cdylib\"")
    })?;
    // SAFETY: the symbol is the function that ABI 1 describes; an author's kit does not unwind out of it.
    let table = unsafe { entry(abi::VERSION) };
    // SAFETY: null, or the table of a library that stays loaded.
    unsafe { enter(table, path) }
}

/// Reads the table of functions of a plugin.
///
/// # Safety
/// `table` is null or points to what ABI 1 describes, or at least to the two numbers with which every version
/// begins; it and what it points to are there for ever.
pub(super) unsafe fn enter(table: *const abi::Plugin, path: &Path) -> Result<(Told, Entered)> {
    let shown = path.display();
    if table.is_null() {
        return Err(fault(format!("the plugin `{shown}` answered nothing when it was asked for ABI {}", abi::VERSION)));
    }
    // SAFETY: every version of the border begins with these two numbers; nothing is assumed of the alignment.
    let [version, size] = unsafe { table.cast::<[u32; 2]>().read_unaligned() };
    if version != abi::VERSION {
        let ours = abi::VERSION;
        let advice = if version > ours {
            "use a newer Regulars, or build the plugin with the `regulars-plugin` of this one"
        } else {
            "build the plugin again with the `regulars-plugin` of this program"
        };
        return Err(Failure::new(format!(
            "the plugin `{shown}` is built for ABI {version}, but this program has ABI {ours}"
        ))
        .help(advice));
    }
    if (size as usize) < size_of::<abi::Plugin>() {
        let wanted = size_of::<abi::Plugin>();
        return Err(fault(format!("the plugin `{shown}` tells {size} bytes of itself, but ABI 1 has {wanted}")));
    }
    // SAFETY: the plugin says that it has at least the fields of ABI 1, and they are plain numbers and pointers.
    let table = unsafe { table.read_unaligned() };
    let said = |what: &str, text: *const c_char| -> Result<String> {
        // SAFETY: null or a C string, valid as long as the library is loaded, which is for ever.
        unsafe { words(text) }.map_err(|why| fault(format!("the {what} of the plugin `{shown}` {why}")))
    };
    let told = Told {
        abi: version,
        name: said("name", table.name)?,
        version: said("version", table.version)?,
        manuals: said("list of manuals", table.manuals)?,
    };
    let call = table.call.ok_or_else(|| fault(format!("the plugin `{shown}` has no function to call")))?;
    Ok((told, Entered { state: table.state, call }))
}

/// Why a file could not be loaded, in our words; the loader's own are kept only where they add something.
fn not_loaded(path: &Path, error: &libloading::Error) -> Failure {
    let shown = path.display();
    let start = std::fs::File::open(path).and_then(|mut file| {
        let mut start = [0; 4];
        std::io::Read::read_exact(&mut file, &mut start).map(|()| start)
    });
    // ELF, the Mach-O forms, and the first half of what Windows begins with.
    let is_library = start.is_ok_and(|start| {
        start == *b"\x7fELF"
            || [0xfeed_facf, 0xcffa_edfe, 0xcafe_babe].contains(&u32::from_be_bytes(start))
            || start.starts_with(b"MZ")
    });
    if !is_library {
        return Failure::new(format!("`{shown}` is not a library"))
            .help("a plugin is what `cargo build --release` makes of a crate whose crate-type is \"cdylib\"");
    }
    let source = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    Failure::new(format!("the library `{shown}` cannot be loaded: {source}"))
        .help("build it on this system, and see that the libraries it needs are installed")
}

/// # Safety
/// `text` is null or a C string.
unsafe fn words(text: *const c_char) -> std::result::Result<String, &'static str> {
    if text.is_null() {
        return Err("is missing");
    }
    // SAFETY: not null, and the caller promises a C string.
    unsafe { CStr::from_ptr(text) }.to_str().map(str::to_owned).map_err(|_| "is not UTF-8")
}

// ---- Calling ----

/// An answer as the plugin filled it; released on every way out, with the tables that were not taken.
struct Given(abi::Answer);

impl Drop for Given {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: it was filled by the plugin and is released once, here.
            unsafe { release(&mut self.0) }
        }
    }
}

/// A table of an answer, taken out of the plugin's hands; released on every way out.
struct Taken(abi::ArrowArrayStream);

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: the stream was moved out of the answer and is released once, here.
            unsafe { release(&mut self.0) }
        }
    }
}

/// More tables than any answer has: such a number is a fault of the plugin, and nobody looks behind it.
const MOST_TABLES: u32 = 1000;

impl Way for Entered {
    fn call(&self, asked: &Asked<'_>, context: &Context<'_>) -> Result<Answered> {
        let mut streams: Vec<ffi::ArrowArrayStream> = asked.tables.iter().map(export).collect();
        let mut own = asked.model_table.map(export);
        let host = context.host();
        let lent = abi::Context {
            size: size_of::<abi::Context>() as u32,
            today: context.today.to_epoch_days(),
            seed: context.seed,
            host: (&raw const host).cast(),
            is_cancelled: Some(is_cancelled),
            progress: Some(progress),
            warn: Some(warn),
        };
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let mut request = abi::Request {
            size: size_of::<abi::Request>() as u32,
            function: number(asked.function),
            method: asked.method.map_or(-1, |method| i32::try_from(method).unwrap_or(i32::MAX)),
            table_count: number(streams.len()),
            tables: streams.as_mut_ptr().cast(),
            model_table: own.as_mut().map_or(null_mut(), |stream| (&raw mut *stream).cast()),
            model: asked.model.map_or(std::ptr::null(), CStr::as_ptr),
            options: asked.options.as_ptr(),
            context: &lent,
        };
        let mut answer = Given(abi::Answer::EMPTY);
        // SAFETY: `state` and `call` come from one table of a library that stays loaded. The request, what it points to and
        // the room for the answer live until the call returns; the two stream types are one C structure.
        let code = unsafe { (self.call)(self.state, &mut request, &mut answer.0) };
        // Releases what the plugin did not take.
        drop((streams, own));
        // SAFETY: null or a C string that lives until the answer is released.
        let text = unsafe { words(answer.0.text) }.map_err(|why| fault(format!("the text of the answer {why}")))?;
        if code != 0 {
            return Err(refusal(code, &text));
        }
        let count = answer.0.table_count;
        if count > MOST_TABLES || (count > 0 && answer.0.tables.is_null()) {
            return Err(fault(format!("the answer says that it has {count} tables, but they are not there")));
        }
        let mut tables = Vec::new();
        for index in 0..count as usize {
            // SAFETY: the answer has `table_count` streams; what is taken is marked as released in it.
            let mut taken =
                Taken(unsafe { std::ptr::replace(answer.0.tables.add(index), abi::ArrowArrayStream::EMPTY) });
            tables.push(match taken.0.release {
                None => None,
                // SAFETY: a stream with a release is valid.
                Some(_) => Some(unsafe { import(&mut taken.0, host)? }),
            });
        }
        Ok(Answered { text, tables })
    }
}

/// Does something for the plugin that must not unwind into it.
fn guarded<Answer>(otherwise: Answer, work: impl FnOnce() -> Answer) -> Answer {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        // Not dropped: what was thrown might panic again in its Drop, outside of the guard.
        std::mem::forget(panic);
        otherwise
    })
}

/// # Safety
/// `host` is the one of the context that was lent to the call under way.
unsafe fn host_of<'a>(host: *const c_void) -> &'a dyn Host {
    // SAFETY: the context points to a `&dyn Host` on the stack of `call`, which waits for the plugin.
    unsafe { *host.cast::<&dyn Host>() }
}

unsafe extern "C" fn is_cancelled(host: *const c_void) -> c_int {
    // A host that cannot answer any more wants the work to end.
    guarded(1, || {
        // SAFETY: the plugin gives back what it was lent.
        let host = unsafe { host_of(host) };
        c_int::from(host.is_cancelled())
    })
}

unsafe extern "C" fn progress(host: *const c_void, done: u64, total: u64, what: *const c_char) {
    guarded((), || {
        // SAFETY: the plugin gives back what it was lent, and a C string or null.
        let (host, what) = unsafe { (host_of(host), words(what)) };
        host.progress(done, total, &what.unwrap_or_default());
    });
}

unsafe extern "C" fn warn(host: *const c_void, text: *const c_char) {
    guarded((), || {
        // SAFETY: as above.
        let (host, text) = unsafe { (host_of(host), words(text)) };
        if let Ok(text) = text {
            host.warn(&text);
        }
    });
}

// ---- Reading the tables that a parent process lends ----

/// A table in an Arrow file, used where it lies.
#[cfg(unix)]
pub(super) fn mapped(path: &Path) -> Result<DataFrame> {
    let unreadable = |error: String| Failure::new(format!("the table that was lent cannot be read: {error}"));
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    // SAFETY: the file lies in a private folder of the parent process, which wrote it before it asked, and neither side
    // changes it while this one works on it.
    let reader = unsafe { IpcReader::new(file).memory_mapped(Some(path.to_owned())) };
    reader.finish().map_err(|error| unreadable(error.to_string()))
}

// ---- Reading the table of an answer ----

/// Reads a stream to its end; its buffers are used where they lie. The caller releases the stream.
///
/// # Safety
/// `stream` is a stream that was not released.
unsafe fn import(stream: &mut abi::ArrowArrayStream, host: &dyn Host) -> Result<DataFrame> {
    let (Some(get_schema), Some(get_next)) = (stream.get_schema, stream.get_next) else {
        return Err(fault("the table of the answer lacks `get_schema` or `get_next`"));
    };
    let mut schema = ffi::ArrowSchema::empty();
    // SAFETY: the callback belongs to this stream; the schema is ours to be filled, and releases itself when dropped.
    if unsafe { get_schema(stream, (&raw mut schema).cast()) } != 0 {
        // SAFETY: the stream is valid.
        return Err(unsafe { broken(stream) });
    }
    // SAFETY: it was filled just above; the two types are one C structure.
    let mut columns = unsafe { announced(&*(&raw const schema).cast())? };
    let kind = ArrowDataType::Struct(columns.iter().map(|column| column.field.clone()).collect());
    let mut height = 0_usize;
    loop {
        if host.is_cancelled() {
            return Err(Failure::interrupted());
        }
        let mut batch = ffi::ArrowArray::empty();
        // SAFETY: as for the schema.
        if unsafe { get_next(stream, (&raw mut batch).cast()) } != 0 {
            // SAFETY: the stream is valid.
            return Err(unsafe { broken(stream) });
        }
        // SAFETY: it was filled just above; the two types are one C structure.
        let seen: &abi::ArrowArray = unsafe { &*(&raw const batch).cast() };
        if seen.release.is_none() {
            return frame_of(columns);
        }
        // SAFETY: a batch with a release is valid as far as the interface promises.
        let rows = unsafe { looked_over(seen, &columns) }
            .map_err(|why| fault(format!("the table of the answer cannot be read: {why}")))?;
        if rows == 0 {
            continue;
        }
        height = height.saturating_add(rows);
        if height > MOST_ROWS {
            return Err(fault(format!("the table of the answer says that it has {height} rows")));
        }
        // SAFETY: what the import relies on was looked over just above; the rest is the interface's promise.
        let read = unsafe { ffi::import_array_from_c(batch, kind.clone()) }
            .map_err(|_| fault("the table of the answer cannot be read: a batch is not laid out as it says"))?;
        let parts = read.as_any().downcast_ref::<StructArray>().map(StructArray::values).unwrap_or_default();
        for (column, part) in columns.iter_mut().zip(parts) {
            column.push(part.clone())?;
        }
    }
}

/// Why a stream broke off, in its own words where it has some.
///
/// # Safety
/// `stream` is a stream that was not released.
unsafe fn broken(stream: &mut abi::ArrowArrayStream) -> Failure {
    // SAFETY: the callback belongs to this stream; its text is valid until the stream is used again.
    let said = stream.get_last_error.and_then(|ask| unsafe { words(ask(stream)) }.ok());
    let said = said.filter(|text| !text.is_empty()).unwrap_or_else(|| "it does not say why".to_owned());
    fault(format!("the table of the answer broke off: {said}"))
}

/// More columns than any table has.
const MOST_COLUMNS: usize = 1_000_000;
/// More buffers than any column has.
const MOST_BUFFERS: usize = 1_000_000;
/// As many rows as a frame can have.
const MOST_ROWS: usize = IdxSize::MAX as usize - 1;

/// The columns that a schema announces.
///
/// # Safety
/// The schema was filled by the plugin and is not released.
unsafe fn announced(schema: &abi::ArrowSchema) -> Result<Vec<Returned>> {
    // SAFETY: null or a C string.
    let format = unsafe { words(schema.format) }.unwrap_or_default();
    if format != "+s" {
        return Err(fault(format!("the table of the answer comes as `{format}`, but ABI 1 wants a struct `+s`")));
    }
    let count = usize::try_from(schema.n_children)
        .ok()
        .filter(|count| *count <= MOST_COLUMNS)
        .ok_or_else(|| fault(format!("the table of the answer says that it has {} columns", schema.n_children)))?;
    if count > 0 && schema.children.is_null() {
        return Err(fault("the columns of the answer are not there"));
    }
    let mut columns = Vec::new();
    for index in 0..count {
        // SAFETY: the interface promises `n_children` children; null is looked for.
        let child = unsafe { (*schema.children.add(index)).as_ref() };
        let child = child.ok_or_else(|| fault(format!("column {index} of the answer is missing")))?;
        // SAFETY: null or C strings.
        let (name, format) = unsafe { (words(child.name), words(child.format)) };
        let name = name.map_err(|why| fault(format!("the name of column {index} of the answer {why}")))?;
        let format = if child.dictionary.is_null() { format.unwrap_or_default() } else { "dictionary".to_owned() };
        columns.push(Returned::announced(&name, &format)?);
    }
    Ok(columns)
}

/// Looks a batch over before Polars reads it, which takes these things on trust; answers with the number of rows.
///
/// # Safety
/// The batch was filled by the plugin and is not released.
unsafe fn looked_over(batch: &abi::ArrowArray, columns: &[Returned]) -> std::result::Result<usize, String> {
    let (Ok(rows), Ok(from)) = (usize::try_from(batch.length), usize::try_from(batch.offset)) else {
        return Err("a batch has fewer than no rows".to_owned());
    };
    // Before anybody looks into buffers of such a length.
    if rows > MOST_ROWS {
        return Err(format!("a batch says that it has {rows} rows"));
    }
    if usize::try_from(batch.n_children) != Ok(columns.len()) {
        return Err(format!("a batch has {} columns, but its schema {}", batch.n_children, columns.len()));
    }
    if !columns.is_empty() && batch.children.is_null() {
        return Err(format!("a batch has {} columns, but they are not there", batch.n_children));
    }
    if batch.null_count != 0 {
        return Err("rows of a batch are said to be missing as a whole".to_owned());
    }
    for (index, column) in columns.iter().enumerate() {
        let name = &column.field.name;
        // SAFETY: the interface promises `n_children` children; null is looked for.
        let child = unsafe { (*batch.children.add(index)).as_ref() };
        let child = child.ok_or_else(|| format!("column `{name}` is missing in a batch"))?;
        let length = usize::try_from(child.length).unwrap_or_default();
        let end = child.offset.checked_add(child.length).filter(|end| *end <= MOST_ROWS as i64);
        if child.offset < 0 || (end.is_none() && child.offset > 0) {
            let (length, offset) = (child.length, child.offset);
            return Err(format!(
                "column `{name}` has {length} values from place {offset} on in a batch of {rows} rows"
            ));
        }
        if end.is_none() || from.checked_add(rows).is_none_or(|needed| length < needed) {
            return Err(format!("column `{name}` has {} values in a batch of {rows} rows", child.length));
        }
        // The buffers of an array without values may be null or absent altogether, and nobody will look.
        if rows > 0 {
            // SAFETY: lengths are within bounds, and the interface promises the buffers that are counted.
            unsafe { buffers(child, &column.field.dtype) }.map_err(|why| format!("column `{name}` {why}"))?;
        }
    }
    Ok(rows)
}

/// Whether a view leads into the buffers of these lengths. Up to twelve bytes lie in the view itself; otherwise it
/// holds the length, the first four bytes, the number of the buffer and the place in it.
fn lies_within(view: &[u8; 16], lengths: &[i64]) -> bool {
    let word = |at: usize| u32::from_ne_bytes([view[at], view[at + 1], view[at + 2], view[at + 3]]);
    let (length, buffer, start) = (word(0), word(8) as usize, word(12));
    length <= 12 || lengths.get(buffer).is_some_and(|bytes| i64::from(start) + i64::from(length) <= *bytes)
}

/// Whether the buffers of a column are there, and those that lead to others lead somewhere.
///
/// # Safety
/// The array was filled by the plugin, is not released, and has at least one value and no negative length.
unsafe fn buffers(array: &abi::ArrowArray, kind: &ArrowDataType) -> std::result::Result<(), String> {
    let text = matches!(kind, ArrowDataType::Utf8View | ArrowDataType::LargeUtf8);
    let wanted = if text { 3 } else { 2 };
    let count = usize::try_from(array.n_buffers).unwrap_or_default();
    if count < wanted || count > MOST_BUFFERS {
        return Err(format!("has {} buffers, but {wanted} are wanted", array.n_buffers));
    }
    if array.buffers.is_null() {
        return Err(format!("has {count} buffers, but they are not there"));
    }
    // SAFETY: the interface promises `n_buffers` pointers; asked only for places before `count`.
    let buffer = |at: usize| unsafe { *array.buffers.add(at) };
    if buffer(1).is_null() {
        return Err("lacks the buffer of its values".to_owned());
    }
    if array.null_count != 0 && buffer(0).is_null() {
        return Err("has missing values, but does not say which".to_owned());
    }
    let lengths = |start: *const c_void, count: usize| -> std::result::Result<&[i64], String> {
        let start = start.cast::<i64>();
        if count == 0 {
            return Ok(&[]);
        }
        if start.is_null() || !start.is_aligned() {
            return Err("lacks the lengths of its texts, or they are not aligned".to_owned());
        }
        // SAFETY: neither null nor misaligned, and the interface promises so many.
        Ok(unsafe { std::slice::from_raw_parts(start, count) })
    };
    if matches!(kind, ArrowDataType::Utf8View) {
        // Validity and views, then the texts, then one buffer with the lengths of those.
        let told = lengths(buffer(count - 1), count - 3)?;
        let lost = told.iter().enumerate().any(|(at, length)| *length < 0 || (*length > 0 && buffer(at + 2).is_null()));
        if lost {
            return Err("lacks a buffer of its texts".to_owned());
        }
        let (from, values) = (array.offset as usize, array.length as usize);
        // SAFETY: the interface promises 16 bytes for each value; the caller that neither is negative.
        let views = unsafe { std::slice::from_raw_parts(buffer(1).cast::<[u8; 16]>().add(from), values) };
        return if views.iter().all(|view| lies_within(view, told)) {
            Ok(())
        } else {
            Err("has texts that lie outside of its buffers".to_owned())
        };
    }
    if matches!(kind, ArrowDataType::LargeUtf8) {
        let ends = usize::try_from(array.offset + array.length).unwrap_or_default();
        let ends = lengths(buffer(1), ends + 1)?;
        let rising = ends.first().is_none_or(|first| *first >= 0) && ends.windows(2).all(|pair| pair[0] <= pair[1]);
        if !rising || (ends.last() > Some(&0) && buffer(2).is_null()) {
            return Err("has texts that end before they begin".to_owned());
        }
    }
    Ok(())
}

/// Enters a plugin that is part of this program.
pub(super) fn linked(
    cell: &'static OnceLock<regulars_plugin::Entered>,
    make: fn() -> regulars_plugin::Plugin,
) -> Result<(Told, Entered)> {
    // SAFETY: the author's kit answers with what it keeps in the static cell.
    unsafe { enter(regulars_plugin::entry(cell, make), Path::new("this program")) }
}
