//! A plugin whose tables are laid out wrongly: each function answers with another forgery of one column `a` of two rows.

mod kit;

use kit::abi::{self, ArrowArray, ArrowArrayStream, ArrowSchema};
use kit::{Lie, manual, say};
use std::ffi::{CStr, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::Ordering;

fn numbers() -> Lie {
    let bytes = [1i64, 2].iter().flat_map(|value| value.to_ne_bytes()).collect();
    Lie::new(c"a", c"l", vec![None, Some(bytes)])
}

fn child(schema: &mut ArrowSchema) -> &mut ArrowSchema {
    unsafe { &mut **schema.children }
}

fn column(batch: &mut ArrowArray) -> &mut ArrowArray {
    unsafe { &mut **batch.children }
}

fn schema(spoil_schema: fn(&mut ArrowSchema)) -> ArrowArrayStream {
    Lie { spoil_schema, ..numbers() }.stream()
}

fn batch(spoil_batch: fn(&mut ArrowArray)) -> ArrowArrayStream {
    Lie { spoil_batch, ..numbers() }.stream()
}

fn named(name: &'static CStr) -> ArrowArrayStream {
    Lie { name, ..numbers() }.stream()
}

fn formatted(format: &'static CStr, batches: u64) -> ArrowArrayStream {
    Lie { format, batches, ..numbers() }.stream()
}

/// Views of length nothing, told wrongly.
fn texts(spoil_batch: fn(&mut ArrowArray)) -> ArrowArrayStream {
    let views = Lie::new(c"a", c"vu", vec![None, Some(vec![0; 32]), None]);
    Lie { spoil_batch, ..views }.stream()
}

unsafe extern "C" fn no_schema(_: *mut ArrowArrayStream, _: *mut ArrowSchema) -> c_int {
    7
}

unsafe extern "C" fn no_fill(_: *mut ArrowArrayStream, _: *mut ArrowSchema) -> c_int {
    0
}

unsafe extern "C" fn odd_words(_: *mut ArrowArrayStream) -> *const std::ffi::c_char {
    c"\xff".as_ptr()
}

fn forged(name: &str) -> ArrowArrayStream {
    match name {
        "fine" => numbers().stream(),
        "no_get_schema" => ArrowArrayStream { get_schema: None, ..numbers().stream() },
        "no_get_next" => ArrowArrayStream { get_next: None, ..numbers().stream() },
        "schema_fails" => ArrowArrayStream { get_schema: Some(no_schema), ..numbers().stream() },
        "fails_without_a_word" => {
            ArrowArrayStream { get_schema: Some(no_schema), get_last_error: None, ..numbers().stream() }
        }
        "fails_in_odd_words" => {
            ArrowArrayStream { get_schema: Some(no_schema), get_last_error: Some(odd_words), ..numbers().stream() }
        }
        "schema_left_empty" => ArrowArrayStream { get_schema: Some(no_fill), ..numbers().stream() },
        "no_struct" => schema(|schema| schema.format = c"l".as_ptr()),
        "format_missing" => schema(|schema| schema.format = null()),
        "children_nowhere" => schema(|schema| schema.children = null_mut()),
        "child_nowhere" => schema(|schema| unsafe { *schema.children = null_mut() }),
        "too_many_columns" => schema(|schema| schema.n_children = i64::MAX),
        "less_than_no_columns" => schema(|schema| schema.n_children = -1),
        "name_missing" => schema(|schema| child(schema).name = null()),
        "name_not_utf8" => named(c"\xff"),
        "kind_missing" => schema(|schema| child(schema).format = null()),
        "codes" => schema(|schema| {
            let codes = ArrowSchema { format: c"vu".as_ptr(), name: c"".as_ptr(), ..ArrowSchema::EMPTY };
            child(schema).dictionary = Box::leak(Box::new(codes));
        }),
        "nowhere_on_earth" => formatted(c"tsu:Nowhere/Town", 1),
        "nowhere_without_rows" => formatted(c"tsu:Nowhere/Town", 0),
        "zone_of_all" => formatted(c"tsu:*", 1),
        "one_twice" => schema(|schema| {
            let twice = Box::leak(Box::new([*schema_children(schema); 2]));
            (schema.n_children, schema.children) = (2, twice.as_mut_ptr());
        }),
        "columns_nowhere" => batch(|batch| batch.children = null_mut()),
        "column_nowhere" => batch(|batch| unsafe { *batch.children = null_mut() }),
        "other_number_of_columns" => batch(|batch| batch.n_children = 2),
        "less_than_no_rows" => batch(|batch| batch.length = -1),
        "begins_before_itself" => batch(|batch| batch.offset = -1),
        "column_begins_before_itself" => batch(|batch| column(batch).offset = -1),
        "rows_of_all_time" => batch(|batch| {
            batch.length = i64::MAX;
            column(batch).length = i64::MAX;
        }),
        "more_rows_than_a_frame" => batch(|batch| {
            batch.length = 1 << 40;
            column(batch).length = 1 << 40;
        }),
        "values_of_all_time" => batch(|batch| column(batch).length = i64::MAX),
        "offset_of_all_time" => batch(|batch| column(batch).offset = i64::MAX),
        "missing_rows" => batch(|batch| batch.null_count = 1),
        "missing_somewhere" => batch(|batch| column(batch).null_count = 1),
        "no_buffers" => batch(|batch| column(batch).n_buffers = 0),
        "buffers_nowhere" => batch(|batch| column(batch).buffers = null_mut()),
        "less_than_no_buffers" => batch(|batch| column(batch).n_buffers = -3),
        "buffers_of_all_time" => texts(|batch| column(batch).n_buffers = i64::MAX),
        "texts_without_lengths" => texts(|batch| {
            let view = [13i32, 0, 0, 0].map(i32::to_ne_bytes).concat();
            let views: &'static [u8] = Box::leak([view.clone(), view].concat().into_boxed_slice());
            unsafe { *column(batch).buffers.add(1) = views.as_ptr().cast() };
        }),
        "text_of_negative_length" => texts(|batch| {
            let view = [-1i32, 0, 0, 0].map(i32::to_ne_bytes).concat();
            let views: &'static [u8] = Box::leak([view.clone(), view].concat().into_boxed_slice());
            unsafe { *column(batch).buffers.add(1) = views.as_ptr().cast() };
        }),
        "askew" => batch(|batch| {
            let mut bytes = vec![0u8];
            bytes.extend([1i64, 2].iter().flat_map(|value| value.to_ne_bytes()));
            let bytes: &'static [u8] = Box::leak(bytes.into_boxed_slice());
            unsafe { *column(batch).buffers.add(1) = bytes.as_ptr().add(1).cast() };
        }),
        other => panic!("no function {other}"),
    }
}

fn schema_children(schema: &mut ArrowSchema) -> &'static mut *mut ArrowSchema {
    unsafe { &mut *schema.children }
}

