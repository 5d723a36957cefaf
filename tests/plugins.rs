//! Plugins as libraries: the example as authors build it, and libraries that misbehave, each told in its sentence.
//!
//! The misbehaving ones are the small sources beside this file, compiled here with `rustc` and std alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it finds something else")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

use regulars::plugin::{Plugin, in_folder};
use regulars::table::{Cell, Frame};
use regulars_plugin::{Context, Date, Given, Host, Output, Quiet};
use serde_json::{Map, Value, json};

/// Where libraries are built. Leaked, as the libraries are: a loaded file should stay.
pub static BUILT: LazyLock<PathBuf> = LazyLock::new(|| tempfile::tempdir().unwrap().keep());

/// The crates under `plugins/` that are examples in Rust.
const EXAMPLES: [&str; 3] = ["purchase_rhythm", "contract_retention", "purchase_clock"];

/// Builds the examples as their authors would, into the folder of this test's own build.
pub fn examples() -> &'static [Plugin] {
    static BUILT_EXAMPLES: OnceLock<Vec<Plugin>> = OnceLock::new();
    BUILT_EXAMPLES.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--message-format", "json"]);
        cargo.args(EXAMPLES.iter().flat_map(|name| ["--package", name]));
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages: Vec<Value> = String::from_utf8_lossy(&built.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .collect();
        let library = |name: &str| {
            let library = messages
                .iter()
                .filter(|message| message["target"]["name"] == format!("regulars_{name}"))
                .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
                .filter_map(|file| file.as_str().map(PathBuf::from))
                .find(|file| file.extension().is_some_and(|end| end == std::env::consts::DLL_EXTENSION))
                .expect("cargo tells the library it built");
            assert!(in_folder(library.parent().unwrap()).contains(&library), "it is found beside the binary");
            Plugin::open(&library).unwrap()
        };
        EXAMPLES.iter().map(|name| library(name)).collect()
    })
}

/// The metric among the examples.
pub fn example() -> &'static Plugin {
    &examples()[0]
}

