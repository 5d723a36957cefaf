//! A plugin that goes wrong before it is called: `WRONG` says how, `MANUALS` what it tells of itself.
#![allow(dead_code, reason = "answers are for the plugin that lies")]

mod kit;

use kit::abi;
use std::ffi::{c_int, c_void};

unsafe extern "C" fn call(_: *const c_void, _: *mut abi::Request, _: *mut abi::Answer) -> c_int {
    1
}

#[unsafe(no_mangle)]
pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const abi::Plugin {
    let honest = kit::plugin(env!("MANUALS").to_owned(), call);
    kit::leak(match env!("WRONG") {
        "nothing" => return std::ptr::null(),
        "newer" => abi::Plugin { abi: 2, ..honest },
        "older" => abi::Plugin { abi: 0, ..honest },
        "small" => abi::Plugin { size: 24, ..honest },
        "no call" => abi::Plugin { call: None, ..honest },
        "no name" => abi::Plugin { name: std::ptr::null(), ..honest },
        "not utf8" => abi::Plugin { manuals: c"[\xff]".as_ptr(), ..honest },
        _ => honest,
    })
}