const FUNCTIONS: &[&str] = &[
    "fine",
    "no_get_schema",
    "no_get_next",
    "schema_fails",
    "fails_without_a_word",
    "fails_in_odd_words",
    "schema_left_empty",
    "no_struct",
    "format_missing",
    "children_nowhere",
    "child_nowhere",
    "too_many_columns",
    "less_than_no_columns",
    "name_missing",
    "name_not_utf8",
    "kind_missing",
    "codes",
    "nowhere_on_earth",
    "nowhere_without_rows",
    "zone_of_all",
    "one_twice",
    "columns_nowhere",
    "column_nowhere",
    "other_number_of_columns",
    "less_than_no_rows",
    "begins_before_itself",
    "column_begins_before_itself",
    "rows_of_all_time",
    "more_rows_than_a_frame",
    "values_of_all_time",
    "offset_of_all_time",
    "missing_rows",
    "missing_somewhere",
    "no_buffers",
    "buffers_nowhere",
    "less_than_no_buffers",
    "buffers_of_all_time",
    "texts_without_lengths",
    "text_of_negative_length",
    "askew",
    "counts",
];

unsafe extern "C" fn call(_: *const c_void, request: *mut abi::Request, answer: *mut abi::Answer) -> c_int {
    let (function, answer) = unsafe { ((*request).function, &mut *answer) };
    let name = FUNCTIONS[function as usize];
    if name == "counts" {
        let counted = (kit::MADE.load(Ordering::SeqCst), kit::RELEASED.load(Ordering::SeqCst));
        say(answer, format!(r#"{{"figures": {{"made": {}, "released": {}}}}}"#, counted.0, counted.1).as_bytes());
        return 0;
    }
    say(answer, b"{}");
    kit::send(answer, forged(name));
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const abi::Plugin {
    let one = |name: &&str| match *name {
        "counts" => manual(name, "", "made integer, released integer"),
        _ => manual(name, "a any", ""),
    };
    let manuals: Vec<String> = FUNCTIONS.iter().map(one).collect();
    kit::leak(kit::plugin(format!("[{}]", manuals.join(", ")), call))
}
