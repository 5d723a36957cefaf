//! A library that is no plugin.

#[unsafe(no_mangle)]
pub extern "C" fn hello() -> u32 {
    1
}
