//! `regulars.h` and `src/abi.rs` say the same: a C compiler and this one lay every structure out alike.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]

use std::fmt::Write;
use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use regulars_plugin::abi::{self, Answer, ArrowArray, ArrowArrayStream, ArrowSchema, Context, Plugin, Request};

/// Writes the C that prints a structure's layout, and the same text as Rust knows it.
macro_rules! layout {
    ($c:expr, $rust:expr, $type:ident as $name:literal: $($field:ident),+) => {{
        let name = $name;
        let _ = writeln!($c, "printf(\"{name} %zu %zu\\n\", sizeof(struct {name}), _Alignof(struct {name}));");
        let _ = writeln!($rust, "{name} {} {}", size_of::<$type>(), align_of::<$type>());
        $(
            let field = stringify!($field);
            let _ = writeln!(
                $c,
                "printf(\"{name}.{field} %zu %zu\\n\", \
                 offsetof(struct {name}, {field}), sizeof(((struct {name} *)0)->{field}));"
            );
            let size = size_of_field(|it: &$type| &raw const it.$field);
            let _ = writeln!($rust, "{name}.{field} {} {size}", offset_of!($type, $field));
        )+
        // Fails to compile when the structure has a field that is not listed.
        let _ = |it: $type| { let $type { $($field: _),+ } = it; };
    }};
}

fn size_of_field<Whole, Field>(_: impl Fn(&Whole) -> *const Field) -> usize {
    size_of::<Field>()
}

#[test]
fn header_and_rust_agree() {
    let (mut c, mut rust) = (String::new(), String::new());
    layout!(c, rust, Plugin as "RegularsPlugin": abi, size, name, version, manuals, state, call);
    layout!(c, rust, Context as "RegularsContext": size, today, seed, host, is_cancelled, progress, warn);
    layout!(
        c, rust, Request as "RegularsRequest":
        size, function, method, table_count, tables, model_table, model, options, context
    );
    layout!(c, rust, Answer as "RegularsAnswer": size, table_count, tables, text, private_data, release);
    layout!(
        c, rust, ArrowSchema as "ArrowSchema":
        format, name, metadata, flags, n_children, children, dictionary, release, private_data
    );
    layout!(
        c, rust, ArrowArray as "ArrowArray":
        length, null_count, offset, n_buffers, n_children, buffers, children, dictionary, release, private_data
    );
    layout!(
        c, rust, ArrowArrayStream as "ArrowArrayStream":
        get_schema, get_next, get_last_error, release, private_data
    );
    let _ = writeln!(rust, "abi {}", abi::VERSION);
    let program = format!(
        "#include <stddef.h>\n#include <stdio.h>\n#include \"regulars.h\"\n\
         const struct RegularsPlugin *(*entry)(uint32_t) = {};\n\
         const struct RegularsPlugin *regulars_plugin_entry(uint32_t host_abi) {{ (void)host_abi; return NULL; }}\n\
         int main(void) {{\n{c}printf(\"abi %d\\n\", REGULARS_ABI);\nreturn 0;\n}}\n",
        abi::ENTRY
    );

    let folder = std::env::temp_dir().join(format!("regulars-header-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (source, binary) = (folder.join("layout.c"), folder.join("layout"));
    std::fs::write(&source, program).unwrap();
    let compiled = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")))
        .args([source.as_os_str(), "-o".as_ref(), binary.as_os_str()])
        .output();
    match compiled {
        Err(error) => skipped(&error.to_string()),
        Ok(compiled) => {
            assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
            let printed = Command::new(&binary).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&printed.stdout), rust);
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[allow(clippy::print_stderr, reason = "a test that did not look must say so")]
fn skipped(reason: &str) {
    eprintln!("skipped: no C compiler could be run as `cc` ({reason}); the header was not compared");
}
