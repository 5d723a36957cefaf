//! A plugin that harms the process it runs in: each function in its own way.

mod kit;

use kit::{abi, manual, say};
use std::ffi::{c_int, c_void};

const FUNCTIONS: &[&str] =
    &["fine", "segfault", "abort", "leave", "endless", "glutton", "frees_twice", "chatters", "overflows_the_stack"];

/// More of the stack with every call.
#[allow(unconditional_recursion)]
fn deeper(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 512]);
    deeper(depth + 1) + room[7]
}

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

unsafe extern "C" fn call(_: *const c_void, request: *mut abi::Request, answer: *mut abi::Answer) -> c_int {
    let (function, answer) = unsafe { ((*request).function, &mut *answer) };
    match FUNCTIONS[function as usize] {
        "segfault" => unsafe { std::hint::black_box(8 as *mut u64).write_volatile(1) },
        "abort" => {
            eprintln!("the ledger does not balance");
            std::process::abort()
        }
        "leave" => std::process::exit(3),
        "endless" => loop {
            std::thread::sleep(std::time::Duration::from_millis(1));
        },
        "glutton" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1u8; 16 << 20]);
                std::hint::black_box(&all);
            }
        }
        "frees_twice" => unsafe {
            let memory = std::hint::black_box(malloc(64));
            free(memory);
            free(memory);
        },
        "chatters" => println!("not for the session"),
        "overflows_the_stack" => {
            std::hint::black_box(deeper(0));
        }
        _ => {}
    }
    say(answer, br#"{"figures": {"answer": 42}}"#);
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn regulars_plugin_entry(_host_abi: u32) -> *const abi::Plugin {
    if env!("WRONG") == "on load" {
        std::process::abort();
    }
    let manuals: Vec<String> = FUNCTIONS.iter().map(|name| manual(name, "", "answer integer")).collect();
    kit::leak(kit::plugin(format!("[{}]", manuals.join(", ")), call))
}
