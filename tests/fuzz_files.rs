//! The same laws of the words that read and write: any path, any option with any value. Everything lies in a folder of its
//! own, and nothing leaves it.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use regulars::catalogue::{Verb, VerbGroup};
use tempfile::TempDir;

use crate::fuzz::{FRAME, VALUES, asked, faults, laws, ran, session};

/// Where the files lie that are read, and where others are written. Whole while the tests run.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().display();
    let mut code = FRAME.to_owned();
    for ending in ["csv", "tsv", "csv.gz", "parquet", "arrow", "ndjson", "json", "xlsx"] {
        code.push_str(&format!("f.drop(\"date\").write(\"{dir}/x.{ending}\");\n"));
    }
    code.push_str(&format!("f.write_sqlite(\"{dir}/x.db\", \"t\");"));
    ran(&code).unwrap();
    let hostile: [(&str, &[u8]); 4] = [
        ("empty.csv", b""),
        ("noise.csv", b"\xff\xfe\x00\x01\x9b,\n"),
        ("odd.csv", "a;b\n1;\"x\n2;3;4\n\n01/02/2024;1,5\n".as_bytes()),
        ("cut.parquet", b"PAR1\x15\x04"),
    ];
    for (name, bytes) in hostile {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
});

/// Files of every kind, none, a folder, patterns.
const READ: [&str; 21] = [
    "x.csv",
    "x.tsv",
    "x.csv.gz",
    "x.parquet",
    "x.arrow",
    "x.ndjson",
    "x.json",
    "x.xlsx",
    "x.db",
    "empty.csv",
    "noise.csv",
    "odd.csv",
    "cut.parquet",
    "none.csv",
    "",
    "*.csv",
    "x.*",
    "**",
    "[",
    "none/*.parquet",
    "x.csv/x.csv",
];

/// Places to write to: all in the folder.
const WRITTEN: [&str; 9] =
    ["y.csv", "y.tsv.gz", "y.json.zst", "y.xlsx", "y.parquet", "y", "y.none", "none/y.csv", "x.csv/y.csv"];

/// What options of reading and writing may be, besides anything else.
const MEANT: [&str; 40] = [
    "\";\"",
    "\",\"",
    "\"\\t\"",
    "\"ab\"",
    "\"é\"",
    "\"\\\"\"",
    "\"\\n\"",
    "\"'\"",
    "\"utf-8\"",
    "\"gb18030\"",
    "\"utf-16\"",
    "\"latin1\"",
    "\"none such\"",
    "\"%d.%m.%Y\"",
    "\"%Q\"",
    "\"%\"",
    "\"%H\"",
    "[\"a\", \"a\"]",
    "[\"none\"]",
    "[\"NA\", \"\"]",
    "#{a: \"int\"}",
    "#{a: \"none such\"}",
    "#{a: 1}",
    "#{none: \"date\"}",
    "#{x: \"date\", amount: \"bool\"}",
    "\"A1:B2\"",
    "\"B2:A1\"",
    "\"A1\"",
    "\"A0:B0\"",
    "\"A1:XFD1048576\"",
    "\"ZZZZZZZZ9:A1\"",
    "\"A99999999999999999999:B2\"",
    "\"data\"",
    "\"replace\"",
    "\"append\"",
    "\"fail\"",
    "\"'\\\"; drop\"",
    "1000000",
    "99999999999999",
    "0.5",
];

/// Names and queries of tables.
const TABLES: [&str; 7] = [
    "\"t\"",
    "\"none\"",
    "\"select a, amount from t\"",
    "\"select none from t\"",
    "\"drop table t\"",
    "\"\"",
    "\"select 1; select 2\"",
];

/// Addresses at which nobody answers.
const ADDRESSES: [&str; 4] =
    ["\"postgres://ann:x@127.0.0.1:1/shop\"", "\"none\"", "\"postgres://\"", "\"postgres://127.0.0.1:99999/x\""];

fn pick<'a>(from: &[&'a str], place: usize) -> &'a str {
    from[place % from.len()]
}

/// A path inside the folder; now and then something that is none.
fn path(name: &str, is_wild: bool, place: usize) -> String {
    // Text would be a path elsewhere.
    let wild: Vec<&str> = VALUES.into_iter().filter(|value| !value.starts_with(['\"', '\''])).collect();
    match is_wild {
        true => pick(&wild, place).to_owned(),
        false => format!("\"{}\"", FOLDER.path().join(name).display()),
    }
}

fn call(verb: &Verb, wild: (bool, bool), places: &[usize], options: &[(usize, usize)]) -> String {
    let (arguments, names) = asked(&verb.signature);
    let is_written = verb.signature.starts_with("frame.");
    let mut values: Vec<String> = Vec::new();
    for (argument, place) in arguments.iter().zip(places.iter().cycle()) {
        values.push(match argument.as_str() {
            "path" if is_written => path(pick(&WRITTEN, *place), wild.0, *place),
            "path" => path(pick(&READ, *place), wild.0, *place),
            "url" => pick(&ADDRESSES, *place).to_owned(),
            _ if wild.1 => pick(&VALUES, *place).to_owned(),
            _ => pick(&TABLES, *place).to_owned(),
        });
    }
    let values_of: Vec<&str> = VALUES.iter().chain(&MEANT).copied().collect();
    let mut entries: Vec<(String, &str)> = Vec::new();
    for (name, value) in options {
        let known: Vec<&str> = names.iter().map(String::as_str).chain(["strct", "sep", "path"]).collect();
        let name = pick(&known, *name).to_owned();
        if !entries.iter().any(|(other, _)| *other == name) {
            entries.push((name, pick(&values_of, *value)));
        }
    }
    if !entries.is_empty() {
        let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        values.push(format!("#{{{}}}", entries.join(", ")));
    }
    let receiver = if is_written { "f" } else { "" };
    let dot = if is_written { "." } else { "" };
    let shown = if is_written { "" } else { ".head(2)" };
    format!("{FRAME}{receiver}{dot}{}({}){shown}", verb.name, values.join(", "))
}

fn calls() -> impl Strategy<Value = String> {
    let session = session(Arc::new(AtomicBool::new(false)));
    let is_file = |verb: &&Verb| verb.group == VerbGroup::Files && verb.name != "import_report";
    let verbs: Vec<Verb> = session.catalogue().verbs().iter().filter(is_file).cloned().collect();
    let wild = (proptest::bool::weighted(0.1), proptest::bool::weighted(0.2));
    let places = proptest::collection::vec(any::<usize>(), 3);
    let options = proptest::collection::vec((any::<usize>(), any::<usize>()), 0..4);
    (proptest::sample::select(verbs), wild, places, options)
        .prop_map(|(verb, wild, places, options)| call(&verb, wild, &places, &options))
}

/// What stands in the folder, apart from what was written on purpose.
fn left_behind(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let known = |name: &String| READ.contains(&name.as_str()) || WRITTEN.contains(&name.as_str());
    let mut names: Vec<String> = names.filter(|name| !known(name)).collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(laws(100, 2))]

    #[test]
    fn any_file_and_any_option_is_taken_or_refused(code in calls()) {
        prop_assert_eq!(faults(&code), None);
        prop_assert_eq!(left_behind(FOLDER.path()), Vec::<String>::new());
    }
}
