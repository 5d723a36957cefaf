//! What the misbehaving plugins share: std and the structures of ABI 1, nothing of the author's kit.

#[path = "../../plugins/sdk/src/abi.rs"]
pub mod abi;

use abi::{Answer, ArrowArray, ArrowArrayStream, ArrowSchema, Call, Plugin};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};

/// A plugin with these manuals and this call.
pub fn plugin(manuals: String, call: Call) -> Plugin {
    Plugin {
        abi: 1,
        size: size_of::<Plugin>() as u32,
        name: c"hostile".as_ptr(),
        version: c"0.1".as_ptr(),
        manuals: CString::new(manuals).unwrap().into_raw(),
        state: null(),
        call: Some(call),
    }
}

/// A plugin that is there for ever.
pub fn leak(plugin: Plugin) -> *const Plugin {
    Box::leak(Box::new(plugin))
}

/// A manual as JSON, with only what must be there.
pub fn manual(name: &str, columns: &str, figures: &str) -> String {
    manual_with(name, columns, figures, "")
}

/// A manual with more fields, each after a comma.
pub fn manual_with(name: &str, columns: &str, figures: &str, rest: &str) -> String {
    let declared = |list: &str| {
        let one = |entry: &str| {
            let (name, holds) = entry.split_once(' ').unwrap();
            format!(r#"{{"name": "{name}", "meaning": "", "holds": "{holds}"}}"#)
        };
        list.split_terminator(", ").map(one).collect::<Vec<_>>().join(", ")
    };
    let (columns, figures) = (declared(columns), declared(figures));
    format!(
        r#"{{"name": "{name}", "family": "clean", "summary": "", "tables": ["frame"], "columns": [{columns}], "figures": [{figures}]{rest}}}"#
    )
}

/// Streams, batches, schemas and answers that were made, and that were released.
pub static MADE: AtomicU64 = AtomicU64::new(0);
pub static RELEASED: AtomicU64 = AtomicU64::new(0);

fn made() {
    MADE.fetch_add(1, Ordering::SeqCst);
}

fn released() {
    RELEASED.fetch_add(1, Ordering::SeqCst);
}

/// An answer in words.
pub fn say(answer: &mut Answer, text: &[u8]) {
    made();
    answer.text = CString::new(text).unwrap().into_raw();
    answer.release = Some(release_answer);
}

/// An answer of one table.
pub fn send(answer: &mut Answer, table: ArrowArrayStream) {
    send_all(answer, vec![table]);
}

/// An answer of these tables; how many they are is kept beside what `table_count` says.
pub fn send_all(answer: &mut Answer, tables: Vec<ArrowArrayStream>) {
    answer.table_count = tables.len() as u32;
    let tables = Box::leak(tables.into_boxed_slice());
    answer.tables = tables.as_mut_ptr();
    answer.private_data = tables.len() as *mut c_void;
}

unsafe extern "C" fn release_answer(answer: *mut Answer) {
    released();
    unsafe {
        for index in 0..(*answer).private_data as usize {
            let table = (*answer).tables.add(index);
            if let Some(release) = (*table).release {
                release(table);
            }
        }
        drop(CString::from_raw((*answer).text.cast_mut()));
        (*answer).release = None;
    }
}

/// A table of one column in one batch, told wrongly wherever a test wants it so.
#[derive(Clone)]
pub struct Lie {
    pub name: &'static CStr,
    pub format: &'static CStr,
    pub rows: i64,
    pub values: i64,
    pub missing: i64,
    pub buffers: Vec<Option<Vec<u8>>>,
    pub batches: u64,
    pub broken: Option<&'static CStr>,
    /// What is done to each structure before it is handed out.
    pub spoil_schema: fn(&mut ArrowSchema),
    pub spoil_batch: fn(&mut ArrowArray),
}

impl Lie {
    pub fn new(name: &'static CStr, format: &'static CStr, buffers: Vec<Option<Vec<u8>>>) -> Lie {
        Lie {
            name,
            format,
            rows: 2,
            values: 2,
            missing: 0,
            buffers,
            batches: 1,
            broken: None,
            spoil_schema: |_| {},
            spoil_batch: |_| {},
        }
    }

    pub fn stream(self) -> ArrowArrayStream {
        made();
        ArrowArrayStream {
            get_schema: Some(get_schema),
            get_next: Some(get_next),
            get_last_error: Some(get_last_error),
            release: Some(release_stream),
            private_data: Box::into_raw(Box::new(self)).cast(),
        }
    }
}

unsafe fn lie<'a>(stream: *mut ArrowArrayStream) -> &'a mut Lie {
    unsafe { &mut *(*stream).private_data.cast() }
}

unsafe extern "C" fn get_schema(stream: *mut ArrowArrayStream, schema: *mut ArrowSchema) -> c_int {
    made();
    let lie = unsafe { lie(stream) };
    let child = ArrowSchema { format: lie.format.as_ptr(), name: lie.name.as_ptr(), ..ArrowSchema::EMPTY };
    let child = Box::into_raw(Box::new(child));
    let children = Box::into_raw(Box::new(child));
    let release = Some(release_schema as unsafe extern "C" fn(*mut ArrowSchema));
    let mut whole = ArrowSchema { format: c"+s".as_ptr(), n_children: 1, children, release, ..ArrowSchema::EMPTY };
    (lie.spoil_schema)(&mut whole);
    unsafe { schema.write(whole) };
    0
}

/// Children stay, which may be spoiled: what is tested is that this is called, once each.
unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    released();
    unsafe { (*schema).release = None };
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, array: *mut ArrowArray) -> c_int {
    let lie = unsafe { lie(stream) };
    if lie.broken.is_some() {
        return 5;
    }
    if lie.batches == 0 {
        unsafe { array.write(ArrowArray::EMPTY) };
        return 0;
    }
    lie.batches -= 1;
    made();
    let kept = Box::leak(Box::new(lie.buffers.clone()));
    let buffers: Vec<*const c_void> =
        kept.iter().map(|buffer| buffer.as_ref().map_or(null(), |bytes| bytes.as_ptr().cast())).collect();
    let n_buffers = buffers.len() as i64;
    let buffers = Box::leak(buffers.into_boxed_slice()).as_mut_ptr();
    let child = ArrowArray { length: lie.values, null_count: lie.missing, n_buffers, buffers, ..ArrowArray::EMPTY };
    let none: *mut *const c_void = Box::leak(Box::new(null()));
    let mut whole = ArrowArray {
        length: lie.rows,
        n_buffers: 1,
        buffers: none,
        n_children: 1,
        children: Box::into_raw(Box::new(Box::into_raw(Box::new(child)))),
        release: Some(release_array),
        ..ArrowArray::EMPTY
    };
    (lie.spoil_batch)(&mut whole);
    unsafe { array.write(whole) };
    0
}

/// Buffers stay, as the children of schemas do.
unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    released();
    unsafe { (*array).release = None };
}

unsafe extern "C" fn get_last_error(stream: *mut ArrowArrayStream) -> *const c_char {
    unsafe { lie(stream) }.broken.map_or(null(), CStr::as_ptr)
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    released();
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<Lie>()));
        (*stream).private_data = null_mut();
        (*stream).release = None;
    }
}
