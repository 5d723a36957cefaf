//! A plugin that leaves a trace where it is loaded: the file that `CANARY` names when it runs.

mod kit;

use kit::abi;
use std::ffi::{c_int, c_void};

unsafe extern "C" fn call(_: *const c_void, _: *mut abi::Request, _: *mut abi::Answer) -> c_int {
    1
}

#[unsafe(no_mangle)]
pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const abi::Plugin {
    if let Some(trace) = std::env::var_os("CANARY") {
        std::fs::write(trace, "sang").unwrap();
    }
    kit::leak(kit::plugin(env!("MANUALS").to_owned(), call))
}