/// Compiles one of the sources beside this file.
pub fn compile(source: &str, wrong: &str, manuals: &str) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins");
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let library =
        BUILT.join(format!("{}{source}_{number}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX));
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiled = Command::new(rustc)
        .args(["--edition", "2024", "--crate-type", "cdylib", "--cap-lints", "allow", "-C", "panic=abort", "-o"])
        .arg(&library)
        .arg(sources.join(source).with_extension("rs"))
        .envs([("WRONG", wrong), ("MANUALS", manuals)])
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    library
}

/// What `open` says, with the folder left out.
fn refused(path: &Path) -> String {
    let said = Plugin::open(path).map(|_| ()).unwrap_err().to_string();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    said.replace(&path.display().to_string(), "FILE").replace(&name, "FILE")
}

fn orders(rows: &[(&str, &str, Option<f64>)]) -> Frame {
    let column = |name: &str, cells: Vec<Cell>| (name.to_owned(), cells);
    let number = |amount: Option<f64>| amount.map_or(Cell::Missing, Cell::Number);
    Frame::from_cells(&[
        column("customer", rows.iter().map(|row| Cell::Text(row.0.to_owned())).collect()),
        column("date", rows.iter().map(|row| Cell::Date(row.1.parse().unwrap())).collect()),
        column("amount", rows.iter().map(|row| number(row.2)).collect()),
    ])
    .unwrap()
}

/// Ann buys on days 1, 8, 15 and 25 of January: gaps 7, 7 and 10, median 7. 李雷 buys twice on one day.
fn two_customers() -> Frame {
    orders(&[
        ("ann", "1997-01-08", Some(1.0)),
        ("ann", "1997-01-01", Some(1.0)),
        ("李雷，住在很远的地方", "1997-01-10", Some(1.0)),
        ("ann", "1997-01-25", Some(1.0)),
        ("ann", "1997-01-15", Some(1.0)),
        ("李雷，住在很远的地方", "1997-01-10", Some(1.0)),
    ])
}

type Answer = regulars_plugin::Result<Output<Frame, Map<String, Value>>>;

fn call(plugin: &Plugin, function: usize, frame: &Frame, options: Value) -> Answer {
    let options = options.as_object().cloned().unwrap_or_default();
    plugin.run(function, None, &options, Given::tables(vec![frame.clone()]), &Context::quiet())
}

#[test]
fn the_example_answers_through_the_border_as_it_does_in_plain_rust() {
    let plugin = example();
    assert_eq!((plugin.name(), plugin.version(), plugin.abi()), ("purchase_rhythm", "0.1.0", 1));
    assert_eq!(plugin.manuals()[0].signature(), "purchase_rhythm(transactions, #{until, least, patience})");
    let reply = call(plugin, 0, &two_customers(), json!({ "until": "1997-02-08", "patience": 1.5 })).unwrap();
    let table = reply.table.unwrap();
    let data = table.data(&Quiet).unwrap();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(data.cells("customer").unwrap(), [text("ann"), text("李雷，住在很远的地方")]);
    assert_eq!(data.integers("purchases").unwrap(), [Some(4), Some(1)]);
    assert_eq!(data.numbers("gap").unwrap(), [Some(7.0), None]);
    assert_eq!(data.integers("silence").unwrap(), [Some(14), Some(29)]);
    assert_eq!(data.numbers("ratio").unwrap(), [Some(2.0), None]);
    assert_eq!(data.cells("overdue").unwrap(), [Cell::Flag(true), Cell::Missing]);
}

#[test]
fn notes_of_the_input_and_of_the_answer_arrive_both() {
    let mut rows =
        vec![("ann", "1997-01-01", Some(1.0)), ("ann", "1997-01-02", None), ("ann", "1997-03-01", Some(1.0))];
    rows.extend([("ann", "1997-01-05", Some(2.0))]);
    let reply = call(example(), 0, &orders(&rows), json!({ "until": "1997-01-31" })).unwrap();
    assert_eq!(reply.notes.len(), 2, "{:?}", reply.notes);
    assert!(reply.notes[0].starts_with("1 of 4 rows were left out"), "{:?}", reply.notes);
    assert_eq!(reply.notes[1], "1 orders after the end of the window were left out");
}

#[test]
fn what_the_example_refuses_is_told_under_its_name() {
    let said = |frame: &Frame, options| call(example(), 0, frame, options).map(|_| ()).unwrap_err().to_string();
    assert_eq!(said(&orders(&[]), json!({})), "purchase_rhythm: there are no orders");
    let options = json!({ "patience": 0.5 });
    assert!(
        said(&two_customers(), options).starts_with("purchase_rhythm: option `patience` is 0.5, but must be a number")
    );
}

#[test]
fn a_plugin_can_be_called_from_several_threads_at_once() {
    let frame = two_customers();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert!(call(example(), 0, &frame, json!({})).unwrap().table.is_some());
                }
            });
        }
    });
}

