//! The border, ABI 1: what a plugin and its host agree on, in terms of C.
//!
//! A plugin exports one symbol, [`ENTRY`], which answers with a [`Plugin`]. Tables cross as Arrow C streams
//! of struct batches and are not copied; manuals, options and answers cross as JSON; whatever one side made,
//! that side frees. `ABI.md` beside this crate describes it, `regulars.h` is the same in C, kept equal by a test.
#![allow(missing_docs, reason = "the fields are described in ABI.md and regulars.h")]

use std::ffi::{c_char, c_int, c_void};

/// The version of the border, not of the product: every host of a later 1.x loads a plugin built for 1.
pub const VERSION: u32 = 1;

/// The one symbol that a plugin exports: a function from the host's ABI version to a [`Plugin`].
pub const ENTRY: &str = "regulars_plugin_entry";

/// The type of [`ENTRY`].
pub type Entry = unsafe extern "C" fn(host_abi: u32) -> *const Plugin;

/// What a plugin is. Later versions append fields; `size` tells how many there are.
#[repr(C)]
pub struct Plugin {
    pub abi: u32,
    pub size: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    /// JSON: an array of manuals; the place of a manual is the number of its function.
    pub manuals: *const c_char,
    /// Given back to `call`.
    pub state: *const c_void,
    pub call: Option<Call>,
}

/// Answers a request: 0 and an answer, or anything else and a failure in the answer's text.
pub type Call = unsafe extern "C" fn(state: *const c_void, request: *mut Request, answer: *mut Answer) -> c_int;

/// What a function is asked. Valid during the call. Later versions append fields; `size` tells how many there are.
#[repr(C)]
pub struct Request {
    pub size: u32,
    /// The place of the function's manual.
    pub function: u32,
    /// The place of a method in that manual, or -1 for the function itself.
    pub method: i32,
    pub table_count: u32,
    /// As many streams as there are tables; those that the plugin takes are moved out.
    pub tables: *mut ArrowArrayStream,
    /// For a method: the table that the model came with; null where there is none.
    pub model_table: *mut ArrowArrayStream,
    /// For a method: the model, as the answer of its function gave it, JSON; null for the function itself.
    pub model: *const c_char,
    /// JSON: the options that were given.
    pub options: *const c_char,
    pub context: *const Context,
}

/// What a function may ask its host while it works. Valid during the call, from any thread.
#[repr(C)]
pub struct Context {
    pub size: u32,
    /// Days since 1970-01-01.
    pub today: i32,
    pub seed: u64,
    pub host: *const c_void,
    pub is_cancelled: Option<unsafe extern "C" fn(host: *const c_void) -> c_int>,
    pub progress: Option<unsafe extern "C" fn(host: *const c_void, done: u64, total: u64, what: *const c_char)>,
    pub warn: Option<unsafe extern "C" fn(host: *const c_void, text: *const c_char)>,
}

/// What a function answers. Comes with `size` set and nothing else; the plugin fills it in.
#[repr(C)]
pub struct Answer {
    pub size: u32,
    pub table_count: u32,
    /// The tables that the manual declares, in its order: that of `columns`, then those of `further`. One without a
    /// `release` is not there. Those that the host takes are moved out.
    pub tables: *mut ArrowArrayStream,
    /// JSON: `{"figures": {…}, "notes": […], "model": …, "drawing": …}`, or a failure.
    pub text: *const c_char,
    pub private_data: *mut c_void,
    /// Frees `text`, `tables`, and those of the tables that were not taken.
    pub release: Option<unsafe extern "C" fn(*mut Answer)>,
}

/// The Arrow C data interface, as its specification lays it out.
#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

/// The Arrow C data interface, as its specification lays it out.
#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    pub private_data: *mut c_void,
}

/// The Arrow C stream interface, as its specification lays it out.
#[repr(C)]
pub struct ArrowArrayStream {
    pub get_schema: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowSchema) -> c_int>,
    pub get_next: Option<unsafe extern "C" fn(*mut ArrowArrayStream, *mut ArrowArray) -> c_int>,
    pub get_last_error: Option<unsafe extern "C" fn(*mut ArrowArrayStream) -> *const c_char>,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArrayStream)>,
    pub private_data: *mut c_void,
}

impl ArrowSchema {
    /// A schema that holds nothing, to be filled by the other side.
    pub const EMPTY: ArrowSchema = ArrowSchema {
        format: std::ptr::null(),
        name: std::ptr::null(),
        metadata: std::ptr::null(),
        flags: 0,
        n_children: 0,
        children: std::ptr::null_mut(),
        dictionary: std::ptr::null_mut(),
        release: None,
        private_data: std::ptr::null_mut(),
    };
}

impl ArrowArray {
    /// An array that holds nothing, to be filled by the other side; as an answer: the end of a stream.
    pub const EMPTY: ArrowArray = ArrowArray {
        length: 0,
        null_count: 0,
        offset: 0,
        n_buffers: 0,
        n_children: 0,
        buffers: std::ptr::null_mut(),
        children: std::ptr::null_mut(),
        dictionary: std::ptr::null_mut(),
        release: None,
        private_data: std::ptr::null_mut(),
    };
}

impl ArrowArrayStream {
    /// A stream that holds nothing, to be filled by the other side.
    pub const EMPTY: ArrowArrayStream = ArrowArrayStream {
        get_schema: None,
        get_next: None,
        get_last_error: None,
        release: None,
        private_data: std::ptr::null_mut(),
    };
}

impl Answer {
    /// An answer that holds nothing, to be filled by the plugin.
    pub const EMPTY: Answer = Answer {
        size: size_of::<Answer>() as u32,
        table_count: 0,
        tables: std::ptr::null_mut(),
        text: std::ptr::null(),
        private_data: std::ptr::null_mut(),
        release: None,
    };
}