#[test]
fn files_that_are_no_libraries_are_told() {
    let advice = "a plugin is what `cargo build --release` makes of a crate whose crate-type is \"cdylib\"";
    assert_eq!(
        refused(Path::new("nowhere/libregulars_x.so")),
        "there is no file `FILE`. a plugin is a library that `cargo build --release` puts under target/release"
    );
    assert_eq!(
        refused(Path::new(env!("CARGO_MANIFEST_DIR"))),
        "`FILE` is a folder, but one library is wanted. \
         name the file in it, such as target/release/libregulars_purchase_rhythm.so"
    );
    let text = BUILT.join("libregulars_text.so");
    std::fs::write(&text, "to be a library").unwrap();
    assert_eq!(refused(&text), format!("`FILE` is not a library. {advice}"));
    std::fs::write(&text, "").unwrap();
    assert_eq!(refused(&text), format!("`FILE` is not a library. {advice}"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_library_that_cannot_be_loaded_is_told_with_the_loaders_reason() {
    let cut = BUILT.join("libregulars_cut.so");
    std::fs::write(&cut, b"\x7fELF and no more").unwrap();
    let said = refused(&cut);
    assert!(said.starts_with("the library `FILE` cannot be loaded: "), "{said}");
    assert!(said.ends_with(". build it on this system, and see that the libraries it needs are installed"), "{said}");
}

#[test]
fn libraries_that_are_no_plugins_are_told() {
    assert_eq!(
        refused(&compile("no_symbol", "", "")),
        "`FILE` is a library but no plugin of Regulars: it has no `regulars_plugin_entry`. \
         a plugin in Rust ends with `export!(…)`, and its crate-type is \"cdylib\""
    );
}

#[test]
fn plugins_that_cannot_be_used_are_told() {
    let author = "this is a fault of the plugin; tell its author";
    let one = |name: &str, rest: &str| {
        format!(r#"{{"name": "{name}", "family": "clean", "summary": "", "tables": ["frame"]{rest}}}"#)
    };
    let fine = format!("[{}]", one("fine", ""));
    for (wrong, said) in [
        ("nothing", format!("the plugin `FILE` answered nothing when it was asked for ABI 1. {author}")),
        (
            "newer",
            "the plugin `FILE` is built for ABI 2, but this program has ABI 1. use a newer Regulars, or build the \
             plugin with the `regulars-plugin` of this one"
                .to_owned(),
        ),
        (
            "older",
            "the plugin `FILE` is built for ABI 0, but this program has ABI 1. build the plugin again with the \
             `regulars-plugin` of this program"
                .to_owned(),
        ),
        ("small", format!("the plugin `FILE` tells 24 bytes of itself, but ABI 1 has 48. {author}")),
        ("no call", format!("the plugin `FILE` has no function to call. {author}")),
        ("no name", format!("the name of the plugin `FILE` is missing. {author}")),
        ("not utf8", format!("the list of manuals of the plugin `FILE` is not UTF-8. {author}")),
    ] {
        assert_eq!(refused(&compile("entry", wrong, &fine)), said);
    }
    assert!(Plugin::open(&compile("entry", "", &fine)).is_ok());
}

#[test]
fn manuals_that_cannot_be_used_are_told() {
    let author = "this is a fault of the plugin; tell its author";
    let words = "a name is made of small letters, digits and `_`, begins with a letter, and is no word of the language";
    let one = |name: &str, rest: &str| {
        format!(r#"{{"name": "{name}", "family": "clean", "summary": "", "tables": ["frame"]{rest}}}"#)
    };
    let option = |name: &str| {
        format!(r#"{{"name": "{name}", "meaning": "", "kind": "flag", "nullable": true, "default": null}}"#)
    };
    let with_options = |list: &str| one("fine", &format!(r#", "options": [{list}]"#));
    for (manuals, said) in [
        (
            "no json".to_owned(),
            format!("the manuals of plugin `hostile` cannot be read: expected ident at line 1 column 2. {author}"),
        ),
        ("[]".to_owned(), format!("plugin `hostile` has no functions. {author}")),
        (
            format!("[{}, {}]", one("twice", ""), one("twice", "")),
            format!("plugin `hostile` has two functions `twice`. {author}"),
        ),
        (
            format!("[{}]", one("two words", "")),
            format!("plugin `hostile`: the function `two words` has a name that scripts cannot write. {words}"),
        ),
        (
            format!("[{}]", one("let", "")),
            format!("plugin `hostile`: the function `let` has a name that scripts cannot write. {words}"),
        ),
        (
            format!("[{}]", with_options(&option("Big"))),
            format!("plugin `hostile`: fine: the option `Big` has a name that scripts cannot write. {words}"),
        ),
        (
            format!("[{}]", with_options(&[option("x"), option("x")].join(", "))),
            format!("plugin `hostile`: fine: there are two options `x`. {author}"),
        ),
    ] {
        assert_eq!(refused(&compile("entry", "", &manuals)), said);
    }
}

/// A host that wants the work to end after it was asked a few times.
struct Impatient(AtomicU32);

impl Host for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 20
    }
    fn progress(&self, _: u64, _: u64, _: &str) {}
    fn warn(&self, _: &str) {}
}

#[test]
fn answers_that_lie_are_told_and_everything_is_given_back() {
    let plugin = Plugin::open(&compile("liar", "", "")).unwrap();
    let frame = two_customers();
    let host = Impatient(AtomicU32::new(0));
    let number = |name: &str| plugin.manuals().iter().position(|manual| manual.name == name).unwrap();
    let call = |name: &str, host: &dyn Host| {
        let context = Context::new(host, 0, Date::default());
        plugin.run(number(name), None, &Map::new(), Given::tables(vec![frame.clone()]), &context)
    };
    let mut others = Vec::new();
    for (name, said, is_fault) in [
        ("other_name", "the answer has the columns b, but its manual declares a", true),
        ("other_kind", "column `a` of the answer holds number, but its manual declares whole number", true),
        ("no_table", "the answer has 0 tables, but its manual declares 1", true),
        ("an_absent_table", "the answer has no table, but its manual declares one", true),
        ("tables_from_nowhere", "the answer says that it has 2 tables, but they are not there", true),
        ("too_many_tables", "the answer says that it has 4000000000 tables, but they are not there", true),
        ("a_model_unasked", "the answer is a model, but its manual declares no methods", true),
        ("a_drawing_unasked", "the answer draws a picture, but its manual does not say so", true),
        ("a_table_unasked", "the answer has 1 tables, but its manual declares 0", true),
        ("no_json", "the answer of the plugin cannot be read: expected value at line 1 column 1", true),
        ("no_text", "the text of the answer is missing", true),
        ("text_not_utf8", "the text of the answer is not UTF-8", true),
        ("breaks_off", "index 7 is out of bounds. mind the gap", false),
        (
            "fails_without_words",
            "the plugin failed with code 7, and why cannot be read: expected value at line 1 column 1",
            true,
        ),
        (
            "a_figure_too_many",
            "the answer has a figure `custmers`, which its manual does not declare. did you mean `customers`?",
            true,
        ),
        ("a_figure_too_few", "the answer lacks the figure `share`, which its manual declares", true),
        (
            "a_figure_of_another_kind",
            "figure `customers` of the answer is 3.5, but its manual declares whole number",
            true,
        ),
        ("uneven", "the table of the answer cannot be read: column `a` has 1 values in a batch of 2 rows", true),
        ("column_not_utf8", "column `a` of the answer holds text that is not UTF-8", true),
        (
            "view_beyond_its_buffer",
            "the table of the answer cannot be read: column `a` has texts that lie outside of its buffers",
            true,
        ),
        (
            "ends_before_it_begins",
            "the table of the answer cannot be read: column `a` has texts that end before they begin",
            true,
        ),
        ("another_format", "column `a` of the answer comes as `i`, which ABI 1 does not carry", true),
        ("no_buffer", "the table of the answer cannot be read: column `a` lacks the buffer of its values", true),
        ("miscounts", "column `a` of the answer says that 2 values are missing, but 1 are", true),
        ("breaks_midway", "the table of the answer broke off: the disk is full", true),
        ("further_of_another_schema", "`more`: the answer has the columns a, but its manual declares b", true),
        ("further_too_few", "the answer has 1 tables, but its manual declares 2", true),
        ("no_model", "the answer is no model, but its manual declares methods of one", true),
        ("a_model_of_nothing", "the answer is no model, but its manual declares methods of one", true),
        (
            "a_drawing_of_nothing",
            "the answer of the plugin cannot be read: invalid type: integer `3`, expected struct Drawing at line 1 column 42",
            true,
        ),
        (
            "a_drawing_of_blobs",
            "the answer of the plugin cannot be read: unknown variant `blob`, expected one of `area`, `line`, `dot`, \
             `words` at line 2 column 33",
            true,
        ),
        ("a_drawing_without_size", "the sheet of the drawing is 0 by 1", true),
        (
            "a_drawing_beyond_numbers",
            "the answer of the plugin cannot be read: number out of range at line 1 column 84",
            true,
        ),
        (
            "notes_that_are_none",
            "the answer of the plugin cannot be read: invalid type: string \"all went well\", expected a sequence \
             at line 1 column 25",
            true,
        ),
        (
            "a_well_of_brackets",
            "the answer of the plugin cannot be read: recursion limit exceeded at line 1 column 137",
            true,
        ),
        ("fails_with_nothing", "the text of the answer is missing", true),
        ("fails_not_in_utf8", "the text of the answer is not UTF-8", true),
        ("fails_elsewhere", "no", false),
    ] {
        let found = call(name, &Quiet).map(|_| ()).unwrap_err().to_string();
        let advice = if is_fault { ". this is a fault of the plugin; tell its author" } else { "" };
        let wanted = format!("{name}: {said}{advice}");
        if found != wanted {
            others.push(format!("found  {found}\nwanted {wanted}"));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n\n"));
    assert!(call("endless", &host).map(|_| ()).unwrap_err().cancelled);
    let truth = call("truth", &Quiet).unwrap().table.unwrap();
    assert_eq!(truth.data(&Quiet).unwrap().integers("a").unwrap(), [Some(1), Some(2)]);
    drop(truth);
    let absent = call("further_absent", &Quiet).unwrap();
    assert!(absent.table.is_some() && absent.further.is_empty());
    drop(absent);

    // Every stream, schema, batch and answer that was made so far was given back.
    let counted = call("counts", &Quiet).unwrap().figures;
    let count = |name: &str| counted[name].as_u64().unwrap();
    assert!(count("made") > 50);
    assert_eq!(count("released"), count("made"));
}

#[test]
fn forged_tables_are_told_and_everything_is_given_back() {
    let plugin = Plugin::open(&compile("forger", "", "")).unwrap();
    let frame = two_customers();
    let call = |name: &str| {
        let number = plugin.manuals().iter().position(|manual| manual.name == name).unwrap();
        plugin.run(number, None, &Map::new(), Given::tables(vec![frame.clone()]), &Context::quiet())
    };
    let unread = |why: &str| format!("the table of the answer cannot be read: {why}");
    let of_a = |why: &str| unread(&format!("column `a` {why}"));
    let most = i64::MAX;
    for (name, said) in [
        ("no_get_schema", "the table of the answer lacks `get_schema` or `get_next`".to_owned()),
        ("no_get_next", "the table of the answer lacks `get_schema` or `get_next`".to_owned()),
        ("schema_fails", "the table of the answer broke off: it does not say why".to_owned()),
        ("fails_without_a_word", "the table of the answer broke off: it does not say why".to_owned()),
        ("fails_in_odd_words", "the table of the answer broke off: it does not say why".to_owned()),
        ("schema_left_empty", "the table of the answer comes as ``, but ABI 1 wants a struct `+s`".to_owned()),
        ("no_struct", "the table of the answer comes as `l`, but ABI 1 wants a struct `+s`".to_owned()),
        ("format_missing", "the table of the answer comes as ``, but ABI 1 wants a struct `+s`".to_owned()),
        ("children_nowhere", "the columns of the answer are not there".to_owned()),
        ("child_nowhere", "column 0 of the answer is missing".to_owned()),
        ("too_many_columns", format!("the table of the answer says that it has {most} columns")),
        ("less_than_no_columns", "the table of the answer says that it has -1 columns".to_owned()),
        ("name_missing", "the name of column 0 of the answer is missing".to_owned()),
        ("name_not_utf8", "the name of column 0 of the answer is not UTF-8".to_owned()),
        ("kind_missing", "column `a` of the answer comes as ``, which ABI 1 does not carry".to_owned()),
        ("codes", "column `a` of the answer comes as `dictionary`, which ABI 1 does not carry".to_owned()),
        (
            "nowhere_on_earth",
            "column `a` of the answer has the time zone `Nowhere/Town`, which nobody knows".to_owned(),
        ),
        (
            "nowhere_without_rows",
            "column `a` of the answer has the time zone `Nowhere/Town`, which nobody knows".to_owned(),
        ),
        ("zone_of_all", "column `a` of the answer comes as `tsu:*`, which ABI 1 does not carry".to_owned()),
        ("one_twice", unread("a batch has 1 columns, but its schema 2")),
        ("columns_nowhere", unread("a batch has 1 columns, but they are not there")),
        ("column_nowhere", unread("column `a` is missing in a batch")),
        ("other_number_of_columns", unread("a batch has 2 columns, but its schema 1")),
        ("less_than_no_rows", unread("a batch has fewer than no rows")),
        ("begins_before_itself", unread("a batch has fewer than no rows")),
        ("column_begins_before_itself", of_a("has 2 values from place -1 on in a batch of 2 rows")),
        ("rows_of_all_time", unread(&format!("a batch says that it has {most} rows"))),
        ("more_rows_than_a_frame", unread("a batch says that it has 1099511627776 rows")),
        ("values_of_all_time", of_a(&format!("has {most} values in a batch of 2 rows"))),
        ("offset_of_all_time", of_a(&format!("has 2 values from place {most} on in a batch of 2 rows"))),
        ("missing_rows", unread("rows of a batch are said to be missing as a whole")),
        ("missing_somewhere", of_a("has missing values, but does not say which")),
        ("no_buffers", of_a("has 0 buffers, but 2 are wanted")),
        ("buffers_nowhere", of_a("has 2 buffers, but they are not there")),
        ("less_than_no_buffers", of_a("has -3 buffers, but 2 are wanted")),
        ("buffers_of_all_time", of_a(&format!("has {most} buffers, but 3 are wanted"))),
        ("texts_without_lengths", of_a("has texts that lie outside of its buffers")),
        ("text_of_negative_length", of_a("has texts that lie outside of its buffers")),
    ] {
        let found = call(name).map(|_| ()).unwrap_err().to_string();
        assert_eq!(found, format!("{name}: {said}. this is a fault of the plugin; tell its author"));
    }
    // Odd, and allowed: values that do not begin where numbers usually do.
    for name in ["fine", "askew"] {
        let table = call(name).unwrap().table.unwrap();
        assert_eq!(table.data(&Quiet).unwrap().integers("a").unwrap(), [Some(1), Some(2)], "{name}");
    }
    let counted = call("counts").unwrap().figures;
    let count = |name: &str| counted[name].as_u64().unwrap();
    assert!(count("made") > 80);
    assert_eq!(count("released"), count("made"));
}

/// Builds the plugin of the kit's own tests, whose functions panic.
pub fn panics() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let cargo = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "regulars-plugin",
                "--example",
                "panics",
                "--message-format",
                "json",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
        String::from_utf8_lossy(&cargo.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "panics")
            .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
            .filter_map(|file| file.as_str().map(PathBuf::from))
            .find(|file| file.extension().is_some_and(|end| end == std::env::consts::DLL_EXTENSION))
            .expect("cargo tells the library it built")
    })
}

#[test]
fn panics_of_the_authors_kit_stop_at_the_border_wherever_they_happen() {
    let plugin = Plugin::open(panics()).unwrap();
    let number = |name: &str| plugin.manuals().iter().position(|manual| manual.name == name).unwrap();
    let call = |name: &str| {
        plugin.run(number(name), None, &Map::new(), Given::tables(vec![two_customers()]), &Context::quiet())
    };
    for (name, words) in [
        ("in_the_work", "row 7 of 6"),
        ("without_words", "it does not say why"),
        ("with_a_bomb", "it does not say why"),
        ("in_the_answer", "dropped"),
        ("in_itself", "the options are gone"),
        ("on_taking", "no such table"),
    ] {
        let said = call(name).map(|_| ()).unwrap_err().to_string();
        let begin = format!("{name}: the plugin broke off: {words} (plugins/sdk/tests/plugins/panics.rs:");
        assert!(said.starts_with(&begin), "{said}");
        assert!(said.ends_with("). this is a fault of the plugin; tell its author"), "{said}");
        assert!(call("fine").is_ok(), "after {name}");
    }
    assert_eq!(call("on_another_thread").unwrap().notes, ["the thread broke off: true"]);
    let model = call("in_the_model").unwrap().model.unwrap();
    let given =
        Given { model: Some(regulars_plugin::Model { state: model, table: None }), ..Given::tables(Vec::new()) };
    let said = plugin.run(number("in_the_model"), Some(0), &Map::new(), given, &Context::quiet());
    let said = said.map(|_| ()).unwrap_err().to_string();
    assert!(said.starts_with("asked: the plugin broke off: dropped (plugins/sdk/tests/plugins/panics.rs:"), "{said}");
}
